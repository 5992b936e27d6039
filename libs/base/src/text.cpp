#include <cstdint>

#include <sonde/base/text.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

std::uint8_t octet_at(std::string_view in, std::size_t at) noexcept {
    return at < in.size() ? static_cast<std::uint8_t>(in[at]) : std::uint8_t{0};
}

// Length of the well-formed UTF-8 sequence at `at` (RFC 3629 s4), or 0.
std::size_t utf8_len(std::string_view in, std::size_t at) noexcept {
    const auto tail = [&](std::size_t i, int low = 0x80, int high = 0xbf) {
        const int octet = octet_at(in, at + i);
        return octet >= low && octet <= high;
    };
    const int lead = octet_at(in, at);
    if (lead >= 0xc2 && lead <= 0xdf) return tail(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        const int low = lead == 0xe0 ? 0xa0 : 0x80;
        const int high = lead == 0xed ? 0x9f : 0xbf;
        return tail(1, low, high) && tail(2) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const int low = lead == 0xf0 ? 0x90 : 0x80;
        const int high = lead == 0xf4 ? 0x8f : 0xbf;
        return tail(1, low, high) && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

void append_unicode_escape(std::string& out, std::uint8_t octet) {
    out += "\\u00";
    out += hex_digits[octet >> 4];
    out += hex_digits[octet & 0xf];
}

}  // namespace

std::string printable(std::string_view in) {
    std::string out;
    out.reserve(in.size());
    for (const char c : in) {
        const auto octet = static_cast<std::uint8_t>(c);
        if (octet > 0x20 - 1 && octet < 0x7f && c != '\\') {
            out += c;
            continue;
        }
        out += '\\';
        out += static_cast<char>('0' + octet / 100);
        out += static_cast<char>('0' + octet / 10 % 10);
        out += static_cast<char>('0' + octet % 10);
    }
    return out;
}

void append_json_string(std::string& out, std::string_view in) {
    out += '"';
    for (std::size_t at = 0; at < in.size();) {
        const std::uint8_t octet = octet_at(in, at);
        if (octet == '"' || octet == '\\') {
            out += '\\';
            out += in[at];
        } else if (octet >= 0x20 && octet < 0x7f) {
            out += in[at];
        } else if (const std::size_t len = utf8_len(in, at); len > 0) {
            if (octet == 0xc2 &&
                octet_at(in, at + 1) < 0xa0) {  // a C1 control: terminals obey them
                append_unicode_escape(out, octet_at(in, at + 1));
            } else {
                out.append(in, at, len);
            }
            at += len;
            continue;
        } else {
            append_unicode_escape(out, octet);
        }
        ++at;
    }
    out += '"';
}

}  // namespace sonde::inline v0
