#pragma once
/// A packet from JSON: from what the JSON printer wrote (print with all octets, change what you
/// want changed, read it back), or written by hand.
///
///     {"link_type": 1, "layers": [
///         {"protocol": "ethernet"},
///         {"protocol": "ipv4", "fields": {"destination": "192.0.2.1", "time_to_live": 3}},
///         {"protocol": "tcp", "fields": {"flags": "syn"}, "options": ["mss(1460)", "nop"]},
///         {"protocol": "payload", "text": "hello"}]}
///
/// With "octets" (hexadecimal digits, the whole frame) the layers change that frame: a field that
/// says what the frame says changes nothing, so every frame comes back octet by octet, wrong
/// lengths included; another value is set, and what was right around it stays right. A layer that
/// the frame does not have there is new, one that is not named is left out. Without "octets",
/// fields that are not given have their defaults or are computed.
///
/// A layer has "protocol", and may have "fields" (numbers, or text as in expressions), "options",
/// "tags" or "objects" (elements as text), "header", "rest" and "trailer" (hexadecimal digits; see
/// craft_expression.hpp), "octets" or "text" (of the protocol "payload"). What the printer tells
/// beyond that of the octets ("elements", and among "fields" values such as the broadcast flag of
/// DHCP, that are computed of others) is not set: it has to be what the printer tells of the packet
/// that was made, or of the frame that was given. Other keys, such as the printer's offsets and
/// names, are not looked at.
///
/// The reader is sonde's own because what it reads may come from anybody: text, depth and number of
/// values have bounds that a general library does not give.

#include <string>
#include <string_view>

#include <sonde/packet/built_packet.hpp>

namespace sonde::inline v0 {

/// Fails with one sentence and the place in the text.
[[nodiscard]] SONDE_API craft_result<built_packet> packet_from_json(
    std::string_view text, const protocol_table& table = protocol_table::built_in());

/// The first packet of a text that holds several, as one a line: `rest` begins with the next one
/// then, also where this one was no packet, but not where it was no JSON. Fails likewise; the place
/// counts from where `rest` began.
[[nodiscard]] SONDE_API craft_result<built_packet> take_packet_from_json(
    std::string_view& rest, const protocol_table& table = protocol_table::built_in());

/// A place in a JSON text as people look for it.
struct json_place {
    std::size_t line = 1;
    std::size_t column = 1;  // octets, as editors count them
    std::string path{};      // ".layers[1].fields.ttl", as jq has it; empty: of the whole value
};
/// Of `position` octets from the start of the text, which may hold several values.
[[nodiscard]] SONDE_API json_place place_in_json(std::string_view text, std::size_t position);

}  // namespace sonde::inline v0
