#include <algorithm>

#include <sonde/net/clock.hpp>

namespace sonde::inline v0 {
namespace {

bool read_clock(const system_calls& calls, clockid_t clock, nanoseconds& out) noexcept {
    timespec seen{};
    if (calls.clock_gettime(clock, &seen) != 0) return false;
    out = std::chrono::seconds(seen.tv_sec) + nanoseconds(seen.tv_nsec);
    return true;
}

// A clock that the kernel has never refused; the epoch when it does.
nanoseconds read_or_zero(const system_calls& calls, clockid_t clock) noexcept {
    nanoseconds seen{};
    static_cast<void>(read_clock(calls, clock, seen));
    return seen;
}

constexpr int first_samples = 4;  // the intersection of a few is as narrow as the best of them

}  // namespace

mono_time mono_now(const system_calls& calls) noexcept {
    return mono_time(read_or_zero(calls, CLOCK_MONOTONIC));
}

wall_time wall_now(const system_calls& calls) noexcept {
    return wall_time(read_or_zero(calls, CLOCK_REALTIME));
}

bool stamp_converter::sample(interval& out) const noexcept {
    nanoseconds before{};
    nanoseconds wall{};
    nanoseconds after{};
    if (!read_clock(*calls_, CLOCK_MONOTONIC, before) ||
        !read_clock(*calls_, CLOCK_REALTIME, wall) ||
        !read_clock(*calls_, CLOCK_MONOTONIC, after)) {
        return false;
    }
    // The wall clock was read somewhere between the two; each reading is rounded by up to 1 ns.
    out = {wall - after - nanoseconds(1), wall - before + nanoseconds(1)};
    return true;
}

stamp_converter::verdict stamp_converter::check() noexcept {
    bool stepped = false;
    const int samples = known_ ? 1 : first_samples;
    for (int i = 0; i < samples; ++i) {
        interval now{};
        if (!sample(now)) return verdict::unreadable;
        const interval both{std::max(offset_.low, now.low), std::min(offset_.high, now.high)};
        const bool meets = known_ && both.low <= both.high;
        stepped = stepped || (known_ && !meets);
        offset_ = meets ? both : now;
        known_ = true;
    }
    if (stepped) ++steps_;
    return stepped ? verdict::stepped : verdict::same;
}

mono_time stamp_converter::to_mono(wall_time at) const noexcept {
    return mono_time(at.time_since_epoch() - (offset_.low + (offset_.high - offset_.low) / 2));
}

nanoseconds stamp_converter::uncertainty() const noexcept {
    return (offset_.high - offset_.low) / 2;
}

}  // namespace sonde::inline v0
