#pragma once
/// Which protocols there are and which number selects them: the built-in ones, and those that a
/// program adds while it runs.
///
///     protocol_table mine;                                    // all of sonde's
///     mine.add<telemetry>();                                  // where its selected_by says
///     mine.add<telemetry>({selector_kind::udp_port, 7777});   // and here
///     for (const layer_view& l : layers(frame, link_type::ethernet, mine)) ...

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include <sonde/wire/field_sink.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// How a layer's octets are parted: header, payload, trailer, in this order and without gaps.
struct layer_extent {
    std::uint32_t header_len = 0;            // octets before the payload, as far as captured
    std::uint32_t payload_len = 0;           // captured octets
    std::uint32_t payload_declared_len = 0;  // octets that the header speaks of
    selector next{};                         // what the payload is...
    selector other{};                        // ...or, when nobody knows that, this
    std::optional<parse_error> stopped{};    // why the payload cannot be found
    bool whole_header = true;                // false: cut, only fields whose octets exist
    bool quotes = false;                     // the payload is a datagram that this layer is about
};

/// A protocol without its type: what loops and tables need of it. Refers to static data only.
struct protocol_info {
    std::string_view name{};
    std::string_view spec{};
    layer id = layer::none;
    std::size_t header_len = 0;  // octets, without options
    std::span<const field> fields{};
    std::span<const selector> selected_by{};
    std::span<const automatic_field> automatics{};
    bool (*recognises)(bytes_view) noexcept = nullptr;           // null: takes everything
    layer_extent (*measure)(bytes_view) noexcept = nullptr;      // any octets
    void (*describe)(bytes_view, field_sink&) = nullptr;         // null: fixed header only
    void (*emit_default)(std::vector<std::uint8_t>&) = nullptr;  // a message of defaults
};

namespace detail {

/// Fixed header of a protocol that carries nothing further, or whose view could not be made.
[[nodiscard]] SONDE_API layer_extent cut_extent(bytes_view octets, parse_error why) noexcept;

template <class View>
[[nodiscard]] auto payload_of(View seen) noexcept {
    if constexpr (requires { seen.payload(); })
        return seen.payload();
    else if constexpr (requires { seen.data(); })
        return seen.data();
    else if constexpr (requires { seen.trailer(); })
        return seen.octets().subspan(seen.octets().size() - seen.trailer().size()).first(0);
    else
        return seen.octets().last(0);
}

/// Whether the length that a header declares is one that it can have, and that we have.
template <protocol T>
[[nodiscard]] std::optional<parse_error> length_problem(typename T::view seen) noexcept {
    if constexpr (requires { seen.checked_header_length(); }) {
        if (const auto len = seen.checked_header_length(); !len) return len.error();
    } else if constexpr (requires { seen.header_length(); }) {
        const std::size_t len = seen.header_length();
        const std::size_t have = seen.octets().size();
        if (len > have) return truncated(T::id, len, have).value();
        if (len < T::header_len)
            return parse_error{.reason = parse_reason::bad_length,
                               .limit = limit_field::header_length,
                               .at = T::id,
                               .needed_octets = static_cast<std::uint32_t>(T::header_len),
                               .have_octets = static_cast<std::uint32_t>(len)};
    }
    return std::nullopt;
}

template <protocol T>
[[nodiscard]] layer_extent measure(bytes_view octets) noexcept {
    const auto seen = T::view::parse(octets);
    if (!seen) return cut_extent(octets, seen.error());
    layer_extent extent;
    const bytes_view payload = payload_of(*seen);
    // An empty payload may lie anywhere; where it would begin is what its position says.
    extent.header_len = static_cast<std::uint32_t>(payload.data() - octets.data());
    extent.payload_len = extent.payload_declared_len = static_cast<std::uint32_t>(payload.size());
    if constexpr (requires { seen->payload_declared_len(); })
        extent.payload_declared_len = static_cast<std::uint32_t>(seen->payload_declared_len());
    if constexpr (carrier<typename T::view>) extent.next = seen->next_selector();
    if constexpr (requires { seen->other_selector(); }) extent.other = seen->other_selector();
    extent.stopped = length_problem<T>(*seen);
    if (extent.stopped) extent.next = extent.other = {};
    extent.quotes = requires { seen->quote(); } || requires { seen->quoted(); };
    return extent;
}

template <protocol T>
void describe(bytes_view octets, field_sink& to) {
    if (const auto seen = T::view::parse(octets)) T::describe(*seen, to);
}

template <protocol T>
void emit_default(std::vector<std::uint8_t>& out) {
    const T message{};
    out.resize(message.wire_len());
    message.emit(out);
}

template <protocol T>
[[nodiscard]] constexpr protocol_info info_of() noexcept {
    protocol_info info{.name = T::name,
                       .spec = T::spec,
                       .id = T::id,
                       .header_len = T::header_len,
                       .fields = T::fields,
                       .measure = measure<T>,
                       .emit_default = emit_default<T>};
    if constexpr (selectable<T>) info.selected_by = T::selected_by;
    if constexpr (requires { std::span<const automatic_field>(T::automatics); })
        info.automatics = T::automatics;
    if constexpr (choosy<T>) info.recognises = T::recognises;
    if constexpr (describing<T>) info.describe = describe<T>;
    return info;
}

}  // namespace detail

/// The one description of `T`, at one address.
template <protocol T>
inline constexpr protocol_info protocol_info_of = detail::info_of<T>();

/// Copies are independent. Reading it from several threads is safe while nobody adds.
class protocol_table {
  public:
    /// sonde's own protocols. Lives as long as the program.
    [[nodiscard]] SONDE_API static const protocol_table& built_in() noexcept;
    /// A copy of the built-in one, to add to.
    protocol_table() : protocol_table(built_in()) {}

    /// Adds a protocol under all of its `selected_by`. What is added later is asked first.
    template <protocol T>
    void add() {
        for (const selector& by : protocol_info_of<T>.selected_by) add(protocol_info_of<T>, by);
        if (protocol_info_of<T>.selected_by.empty()) remember(protocol_info_of<T>);
    }
    template <protocol T>
    void add(selector by) {
        add(protocol_info_of<T>, by);
    }
    /// `info` must live as long as the table.
    SONDE_API void add(const protocol_info& info, selector by);

    /// The protocol that begins with `octets` where `by` points; null when nobody knows. The
    /// numbers that lie inside the octets (an ICMP type) are looked at here.
    [[nodiscard]] SONDE_API const protocol_info* find(selector by,
                                                      bytes_view octets) const noexcept;
    [[nodiscard]] SONDE_API const protocol_info* find(std::string_view name) const noexcept;
    [[nodiscard]] SONDE_API const protocol_info* find(layer id) const noexcept;
    /// In the order of layer.hpp, then as added.
    [[nodiscard]] std::span<const protocol_info* const> all() const noexcept { return all_; }

  private:
    struct slot {
        std::uint64_t key = 0;  // 0 is selector_kind::none, which selects nothing
        const protocol_info* info = nullptr;
    };
    struct nothing_yet {};
    explicit protocol_table(nothing_yet) : slots_(slot_count_min) {}
    SONDE_API void remember(const protocol_info& info);
    [[nodiscard]] static protocol_table make_built_in();
    [[nodiscard]] const protocol_info* find_exactly(selector by, bytes_view octets) const noexcept;
    [[nodiscard]] const protocol_info* find_message(selector by, bytes_view octets) const noexcept;
    [[nodiscard]] const protocol_info* ask_each(std::size_t at, bytes_view octets) const noexcept;
    [[nodiscard]] static constexpr std::uint64_t key_of(selector by) noexcept {
        return (std::uint64_t(by.kind) << 32) | by.value;
    }
    [[nodiscard]] std::size_t first_slot(std::uint64_t key) const noexcept;
    void place(slot one) noexcept;
    void grow();

    static constexpr std::size_t slot_count_min = 512;  // a power of two; at most half are taken
    std::vector<const protocol_info*> all_{};
    std::vector<slot> slots_;  // open addressing; of one key, what was added last comes first
    std::size_t mask_ = slot_count_min - 1;
    std::size_t taken_ = 0;
};

}  // namespace sonde::inline v0
