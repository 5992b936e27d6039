#include <sonde/wire/link/ether_type.hpp>

namespace sonde::inline v0 {

// NOLINTNEXTLINE(readability-function-size): a table
std::string_view to_string(ether_type value) noexcept {
    switch (value) {
        case ether_type::novell_802_3:
            return "novell_802_3";
        case ether_type::llc:
            return "llc";
        case ether_type::ipv4:
            return "ipv4";
        case ether_type::arp:
            return "arp";
        case ether_type::wake_on_lan:
            return "wake_on_lan";
        case ether_type::trill:
            return "trill";
        case ether_type::srp:
            return "srp";
        case ether_type::avtp:
            return "avtp";
        case ether_type::cisco_discovery:
            return "cisco_discovery";
        case ether_type::decnet:
            return "decnet";
        case ether_type::dec_lat:
            return "dec_lat";
        case ether_type::transparent_bridging:
            return "transparent_bridging";
        case ether_type::reverse_arp:
            return "reverse_arp";
        case ether_type::appletalk:
            return "appletalk";
        case ether_type::appletalk_arp:
            return "appletalk_arp";
        case ether_type::vlan:
            return "vlan";
        case ether_type::ipx:
            return "ipx";
        case ether_type::ipv6:
            return "ipv6";
        case ether_type::flow_control:
            return "flow_control";
        case ether_type::slow_protocols:
            return "slow_protocols";
        case ether_type::ppp:
            return "ppp";
        case ether_type::mpls:
            return "mpls";
        case ether_type::mpls_upstream:
            return "mpls_upstream";
        case ether_type::pppoe_discovery:
            return "pppoe_discovery";
        case ether_type::pppoe_session:
            return "pppoe_session";
        case ether_type::homeplug:
            return "homeplug";
        case ether_type::eapol:
            return "eapol";
        case ether_type::profinet:
            return "profinet";
        case ether_type::ata_over_ethernet:
            return "ata_over_ethernet";
        case ether_type::ethercat:
            return "ethercat";
        case ether_type::service_vlan:
            return "service_vlan";
        case ether_type::erspan:
            return "erspan";
        case ether_type::goose:
            return "goose";
        case ether_type::local_experimental_1:
            return "local_experimental_1";
        case ether_type::local_experimental_2:
            return "local_experimental_2";
        case ether_type::lldp:
            return "lldp";
        case ether_type::homeplug_green_phy:
            return "homeplug_green_phy";
        case ether_type::macsec:
            return "macsec";
        case ether_type::backbone_service_instance:
            return "backbone_service_instance";
        case ether_type::ptp:
            return "ptp";
        case ether_type::cfm:
            return "cfm";
        case ether_type::fcoe:
            return "fcoe";
        case ether_type::fcoe_initialization:
            return "fcoe_initialization";
        case ether_type::roce:
            return "roce";
        case ether_type::network_service_header:
            return "network_service_header";
        case ether_type::loopback:
            return "loopback";
        case ether_type::vlan_double_old:
            return "vlan_double_old";
        case ether_type::reserved:
            return "reserved";
    }
    return {};
}

namespace detail {
std::string_view ether_type_field_name(std::uint64_t value) noexcept {
    // On the wire a small number is a length: Linux's names for such frames are not its names.
    if (value < ether_type_min) return {};
    return to_string(ether_type(static_cast<std::uint16_t>(value)));
}
}  // namespace detail

}  // namespace sonde::inline v0
