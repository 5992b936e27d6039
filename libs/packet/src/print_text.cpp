#include "print_text.hpp"

#include <array>

namespace sonde::inline v0::detail {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

struct zero_run {
    std::size_t start = 8;
    std::size_t len = 0;
};

// The longest run of at least two groups of zeros, the first among equals (RFC 5952 s4.2).
zero_run longest_zero_run(const std::array<std::uint16_t, 8>& groups) noexcept {
    zero_run best;
    for (std::size_t i = 0; i < 8; ++i) {
        if (groups[i] != 0) continue;
        std::size_t end = i + 1;
        while (end < 8 && groups[end] == 0) ++end;
        if (end - i >= 2 && end - i > best.len) best = {i, end - i};
        i = end;
    }
    return best;
}

}  // namespace

void text_writer::grow(std::size_t count) {
    const std::size_t len = size();
    // What a line usually takes; a tree or an object doubles from there. What stood in the string
    // before does not count: it may be thousands of lines.
    out_->resize(len + std::max(count + 256, len - start_));
    place(len);
}

text_writer& text_writer::long_number(std::uint64_t value) {
    std::array<char, 20> digits{};
    std::size_t first = digits.size();
    for (; value >= 100; value /= 100) {
        first -= 2;
        std::copy_n(&digit_pairs[value % 100 * 2], 2, &digits[first]);
    }
    first -= 2;
    std::copy_n(&digit_pairs[value * 2], 2, &digits[first]);
    if (value < 10) ++first;
    return put(std::string_view(digits.data() + first, digits.size() - first));
}

text_writer& text_writer::padded(std::uint64_t value, std::size_t digits) {
    std::uint64_t limit = 10;
    std::size_t have = 1;
    for (; have < digits && value >= limit; ++have) limit *= 10;
    return fill('0', digits - std::min(digits, have)).number(value);
}

text_writer& text_writer::signed_number(std::int64_t value) {
    if (value >= 0) return number(static_cast<std::uint64_t>(value));
    return put('-').number(~static_cast<std::uint64_t>(value) + 1);
}

text_writer& text_writer::hex(std::uint64_t value, std::size_t digits) {
    for (std::size_t have = 16; have > 0; --have) {
        const std::uint64_t rest = value >> (4 * (have - 1));
        if (rest != 0 || have <= digits) put(hex_digits[rest & 0xf]);
    }
    return *this;
}

text_writer& text_writer::ipv6(bytes_view address) {
    std::array<std::uint16_t, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i) groups[i] = be16_at(address, i * 2);
    const zero_run zeros = longest_zero_run(groups);
    if (zeros.start == 0 && zeros.len == 5 && groups[5] == 0xffff)
        return put("::ffff:").ipv4(be32_at(address, 12));  // RFC 5952 s5
    reserve(40);
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == zeros.start) {
            put("::");
            i += zeros.len - 1;
            continue;
        }
        if (i != 0 && i != zeros.start + zeros.len) put(':');
        const unsigned group = groups[i];
        if (group >= 0x1000) *at_++ = hex_digits[group >> 12];
        if (group >= 0x100) *at_++ = hex_digits[(group >> 8) & 0xf];
        if (group >= 0x10) *at_++ = hex_digits[(group >> 4) & 0xf];
        *at_++ = hex_digits[group & 0xf];
    }
    return *this;
}

text_writer& text_writer::mac(bytes_view address) { return octets(address, ':'); }

text_writer& text_writer::octets(bytes_view octets, char separator) {
    reserve(octets.size() * 3);
    for (std::size_t i = 0; i < octets.size(); ++i) {
        if (i != 0 && separator != '\0') *at_++ = separator;
        *at_++ = hex_digits[octets[i] >> 4];
        *at_++ = hex_digits[octets[i] & 0xf];
    }
    return *this;
}

text_writer& text_writer::printable(std::string_view text) {
    for (const char one : text) {
        if (one >= ' ' && one <= '~' && one != '\\') {
            put(one);
        } else {
            put('\\').padded(static_cast<std::uint8_t>(one), 3);
        }
    }
    return *this;
}

text_writer& text_writer::printable(bytes_view octets) {
    for (const std::uint8_t one : octets) {
        const char as_text = static_cast<char>(one);
        printable(std::string_view(&as_text, 1));
    }
    return *this;
}

text_writer& text_writer::problem(const parse_error& error) {
    return put(to_string(error.reason))
        .put(": needed ")
        .number(error.needed_octets)
        .put(" octets, had ")
        .number(error.have_octets);
}

}  // namespace sonde::inline v0::detail
