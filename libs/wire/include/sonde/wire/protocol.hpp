#pragma once
/// What every protocol header declares, once: its name, source, fixed header and fields. From the
/// fields come printing, JSON, the contract tests and the docs table.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>

#include <sonde/base/octets.hpp>
#include <sonde/base/result.hpp>
#include <sonde/wire/layer.hpp>

namespace sonde::inline v0 {

class field_sink;  // field_sink.hpp: to whom a protocol tells what lies behind its fixed header

/// How the value of a field is shown.
enum class field_kind : std::uint8_t { number, hex, ipv4, ipv6, mac, octets };

/// One field of a fixed header: where it lies, how it is shown, what its values are called.
struct field {
    std::string_view name;         // as the RFC's drawing spells it
    std::uint16_t bit_offset = 0;  // from the first bit of the header, network bit order
    std::uint16_t bit_width = 0;
    field_kind kind = field_kind::number;
    std::string_view (*value_name)(std::uint64_t) noexcept = nullptr;  // empty: no name
};

/// Which number in the layer below selects a protocol. The value beside it:
enum class selector_kind : std::uint8_t {
    none,            // nothing follows, or nobody knows what
    link_type,       // LINKTYPE_ of a capture, see link/link_type.hpp
    ether_type,      // also of GRE, GENEVE and SNAP; below 1536 as Linux numbers such frames
    llc_sap,         // the destination service access point
    snap_cisco,      // protocol identifier under 00-00-0c
    snap_ieee_8021,  // protocol identifier under 00-80-c2
    ppp_protocol,
    ip_protocol,
    icmp_type,    // of a message whose selector was ip_protocol 1
    icmpv6_type,  // ip_protocol 58
    udp_port,
    tcp_port,
    sctp_port,
    sctp_payload_protocol,
    mpls_payload,  // the first four bits behind a label stack: neither 4 nor 6
};

/// What a layer carries, or what selects a protocol: `static constexpr std::array selected_by`.
/// A protocol without `selected_by` is only taken by hand.
struct selector {
    selector_kind kind = selector_kind::none;
    std::uint32_t value = 0;
    friend constexpr bool operator==(const selector&, const selector&) = default;
};

/// A value that sonde computes on emission unless one was forced: checksums, lengths, types.
template <class T>
using automatic = std::optional<T>;

/// A container that is a temporary: its octets die at the end of the statement, so no view may be
/// made of it. Each view's `parse` has a deleted overload for it.
template <class Container>
concept dying_octets =
    !std::is_lvalue_reference_v<Container> && std::ranges::contiguous_range<Container> &&
    !std::ranges::borrowed_range<Container>;

/// Reads one field of at most 64 bits. Precondition: the header is that long.
[[nodiscard]] SONDE_API std::uint64_t read_field(bytes_view header, const field& which) noexcept;
/// Writes the low bits of `value` into a field of at most 64 bits, and nothing else. Precondition:
/// the header is that long.
SONDE_API void write_field(bytes_mut header, const field& which, std::uint64_t value) noexcept;

/// What stands around a layer when its automatic fields are computed; layers are completed from the
/// inside out, so that everything inside is final.
struct surroundings {
    bytes_view header{};                  // this layer as it stands, up to its payload
    bytes_view inside{};                  // what it carries, complete
    bytes_view trailer{};                 // its own octets behind that
    std::span<const selector> carried{};  // what selects the layer inside; empty: unknown octets
    layer network = layer::none;          // the nearest ipv4 or ipv6 outside...
    bytes_view network_header{};          // ...and its header, whose addresses are final
    bytes_view routing_header{};          // of IPv6, where one lies between that and this layer
};

/// Whether the automatic member of the message at `message` was set by somebody.
template <auto Member>
struct is_forced;
template <class T, class Value, automatic<Value> T::* Member>
struct is_forced<Member> {
    static bool in(const void* message) noexcept {
        return (static_cast<const T*>(message)->*Member).has_value();
    }
};

/// A field that sonde computes unless somebody forced it: `static constexpr std::array automatics`.
/// A protocol lists them in the order in which they must be computed, checksums last:
///
///     automatic_field{"ihl", detail::ipv4_ihl, is_forced<&ipv4::ihl>::in}
///
/// A field without a place of its own has `store`, which writes into the header; `message` is null
/// when there are only octets. The name is then that of the message's member.
struct automatic_field {
    std::string_view name;  // one of `fields`
    std::uint64_t (*compute)(const surroundings&) noexcept = nullptr;
    bool (*forced)(const void* message) noexcept = nullptr;  // `message`: the protocol's struct
    void (*store)(bytes_mut header, std::uint64_t value, const void* message) noexcept = nullptr;
};

/// A protocol with fields that are computed.
template <class T>
concept completing = requires {
    { std::span<const automatic_field>(T::automatics) };
};

/// Stands for "either port" of a protocol in filters: `tcp::port == 80`.
template <class T>
struct either_port {};

/// The value of the first selector of that kind; nothing when there is none.
[[nodiscard]] constexpr std::optional<std::uint32_t> selected_value(std::span<const selector> by,
                                                                    selector_kind kind) noexcept {
    for (const selector& one : by) {
        if (one.kind == kind) return one.value;
    }
    return std::nullopt;
}

template <class T>
concept protocol = requires(const T message, bytes_view in, bytes_mut out, typename T::view seen) {
    { T::name } -> std::convertible_to<std::string_view>;
    { T::spec } -> std::convertible_to<std::string_view>;
    { T::header_len } -> std::convertible_to<std::size_t>;
    { T::id } -> std::convertible_to<layer>;
    { std::span<const field>(T::fields) };
    { T::view::parse(in) } -> std::same_as<result<typename T::view>>;
    { seen.octets() } -> std::same_as<bytes_view>;
    { T::read(seen) } -> std::same_as<result<T>>;
    { message.wire_len() } -> std::same_as<std::size_t>;
    message.emit(out);
};

/// A protocol that names the layers below which it stands.
template <class T>
concept selectable = protocol<T> && requires {
    { std::span<const selector>(T::selected_by) };
};

/// A protocol that looks at the octets before it takes them: several have one selector.
/// `recognises(octets)` is asked of those that have it first; one without takes what is left.
template <class T>
concept choosy = selectable<T> && requires(bytes_view octets) {
    { T::recognises(octets) } noexcept -> std::same_as<bool>;
};

/// A view that knows which protocol its payload is. One that has ports knows two candidates: then
/// there is `other_selector()` too.
template <class View>
concept carrier = requires(View seen) {
    { seen.next_selector() } noexcept -> std::same_as<selector>;
    { seen.payload().size() } -> std::convertible_to<std::size_t>;
};

}  // namespace sonde::inline v0
