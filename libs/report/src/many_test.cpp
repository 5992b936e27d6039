#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sonde/report/csv.hpp>
#include <sonde/report/many.hpp>

#include "report_fixture.hpp"

namespace sonde {
namespace {

using namespace report_fixture;

target_facts measured() {
    target_facts made{.target = "gate.example", .raw = true};
    made.source = address("192.0.2.9");
    made.duration = std::chrono::milliseconds(3001);
    made.summary.address = address("192.0.2.1");
    made.summary.state = target_state::done;
    made.summary.counts = {.sent = 4, .received = 3, .lost = 1, .late = 1};
    for (const double value : {1000, 2000, 3000}) made.summary.rtt.add(us(value));
    return made;
}

rtt_statistics times() {
    rtt_statistics made;
    for (const double value : {1000, 2000, 3000}) made.add(us(value));
    return made;
}

many_facts all(const rtt_statistics& rtt) {
    return {.targets = 300,
            .alive = 299,
            .failed = 1,
            .counts = {.sent = 4, .received = 3, .lost = 1, .late = 1},
            .rtt = &rtt,
            .dropped_here = 5,
            .duration = std::chrono::milliseconds(1003)};
}

sweep_facts swept(const rtt_statistics& rtt) {
    sweep_facts made{.seed = 7, .rtt = &rtt};
    made.progress = {.size = 65'536,
                     .position = 32'768,
                     .settled = 32'000,
                     .answered = 3,
                     .refused = 1,
                     .counts = {.sent = 32'768, .received = 3, .lost = 1, .errors = 1},
                     .elapsed = std::chrono::milliseconds(500),
                     .left = std::chrono::seconds(62)};
    return made;
}

TEST(many_text, has_one_line_for_each_target) {
    EXPECT_EQ(target_line(measured(), 15, {}),
              "gate.example    3/4 answered, +1 late, 25% loss, min/avg/max/mdev = "
              "1.000/2.000/3.000/0.816 ms");
    target_facts silent{.target = "\033[2J"};
    silent.summary.counts = {.sent = 1, .lost = 1};
    EXPECT_EQ(target_line(silent, 9, {.color = true}),
              "\\027[2J   0/1 answered, \033[31m100% loss\033[0m");
}

TEST(many_text, ends_with_the_numbers_of_all) {
    const auto rtt = times();
    EXPECT_EQ(many_header(300, 56), "PING 300 targets, 56(84) bytes of data.");
    const std::string text = many_statistics(all(rtt), {});
    EXPECT_EQ(text.substr(0, text.find("p50")),
              "\n--- 300 targets ping statistics ---\n"
              "299 of 300 alive, 1 could not be tried, 4 packets transmitted, 3 received, "
              "+1 late, 25% packet loss, time 1003ms\n"
              "rtt min/avg/max/mdev = 1.000/2.000/3.000/0.816 ms, ");
    EXPECT_NE(text.find("5 answers were dropped by this host"), std::string::npos);
}

TEST(many_text, says_before_a_sweep_what_goes_to_whom) {
    EXPECT_EQ(sweep_plan_text({.addresses = 65'536,
                               .public_addresses = 256,
                               .excluded = 2,
                               .tries = 2,
                               .rate = 10'000,
                               .per_host = 100,
                               .carrier = "a packet ring",
                               .why = "CAP_NET_RAW"}),
              "Echo requests of 16 octets to 65536 addresses (2 left out), 10000 a second, up to 2 "
              "to each, about 0:00:06 a pass.\n"
              "256 of them are in public networks: make sure that you may.\n"
              "To one host at most 100 a second, to one network no ceiling.\n"
              "Carried by a packet ring: CAP_NET_RAW.\n");
}

TEST(many_text, says_how_far_a_sweep_is_within_eighty_columns) {
    const auto rtt = times();
    const std::string line = sweep_progress_line(swept(rtt));
    EXPECT_EQ(line, "50% 32768/65536, 65536/s, 3 answered, 1 refused, 1 lost, 0:01:02 left");
    EXPECT_LE(line.size(), 79U);
}

TEST(many_text, ends_a_sweep_with_its_numbers) {
    const auto rtt = times();
    const std::string text = sweep_summary_text(swept(rtt));
    EXPECT_EQ(text.substr(0, text.find("p50")),
              "3 of 65536 addresses answered, 1 were refused by ICMP errors; 32768 probes in 0.500 "
              "s, +1 errors\n"
              "rtt min/avg/max = 1.000/2.000/3.000 ms, ");
}

TEST(verdict, names_the_target_and_its_numbers) {
    const verdict_facts why{
        .option = "fail-if", .condition = "loss > 5 %", .target = "x\033", .values = "loss 12.5 %"};
    EXPECT_EQ(verdict_line(why), "x\\027: loss > 5 % (loss 12.5 %)");
    std::string line;
    append_verdict_json(line, why);
    EXPECT_EQ(nlohmann::json::parse(line).at("condition"), "loss > 5 %");
}

TEST(many_json, is_the_golden_text) {
    const auto rtt = times();
    std::string out;
    append_target_summary_json(out, measured(), {});
    target_facts refused{.target = "192.0.2.2"};
    refused.summary.address = address("192.0.2.2");
    refused.summary.counts = {.sent = 1, .lost = 1, .errors = 1};
    refused.summary.last_type = 3;
    refused.summary.last_code = 1;
    refused.summary.last_from = address("192.0.2.254");
    append_target_summary_json(out, refused, {});
    append_ping_totals_json(out, all(rtt));
    append_verdict_json(out,
                        {.option = "until", .condition = "all(alive)", .target = {}, .values = {}});
    append_sweep_answer_json(out,
                             reply(1, echo_reply("192.0.2.1", us(15))),
                             address("192.0.2.1"),
                             {},
                             wall_time(std::chrono::seconds(1'700'000'000)));
    append_sweep_progress_json(out, swept(rtt));
    append_sweep_summary_json(out, swept(rtt));
    expect_golden("many.json", out);
}

std::size_t cells(std::string_view row) {
    return static_cast<std::size_t>(std::count(row.begin(), row.end(), ',')) + 1;
}

TEST(many_csv, has_as_many_cells_as_its_header) {
    std::string row;
    append_target_summary_csv(row, measured(), {});
    EXPECT_EQ(row,
              "gate.example,192.0.2.1,192.0.2.9,4,3,1,0.25,0,1,0,0,0,0,0,0,1,2,3,0.816497,1,,,,"
              "3001\r\n");
    EXPECT_EQ(cells(row), cells(ping_summary_csv_header()));
    row.clear();
    append_target_summary_csv(row, {.target = "x"}, {});
    EXPECT_EQ(cells(row), cells(ping_summary_csv_header()));
    row.clear();
    append_sweep_answer_csv(
        row, reply(1, echo_reply("192.0.2.1", us(15))), address("192.0.2.1"), {});
    EXPECT_EQ(cells(row), cells(sweep_csv_header()));
}

}  // namespace
}  // namespace sonde
