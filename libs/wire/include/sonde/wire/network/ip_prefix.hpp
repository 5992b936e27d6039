#pragma once
/// Networks as an address and the length of its prefix (RFC 4632 s3.1, RFC 4291 s2.3). From text at
/// compile time: what is no network does not compile.
///
///     constexpr ipv4_prefix inside = "10.0.0.0/8";
///     if (inside.contains(address)) ...

#include <cstdint>
#include <string_view>

#include <sonde/base/address.hpp>

namespace sonde::inline v0 {

namespace detail {

void this_text_is_no_network();  // never called: that it cannot be is the error

/// A number of at most `max` in digits of `base`, which is taken off the text.
consteval std::uint32_t take_number(std::string_view& text, std::uint32_t base, std::uint32_t max) {
    std::uint32_t value = 0;
    std::size_t count = 0;
    for (; count < text.size(); ++count) {
        const char c = text[count];
        std::uint32_t digit = 99;
        if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
        if (c >= 'a' && c <= 'f') digit = static_cast<std::uint32_t>(c - 'a' + 10);
        if (digit >= base) break;
        value = value * base + digit;
        if (value > max) this_text_is_no_network();
    }
    if (count == 0) this_text_is_no_network();
    text.remove_prefix(count);
    return value;
}
consteval void take_character(std::string_view& text, char wanted) {
    if (text.empty() || text[0] != wanted) this_text_is_no_network();
    text.remove_prefix(1);
}

}  // namespace detail

struct ipv4_prefix {
    ipv4_address address{};
    std::uint8_t length = 32;  // bits, at most 32

    constexpr ipv4_prefix() noexcept = default;
    constexpr ipv4_prefix(ipv4_address of, std::uint8_t bits) noexcept
        : address(of), length(bits) {}
    /// "10.0.0.0/8", or an address alone.
    template <std::size_t Size>
    consteval ipv4_prefix(const char (&text)[Size]) {  // NOLINT(google-explicit-constructor)
        std::string_view rest(text, Size - 1);
        for (int i = 0; i < 4; ++i) {
            if (i > 0) detail::take_character(rest, '.');
            address.value = address.value << 8 | detail::take_number(rest, 10, 255);
        }
        if (rest.empty()) return;
        detail::take_character(rest, '/');
        length = static_cast<std::uint8_t>(detail::take_number(rest, 10, 32));
        if (!rest.empty()) detail::this_text_is_no_network();
    }
    [[nodiscard]] constexpr std::uint32_t mask() const noexcept {
        return length == 0 ? 0 : ~std::uint32_t{0} << (32 - length);
    }
    [[nodiscard]] constexpr bool contains(ipv4_address one) const noexcept {
        return ((one.value ^ address.value) & mask()) == 0;
    }
};

struct ipv6_prefix {
    ipv6_address address{};
    std::uint8_t length = 128;  // bits, at most 128

    constexpr ipv6_prefix() noexcept = default;
    constexpr ipv6_prefix(const ipv6_address& of, std::uint8_t bits) noexcept
        : address(of), length(bits) {}
    /// "2001:db8::/32", or an address alone; without a dotted quad at its end.
    template <std::size_t Size>
    consteval ipv6_prefix(const char (&text)[Size]) {  // NOLINT(google-explicit-constructor)
        std::string_view rest(text, Size - 1);
        std::array<std::uint16_t, 8> groups{};
        std::size_t count = 0;
        std::size_t gap = 8;  // where "::" stands
        if (rest.substr(0, 2) == "::") gap = 0, rest.remove_prefix(2);
        while (!rest.empty() && rest[0] != '/') {
            if (count == 8) detail::this_text_is_no_network();
            groups[count++] = static_cast<std::uint16_t>(detail::take_number(rest, 16, 0xffff));
            if (rest.empty() || rest[0] == '/') break;
            detail::take_character(rest, ':');
            if (rest.empty() || rest[0] != ':') continue;
            if (gap != 8) detail::this_text_is_no_network();
            gap = count;
            rest.remove_prefix(1);
        }
        if ((gap == 8) != (count == 8)) detail::this_text_is_no_network();
        place(groups, count, gap);
        if (rest.empty()) return;
        detail::take_character(rest, '/');
        length = static_cast<std::uint8_t>(detail::take_number(rest, 10, 128));
        if (!rest.empty()) detail::this_text_is_no_network();
    }
    /// The mask of one of the four words of 32 bits, and the word itself.
    [[nodiscard]] constexpr std::uint32_t mask(std::size_t word) const noexcept {
        const std::size_t before = word * 32;
        if (length <= before) return 0;
        const std::size_t bits = length - before;
        return bits >= 32 ? ~std::uint32_t{0} : ~std::uint32_t{0} << (32 - bits);
    }
    [[nodiscard]] constexpr std::uint32_t word(std::size_t which) const noexcept {
        return be32_at(address.octets, which * 4);
    }

  private:
    consteval void place(const std::array<std::uint16_t, 8>& groups, std::size_t count,
                         std::size_t gap) {
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t at = i < gap ? i : 8 - count + i;
            address.octets[at * 2] = static_cast<std::uint8_t>(groups[i] >> 8);
            address.octets[at * 2 + 1] = static_cast<std::uint8_t>(groups[i]);
        }
    }
};

}  // namespace sonde::inline v0
