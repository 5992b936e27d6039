// What one address of a sweep costs: to send, and with its answer.

#include <array>
#include <vector>

#include <benchmark/benchmark.h>

#include <sonde/probe/sweep.hpp>
#include <sonde/wire/checksum.hpp>

namespace {

using namespace sonde;
using std::chrono::microseconds;

constexpr mono_time start{std::chrono::seconds(10)};
constexpr std::size_t echo_len = 24;
constexpr std::uint32_t first_address = 0x0a000000;
constexpr std::size_t batch = 256;  // probes in flight

many_setup setup() {
    return {.v4 = probe_channel{.raw = true,
                                .source = ip_address(ipv4_address{0xc6336401}),
                                .identifier = 0x1234},
            .key = {.k0 = 1, .k1 = 2},
            .start = start};
}

address_set million() {
    address_set made;
    made.add(
        *ip_range::between(ipv4_address{first_address}, ipv4_address{first_address + 999'999}));
    return made;
}

sweep_options as_fast_as_it_goes() {
    sweep_options options{.rate = 0, .seed = 1};
    options.ceilings = {.per_host = 0, .per_network = 0};
    return options;
}

struct request {
    std::uint64_t number = 0;
    ip_address to{};
    std::array<std::uint8_t, echo_len> octets{};
};

/// Sends up to `batch` probes; false when there are none left.
bool send_some(sweep_session& session, std::vector<request>& requests, mono_time now) {
    requests.clear();
    while (requests.size() < batch) {
        const auto probe = session.next_transmit();
        if (!probe) break;
        auto& made = requests.emplace_back();
        made.number = probe->id.value;
        made.to = probe->destination;
        copy_octets(made.octets, probe->octets);
    }
    for (const auto& one : requests) session.on_send_done({one.number}, {.at = now});
    return !requests.empty();
}

/// Turns a request into its reply, as a kernel does: the type, and the checksum by so much.
void turn_round(request& of) {
    of.octets[0] = 0;
    const auto before = be16_at(of.octets, 2);
    put_be16_at(of.octets, 2, checksum_update(before, 0x0800, 0));
}

void answer_all(sweep_session& session, std::vector<request>& requests, mono_time now) {
    for (auto& one : requests) {
        turn_round(one);
        session.on_datagram(
            one.octets,
            {.source = one.to, .protocol = 1, .at = now, .kernel = {now, stamp_source::kernel}});
    }
    while (auto event = session.next_event()) benchmark::DoNotOptimize(event->kind);
}

/// A million addresses over and over; each item is one probe and, if so chosen, its answer.
void sweep_a_million(benchmark::State& state, const sweep_options& options, bool answers) {
    std::vector<request> requests;
    requests.reserve(batch);
    std::int64_t items = 0;
    for (auto _ : state) {
        state.PauseTiming();
        sweep_session session(options, million(), setup());
        state.ResumeTiming();
        mono_time now = start;
        while (send_some(session, requests, now)) {
            items += static_cast<std::int64_t>(requests.size());
            now += microseconds(100);
            if (answers) answer_all(session, requests, now);
        }
    }
    state.SetItemsProcessed(items);
    state.counters["each"] = benchmark::Counter(
        static_cast<double>(items), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void send_only(benchmark::State& state) { sweep_a_million(state, as_fast_as_it_goes(), false); }
BENCHMARK(send_only)->Unit(benchmark::kMillisecond);

void send_and_answer(benchmark::State& state) {
    sweep_a_million(state, as_fast_as_it_goes(), true);
}
BENCHMARK(send_and_answer)->Unit(benchmark::kMillisecond);

void send_and_answer_without_events(benchmark::State& state) {
    auto options = as_fast_as_it_goes();
    options.events.replies = false;
    sweep_a_million(state, options, true);
}
BENCHMARK(send_and_answer_without_events)->Unit(benchmark::kMillisecond);

void send_and_answer_in_ascending_order(benchmark::State& state) {
    auto options = as_fast_as_it_goes();
    options.in_order = true;
    sweep_a_million(state, options, true);
}
BENCHMARK(send_and_answer_in_ascending_order)->Unit(benchmark::kMillisecond);

void send_and_answer_below_a_ceiling(benchmark::State& state) {
    auto options = as_fast_as_it_goes();
    options.ceilings = {.per_host = 100, .per_network = 1e9, .network_burst = 1'000'000};
    sweep_a_million(state, options, true);
}
BENCHMARK(send_and_answer_below_a_ceiling)->Unit(benchmark::kMillisecond);

}  // namespace
