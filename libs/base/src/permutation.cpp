#include <bit>

#include <sonde/base/permutation.hpp>

namespace sonde::inline v0 {
namespace {

// Multipliers of Steele, Lea and Flood's splitmix64 ("Fast splittable pseudorandom number
// generators", 2014).
constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;
constexpr std::uint64_t first_mix = 0xbf58476d1ce4e5b9;
constexpr std::uint64_t second_mix = 0x94d049bb133111eb;

constexpr std::uint64_t splitmix(std::uint64_t z) noexcept {
    z = (z ^ (z >> 30)) * first_mix;
    z = (z ^ (z >> 27)) * second_mix;
    return z ^ (z >> 31);
}

/// What one half mixes into the other: 32 bits, of which a round takes the lowest.
constexpr std::uint64_t mixed(std::uint64_t half, std::uint64_t key) noexcept {
    std::uint64_t z = (half ^ key) * first_mix;
    z ^= z >> 32;
    return (z * second_mix) >> 32;
}

constexpr std::uint64_t mask_of(unsigned bits) noexcept { return (std::uint64_t{1} << bits) - 1; }

}  // namespace

permutation::permutation(std::uint64_t size, std::uint64_t seed) noexcept : size_(size) {
    const auto bits = static_cast<unsigned>(std::bit_width(size - 1));
    lower_bits_ = bits - bits / 2;
    upper_mask_ = mask_of(bits / 2);
    lower_mask_ = mask_of(lower_bits_);
    for (auto& key : keys_) key = splitmix(seed += golden);
}

std::uint64_t permutation::forth(std::uint64_t value) const noexcept {
    std::uint64_t upper = value >> lower_bits_;
    std::uint64_t lower = value & lower_mask_;
    upper ^= mixed(lower, keys_[0]) & upper_mask_;
    lower ^= mixed(upper, keys_[1]) & lower_mask_;
    upper ^= mixed(lower, keys_[2]) & upper_mask_;
    lower ^= mixed(upper, keys_[3]) & lower_mask_;
    return upper << lower_bits_ | lower;
}

std::uint64_t permutation::back(std::uint64_t value) const noexcept {
    std::uint64_t upper = value >> lower_bits_;
    std::uint64_t lower = value & lower_mask_;
    lower ^= mixed(upper, keys_[3]) & lower_mask_;
    upper ^= mixed(lower, keys_[2]) & upper_mask_;
    lower ^= mixed(upper, keys_[1]) & lower_mask_;
    upper ^= mixed(lower, keys_[0]) & upper_mask_;
    return upper << lower_bits_ | lower;
}

// A walk starts below size_ and so comes back below it: the network is a bijection, and the
// starting point itself is on the cycle.
std::uint64_t permutation::operator()(std::uint64_t position) const noexcept {
    std::uint64_t number = forth(position);
    while (number >= size_) number = forth(number);
    return number;
}

std::uint64_t permutation::position_of(std::uint64_t number) const noexcept {
    std::uint64_t position = back(number);
    while (position >= size_) position = back(position);
    return position;
}

}  // namespace sonde::inline v0
