#pragma once
/// When the next probe of a ping goes out: on a fixed grid, or sooner for each answer.

#include <algorithm>

#include <sonde/probe/options.hpp>

namespace sonde::inline v0::detail {

inline constexpr nanoseconds flood_interval = std::chrono::milliseconds(10);  // 100 a second
// The grid needs some width: an interval of 0 is a million probes a second.
inline constexpr nanoseconds grid_min = std::chrono::microseconds(1);

class ping_schedule {
  public:
    ping_schedule(const ping_options& options, mono_time start) noexcept
        : interval_(std::max(
              options.flood ? std::min(options.interval, flood_interval) : options.interval,
              grid_min)),
          next_at_(start),
          credit_(options.preload),
          adaptive_(options.adaptive || options.flood) {}

    [[nodiscard]] nanoseconds interval() const noexcept { return interval_; }
    /// When a probe may be sent; in the past: at once.
    [[nodiscard]] mono_time next() const noexcept { return credit_ > 0 ? started_ : next_at_; }
    [[nodiscard]] bool is_due(mono_time now) const noexcept {
        return credit_ > 0 || now >= next_at_;
    }

    /// A probe goes out. The grid stays where it is, so that nothing drifts; points that a stall
    /// missed are left out, so that no burst follows.
    void on_send(mono_time now) noexcept {
        if (credit_ > 0) {
            --credit_;
            next_at_ = now + interval_;
            return;
        }
        next_at_ += ((now - next_at_) / interval_ + 1) * interval_;
    }
    void on_answer() noexcept {
        if (adaptive_) ++credit_;
    }

  private:
    nanoseconds interval_;
    mono_time next_at_;
    mono_time started_ = mono_time::min();
    std::uint32_t credit_;  // probes that may go out at once: preload, then one for each answer
    bool adaptive_;
};

}  // namespace sonde::inline v0::detail
