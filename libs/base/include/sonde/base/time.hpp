#pragma once
/// Time types. The steady clock and the wall clock are different types: an RTT is made of
/// `mono_time` only, a date of `wall_time` only, and neither converts into the other.

#include <chrono>
#include <cstdint>
#include <string_view>

namespace sonde::inline v0 {

using nanoseconds = std::chrono::nanoseconds;

/// Never ticks by itself: a tag for the types below. Only client reads clocks.
struct mono_clock {
    using duration = nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<mono_clock, duration>;
    static constexpr bool is_steady = true;
};
struct wall_clock {
    using duration = nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<wall_clock, duration>;
    static constexpr bool is_steady = false;
};

using mono_time = mono_clock::time_point;  // CLOCK_MONOTONIC; origin unspecified
using wall_time = wall_clock::time_point;  // CLOCK_REALTIME; since 1970-01-01T00:00:00Z

/// Who took a time stamp, best last.
enum class stamp_source : std::uint8_t { none, user, kernel, hardware };

[[nodiscard]] constexpr std::string_view to_string(stamp_source source) noexcept {
    switch (source) {
        case stamp_source::none:
            return "none";
        case stamp_source::user:
            return "user";
        case stamp_source::kernel:
            return "kernel";
        case stamp_source::hardware:
            return "hardware";
    }
    return "none";
}

/// A point in time and who took it.
struct stamp {
    mono_time at{};
    stamp_source source = stamp_source::none;
};

}  // namespace sonde::inline v0
