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

#include <array>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <sonde/packet/ip_inside.hpp>
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
/// The numbers of one kind that select a protocol which carries others, gathered while compiling.
template <selector_kind Kind, class... Ts>
struct carrier_numbers {
    std::array<std::uint32_t, 4 * sizeof...(Ts)> all{};
    std::size_t count = 0;

    consteval carrier_numbers(std::integral_constant<selector_kind, Kind>, protocol_list<Ts...>) {
        (gather<Ts>(), ...);
    }
    template <protocol T>
    consteval void gather() {
        if constexpr (selectable<T> && carrier<typename T::view>) {
            for (const selector& one : T::selected_by) {
                if (one.kind == Kind) all[count++] = one.value;
            }
        }
    }
};
template <selector_kind Kind>
inline constexpr carrier_numbers carrier_numbers_of(std::integral_constant<selector_kind, Kind>{},
                                                    all_protocols{});

template <std::uint32_t Value>
inline constexpr std::uint32_t constant = Value;
/// Which of 64 drawers a number goes into. Ports by their higher bits: by the lower ones DNS (53)
/// would share one with VXLAN (4789).
template <selector_kind Kind>
[[nodiscard]] constexpr std::uint32_t drawer_of(std::uint32_t value) {
    return (Kind == selector_kind::udp_port ? value >> 6 : value) % 64;
}
/// One bit for each drawer with such a number in it: most numbers fail this one test.
template <selector_kind Kind>
inline constexpr std::uint64_t carrier_drawers = [] {
    std::uint64_t made = 0;
    for (std::size_t i = 0; i < carrier_numbers_of<Kind>.count; ++i)
        made |= std::uint64_t{1} << drawer_of<Kind>(carrier_numbers_of<Kind>.all[i]);
    return made;
}();
template <selector_kind Kind>
[[nodiscard]] constexpr bool selects_carrier(std::uint32_t value) {
    if ((carrier_drawers<Kind> >> drawer_of<Kind>(value) & 1) == 0) [[likely]]
        return false;
    // Numbers in the code: of an array, each would be loaded to be compared.
    return [value]<std::size_t... I>(std::index_sequence<I...>) {
        return ((value == constant<carrier_numbers_of<Kind>.all[I]>) || ...);
    }(std::make_index_sequence<carrier_numbers_of<Kind>.count>{});
}
/// Whether the walk must go on where this number points.
template <class Handlers, std::size_t OwnCount, selector_kind Kind>
[[nodiscard]] constexpr bool leads_on(std::uint32_t value) {
    if constexpr (OwnCount > 0 || handles_any_but_common<Handlers>(all_protocols{}))
        return true;
    else if constexpr (Kind == selector_kind::tcp_port)
        return false;  // a stream: what a segment holds is no packet
    else
        return selects_carrier<Kind>(value);
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

// `Held` is what dissect was given: a reference, or the type of a temporary, which goes along by
// value. Its address is then never taken, and what it refers to stays in registers.

/// The general walk, layer by layer through the table.
template <class Held, class... Own>
[[gnu::noinline]] void walk_on(walk_position at, Held handlers) {
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

/// What lies behind ports. By value and apart: the view then never needs an address.
template <class Held, class... Own, class View>
[[gnu::noinline]] void walk_behind(View seen, Held handlers) {
    walk_on<Held, Own...>({seen.next_selector(), seen.other_selector(), seen.data()},
                          static_cast<Held&&>(handlers));
}

/// Ports, and what lies behind them.
template <class Held, class... Own, protocol T>
[[gnu::always_inline]] inline void visit_ports(std::type_identity<T>, bytes_view octets,
                                               Held&& handlers) {
    if (octets.size() < T::header_len) return;  // g++ 12 keeps a result that may fail in memory
    const typename T::view seen = *T::view::parse(octets);
    call<T>(handlers, seen);
    constexpr selector_kind ports =
        T::id == layer::tcp ? selector_kind::tcp_port : selector_kind::udp_port;
    if (leads_on<std::remove_reference_t<Held>, sizeof...(Own), ports>(seen.destination_port()))
        [[unlikely]]
        walk_behind<Held, Own...>(seen, static_cast<Held&&>(handlers));
}

template <class Held, class... Own>
[[gnu::always_inline]] inline void visit_transport(const ip_inside& inside, Held&& handlers) {
    using given = std::remove_reference_t<Held>;
    if (inside.protocol == ip_protocol::tcp) {
        return visit_ports<Held, Own...>(
            std::type_identity<tcp>{}, inside.octets, static_cast<Held&&>(handlers));
    }
    if (inside.protocol == ip_protocol::udp) {
        return visit_ports<Held, Own...>(
            std::type_identity<udp>{}, inside.octets, static_cast<Held&&>(handlers));
    }
    const selector by{selector_kind::ip_protocol, std::uint32_t(inside.protocol)};
    if (leads_on<given, sizeof...(Own), selector_kind::ip_protocol>(by.value))
        walk_on<Held, Own...>({by, {}, inside.octets}, static_cast<Held&&>(handlers));
}

}  // namespace detail

/// Calls the handlers for the layers of a frame. `Own`: protocols that sonde does not know. Always
/// inline: what handlers gather then stays in registers.
template <protocol... Own, class Handlers>
[[gnu::always_inline]] inline void dissect(bytes_view frame, Handlers&& handlers,
                                           link_type type = link_type::ethernet) {
    if (type != link_type::ethernet) [[unlikely]]
        return detail::walk_on<Handlers, Own...>({first_selector(type, frame), {}, frame},
                                                 std::forward<Handlers>(handlers));
    const auto link = ethernet::view::parse(frame);
    if (!link) return;
    detail::call<ethernet>(handlers, *link);
    ether_type kind = link->type();
    bytes_view rest = frame.subspan(ethernet::header_len);
    while (kind != ether_type::ipv4 && detail::is_vlan(kind)) {
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
        return detail::visit_transport<Handlers, Own...>(detail::inside_ipv4(rest),
                                                         std::forward<Handlers>(handlers));
    }
    if (kind == ether_type::ipv6) {
        const auto ip = ipv6::view::parse(rest);
        if (!ip) return;
        detail::call<ipv6>(handlers, *ip);
        return detail::visit_transport<Handlers, Own...>(detail::inside_ipv6(rest),
                                                         std::forward<Handlers>(handlers));
    }
    const selector by = detail::type_or_length_selector(kind, rest);
    const std::size_t len = detail::type_or_length_payload_len(kind, rest.size());
    if (detail::leads_on<std::remove_reference_t<Handlers>,
                         sizeof...(Own),
                         selector_kind::ether_type>(by.value))
        detail::walk_on<Handlers, Own...>({by, {}, rest.first(len)},
                                          std::forward<Handlers>(handlers));
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
