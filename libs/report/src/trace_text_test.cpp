#include <array>

#include <gtest/gtest.h>

#include <sonde/report/text.hpp>
#include <sonde/wire/network/icmp_extension_objects.hpp>

#include "report_fixture.hpp"
#include "trace_fixture.hpp"

namespace sonde {
namespace {

using namespace report_fixture;

const address_book nobody{};
const text_options plain{};
const text_options numeric{.numeric = true};

// Lines of traceroute 2.1.2 stand behind the expectations of this file.
TEST(trace_text, begins_like_traceroute) {
    EXPECT_EQ(trace_header(small_trace(), nobody),
              "traceroute to example.net (192.0.2.1), 30 hops max, 60 byte packets");
    trace_result v6 = small_trace();
    v6.address = address("2001:db8::1");
    EXPECT_EQ(trace_header(v6, nobody),
              "traceroute to example.net (2001:db8::1), 30 hops max, 80 byte packets");
}

TEST(trace_text, writes_a_hop_like_traceroute) {
    address_book book;
    book.names[address("10.9.1.2")] = "gate.example";
    const hop first =
        hop_of(1, {exceeded("10.9.1.2", 34), exceeded("10.9.1.2", 7), exceeded("10.9.1.2", 5)});
    EXPECT_EQ(trace_hop_line(first, small_trace(), book, plain),
              " 1  gate.example (10.9.1.2)  0.034 ms  0.007 ms  0.005 ms");
    EXPECT_EQ(trace_hop_line(first, small_trace(), nobody, plain),
              " 1  10.9.1.2 (10.9.1.2)  0.034 ms  0.007 ms  0.005 ms");
    EXPECT_EQ(trace_hop_line(first, small_trace(), book, numeric),
              " 1  10.9.1.2  0.034 ms  0.007 ms  0.005 ms");
}

TEST(trace_text, writes_an_asterisk_for_each_silence) {
    EXPECT_EQ(trace_hop_line(hop_of(12, {{}, {}, {}}), small_trace(), nobody, numeric),
              "12  * * *");
    EXPECT_EQ(trace_hop_line(hop_of(2, {exceeded("10.9.1.2", 13), {}, exceeded("10.9.1.2", 5)}),
                             small_trace(),
                             nobody,
                             numeric),
              " 2  10.9.1.2  0.013 ms *  0.005 ms");
}

TEST(trace_text, shows_a_probe_that_was_sent_again_once) {
    const hop resent = hop_of(2, {{}, exceeded("10.9.1.2", 13), {}, exceeded("10.9.1.2", 5), {}});
    EXPECT_EQ(trace_hop_line(resent, small_trace(), nobody, numeric),
              " 2  * 10.9.1.2  0.013 ms  0.005 ms");
}

TEST(trace_text, names_each_router_where_it_begins_to_answer) {
    const hop balanced =
        hop_of(3, {exceeded("10.9.1.2", 13), exceeded("10.9.1.3", 14), exceeded("10.9.1.3", 15)});
    EXPECT_EQ(trace_hop_line(balanced, small_trace(), nobody, numeric),
              " 3  10.9.1.2  0.013 ms 10.9.1.3  0.014 ms  0.015 ms");
}

TEST(trace_text, annotates_as_traceroute_does) {
    const hop refused = hop_of(2,
                               {error_reply("10.9.1.2", 3, 1),
                                error_reply("10.9.1.2", 3, 13),
                                error_reply("10.9.1.2", 3, 0)});
    EXPECT_EQ(trace_hop_line(refused, small_trace(), nobody, numeric),
              " 2  10.9.1.2  1.500 ms !H  1.500 ms !X  1.500 ms !N");
}

TEST(trace_text, shows_label_stacks_when_asked) {
    // RFC 4950: version 2, one object of class 1 and type 1 with label 100704, S set, TTL 1.
    answer labelled = exceeded("10.9.1.2", 13);
    labelled.extension = mpls_extension();
    const hop at = hop_of(3, {labelled});
    EXPECT_EQ(trace_hop_line(at, small_trace(), nobody, {.numeric = true, .extensions = true}),
              " 3  10.9.1.2 <MPLS:L=100704,E=0,S=1,T=1>  0.013 ms");
    EXPECT_EQ(trace_hop_line(at, small_trace(), nobody, numeric), " 3  10.9.1.2  0.013 ms");
}

TEST(trace_text, never_lets_a_name_from_the_network_steer_the_terminal) {
    address_book book;
    book.names[address("10.9.1.2")] = "\033[2J\n";
    EXPECT_EQ(trace_hop_line(hop_of(1, {exceeded("10.9.1.2", 34)}), small_trace(), book, plain),
              " 1  \\027[2J\\010 (10.9.1.2)  0.034 ms");
}

TEST(trace_text, says_why_the_target_was_not_reached) {
    trace_result made = small_trace();
    EXPECT_EQ(trace_ending(made, nobody), "");
    made.end = trace_end::max_hops;
    made.hops = {hop_of(1, {exceeded("10.9.1.2", 34)}), hop_of(2, {{}, {}, {}})};
    EXPECT_EQ(
        trace_ending(made, nobody),
        "example.net was not reached within 30 hops; the last to answer was 10.9.1.2 at hop 1");
    made.end = trace_end::stopped;
    made.hops.clear();
    EXPECT_EQ(trace_ending(made, nobody),
              "stopped before example.net was reached; nobody answered");
    made.end = trace_end::unreachable;
    made.hops = {hop_of(1, {error_reply("10.9.1.2", 3, 1)})};
    EXPECT_EQ(trace_ending(made, nobody),
              "example.net cannot be reached: 10.9.1.2 says Destination Host Unreachable at hop 1");
    made.end = trace_end::send_failed;
    made.hops = {hop_of(1, {{}})};
    made.hops[0].probes[0].send_error = 101;
    EXPECT_EQ(trace_ending(made, nobody),
              "nothing could be sent to example.net: Network is unreachable (ENETUNREACH)");
    made.hops[0].probes[0].send_error = 90;
    made.hops[0].probes[0].send_mtu = 1400;
    EXPECT_EQ(trace_ending(made, nobody),
              "nothing could be sent to example.net: Message too long (EMSGSIZE), mtu=1400");
}

TEST(trace_text, is_the_golden_trace) {
    const trace_result made = golden_trace();
    std::string text = trace_header(made, golden_book()) + '\n';
    for (const hop& at : made.hops) {
        text += trace_hop_line(at, made, golden_book(), {.extensions = true}) + '\n';
    }
    expect_golden("trace.txt", text + trace_ending(made, golden_book()) + '\n');
}

}  // namespace
}  // namespace sonde
