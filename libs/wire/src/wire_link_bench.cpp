// Reading and writing the headers that stand before nearly every packet.

#include <array>
#include <vector>

#include <benchmark/benchmark.h>

#include "link_each.hpp"

namespace sonde {
namespace {

// Ethernet, two tags, and the first octets of what they carry.
constexpr std::array<std::uint8_t, 26> tagged{0x02, 0, 0,    0,    0,    1, 0x02, 0,    0,
                                              0,    0, 2,    0x88, 0xa8, 0, 7,    0x81, 0,
                                              0,    8, 0x08, 0x00, 0x45, 0, 0,    20};

void ethernet_emit(benchmark::State& state) {
    ethernet message{.type = ether_type::ipv4};
    std::array<std::uint8_t, ethernet::header_len> out{};
    for (auto _ : state) {
        ++message.source.octets[5];
        message.emit(out);
        benchmark::DoNotOptimize(out);
    }
}
BENCHMARK(ethernet_emit);

void ethernet_read_type(benchmark::State& state) {
    auto octets = tagged;
    for (auto _ : state) {
        benchmark::DoNotOptimize(octets.data());
        benchmark::ClobberMemory();
        benchmark::DoNotOptimize(ethernet::view::parse(octets)->next_selector());
    }
}
BENCHMARK(ethernet_read_type);

void walk_two_vlan_tags(benchmark::State& state) {
    auto octets = tagged;
    for (auto _ : state) {
        benchmark::DoNotOptimize(octets.data());
        benchmark::ClobberMemory();
        const auto outer = vlan::view::parse(ethernet::view::parse(octets)->payload());
        const auto inner = vlan::view::parse(outer->payload());
        benchmark::DoNotOptimize(inner->vid());
        benchmark::DoNotOptimize(inner->next_selector());
    }
}
BENCHMARK(walk_two_vlan_tags);

void arp_request_emit(benchmark::State& state) {
    arp_ipv4 message{};
    std::array<std::uint8_t, arp_ipv4::message_len> out{};
    for (auto _ : state) {
        ++message.target_ipv4.value;
        message.emit(out);
        benchmark::DoNotOptimize(out);
    }
}
BENCHMARK(arp_request_emit);

}  // namespace
}  // namespace sonde
