#pragma once
/// The client for programs that have an Asio loop. Every operation takes a completion token
/// (callback, asio::use_future, asio::use_awaitable ...) and honours its cancellation slot; any
/// number run at once. `ping`, `trace`, `probe`, `ping_all`, `sweep` and `resolve` are the same as
/// coroutines:
///
///     asio::awaitable<void> watch(sonde::async_client& client) {
///         auto reply = co_await client.probe("192.0.2.1", {.hop_limit = 3});
///     }
///
/// A cancelled run completes with what is known so far; a cancelled lookup with
/// asio::error::operation_aborted. Errors come as the std::exception_ptr of errors.hpp. Destroying
/// the client cancels what it runs.
///
/// Threads: one client may be used from one thread at a time, while its executor may run in any
/// number of threads. This is the one public header that needs Asio; with clang and Asio before
/// 1.24 define ASIO_HAS_CO_AWAIT and ASIO_HAS_STD_COROUTINE for coroutines.

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include <sonde/base/api.hpp>
#include <sonde/client/client.hpp>

namespace sonde::inline v0 {

// Options stand as temporaries in co_await expressions, where g++ 12.2 destroys a temporary of an
// aggregate twice: there must be nothing to destroy.
static_assert(std::is_trivially_destructible_v<ping_options>);
static_assert(std::is_trivially_destructible_v<trace_options>);
static_assert(std::is_trivially_destructible_v<probe_options>);
static_assert(std::is_trivially_destructible_v<many_ping_options>);
static_assert(std::is_trivially_destructible_v<sweep_options>);
static_assert(!std::is_aggregate_v<target>);
static_assert(!std::is_aggregate_v<address_set>);

namespace detail {

/// Somebody who waits for a result, whatever the completion token was.
template <class Result>
class completion {
  public:
    completion() = default;
    completion(const completion&) = delete;
    completion& operator=(const completion&) = delete;
    virtual ~completion() = default;
    virtual void complete(std::exception_ptr error, Result result) = 0;
};

/// What runs, as its cancellation slot sees it.
class async_operation {
  public:
    async_operation() = default;
    async_operation(const async_operation&) = delete;
    async_operation& operator=(const async_operation&) = delete;
    virtual ~async_operation() = default;
    virtual void launch() = 0;
    virtual void cancel() = 0;
};

template <class Result, class Handler>
class handler_completion final : public completion<Result> {
  public:
    handler_completion(Handler&& handler, const asio::any_io_executor& executor)
        : work_(asio::get_associated_executor(handler, executor)), handler_(std::move(handler)) {}

    void complete(std::exception_ptr error, Result result) override {
        asio::post(work_.get_executor(),
                   [handler = std::move(handler_),
                    error = std::move(error),
                    result = std::move(result)]() mutable {
                       auto slot = asio::get_associated_cancellation_slot(handler);
                       if (slot.is_connected()) slot.clear();
                       std::move(handler)(std::move(error), std::move(result));
                   });
        work_.reset();
    }

  private:
    using executor_type = asio::associated_executor_t<Handler, asio::any_io_executor>;
    asio::executor_work_guard<executor_type> work_;
    Handler handler_;
};

/// Connects the slot before anything runs, then launches.
template <class Slot>
void launch(Slot slot, const std::shared_ptr<async_operation>& operation) {
    if (slot.is_connected()) {
        slot.assign(
            [weak = std::weak_ptr<async_operation>(operation)](asio::cancellation_type type) {
                const auto held = weak.lock();
                if (type != asio::cancellation_type::none && held) held->cancel();
            });
    }
    operation->launch();
}

struct async_state;
using async_state_ptr = std::shared_ptr<async_state>;
using addresses = std::vector<ip_address>;
using optional_name = std::optional<std::string>;
template <class Result>
using completion_ptr = std::unique_ptr<completion<Result>>;
using operation_ptr = std::shared_ptr<async_operation>;

struct resolve_question {
    std::optional<ip_family> family{};
};
struct reverse_question {};

// One overload for each thing that can be asked; defined in async_client.cpp.
SONDE_API operation_ptr make_operation(const async_state_ptr& state, target who,
                                       const ping_options& options,
                                       completion_ptr<ping_result> done);
SONDE_API operation_ptr make_operation(const async_state_ptr& state, target who,
                                       const trace_options& options,
                                       completion_ptr<trace_result> done);
SONDE_API operation_ptr make_operation(const async_state_ptr& state, target who,
                                       const probe_options& options,
                                       completion_ptr<probe_record> done);
SONDE_API operation_ptr make_operation(const async_state_ptr& state, std::vector<target> who,
                                       const many_ping_options& options,
                                       completion_ptr<many_ping_result> done);
SONDE_API operation_ptr make_operation(const async_state_ptr& state, address_set who,
                                       const sweep_options& options,
                                       completion_ptr<sweep_result> done);
SONDE_API operation_ptr make_operation(const async_state_ptr& state, target who,
                                       const resolve_question& question,
                                       completion_ptr<addresses> done);
SONDE_API operation_ptr make_operation(const async_state_ptr& state, target who,
                                       const reverse_question& question,
                                       completion_ptr<optional_name> done);
SONDE_API asio::any_io_executor executor_of(const async_state_ptr& state);

template <class Result>
struct initiation {
    async_state_ptr state;

    template <class Handler, class Who, class Question>
    void operator()(Handler&& handler, Who who, const Question& question) const {
        using stored = std::decay_t<Handler>;
        const auto slot = asio::get_associated_cancellation_slot(handler);
        auto done = std::make_unique<handler_completion<Result, stored>>(
            stored(std::forward<Handler>(handler)), executor_of(state));
        detail::launch(slot, make_operation(state, std::move(who), question, std::move(done)));
    }
};

}  // namespace detail

class SONDE_API async_client {
    // First, because what a function with a deduced type returns must be known before its use.
    template <class Result, class Who, class Question, class Token>
    auto start(Who who, const Question& question, Token&& token) {
        return asio::async_initiate<Token, void(std::exception_ptr, Result)>(
            detail::initiation<Result>{state_}, token, std::move(who), question);
    }

  public:
    using executor_type = asio::any_io_executor;

    explicit async_client(asio::any_io_executor executor, client_options options = {});
    /// For an asio::io_context and its like.
    template <class Context>
        requires requires(Context& context) { context.get_executor(); }
    explicit async_client(Context& context, client_options options = {})
        : async_client(asio::any_io_executor(context.get_executor()), std::move(options)) {}
    async_client(async_client&&) noexcept;
    async_client& operator=(async_client&&) noexcept;
    ~async_client();

    [[nodiscard]] executor_type get_executor() const;

    /// Seen by operations that start after this call, in the client's strand; what ping_all and
    /// sweep tell of, their options say.
    void on_event(event_callback call);

    // Completion signatures are void(std::exception_ptr, Result).
    template <class Token>
    auto async_ping(target who, const ping_options& options, Token&& token) {
        return start<ping_result>(std::move(who), options, std::forward<Token>(token));
    }
    template <class Token>
    auto async_trace(target who, const trace_options& options, Token&& token) {
        return start<trace_result>(std::move(who), options, std::forward<Token>(token));
    }
    template <class Token>
    auto async_probe(target who, const probe_options& options, Token&& token) {
        return start<probe_record>(std::move(who), options, std::forward<Token>(token));
    }
    /// As client::ping_all. What is to be seen while it runs: async_monitor.hpp.
    template <class Token>
    auto async_ping_all(std::vector<target> who, const many_ping_options& options, Token&& token) {
        return start<many_ping_result>(std::move(who), options, std::forward<Token>(token));
    }
    template <class Token>
    auto async_sweep(address_set who, const sweep_options& options, Token&& token) {
        return start<sweep_result>(std::move(who), options, std::forward<Token>(token));
    }
    template <class Token>
    auto async_resolve(target who, std::optional<ip_family> family, Token&& token) {
        return start<detail::addresses>(
            std::move(who), detail::resolve_question{family}, std::forward<Token>(token));
    }
    template <class Token>
    auto async_reverse(const ip_address& address, Token&& token) {
        return start<detail::optional_name>(
            target(address), detail::reverse_question{}, std::forward<Token>(token));
    }

#if defined(ASIO_HAS_CO_AWAIT)
    asio::awaitable<ping_result> ping(target who, const ping_options& options = {}) {
        return async_ping(std::move(who), options, asio::use_awaitable);
    }
    asio::awaitable<trace_result> trace(target who, const trace_options& options = {}) {
        return async_trace(std::move(who), options, asio::use_awaitable);
    }
    asio::awaitable<probe_record> probe(target who, const probe_options& options = {}) {
        return async_probe(std::move(who), options, asio::use_awaitable);
    }
    asio::awaitable<many_ping_result> ping_all(std::vector<target> who,
                                               const many_ping_options& options = {}) {
        return async_ping_all(std::move(who), options, asio::use_awaitable);
    }
    asio::awaitable<sweep_result> sweep(address_set who, const sweep_options& options = {}) {
        return async_sweep(std::move(who), options, asio::use_awaitable);
    }
    asio::awaitable<std::vector<ip_address>> resolve(target who,
                                                     std::optional<ip_family> family = {}) {
        return async_resolve(std::move(who), family, asio::use_awaitable);
    }
    asio::awaitable<std::optional<std::string>> reverse(const ip_address& address) {
        return async_reverse(address, asio::use_awaitable);
    }
#endif

  private:
    friend class async_monitor;
    detail::async_state_ptr state_;
};

}  // namespace sonde::inline v0
