#pragma once
/// A bounded reader of JSON (RFC 8259): whoever made the text, it takes no more than a stated
/// amount of memory and depth. Numbers keep their digits, so that none loses bits.

#include <string>
#include <string_view>
#include <vector>

#include <sonde/packet/craft_error.hpp>

namespace sonde::inline v0::detail {

inline constexpr std::size_t json_len_max = std::size_t{4} << 20;  // characters
inline constexpr std::size_t json_depth_max = 16;                  // nested arrays and objects
inline constexpr std::size_t json_values_max = 100000;

struct json_value {
    enum class kind : std::uint8_t { null, boolean, number, string, array, object };
    kind is = kind::null;
    std::size_t at = 0;               // characters from the start of the text
    std::string text{};               // digits of a number, content of a string, "true" or "false"
    std::vector<std::string> keys{};  // of an object, one for each of `items`
    std::vector<json_value> items{};

    /// The value of a key; null when this has none. Of a key that is there twice, the last.
    [[nodiscard]] const json_value* find(std::string_view key) const noexcept;
};

/// Fails with what is wrong and where: also beyond the bounds above.
[[nodiscard]] craft_result<json_value> read_json(std::string_view text);
/// The first of several values that follow one another, and space behind it; `rest` begins behind
/// them then. Fails likewise; `rest` stays what it was.
[[nodiscard]] craft_result<json_value> take_json(std::string_view& rest);

}  // namespace sonde::inline v0::detail
