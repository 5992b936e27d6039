#include <algorithm>

#include <gtest/gtest.h>

#include <sonde/report/csv.hpp>

#include "report_fixture.hpp"
#include "trace_fixture.hpp"

namespace sonde {
namespace {

using namespace report_fixture;

// RFC 4180 section 2, rules 5 to 7.
TEST(csv, quotes_what_rfc_4180_wants_quoted) {
    EXPECT_EQ(csv_cell("plain text"), "plain text");
    EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
    EXPECT_EQ(csv_cell("say \"hi\""), "\"say \"\"hi\"\"\"");
    EXPECT_EQ(csv_cell("two\r\nlines"), "\"two\r\nlines\"");
}

TEST(csv, lets_no_cell_begin_a_formula) {
    for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)", "\tx"}) {
        EXPECT_EQ(csv_cell(formula), std::string("'") + formula);
    }
}

std::size_t columns(std::string_view row) {
    return static_cast<std::size_t>(std::count(row.begin(), row.end(), ',')) + 1;
}

TEST(csv, is_the_golden_table_of_ping_events) {
    const ping_result whom = about("example.net", "192.0.2.1");
    std::string out(ping_event_csv_header());
    append_ping_event_csv(out, reply(1, echo_reply("192.0.2.1", us(34.567))), whom, {});
    append_ping_event_csv(out, reply(2, error_reply("10.9.2.2", 3, 1)), whom, {});
    append_ping_event_csv(
        out, {.kind = event_kind::timed_out, .record = without_answer(3)}, whom, {});
    expect_golden("ping_events.csv", out);
    for (std::size_t at = 0; at < out.size();) {
        const std::size_t end = out.find("\r\n", at);
        EXPECT_EQ(columns(out.substr(at, end - at)), columns(ping_event_csv_header()));
        at = end + 2;
    }
}

TEST(csv, is_the_golden_table_of_ping_summaries) {
    ping_result alive = about("example.net", "192.0.2.1");
    alive.rtt.add(us(34.567));
    alive.counts.sent = alive.counts.received = 1;
    std::string out(ping_summary_csv_header());
    append_ping_summary_csv(out, alive, {});
    append_ping_summary_csv(out, about("=cmd", "192.0.2.2"), {});
    expect_golden("ping_summary.csv", out);
}

TEST(csv, is_the_golden_table_of_a_trace) {
    const trace_result made = golden_trace();
    std::string out(trace_csv_header());
    for (const hop& at : made.hops) append_trace_hop_csv(out, at, made, golden_book());
    expect_golden("trace.csv", out);
}

}  // namespace
}  // namespace sonde
