#pragma once
/// Checksums as their specifications describe them, a bit or a unit at a time: what the fast ones
/// are compared with.

#include <cstdint>

#include <sonde/base/octets.hpp>

namespace sonde::testing {

/// A register of `Width` bits that shifts to the left; octets enter lowest bit first.
template <int Width>
[[nodiscard]] inline std::uint32_t plain_crc(std::uint32_t polynomial, std::uint32_t state,
                                             bytes_view octets) {
    constexpr std::uint32_t mask = 0xffffffffU >> (32 - Width);
    for (const std::uint8_t octet : octets) {
        for (int bit = 0; bit < 8; ++bit) {
            const std::uint32_t in = (octet >> bit) & 1U;
            const std::uint32_t out = (state >> (Width - 1)) & 1U;
            state = (state << 1) & mask;
            if (in != out) state ^= polynomial;
        }
    }
    return state;
}

[[nodiscard]] inline std::uint32_t reversed(std::uint32_t value, int width) {
    std::uint32_t made = 0;
    for (int i = 0; i < width; ++i) made |= ((value >> i) & 1U) << (width - 1 - i);
    return made;
}

[[nodiscard]] inline std::uint32_t plain_crc32c(bytes_view octets) {
    return ~reversed(plain_crc<32>(0x1edc6f41, 0xffffffff, octets), 32);
}
[[nodiscard]] inline std::uint32_t plain_crc32(bytes_view octets) {
    return ~reversed(plain_crc<32>(0x04c11db7, 0xffffffff, octets), 32);
}
[[nodiscard]] inline std::uint32_t plain_ble_crc24(std::uint32_t init, bytes_view octets) {
    return plain_crc<24>(0x00065b, init, octets);
}

/// Both sums, reduced after every unit of one octet.
[[nodiscard]] inline std::uint64_t plain_sums(std::uint32_t start, std::uint32_t modulus,
                                              bytes_view octets) {
    std::uint64_t sum = start;
    std::uint64_t sums = 0;
    for (const std::uint8_t octet : octets) {
        sum = (sum + octet) % modulus;
        sums = (sums + sum) % modulus;
    }
    return (sums << 32) | sum;
}
[[nodiscard]] inline std::uint16_t plain_fletcher16(bytes_view octets) {
    const std::uint64_t both = plain_sums(0, 255, octets);
    return static_cast<std::uint16_t>(((both >> 32) << 8) | (both & 0xff));
}
[[nodiscard]] inline std::uint32_t plain_adler32(bytes_view octets) {
    const std::uint64_t both = plain_sums(1, 65521, octets);
    return static_cast<std::uint32_t>(((both >> 32) << 16) | (both & 0xffff));
}
[[nodiscard]] inline std::uint32_t plain_fletcher32(bool high_octet_first, bytes_view octets) {
    std::uint64_t sum = 0;
    std::uint64_t sums = 0;
    for (std::size_t at = 0; at < octets.size(); at += 2) {
        const unsigned first = octets[at];
        const unsigned second = at + 1 < octets.size() ? octets[at + 1] : 0U;
        sum = (sum + (high_octet_first ? first * 256 + second : second * 256 + first)) % 65535;
        sums = (sums + sum) % 65535;
    }
    return static_cast<std::uint32_t>((sums << 16) | sum);
}

/// RFC 1071 s4.1.
[[nodiscard]] inline std::uint16_t plain_internet_checksum(bytes_view octets) {
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at < octets.size(); ++at) {
        sum += at % 2 == 0 ? unsigned{octets[at]} * 256 : octets[at];
    }
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

}  // namespace sonde::testing
