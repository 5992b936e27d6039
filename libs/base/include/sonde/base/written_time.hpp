#pragma once
/// Times that somebody else wrote down, which may be any: those of a clock are never so far apart.

#include <cstdint>

#include <sonde/base/time.hpp>

namespace sonde::inline v0 {

/// From one to the other; the longest (or shortest) span where 64 bits cannot hold it.
[[nodiscard]] constexpr nanoseconds span_between(wall_time from, wall_time to) noexcept {
    const std::int64_t a = from.time_since_epoch().count();
    const std::int64_t b = to.time_since_epoch().count();
    if (a < 0 && b > nanoseconds::max().count() + a) return nanoseconds::max();
    if (a > 0 && b < nanoseconds::min().count() + a) return nanoseconds::min();
    return nanoseconds(b - a);
}

/// Whether a time that was read is not the one that was written: what 64 bits of nanoseconds cannot
/// hold, later than 2262-04-11 or earlier than 1677-09-21, is read as the last or first they can.
[[nodiscard]] constexpr bool is_out_of_range(wall_time time) noexcept {
    return time == wall_time::max() || time == wall_time::min();
}

}  // namespace sonde::inline v0
