#include <sonde/wire/link/ppp.hpp>

namespace sonde::inline v0 {

std::string_view to_string(ppp_protocol protocol) noexcept {
    switch (protocol) {
        case ppp_protocol::padding:
            return "padding";
        case ppp_protocol::ipv4:
            return "ipv4";
        case ppp_protocol::iso_network_layer:
            return "iso_network_layer";
        case ppp_protocol::ipx:
            return "ipx";
        case ppp_protocol::vj_compressed_tcp:
            return "vj_compressed_tcp";
        case ppp_protocol::vj_uncompressed_tcp:
            return "vj_uncompressed_tcp";
        case ppp_protocol::bridging:
            return "bridging";
        case ppp_protocol::multilink:
            return "multilink";
        case ppp_protocol::ipv6:
            return "ipv6";
        case ppp_protocol::compressed_datagram:
            return "compressed_datagram";
        case ppp_protocol::mpls:
            return "mpls";
        case ppp_protocol::mpls_upstream:
            return "mpls_upstream";
        case ppp_protocol::ipcp:
            return "ipcp";
        case ppp_protocol::ipv6cp:
            return "ipv6cp";
        case ppp_protocol::ccp:
            return "ccp";
        case ppp_protocol::mplscp:
            return "mplscp";
        case ppp_protocol::lcp:
            return "lcp";
        case ppp_protocol::pap:
            return "pap";
        case ppp_protocol::link_quality_report:
            return "link_quality_report";
        case ppp_protocol::chap:
            return "chap";
        case ppp_protocol::eap:
            return "eap";
    }
    return {};
}

result<ppp> ppp::read(view v) noexcept {
    return ppp{.address_and_control = v.has_address_and_control(),
               .compressed_protocol = v.has_compressed_protocol(),
               .protocol = v.protocol(),
               .payload = v.payload()};
}

void ppp::emit(bytes_mut out) const noexcept {
    bytes_mut left = out;
    if (address_and_control) {
        put_be16_at(left, 0, address_and_control_octets);
        left = left.subspan(2);
    }
    const auto number = static_cast<std::uint16_t>(protocol.value_or(ppp_protocol::padding));
    if (compressed_protocol) {
        left[0] = static_cast<std::uint8_t>(number);
        left = left.subspan(1);
    } else {
        put_be16_at(left, 0, number);
        left = left.subspan(2);
    }
    copy_octets(left, payload);
}

}  // namespace sonde::inline v0
