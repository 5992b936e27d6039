#pragma once
/// One filter for the program and for the kernel: an expression over typed fields, which is called
/// like a function on a frame, or becomes a classic BPF program.
///
///     constexpr auto web = filter(tcp::port == 80 || ipv4::network("10.0.0.0/8"));
///     if (web(frame)) ...
///     const std::vector<bpf_instruction> program = web.to_bpf(link_type::ethernet);
///
/// Tests: `tcp::port == 80` (either port), `where<ipv4, "time_to_live">() < 5`,
/// `(where<tcp, "flags">() & 2) != 0`, `has<icmp_echo>()`, networks, and `&&`, `||`, `!`.
/// Protocols: those that an EtherType, an IP protocol number or an ICMP type selects, a program's
/// own too, and Ethernet itself.
///
/// What both ways see, the same for every frame and every length at which it was cut:
/// - Link types: Ethernet, and raw IP (LINKTYPE_RAW, IPV4, IPV6).
/// - Up to two 802.1Q or 802.1ad tags are stepped over. (A kernel may have taken a tag off a frame
///   before its filters run; then there is nothing to step over.)
/// - IPv4 with any IHL. A later fragment has no transport. As in tcpdump's `tcp`, IPv6 extension
///   headers are not stepped over: what stands behind one is no `tcp` here.
/// - A test of a field whose octets are not there is false, `!` of it true. The kernel's program
///   goes by the frame's length, which is what it has.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <vector>

#include <sonde/base/bpf_instruction.hpp>
#include <sonde/packet/edit.hpp>
#include <sonde/wire/network/ip_prefix.hpp>

namespace sonde::inline v0 {

namespace detail {

/// Where a frame's layers lie, and what they are; as far as there are octets.
struct filter_view {
    bytes_view frame{};
    std::uint32_t network_at = 0;
    std::uint32_t transport_at = 0;
    std::uint32_t ether_type = none;
    std::uint32_t protocol = none;
    static constexpr std::uint32_t none = 0xffffffff;  // no number of either kind
};

[[gnu::always_inline]] inline void look_at_network(filter_view& seen) noexcept {
    const bytes_view rest = seen.frame.subspan(seen.network_at);
    if (seen.ether_type == 0x0800) {
        if (rest.size() < ipv4::header_len) return;
        const auto head = rest.first<ipv4::header_len>();
        if (head[0] < 0x45 || head[0] > 0x4f || (be16<6>(head) & 0x1fff) != 0) return;
        seen.protocol = head[9];
        seen.transport_at = seen.network_at + (head[0] & 0x0fU) * 4;
    } else if (seen.ether_type == 0x86dd) {
        if (rest.size() < ipv6::header_len) return;
        const auto head = rest.first<ipv6::header_len>();
        if (head[0] >> 4 != 6) return;
        seen.protocol = head[6];
        seen.transport_at = seen.network_at + static_cast<std::uint32_t>(ipv6::header_len);
    }
}
[[nodiscard, gnu::always_inline]] inline filter_view look_at_ethernet(bytes_view frame) noexcept {
    filter_view seen{.frame = frame};
    if (frame.size() < ethernet::header_len) return seen;
    seen.network_at = ethernet::header_len;
    seen.ether_type = be16<12>(frame.first<ethernet::header_len>());
    for (int tags = 0; tags < 2 && is_vlan(ether_type(std::uint16_t(seen.ether_type))); ++tags) {
        if (frame.size() < seen.network_at + vlan::header_len) break;
        seen.ether_type = be16_at(frame, seen.network_at + 2);
        seen.network_at += vlan::header_len;
    }
    look_at_network(seen);
    return seen;
}
[[nodiscard]] inline filter_view look_at_raw(bytes_view frame) noexcept {
    filter_view seen{.frame = frame};
    if (frame.empty()) return seen;
    if (frame[0] >> 4 == 4) seen.ether_type = 0x0800;
    if (frame[0] >> 4 == 6) seen.ether_type = 0x86dd;
    look_at_network(seen);
    return seen;
}

/// How BPF programs are written: jumps go to labels, which are placed later.
class SONDE_API bpf_writer {
  public:
    using label = std::uint32_t;
    explicit bpf_writer(bool far_jumps) : far_jumps_(far_jumps) {}

    [[nodiscard]] label make_label();
    void place(label where);
    void add(std::uint16_t code, std::uint32_t k);
    void jump(std::uint16_t code, std::uint32_t k, label yes, label no);
    /// Finds out what the frame is, as look_at_ethernet and look_at_raw do.
    void write_prologue(bool raw);
    /// Goes to `no` unless the layer is there; then its offset is in X.
    void require(const selector& by, label no);
    /// Goes to `no` unless octets up to `end` behind X are there.
    void require_len(std::uint32_t end, label no);
    /// Accumulator: `size` octets (1, 2 or 4) at X + `at`.
    void load(std::uint32_t at, std::size_t size);
    /// Empty when a jump is too far.
    [[nodiscard]] std::vector<bpf_instruction> finish() const;

  private:
    struct jump_targets {
        std::size_t at = 0;
        label yes = 0;
        label no = 0;
    };
    void write_ethernet_types();
    void write_raw_types();
    void write_ipv4(label done);
    void write_ipv6(label done);
    std::vector<bpf_instruction> program_{};
    std::vector<std::size_t> places_{};
    std::vector<jump_targets> jumps_{};
    bool far_jumps_ = false;
};

[[nodiscard]] constexpr bool filter_understands(selector_kind kind) noexcept {
    return kind == selector_kind::ether_type || kind == selector_kind::ip_protocol ||
           kind == selector_kind::icmp_type || kind == selector_kind::icmpv6_type;
}
/// The kind of numbers a filter goes by: the first that it understands.
template <protocol T>
[[nodiscard]] constexpr selector_kind filter_kind() noexcept {
    if constexpr (std::same_as<T, ethernet>) {
        return selector_kind::link_type;
    } else {
        for (const selector& one : T::selected_by) {
            if (filter_understands(one.kind)) return one.kind;
        }
        return selector_kind::none;
    }
}
/// All numbers of that kind: an echo is a request or a reply.
template <protocol T>
[[nodiscard]] consteval auto filter_selectors_of() {
    constexpr auto is_one = [](const selector& one) { return one.kind == filter_kind<T>(); };
    constexpr auto count = std::ranges::count_if(T::selected_by, is_one);
    static_assert(count > 0, "a filter cannot find this protocol");
    std::array<selector, std::size_t{count}> found{};
    std::ranges::copy_if(T::selected_by, found.begin(), is_one);
    return found;
}
template <protocol T>
inline constexpr auto filter_selectors = filter_selectors_of<T>();
/// Where the layer begins; nothing when the frame has none of it.
[[nodiscard, gnu::always_inline]] inline std::optional<bytes_view> layer_by(
    const filter_view& seen, const selector& by) noexcept {
    const auto behind = [&](std::uint32_t at) { return seen.frame.subspan(at); };
    const bool transport_there = seen.transport_at <= seen.frame.size();
    switch (by.kind) {
        case selector_kind::link_type:
            if (seen.network_at == 0) return std::nullopt;
            return seen.frame;
        case selector_kind::ether_type:
            if (seen.ether_type != by.value) return std::nullopt;
            return behind(seen.network_at);
        case selector_kind::ip_protocol:
            if (seen.protocol != by.value || !transport_there) return std::nullopt;
            return behind(seen.transport_at);
        case selector_kind::icmp_type:
        case selector_kind::icmpv6_type: {
            const std::uint32_t number = by.kind == selector_kind::icmp_type ? 1 : 58;
            if (seen.protocol != number || seen.transport_at >= seen.frame.size() ||
                seen.frame[seen.transport_at] != by.value)
                return std::nullopt;
            return behind(seen.transport_at);
        }
        default:
            return std::nullopt;
    }
}

template <protocol T>
[[nodiscard, gnu::always_inline]] inline std::optional<bytes_view> layer_of(
    const filter_view& seen) noexcept {
    for (const selector& by : filter_selectors<T>) {
        if (const auto at = layer_by(seen, by)) return at;
    }
    return std::nullopt;
}
/// Goes to `no` unless the layer is there, by whichever of its numbers; `inside` writes what is
/// asked of it then.
template <protocol T, class Inside>
void write_layer(bpf_writer& to, bpf_writer::label no, Inside inside) {
    for (std::size_t i = 0; i < filter_selectors<T>.size(); ++i) {
        const bool last = i + 1 == filter_selectors<T>.size();
        const auto next = last ? no : to.make_label();
        to.require(filter_selectors<T>[i], next);
        inside();
        if (!last) to.place(next);
    }
}

enum class comparison : std::uint8_t { equal, greater, greater_or_equal };

/// A part of an expression. `test` and `write` say the same.
struct filter_node {};
template <class T>
concept filter_expression = std::derived_from<T, filter_node> || std::same_as<T, ipv4_prefix> ||
                            std::same_as<T, ipv6_prefix>;

template <class Inner>
struct not_node : filter_node {
    Inner inner;
    constexpr explicit not_node(const Inner& of) noexcept : inner(of) {}
    [[nodiscard, gnu::always_inline]] bool test(const filter_view& seen) const noexcept {
        return !inner.test(seen);
    }
    void write(bpf_writer& to, bpf_writer::label yes, bpf_writer::label no) const {
        inner.write(to, no, yes);
    }
};
template <class Left, class Right>
struct and_node : filter_node {
    Left left;
    Right right;
    constexpr and_node(const Left& a, const Right& b) noexcept : left(a), right(b) {}
    [[nodiscard, gnu::always_inline]] bool test(const filter_view& seen) const noexcept {
        return left.test(seen) && right.test(seen);
    }
    void write(bpf_writer& to, bpf_writer::label yes, bpf_writer::label no) const {
        const auto between = to.make_label();
        left.write(to, between, no);
        to.place(between);
        right.write(to, yes, no);
    }
};
template <class Left, class Right>
struct or_node : filter_node {
    Left left;
    Right right;
    constexpr or_node(const Left& a, const Right& b) noexcept : left(a), right(b) {}
    [[nodiscard, gnu::always_inline]] bool test(const filter_view& seen) const noexcept {
        return left.test(seen) || right.test(seen);
    }
    void write(bpf_writer& to, bpf_writer::label yes, bpf_writer::label no) const {
        const auto between = to.make_label();
        left.write(to, yes, between);
        to.place(between);
        right.write(to, yes, no);
    }
};

/// Whether a protocol is there, its fixed header whole.
template <protocol T>
struct has_node : filter_node {
    [[nodiscard, gnu::always_inline]] bool test(const filter_view& seen) const noexcept {
        const auto at = layer_of<T>(seen);
        return at && at->size() >= T::header_len;
    }
    void write(bpf_writer& to, bpf_writer::label yes, bpf_writer::label no) const {
        write_layer<T>(to, no, [&] {
            to.require_len(T::header_len, no);
            to.jump(bpf_always, 0, yes, yes);
        });
    }
    static constexpr std::uint16_t bpf_always = 0x05;  // BPF_JMP | BPF_JA
};

/// Where the bits of a field lie, as BPF can load them.
struct bit_place {
    std::uint32_t at = 0;
    std::uint32_t size = 1;  // 1, 2 or 4 octets
    std::uint32_t shift = 0;
    std::uint32_t mask = 0;
};
[[nodiscard]] consteval bit_place bit_place_of(const field& which) {
    const std::uint32_t end = which.bit_offset + which.bit_width;
    bit_place made{.at = which.bit_offset / 8U};
    while (made.size < 4 && made.at * 8 + made.size * 8 < end) made.size *= 2;
    if (made.at * 8 + made.size * 8 < end) the_protocol_has_no_field_of_that_name();
    made.shift = made.at * 8 + made.size * 8 - end;
    made.mask = which.bit_width >= 32 ? 0xffffffff : (std::uint32_t{1} << which.bit_width) - 1;
    return made;
}
[[nodiscard, gnu::always_inline]] inline std::uint32_t read_bits(bytes_view from,
                                                                 bit_place place) noexcept {
    std::uint32_t value = 0;
    for (std::uint32_t i = 0; i < place.size; ++i) value = value << 8 | from[place.at + i];
    return value >> place.shift & place.mask;
}
/// The instruction that compares what is left of a word by a mask with a number.
struct bpf_comparison {
    std::uint32_t mask = 0;
    std::uint16_t code = 0;
    std::uint32_t value = 0;
};
SONDE_API void write_comparison(bpf_writer& to, const bit_place& place, const bpf_comparison& what,
                                bpf_writer::label yes, bpf_writer::label no);
[[nodiscard]] constexpr bool compare(std::uint32_t value, comparison how,
                                     std::uint32_t with) noexcept {
    if (how == comparison::equal) return value == with;
    return how == comparison::greater ? value > with : value >= with;
}
[[nodiscard]] constexpr std::uint16_t bpf_code_of(comparison how) noexcept {
    if (how == comparison::equal) return 0x15;        // BPF_JMP | BPF_JEQ
    return how == comparison::greater ? 0x25 : 0x35;  // BPF_JGT, BPF_JGE
}

template <protocol T>
struct field_node : filter_node {
    bit_place place{};
    std::uint32_t mask = 0xffffffff;
    comparison how = comparison::equal;
    std::uint32_t value = 0;
    constexpr field_node(bit_place where, std::uint32_t and_with, comparison kind,
                         std::uint32_t with) noexcept
        : place(where), mask(and_with), how(kind), value(with) {}
    [[nodiscard, gnu::always_inline]] bool test(const filter_view& seen) const noexcept {
        const auto at = layer_of<T>(seen);
        if (!at || at->size() < place.at + place.size) return false;
        return compare(read_bits(*at, place) & mask, how, value);
    }
    void write(bpf_writer& to, bpf_writer::label yes, bpf_writer::label no) const {
        write_layer<T>(to, no, [&] {
            to.require_len(place.at + place.size, no);
            write_comparison(to, place, {mask, bpf_code_of(how), value}, yes, no);
        });
    }
};

/// A field whose value is to be compared.
template <protocol T>
struct field_key {
    bit_place place{};
    std::uint32_t mask = 0xffffffff;
};
template <class Value>
concept filter_value =
    std::integral<Value> || std::is_enum_v<Value> || std::same_as<Value, ipv4_address>;
template <filter_value Value>
[[nodiscard]] constexpr std::uint32_t number_of(Value value) noexcept {
    if constexpr (std::same_as<Value, ipv4_address>)
        return value.value;
    else
        return static_cast<std::uint32_t>(value);
}

/// One of the addresses in a network.
template <class Prefix>
struct network_node;
template <>
struct network_node<ipv4_prefix> : filter_node {
    ipv4_prefix of;
    std::uint32_t at = 0;  // 12: source, 16: destination
    constexpr network_node(const ipv4_prefix& prefix, std::uint32_t place) noexcept
        : of(prefix), at(place) {}
    [[nodiscard, gnu::always_inline]] bool test(const filter_view& seen) const noexcept {
        const auto header = layer_by(seen, {selector_kind::ether_type, 0x0800});
        if (!header || header->size() < at + 4) return false;
        return of.contains({be32_at(*header, at)});
    }
    SONDE_API void write(bpf_writer& to, bpf_writer::label yes, bpf_writer::label no) const;
};
template <>
struct network_node<ipv6_prefix> : filter_node {
    ipv6_prefix of;
    std::uint32_t at = 0;  // 8: source, 24: destination
    constexpr network_node(const ipv6_prefix& prefix, std::uint32_t place) noexcept
        : of(prefix), at(place) {}
    [[nodiscard]] bool test(const filter_view& seen) const noexcept {
        const auto header = layer_by(seen, {selector_kind::ether_type, 0x86dd});
        if (!header || header->size() < at + 16) return false;
        for (std::size_t i = 0; i < 4; ++i) {
            if (((be32_at(*header, at + i * 4) ^ of.word(i)) & of.mask(i)) != 0) return false;
        }
        return true;
    }
    SONDE_API void write(bpf_writer& to, bpf_writer::label yes, bpf_writer::label no) const;
};

/// A network stands for "either address is in it".
template <filter_expression T>
[[nodiscard]] constexpr auto node_of(const T& one) noexcept {
    if constexpr (std::same_as<T, ipv4_prefix>)
        return or_node(network_node<T>(one, 12), network_node<T>(one, 16));
    else if constexpr (std::same_as<T, ipv6_prefix>)
        return or_node(network_node<T>(one, 8), network_node<T>(one, 24));
    else
        return one;
}

// The operators, found by the arguments' namespace.
#define SONDE_COMPARE(op, how, negated)                                                         \
    template <protocol T, filter_value Value>                                                   \
    [[nodiscard]] constexpr auto operator op(const field_key<T>& key, Value value) noexcept {   \
        const field_node<T> test(key.place, key.mask, comparison::how, number_of(value));       \
        if constexpr (negated)                                                                  \
            return and_node(field_node<T>(key.place, 0, comparison::equal, 0), not_node(test)); \
        else                                                                                    \
            return test;                                                                        \
    }
SONDE_COMPARE(==, equal, false)
SONDE_COMPARE(!=, equal, true)  // a field that is not there differs from nothing: false too
SONDE_COMPARE(>, greater, false)
SONDE_COMPARE(<=, greater, true)
SONDE_COMPARE(>=, greater_or_equal, false)
SONDE_COMPARE(<, greater_or_equal, true)
#undef SONDE_COMPARE
template <protocol T>
[[nodiscard]] constexpr field_key<T> operator&(const field_key<T>& key,
                                               std::uint32_t mask) noexcept {
    return {key.place, key.mask & mask};
}

}  // namespace detail

/// The field of that name, to be compared: where<ipv4, "time_to_live">() < 5.
template <protocol T, field_name Name>
[[nodiscard]] constexpr detail::field_key<T> where() noexcept {
    return {detail::bit_place_of(detail::field_of<T, Name>())};
}
/// The fixed header of that protocol is there.
template <protocol T>
[[nodiscard]] constexpr detail::has_node<T> has() noexcept {
    return {};
}
/// The address of that role in the network: source_in(ipv4::network("10.0.0.0/8")).
[[nodiscard]] constexpr auto source_in(const ipv4_prefix& of) noexcept {
    return detail::network_node<ipv4_prefix>(of, 12);
}
[[nodiscard]] constexpr auto destination_in(const ipv4_prefix& of) noexcept {
    return detail::network_node<ipv4_prefix>(of, 16);
}
[[nodiscard]] constexpr auto source_in(const ipv6_prefix& of) noexcept {
    return detail::network_node<ipv6_prefix>(of, 8);
}
[[nodiscard]] constexpr auto destination_in(const ipv6_prefix& of) noexcept {
    return detail::network_node<ipv6_prefix>(of, 24);
}

/// Either port.
template <protocol T>
[[nodiscard]] constexpr auto operator==(either_port<T>, std::uint16_t port) noexcept {
    return detail::or_node(where<T, "source_port">() == port,
                           where<T, "destination_port">() == port);
}
/// Neither port, in a segment that has both.
template <protocol T>
[[nodiscard]] constexpr auto operator!=(either_port<T> key, std::uint16_t port) noexcept {
    return detail::and_node(where<T, "destination_port">() >= 0, detail::not_node(key == port));
}

template <detail::filter_expression A, detail::filter_expression B>
[[nodiscard]] constexpr auto operator||(const A& a, const B& b) noexcept {
    return detail::or_node(detail::node_of(a), detail::node_of(b));
}
template <detail::filter_expression A, detail::filter_expression B>
[[nodiscard]] constexpr auto operator&&(const A& a, const B& b) noexcept {
    return detail::and_node(detail::node_of(a), detail::node_of(b));
}
template <detail::filter_expression A>
[[nodiscard]] constexpr auto operator!(const A& a) noexcept {
    return detail::not_node(detail::node_of(a));
}

/// An expression, ready to use. Holds no memory; copies freely.
template <class Node>
class filter_of {
  public:
    constexpr explicit filter_of(const Node& node) noexcept : node_(node) {}

    /// Whether the frame matches. Frames of link types that a filter does not know never do.
    [[nodiscard, gnu::always_inline]] bool operator()(
        bytes_view frame, link_type type = link_type::ethernet) const noexcept {
        if (type == link_type::ethernet) [[likely]]
            return node_.test(detail::look_at_ethernet(frame));
        if (is_raw(type)) return node_.test(detail::look_at_raw(frame));
        return false;
    }
    /// The same as a program that returns 0 or `accepted_len`, octets to keep of a matching frame.
    [[nodiscard]] std::vector<bpf_instruction> to_bpf(link_type type = link_type::ethernet,
                                                      std::uint32_t accepted_len = 0x40000) const {
        if (type != link_type::ethernet && !is_raw(type)) return {{bpf_return, 0, 0, 0}};
        auto made = program(is_raw(type), accepted_len, false);
        return made.empty() ? program(is_raw(type), accepted_len, true) : made;
    }
    [[nodiscard]] static constexpr bool is_raw(link_type type) noexcept {
        return type == link_type::raw || type == link_type::raw_bsd ||
               type == link_type::raw_openbsd || std::uint32_t(type) == 228 ||
               std::uint32_t(type) == 229;
    }

  private:
    static constexpr std::uint16_t bpf_return = 0x06;  // BPF_RET | BPF_K
    [[nodiscard]] std::vector<bpf_instruction> program(bool raw, std::uint32_t accepted_len,
                                                       bool far_jumps) const {
        detail::bpf_writer to(far_jumps);
        const auto yes = to.make_label();
        const auto no = to.make_label();
        to.write_prologue(raw);
        node_.write(to, yes, no);
        to.place(yes);
        to.add(bpf_return, accepted_len);
        to.place(no);
        to.add(bpf_return, 0);
        return to.finish();
    }
    Node node_;
};

template <detail::filter_expression T>
[[nodiscard]] constexpr auto filter(const T& of) noexcept {
    return filter_of(detail::node_of(of));
}

}  // namespace sonde::inline v0
