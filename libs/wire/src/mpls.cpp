#include <sonde/wire/network/mpls.hpp>

namespace sonde::inline v0 {

std::string_view mpls_label_name(std::uint32_t label) noexcept {
    switch (label) {
        case mpls::ipv4_explicit_null:
            return "ipv4_explicit_null";
        case mpls::router_alert:
            return "router_alert";
        case mpls::ipv6_explicit_null:
            return "ipv6_explicit_null";
        case mpls::implicit_null:
            return "implicit_null";
        case mpls::entropy_label_indicator:
            return "entropy_label_indicator";
        case mpls::generic_associated_channel:
            return "generic_associated_channel";
        case 14:
            return "oam_alert";  // RFC 3429
        case 15:
            return "extension";  // RFC 7274
        default:
            return {};
    }
}

namespace detail {

std::string_view mpls_label_field_name(std::uint64_t value) noexcept {
    return mpls_label_name(static_cast<std::uint32_t>(value));
}

selector mpls_payload_selector(std::uint32_t label, bytes_view payload) noexcept {
    if (label == mpls::ipv4_explicit_null) return by_ether_type(ether_type::ipv4);
    if (label == mpls::ipv6_explicit_null) return by_ether_type(ether_type::ipv6);
    if (payload.empty()) return {};
    const std::uint32_t nibble = payload[0] >> 4;
    switch (nibble) {
        case 0:
        case 1:
            return {selector_kind::mpls_payload, nibble};
        case 4:
            return by_ether_type(ether_type::ipv4);
        case 6:
            return by_ether_type(ether_type::ipv6);
        default:
            return {};
    }
}

}  // namespace detail

result<mpls> mpls::read(view v) noexcept {
    return mpls{.label = v.label(),
                .traffic_class = v.traffic_class(),
                .bottom_of_stack = v.bottom_of_stack(),
                .time_to_live = v.time_to_live(),
                .payload = v.payload()};
}

void mpls::emit(bytes_mut out) const noexcept {
    const std::uint32_t bottom = bottom_of_stack.value_or(true) ? 0x100 : 0;
    put_be32<0>(out.first<header_len>(),
                (label << 12) | (std::uint32_t{traffic_class & 7U} << 9) | bottom | time_to_live);
    copy_octets(out.subspan(header_len), payload);
}

result<pseudowire_control_word> pseudowire_control_word::read(view v) noexcept {
    return pseudowire_control_word{.zero = v.zero(),
                                   .flags = v.flags(),
                                   .fragmentation = v.fragmentation(),
                                   .length = v.length(),
                                   .sequence_number = v.sequence_number(),
                                   .payload = v.payload()};
}

void pseudowire_control_word::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    head[0] = static_cast<std::uint8_t>((zero << 4) | (flags & 0x0f));
    head[1] = static_cast<std::uint8_t>((fragmentation << 6) | (length & 0x3f));
    put_be16<2>(head, sequence_number);
    copy_octets(out.subspan(header_len), payload);
}

}  // namespace sonde::inline v0
