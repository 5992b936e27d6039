#include <gtest/gtest.h>

#include <sonde/probe/options.hpp>

namespace sonde {
namespace {

using std::chrono::milliseconds;

std::vector<std::string> texts(const std::vector<option_problem>& problems) {
    std::vector<std::string> made;
    for (const auto& problem : problems) made.push_back(problem.text);
    return made;
}

TEST(options, the_defaults_are_fine) {
    EXPECT_TRUE(validate(ping_options{}).empty());
    EXPECT_TRUE(validate(trace_options{}).empty());
    EXPECT_TRUE(validate(trace_options{.method = probe_method::icmp}).empty());
    EXPECT_TRUE(validate(trace_options{.method = probe_method::tcp}).empty());
}

TEST(options, every_wrong_value_of_a_ping_is_one_sentence_with_its_numbers_and_all_come_at_once) {
    const ping_options wrong{.count = 0,
                             .interval = milliseconds(-1),
                             .timeout = milliseconds(0),
                             .deadline = milliseconds(-2),
                             .payload_len = 65'508,
                             .pattern = "12345678901234567",
                             .preload = 0,
                             .in_flight_max = 0,
                             .socket = {.interface = "sixteen_octets__"}};
    EXPECT_EQ(
        texts(validate(wrong)),
        (std::vector<std::string>{"count is 0: it must be 1 to 18446744073709551615",
                                  "interval is -1 ms: it must be 0 ms or more",
                                  "timeout is 0 ms: it must be more than 0 ms",
                                  "deadline is -2 ms: it must be more than 0 ms",
                                  "payload_len is 65508: it must be 0 to 65507",
                                  "pattern is longer than 16 octets: it must be at most 16",
                                  "in_flight_max is 0: it must be 1 to 16777216",
                                  "preload is 0: it must be 1 or more",
                                  "interface is longer than 15 octets: it must be at most 15"}));
}

TEST(options, preload_must_fit_into_what_is_remembered) {
    const auto problems = validate(ping_options{.preload = 65, .in_flight_max = 64});
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].option, "preload");
    EXPECT_EQ(problems[0].text, "preload is 65: it must be at most in_flight_max, which is 64");
}

TEST(options, every_wrong_value_of_a_trace_is_told) {
    trace_options wrong{.method = probe_method::icmp,
                        .first_hop = 9,
                        .max_hops = 8,
                        .probes_per_hop = 0,
                        .timeout = milliseconds(0),
                        .wait_factor = 0.5,
                        .wait_min = milliseconds(-1),
                        .pace = milliseconds(-1),
                        .interval = milliseconds(-1),
                        .retries = 11,
                        .payload_len = 9};
    EXPECT_EQ(
        texts(validate(wrong)),
        (std::vector<std::string>{
            "first_hop is 9: it must be at most max_hops, which is 8",
            "probes_per_hop is 0: it must be 1 to 255",
            "timeout is 0 ms: it must be more than 0 ms",
            "wait_factor is 0.5: it must be 1 to 1000",
            "wait_min is -1 ms: it must be 0 ms or more",
            "pace is -1 ms: it must be 0 ms or more",
            "interval is -1 ms: it must be 0 ms or more",
            "retries is 11: it must be 0 to 10",
            "payload_len is 9 octets: it must be 10 or more for ICMP with constant_flow: 8 for "
            "the cookie and 2 that hold the checksum"}));
}

TEST(options, a_wait_factor_that_is_not_a_number_is_refused) {
    EXPECT_EQ(
        validate(trace_options{.wait_factor = std::numeric_limits<double>::quiet_NaN()}).size(),
        1U);
}

TEST(options, hop_limits_of_zero_are_refused) {
    EXPECT_EQ(texts(validate(trace_options{.first_hop = 0, .max_hops = 0})),
              (std::vector<std::string>{"first_hop is 0: it must be 1 to 255",
                                        "max_hops is 0: it must be 1 to 255"}));
}

TEST(options, an_identifier_without_icmp_is_refused) {
    EXPECT_EQ(texts(validate(trace_options{.method = probe_method::udp, .identifier = 7})),
              (std::vector<std::string>{"identifier is 7: it must be left out unless the method is "
                                        "icmp: UDP and TCP have none"}));
}

TEST(options, a_source_of_the_other_family_is_refused) {
    const ping_options wrong{
        .socket = {.family = ip_family::v6, .source = ip_address(ipv4_address{0xc0000201})}};
    EXPECT_EQ(texts(validate(wrong)),
              (std::vector<std::string>{"source is an IPv4 address (192.0.2.1): it must be an IPv6 "
                                        "address, as family asks"}));
}

TEST(options, a_duration_beyond_a_year_is_refused_so_that_no_sum_of_times_overflows) {
    EXPECT_EQ(texts(validate(ping_options{.timeout = nanoseconds::max()})).size(), 1U);
    EXPECT_EQ(texts(validate(trace_options{.pace = nanoseconds::max()})).size(), 1U);
}

}  // namespace
}  // namespace sonde
