#include <array>

#include <sonde/wire/application/text_room.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base32_digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

// The groups of `width` bits of the octets, the last one filled with zeros; returns how many.
std::size_t put_digits(text_room& out, bytes_view octets, int width, std::string_view digits) {
    std::uint32_t held = 0;
    int bits = 0;
    std::size_t written = 0;
    const std::uint32_t mask = (1U << width) - 1U;
    for (const std::uint8_t octet : octets) {
        held = ((held << 8) | octet) & 0xffffU;
        for (bits += 8; bits >= width; ++written) {
            bits -= width;
            out.put(digits[(held >> bits) & mask]);
        }
    }
    if (bits > 0) {
        out.put(digits[(held << (width - bits)) & mask]);
        ++written;
    }
    return written;
}

// The longest run of at least two zero groups, the first of equals (RFC 5952 s4.2).
struct zero_run {
    std::size_t start = 8;
    std::size_t len = 1;
};
zero_run longest_zero_run(const std::array<std::uint16_t, 8>& groups) noexcept {
    zero_run best;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        std::size_t len = 0;
        while (i + len < groups.size() && groups[i + len] == 0) ++len;
        if (len > best.len) best = {i, len};
    }
    return best;
}

void put_group(text_room& out, std::uint16_t group) noexcept {
    bool started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
        const auto digit = static_cast<std::size_t>((group >> shift) & 0xf);
        started = started || digit != 0 || shift == 0;
        if (started) out.put(hex_digits[digit]);
    }
}

constexpr std::size_t mapped_prefix_len = 10;  // octets of zero before ff:ff, RFC 4291 s2.5.5.2

bool is_mapped(const ipv6_address& value) noexcept {
    for (std::size_t i = 0; i < mapped_prefix_len; ++i) {
        if (value.octets[i] != 0) return false;
    }
    return value.octets[10] == 0xff && value.octets[11] == 0xff;
}

}  // namespace

text_room& text_room::number(std::uint64_t value, int digits_min) noexcept {
    std::array<char, 20> digits{};
    std::size_t at = digits.size();
    for (; value != 0 || digits_min > 0; value /= 10, --digits_min) {
        if (at == 0) break;
        digits[--at] = static_cast<char>('0' + value % 10);
    }
    return put(std::string_view(digits.data() + at, digits.size() - at));
}

text_room& text_room::signed_number(std::int64_t value) noexcept {
    if (value >= 0) return number(static_cast<std::uint64_t>(value));
    return put('-').number(~static_cast<std::uint64_t>(value) + 1);
}

text_room& text_room::hex(bytes_view octets) noexcept {
    for (const std::uint8_t octet : octets) put(hex_digits[octet >> 4]).put(hex_digits[octet & 15]);
    return *this;
}

text_room& text_room::base64(bytes_view octets) noexcept {
    std::size_t written = put_digits(*this, octets, 6, base64_digits);
    for (; written % 4 != 0; ++written) put('=');
    return *this;
}

text_room& text_room::base32(bytes_view octets) noexcept {
    put_digits(*this, octets, 5, base32_digits);
    return *this;
}

text_room& text_room::address(ipv4_address value) noexcept {
    for (int shift = 24; shift >= 0; shift -= 8) {
        number((value.value >> shift) & 0xff);
        if (shift != 0) put('.');
    }
    return *this;
}

text_room& text_room::address(const ipv6_address& value) noexcept {
    if (is_mapped(value)) {
        return put("::ffff:").address(ipv4_address{be32_at(value.octets, 12)});
    }
    std::array<std::uint16_t, 8> groups{};
    for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = be16_at(value.octets, 2 * i);
    const zero_run run = longest_zero_run(groups);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (i == run.start) {
            put("::");
            i += run.len - 1;
            continue;
        }
        if (i != 0 && i != run.start + run.len) put(':');
        put_group(*this, groups[i]);
    }
    return *this;
}

text_room& text_room::escaped(std::uint8_t octet, std::string_view escaped) noexcept {
    const char c = static_cast<char>(octet);
    if (octet < 0x20 || octet > 0x7e) return put('\\').number(octet, 3);
    if (escaped.find(c) != std::string_view::npos) put('\\');
    return put(c);
}

text_room& text_room::quoted(bytes_view octets) noexcept {
    put('"');
    for (const std::uint8_t octet : octets) escaped(octet, "\"\\");
    return put('"');
}

}  // namespace sonde::inline v0
