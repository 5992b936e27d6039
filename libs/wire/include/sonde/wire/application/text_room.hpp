#pragma once
/// Text into a caller's buffer, without allocation: what the presentation formats of names,
/// records and options (RFC 1035 s5.1, RFC 4648) are written with. Nothing but printable ASCII
/// leaves it. What does not fit is left out and fits() is false from then on.
///
///     std::array<char, 256> buffer;
///     text_room out(buffer);
///     out.number(7).put(' ').hex(octets);
///     print(out.text());

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>

namespace sonde::inline v0 {

/// Borrows the buffer. Not thread-safe.
class text_room {
  public:
    explicit text_room(std::span<char> buffer) noexcept : buffer_(buffer) {}

    [[nodiscard]] std::string_view text() const noexcept SONDE_LIFETIMEBOUND {
        return {buffer_.data(), len_};
    }
    [[nodiscard]] bool fits() const noexcept { return fits_; }
    [[nodiscard]] std::size_t size() const noexcept { return len_; }  // characters
    /// Forgets what was written behind the first `size` characters; used to try another form.
    void rewind(std::size_t size) noexcept {
        len_ = size;
        fits_ = true;
    }

    text_room& put(char c) noexcept {
        if (len_ < buffer_.size()) {
            buffer_[len_++] = c;
        } else {
            fits_ = false;
        }
        return *this;
    }
    text_room& put(std::string_view text) noexcept {
        const std::size_t len = std::min(text.size(), buffer_.size() - len_);
        std::copy_n(text.begin(), len, buffer_.begin() + static_cast<std::ptrdiff_t>(len_));
        len_ += len;
        if (len < text.size()) fits_ = false;
        return *this;
    }
    /// Decimal, with zeros in front up to `digits_min`.
    SONDE_API text_room& number(std::uint64_t value, int digits_min = 1) noexcept;
    SONDE_API text_room& signed_number(std::int64_t value) noexcept;
    SONDE_API text_room& hex(bytes_view octets) noexcept;     // lower case, no blanks
    SONDE_API text_room& base64(bytes_view octets) noexcept;  // RFC 4648 s4, with padding
    SONDE_API text_room& base32(bytes_view octets) noexcept;  // RFC 4648 s7 (hex), no padding
    SONDE_API text_room& address(ipv4_address value) noexcept;
    SONDE_API text_room& address(const ipv6_address& value) noexcept;  // RFC 5952
    /// One octet of text: itself when printable and not in `escaped`; a backslash and itself when
    /// in `escaped`; otherwise \DDD (RFC 1035 s5.1).
    SONDE_API text_room& escaped(std::uint8_t octet, std::string_view escaped) noexcept;
    /// A character string in quotes (RFC 1035 s5.1).
    SONDE_API text_room& quoted(bytes_view octets) noexcept;

  private:
    std::span<char> buffer_;
    std::size_t len_ = 0;
    bool fits_ = true;
};

}  // namespace sonde::inline v0
