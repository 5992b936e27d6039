#include "link_way.hpp"

#include <algorithm>
#include <array>
#include <netinet/in.h>

#include <sonde/net/interfaces.hpp>
#include <sonde/wire/link/ethernet.hpp>

namespace sonde::inline v0::detail {
namespace {

// What the socket has set, or `otherwise`.
int option_of(const probe_socket& socket, int level, int name, int otherwise,
              const system_calls& calls) {
    int value = otherwise;
    socklen_t len = sizeof value;
    const bool is_told =
        calls.getsockopt(socket.native_handle(), level, name, &value, &len) == 0 && value >= 0;
    return is_told ? value : otherwise;
}

frame_look look_of(const probe_socket& socket, const mac_address& mac, const system_calls& calls) {
    constexpr int usual_hop_limit = 64;
    const bool is_v4 = socket.family() == ip_family::v4;
    const int level = is_v4 ? IPPROTO_IP : IPPROTO_IPV6;
    const int hop_limit =
        option_of(socket, level, is_v4 ? IP_TTL : IPV6_UNICAST_HOPS, usual_hop_limit, calls);
    const int traffic_class = option_of(socket, level, is_v4 ? IP_TOS : IPV6_TCLASS, 0, calls);
    const int discovery =
        is_v4 ? option_of(socket, level, IP_MTU_DISCOVER, IP_PMTUDISC_WANT, calls) : 0;
    return {.family = socket.family(),
            .mac = mac,
            .hop_limit = static_cast<std::uint8_t>(hop_limit),
            .traffic_class = static_cast<std::uint8_t>(traffic_class),
            .dont_fragment = discovery != IP_PMTUDISC_DONT};
}

std::uint16_t drawn_identification(const system_calls& calls) {
    std::array<std::uint8_t, 2> octets{};
    static_cast<void>(calls.getrandom(octets.data(), octets.size(), 0));
    return be16_at(octets, 0);
}

}  // namespace

tl::expected<link_way, std::string> find_link_way(const probe_socket& socket, const port_wish& wish,
                                                  const system_calls& calls) {
    const auto identifier = socket.local_port();
    if (!identifier) return tl::unexpected(describe(identifier.error()));
    const std::string whom = to_string(wish.example);
    if (wish.example.family() != socket.family()) {
        return tl::unexpected(std::string("no target is known of this family"));
    }
    const auto hop = find_next_hop(
        {.destination = wish.example, .interface_index = wish.interface_index}, calls);
    if (!hop) return tl::unexpected("no way to " + whom + " is known");
    if (hop->is_local) return tl::unexpected(whom + " is this host");
    if (hop->is_group) return tl::unexpected(whom + " is a group");
    if (hop->is_encapsulated) return tl::unexpected("the route to " + whom + " encapsulates");
    const auto interfaces = list_interfaces(calls);
    if (!interfaces) return tl::unexpected(describe(interfaces.error()));
    const auto by = std::ranges::find(*interfaces, hop->interface_index, &network_interface::index);
    if (by == interfaces->end()) return tl::unexpected("no interface leads to " + whom);
    if (!by->mac || by->is_loopback || by->is_point_to_point) {
        return tl::unexpected(by->name + " has no Ethernet header");
    }
    if (!by->is_up) return tl::unexpected(by->name + " is down");
    return link_way{
        .interface = by->name,
        .interface_index = by->index,
        .frame_len_max = std::size_t{by->mtu} + ethernet::header_len,
        .look = look_of(socket, *by->mac, calls),
        .identifier = *identifier,
        .has_other_ways_in = std::ranges::any_of(*interfaces, [&](const network_interface& one) {
            return one.is_up && !one.is_loopback && one.index != by->index;
        })};
}

tl::expected<std::unique_ptr<probe_port>, std::string> make_link_port(link_carriers carriers,
                                                                      probe_socket& socket,
                                                                      const link_request& request) {
    link_port_parts parts{
        .carried_by = carriers.kind,
        .carrier = std::move(carriers.carrier),
        .ear = std::move(carriers.ear),
        .is_heard_twice = carriers.kind == port_kind::packet_ring,
        .look = request.way.look,
        .interface_index = request.way.interface_index,
        // What an XDP program does not understand comes in by the stack.
        .has_other_ways_in = carriers.kind == port_kind::xdp || request.way.has_other_ways_in,
        .source = request.wish.source,
        .first_identification = drawn_identification(request.calls)};
    auto made = link_port::make(std::move(parts), socket, request.calls, request.packet);
    if (!made) return tl::unexpected(describe(made.error()));
    return std::move(*made);
}

}  // namespace sonde::inline v0::detail
