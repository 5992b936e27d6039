#include <gtest/gtest.h>

#include <sonde/report/text.hpp>

#include "numbers.hpp"
#include "report_fixture.hpp"

namespace sonde {
namespace {

using namespace report_fixture;

const address_book nobody{};
const text_options plain{};

// Lines of iputils 20221126 on Linux 6.18 stand behind the expectations of this file.
TEST(ping_text, begins_like_ping) {
    EXPECT_EQ(ping_header(about("127.0.0.1", "127.0.0.1"), nobody),
              "PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.");
    EXPECT_EQ(ping_header(about("::1", "::1"), nobody), "PING ::1 (::1) 56 data bytes");
}

TEST(ping_text, names_source_and_interface_when_they_were_asked_for) {
    ping_result asked = about("example.net", "192.0.2.1");
    asked.options.socket.interface = "eth0";
    EXPECT_EQ(ping_header(asked, nobody),
              "PING example.net (192.0.2.1) from 192.0.2.9 eth0: 56(84) bytes of data.");
}

TEST(ping_text, writes_one_line_for_an_answer) {
    EXPECT_EQ(ping_line(reply(1, echo_reply("127.0.0.1", us(15))),
                        about("127.0.0.1", "127.0.0.1"),
                        nobody,
                        plain),
              "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.015 ms");
}

TEST(ping_text, puts_the_name_before_the_address_unless_numeric) {
    address_book book;
    book.names[address("192.0.2.1")] = "gate.example";
    const auto event = reply(1, echo_reply("192.0.2.1", us(15)));
    const auto whom = about("x", "192.0.2.1");
    EXPECT_EQ(ping_line(event, whom, book, plain),
              "64 bytes from gate.example (192.0.2.1): icmp_seq=1 ttl=64 time=0.015 ms");
    EXPECT_EQ(ping_line(event, whom, book, {.numeric = true}),
              "64 bytes from 192.0.2.1: icmp_seq=1 ttl=64 time=0.015 ms");
}

TEST(ping_text, never_lets_a_name_from_the_network_steer_the_terminal) {
    address_book book;
    book.names[address("192.0.2.1")] = "\033]0;owned\007\xc2\x9b";
    const auto line =
        ping_line(reply(1, echo_reply("192.0.2.1", us(15))), about("x", "192.0.2.1"), book, plain);
    EXPECT_EQ(line,
              "64 bytes from \\027]0;owned\\007\\194\\155 (192.0.2.1): icmp_seq=1 ttl=64 "
              "time=0.015 ms");
}

// The bounds of gather_statistics: three decimals below 1 ms, two below 10, one below 100, else 0.
TEST(ping_text, writes_times_with_as_many_digits_as_ping) {
    EXPECT_EQ(detail::ping_ms(us(0)), "0.000");
    EXPECT_EQ(detail::ping_ms(us(999.4)), "0.999");
    EXPECT_EQ(detail::ping_ms(us(1000)), "1.00");
    EXPECT_EQ(detail::ping_ms(us(9994)), "9.99");
    EXPECT_EQ(detail::ping_ms(us(9995)), "10.0");
    EXPECT_EQ(detail::ping_ms(us(99'949)), "99.9");
    EXPECT_EQ(detail::ping_ms(us(99'950)), "100");
    EXPECT_EQ(detail::ping_ms(us(1'000'499)), "1000");
}

TEST(ping_text, says_what_is_odd_about_an_answer) {
    const auto whom = about("x", "192.0.2.1");
    const auto ending = [&](const probe_event& event) {
        const std::string line = ping_line(event, whom, nobody, plain);
        return line.substr(line.find(" ms") + 3);
    };
    const auto good = echo_reply("192.0.2.1", us(15));
    EXPECT_EQ(ending(reply(1, good, reply_class::duplicate)), " (DUP!)");
    EXPECT_EQ(ending(reply(1, good, reply_class::corrupted)), " (BAD CHECKSUM!)");
    EXPECT_EQ(ending(reply(1, good, reply_class::late)), " (late)");
    EXPECT_EQ(ending(reply(1, echo_reply("192.0.2.7", us(15)))), " (DIFFERENT ADDRESS!)");
    auto overtaken = good;
    overtaken.reordered = true;
    EXPECT_EQ(ending(reply(1, overtaken)), " (reordered)");
}

TEST(ping_text, does_not_wonder_who_answers_a_multicast) {
    const auto line = ping_line(
        reply(1, echo_reply("192.0.2.7", us(15))), about("x", "224.0.0.1"), nobody, plain);
    EXPECT_EQ(line, "64 bytes from 192.0.2.7: icmp_seq=1 ttl=64 time=0.015 ms");
}

TEST(ping_text, gives_errors_in_the_words_of_ping) {
    const auto v4 = [&](answer reply_) {
        return ping_line(reply(1, std::move(reply_)), about("x", "10.66.1.1"), nobody, plain);
    };
    EXPECT_EQ(v4(error_reply("10.9.2.2", 3, 13)), "From 10.9.2.2 icmp_seq=1 Packet filtered");
    EXPECT_EQ(v4(error_reply("10.9.2.2", 3, 1)),
              "From 10.9.2.2 icmp_seq=1 Destination Host Unreachable");
    EXPECT_EQ(v4(error_reply("10.9.2.2", 11, 0)), "From 10.9.2.2 icmp_seq=1 Time to live exceeded");
    auto too_big = error_reply("10.9.2.2", 3, 4);
    too_big.mtu = 1400;
    EXPECT_EQ(v4(too_big), "From 10.9.2.2 icmp_seq=1 Frag needed and DF set (mtu = 1400)");
    auto redirect = error_reply("10.9.2.2", 5, 1);
    redirect.gateway = address("10.9.2.1");
    EXPECT_EQ(v4(redirect), "From 10.9.2.2 icmp_seq=1 Redirect Host(New nexthop: 10.9.2.1)");
    auto pointer = error_reply("10.9.2.2", 12, 0);
    pointer.pointer = 20;
    EXPECT_EQ(v4(pointer), "From 10.9.2.2 icmp_seq=1 Parameter problem: pointer = 20");
}

TEST(ping_text, says_of_an_error_too_that_it_came_late) {
    const auto event = reply(1, error_reply("10.9.2.2", 3, 1), reply_class::late);
    EXPECT_EQ(ping_line(event, about("x", "192.0.2.1"), nobody, plain),
              "From 10.9.2.2 icmp_seq=1 Destination Host Unreachable (late)");
}

TEST(ping_text, gives_errors_of_ipv6_in_the_words_of_ping) {
    auto too_big = error_reply("2001:db8::2", 2, 0);
    too_big.mtu = 1400;
    EXPECT_EQ(ping_line(reply(1, too_big), about("x", "2001:db8::1"), nobody, plain),
              "From 2001:db8::2 icmp_seq=1 Packet too big: mtu=1400");
    EXPECT_EQ(
        ping_line(
            reply(1, error_reply("2001:db8::2", 1, 0)), about("x", "2001:db8::1"), nobody, plain),
        "From 2001:db8::2 icmp_seq=1 Destination unreachable: No route");
}

TEST(ping_text, knows_what_this_host_itself_refused) {
    auto too_long = error_reply("192.0.2.9", 3, 4);
    too_long.local = true;
    too_long.mtu = 1400;
    const auto event = reply(1, too_long);
    EXPECT_TRUE(is_local_trouble(event));
    EXPECT_EQ(ping_line(event, about("x", "192.0.2.1"), nobody, plain),
              "local error: message too long, mtu=1400");
    probe_event failed{.kind = event_kind::send_failed, .record = without_answer(3)};
    failed.record.send_error = 101;  // ENETUNREACH on Linux
    EXPECT_TRUE(is_local_trouble(failed));
    EXPECT_EQ(ping_line(failed, about("x", "192.0.2.1"), nobody, plain),
              "icmp_seq=3 not sent: Network is unreachable (ENETUNREACH)");
    failed.record.send_error = 90;  // EMSGSIZE on Linux
    failed.record.send_mtu = 1400;
    EXPECT_EQ(ping_line(failed, about("x", "192.0.2.1"), nobody, plain),
              "local error: message too long, mtu=1400 (icmp_seq=3 not sent)");
}

TEST(ping_text, shows_forgeries_always_and_packets_of_others_when_verbose) {
    const auto whom = about("x", "192.0.2.1");
    const auto good = echo_reply("192.0.2.7", us(15));
    EXPECT_NE(ping_line(reply(1, good, reply_class::forged), whom, nobody, plain), "");
    EXPECT_EQ(ping_line(reply(1, good, reply_class::foreign), whom, nobody, plain), "");
    EXPECT_EQ(ping_line(reply(1, good, reply_class::foreign), whom, nobody, {.verbose = true}),
              "64 bytes from 192.0.2.7: for somebody else");
}

TEST(ping_text, writes_dates_and_outstanding_probes_like_ping) {
    EXPECT_EQ(ping_time_stamp(wall_time(nanoseconds(1'700'000'000'000'123'999))),
              "[1700000000.000123] ");
    EXPECT_EQ(ping_outstanding_line(7), "no answer yet for icmp_seq=7");
}

ping_result finished(std::initializer_list<double> rtts_us, std::uint64_t lost) {
    ping_result made = about("127.0.0.1", "127.0.0.1");
    for (const double rtt : rtts_us) made.rtt.add(us(rtt));
    made.counts.received = made.rtt.count();
    made.counts.lost = lost;
    made.counts.sent = made.counts.received + lost;
    made.duration = std::chrono::milliseconds(407);
    return made;
}

TEST(ping_text, ends_like_ping) {
    EXPECT_EQ(ping_statistics(finished({15, 15, 16}, 0), {}, plain),
              "\n--- 127.0.0.1 ping statistics ---\n"
              "3 packets transmitted, 3 received, 0% packet loss, time 407ms\n"
              "rtt min/avg/max/mdev = 0.015/0.015/0.016/0.000 ms\n");
    EXPECT_EQ(ping_statistics(finished({}, 3), {}, plain),
              "\n--- 127.0.0.1 ping statistics ---\n"
              "3 packets transmitted, 0 received, 100% packet loss, time 407ms\n\n");
}

TEST(ping_text, writes_loss_with_six_digits_as_printf_g_does) {
    EXPECT_NE(ping_statistics(finished({15, 15}, 1), {}, plain).find(", 33.3333% packet loss"),
              std::string::npos);
    EXPECT_NE(ping_statistics(finished({15}, 7), {}, plain).find(", 87.5% packet loss"),
              std::string::npos);
}

TEST(ping_text, counts_apart_what_is_apart) {
    ping_result made = finished({15}, 3);
    made.counts.duplicates = 1;
    made.counts.corrupted = 2;
    made.counts.errors = 3;
    made.counts.late = 1;
    made.counts.forged = 4;
    made.counts.send_failed = 5;
    made.counts.reordered = 1;
    made.counts.foreign = 9;
    EXPECT_NE(
        ping_statistics(made, {}, plain)
            .find("4 packets transmitted, 1 received, +1 duplicates, +2 corrupted, +3 errors, "
                  "+1 late, +4 forged, +5 not sent, 1 reordered, 75% packet loss"),
        std::string::npos);
}

TEST(ping_text, adds_percentiles_jitter_and_stamps_when_verbose) {
    ping_progress progress;
    progress.on_event(sent(1));
    progress.on_event(reply(1, echo_reply("127.0.0.1", us(15))));
    const auto text = ping_statistics(finished({15, 17}, 0), progress, {.verbose = true});
    EXPECT_NE(text.find("rtt p50/p90/p99 = 0.015/0.017/0.017 ms, jitter 0.002 ms, stamps: sent "
                        "kernel, received kernel\n"),
              std::string::npos)
        << text;
}

TEST(ping_progress, measures_the_pipe_as_ping_does) {
    ping_progress progress;
    for (const std::uint64_t sequence : {1U, 2U, 3U}) progress.on_event(sent(sequence));
    progress.on_event(reply(1, echo_reply("127.0.0.1", us(27))));
    EXPECT_EQ(progress.pipe(), 3U);
    EXPECT_NE(ping_statistics(finished({}, 3), progress, plain).find("\npipe 3\n"),
              std::string::npos);
}

TEST(ping_progress, gives_the_line_that_sigquit_asks_for) {
    ping_progress progress;
    for (const std::uint64_t sequence : {1U, 2U}) {
        progress.on_event(sent(sequence));
        progress.on_event(reply(sequence, echo_reply("127.0.0.1", us(sequence == 1 ? 24 : 32))));
    }
    // The mean after the second is 24 + (32 - 24) / 8.
    EXPECT_EQ(ping_status_line(progress),
              "2/2 packets, 0% loss, min/avg/ewma/max = 0.024/0.028/0.025/0.032 ms");
    EXPECT_EQ(ping_status_line({}), "0/0 packets, 0% loss");
}

TEST(ping_progress, knows_the_probe_that_nothing_came_for) {
    ping_progress progress;
    progress.on_event(sent(1));
    EXPECT_EQ(progress.outstanding(), 1U);
    progress.on_event(reply(1, echo_reply("127.0.0.1", us(27))));
    EXPECT_EQ(progress.outstanding(), 0U);
}

TEST(ping_text, colours_only_when_asked) {
    const auto whom = about("x", "192.0.2.1");
    const auto event = reply(1, error_reply("10.9.2.2", 3, 1));
    EXPECT_EQ(ping_line(event, whom, nobody, plain).find('\033'), std::string::npos);
    EXPECT_EQ(ping_line(event, whom, nobody, {.color = true}),
              "\033[31mFrom 10.9.2.2 icmp_seq=1 Destination Host Unreachable\033[0m");
}

}  // namespace
}  // namespace sonde
