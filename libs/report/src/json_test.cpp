#include <array>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sonde/report/json.hpp>

#include "numbers.hpp"
#include "report_fixture.hpp"
#include "trace_fixture.hpp"

namespace sonde {
namespace {

using namespace report_fixture;

std::string golden_ping_lines() {
    ping_result whom = about("example.net", "192.0.2.1");
    address_book book;
    book.names[address("192.0.2.1")] = "\"quoted\"\033\xff.example";
    std::string out;
    append_ping_event_json(
        out, sent(1), whom, book, wall_time(nanoseconds(1'700'000'000'000'123'999)));
    append_ping_event_json(out, reply(1, echo_reply("192.0.2.1", nanoseconds(34'567))), whom, book);
    append_ping_event_json(
        out, reply(1, echo_reply("192.0.2.1", us(99)), reply_class::duplicate), whom, book);
    auto forgery = echo_reply("192.0.2.66", us(99));
    forgery.verified = false;
    append_ping_event_json(out, reply(0, forgery, reply_class::forged), whom, book);
    auto too_big = error_reply("10.9.2.2", 3, 4);
    too_big.mtu = 1400;
    append_ping_event_json(out, reply(2, too_big), whom, book);
    append_ping_event_json(
        out, {.kind = event_kind::timed_out, .record = without_answer(3)}, whom, book);
    probe_event failed{.kind = event_kind::send_failed, .record = without_answer(4)};
    failed.record.send_error = 101;
    append_ping_event_json(out, failed, whom, book);
    append_ping_event_json(out, {.kind = event_kind::finished}, whom, book);
    whom.counts.sent = 3;
    whom.counts.received = 1;
    whom.counts.lost = 2;
    whom.rtt.add(nanoseconds(34'567));
    whom.rtt_user.add(nanoseconds(54'567));
    whom.duration = std::chrono::seconds(4);
    append_ping_summary_json(out, whom, book);
    return out;
}

std::string golden_trace_lines() {
    std::string out;
    const trace_result made = golden_trace();
    for (const hop& at : made.hops) append_trace_hop_json(out, at, made, golden_book());
    append_trace_json(out, made, golden_book());
    return out;
}

TEST(json, is_the_golden_stream_of_a_ping) { expect_golden("ping.json", golden_ping_lines()); }

TEST(json, is_the_golden_stream_of_a_trace) { expect_golden("trace.json", golden_trace_lines()); }

TEST(json, is_the_golden_stream_of_doctor_and_errors) {
    std::string out;
    const std::array checks{doctor_check{"icmp_raw_v4", true, "this process has CAP_NET_RAW", ""},
                            doctor_check{"ping_v4", false, "no group may", "sysctl -w x"}};
    append_doctor_json(out, checks);
    append_error_json(
        out, {.kind = "unknown_host", .target = "x.invalid", .text = "x.invalid: no such name"});
    expect_golden("other.json", out);
}

TEST(json, is_read_by_another_reader_with_its_types) {
    const std::string text = golden_ping_lines() + golden_trace_lines();
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        const auto line = nlohmann::json::parse(text.substr(at, end - at));
        EXPECT_EQ(line["schema"], "sonde/1");
        EXPECT_TRUE(line["type"].is_string());
        if (line.contains("reply")) {
            EXPECT_TRUE(line["reply"]["rtt_ms"].is_number());
        }
        at = end + 1;
    }
}

TEST(json, keeps_every_nanosecond) {
    const auto text = [](std::int64_t ns) {
        std::string out;
        detail::append_exact_ms(out, nanoseconds(ns));
        return out;
    };
    EXPECT_EQ(text(0), "0");
    EXPECT_EQ(text(1), "0.000001");
    EXPECT_EQ(text(34'567), "0.034567");
    EXPECT_EQ(text(1'500'000), "1.5");
    EXPECT_EQ(text(2'000'000'000), "2000");
    EXPECT_EQ(text(-1'500'000), "-1.5");
}

}  // namespace
}  // namespace sonde
