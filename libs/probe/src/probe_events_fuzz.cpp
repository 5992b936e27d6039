// Random events in virtual time: whatever comes in whatever order, a session keeps its counts,
// ends, and answers no probe twice. The octets of the input choose what happens.

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/probe/ping.hpp>
#include <sonde/probe/trace.hpp>

#include "probe_fuzzing.hpp"

namespace {

using namespace sonde;
using fuzzing::chooser;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr mono_time start{std::chrono::seconds(10)};
const ip_address us{ipv4_address{0xc6336401}};
const ip_address target{ipv4_address{0xc0000209}};
constexpr std::size_t kept_max = 64;
constexpr int steps_max = 400;

/// A datagram that was transmitted, kept to make answers from.
struct kept {
    probe_id id{};
    std::uint8_t protocol = 0;
    std::uint16_t port = 0;
    std::vector<std::uint8_t> octets;
};

class world {
  public:
    world(session& engine, chooser& choice) : engine_(engine), choose_(choice) {}

    template <class Counts>
    void run(const Counts& counts) {
        for (int step = 0; step < steps_max && !choose_.empty() && !engine_.finished(); ++step) {
            transmit_some();
            one_event();
            if (choose_.chance(2)) take_events();
            check(counts());
        }
        to_the_end();
        take_events();
        check(counts());
        SONDE_CHECK(engine_.finished());
        SONDE_CHECK(finished_events_ == 1);
    }

  private:
    static void check(const probe_counts& c) {
        SONDE_CHECK(c.sent == c.received + c.lost + c.in_flight);
        SONDE_CHECK(c.errors + c.late <= c.lost);
        SONDE_CHECK(c.reordered <= c.received);
    }
    void transmit_some() {
        for (int i = choose_.below(6); i > 0; --i) {
            const auto probe = engine_.next_transmit();
            if (!probe) return;
            sent_.push_back({probe->id,
                             probe->protocol,
                             probe->destination_port,
                             {probe->octets.begin(), probe->octets.end()}});
            if (sent_.size() > kept_max) sent_.pop_front();
            if (choose_.chance(16)) continue;  // told later, or never
            engine_.on_send_done(probe->id, {.code = choose_.chance(8) ? 101 : 0, .at = now_});
        }
    }
    void one_event() {
        if (choose_.chance(3)) now_ += microseconds(choose_.word()) * (choose_.chance(8) ? 100 : 1);
        switch (choose_.below(8)) {
            case 0:
                engine_.on_time(now_);
                break;
            case 1:
                if (!sent_.empty()) engine_.on_transmit_stamp(any().id, some_stamp());
                break;
            case 2:
                if (!sent_.empty()) {
                    engine_.on_send_done(any().id, {.code = choose_.below(3), .at = now_});
                }
                break;
            case 3:
                report_error();
                break;
            case 4:
                if (choose_.chance(64)) engine_.stop(now_);
                break;
            default:
                receive();
                break;
        }
    }
    const kept& any() { return sent_[choose_.octet() % sent_.size()]; }
    stamp some_stamp() {
        const auto shift = microseconds(static_cast<std::int16_t>(choose_.word()));
        return {now_ + shift, static_cast<stamp_source>(choose_.below(4))};
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
    std::vector<std::uint8_t> quote_of(const kept& probe) {
        std::vector<std::uint8_t> made(8 + 20);
        made[0] = choose_.chance(2) ? std::uint8_t{11} : std::uint8_t{3};
        if (choose_.chance(8)) made[0] = choose_.octet();
        made[1] = choose_.below(16);
        made[8] = 0x45;
        made[8 + 9] = probe.protocol;
        put_be32_at(made, 8 + 12, us.v4().value);
        put_be32_at(made, 8 + 16, target.v4().value);
        if (probe.protocol == 17) {
            made.resize(made.size() + 8);
            put_be16_at(made, 28, 40'000);
            put_be16_at(made, 30, probe.port);
            put_be16_at(made, 32, static_cast<std::uint16_t>(8 + probe.octets.size()));
        }
        made.insert(made.end(), probe.octets.begin(), probe.octets.end());
        put_be16_at(made, 8 + 2, static_cast<std::uint16_t>(made.size() - 8));
        return made;
    }
    void receive() {
        std::vector<std::uint8_t> octets;
        std::uint8_t protocol = 1;
        if (!sent_.empty()) {
            const kept& probe = any();
            const bool is_quote = probe.protocol == 17 || choose_.chance(2);
            octets = is_quote ? quote_of(probe) : probe.octets;
            if (!is_quote) protocol = probe.protocol;
            if (!is_quote && protocol == 6) answer_syn(octets);
            if (!is_quote && protocol == 1 && !octets.empty()) octets[0] = 0;
        }
        mutate(octets);
        if (protocol == 1) resum(octets);
        const auto from = choose_.chance(2) ? target : ip_address(ipv4_address{choose_.octet()});
        engine_.on_datagram(octets,
                            {.source = from,
                             .protocol = choose_.chance(32) ? choose_.octet() : protocol,
                             .at = now_,
                             .kernel = some_stamp()});
    }
    static void answer_syn(std::vector<std::uint8_t>& segment) {
        if (segment.size() < 20) return;
        std::swap(segment[0], segment[2]);
        std::swap(segment[1], segment[3]);
        put_be32_at(segment, 8, be32_at(segment, 4) + 1);
        segment[13] = 0x12;
    }
    void report_error() {
        if (sent_.empty()) return;
        std::vector<std::uint8_t> octets = any().octets;
        mutate(octets);
        const auto protocol = any().protocol;
        icmp_error error{.from = choose_.chance(2) ? target : us,
                         .type = choose_.chance(2) ? std::uint8_t{11} : std::uint8_t{3},
                         .code = choose_.below(16),
                         .local = choose_.chance(8),
                         .quoted_protocol = protocol,
                         .quoted_destination_port = any().port};
        if (choose_.chance(2)) error.quoted_destination = target;
        (protocol == 17 ? error.quoted_payload : error.quoted_transport) = octets;
        engine_.on_icmp_error(error, {.source = error.from, .at = now_, .kernel = some_stamp()});
    }
    void take_events() {
        while (const auto event = engine_.next_event()) {
            if (event->kind == event_kind::finished) ++finished_events_;
            const auto& reply = event->record.reply;
            const bool is_notice =
                reply.kind == answer_kind::icmp_error && (reply.type == 4 || reply.type == 5);
            const bool is_end =
                event->kind == event_kind::reply && !is_notice &&
                event->record.state == probe_state::answered &&
                (event->what == reply_class::answered || event->what == reply_class::late);
            // The first answer of a probe is told once; of a unicast target there is only one.
            if (is_end) SONDE_CHECK(answered_.insert(event->record.id.value).second);
        }
    }
    void to_the_end() {
        if (choose_.chance(4)) engine_.stop(now_);
        for (int i = 0; i < 1'000'000 && !engine_.finished(); ++i) {
            while (const auto probe = engine_.next_transmit()) {
                engine_.on_send_done(probe->id, {.at = now_});
            }
            take_events();
            if (engine_.finished()) break;
            const mono_time next = engine_.next_deadline();
            SONDE_CHECK(next != mono_time::max());
            now_ = next > now_ ? next : now_ + microseconds(1);
            engine_.on_time(now_);
        }
    }

    session& engine_;
    chooser& choose_;
    mono_time now_ = start;
    std::deque<kept> sent_{};
    std::set<std::uint64_t> answered_{};
    int finished_events_ = 0;
};

session_setup make_setup(chooser& choose) {
    return {
        .destination = target,
        .channel = {.raw = choose.chance(2), .source = us, .identifier = 7, .source_port = 40'000},
        .key = {.k0 = choose.octet(), .k1 = 2},
        .start = start};
}

void fuzz_ping(chooser& choose) {
    ping_options options{.count = 1U + choose.octet(),
                         .interval = milliseconds(choose.below(20)),
                         .timeout = milliseconds(1 + choose.octet()),
                         .payload_len = choose.octet(),
                         .preload = 1U + choose.below(4)};
    if (choose.chance(4)) options.deadline = milliseconds(1 + choose.word() % 1000);
    options.adaptive = choose.chance(3);
    options.flood = choose.chance(4);
    options.stop_at_first_answer = choose.chance(8);
    options.keep_records = choose.chance(2);
    options.in_flight_max = 4U << choose.below(6);
    options.socket.verify_checksum = !choose.chance(4);
    SONDE_CHECK(validate(options).empty());
    ping_session session(options, make_setup(choose));
    world(session, choose).run([&] { return session.counts(); });
    const auto result = session.result();
    SONDE_CHECK(!options.keep_records ||
                result.records.size() <= result.counts.sent + result.counts.send_failed + 400);
    SONDE_CHECK(result.rtt.count() <= result.counts.received);
}

void fuzz_trace(chooser& choose) {
    trace_options options{.method = static_cast<probe_method>(choose.below(3)),
                          .max_hops = static_cast<std::uint8_t>(1 + choose.below(12)),
                          .probes_per_hop = static_cast<std::uint8_t>(1 + choose.below(3)),
                          .timeout = milliseconds(1 + choose.word() % 2000)};
    options.retries = choose.below(3);
    options.fast = choose.chance(3);
    options.one_at_a_time = choose.chance(4);
    options.constant_flow = !choose.chance(4);
    options.interval = choose.chance(4) ? milliseconds(choose.below(50)) : milliseconds(0);
    options.payload_len = static_cast<std::uint16_t>(10 + choose.octet());
    SONDE_CHECK(validate(options).empty());
    trace_session session(options, make_setup(choose));
    world(session, choose).run([&] { return session.result().counts; });
    const auto result = session.result();
    SONDE_CHECK(result.hops.size() <= options.max_hops);
    for (const auto& each : result.hops) {
        SONDE_CHECK(each.probes.size() <= options.probes_per_hop);
        SONDE_CHECK(each.rtt.count() == each.received());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    chooser choose(bytes_view(data, size));
    if (choose.chance(2)) {
        fuzz_ping(choose);
    } else {
        fuzz_trace(choose);
    }
    return 0;
}
