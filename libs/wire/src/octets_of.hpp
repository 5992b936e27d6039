#pragma once
/// Octets from hex digits, for tests; blanks may stand anywhere.

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace sonde::testing {

[[nodiscard]] inline std::vector<std::uint8_t> octets_of(std::string_view hex) {
    std::vector<std::uint8_t> made;
    bool high = true;
    for (const char c : hex) {
        if (c == ' ' || c == '\n') continue;
        const bool digit = c >= '0' && c <= '9';
        if (!digit && !(c >= 'a' && c <= 'f')) throw std::invalid_argument("not hex");
        const auto value = static_cast<std::uint8_t>(digit ? c - '0' : c - 'a' + 10);
        if (high) {
            made.push_back(static_cast<std::uint8_t>(value << 4));
        } else {
            made.back() = static_cast<std::uint8_t>(made.back() | value);
        }
        high = !high;
    }
    return made;
}

}  // namespace sonde::testing
