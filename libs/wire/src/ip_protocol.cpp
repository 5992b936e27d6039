#include <sonde/wire/network/ip_protocol.hpp>

namespace sonde::inline v0 {

// NOLINTNEXTLINE(readability-function-size): a table
std::string_view to_string(ip_protocol protocol) noexcept {
    switch (protocol) {
        case ip_protocol::ipv6_hop_by_hop:
            return "ipv6_hop_by_hop";
        case ip_protocol::icmp:
            return "icmp";
        case ip_protocol::igmp:
            return "igmp";
        case ip_protocol::ggp:
            return "ggp";
        case ip_protocol::ipv4:
            return "ipv4";
        case ip_protocol::stream:
            return "stream";
        case ip_protocol::tcp:
            return "tcp";
        case ip_protocol::cbt:
            return "cbt";
        case ip_protocol::egp:
            return "egp";
        case ip_protocol::igp:
            return "igp";
        case ip_protocol::pup:
            return "pup";
        case ip_protocol::chaos:
            return "chaos";
        case ip_protocol::udp:
            return "udp";
        case ip_protocol::hmp:
            return "hmp";
        case ip_protocol::xns_idp:
            return "xns_idp";
        case ip_protocol::rdp:
            return "rdp";
        case ip_protocol::irtp:
            return "irtp";
        case ip_protocol::dccp:
            return "dccp";
        case ip_protocol::idpr:
            return "idpr";
        case ip_protocol::xtp:
            return "xtp";
        case ip_protocol::ipv6:
            return "ipv6";
        case ip_protocol::sdrp:
            return "sdrp";
        case ip_protocol::ipv6_routing:
            return "ipv6_routing";
        case ip_protocol::ipv6_fragment:
            return "ipv6_fragment";
        case ip_protocol::idrp:
            return "idrp";
        case ip_protocol::rsvp:
            return "rsvp";
        case ip_protocol::gre:
            return "gre";
        case ip_protocol::dsr:
            return "dsr";
        case ip_protocol::encapsulating_security_payload:
            return "encapsulating_security_payload";
        case ip_protocol::authentication_header:
            return "authentication_header";
        case ip_protocol::narp:
            return "narp";
        case ip_protocol::mobile:
            return "mobile";
        case ip_protocol::icmpv6:
            return "icmpv6";
        case ip_protocol::no_next_header:
            return "no_next_header";
        case ip_protocol::ipv6_destination_options:
            return "ipv6_destination_options";
        case ip_protocol::eigrp:
            return "eigrp";
        case ip_protocol::ospf:
            return "ospf";
        case ip_protocol::ipip:
            return "ipip";
        case ip_protocol::etherip:
            return "etherip";
        case ip_protocol::encap:
            return "encap";
        case ip_protocol::pim:
            return "pim";
        case ip_protocol::ipcomp:
            return "ipcomp";
        case ip_protocol::vrrp:
            return "vrrp";
        case ip_protocol::pgm:
            return "pgm";
        case ip_protocol::l2tp:
            return "l2tp";
        case ip_protocol::isis_over_ipv4:
            return "isis_over_ipv4";
        case ip_protocol::sctp:
            return "sctp";
        case ip_protocol::fibre_channel:
            return "fibre_channel";
        case ip_protocol::rsvp_e2e_ignore:
            return "rsvp_e2e_ignore";
        case ip_protocol::mobility:
            return "mobility";
        case ip_protocol::udp_lite:
            return "udp_lite";
        case ip_protocol::mpls_in_ip:
            return "mpls_in_ip";
        case ip_protocol::manet:
            return "manet";
        case ip_protocol::hip:
            return "hip";
        case ip_protocol::shim6:
            return "shim6";
        case ip_protocol::wrapped_esp:
            return "wrapped_esp";
        case ip_protocol::rohc:
            return "rohc";
        case ip_protocol::ethernet:
            return "ethernet";
        case ip_protocol::aggfrag:
            return "aggfrag";
        case ip_protocol::network_service_header:
            return "network_service_header";
        case ip_protocol::experimental_1:
            return "experimental_1";
        case ip_protocol::experimental_2:
            return "experimental_2";
        case ip_protocol::reserved:
            return "reserved";
    }
    return {};
}

std::string_view dscp_name(std::uint8_t dscp) noexcept {
    switch (dscp) {
        case 0:
            return "cs0";  // class selectors and the default: RFC 2474
        case 8:
            return "cs1";
        case 16:
            return "cs2";
        case 24:
            return "cs3";
        case 32:
            return "cs4";
        case 40:
            return "cs5";
        case 48:
            return "cs6";
        case 56:
            return "cs7";
        case 10:
            return "af11";  // assured forwarding: RFC 2597
        case 12:
            return "af12";
        case 14:
            return "af13";
        case 18:
            return "af21";
        case 20:
            return "af22";
        case 22:
            return "af23";
        case 26:
            return "af31";
        case 28:
            return "af32";
        case 30:
            return "af33";
        case 34:
            return "af41";
        case 36:
            return "af42";
        case 38:
            return "af43";
        case 46:
            return "ef";  // RFC 3246
        case 44:
            return "voice_admit";  // RFC 5865
        case 1:
            return "le";  // lower effort: RFC 8622
        case 5:
            return "nqb";  // non-queue-building
        default:
            return {};
    }
}

std::string_view to_string(ecn value) noexcept {
    switch (value) {
        case ecn::not_capable:
            return "not-ect";
        case ecn::capable_1:
            return "ect(1)";
        case ecn::capable_0:
            return "ect(0)";
        case ecn::congested:
            return "ce";
    }
    return {};
}

namespace detail {

std::string_view ip_protocol_field_name(std::uint64_t value) noexcept {
    return to_string(ip_protocol(static_cast<std::uint8_t>(value)));
}
std::string_view dscp_field_name(std::uint64_t value) noexcept {
    return dscp_name(static_cast<std::uint8_t>(value));
}
std::string_view ecn_field_name(std::uint64_t value) noexcept {
    return to_string(ecn(static_cast<std::uint8_t>(value)));
}

}  // namespace detail

}  // namespace sonde::inline v0
