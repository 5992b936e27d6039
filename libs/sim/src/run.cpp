#include <algorithm>
#include <cerrno>
#include <queue>
#include <vector>

#include <sonde/base/random.hpp>
#include <sonde/sim/run.hpp>

#include "host.hpp"

namespace sonde::inline v0::sim {
namespace {

/// One session on our host and the state of its socket.
struct seat {
    session* engine = nullptr;
    many_setup setup{};
    std::uint8_t protocol_v4 = 0;  // of the probes it sends, once it has sent one
    std::uint8_t protocol_v6 = 0;
    bool pending_error = false;  // the next send fails with it
    bool finished = false;

    [[nodiscard]] std::uint8_t& protocol(ip_family family) noexcept {
        return family == ip_family::v4 ? protocol_v4 : protocol_v6;
    }
};

/// When a session wants to be woken. Entries grow stale when its deadline moves: then they are
/// dropped as they come up.
struct alarm {
    mono_time at{};
    std::size_t seat = 0;
    friend bool operator<(const alarm& a, const alarm& b) noexcept {
        return a.at != b.at ? a.at > b.at : a.seat > b.seat;  // the earliest is the greatest
    }
};

class driver {
  public:
    driver(std::span<const participant> all, internet& net, const run_options& options)
        : net_(net), options_(options) {
        for (const participant& one : all) {
            const many_setup& setup = one.setup.of_all;
            alarms_.push({setup.start, seats_.size()});
            wake_at_.push_back(setup.start);
            seats_.push_back({.engine = one.engine, .setup = setup});
        }
        unfinished_ = seats_.size();
        start_ = now_ = alarms_.empty() ? mono_time{} : alarms_.top().at;
    }

    run_result run() {
        while (unfinished_ != 0 && !out_of_steps()) {
            const mono_time next = std::min(next_alarm(), next_arrival());
            if (next == mono_time::max()) break;  // everybody waits for nothing
            now_ = std::max(now_, next);
            take_arrivals();
            ring_alarms();
        }
        result_.duration = now_ - start_;
        result_.finished = unfinished_ == 0;
        return result_;
    }

  private:
    [[nodiscard]] bool out_of_steps() const noexcept {
        return options_.step_limit != 0 && result_.steps >= options_.step_limit;
    }
    /// When user space will read the next datagram.
    [[nodiscard]] mono_time next_arrival() const noexcept {
        const mono_time at = net_.next_time();
        return at == mono_time::max() ? at : at + options_.receive_delay;
    }
    [[nodiscard]] mono_time next_alarm() {
        while (!alarms_.empty() && wake_at_[alarms_.top().seat] != alarms_.top().at) alarms_.pop();
        return alarms_.empty() ? mono_time::max() : alarms_.top().at;
    }

    void take_arrivals() {
        while (const auto arrived = net_.next_delivery(now_ - options_.receive_delay)) {
            ++result_.steps;
            const auto read = read_arrival(arrived->octets);
            if (!read || !show(*read, arrived->at)) ++result_.dropped;
            if (unfinished_ == 0 || out_of_steps()) return;
        }
    }

    /// Shows an arrival to every socket that Linux would show it to; whether there was any.
    bool show(const arrival& arrived, mono_time at) {
        bool anybody = false;
        for (std::size_t i = 0; i < seats_.size(); ++i) {
            seat& one = seats_[i];
            if (one.finished) continue;
            const ip_family family = arrived.seen.destination.family();
            const auto& channel = one.setup.of(family);
            if (!channel) continue;
            const shown_as how = shown_to(*channel, one.protocol(family), arrived);
            if (how == shown_as::nothing) continue;
            anybody = true;
            ++result_.delivered;
            const receive_facts facts = facts_of(arrived, at);
            if (how == shown_as::message) {
                one.engine->on_datagram(arrived.seen.transport, facts);
            } else {
                one.pending_error = options_.pending_error_fails_next_send;
                one.engine->on_icmp_error(as_queued(*arrived.error), facts);
            }
            attend(i);
        }
        return anybody;
    }

    [[nodiscard]] receive_facts facts_of(const arrival& arrived, mono_time at) const noexcept {
        return {.source = arrived.seen.source,
                .protocol = arrived.seen.protocol,
                .at = at + options_.receive_delay,
                .kernel = options_.kernel_stamps ? stamp{at, stamp_source::kernel} : stamp{},
                .hop_limit = arrived.seen.hop_limit,
                .traffic_class = arrived.seen.traffic_class};
    }

    void ring_alarms() {
        while (next_alarm() <= now_ && !out_of_steps()) {
            const std::size_t index = alarms_.top().seat;
            alarms_.pop();
            wake_at_[index] = mono_time::max();
            ++result_.steps;
            seats_[index].engine->on_time(now_);
            attend(index);
        }
    }

    /// Sends what a session wants sent, shows its events and sets its alarm.
    void attend(std::size_t index) {
        seat& one = seats_[index];
        while (const auto probe = one.engine->next_transmit()) {
            ++result_.steps;
            send(one, *probe);
        }
        while (const auto event = one.engine->next_event()) {
            if (options_.on_event) options_.on_event(*event);
        }
        if (one.engine->finished()) {
            one.finished = true;
            wake_at_[index] = mono_time::max();
            --unfinished_;
            return;
        }
        mono_time wake = one.engine->next_deadline();
        // It was told the time already: asking again at once would stop the clock.
        if (wake <= now_) wake = now_ + nanoseconds(1);
        if (wake == wake_at_[index]) return;
        wake_at_[index] = wake;
        if (wake != mono_time::max()) alarms_.push({wake, index});
    }

    void send(seat& one, const transmit& probe) {
        const probe_id id = probe.id;
        const ip_family family = probe.destination.family();
        one.protocol(family) = probe.protocol;
        if (std::exchange(one.pending_error, false)) {
            return one.engine->on_send_done(id, {.code = EHOSTUNREACH, .at = now_});
        }
        if (!one.setup.of(family)) {
            return one.engine->on_send_done(id, {.code = EAFNOSUPPORT, .at = now_});
        }
        const probe_channel& channel = *one.setup.of(family);
        make_probe_datagram(
            datagram_,
            probe,
            channel,
            {.source = channel.source,
             .destination = probe.destination,
             .hop_limit = probe.hop_limit != 0 ? probe.hop_limit : options_.default_hop_limit,
             .identification = identification_++});
        const mono_time leaves = now_ + options_.transmit_delay;
        net_.send(datagram_, leaves);
        one.engine->on_send_done(id, {.code = 0, .at = now_});
        if (options_.kernel_stamps) {
            one.engine->on_transmit_stamp(id, {leaves, stamp_source::kernel});
        }
    }

    internet& net_;
    const run_options& options_;
    std::vector<seat> seats_{};
    std::vector<mono_time> wake_at_{};  // of each seat; what its newest alarm says
    std::priority_queue<alarm> alarms_{};
    std::size_t unfinished_ = 0;
    mono_time start_{};
    mono_time now_{};
    octet_buffer datagram_{};
    std::uint16_t identification_ = 1;
    run_result result_{};
};

}  // namespace

session_setup make_setup(const scenario& how, const setup_options& options) {
    const auto reachable = targets(how, options.family);
    const ip_address nobody =
        options.family == ip_family::v4 ? ip_address(ipv4_address{}) : ip_address(ipv6_address{});
    random_source random(options.seed);
    session_setup made;
    made.destination = options.target < reachable.size() ? reachable[options.target] : nobody;
    made.channel = {.raw = options.raw,
                    .source = how.source.of(options.family).value_or(nobody),
                    .identifier = options.identifier,
                    .source_port = options.source_port};
    made.key = {random(), random()};
    made.start = options.start;
    return made;
}

many_setup make_many_setup(const scenario& how, const setup_options& options) {
    many_setup made;
    for (const ip_family family : {ip_family::v4, ip_family::v6}) {
        if (!how.source.of(family)) continue;
        setup_options asked = options;
        asked.family = family;
        const session_setup one = make_setup(how, asked);
        (family == ip_family::v4 ? made.v4 : made.v6) = one.channel;
        made.key = one.key;
    }
    made.start = options.start;
    return made;
}

run_result run(session& engine, internet& net, const run_options& options) {
    const participant alone{&engine, options.setup};
    return run_all({&alone, 1}, net, options);
}

run_result run_all(std::span<const participant> all, internet& net, const run_options& options) {
    return driver(all, net, options).run();
}

}  // namespace sonde::inline v0::sim
