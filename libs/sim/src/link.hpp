#pragma once
/// What carries datagrams from one node to the next: delay, jitter, loss.

#include <algorithm>
#include <optional>

#include <sonde/base/random.hpp>
#include <sonde/sim/scenario.hpp>

namespace sonde::inline v0::sim {

/// Whether something of this probability happens. Draws only when the outcome is open, so that an
/// impairment that is switched off does not change what the others do.
[[nodiscard]] inline bool happens(double probability, random_source& random) noexcept {
    return probability > 0 && random.unit() < probability;
}

/// When something that enters the link at `at` leaves it; nothing when the link loses it.
[[nodiscard]] inline std::optional<mono_time> carry(const link_spec& link, mono_time at,
                                                    random_source& random) noexcept {
    if (happens(link.loss, random)) return std::nullopt;
    const auto jitter = static_cast<std::uint64_t>(link.jitter.count());
    const auto drawn = jitter == 0 ? 0 : random.below(jitter);
    return at + link.delay + nanoseconds(static_cast<std::int64_t>(drawn));
}

/// Keeps what passes in order: jitter stretches a queue, it does not shuffle it.
class in_order {
  public:
    [[nodiscard]] mono_time pass(mono_time at) noexcept {
        last_ = std::max(last_, at);
        return last_;
    }

  private:
    mono_time last_ = mono_time::min();
};

}  // namespace sonde::inline v0::sim
