#pragma once
/// Keeps a rate: whoever sends asks whether a packet is due, and says when one went out. The grid
/// stays where it is, so that the rate holds over any time; after a stall at most `burst_max`
/// packets are made up for, the rest of the missed grid is left out.
///
///     pacer pace(200'000, 64, now);
///     while (pace.is_due(now)) { send(); pace.on_send(now); }
///     sleep_until(pace.next());

#include <algorithm>
#include <cstdint>

#include <sonde/base/address.hpp>
#include <sonde/base/time.hpp>

namespace sonde::inline v0 {

class pacer {
  public:
    /// `rate`: packets a second; 0: without end. `burst_max`: packets, 1 or more.
    constexpr pacer(double rate, std::uint32_t burst_max, mono_time start) noexcept
        : period_(period_of(rate)),
          next_(start),
          burst_max_(std::max(burst_max, 1U)),
          patience_(patience_of(period_, burst_max_)) {}

    /// When the next packet may go; in the past: at once.
    [[nodiscard]] constexpr mono_time next() const noexcept { return next_; }
    [[nodiscard]] constexpr bool is_due(mono_time now) const noexcept { return now >= next(); }
    constexpr void on_send(mono_time now) noexcept {
        if (period_ == 0) return;
        leave_out_missed(now);
        has_sent_ = true;
        last_ = next_;
        advance(period_);
    }
    /// A new rate from now on.
    constexpr void set_rate(double rate, mono_time now) noexcept {
        const uint128 before = period_;
        period_ = period_of(rate);
        patience_ = patience_of(period_, burst_max_);
        if (has_sent_ && before != 0) {
            next_ = last_;
            advance(period_);
        }
        next_ = std::max(next_, now);
        fraction_ = 0;
    }
    /// Grid points that were left out, since the start.
    [[nodiscard]] constexpr std::uint64_t missed() const noexcept { return missed_; }

  private:
    // Times between packets are kept in 2^-64 ns. The fraction is rounded up by less than 2^-52 ns,
    // so that a point that lies on a whole nanosecond is never taken for the one before; at a
    // million a second that adds up to a hundredth of a nanosecond in a year.
    static constexpr uint128 period_of(double rate) noexcept {
        constexpr double second_ns = 1e9;
        constexpr double slowest = 1e-6;  // packets a second: 2^50 ns and a fraction fit
        if (!(rate > 0)) return 0;
        rate = std::max(rate, slowest);
        const auto whole = static_cast<std::uint64_t>(second_ns / rate);
        const double rest = (second_ns - static_cast<double>(whole) * rate) / rate;
        if (rest <= 0) return uint128{whole} << 64;
        const auto fraction = static_cast<std::uint64_t>(std::min(rest, 1 - 0x1p-52) * 0x1p64);
        return (uint128{whole} << 64) + fraction + 0x800;
    }
    /// How far behind the grid a whole burst makes up for; rounded down.
    static constexpr nanoseconds patience_of(uint128 period, std::uint32_t burst_max) noexcept {
        const uint128 whole_ns = (period >> 64) * (burst_max - 1);
        return nanoseconds(static_cast<std::int64_t>(std::min<uint128>(whole_ns, INT64_MAX)));
    }
    constexpr void advance(uint128 by) noexcept {
        const uint128 sum = by + fraction_;
        next_ += nanoseconds(static_cast<std::int64_t>(sum >> 64));
        fraction_ = static_cast<std::uint64_t>(sum);
    }
    constexpr void leave_out_missed(mono_time now) noexcept {
        if (now - next_ <= patience_) return;  // mostly: dividing would cost more than the rest
        const auto behind_ns = static_cast<std::uint64_t>((now - next_).count());
        const uint128 points = (uint128{behind_ns} << 64) / period_ + 1;  // the one of now as well
        if (points <= burst_max_) return;
        const uint128 left_out = points - burst_max_;
        missed_ += static_cast<std::uint64_t>(left_out);
        advance(left_out * period_);
    }

    uint128 period_;              // in 2^-64 ns; 0: without end
    mono_time next_;              // the next point of the grid...
    std::uint64_t fraction_ = 0;  // ...and this many 2^-64 ns
    mono_time last_{};            // the point of the last packet
    std::uint64_t missed_ = 0;
    std::uint32_t burst_max_;
    nanoseconds patience_;
    bool has_sent_ = false;
};

}  // namespace sonde::inline v0
