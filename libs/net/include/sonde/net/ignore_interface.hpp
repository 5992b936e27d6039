#pragma once
/// A raw ICMP socket beside a packet ring: what arrives by the ring's interface is the ring's, and
/// would otherwise be copied and queued a second time.

#include <cstdint>

#include <sonde/base/api.hpp>
#include <sonde/base/os_error.hpp>
#include <sonde/net/probe_socket.hpp>

namespace sonde::inline v0 {

/// From now on the socket hears nothing that came in by this interface; what it hears by others is
/// filtered by its identifier, as before. Errors: EINVAL (not a raw ICMP socket), EBADF (closed),
/// and what setsockopt says.
[[nodiscard]] SONDE_API io_result<void> ignore_interface(const probe_socket& socket,
                                                         std::uint32_t interface_index,
                                                         const system_calls& calls = kernel_calls());

}  // namespace sonde::inline v0
