#include <algorithm>
#include <cerrno>
#include <functional>
#include <set>

#include <gtest/gtest.h>

#include <sonde/probe/trace.hpp>

#include "probe_testing.hpp"

namespace sonde {
namespace {

using namespace probe_testing;

using trace_caller = caller<trace_session>;

trace_options icmp_options() { return {.method = probe_method::icmp, .payload_len = 16}; }

ip_address hop_address(int hop) {
    return ipv4_address{0x0a010001U + (static_cast<unsigned>(hop) << 8)};
}

void exceed(trace_caller& at, std::size_t index) {
    const handed probe = at.sent[index];
    at.receive(icmp_error_about(11, 0, probe, probe.octets), hop_address(probe.hop_limit));
}
void refuse(trace_caller& at, std::size_t index, int by_hop) {
    const handed probe = at.sent[index];
    at.receive(icmp_error_about(3, 1, probe, probe.octets), hop_address(by_hop));
}
void arrive(trace_caller& at, std::size_t index) {
    const handed probe = at.sent[index];
    at.receive(echo_reply(probe.octets));
}

std::vector<int> hop_limits(const trace_caller& at) {
    std::vector<int> made;
    for (const auto& probe : at.sent) made.push_back(probe.hop_limit);
    return made;
}

// ---- sending -----------------------------------------------------------------------------------

TEST(trace, all_hop_limits_are_in_flight_at_once_in_order_with_the_pace_between_and_rounds_follow) {
    auto options = icmp_options();
    options.max_hops = 4;
    options.probes_per_hop = 2;
    trace_caller at(options);
    at.run_for(milliseconds(100));
    EXPECT_EQ(hop_limits(at), (std::vector<int>{1, 2, 3, 4, 1, 2, 3, 4}));
    for (std::size_t i = 0; i < at.sent.size(); ++i) {
        EXPECT_EQ(at.sent[i].at - start, microseconds(50) * i);
    }
}

TEST(trace, the_interval_keeps_the_probes_of_one_hop_apart) {
    auto options = icmp_options();
    options.max_hops = 2;
    options.probes_per_hop = 3;
    options.interval = milliseconds(10);
    trace_caller at(options);
    at.run_for(milliseconds(50));
    std::vector<nanoseconds> first_hop;
    for (const auto& probe : at.sent) {
        if (probe.hop_limit == 1) first_hop.push_back(probe.at - start);
    }
    EXPECT_EQ(first_hop,
              (std::vector<nanoseconds>{milliseconds(0), milliseconds(10), milliseconds(20)}));
}

TEST(trace, it_starts_at_the_first_hop_asked_for) {
    auto options = icmp_options();
    options.first_hop = 3;
    options.max_hops = 5;
    options.probes_per_hop = 1;
    trace_caller at(options);
    at.run_for(milliseconds(1));
    EXPECT_EQ(hop_limits(at), (std::vector<int>{3, 4, 5}));
    at.run_to_the_end();
    EXPECT_EQ(at.session.result().hops.front().hop_limit, 3);
}

TEST(trace, a_caller_that_is_a_little_late_catches_up_and_one_that_pauses_does_not_burst) {
    auto options = icmp_options();
    trace_caller at(options);
    at.attend();
    at.now += microseconds(160);  // three paces
    at.session.on_time(at.now);
    at.attend();
    EXPECT_EQ(at.sent.size(), 4U);
    at.now += milliseconds(10);
    at.session.on_time(at.now);
    at.attend();
    EXPECT_EQ(at.sent.size(), 5U);
}

TEST(trace, nothing_is_sent_beyond_the_hop_at_which_the_target_answered) {
    trace_caller at(icmp_options());
    at.run_for(microseconds(50 * 4));
    ASSERT_EQ(at.sent.size(), 5U);
    arrive(at, 2);
    at.run_for(milliseconds(1));
    const auto limits = hop_limits(at);
    EXPECT_LE(*std::max_element(limits.begin() + 5, limits.end()), 3);
}

TEST(trace, one_at_a_time_waits_for_each_probe_before_the_next) {
    auto options = icmp_options();
    options.one_at_a_time = true;
    options.probes_per_hop = 2;
    trace_caller at(options);
    at.run_for(milliseconds(20));
    EXPECT_EQ(hop_limits(at), (std::vector<int>{1}));
    exceed(at, 0);
    at.run_for(milliseconds(1));
    EXPECT_EQ(hop_limits(at), (std::vector<int>{1, 1}));
    exceed(at, 1);
    at.run_for(milliseconds(1));
    EXPECT_EQ(hop_limits(at), (std::vector<int>{1, 1, 2}));
}

TEST(trace, fast_sends_a_hop_nothing_more_once_it_answered) {
    auto options = icmp_options();
    options.fast = true;
    options.max_hops = 2;
    trace_caller at(options);
    at.run_for(microseconds(50));
    exceed(at, 0);
    arrive(at, 1);
    EXPECT_TRUE(at.session.finished());
    EXPECT_EQ(at.sent.size(), 2U);
    EXPECT_EQ(at.session.result().hops.size(), 2U);
}

// ---- waiting -----------------------------------------------------------------------------------

TEST(trace, a_gap_is_probed_again_after_two_round_trips_of_its_neighbours_and_given_up_after_five) {
    auto options = icmp_options();
    options.max_hops = 3;
    options.probes_per_hop = 1;
    trace_caller at(options);
    at.run_for(microseconds(100));
    at.run_until(start + milliseconds(10));
    exceed(at, 0);
    at.run_until(start + milliseconds(20));
    arrive(at, 2);  // about 20 ms for hop 3
    const auto rtt = at.replies().back().record.reply.rtt;
    at.run_until(start + milliseconds(60));
    ASSERT_EQ(at.sent.size(), 4U);
    EXPECT_EQ(at.sent[3].hop_limit, 2);
    EXPECT_EQ(at.sent[3].at - at.sent[1].at, 2 * rtt);
    EXPECT_NE(at.sent[3].id, at.sent[1].id);
    at.run_to_the_end();
    EXPECT_EQ(at.now - at.sent[1].at, 5 * rtt);
    const auto result = at.session.result();
    EXPECT_EQ(result.end, trace_end::reached);
    ASSERT_EQ(result.hops.size(), 3U);
    EXPECT_TRUE(result.hops[1].is_silent());
    EXPECT_EQ(result.hops[1].sent(), 2U);
    ASSERT_EQ(result.hops[1].probes.size(), 1U);
    EXPECT_EQ(result.hops[1].probes[0].sends, 2);
    EXPECT_EQ(result.counts.lost, 2U);
}

TEST(trace, a_probe_that_could_be_sent_again_only_late_gets_three_round_trips_more) {
    auto options = icmp_options();
    options.max_hops = 2;
    options.probes_per_hop = 1;
    options.pace = milliseconds(100);
    trace_caller at(options);
    at.run_until(start + milliseconds(110));
    arrive(at, 1);  // 10 ms: five of them since the first sending of hop 1 are over
    at.run_to_the_end();
    ASSERT_EQ(at.sent.size(), 3U);
    EXPECT_EQ(at.sent[2].at - start, milliseconds(200));
    EXPECT_EQ(at.now - start, milliseconds(230));
}

TEST(trace, an_answer_to_the_first_sending_after_the_second_left_counts_for_the_first) {
    auto options = icmp_options();
    options.max_hops = 2;
    options.probes_per_hop = 1;
    trace_caller at(options);
    at.run_until(start + milliseconds(10));
    arrive(at, 1);
    at.run_until(start + milliseconds(22));
    ASSERT_EQ(at.sent.size(), 3U);
    exceed(at, 0);
    EXPECT_TRUE(at.session.finished());
    const auto result = at.session.result();
    EXPECT_EQ(result.hops[0].probes[0].id, at.sent[0].id);
    EXPECT_EQ(result.hops[0].probes[0].reply.rtt, milliseconds(22));
    EXPECT_EQ(result.counts.in_flight, 1U);  // the second: nobody waited for it
    EXPECT_EQ(result.hops[0].rtt.count(), 1U);
}

TEST(trace, an_answer_after_its_probe_was_given_up_still_counts_and_is_marked_late) {
    auto options = icmp_options();
    options.max_hops = 3;
    options.probes_per_hop = 1;
    options.retries = 0;
    trace_caller at(options);
    at.run_until(start + milliseconds(1));
    exceed(at, 1);  // hop 1 is silent, hop 3 is behind everything that answered
    at.run_until(start + milliseconds(100));
    EXPECT_EQ(at.counts().lost, 1U);
    exceed(at, 0);
    EXPECT_EQ(at.last_class(), reply_class::late);
    EXPECT_EQ(at.counts().late, 1U);
    at.run_to_the_end();
    const auto hops = at.session.result().hops;
    EXPECT_EQ(hops[0].received(), 1U);
    EXPECT_TRUE(hops[0].probes[0].was_late);
    EXPECT_EQ(hops[0].addresses(), (std::vector<ip_address>{hop_address(1)}));
}

TEST(trace, when_nothing_answers_at_all_the_timeout_decides) {
    auto options = icmp_options();
    options.max_hops = 2;
    options.probes_per_hop = 1;
    options.timeout = seconds(3);
    trace_caller at(options);
    at.run_to_the_end();
    EXPECT_EQ(at.now - start, seconds(3) + microseconds(50));
    EXPECT_EQ(at.session.result().end, trace_end::max_hops);
    EXPECT_EQ(at.session.result().hops.size(), 2U);
    EXPECT_EQ(at.sent.size(), 2U);  // nothing says that they were lost: no gap
}

TEST(trace, behind_the_last_hop_that_answers_three_seconds_or_ten_round_trips_are_waited) {
    for (const auto& [rtt, wait] : {std::pair{milliseconds(20), milliseconds(3200)},
                                    std::pair{milliseconds(350), milliseconds(3500)}}) {
        auto options = icmp_options();
        options.max_hops = 2;
        options.probes_per_hop = 1;
        trace_caller at(options);
        at.run_until(start + rtt);
        exceed(at, 0);
        at.run_to_the_end();
        EXPECT_EQ(at.now - start, wait + microseconds(50));
    }
}

TEST(trace, no_wait_is_longer_than_the_timeout) {
    auto options = icmp_options();
    options.max_hops = 2;
    options.probes_per_hop = 1;
    options.timeout = milliseconds(300);
    trace_caller at(options);
    at.run_until(start + milliseconds(200));
    exceed(at, 0);
    at.run_to_the_end();
    EXPECT_EQ(at.now - start, milliseconds(300) + microseconds(50));
}

// ---- the end -----------------------------------------------------------------------------------

TEST(trace, the_target_is_at_the_lowest_hop_limit_at_which_it_answered) {
    auto options = icmp_options();
    options.probes_per_hop = 1;
    options.max_hops = 6;
    trace_caller at(options);
    at.run_for(milliseconds(1));
    arrive(at, 5);
    arrive(at, 3);
    arrive(at, 4);
    exceed(at, 0);
    exceed(at, 1);
    exceed(at, 2);
    EXPECT_TRUE(at.session.finished());
    const auto result = at.session.result();
    EXPECT_EQ(result.end, trace_end::reached);
    ASSERT_EQ(result.hops.size(), 4U);
    EXPECT_EQ(result.hops.back().addresses(), (std::vector<ip_address>{target}));
    EXPECT_EQ(result.counts.received, 6U);
}

TEST(trace, a_refusal_ends_it_at_the_lowest_hop_limit_where_it_was_said) {
    auto options = icmp_options();
    options.probes_per_hop = 1;
    options.max_hops = 4;
    trace_caller at(options);
    at.run_for(milliseconds(1));
    exceed(at, 0);
    refuse(at, 3, 2);
    refuse(at, 1, 2);
    EXPECT_TRUE(at.session.finished());
    const auto result = at.session.result();
    EXPECT_EQ(result.end, trace_end::unreachable);
    ASSERT_EQ(result.hops.size(), 2U);
    EXPECT_EQ(trace_annotation(result.hops[1].probes[0].reply, ip_family::v4), "!H");
}

TEST(trace, the_target_wins_over_a_refusal_that_other_probes_met) {
    auto options = icmp_options();
    options.probes_per_hop = 1;
    options.max_hops = 3;
    trace_caller at(options);
    at.run_for(milliseconds(1));
    exceed(at, 0);
    refuse(at, 1, 2);
    EXPECT_TRUE(at.session.finished());
    trace_caller other(options);
    other.run_for(milliseconds(1));
    arrive(other, 2);
    refuse(other, 1, 2);
    exceed(other, 0);
    EXPECT_EQ(other.session.result().end, trace_end::reached);
    EXPECT_EQ(other.session.result().hops.size(), 3U);
}

TEST(trace, silent_hops_below_a_refusal_are_probed_one_at_a_time_and_further_and_further_apart) {
    auto options = icmp_options();
    options.probes_per_hop = 1;
    options.max_hops = 7;
    options.payload_len = 16;
    trace_caller at(options);
    at.run_for(milliseconds(1));
    exceed(at, 0);
    refuse(at, 6, 2);             // the answer of a router that limits its answers
    at.run_for(milliseconds(3));  // the usual second sending of hops 2 to 6
    const auto usual = at.sent.size();
    EXPECT_EQ(usual, 7U + 5U);
    at.run_for(milliseconds(400));
    ASSERT_GE(at.sent.size(), usual + 3);
    for (std::size_t i = usual; i < at.sent.size(); ++i) EXPECT_EQ(at.sent[i].hop_limit, 2);
    for (std::size_t i = usual + 2; i < at.sent.size(); ++i) {
        EXPECT_GE(at.sent[i].at - at.sent[i - 1].at, at.sent[i - 1].at - at.sent[i - 2].at);
    }
    refuse(at, at.sent.size() - 1, 2);
    EXPECT_TRUE(at.session.finished());
    const auto result = at.session.result();
    EXPECT_EQ(result.end, trace_end::unreachable);
    ASSERT_EQ(result.hops.size(), 2U);
    EXPECT_EQ(result.hops[1].received(), 1U);
}

TEST(trace, the_search_below_a_refusal_ends_when_the_silent_hops_stay_silent) {
    auto options = icmp_options();
    options.probes_per_hop = 1;
    options.max_hops = 5;
    trace_caller at(options);
    at.run_for(milliseconds(1));
    exceed(at, 0);
    refuse(at, 4, 5);
    at.run_to_the_end();
    EXPECT_LT(at.now - start, seconds(2));
    EXPECT_EQ(at.session.result().hops.size(), 5U);
    EXPECT_EQ(at.session.result().end, trace_end::unreachable);
}

TEST(trace, what_the_target_itself_refuses_is_an_arrival) {
    auto options = icmp_options();
    options.probes_per_hop = 1;
    options.max_hops = 1;
    for (const std::uint8_t code : octets_t{2, 3, 10, 13}) {
        trace_caller at(options);
        at.run_for(milliseconds(1));
        const handed probe = at.sent[0];
        at.receive(icmp_error_about(3, code, probe, probe.octets), target);
        EXPECT_EQ(at.session.result().end, trace_end::reached);
    }
}

TEST(trace, an_interrupt_ends_it_at_once_with_what_is_known) {
    trace_caller at(icmp_options());
    at.run_for(microseconds(50 * 9));
    exceed(at, 0);
    at.session.stop(at.now);
    at.take_events();
    EXPECT_TRUE(at.session.finished());
    const auto result = at.session.result();
    EXPECT_EQ(result.end, trace_end::stopped);
    EXPECT_EQ(result.hops.size(), 10U);
    EXPECT_EQ(at.session.next_deadline(), mono_time::max());
    EXPECT_FALSE(at.session.next_transmit().has_value());
}

TEST(trace, when_the_kernel_refuses_every_probe_it_says_so_and_ends) {
    auto options = icmp_options();
    options.max_hops = 3;
    trace_caller at(options);
    at.send_error = ENETUNREACH;
    at.run_to_the_end();
    const auto result = at.session.result();
    EXPECT_EQ(result.end, trace_end::send_failed);
    EXPECT_EQ(result.counts.send_failed, 9U);
    EXPECT_EQ(result.counts.sent, 0U);
    EXPECT_EQ(result.hops[0].probes[0].send_error, ENETUNREACH);
    EXPECT_EQ(result.hops[0].sent(), 0U);
}

TEST(trace, a_second_answer_to_one_probe_is_a_duplicate_and_several_addresses_of_a_hop_are_kept) {
    auto options = icmp_options();
    options.max_hops = 2;
    trace_caller at(options);
    at.run_for(milliseconds(1));
    exceed(at, 0);
    exceed(at, 0);
    EXPECT_EQ(at.last_class(), reply_class::duplicate);
    EXPECT_EQ(at.counts().duplicates, 1U);
    const handed second = at.sent[2];
    at.receive(icmp_error_about(11, 0, second, second.octets), router);
    exceed(at, 4);
    EXPECT_EQ(at.session.result().hops[0].addresses(),
              (std::vector<ip_address>{hop_address(1), router}));
    EXPECT_EQ(at.session.result().hops[0].probes[0].duplicates, 1);
}

TEST(trace, an_answer_that_says_redirect_does_not_settle_the_hop) {
    auto options = icmp_options();
    options.max_hops = 1;
    options.probes_per_hop = 1;
    trace_caller at(options);
    at.run_for(milliseconds(1));
    const handed probe = at.sent[0];
    at.receive(icmp_error_about(5, 1, probe, probe.octets), router);
    EXPECT_FALSE(at.session.finished());
    EXPECT_EQ(at.counts().in_flight, 1U);
}

// ---- flows -------------------------------------------------------------------------------------

TEST(trace, icmp_probes_keep_one_checksum_and_udp_probes_one_pair_of_ports) {
    trace_caller icmp(icmp_options());
    icmp.run_for(milliseconds(10));
    std::set<std::uint16_t> sums;
    for (const auto& probe : icmp.sent) sums.insert(be16_at(probe.octets, 2));
    EXPECT_EQ(sums.size(), 1U);
    trace_caller udp(trace_options{});
    udp.run_for(milliseconds(10));
    std::set<std::uint16_t> ports;
    for (const auto& probe : udp.sent) ports.insert(probe.destination_port);
    EXPECT_EQ(ports, (std::set<std::uint16_t>{33'434}));
}

TEST(trace, without_raw_sockets_a_udp_probe_sent_again_has_a_port_of_its_own_so_that_gaps_fill) {
    trace_options options{.max_hops = 2, .probes_per_hop = 1};
    trace_caller at(options, test_setup(false));
    at.run_until(start + milliseconds(2));
    icmp_error reported{.from = target,
                        .type = 3,
                        .code = 3,
                        .quoted_protocol = 17,
                        .quoted_destination = target,
                        .quoted_destination_port = 33'434};
    reported.quoted_payload = at.sent[1].octets;
    at.receive_error(reported);
    reported = {.from = router,
                .type = 11,
                .quoted_protocol = 17,
                .quoted_destination = target,
                .quoted_destination_port = 33'434};
    at.receive_error(reported);  // 28 octets quoted: whose it is nobody can say
    EXPECT_EQ(at.last_class(), reply_class::foreign);
    at.run_for(milliseconds(3));
    ASSERT_EQ(at.sent.size(), 3U);
    EXPECT_NE(at.sent[2].destination_port, 33'434);
    reported.quoted_destination_port = at.sent[2].destination_port;
    at.receive_error(reported);
    EXPECT_TRUE(at.session.finished());
    EXPECT_EQ(at.session.result().hops[0].received(), 1U);
    EXPECT_FALSE(at.session.result().hops[0].probes[0].reply.verified);
}

// ---- annotations -------------------------------------------------------------------------------

std::string annotation(std::uint8_t type, std::uint8_t code, std::uint32_t mtu = 0,
                       ip_family family = ip_family::v4) {
    answer reply;
    reply.kind = answer_kind::icmp_error;
    reply.type = type;
    reply.code = code;
    reply.mtu = mtu;
    return trace_annotation(reply, family);
}

TEST(trace_annotation, ipv4_has_the_signs_of_traceroute) {
    const std::vector<std::string> expected{"!N",
                                            "!H",
                                            "!P",
                                            "",
                                            "!F-1400",
                                            "!S",
                                            "!N",
                                            "!H",
                                            "!N",
                                            "!X",
                                            "!X",
                                            "!N",
                                            "!H",
                                            "!X",
                                            "!V",
                                            "!C",
                                            "!<16>"};
    for (std::size_t code = 0; code < expected.size(); ++code) {
        EXPECT_EQ(annotation(3, static_cast<std::uint8_t>(code), 1400), expected[code]) << code;
    }
    EXPECT_EQ(annotation(3, 4, 0), "!F");
    EXPECT_EQ(annotation(11, 0), "");
    EXPECT_EQ(annotation(12, 1), "!<12-1>");
}

TEST(trace_annotation, ipv6_has_those_of_its_own_codes) {
    const std::vector<std::string> expected{"!N", "!X", "!H", "!H", "", "!<5>", "!<6>"};
    for (std::size_t code = 0; code < expected.size(); ++code) {
        EXPECT_EQ(annotation(1, static_cast<std::uint8_t>(code), 0, ip_family::v6), expected[code]);
    }
    EXPECT_EQ(annotation(2, 0, 1280, ip_family::v6), "!F-1280");
    EXPECT_EQ(annotation(3, 0, 0, ip_family::v6), "");
}

TEST(trace_annotation, an_echo_reply_or_a_segment_has_none) {
    EXPECT_EQ(trace_annotation(answer{}, ip_family::v4), "");
    answer reset;
    reset.kind = answer_kind::tcp_reset;
    EXPECT_EQ(trace_annotation(reset, ip_family::v4), "");
}

}  // namespace
}  // namespace sonde
