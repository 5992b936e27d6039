#pragma once
/// How a condition is kept between reading and judging.

#include <cstddef>
#include <cstdint>
#include <string>

#include <sonde/report/condition.hpp>

namespace sonde::inline v0 {

namespace detail {

enum class quantity : std::uint8_t {
    sent,
    received,
    lost,
    duplicates,
    late,
    errors,
    reordered,
    corrupted,
    forged,
    loss,
    answered,
    min,
    avg,
    max,
    mdev,
    jitter,
    last,
    percentile,  // node::number says which
};

/// What may be compared with what.
enum class unit_kind : std::uint8_t {
    count,
    share,  // in percent
    time,   // in nanoseconds
    zero,   // a bare 0, which fits every other
};

inline constexpr std::size_t slots_max = 16;  // any(...) and all(...) in one condition

}  // namespace detail

enum class condition::what : std::uint8_t {
    number,
    name,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
    equal,
    not_equal,
    alive,
    unreachable,
    both,
    either,
    negation,
    any,
    all,
};

struct condition::node {
    what kind = what::number;
    detail::quantity which = detail::quantity::sent;
    detail::unit_kind unit = detail::unit_kind::count;
    std::uint8_t slot = 0;   // of any and all
    std::uint16_t left = 0;  // indices of the children
    std::uint16_t right = 0;
    double number = 0;   // of a number: in the unit's base; of a percentile: which
    std::string word{};  // of a name: as it is shown
};

}  // namespace sonde::inline v0
