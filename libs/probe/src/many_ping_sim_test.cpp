// Ping of many against the simulated internet: what it counts must be what the internet did.

#include <gtest/gtest.h>

#include <sonde/probe/many_ping.hpp>
#include <sonde/sim/run.hpp>

#include "mass_sim_testing.hpp"

namespace sonde {
namespace {

using namespace probe_testing;
using std::chrono::milliseconds;
using std::chrono::seconds;

many_ping_options sim_options() {
    many_ping_options options{};
    options.ceilings = {.per_host = 0, .per_network = 0};
    return options;
}

many_setup setup_of(const sim::scenario& how, std::uint16_t identifier) {
    return sim::make_many_setup(how, {.identifier = identifier, .seed = identifier});
}

TEST(many_ping_in_sim, a_million_hosts_and_two_engines_at_once_count_every_class_exactly) {
    const auto how = crowd_scenario();
    sim::internet net(how, 1);
    auto options = sim_options();
    options.rate = 200'000;
    const nanoseconds sending = nanoseconds(seconds(1)) * (crowd_len / 2) / 200'000;
    options.deadline = sending + seconds(7);  // both end at the same moment
    auto silent = options;
    silent.events = {.replies = false, .timeouts = false, .targets = false};
    const auto one_setup = setup_of(how, 1);
    const auto other_setup = setup_of(how, 2);
    many_ping_session one(options, one_setup);
    many_ping_session other(silent, other_setup);
    for (std::uint32_t i = 0; i < crowd_len; i += 2) {
        static_cast<void>(one.add(crowd_host(i), one_setup.start));
        static_cast<void>(other.add(crowd_host(i + 1), other_setup.start));
    }
    std::uint64_t events = 0;
    const std::vector<sim::participant> all{{&one, one_setup}, {&other, other_setup}};
    const auto ran = sim::run_all(all, net, {.on_event = [&](const probe_event&) {
                                      if (++events % 97 != 0) return;
                                      for (const auto* each : {&one, &other}) {
                                          const auto& c = each->counts();
                                          EXPECT_EQ(c.sent, c.received + c.lost + c.in_flight);
                                      }
                                  }});
    EXPECT_TRUE(ran.finished);
    expect_every_class_counted(std::vector{one.counts(), other.counts()}, net.counts());
    EXPECT_EQ(net.counts().sent, crowd_len);
    EXPECT_GT(net.counts().delivered.late, crowd_len / 100);
    EXPECT_GT(net.counts().delivered.duplicates, crowd_len / 50);
    EXPECT_GT(net.counts().delivered.corrupted, crowd_len / 100);
    EXPECT_GT(net.counts().delivered.forged, crowd_len / 50);
    EXPECT_GT(net.counts().delivered.foreign, 1'000U);
    EXPECT_EQ(one.rtt().count(), one.counts().received);
    EXPECT_EQ(one.events_dropped(), 0U);
    probe_counts sum{};
    for (target_index i = 0; i < one.size(); ++i) {
        const auto each = one.summary(i);
        ASSERT_EQ(each.counts.sent, 1U);
        ASSERT_EQ(each.rtt.count, each.counts.received);
        sum.received += each.counts.received;
        sum.late += each.counts.late;
        sum.forged += each.counts.forged;
    }
    EXPECT_EQ(sum.received, one.counts().received);
    EXPECT_EQ(sum.late, one.counts().late);
    EXPECT_EQ(sum.forged, one.counts().forged);
}

TEST(many_ping_in_sim, many_rounds_over_both_families_count_every_class_exactly) {
    const auto how = crowd_scenario();
    for (const std::uint64_t seed : {1U, 2U}) {
        sim::internet net(how, seed);
        auto options = sim_options();
        options.count = 10;
        options.interval = milliseconds(20);
        options.deadline = seconds(9);
        const auto one_setup = setup_of(how, 1);
        const auto other_setup = setup_of(how, 2);
        many_ping_session one(options, one_setup);
        many_ping_session other(options, other_setup);
        for (std::uint32_t i = 0; i < 200; ++i) {
            static_cast<void>(one.add(crowd_host(i), one_setup.start));
            static_cast<void>(other.add(crowd_host6(i), other_setup.start));
            static_cast<void>(one.add(crowd_host6(1'000 + i), one_setup.start));
            static_cast<void>(other.add(crowd_host(1'000 + i), other_setup.start));
        }
        const std::vector<sim::participant> all{{&one, one_setup}, {&other, other_setup}};
        EXPECT_TRUE(sim::run_all(all, net).finished);
        EXPECT_EQ(net.counts().sent, 8'000U);
        EXPECT_GT(net.counts().reordered, 50U);
        // Between the families each socket is deaf: only strangers over IPv4 and the other's IPv4.
        const auto truth = net.counts();
        EXPECT_EQ(one.counts().received + other.counts().received, truth.delivered.answers);
        EXPECT_EQ(one.counts().late + other.counts().late, truth.delivered.late);
        EXPECT_EQ(one.counts().duplicates + other.counts().duplicates, truth.delivered.duplicates);
        EXPECT_EQ(one.counts().reordered + other.counts().reordered, truth.reordered);
        EXPECT_EQ(one.counts().corrupted + other.counts().corrupted, truth.delivered.corrupted);
        EXPECT_EQ(one.counts().forged + other.counts().forged, truth.delivered.forged);
    }
}

TEST(many_ping_in_sim, a_ping_socket_of_each_family_serves_as_well) {
    const auto how = crowd_scenario();
    sim::internet net(how, 1);
    auto options = sim_options();
    options.retries = 4;
    const auto setup = sim::make_many_setup(how, {.raw = false});
    many_ping_session session(options, setup);
    for (std::uint32_t i = 0; i < 500; ++i) {
        static_cast<void>(session.add(crowd_host(i), setup.start));
        static_cast<void>(session.add(crowd_host6(i), setup.start));
    }
    session.seal(setup.start);
    EXPECT_TRUE(sim::run(session, net, {.setup = setup}).finished);
    for (target_index i = 0; i < 1'000; ++i) EXPECT_TRUE(session.summary(i).is_alive()) << i;
    EXPECT_EQ(session.counts().received, 1'000U);
    EXPECT_EQ(session.counts().foreign, 0U);
}

TEST(many_ping_in_sim, hop_limits_that_end_on_the_way_come_back_as_errors_of_their_targets) {
    auto how = crowd_scenario();
    for (const bool raw : {false, true}) {
        sim::internet net(how, 1);
        auto options = sim_options();
        options.hop_limit = 2;
        options.retries = 4;
        const auto setup = sim::make_many_setup(how, {.raw = raw});
        many_ping_session session(options, setup);
        for (std::uint32_t i = 0; i < 100; ++i) {
            static_cast<void>(session.add(crowd_host(i), setup.start));
            static_cast<void>(session.add(crowd_host6(i), setup.start));
        }
        session.seal(setup.start);
        EXPECT_TRUE(sim::run(session, net, {.setup = setup}).finished);
        for (target_index i = 0; i < 200; ++i) {
            const auto one = session.summary(i);
            EXPECT_GT(one.counts.errors, 0U);
            EXPECT_EQ(one.last_type, one.address.is_v4() ? 11 : 3);
            EXPECT_EQ(to_string(one.last_from),
                      one.address.is_v4() ? "10.255.2.1" : "2001:db8:0:2::1");
        }
    }
}

TEST(many_ping_in_sim, the_rtt_of_a_target_among_many_is_its_rtt_alone) {
    const auto how = sim::read_scenario(R"({"target": {"prefix": "10.0.0.0/12", "delay_ms": 5}})");
    ASSERT_TRUE(how.has_value());
    for (const std::uint32_t targets : {1U, 20'000U}) {
        sim::internet net(*how, 1);
        auto options = sim_options();
        options.count = 3;
        const auto setup = sim::make_many_setup(*how);
        many_ping_session session(options, setup);
        for (std::uint32_t i = 0; i < targets; ++i) {
            static_cast<void>(session.add(crowd_host(i), setup.start));
        }
        session.seal(setup.start);
        EXPECT_TRUE(sim::run(session, net, {.setup = setup}).finished);
        const auto one = session.summary(targets / 2);
        EXPECT_EQ(one.rtt.mean(), milliseconds(10));
        EXPECT_EQ(one.rtt.max, milliseconds(10));
        EXPECT_EQ(one.sent_by, stamp_source::kernel);
        EXPECT_EQ(session.counts().received, std::uint64_t{3} * targets);
    }
}

}  // namespace
}  // namespace sonde
