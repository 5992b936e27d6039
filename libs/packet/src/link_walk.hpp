#pragma once
/// From a frame to the network layer in it.

#include <optional>

#include <sonde/packet/layers.hpp>
#include <sonde/wire/link/ethernet.hpp>

namespace sonde::inline v0::detail {

enum class network_kind : std::uint8_t { none, arp, ip };

/// Where the first network layer of a frame lies. Offsets are octets from the frame's start.
struct link_walk {
    std::optional<std::size_t> ethernet_at{};  // of the frame's own Ethernet header
    network_kind network = network_kind::none;
    std::size_t network_at = 0;
    std::size_t network_len = 0;  // octets, link-layer trailers left out where they are told
};

[[nodiscard]] inline link_walk walk_link(bytes_view frame, link_type link) noexcept {
    link_walk found;
    if (link == link_type::ethernet && frame.size() >= ethernet::header_len) found.ethernet_at = 0;
    for (const layer_view& one : layers(frame, link)) {
        if (one.id() == layer::arp) found.network = network_kind::arp;
        if (one.id() == layer::ipv4 || one.id() == layer::ipv6) found.network = network_kind::ip;
        if (found.network == network_kind::none) continue;
        found.network_at = one.offset();
        found.network_len = one.octets().size();
        return found;
    }
    return found;
}

}  // namespace sonde::inline v0::detail
