#pragma once
/// A small seeded generator (xoshiro256**, Blackman and Vigna): the same seed gives the same run on
/// every machine, which std::uniform_int_distribution does not promise. Not for secrets.

#include <array>
#include <cstdint>
#include <limits>

namespace sonde::inline v0 {

class random_source {
  public:
    using result_type = std::uint64_t;
    constexpr explicit random_source(std::uint64_t seed) noexcept {
        for (auto& word : state_) {  // splitmix64
            seed += 0x9e3779b97f4a7c15ULL;
            std::uint64_t z = seed;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
            word = z ^ (z >> 31);
        }
    }
    constexpr std::uint64_t operator()() noexcept {
        const std::uint64_t made = rotl(state_[1] * 5, 7) * 9;
        const std::uint64_t t = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= t;
        state_[3] = rotl(state_[3], 45);
        return made;
    }
    /// Uniform in [0, bound); 0 when bound is 0. The bias is below 2^-32 for the bounds we use.
    constexpr std::uint64_t below(std::uint64_t bound) noexcept {
        return bound == 0 ? 0
                          : static_cast<std::uint64_t>(
                                (static_cast<unsigned __int128>((*this)()) * bound) >> 64);
    }
    /// Uniform in [0, 1).
    constexpr double unit() noexcept { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }
    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return std::numeric_limits<result_type>::max(); }

  private:
    static constexpr std::uint64_t rotl(std::uint64_t x, int k) noexcept {
        return (x << k) | (x >> (64 - k));
    }
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace sonde::inline v0
