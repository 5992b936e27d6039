#pragma once
/// A port over a packet ring.

#include "link_way.hpp"

namespace sonde::inline v0::detail {

/// Takes the socket over only when there is a port; it hears no more what comes by the ring's
/// interface. Otherwise says why, as the end of a sentence.
[[nodiscard]] tl::expected<std::unique_ptr<probe_port>, std::string> open_packet_port(
    probe_socket& socket, const link_request& request);

}  // namespace sonde::inline v0::detail
