#pragma once
/// Our host's side: what Linux makes of a probe on its way out, and what it shows of an answer to a
/// raw socket, to a ping socket and in an error queue.

#include <cstdint>
#include <optional>

#include <sonde/packet/datagram.hpp>
#include <sonde/packet/icmp_error.hpp>
#include <sonde/probe/session.hpp>

#include "craft.hpp"

namespace sonde::inline v0::sim {

/// Makes a probe into the datagram that leaves. Ping sockets put their own identifier in; ICMPv6
/// and UDP are summed here, everything else leaves with the checksum it came with.
void make_probe_datagram(octet_buffer& out, const transmit& probe, const probe_channel& channel,
                         ip_header header);

/// A datagram that reached our host, read once for all sockets.
struct arrival {
    datagram seen{};
    bool checksum_holds = false;
    std::optional<icmp_error> error{};  // ICMP only, `from` filled in
};
[[nodiscard]] std::optional<arrival> read_arrival(bytes_view octets) noexcept;

/// What a socket is shown of an arrival.
enum class shown_as : std::uint8_t { nothing, message, queued_error };

/// `protocol` is that of the probes that the session sends: 1, 58, 17 or 6; 0 before the first.
[[nodiscard]] shown_as shown_to(const probe_channel& channel, std::uint8_t protocol,
                                const arrival& arrived) noexcept;
/// An error as the error queue tells it (ip(7), IP_RECVERR): no quoted IP header; for UDP the
/// quoted payload and the port, for a ping socket and TCP the octets from their header on.
[[nodiscard]] icmp_error as_queued(const icmp_error& error) noexcept;

}  // namespace sonde::inline v0::sim
