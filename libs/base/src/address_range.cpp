#include <sonde/base/address_range.hpp>

namespace sonde::inline v0 {
namespace {

// All of `text` as a decimal number of at most three digits, without zeros in front.
std::optional<unsigned> parse_small(std::string_view text) noexcept {
    if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return {};
    unsigned value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return {};
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
}

// What stands behind the '-': an address, or the last octet of one like `first`.
std::optional<ip_address> parse_last(const ip_address& first, std::string_view text) noexcept {
    if (const auto whole = ip_address::parse(text)) return whole;
    const auto octet = parse_small(text);
    if (!first.is_v4() || !octet || *octet > 255) return {};
    return ipv4_address{(first.v4().value & 0xffffff00U) | *octet};
}

}  // namespace

std::optional<ip_range> ip_range::between(const ip_address& first,
                                          const ip_address& last) noexcept {
    if (first.family() != last.family() || to_integer(last) < to_integer(first)) return {};
    return ip_range(first, last);
}

std::optional<ip_range> ip_range::parse(std::string_view text) noexcept {
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) {
        const auto prefix = ip_prefix::parse(text);
        return prefix ? std::optional(prefix->range()) : std::nullopt;
    }
    const auto first = ip_address::parse(text.substr(0, dash));
    if (!first) return {};
    const auto last = parse_last(*first, text.substr(dash + 1));
    return last ? between(*first, *last) : std::nullopt;
}

std::optional<ip_prefix> ip_prefix::parse(std::string_view text) noexcept {
    const std::size_t slash = text.find('/');
    const auto address = ip_address::parse(text.substr(0, slash));
    if (!address) return {};
    const unsigned bits = address_bits(address->family());
    if (slash == std::string_view::npos) return ip_prefix(*address, bits);
    const auto length = parse_small(text.substr(slash + 1));
    if (!length || *length > bits) return {};
    return ip_prefix(*address, *length);
}

std::optional<ip_prefix> ip_prefix::with_mask(ipv4_address address, ipv4_address mask) noexcept {
    unsigned length = 0;
    while (length < 32 && ((mask.value << length) & 0x80000000U) != 0) ++length;
    const ip_prefix made(address, length);
    if (made.mask() != mask.value) return {};
    return made;
}

std::string to_string(const ip_range& range) {
    return to_string(range.first()) + '-' + to_string(range.last());
}

std::string to_string(const ip_prefix& prefix) {
    return to_string(prefix.first()) + '/' + std::to_string(prefix.length());
}

}  // namespace sonde::inline v0
