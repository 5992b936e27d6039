#pragma once
/// A port over an XDP socket. The kernel keeps what neighbours answer, so that a small packet ring
/// beside it hears them too; and the raw socket hears what the XDP program leaves to the stack:
/// other receive queues, headers with options.

#include <sonde/capture/xdp_socket.hpp>

#include "link_way.hpp"

namespace sonde::inline v0::detail {

struct opened_xdp_port {
    std::unique_ptr<probe_port> port{};
    xdp_mode mode = xdp_mode::generic;  // which it became
};

/// Takes the socket over only when there is a port. Otherwise says why, as the end of a sentence.
[[nodiscard]] tl::expected<opened_xdp_port, std::string> open_xdp_port(probe_socket& socket,
                                                                       const link_request& request,
                                                                       xdp_mode mode);

}  // namespace sonde::inline v0::detail
