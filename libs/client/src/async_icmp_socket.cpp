#include "sonde/client/async_icmp_socket.hpp"

#include <chrono>
#include <utility>

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <asio/system_error.hpp>

#include "watch.hpp"

namespace sonde::inline v0 {
namespace detail {

class receive_operation;

struct async_socket_state {
    async_socket_state(asio::any_io_executor given, icmp_socket taken)
        : user_executor(std::move(given)),
          strand(asio::make_strand(user_executor)),
          socket(std::move(taken)) {}

    asio::any_io_executor user_executor;
    asio::any_io_executor strand;
    std::optional<icmp_socket> socket;
    std::weak_ptr<receive_operation> receiving{};
};

/// One receive: waits for the socket or the timer, whichever comes first. Everything happens in the
/// strand, but for `abort`.
class receive_operation final : public async_operation,
                                public std::enable_shared_from_this<receive_operation> {
  public:
    receive_operation(async_socket_ptr state, const reply_question& question,
                      completion_ptr<icmp_reply> done)
        : state_(std::move(state)),
          question_(question),
          done_(std::move(done)),
          timer_(state_->strand) {}

    void launch() override {
        asio::post(state_->strand, [self = shared_from_this()] { self->begin(); });
    }
    void cancel() override {
        asio::post(state_->strand, [self = shared_from_this()] { self->abort(); });
    }
    /// At once: the descriptor is no longer watched when this returns.
    void abort() { finish(aborted(), {}); }

  private:
    static std::exception_ptr aborted() {
        return std::make_exception_ptr(asio::system_error(asio::error::operation_aborted));
    }

    void begin() {
        if (!done_) return;
        timer_.expires_after(
            std::chrono::duration_cast<std::chrono::steady_clock::duration>(question_.timeout));
        timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
            if (!error) self->look(true);
        });
        look(false);
    }

    void look(bool is_late) {
        if (!done_) return;
        if (!state_->socket) return finish(aborted(), {});
        try {
            auto& socket = *state_->socket;
            auto reply = question_.request ? socket.try_receive(*question_.request, nanoseconds{})
                                           : socket.try_receive(nanoseconds{});
            if (reply) return finish(nullptr, std::move(*reply));
            if (is_late) throw timeout_exceeded(question_.timeout);
            if (!watch_) watch_.emplace(state_->strand, socket.native_handle());
            watch_->when_readable([self = shared_from_this()] { self->look(false); });
        } catch (...) {
            finish(std::current_exception(), {});
        }
    }

    void finish(std::exception_ptr error, icmp_reply reply) {
        watch_.reset();
        timer_.cancel();
        const auto done = std::move(done_);
        if (done) done->complete(std::move(error), std::move(reply));
    }

    async_socket_ptr state_;
    reply_question question_;
    completion_ptr<icmp_reply> done_;
    asio::steady_timer timer_;
    std::optional<descriptor_watch> watch_{};
};

operation_ptr make_operation(const async_socket_ptr& state, const reply_question& question,
                             completion_ptr<icmp_reply> done) {
    auto made = std::make_shared<receive_operation>(state, question, std::move(done));
    state->receiving = made;
    return made;
}

asio::any_io_executor executor_of(const async_socket_ptr& state) { return state->user_executor; }

}  // namespace detail

async_icmp_socket::async_icmp_socket(asio::any_io_executor executor, icmp_socket socket)
    : state_(std::make_shared<detail::async_socket_state>(std::move(executor), std::move(socket))) {
}
async_icmp_socket::async_icmp_socket(async_icmp_socket&&) noexcept = default;
async_icmp_socket& async_icmp_socket::operator=(async_icmp_socket&&) noexcept = default;

async_icmp_socket::~async_icmp_socket() {
    if (!state_) return;
    if (const auto running = state_->receiving.lock()) running->cancel();
}

void async_icmp_socket::send(icmp_request& request) { socket().send(request); }

asio::any_io_executor async_icmp_socket::get_executor() const { return state_->user_executor; }

icmp_socket& async_icmp_socket::socket() const {
    if (!state_->socket) throw socket_unavailable_error("the socket was detached");
    return *state_->socket;
}

icmp_socket async_icmp_socket::detach() {
    icmp_socket& inside = socket();
    if (const auto running = state_->receiving.lock()) running->abort();
    icmp_socket taken = std::move(inside);
    state_->socket.reset();
    return taken;
}

void async_icmp_socket::close() noexcept {
    if (const auto running = state_->receiving.lock()) running->abort();
    if (state_->socket) state_->socket->close();
}

bool async_icmp_socket::is_closed() const noexcept {
    return !state_->socket || state_->socket->is_closed();
}

}  // namespace sonde::inline v0
