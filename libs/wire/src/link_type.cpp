#include <sonde/wire/link/ether_type.hpp>
#include <sonde/wire/link/link_type.hpp>

namespace sonde::inline v0 {

// NOLINTNEXTLINE(readability-function-size): a table
std::string_view to_string(link_type type) noexcept {
    switch (type) {
        case link_type::null:
            return "null";
        case link_type::ethernet:
            return "ethernet";
        case link_type::token_ring:
            return "token_ring";
        case link_type::slip:
            return "slip";
        case link_type::ppp:
            return "ppp";
        case link_type::fddi:
            return "fddi";
        case link_type::raw_bsd:
            return "raw_bsd";
        case link_type::raw_openbsd:
            return "raw_openbsd";
        case link_type::ppp_hdlc:
            return "ppp_hdlc";
        case link_type::ppp_ether:
            return "ppp_ether";
        case link_type::raw:
            return "raw";
        case link_type::cisco_hdlc:
            return "cisco_hdlc";
        case link_type::ieee_802_11:
            return "ieee_802_11";
        case link_type::frame_relay:
            return "frame_relay";
        case link_type::loop:
            return "loop";
        case link_type::linux_sll:
            return "linux_sll";
        case link_type::pflog:
            return "pflog";
        case link_type::ieee_802_11_prism:
            return "ieee_802_11_prism";
        case link_type::ieee_802_11_radiotap:
            return "ieee_802_11_radiotap";
        case link_type::ieee_802_11_avs:
            return "ieee_802_11_avs";
        case link_type::ppp_pppd:
            return "ppp_pppd";
        case link_type::bluetooth_hci_h4:
            return "bluetooth_hci_h4";
        case link_type::usb_linux:
            return "usb_linux";
        case link_type::per_packet_information:
            return "per_packet_information";
        case link_type::ieee_802_15_4_with_fcs:
            return "ieee_802_15_4_with_fcs";
        case link_type::erf:
            return "erf";
        case link_type::bluetooth_hci_h4_with_direction:
            return "bluetooth_hci_h4_with_direction";
        case link_type::ieee_802_15_4_nonask_phy:
            return "ieee_802_15_4_nonask_phy";
        case link_type::usb_linux_mmapped:
            return "usb_linux_mmapped";
        case link_type::can_socketcan:
            return "can_socketcan";
        case link_type::ipv4:
            return "ipv4";
        case link_type::ipv6:
            return "ipv6";
        case link_type::ieee_802_15_4_no_fcs:
            return "ieee_802_15_4_no_fcs";
        case link_type::nflog:
            return "nflog";
        case link_type::bluetooth_low_energy:
            return "bluetooth_low_energy";
        case link_type::netlink:
            return "netlink";
        case link_type::bluetooth_low_energy_with_phdr:
            return "bluetooth_low_energy_with_phdr";
        case link_type::linux_sll2:
            return "linux_sll2";
    }
    return {};
}

selector first_selector(link_type type, bytes_view frame) noexcept {
    switch (type) {
        case link_type::raw:
        case link_type::raw_bsd:
        case link_type::raw_openbsd:
            if (frame.empty()) return {};
            if (frame[0] >> 4 == 4) return detail::by_ether_type(ether_type::ipv4);
            if (frame[0] >> 4 == 6) return detail::by_ether_type(ether_type::ipv6);
            return {};
        case link_type::ipv4:
            return detail::by_ether_type(ether_type::ipv4);
        case link_type::ipv6:
            return detail::by_ether_type(ether_type::ipv6);
        case link_type::ppp_ether:
            return detail::by_ether_type(ether_type::pppoe_session);
        case link_type::ppp_hdlc:
            // Cisco's framing or PPP's; the first octet of PPP's is 0xff (RFC 1662 s3.1).
            if (!frame.empty() && (frame[0] == 0x0f || frame[0] == 0x8f)) {
                return detail::by_link_type(link_type::cisco_hdlc);
            }
            return detail::by_link_type(type);
        default:
            return detail::by_link_type(type);
    }
}

}  // namespace sonde::inline v0
