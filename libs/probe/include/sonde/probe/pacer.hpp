#pragma once
/// Keeps a rate: whoever sends asks whether a packet is due, and says when one went out. The grid
/// stays where it is, so that the rate holds over any time; after a stall at most `burst_max`
/// packets are made up for, the rest of the missed grid is left out.

#include <algorithm>
#include <cstdint>

#include <sonde/base/time.hpp>

namespace sonde::inline v0 {

class pacer {
  public:
    /// `rate`: packets a second; 0: without end. `burst_max`: packets, 1 or more.
    constexpr pacer(double rate, std::uint32_t burst_max, mono_time start) noexcept;

    /// When the next packet may go; in the past: at once.
    [[nodiscard]] constexpr mono_time next() const noexcept;
    [[nodiscard]] constexpr bool is_due(mono_time now) const noexcept { return now >= next(); }
    constexpr void on_send(mono_time now) noexcept;
    /// A new rate from now on.
    constexpr void set_rate(double rate, mono_time now) noexcept;
    /// Grid points that were left out, since the start.
    [[nodiscard]] constexpr std::uint64_t missed() const noexcept { return missed_; }

  private:
    std::uint64_t missed_ = 0;
};

}  // namespace sonde::inline v0
