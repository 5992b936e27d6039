#include <sstream>

#include <gtest/gtest.h>

#include <sonde/report/fmt.hpp>
#include <sonde/report/print.hpp>

#include "report_fixture.hpp"
#include "trace_fixture.hpp"

namespace sonde {
namespace {

using namespace report_fixture;

TEST(print, writes_a_probe_in_a_few_words) {
    EXPECT_EQ(to_string(record(1, echo_reply("192.0.2.1", us(34)))), "#1 192.0.2.1 0.034 ms");
    EXPECT_EQ(to_string(without_answer(2)), "#2 timed out");
    EXPECT_EQ(to_string(record(3, error_reply("192.0.2.7", 3, 1))),
              "#3 192.0.2.7 Destination Host Unreachable");
}

TEST(print, writes_a_hop_as_trace_does) {
    const hop at = hop_of(3, {exceeded("192.0.2.7", 4210), {}, error_reply("192.0.2.7", 3, 1)});
    EXPECT_EQ(to_string(at), " 3  192.0.2.7  4.210 ms *  1.500 ms !H");
    std::ostringstream out;
    out << at;
    EXPECT_EQ(out.str(), to_string(at));
    EXPECT_EQ(fmt::format("{}", at), to_string(at));
}

TEST(print, writes_a_trace_with_header_and_ending) {
    const std::string text = to_string(golden_trace());
    EXPECT_TRUE(text.starts_with("traceroute to example.net (192.0.2.1), 30 hops max"));
    EXPECT_TRUE(text.ends_with("at hop 4")) << text;
}

TEST(print, writes_a_ping_from_its_records) {
    ping_result made = about("example.net", "192.0.2.1");
    made.records = {record(1, echo_reply("192.0.2.1", us(15))), without_answer(2)};
    made.counts.sent = 2;
    made.counts.received = made.counts.lost = 1;
    made.rtt.add(us(15));
    EXPECT_EQ(to_string(made),
              "PING example.net (192.0.2.1) 56(84) bytes of data.\n"
              "--- example.net ping statistics ---\n"
              "2 packets transmitted, 1 received, 50% packet loss, time 0ms\n"
              "rtt min/avg/max/mdev = 0.015/0.015/0.015/0.000 ms\n"
              "rtt p50/p90/p99 = 0.015/0.015/0.015 ms, jitter 0.000 ms, stamps: sent kernel, "
              "received kernel");
}

}  // namespace
}  // namespace sonde
