#pragma once
/// What the tests of sweeps share: a caller by hand who sends what a sweep wants sent, keeps a
/// copy, answers as the test says, and looks after every step whether the counts add up.

#include <vector>

#include <gtest/gtest.h>

#include <sonde/probe/sweep.hpp>

#include "probe_testing.hpp"

namespace sonde::probe_testing {

inline const ip_address us6{*ipv6_address::parse("2001:db8:cafe::1")};

inline many_setup sweep_setup() {
    return {.v4 = probe_channel{.raw = true, .source = us, .identifier = 0x1234},
            .v6 = probe_channel{.raw = true, .source = us6, .identifier = 0x1234},
            .key = {.k0 = 0x0706050403020100, .k1 = 0x0f0e0d0c0b0a0908},
            .start = start};
}

inline address_set set_of(std::initializer_list<const char*> ranges) {
    address_set made;
    for (const char* text : ranges) EXPECT_TRUE(made.add(*ip_range::parse(text))) << text;
    return made;
}

/// As fast as it goes, without ceilings.
inline sweep_options at_once() {
    sweep_options options{.rate = 0};
    options.ceilings = {.per_host = 0, .per_network = 0};
    return options;
}

struct swept {
    std::uint64_t number = 0;
    ip_address to{};
    mono_time at{};
    octets_t octets;
};

/// The reply to an echo request of either family.
inline octets_t reply_to(const swept& probe) {
    octets_t made = probe.octets;
    made[0] = probe.to.is_v4() ? 0 : 129;
    if (probe.to.is_v4()) resum(made);
    return made;
}

/// An ICMP error (type 3, or 1 for ICMPv6) that quotes the probe's first `quote_len` octets.
inline octets_t refusal_of(const swept& probe, std::uint8_t code = 1,
                           std::size_t quote_len = SIZE_MAX) {
    const bool v4 = probe.to.is_v4();
    const std::size_t len = std::min(quote_len, probe.octets.size());
    octets_t made(8 + (v4 ? 20 : 40) + len);
    made[0] = v4 ? 3 : 1;
    made[1] = code;
    const bytes_mut quote = bytes_mut(made).subspan(8);
    if (v4) {
        quote[0] = 0x45;
        put_be16_at(quote, 2, static_cast<std::uint16_t>(20 + probe.octets.size()));
        quote[8] = 1;
        quote[9] = 1;
        put_be32_at(quote, 12, us.v4().value);
        put_be32_at(quote, 16, probe.to.v4().value);
    } else {
        quote[0] = 0x60;
        put_be16_at(quote, 4, static_cast<std::uint16_t>(probe.octets.size()));
        quote[6] = 58;
        quote[7] = 1;
        copy_octets(quote.subspan(8), us6.v6().octets);
        copy_octets(quote.subspan(24), probe.to.v6().octets);
    }
    copy_octets(quote.subspan(v4 ? 20 : 40), bytes_view(probe.octets).first(len));
    if (v4) resum(made);
    return made;
}

class sweeper {
  public:
    explicit sweeper(const sweep_options& options, address_set targets,
                     const many_setup& setup = sweep_setup())
        : session(options, std::move(targets), setup), now(setup.start) {
        EXPECT_TRUE(validate(options).empty());
    }

    sweep_session session;
    mono_time now;
    std::vector<swept> sent{};
    std::vector<probe_event> events{};
    int send_error = 0;

    void attend() {
        while (const auto probe = session.next_transmit()) {
            sent.push_back({probe->id.value,
                            probe->destination,
                            now,
                            {probe->octets.begin(), probe->octets.end()}});
            session.on_send_done(probe->id, {.code = send_error, .at = now});
            ASSERT_LT(sent.size(), 2'000'000U) << "sends without end";
        }
        while (auto event = session.next_event()) events.push_back(std::move(*event));
        check();
    }
    void check() const {
        const auto& c = session.counts();
        const auto p = session.progress();
        ASSERT_EQ(c.sent, c.received + c.lost + c.in_flight);
        ASSERT_LE(c.errors + c.late, c.lost);
        ASSERT_LE(p.settled, p.position);
        ASSERT_LE(p.position, p.size);
        ASSERT_LE(p.answered + p.refused, p.share);
    }
    void run_until(mono_time until) {
        attend();
        while (!session.finished()) {
            const mono_time next = session.next_deadline();
            if (next > until) break;
            now = std::max(next, now);
            session.on_time(now);
            attend();
        }
        now = std::max(now, until);
    }
    void run_for(nanoseconds span) { run_until(now + span); }
    void run_to_the_end() {
        attend();
        for (int i = 0; !session.finished(); ++i) {
            ASSERT_LT(i, 3'000'000);
            const mono_time next = session.next_deadline();
            ASSERT_NE(next, mono_time::max()) << "waits for nothing";
            now = std::max(next, now);
            session.on_time(now);
            attend();
        }
    }
    void receive(const octets_t& octets, const ip_address& from, stamp kernel = {}) {
        session.on_datagram(octets,
                            {.source = from,
                             .protocol = static_cast<std::uint8_t>(from.is_v4() ? 1 : 58),
                             .at = now,
                             .kernel = kernel});
        check();
        attend();
    }
    void answer(std::size_t which) { receive(reply_to(sent[which]), sent[which].to); }
    void refuse(std::size_t which, std::size_t quote_len = SIZE_MAX) {
        const ip_address from = sent[which].to.is_v4() ? router : us6;
        receive(refusal_of(sent[which], 1, quote_len), from);
    }
    [[nodiscard]] std::vector<reply_class> classes() const {
        std::vector<reply_class> made;
        for (const auto& event : events) {
            if (event.kind == event_kind::reply) made.push_back(event.what);
        }
        return made;
    }
    [[nodiscard]] std::size_t count(event_kind kind) const {
        std::size_t made = 0;
        for (const auto& event : events) made += event.kind == kind ? 1U : 0U;
        return made;
    }
};

}  // namespace sonde::probe_testing
