#pragma once
/// The one loop: drives a session over its sockets. Whatever wakes it (a socket, the timer, a
/// start), it does the same: hear, tell the time, send, show, sleep until the next deadline.
///
/// The clock is the steady one; setting the wall clock changes nothing, except that kernel stamps
/// of that moment are not used. What the kernel refuses to send is the outcome of that probe.

#include <array>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include <sonde/probe/session.hpp>

#include "logger.hpp"
#include "probe_sockets.hpp"
#include "send_batch.hpp"
#include "watch.hpp"

namespace sonde::inline v0::detail {

class driver : public std::enable_shared_from_this<driver> {
  public:
    struct hooks {
        std::function<void(const probe_event&)> event{};
        /// Once: the session has finished, or something threw. Not from inside `start`... unless
        /// the session needs no waiting at all.
        std::function<void(std::exception_ptr)> done{};
    };

    /// `run` must live until `done` was called or `abandon` was; so must `calls` and `log`.
    driver(asio::any_io_executor executor, probe_sockets sockets, const system_calls& calls,
           const logger& log);

    void start(session& run, hooks to);
    /// The user's interrupt: the session judges what is in flight and finishes.
    void stop();
    /// Forgets the session; `done` will not be called. Sockets are closed.
    void abandon() noexcept;

  private:
    void wake();  // one turn of the loop, with whatever it throws handed to `done`
    void turn();
    void hear(probe_socket& from);
    void hear_pass(const probe_socket& from, const receive_pass& pass);
    void hear_datagrams(const probe_socket& from, const receive_pass& pass, mono_time now);
    bool send_due();
    bool flush_batch();
    [[nodiscard]] std::uint32_t mtu() const;
    void show_events();
    void sleep();
    void finish(std::exception_ptr error);
    void watch_sockets();

    asio::any_io_executor executor_;
    probe_sockets sockets_;
    const system_calls& calls_;
    const logger& log_;
    hooks hooks_;
    session* session_ = nullptr;
    asio::steady_timer timer_;
    mono_time timer_at_ = mono_time::max();
    std::optional<descriptor_watch> sender_watch_;
    std::optional<descriptor_watch> listener_watch_;
    send_batch batch_;
    int receive_failures_ = 0;  // in a row
    bool is_send_blocked_ = false;
};

}  // namespace sonde::inline v0::detail
