#pragma once
/// Text from the network, made safe for a screen and for JSON. A PTR record may hold escape
/// sequences, markup or broken UTF-8; none of it passes these two functions.

#include <string>
#include <string_view>

#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

/// `in` with every octet that is not printable ASCII, and the backslash, written as \ddd (decimal,
/// as RFC 4343 s2.1 does for names). Never longer than 4 * in.size().
[[nodiscard]] SONDE_API std::string printable(std::string_view in);

/// Appends `in` as a JSON string with its quotes (RFC 8259 s7). Control characters, DEL and octets
/// that are not valid UTF-8 (RFC 3629) become \u00XX, so that the output is always valid JSON.
SONDE_API void append_json_string(std::string& out, std::string_view in);

}  // namespace sonde::inline v0
