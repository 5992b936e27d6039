#pragma once
/// Fields that lie behind the fixed header, where the header says: ARP's addresses, GRE's optional
/// words, PPP's protocol. One row a field in located_field.cpp.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <sonde/packet/craft_error.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0::detail {

/// Octets of a header.
struct header_part {
    std::size_t at = 0;
    std::size_t len = 0;  // 0: not there
};

struct located_field {
    layer of;
    std::string_view name;
    field_kind kind;
    std::uint16_t bit_width;  // 0: as the header says
    std::uint8_t which;       // for `find` and `put`
    header_part (*find)(bytes_view header, std::uint8_t which) noexcept;
    /// Writes the field, and makes place for it where there is none. Fails when the header is cut
    /// before it, or has a form that has no place for it.
    craft_result<void> (*put)(std::vector<std::uint8_t>& header, std::uint8_t which,
                              bytes_view octets);
};

[[nodiscard]] std::span<const located_field> all_located_fields() noexcept;
[[nodiscard]] const located_field* located_field_of(layer id, std::string_view name) noexcept;
/// Whether flags of the fixed header say what is behind it.
[[nodiscard]] bool announces_fields(layer id) noexcept;
/// After a field of the fixed header was written: makes place for what it announces since then, as
/// zeros, and takes away what it announces no more. `before`: the header until then.
void fit_to_flags(layer id, bytes_view before, std::vector<std::uint8_t>& header);
/// How its octets are shown: the width that it has in this header, `len` octets.
[[nodiscard]] field shown_as(const located_field& one, bytes_view header, std::size_t len) noexcept;

}  // namespace sonde::inline v0::detail
