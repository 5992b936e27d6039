#pragma once
/// Durations as text, and the few colours.

#include <string>
#include <string_view>

#include <sonde/base/time.hpp>
#include <sonde/report/text.hpp>

namespace sonde::inline v0::detail {

/// ping's rule: below 1 ms three decimals, below 10 two, below 100 one, else none.
[[nodiscard]] std::string ping_ms(nanoseconds value);
/// Always three decimals: "0.015".
[[nodiscard]] std::string fixed_ms(nanoseconds value);
/// All nanoseconds and no zero too many: "0.034567", "2000".
void append_exact_ms(std::string& out, nanoseconds value);
/// "0.015/0.016/0.020".
[[nodiscard]] std::string joined_ms(std::initializer_list<nanoseconds> values);

enum class ink : std::uint8_t { red, yellow, dim };
/// `text` in that colour, or as it is when colours are off.
[[nodiscard]] std::string painted(std::string text, ink color, const text_options& options);

}  // namespace sonde::inline v0::detail
