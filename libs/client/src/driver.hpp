#pragma once
/// The one loop: drives a session over its ports. Whatever wakes it (a port, the timer, a start),
/// it does the same: hear, tell the time, send, show, sleep until the next deadline.
///
/// The clock is the steady one; setting the wall clock changes nothing, except that kernel stamps
/// of that moment are not used. What the kernel refuses to send is the outcome of that probe; only
/// where it has no room for it (EAGAIN; of many targets ENOBUFS, too) the probe waits and is sent
/// again.
///
/// Rates beyond the timers of a loop are kept by sending all that is due at each turn; a deadline
/// that is very near is waited for at the ports themselves.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include <sonde/net/interfaces.hpp>
#include <sonde/net/probe_port.hpp>
#include <sonde/probe/session.hpp>

#include "identifiers.hpp"
#include "logger.hpp"
#include "probe_sockets.hpp"
#include "send_batch.hpp"
#include "watch.hpp"

namespace sonde::inline v0::detail {

struct driven_port {
    std::unique_ptr<probe_port> port;
    bool sends = true;         // probes of its family leave here
    bool errors_only = false;  // a raw ICMP socket beside UDP and TCP: nothing else there is ours
};

/// What a driver drives over: at most one sending port of each family.
struct driver_ports {
    std::vector<driven_port> ports{};
    std::vector<identifier_lease> leases{};  // held as long as the ports are
    route_query route{};                     // as probes are routed, whatever their destination
    bool waits_for_room = false;  // ENOBUFS: the probe is sent a moment later, and has not failed
};
[[nodiscard]] driver_ports ports_of(probe_sockets sockets);

class driver : public std::enable_shared_from_this<driver> {
  public:
    struct hooks {
        std::function<void(probe_event&)> event{};
        /// Once: the session has finished, or something threw. Not from inside `start`... unless
        /// the session needs no waiting at all.
        std::function<void(std::exception_ptr)> done{};
        /// So many more answers were dropped because a port's buffer was full.
        std::function<void(std::uint64_t)> drops{};
        /// Whether `event` can take another one; empty: always.
        std::function<bool()> has_room{};
        bool sends_only_with_room = false;  // rather wait than have events dropped
        /// Held while the session is used, when others use it, too.
        std::mutex* guard = nullptr;
    };

    /// `run` must live until `done` was called or `abandon` was; so must `calls` and `log`.
    driver(asio::any_io_executor executor, driver_ports ports, const system_calls& calls,
           const logger& log);

    void start(session& run, hooks to);
    /// The user's interrupt: the session judges what is in flight and finishes.
    void stop();
    /// Forgets the session; `done` will not be called. Ports are closed.
    void abandon() noexcept;
    /// The session was told something by others: a turn will come.
    void wake_soon();
    /// How often the kernel had no room for a probe.
    [[nodiscard]] std::uint64_t send_waits() const noexcept { return send_waits_; }

  private:
    struct lane {  // a port, and what is on its way to it
        driven_port at{};
        send_batch batch{};
        std::optional<descriptor_watch> watch{};
        bool is_blocked = false;    // until it can be written, or until `again_at`
        mono_time again_at{};       // 0: when it can be written
        unsigned waits = 0;         // for room, in a row
        int receive_failures = 0;   // in a row
        std::uint64_t dropped = 0;  // as it was told last
        bool has_heard = false;     // since drops were read
    };

    [[nodiscard]] std::unique_lock<std::mutex> hold() const;
    void wake();  // one turn of the loop, with whatever it throws handed to `done`
    void turn();
    bool step();  // whether something was sent
    void hear(lane& from);
    void hear_pass(const lane& from, const receive_pass& pass);
    void hear_datagrams(const lane& from, const receive_pass& pass, mono_time now);
    void read_drops(mono_time now);
    bool send_due();
    bool flush(lane& to);
    bool waits_for_room(lane& to, int code);
    void block(lane& to, bool is_full, mono_time now);
    [[nodiscard]] lane* sender_of(ip_family family) noexcept;
    [[nodiscard]] bool has_room_to_send() const noexcept;
    [[nodiscard]] std::uint32_t mtu(const ip_address& destination) const;
    [[nodiscard]] bool holds_back() const;
    bool show_events();  // whether all are told
    [[nodiscard]] mono_time next_turn(mono_time now) const;
    void sleep();
    [[nodiscard]] bool arm_ports();
    void wait_shortly(nanoseconds rest);
    void set_timer(mono_time at);
    void watch_ports();
    void finish(std::exception_ptr error);

    asio::any_io_executor executor_;
    std::vector<lane> lanes_;
    std::vector<identifier_lease> leases_;
    route_query route_;
    bool waits_for_room_;
    const system_calls& calls_;
    const logger& log_;
    hooks hooks_;
    session* session_ = nullptr;
    asio::steady_timer timer_;
    mono_time timer_at_ = mono_time::max();
    mono_time drops_read_at_{};
    std::uint64_t send_waits_ = 0;
    std::vector<std::size_t> kept_{};  // of a batch
    bool is_turning_ = false;
    bool is_wake_coming_ = false;
    bool has_untold_ = false;  // events that found no room
};

}  // namespace sonde::inline v0::detail
