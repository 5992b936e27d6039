#include "packet_port.hpp"

#include <sonde/capture/frame_filter.hpp>
#include <sonde/capture/packet_ring.hpp>

namespace sonde::inline v0::detail {

tl::expected<std::unique_ptr<probe_port>, std::string> open_packet_port(
    probe_socket& socket, const link_request& request) {
    const wanted_frames wanted{.family = request.way.look.family,
                               .identifier = request.way.identifier};
    auto ring = open_packet_ring(
        {.interface = request.way.interface, .filter = frame_filter(wanted)}, request.packet);
    if (!ring) return tl::unexpected(describe(ring.error()));
    return make_link_port(
        {.kind = port_kind::packet_ring, .carrier = std::move(*ring)}, socket, request);
}

}  // namespace sonde::inline v0::detail
