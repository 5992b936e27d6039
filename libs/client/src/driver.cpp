#include "driver.hpp"

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include <sonde/client/errors.hpp>
#include <sonde/net/clock.hpp>

#include "kernel_events.hpp"

namespace sonde::inline v0::detail {
namespace {

constexpr int passes_max = 64;             // of one socket in one turn, so that time is told too
constexpr int receive_failures_max = 100;  // in a row: then it will not get better

std::chrono::steady_clock::time_point timer_time(mono_time at) {
    using steady = std::chrono::steady_clock;
    return steady::time_point(std::chrono::duration_cast<steady::duration>(at.time_since_epoch()));
}

}  // namespace

driver::driver(asio::any_io_executor executor, probe_sockets sockets, const system_calls& calls,
               const logger& log)
    : executor_(std::move(executor)),
      sockets_(std::move(sockets)),
      calls_(calls),
      log_(log),
      timer_(executor_) {}

void driver::start(session& run, hooks to) {
    session_ = &run;
    hooks_ = std::move(to);
    wake();
}

void driver::stop() {
    if (session_ == nullptr) return;
    session_->stop(mono_now(calls_));
    wake();
}

void driver::abandon() noexcept {
    session_ = nullptr;
    hooks_ = {};
    timer_.cancel();
    sender_watch_.reset();
    listener_watch_.reset();
    sockets_.sender.close();
    if (sockets_.listener) sockets_.listener->close();
}

void driver::wake() {
    if (session_ == nullptr) return;
    const auto self = shared_from_this();  // `done` may drop the last other owner
    try {
        turn();
    } catch (...) {
        finish(std::current_exception());
    }
}

void driver::turn() {
    bool sent = false;
    do {
        hear(sockets_.sender);  // first: its transmit stamps belong before the answers
        if (sockets_.listener) hear(*sockets_.listener);
        const mono_time now = mono_now(calls_);
        if (session_->next_deadline() <= now) session_->on_time(now);
        sent = send_due();
        show_events();
    } while (sent && session_ != nullptr && !session_->finished());
    if (session_ == nullptr) return;
    if (session_->finished()) {
        finish(nullptr);
    } else {
        sleep();
    }
}

void driver::hear(probe_socket& from) {
    for (int passes = 0; passes < passes_max; ++passes) {
        const auto pass = from.receive();
        if (!pass) {
            log_.write(log_level::warning, "driver", [&] { return describe(pass.error()); });
            if (++receive_failures_ >= receive_failures_max) throw_socket_error(pass.error());
            return;
        }
        receive_failures_ = 0;
        hear_pass(from, *pass);
        if (!pass->more) return;
    }
}

void driver::hear_pass(const probe_socket& from, const receive_pass& pass) {
    if (pass.clock_stepped) {
        log_.write(log_level::info, "driver", [] {
            return std::string("the wall clock was set: kernel time stamps of now are not used");
        });
    }
    for (const auto& stamp : pass.stamps) {
        if (stamp.at.source == stamp_source::none) continue;
        session_->on_transmit_stamp(probe_id{stamp.token}, stamp.at);
    }
    if (pass.errors.empty() && pass.datagrams.empty()) return;
    const mono_time now = mono_now(calls_);
    const std::uint8_t protocol = protocol_of(socket_kind::icmp_raw, from.family());
    for (const auto& entry : pass.errors) {
        const auto error = error_of(entry, from.kind(), from.family());
        if (error) session_->on_icmp_error(*error, facts_of(entry, protocol, now));
    }
    hear_datagrams(from, pass, now);
}

void driver::hear_datagrams(const probe_socket& from, const receive_pass& pass, mono_time now) {
    if (from.kind() == socket_kind::udp) return;  // what a service answers is not ours to judge
    const bool errors_only = sockets_.listener && &from == &*sockets_.listener;
    const std::uint8_t protocol = protocol_of(from.kind(), from.family());
    for (const auto& datagram : pass.datagrams) {
        if (errors_only && !is_icmp_error(datagram.message(), from.family())) continue;
        session_->on_datagram(datagram.message(), facts_of(datagram, protocol, now));
    }
}

bool driver::send_due() {
    if (is_send_blocked_) return false;
    while (!batch_.is_full()) {
        const auto probe = session_->next_transmit();
        if (!probe) break;
        batch_.add(*probe);
    }
    return !batch_.is_empty() && flush_batch();
}

// False when the kernel takes nothing more for now; a wait for room is then under way.
bool driver::flush_batch() {
    const mono_time at = mono_now(calls_);
    std::size_t done = 0;
    for (const auto& result : sockets_.sender.send(batch_.packets())) {
        const int code = result.error ? result.error->code : 0;
        if (code == EAGAIN) break;
        session_->on_send_done(probe_id{result.token},
                               {.code = code, .at = at, .mtu = code == EMSGSIZE ? mtu() : 0});
        ++done;
    }
    batch_.drop_front(done);
    if (batch_.is_empty()) return true;
    is_send_blocked_ = true;
    watch_sockets();
    sender_watch_->when_writable([self = shared_from_this()] {
        self->is_send_blocked_ = false;
        self->wake();
    });
    return false;
}

// What fits through, as far as the kernel knows now: a router may have told it a moment ago.
std::uint32_t driver::mtu() const {
    const auto route = look_up_route(sockets_.route, calls_);
    return route ? route->mtu : 0;
}

void driver::show_events() {
    while (session_ != nullptr) {
        const auto event = session_->next_event();
        if (!event) return;
        if (hooks_.event) hooks_.event(*event);
    }
}

void driver::sleep() {
    watch_sockets();
    const auto again = [self = shared_from_this()] { self->wake(); };
    sender_watch_->when_readable(again);
    if (listener_watch_) listener_watch_->when_readable(again);
    const mono_time deadline = session_->next_deadline();
    if (deadline == timer_at_) return;
    timer_at_ = deadline;
    if (deadline == mono_time::max()) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(timer_time(deadline));
    timer_.async_wait([self = shared_from_this(), deadline](const asio::error_code& error) {
        if (error) return;
        if (self->timer_at_ == deadline) self->timer_at_ = mono_time::max();
        self->wake();
    });
}

void driver::watch_sockets() {
    if (!sender_watch_) sender_watch_.emplace(executor_, sockets_.sender.native_handle());
    if (sockets_.listener && !listener_watch_) {
        listener_watch_.emplace(executor_, sockets_.listener->native_handle());
    }
}

void driver::finish(std::exception_ptr error) {
    const auto done = std::move(hooks_.done);
    abandon();
    if (done) done(std::move(error));
}

}  // namespace sonde::inline v0::detail
