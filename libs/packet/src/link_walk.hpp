#pragma once
/// From a frame to the network layer in it, by nothing but what the views declare.

#include <optional>

#include <sonde/wire/link/arp.hpp>
#include <sonde/wire/link/cisco_hdlc.hpp>
#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/link/link_type.hpp>
#include <sonde/wire/link/llc.hpp>
#include <sonde/wire/link/null.hpp>
#include <sonde/wire/link/ppp.hpp>
#include <sonde/wire/link/pppoe.hpp>
#include <sonde/wire/link/sll.hpp>
#include <sonde/wire/link/vlan.hpp>
#include <sonde/wire/network/mpls.hpp>

namespace sonde::inline v0::detail {

enum class network_kind : std::uint8_t { none, arp, ip };

/// Where the first network layer of a frame lies. Offsets are octets from the frame's start.
struct link_walk {
    std::optional<std::size_t> ethernet_at{};  // of the frame's own Ethernet header
    network_kind network = network_kind::none;
    std::size_t network_at = 0;
    std::size_t network_len = 0;  // octets, link-layer trailers left out where they are told
};

struct link_step {
    selector next{};
    bytes_view payload{};
};

template <class T>
[[nodiscard]] std::optional<link_step> link_step_if(selector by, bytes_view octets) noexcept {
    for (const selector& one : T::selected_by) {
        if (one != by) continue;
        const auto seen = T::view::parse(octets);
        if (!seen) return link_step{};
        return link_step{seen->next_selector(), seen->payload()};
    }
    return std::nullopt;
}

template <class... Ts>
[[nodiscard]] link_step link_step_of(selector by, bytes_view octets) noexcept {
    std::optional<link_step> found;
    static_cast<void>(((found = link_step_if<Ts>(by, octets), found.has_value()) || ...));
    return found.value_or(link_step{});
}

[[nodiscard]] inline network_kind network_selected(selector by) noexcept {
    constexpr selector over_ppp_v4{selector_kind::ppp_protocol, 0x0021};  // RFC 1332
    constexpr selector over_ppp_v6{selector_kind::ppp_protocol, 0x0057};  // RFC 5072
    if (by == by_ether_type(ether_type::ipv4) || by == by_ether_type(ether_type::ipv6) ||
        by == over_ppp_v4 || by == over_ppp_v6 || by == selector{selector_kind::ip_protocol, 4} ||
        by == selector{selector_kind::ip_protocol, 41}) {
        return network_kind::ip;
    }
    for (const selector& one : arp::selected_by) {
        if (one == by) return network_kind::arp;
    }
    return network_kind::none;
}

[[nodiscard]] inline link_walk walk_link(bytes_view frame, link_type link) noexcept {
    constexpr int depth_max = 16;  // headers: tags and labels stack, but not for ever
    link_walk found;
    link_step at{first_selector(link, frame), frame};
    const bool has_ethernet = link == link_type::ethernet && frame.size() >= ethernet::header_len;
    if (has_ethernet) found.ethernet_at = 0;
    for (int depth = 0; depth < depth_max; ++depth) {
        found.network = network_selected(at.next);
        if (found.network != network_kind::none) {
            found.network_at = static_cast<std::size_t>(at.payload.data() - frame.data());
            found.network_len = at.payload.size();
            return found;
        }
        if (at.next == selector{}) return found;
        at = link_step_of<ethernet,
                          vlan,
                          llc,
                          snap,
                          linux_sll,
                          linux_sll2,
                          bsd_null,
                          cisco_hdlc,
                          ppp,
                          pppoe,
                          mpls>(at.next, at.payload);
    }
    return found;
}

}  // namespace sonde::inline v0::detail
