// Trace against the simulated internet, in virtual time.

#include <algorithm>
#include <optional>

#include <gtest/gtest.h>

#include <sonde/probe/trace.hpp>
#include <sonde/sim/run.hpp>

namespace sonde {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

sim::scenario read(std::string_view json) {
    auto made = sim::read_scenario(json);
    EXPECT_TRUE(made.has_value()) << made.error();
    return made.value_or(sim::scenario{});
}

sim::scenario ready(std::string_view name) { return read(sim::ready_made_text(name)); }

struct outcome {
    trace_result result;
    sim::internet_counts truth;
    nanoseconds duration{};
};

struct run_case {
    trace_options options{};
    ip_family family = ip_family::v4;
    bool raw = true;
    std::uint64_t seed = 1;
};

outcome trace_through(const sim::scenario& how, const run_case& which) {
    EXPECT_TRUE(validate(which.options).empty());
    sim::internet net(how, which.seed);
    const auto setup =
        sim::make_setup(how, {.family = which.family, .raw = which.raw, .seed = which.seed});
    trace_session session(which.options, setup);
    std::uint64_t events = 0;
    const auto done = sim::run(
        session, net, {.setup = setup, .on_event = [&](const probe_event&) {
                           if (++events % 16 != 0) return;  // a result is costly
                           const auto counts = session.result().counts;
                           EXPECT_EQ(counts.sent, counts.received + counts.lost + counts.in_flight);
                       }});
    EXPECT_TRUE(done.finished);
    return {session.result(), net.counts(), done.duration};
}

std::vector<std::string> path_of(const trace_result& result) {
    std::vector<std::string> made;
    for (const auto& each : result.hops) {
        const auto addresses = each.addresses();
        made.push_back(addresses.empty() ? "*" : to_string(addresses.front()));
        EXPECT_LE(addresses.size(), 1U);
    }
    return made;
}

const std::vector<std::string> fifteen_with_two_silent{"10.0.1.1",
                                                       "10.0.2.1",
                                                       "10.0.3.1",
                                                       "10.0.4.1",
                                                       "*",
                                                       "10.0.6.1",
                                                       "10.0.7.1",
                                                       "10.0.8.1",
                                                       "10.0.9.1",
                                                       "10.0.10.1",
                                                       "*",
                                                       "10.0.12.1",
                                                       "10.0.13.1",
                                                       "10.0.14.1",
                                                       "10.0.15.1",
                                                       "192.0.2.9"};

// ---- every way of probing ----------------------------------------------------------------------

TEST(trace_in_sim,
     every_method_shows_the_whole_path_in_both_families_with_and_without_raw_sockets) {
    const auto how = ready("five_routers");
    for (const auto method : {probe_method::icmp, probe_method::udp, probe_method::tcp}) {
        for (const auto family : {ip_family::v4, ip_family::v6}) {
            for (const bool raw : {true, false}) {
                if (method == probe_method::tcp && !raw) continue;  // needs a raw socket
                const auto made = trace_through(
                    how, {.options = {.method = method}, .family = family, .raw = raw});
                EXPECT_EQ(made.result.end, trace_end::reached);
                ASSERT_EQ(made.result.hops.size(), 6U);
                for (const auto& each : made.result.hops) {
                    EXPECT_EQ(each.received(), 3U);
                    EXPECT_EQ(each.addresses().size(), 1U);
                }
                EXPECT_EQ(made.result.counts.foreign, 0U);
                EXPECT_EQ(made.result.counts.forged, 0U);
            }
        }
    }
}

TEST(trace_in_sim, a_closed_and_an_open_port_are_both_an_arrival) {
    const auto how = ready("tcp_ports");
    for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{443}, std::uint16_t{25}}) {
        const auto made = trace_through(
            how,
            {.options = {.method = probe_method::tcp, .max_hops = 12, .destination_port = port}});
        if (made.result.end != trace_end::reached) continue;  // filtered there
        const auto kind = made.result.hops.back().probes[0].reply.kind;
        EXPECT_TRUE(kind == answer_kind::tcp_syn_ack || kind == answer_kind::tcp_reset);
        EXPECT_TRUE(made.result.hops.back().probes[0].reply.verified);
    }
}

// ---- how long it takes -------------------------------------------------------------------------

TEST(trace_in_sim, fifteen_routers_50_ms_and_two_silent_hops_take_no_longer_than_300_ms) {
    const auto how = ready("fifteen_routers_50ms_two_silent");
    for (const auto method : {probe_method::icmp, probe_method::udp, probe_method::tcp}) {
        const auto made = trace_through(how, {.options = {.method = method}});
        EXPECT_EQ(path_of(made.result), fifteen_with_two_silent);
        EXPECT_EQ(made.result.end, trace_end::reached);
        EXPECT_LE(made.duration, milliseconds(300))
            << static_cast<double>(made.duration.count()) / 1e6;
    }
}

TEST(trace_in_sim, the_same_path_without_delay_takes_no_longer_than_5_ms) {
    const auto how = ready("fifteen_routers_no_delay_two_silent");
    for (const auto method : {probe_method::icmp, probe_method::udp, probe_method::tcp}) {
        const auto made = trace_through(how, {.options = {.method = method}});
        EXPECT_EQ(path_of(made.result), fifteen_with_two_silent);
        EXPECT_LE(made.duration, milliseconds(5))
            << static_cast<double>(made.duration.count()) / 1e6;
    }
}

// ---- routers that limit, refuse, quote little --------------------------------------------------

TEST(trace_in_sim,
     lowest_hop_limits_go_first_so_that_a_limited_router_answers_the_probe_that_matters) {
    const auto how = read(R"({
      "source": "198.51.100.1",
      "hops": [{"address": "10.0.1.1", "delay_ms": 1},
               {"address": "10.0.2.1", "delay_ms": 1, "unreachable": 1,
                "rate_limit": {"per_second": 1, "burst": 1}}],
      "target": {"address": "192.0.2.9", "delay_ms": 1}})");
    const auto made = trace_through(how, {});
    EXPECT_EQ(made.result.end, trace_end::unreachable);
    ASSERT_EQ(made.result.hops.size(), 2U);
    EXPECT_EQ(trace_annotation(made.result.hops[1].probes[0].reply, ip_family::v4), "!H");
}

TEST(trace_in_sim, a_limited_refusal_is_never_put_at_a_higher_hop_when_its_first_answers_are_lost) {
    const auto how = read(R"({
      "source": "198.51.100.1",
      "hops": [{"address": "10.0.1.1", "delay_ms": 1},
               {"address": "10.0.2.1", "delay_ms": 1, "loss": 0.2, "unreachable": 1,
                "rate_limit": {"per_second": 5, "burst": 2}}],
      "target": {"address": "192.0.2.9", "delay_ms": 1}})");
    int right = 0;
    int silent = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const auto made = trace_through(how, {.seed = seed});
        if (made.result.end != trace_end::unreachable) {
            ++silent;
            continue;
        }
        if (made.result.hops.size() == 2) ++right;
    }
    // A fifth lost each way: both answers of the first burst are lost in (1 - 0.64)^2, 13 %, and
    // none of five searching probes is answered in (1 - 0.64)^5, 0.6 %, more when the limiter was
    // empty.
    EXPECT_LE(silent, 26);
    EXPECT_GE(right, (200 - silent) * 95 / 100);
}

TEST(trace_in_sim, a_refusal_behind_silent_routers_stays_where_it_was_said) {
    const auto how = read(R"({
      "source": "198.51.100.1",
      "hops": [{"address": "10.0.1.1", "delay_ms": 1},
               {"address": "10.0.2.1", "delay_ms": 1, "silent": true},
               {"address": "10.0.3.1", "delay_ms": 1, "silent": true},
               {"address": "10.0.4.1", "delay_ms": 1, "unreachable": 13}],
      "target": {"address": "192.0.2.9", "delay_ms": 1}})");
    const auto made = trace_through(how, {});
    EXPECT_EQ(path_of(made.result), (std::vector<std::string>{"10.0.1.1", "*", "*", "10.0.4.1"}));
    // It answered everything at once: nothing suggests a limit, so nothing is searched.
    EXPECT_LT(made.duration, milliseconds(100));
}

TEST(trace_in_sim, routers_that_quote_28_octets_are_matched_all_the_same) {
    const auto how = read(R"({
      "source": "198.51.100.1",
      "hops": [{"address": "10.0.1.1", "delay_ms": 1, "answers": "minimal"},
               {"address": "10.0.2.1", "delay_ms": 1, "answers": "minimal"},
               {"address": "10.0.3.1", "delay_ms": 1}],
      "target": {"address": "192.0.2.9", "delay_ms": 1, "answers": "minimal"}})");
    for (const auto method : {probe_method::icmp, probe_method::udp, probe_method::tcp}) {
        const auto made = trace_through(how, {.options = {.method = method}});
        EXPECT_EQ(made.result.end, trace_end::reached);
        ASSERT_EQ(made.result.hops.size(), 4U);
        for (const auto& each : made.result.hops) EXPECT_EQ(each.received(), 3U);
        EXPECT_EQ(made.result.hops[0].probes[0].reply.verified, method == probe_method::tcp);
    }
}

TEST(trace_in_sim, without_raw_sockets_gaps_behind_28_octets_fill_by_ports_of_their_own) {
    const auto how = read(R"({
      "source": "198.51.100.1",
      "hops": [{"address": "10.0.1.1", "delay_ms": 1, "answers": "minimal"},
               {"address": "10.0.2.1", "delay_ms": 1},
               {"address": "10.0.3.1", "delay_ms": 1, "answers": "minimal"}],
      "target": {"address": "192.0.2.9", "delay_ms": 1}})");
    const auto made = trace_through(how, {.raw = false});
    EXPECT_EQ(path_of(made.result),
              (std::vector<std::string>{"10.0.1.1", "10.0.2.1", "10.0.3.1", "192.0.2.9"}));
    EXPECT_GT(made.result.counts.foreign, 0U);  // the anonymous ones
}

TEST(trace_in_sim, a_target_that_never_answers_leaves_the_path_to_it_and_silent_hops_to_the_limit) {
    const auto how = read(R"({
      "source": "198.51.100.1",
      "hops": [{"address": "10.0.1.1", "delay_ms": 1}, {"address": "10.0.2.1", "delay_ms": 1}],
      "target": {"address": "192.0.2.9", "delay_ms": 1, "silent": true}})");
    const auto made = trace_through(how, {.options = {.max_hops = 8}});
    EXPECT_EQ(made.result.end, trace_end::max_hops);
    ASSERT_EQ(made.result.hops.size(), 8U);
    EXPECT_FALSE(made.result.hops[1].is_silent());
    EXPECT_TRUE(made.result.hops[7].is_silent());
    EXPECT_GE(made.duration, milliseconds(3'200));
    EXPECT_LE(made.duration, milliseconds(3'300));
}

TEST(trace_in_sim, one_at_a_time_finds_the_same_path) {
    const auto how = ready("five_routers");
    const auto made = trace_through(how, {.options = {.one_at_a_time = true}});
    EXPECT_EQ(made.result.end, trace_end::reached);
    ASSERT_EQ(made.result.hops.size(), 6U);
    for (const auto& each : made.result.hops) EXPECT_EQ(each.received(), 3U);
    EXPECT_EQ(made.result.counts.sent, 18U);
}

TEST(trace_in_sim, fast_finds_the_same_path_with_fewer_probes) {
    const auto how = ready("five_routers");
    const auto slow = trace_through(how, {});
    const auto made = trace_through(how, {.options = {.fast = true}});
    EXPECT_EQ(made.result.end, trace_end::reached);
    EXPECT_EQ(path_of(made.result), path_of(slow.result));
    EXPECT_LE(made.result.counts.sent, slow.result.counts.sent);
}

TEST(trace_in_sim, two_traces_of_one_host_at_once_keep_their_answers_apart) {
    const auto how = ready("five_routers");
    for (const auto method : {probe_method::icmp, probe_method::udp, probe_method::tcp}) {
        sim::internet net(how, 1);
        const auto setup = sim::make_setup(how, {.seed = 1});
        auto other_setup = sim::make_setup(how, {.source_port = 50'000, .seed = 2});
        trace_session one({.method = method}, setup);
        trace_session other({.method = method}, other_setup);
        const std::vector<sim::participant> all{{&one, setup}, {&other, other_setup}};
        EXPECT_TRUE(sim::run_all(all, net).finished);
        for (const auto* session : {&one, &other}) {
            const auto result = session->result();
            EXPECT_EQ(result.end, trace_end::reached);
            EXPECT_EQ(result.hops.size(), 6U);
            for (const auto& each : result.hops) EXPECT_EQ(each.received(), 3U);
        }
    }
}

// ---- many --------------------------------------------------------------------------------------

constexpr std::string_view hostile = R"({
  "source": "198.51.100.1",
  "hops": [
    {"address": "10.0.1.1", "delay_ms": 0.5, "loss": 0.02},
    {"address": "10.0.2.1", "delay_ms": 2, "jitter_ms": 1},
    {"address": "10.0.3.1", "delay_ms": 4, "silent": true},
    {"address": "10.0.4.1", "delay_ms": 1, "loss": 0.05, "answers": "minimal"},
    {"address": "10.0.5.1", "delay_ms": 3, "rate_limit": {"per_second": 100, "burst": 3}}],
  "target": {"address": "192.0.2.9", "delay_ms": 2, "loss": 0.05, "corrupt": 0.02,
             "reorder": {"probability": 0.05, "delay_ms": 20},
             "late": {"probability": 0.02, "delay_ms": 6000},
             "duplicate": {"probability": 0.05, "interval_ms": 0.2}, "forge": 0.05},
  "late_after_ms": 5000,
  "foreign_per_second": 100
})";

TEST(trace_in_sim, a_thousand_traces_count_exactly_what_the_internet_did) {
    const auto how = read(hostile);
    std::uint64_t reached = 0;
    probe_counts all;
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
        const auto method =
            std::array{probe_method::icmp, probe_method::udp, probe_method::tcp}[seed % 3];
        const auto made =
            trace_through(how, {.options = {.method = method, .max_hops = 9}, .seed = seed});
        const auto& ours = made.result.counts;
        const auto& truth = made.truth;
        ASSERT_EQ(ours.sent, truth.sent) << seed;
        // Given up early by its neighbours' round trips is late here and an answer there. The sum
        // of a TCP segment is not looked at: a damaged sum is an answer.
        const bool is_tcp = method == probe_method::tcp;
        const auto damaged = truth.delivered.corrupted;
        ASSERT_EQ(ours.received + ours.late,
                  truth.delivered.answers + truth.delivered.late + (is_tcp ? damaged : 0))
            << seed;
        ASSERT_EQ(ours.duplicates, truth.delivered.duplicates) << seed;
        ASSERT_EQ(ours.forged, truth.delivered.forged) << seed;
        // A quote of which the very numbers are damaged is nobody's.
        ASSERT_EQ(ours.corrupted + ours.foreign, truth.delivered.foreign + (is_tcp ? 0 : damaged))
            << seed;
        if (method == probe_method::icmp) {
            ASSERT_EQ(ours.corrupted, damaged) << seed;
        }
        ASSERT_EQ(ours.sent, ours.received + ours.lost + ours.in_flight) << seed;
        if (made.result.end == trace_end::reached) {
            ++reached;
            EXPECT_TRUE(made.result.hops[2].is_silent());
            EXPECT_EQ(made.result.hops.back().addresses().front(), *ip_address::parse("192.0.2.9"));
        }
        all.late += ours.late;
        all.duplicates += ours.duplicates;
    }
    EXPECT_GT(reached, 990U);
    EXPECT_GT(all.duplicates, 0U);
}

}  // namespace
}  // namespace sonde
