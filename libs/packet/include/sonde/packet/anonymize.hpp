#pragma once
/// Frames without the addresses of those who sent them. Addresses with a common prefix keep one of
/// the same length, so that networks stay networks; checksums that were right stay right, wrong
/// ones stay wrong; the same key gives the same addresses in every file.
///
///     anonymizer hide({.key = key, .payload = payload_fate::zero});
///     const std::size_t len = hide.apply(frame, link_type::ethernet);   // octets to keep
///
/// How: bit n of an address is turned over by one bit of SipHash-2-4 of the n bits before it, keyed
/// (the scheme of Xu, Fan, Ammar and Moon, "Prefix-preserving IP address anonymization", 2002,
/// which uses AES). MAC addresses and ports go through a keyed permutation (a Feistel network).
///
/// What is kept, for it says what a host is and not who: unspecified, broadcast, loopback and
/// multicast addresses, and so the first bits of their neighbours: 10.0.0.1 stays within 8.0.0.0/5,
/// 2001:db8::1 within 2000::/3. Of a solicited-node group the last 24 bits are mapped. The bit of a
/// MAC address that says "group" and the one that says "local" stay.
///
/// Limits. Prefix preservation is a leak by design: who knows one pair (address, its substitute)
/// knows the first bits of all neighbours, and who can inject packets gets such pairs. Addresses in
/// the payload of protocols that sonde does not know, and in text, are found by nobody: `payload`
/// decides about them. Of a fragmented datagram the transport checksum lies in the first fragment
/// and turns wrong when payload is zeroed. A frame check sequence of the link is not computed anew.
///
/// Not thread-safe. Bounded: a copy of the largest frame, and caches of 4,096 addresses.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/siphash.hpp>
#include <sonde/packet/protocol_table.hpp>
#include <sonde/wire/link/link_type.hpp>

namespace sonde::inline v0 {

/// What becomes of octets that are behind the transport, or that no protocol is known for.
enum class payload_fate : std::uint8_t {
    keep,
    zero,  // as many zeros
    cut,   // the frame ends before them
};

struct anonymize_options {
    siphash_key key{};
    bool keep_mac_vendor = false;  // the first 24 bits of a MAC address
    bool ports = false;            // of TCP, UDP, UDP-Lite and SCTP too
    payload_fate payload = payload_fate::keep;
};

class anonymizer {
  public:
    SONDE_API explicit anonymizer(const anonymize_options& options);

    [[nodiscard]] SONDE_API ipv4_address substitute(ipv4_address address);
    [[nodiscard]] SONDE_API ipv6_address substitute(const ipv6_address& address);
    [[nodiscard]] SONDE_API mac_address substitute(const mac_address& address);
    [[nodiscard]] SONDE_API std::uint16_t substitute_port(std::uint16_t port) const noexcept;

    /// Replaces what the frame tells of its hosts, in place. Gives how many octets are to be kept:
    /// all, unless payload is cut. Any octets will do.
    [[nodiscard]] SONDE_API std::size_t apply(
        bytes_mut frame, link_type type = link_type::ethernet,
        const protocol_table& table = protocol_table::built_in());

  private:
    struct cached_v4 {
        std::uint32_t address = 0;
        std::uint32_t made = 0;
        bool used = false;
    };
    struct cached_v6 {
        ipv6_address address{};
        ipv6_address made{};
        bool used = false;
    };
    [[nodiscard]] ipv6_address mapped(const ipv6_address& address) const noexcept;

    anonymize_options options_;
    std::vector<std::uint8_t> original_{};
    std::vector<cached_v4> known_v4_;
    std::vector<cached_v6> known_v6_;
};

}  // namespace sonde::inline v0
