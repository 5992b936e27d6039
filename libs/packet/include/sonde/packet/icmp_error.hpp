#pragma once
/// An ICMP or ICMPv6 error and the datagram it quotes, as facts: what a raw socket hands over (read
/// here from octets) and what the kernel's error queue tells (filled in by client) in one shape.

#include <cstdint>
#include <optional>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/result.hpp>

namespace sonde::inline v0 {

/// What the quoted datagram's IP header says. Absent where the kernel hides it (error queue).
struct quoted_ip {
    ip_address source{};
    std::uint8_t hop_limit = 0;        // as it arrived at the reporter: usually 0 or 1
    std::uint8_t traffic_class = 0;    // as it arrived: a change on the way shows here
    std::uint16_t identification = 0;  // IPv4 only
    std::uint16_t total_len = 0;       // octets, header included
};

struct icmp_error {
    ip_address from{};  // who reports; unspecified: this host
    std::uint8_t type = 0;
    std::uint8_t code = 0;
    bool local = false;         // this host's kernel refused, nobody on the path
    std::uint32_t mtu = 0;      // octets: next-hop MTU (RFC 1191), packet too big (RFC 4443 s3.2)
    std::uint32_t pointer = 0;  // octets: parameter problem
    ip_address gateway{};       // redirect (RFC 792; RFC 4861 s4.5: target)

    std::uint8_t quoted_protocol = 0;  // the transport of the quoted datagram: 1, 58, 17, 6 ...
    ip_address quoted_destination{};
    std::uint16_t quoted_destination_port = 0;  // UDP and TCP; 0 when unknown
    std::optional<quoted_ip> quoted{};
    bytes_view quoted_transport{};    // from the first octet of the transport header; may be cut
    bytes_view quoted_payload{};      // behind the UDP header; may be empty although it was sent
    bytes_view extension{};           // RFC 4884 structure with its header; empty when none
    bool extension_compliant = true;  // false: found at octet 128 without a length field
};

/// Reads an ICMP error (`family` v4) or ICMPv6 error (v6) from the first octet of its type. Borrows
/// `octets`. The quoted datagram is read with its real header length, options and extension
/// headers; what is cut stays empty. Errors: truncated (no common header), not_this_message (not an
/// error message).
[[nodiscard]] SONDE_API result<icmp_error> read_icmp_error(bytes_view octets SONDE_LIFETIMEBOUND,
                                                           ip_family family) noexcept;

}  // namespace sonde::inline v0
