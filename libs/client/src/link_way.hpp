#pragma once
/// What must be known before packets leave by a link: its interface, and how the headers look that
/// the socket beside it would have.

#include <string>

#include <tl/expected.hpp>

#include <sonde/net/probe_socket.hpp>

#include "link_port.hpp"
#include "port_choice.hpp"

namespace sonde::inline v0::detail {

struct link_way {
    std::string interface{};
    std::uint32_t interface_index = 0;
    std::size_t frame_len_max = 0;  // octets
    frame_look look{};
    std::uint16_t identifier = 0;
    bool has_other_ways_in = true;  // other interfaces are up
};

/// The way to `wish.example`; or why no link leads there, as the end of a sentence: "10.0.0.1 is
/// this host".
[[nodiscard]] tl::expected<link_way, std::string> find_link_way(const probe_socket& socket,
                                                                const port_wish& wish,
                                                                const system_calls& calls);

struct link_carriers {
    port_kind kind = port_kind::packet_ring;
    std::unique_ptr<frame_carrier> carrier{};
    std::unique_ptr<frame_carrier> ear{};
};
struct link_request {
    const link_way& way;
    const port_wish& wish;
    const system_calls& calls;
    const packet_calls& packet;
};
/// The port over an open carrier; takes the socket over only when there is one. What failed is said
/// as a sentence's end: "bind of eth0: Network is down (ENETDOWN)".
[[nodiscard]] tl::expected<std::unique_ptr<probe_port>, std::string> make_link_port(
    link_carriers carriers, probe_socket& socket, const link_request& request);

}  // namespace sonde::inline v0::detail
