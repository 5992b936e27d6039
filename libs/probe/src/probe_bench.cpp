// What a probe costs: to make it, to match its answer, to add its RTT.

#include <array>

#include <benchmark/benchmark.h>

#include <sonde/base/random.hpp>
#include <sonde/probe/ping.hpp>
#include <sonde/wire/checksum.hpp>

#include "answer_match.hpp"

namespace {

using namespace sonde;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr mono_time start{std::chrono::seconds(10)};
constexpr std::size_t echo_len = 64;
using echo = std::array<std::uint8_t, echo_len>;

session_setup setup() {
    return {.destination = ip_address(ipv4_address{0xc0000209}),
            .channel = {.raw = true,
                        .source = ip_address(ipv4_address{0xc6336401}),
                        .identifier = 0x1234,
                        .source_port = 40'000},
            .key = {.k0 = 1, .k1 = 2},
            .start = start};
}

detail::probe_plan plan(probe_method method) {
    return {.method = method, .setup = setup(), .payload_len = echo_len - 8};
}

void craft(benchmark::State& state) {
    detail::probe_writer writer(plan(static_cast<probe_method>(state.range(0))));
    std::uint64_t id = 0;
    for (auto _ : state) benchmark::DoNotOptimize(writer.write({id++}).octets.data());
}
BENCHMARK(craft)->ArgName("method")->Arg(0)->Arg(1)->Arg(2);

echo reply_of(bytes_view request) {
    echo made{};
    copy_octets(made, request);
    made[0] = 0;
    put_be16<2>(bytes_mut(made).first<4>(), 0);
    put_be16<2>(bytes_mut(made).first<4>(), internet_checksum(made));
    return made;
}

void dissect_and_match_echo(benchmark::State& state) {
    detail::probe_writer writer(plan(probe_method::icmp));
    const detail::answer_matcher matcher(writer);
    std::vector<echo> replies;
    for (std::uint64_t id = 0; id < 1024; ++id)
        replies.push_back(reply_of(writer.write({id}).octets));
    const receive_facts facts{.source = setup().destination, .protocol = 1, .at = start};
    std::size_t next = 0;
    for (auto _ : state) {
        const auto found = matcher.on_datagram(replies[next++ & 1023], facts, {0, 1024});
        benchmark::DoNotOptimize(found.id);
    }
}
BENCHMARK(dissect_and_match_echo);

void statistics_add(benchmark::State& state) {
    rtt_statistics statistics;
    random_source random(1);
    std::array<nanoseconds, 1024> values{};
    for (auto& value : values) value = microseconds(random.below(50'000));
    std::size_t next = 0;
    for (auto _ : state) statistics.add(values[next++ & 1023]);
    benchmark::DoNotOptimize(statistics.mean());
}
BENCHMARK(statistics_add);

/// All of it: hand out, confirm, stamp, answer, both events taken.
void one_ping(benchmark::State& state) {
    ping_options options{.count = std::nullopt, .interval = microseconds(1)};
    options.keep_records = false;
    ping_session session(options, setup());
    mono_time now = start;
    for (auto _ : state) {
        const auto probe = session.next_transmit();
        const echo reply = reply_of(probe->octets);
        session.on_send_done(probe->id, {.at = now});
        session.on_transmit_stamp(probe->id, {now, stamp_source::kernel});
        now += microseconds(1);
        session.on_datagram(reply,
                            {.source = setup().destination,
                             .protocol = 1,
                             .at = now,
                             .kernel = {now, stamp_source::kernel}});
        while (auto event = session.next_event()) benchmark::DoNotOptimize(event->kind);
    }
}
BENCHMARK(one_ping);

}  // namespace
