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

/// What the monitor and its run share: used in the client's strand alone, but for the counters.
struct monitor_inside {
    std::deque<monitor_event> events{};
    completion_ptr<optional_event> waiting{};
    std::vector<completion_ptr<many_ping_result>> end_waits{};
    std::optional<many_ping_result> result{};
    std::exception_ptr failure{};
    std::atomic<std::uint64_t> dropped{0};

    void tell(monitor_event event) {
        if (waiting) return std::exchange(waiting, nullptr)->complete(nullptr, std::move(event));
        if (events.size() >= async_monitor::events_max) {
            events.pop_front();
            ++dropped;
        }
        events.push_back(std::move(event));
    }
    void end(std::exception_ptr error, many_ping_result got) {
        failure = std::move(error);
        result = std::move(got);
        if (waiting) std::exchange(waiting, nullptr)->complete(failure, std::nullopt);
        for (auto& each : std::exchange(end_waits, {})) each->complete(failure, *result);
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
            seen->tell({.probe = {.target = which}, .problem = why});
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
    using work = std::function<void()>;
    monitor_operation(asio::any_io_executor strand, work ask, work give_up)
        : strand_(std::move(strand)), ask_(std::move(ask)), give_up_(std::move(give_up)) {}
    void launch() override {
        asio::post(strand_, [self = shared_from_this()] { self->ask_(); });
    }
    void cancel() override {
        asio::post(strand_, [self = shared_from_this()] { self->give_up_(); });
    }

  private:
    asio::any_io_executor strand_;
    work ask_;
    work give_up_;
};

template <class Result>
using shared_completion = std::shared_ptr<completion_ptr<Result>>;

template <class Result>
shared_completion<Result> share(completion_ptr<Result> done) {
    return std::make_shared<completion_ptr<Result>>(std::move(done));
}

/// Asked and answered at once: `answer` is called in the strand and may throw.
template <class Result, class Answer>
operation_ptr answer_at_once(const monitor_ptr& state, completion_ptr<Result> done, Answer answer) {
    const auto ask =
        [run = state->run, seen = state->inside, held = share(std::move(done)), answer] {
            std::exception_ptr error = run ? nullptr : seen->failure;
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
    const auto seen = state->inside;
    const auto held = share(std::move(done));
    const auto mine = held->get();
    const auto ask = [seen, held] {
        if (seen->waiting) std::exchange(seen->waiting, nullptr)->complete(aborted(), std::nullopt);
        if (!*held) return;  // cancelled before
        if (!seen->events.empty()) {
            auto event = std::move(seen->events.front());
            seen->events.pop_front();
            return (*held)->complete(nullptr, std::move(event));
        }
        if (seen->result) return (*held)->complete(seen->failure, std::nullopt);
        seen->waiting = std::move(*held);
    };
    const auto give_up = [seen, held, mine] {
        auto asked = std::exchange(*held, nullptr);
        if (!asked && seen->waiting.get() == mine) asked = std::exchange(seen->waiting, nullptr);
        if (asked) asked->complete(aborted(), std::nullopt);
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
    const auto seen = state->inside;
    const auto held = share(std::move(done));
    const auto mine = held->get();
    const auto ask = [seen, held] {
        if (!*held) return;
        if (seen->result) return (*held)->complete(seen->failure, *seen->result);
        seen->end_waits.push_back(std::move(*held));
    };
    const auto give_up = [seen, held, mine] {
        auto asked = std::exchange(*held, nullptr);
        for (auto& each : seen->end_waits) {
            if (each.get() == mine) asked = std::exchange(each, nullptr);
        }
        std::erase(seen->end_waits, nullptr);
        if (asked) asked->complete(aborted(), {});
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
