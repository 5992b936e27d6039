#pragma once
/// The clocks, and the way from kernel stamps to `mono_time`. Only `client` calls `mono_now` and
/// `wall_now`; engines are handed the time.
///
/// The kernel stamps packets in CLOCK_REALTIME. NTP slews that clock and CLOCK_MONOTONIC alike, so
/// the offset between them changes only when somebody sets the wall clock (a step). The converter
/// holds the offset as an interval which certainly contains it. Each check takes a new interval:
/// where both meet, the offset is in both; where they do not, the wall clock was stepped, and
/// stamps taken before the check can no longer be placed.

#include <sonde/base/api.hpp>
#include <sonde/base/os_error.hpp>
#include <sonde/base/time.hpp>
#include <sonde/net/system_calls.hpp>

namespace sonde::inline v0 {

[[nodiscard]] SONDE_API mono_time mono_now(const system_calls& calls = kernel_calls()) noexcept;
[[nodiscard]] SONDE_API wall_time wall_now(const system_calls& calls = kernel_calls()) noexcept;

/// Not thread-safe; one per socket.
class SONDE_API stamp_converter {
  public:
    enum class verdict : std::uint8_t { same, stepped, unreadable };

    explicit stamp_converter(const system_calls& calls = kernel_calls()) noexcept
        : calls_(&calls) {}

    /// Looks whether the offset still holds; the first call measures it. Call it after the stamps
    /// were read and before they are converted. `stepped`: the new offset is in place, and stamps
    /// read so far must be dropped. `unreadable`: a clock could not be read.
    [[nodiscard]] verdict check() noexcept;
    /// Precondition: a check said `same` or `stepped`.
    [[nodiscard]] mono_time to_mono(wall_time at) const noexcept;
    /// Half the width of the interval: how far a converted stamp may be off.
    [[nodiscard]] nanoseconds uncertainty() const noexcept;
    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }

  private:
    struct interval {  // of realtime - monotonic; both ends included
        nanoseconds low{};
        nanoseconds high{};
    };
    [[nodiscard]] bool sample(interval& out) const noexcept;

    const system_calls* calls_;
    interval offset_{};
    std::uint64_t steps_ = 0;
    bool known_ = false;
};

}  // namespace sonde::inline v0
