#include <gtest/gtest.h>

#include <sonde/report/fping_text.hpp>

#include "report_fixture.hpp"

namespace sonde {
namespace {

using namespace report_fixture;

// Lines of fping 5.1 stand behind the expectations of this file; those of JSON are of 5.5.
struct run {
    fping_report report;
    std::string out{};
    std::string err{};
    explicit run(const fping_style& style) : report(style) {
        report.add_target("10.9.3.2", "10.9.3.2", address("10.9.3.2"));
        report.add_target("10.66.3.1", "10.66.3.1", address("10.66.3.1"));
    }
    void on(std::uint64_t target, probe_event event) {
        event.target = target;
        report.on_event(event, wall_time(std::chrono::microseconds(1'795'187'616'121'214)));
        take();
    }
    void answer(std::uint64_t sequence, double rtt_us, reply_class what = reply_class::answered,
                const char* from = "10.9.3.2") {
        on(0, sent(sequence));
        on(0, reply(sequence, echo_reply(from, us(rtt_us)), what));
    }
    void silence(std::uint64_t sequence) {
        on(1, sent(sequence));
        probe_event event{.kind = event_kind::timed_out, .record = without_answer(sequence)};
        on(1, event);
    }
    void finish() {
        report.finish(std::chrono::milliseconds(420));
        take();
    }
    void take() {
        out += report.take_out();
        err += report.take_err();
    }
};

TEST(fping_text, says_who_is_alive_and_who_is_not) {
    run at({});
    at.answer(1, 36);
    at.silence(1);
    at.finish();
    EXPECT_EQ(at.out, "10.9.3.2 is alive\n10.66.3.1 is unreachable\n");
    EXPECT_EQ(at.err, "");
    EXPECT_EQ(at.report.exit_code(), 1);
}

TEST(fping_text, shows_names_alone_for_a_and_u_and_times_for_e) {
    run a({.alive = true, .elapsed = true});
    a.answer(1, 36);
    a.silence(1);
    a.finish();
    EXPECT_EQ(a.out, "10.9.3.2 (0.036 ms)\n");
    run u({.unreachable = true});
    u.answer(1, 36);
    u.silence(1);
    u.finish();
    EXPECT_EQ(u.out, "10.66.3.1\n");
}

TEST(fping_text, writes_a_line_for_each_probe_and_the_summary_on_the_other_channel) {
    run at({.counts = true});
    at.answer(1, 17);
    at.silence(1);
    at.answer(2, 31);
    at.silence(2);
    at.finish();
    EXPECT_EQ(at.out,
              "10.9.3.2  : [0], 64 bytes, 0.017 ms (0.017 avg, 0% loss)\n"
              "10.66.3.1 : [0], timed out (NaN avg, 100% loss)\n"
              "10.9.3.2  : [1], 64 bytes, 0.031 ms (0.024 avg, 0% loss)\n"
              "10.66.3.1 : [1], timed out (NaN avg, 100% loss)\n");
    EXPECT_EQ(at.err,
              "\n"
              "10.9.3.2  : xmt/rcv/%loss = 2/2/0%, min/avg/max = 0.017/0.024/0.031\n"
              "10.66.3.1 : xmt/rcv/%loss = 2/0/100%\n");
}

TEST(fping_text, writes_what_smokeping_reads) {
    run at({.counts = true, .all_rtts = true, .quiet = true});
    at.answer(1, 91'700);
    at.answer(2, 1'234'500);
    at.silence(1);
    at.silence(2);
    at.finish();
    EXPECT_EQ(at.out, "");
    EXPECT_EQ(at.err, "10.9.3.2  : 91.7 1234\n10.66.3.1 : - -\n");
}

TEST(fping_text, adds_outages_by_the_period) {
    run at(
        {.counts = true, .quiet = true, .outage = true, .period = std::chrono::milliseconds(200)});
    at.answer(1, 17);
    at.silence(1);
    at.silence(2);
    at.finish();
    EXPECT_EQ(at.err,
              "10.9.3.2  : xmt/rcv/%loss = 1/1/0%, outage(ms) = 0, min/avg/max = "
              "0.017/0.017/0.017\n"
              "10.66.3.1 : xmt/rcv/%loss = 2/0/100%, outage(ms) = 400\n");
}

TEST(fping_text, puts_the_date_before_each_line) {
    run at({.counts = true, .time_stamps = true});
    at.answer(1, 36);
    EXPECT_EQ(at.out,
              "[1795187616.12121] 10.9.3.2  : [0], 64 bytes, 0.036 ms (0.036 avg, 0% loss)\n");
}

TEST(fping_text, repeats_what_came_in_each_interval) {
    run at({.counts = true, .quiet = true, .report_interval = std::chrono::seconds(1)});
    at.answer(1, 17);
    at.report.on_interval({}, "06:07:19");
    at.report.on_interval({}, "06:07:20");
    at.take();
    EXPECT_EQ(at.err,
              "[06:07:19]\n"
              "10.9.3.2  : xmt/rcv/%loss = 1/1/0%, min/avg/max = 0.017/0.017/0.017\n"
              "10.66.3.1 : xmt/rcv/%loss = 0/0/0%\n"
              "[06:07:20]\n"
              "10.9.3.2  : xmt/rcv/%loss = 0/0/0%\n"
              "10.66.3.1 : xmt/rcv/%loss = 0/0/0%\n");
}

TEST(fping_text, tells_of_errors_unless_quiet) {
    for (const bool quiet : {false, true}) {
        run at({.quiet = quiet});
        at.on(1, sent(1));
        at.on(1, reply(1, error_reply("10.9.2.2", 3, 1)));
        at.report.add_unknown("nosuch.invalid", "Name or service not known");
        at.take();
        EXPECT_EQ(at.err,
                  quiet ? ""
                        : "ICMP Host Unreachable from 10.9.2.2 for ICMP Echo sent to "
                          "10.66.3.1\nnosuch.invalid: Name or service not known\n");
        EXPECT_EQ(at.report.exit_code(), 2);
    }
}

TEST(fping_text, ignores_what_is_late_and_says_what_is_double) {
    run at({});
    at.answer(1, 17);
    at.answer(1, 20, reply_class::duplicate);
    at.answer(1, 700'000, reply_class::late);
    at.finish();
    EXPECT_EQ(at.out, "10.9.3.2 is alive\n10.66.3.1 is unreachable\n");
    EXPECT_EQ(at.err, "10.9.3.2 : duplicate for [0], 64 bytes, 0.020 ms\n");
}

TEST(fping_text, ends_with_statistics) {
    run at({.quiet = true, .statistics = true});
    at.answer(1, 28);
    at.silence(1);
    at.finish();
    EXPECT_EQ(at.err,
              "\n"
              "       2 targets\n"
              "       1 alive\n"
              "       1 unreachable\n"
              "       0 unknown addresses\n"
              "\n"
              "       1 timeouts (waiting for response)\n"
              "       2 ICMP Echos sent\n"
              "       1 ICMP Echo Replies received\n"
              "       0 other ICMP received\n"
              "\n"
              " 0.028 ms (min round trip time)\n"
              " 0.028 ms (avg round trip time)\n"
              " 0.028 ms (max round trip time)\n"
              "        0.420 sec (elapsed real time)\n"
              "\n");
}

TEST(fping_text, counts_whether_enough_are_reachable) {
    for (const std::uint64_t enough : {1U, 2U}) {
        run at({.enough = enough});
        at.answer(1, 28);
        at.silence(1);
        at.finish();
        EXPECT_EQ(at.out,
                  enough == 1 ? "Enough hosts reachable (required: 1, reachable: 1)\n"
                              : "Not enough hosts reachable (required: 2, reachable: 1)\n");
        EXPECT_EQ(at.report.exit_code(), enough == 1 ? 0 : 1);
    }
}

TEST(fping_text, writes_objects_where_they_are_asked_for) {
    run at({.counts = true, .json = true});
    at.answer(1, 17);
    at.silence(1);
    at.finish();
    EXPECT_EQ(at.out,
              "{\"resp\": {\"host\": \"10.9.3.2\", \"seq\": 0, \"size\": 64, \"rtt\": 0.017}}\n"
              "{\"timeout\": {\"host\": \"10.66.3.1\", \"seq\": 0}}\n"
              "{\"summary\": {\"host\": \"10.9.3.2\", \"xmt\": 1, \"rcv\": 1, \"loss\": 0, "
              "\"rttMin\": 0.017, \"rttAvg\": 0.017, \"rttMax\": 0.017}}\n"
              "{\"summary\": {\"host\": \"10.66.3.1\", \"xmt\": 1, \"rcv\": 0, \"loss\": 100}}\n");
    run c({.counts = true, .all_rtts = true, .quiet = true, .json = true});
    c.answer(1, 17);
    c.silence(1);
    c.finish();
    EXPECT_EQ(c.out,
              "{\"vSum\": {\"host\": \"10.9.3.2\", \"values\": [0.017]}}\n"
              "{\"vSum\": {\"host\": \"10.66.3.1\", \"values\": [null]}}\n");
}

TEST(fping_text, forgets_what_was_in_flight_when_interrupted) {
    run at({.loops = true});
    at.answer(1, 17);
    at.report.interrupt();
    at.silence(1);
    at.finish();
    EXPECT_EQ(at.out, "10.9.3.2  : [0], 64 bytes, 0.017 ms (0.017 avg, 0% loss)\n");
    EXPECT_EQ(at.err,
              "\n10.9.3.2  : xmt/rcv/%loss = 1/1/0%, min/avg/max = 0.017/0.017/0.017\n"
              "10.66.3.1 : xmt/rcv/%loss = 0/0/0%\n");
}

TEST(fping_text, lets_no_name_steer_the_terminal) {
    fping_report report({});
    report.add_target("x", "\033[2J", address("10.9.3.2"));
    report.add_unknown("\033[2J", "\033");
    report.finish({});
    EXPECT_EQ((report.take_out() + report.take_err()).find('\033'), std::string::npos);
}

TEST(fping_text, has_times_of_three_digits) {
    EXPECT_EQ(fping_ms(us(34)), "0.034");
    EXPECT_EQ(fping_ms(us(1234)), "1.23");
    EXPECT_EQ(fping_ms(us(45'600)), "45.6");
    EXPECT_EQ(fping_ms(us(789'000)), "789");
    EXPECT_EQ(fping_ms(us(1'234'000)), "1234");
}

}  // namespace
}  // namespace sonde
