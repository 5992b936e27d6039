#include "stack_rules.hpp"

#include <algorithm>
#include <array>

#include <sonde/wire/network/icmp_extension.hpp>

#include "element_codec.hpp"

namespace sonde::inline v0::detail {
namespace {

constexpr std::size_t quote_len_padded = 128;  // octets, RFC 4884 s3

/// What length fields of quotes count: 4 octets, of ICMPv6 8 (RFC 4884 s4).
std::size_t quote_unit(layer id) noexcept {
    return id == layer::icmpv6_destination_unreachable || id == layer::icmpv6_time_exceeded ? 8 : 4;
}

}  // namespace

std::optional<chosen_field> field_chosen_by(const built_layer& outside,
                                            const built_layer& inside) noexcept {
    selector_kind kind = selector_kind::none;
    if (outside.id() == layer::udp || outside.id() == layer::udp_lite)
        kind = selector_kind::udp_port;
    if (outside.id() == layer::tcp) kind = selector_kind::tcp_port;
    if (outside.name() == "sctp") kind = selector_kind::sctp_port;
    if (kind == selector_kind::none) return std::nullopt;
    const auto port = selected_value(inside.info().selected_by, kind);
    if (!port) return std::nullopt;
    return chosen_field{"destination_port", *port};
}

void pad_quotes(built_packet& packet) {
    for (std::size_t at = 0; at < packet.size(); ++at) {
        const built_layer& error = packet[at];
        const element_codec* codec = codec_of(error.id());
        if (codec == nullptr || codec->place != element_place::trailer) continue;
        if (error.trailer().empty() || error.is_forced("length")) continue;
        const std::size_t unit = quote_unit(error.id());
        const std::size_t len = packet.body_len(at);
        const std::size_t wanted = std::max(quote_len_padded, (len + unit - 1) / unit * unit);
        if (len == wanted) continue;
        const std::vector<std::uint8_t> zeros(wanted - len, 0);
        if (at + 1 == packet.size()) {
            packet.add(bytes_view(zeros));
            continue;
        }
        // Behind the quoted datagram: where a reader finds it.
        built_layer& quoted = packet[at + 1];
        std::vector<std::uint8_t> trailer(quoted.trailer().begin(), quoted.trailer().end());
        trailer.insert(trailer.end(), zeros.begin(), zeros.end());
        quoted.set_trailer(trailer);
    }
}

link_type link_type_of(const protocol_info& first) noexcept {
    if (first.id == layer::ipv4 || first.id == layer::ipv6) return link_type::raw;
    const auto type = selected_value(first.selected_by, selector_kind::link_type);
    return type ? link_type(*type) : link_type::raw;
}

}  // namespace sonde::inline v0::detail
