#pragma once
/// How many frames are due, by how often a timer went off. Arithmetic only: no clock, no waiting.

#include <algorithm>
#include <cstdint>

#include <sonde/base/time.hpp>

namespace sonde::inline v0::detail {

class pace {
  public:
    /// `rate` frames a second, 10^-6 to 10^9; `burst` at least 1.
    pace(double rate, std::uint32_t burst) noexcept : burst_(burst) {
        // A quarter of a burst at a time, not more often than timers are good for, and a thousand
        // times a second unless frames are rarer than that.
        const double one_ns = 1e9 / rate;
        const double wanted = one_ns * std::max(1.0, burst / 4.0);
        period_ = nanoseconds(
            static_cast<std::int64_t>(std::clamp(wanted, 50'000.0, std::max(one_ns, 1e6))));
        frames_a_period_ = rate * static_cast<double>(period_.count()) / 1e9;
        burst_ = std::max(burst_, 2 * frames_a_period_);  // else such a rate could not be had
    }
    [[nodiscard]] nanoseconds period() const noexcept { return period_; }

    /// The timer went off so often since.
    void passed(std::uint64_t times) noexcept {
        due_ = std::min(due_ + frames_a_period_ * static_cast<double>(times), burst_);
    }
    /// Whole frames that may go now.
    [[nodiscard]] std::uint64_t due() const noexcept {
        // A sum of parts of a frame may miss the whole by its rounding.
        return static_cast<std::uint64_t>(due_ + 1e-6);
    }
    void sent(std::uint64_t frames) noexcept {
        due_ = std::max(0.0, due_ - static_cast<double>(frames));
    }

  private:
    double burst_;
    double frames_a_period_ = 0;
    double due_ = 0;
    nanoseconds period_{};
};

}  // namespace sonde::inline v0::detail
