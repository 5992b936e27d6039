#pragma once
/// A raw ICMP socket beside a carrier of frames, which hears what the carrier does not. What
/// arrives by the carrier's interface would otherwise be copied and queued a second time.

#include <cstdint>

#include <sonde/base/api.hpp>
#include <sonde/base/os_error.hpp>
#include <sonde/net/probe_socket.hpp>

namespace sonde::inline v0 {

/// From now on the socket hears nothing that came in by this interface; what it hears by others is
/// filtered by its identifier, as before. Errors: EINVAL (not a raw ICMP socket), EBADF (closed),
/// and what setsockopt says.
[[nodiscard]] SONDE_API io_result<void> ignore_interface(
    const probe_socket& socket, std::uint32_t interface_index,
    const system_calls& calls = kernel_calls());

/// Whether the socket hears echo replies at all. Unlike a filter program this is looked at before
/// the kernel copies the packet (ICMP_FILTER, raw(7)): it costs nothing a packet.
/// Errors: EINVAL (not a raw ICMP socket), and what setsockopt says.
[[nodiscard]] SONDE_API io_result<void> hear_echo_replies(
    const probe_socket& socket, bool hears, const system_calls& calls = kernel_calls());

/// The socket asks for no more time stamps. As long as one socket of the host asks, the kernel
/// reads a clock for each packet of every interface. Errors: what setsockopt says.
[[nodiscard]] SONDE_API io_result<void> ask_for_no_stamps(
    const probe_socket& socket, const system_calls& calls = kernel_calls());

}  // namespace sonde::inline v0
