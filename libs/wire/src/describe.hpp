#pragma once
/// What the `describe` functions of protocols have in common: one call a value, numbers read from
/// the octets in which they lie.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <sonde/wire/field_sink.hpp>

namespace sonde::inline v0::detail {

/// A group as long as this object lives.
class told_group {
  public:
    told_group(field_sink& to, std::string_view name, std::string_view label, bytes_view octets)
        : to_(&to) {
        to.begin_group(name, label, octets);
    }
    told_group(const told_group&) = delete;
    told_group& operator=(const told_group&) = delete;
    ~told_group() { to_->end_group(); }

  private:
    field_sink* to_;
};

/// All of `octets` as one number in network byte order; of more than eight, the last ones.
[[nodiscard]] inline std::uint64_t number_of(bytes_view octets) noexcept {
    std::uint64_t value = 0;
    for (const std::uint8_t octet : octets) value = (value << 8) | octet;
    return value;
}

/// How a value is shown beside its name.
struct told_as {
    field_kind kind = field_kind::number;
    std::string_view value_name{};
    bool repeated = false;
};

/// A number that fills its octets.
inline void tell(field_sink& to, std::string_view name, bytes_view octets, told_as how = {}) {
    to.on_field({.name = name,
                 .octets = octets,
                 .kind = how.kind,
                 .number = number_of(octets),
                 .value_name = how.value_name,
                 .repeated = how.repeated});
}

/// A run of bits within octets.
struct told_bits {
    std::uint8_t offset = 0;  // from the first bit of the octets
    std::uint8_t width = 1;
};
inline void tell_bits(field_sink& to, std::string_view name, bytes_view octets, told_bits bits,
                      told_as how = {}) {
    const std::uint64_t behind = octets.size() * 8 - bits.offset - bits.width;
    const std::uint64_t value =
        (number_of(octets) >> behind) & ((std::uint64_t{1} << bits.width) - 1);
    // Only the octets that the bits touch.
    const std::size_t first = bits.offset / 8;
    const std::size_t last = (bits.offset + bits.width - 1U) / 8;
    to.on_field({.name = name,
                 .octets = octets.subspan(first, last - first + 1),
                 .kind = how.kind,
                 .number = value,
                 .value_name = how.value_name,
                 .bit_offset = static_cast<std::uint8_t>(bits.offset % 8),
                 .bit_width = bits.width,
                 .repeated = how.repeated});
}

/// Octets as they are; nothing when there are none.
inline void tell_octets(field_sink& to, std::string_view name, bytes_view octets) {
    if (!octets.empty()) to.on_field({.name = name, .octets = octets, .kind = field_kind::octets});
}

/// An address by its length: 4 octets, 16, or 6; others stay octets.
inline void tell_address(field_sink& to, std::string_view name, bytes_view octets,
                         bool repeated = false) {
    const field_kind kind = octets.size() == 4    ? field_kind::ipv4
                            : octets.size() == 16 ? field_kind::ipv6
                            : octets.size() == 6  ? field_kind::mac
                                                  : field_kind::octets;
    to.on_field({.name = name, .octets = octets, .kind = kind, .repeated = repeated});
}

/// Addresses of `len` octets one after another; what is left over is told as octets.
inline void tell_addresses(field_sink& to, std::string_view name, bytes_view octets,
                           std::size_t len) {
    for (; octets.size() >= len; octets = octets.subspan(len))
        tell_address(to, name, octets.first(len), true);
    tell_octets(to, "left_over", octets);
}

/// Text that may hold anything.
inline void tell_text(field_sink& to, std::string_view name, bytes_view octets,
                      std::string_view text) {
    to.on_field({.name = name, .octets = octets, .kind = field_kind::octets, .text = text});
}

/// Octets that are characters, told as both; those of more than `told_chars_max` as octets alone.
inline constexpr std::size_t told_chars_max = 1024;
inline void tell_chars(field_sink& to, std::string_view name, bytes_view octets,
                       bool repeated = false) {
    std::array<char, told_chars_max> text{};
    const std::size_t len = octets.size() <= text.size() ? octets.size() : 0;
    for (std::size_t i = 0; i < len; ++i) text[i] = static_cast<char>(octets[i]);
    to.on_field({.name = name,
                 .octets = octets,
                 .kind = field_kind::octets,
                 .text = std::string_view(text.data(), len),
                 .repeated = repeated});
}

/// Numbers of `len` octets one after another; what is left over is told as octets.
inline void tell_numbers(field_sink& to, std::string_view name, bytes_view octets, std::size_t len,
                         std::string_view (*value_name)(std::uint64_t) noexcept = nullptr) {
    for (; octets.size() >= len; octets = octets.subspan(len)) {
        const bytes_view one = octets.first(len);
        const std::string_view meaning =
            value_name != nullptr ? value_name(number_of(one)) : std::string_view{};
        tell(to, name, one, {field_kind::number, meaning, true});
    }
    tell_octets(to, "left_over", octets);
}

/// The fields of a header that lies inside another protocol's octets. Precondition: it is whole.
inline void tell_fields(field_sink& to, std::span<const field> fields, bytes_view header) {
    for (const field& one : fields) {
        const std::size_t first = one.bit_offset / 8;
        const std::size_t last = (one.bit_offset + one.bit_width - 1U) / 8;
        const bool whole = one.bit_offset % 8 == 0 && one.bit_width % 8 == 0;
        described value{.name = one.name,
                        .octets = header.subspan(first, last - first + 1),
                        .kind = one.kind,
                        .number = read_field(header, one),
                        .bit_offset = static_cast<std::uint8_t>(one.bit_offset % 8)};
        if (!whole) value.bit_width = static_cast<std::uint8_t>(one.bit_width);
        if (one.value_name != nullptr) value.value_name = one.value_name(value.number);
        to.on_field(value);
    }
}

}  // namespace sonde::inline v0::detail
