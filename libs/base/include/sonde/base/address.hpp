#pragma once
/// Addresses as values. Text is strict: `parse` takes what RFC 5952 and the dotted quad of RFC 6943
/// s3.1.1 allow and nothing else ("1" and "1.2.3.4 x" are not addresses).

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>

namespace sonde::inline v0 {

/// An IPv6 address as one number: its first octet is the highest.
__extension__ using uint128 = unsigned __int128;

struct ipv4_address {
    std::uint32_t value = 0;  // host byte order: 192.0.2.1 is 0xc0000201

    [[nodiscard]] SONDE_API static std::optional<ipv4_address> parse(
        std::string_view text) noexcept;
    [[nodiscard]] static constexpr ipv4_address from_octets(
        std::span<const std::uint8_t, 4> in) noexcept {
        return {be32<0>(in)};
    }
    constexpr void write(std::span<std::uint8_t, 4> out) const noexcept { put_be32<0>(out, value); }
    [[nodiscard]] constexpr bool is_unspecified() const noexcept { return value == 0; }
    [[nodiscard]] constexpr bool is_loopback() const noexcept { return value >> 24 == 127; }
    [[nodiscard]] constexpr bool is_multicast() const noexcept { return value >> 28 == 14; }
    [[nodiscard]] constexpr bool is_broadcast() const noexcept { return value == 0xffffffff; }
    [[nodiscard]] constexpr std::array<std::uint8_t, 4> to_octets() const noexcept {
        std::array<std::uint8_t, 4> made{};
        write(made);
        return made;
    }
    friend constexpr auto operator<=>(const ipv4_address&, const ipv4_address&) = default;
};

struct ipv6_address {
    std::array<std::uint8_t, 16> octets{};

    [[nodiscard]] SONDE_API static std::optional<ipv6_address> parse(
        std::string_view text) noexcept;
    [[nodiscard]] static constexpr ipv6_address from_octets(
        std::span<const std::uint8_t, 16> in) noexcept {
        ipv6_address made;
        for (std::size_t i = 0; i < 16; ++i) made.octets[i] = in[i];
        return made;
    }
    constexpr void write(std::span<std::uint8_t, 16> out) const noexcept {
        for (std::size_t i = 0; i < 16; ++i) out[i] = octets[i];
    }
    [[nodiscard]] static constexpr ipv6_address from_integer(uint128 value) noexcept {
        ipv6_address made;
        for (std::size_t i = 16; i-- > 0; value >>= 8) {
            made.octets[i] = static_cast<std::uint8_t>(value);
        }
        return made;
    }
    [[nodiscard]] constexpr uint128 to_integer() const noexcept {
        uint128 made = 0;
        for (const std::uint8_t octet : octets) made = (made << 8) | octet;
        return made;
    }
    [[nodiscard]] constexpr bool is_unspecified() const noexcept {
        for (const auto octet : octets) {
            if (octet != 0) return false;
        }
        return true;
    }
    [[nodiscard]] constexpr bool is_loopback() const noexcept {
        for (std::size_t i = 0; i < 15; ++i) {
            if (octets[i] != 0) return false;
        }
        return octets[15] == 1;
    }
    [[nodiscard]] constexpr bool is_multicast() const noexcept { return octets[0] == 0xff; }
    [[nodiscard]] constexpr bool is_link_local() const noexcept {
        return octets[0] == 0xfe && (octets[1] & 0xc0) == 0x80;
    }
    friend constexpr auto operator<=>(const ipv6_address&, const ipv6_address&) = default;
};

enum class ip_family : std::uint8_t { v4 = 4, v6 = 6 };

/// An IPv4 or IPv6 address; IPv6 with its zone (RFC 4007), as an interface index, 0 when none.
class ip_address {
  public:
    constexpr ip_address() noexcept = default;           // 0.0.0.0
    constexpr ip_address(ipv4_address address) noexcept  // NOLINT(google-explicit-constructor)
        : v4_(address) {}
    constexpr ip_address(ipv6_address address,  // NOLINT(google-explicit-constructor)
                         std::uint32_t zone = 0) noexcept
        : v6_(address), zone_(zone), family_(ip_family::v6) {}

    /// Dotted quad or RFC 5952 text, without a zone (zones need the system's interfaces: net).
    [[nodiscard]] SONDE_API static std::optional<ip_address> parse(std::string_view text) noexcept;

    [[nodiscard]] constexpr ip_family family() const noexcept { return family_; }
    [[nodiscard]] constexpr bool is_v4() const noexcept { return family_ == ip_family::v4; }
    [[nodiscard]] constexpr bool is_v6() const noexcept { return family_ == ip_family::v6; }
    /// Precondition: is_v4(); otherwise 0.0.0.0. Likewise v6().
    [[nodiscard]] constexpr ipv4_address v4() const noexcept { return v4_; }
    [[nodiscard]] constexpr ipv6_address v6() const noexcept { return v6_; }
    [[nodiscard]] constexpr std::uint32_t zone() const noexcept { return zone_; }
    [[nodiscard]] constexpr bool is_unspecified() const noexcept {
        return is_v4() ? v4_.is_unspecified() : v6_.is_unspecified();
    }
    [[nodiscard]] constexpr bool is_loopback() const noexcept {
        return is_v4() ? v4_.is_loopback() : v6_.is_loopback();
    }
    [[nodiscard]] constexpr bool is_multicast() const noexcept {
        return is_v4() ? v4_.is_multicast() : v6_.is_multicast();
    }
    /// The same host, whatever the zone says: what a quoted datagram can be compared by.
    [[nodiscard]] constexpr bool same_host(const ip_address& other) const noexcept {
        return family_ == other.family_ && v4_ == other.v4_ && v6_ == other.v6_;
    }
    friend constexpr bool operator==(const ip_address&, const ip_address&) = default;
    friend constexpr auto operator<=>(const ip_address&, const ip_address&) = default;

  private:
    ipv4_address v4_{};
    ipv6_address v6_{};
    std::uint32_t zone_ = 0;
    ip_family family_ = ip_family::v4;
};

struct mac_address {
    std::array<std::uint8_t, 6> octets{};

    /// Six pairs of hex digits with ':' or '-' between them.
    [[nodiscard]] SONDE_API static std::optional<mac_address> parse(std::string_view text) noexcept;
    [[nodiscard]] static constexpr mac_address from_octets(
        std::span<const std::uint8_t, 6> in) noexcept {
        mac_address made;
        for (std::size_t i = 0; i < 6; ++i) made.octets[i] = in[i];
        return made;
    }
    constexpr void write(std::span<std::uint8_t, 6> out) const noexcept {
        for (std::size_t i = 0; i < 6; ++i) out[i] = octets[i];
    }
    /// The lowest 48 bits of `value`: 0x001b44113ab7 is 00:1b:44:11:3a:b7.
    [[nodiscard]] static constexpr mac_address from_integer(std::uint64_t value) noexcept {
        mac_address made;
        for (std::size_t i = 6; i-- > 0; value >>= 8) {
            made.octets[i] = static_cast<std::uint8_t>(value);
        }
        return made;
    }
    [[nodiscard]] constexpr std::uint64_t to_integer() const noexcept {
        std::uint64_t made = 0;
        for (const std::uint8_t octet : octets) made = (made << 8) | octet;
        return made;
    }
    [[nodiscard]] constexpr bool is_unspecified() const noexcept { return to_integer() == 0; }
    [[nodiscard]] constexpr bool is_broadcast() const noexcept {
        return to_integer() == 0xffffffffffff;
    }
    /// A group, the broadcast address among them (IEEE 802 s8.2: the I/G bit).
    [[nodiscard]] constexpr bool is_multicast() const noexcept { return (octets[0] & 1) != 0; }
    /// Not given by a maker of hardware (IEEE 802 s8.2: the U/L bit).
    [[nodiscard]] constexpr bool is_locally_administered() const noexcept {
        return (octets[0] & 2) != 0;
    }
    friend constexpr auto operator<=>(const mac_address&, const mac_address&) = default;
};

[[nodiscard]] SONDE_API std::string to_string(ipv4_address address);
[[nodiscard]] SONDE_API std::string to_string(const ipv6_address& address);  // RFC 5952
/// With "%<index>" when the address has a zone; client writes the interface's name instead.
[[nodiscard]] SONDE_API std::string to_string(const ip_address& address);
[[nodiscard]] SONDE_API std::string to_string(const mac_address& address);

}  // namespace sonde::inline v0

template <>
struct std::hash<sonde::ip_address> {
    std::size_t operator()(const sonde::ip_address& address) const noexcept {
        std::uint64_t mixed = address.v4().value;
        for (const auto octet : address.v6().octets) mixed = (mixed ^ octet) * 0x100000001b3ULL;
        mixed ^= std::uint64_t{address.zone()} << 32;
        return static_cast<std::size_t>(mixed * 0x9e3779b97f4a7c15ULL);
    }
};
