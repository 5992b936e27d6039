#pragma once
/// Strong integers: two numbers that could be swapped are two types.

#include <compare>
#include <cstdint>

namespace sonde::inline v0 {

template <class Tag, class Int>
struct strong {
    using value_type = Int;
    Int value{};
    friend constexpr auto operator<=>(const strong&, const strong&) = default;
};

using hop_limit = strong<struct hop_limit_tag, std::uint8_t>;  // IPv4: time_to_live
/// A probe of one session, counted from 0 and never reused: 64 bits do not wrap.
using probe_id = strong<struct probe_id_tag, std::uint64_t>;

}  // namespace sonde::inline v0
