#include <algorithm>
#include <array>
#include <cerrno>

#include <sonde/capture/descriptor_group.hpp>

#include "live_refusal.hpp"

namespace sonde::inline v0 {
namespace {

timespec as_timespec(nanoseconds time) noexcept {
    constexpr std::int64_t second = 1'000'000'000;
    return {static_cast<time_t>(time.count() / second), static_cast<long>(time.count() % second)};
}

}  // namespace

live_result<descriptor_group> descriptor_group::make(const packet_calls& calls) {
    owned group(calls.epoll(), calls);
    if (!group.is_open()) return detail::refusal("epoll_create1", errno);
    owned timer(calls.timerfd(), calls);
    if (!timer.is_open()) return detail::refusal("timerfd_create", errno);
    descriptor_group made(std::move(group), std::move(timer), calls);
    if (auto done = made.watch(made.timer_.number(), tags_max); !done) {
        return tl::unexpected(std::move(done.error()));
    }
    return made;
}

live_result<void> descriptor_group::watch(int descriptor, unsigned tag) {
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.u32 = tag;
    if (calls_->epoll_ctl(group_.number(), EPOLL_CTL_ADD, descriptor, &wanted) != 0) {
        return detail::refusal("epoll_ctl", errno);
    }
    return {};
}

void descriptor_group::ignore(int descriptor) noexcept {
    epoll_event unused{};  // kernels before 2.6.9 want one
    static_cast<void>(calls_->epoll_ctl(group_.number(), EPOLL_CTL_DEL, descriptor, &unused));
}

std::uint32_t descriptor_group::ready() noexcept {
    std::array<epoll_event, 8> events{};
    const int count =
        calls_->epoll_wait(group_.number(), events.data(), static_cast<int>(events.size()), 0);
    std::uint32_t made = 0;
    for (int i = 0; i < count; ++i) made |= 1U << events[static_cast<std::size_t>(i)].data.u32;
    if ((made & alarm) != 0) {
        std::uint64_t times = 0;
        static_cast<void>(calls_->read(timer_.number(), &times, sizeof times));
        alarm_at_ = mono_time::max();
    }
    return made;
}

void descriptor_group::wake_at(mono_time at) noexcept {
    if (at >= alarm_at_) return;
    itimerspec wanted{};
    // Zero would turn it off.
    wanted.it_value = as_timespec(std::max(nanoseconds(1), at.time_since_epoch()));
    if (calls_->timerfd_settime(timer_.number(), TFD_TIMER_ABSTIME, &wanted, nullptr) == 0) {
        alarm_at_ = at;
    }
}

live_result<bool> descriptor_group::wait(nanoseconds timeout) const {
    pollfd watched{group_.number(), POLLIN, 0};
    const timespec time = as_timespec(std::max(nanoseconds(0), timeout));
    const bool for_ever = timeout < nanoseconds(0);
    const int count = calls_->ppoll(&watched, 1, for_ever ? nullptr : &time);
    if (count < 0) return detail::refusal("ppoll", errno);
    return count > 0;
}

void descriptor_group::close() noexcept {
    timer_.close();
    group_.close();
}

}  // namespace sonde::inline v0
