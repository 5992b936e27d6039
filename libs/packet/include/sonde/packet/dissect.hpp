#pragma once
/// The third door of dissection, and the fastest: handlers chosen at compile time.
///
///     dissect(frame, on{[&](ipv4::view ip) { ... }, [&](tcp::view segment) { ... }});
///
/// Each handler is called for every layer of its protocol, outermost first, tunnels included; the
/// datagrams that ICMP errors quote are not looked into. Layers that nobody handles cost what it
/// takes to step over them. A protocol of one's own joins by name, under its `selected_by`:
///
///     dissect<telemetry>(frame, on{[&](telemetry::view t) { ... }});
///
///     if (auto hit = match<ethernet, ipv4, udp>(frame)) use(std::get<2>(*hit).source_port());

#include <optional>
#include <tuple>
#include <type_traits>

#include <sonde/packet/layers.hpp>
#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/link/vlan.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/protocols.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde::inline v0 {

/// Several functions as one that is called by the type of its argument.
template <class... Functions>
struct on : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
on(Functions...) -> on<Functions...>;

namespace detail {

/// Where a walk stands: what the octets are, and where they begin in the frame.
struct walk_position {
    selector by{};
    selector other{};
    bytes_view octets{};
};

template <class Handlers, protocol T>
inline constexpr bool handles = std::is_invocable_v<Handlers&, typename T::view>;

/// Whether a handler wants more than what the straight-line part sees.
template <class Handlers, class... Ts>
[[nodiscard]] consteval bool handles_any_but_common(protocol_list<Ts...>) {
    constexpr auto common = [](layer id) {
        return id == layer::ethernet || id == layer::vlan || id == layer::ipv4 ||
               id == layer::ipv6 || id == layer::tcp || id == layer::udp;
    };
    return ((handles<Handlers, Ts> && !common(Ts::id)) || ...);
}
/// Whether the built-in protocols have this port, and may carry others in it.
template <class... Ts>
[[nodiscard]] constexpr bool is_tunnel_port(std::uint16_t port, protocol_list<Ts...>) {
    const auto one = [port]<class T>() {
        if constexpr (selectable<T> && carrier<typename T::view>)
            return selected_value(T::selected_by, selector_kind::udp_port) == port;
        else
            return false;
    };
    return (one.template operator()<Ts>() || ...);
}

template <protocol T, class Handlers>
void call(Handlers& handlers, typename T::view seen) {
    if constexpr (handles<Handlers, T>) handlers(seen);
}

/// A protocol of the caller's own, when it is what `at` points to.
template <protocol T, class Handlers>
[[nodiscard]] bool take_own(walk_position& at, Handlers& handlers) {
    for (const selector& by : T::selected_by) {
        if (by != at.by && by != at.other) continue;
        const auto seen = T::view::parse(at.octets);
        if (!seen) return false;
        call<T>(handlers, *seen);
        if constexpr (carrier<typename T::view>)
            at = {seen->next_selector(), {}, seen->payload()};
        else
            at = {};
        return true;
    }
    return false;
}

template <class Handlers, class... Ts>
void call_by_id(const layer_view& one, Handlers& handlers, protocol_list<Ts...>) {
    const auto attempt = [&]<class T>() {
        if constexpr (handles<Handlers, T>) {
            if (const auto seen = one.as<T>()) handlers(*seen);
        }
    };
    (attempt.template operator()<Ts>(), ...);
}

/// The general walk, layer by layer through the table.
template <class... Own, class Handlers>
void walk_on(walk_position at, Handlers& handlers) {
    for (std::size_t depth = 0; depth < layer_range::depth_max && !at.octets.empty(); ++depth) {
        if ((take_own<Own>(at, handlers) || ...)) continue;
        const protocol_table& table = protocol_table::built_in();
        const bool known = table.find(at.by, at.octets) != nullptr;
        const layer_range from(at.octets, known ? at.by : at.other, table);
        const layer_view one = *from.begin();
        if (one.id() == layer::payload) return;
        call_by_id(one, handlers, all_protocols{});
        if (one.extent().quotes) return;
        at = {one.extent().next, one.extent().other, one.payload()};
    }
}

/// Ports, and what lies behind them.
template <class... Own, protocol T, class Handlers>
[[gnu::always_inline]] inline void visit_ports(std::type_identity<T>, bytes_view octets,
                                               Handlers& handlers) {
    const auto seen = T::view::parse(octets);
    if (!seen) return;
    call<T>(handlers, *seen);
    const bool deeper =
        sizeof...(Own) > 0 || handles_any_but_common<Handlers>(all_protocols{}) ||
        (T::id == layer::udp && is_tunnel_port(seen->destination_port(), all_protocols{}));
    if (deeper)
        walk_on<Own...>({seen->next_selector(), seen->other_selector(), seen->data()}, handlers);
}

template <class... Own, class Handlers>
[[gnu::always_inline]] inline void visit_transport(selector by, bytes_view octets,
                                                   Handlers& handlers) {
    if (by == selector{selector_kind::ip_protocol, 6})
        return visit_ports<Own...>(std::type_identity<tcp>{}, octets, handlers);
    if (by == selector{selector_kind::ip_protocol, 17})
        return visit_ports<Own...>(std::type_identity<udp>{}, octets, handlers);
    walk_on<Own...>({by, {}, octets}, handlers);
}

}  // namespace detail

/// Calls the handlers for the layers of a frame. `Own`: protocols that sonde does not know.
template <protocol... Own, class Handlers>
void dissect(bytes_view frame, Handlers&& handlers, link_type type = link_type::ethernet) {
    if (type != link_type::ethernet) [[unlikely]]
        return detail::walk_on<Own...>({first_selector(type, frame), {}, frame}, handlers);
    const auto link = ethernet::view::parse(frame);
    if (!link) return;
    detail::call<ethernet>(handlers, *link);
    ether_type kind = link->type();
    bytes_view rest = frame.subspan(ethernet::header_len);
    while (detail::is_vlan(kind)) {
        const auto tag = vlan::view::parse(rest);
        if (!tag) return;
        detail::call<vlan>(handlers, *tag);
        kind = tag->type();
        rest = rest.subspan(vlan::header_len);
    }
    if (kind == ether_type::ipv4) {
        const auto ip = ipv4::view::parse(rest);
        if (!ip) return;
        detail::call<ipv4>(handlers, *ip);
        if (ip->fragment_offset() != 0 || !ip->checked_header_length()) return;
        return detail::visit_transport<Own...>(ip->next_selector(), ip->payload(), handlers);
    }
    if (kind == ether_type::ipv6) {
        const auto ip = ipv6::view::parse(rest);
        if (!ip) return;
        detail::call<ipv6>(handlers, *ip);
        if (ip->version() != 6) return;
        return detail::visit_transport<Own...>(ip->next_selector(), ip->payload(), handlers);
    }
    const selector by = detail::type_or_length_selector(kind, rest);
    const std::size_t len = detail::type_or_length_payload_len(kind, rest.size());
    detail::walk_on<Own...>({by, {}, rest.first(len)}, handlers);
}

namespace detail {

template <protocol T>
[[nodiscard]] constexpr bool selects(selector by, selector other, bytes_view octets) noexcept {
    if constexpr (choosy<T>) {
        if (!T::recognises(octets)) return false;
    }
    for (const selector& one : T::selected_by) {
        if (one == by || one == other) return true;
        // The message's type is the first octet behind the protocol number.
        if (one.kind == selector_kind::icmp_type && by == selector{selector_kind::ip_protocol, 1} &&
            !octets.empty() && octets[0] == one.value)
            return true;
        if (one.kind == selector_kind::icmpv6_type &&
            by == selector{selector_kind::ip_protocol, 58} && !octets.empty() &&
            octets[0] == one.value)
            return true;
    }
    return false;
}

template <protocol Last>
[[nodiscard]] std::optional<std::tuple<typename Last::view>> match_from(
    const walk_position& at) noexcept {
    if (!selects<Last>(at.by, at.other, at.octets)) return std::nullopt;
    const auto seen = Last::view::parse(at.octets);
    if (!seen) return std::nullopt;
    return std::tuple(*seen);
}
template <protocol First, protocol Second, protocol... More>
[[nodiscard]] std::optional<
    std::tuple<typename First::view, typename Second::view, typename More::view...>>
match_from(const walk_position& at) noexcept {
    if (!selects<First>(at.by, at.other, at.octets)) return std::nullopt;
    const auto seen = First::view::parse(at.octets);
    if (!seen) return std::nullopt;
    if constexpr (requires { seen->checked_header_length(); }) {
        if (!seen->checked_header_length()) return std::nullopt;
    }
    walk_position next{seen->next_selector(), {}, seen->payload()};
    if constexpr (requires { seen->other_selector(); }) next.other = seen->other_selector();
    auto rest = match_from<Second, More...>(next);
    if (!rest) return std::nullopt;
    return std::tuple_cat(std::tuple(*seen), *rest);
}

}  // namespace detail

/// The views of a frame that begins with just these protocols; nothing for any other.
template <protocol... Ts>
[[nodiscard]] std::optional<std::tuple<typename Ts::view...>> match(
    bytes_view frame SONDE_LIFETIMEBOUND, link_type type = link_type::ethernet) noexcept {
    return detail::match_from<Ts...>({first_selector(type, frame), {}, frame});
}

}  // namespace sonde::inline v0
