#pragma once
/// Straight-line code by hand, with the bounds that a safe reader needs: addresses and ports of a
/// frame, summed.

#include <cstdint>

#include <sonde/base/octets.hpp>

namespace sonde::bench {

namespace detail {

[[nodiscard]] inline std::uint64_t floor_ports(bytes_view in, std::size_t at,
                                               std::uint8_t protocol) noexcept {
    const bool there =
        (protocol == 6 && in.size() >= at + 20) || (protocol == 17 && in.size() >= at + 8);
    return there ? std::uint64_t{be16_at(in, at)} + be16_at(in, at + 2) : 0;
}

[[nodiscard]] inline std::uint64_t floor_ipv4(bytes_view in, std::size_t at) noexcept {
    if (in.size() < at + 20) return 0;
    const std::uint64_t sum = std::uint64_t{be32_at(in, at + 12)} + be32_at(in, at + 16);
    const std::size_t len = std::size_t{in[at] & 15U} * 4;
    if (len < 20 || in.size() < at + len || (be16_at(in, at + 6) & 0x1fff) != 0) return sum;
    return sum + floor_ports(in, at + len, in[at + 9]);
}

[[nodiscard]] inline std::uint64_t floor_ipv6(bytes_view in, std::size_t at) noexcept {
    if (in.size() < at + 40) return 0;
    const std::uint64_t sum = std::uint64_t{be32_at(in, at + 20)} + be32_at(in, at + 36);
    std::uint8_t protocol = in[at + 6];
    at += 40;
    while (protocol == 0 || protocol == 43 || protocol == 60) {
        if (in.size() < at + 8) return sum;
        const std::size_t len = 8 + std::size_t{in[at + 1]} * 8;
        if (in.size() < at + len) return sum;
        protocol = in[at];
        at += len;
    }
    return sum + floor_ports(in, at, protocol);
}

}  // namespace detail

[[nodiscard]] inline std::uint64_t floor_dissect(bytes_view in) noexcept {
    if (in.size() < 14) return 0;
    std::size_t at = 14;
    std::uint16_t type = be16_at(in, 12);
    while (type == 0x8100 || type == 0x88a8) {
        if (in.size() < at + 4) return 0;
        type = be16_at(in, at + 2);
        at += 4;
    }
    if (type == 0x0800) return detail::floor_ipv4(in, at);
    return type == 0x86dd ? detail::floor_ipv6(in, at) : 0;
}

}  // namespace sonde::bench
