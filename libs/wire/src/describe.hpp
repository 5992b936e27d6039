#pragma once
/// What the `describe` functions of protocols have in common: one call a value, numbers read from
/// the octets in which they lie.

#include <algorithm>
#include <cstdint>
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

}  // namespace sonde::inline v0::detail
