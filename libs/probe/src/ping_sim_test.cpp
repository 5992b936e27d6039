// Ping against the simulated internet: what it counts must be what the internet says it did.

#include <gtest/gtest.h>

#include <sonde/probe/ping.hpp>
#include <sonde/sim/run.hpp>

namespace sonde {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// The whole million takes seconds without a sanitizer and minutes with one.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
constexpr std::uint64_t many_pings = 100'000;
#else
constexpr std::uint64_t many_pings = 1'000'000;
#endif

sim::scenario read(std::string_view json) {
    auto made = sim::read_scenario(json);
    EXPECT_TRUE(made.has_value()) << made.error();
    return made.value_or(sim::scenario{});
}

sim::scenario ready(std::string_view name) { return read(sim::ready_made_text(name)); }

constexpr std::string_view hostile = R"({
  "source": "198.51.100.1", "source6": "2001:db8:cafe::1",
  "hops": [
    {"address": "10.0.1.1", "address6": "2001:db8:0:1::1", "delay_ms": 0.3, "loss": 0.01},
    {"address": "10.0.2.1", "address6": "2001:db8:0:2::1", "delay_ms": 2, "jitter_ms": 0.4}
  ],
  "target": {"address": "192.0.2.9", "address6": "2001:db8:ffff::9", "delay_ms": 3,
             "jitter_ms": 2, "loss": 0.02, "corrupt": 0.02,
             "late": {"probability": 0.02, "delay_ms": 5000},
             "reorder": {"probability": 0.02, "delay_ms": 50},
             "duplicate": {"probability": 0.03, "copies": 2, "interval_ms": 0.1}, "forge": 0.03},
  "foreign_per_second": 50
})";

/// Every count of the session beside the internet's.
void expect_the_same(const probe_counts& ours, const sim::internet_counts& truth,
                     bool corrupted_seen) {
    EXPECT_EQ(ours.sent, truth.sent);
    EXPECT_EQ(ours.received, truth.delivered.answers);
    EXPECT_EQ(ours.late, truth.delivered.late);
    EXPECT_EQ(ours.duplicates, truth.delivered.duplicates);
    EXPECT_EQ(ours.reordered, truth.reordered);
    EXPECT_EQ(ours.corrupted, corrupted_seen ? truth.delivered.corrupted : 0U);
    EXPECT_EQ(ours.forged, truth.delivered.forged);
    EXPECT_EQ(ours.foreign, truth.delivered.foreign);
    EXPECT_EQ(ours.lost, ours.sent - ours.received - ours.in_flight);
    EXPECT_EQ(ours.in_flight, 0U);
    EXPECT_EQ(ours.errors, 0U);
}

struct outcome {
    ping_result result;
    sim::internet_counts truth;
};

outcome ping_through(const sim::scenario& how, const ping_options& options, ip_family family,
                     std::uint64_t seed) {
    EXPECT_TRUE(validate(options).empty());
    sim::internet net(how, seed);
    const auto setup = sim::make_setup(how, {.family = family, .seed = seed});
    ping_session session(options, setup);
    // Looking at every event would dominate the run; every hundredth shows the same.
    std::uint64_t events = 0;
    const auto done = sim::run(
        session, net, {.setup = setup, .on_event = [&](const probe_event&) {
                           if (++events % 97 != 0) return;
                           const auto& counts = session.counts();
                           EXPECT_EQ(counts.sent, counts.received + counts.lost + counts.in_flight);
                       }});
    EXPECT_TRUE(done.finished);
    return {session.result(), net.counts()};
}

ping_options many(std::uint64_t count) {
    ping_options options{.count = count, .interval = milliseconds(1), .timeout = seconds(2)};
    options.keep_records = false;
    return options;
}

TEST(ping_in_sim, as_many_pings_as_there_are_counts_exactly_what_the_internet_did) {
    const auto made = ping_through(read(hostile), many(many_pings), ip_family::v4, 1);
    expect_the_same(made.result.counts, made.truth, true);
    EXPECT_GT(made.truth.delivered.late, many_pings / 100);
    EXPECT_GT(made.truth.delivered.duplicates, many_pings / 50);
    EXPECT_GT(made.truth.delivered.corrupted, many_pings / 100);
    EXPECT_GT(made.truth.delivered.forged, many_pings / 50);
    EXPECT_GT(made.truth.reordered, many_pings / 100);
    EXPECT_GT(made.truth.lost_back + made.truth.lost_forward, many_pings / 50);
    EXPECT_EQ(made.result.rtt.count(), made.result.counts.received);
}

TEST(ping_in_sim, over_ipv6_the_kernel_drops_what_is_corrupted_and_all_else_is_the_same) {
    const auto made = ping_through(read(hostile), many(many_pings / 10), ip_family::v6, 2);
    expect_the_same(made.result.counts, made.truth, false);
    EXPECT_GT(made.truth.delivered.corrupted, 0U);
}

TEST(ping_in_sim, many_seeds_of_a_short_run_agree_as_well) {
    const auto how = read(hostile);
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        const auto made = ping_through(how, many(300), ip_family::v4, seed);
        expect_the_same(made.result.counts, made.truth, true);
    }
}

TEST(ping_in_sim, the_same_seed_gives_the_same_run) {
    const auto how = read(hostile);
    const auto one = ping_through(how, many(2'000), ip_family::v4, 5);
    const auto other = ping_through(how, many(2'000), ip_family::v4, 5);
    EXPECT_EQ(one.result.rtt.mean(), other.result.rtt.mean());
    EXPECT_EQ(one.result.counts.received, other.result.counts.received);
}

TEST(ping_in_sim, the_rtt_is_the_paths_by_the_kernels_stamps_and_user_spaces_is_kept_beside_it) {
    const auto how = ready("five_routers");
    const auto setup = sim::make_setup(how);
    sim::internet net(how, 1);
    ping_session session(ping_options{.count = 3}, setup);
    sim::run(
        session,
        net,
        {.setup = setup, .transmit_delay = milliseconds(200), .receive_delay = milliseconds(300)});
    const auto result = session.result();
    ASSERT_EQ(result.counts.received, 3U);
    EXPECT_EQ(result.rtt_user.mean() - result.rtt.mean(), milliseconds(500));
    EXPECT_EQ(result.records[0].reply.sent_by, stamp_source::kernel);
    EXPECT_EQ(result.records[0].reply.received_by, stamp_source::kernel);
}

TEST(ping_in_sim, without_kernel_stamps_user_spaces_rtt_serves_and_says_so) {
    const auto how = ready("five_routers");
    const auto setup = sim::make_setup(how);
    sim::internet net(how, 1);
    ping_session session(ping_options{.count = 1}, setup);
    sim::run(session, net, {.setup = setup, .kernel_stamps = false});
    EXPECT_EQ(session.result().records[0].reply.sent_by, stamp_source::user);
    EXPECT_EQ(session.result().rtt.mean(), session.result().rtt_user.mean());
}

TEST(ping_in_sim, two_sessions_of_one_host_with_one_identifier_never_take_each_others_answers) {
    const auto how = read(hostile);
    sim::internet net(how, 3);
    auto setup = sim::make_setup(how, {.seed = 3});
    auto other_setup = sim::make_setup(how, {.seed = 4});
    ping_session one(many(2'000), setup);
    ping_session other(many(2'000), other_setup);
    const std::vector<sim::participant> all{{&one, setup}, {&other, other_setup}};
    EXPECT_TRUE(sim::run_all(all, net).finished);
    const auto truth = net.counts();
    EXPECT_EQ(one.counts().received + other.counts().received, truth.delivered.answers);
    EXPECT_EQ(one.counts().duplicates + other.counts().duplicates, truth.delivered.duplicates);
    // Each sees the other's answers on its raw socket: our identifier without our cookie.
    EXPECT_GT(one.counts().forged, 1'000U);
    EXPECT_EQ(one.counts().sent, 2'000U);
}

TEST(ping_in_sim, a_ping_socket_serves_as_well_as_a_raw_one) {
    const auto how = ready("five_routers");
    for (const auto family : {ip_family::v4, ip_family::v6}) {
        const auto setup = sim::make_setup(how, {.family = family, .raw = false});
        sim::internet net(how, 1);
        ping_options options{.count = 5, .interval = milliseconds(10)};
        ping_session session(options, setup);
        EXPECT_TRUE(sim::run(session, net, {.setup = setup}).finished);
        EXPECT_EQ(session.result().counts.received, 5U);
        EXPECT_FALSE(session.result().raw);
    }
}

TEST(ping_in_sim, hop_limits_that_end_on_the_way_come_back_as_errors_on_both_kinds_of_socket) {
    const auto how = ready("five_routers");
    for (const auto family : {ip_family::v4, ip_family::v6}) {
        for (const bool raw : {false, true}) {
            const auto setup = sim::make_setup(how, {.family = family, .raw = raw});
            sim::internet net(how, 1);
            ping_session session(ping_options{.count = 2, .hop_limit = 3}, setup);
            EXPECT_TRUE(sim::run(session, net, {.setup = setup}).finished);
            const auto result = session.result();
            EXPECT_EQ(result.counts.errors, 2U);
            EXPECT_EQ(result.records[0].reply.type, family == ip_family::v4 ? 11 : 3);
            EXPECT_TRUE(result.records[0].reply.verified);
        }
    }
}

TEST(ping_in_sim, short_payloads_are_answered_by_their_numbers_alone) {
    const auto how = ready("five_routers");
    for (std::uint16_t len = 0; len < 12; ++len) {
        const auto setup = sim::make_setup(how);
        sim::internet net(how, 1);
        ping_options options{.count = 3, .interval = milliseconds(1), .payload_len = len};
        ping_session session(options, setup);
        EXPECT_TRUE(sim::run(session, net, {.setup = setup}).finished);
        EXPECT_EQ(session.result().counts.received, 3U) << len;
        EXPECT_EQ(session.result().records[0].reply.verified, len >= 8);
    }
}

TEST(ping_in_sim, flood_keeps_one_probe_in_flight_and_a_hundred_a_second_at_least) {
    const auto how = ready("five_routers");
    const auto setup = sim::make_setup(how);
    sim::internet net(how, 1);
    ping_options options{.count = 1'000};
    options.flood = true;
    ping_session session(options, setup);
    EXPECT_TRUE(sim::run(session, net, {.setup = setup}).finished);
    EXPECT_EQ(session.result().counts.received, 1'000U);
    EXPECT_LE(session.result().duration, seconds(10));
}

}  // namespace
}  // namespace sonde
