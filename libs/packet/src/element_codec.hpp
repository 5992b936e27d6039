#pragma once
/// How one protocol keeps a list behind its fixed header: options, tags, objects. One row a
/// protocol in element_codecs.cpp says where the list lies, how an element lies in it, and what
/// known kinds hold; reading, changing, padding and text come from the row.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/base/octets.hpp>
#include <sonde/packet/craft_error.hpp>
#include <sonde/wire/layer.hpp>

namespace sonde::inline v0::detail {

/// Where the octets of a list are.
enum class element_place : std::uint8_t {
    header,   // to the end of the layer's header
    trailer,  // behind what an ICMP error quotes
    body,     // they are all that the layer carries
    around,   // from the header's end over what the layer carries to the end of its trailer
};

/// How one element lies: its length, its type, its value.
struct element_form {
    std::size_t (*len)(bytes_view rest) noexcept;  // of the first element; 0: cannot be read
    std::uint32_t (*type)(bytes_view element) noexcept;
    bytes_view (*value)(bytes_view element) noexcept;
    /// Nothing when the value is too long for the length field.
    std::optional<std::vector<std::uint8_t>> (*make)(std::uint32_t type, bytes_view value);
    bool (*is_padding)(bytes_view element) noexcept;  // fills up, says nothing
    void (*pad)(std::vector<std::uint8_t>& area, std::size_t len);
    std::string_view (*type_name)(std::uint32_t type) noexcept;
    std::uint32_t named_type_max;  // types up to this are asked for their names
    std::string_view noun;         // "option"
    /// What ends the list, where it has an end of its own; null: the octets' end.
    void (*finish)(std::vector<std::uint8_t>& area) = nullptr;
    std::string_view unknown_pattern = "x";  // of a kind that has none of its own
    bool has_flags = false;   // the octet behind the type: the first of what a pattern tells
    std::size_t aligned = 1;  // octets: whole elements begin there
};

/// What the value of a known kind holds, as a pattern: a digit is an integer of so many octets, `_`
/// before it says that it is zero and not written, a an IPv4, A an IPv6, m a MAC address, L a label
/// of MPLS (label, traffic class, bottom of stack, time to live), x octets to the end, t text to
/// the end. A `*` behind all repeats the last to the end.
struct element_kind {
    std::string_view name;
    std::uint32_t type;
    std::string_view pattern;
    std::uint8_t align_unit = 1;  // octets; where the element begins, counted from the header
    std::uint8_t align_at = 0;
};

struct element_codec {
    layer of;
    std::string_view list;  // "options"
    element_place place;
    std::size_t area_at;   // octets before the list, in its place
    std::size_t area_max;  // octets of the list
    std::size_t unit;      // what is before and the list together are whole units of so many octets
    const element_form* form;
    std::span<const element_kind> kinds;
};

/// The list of a protocol; null when it has none.
[[nodiscard]] const element_codec* codec_of(layer id) noexcept;
/// The options of an OPT record: no layer of their own, they lie in a record of a message.
[[nodiscard]] const element_codec& dns_option_codec() noexcept;

/// A value inside an element, as somebody writes it.
struct element_argument {
    enum class kind : std::uint8_t { token, text, octets };
    kind is = kind::token;
    std::string token{};                 // of kind token and text
    std::vector<std::uint8_t> octets{};  // of kind octets
};

/// The list in `area`, element by element. What cannot be read is one last element. Padding is left
/// out where laying out again gives it back.
[[nodiscard]] std::vector<std::vector<std::uint8_t>> split_elements(const element_codec& codec,
                                                                    bytes_view area);
/// The elements one after another, aligned and padded as the protocol asks; with padding among
/// them, where they are put. Fails when they are more than the protocol's limit.
[[nodiscard]] craft_result<std::vector<std::uint8_t>> join_elements(
    const element_codec& codec, std::span<const std::vector<std::uint8_t>> elements);
[[nodiscard]] craft_result<std::vector<std::uint8_t>> make_element(
    const element_codec& codec, std::string_view name, std::span<const element_argument> arguments);
/// "maximum_segment_size(1460)", "option(77, x'00 01')", "chunk(77, 0, x'01')", "x'02'";
/// make_element gives the octets.
[[nodiscard]] std::string element_text(const element_codec& codec, bytes_view element);
[[nodiscard]] std::string element_name(const element_codec& codec, bytes_view element);
/// Whether type and value can be told apart in it.
[[nodiscard]] bool is_whole_element(const element_codec& codec, bytes_view element);

}  // namespace sonde::inline v0::detail
