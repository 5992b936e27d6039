#pragma once
/// SipHash-2-4 (Aumasson and Bernstein, 2012): the keyed function behind the cookies in our probes.
/// Whoever has not seen a probe cannot make its cookie.

#include <array>
#include <cstdint>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>

namespace sonde::inline v0 {

struct siphash_key {
    std::uint64_t k0 = 0;
    std::uint64_t k1 = 0;
};

[[nodiscard]] SONDE_API std::uint64_t siphash24(siphash_key key, bytes_view in) noexcept;
/// The same over two 64-bit words, little-endian as the reference has it; no buffer.
[[nodiscard]] SONDE_API std::uint64_t siphash24(siphash_key key, std::uint64_t a,
                                                std::uint64_t b) noexcept;

}  // namespace sonde::inline v0
