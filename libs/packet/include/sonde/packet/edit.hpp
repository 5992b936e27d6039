#pragma once
/// Changing fields of a frame where it lies, with all checksums that know them.
///
///     edit(frame).get<ipv4>()->set_time_to_live(63);
///     if (auto segment = edit(frame).get<tcp>()) segment->set<"destination_port">(8080);
///
/// Nothing is summed anew: each checksum moves by as much as the field (RFC 1624), so that a right
/// one stays right, a wrong one stays as wrong as it was, and one over octets that were not
/// captured is right as well. A UDP checksum of zero stays zero. Known are: the header of IPv4;
/// TCP, UDP and UDP-Lite, ICMP, ICMPv6 and IGMP, each with its pseudo header; GRE; and all of them
/// in tunnels.
///
/// A field keeps its width: nothing is inserted or moved. A length, a version or a protocol number
/// is written as it is asked, and the header's own checksum follows; what lies behind is then read
/// as something else by whoever receives it.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>

#include <sonde/packet/packet.hpp>
#include <sonde/wire/transport/sctp.hpp>

namespace sonde::inline v0 {

/// The name of a field as a template argument: set<"time_to_live">(63).
template <std::size_t Size>
struct field_name {
    consteval field_name(const char (&text)[Size]) {  // NOLINT(google-explicit-constructor)
        std::copy_n(text, Size, characters.data());
    }
    [[nodiscard]] constexpr std::string_view text() const noexcept {
        return {characters.data(), Size - 1};
    }
    std::array<char, Size> characters{};
};

namespace detail {

/// A checksum that a protocol keeps.
struct checksum_rule {
    bool exists = false;
    bool with_addresses = false;   // a pseudo header
    bool zero_means_none = false;  // UDP
    std::uint16_t at = 0;          // octets from the start of the header
};
[[nodiscard]] constexpr checksum_rule checksum_rule_of(
    layer id, std::span<const selector> selected_by) noexcept {
    if (id == layer::ipv4) return {.exists = true, .at = 10};
    if (id == layer::gre) return {.exists = true, .at = 4};
    for (const selector& one : selected_by) {
        if (one.kind == selector_kind::icmp_type) return {.exists = true, .at = 2};
        if (one.kind == selector_kind::icmpv6_type)
            return {.exists = true, .with_addresses = true, .at = 2};
        if (one.kind != selector_kind::ip_protocol) continue;
        switch (ip_protocol(static_cast<std::uint8_t>(one.value))) {
            case ip_protocol::icmp:
            case ip_protocol::igmp:
                return {.exists = true, .at = 2};
            case ip_protocol::icmpv6:
                return {.exists = true, .with_addresses = true, .at = 2};
            case ip_protocol::tcp:
                return {.exists = true, .with_addresses = true, .at = 16};
            case ip_protocol::udp:
                return {.exists = true, .with_addresses = true, .zero_means_none = true, .at = 6};
            case ip_protocol::udp_lite:
                return {.exists = true, .with_addresses = true, .at = 6};
            default:
                break;
        }
    }
    return {};
}
template <protocol T>
[[nodiscard]] constexpr checksum_rule checksum_rule_for() noexcept {
    if constexpr (selectable<T>)
        return checksum_rule_of(T::id, T::selected_by);
    else
        return {};
}

/// A layer as its checksum sees it: where it begins, and where its coverage ends.
struct edit_layer {
    std::uint32_t at = 0;
    std::uint32_t end = 0;
    checksum_rule rule{};
    bool is_network = false;
    bool hides_destination = false;  // a routing header that has segments left

    [[nodiscard]] constexpr bool covers(std::size_t place) const noexcept {
        return rule.exists && place >= at && place < end &&
               (place - at) / 2 != std::size_t{rule.at} / 2;
    }
};
/// Which of the addresses of a network layer a field is.
enum class address_role : std::uint8_t { none, source, destination };

[[nodiscard]] constexpr std::uint16_t folded16(std::uint32_t sum) noexcept {
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>((sum & 0xffff) + (sum >> 16));
}

/// A change of a word at `place` of the frame: what is to be added to a sum over it.
struct word_change {
    std::size_t place = 0;
    std::uint16_t added = 0;

    [[nodiscard]] constexpr bool is_none() const noexcept {
        return added == 0 || added == 0xffff;  // both are zero to a one's complement sum
    }
};

/// Moves one checksum; false when there is none to move.
[[gnu::always_inline]] inline bool move_checksum(bytes_mut frame, const edit_layer& of,
                                                 word_change change) noexcept {
    const std::size_t place = std::size_t{of.at} + of.rule.at;
    if (place + 2 > frame.size()) return false;
    const std::uint16_t before = be16_at(frame, place);
    if (of.rule.zero_means_none && before == 0) return false;
    const bool turned_around = (change.place - of.at) % 2 != 0;
    const auto added = turned_around
                           ? static_cast<std::uint16_t>(change.added << 8 | change.added >> 8)
                           : change.added;
    const std::uint32_t sum = static_cast<std::uint16_t>(~before);
    const auto after = static_cast<std::uint16_t>(~folded16(sum + added));
    put_be16_at(frame, place, of.rule.zero_means_none && after == 0 ? 0xffff : after);
    return true;
}

/// Tells the layers from `from` outwards of a change; the first checksum that moves makes it up for
/// all that are further outside: they sum it too. `Chain`: size() and at(index), outermost first.
template <class Chain>
[[gnu::always_inline]] inline void settle_outwards(bytes_mut frame, const Chain& chain,
                                                   std::size_t from, word_change change) noexcept {
    for (std::size_t j = from + 1; j-- > 0;) {
        const edit_layer& one = chain.at(j);
        if (one.covers(change.place) && move_checksum(frame, one, change)) return;
    }
}
/// Tells every checksum of a change in layer `index`.
template <class Chain>
[[gnu::always_inline]] inline void settle(bytes_mut frame, const Chain& chain, std::size_t index,
                                          word_change change, address_role role) noexcept {
    if (change.is_none()) return;
    settle_outwards(frame, chain, index, change);
    if (role == address_role::none) return;
    for (std::size_t k = index + 1; k < chain.size(); ++k) {
        const edit_layer& one = chain.at(k);
        if (one.is_network) return;
        if (one.hides_destination && role == address_role::destination) return;
        if (!one.rule.exists || !one.rule.with_addresses) continue;
        const word_change seen{one.at, change.added};  // the pseudo header begins at an even place
        if (!move_checksum(frame, one, seen)) return;
        const auto back = static_cast<std::uint16_t>(~change.added);
        if (k > 0) settle_outwards(frame, chain, k - 1, {std::size_t{one.at} + one.rule.at, back});
        return;
    }
}

/// The layers of a frame, up to a stated number: further ones are not told of changes.
struct edit_chain {
    static constexpr std::size_t depth_max = 24;
    std::array<edit_layer, depth_max> layers{};
    std::size_t count = 0;
    [[nodiscard]] std::size_t size() const noexcept { return count; }
    [[nodiscard]] const edit_layer& at(std::size_t index) const noexcept { return layers[index]; }
};
[[nodiscard]] SONDE_API edit_chain edit_chain_of(bytes_view frame, link_type type) noexcept;

// Fields.

void the_protocol_has_no_field_of_that_name();  // never called: that it cannot be is the error
template <protocol T, field_name Name>
[[nodiscard]] consteval field field_of() {
    for (const field& one : std::span<const field>(T::fields)) {
        if (one.name == Name.text()) return one;
    }
    the_protocol_has_no_field_of_that_name();
    return {};
}
template <protocol T, field_name Name>
[[nodiscard]] consteval address_role role_of() {
    if (T::id != layer::ipv4 && T::id != layer::ipv6) return address_role::none;
    if (Name.text() == "source") return address_role::source;
    return Name.text() == "destination" ? address_role::destination : address_role::none;
}

/// The 16-bit words that a field touches, relative to its header.
struct field_words {
    std::size_t begin = 0;
    std::size_t end = 0;
};
[[nodiscard]] constexpr field_words words_of(const field& which) noexcept {
    const std::size_t end_bit = std::size_t{which.bit_offset} + which.bit_width;
    return {std::size_t{which.bit_offset} / 16 * 2, (end_bit + 15) / 16 * 2};
}
[[gnu::always_inline]] inline std::uint32_t sum_words(bytes_view header,
                                                      field_words words) noexcept {
    std::uint32_t sum = 0;
    for (std::size_t at = words.begin; at < words.end; at += 2) {
        const std::uint32_t low = at + 1 < header.size() ? header[at + 1] : 0;
        sum += std::uint32_t{header[at]} << 8 | low;
    }
    return sum;
}
template <class Value>
[[gnu::always_inline]] inline void write_value(bytes_mut header, const field& which,
                                               const Value& value) noexcept {
    const std::size_t at = which.bit_offset / 8U;
    if constexpr (std::same_as<Value, ipv6_address> || std::same_as<Value, mac_address>) {
        copy_octets(header.subspan(at), value.octets);
    } else if constexpr (std::same_as<Value, ipv4_address>) {
        write_value(header, which, value.value);
    } else {
        const auto number = static_cast<std::uint64_t>(value);
        if (which.bit_offset % 8 != 0 || which.bit_width % 8 != 0)
            return write_field(header, which, number);
        for (std::size_t i = 0; i < which.bit_width / 8U; ++i)
            header[at + i] = static_cast<std::uint8_t>(number >> (which.bit_width - 8 * (i + 1)));
    }
}
/// What a field may be set to: a number or an enumeration, or the address that it is.
template <class Value>
[[nodiscard]] consteval bool fits_field(const field& which) {
    if (std::same_as<Value, ipv6_address>) return which.bit_width == 128;
    if (std::same_as<Value, mac_address>) return which.bit_width == 48;
    if (std::same_as<Value, ipv4_address>) return which.bit_width == 32;
    return (std::integral<Value> || std::is_enum_v<Value>) && which.bit_width <= 64;
}
/// Writes the field and returns how the sum over it changed.
template <class Value>
[[gnu::always_inline]] inline std::uint16_t change_field(bytes_mut header, const field& which,
                                                         const Value& value) noexcept {
    const field_words words = words_of(which);
    const std::uint16_t before = folded16(sum_words(header, words));
    write_value(header, which, value);
    const std::uint16_t after = folded16(sum_words(header, words));
    return folded16(std::uint32_t{static_cast<std::uint16_t>(~before)} + after);
}

}  // namespace detail

/// One layer of a frame under edition. Borrows the frame.
template <protocol T>
class edited_layer {
  public:
    /// `octets`: this layer, a part of `frame`. Precondition: no shorter than its header.
    edited_layer(bytes_mut frame, link_type type, bytes_mut octets) noexcept
        : frame_(frame), type_(type), octets_(octets) {}

    /// The layer as it lies.
    [[nodiscard]] typename T::view view() const noexcept { return *T::view::parse(octets_); }
    [[nodiscard]] bytes_mut octets() const noexcept { return octets_; }

    /// Writes a field by its name in `T::fields`, and moves the checksums. A checksum itself is
    /// written as it is asked.
    template <field_name Name, class Value>
    void set(const Value& value) const noexcept {
        static constexpr field which = detail::field_of<T, Name>();
        static_assert(detail::fits_field<Value>(which), "this field holds another type");
        apply(which, detail::role_of<T, Name>(), [&] {
            return detail::change_field(octets_, which, value);
        });
    }
    /// Writes octets behind the fixed header, at an offset from this layer's start. Precondition:
    /// they are within the layer.
    void set_octets(std::size_t at, bytes_view octets) const noexcept {
        const std::size_t first = at / 2 * 2;
        const detail::field_words words{first, (at + octets.size() + 1) / 2 * 2};
        const field place{.name = {}, .bit_offset = static_cast<std::uint16_t>(first * 8)};
        apply(place, detail::address_role::none, [&] {
            const std::uint16_t before = detail::folded16(detail::sum_words(octets_, words));
            copy_octets(octets_.subspan(at), octets);
            const std::uint16_t after = detail::folded16(detail::sum_words(octets_, words));
            return detail::folded16(std::uint32_t{static_cast<std::uint16_t>(~before)} + after);
        });
    }

  protected:
    /// A CRC does not move with a field: where it was right it is computed anew.
    template <class Change>
    void apply(const field& which, detail::address_role, Change change) const noexcept
        requires(T::id == layer::sctp)
    {
        const bool was_right = sctp_checksum(octets_) == be32_at(octets_, 8);
        static_cast<void>(change());
        const bool asked = which.bit_offset / 8U < 12 && which.bit_offset / 8U >= 8;
        if (was_right && !asked) put_be32_at(octets_, 8, sctp_checksum(octets_));
    }
    template <class Change>
    [[gnu::always_inline]] void apply(const field& which, detail::address_role role,
                                      Change change) const noexcept {
        const std::size_t place = start() + detail::words_of(which).begin;
        const detail::edit_layer own = this->own();
        const bool quick = role == detail::address_role::none && own.covers(place) &&
                           !(own.rule.zero_means_none && own_checksum() == 0);
        if (quick) [[likely]] {
            const std::uint16_t added = change();
            static_cast<void>(detail::move_checksum(frame_, own, {place, added}));
            return;
        }
        // Before the change: afterwards the frame may read as something else.
        const detail::edit_chain chain = detail::edit_chain_of(frame_, type_);
        const std::uint16_t added = change();
        for (std::size_t i = 0; i < chain.size(); ++i) {
            if (chain.at(i).at != start()) continue;
            return detail::settle(frame_, chain, i, {place, added}, role);
        }
    }
    [[nodiscard]] std::size_t start() const noexcept {
        return static_cast<std::size_t>(octets_.data() - frame_.data());
    }
    /// The layer with a coverage that is sure: of IPv4 the header, of the others the fixed header.
    [[nodiscard]] detail::edit_layer own() const noexcept {
        detail::edit_layer made{.at = static_cast<std::uint32_t>(start()),
                                .rule = detail::checksum_rule_for<T>()};
        std::size_t len = T::header_len;
        if constexpr (T::id == layer::ipv4) len = view().header().size();
        if constexpr (T::id == layer::gre) made.rule.exists = (octets_[0] & 0x80) != 0;
        made.end = static_cast<std::uint32_t>(start() + len);
        return made;
    }
    [[nodiscard]] std::uint16_t own_checksum() const noexcept {
        return be16_at(octets_, detail::checksum_rule_for<T>().at);
    }

  private:
    bytes_mut frame_;
    link_type type_;
    bytes_mut octets_;
};

/// The same with a setter for each field that programs change.
template <protocol T>
class edited : public edited_layer<T> {
  public:
    using edited_layer<T>::edited_layer;
};
template <>
class edited<ethernet> : public edited_layer<ethernet> {
  public:
    using edited_layer::edited_layer;
    void set_destination(const mac_address& v) const noexcept { set<"destination">(v); }
    void set_source(const mac_address& v) const noexcept { set<"source">(v); }
    void set_type(ether_type v) const noexcept { set<"type">(v); }
};
template <>
class edited<vlan> : public edited_layer<vlan> {
  public:
    using edited_layer::edited_layer;
    void set_pcp(std::uint8_t v) const noexcept { set<"pcp">(v); }
    void set_vid(std::uint16_t v) const noexcept { set<"vid">(v); }
};
template <>
class edited<ipv4> : public edited_layer<ipv4> {
  public:
    using edited_layer::edited_layer;
    void set_dscp(std::uint8_t v) const noexcept { set<"dscp">(v); }
    void set_ecn(ecn v) const noexcept { set<"ecn">(v); }
    void set_total_length(std::uint16_t v) const noexcept { set<"total_length">(v); }
    void set_identification(std::uint16_t v) const noexcept { set<"identification">(v); }
    void set_dont_fragment(bool v) const noexcept { set<"dont_fragment">(v); }
    void set_more_fragments(bool v) const noexcept { set<"more_fragments">(v); }
    void set_fragment_offset(std::uint16_t units) const noexcept { set<"fragment_offset">(units); }
    void set_time_to_live(std::uint8_t v) const noexcept { set<"time_to_live">(v); }
    void set_protocol(ip_protocol v) const noexcept { set<"protocol">(v); }
    void set_header_checksum(std::uint16_t v) const noexcept { set<"header_checksum">(v); }
    void set_source(ipv4_address v) const noexcept { set<"source">(v); }
    void set_destination(ipv4_address v) const noexcept { set<"destination">(v); }
};
template <>
class edited<ipv6> : public edited_layer<ipv6> {
  public:
    using edited_layer::edited_layer;
    void set_traffic_class(std::uint8_t v) const noexcept { set<"traffic_class">(v); }
    void set_flow_label(std::uint32_t v) const noexcept { set<"flow_label">(v); }
    void set_hop_limit(std::uint8_t v) const noexcept { set<"hop_limit">(v); }
    void set_source(const ipv6_address& v) const noexcept { set<"source">(v); }
    void set_destination(const ipv6_address& v) const noexcept { set<"destination">(v); }
};
template <>
class edited<tcp> : public edited_layer<tcp> {
  public:
    using edited_layer::edited_layer;
    void set_source_port(std::uint16_t v) const noexcept { set<"source_port">(v); }
    void set_destination_port(std::uint16_t v) const noexcept { set<"destination_port">(v); }
    void set_sequence_number(std::uint32_t v) const noexcept { set<"sequence_number">(v); }
    void set_acknowledgment_number(std::uint32_t v) const noexcept {
        set<"acknowledgment_number">(v);
    }
    void set_flags(tcp_flags v) const noexcept { set<"flags">(v); }
    void set_window(std::uint16_t v) const noexcept { set<"window">(v); }
    void set_checksum(std::uint16_t v) const noexcept { set<"checksum">(v); }
    void set_urgent_pointer(std::uint16_t v) const noexcept { set<"urgent_pointer">(v); }
};
template <>
class edited<udp> : public edited_layer<udp> {
  public:
    using edited_layer::edited_layer;
    void set_source_port(std::uint16_t v) const noexcept { set<"source_port">(v); }
    void set_destination_port(std::uint16_t v) const noexcept { set<"destination_port">(v); }
    void set_length(std::uint16_t v) const noexcept { set<"length">(v); }
    void set_checksum(std::uint16_t v) const noexcept { set<"checksum">(v); }
};

/// A frame under edition. Borrows it.
class editor {
  public:
    explicit editor(bytes_mut frame, link_type type = link_type::ethernet) noexcept
        : frame_(frame), type_(type) {}

    /// The outermost layer of that kind; nothing when there is none or it is cut.
    template <protocol T>
    [[nodiscard]] std::optional<edited<T>> get() const noexcept {
        if constexpr (std::same_as<T, ipv4>) {  // the common case, without the rest of the record
            if (type_ == link_type::ethernet && frame_.size() >= 34 && is_plain_ipv4())
                return edited<T>(frame_, type_, frame_.subspan(ethernet::header_len));
        }
        const auto seen = packet(frame_, type_).get<T>();
        if (!seen) return std::nullopt;
        const auto at = static_cast<std::size_t>(seen->octets().data() - frame_.data());
        return edited<T>(frame_, type_, frame_.subspan(at, seen->octets().size()));
    }
    /// The layer of that kind at that place, counted from outside: the inner one of a tunnel is 1.
    template <protocol T>
    [[nodiscard]] std::optional<edited<T>> get(std::size_t which) const noexcept {
        for (const layer_view& one : layers(frame_, type_)) {
            if (one.quoted()) break;
            if (one.id() != T::id || !one.as<T>() || which-- > 0) continue;
            return edited<T>(frame_, type_, frame_.subspan(one.offset(), one.octets().size()));
        }
        return std::nullopt;
    }
    [[nodiscard]] bytes_mut octets() const noexcept { return frame_; }

  private:
    [[nodiscard]] bool is_plain_ipv4() const noexcept {
        return be16_at(frame_, 12) == std::uint16_t(ether_type::ipv4);
    }
    bytes_mut frame_;
    link_type type_;
};

[[nodiscard]] inline editor edit(bytes_mut frame SONDE_LIFETIMEBOUND,
                                 link_type type = link_type::ethernet) noexcept {
    return editor(frame, type);
}

}  // namespace sonde::inline v0
