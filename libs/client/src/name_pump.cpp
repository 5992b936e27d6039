#include "name_pump.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include <asio/post.hpp>

#include <sonde/net/clock.hpp>

namespace sonde::inline v0::detail {
namespace {

family_choice choice_of(std::optional<ip_family> family) noexcept {
    if (!family) return family_choice::any;
    return *family == ip_family::v4 ? family_choice::v4 : family_choice::v6;
}

template <class T>
void mark_timed_out(resolve_result<T>& result, bool is_expired) {
    if (is_expired && !result) result.error().failure = resolve_failure::timed_out;
}

// Each family keeps its order. (stable_partition of libstdc++ 12 is deprecated to clang.)
std::vector<ip_address> ipv4_first(const std::vector<ip_address>& found) {
    std::vector<ip_address> ordered;
    ordered.reserve(found.size());
    for (const auto family : {ip_family::v4, ip_family::v6}) {
        std::copy_if(
            found.begin(), found.end(), std::back_inserter(ordered), [&](const auto& each) {
                return each.family() == family;
            });
    }
    return ordered;
}

}  // namespace

name_pump::name_pump(asio::any_io_executor executor, nanoseconds timeout, const system_calls& calls)
    : executor_(std::move(executor)), timeout_(timeout), calls_(calls), timer_(executor_) {}

resolver& name_pump::names() {
    if (!names_) names_.emplace(resolver_options{}, calls_);
    return *names_;
}

lookup_id name_pump::forward(std::string_view name, std::optional<ip_family> family,
                             forward_call call) {
    const mono_time now = mono_now(calls_);
    return remember(names().forward(name, choice_of(family), now),
                    {.forward = std::move(call), .deadline = now + timeout_});
}

lookup_id name_pump::reverse(const ip_address& address, reverse_call call) {
    const mono_time now = mono_now(calls_);
    return remember(names().reverse(address, now),
                    {.reverse = std::move(call), .deadline = now + timeout_});
}

void name_pump::cancel(lookup_id id) {
    if (!names_) return;
    names_->cancel(id);
    turn_soon();
}

void name_pump::abandon() noexcept {
    questions_.clear();
    watches_.clear();
    timer_.cancel();
    names_.reset();
}

lookup_id name_pump::remember(lookup_id id, question made) {
    questions_.emplace(id, std::move(made));
    turn_soon();
    return id;
}

void name_pump::turn_soon() {
    if (std::exchange(is_turn_coming_, true)) return;
    asio::post(executor_, [self = shared_from_this()] {
        self->is_turn_coming_ = false;
        self->turn({});
    });
}

void name_pump::turn(const std::vector<watched_descriptor>& ready) {
    if (!names_) return;
    // The resolver may close a descriptor and get the same number for a new one: nothing of the old
    // may be left in the reactor by then.
    watches_.clear();
    const mono_time now = mono_now(calls_);
    names_->process(ready, now);
    expire(now);
    answer_all();
    if (names_) sleep();
}

void name_pump::expire(mono_time now) {
    for (auto& [id, asked] : questions_) {
        if (asked.is_expired || asked.deadline > now) continue;
        asked.is_expired = true;
        names_->cancel(id);
    }
}

void name_pump::answer_all() {
    while (names_) {
        auto answer = names_->next_answer();
        if (!answer) return;
        auto found = questions_.extract(answer->id);
        if (found.empty()) continue;
        const question asked = std::move(found.mapped());
        mark_timed_out(answer->addresses, asked.is_expired);
        mark_timed_out(answer->names, asked.is_expired);
        if (asked.forward) {
            if (answer->addresses) answer->addresses = ipv4_first(*answer->addresses);
            asked.forward(std::move(answer->addresses));
        } else if (asked.reverse) {
            asked.reverse(std::move(answer->names));
        }
    }
}

void name_pump::sleep() {
    for (const auto& each : names_->descriptors()) {
        auto watch = std::make_unique<descriptor_watch>(executor_, each.descriptor);
        const auto turn_with = [self = shared_from_this(), each](bool readable, bool writable) {
            self->turn({{each.descriptor, readable, writable}});
        };
        if (each.readable) watch->when_readable([turn_with] { turn_with(true, false); });
        if (each.writable) watch->when_writable([turn_with] { turn_with(false, true); });
        watches_.push_back(std::move(watch));
    }
    const mono_time deadline = next_deadline(mono_now(calls_));
    if (deadline == mono_time::max()) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(std::chrono::steady_clock::time_point(deadline.time_since_epoch()));
    timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
        if (!error) self->turn({});
    });
}

mono_time name_pump::next_deadline(mono_time now) const {
    mono_time soonest = names_->next_deadline(now);
    for (const auto& [id, asked] : questions_) {
        if (!asked.is_expired) soonest = std::min(soonest, asked.deadline);
    }
    return soonest;
}

}  // namespace sonde::inline v0::detail
