#pragma once
/// Waiting without reading a clock: a timer descriptor ends what takes too long, an event
/// descriptor what somebody stops.

#include <atomic>
#include <memory>

#include <sonde/base/descriptor.hpp>
#include <sonde/base/time.hpp>

#include "live_refusal.hpp"

namespace sonde::inline v0::detail {

using owned_fd = descriptor<packet_calls>;

/// A flag that any thread and any signal handler may raise.
class stop_signal {
  public:
    [[nodiscard]] static live_result<std::unique_ptr<stop_signal>> make(const packet_calls& calls);
    void raise() noexcept;
    void lower() noexcept;
    [[nodiscard]] bool is_raised() const noexcept {
        return raised_.load(std::memory_order_relaxed);
    }
    [[nodiscard]] int number() const noexcept { return event_.number(); }

  private:
    stop_signal(owned_fd event, const packet_calls& calls) noexcept
        : event_(std::move(event)), calls_(&calls) {}
    static_assert(std::atomic<bool>::is_always_lock_free);  // a signal handler may not wait
    std::atomic<bool> raised_{false};
    owned_fd event_;
    const packet_calls* calls_;
};

class timer {
  public:
    [[nodiscard]] static live_result<timer> make(const packet_calls& calls);
    /// Once, after that time; at once when it is not positive.
    [[nodiscard]] live_result<void> begin(nanoseconds limit);
    /// Again and again with that period, which is positive; the first at once.
    [[nodiscard]] live_result<void> repeat(nanoseconds period);
    [[nodiscard]] live_result<void> cancel();
    /// How often it went off since it was asked last.
    [[nodiscard]] std::uint64_t times() const noexcept;
    [[nodiscard]] int number() const noexcept { return fd_.number(); }

  private:
    timer(owned_fd fd, const packet_calls& calls) noexcept : fd_(std::move(fd)), calls_(&calls) {}
    [[nodiscard]] live_result<void> set(nanoseconds first, nanoseconds period);
    owned_fd fd_;
    const packet_calls* calls_;
};

}  // namespace sonde::inline v0::detail
