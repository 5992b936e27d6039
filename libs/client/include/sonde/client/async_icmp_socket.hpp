#pragma once
/// An icmp_socket on somebody's Asio loop. Needs Asio, as async_client.hpp does.
///
///     sonde::async_icmp_socket socket(context, sonde::icmp_socket({.family =
///     sonde::ip_family::v6})); socket.send(request); auto reply = co_await socket.receive(request,
///     2s);
///
/// One receive at a time; not thread-safe: call everything where receives complete. A cancelled or
/// timed out receive completes with asio::error::operation_aborted or timeout_exceeded.

#include <exception>
#include <memory>
#include <optional>

#include <sonde/client/async_client.hpp>
#include <sonde/client/icmp_socket.hpp>

namespace sonde::inline v0 {

namespace detail {

struct async_socket_state;
using async_socket_ptr = std::shared_ptr<async_socket_state>;

/// What an icmp_reply must match; nothing: any will do.
struct reply_question {
    std::optional<icmp_request> request{};
    nanoseconds timeout{};
};
SONDE_API operation_ptr make_operation(const async_socket_ptr& state,
                                       const reply_question& question,
                                       completion_ptr<icmp_reply> done);
SONDE_API asio::any_io_executor executor_of(const async_socket_ptr& state);

struct receive_initiation {
    async_socket_ptr state;

    template <class Handler>
    void operator()(Handler&& handler, const reply_question& question) const {
        using stored = std::decay_t<Handler>;
        const auto slot = asio::get_associated_cancellation_slot(handler);
        auto done = std::make_unique<handler_completion<icmp_reply, stored>>(
            stored(std::forward<Handler>(handler)), executor_of(state));
        detail::launch(slot, make_operation(state, question, std::move(done)));
    }
};

}  // namespace detail

class SONDE_API async_icmp_socket {
    // First, because what a function with a deduced type returns must be known before its use.
    template <class Token>
    auto start(detail::reply_question question, Token&& token) {
        return asio::async_initiate<Token, void(std::exception_ptr, icmp_reply)>(
            detail::receive_initiation{state_}, token, question);
    }

  public:
    /// Takes the socket over.
    async_icmp_socket(asio::any_io_executor executor, icmp_socket socket);
    template <class Context>
        requires requires(Context& context) { context.get_executor(); }
    async_icmp_socket(Context& context, icmp_socket socket)
        : async_icmp_socket(asio::any_io_executor(context.get_executor()), std::move(socket)) {}
    async_icmp_socket(async_icmp_socket&&) noexcept;
    async_icmp_socket& operator=(async_icmp_socket&&) noexcept;
    ~async_icmp_socket();

    /// Does not wait. Errors: as icmp_socket::send.
    void send(icmp_request& request);

    /// Completion signature: void(std::exception_ptr, icmp_reply).
    template <class Token>
    auto async_receive(nanoseconds timeout, Token&& token) {
        return start({{}, timeout}, std::forward<Token>(token));
    }
    template <class Token>
    auto async_receive(const icmp_request& request, nanoseconds timeout, Token&& token) {
        return start({request, timeout}, std::forward<Token>(token));
    }
#if defined(ASIO_HAS_CO_AWAIT)
    asio::awaitable<icmp_reply> receive(nanoseconds timeout) {
        return async_receive(timeout, asio::use_awaitable);
    }
    asio::awaitable<icmp_reply> receive(const icmp_request& request, nanoseconds timeout) {
        return async_receive(request, timeout, asio::use_awaitable);
    }
#endif

    [[nodiscard]] asio::any_io_executor get_executor() const;
    /// The socket inside; throws socket_unavailable_error after detach.
    [[nodiscard]] icmp_socket& socket() const;
    /// Hands the socket back and forgets it; a receive under way is cancelled.
    [[nodiscard]] icmp_socket detach();
    void close() noexcept;
    [[nodiscard]] bool is_closed() const noexcept;

  private:
    detail::async_socket_ptr state_;
};

}  // namespace sonde::inline v0
