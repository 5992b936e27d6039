#include <sonde/wire/network/ipv6.hpp>

namespace sonde::inline v0 {

result<ipv6> ipv6::read(view v) noexcept {
    if (v.version() != 6) return version_problem(v.version());
    return ipv6{.version = v.version(),
                .traffic_class = v.traffic_class(),
                .flow_label = v.flow_label(),
                .payload_length = v.payload_length(),
                .next_header = v.next_header(),
                .hop_limit = v.hop_limit(),
                .source = v.source(),
                .destination = v.destination(),
                .payload = v.octets().subspan(header_len)};
}

void ipv6::emit(bytes_mut out) const noexcept {
    emit_header(out.first(header_len), payload.size());
    copy_octets(out.subspan(header_len), payload);
}

void ipv6::emit_header(bytes_mut out, std::size_t payload_len) const noexcept {
    const auto head = out.first<header_len>();
    put_be32<0>(
        head,
        (version & 0x0fU) << 28 | std::uint32_t{traffic_class} << 20 | (flow_label & 0x000fffffU));
    put_be16<4>(head, payload_length.value_or(static_cast<std::uint16_t>(payload_len)));
    head[6] = static_cast<std::uint8_t>(next_header.value_or(ip_protocol::no_next_header));
    head[7] = hop_limit;
    source.write(head.subspan<8, 16>());
    destination.write(head.subspan<24, 16>());
}

tl::unexpected<parse_error> ipv6::version_problem(std::uint8_t version) noexcept {
    return malformed({.reason = parse_reason::bad_version,
                      .at = id,
                      .needed_octets = 6,
                      .have_octets = version});
}

std::size_t ipv6::declared_by_zero(bytes_view octets) noexcept {
    const auto next = ip_protocol(octets[6]);
    const bytes_view captured = octets.subspan(header_len);
    if (next == ip_protocol::no_next_header) return 0;
    if (next != ip_protocol::ipv6_hop_by_hop) return captured.size();
    const auto options = ipv6_hop_by_hop::view::parse(captured);
    if (!options) return captured.size();
    const auto jumbo = options->option_list().find(ipv6_option_type::jumbo_payload);
    const auto declared = jumbo ? jumbo->jumbo_payload_length() : std::nullopt;
    return declared ? std::size_t{*declared} : captured.size();
}

ipv6_address ipv6_final_destination(ipv6::view v) noexcept {
    for (const ipv6_extension_header& header : v.extensions()) {
        if (header.kind != ip_protocol::ipv6_routing) continue;
        const auto routing = ipv6_routing::view::parse(header.octets);
        if (!routing) continue;
        const ipv6_address last = ipv6_final_destination(*routing, v.destination());
        if (last != v.destination()) return last;
    }
    return v.destination();
}

}  // namespace sonde::inline v0
