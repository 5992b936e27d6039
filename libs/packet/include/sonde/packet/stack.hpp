#pragma once
/// Making packets: messages put on top of each other with `/`, by value.
///
///     auto frame = ethernet{.destination = d, .source = s} / ipv4{.destination = a} /
///                  icmp_echo{.identifier = 7} / payload(data);
///     auto octets = frame.to_bytes();
///
/// Lengths, types, protocol numbers and checksums are filled in, in tunnels too; each of them stays
/// as it was set where it was set: `ipv4{.header_checksum = 0xdead}`. What every protocol fills in
/// is in its `automatics`. A protocol of one's own needs no more than the `protocol` concept, and
/// `selected_by` when the layer below is to name it.
///
/// What a message holds itself (`payload`, `data`, `quoted`) comes before what is stacked on it. A
/// frame is not padded to what the medium wants, unless its link layer says so:
/// `ethernet{.padded = true}`. Drivers and adapters pad what they are handed, and a capture taken
/// on the sending machine shows frames without padding.
///
/// A stack borrows what its messages borrow; it is copied freely and changed by
/// `set(ipv4{...})`.

#include <array>
#include <concepts>
#include <cstddef>
#include <ranges>
#include <string_view>
#include <tuple>
#include <vector>

#include <sonde/packet/stack_straight.hpp>
#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/ipv6_routing.hpp>

namespace sonde::inline v0 {

/// Octets in a stack. Borrows them.
struct payload {
    bytes_view octets{};

    constexpr payload() noexcept = default;
    constexpr explicit payload(bytes_view of SONDE_LIFETIMEBOUND) noexcept : octets(of) {}
    template <std::ranges::contiguous_range Range>
        requires std::same_as<std::ranges::range_value_t<Range>, std::uint8_t> &&
                 (!dying_octets<Range>)
    constexpr explicit payload(Range&& of SONDE_LIFETIMEBOUND) noexcept : octets(of) {}
    /// The characters' octets as they are.
    explicit payload(std::string_view text SONDE_LIFETIMEBOUND) noexcept
        // NOLINTNEXTLINE(bugprone-casting-through-void): reinterpret_cast is what this avoids
        : octets(static_cast<const std::uint8_t*>(static_cast<const void*>(text.data())),
                 text.size()) {}
    explicit payload(const char* text SONDE_LIFETIMEBOUND) noexcept
        : payload(std::string_view(text)) {}
    explicit payload(dying_octets auto&&) = delete;

    [[nodiscard]] constexpr std::size_t wire_len() const noexcept { return octets.size(); }
    constexpr void emit(bytes_mut out) const noexcept { copy_octets(out, octets); }
};

template <class... Layers>
class stack;

namespace detail {

template <class T>
inline constexpr bool is_stack = false;
template <class... Layers>
inline constexpr bool is_stack<stack<Layers...>> = true;

/// What may be a layer of a stack.
template <class T>
concept stackable = protocol<T> || std::same_as<T, payload>;

inline constexpr std::array<selector, 0> selected_by_nobody{};
template <class T>
[[nodiscard]] constexpr const auto& selectors_of() noexcept {
    if constexpr (selectable<T>)
        return T::selected_by;
    else
        return selected_by_nobody;
}

/// An ICMP error with the extension structure of RFC 4884 behind the quoted datagram.
template <class T>
concept extended_error = requires(T message) {
    message.quoted;
    message.extension;
    message.length_words;
};
/// The unit of its length field, octets.
template <extended_error T>
inline constexpr std::size_t quote_unit = 4;
template <extended_error T>
    requires requires { T::length_unit; }
inline constexpr std::size_t quote_unit<T> = T::length_unit;

inline constexpr std::size_t quoted_len_min = 128;  // octets before a structure, RFC 4884 s5.1

/// The message without what stands behind its payload.
template <class T>
[[nodiscard]] T without_tail(T message) noexcept {
    if constexpr (requires { message.trailer = bytes_view{}; }) message.trailer = bytes_view{};
    if constexpr (requires { message.padded; }) message.padded = false;
    if constexpr (extended_error<T>) message.extension = bytes_view{};
    return message;
}
/// Octets that a message without tail holds behind its header.
template <class T>
[[nodiscard]] std::size_t own_payload_len(const T& message) noexcept {
    if constexpr (requires { message.payload.size(); })
        return message.payload.size();
    else if constexpr (requires { message.data.size(); })
        return message.data.size();
    else if constexpr (requires { message.quoted.size(); })
        return message.quoted.size();
    else
        return 0;
}
/// What stands behind `inside_len` octets of payload: zeros, then octets.
struct layer_tail {
    std::size_t zeros = 0;
    bytes_view octets{};
    [[nodiscard]] std::size_t size() const noexcept { return zeros + octets.size(); }
};
template <class T>
[[nodiscard]] layer_tail tail_of(const T& message, std::size_t inside_len) noexcept {
    layer_tail tail;
    if constexpr (extended_error<T>) {
        tail.octets = message.extension;
        if (tail.octets.empty() || message.length_words.value_or(0) != 0) return tail;
        const std::size_t unit = quote_unit<T>;
        const std::size_t whole =
            message.length_words ? inside_len : (inside_len + unit - 1) / unit * unit;
        tail.zeros = std::max(whole, quoted_len_min) - inside_len;
    } else {
        if constexpr (requires { message.padded; }) {
            if (message.padded && inside_len < T::payload_len_min)
                tail.zeros = T::payload_len_min - inside_len;
        }
        if constexpr (requires { bytes_view(message.trailer); }) tail.octets = message.trailer;
    }
    return tail;
}

/// The network layer around: what surroundings know of it.
struct network_around {
    layer id = layer::none;
    bytes_view header{};
    bytes_view routing{};
};

}  // namespace detail

/// Messages on top of each other, the first outermost.
template <class... Layers>
class stack {
    static_assert((detail::stackable<Layers> && ...));

  public:
    static constexpr std::size_t depth = sizeof...(Layers);
    template <std::size_t I>
    using layer_at = std::tuple_element_t<I, std::tuple<Layers...>>;

    [[gnu::always_inline]] constexpr explicit stack(const Layers&... layers) noexcept
        : layers_(detail::held_as<Layers>::hold(layers)...) {}
    using held_layers = std::tuple<detail::held<Layers>...>;
    struct from_held {};
    [[gnu::always_inline]] constexpr explicit stack(from_held,
                                                    const detail::held<Layers>&... layers) noexcept
        : layers_(layers...) {}

    /// The outermost message of that kind, or the one at that place.
    template <class T>
    [[nodiscard]] constexpr T get() const noexcept {
        return at<first_of<T>()>();
    }
    template <std::size_t I>
    [[nodiscard]] constexpr layer_at<I> at() const noexcept {
        return detail::held_as<layer_at<I>>::message(std::get<I>(layers_));
    }
    /// Puts another message into the place of the outermost one of its kind, or into that place.
    template <class T>
    constexpr void set(const T& message) noexcept {
        set_at<first_of<T>()>(message);
    }
    template <std::size_t I>
    constexpr void set_at(const layer_at<I>& message) noexcept {
        std::get<I>(layers_) = detail::held_as<layer_at<I>>::hold(message);
    }
    [[nodiscard, gnu::always_inline]] constexpr const held_layers& held() const noexcept {
        return layers_;
    }
    /// The place of the first `T`, counted from outside.
    template <class T>
    [[nodiscard]] static consteval std::size_t first_of() {
        static_assert((std::same_as<T, Layers> || ...), "the stack has no such layer");
        std::size_t at = 0;
        bool found = false;
        ((found = found || std::same_as<T, Layers>, at += found ? 0 : 1), ...);
        return at;
    }

    /// Octets.
    [[nodiscard, gnu::always_inline]] std::size_t wire_len() const noexcept {
        if constexpr (goes_straight)
            return straight_len<0>();
        else
            return lengths()[0];
    }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    [[gnu::always_inline]] void emit(bytes_mut out) const noexcept {
        if constexpr (goes_straight)
            static_cast<void>(put_straight<0>(out, {}));
        else
            emit_by_table(out);
    }
    /// The same by the protocols' tables alone: what any protocol can do.
    void emit_by_table(bytes_mut out) const noexcept { put<0>(out, lengths(), {}); }
    /// The octets, in memory of their own.
    [[nodiscard]] std::vector<std::uint8_t> to_bytes() const {
        std::vector<std::uint8_t> out(wire_len());
        emit(out);
        return out;
    }

    /// How long each layer is with all that it carries, and where it begins, octets.
    [[nodiscard]] std::array<std::size_t, depth> lengths() const noexcept {
        std::array<std::size_t, depth> lens{};
        measure<depth - 1>(lens);
        return lens;
    }
    [[nodiscard]] std::array<std::size_t, depth> offsets() const noexcept {
        std::array<std::size_t, depth> at{};
        locate<0>(at);
        return at;
    }

  private:
    static constexpr bool goes_straight =
        ((detail::straight_protocol<Layers> || std::same_as<Layers, payload>) && ...);

    /// What is in front of the layers inside.
    template <std::size_t I>
    [[nodiscard]] std::size_t front_len() const noexcept {
        const auto message = at<I>();
        if constexpr (std::same_as<layer_at<I>, payload>)
            return message.wire_len();
        else
            return detail::without_tail(message).wire_len();
    }
    template <std::size_t I>
    void measure(std::array<std::size_t, depth>& lens) const noexcept {
        const auto message = at<I>();
        if constexpr (I + 1 == depth) {
            lens[I] = message.wire_len();
        } else if constexpr (std::same_as<layer_at<I>, payload>) {
            lens[I] = message.wire_len() + lens[I + 1];
        } else {
            const std::size_t inside = detail::own_payload_len(message) + lens[I + 1];
            lens[I] = front_len<I>() + lens[I + 1] + detail::tail_of(message, inside).size();
        }
        if constexpr (I > 0) measure<I - 1>(lens);
    }
    template <std::size_t I>
    void locate(std::array<std::size_t, depth>& at) const noexcept {
        if constexpr (I + 1 < depth) {
            at[I + 1] = at[I] + front_len<I>();
            locate<I + 1>(at);
        }
    }

    // The general way: every message writes itself, then the tables complete it from inside out.
    template <std::size_t I>
    void put(bytes_mut out, const std::array<std::size_t, depth>& lens,
             detail::network_around around) const noexcept {
        using T = layer_at<I>;
        const T message = at<I>();
        if constexpr (I + 1 == depth) {
            message.emit(out);
            if constexpr (!std::same_as<T, payload>) complete<I>(out, out.size(), around);
        } else {
            const std::size_t front = front_len<I>();
            const std::size_t inside_end = front + lens[I + 1];
            if constexpr (std::same_as<T, payload>)
                message.emit(out.first(front));
            else
                detail::without_tail(message).emit(out.first(front));
            put<I + 1>(out.subspan(front, lens[I + 1]), lens, inside_of<I>(out, around));
            if constexpr (!std::same_as<T, payload>) {
                const detail::layer_tail tail =
                    detail::tail_of(message, inside_end - header_len<I>());
                put_tail(out.subspan(inside_end), tail);
                // The padding of a quoted datagram is part of it (RFC 4884 s5.1), a frame's is not.
                complete<I>(out, inside_end + (detail::extended_error<T> ? tail.zeros : 0), around);
            }
        }
    }
    template <std::size_t I>
    [[nodiscard]] std::size_t header_len() const noexcept {
        return front_len<I>() - detail::own_payload_len(at<I>());
    }
    static void put_tail(bytes_mut out, const detail::layer_tail& tail) noexcept {
        for (std::uint8_t& zero : out.first(tail.zeros)) zero = 0;
        copy_octets(out.subspan(tail.zeros), tail.octets);
    }
    /// What the layers inside see around them.
    template <std::size_t I>
    [[nodiscard]] detail::network_around inside_of(bytes_view out,
                                                   detail::network_around around) const noexcept {
        using T = layer_at<I>;
        if constexpr (std::same_as<T, ipv4> || std::same_as<T, ipv6>)
            return {T::id, out.first(header_len<I>()), {}};
        if constexpr (std::same_as<T, ipv6_routing>) around.routing = out.first(header_len<I>());
        return around;
    }
    /// `inside_end`: where the layer's tail begins; of the innermost its own tail is still inside.
    template <std::size_t I>
    void complete(bytes_mut out, std::size_t inside_end,
                  const detail::network_around& around) const noexcept {
        using T = layer_at<I>;
        if constexpr (completing<T>) {
            const T message = at<I>();
            const std::size_t header = header_len<I>();
            if constexpr (I + 1 == depth) inside_end -= own_tail_len(message, out.size() - header);
            surroundings at{.header = out.first(header),
                            .inside = bytes_view(out).subspan(header, inside_end - header),
                            .trailer = out.subspan(inside_end),
                            .network = around.id,
                            .network_header = around.header,
                            .routing_header = around.routing};
            if constexpr (I + 1 < depth) at.carried = detail::selectors_of<layer_at<I + 1>>();
            complete_layer(T::automatics, T::fields, &message, out.first(header), at);
        }
    }
    /// Of what a whole message wrote behind its header: how much is its tail.
    template <class T>
    [[nodiscard]] static std::size_t own_tail_len(const T& message, std::size_t behind) noexcept {
        if constexpr (detail::extended_error<T>)
            return message.extension.size();
        else
            return behind - detail::own_payload_len(message);
    }

    // The straight way: see stack_straight.hpp. Octets in a stack are a layer without a header.
    template <std::size_t I>
    using straight_at = detail::straight<layer_at<I>>;
    template <std::size_t I>
    static constexpr bool is_octets = std::same_as<layer_at<I>, payload>;

    template <std::size_t I>
    [[nodiscard, gnu::always_inline]] std::size_t straight_header_len() const noexcept {
        if constexpr (is_octets<I>)
            return 0;
        else
            return straight_at<I>::header_len(std::get<I>(layers_));
    }
    template <std::size_t I>
    [[nodiscard, gnu::always_inline]] bytes_view straight_own() const noexcept {
        if constexpr (is_octets<I>)
            return std::get<I>(layers_).octets;
        else
            return straight_at<I>::own(std::get<I>(layers_));
    }
    template <std::size_t I>
    [[nodiscard, gnu::always_inline]] detail::layer_tail straight_tail(
        std::size_t inside_len) const noexcept {
        detail::layer_tail tail;
        if constexpr (!is_octets<I>) {
            const auto& held = std::get<I>(layers_);
            if constexpr (requires { straight_at<I>::padding_len(held, inside_len); })
                tail.zeros = straight_at<I>::padding_len(held, inside_len);
            if constexpr (requires { straight_at<I>::trailer(held); })
                tail.octets = straight_at<I>::trailer(held);
        }
        return tail;
    }
    template <std::size_t I>
    [[nodiscard, gnu::always_inline]] std::size_t straight_len() const noexcept {
        if constexpr (I == depth) {
            return 0;
        } else {
            const std::size_t inside = straight_own<I>().size() + straight_len<I + 1>();
            return straight_header_len<I>() + inside + straight_tail<I>(inside).size();
        }
    }
    /// What selects the layer inside of that one.
    template <std::size_t I>
    static constexpr const auto& carried_by() noexcept {
        if constexpr (I + 1 < depth)
            return detail::selectors_of<layer_at<I + 1>>();
        else
            return detail::selected_by_nobody;
    }
    /// Writes a layer with all that is in it; returns the sum.
    template <std::size_t I>
    [[nodiscard, gnu::always_inline]] std::uint64_t put_straight(
        bytes_mut out, detail::straight_network outside) const noexcept {
        if constexpr (I == depth) {
            return 0;
        } else {
            const auto& held = std::get<I>(layers_);
            const bytes_view own = straight_own<I>();
            const std::size_t further = straight_len<I + 1>();
            const bytes_mut body = out.subspan(straight_header_len<I>());
            detail::straight_network within = outside;
            if constexpr (requires { straight_at<I>::network(held); })
                within = straight_at<I>::network(held);
            detail::straight_inside inside{own.size() + further, 0};
            inside.sum = detail::copy_and_sum(body.first(own.size()), own);
            inside.sum += detail::moved_by(
                own.size(), put_straight<I + 1>(body.subspan(own.size(), further), within));
            if constexpr (is_octets<I>)
                return inside.sum;
            else
                return straight_at<I>::template put<carried_by<I>()>(out, held, inside, outside) +
                       put_straight_tail<I>(body.subspan(inside.len), inside.len);
        }
    }
    template <std::size_t I>
    [[nodiscard, gnu::always_inline]] std::uint64_t put_straight_tail(
        bytes_mut out, std::size_t inside_len) const noexcept {
        const detail::layer_tail tail = straight_tail<I>(inside_len);
        for (std::uint8_t& zero : out.first(tail.zeros)) zero = 0;
        return detail::moved_by(inside_len + tail.zeros,
                                detail::copy_and_sum(out.subspan(tail.zeros), tail.octets));
    }

    held_layers layers_;
};

namespace detail {

/// A layer or a stack as layers: how many, and the one at that place.
template <class T>
inline constexpr std::size_t depth_of = 1;
template <class... Layers>
inline constexpr std::size_t depth_of<stack<Layers...>> = sizeof...(Layers);
template <std::size_t I, class T>
[[nodiscard, gnu::always_inline]] constexpr decltype(auto) held_layer(const T& one) noexcept {
    if constexpr (is_stack<T>)
        return std::get<I>(one.held());
    else
        return held_as<T>::hold(one);
}
template <class Joined, class Outer, class Inner, std::size_t... O, std::size_t... I>
[[nodiscard, gnu::always_inline]] constexpr Joined join(const Outer& outer, const Inner& inner,
                                                        std::index_sequence<O...>,
                                                        std::index_sequence<I...>) noexcept {
    return Joined(typename Joined::from_held{}, held_layer<O>(outer)..., held_layer<I>(inner)...);
}

template <class Outer, class Inner>
struct joined {
    using type = stack<Outer, Inner>;
};
template <class... Outer, class Inner>
struct joined<stack<Outer...>, Inner> {
    using type = stack<Outer..., Inner>;
};
template <class Outer, class... Inner>
struct joined<Outer, stack<Inner...>> {
    using type = stack<Outer, Inner...>;
};
template <class... Outer, class... Inner>
struct joined<stack<Outer...>, stack<Inner...>> {
    using type = stack<Outer..., Inner...>;
};

template <class T>
concept stack_or_layer = stackable<T> || is_stack<T>;
/// Octets that may follow a layer as they are.
template <class T>
concept loose_octets = !stack_or_layer<std::remove_cvref_t<T>> &&
                       (std::convertible_to<const T&, std::string_view> ||
                        (std::ranges::contiguous_range<T> &&
                         std::same_as<std::ranges::range_value_t<T>, std::uint8_t>)) &&
                       !dying_octets<T>;

}  // namespace detail

/// One on top of the other. Two protocols that are both a program's own are found by `stack(a, b)`,
/// or after `using sonde::operator/`.
template <detail::stack_or_layer Outer, detail::stack_or_layer Inner>
[[nodiscard, gnu::always_inline]] constexpr auto operator/(const Outer& outer,
                                                           const Inner& inner) noexcept {
    return detail::join<typename detail::joined<Outer, Inner>::type>(
        outer,
        inner,
        std::make_index_sequence<detail::depth_of<Outer>>{},
        std::make_index_sequence<detail::depth_of<Inner>>{});
}
/// Octets or text on top: the same as payload(octets). Borrows them.
template <detail::stack_or_layer Outer, detail::loose_octets Octets>
[[nodiscard]] constexpr auto operator/(const Outer& outer,
                                       Octets&& octets SONDE_LIFETIMEBOUND) noexcept {
    return outer / payload(octets);
}
template <detail::stack_or_layer Outer, std::ranges::contiguous_range Octets>
    requires dying_octets<Octets> && (!detail::stack_or_layer<std::remove_cvref_t<Octets>>)
auto operator/(const Outer&, Octets&&) = delete;  // the octets die at the end of the statement

}  // namespace sonde::inline v0
