#include <sonde/base/address.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// One group of an IPv6 address: one to four hex digits. Empty when there are none or too many.
std::optional<std::uint16_t> take_group(std::string_view& text) noexcept {
    std::uint32_t value = 0;
    std::size_t used = 0;
    while (used < text.size() && hex_value(text[used]) >= 0) {
        if (++used > 4) return std::nullopt;
        value = (value << 4) | static_cast<std::uint32_t>(hex_value(text[used - 1]));
    }
    if (used == 0) return std::nullopt;
    text.remove_prefix(used);
    return static_cast<std::uint16_t>(value);
}

// Where the groups of an IPv6 address are collected: up to eight, with at most one "::" among them.
struct group_list {
    std::array<std::uint16_t, 8> value{};
    std::size_t count = 0;
    std::size_t gap_at = 9;  // 9: no "::" seen

    bool push(std::uint16_t group) noexcept {
        if (count == 8) return false;
        value[count++] = group;
        return true;
    }
    [[nodiscard]] std::optional<ipv6_address> spread() const noexcept {
        const bool has_gap = gap_at != 9;
        if (has_gap ? count > 7 : count != 8) return std::nullopt;
        ipv6_address made;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t place = has_gap && i >= gap_at ? i + 8 - count : i;
            put_be16_at(made.octets, place * 2, value[i]);
        }
        return made;
    }
};

// The dotted quad that may end an IPv6 address (RFC 4291 s2.2 form 3).
bool take_quad_tail(std::string_view text, group_list& groups) noexcept {
    const auto quad = ipv4_address::parse(text);
    return quad && groups.push(static_cast<std::uint16_t>(quad->value >> 16)) &&
           groups.push(static_cast<std::uint16_t>(quad->value));
}

struct zero_run {
    std::size_t start = 8;
    std::size_t len = 0;
};

// The longest run of at least two zero groups, the first among equals (RFC 5952 s4.2).
zero_run longest_zero_run(const std::array<std::uint16_t, 8>& groups) noexcept {
    zero_run best;
    for (std::size_t i = 0; i < 8;) {
        std::size_t end = i;
        while (end < 8 && groups[end] == 0) ++end;
        if (end - i >= 2 && end - i > best.len) best = {i, end - i};
        i = end + 1;
    }
    return best;
}

void append_hex_group(std::string& out, std::uint16_t group) {
    bool started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
        const auto digit = static_cast<std::size_t>((group >> shift) & 0xf);
        started = started || digit != 0 || shift == 0;
        if (started) out += hex_digits[digit];
    }
}

}  // namespace

std::optional<ipv4_address> ipv4_address::parse(std::string_view text) noexcept {
    std::uint32_t made = 0;
    for (int part = 0; part < 4; ++part) {
        if (part > 0) {
            if (text.empty() || text.front() != '.') return std::nullopt;
            text.remove_prefix(1);
        }
        std::uint32_t octet = 0;
        std::size_t used = 0;
        while (used < text.size() && text[used] >= '0' && text[used] <= '9') {
            octet = octet * 10 + static_cast<std::uint32_t>(text[used] - '0');
            if (++used > 3 || octet > 255) return std::nullopt;
        }
        if (used == 0 || (used > 1 && text.front() == '0')) return std::nullopt;  // 01 may be octal
        text.remove_prefix(used);
        made = (made << 8) | octet;
    }
    if (!text.empty()) return std::nullopt;
    return ipv4_address{made};
}

std::optional<ipv6_address> ipv6_address::parse(std::string_view text) noexcept {
    group_list groups;
    if (text.starts_with("::")) {
        groups.gap_at = 0;
        text.remove_prefix(2);
        if (text.empty()) return groups.spread();
    }
    for (;;) {
        const std::string_view before = text;
        const auto group = take_group(text);
        if (!group) return std::nullopt;
        if (text.starts_with('.'))
            return take_quad_tail(before, groups) ? groups.spread() : std::nullopt;
        if (!groups.push(*group)) return std::nullopt;
        if (text.empty()) return groups.spread();
        if (text.front() != ':') return std::nullopt;
        text.remove_prefix(1);
        if (text.starts_with(':')) {
            if (groups.gap_at != 9) return std::nullopt;
            groups.gap_at = groups.count;
            text.remove_prefix(1);
            if (text.empty()) return groups.spread();
        }
    }
}

std::optional<ip_address> ip_address::parse(std::string_view text) noexcept {
    if (const auto v4 = ipv4_address::parse(text)) return ip_address(*v4);
    if (const auto v6 = ipv6_address::parse(text)) return ip_address(*v6);
    return std::nullopt;
}

std::optional<mac_address> mac_address::parse(std::string_view text) noexcept {
    if (text.size() != 17) return std::nullopt;
    mac_address made;
    for (std::size_t i = 0; i < 6; ++i) {
        const int high = hex_value(text[i * 3]);
        const int low = hex_value(text[i * 3 + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        if (i < 5 && ((text[2] != ':' && text[2] != '-') || text[i * 3 + 2] != text[2]))
            return std::nullopt;
        made.octets[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return made;
}

std::string to_string(ipv4_address address) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += std::to_string((address.value >> shift) & 0xff);
        if (shift > 0) out += '.';
    }
    return out;
}

std::string to_string(const ipv6_address& address) {
    std::array<std::uint16_t, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i) groups[i] = be16_at(address.octets, i * 2);
    if (groups[5] == 0xffff && longest_zero_run(groups).start == 0 &&
        longest_zero_run(groups).len == 5) {
        return "::ffff:" + to_string(ipv4_address{be32_at(address.octets, 12)});  // RFC 5952 s5
    }
    const zero_run zeros = longest_zero_run(groups);
    std::string out;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == zeros.start) {
            out += "::";
            i += zeros.len - 1;
            continue;
        }
        if (!out.empty() && out.back() != ':') out += ':';
        append_hex_group(out, groups[i]);
    }
    return out;
}

std::string to_string(const ip_address& address) {
    if (address.is_v4()) return to_string(address.v4());
    std::string out = to_string(address.v6());
    if (address.zone() != 0) out += '%' + std::to_string(address.zone());
    return out;
}

std::string to_string(const mac_address& address) {
    std::string out;
    for (const auto octet : address.octets) {
        if (!out.empty()) out += ':';
        out += hex_digits[octet >> 4];
        out += hex_digits[octet & 0xf];
    }
    return out;
}

}  // namespace sonde::inline v0
