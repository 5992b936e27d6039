#pragma once
/// One run from a target to a result: look the name up, open the sockets, drive the session. The
/// synchronous and the asynchronous client share it; they differ in who turns the loop.

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>

#include <sonde/client/client.hpp>
#include <sonde/net/clock.hpp>

#include "driver.hpp"
#include "logger.hpp"
#include "name_pump.hpp"
#include "probe_sockets.hpp"

namespace sonde::inline v0::detail {

struct ping_kind {
    using session_type = ping_session;
    using options_type = ping_options;
    using result_type = ping_result;
};
struct trace_kind {
    using session_type = trace_session;
    using options_type = trace_options;
    using result_type = trace_result;
};

/// What client_options say of runs over many targets.
struct mass_wishes {
    unsigned workers = 0;  // 0: as the load asks
    std::optional<port_kind> carrier{};
    xdp_mode xdp = xdp_mode::automatic;
};

[[nodiscard]] inline mass_wishes mass_wishes_of(const client_options& options) {
    return {.workers = options.workers, .carrier = options.carrier, .xdp = options.xdp};
}

/// What all runs of one client share. Must outlive them.
struct run_context {
    asio::any_io_executor executor;
    const system_calls& calls;
    logger log;
    /// The client owns it. A loop that is destroyed in the middle of a lookup then frees all: the
    /// question holds the run, and the run does not hold the pump.
    std::weak_ptr<name_pump> names;
    mass_wishes mass{};
};

/// What a client can do with anything that runs.
class running {
  public:
    running() = default;
    running(const running&) = delete;
    running& operator=(const running&) = delete;
    virtual ~running() = default;
    virtual void begin() = 0;
    virtual void stop() = 0;
    virtual void progress() = 0;
};

/// Throws option_error when something is wrong.
template <class Options>
void check_options(const Options& options) {
    auto problems = validate(options);
    if (!problems.empty()) throw option_error(std::move(problems));
}

[[nodiscard]] session_setup make_setup(const ip_address& destination, const probe_sockets& sockets,
                                       const system_calls& calls);
/// The address that a target is already, without asking anybody. Throws name_lookup_error for text
/// that can be neither an address nor a name, or an address of the wrong family.
[[nodiscard]] std::optional<ip_address> numeric_address(const target& who,
                                                        std::optional<ip_family> family);
[[nodiscard]] std::exception_ptr lookup_failure(const std::string& name,
                                                const resolve_error& error);

/// Throws socket_broadcast_error when a probe was refused because its target is a broadcast address
/// that nobody allowed: no later probe would fare better.
void refuse_broadcast(const ip_address& target, const probe_record& refused, bool is_allowed);

template <class Kind>
class run final : public running, public std::enable_shared_from_this<run<Kind>> {
  public:
    using options_type = typename Kind::options_type;
    using result_type = typename Kind::result_type;
    using done_call = std::function<void(std::exception_ptr, result_type)>;

    /// Precondition: the options are checked. `done` is called once, perhaps from inside `begin`.
    run(std::shared_ptr<run_context> context, target who, const options_type& options,
        observer<result_type> watch, done_call done)
        : context_(std::move(context)),
          options_(options),
          watch_(std::move(watch)),
          done_(std::move(done)),
          who_(std::move(who)) {
        facts_.target = who_.text();
    }

    void set_index(std::size_t index) { facts_.index = index; }
    [[nodiscard]] const session_facts& facts() const noexcept { return facts_; }
    [[nodiscard]] const observer<result_type>& watcher() const noexcept { return watch_; }

    void begin() override {
        guarded([this] {
            const auto known = numeric_address(who_, options_.socket.family);
            if (known) return open(*known);
            const auto names = context_->names.lock();
            if (!names) throw name_lookup_error(who_.text(), "the client is gone");
            lookup_ = names->forward(
                who_.text(), options_.socket.family, [self = this->shared_from_this()](auto found) {
                    self->lookup_.reset();
                    self->take_addresses(std::move(found));
                });
        });
    }

    void stop() override {
        const auto names = context_->names.lock();
        if (lookup_ && names) names->cancel(*lookup_);
        if (const auto driving = driver_.lock()) driving->stop();
    }

    void progress() override {
        if (!session_ || !watch_.progress) return;
        guarded([this] { watch_.progress(facts_, result()); });
    }

  private:
    template <class Work>
    void guarded(Work work) {
        try {
            work();
        } catch (...) {
            finish(std::current_exception());
        }
    }

    void take_addresses(resolve_result<std::vector<ip_address>> found) {
        if (!found) return finish(lookup_failure(who_.text(), found.error()));
        guarded([&] { open(found->front()); });
    }

    void open(const ip_address& address) {
        auto sockets = open_sockets(plan_of(options_), address, context_->calls);
        facts_.address = address;
        facts_.source = sockets.channel.source;
        facts_.identifier = sockets.channel.identifier;
        facts_.source_port = sockets.channel.source_port;
        facts_.socket = sockets.facts;
        context_->log.write(log_level::info, "socket", [this] {
            return facts_.target + ": " + facts_.socket.reason;
        });
        if (watch_.started) watch_.started(facts_);
        session_.emplace(options_, make_setup(address, sockets, context_->calls));
        const auto driving = std::make_shared<driver>(
            context_->executor, ports_of(std::move(sockets)), context_->calls, context_->log);
        driver_ = driving;
        const auto self = this->shared_from_this();
        session_tap* const tap = watch_.tap ? watch_.tap(facts_) : nullptr;
        session* const driven =
            tap == nullptr ? static_cast<session*>(&*session_) : &tapped_.emplace(*session_, *tap);
        driving->start(*driven,
                       {.event = [self](const probe_event& event) { self->see(event); },
                        .done = [self](const std::exception_ptr& error) { self->finish(error); }});
    }

    void see(const probe_event& event) {
        if (event.kind == event_kind::send_failed) {
            refuse_broadcast(facts_.address, event.record, options_.socket.broadcast);
        }
        if (watch_.event) watch_.event(facts_, event);
    }

    [[nodiscard]] result_type result() const {
        result_type made = session_->result();
        made.target = facts_.target;
        made.address = facts_.address;
        made.source = facts_.source;
        made.raw = facts_.socket.raw;
        return made;
    }

    void finish(std::exception_ptr error) {
        const auto done = std::exchange(done_, nullptr);
        if (!done) return;
        if (const auto driving = driver_.lock()) driving->abandon();
        result_type made{};
        try {
            if (!error) made = result();
            if (!error && watch_.finished) watch_.finished(facts_, made);
        } catch (...) {
            error = std::current_exception();
        }
        done(std::move(error), std::move(made));
    }

    std::shared_ptr<run_context> context_;
    options_type options_;
    observer<result_type> watch_;
    done_call done_;
    target who_;
    session_facts facts_{};
    std::optional<lookup_id> lookup_{};
    std::optional<typename Kind::session_type> session_{};
    std::optional<tapped_session> tapped_{};  // around it, when somebody listens
    // Its pending waits own the driver, and the driver owns this run: when the loop goes, all goes.
    std::weak_ptr<driver> driver_{};
};

/// Several runs at once. Targets that cannot be tried are told apart, the others go on.
/// Bounded: `at_once_max` runs have sockets at a time.
template <class Kind>
class many_runs final : public running, public std::enable_shared_from_this<many_runs<Kind>> {
  public:
    static constexpr std::size_t at_once_max = 128;
    using options_type = typename Kind::options_type;
    using result_type = typename Kind::result_type;
    using results = std::vector<target_result<result_type>>;
    using done_call = std::function<void(std::exception_ptr, results)>;

    many_runs(std::shared_ptr<run_context> context, std::vector<target> who,
              const options_type& options, observer<result_type> watch, done_call done)
        : context_(std::move(context)),
          who_(std::move(who)),
          options_(options),
          watch_(std::move(watch)),
          done_(std::move(done)),
          results_(who_.size()),
          runs_(who_.size()) {}

    void begin() override {
        for (std::size_t i = 0; i < who_.size(); ++i) results_[i].target = who_[i].text();
        start_more();
    }
    void stop() override {
        is_stopped_ = true;
        for (const auto& each : std::vector(runs_)) {
            if (each) each->stop();
        }
        start_more();
    }
    void progress() override {
        for (const auto& each : std::vector(runs_)) {
            if (each) each->progress();
        }
    }

  private:
    void start_more() {
        if (std::exchange(is_starting_, true)) return;
        const auto self = this->shared_from_this();
        while (next_ < who_.size() && (is_stopped_ || active_ < at_once_max)) {
            const std::size_t index = next_++;
            if (is_stopped_) {
                results_[index].error = "stopped before it was tried";
                continue;
            }
            ++active_;
            const auto started = std::make_shared<run<Kind>>(
                context_,
                who_[index],
                options_,
                watch_,
                [self, index](std::exception_ptr error, result_type result) {
                    self->take(index, std::move(error), std::move(result));
                });
            runs_[index] = started;
            started->set_index(index);
            started->begin();
        }
        is_starting_ = false;
        if (active_ != 0 || next_ != who_.size()) return;
        if (const auto done = std::exchange(done_, nullptr)) done(failure_, std::move(results_));
    }

    void take(std::size_t index, const std::exception_ptr& error, result_type result) {
        if (error) {
            note_failure(index, error);
        } else {
            results_[index].result = std::move(result);
        }
        --active_;
        runs_[index].reset();
        start_more();
    }

    void note_failure(std::size_t index, const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const sonde::error& known) {
            results_[index].error = known.what();
            if (watch_.failed) watch_.failed(runs_[index]->facts(), results_[index].error);
        } catch (...) {  // an observer threw, or memory ran out: that is for the caller
            if (!failure_) failure_ = error;
            is_stopped_ = true;
        }
    }

    std::shared_ptr<run_context> context_;
    std::vector<target> who_;
    options_type options_;
    observer<result_type> watch_;
    done_call done_;
    results results_;
    std::vector<std::shared_ptr<run<Kind>>> runs_;
    std::exception_ptr failure_{};
    std::size_t next_ = 0;
    std::size_t active_ = 0;
    bool is_starting_ = false;
    bool is_stopped_ = false;
};

/// The ping that a single probe is.
[[nodiscard]] ping_options as_ping(const probe_options& options);
/// What became of it; in flight when it was stopped before it was sent.
[[nodiscard]] probe_record only_record(ping_result result);

}  // namespace sonde::inline v0::detail
