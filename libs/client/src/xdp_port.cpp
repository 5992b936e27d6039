#include "xdp_port.hpp"

#include <sonde/capture/frame_filter.hpp>
#include <sonde/capture/packet_ring.hpp>

namespace sonde::inline v0::detail {

tl::expected<opened_xdp_port, std::string> open_xdp_port(probe_socket& socket,
                                                         const link_request& request,
                                                         xdp_mode mode) {
    constexpr std::size_t ear_len = 4'194'304;  // octets; an answer of a neighbour needs about 150
    const wanted_frames answers{.family = request.way.look.family,
                                .identifier = request.way.identifier,
                                .neighbours = false};
    const wanted_frames neighbours{.family = request.way.look.family, .answers = false};
    auto xdp = open_xdp_socket(
        {.interface = request.way.interface, .wanted = answers, .mode = mode}, request.packet);
    if (!xdp) return tl::unexpected(describe(xdp.error()));
    auto ear = open_packet_ring({.interface = request.way.interface,
                                 .filter = frame_filter(neighbours),
                                 .ring_len = ear_len},
                                request.packet);
    if (!ear) return tl::unexpected(describe(ear.error()));
    auto port = make_link_port(
        {.kind = port_kind::xdp, .carrier = std::move(xdp->carrier), .ear = std::move(*ear)},
        socket,
        request);
    if (!port) return tl::unexpected(std::move(port.error()));
    return opened_xdp_port{.port = std::move(*port), .mode = xdp->mode};
}

}  // namespace sonde::inline v0::detail
