#include <sonde/wire/network/icmp_extended_echo.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

std::string_view to_string(icmp_neighbor_state state) noexcept {
    switch (state) {
        case icmp_neighbor_state::reserved:
            return "Reserved";
        case icmp_neighbor_state::incomplete:
            return "Incomplete";
        case icmp_neighbor_state::reachable:
            return "Reachable";
        case icmp_neighbor_state::stale:
            return "Stale";
        case icmp_neighbor_state::delay:
            return "Delay";
        case icmp_neighbor_state::probe:
            return "Probe";
        case icmp_neighbor_state::failed:
            return "Failed";
    }
    return "Unassigned";
}

std::string_view detail::icmp_neighbor_state_field_name(std::uint64_t value) noexcept {
    return to_string(icmp_neighbor_state{static_cast<std::uint8_t>(value)});
}

result<icmp_extended_echo_request> icmp_extended_echo_request::read(view v) noexcept {
    if (v.type() != icmp_type::extended_echo_request) return detail::other_icmp_message(id);
    return icmp_extended_echo_request{.code = v.code(),
                                      .identifier = v.identifier(),
                                      .sequence_number = v.sequence_number(),
                                      .reserved = v.reserved(),
                                      .local = v.local(),
                                      .extension = v.extension(),
                                      .data = v.data(),
                                      .checksum = v.checksum()};
}

void icmp_extended_echo_request::emit(bytes_mut out) const noexcept {
    const auto flags = static_cast<std::uint8_t>((reserved << 1) | (local ? 1 : 0));
    detail::emit_icmp_head(
        out,
        {.type = static_cast<std::uint8_t>(icmp_type::extended_echo_request),
         .code = code,
         .information = detail::two_u16(identifier, detail::two_u8(sequence_number, flags)),
         .checksum = checksum},
        extension,
        data);
    copy_octets(out.subspan(header_len), extension);
    copy_octets(out.subspan(header_len + extension.size()), data);
}

result<icmp_extended_echo_reply> icmp_extended_echo_reply::read(view v) noexcept {
    if (v.type() != icmp_type::extended_echo_reply) return detail::other_icmp_message(id);
    return icmp_extended_echo_reply{.code = icmp_extended_echo_code{v.code()},
                                    .identifier = v.identifier(),
                                    .sequence_number = v.sequence_number(),
                                    .state = v.state(),
                                    .reserved = v.reserved(),
                                    .active = v.active(),
                                    .ipv4 = v.ipv4(),
                                    .ipv6 = v.ipv6(),
                                    .trailing = v.trailing(),
                                    .checksum = v.checksum()};
}

void icmp_extended_echo_reply::emit(bytes_mut out) const noexcept {
    const auto flags = static_cast<std::uint8_t>(((static_cast<std::uint8_t>(state) & 7) << 5) |
                                                 ((reserved & 3) << 3) | (active ? 4 : 0) |
                                                 (ipv4 ? 2 : 0) | (ipv6 ? 1 : 0));
    detail::emit_icmp_head(
        out,
        {.type = static_cast<std::uint8_t>(icmp_type::extended_echo_reply),
         .code = static_cast<std::uint8_t>(code),
         .information = detail::two_u16(identifier, detail::two_u8(sequence_number, flags)),
         .checksum = checksum},
        trailing);
    copy_octets(out.subspan(header_len), trailing);
}

}  // namespace sonde::inline v0
