#pragma once
/// What the tests of many_ping_session share: a caller by hand, who looks after every step whether
/// the counts add up, of each target and of all.

#include <functional>
#include <map>

#include <sonde/probe/many_ping.hpp>

#include "probe_testing.hpp"

namespace sonde::probe_testing {

inline many_setup crowd_setup(bool v6 = true) {
    many_setup made{.key = {.k0 = 0x0706050403020100, .k1 = 0x0f0e0d0c0b0a0908}, .start = start};
    made.v4 = probe_channel{.raw = true, .source = us, .identifier = 0x1234};
    if (v6) made.v6 = probe_channel{.raw = true, .source = ipv6_address{}, .identifier = 0x4321};
    return made;
}
/// Nobody is harmed by packets that are never sent.
inline constexpr rate_ceilings no_ceilings{.per_host = 0, .per_network = 0};

inline ip_address host(std::uint32_t index) { return ipv4_address{0x0a000000 + index}; }
inline ip_address host6(std::uint32_t index) {
    return ipv6_address::from_integer((uint128{0x20010db800000000} << 64) | index);
}

class crowd {
  public:
    explicit crowd(const many_ping_options& options, const many_setup& setup = crowd_setup())
        : session(options, setup), now(setup.start) {
        EXPECT_TRUE(validate(options).empty());
    }

    struct sent_probe {
        std::uint64_t number = 0;
        mono_time at{};
        ip_address to{};
        octets_t octets;
    };

    many_ping_session session;
    mono_time now;
    std::vector<sent_probe> sent{};
    std::vector<probe_event> events{};
    int send_error = 0;
    nanoseconds leaves_after{-1};  // kernel's stamp of what is sent; negative: none
    /// Asked for each probe that is sent: how long its answer takes, or none.
    std::function<std::optional<nanoseconds>(const sent_probe&)> answers{};

    target_index add(const ip_address& to) {
        const auto made = session.add(to, now);
        check();
        return made;
    }
    void attend() {
        while (const auto probe = session.next_transmit()) {
            sent.push_back({probe->id.value,
                            now,
                            probe->destination,
                            {probe->octets.begin(), probe->octets.end()}});
            session.on_send_done(probe->id, {.code = send_error, .at = now});
            if (leaves_after >= nanoseconds{}) {
                session.on_transmit_stamp(probe->id, {now + leaves_after, stamp_source::kernel});
            }
            if (answers) {
                if (const auto after = answers(sent.back())) {
                    arrivals_.emplace(now + *after, sent.size() - 1);
                }
            }
        }
        while (auto event = session.next_event()) events.push_back(std::move(*event));
        check();
    }
    /// The same for each target and for all; of very many, for all only.
    void check() {
        const auto& all = session.counts();
        ASSERT_EQ(all.sent, all.received + all.lost + all.in_flight);
        ASSERT_LE(all.errors + all.late, all.lost);
        if (session.size() > 60) return;
        probe_counts sum{};
        for (target_index i = 0; i < session.size(); ++i) {
            const auto one = session.summary(i).counts;
            ASSERT_EQ(one.sent, one.received + one.lost + one.in_flight);
            ASSERT_LE(one.lost, one.sent);
            sum.sent += one.sent;
            sum.received += one.received;
            sum.lost += one.lost;
            sum.in_flight += one.in_flight;
            sum.late += one.late;
            sum.errors += one.errors;
            sum.duplicates += one.duplicates;
            sum.reordered += one.reordered;
            sum.send_failed += one.send_failed;
            sum.corrupted += one.corrupted;
            sum.forged += one.forged;
        }
        ASSERT_EQ(sum.sent, all.sent);
        ASSERT_EQ(sum.received, all.received);
        ASSERT_EQ(sum.lost, all.lost);
        ASSERT_EQ(sum.in_flight, all.in_flight);
        ASSERT_EQ(sum.late, all.late);
        ASSERT_EQ(sum.errors, all.errors);
        ASSERT_EQ(sum.duplicates, all.duplicates);
        ASSERT_EQ(sum.reordered, all.reordered);
        ASSERT_EQ(sum.send_failed, all.send_failed);
        ASSERT_EQ(sum.corrupted, all.corrupted);
        ASSERT_EQ(sum.forged, all.forged);
    }
    void receive(const octets_t& octets, const ip_address& from, stamp kernel = {}) {
        session.on_datagram(octets,
                            {.source = from,
                             .protocol = static_cast<std::uint8_t>(from.is_v4() ? 1 : 58),
                             .at = now,
                             .kernel = kernel,
                             .hop_limit = std::uint8_t{60}});
        attend();
    }
    void answer(const sent_probe& probe) { receive(reply_to(probe), probe.to); }
    [[nodiscard]] static octets_t reply_to(const sent_probe& probe) {
        if (probe.to.is_v4()) return echo_reply(probe.octets);
        octets_t made = probe.octets;
        made[0] = 129;
        return made;
    }
    void run_until(mono_time until) {
        attend();
        while (!session.finished()) {
            mono_time next = session.next_deadline();
            if (!arrivals_.empty()) next = std::min(next, arrivals_.begin()->first);
            if (next > until) break;
            now = next > now ? next : now + nanoseconds(1);
            while (!arrivals_.empty() && arrivals_.begin()->first <= now) {
                const auto index = arrivals_.begin()->second;
                arrivals_.erase(arrivals_.begin());
                receive(reply_to(sent[index]), sent[index].to);
            }
            session.on_time(now);
            attend();
        }
        if (until != mono_time::max()) now = std::max(now, until);
    }
    void run_for(nanoseconds span) { run_until(now + span); }
    void run_to_the_end() {
        session.seal(now);
        run_until(mono_time::max());
        EXPECT_TRUE(session.finished());
    }
    [[nodiscard]] probe_counts counts(target_index which) const {
        return session.summary(which).counts;
    }
    [[nodiscard]] std::vector<probe_event> of_kind(event_kind kind) const {
        std::vector<probe_event> made;
        for (const auto& event : events) {
            if (event.kind == kind) made.push_back(event);
        }
        return made;
    }

  private:
    std::multimap<mono_time, std::size_t> arrivals_{};
};

}  // namespace sonde::probe_testing
