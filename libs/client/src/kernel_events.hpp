#pragma once
/// What the sockets of net hand over, in the shape that sessions take.

#include <cstdint>
#include <optional>

#include <sonde/base/time.hpp>
#include <sonde/net/probe_socket.hpp>
#include <sonde/packet/icmp_error.hpp>
#include <sonde/probe/session.hpp>

namespace sonde::inline v0::detail {

[[nodiscard]] receive_facts facts_of(const received_datagram& in, std::uint8_t protocol,
                                     mono_time now);

/// An ICMP message that a raw socket read, or none when it is no ICMP error.
[[nodiscard]] bool is_icmp_error(bytes_view message, ip_family family) noexcept;

/// One entry of the error queue of a socket of `kind`. Borrows what `in` borrows. None for entries
/// that say nothing about a probe of ours.
[[nodiscard]] std::optional<icmp_error> error_of(const received_error& in, socket_kind kind,
                                                 ip_family family);
[[nodiscard]] receive_facts facts_of(const received_error& in, std::uint8_t protocol,
                                     mono_time now);

/// The number of the protocol that a socket of `kind` speaks.
[[nodiscard]] std::uint8_t protocol_of(socket_kind kind, ip_family family) noexcept;

}  // namespace sonde::inline v0::detail
