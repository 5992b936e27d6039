#pragma once
/// Which of many targets gets a probe next, and when: their grids, the rate over all of them, and
/// the ceilings that nobody's wish lifts by accident.

#include <algorithm>
#include <optional>

#include <sonde/probe/many_ping.hpp>
#include <sonde/probe/pacer.hpp>

#include "target_rows.hpp"
#include "timer_wheel.hpp"

namespace sonde::inline v0::detail {

class target_schedule {
  public:
    /// Borrows the rows, which must outlive this.
    target_schedule(const many_ping_options& options, target_rows& rows, mono_time start) noexcept;

    /// A new target: its first round.
    void begin(std::uint32_t row, mono_time now) noexcept;
    /// The next round, on the grid; points that a stall or long retries missed are left out.
    void next_round(std::uint32_t row, mono_time now) noexcept;
    /// One more probe of the round, at `at` or now when that has passed.
    void retry(std::uint32_t row, mono_time at, mono_time now) noexcept;
    /// A target that gets a probe now; it is scheduled for nothing more then.
    [[nodiscard]] std::optional<std::uint32_t> take(mono_time now) noexcept;
    /// Nothing is to be sent before this time; mono_time::max() when nothing is at all.
    [[nodiscard]] mono_time next() const noexcept {
        if (wheel_.empty()) return mono_time::max();
        return is_paced_ ? std::max(wheel_.next(), pace_.next()) : wheel_.next();
    }

  private:
    [[nodiscard]] nanoseconds spread_of(std::uint64_t place) const noexcept;
    [[nodiscard]] bool is_cleared(target_row& row, mono_time now) noexcept;
    void plan(std::uint32_t row, mono_time at, mono_time now) noexcept;

    target_rows& rows_;
    timer_wheel<target_rows> wheel_;
    pacer pace_;
    ceiling_gate gate_;
    nanoseconds interval_;
    nanoseconds host_price_;
    bool has_ceilings_;
    bool is_paced_;
    // Targets that are added together share a spread: it begins with the first of them.
    mono_time spread_from_ = mono_time::min();
    mono_time spread_until_ = mono_time::min();
    std::uint64_t spread_place_ = 0;
};

}  // namespace sonde::inline v0::detail
