#pragma once
/// The Internet checksum (RFC 1071) and its incremental update (RFC 1624), with the pseudo headers
/// of RFC 768, RFC 9293 s3.1 and RFC 8200 s8.1. Values are in host byte order.

#include <cstddef>
#include <cstdint>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>

namespace sonde::inline v0 {

/// A one's complement sum under way. Octets may be added in pieces of any length: the sum knows
/// whether the next octet is the high or the low half of a word.
class checksum {
  public:
    constexpr checksum() noexcept = default;

    /// Adds octets. The heavy loop is chosen at start-up (AVX2, else SSE2, else 64-bit words).
    SONDE_API checksum& add(bytes_view octets) noexcept;
    constexpr checksum& add_u16(std::uint16_t value) noexcept {
        // An odd number of octets so far turns every word around (RFC 1071 s2 (B)).
        sum_ += odd_ ? static_cast<std::uint16_t>((value << 8) | (value >> 8)) : value;
        return *this;
    }
    constexpr checksum& add_u32(std::uint32_t value) noexcept {
        return add_u16(static_cast<std::uint16_t>(value >> 16)).add_u16(static_cast<std::uint16_t>(value));
    }
    SONDE_API checksum& add_pseudo_header(const ip_address& source,
                                          const ip_address& destination,
                                          std::uint8_t protocol,
                                          std::uint32_t len) noexcept;

    /// The folded one's complement sum, not complemented.
    [[nodiscard]] constexpr std::uint16_t sum() const noexcept {
        std::uint64_t folded = sum_;
        while (folded >> 16 != 0) folded = (folded & 0xffff) + (folded >> 16);
        return static_cast<std::uint16_t>(folded);
    }
    /// The value that goes into a checksum field: the complement of the sum.
    [[nodiscard]] constexpr std::uint16_t value() const noexcept {
        return static_cast<std::uint16_t>(~sum());
    }

  private:
    std::uint64_t sum_ = 0;  // of host-order 16-bit words
    bool odd_ = false;
};

/// The checksum field for these octets, whose own checksum field must be zero.
[[nodiscard]] inline std::uint16_t internet_checksum(bytes_view octets) noexcept {
    return checksum().add(octets).value();
}

/// Whether octets that include their checksum field sum to 0xffff.
[[nodiscard]] inline bool checksum_holds(bytes_view octets) noexcept {
    return checksum().add(octets).sum() == 0xffff;
}

/// The checksum after a 16-bit word changed from `before` to `after` (RFC 1624 s3, eqn. 3).
[[nodiscard]] constexpr std::uint16_t checksum_update(std::uint16_t old_checksum,
                                                      std::uint16_t before,
                                                      std::uint16_t after) noexcept {
    std::uint32_t sum = static_cast<std::uint16_t>(~old_checksum);
    sum += static_cast<std::uint16_t>(~before);
    sum += after;
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

}  // namespace sonde::inline v0
