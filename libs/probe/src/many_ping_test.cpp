#include <set>

#include <sonde/base/random.hpp>

#include "many_testing.hpp"

namespace sonde {
namespace {

using namespace probe_testing;

many_ping_options quick(std::uint64_t count = 1) {
    many_ping_options options{.count = count};
    options.ceilings = no_ceilings;
    return options;
}

auto after(nanoseconds rtt) {
    return [rtt](const crowd::sent_probe&) { return std::optional(rtt); };
}

// ---- targets -----------------------------------------------------------------------------------

TEST(many_ping, every_target_gets_its_probes_and_its_own_counts) {
    crowd all(quick(3));
    for (std::uint32_t i = 0; i < 50; ++i) all.add(host(i));
    all.answers = [](const auto& probe) -> std::optional<nanoseconds> {
        if (probe.to == host(7)) return std::nullopt;
        return milliseconds(1 + probe.to.v4().value % 256);
    };
    all.run_to_the_end();
    for (std::uint32_t i = 0; i < 50; ++i) {
        const auto one = all.session.summary(i);
        EXPECT_EQ(one.address, host(i));
        EXPECT_EQ(one.state, target_state::done);
        EXPECT_EQ(one.counts.sent, 3U);
        EXPECT_EQ(one.counts.received, i == 7 ? 0U : 3U);
        EXPECT_EQ(one.is_alive(), i != 7);
        if (i == 7) continue;
        EXPECT_EQ(one.rtt.count, 3U);
        EXPECT_EQ(one.rtt.min, milliseconds(1 + i));
        EXPECT_EQ(one.rtt.mean(), milliseconds(1 + i));
        EXPECT_EQ(one.rtt.standard_deviation(), nanoseconds(0));
    }
    EXPECT_EQ(all.session.counts().received, 147U);
    EXPECT_EQ(all.session.rtt().count(), 147U);
    EXPECT_EQ(all.session.summary(7).loss(), 1.0);
}

TEST(many_ping, sequence_numbers_are_each_targets_own_from_one) {
    crowd all(quick(4));
    for (std::uint32_t i = 0; i < 3; ++i) all.add(host(i));
    all.answers = after(milliseconds(5));
    all.run_to_the_end();
    std::map<target_index, std::vector<std::uint64_t>> seen;
    for (const auto& event : all.of_kind(event_kind::reply)) {
        seen[event.target].push_back(event.record.sequence);
    }
    EXPECT_EQ(seen.size(), 3U);
    for (const auto& [target, numbers] : seen) {
        EXPECT_EQ(numbers, (std::vector<std::uint64_t>{1, 2, 3, 4})) << target;
    }
}

TEST(many_ping, both_families_stand_in_one_list) {
    crowd all(quick());
    all.add(host(1));
    all.add(host6(1));
    all.answers = after(milliseconds(5));
    all.run_to_the_end();
    EXPECT_EQ(all.counts(0).received, 1U);
    EXPECT_EQ(all.counts(1).received, 1U);
}

TEST(many_ping, the_same_address_twice_is_two_targets) {
    crowd all(quick(2));
    for (int i = 0; i < 3; ++i) all.add(host(9));
    all.answers = after(milliseconds(5));
    all.run_to_the_end();
    for (target_index i = 0; i < 3; ++i) {
        EXPECT_EQ(all.counts(i).sent, 2U);
        EXPECT_EQ(all.counts(i).received, 2U);
        EXPECT_EQ(all.counts(i).duplicates, 0U);
    }
}

TEST(many_ping, groups_and_families_without_a_socket_end_at_once_and_stop_nobody) {
    crowd all(quick(), crowd_setup(false));
    all.add(ipv4_address{0xffffffff});
    all.add(ipv4_address{0xe0000001});
    all.add(host6(1));
    all.add(host(1));
    all.answers = after(milliseconds(5));
    all.run_to_the_end();
    EXPECT_EQ(all.session.summary(0).state, target_state::refused);
    EXPECT_EQ(all.session.summary(1).state, target_state::refused);
    EXPECT_EQ(all.session.summary(2).state, target_state::no_channel);
    EXPECT_EQ(all.session.summary(3).state, target_state::done);
    EXPECT_EQ(all.of_kind(event_kind::target_finished).size(), 4U);
    EXPECT_EQ(all.sent.size(), 1U);
}

TEST(many_ping, a_group_is_a_target_for_who_allows_it_and_its_further_answers_are_duplicates) {
    auto options = quick();
    options.ceilings.allow_broadcast = true;
    crowd all(options);
    all.add(ipv4_address{0xe0000001});
    all.attend();
    all.receive(crowd::reply_to(all.sent.at(0)), host(1));
    all.receive(crowd::reply_to(all.sent.at(0)), host(2));
    EXPECT_EQ(all.counts(0).received, 1U);
    EXPECT_EQ(all.counts(0).duplicates, 1U);
    EXPECT_EQ(all.of_kind(event_kind::reply).at(1).record.reply.from, host(2));
}

TEST(many_ping, an_empty_list_is_over_when_it_is_sealed) {
    crowd all(quick());
    EXPECT_EQ(all.session.next_deadline(), mono_time::max());
    EXPECT_FALSE(all.session.finished());
    all.run_to_the_end();
    EXPECT_EQ(all.of_kind(event_kind::finished).size(), 1U);
    EXPECT_EQ(all.of_kind(event_kind::finished)[0].target, no_target);
}

TEST(many_ping, targets_may_come_while_it_runs_and_after_it_was_sealed) {
    auto options = quick();
    options.count.reset();
    crowd all(options);
    all.answers = after(milliseconds(5));
    all.add(host(1));
    all.run_for(milliseconds(2'500));
    all.session.seal(all.now);
    all.add(host(2));
    all.run_for(milliseconds(2'500));
    EXPECT_EQ(all.counts(0).received, 5U);
    EXPECT_EQ(all.counts(1).received, 3U);
    EXPECT_EQ(all.sent[3].at, start + milliseconds(2'500)) << "a new one begins at once";
    all.session.stop(all.now);
    EXPECT_TRUE(all.session.finished());
}

TEST(many_ping, what_is_removed_gets_nothing_more_and_what_was_in_flight_is_lost) {
    auto options = quick();
    options.count.reset();
    options.interval = milliseconds(100);
    crowd all(options);
    all.add(host(1));
    all.add(host(2));
    all.run_for(milliseconds(250));
    const auto before = all.counts(0);
    EXPECT_EQ(before.in_flight, 3U);
    all.session.remove(0, all.now);
    all.check();
    EXPECT_EQ(all.session.summary(0).state, target_state::removed);
    EXPECT_EQ(all.counts(0).in_flight, 0U);
    EXPECT_EQ(all.counts(0).lost, 3U);
    all.answer(all.sent[0]);
    EXPECT_EQ(all.session.counts().foreign, 1U) << "it is forgotten";
    all.session.remove(0, all.now);
    all.session.remove(77, all.now);
    all.run_for(seconds(1));
    EXPECT_EQ(all.counts(0).sent, 3U);
    EXPECT_GT(all.counts(1).sent, 10U);
    EXPECT_TRUE(all.of_kind(event_kind::target_finished).empty());
    all.session.seal(all.now);
    all.session.remove(1, all.now);
    EXPECT_TRUE(all.session.finished());
}

TEST(many_ping, a_probe_that_is_confirmed_after_its_target_was_removed_was_sent_and_is_lost) {
    crowd all(quick());
    all.add(host(1));
    const auto probe = all.session.next_transmit();
    ASSERT_TRUE(probe.has_value());
    const auto id = probe->id;
    all.session.remove(0, all.now);
    all.session.on_send_done(id, {.at = all.now});
    all.check();
    EXPECT_EQ(all.counts(0).sent, 1U);
    EXPECT_EQ(all.counts(0).lost, 1U);
}

// ---- when --------------------------------------------------------------------------------------

TEST(many_ping, each_target_keeps_its_grid) {
    crowd all(quick(4));
    for (std::uint32_t i = 0; i < 5; ++i) all.add(host(i));
    all.run_to_the_end();
    std::map<ip_address, std::vector<mono_time>> times;
    for (const auto& probe : all.sent) times[probe.to].push_back(probe.at);
    for (std::uint32_t i = 0; i < 5; ++i) {
        for (int round = 0; round < 4; ++round) {
            EXPECT_EQ(times[host(i)].at(static_cast<std::size_t>(round)),
                      start + milliseconds(i) + seconds(round));
        }
    }
}

TEST(many_ping, a_first_round_of_many_is_spread_evenly_over_the_interval) {
    crowd all(quick());
    constexpr int targets = 20'000;
    for (std::uint32_t i = 0; i < targets; ++i) static_cast<void>(all.session.add(host(i), start));
    all.run_until(start + seconds(1));
    ASSERT_EQ(all.sent.size(), std::size_t{targets});
    std::map<std::int64_t, int> in_each_ms;
    for (const auto& probe : all.sent) ++in_each_ms[(probe.at - start) / milliseconds(1)];
    EXPECT_EQ(in_each_ms.size(), 1'000U);
    for (const auto& [ms, count] : in_each_ms) EXPECT_EQ(count, 20) << ms;
    nanoseconds longest{};
    for (std::size_t i = 1; i < all.sent.size(); ++i) {
        longest = std::max(longest, all.sent[i].at - all.sent[i - 1].at);
    }
    EXPECT_LE(longest, std::chrono::microseconds(63)) << "within each millisecond as well";
}

TEST(many_ping, a_stall_leaves_points_of_the_grid_out_and_makes_no_burst) {
    auto options = quick();
    options.count.reset();
    crowd all(options);
    all.add(host(1));
    all.run_for(milliseconds(2'100));
    EXPECT_EQ(all.sent.size(), 3U);
    all.now += seconds(10);
    all.session.on_time(all.now);
    all.run_for(milliseconds(950));
    EXPECT_EQ(all.sent.size(), 5U);
    EXPECT_EQ(all.sent.back().at, start + seconds(13)) << "its grid is what it was";
}

TEST(many_ping, a_rate_over_all_targets_holds_whatever_their_interval) {
    for (const double rate : {10.0, 1'000.0, 77'777.0}) {
        auto options = quick();
        options.count.reset();
        options.rate = rate;
        options.interval = nanoseconds(0);
        crowd all(options);
        for (std::uint32_t i = 0; i < 100; ++i) all.add(host(i));
        all.run_until(start + seconds(2) - nanoseconds(1));
        EXPECT_EQ(all.sent.size(), static_cast<std::size_t>(2 * rate));
        std::map<ip_address, int> each;
        for (const auto& probe : all.sent) ++each[probe.to];
        for (const auto& [to, count] : each) {
            EXPECT_NEAR(count, 2 * rate / 100, 1) << "they take turns";
        }
    }
}

TEST(many_ping, with_a_rate_the_interval_is_the_least_between_two_rounds_of_one) {
    auto options = quick(3);
    options.rate = 1'000;
    crowd all(options);
    all.add(host(1));
    all.add(host(2));
    all.run_to_the_end();
    std::map<ip_address, std::vector<mono_time>> times;
    for (const auto& probe : all.sent) times[probe.to].push_back(probe.at);
    for (const auto& [to, at] : times) {
        ASSERT_EQ(at.size(), 3U);
        EXPECT_GE(at[1] - at[0], seconds(1));
        EXPECT_LE(at[1] - at[0], seconds(1) + milliseconds(2));
    }
}

TEST(many_ping, the_deadline_tells_exactly_when_something_is_to_be_done) {
    crowd all(quick());
    all.add(host(1));
    EXPECT_EQ(all.session.next_deadline(), start);
    all.attend();
    EXPECT_EQ(all.session.next_deadline(), start + seconds(2)) << "its timeout";
    all.now += microseconds(12'345);
    all.add(host(2));
    EXPECT_EQ(all.session.next_deadline(), all.now);
}

// ---- the end of a probe ------------------------------------------------------------------------

TEST(many_ping, a_probe_is_lost_when_its_timeout_has_passed_and_not_before) {
    crowd all(quick());
    all.add(host(1));
    all.attend();
    all.now = start + seconds(2) - nanoseconds(1);
    all.session.on_time(all.now);
    EXPECT_EQ(all.counts(0).lost, 0U);
    all.now += nanoseconds(1);
    all.session.on_time(all.now);
    all.attend();
    EXPECT_EQ(all.counts(0).lost, 1U);
    EXPECT_EQ(all.of_kind(event_kind::timed_out).size(), 1U);
    EXPECT_EQ(all.session.summary(0).state, target_state::done);
}

TEST(many_ping, late_duplicate_and_reordered_answers_are_told_apart) {
    auto options = quick(3);
    options.interval = milliseconds(10);
    options.timeout = milliseconds(100);
    crowd all(options);
    all.add(host(1));
    all.add(host(2));
    all.run_for(milliseconds(40));
    ASSERT_EQ(all.sent.size(), 6U);
    all.answer(all.sent[4]);
    all.answer(all.sent[2]);  // a later one to the same target was answered before
    all.answer(all.sent[2]);
    all.run_for(milliseconds(200));
    all.answer(all.sent[0]);
    all.answer(all.sent[0]);
    const auto one = all.counts(0);
    EXPECT_EQ(one.received, 2U);
    EXPECT_EQ(one.reordered, 1U);
    EXPECT_EQ(one.duplicates, 2U);
    EXPECT_EQ(one.late, 1U);
    EXPECT_EQ(one.lost, 1U);
    EXPECT_EQ(all.counts(1).lost, 3U);
    std::vector<reply_class> classes;
    for (const auto& event : all.of_kind(event_kind::reply)) classes.push_back(event.what);
    EXPECT_EQ(classes,
              (std::vector{reply_class::answered,
                           reply_class::answered,
                           reply_class::duplicate,
                           reply_class::late,
                           reply_class::duplicate}));
}

TEST(many_ping, an_answer_that_is_read_after_its_time_is_late_even_if_nobody_judged_it_yet) {
    crowd all(quick());
    all.add(host(1));
    all.attend();
    all.now = start + seconds(3);
    all.answer(all.sent[0]);
    EXPECT_EQ(all.counts(0).late, 1U);
    EXPECT_EQ(all.counts(0).received, 0U);
}

TEST(many_ping, forged_corrupted_and_foreign_answers_are_counted_and_change_nothing_else) {
    crowd all(quick());
    all.add(host(1));
    all.add(host(2));
    all.run_for(milliseconds(5));
    auto lie = all.sent[1].octets;
    lie[9] ^= 1;
    all.receive(echo_reply(lie), host(2));
    auto damaged = echo_reply(all.sent[1].octets);
    damaged[40] ^= 1;
    all.receive(damaged, host(2));
    auto strange = all.sent[1].octets;
    put_be16_at(strange, 4, 99);
    all.receive(echo_reply(strange), host(2));
    EXPECT_EQ(all.counts(1).forged, 1U);
    EXPECT_EQ(all.counts(1).corrupted, 1U);
    EXPECT_EQ(all.session.counts().foreign, 1U);
    EXPECT_EQ(all.counts(1).in_flight, 1U);
    EXPECT_EQ(all.counts(0).forged, 0U);
    const auto told = all.of_kind(event_kind::reply);
    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told[0].target, 1U);
    EXPECT_EQ(told[1].target, 1U);
    EXPECT_EQ(told[2].target, no_target);
    all.answer(all.sent[1]);
    EXPECT_EQ(all.counts(1).received, 1U);
}

TEST(many_ping, an_icmp_error_ends_the_wait_and_tells_who_said_it) {
    crowd all(quick());
    all.add(host(1));
    all.attend();
    const handed probe{.protocol = 1, .octets = all.sent[0].octets};
    all.receive(icmp_error_about(3, 1, probe, probe.octets), router);
    const auto one = all.session.summary(0);
    EXPECT_EQ(one.counts.errors, 1U);
    EXPECT_EQ(one.counts.lost, 1U);
    EXPECT_EQ(one.last_type, 3);
    EXPECT_EQ(one.last_code, 1);
    EXPECT_EQ(one.last_from, router);
    EXPECT_EQ(one.state, target_state::done);
    EXPECT_EQ(all.of_kind(event_kind::reply)[0].what, reply_class::answered);
}

TEST(many_ping, a_redirect_is_told_and_the_probe_is_still_under_way) {
    crowd all(quick());
    all.add(host(1));
    all.attend();
    const handed probe{.protocol = 1, .octets = all.sent[0].octets};
    all.receive(icmp_error_about(5, 1, probe, probe.octets), router);
    EXPECT_EQ(all.counts(0).in_flight, 1U);
    EXPECT_EQ(all.of_kind(event_kind::reply).size(), 1U);
}

TEST(many_ping, what_the_kernel_refuses_is_a_failure_of_that_probe_alone) {
    crowd all(quick(2));
    all.add(host(1));
    all.send_error = 13;
    all.attend();
    all.send_error = 0;
    all.answers = after(milliseconds(5));
    all.run_to_the_end();
    EXPECT_EQ(all.counts(0).send_failed, 1U);
    EXPECT_EQ(all.counts(0).sent, 1U);
    EXPECT_EQ(all.counts(0).received, 1U);
    const auto failed = all.of_kind(event_kind::send_failed);
    ASSERT_EQ(failed.size(), 1U);
    EXPECT_EQ(failed[0].record.send_error, 13);
    EXPECT_EQ(failed[0].record.sequence, 1U);
}

TEST(many_ping, whoever_never_says_how_sending_ended_loses_the_probe_in_time) {
    crowd all(quick());
    all.add(host(1));
    ASSERT_TRUE(all.session.next_transmit().has_value());
    all.run_to_the_end();
    EXPECT_EQ(all.counts(0).sent, 1U);
    EXPECT_EQ(all.counts(0).lost, 1U);
}

// ---- retries -----------------------------------------------------------------------------------

TEST(many_ping, retries_wait_longer_each_time_and_the_first_answer_ends_the_round) {
    auto options = quick();
    options.timeout = milliseconds(100);
    options.retries = 3;
    options.backoff = 2;
    crowd all(options);
    all.add(host(1));
    all.add(host(2));
    int to_two = 0;
    all.answers = [&](const auto& probe) -> std::optional<nanoseconds> {
        if (probe.to == host(1)) return std::nullopt;
        return ++to_two == 2 ? std::optional<nanoseconds>(milliseconds(3)) : std::nullopt;
    };
    all.run_to_the_end();
    std::vector<nanoseconds> to_one;
    for (const auto& probe : all.sent) {
        if (probe.to == host(1)) to_one.push_back(probe.at - start);
    }
    EXPECT_EQ(to_one,
              (std::vector<nanoseconds>{
                  milliseconds(0), milliseconds(100), milliseconds(300), milliseconds(700)}));
    EXPECT_EQ(all.counts(0).lost, 4U);
    EXPECT_EQ(all.counts(1).sent, 2U);
    EXPECT_EQ(all.counts(1).received, 1U);
    EXPECT_EQ(all.now, start + milliseconds(1'500));
}

TEST(many_ping, with_retries_rounds_follow_one_another_on_the_grid) {
    auto options = quick(3);
    options.interval = milliseconds(250);
    options.timeout = milliseconds(100);
    options.retries = 1;
    crowd all(options);
    all.add(host(1));
    bool first = true;
    all.answers = [&](const auto&) -> std::optional<nanoseconds> {
        if (std::exchange(first, false)) return std::nullopt;
        return milliseconds(1);
    };
    all.run_to_the_end();
    std::vector<nanoseconds> at;
    for (const auto& probe : all.sent) at.push_back(probe.at - start);
    EXPECT_EQ(at,
              (std::vector<nanoseconds>{
                  milliseconds(0), milliseconds(100), milliseconds(250), milliseconds(500)}));
}

TEST(many_ping, an_error_or_a_failure_is_tried_again_when_the_time_of_the_probe_is_over) {
    auto options = quick();
    options.timeout = milliseconds(100);
    options.retries = 2;
    crowd all(options);
    all.add(host(1));
    all.send_error = 105;
    all.attend();
    all.send_error = 0;
    all.run_for(milliseconds(100));
    ASSERT_EQ(all.sent.size(), 2U);
    const handed probe{.protocol = 1, .octets = all.sent[1].octets};
    all.receive(icmp_error_about(3, 1, probe, probe.octets), router);
    all.run_for(milliseconds(100));
    ASSERT_EQ(all.sent.size(), 3U);
    EXPECT_EQ(all.sent[2].at, start + milliseconds(200));
    all.answer(all.sent[2]);
    EXPECT_EQ(all.session.summary(0).state, target_state::done);
    EXPECT_EQ(all.counts(0).errors, 1U);
    EXPECT_EQ(all.counts(0).send_failed, 1U);
    EXPECT_EQ(all.counts(0).received, 1U);
}

// ---- the end -----------------------------------------------------------------------------------

TEST(many_ping, a_target_that_needs_one_answer_is_done_with_it) {
    auto options = quick(100);
    options.stop_at_first_answer = true;
    crowd all(options);
    all.add(host(1));
    all.answers = after(milliseconds(5));
    all.run_to_the_end();
    EXPECT_EQ(all.sent.size(), 1U);
    EXPECT_EQ(all.now, start + milliseconds(5));
}

TEST(many_ping, stopped_it_loses_what_is_in_flight_and_ends) {
    auto options = quick();
    options.count.reset();
    crowd all(options);
    all.add(host(1));
    all.run_for(milliseconds(1'500));
    all.session.stop(all.now);
    all.attend();
    EXPECT_TRUE(all.session.finished());
    EXPECT_EQ(all.counts(0).sent, 2U);
    EXPECT_EQ(all.counts(0).lost, 2U);
    EXPECT_EQ(all.session.summary(0).state, target_state::done);
    EXPECT_EQ(all.session.next_deadline(), mono_time::max());
    EXPECT_EQ(all.of_kind(event_kind::finished).size(), 1U);
    const auto before = all.events.size();
    all.session.on_time(all.now + seconds(9));
    all.session.stop(all.now);
    all.session.seal(all.now);
    all.answer(all.sent[0]);
    EXPECT_EQ(all.events.size(), before) << "what is over is over";
    EXPECT_EQ(all.session.summary(all.add(host(5))).state, target_state::done);
}

TEST(many_ping, a_deadline_ends_it_whatever_is_missing) {
    auto options = quick();
    options.count.reset();
    options.deadline = milliseconds(2'500);
    crowd all(options);
    all.add(host(1));
    all.run_until(mono_time::max());
    EXPECT_EQ(all.now, start + milliseconds(2'500));
    EXPECT_EQ(all.counts(0).sent, 3U);
    EXPECT_EQ(all.counts(0).lost, 3U);
}

// ---- bounds ------------------------------------------------------------------------------------

TEST(many_ping, more_probes_than_may_be_remembered_lose_the_oldest) {
    auto options = quick();
    options.in_flight_max = 10;
    options.rate = 1'000;
    crowd all(options);
    for (std::uint32_t i = 0; i < 25; ++i) all.add(host(i));
    all.run_for(milliseconds(100));
    EXPECT_EQ(all.session.counts().sent, 25U);
    EXPECT_EQ(all.session.counts().lost, 15U);
    EXPECT_EQ(all.session.counts().in_flight, 10U);
    all.answer(all.sent[3]);
    EXPECT_EQ(all.session.counts().foreign, 1U) << "forgotten";
    all.answer(all.sent[20]);
    EXPECT_EQ(all.session.counts().received, 1U);
}

TEST(many_ping, answers_are_known_for_four_timeouts_however_many_probes_follow) {
    auto options = quick();
    options.count.reset();
    options.interval = milliseconds(1);
    options.timeout = milliseconds(10);
    crowd all(options);
    all.add(host(1));
    all.run_for(milliseconds(100));
    all.answer(all.sent[61]);  // sent 39 ms ago
    EXPECT_EQ(all.session.counts().late, 1U);
    all.answer(all.sent[58]);
    EXPECT_EQ(all.session.counts().foreign, 1U);
}

TEST(many_ping, who_takes_no_events_loses_the_oldest_of_them_and_no_count) {
    auto options = quick();
    options.rate = 1e6;
    options.events.sent = true;
    crowd all(options);
    constexpr std::uint64_t targets = 70'000;
    for (std::uint32_t i = 0; i < targets; ++i) static_cast<void>(all.session.add(host(i), start));
    all.now += seconds(1);
    for (;; all.now += milliseconds(1)) {
        all.session.on_time(all.now);
        while (const auto probe = all.session.next_transmit()) {
            all.session.on_send_done(probe->id, {.at = all.now});
        }
        if (all.session.counts().sent == targets) break;
    }
    EXPECT_EQ(all.session.events_dropped(), targets - 65'536);
    std::uint64_t waiting = 0;
    while (all.session.next_event()) ++waiting;
    EXPECT_EQ(waiting, 65'536U);
}

TEST(many_ping, only_events_that_were_chosen_are_told) {
    auto options = quick();
    options.events = {.sent = true, .replies = false, .timeouts = false, .targets = false};
    crowd all(options);
    all.add(host(1));
    all.add(host(2));
    all.answers = [](const auto& probe) -> std::optional<nanoseconds> {
        if (probe.to == host(1)) return std::nullopt;
        return milliseconds(1);
    };
    all.run_to_the_end();
    EXPECT_EQ(all.of_kind(event_kind::sent).size(), 2U);
    EXPECT_EQ(all.events.size(), 3U);
    EXPECT_EQ(all.session.summary(1).rtt.count, 1U);
}

TEST(many_ping, what_the_own_kernel_dropped_is_told_apart) {
    crowd all(quick());
    all.session.on_drops(5);
    all.session.on_drops(7);
    EXPECT_EQ(all.session.dropped_here(), 12U);
    EXPECT_EQ(all.session.counts().lost, 0U);
}

// ---- ceilings ----------------------------------------------------------------------------------

/// The most that one second sees, however it is laid.
std::size_t most_in_a_second(const std::vector<mono_time>& at) {
    std::size_t most = 0;
    for (std::size_t from = 0, to = 0; to < at.size(); ++to) {
        while (at[to] - at[from] >= seconds(1)) ++from;
        most = std::max(most, to - from + 1);
    }
    return most;
}

TEST(many_ping, a_host_gets_no_more_than_its_ceiling_however_often_it_is_listed) {
    many_ping_options options{.count = 50, .interval = milliseconds(1)};
    crowd all(options);
    for (int i = 0; i < 10; ++i) all.add(host(9));
    all.add(host6(9));
    all.run_to_the_end();
    std::map<ip_address, std::vector<mono_time>> times;
    for (const auto& probe : all.sent) times[probe.to].push_back(probe.at);
    EXPECT_EQ(times[host(9)].size(), 500U);
    EXPECT_EQ(most_in_a_second(times[host(9)]), 100U);
    EXPECT_EQ(most_in_a_second(times[host6(9)]), 50U);
    EXPECT_EQ(times[host(9)].back() - start, milliseconds(4'990)) << "and not much less";
}

TEST(many_ping, a_network_gets_no_more_than_its_ceiling_and_others_do_not_wait_for_it) {
    many_ping_options options{.count = 1, .rate = 1e6};
    options.ceilings = {.per_network = 100, .network_burst = 10};
    crowd all(options);
    for (std::uint32_t i = 0; i < 250; ++i) all.add(host(i));
    for (std::uint32_t i = 0; i < 50; ++i) all.add(host(0x10000 + (i << 8)));
    all.run_for(milliseconds(1));
    EXPECT_EQ(all.sent.size(), 60U);
    all.run_to_the_end();
    std::vector<mono_time> times;
    for (const auto& probe : all.sent) {
        if (probe.to < host(256)) times.push_back(probe.at);
    }
    EXPECT_EQ(times.size(), 250U);
    EXPECT_EQ(times.back() - start, milliseconds(2'400));
}

// ---- stamps ------------------------------------------------------------------------------------

TEST(many_ping, the_rtt_is_made_of_the_kernels_stamps_and_user_spaces_is_kept_beside_it) {
    crowd all(quick());
    all.leaves_after = milliseconds(2);
    all.add(host(1));
    all.attend();
    all.now += milliseconds(10);
    all.receive(
        crowd::reply_to(all.sent[0]), host(1), {all.now - milliseconds(3), stamp_source::kernel});
    const auto one = all.session.summary(0);
    EXPECT_EQ(one.rtt.last, milliseconds(5));
    EXPECT_EQ(one.rtt_user.last, milliseconds(10));
    EXPECT_EQ(one.sent_by, stamp_source::kernel);
    EXPECT_EQ(one.received_by, stamp_source::kernel);
}

TEST(many_ping, a_stamp_that_comes_after_its_answer_counts_until_the_answer_was_told) {
    for (const bool told : {false, true}) {
        crowd all(quick());
        all.add(host(1));
        all.attend();
        all.now += milliseconds(10);
        all.session.on_datagram(crowd::reply_to(all.sent[0]),
                                {.source = host(1),
                                 .protocol = 1,
                                 .at = all.now,
                                 .kernel = {all.now, stamp_source::kernel}});
        if (told) all.attend();
        all.session.on_transmit_stamp({0}, {start + milliseconds(4), stamp_source::kernel});
        all.attend();
        const auto expected = told ? milliseconds(10) : milliseconds(6);
        EXPECT_EQ(all.of_kind(event_kind::reply)[0].record.reply.rtt, expected);
        EXPECT_EQ(all.session.summary(0).rtt.last, expected);
        EXPECT_EQ(all.session.rtt().last(), expected);
    }
}

TEST(many_ping, without_events_a_late_stamp_counts_as_well) {
    auto options = quick();
    options.events.replies = false;
    crowd all(options);
    for (std::uint32_t i = 0; i < 70; ++i) all.add(host(i));
    all.run_for(milliseconds(100));
    for (const auto& probe : all.sent) all.answer(probe);
    const auto first_rtt = all.session.summary(0).rtt.last;
    for (const std::uint64_t number : {0U, 69U}) {
        all.session.on_transmit_stamp(
            {number}, {all.sent[number].at + milliseconds(1), stamp_source::kernel});
    }
    EXPECT_EQ(all.session.summary(0).rtt.last, first_rtt) << "more than 64 answers ago";
    EXPECT_EQ(all.session.summary(69).rtt.last,
              all.session.summary(69).rtt_user.last - milliseconds(1));
    all.run_to_the_end();
    EXPECT_EQ(all.session.rtt().count(), 70U);
}

TEST(many_ping, stamps_that_no_clock_could_have_taken_are_left_out) {
    crowd all(quick());
    all.add(host(1));
    all.attend();
    all.session.on_transmit_stamp({0}, {start - milliseconds(4), stamp_source::kernel});
    all.now += milliseconds(10);
    all.receive(crowd::reply_to(all.sent[0]), host(1), {all.now, stamp_source::kernel});
    EXPECT_EQ(all.session.summary(0).rtt.last, milliseconds(10));
    EXPECT_EQ(all.session.summary(0).sent_by, stamp_source::user);
    EXPECT_EQ(all.session.summary(0).received_by, stamp_source::user);
}

TEST(many_ping, histograms_of_each_target_are_kept_when_asked_for) {
    auto options = quick(9);
    options.keep_histograms = true;
    options.interval = milliseconds(10);
    crowd all(options);
    all.add(host(1));
    all.add(host(2));
    std::uint32_t seen = 0;
    all.answers = [&](const auto& probe) -> std::optional<nanoseconds> {
        if (probe.to == host(2)) return std::nullopt;
        return milliseconds(++seen);
    };
    all.run_to_the_end();
    const auto histogram = all.session.summary(0).histogram;
    EXPECT_EQ(histogram.count(), 9U);
    EXPECT_NEAR(static_cast<double>(histogram.percentile(50).count()), 5e6, 5e6 / 64);
    EXPECT_EQ(all.session.summary(1).histogram.count(), 0U);
}

TEST(many_ping, short_payloads_work_as_far_as_they_can_tell) {
    for (std::uint16_t len = 0; len < 20; ++len) {
        auto options = quick(2);
        options.payload_len = len;
        options.interval = milliseconds(20);
        crowd all(options);
        for (std::uint32_t i = 0; i < 10; ++i) all.add(host(i));
        all.answers = after(milliseconds(5));
        all.run_to_the_end();
        for (target_index i = 0; i < 10; ++i) EXPECT_EQ(all.counts(i).received, 2U) << len;
    }
}

TEST(many_ping, more_probes_than_sequence_numbers_are_all_told_apart) {
    auto options = quick();
    options.rate = 1e6;
    options.events.replies = false;
    options.events.targets = false;
    crowd all(options);
    constexpr std::uint32_t targets = 150'000;
    for (std::uint32_t i = 0; i < targets; ++i) static_cast<void>(all.session.add(host(i), start));
    all.run_for(milliseconds(200));
    ASSERT_EQ(all.sent.size(), targets);
    for (std::size_t i = 0; i < targets; i += 3) all.answer(all.sent[targets - 1 - i]);
    EXPECT_EQ(all.session.counts().received, targets / 3);
    for (std::uint32_t i = 0; i < targets; ++i) {
        ASSERT_EQ(all.counts(i).received, (targets - 1 - i) % 3 == 0 ? 1U : 0U) << i;
    }
}

// ---- whatever happens --------------------------------------------------------------------------

/// Answers, errors, late confirmations, comings and goings in an order that a seed draws; the crowd
/// looks after each whether the counts add up.
void random_walk(std::uint64_t seed) {
    random_source random(seed);
    many_ping_options options{.count = 1 + random.below(5),
                              .interval = milliseconds(random.below(50)),
                              .timeout = milliseconds(1 + random.below(100))};
    options.retries = static_cast<std::uint8_t>(random.below(3));
    options.backoff = 1.5;
    options.stop_at_first_answer = random.below(4) == 0;
    options.rate = random.below(2) == 0 ? 0 : static_cast<double>(1 + random.below(5'000));
    options.in_flight_max = static_cast<std::uint32_t>(1 + random.below(200));
    options.payload_len = static_cast<std::uint16_t>(random.below(30));
    if (random.below(2) == 0) options.ceilings = no_ceilings;
    if (random.below(4) == 0) options.deadline = milliseconds(1 + random.below(2'000));
    crowd all(options);
    const auto index = [&](std::size_t size) {
        return static_cast<std::size_t>(random.below(size));
    };
    for (int step = 0; step < 400 && !all.session.finished(); ++step) {
        switch (random.below(12)) {
            case 0:
            case 1:
                all.add(random.below(3) == 0 ? host6(static_cast<std::uint32_t>(random.below(9)))
                                             : host(static_cast<std::uint32_t>(random.below(30))));
                break;
            case 2:
                if (all.session.size() > 0 && random.below(3) == 0) {
                    all.session.remove(index(all.session.size()), all.now);
                }
                break;
            case 3:
                if (const auto probe = all.session.next_transmit(); probe && random.below(2) == 0) {
                    all.session.on_send_done(
                        probe->id, {.code = random.below(2) == 0 ? 0 : 11, .at = all.now});
                }
                break;
            case 4:
                all.session.on_send_done({random.below(300)}, {.code = 1, .at = all.now});
                break;
            case 5:
                all.session.on_transmit_stamp(
                    {random.below(300)},
                    {all.now + nanoseconds(seconds(1)) - nanoseconds(random.below(2'000'000'000)),
                     static_cast<stamp_source>(random.below(4))});
                break;
            case 6:
                if (!all.sent.empty()) {
                    const auto& about = all.sent[index(all.sent.size())];
                    const handed probe{.protocol = 1, .octets = about.octets};
                    all.receive(icmp_error_about(3, 1, probe, probe.octets, random.below(70)),
                                router);
                }
                break;
            case 7:
                if (step > 300) all.session.seal(all.now);
                break;
            case 8:
                all.run_for(milliseconds(random.below(30)));
                break;
            default:
                if (!all.sent.empty()) all.answer(all.sent[index(all.sent.size())]);
                break;
        }
        all.check();
        if (::testing::Test::HasFatalFailure()) return;
    }
    all.run_to_the_end();
    EXPECT_TRUE(options.stop_at_first_answer || all.session.counts().in_flight == 0);
    EXPECT_EQ(all.of_kind(event_kind::finished).size(), 1U);
}

TEST(many_ping, whatever_happens_every_probe_is_in_exactly_one_count) {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        random_walk(seed);
        ASSERT_FALSE(HasFailure()) << "seed " << seed;
    }
}

// ---- options -----------------------------------------------------------------------------------

TEST(many_ping, all_that_is_wrong_with_options_is_told_at_once) {
    many_ping_options options{.count = 0, .interval = milliseconds(-1), .timeout = {}};
    options.deadline = milliseconds(0);
    options.retries = 11;
    options.backoff = 0.5;
    options.rate = -1;
    options.payload_len = 65'508;
    options.in_flight_max = 0;
    options.ceilings = {.per_host = -1, .per_network = 1e300, .network_burst = 0};
    const auto problems = validate(options);
    std::set<std::string> named;
    for (const auto& problem : problems) named.insert(problem.option);
    EXPECT_EQ(named,
              (std::set<std::string>{"count",
                                     "interval",
                                     "timeout",
                                     "deadline",
                                     "retries",
                                     "backoff",
                                     "rate",
                                     "payload_len",
                                     "in_flight_max",
                                     "per_host",
                                     "per_network",
                                     "network_burst"}));
    EXPECT_TRUE(validate(many_ping_options{}).empty());
}

}  // namespace
}  // namespace sonde
