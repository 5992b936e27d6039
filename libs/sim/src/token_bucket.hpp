#pragma once
/// A token bucket in whole nanoseconds: exact, whatever the rate.

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <sonde/sim/scenario.hpp>

namespace sonde::inline v0::sim {

/// Starts full. Times must not go backwards. Bounds of the scenario's reader keep `full_` within 64
/// bits: at most 10^12 ns a token and 10^6 tokens.
class token_bucket {
  public:
    explicit token_bucket(const rate_limit_spec& spec) noexcept
        : price_(std::max<std::int64_t>(1, std::llround(1e9 / spec.per_second))),
          full_(price_ * spec.burst),
          credit_(full_) {}

    /// Takes one token, when there is one.
    [[nodiscard]] bool take(mono_time at) noexcept {
        // Bounded before it is added: an idle century must not overflow.
        if (last_ != mono_time::min()) credit_ += std::min((at - last_).count(), full_ - credit_);
        last_ = at;
        if (credit_ < price_) return false;
        credit_ -= price_;
        return true;
    }

  private:
    std::int64_t price_;   // nanoseconds that make one token
    std::int64_t full_;    // nanoseconds' worth of tokens that fit
    std::int64_t credit_;  // that there are
    mono_time last_ = mono_time::min();
};

}  // namespace sonde::inline v0::sim
