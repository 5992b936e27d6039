#pragma once
/// What sonde knows of each protocol: its source, what selects it, its fields with their places,
/// defaults and named values. Data for `sonde list`, for completion and for documentation.
///
///     for (const protocol_facts& one : list_protocols()) use(one.name, one.fields);

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/packet/protocol_table.hpp>

namespace sonde::inline v0 {

/// A value of a field that has a name.
struct named_constant {
    std::uint64_t value = 0;
    std::string_view name{};
};

struct field_facts {
    std::string_view name{};
    std::uint16_t bit_offset = 0;  // from the first bit of the header
    std::uint16_t bit_width = 0;
    field_kind kind = field_kind::number;
    std::string default_text{};                     // as a tree shows it; empty: none can be told
    std::optional<std::uint64_t> default_number{};  // of numbers up to 64 bits
    bool automatic = false;                         // sonde computes it unless it is forced
    std::vector<named_constant> constants{};        // of fields up to 16 bits
};

struct protocol_facts {
    std::string_view name{};
    std::string_view spec{};
    layer id = layer::none;
    std::size_t header_len = 0;  // octets, without options
    bool has_more = false;       // it has more to tell than its fixed header
    std::span<const selector> selected_by{};
    std::vector<field_facts> fields{};
};

/// Every protocol of the table, in its order. Names refer to static data of the protocols.
[[nodiscard]] SONDE_API std::vector<protocol_facts> list_protocols(
    const protocol_table& table = protocol_table::built_in());
[[nodiscard]] SONDE_API protocol_facts facts_of(const protocol_info& info);

/// "ether_type", "udp_port"...
[[nodiscard]] SONDE_API std::string_view to_string(selector_kind kind) noexcept;
/// "ether_type 0x0800", "udp_port 4789".
SONDE_API void append_selector(std::string& out, const selector& one);

}  // namespace sonde::inline v0
