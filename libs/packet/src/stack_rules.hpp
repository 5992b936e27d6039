#pragma once
/// What follows from how layers are stacked and is nobody's automatic field: ports, the padding of
/// quoted datagrams, the link type.

#include <cstdint>
#include <optional>
#include <string_view>

#include <sonde/packet/built_packet.hpp>

namespace sonde::inline v0::detail {

/// The field of a layer that chooses what it carries although it is no automatic one, and its value
/// for what lies inside: the destination port before VXLAN. Nothing for others.
struct chosen_field {
    std::string_view name;
    std::uint32_t value = 0;
};
[[nodiscard]] std::optional<chosen_field> field_chosen_by(const built_layer& outside,
                                                          const built_layer& inside) noexcept;

/// Pads what ICMP errors with extension objects quote to 128 octets and whole words (RFC 4884 s3),
/// where their length is automatic.
void pad_quotes(built_packet& packet);

/// The link on which a packet begins with this protocol; `raw` for IP and all that has none.
[[nodiscard]] link_type link_type_of(const protocol_info& first) noexcept;

}  // namespace sonde::inline v0::detail
