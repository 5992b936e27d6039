// Random events in virtual time: whatever comes in whatever order, a sweep keeps its counts, asks
// no address more often than it may, knows who answered, and ends. The octets of the input choose
// what happens.

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/probe/sweep.hpp>
#include <sonde/wire/checksum.hpp>

#include "probe_fuzzing.hpp"

namespace {

using namespace sonde;
using fuzzing::chooser;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr mono_time start{std::chrono::seconds(10)};
const ip_address us{ipv4_address{0xc6336401}};
const ip_address us6{ipv6_address::from_integer(uint128{0x20010db8cafe} << 80)};
constexpr std::size_t kept_max = 128;
constexpr int steps_max = 400;

address_set some_set(chooser& choose) {
    address_set made;
    for (int i = choose.below(5); i > 0; --i) {
        const std::uint32_t first = 0x0a000000U + choose.octet();
        made.add(*ip_range::between(ipv4_address{first}, ipv4_address{first + choose.below(40)}));
    }
    for (int i = choose.below(4); i > 0; --i) {
        const uint128 first = (uint128{0x20010db8} << 96) + choose.octet();
        made.add(*ip_range::between(ipv6_address::from_integer(first),
                                    ipv6_address::from_integer(first + choose.below(40))));
    }
    if (choose.chance(8)) made.add(*ip_range::parse("224.0.0.0/30"));
    if (choose.chance(16)) made.add(*ip_range::parse("2001:db8:1::/80"));  // more than have bits
    return made;
}

sweep_options some_options(chooser& choose) {
    sweep_options options{.rate = choose.chance(2) ? 0.0 : 100.0 * (1 + choose.octet()),
                          .tries = static_cast<std::uint8_t>(1 + choose.below(4)),
                          .timeout = milliseconds(1 + choose.octet()),
                          .seed = choose.octet(),
                          .position = choose.chance(4) ? choose.octet() : 0U};
    if (choose.chance(4)) options.limit = 1U + choose.octet();
    options.shards = 1U + choose.below(3);
    options.shard = choose.octet() % options.shards;
    options.in_order = choose.chance(4);
    options.ceilings.per_host = choose.chance(2) ? 0 : 100;
    options.ceilings.per_network = choose.chance(2) ? 0 : 1000;
    options.ceilings.network_burst = 1U + choose.octet();
    options.ceilings.allow_broadcast = choose.chance(4);
    options.payload_len = static_cast<std::uint16_t>(16 + choose.below(64));
    options.in_flight_max = 1U << choose.below(9);
    options.events = {.sent = choose.chance(2),
                      .replies = !choose.chance(8),
                      .timeouts = choose.chance(2),
                      .send_failures = !choose.chance(8)};
    options.socket.verify_checksum = !choose.chance(4);
    SONDE_CHECK(validate(options).empty());
    return options;
}

/// A probe that was handed out, kept to make answers from.
struct kept {
    std::uint64_t number = 0;
    ip_address to{};
    std::vector<std::uint8_t> octets;
};

class world {
  public:
    world(chooser& choose, const sweep_options& options, const address_set& targets,
          const many_setup& setup)
        : choose_(choose), options_(options), session_(options, targets, setup) {}

    void run() {
        for (int step = 0; step < steps_max && !choose_.empty() && !session_.finished(); ++step) {
            send_some();
            one_event();
            if (choose_.chance(2)) take_events();
            check();
        }
        to_the_end();
        take_events();
        check();
        SONDE_CHECK(session_.finished() && finished_events_ == 1);
        SONDE_CHECK(session_.counts().in_flight == 0);
        check_who_answered();
    }

  private:
    void check() {
        const auto& c = session_.counts();
        SONDE_CHECK(c.sent == c.received + c.lost + c.in_flight);
        SONDE_CHECK(c.errors + c.late <= c.lost);
        SONDE_CHECK(session_.rtt().count() <= c.received);
        const auto p = session_.progress();
        SONDE_CHECK(p.settled <= p.position && p.position <= p.size && p.share <= p.size);
        SONDE_CHECK(settled_before_ <= p.settled && position_before_ <= p.position);
        SONDE_CHECK(p.share > sweep_session::bits_max || p.answered + p.refused <= p.share);
        SONDE_CHECK(p.pass >= 1 && p.pass <= options_.tries && p.left >= nanoseconds{});
        settled_before_ = p.settled;
        position_before_ = p.position;
    }
    void check_who_answered() {
        const auto p = session_.progress();
        if (p.share > sweep_session::bits_max || p.size > 4096) return;
        std::uint64_t answered = 0;
        for (std::uint64_t i = 0; i < p.size; ++i) answered += session_.has_answered(i) ? 1U : 0U;
        SONDE_CHECK(answered == p.answered);
    }
    void note(const transmit& probe) {
        SONDE_CHECK(session_.targets().contains(probe.destination));
        SONDE_CHECK(options_.ceilings.allow(probe.destination));
        SONDE_CHECK(asked_ == 0 || probe.id.value > highest_);
        SONDE_CHECK(++times_[probe.destination] <= options_.tries);
        highest_ = probe.id.value;
        ++asked_;
        sent_.push_back(
            {probe.id.value, probe.destination, {probe.octets.begin(), probe.octets.end()}});
        if (sent_.size() > kept_max) sent_.pop_front();
    }
    void send_some() {
        for (int i = choose_.below(12); i > 0; --i) {
            const auto probe = session_.next_transmit();
            if (!probe) return;
            note(*probe);
            if (choose_.chance(16)) continue;  // told later, or never
            session_.on_send_done(probe->id, {.code = choose_.chance(8) ? 101 : 0, .at = now_});
        }
    }
    void one_event() {
        if (choose_.chance(3)) now_ += microseconds(choose_.word()) * (choose_.chance(8) ? 20 : 1);
        switch (choose_.below(8)) {
            case 0:
                return session_.on_time(now_);
            case 1:
                if (!sent_.empty()) session_.on_transmit_stamp({any().number}, some_stamp());
                return;
            case 2:
                if (sent_.empty()) return;
                return session_.on_send_done({any().number},
                                             {.code = choose_.below(3), .at = now_});
            case 3:
                return report_error();
            case 4:
                if (choose_.chance(32)) session_.stop(now_);
                return;
            default:
                return receive();
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
    static std::vector<std::uint8_t> quote_of(const kept& probe, chooser& choose) {
        const bool v4 = probe.to.is_v4();
        std::vector<std::uint8_t> made(8 + (v4 ? 20U : 40U));
        made[0] = v4 ? 3 : 1;
        if (choose.chance(8)) made[0] = choose.octet();
        made[1] = choose.below(16);
        const bytes_mut quote = bytes_mut(made).subspan(8);
        quote[0] = v4 ? 0x45 : 0x60;
        if (v4) {
            put_be16_at(quote, 2, static_cast<std::uint16_t>(20 + probe.octets.size()));
            quote[9] = 1;
            put_be32_at(quote, 12, us.v4().value);
            put_be32_at(quote, 16, probe.to.v4().value);
        } else {
            put_be16_at(quote, 4, static_cast<std::uint16_t>(probe.octets.size()));
            quote[6] = 58;
            copy_octets(quote.subspan(8), us6.v6().octets);
            copy_octets(quote.subspan(24), probe.to.v6().octets);
        }
        made.insert(made.end(), probe.octets.begin(), probe.octets.end());
        return made;
    }
    void receive() {
        std::vector<std::uint8_t> octets;
        ip_address from = us;
        if (!sent_.empty()) {
            const kept& probe = any();
            from = choose_.chance(8) ? any().to : probe.to;
            if (choose_.chance(3)) {
                octets = quote_of(probe, choose_);
            } else {
                octets = probe.octets;
                octets[0] = probe.to.is_v4() ? 0 : 129;
            }
        }
        mutate(octets);
        if (octets.size() >= 4 && from.is_v4() && !choose_.chance(16)) {
            put_be16_at(octets, 2, 0);
            put_be16_at(octets, 2, internet_checksum(octets));
        }
        const std::uint8_t protocol = from.is_v4() ? 1 : 58;
        session_.on_datagram(octets,
                             {.source = from,
                              .protocol = choose_.chance(32) ? choose_.octet() : protocol,
                              .at = now_,
                              .kernel = some_stamp()});
    }
    void report_error() {
        if (sent_.empty()) return;
        const kept probe = any();
        std::vector<std::uint8_t> octets = probe.octets;
        mutate(octets);
        icmp_error error{.from = choose_.chance(2) ? us : us6,
                         .type = choose_.below(6),
                         .code = choose_.below(16),
                         .local = choose_.chance(8),
                         .quoted_protocol = static_cast<std::uint8_t>(probe.to.is_v4() ? 1 : 58)};
        if (choose_.chance(2)) error.quoted_destination = probe.to;
        error.quoted_transport = octets;
        session_.on_icmp_error(error, {.source = error.from, .at = now_, .kernel = some_stamp()});
    }
    void take_events() {
        while (const auto event = session_.next_event()) {
            if (event->kind == event_kind::finished) ++finished_events_;
            SONDE_CHECK(event->target == no_target || event->target < session_.targets().size());
            SONDE_CHECK(event->record.reply.rtt >= nanoseconds{});
        }
    }
    void to_the_end() {
        for (int i = choose_.below(3); i > 0; --i) session_.stop(now_);
        // A set without end is not waited for.
        if (session_.progress().share > 4096) session_.stop(now_);
        for (int i = 0; i < 1'000'000 && !session_.finished(); ++i) {
            while (const auto probe = session_.next_transmit()) {
                note(*probe);
                session_.on_send_done(probe->id, {.at = now_});
            }
            take_events();
            if (session_.finished()) break;
            const mono_time next = session_.next_deadline();
            SONDE_CHECK(next != mono_time::max());
            now_ = next > now_ ? next : now_ + microseconds(1);
            session_.on_time(now_);
        }
    }

    chooser& choose_;
    sweep_options options_;
    sweep_session session_;
    mono_time now_ = start;
    std::deque<kept> sent_{};
    std::map<ip_address, int> times_{};
    std::uint64_t highest_ = 0;
    std::uint64_t asked_ = 0;
    std::uint64_t settled_before_ = 0;
    std::uint64_t position_before_ = 0;
    int finished_events_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    chooser choose(bytes_view(data, size));
    const address_set targets = some_set(choose);
    const sweep_options options = some_options(choose);
    many_setup setup{.key = {.k0 = choose.octet(), .k1 = 2}, .start = start};
    const bool raw = choose.chance(2);
    if (!choose.chance(8)) setup.v4 = probe_channel{.raw = raw, .source = us, .identifier = 7};
    if (!choose.chance(8)) setup.v6 = probe_channel{.raw = raw, .source = us6, .identifier = 8};
    world(choose, options, targets, setup).run();
    return 0;
}
