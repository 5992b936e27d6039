#include "sonde/client/client.hpp"

#include <atomic>
#include <cerrno>
#include <sys/eventfd.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <sonde/net/clock.hpp>
#include <sonde/net/fd.hpp>
#include <sonde/net/socket_choice.hpp>

#include "many_run.hpp"
#include "run.hpp"
#include "sweep_run.hpp"

namespace sonde::inline v0 {
namespace {

using detail::name_pump;
using detail::ping_kind;
using detail::trace_kind;

const system_calls& calls_of(const client_options& options) {
    return options.calls != nullptr ? *options.calls : kernel_calls();
}

template <class Result>
observer<Result> events_only(const event_callback& call) {
    observer<Result> made;
    made.event = [&call](const session_facts&, const probe_event& event) { call(event); };
    return made;
}

}  // namespace

/// The name service of one client: a cache in front of the pump.
class client_names final : public name_service {
  public:
    static constexpr std::size_t remembered_max = 65'536;
    using settle_call = std::function<void(nanoseconds)>;

    client_names(std::function<std::shared_ptr<name_pump>()> pump, settle_call settle)
        : pump_(std::move(pump)), settle_(std::move(settle)) {}

    reverse_name reverse(const ip_address& address) override {
        const auto known = names_.find(address);
        if (known != names_.end()) return known->second;
        if (names_.size() >= remembered_max) return {.state = name_state::absent};
        ++pending_;
        pump_()->reverse(address, [this, address](auto found) { take(address, std::move(found)); });
        return names_[address];
    }
    void on_answer(callback call) override { call_ = std::move(call); }
    [[nodiscard]] std::size_t pending() const noexcept override { return pending_; }
    std::size_t settle(nanoseconds grace) override {
        if (pending_ > 0) settle_(grace);
        return pending_;
    }

  private:
    void take(const ip_address& address, resolve_result<std::vector<std::string>> found) {
        --pending_;
        auto& name = names_[address];
        if (found && !found->empty()) {
            name = {.state = name_state::known, .name = std::move(found->front())};
        } else {
            name = {.state = name_state::absent};
        }
        if (call_) call_(address, reverse_name(name));
    }

    std::function<std::shared_ptr<name_pump>()> pump_;
    settle_call settle_;
    callback call_{};
    std::unordered_map<ip_address, reverse_name> names_;
    std::size_t pending_ = 0;
};

struct client::state {
    explicit state(client_options given)
        : options(std::move(given)),
          calls(calls_of(options)),
          wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (!wake.is_open()) throw_socket_error({.operation = "eventfd", .code = errno});
    }
    ~state() {
        if (pump) pump->abandon();
    }

    /// The loop and what hangs on it, made when first needed.
    asio::io_context& the_loop() {
        if (!loop) {
            loop.emplace(1);
            context = std::make_shared<detail::run_context>(
                detail::run_context{loop->get_executor(),
                                    calls,
                                    detail::logger(options.log),
                                    {},
                                    detail::mass_wishes_of(options)});
            wake_watch.emplace(loop->get_executor(), wake.number());
        }
        return *loop;
    }
    const std::shared_ptr<detail::run_context>& the_context() {
        the_loop();
        return context;
    }
    const std::shared_ptr<name_pump>& the_pump() {
        if (!pump) {
            pump =
                std::make_shared<name_pump>(the_loop().get_executor(), options.name_timeout, calls);
            the_context()->names = pump;
        }
        return pump;
    }

    void ask(std::atomic<bool>& wish) noexcept {
        const int kept = errno;  // a signal handler must not change it
        wish.store(true);
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto ignored = ::write(wake.number(), &one, sizeof one);
        errno = kept;
    }

    void take_wishes() {
        std::uint64_t count = 0;
        // Does not block: the descriptor is an eventfd with EFD_NONBLOCK.
        // NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection)
        [[maybe_unused]] const auto ignored = ::read(wake.number(), &count, sizeof count);
        if (progress_wish.exchange(false) && current) current->progress();
        if (stop_wish.exchange(false)) {
            is_stopped = true;
            if (current) current->stop();
        }
    }

    /// Turns the loop until `is_done` says so; wishes are taken on the way.
    template <class Done>
    void turn_until(Done is_done) {
        asio::io_context& turning = the_loop();
        is_stopped = false;
        if (stop_wish.load()) take_wishes();
        while (!is_done()) {
            wake_watch->when_readable([this] { take_wishes(); });
            if (turning.run_one() == 0) turning.restart();
        }
    }

    void settle(nanoseconds grace);
    template <class Run, class Result>
    Result wait_for(const std::shared_ptr<Run>& running, std::exception_ptr& error,
                    std::optional<Result>& got);
    template <class Kind>
    typename Kind::result_type run_one(const target& who, const typename Kind::options_type& asked,
                                       const observer<typename Kind::result_type>& watch);
    template <class Kind>
    std::vector<target_result<typename Kind::result_type>> run_all(
        std::vector<target> who, const typename Kind::options_type& asked,
        const observer<typename Kind::result_type>& watch);

    many_ping_result ping_many(std::span<const target> targets, const many_ping_options& asked,
                               const many_ping_observer& watch);
    sweep_result sweep(address_set targets, const sweep_options& asked,
                       const sweep_observer& watch);

    client_options options;
    const system_calls& calls;
    fd wake;
    std::atomic<bool> stop_wish{false};
    std::atomic<bool> progress_wish{false};
    static_assert(std::atomic<bool>::is_always_lock_free, "stop() must be callable in a handler");
    bool is_stopped = false;
    detail::running* current = nullptr;
    std::optional<asio::io_context> loop;
    std::optional<detail::descriptor_watch> wake_watch;
    std::shared_ptr<detail::run_context> context;
    std::shared_ptr<name_pump> pump;
    client_names names{[this] { return the_pump(); }, [this](nanoseconds grace) { settle(grace); }};
};

void client::state::settle(nanoseconds grace) {
    bool is_over = false;
    asio::steady_timer timer(the_loop());
    timer.expires_after(grace);
    timer.async_wait([&is_over](const asio::error_code& error) {
        if (!error) is_over = true;
    });
    turn_until([&] { return is_over || is_stopped || names.pending() == 0; });
    timer.cancel();
    loop->poll();  // the cancelled wait refers to this frame
}

template <class Run, class Result>
Result client::state::wait_for(const std::shared_ptr<Run>& running, std::exception_ptr& error,
                               std::optional<Result>& got) {
    if (current != nullptr) {
        throw socket_unavailable_error("this client is running already: use one client a thread");
    }
    current = running.get();
    try {
        running->begin();
        turn_until([&] { return got.has_value(); });
    } catch (...) {
        current = nullptr;
        throw;
    }
    current = nullptr;
    if (error) std::rethrow_exception(error);
    return std::move(*got);
}

template <class Kind>
typename Kind::result_type client::state::run_one(
    const target& who, const typename Kind::options_type& asked,
    const observer<typename Kind::result_type>& watch) {
    using result_type = typename Kind::result_type;
    detail::check_options(asked);
    if (!who.address() && is_hostname(who.text())) the_pump();
    std::exception_ptr error;
    std::optional<result_type> got;
    const auto running = std::make_shared<detail::run<Kind>>(
        the_context(), who, asked, watch, [&](std::exception_ptr failure, result_type result) {
            error = std::move(failure);
            got = std::move(result);
        });
    return wait_for(running, error, got);
}

template <class Kind>
std::vector<target_result<typename Kind::result_type>> client::state::run_all(
    std::vector<target> who, const typename Kind::options_type& asked,
    const observer<typename Kind::result_type>& watch) {
    using results_type = std::vector<target_result<typename Kind::result_type>>;
    detail::check_options(asked);
    the_pump();
    std::exception_ptr error;
    std::optional<results_type> got;
    const auto running = std::make_shared<detail::many_runs<Kind>>(
        the_context(),
        std::move(who),
        asked,
        watch,
        [&](std::exception_ptr failure, results_type results) {
            error = std::move(failure);
            got = std::move(results);
        });
    return wait_for(running, error, got);
}

many_ping_result client::state::ping_many(std::span<const target> targets,
                                          const many_ping_options& asked,
                                          const many_ping_observer& watch) {
    detail::check_options(asked);
    the_pump();
    std::exception_ptr error;
    std::optional<many_ping_result> got;
    const auto running = std::make_shared<detail::many_run>(
        the_context(),
        targets,
        asked,
        watch,
        [&](std::exception_ptr failure, many_ping_result result) {
            error = std::move(failure);
            got = std::move(result);
        });
    return wait_for(running, error, got);
}

sweep_result client::state::sweep(address_set targets, const sweep_options& asked,
                                  const sweep_observer& watch) {
    detail::check_options(asked);
    std::exception_ptr error;
    std::optional<sweep_result> got;
    const auto running =
        std::make_shared<detail::sweep_run>(the_context(),
                                            std::move(targets),
                                            asked,
                                            watch,
                                            [&](std::exception_ptr failure, sweep_result result) {
                                                error = std::move(failure);
                                                got = std::move(result);
                                            });
    return wait_for(running, error, got);
}

client::client(client_options options) : state_(std::make_unique<state>(std::move(options))) {}
client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;
client::~client() = default;

ping_result client::ping(const target& who, const ping_options& options,
                         const observer<ping_result>& watch) {
    return state_->run_one<ping_kind>(who, options, watch);
}

ping_result client::ping(const target& who, const ping_options& options,
                         const event_callback& call) {
    return ping(who, options, events_only<ping_result>(call));
}

trace_result client::trace(const target& who, const trace_options& options,
                           const observer<trace_result>& watch) {
    return state_->run_one<trace_kind>(who, options, watch);
}

trace_result client::trace(const target& who, const trace_options& options,
                           const event_callback& call) {
    return trace(who, options, events_only<trace_result>(call));
}

probe_record client::probe(const target& who, const probe_options& options) {
    return detail::only_record(ping(who, detail::as_ping(options)));
}

many_ping_result client::ping_all(std::span<const target> targets, const many_ping_options& options,
                                  const many_ping_observer& watch) {
    return state_->ping_many(targets, options, watch);
}

many_ping_result client::ping_all(std::span<const std::string> targets,
                                  const many_ping_options& options,
                                  const many_ping_observer& watch) {
    return ping_all(std::vector<target>(targets.begin(), targets.end()), options, watch);
}

sweep_result client::sweep(address_set targets, const sweep_options& options,
                           const sweep_observer& watch) {
    return state_->sweep(std::move(targets), options, watch);
}

std::vector<target_result<trace_result>> client::trace_all(std::span<const target> targets,
                                                           const trace_options& options,
                                                           const observer<trace_result>& watch) {
    return state_->run_all<trace_kind>({targets.begin(), targets.end()}, options, watch);
}

std::vector<ip_address> client::resolve(const target& who, std::optional<ip_family> family) {
    if (const auto known = detail::numeric_address(who, family)) return {*known};
    std::optional<resolve_result<std::vector<ip_address>>> got;
    const auto id = state_->the_pump()->forward(
        who.text(), family, [&got](auto found) { got = std::move(found); });
    state_->turn_until([&] { return got.has_value() || state_->is_stopped; });
    if (!got) {
        state_->the_pump()->cancel(id);
        state_->turn_until([&] { return got.has_value(); });
    }
    if (!*got) std::rethrow_exception(detail::lookup_failure(who.text(), got->error()));
    return std::move(**got);
}

std::optional<std::string> client::reverse(const ip_address& address) {
    auto& names = state_->names;
    if (names.reverse(address).state == name_state::pending) {
        state_->turn_until([&] {
            return state_->is_stopped || names.reverse(address).state != name_state::pending;
        });
    }
    const auto found = names.reverse(address);
    if (found.state != name_state::known) return std::nullopt;
    return found.name;
}

name_service& client::names() { return state_->names; }

void client::stop() noexcept { state_->ask(state_->stop_wish); }
void client::ask_progress() noexcept { state_->ask(state_->progress_wish); }

socket_facts client::socket_facts(ip_family family, const socket_options& options) const {
    auto settings = detail::socket_settings(options, family);
    auto chosen = open_icmp_socket(std::move(settings), options.mode, state_->calls);
    if (!chosen) {
        const auto& refusal = chosen.error();
        if (!refusal.is_permission) throw_socket_error(refusal.error);
        throw socket_permission_error(refusal.reason, refusal.error, refusal.remedy);
    }
    return {.raw = chosen->kind == socket_kind::icmp_raw, .reason = std::move(chosen->reason)};
}

}  // namespace sonde::inline v0
