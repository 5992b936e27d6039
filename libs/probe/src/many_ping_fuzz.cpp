// Random events for a session with many targets, in virtual time: targets come and go, datagrams
// are cut and changed from genuine ones, errors, stamps and time jumps come in any order. After
// each the counts add up, of every target and of all; at the end the session ends. The octets of
// the input choose what happens.

#include <cstdint>
#include <deque>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/probe/many_ping.hpp>

#include "probe_fuzzing.hpp"

namespace {

using namespace sonde;
using fuzzing::chooser;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr mono_time start{std::chrono::seconds(10)};
constexpr std::size_t kept_max = 64;
constexpr std::size_t targets_max = 24;
constexpr int steps_max = 400;

/// A datagram that was transmitted, kept to make answers from.
struct kept {
    probe_id id{};
    ip_address to{};
    std::vector<std::uint8_t> octets;
};

many_setup make_setup(chooser& choose) {
    many_setup made{.key = {.k0 = choose.octet(), .k1 = 2}, .start = start};
    const bool raw = choose.chance(2);
    made.v4 = probe_channel{.raw = raw, .source = ipv4_address{0xc6336401}, .identifier = 7};
    if (choose.chance(2)) {
        made.v6 = probe_channel{.raw = raw, .source = ipv6_address{}, .identifier = 7};
    }
    return made;
}

many_ping_options make_options(chooser& choose) {
    many_ping_options options{.count = 1U + choose.below(5),
                              .interval = milliseconds(choose.below(50)),
                              .timeout = milliseconds(1 + choose.octet())};
    if (choose.chance(8)) options.count.reset();
    if (choose.chance(4)) options.deadline = milliseconds(1 + choose.word() % 2'000);
    options.retries = choose.below(4);
    options.backoff = 1 + choose.below(3);
    options.stop_at_first_answer = choose.chance(4);
    options.rate = choose.chance(2) ? 0 : 1 + choose.word();
    options.payload_len = choose.below(40);
    options.keep_histograms = choose.chance(4);
    options.in_flight_max = 1U + choose.octet();
    options.ceilings.allow_broadcast = choose.chance(4);
    if (choose.chance(2)) options.ceilings = {.per_host = 0, .per_network = 0};
    options.events = {.sent = choose.chance(2),
                      .replies = !choose.chance(4),
                      .timeouts = !choose.chance(4),
                      .send_failures = !choose.chance(4),
                      .targets = !choose.chance(4)};
    options.socket.verify_checksum = !choose.chance(4);
    return options;
}

class world {
  public:
    world(const many_ping_options& options, chooser& choice)
        : options_(options), choose_(choice), session_(options, make_setup(choice)) {}

    void run() {
        for (int step = 0; step < steps_max && !choose_.empty(); ++step) {
            one_event();
            check();
            if (choose_.chance(2)) transmit_some();
            if (choose_.chance(2)) take_events();
            check();
        }
        to_the_end();
        check();
        SONDE_CHECK(session_.finished());
        SONDE_CHECK(finished_events_ == 1);
        SONDE_CHECK(session_.next_deadline() == mono_time::max());
    }

  private:
    void check() {
        const auto& all = session_.counts();
        SONDE_CHECK(all.sent == all.received + all.lost + all.in_flight);
        SONDE_CHECK(all.errors + all.late <= all.lost && all.reordered <= all.received);
        SONDE_CHECK(all.in_flight <= options_.in_flight_max);
        probe_counts sum{};
        for (target_index i = 0; i < session_.size(); ++i) {
            const auto one = session_.summary(i);
            SONDE_CHECK(one.counts.sent ==
                        one.counts.received + one.counts.lost + one.counts.in_flight);
            SONDE_CHECK(one.counts.lost <= one.counts.sent);
            SONDE_CHECK(one.rtt.count == one.counts.received);
            SONDE_CHECK(one.rtt.min >= nanoseconds{} && one.rtt.min <= one.rtt.max);
            sum.sent += one.counts.sent;
            sum.received += one.counts.received;
            sum.lost += one.counts.lost;
            sum.late += one.counts.late;
            sum.duplicates += one.counts.duplicates;
            sum.corrupted += one.counts.corrupted;
            sum.forged += one.counts.forged;
        }
        SONDE_CHECK(sum.sent == all.sent && sum.received == all.received && sum.lost == all.lost);
        SONDE_CHECK(sum.late == all.late && sum.duplicates == all.duplicates);
        SONDE_CHECK(sum.corrupted == all.corrupted && sum.forged == all.forged);
        SONDE_CHECK(session_.rtt().count() <= all.received);
    }
    void one_event() {
        if (choose_.chance(3)) now_ += microseconds(choose_.word()) * (choose_.chance(8) ? 100 : 1);
        switch (choose_.below(12)) {
            case 0:
                session_.on_time(now_);
                break;
            case 1:
            case 2:
                if (session_.size() < targets_max) static_cast<void>(session_.add(address(), now_));
                break;
            case 3:
                if (choose_.chance(3)) session_.remove(choose_.octet(), now_);
                break;
            case 4:
                session_.on_transmit_stamp(any_id(), some_stamp());
                break;
            case 5:
                session_.on_send_done(any_id(), {.code = choose_.below(3), .at = now_});
                break;
            case 6:
                report_error();
                break;
            case 7:
                if (choose_.chance(32)) session_.seal(now_);
                if (choose_.chance(64)) session_.stop(now_);
                break;
            default:
                receive();
                break;
        }
    }
    ip_address address() {
        if (choose_.chance(16)) return ipv4_address{0xffffffff};
        if (choose_.chance(16)) return ipv4_address{0x7f000001};
        if (choose_.chance(4)) return ipv6_address::from_integer(choose_.below(6));
        return ipv4_address{0x0a000000U + choose_.below(9)};
    }
    probe_id any_id() {
        if (sent_.empty() || choose_.chance(8)) return {choose_.word()};
        return any().id;
    }
    const kept& any() { return sent_[choose_.octet() % sent_.size()]; }
    stamp some_stamp() {
        const auto shift = microseconds(static_cast<std::int16_t>(choose_.word()));
        return {now_ + shift, static_cast<stamp_source>(choose_.below(4))};
    }
    void transmit_some() {
        for (int i = choose_.below(6); i > 0; --i) {
            const auto probe = session_.next_transmit();
            if (!probe) return;
            sent_.push_back(
                {probe->id, probe->destination, {probe->octets.begin(), probe->octets.end()}});
            if (sent_.size() > kept_max) sent_.pop_front();
            if (choose_.chance(16)) continue;  // told later, or never
            session_.on_send_done(sent_.back().id,
                                  {.code = choose_.chance(8) ? 101 : 0, .at = now_});
        }
    }
    void mutate(std::vector<std::uint8_t>& octets) {
        if (choose_.chance(3) && !octets.empty()) {
            octets[choose_.word() % octets.size()] ^= choose_.octet();
        }
        if (choose_.chance(8)) octets.resize(choose_.word() % (octets.size() + 4));
    }
    void resum(std::vector<std::uint8_t>& octets) {
        if (octets.size() < 4 || choose_.chance(16)) return;
        octets[2] = octets[3] = 0;
        std::uint32_t sum = 0;
        for (std::size_t i = 0; i < octets.size(); ++i) {
            sum += i % 2 == 0 ? std::uint32_t{octets[i]} << 8 : octets[i];
        }
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        put_be16_at(octets, 2, static_cast<std::uint16_t>(~sum));
    }
    /// An ICMP error of IPv4 about a probe, cut and changed afterwards.
    static std::vector<std::uint8_t> quote_of(const kept& probe, std::uint8_t type) {
        std::vector<std::uint8_t> made(8 + 20);
        made[0] = type;
        made[8] = 0x45;
        made[8 + 9] = 1;
        put_be32_at(made, 8 + 16, probe.to.v4().value);
        made.insert(made.end(), probe.octets.begin(), probe.octets.end());
        put_be16_at(made, 8 + 2, static_cast<std::uint16_t>(made.size() - 8));
        return made;
    }
    void receive() {
        std::vector<std::uint8_t> octets;
        ip_address from = address();
        if (!sent_.empty()) {
            const kept& probe = any();
            const bool is_quote = choose_.chance(4);
            octets =
                is_quote ? quote_of(probe, choose_.chance(4) ? choose_.octet() : 3) : probe.octets;
            if (!is_quote && !octets.empty()) octets[0] = probe.to.is_v4() ? 0 : 129;
            if (!choose_.chance(4)) from = probe.to;
        }
        mutate(octets);
        if (from.is_v4()) resum(octets);
        const std::uint8_t protocol = from.is_v4() ? 1 : 58;
        session_.on_datagram(octets,
                             {.source = from,
                              .protocol = choose_.chance(32) ? choose_.octet() : protocol,
                              .at = now_,
                              .kernel = some_stamp()});
    }
    void report_error() {
        if (sent_.empty()) return;
        const kept& probe = any();
        std::vector<std::uint8_t> octets = probe.octets;
        mutate(octets);
        icmp_error error{.from = address(),
                         .type = choose_.octet(),
                         .code = choose_.below(16),
                         .local = choose_.chance(8),
                         .quoted_protocol = probe.to.is_v4() ? std::uint8_t{1} : std::uint8_t{58}};
        if (choose_.chance(2)) error.quoted_destination = probe.to;
        error.quoted_transport = octets;
        session_.on_icmp_error(error, {.source = error.from, .at = now_, .kernel = some_stamp()});
    }
    void take_events() {
        while (const auto event = session_.next_event()) {
            if (event->kind == event_kind::finished) ++finished_events_;
            SONDE_CHECK(event->target == no_target || event->target < session_.size());
        }
    }
    void to_the_end() {
        session_.seal(now_);
        if (!options_.count) session_.stop(now_);
        for (int i = 0; i < 1'000'000 && !session_.finished(); ++i) {
            while (const auto probe = session_.next_transmit()) {
                session_.on_send_done(probe->id, {.at = now_});
            }
            take_events();
            if (session_.finished()) break;
            const mono_time next = session_.next_deadline();
            SONDE_CHECK(next != mono_time::max());
            now_ = next > now_ ? next : now_ + microseconds(1);
            session_.on_time(now_);
        }
        take_events();
    }

    const many_ping_options& options_;
    chooser& choose_;
    many_ping_session session_;
    mono_time now_ = start;
    std::deque<kept> sent_{};
    int finished_events_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    chooser choose(bytes_view(data, size));
    const auto options = make_options(choose);
    SONDE_CHECK(validate(options).empty());
    world(options, choose).run();
    return 0;
}
