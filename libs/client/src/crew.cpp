#include "crew.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <sys/eventfd.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

namespace sonde::inline v0::detail {
namespace {

constexpr double rate_of_one = 100'000;  // probes a second that one thread is asked to carry

// A thread that is started while this lives has all signals blocked: they are the program's.
class signals_blocked {
  public:
    signals_blocked() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    signals_blocked(const signals_blocked&) = delete;
    signals_blocked& operator=(const signals_blocked&) = delete;
    ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  private:
    sigset_t before_{};
};

}  // namespace

struct crew::worker {
    static constexpr std::size_t lines_max = 64;
    struct line {
        log_level level = log_level::off;
        std::string topic{};
        std::string text{};
    };

    explicit worker(const run_context& context, int bell)
        : log({.write = [this](log_level level, std::string_view topic,
                               std::string_view text) { note(level, topic, text); },
               .level = context.log.level()}),
          bell_(bell) {}
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;
    ~worker() { end(); }

    void begin(session& run, const std::function<void(std::uint64_t)>& drops,
               bool sends_only_with_room) {
        const signals_blocked blocked;
        thread_ = std::thread([this, &run, drops, sends_only_with_room] {
            driving->start(run,
                           {.event = [this](probe_event& event) { tell(std::move(event)); },
                            .done = [this](std::exception_ptr why) { end_with(std::move(why)); },
                            .drops = drops,
                            .has_room = [this] { return events.size() < queue_max; },
                            .sends_only_with_room = sends_only_with_room,
                            .guard = &guard});
            loop.run();
        });
    }
    void end() noexcept {
        if (!thread_.joinable()) return;
        loop.stop();
        thread_.join();
        driving->abandon();
    }

    logger log;
    asio::io_context loop{1};
    std::shared_ptr<driver> driving{};
    mutable std::mutex guard;           // of the session, the driver's counts, and what follows
    std::vector<probe_event> events{};  // not yet taken
    std::exception_ptr error{};
    bool has_finished = false;
    std::mutex lines_guard;  // lines may be written under the other lock and without it
    std::vector<line> lines{};

  private:
    void tell(probe_event event) {  // under the guard
        events.push_back(std::move(event));
        if (events.size() == 1) ring();
    }
    void end_with(std::exception_ptr why) {
        const std::lock_guard held(guard);
        error = std::move(why);
        has_finished = true;
        ring();
    }
    void note(log_level level, std::string_view topic, std::string_view text) {
        const std::lock_guard held(lines_guard);
        if (lines.size() < lines_max)
            lines.push_back({level, std::string(topic), std::string(text)});
        ring();
    }
    void ring() const noexcept {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto ignored = ::write(bell_, &one, sizeof one);
    }

    int bell_;
    std::thread thread_;
};

crew::crew(std::shared_ptr<run_context> context) : context_(std::move(context)) {}
crew::~crew() { abandon(); }

void crew::start(std::vector<crew_member> members, hooks to) {
    hooks_ = std::move(to);
    if (members.size() == 1) return start_alone(std::move(members.front()));
    start_threads(std::move(members));
}

void crew::start_alone(crew_member member) {
    const auto driving = std::make_shared<driver>(
        context_->executor, std::move(member.ports), context_->calls, context_->log);
    alone_ = driving;
    const auto self = shared_from_this();
    driving->start(*member.driven,
                   {.event = [self](probe_event& event) { self->hooks_.event(0, event); },
                    .done = [self](std::exception_ptr error) { self->finish(std::move(error)); },
                    .drops = std::move(member.drops)});
}

void crew::start_threads(std::vector<crew_member> members) {
    bell_ = fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), context_->calls);
    if (!bell_.is_open()) throw_socket_error({.operation = "eventfd", .code = errno});
    bell_watch_.emplace(context_->executor, bell_.number());
    try {
        for (auto& each : members) {
            workers_.push_back(std::make_unique<worker>(*context_, bell_.number()));
            worker& made = *workers_.back();
            made.driving = std::make_shared<driver>(
                made.loop.get_executor(), std::move(each.ports), context_->calls, made.log);
            made.begin(*each.driven, each.drops, hooks_.sends_only_with_room);
        }
    } catch (const std::system_error& failure) {  // no more threads
        abandon();
        throw socket_unavailable_error(
            std::string("a thread was refused: ") + failure.what(),
            {.operation = "pthread_create", .code = failure.code().value()});
    }
    watch_bell();
}

void crew::watch_bell() {
    bell_watch_->when_readable([self = shared_from_this()] { self->hear_bell(); });
}

void crew::hear_bell() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto ignored = ::read(bell_.number(), &count, sizeof count);
    try {
        std::size_t finished = 0;
        for (std::size_t i = 0; i < workers_.size(); ++i) finished += std::size_t{take_from(i)};
        if (workers_.empty()) return;  // somebody whom we told ended it
        if (finished == workers_.size()) return finish(nullptr);
    } catch (...) {
        return finish(std::current_exception());
    }
    watch_bell();
}

bool crew::take_from(std::size_t member) {
    if (member >= workers_.size()) return true;
    worker& from = *workers_[member];
    std::vector<probe_event> events;
    std::vector<worker::line> lines;
    bool has_finished = false;
    std::exception_ptr error;
    {
        const std::lock_guard held(from.guard);
        events.swap(from.events);
        has_finished = from.has_finished;
        error = from.error;
    }
    {
        const std::lock_guard held(from.lines_guard);
        lines.swap(from.lines);
    }
    for (const auto& each : lines) {
        context_->log.write(each.level, each.topic, [&] { return each.text; });
    }
    if (events.size() >= queue_max) wake(member);  // it held events back
    for (auto& each : events) {
        if (hooks_.event) hooks_.event(member, each);
    }
    if (error) std::rethrow_exception(error);
    return has_finished;
}

void crew::stop() {
    if (const auto driving = alone_.lock()) return driving->stop();
    for (const auto& each : workers_) {
        asio::post(each->loop, [driving = each->driving] { driving->stop(); });
    }
}

void crew::abandon() noexcept {
    waits_before_ = send_waits();
    if (const auto driving = alone_.lock()) driving->abandon();
    alone_.reset();
    workers_.clear();
    bell_watch_.reset();
    hooks_ = {};
}

std::unique_lock<std::mutex> crew::hold(std::size_t member) const {
    if (member >= workers_.size()) return {};
    return std::unique_lock(workers_[member]->guard);
}

void crew::wake(std::size_t member) {
    if (const auto driving = alone_.lock()) return driving->wake_soon();
    if (member >= workers_.size()) return;
    worker& whom = *workers_[member];
    asio::post(whom.loop, [driving = whom.driving] { driving->wake_soon(); });
}

std::uint64_t crew::send_waits() const {
    const auto driving = alone_.lock();
    std::uint64_t sum = waits_before_ + (driving ? driving->send_waits() : 0);
    for (const auto& each : workers_) {
        const std::lock_guard held(each->guard);
        sum += each->driving->send_waits();
    }
    return sum;
}

void crew::finish(std::exception_ptr error) {
    const auto self = shared_from_this();
    const auto done = std::move(hooks_.done);
    abandon();
    if (done) done(std::move(error));
}

unsigned workers_for(unsigned wish, double rate) {
    constexpr auto most = static_cast<unsigned>(crew::members_max);
    if (wish != 0) return std::min(wish, most);
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    if (rate < rate_of_one) return 1;
    return static_cast<unsigned>(
        std::clamp(rate / rate_of_one, 1.0, double{1} * std::min(cores, most)));
}

}  // namespace sonde::inline v0::detail
