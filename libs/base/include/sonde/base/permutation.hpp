#pragma once
/// An order of the numbers below `size` that looks random and needs no memory: position to number
/// and back, in constant time (a Feistel network over the next power of two, walked until the
/// number is below `size`: Black and Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002,
/// s2 and s4). It spreads; it hides nothing.
///
///     const permutation order(65'536, seed);
///     for (std::uint64_t p = 0; p < order.size(); ++p) probe(set.at(order(p)));
///
/// Of n bits the upper n/2 and the lower n - n/2 are mixed into each other in four rounds, so that
/// fewer than two walks are needed on average.

#include <array>
#include <cstdint>

#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

class SONDE_API permutation {
  public:
    /// Precondition: 0 < size <= 2^63. The same seed and size give the same order, for ever.
    permutation(std::uint64_t size, std::uint64_t seed) noexcept;
    /// Precondition: position < size().
    [[nodiscard]] std::uint64_t operator()(std::uint64_t position) const noexcept;
    /// The position of a number: the other way round. Precondition: number < size().
    [[nodiscard]] std::uint64_t position_of(std::uint64_t number) const noexcept;
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  private:
    static constexpr int rounds = 4;
    [[nodiscard]] std::uint64_t forth(std::uint64_t value) const noexcept;
    [[nodiscard]] std::uint64_t back(std::uint64_t value) const noexcept;

    std::uint64_t size_;
    std::uint64_t upper_mask_;
    std::uint64_t lower_mask_;
    unsigned lower_bits_;
    std::array<std::uint64_t, rounds> keys_{};
};

}  // namespace sonde::inline v0
