#include <sonde/packet/datagram.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>

namespace sonde::inline v0 {
namespace {

/// What a total length says that ends inside its own header.
parse_error ends_in_header(std::size_t header_len, std::size_t total_len) noexcept {
    return {.reason = parse_reason::bad_length,
            .limit = limit_field::total_length,
            .at = layer::ipv4,
            .needed_octets = static_cast<std::uint32_t>(header_len),
            .have_octets = static_cast<std::uint32_t>(total_len)};
}

datagram read_v4(ipv4::view ip) noexcept {
    datagram seen;
    seen.source = ip.source();
    seen.destination = ip.destination();
    seen.protocol = static_cast<std::uint8_t>(ip.protocol());
    seen.hop_limit = ip.time_to_live();
    seen.traffic_class =
        static_cast<std::uint8_t>((ip.dscp() << 2) | static_cast<std::uint8_t>(ip.ecn()));
    seen.identification = ip.identification();
    seen.dont_fragment = ip.dont_fragment();
    seen.more_fragments = ip.more_fragments();
    seen.fragment_offset = static_cast<std::uint16_t>(ip.fragment_offset_octets());
    // A total length of zero is written where hardware cuts segments later.
    seen.total_len =
        ip.total_length() != 0 ? ip.total_length() : static_cast<std::uint32_t>(ip.octets().size());
    seen.header_len = static_cast<std::uint32_t>(ip.header_length());
    if (const auto checked = ip.checked_header_length(); !checked) {
        seen.stopped = checked.error();
    } else if (seen.total_len < seen.header_len) {
        seen.stopped = ends_in_header(seen.header_len, seen.total_len);
    } else {
        seen.transport = ip.payload();
    }
    return seen;
}

datagram read_v6(ipv6::view ip) noexcept {
    const ipv6_upper_layer upper = ip.extensions().upper();
    datagram seen;
    seen.source = ip.source();
    seen.destination = ip.destination();
    seen.protocol = static_cast<std::uint8_t>(upper.protocol);
    seen.hop_limit = ip.hop_limit();
    seen.traffic_class = ip.traffic_class();
    seen.flow_label = ip.flow_label();
    if (upper.fragment) {
        seen.more_fragments = upper.fragment->more_fragments;
        seen.fragment_offset = static_cast<std::uint16_t>(upper.fragment->offset * 8);
    }
    seen.total_len = static_cast<std::uint32_t>(ipv6::header_len + ip.payload_declared_len());
    seen.header_len = static_cast<std::uint32_t>(upper.offset);
    seen.stopped = upper.stopped;
    const std::size_t captured = ipv6::header_len + ip.payload().size();
    if (!upper.stopped && upper.offset <= captured) {
        seen.transport = bytes_view(ip.octets()).first(captured).subspan(upper.offset);
    }
    return seen;
}

}  // namespace

result<datagram> read_datagram(bytes_view octets) noexcept {
    if (octets.empty()) return truncated(layer::ipv4, ipv4::header_len, 0);
    const std::uint8_t version = octets[0] >> 4;
    if (version == 4) return ipv4::view::parse(octets).map(read_v4);
    if (version == 6) return ipv6::view::parse(octets).map(read_v6);
    return malformed({.reason = parse_reason::bad_version, .at = layer::ipv4});
}

}  // namespace sonde::inline v0
