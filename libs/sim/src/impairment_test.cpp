// Each impairment does what it says, is counted exactly, and happens as often as it should.

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "sim_testing.hpp"

namespace sonde::sim {
namespace {

constexpr std::uint16_t rounds = 5'000;

scenario with_target(const std::string& keys) {
    return read_or_fail(R"({"hops": [{"address": "10.0.0.1", "delay_ms": 1}],
        "target": {"address": "192.0.2.9", "address6": "2001:db8:ffff::9", "delay_ms": 4, )" +
                        keys + "}}");
}

struct history {
    internet_counts did{};
    std::vector<came_back> back;
};

/// One echo request a millisecond, sequence numbers from 0; then a minute of waiting.
history play(const scenario& how, const char* to = "192.0.2.9") {
    internet net(how, 42);
    history made;
    mono_time now = test_start;
    for (std::uint16_t i = 0; i < rounds; ++i, now += ms(1)) {
        net.send(echo_probe({.to = to, .number = i}), now);
        for (came_back& one : collect(net, now)) made.back.push_back(std::move(one));
    }
    for (came_back& one : collect(net, now + std::chrono::minutes(1))) {
        made.back.push_back(std::move(one));
    }
    made.did = net.counts();
    EXPECT_EQ(made.did.on_the_way, 0U);
    EXPECT_EQ(made.did.sent, rounds);
    EXPECT_EQ(made.did.delivered.all(), made.back.size());
    return made;
}

std::uint16_t number_of(const came_back& one) {
    return icmp_echo::view::parse(one.transport())->sequence_number();
}
nanoseconds trip_of(const came_back& one) { return one.at - (test_start + ms(number_of(one))); }

/// Within five standard deviations of a binomial distribution: one run in two million is not.
void expect_share(std::uint64_t seen, double probability, std::uint64_t of = rounds) {
    const double n = static_cast<double>(of);
    const double deviation = std::sqrt(n * probability * (1 - probability));
    EXPECT_NEAR(static_cast<double>(seen), n * probability, 5 * deviation + 1);
}

TEST(impairment, without_any_every_answer_comes_once_and_in_order) {
    const history made = play(with_target(R"("silent": false)"));
    ASSERT_EQ(made.back.size(), rounds);
    for (std::uint16_t i = 0; i < rounds; ++i) {
        EXPECT_EQ(number_of(made.back[i]), i);
        EXPECT_EQ(trip_of(made.back[i]), ms(10));
    }
    EXPECT_EQ(made.did.delivered.answers, rounds);
}

TEST(impairment, loss_strikes_each_way_and_every_loss_is_counted) {
    const history made = play(with_target(R"("loss": 0.1)"));
    expect_share(made.did.lost_forward, 0.1);
    expect_share(made.did.lost_back, 0.1, made.did.replied);
    EXPECT_EQ(made.did.lost_forward + made.did.replied, rounds);
    EXPECT_EQ(made.did.lost_back + made.back.size(), made.did.replied);
}

TEST(impairment, jitter_stays_in_its_bounds_and_does_not_reorder) {
    const history made = play(with_target(R"("jitter_ms": 3)"));
    ASSERT_EQ(made.back.size(), rounds);
    nanoseconds longest{};
    for (std::uint16_t i = 0; i < rounds; ++i) {
        EXPECT_EQ(number_of(made.back[i]), i);
        EXPECT_GE(trip_of(made.back[i]), ms(10));
        EXPECT_LT(trip_of(made.back[i]), ms(16));
        longest = std::max(longest, trip_of(made.back[i]));
    }
    EXPECT_GT(longest, ms(15));
    EXPECT_EQ(made.did.reordered, 0U);
}

TEST(impairment, duplicates_are_copies_after_the_first) {
    const history made =
        play(with_target(R"("duplicate": {"probability": 0.05, "copies": 3, "interval_ms": 2})"));
    std::map<std::uint16_t, std::vector<came_back>> by_number;
    for (const came_back& one : made.back) by_number[number_of(one)].push_back(one);
    std::uint64_t copied = 0;
    for (const auto& [number, copies] : by_number) {
        if (copies.size() == 1) continue;
        ++copied;
        ASSERT_EQ(copies.size(), 4U);
        for (const came_back& copy : copies) EXPECT_EQ(copy.octets, copies[0].octets);
        EXPECT_EQ(trip_of(copies[0]), ms(10)) << "copies hold nobody up";
        EXPECT_EQ(copies[3].at - copies[0].at, ms(6));
    }
    expect_share(copied, 0.05);
    EXPECT_EQ(made.did.delivered.duplicates, 3 * copied);
    EXPECT_EQ(made.did.delivered.answers, rounds);
}

TEST(impairment, a_copy_whose_original_is_lost_is_the_answer) {
    const history made = play(with_target(
        R"("loss": 0.3, "duplicate": {"probability": 1, "copies": 1, "interval_ms": 0})"));
    std::map<std::uint16_t, std::uint64_t> times;
    for (const came_back& one : made.back) ++times[number_of(one)];
    EXPECT_EQ(made.did.delivered.answers, times.size());
    EXPECT_EQ(made.did.delivered.answers + made.did.delivered.duplicates, made.back.size());
    EXPECT_EQ(2 * made.did.replied, made.back.size() + made.did.lost_back);
}

TEST(impairment, reordered_answers_are_those_that_a_later_one_overtook) {
    const history made = play(with_target(R"("reorder": {"probability": 0.02, "delay_ms": 5.5})"));
    std::uint64_t overtaken = 0;
    std::uint16_t newest = 0;
    for (const came_back& one : made.back) {
        if (number_of(one) < newest) ++overtaken;
        newest = std::max(newest, number_of(one));
    }
    expect_share(made.did.held_back, 0.02);
    EXPECT_EQ(made.did.reordered, overtaken);
    EXPECT_GT(overtaken, 0U);
    EXPECT_EQ(made.did.delivered.answers, rounds);
}

TEST(impairment, corrupted_answers_fail_their_checksum_and_keep_their_identity) {
    for (const char* to : {"192.0.2.9", "2001:db8:ffff::9"}) {
        const history made = play(with_target(R"("corrupt": 0.05)"), to);
        std::uint64_t damaged = 0;
        for (const came_back& one : made.back) {
            const datagram seen = one.seen();
            const bool holds = seen.source.is_v4()
                                   ? icmp_checksum_holds(seen.transport)
                                   : icmpv6_checksum_holds(
                                         seen.source.v6(), seen.destination.v6(), seen.transport);
            if (!holds) ++damaged;
            EXPECT_EQ(icmp_echo::view::parse(seen.transport)->identifier(), test_identifier);
        }
        EXPECT_EQ(made.did.delivered.corrupted, damaged);
        expect_share(damaged, 0.05);
        EXPECT_EQ(made.did.delivered.answers, rounds - damaged);
    }
}

TEST(impairment, a_forgery_has_identity_and_checksum_but_not_the_payload) {
    for (const char* to : {"192.0.2.9", "2001:db8:ffff::9"}) {
        const history made = play(with_target(R"("forge": 0.05)"), to);
        std::uint64_t lies = 0;
        for (const came_back& one : made.back) {
            const datagram seen = one.seen();
            const auto echo = icmp_echo::view::parse(seen.transport);
            EXPECT_EQ(echo->identifier(), test_identifier);
            EXPECT_TRUE(seen.source.is_v4()
                            ? icmp_checksum_holds(seen.transport)
                            : icmpv6_checksum_holds(
                                  seen.source.v6(), seen.destination.v6(), seen.transport));
            if (octets_t(echo->data().begin(), echo->data().end()) == payload_of(16)) continue;
            ++lies;
            EXPECT_GE(trip_of(one), ms(7.5));
            EXPECT_LE(trip_of(one), ms(10));
        }
        EXPECT_EQ(made.did.delivered.forged, lies);
        expect_share(lies, 0.05);
        EXPECT_EQ(made.did.delivered.answers, rounds);
    }
}

TEST(impairment, late_answers_are_those_under_way_for_longer_than_the_scenario_says) {
    scenario how = with_target(R"("late": {"probability": 0.03, "delay_ms": 2500})");
    const history made = play(how);
    std::uint64_t late = 0;
    for (const came_back& one : made.back) {
        if (trip_of(one) > std::chrono::seconds(2)) ++late;
    }
    EXPECT_EQ(made.did.delivered.late, late);
    expect_share(late, 0.03);
    how.late_after = std::chrono::seconds(3);
    EXPECT_EQ(play(how).did.delivered.late, 0U);
}

TEST(impairment, a_silent_target_says_nothing) {
    const history made = play(with_target(R"("silent": true)"));
    EXPECT_TRUE(made.back.empty());
    EXPECT_EQ(made.did.silent, rounds);
}

TEST(impairment, foreign_messages_come_at_their_rate_and_carry_strange_numbers) {
    scenario how = with_target(R"("silent": true)");
    how.foreign_per_second = 200;
    internet net(how, 3);
    net.send(echo_probe({}), test_start);
    const auto back = collect(net, test_start + std::chrono::seconds(100));
    EXPECT_EQ(net.counts().delivered.foreign, back.size());
    EXPECT_NEAR(static_cast<double>(back.size()), 20'000, 500);
    std::uint64_t replies = 0;
    for (const came_back& one : back) {
        EXPECT_TRUE(icmp_checksum_holds(one.transport()));
        if (icmp_echo::view::parse(one.transport())->type() == icmp_type::echo_reply) {
            ++replies;
            EXPECT_GE(icmp_echo::view::parse(one.transport())->identifier(), 65'000);
        } else {
            EXPECT_GE(be16_at(one.error().quoted_transport, 0), 65'000);
        }
    }
    EXPECT_GT(replies, 0U);
    EXPECT_LT(replies, back.size());
}

TEST(impairment, all_at_once_every_request_and_every_answer_is_accounted_for) {
    const scenario how = ready("hostile_target");
    const history made = play(how);
    const internet_counts& did = made.did;
    EXPECT_EQ(did.sent, did.lost_forward + did.replied);
    std::map<std::uint16_t, std::uint64_t> genuine;
    for (const came_back& one : made.back) {
        const auto echo = icmp_echo::view::parse(one.transport());
        if (echo->identifier() != test_identifier || !icmp_checksum_holds(one.transport()))
            continue;
        if (octets_t(echo->data().begin(), echo->data().end()) == payload_of(16)) {
            ++genuine[echo->sequence_number()];
        }
    }
    std::uint64_t copies = 0;
    for (const auto& [number, times] : genuine) copies += times - 1;
    EXPECT_EQ(did.delivered.answers + did.delivered.late, genuine.size());
    EXPECT_EQ(did.delivered.duplicates, copies);
    for (const std::uint64_t seen : {did.delivered.late,
                                     did.delivered.corrupted,
                                     did.delivered.forged,
                                     did.delivered.foreign,
                                     did.reordered}) {
        EXPECT_GT(seen, 0U);
    }
}

}  // namespace
}  // namespace sonde::sim
