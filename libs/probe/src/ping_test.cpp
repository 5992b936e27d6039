#include <algorithm>
#include <cerrno>

#include <gtest/gtest.h>

#include <sonde/probe/ping.hpp>

#include "probe_testing.hpp"

namespace sonde {
namespace {

using namespace probe_testing;

using ping_caller = caller<ping_session>;

std::vector<nanoseconds> send_times(const ping_caller& at) {
    std::vector<nanoseconds> made;
    for (const auto& probe : at.sent) made.push_back(probe.at - start);
    return made;
}

// ---- when probes go out ------------------------------------------------------------------------

TEST(ping, probes_go_out_on_a_fixed_grid_from_send_to_send) {
    ping_caller at(ping_options{.count = 4, .interval = milliseconds(200)});
    at.run_to_the_end();
    EXPECT_EQ(send_times(at),
              (std::vector<nanoseconds>{
                  milliseconds(0), milliseconds(200), milliseconds(400), milliseconds(600)}));
}

TEST(ping, the_grid_does_not_drift_when_the_caller_is_late_every_time) {
    ping_caller at(ping_options{.count = 50, .interval = milliseconds(10)});
    at.attend();
    while (at.sent.size() < 50) {
        at.now = at.session.next_deadline() + microseconds(300);
        at.session.on_time(at.now);
        at.attend();
    }
    for (std::size_t i = 1; i < 50; ++i) {
        EXPECT_EQ(at.sent[i].at - start, milliseconds(10) * i + microseconds(300));
    }
}

TEST(ping, after_a_stall_no_burst_follows_and_the_grid_stays) {
    ping_caller at(ping_options{.count = std::nullopt, .interval = milliseconds(100)});
    at.attend();
    at.now = start + milliseconds(1'050);
    at.session.on_time(at.now);
    at.attend();
    EXPECT_EQ(at.sent.size(), 2U);
    at.run_until(start + milliseconds(1'200));
    EXPECT_EQ(send_times(at),
              (std::vector<nanoseconds>{
                  milliseconds(0), milliseconds(1'050), milliseconds(1'100), milliseconds(1'200)}));
}

TEST(ping, preload_sends_so_many_at_once_and_then_keeps_the_interval) {
    ping_caller at(ping_options{.count = 5, .interval = seconds(1), .preload = 3});
    at.run_to_the_end();
    EXPECT_EQ(
        send_times(at),
        (std::vector<nanoseconds>{seconds(0), seconds(0), seconds(0), seconds(1), seconds(2)}));
}

TEST(ping, adaptive_sends_the_next_probe_as_soon_as_one_is_answered) {
    ping_caller at(ping_options{.count = 3, .interval = seconds(1), .adaptive = true});
    at.run_for(milliseconds(7));
    at.receive(echo_reply(at.sent[0].octets));
    EXPECT_EQ(at.sent.size(), 2U);
    at.run_for(milliseconds(900));
    EXPECT_EQ(at.sent.size(), 2U);
    at.run_for(milliseconds(200));
    EXPECT_EQ(send_times(at),
              (std::vector<nanoseconds>{seconds(0), milliseconds(7), milliseconds(1'007)}));
}

TEST(ping, flood_sends_a_hundred_a_second_when_nothing_comes_back) {
    ping_caller at(ping_options{.count = std::nullopt, .flood = true});
    at.run_until(start + milliseconds(999));
    EXPECT_EQ(at.sent.size(), 100U);
}

TEST(ping, flood_sends_as_fast_as_answers_come_back) {
    ping_caller at(ping_options{.count = std::nullopt, .flood = true});
    at.attend();
    for (std::size_t i = 0; i < 1'000; ++i) {
        at.run_for(microseconds(50));
        at.receive(echo_reply(at.sent[i].octets));
    }
    EXPECT_GE(at.sent.size(), 1'001U);
    EXPECT_LE(at.sent.size(), 1'006U);  // 50 ms: five more of the hundred a second
}

TEST(ping, an_interval_of_zero_sends_at_most_a_million_a_second_and_never_drains_without_end) {
    ping_caller at(ping_options{.count = std::nullopt, .interval = nanoseconds{}});
    at.run_until(start + microseconds(100));
    EXPECT_EQ(at.sent.size(), 101U);
}

// ---- the end -----------------------------------------------------------------------------------

TEST(ping, it_ends_as_soon_as_all_probes_are_answered) {
    ping_caller at(ping_options{.count = 1});
    at.run_for(milliseconds(3));
    at.receive(echo_reply(at.sent[0].octets));
    EXPECT_TRUE(at.session.finished());
    EXPECT_EQ(at.events.back().kind, event_kind::finished);
    const auto result = at.session.result();
    EXPECT_EQ(result.counts.received, 1U);
    EXPECT_EQ(result.loss(), 0.0);
    EXPECT_TRUE(result.is_alive());
    EXPECT_EQ(result.duration, milliseconds(3));
}

TEST(ping, without_any_answer_it_waits_the_whole_timeout_of_the_last_probe) {
    ping_caller at(ping_options{.count = 2, .interval = milliseconds(100), .timeout = seconds(2)});
    at.run_to_the_end();
    EXPECT_EQ(at.now - start, milliseconds(2'100));
    EXPECT_EQ(at.counts().lost, 2U);
    EXPECT_EQ(at.session.result().loss(), 1.0);
    EXPECT_FALSE(at.session.result().is_alive());
}

TEST(ping,
     once_anything_was_answered_it_lingers_for_twice_the_largest_rtt_but_at_least_an_interval) {
    ping_caller at(ping_options{.count = 2, .interval = milliseconds(100), .timeout = seconds(2)});
    at.run_for(milliseconds(40));
    at.receive(echo_reply(at.sent[0].octets));
    at.run_to_the_end();
    EXPECT_EQ(at.now - start, milliseconds(200));  // the interval is longer than 80 ms
    ping_caller slow(
        ping_options{.count = 2, .interval = milliseconds(100), .timeout = seconds(2)});
    slow.run_for(milliseconds(90));
    slow.receive(echo_reply(slow.sent[0].octets));
    slow.run_to_the_end();
    EXPECT_EQ(slow.now - start, milliseconds(100 + 180));
    EXPECT_EQ(slow.counts().lost, 1U);
}

TEST(ping, the_deadline_ends_it_and_lingering_never_passes_it) {
    ping_caller at(
        ping_options{.count = 1, .timeout = seconds(10), .deadline = milliseconds(1'500)});
    at.run_to_the_end();
    EXPECT_EQ(at.now - start, milliseconds(1'500));
    EXPECT_EQ(at.counts().in_flight, 0U);
}

TEST(ping, with_a_deadline_count_means_answers_as_ping_w_has_it) {
    ping_caller at(ping_options{.count = 2, .interval = seconds(1), .deadline = seconds(10)});
    at.run_for(milliseconds(3'500));
    EXPECT_EQ(at.sent.size(), 4U);
    at.receive(echo_reply(at.sent[2].octets));
    at.receive(echo_reply(at.sent[3].octets));
    EXPECT_TRUE(at.session.finished());
    EXPECT_EQ(at.counts().received, 2U);
}

TEST(ping, it_can_end_at_the_first_answer_and_what_nobody_waited_for_stays_in_flight) {
    ping_caller at(ping_options{.count = 5, .preload = 3, .stop_at_first_answer = true});
    at.run_for(milliseconds(2));
    at.receive(echo_reply(at.sent[1].octets));
    EXPECT_TRUE(at.session.finished());
    EXPECT_EQ(at.counts().in_flight, 2U);
    EXPECT_EQ(at.session.result().loss(), 0.0);
}

TEST(ping, an_interrupt_ends_it_at_once_and_what_is_in_flight_is_lost) {
    ping_caller at(ping_options{.count = std::nullopt});
    at.run_for(milliseconds(2'500));
    at.receive(echo_reply(at.sent[2].octets));
    at.session.stop(at.now);
    at.take_events();
    EXPECT_TRUE(at.session.finished());
    EXPECT_EQ(at.session.next_deadline(), mono_time::max());
    EXPECT_FALSE(at.session.next_transmit().has_value());
    EXPECT_EQ(at.counts().sent, 3U);
    EXPECT_EQ(at.counts().received, 1U);
    EXPECT_EQ(at.counts().lost, 2U);
    EXPECT_EQ(at.events.back().kind, event_kind::finished);
}

TEST(ping, loss_is_zero_when_nothing_was_sent) {
    ping_session session(ping_options{}, test_setup());
    session.stop(start);
    EXPECT_EQ(session.result().loss(), 0.0);
    EXPECT_EQ(session.result().duration, nanoseconds{});
}

// ---- timeouts and classes ----------------------------------------------------------------------

TEST(ping, a_probe_times_out_after_its_own_timeout_and_an_answer_after_it_is_late) {
    ping_caller at(ping_options{.count = 3, .timeout = milliseconds(500)});
    at.run_for(milliseconds(500));
    EXPECT_EQ(at.events.back().kind, event_kind::timed_out);
    EXPECT_EQ(at.counts().lost, 1U);
    at.receive(echo_reply(at.sent[0].octets));
    EXPECT_EQ(at.last_class(), reply_class::late);
    EXPECT_TRUE(at.replies().back().record.was_late);
    EXPECT_EQ(at.counts().late, 1U);
    EXPECT_EQ(at.counts().lost, 1U);
    EXPECT_EQ(at.counts().received, 0U);
    EXPECT_EQ(at.session.rtt().count(), 0U);
    EXPECT_TRUE(at.session.result().records[0].was_late);
    EXPECT_EQ(at.session.result().records[0].state, probe_state::answered);
}

TEST(ping, an_answer_read_before_the_clock_moves_on_is_late_all_the_same_by_its_rtt) {
    ping_caller at(ping_options{.count = 3, .timeout = milliseconds(500)});
    at.attend();
    at.now += milliseconds(501);
    at.receive(echo_reply(at.sent[0].octets));  // on_time has not been called
    EXPECT_EQ(at.last_class(), reply_class::late);
    EXPECT_EQ(at.counts().lost, 1U);
}

TEST(ping, an_answer_that_only_user_space_read_too_late_is_in_time_by_the_kernels_stamps) {
    ping_caller at(ping_options{.count = 3, .timeout = milliseconds(500)});
    at.stamps = true;
    at.send_takes = microseconds(10);
    at.attend();
    at.now += milliseconds(600);
    at.receive(
        echo_reply(at.sent[0].octets), target, {start + milliseconds(20), stamp_source::kernel});
    EXPECT_EQ(at.last_class(), reply_class::answered);
    EXPECT_EQ(at.counts().received, 1U);
}

TEST(ping, a_second_answer_is_a_duplicate_and_a_second_late_one_too) {
    ping_caller at(ping_options{.count = 3, .timeout = milliseconds(500)});
    at.run_for(milliseconds(1));
    for (int i = 0; i < 3; ++i) at.receive(echo_reply(at.sent[0].octets));
    EXPECT_EQ(at.counts().received, 1U);
    EXPECT_EQ(at.counts().duplicates, 2U);
    EXPECT_EQ(at.session.result().records[0].duplicates, 2);
    at.run_for(milliseconds(1'600));
    at.receive(echo_reply(at.sent[1].octets));
    at.receive(echo_reply(at.sent[1].octets));
    EXPECT_EQ(at.counts().late, 1U);
    EXPECT_EQ(at.counts().duplicates, 3U);
}

TEST(ping, an_answer_that_a_later_probes_answer_overtook_is_reordered) {
    ping_caller at(ping_options{.count = 3, .interval = milliseconds(10)});
    at.run_for(milliseconds(15));
    at.receive(echo_reply(at.sent[1].octets));
    at.receive(echo_reply(at.sent[0].octets));
    EXPECT_EQ(at.counts().reordered, 1U);
    EXPECT_FALSE(at.replies()[0].record.reply.reordered);
    EXPECT_TRUE(at.replies()[1].record.reply.reordered);
    EXPECT_EQ(at.counts().received, 2U);
}

TEST(ping, what_is_damaged_forged_or_foreign_is_counted_apart_and_the_probe_waits_on) {
    ping_caller at(ping_options{.count = 3});
    at.run_for(milliseconds(1));
    auto damaged = echo_reply(at.sent[0].octets);
    damaged[40] ^= 4;
    at.receive(damaged);
    EXPECT_EQ(at.last_class(), reply_class::corrupted);
    auto forged = at.sent[0].octets;
    forged[9] ^= 4;
    at.receive(echo_reply(forged), router);
    EXPECT_EQ(at.last_class(), reply_class::forged);
    EXPECT_EQ(at.replies().back().record.reply.from, router);
    auto foreign = at.sent[0].octets;
    foreign[4] ^= 4;
    at.receive(echo_reply(foreign));
    EXPECT_EQ(at.last_class(), reply_class::foreign);
    EXPECT_EQ(at.counts().corrupted, 1U);
    EXPECT_EQ(at.counts().forged, 1U);
    EXPECT_EQ(at.counts().foreign, 1U);
    EXPECT_EQ(at.counts().in_flight, 1U);
    at.receive(echo_reply(at.sent[0].octets));
    EXPECT_EQ(at.counts().received, 1U);
}

TEST(ping, our_own_request_seen_on_loopback_counts_nowhere) {
    ping_caller at(ping_options{.count = 3});
    at.run_for(milliseconds(1));
    at.receive(at.sent[0].octets);
    EXPECT_TRUE(at.replies().empty());
    EXPECT_EQ(at.counts().foreign, 0U);
}

TEST(ping, an_answer_from_another_address_with_a_right_cookie_counts_and_says_from_where) {
    ping_caller at(ping_options{.count = 3});
    at.run_for(milliseconds(1));
    at.receive(echo_reply(at.sent[0].octets), router);
    EXPECT_EQ(at.last_class(), reply_class::answered);
    EXPECT_EQ(at.replies().back().record.reply.from, router);
}

// ---- errors ------------------------------------------------------------------------------------

TEST(ping, an_icmp_error_ends_the_wait_of_its_probe_as_lost_with_a_reason) {
    ping_caller at(ping_options{.count = 1});
    at.run_for(milliseconds(1));
    at.receive(icmp_error_about(3, 1, at.sent[0], at.sent[0].octets), router);
    EXPECT_TRUE(at.session.finished());
    EXPECT_EQ(at.counts().errors, 1U);
    EXPECT_EQ(at.counts().lost, 1U);
    EXPECT_EQ(at.counts().received, 0U);
    const auto reply = at.replies().back();
    EXPECT_EQ(reply.what, reply_class::answered);
    EXPECT_EQ(reply.record.reply.kind, answer_kind::icmp_error);
    EXPECT_EQ(reply.record.reply.type, 3);
    EXPECT_EQ(reply.record.reply.code, 1);
    EXPECT_EQ(at.session.rtt().count(), 0U);
    EXPECT_EQ(at.session.result().records[0].reply.from, router);
}

TEST(ping, redirect_and_source_quench_are_told_and_do_not_end_the_wait) {
    ping_caller at(ping_options{.count = 1});
    at.run_for(milliseconds(1));
    at.receive(icmp_error_about(5, 1, at.sent[0], at.sent[0].octets), router);
    at.receive(icmp_error_about(4, 0, at.sent[0], at.sent[0].octets), router);
    EXPECT_EQ(at.replies().size(), 2U);
    EXPECT_EQ(at.replies()[0].record.state, probe_state::in_flight);
    EXPECT_EQ(at.counts().in_flight, 1U);
    EXPECT_EQ(at.counts().errors, 0U);
    at.receive(echo_reply(at.sent[0].octets));
    EXPECT_EQ(at.counts().received, 1U);
}

TEST(ping, a_send_that_the_kernel_refuses_is_counted_apart_with_its_errno_and_the_run_goes_on) {
    ping_caller at(ping_options{.count = 3, .interval = milliseconds(100)});
    at.send_error = ENETUNREACH;
    at.attend();
    at.send_error = 0;
    at.run_for(milliseconds(150));
    EXPECT_EQ(at.events.front().kind, event_kind::send_failed);
    EXPECT_EQ(at.events.front().record.send_error, ENETUNREACH);
    EXPECT_EQ(at.counts().send_failed, 1U);
    EXPECT_EQ(at.counts().sent, 1U);
    EXPECT_EQ(at.session.result().records[0].state, probe_state::send_failed);
    at.send_error = ENOBUFS;
    at.run_to_the_end();
    EXPECT_EQ(at.counts().send_failed, 2U);
    EXPECT_EQ(at.sent.size(), 3U);
}

TEST(ping, a_run_of_which_every_send_fails_ends) {
    ping_caller at(ping_options{.count = 3, .interval = milliseconds(10)});
    at.send_error = EPERM;
    at.run_to_the_end();
    EXPECT_EQ(at.counts().sent, 0U);
    EXPECT_EQ(at.counts().send_failed, 3U);
    EXPECT_EQ(at.now - start, milliseconds(20));
}

// ---- groups ------------------------------------------------------------------------------------

TEST(ping, a_group_is_answered_by_many_and_only_the_same_host_twice_is_a_duplicate) {
    for (const bool multicast : {false, true}) {
        auto setup = test_setup();
        if (multicast) setup.destination = *ip_address::parse("224.0.0.1");
        ping_options options{.count = 2};
        options.socket.broadcast = !multicast;
        ping_caller at(options, setup);
        at.run_for(milliseconds(1));
        const auto octets = echo_reply(at.sent[0].octets);
        at.receive(octets, target);
        at.receive(octets, router);
        at.receive(octets, us);
        EXPECT_EQ(at.last_class(), reply_class::answered);
        at.receive(octets, router);
        EXPECT_EQ(at.last_class(), reply_class::duplicate);
        EXPECT_EQ(at.counts().received, 1U);
        EXPECT_EQ(at.counts().duplicates, 1U);
        EXPECT_EQ(at.session.rtt().count(), 1U);
    }
}

// ---- numbers that wrap, memory that is bounded -------------------------------------------------

TEST(ping, after_65536_probes_an_old_answer_counts_for_the_old_probe_and_never_for_the_new_one) {
    ping_options options{
        .count = std::nullopt, .interval = microseconds(10), .timeout = milliseconds(1)};
    options.in_flight_max = 131'072;
    options.keep_records = false;
    ping_session session(options, test_setup());
    mono_time now = start;
    octets_t old;
    for (std::uint64_t i = 0; i <= 65'537; ++i) {
        const auto probe = session.next_transmit();
        ASSERT_TRUE(probe.has_value());
        ASSERT_EQ(probe->id.value, i);
        if (i == 1) old.assign(probe->octets.begin(), probe->octets.end());
        if (i == 65'537) {
            EXPECT_EQ(be16_at(probe->octets, 6), be16_at(old, 6));
        }
        session.on_send_done(probe->id, {.at = now});
        if (i < 65'537) now += microseconds(10);
        session.on_time(now);
        while (session.next_event()) {
        }
    }
    const auto before = session.counts();
    session.on_datagram(echo_reply(old), {.source = target, .protocol = 1, .at = now});
    const auto event = session.next_event();
    ASSERT_TRUE(event.has_value());
    EXPECT_EQ(event->what, reply_class::late);
    EXPECT_EQ(event->record.id.value, 1U);
    EXPECT_EQ(session.counts().received, 0U);
    EXPECT_EQ(session.counts().in_flight, before.in_flight);
    session.on_datagram(echo_reply(old), {.source = target, .protocol = 1, .at = now});
    EXPECT_EQ(session.counts().duplicates, 1U);
}

TEST(ping, the_oldest_probe_is_forgotten_as_lost_when_more_are_in_flight_than_it_may_remember) {
    ping_options options{.count = 10, .interval = milliseconds(1), .timeout = seconds(60)};
    options.in_flight_max = 4;
    ping_caller at(options);
    at.run_for(milliseconds(9));
    EXPECT_EQ(at.counts().sent, 10U);
    EXPECT_EQ(at.counts().in_flight, 4U);
    EXPECT_EQ(at.counts().lost, 6U);
    at.receive(echo_reply(at.sent[0].octets));  // nobody remembers it
    EXPECT_EQ(at.last_class(), reply_class::foreign);
    at.receive(echo_reply(at.sent[9].octets));
    EXPECT_EQ(at.last_class(), reply_class::answered);
}

TEST(ping, whoever_never_takes_events_loses_the_oldest_not_the_memory_and_no_count) {
    ping_options options{.count = 3000, .interval = microseconds(10)};
    options.in_flight_max = 16;
    options.keep_records = false;
    ping_session session(options, test_setup());
    mono_time now = start;
    for (int i = 0; i < 3000; ++i) {
        const auto probe = session.next_transmit();
        ASSERT_TRUE(probe.has_value());
        const octets_t octets(probe->octets.begin(), probe->octets.end());
        session.on_send_done(probe->id, {.at = now});
        now += microseconds(10);
        session.on_datagram(echo_reply(octets), {.source = target, .protocol = 1, .at = now});
    }
    EXPECT_EQ(session.counts().received, 3000U);
    EXPECT_EQ(session.rtt().count(), 3000U);
    int taken = 0;
    while (session.next_event()) ++taken;
    EXPECT_EQ(taken, 2 * 16 + 1024);
}

// ---- stamps ------------------------------------------------------------------------------------

struct stamp_case {
    const char* name;
    stamp sent;
    stamp got;
    nanoseconds rtt;
    stamp_source by;
};

TEST(ping, the_rtt_is_the_kernels_when_its_stamps_are_plausible_and_else_user_spaces) {
    const auto kernel = stamp_source::kernel;
    const auto in = [](std::int64_t us_after) { return start + microseconds(us_after); };
    // Sent at 0, read at 1000 us by user space's clock.
    const std::vector<stamp_case> cases{
        {"both", {in(20), kernel}, {in(950), kernel}, microseconds(930), kernel},
        {"hardware",
         {in(20), stamp_source::hardware},
         {in(950), kernel},
         microseconds(930),
         stamp_source::hardware},
        {"none", {}, {}, microseconds(1000), stamp_source::user},
        {"transmit stamp missing", {}, {in(950), kernel}, microseconds(950), stamp_source::user},
        {"receive stamp missing", {in(20), kernel}, {}, microseconds(980), kernel},
        {"transmitted after it was received",
         {in(960), kernel},
         {in(950), kernel},
         microseconds(1000),
         stamp_source::user},
        {"transmitted before the call",
         {in(-1), kernel},
         {in(950), kernel},
         microseconds(1000),
         stamp_source::user},
        {"transmitted after the reading",
         {in(1001), kernel},
         {in(1002), kernel},
         microseconds(1000),
         stamp_source::user},
        {"slower than user space saw it",
         {in(20), kernel},
         {in(1900), kernel},
         microseconds(1000),
         stamp_source::user},
        {"a clock set back by an hour",
         {in(20), kernel},
         {in(950) - std::chrono::hours(1), kernel},
         microseconds(1000),
         stamp_source::user},
    };
    for (const auto& each : cases) {
        ping_caller at(ping_options{.count = 1});
        at.attend();
        if (each.sent.source != stamp_source::none) {
            at.session.on_transmit_stamp(at.sent[0].id, each.sent);
        }
        at.now = in(1000);
        at.receive(echo_reply(at.sent[0].octets), target, each.got);
        const auto& reply = at.replies().back().record.reply;
        EXPECT_EQ(reply.rtt, each.rtt) << each.name;
        EXPECT_EQ(reply.sent_by, each.by) << each.name;
        EXPECT_EQ(reply.rtt_user, microseconds(1000)) << each.name;
        EXPECT_EQ(at.session.rtt().mean(), each.rtt) << each.name;
        EXPECT_EQ(at.session.result().rtt_user.mean(), microseconds(1000)) << each.name;
    }
}

TEST(ping, user_spaces_rtt_is_never_negative) {
    ping_caller at(ping_options{.count = 1});
    at.attend();
    at.now -= microseconds(5);
    at.receive(echo_reply(at.sent[0].octets));
    EXPECT_EQ(at.session.rtt().mean(), nanoseconds{});
}

TEST(ping, a_transmit_stamp_after_the_answer_counts_while_the_answer_waits_to_be_taken) {
    ping_session session(ping_options{.count = 2}, test_setup());
    const auto probe = session.next_transmit();
    const octets_t octets(probe->octets.begin(), probe->octets.end());
    session.on_send_done({0}, {.at = start});
    const stamp got{start + microseconds(900), stamp_source::kernel};
    const auto at = start + microseconds(1000);
    session.on_datagram(echo_reply(octets),
                        {.source = target, .protocol = 1, .at = at, .kernel = got});
    EXPECT_EQ(session.result().rtt.mean(), microseconds(900));
    session.on_transmit_stamp({0}, {start + microseconds(100), stamp_source::kernel});
    EXPECT_EQ(session.result().rtt.mean(), microseconds(800));
    EXPECT_EQ(session.result().records[0].reply.rtt, microseconds(800));
    EXPECT_EQ(session.next_event()->kind, event_kind::sent);
    const auto event = session.next_event();
    EXPECT_EQ(event->record.reply.rtt, microseconds(800));
    // What has been told stays.
    session.on_transmit_stamp({0}, {start + microseconds(200), stamp_source::kernel});
    EXPECT_EQ(session.rtt().mean(), microseconds(800));
    EXPECT_EQ(session.result().records[0].reply.rtt, microseconds(800));
}

TEST(ping, an_answer_before_the_caller_said_how_sending_ended_proves_that_it_was_sent) {
    ping_session session(ping_options{.count = 1}, test_setup());
    const auto probe = session.next_transmit();
    const octets_t octets(probe->octets.begin(), probe->octets.end());
    EXPECT_EQ(session.counts().sent, 0U);
    session.on_datagram(echo_reply(octets), {.source = target, .protocol = 1, .at = start});
    EXPECT_EQ(session.counts().received, 1U);
    session.on_send_done({0}, {.code = EPERM, .at = start});
    EXPECT_EQ(session.counts().send_failed, 0U);
    EXPECT_EQ(session.counts().sent, 1U);
}

TEST(ping, a_caller_that_never_says_how_sending_ended_does_not_hold_it_up) {
    ping_session session(ping_options{.count = 1, .timeout = seconds(1)}, test_setup());
    ASSERT_TRUE(session.next_transmit().has_value());
    session.on_time(start + seconds(1));
    EXPECT_TRUE(session.finished());
    EXPECT_EQ(session.counts().lost, 1U);
}

TEST(ping, records_and_events_count_as_people_do_from_one) {
    ping_caller at(ping_options{.count = 2, .interval = milliseconds(1)});
    at.run_to_the_end();
    EXPECT_EQ(at.session.result().records[0].sequence, 1U);
    EXPECT_EQ(at.session.result().records[1].sequence, 2U);
    EXPECT_EQ(be16_at(at.sent[0].octets, 6), 1);
}

TEST(ping, the_hop_limit_asked_for_is_in_every_probe_and_record) {
    ping_caller at(ping_options{.count = 1, .hop_limit = 7});
    at.run_to_the_end();
    EXPECT_EQ(at.sent[0].hop_limit, 7);
    EXPECT_EQ(at.session.result().records[0].hop_limit, 7);
}

}  // namespace
}  // namespace sonde
