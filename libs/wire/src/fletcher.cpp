#include <algorithm>
#include <array>

#include <sonde/wire/fletcher.hpp>

namespace sonde::inline v0 {
namespace {

// The remainder is taken once a block, not once a unit: the sum of sums of 65536 units stays below
// 2^16 * (2^16 + 2^16 * 2^16), far from 64 bits.
constexpr std::size_t block_units = 65536;

// Takes units of `Len` octets from `octets` with `unit_of`.
template <std::size_t Len, class UnitOf>
detail::running_sums add_units(detail::running_sums before, std::uint32_t modulus,
                               bytes_view octets, UnitOf unit_of) noexcept {
    std::uint64_t units = before.units;
    std::uint64_t sums = before.sums;
    while (!octets.empty()) {
        bytes_view block = octets.first(std::min(octets.size(), block_units * Len));
        octets = octets.subspan(block.size());
        for (; !block.empty(); block = block.subspan(Len)) {
            units += unit_of(block);
            sums += units;
        }
        units %= modulus;
        sums %= modulus;
    }
    return {static_cast<std::uint32_t>(units), static_cast<std::uint32_t>(sums)};
}

constexpr std::uint32_t fletcher32_modulus = 65535;

}  // namespace

detail::running_sums detail::add_octets(running_sums before, std::uint32_t modulus,
                                        bytes_view octets) noexcept {
    return add_units<1>(before, modulus, octets, [](bytes_view at) { return at[0]; });
}

detail::running_sums detail::add_words(running_sums before, bool high_octet_first,
                                       bytes_view octets) noexcept {
    if (high_octet_first) {
        return add_units<2>(before, fletcher32_modulus, octets, [](bytes_view at) {
            return static_cast<std::uint16_t>((at[0] << 8) | at[1]);
        });
    }
    return add_units<2>(before, fletcher32_modulus, octets, [](bytes_view at) {
        return static_cast<std::uint16_t>((at[1] << 8) | at[0]);
    });
}

fletcher32& fletcher32::add(bytes_view octets) noexcept {
    const bool big = order_ == word_order::big_endian;
    if (octets.empty()) return *this;
    if (odd_) {
        state_ = detail::add_words(state_, big, std::array{first_half_, octets.front()});
        octets = octets.subspan(1);
    }
    odd_ = octets.size() % 2 != 0;
    if (odd_) first_half_ = octets.back();
    state_ = detail::add_words(state_, big, octets.first(octets.size() - (odd_ ? 1 : 0)));
    return *this;
}

std::uint32_t fletcher32::value() const noexcept {
    detail::running_sums end = state_;
    if (odd_) {
        const bool big = order_ == word_order::big_endian;
        end = detail::add_words(end, big, std::array<std::uint8_t, 2>{first_half_, 0});
    }
    return (end.sums << 16) | end.units;
}

}  // namespace sonde::inline v0
