#pragma once
/// Octets as text in quotes, with escapes, and back.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/base/octets.hpp>

namespace sonde::inline v0::detail {

/// "hello\n" with its quotes; what is not printable ASCII as \xHH. Any octets come back.
[[nodiscard]] std::string quoted_text(bytes_view octets);
/// What stands between the quotes, with its escapes undone: \n \r \t \0 \\ \" \' \xHH. Nothing for
/// any other escape; `bad_at` then says where it is.
[[nodiscard]] std::optional<std::string> unescaped(std::string_view inside, std::size_t& bad_at);
/// -1 for what is no hex digit.
[[nodiscard]] int hex_digit(char letter) noexcept;

}  // namespace sonde::inline v0::detail
