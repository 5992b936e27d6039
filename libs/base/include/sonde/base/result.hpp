#pragma once
/// What a reader of octets returns: a value, or an error of 16 octets that carries every fact a
/// sentence needs. Malformed input is normal input: nothing here throws.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

/// Every protocol that sonde reads; the enumerators are in wire/layer.hpp. Values above 0x8000 are
/// protocols that a user's program adds at run time.
enum class layer : std::uint16_t;

/// Why octets could not be read.
enum class parse_reason : std::uint8_t {
    truncated,         // fewer octets than the layer needs
    bad_length,        // a length field contradicts itself or its surroundings
    bad_version,       // the version field is not the one this layer has
    bad_value,         // a field has a value that the layer forbids
    not_this_message,  // the octets are another message of the same protocol
    too_deep,          // more nested layers or options than the stated bound
};

/// Which field set the limit that was hit: the captured octets, or a length field.
enum class limit_field : std::uint8_t {
    captured,        // the end of the octets that we have
    header_length,   // for example IHL, TCP data offset
    total_length,    // the layer's own length field
    outer_length,    // a length field of an outer layer
    option_length,   // the length octet of an option
    element_length,  // the length field of a nested element
};

/// One failed reading. Offsets are relative to the reporting layer; each caller adds its own start.
struct parse_error {
    parse_reason reason = parse_reason::truncated;
    limit_field limit = limit_field::captured;
    layer at{};
    std::uint32_t offset_octets = 0;  // from the start of what the caller handed in
    std::uint32_t needed_octets = 0;
    std::uint32_t have_octets = 0;

    [[nodiscard]] constexpr parse_error shifted(std::size_t by) const noexcept {
        parse_error moved = *this;
        moved.offset_octets += static_cast<std::uint32_t>(by);
        return moved;
    }
    friend constexpr bool operator==(const parse_error&, const parse_error&) = default;
};
static_assert(sizeof(parse_error) == 16);

template <class T>
using result = tl::expected<T, parse_error>;

[[nodiscard]] constexpr tl::unexpected<parse_error> truncated(layer at, std::size_t needed,
                                                              std::size_t have,
                                                              std::size_t offset = 0) noexcept {
    return tl::unexpected(parse_error{.reason = parse_reason::truncated,
                                      .at = at,
                                      .offset_octets = static_cast<std::uint32_t>(offset),
                                      .needed_octets = static_cast<std::uint32_t>(needed),
                                      .have_octets = static_cast<std::uint32_t>(have)});
}

[[nodiscard]] constexpr tl::unexpected<parse_error> malformed(parse_error error) noexcept {
    return tl::unexpected(error);
}

/// "needed 12 octets, had 4, at offset 54 (limit: header length)"; the caller puts the layer
/// before.
[[nodiscard]] SONDE_API std::string describe(const parse_error& error);
[[nodiscard]] SONDE_API std::string_view to_string(parse_reason reason) noexcept;
[[nodiscard]] SONDE_API std::string_view to_string(limit_field limit) noexcept;

}  // namespace sonde::inline v0
