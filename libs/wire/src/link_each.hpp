#pragma once
/// The link layer and the tunnels, for tests and the fuzz target: a list of them, a walk over a
/// frame that is made of nothing but their declarations, and what every view must survive.

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/link/arp.hpp>
#include <sonde/wire/link/cisco_hdlc.hpp>
#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/link/llc.hpp>
#include <sonde/wire/link/null.hpp>
#include <sonde/wire/link/ppp.hpp>
#include <sonde/wire/link/pppoe.hpp>
#include <sonde/wire/link/sll.hpp>
#include <sonde/wire/link/vlan.hpp>
#include <sonde/wire/network/gre.hpp>
#include <sonde/wire/network/igmp.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/network/mpls.hpp>
#include <sonde/wire/transport/geneve.hpp>
#include <sonde/wire/transport/udp.hpp>
#include <sonde/wire/transport/udp_lite.hpp>
#include <sonde/wire/transport/vxlan.hpp>

namespace sonde::testing {

template <class... Ts>
struct protocol_list {};
using link_protocols =
    protocol_list<ethernet, vlan, arp, llc, snap, linux_sll, linux_sll2, bsd_null, cisco_hdlc, ppp,
                  pppoe, mpls, pseudowire_control_word, gre, vxlan, geneve, igmp, igmpv3_query,
                  igmpv3_report, udp_lite>;

template <class... Ts, class Each>
void for_each_protocol(protocol_list<Ts...>, Each&& each) {
    (each.template operator()<Ts>(), ...);
}

/// Reads every octet, so that a sanitizer sees a span that reaches too far.
inline void touch(bytes_view octets) { (void)internet_checksum(octets); }

/// What can be read comes back in the same octets.
template <class T>
void round_trip(typename T::view seen) {
    const auto meant = T::read(seen);
    if (!meant) {
        SONDE_CHECK(!to_sentence(meant.error()).empty());
        return;
    }
    const bytes_view octets = seen.octets();
    SONDE_CHECK(meant->wire_len() == octets.size());
    std::vector<std::uint8_t> again(meant->wire_len(), 0x5a);
    meant->emit(again);
    for (std::size_t i = 0; i < again.size(); ++i) SONDE_CHECK(again[i] == octets[i]);
}

/// Elements lie without gaps from the start; the walk ends at the end or says why not.
template <class Range>
void walk_elements(const Range& range) {
    std::size_t walked = 0;
    for (const auto& element : range) {
        touch(element.octets());
        walked += element.octets().size();
    }
    SONDE_CHECK(walked <= range.octets().size());
    if (const auto stopped = range.error()) SONDE_CHECK(!to_sentence(*stopped).empty());
}

template <class T>
void exercise(typename T::view seen) {
    touch(seen.octets());
    if constexpr (requires { seen.trailer(); }) touch(seen.trailer());
    if constexpr (requires { seen.data(); }) touch(seen.data());
    if constexpr (requires { seen.options(); }) touch(seen.options());
    if constexpr (requires { seen.tags(); }) walk_elements(seen.tags());
    if constexpr (requires { seen.option_list(); }) walk_elements(seen.option_list());
    if constexpr (requires { seen.records(); }) walk_elements(seen.records());
    if constexpr (carrier<typename T::view>) {
        touch(seen.payload());
        SONDE_CHECK(seen.payload().size() <= seen.octets().size());
        (void)seen.next_selector();
    }
    round_trip<T>(seen);
}

/// Where a walk goes on.
struct walk_step {
    selector next{};
    bytes_view payload{};
};

/// The one of `T` when it is what `by` selects. `visit<T>(view)` sees it.
template <class T, class Visit>
std::optional<walk_step> step_if(selector by, bytes_view octets, Visit& visit) {
    // Those that look at the octets are read through the one that takes them all.
    if constexpr (selectable<T> && !choosy<T>) {
        for (const selector& one : T::selected_by) {
            if (one != by) continue;
            const auto seen = T::view::parse(octets);
            if (!seen) return walk_step{};
            visit.template operator()<T>(*seen);
            if constexpr (carrier<typename T::view>) {
                return walk_step{seen->next_selector(), seen->payload()};
            }
            return walk_step{};
        }
    }
    return std::nullopt;
}

/// IP and UDP as bridges between the tunnels.
inline std::optional<walk_step> step_ip(selector by, bytes_view octets) {
    using enum selector_kind;
    constexpr std::uint32_t udp_number = 17;
    if (by == selector{ether_type, 0x0800} || by == selector{ppp_protocol, 0x21} ||
        by == selector{ip_protocol, 4}) {
        const auto seen = ipv4::view::parse(octets);
        if (!seen || seen->fragment_offset() != 0) return walk_step{};
        return walk_step{{ip_protocol, static_cast<std::uint32_t>(seen->protocol())},
                         seen->payload()};
    }
    if (by == selector{ether_type, 0x86dd} || by == selector{ppp_protocol, 0x57} ||
        by == selector{ip_protocol, 41}) {
        const auto seen = ipv6::view::parse(octets);
        if (!seen) return walk_step{};
        return walk_step{{ip_protocol, static_cast<std::uint32_t>(seen->next_header())},
                         seen->payload()};
    }
    if (by == selector{ip_protocol, udp_number}) {
        const auto seen = udp::view::parse(octets);
        if (!seen) return walk_step{};
        return walk_step{{udp_port, seen->destination_port()}, seen->data()};
    }
    return std::nullopt;
}

template <class Visit, class... Ts>
std::optional<walk_step> step_any(selector by, bytes_view octets, Visit& visit,
                                  protocol_list<Ts...>) {
    std::optional<walk_step> found;
    static_cast<void>(((found = step_if<Ts>(by, octets, visit), found.has_value()) || ...));
    return found ? found : step_ip(by, octets);
}

/// Walks a frame from its link type as far as the declarations lead.
template <class Visit>
void walk_frame(link_type type, bytes_view frame, Visit&& visit) {
    walk_step at{first_selector(type, frame), frame};
    // Each step takes at least an octet, or ends the walk.
    for (std::size_t left = frame.size() + 1; left > 0; --left) {
        const auto next = step_any(at.next, at.payload, visit, link_protocols{});
        if (!next || next->next == selector{}) return;
        at = *next;
    }
}

}  // namespace sonde::testing
