#pragma once
/// The datagrams that routers, targets and strangers send: whole, with every checksum right.

#include <cstdint>
#include <span>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/packet/datagram.hpp>
#include <sonde/sim/scenario.hpp>

namespace sonde::inline v0::sim {

using octet_buffer = std::vector<std::uint8_t>;

/// The IP header of a datagram that is being made.
struct ip_header {
    ip_address source{};
    ip_address destination{};  // of the family of `source`
    std::uint8_t protocol = 0;
    std::uint8_t hop_limit = 64;
    std::uint8_t traffic_class = 0;
    std::uint16_t identification = 0;  // IPv4
};

/// Octets of an IP header without options or extension headers.
[[nodiscard]] std::size_t ip_header_len(ip_family family) noexcept;
/// Makes room for a header and `transport_len` octets, writes the header, returns the room behind.
[[nodiscard]] bytes_mut begin_datagram(octet_buffer& out, const ip_header& header,
                                       std::size_t transport_len);
/// Whether the checksum of the transport is right, as a host judges before it answers. What has no
/// checksum that we know is right.
[[nodiscard]] bool transport_checksum_holds(const datagram& seen) noexcept;
/// Writes the checksum of a whole transport that begins behind the header of `datagram`.
void set_transport_checksum(const ip_header& header, bytes_mut transport) noexcept;

/// Which error a router or target reports.
enum class complaint : std::uint8_t { exceeded, unreachable, too_big };

struct error_recipe {
    complaint what = complaint::exceeded;
    std::uint8_t code = 0;  // of the family
    std::uint16_t mtu = 0;  // too_big
    quote_length quote = quote_length::full;
    std::span<const mpls_label> labels{};
    bool compliant_extension = true;
};
/// Writes an ICMP error about `about`, as it arrived, into `out`. header.protocol is set here.
void make_error(octet_buffer& out, ip_header header, bytes_view about, const error_recipe& recipe);
/// Whether a datagram may be complained about at all: nobody reports errors about errors, about
/// fragments but the first, or to senders that are not one host (RFC 1122 s3.2.2, RFC 4443 s2.4).
[[nodiscard]] bool may_be_reported(const datagram& seen) noexcept;

/// Whether this is an echo request, whole and not a fragment.
[[nodiscard]] bool is_echo_request(const datagram& seen) noexcept;
/// The reply to it. header.protocol is set here.
void make_echo_reply(octet_buffer& out, ip_header header, bytes_view request);
/// What a host says to a TCP segment on a port that listens or does not; false: nothing (RFC 9293
/// s3.10.7.1, s3.10.7.2). header.protocol is set here.
[[nodiscard]] bool make_tcp_answer(octet_buffer& out, ip_header header, bytes_view segment,
                                   bool listens, std::uint32_t sequence_number);

}  // namespace sonde::inline v0::sim
