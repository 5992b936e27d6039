// What a probe costs among many targets: handed out, confirmed, stamped, answered, its event taken.

#include <array>
#include <vector>

#include <benchmark/benchmark.h>

#include <sonde/probe/many_ping.hpp>
#include <sonde/probe/pacer.hpp>

#include "mass_echo.hpp"

namespace {

using namespace sonde;
using std::chrono::microseconds;

constexpr mono_time start{std::chrono::seconds(100)};
constexpr std::size_t echo_len = 64;
constexpr std::size_t batch_len = 64;

many_setup setup() {
    many_setup made{.key = {.k0 = 1, .k1 = 2}, .start = start};
    made.v4 = probe_channel{.raw = true, .source = ipv4_address{0xc6336401}, .identifier = 0x1234};
    return made;
}

struct reply {
    ip_address from{};
    std::array<std::uint8_t, echo_len> octets{};
};

/// Turns a request into its reply: the type, and the checksum by what that changes.
void answer_to(const transmit& probe, reply& out) {
    out.from = probe.destination;
    std::copy_n(probe.octets.begin(), echo_len, out.octets.begin());
    out.octets[0] = 0;
    const bytes_mut octets(out.octets);
    const std::uint32_t sum = std::uint32_t{be16_at(octets, 2)} + 0x0800;
    put_be16_at(octets, 2, static_cast<std::uint16_t>((sum & 0xffff) + (sum >> 16)));
}

/// Every target once a round, in batches as a socket takes them; argument: targets, events or not.
void ping_many(benchmark::State& state) {
    const auto targets = static_cast<std::uint32_t>(state.range(0));
    many_ping_options options{
        .count = std::nullopt, .interval = microseconds(targets), .rate = 1e6};
    options.ceilings = {.per_host = 0, .per_network = 0};
    if (state.range(1) == 0) options.events = {.replies = false, .timeouts = false};
    if (state.range(2) != 0) options.ceilings = {.per_host = 1e6, .per_network = 1e9};
    many_ping_session session(options, setup());
    for (std::uint32_t i = 0; i < targets; ++i) {
        static_cast<void>(session.add(ipv4_address{0x0a000000 + i}, start));
    }
    std::vector<reply> replies(batch_len);
    mono_time now = start;
    std::uint64_t probes = 0;
    for (auto _ : state) {
        now += microseconds(batch_len);
        session.on_time(now);
        std::size_t sent = 0;
        std::array<probe_id, batch_len> ids{};
        while (sent < batch_len) {
            const auto probe = session.next_transmit();
            if (!probe) break;
            answer_to(*probe, replies[sent]);
            ids[sent++] = probe->id;
        }
        for (std::size_t i = 0; i < sent; ++i) session.on_send_done(ids[i], {.at = now});
        for (std::size_t i = 0; i < sent; ++i) {
            session.on_transmit_stamp(ids[i], {now, stamp_source::kernel});
        }
        for (std::size_t i = 0; i < sent; ++i) {
            session.on_datagram(replies[i].octets,
                                {.source = replies[i].from,
                                 .protocol = 1,
                                 .at = now + microseconds(30),
                                 .kernel = {now + microseconds(20), stamp_source::kernel}});
        }
        while (const auto event = session.next_event()) benchmark::DoNotOptimize(event->what);
        probes += sent;
    }
    if (session.counts().received != probes) state.SkipWithError("not every probe was answered");
    state.SetItemsProcessed(static_cast<std::int64_t>(probes));
    state.counters["ns_per_probe"] =
        benchmark::Counter(static_cast<double>(probes) * 1e-9,
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(ping_many)
    ->ArgNames({"targets", "events", "ceilings"})
    ->Args({2, 1, 0})
    ->Args({65'536, 1, 0})
    ->Args({65'536, 0, 0})
    ->Args({65'536, 1, 1})
    ->Args({1'000'000, 1, 0})
    ->Args({1'000'000, 0, 0});

void write_echo(benchmark::State& state) {
    detail::mass_echo echo({.setup = setup(), .payload_len = echo_len - 8});
    std::uint64_t number = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(echo.write(number++, ipv4_address{0x0a000001}).octets.data());
    }
}
BENCHMARK(write_echo);

class one_probe final : public detail::mass_memory {
  public:
    [[nodiscard]] std::optional<ip_address> destination_of(std::uint64_t) const override {
        return ipv4_address{0x0a000001};
    }
    [[nodiscard]] std::optional<std::uint64_t> newest_to(const ip_address&, std::uint16_t,
                                                         std::uint64_t) const override {
        return std::nullopt;
    }
};

void match_echo(benchmark::State& state) {
    detail::mass_echo echo({.setup = setup(), .payload_len = echo_len - 8});
    reply answer;
    answer_to(echo.write(5, ipv4_address{0x0a000001}), answer);
    const one_probe memory;
    const receive_facts facts{.source = answer.from, .protocol = 1, .at = start};
    for (auto _ : state) {
        const auto found = echo.on_datagram(answer.octets, facts, memory);
        benchmark::DoNotOptimize(found.id);
    }
}
BENCHMARK(match_echo);

void pace(benchmark::State& state) {
    pacer made(333'333, 16, start);
    mono_time now = start;
    for (auto _ : state) {
        made.on_send(now);
        now = made.next();
        benchmark::DoNotOptimize(now);
    }
}
BENCHMARK(pace);

}  // namespace
