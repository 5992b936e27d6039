#pragma once
/// An order of the numbers below `size` that looks random and needs no memory: position to number
/// and back, in constant time (a balanced Feistel network over the next even power of two, walked
/// until the number is below `size`: Black and Rogaway, "Ciphers with Arbitrary Finite Domains").

#include <array>
#include <cstdint>

#include <sonde/base/api.hpp>
#include <sonde/base/siphash.hpp>

namespace sonde::inline v0 {

class SONDE_API permutation {
  public:
    /// Precondition: 0 < size <= 2^63. The same seed and size give the same order, for ever.
    permutation(std::uint64_t size, std::uint64_t seed) noexcept;
    /// Precondition: position < size().
    [[nodiscard]] std::uint64_t operator()(std::uint64_t position) const noexcept;
    [[nodiscard]] std::uint64_t position_of(std::uint64_t number) const noexcept;
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  private:
    static constexpr int rounds = 4;
    std::uint64_t size_;
    unsigned half_bits_;
    std::array<std::uint64_t, rounds> keys_{};
};

}  // namespace sonde::inline v0
