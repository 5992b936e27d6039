// What one ping through the simulated internet costs: sent, answered, delivered.

#include <benchmark/benchmark.h>

#include <sonde/sim/internet.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/ipv4.hpp>

namespace {

std::vector<std::uint8_t> echo_request() {
    const std::vector<std::uint8_t> payload(56, 0x61);
    const sonde::icmp_echo message{.identifier = 7, .sequence_number = 1, .data = payload};
    std::vector<std::uint8_t> inside(message.wire_len());
    message.emit(inside);
    const sonde::ipv4 header{.time_to_live = 64,
                             .protocol = sonde::ip_protocol::icmp,
                             .source = {0xc6336401},
                             .destination = {0xc0000209},
                             .payload = inside};
    std::vector<std::uint8_t> made(header.wire_len());
    header.emit(made);
    return made;
}

void ping_through(benchmark::State& state, const char* name) {
    const auto how = sonde::sim::ready_made(name);
    sonde::sim::internet net(*how, 1);
    const std::vector<std::uint8_t> probe = echo_request();
    sonde::mono_time now{std::chrono::seconds(1)};
    for (auto _ : state) {
        net.send(probe, now);
        now += std::chrono::microseconds(100);
        while (const auto arrived = net.next_delivery(now)) {
            benchmark::DoNotOptimize(arrived->octets.data());
        }
    }
    state.SetItemsProcessed(state.iterations());
}

void ping_five_routers(benchmark::State& state) { ping_through(state, "five_routers"); }
void ping_hostile_target(benchmark::State& state) { ping_through(state, "hostile_target"); }
BENCHMARK(ping_five_routers);
BENCHMARK(ping_hostile_target);

}  // namespace
