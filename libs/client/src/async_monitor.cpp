#include "sonde/client/async_monitor.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

#include <asio/post.hpp>

#include "async_state.hpp"
#include "many_run.hpp"

namespace sonde::inline v0 {
namespace detail {

/// Somebody who waits, and the operation, so that it can be cancelled. An operation does not own
/// what is asked: no circle.
template <class Result>
struct monitor_wait {
    completion_ptr<Result> done{};
    operation_ptr operation{};

    void complete(std::exception_ptr error, Result result) {
        operation.reset();
        std::exchange(done, nullptr)->complete(std::move(error), std::move(result));
    }
};

/// What the monitor and its run share: used in the client's strand alone, but for the counters.
struct monitor_inside {
    std::deque<monitor_event> events{};
    monitor_wait<optional_event> waiting{};
    std::vector<monitor_wait<many_ping_result>> end_waits{};
    std::optional<many_ping_result> result{};
    std::exception_ptr failure{};
    std::atomic<std::uint64_t> dropped{0};

    void tell(monitor_event event) {
        if (waiting.done) return waiting.complete(nullptr, std::move(event));
        if (events.size() >= async_monitor::events_max) {
            events.pop_front();
            ++dropped;
        }
        events.push_back(std::move(event));
    }
    void end(std::exception_ptr error, many_ping_result got) {
        failure = std::move(error);
        result = std::move(got);
        if (waiting.done) waiting.complete(failure, optional_event());
        for (auto& each : std::exchange(end_waits, {})) each.complete(failure, *result);
    }
};

/// Owned by the monitor alone; its questions hold what they need.
struct monitor_state {
    monitor_state(const async_state& client, const many_ping_options& options)
        : user_executor(client.user_executor), strand(client.context->executor) {
        many_ping_observer watch;
        watch.started = [](many_ping_control& begun) { begun.keep_open(true); };
        watch.event = [seen = inside](many_ping_control&, const probe_event& event) {
            seen->tell({.probe = event});
        };
        watch.failed = [seen = inside](
                           many_ping_control&, target_index which, const std::string& why) {
            monitor_event event;
            event.probe.target = which;
            event.problem = why;
            seen->tell(std::move(event));
        };
        const auto done = [seen = inside](std::exception_ptr error, many_ping_result result) {
            seen->end(std::move(error), std::move(result));
        };
        auto problems = validate(options);
        if (!problems.empty()) {
            inside->end(std::make_exception_ptr(option_error(std::move(problems))), {});
            return;
        }
        run = std::make_shared<many_run>(
            client.context, std::vector<target>{}, options, std::move(watch), done);
        asio::post(strand, [held = run] { held->begin(); });
    }
    monitor_state(const monitor_state&) = delete;
    monitor_state& operator=(const monitor_state&) = delete;
    ~monitor_state() { stop(); }

    // The strand's queue keeps the order of what is asked.
    template <class Work>
    void with_run(Work work) const {
        if (!run) return;
        asio::post(strand, [held = run, work = std::move(work)] { work(*held); });
    }
    void stop() const {
        with_run([](many_run& held) { held.stop(); });
    }

    asio::any_io_executor user_executor;
    asio::any_io_executor strand;
    std::shared_ptr<monitor_inside> inside = std::make_shared<monitor_inside>();
    std::shared_ptr<many_run> run{};
    target_index added = 0;
};

namespace {

/// A question to a monitor, asked and cancelled in the strand.
class monitor_operation final : public async_operation,
                                public std::enable_shared_from_this<monitor_operation> {
  public:
    using ask_call = std::function<void(const operation_ptr& self)>;
    using give_up_call = std::function<void()>;
    monitor_operation(asio::any_io_executor strand, ask_call ask, give_up_call give_up)
        : strand_(std::move(strand)), ask_(std::move(ask)), give_up_(std::move(give_up)) {}
    void launch() override {
        asio::post(strand_, [self = shared_from_this()] { self->ask_(self); });
    }
    void cancel() override {
        asio::post(strand_, [self = shared_from_this()] { self->give_up_(); });
    }

  private:
    asio::any_io_executor strand_;
    ask_call ask_;
    give_up_call give_up_;
};

// Why there is no run at all.
std::exception_ptr run_failure(const monitor_state& state) {
    return state.run ? nullptr : state.inside->failure;
}

template <class Result>
using shared_completion = std::shared_ptr<completion_ptr<Result>>;

template <class Result>
shared_completion<Result> share(completion_ptr<Result> done) {
    return std::make_shared<completion_ptr<Result>>(std::move(done));
}

/// Asked and answered at once: `answer` is called in the strand and may throw.
template <class Result, class Answer>
operation_ptr answer_at_once(const monitor_ptr& state, completion_ptr<Result> done, Answer answer) {
    const auto ask = [run = state->run,
                      failure = run_failure(*state),
                      held = share(std::move(done)),
                      answer](const operation_ptr&) {
        std::exception_ptr error = failure;
        Result result{};
        try {
            if (run) result = answer(*run);
        } catch (...) {
            error = std::current_exception();
        }
        (*held)->complete(std::move(error), std::move(result));
    };
    return std::make_shared<monitor_operation>(state->strand, ask, [] {});
}

}  // namespace

operation_ptr make_operation(const monitor_ptr& state, event_question,
                             completion_ptr<optional_event> done) {
    const std::weak_ptr<monitor_inside> weak = state->inside;
    const auto held = share(std::move(done));
    const auto mine = held->get();
    const auto ask = [weak, held](const operation_ptr& self) {
        const auto seen = weak.lock();
        if (!*held) return;  // cancelled before
        if (!seen) return (*held)->complete(aborted(), optional_event());
        if (seen->waiting.done) seen->waiting.complete(aborted(), optional_event());
        if (!seen->events.empty()) {
            auto event = std::move(seen->events.front());
            seen->events.pop_front();
            return (*held)->complete(nullptr, std::move(event));
        }
        if (seen->result) return (*held)->complete(seen->failure, optional_event());
        seen->waiting = {std::move(*held), self};
    };
    const auto give_up = [weak, held, mine] {
        auto asked = std::exchange(*held, nullptr);
        if (asked) asked->complete(aborted(), optional_event());
        const auto seen = weak.lock();
        if (seen && seen->waiting.done && seen->waiting.done.get() == mine) {
            seen->waiting.complete(aborted(), optional_event());
        }
    };
    return std::make_shared<monitor_operation>(state->strand, ask, give_up);
}

operation_ptr make_operation(const monitor_ptr& state, summary_question question,
                             completion_ptr<monitored_target> done) {
    return answer_at_once(state, std::move(done), [question](const many_run& run) {
        if (question.which >= run.size()) throw std::out_of_range("the monitor has no such target");
        return run.row(question.which);
    });
}

operation_ptr make_operation(const monitor_ptr& state, totals_question,
                             completion_ptr<many_totals> done) {
    return answer_at_once(state, std::move(done), [](const many_run& run) { return run.totals(); });
}

operation_ptr make_operation(const monitor_ptr& state, result_question,
                             completion_ptr<many_ping_result> done) {
    const std::weak_ptr<monitor_inside> weak = state->inside;
    const auto held = share(std::move(done));
    const auto mine = held->get();
    const auto ask = [weak, held](const operation_ptr& self) {
        const auto seen = weak.lock();
        if (!*held) return;  // cancelled before
        if (!seen) return (*held)->complete(aborted(), {});
        if (seen->result) return (*held)->complete(seen->failure, *seen->result);
        seen->end_waits.push_back({std::move(*held), self});
    };
    const auto give_up = [weak, held, mine] {
        auto asked = std::exchange(*held, nullptr);
        if (asked) asked->complete(aborted(), {});
        const auto seen = weak.lock();
        if (!seen) return;
        for (auto& each : seen->end_waits) {
            if (each.done.get() == mine) each.complete(aborted(), {});
        }
        std::erase_if(seen->end_waits, [](const auto& each) { return !each.done; });
    };
    return std::make_shared<monitor_operation>(state->strand, ask, give_up);
}

asio::any_io_executor executor_of(const monitor_ptr& state) { return state->user_executor; }

}  // namespace detail

async_monitor::async_monitor(async_client& client, const many_ping_options& options)
    : state_(std::make_shared<detail::monitor_state>(*client.state_, options)) {}
async_monitor::async_monitor(async_monitor&&) noexcept = default;
async_monitor& async_monitor::operator=(async_monitor&&) noexcept = default;
async_monitor::~async_monitor() = default;

target_index async_monitor::add(target who) {
    state_->with_run(
        [who = std::move(who)](detail::many_run& run) { static_cast<void>(run.add(who)); });
    return state_->added++;
}

void async_monitor::remove(target_index which) {
    state_->with_run([which](detail::many_run& run) { run.remove(which); });
}

void async_monitor::stop() { state_->stop(); }

std::uint64_t async_monitor::events_dropped() const noexcept { return state_->inside->dropped; }

}  // namespace sonde::inline v0
