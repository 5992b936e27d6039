#pragma once
/// Targets that are watched for as long as one likes, come and go while they are, and tell what
/// happens as a stream of events. Needs Asio, as async_client.hpp does.
///
///     sonde::async_monitor monitor(client, {.count = {}, .interval = 1s});
///     const auto host = monitor.add("192.0.2.1");
///     while (auto event = co_await monitor.next_event()) {
///         if (event->probe.kind == sonde::event_kind::timed_out) alarm(event->probe.target);
///     }
///
/// Calls from one thread at a time, as those of the client; the client must outlive it. Destroying
/// it ends the run. Bounded: `events_max` events that nobody takes are kept; when there are more,
/// the oldest are dropped and counted.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <sonde/base/api.hpp>
#include <sonde/client/async_client.hpp>
#include <sonde/client/many.hpp>

namespace sonde::inline v0 {

/// probe.target is the index of the target.
struct monitor_event {
    probe_event probe{};
    /// Not empty: this target cannot be tried, and why; then `probe` has nothing but `target`.
    std::string problem{};
};

namespace detail {

struct monitor_state;
using monitor_ptr = std::shared_ptr<monitor_state>;
using optional_event = std::optional<monitor_event>;
using monitored_target = target_result<target_summary>;

struct event_question {};
struct summary_question {
    target_index which = 0;
};
struct totals_question {};
struct result_question {};
SONDE_API operation_ptr make_operation(const monitor_ptr& state, event_question question,
                                       completion_ptr<optional_event> done);
SONDE_API operation_ptr make_operation(const monitor_ptr& state, summary_question question,
                                       completion_ptr<monitored_target> done);
SONDE_API operation_ptr make_operation(const monitor_ptr& state, totals_question question,
                                       completion_ptr<many_totals> done);
SONDE_API operation_ptr make_operation(const monitor_ptr& state, result_question question,
                                       completion_ptr<many_ping_result> done);
SONDE_API asio::any_io_executor executor_of(const monitor_ptr& state);

template <class Result>
struct monitor_initiation {
    monitor_ptr state;

    template <class Handler, class Question>
    void operator()(Handler&& handler, Question question) const {
        using stored = std::decay_t<Handler>;
        const auto slot = asio::get_associated_cancellation_slot(handler);
        auto done = std::make_unique<handler_completion<Result, stored>>(
            stored(std::forward<Handler>(handler)), executor_of(state));
        detail::launch(slot, make_operation(state, question, std::move(done)));
    }
};

}  // namespace detail

class SONDE_API async_monitor {
    // First, because what a function with a deduced type returns must be known before its use.
    template <class Result, class Question, class Token>
    auto ask(Question question, Token&& token) {
        return asio::async_initiate<Token, void(std::exception_ptr, Result)>(
            detail::monitor_initiation<Result>{state_}, token, question);
    }

  public:
    static constexpr std::size_t events_max = 65'536;

    /// Begins at once, without targets. What cannot start is told by next_event and result.
    explicit async_monitor(async_client& client,
                           const many_ping_options& options = {.count = std::nullopt});
    async_monitor(async_monitor&&) noexcept;
    async_monitor& operator=(async_monitor&&) noexcept;
    ~async_monitor();

    /// Its index: 0 for the first. A name is looked up while the others are probed.
    target_index add(target who);
    /// Nothing for a target that was removed already.
    void remove(target_index which);
    /// Nothing more is sent; next_event gives what is still there, and then nothing.
    void stop();
    /// Events that were dropped because nobody took them.
    [[nodiscard]] std::uint64_t events_dropped() const noexcept;

    // Completion signatures are void(std::exception_ptr, Result). Errors: asio::error::
    // operation_aborted when cancelled; what kept the run from starting.

    /// std::optional<monitor_event>: nothing once the monitor has ended. One at a time: a second
    /// call ends the first with operation_aborted.
    template <class Token>
    auto async_next_event(Token&& token) {
        return ask<detail::optional_event>(detail::event_question{}, std::forward<Token>(token));
    }
    /// target_result<target_summary>, of this moment. Errors, too: std::out_of_range.
    template <class Token>
    auto async_summary(target_index which, Token&& token) {
        return ask<detail::monitored_target>(detail::summary_question{which},
                                             std::forward<Token>(token));
    }
    template <class Token>
    auto async_totals(Token&& token) {
        return ask<many_totals>(detail::totals_question{}, std::forward<Token>(token));
    }
    /// Waits until the monitor has ended.
    template <class Token>
    auto async_result(Token&& token) {
        return ask<many_ping_result>(detail::result_question{}, std::forward<Token>(token));
    }

#if defined(ASIO_HAS_CO_AWAIT)
    asio::awaitable<std::optional<monitor_event>> next_event() {
        return async_next_event(asio::use_awaitable);
    }
    asio::awaitable<target_result<target_summary>> summary(target_index which) {
        return async_summary(which, asio::use_awaitable);
    }
    asio::awaitable<many_totals> totals() { return async_totals(asio::use_awaitable); }
    asio::awaitable<many_ping_result> result() { return async_result(asio::use_awaitable); }
#endif

  private:
    detail::monitor_ptr state_;
};

}  // namespace sonde::inline v0
