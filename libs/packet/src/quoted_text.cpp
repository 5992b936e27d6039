#include "quoted_text.hpp"

namespace sonde::inline v0::detail {

int hex_digit(char letter) noexcept {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
    return -1;
}

std::string quoted_text(bytes_view octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string made = "\"";
    for (const std::uint8_t octet : octets) {
        if (octet == '"' || octet == '\\') {
            made += '\\';
            made += static_cast<char>(octet);
        } else if (octet == '\n') {
            made += "\\n";
        } else if (octet == '\r') {
            made += "\\r";
        } else if (octet == '\t') {
            made += "\\t";
        } else if (octet >= ' ' && octet <= '~') {
            made += static_cast<char>(octet);
        } else {
            made += "\\x";
            made += digits[octet >> 4];
            made += digits[octet & 15U];
        }
    }
    return made + "\"";
}

std::optional<std::string> unescaped(std::string_view inside, std::size_t& bad_at) {
    // Pairs of what is written and what is meant; a length, because a zero is among them.
    constexpr std::string_view escapes("n\nr\rt\t0\0\\\\\"\"''", 14);
    std::string made;
    for (std::size_t i = 0; i < inside.size(); ++i) {
        if (inside[i] != '\\') {
            made += inside[i];
            continue;
        }
        bad_at = i++;
        if (i >= inside.size()) return std::nullopt;
        if (inside[i] == 'x') {
            const int high = i + 1 < inside.size() ? hex_digit(inside[i + 1]) : -1;
            const int low = i + 2 < inside.size() ? hex_digit(inside[i + 2]) : -1;
            if (high < 0 || low < 0) return std::nullopt;
            made += static_cast<char>(high * 16 + low);
            i += 2;
            continue;
        }
        bool known = false;
        for (std::size_t at = 0; at < escapes.size(); at += 2) {
            if (escapes[at] != inside[i]) continue;
            made += escapes[at + 1];
            known = true;
            break;
        }
        if (!known) return std::nullopt;
    }
    return made;
}

}  // namespace sonde::inline v0::detail
