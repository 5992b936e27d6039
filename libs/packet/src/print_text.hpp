#pragma once
/// Writes text in place at the end of a string that is used again and again: no allocation once it
/// has grown to what a line needs, and addresses and numbers without a detour through the library.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <sonde/base/octets.hpp>
#include <sonde/base/result.hpp>

namespace sonde::inline v0::detail {

/// The decimal digits of an octet.
struct octet_digits {
    std::array<char, 4> text{};
    std::uint32_t len = 0;
};
inline constexpr std::array<octet_digits, 256> digits_of_octet = [] {
    std::array<octet_digits, 256> made{};
    for (std::uint32_t value = 0; value < 256; ++value) {
        octet_digits& one = made[value];
        for (const std::uint32_t unit : {100U, 10U, 1U}) {
            if (value < unit && unit != 1) continue;
            one.text[one.len++] = static_cast<char>('0' + value / unit % 10);
        }
    }
    return made;
}();

/// "00" to "99", one after another.
inline constexpr std::array<char, 200> digit_pairs = [] {
    std::array<char, 200> made{};
    for (std::size_t i = 0; i < 100; ++i) {
        made[i * 2] = static_cast<char>('0' + i / 10);
        made[i * 2 + 1] = static_cast<char>('0' + i % 10);
    }
    return made;
}();

/// While one lives, nobody else may touch its string, which holds spare room behind the text.
class text_writer {
  public:
    explicit text_writer(std::string& out) : out_(&out), start_(out.size()) { place(start_); }
    text_writer(const text_writer&) = delete;
    text_writer& operator=(const text_writer&) = delete;
    ~text_writer() { out_->resize(size()); }

    /// Characters in the string so far.
    [[nodiscard]] std::size_t size() const noexcept {
        return static_cast<std::size_t>(at_ - out_->data());
    }
    [[nodiscard]] char last() const noexcept { return size() == 0 ? '\0' : *(at_ - 1); }
    /// Takes back what was written behind `size`.
    void cut_to(std::size_t size) noexcept { at_ = out_->data() + std::min(size, this->size()); }

    text_writer& put(char one) {
        reserve(1);
        *at_++ = one;
        return *this;
    }
    text_writer& put(std::string_view text) {
        if (text.empty()) return *this;  // memcpy takes no null pointer
        reserve(text.size());
        std::copy_n(text.data(), text.size(), at_);
        at_ += text.size();
        return *this;
    }
    text_writer& fill(char one, std::size_t count) {
        reserve(count);
        std::fill_n(at_, count, one);
        at_ += count;
        return *this;
    }
    text_writer& number(std::uint64_t value) {
        reserve(20);
        if (value < 10) {
            *at_++ = static_cast<char>('0' + value);
            return *this;
        }
        if (value < 100000) return short_number(static_cast<std::uint32_t>(value));
        return long_number(value);
    }
    /// At least so many digits, zeros in front.
    text_writer& padded(std::uint64_t value, std::size_t digits);
    text_writer& signed_number(std::int64_t value);
    /// Lower case, without a prefix, at least so many digits.
    text_writer& hex(std::uint64_t value, std::size_t digits = 1);
    text_writer& ipv4(std::uint32_t address) {
        reserve(16);
        octet(address >> 24, '.');
        octet((address >> 16) & 0xff, '.');
        octet((address >> 8) & 0xff, '.');
        octet(address & 0xff, '.');
        --at_;
        return *this;
    }
    /// RFC 5952. Precondition: 16 octets.
    text_writer& ipv6(bytes_view address);
    text_writer& mac(bytes_view address);
    /// Two digits an octet, with `separator` between them unless it is '\0'.
    text_writer& octets(bytes_view octets, char separator = '\0');
    /// Printable ASCII as it is; the rest, and the backslash, as \ddd (RFC 4343 s2.1).
    text_writer& printable(std::string_view text);
    text_writer& printable(bytes_view octets);
    /// "truncated: needed 20 octets, had 4"
    text_writer& problem(const parse_error& error);

  private:
    void reserve(std::size_t count) {
        if (static_cast<std::size_t>(end_ - at_) < count) [[unlikely]]
            grow(count);
    }
    void grow(std::size_t count);
    void place(std::size_t len) noexcept {
        at_ = out_->data() + len;
        end_ = out_->data() + out_->size();
    }
    void octet(std::uint32_t value, char behind) noexcept {
        const octet_digits& digits = digits_of_octet[value];
        std::copy_n(digits.text.data(), 4, at_);
        at_[digits.len] = behind;
        at_ += digits.len + 1;
    }
    text_writer& long_number(std::uint64_t value);
    /// Precondition: 10 to 99999, and room.
    text_writer& short_number(std::uint32_t value) noexcept {
        // An odd first digit, then pairs.
        if (value >= 10000) {
            *at_++ = static_cast<char>('0' + value / 10000);
            pair(value / 100 % 100);
        } else if (value >= 1000) {
            pair(value / 100);
        } else if (value >= 100) {
            *at_++ = static_cast<char>('0' + value / 100);
        }
        pair(value % 100);
        return *this;
    }
    void pair(std::uint32_t value) noexcept {
        std::copy_n(&digit_pairs[std::size_t{value} * 2], 2, at_);
        at_ += 2;
    }

    std::string* out_;
    std::size_t start_;    // what the string held before
    char* at_ = nullptr;   // where the next character goes
    char* end_ = nullptr;  // of the string's room
};

}  // namespace sonde::inline v0::detail
