#include <sonde/wire/network/icmpv6_extended_echo.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::uint8_t local_bit = 0x01;
constexpr std::uint8_t active_bit = 0x04;
constexpr std::uint8_t ipv4_bit = 0x02;
constexpr std::uint8_t ipv6_bit = 0x01;

constexpr std::uint8_t bit_if(bool set, std::uint8_t bit) noexcept {
    return set ? bit : std::uint8_t{0};
}

}  // namespace

result<icmpv6_extended_echo_request> icmpv6_extended_echo_request::read(view v) noexcept {
    if (v.type() != icmpv6_type::extended_echo_request) return detail::other_icmpv6_message(id);
    return icmpv6_extended_echo_request{.code = v.code(),
                                        .checksum = v.checksum(),
                                        .identifier = v.identifier(),
                                        .sequence_number = v.sequence_number(),
                                        .reserved = v.reserved(),
                                        .local = v.local(),
                                        .extension = v.extension(),
                                        .data = v.data()};
}

void icmpv6_extended_echo_request::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    detail::put_icmpv6_head(head, icmpv6_type::extended_echo_request, code, checksum);
    put_be16<4>(head, identifier);
    head[6] = sequence_number;
    head[7] = static_cast<std::uint8_t>((reserved << 1) | bit_if(local, local_bit));
    copy_octets(out.subspan(header_len), extension);
    copy_octets(out.subspan(header_len + extension.size()), data);
}

result<icmpv6_extended_echo_reply> icmpv6_extended_echo_reply::read(view v) noexcept {
    if (v.type() != icmpv6_type::extended_echo_reply) return detail::other_icmpv6_message(id);
    return icmpv6_extended_echo_reply{.code = icmp_extended_echo_code{v.code()},
                                      .checksum = v.checksum(),
                                      .identifier = v.identifier(),
                                      .sequence_number = v.sequence_number(),
                                      .state = v.state(),
                                      .reserved = v.reserved(),
                                      .active = v.active(),
                                      .ipv4 = v.ipv4(),
                                      .ipv6 = v.ipv6(),
                                      .trailing = v.trailing()};
}

void icmpv6_extended_echo_reply::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    detail::put_icmpv6_head(
        head, icmpv6_type::extended_echo_reply, static_cast<std::uint8_t>(code), checksum);
    put_be16<4>(head, identifier);
    head[6] = sequence_number;
    head[7] = static_cast<std::uint8_t>((static_cast<unsigned>(state) << 5) |
                                        ((reserved & 3U) << 3) | bit_if(active, active_bit) |
                                        bit_if(ipv4, ipv4_bit) | bit_if(ipv6, ipv6_bit));
    copy_octets(out.subspan(header_len), trailing);
}

}  // namespace sonde::inline v0
