#pragma once
/// The Internet checksum (RFC 1071) and its incremental update (RFC 1624), with the pseudo headers
/// of RFC 768, RFC 9293 s3.1 and RFC 8200 s8.1. Values are in host byte order.
///
///     const auto field = checksum().add(header).add(payload).value();
///     const auto field = transport_checksum(source, destination, ip_protocol::tcp, segment);

#include <cstddef>
#include <cstdint>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/wire/network/ip_protocol.hpp>

namespace sonde::inline v0 {

namespace detail {
/// The sum of the octets as little-endian words of 32 bits, the last one filled with zeros. The
/// heavy loop is the best that this processor has (AVX2, else SSE2, else 64-bit words).
[[nodiscard]] SONDE_API std::uint64_t sum_octets(bytes_view octets) noexcept;
}  // namespace detail

/// A one's complement sum under way. Octets may be added in pieces of any length: the sum knows
/// whether the next octet is the high or the low half of a word.
class checksum {
  public:
    constexpr checksum() noexcept = default;

    checksum& add(bytes_view octets) noexcept {
        std::uint64_t sum = detail::sum_octets(octets);
        if (odd_) sum = folded(folded(sum)) << 8;  // every octet moves to the other half of a word
        sum_ += folded(sum);
        odd_ = odd_ != (octets.size() % 2 != 0);
        return *this;
    }
    constexpr checksum& add_u16(std::uint16_t value) noexcept {
        // An odd number of octets so far turns every word around (RFC 1071 s2 (B)).
        sum_ += odd_ ? value : swapped(value);
        return *this;
    }
    constexpr checksum& add_u32(std::uint32_t value) noexcept {
        return add_u16(static_cast<std::uint16_t>(value >> 16))
            .add_u16(static_cast<std::uint16_t>(value));
    }
    /// `len`: octets of the upper layer, header and data; its checksum is over them too.
    SONDE_API checksum& add_pseudo_header(const ip_address& source, const ip_address& destination,
                                          std::uint8_t protocol, std::uint32_t len) noexcept;
    checksum& add_pseudo_header(const ip_address& source, const ip_address& destination,
                                ip_protocol protocol, std::uint32_t len) noexcept {
        return add_pseudo_header(source, destination, static_cast<std::uint8_t>(protocol), len);
    }

    /// The folded one's complement sum, not complemented.
    [[nodiscard]] constexpr std::uint16_t sum() const noexcept {
        std::uint64_t sum = folded(sum_);    // 33 bits
        sum = (sum & 0xffff) + (sum >> 16);  // 18 bits
        sum = (sum & 0xffff) + (sum >> 16);  // 17 bits
        return swapped(static_cast<std::uint16_t>((sum & 0xffff) + (sum >> 16)));
    }
    /// The value that goes into a checksum field: the complement of the sum.
    [[nodiscard]] constexpr std::uint16_t value() const noexcept {
        return static_cast<std::uint16_t>(~sum());
    }

  private:
    static constexpr std::uint16_t swapped(std::uint16_t value) noexcept {
        return static_cast<std::uint16_t>((value << 8) | (value >> 8));
    }
    // One step from 64 bits to 33. 2^32 - 1 is a multiple of 2^16 - 1: what folds into 32 bits
    // folds on into 16.
    static constexpr std::uint64_t folded(std::uint64_t sum) noexcept {
        return (sum & 0xffffffff) + (sum >> 32);
    }
    // Of words as a little-endian machine loads them: the order of octets does not matter to the
    // sum (RFC 1071 s2 (B)), so it is turned around once, at the end. Each addition brings less
    // than 2^42: more than a million of them keep every carry, and a datagram needs a few.
    std::uint64_t sum_ = 0;
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
/// The same for 32 bits, an IPv4 address for example, that lie at an even offset.
[[nodiscard]] constexpr std::uint16_t checksum_update_u32(std::uint16_t old_checksum,
                                                          std::uint32_t before,
                                                          std::uint32_t after) noexcept {
    const auto high = checksum_update(old_checksum,
                                      static_cast<std::uint16_t>(before >> 16),
                                      static_cast<std::uint16_t>(after >> 16));
    return checksum_update(
        high, static_cast<std::uint16_t>(before), static_cast<std::uint16_t>(after));
}

/// The checksum field of TCP, ICMPv6 or whoever sums a pseudo header: `octets` are the upper
/// layer's header and data, its checksum field zero. UDP has a rule of its own: udp_checksum.
[[nodiscard]] SONDE_API std::uint16_t transport_checksum(const ip_address& source,
                                                         const ip_address& destination,
                                                         ip_protocol protocol,
                                                         bytes_view octets) noexcept;
/// The same for UDP: a sum of zero is sent as 0xffff, for zero means "none" (RFC 768).
[[nodiscard]] SONDE_API std::uint16_t udp_checksum(const ip_address& source,
                                                   const ip_address& destination,
                                                   bytes_view octets) noexcept;

/// What a received checksum turned out to be.
enum class checksum_state : std::uint8_t { good, bad, absent };
[[nodiscard]] constexpr std::string_view to_string(checksum_state state) noexcept {
    switch (state) {
        case checksum_state::good:
            return "good";
        case checksum_state::bad:
            return "bad";
        case checksum_state::absent:
            return "absent";
    }
    return "bad";
}

/// Judges the checksum inside `octets`, a whole header with its data. `absent`: the sender of a UDP
/// datagram made none. Over IPv6 that is allowed to tunnels only (RFC 6935): the caller's business.
[[nodiscard]] SONDE_API checksum_state verify_transport_checksum(const ip_address& source,
                                                                 const ip_address& destination,
                                                                 ip_protocol protocol,
                                                                 bytes_view octets) noexcept;

}  // namespace sonde::inline v0
