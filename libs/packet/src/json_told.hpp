#pragma once
/// What JSON tells of a layer beyond what can be set: values that the printer computes of its
/// octets (the flags of a DHCP message one by one, the kind of an LLC control field), and elements.
/// Nobody sets them; they have to be what the printer tells of the packet that was made, so that
/// none is wrong and none, changed by hand, is passed over in silence.

#include <optional>
#include <string>
#include <vector>

#include <sonde/packet/built_packet.hpp>

#include "json_reader.hpp"

namespace sonde::inline v0::detail {

/// One such value. Borrows the JSON.
struct told_value {
    const json_value* value = nullptr;
    std::string name{};                     // "elements", or the key in "fields"
    std::size_t at = 0;                     // of the layer in the packet that was made
    std::optional<std::size_t> in_frame{};  // of the layer in the frame that was given
    std::string unknown{};  // what to say where the printer tells nothing of this name
};

/// Whether the printer tells each of them of `made`; or of `frame`, where there is one: what is
/// told of the octets that are given changes nothing. Fails with the first that is otherwise.
[[nodiscard]] craft_result<void> check_told(const std::vector<told_value>& told,
                                            const built_packet& made, const built_packet* frame,
                                            const protocol_table& table);

}  // namespace sonde::inline v0::detail
