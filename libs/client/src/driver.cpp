#include "driver.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include <asio/post.hpp>

#include <sonde/client/errors.hpp>
#include <sonde/net/clock.hpp>
#include <sonde/net/socket_port.hpp>

#include "kernel_events.hpp"

namespace sonde::inline v0::detail {
namespace {

using namespace std::chrono_literals;

constexpr int passes_max = 64;             // of one port in one turn, so that time is told too
constexpr int receive_failures_max = 100;  // in a row: then it will not get better
constexpr nanoseconds turn_max = 1ms;      // then others on the loop have theirs
constexpr nanoseconds short_wait = 50us;   // what a wait of the loop may cost itself
constexpr nanoseconds room_wait = 1ms;     // until the kernel may have room again
constexpr unsigned room_waits_max = 50;    // in a row: then the probe has failed
constexpr nanoseconds drops_interval = 1ms;

std::chrono::steady_clock::time_point timer_time(mono_time at) {
    using steady = std::chrono::steady_clock;
    return steady::time_point(std::chrono::duration_cast<steady::duration>(at.time_since_epoch()));
}

timespec to_timespec(nanoseconds time) {
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(time);
    return {static_cast<time_t>(whole.count()), static_cast<long>((time - whole).count())};
}

}  // namespace

driver_ports ports_of(probe_sockets sockets) {
    driver_ports made;
    made.ports.push_back({.port = std::make_unique<socket_port>(std::move(sockets.sender))});
    if (sockets.listener) {
        made.ports.push_back({.port = std::make_unique<socket_port>(std::move(*sockets.listener)),
                              .sends = false,
                              .errors_only = true});
    }
    made.leases.push_back(std::move(sockets.lease));
    made.route = std::move(sockets.route);
    return made;
}

driver::driver(asio::any_io_executor executor, driver_ports ports, const system_calls& calls,
               const logger& log)
    : executor_(std::move(executor)),
      lanes_(ports.ports.size()),
      leases_(std::move(ports.leases)),
      route_(std::move(ports.route)),
      waits_for_room_(ports.waits_for_room),
      calls_(calls),
      log_(log),
      timer_(executor_) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) lanes_[i].at = std::move(ports.ports[i]);
}

void driver::start(session& run, hooks to) {
    session_ = &run;
    hooks_ = std::move(to);
    // Told once, a port may keep silent as long as we look ourselves.
    static_cast<void>(arm_ports());
    wake();
}

void driver::stop() {
    if (session_ == nullptr) return;
    {
        const auto held = hold();
        session_->stop(mono_now(calls_));
    }
    wake();
}

void driver::abandon() noexcept {
    session_ = nullptr;
    hooks_ = {};
    timer_.cancel();
    for (lane& each : lanes_) {
        each.watch.reset();
        each.at.port->close();
    }
}

void driver::wake_soon() {
    if (session_ == nullptr || std::exchange(is_wake_coming_, true)) return;
    asio::post(executor_, [self = shared_from_this()] {
        self->is_wake_coming_ = false;
        self->wake();
    });
}

std::unique_lock<std::mutex> driver::hold() const {
    return hooks_.guard == nullptr ? std::unique_lock<std::mutex>()
                                   : std::unique_lock(*hooks_.guard);
}

void driver::wake() {
    if (session_ == nullptr) return;
    if (is_turning_) return wake_soon();   // somebody whom this turn called
    const auto self = shared_from_this();  // `done` may drop the last other owner
    is_turning_ = true;
    try {
        turn();
    } catch (...) {
        finish(std::current_exception());
    }
    is_turning_ = false;
}

void driver::turn() {
    const mono_time until = mono_now(calls_) + turn_max;
    bool is_over = false;
    {
        const auto held = hold();
        bool sent = true;
        while (sent && session_ != nullptr && !session_->finished() && mono_now(calls_) < until) {
            sent = step();
        }
        is_over = session_ != nullptr && session_->finished();
        if (is_over) {
            read_drops(mono_time::max());
            is_over = show_events();  // else whoever takes them wakes us
        }
    }
    if (is_over) {
        finish(nullptr);
    } else if (session_ != nullptr) {
        sleep();
    }
}

bool driver::step() {
    for (lane& each : lanes_) hear(each);  // first: transmit stamps belong before the answers
    const mono_time now = mono_now(calls_);
    if (session_->next_deadline() <= now) session_->on_time(now);
    const bool sent = !holds_back() && send_due();
    read_drops(now);
    show_events();
    return sent;
}

void driver::hear(lane& from) {
    for (int passes = 0; passes < passes_max; ++passes) {
        const auto pass = from.at.port->receive();
        if (!pass) {
            log_.write(log_level::warning, "driver", [&] { return describe(pass.error()); });
            if (++from.receive_failures >= receive_failures_max) throw_socket_error(pass.error());
            return;
        }
        from.receive_failures = 0;
        hear_pass(from, *pass);
        if (!pass->datagrams.empty()) from.has_heard = true;
        if (from.at.port->carrier() != port_kind::socket) from.is_blocked = false;
        if (!pass->more) return;
    }
}

void driver::hear_pass(const lane& from, const receive_pass& pass) {
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
    const probe_port& port = *from.at.port;
    const std::uint8_t protocol = protocol_of(socket_kind::icmp_raw, port.family());
    for (const auto& entry : pass.errors) {
        const auto error = error_of(entry, port.kind(), port.family());
        if (error) session_->on_icmp_error(*error, facts_of(entry, protocol, now));
    }
    hear_datagrams(from, pass, now);
}

void driver::hear_datagrams(const lane& from, const receive_pass& pass, mono_time now) {
    const probe_port& port = *from.at.port;
    if (port.kind() == socket_kind::udp) return;  // what a service answers is not ours to judge
    const std::uint8_t protocol = protocol_of(port.kind(), port.family());
    for (const auto& datagram : pass.datagrams) {
        if (from.at.errors_only && !is_icmp_error(datagram.message(), port.family())) continue;
        session_->on_datagram(datagram.message(), facts_of(datagram, protocol, now));
    }
}

// Only a port that hears something can have had no room for more.
void driver::read_drops(mono_time now) {
    if (!hooks_.drops || (now != mono_time::max() && now < drops_read_at_ + drops_interval)) return;
    drops_read_at_ = now;
    for (lane& each : lanes_) {
        if (!std::exchange(each.has_heard, false)) continue;
        const auto total = each.at.port->drops();
        if (!total || *total <= each.dropped) continue;
        hooks_.drops(*total - each.dropped);
        each.dropped = *total;
    }
}

driver::lane* driver::sender_of(ip_family family) noexcept {
    for (lane& each : lanes_) {
        if (each.at.sends && each.at.port->family() == family) return &each;
    }
    return nullptr;
}

bool driver::has_room_to_send() const noexcept {
    return std::none_of(
        lanes_.begin(), lanes_.end(), [](const lane& each) { return each.batch.is_full(); });
}

bool driver::send_due() {
    while (has_room_to_send()) {
        const auto probe = session_->next_transmit();
        if (!probe) break;
        if (lane* const to = sender_of(probe->destination.family())) {
            to->batch.add(*probe);
        } else {
            session_->on_send_done(probe->id, {.code = EAFNOSUPPORT, .at = mono_now(calls_)});
        }
    }
    bool sent = false;
    for (lane& each : lanes_) {
        if (each.is_blocked && each.again_at != mono_time{} && each.again_at <= mono_now(calls_)) {
            each.is_blocked = false;
        }
        if (!each.is_blocked && !each.batch.is_empty() && flush(each)) sent = true;
    }
    return sent;
}

// Whether all of the batch is gone.
bool driver::flush(lane& to) {
    const mono_time at = mono_now(calls_);
    const auto packets = to.batch.packets();
    const auto results = to.at.port->send(packets);
    kept_.clear();
    bool is_full = false;  // the send buffer: what comes after was not tried
    for (std::size_t i = 0; i < results.size(); ++i) {
        const int code = results[i].error ? results[i].error->code : 0;
        is_full = is_full || code == EAGAIN;
        if (is_full || waits_for_room(to, code)) {
            kept_.push_back(i);
            continue;
        }
        const auto& whom = packets[i].destination.address;
        session_->on_send_done(
            probe_id{results[i].token},
            {.code = code, .at = at, .mtu = code == EMSGSIZE ? mtu(whom) : std::uint32_t{0}});
    }
    to.batch.keep_only(kept_);
    if (kept_.empty()) return true;
    block(to, is_full, at);
    return false;
}

// A probe that finds no room is not lost. But the room may never come.
bool driver::waits_for_room(lane& to, int code) {
    if (code == 0) to.waits = 0;
    return waits_for_room_ && code == ENOBUFS && to.waits < room_waits_max;
}

void driver::block(lane& to, bool is_full, mono_time now) {
    // A ring never becomes writable: whatever it has to say makes it readable.
    const bool is_until_writable = is_full && to.at.port->carrier() == port_kind::socket;
    ++send_waits_;
    if (!is_full) ++to.waits;
    to.is_blocked = true;
    to.again_at = is_until_writable ? mono_time{} : now + room_wait;
    if (!is_until_writable) return;
    watch_ports();
    to.watch->when_writable([self = shared_from_this(), &to] {
        to.is_blocked = false;
        self->wake();
    });
}

// What fits through, as far as the kernel knows now: a router may have told it a moment ago.
std::uint32_t driver::mtu(const ip_address& destination) const {
    route_query asked = route_;
    asked.destination = destination;
    const auto route = look_up_route(asked, calls_);
    return route ? route->mtu : 0;
}

bool driver::holds_back() const { return hooks_.sends_only_with_room && has_untold_; }

bool driver::show_events() {
    has_untold_ = false;
    while (session_ != nullptr) {
        has_untold_ = hooks_.has_room && !hooks_.has_room();
        if (has_untold_) return false;
        auto event = session_->next_event();
        if (!event) return true;
        if (hooks_.event) hooks_.event(*event);
    }
    return true;
}

// When there is something to do, whoever does not wake us before; in the past: now.
mono_time driver::next_turn(mono_time now) const {
    mono_time soonest = session_->next_deadline();
    if (holds_back()) soonest = std::max(soonest, now + room_wait);
    for (const lane& each : lanes_) {
        if (each.at.port->has_backlog()) return now;
        if (!each.is_blocked) continue;
        // What is due cannot be sent: there is no use in looking before there may be room.
        soonest = std::max(soonest, now + room_wait);
        if (each.again_at != mono_time{}) soonest = std::min(soonest, each.again_at);
    }
    return soonest;
}

void driver::sleep() {
    mono_time now{};
    mono_time next{};
    {
        const auto held = hold();
        now = mono_now(calls_);
        next = next_turn(now);
    }
    if (next <= now || !arm_ports()) return wake_soon();
    if (next - now <= short_wait) {
        wait_shortly(next - now);
        return wake_soon();
    }
    watch_ports();
    for (lane& each : lanes_) {
        each.watch->when_readable([self = shared_from_this()] { self->wake(); });
    }
    set_timer(next);
}

// Whether all will wake us for what comes.
bool driver::arm_ports() {
    bool is_armed = true;
    for (lane& each : lanes_) is_armed = each.at.port->arm() && is_armed;
    return is_armed;
}

void driver::wait_shortly(nanoseconds rest) {
    std::array<pollfd, 4> ports{};
    const std::size_t count = std::min(ports.size(), lanes_.size());
    for (std::size_t i = 0; i < count; ++i) {
        ports[i] = {.fd = lanes_[i].at.port->native_handle(), .events = POLLIN, .revents = 0};
    }
    const timespec time = to_timespec(rest);
    // Whatever it says: the turn that follows looks everywhere.
    static_cast<void>(calls_.ppoll(ports.data(), count, &time));
}

void driver::set_timer(mono_time at) {
    if (at == timer_at_) return;
    timer_at_ = at;
    if (at == mono_time::max()) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(timer_time(at));
    timer_.async_wait([self = shared_from_this(), at](const asio::error_code& error) {
        if (error) return;
        if (self->timer_at_ == at) self->timer_at_ = mono_time::max();
        self->wake();
    });
}

void driver::watch_ports() {
    for (lane& each : lanes_) {
        if (!each.watch) each.watch.emplace(executor_, each.at.port->native_handle());
    }
}

void driver::finish(std::exception_ptr error) {
    const auto done = std::move(hooks_.done);
    abandon();
    if (done) done(std::move(error));
}

}  // namespace sonde::inline v0::detail
