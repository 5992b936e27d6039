#pragma once
/// Checksums of two running sums: Fletcher's of 16 and 32 bits (RFC 1146 uses them over TCP, ISO
/// 8473 and OSPF a form of the former) and Adler-32 (RFC 1950 s2.2; SCTP before RFC 3309). Octets
/// may be added in pieces of any length.
///
///     const auto sum = fletcher16().add(head).add(body).value();

#include <cstddef>
#include <cstdint>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>

namespace sonde::inline v0 {

namespace detail {
/// The sum of all units, and the sum of that sum after each unit; both below a modulus.
struct running_sums {
    std::uint32_t units = 0;
    std::uint32_t sums = 0;
};
[[nodiscard]] SONDE_API running_sums add_octets(running_sums before, std::uint32_t modulus,
                                                bytes_view octets) noexcept;
/// Whole words of two octets. Precondition: octets.size() is even.
[[nodiscard]] SONDE_API running_sums add_words(running_sums before, bool high_octet_first,
                                               bytes_view octets) noexcept;
}  // namespace detail

/// Over octets, modulo 255.
class fletcher16 {
  public:
    constexpr fletcher16() noexcept = default;
    fletcher16& add(bytes_view octets) noexcept {
        state_ = detail::add_octets(state_, 255, octets);
        return *this;
    }
    /// The sum of sums, then the sum; each 0 to 254.
    [[nodiscard]] constexpr std::uint16_t value() const noexcept {
        return static_cast<std::uint16_t>((state_.sums << 8) | state_.units);
    }

  private:
    detail::running_sums state_{};
};

/// Which octet of a word is its higher half.
enum class word_order : std::uint8_t { big_endian, little_endian };

/// Over words of 16 bits, modulo 65535; an odd octet at the end counts as a word with a zero
/// behind.
class fletcher32 {
  public:
    constexpr explicit fletcher32(word_order order = word_order::big_endian) noexcept
        : order_(order) {}
    SONDE_API fletcher32& add(bytes_view octets) noexcept;
    /// The sum of sums, then the sum; each 0 to 65534.
    [[nodiscard]] SONDE_API std::uint32_t value() const noexcept;

  private:
    detail::running_sums state_{};
    word_order order_;
    bool odd_ = false;
    std::uint8_t first_half_ = 0;  // of a word whose other half has not come yet
};

/// Over octets, modulo 65521, the sum from 1.
class adler32 {
  public:
    constexpr adler32() noexcept = default;
    adler32& add(bytes_view octets) noexcept {
        state_ = detail::add_octets(state_, 65521, octets);
        return *this;
    }
    /// The sum of sums, then the sum; each 0 to 65520.
    [[nodiscard]] constexpr std::uint32_t value() const noexcept {
        return (state_.sums << 16) | state_.units;
    }

  private:
    detail::running_sums state_{.units = 1};
};

}  // namespace sonde::inline v0
