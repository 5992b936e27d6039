#include "waiting.hpp"

#include <algorithm>
#include <cerrno>

namespace sonde::inline v0::detail {

live_result<std::unique_ptr<stop_signal>> stop_signal::make(const packet_calls& calls) {
    owned_fd event(calls.eventfd(), calls);
    if (!event.is_open()) return refusal("eventfd", errno);
    return std::unique_ptr<stop_signal>(new stop_signal(std::move(event), calls));
}

void stop_signal::raise() noexcept {
    raised_.store(true, std::memory_order_relaxed);
    const int kept = errno;  // a signal handler must not change it
    constexpr std::uint64_t one = 1;
    static_cast<void>(calls_->write(event_.number(), &one, sizeof one));
    errno = kept;
}

void stop_signal::lower() noexcept {
    raised_.store(false, std::memory_order_relaxed);
    std::uint64_t count = 0;
    static_cast<void>(calls_->read(event_.number(), &count, sizeof count));
}

live_result<timer> timer::make(const packet_calls& calls) {
    owned_fd fd(calls.timerfd(), calls);
    if (!fd.is_open()) return refusal("timerfd_create", errno);
    return timer(std::move(fd), calls);
}

live_result<void> timer::set(nanoseconds first, nanoseconds period) {
    const auto spec = [](nanoseconds time) {
        constexpr std::int64_t second = 1'000'000'000;
        return timespec{static_cast<time_t>(time.count() / second), time.count() % second};
    };
    const itimerspec value{.it_interval = spec(period), .it_value = spec(first)};
    static_cast<void>(times());
    if (calls_->timerfd_settime(fd_.number(), 0, &value, nullptr) != 0) {
        return refusal("timerfd_settime", errno);
    }
    return {};
}

live_result<void> timer::begin(nanoseconds limit) {
    return set(std::max(limit, nanoseconds(1)), nanoseconds(0));  // 0 would never go off
}
live_result<void> timer::repeat(nanoseconds period) { return set(nanoseconds(1), period); }
live_result<void> timer::cancel() { return set(nanoseconds(0), nanoseconds(0)); }

std::uint64_t timer::times() const noexcept {
    std::uint64_t count = 0;
    const auto got = calls_->read(fd_.number(), &count, sizeof count);
    return got == static_cast<ssize_t>(sizeof count) ? count : 0;
}

}  // namespace sonde::inline v0::detail
