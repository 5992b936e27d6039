// Floors of what ping and trace do with every ICMPv6 packet: craft an echo, read an error, walk the
// options of a router advertisement.

#include <array>
#include <vector>

#include <benchmark/benchmark.h>

#include <sonde/wire/network/nd_options.hpp>

#include "icmpv6_each.hpp"

namespace sonde {
namespace {

const ipv6_address source = *ipv6_address::parse("2001:db8::1");
const ipv6_address destination = *ipv6_address::parse("2001:db8::2");

void craft_echo(benchmark::State& state) {
    const std::array<std::uint8_t, 56> data{};
    icmpv6_echo echo{.identifier = 7, .data = data};
    std::vector<std::uint8_t> octets(echo.wire_len());
    for (auto _ : state) {
        ++echo.sequence_number;
        echo.emit(octets);
        set_icmpv6_checksum(source, destination, octets);
        benchmark::DoNotOptimize(octets.data());
    }
}
BENCHMARK(craft_echo);

void read_time_exceeded(benchmark::State& state) {
    const std::array<std::uint8_t, 128> quoted{0x60};
    const icmpv6_time_exceeded message{.quoted = quoted};
    std::vector<std::uint8_t> octets(message.wire_len());
    message.emit(octets);
    for (auto _ : state) {
        benchmark::DoNotOptimize(icmpv6_message_layer(octets));
        const auto seen = icmpv6_time_exceeded::view::parse(octets);
        benchmark::DoNotOptimize(seen->quote());
    }
}
BENCHMARK(read_time_exceeded);

void walk_router_advertisement(benchmark::State& state) {
    const std::array<std::uint8_t, 6> mac{2, 0, 0, 0, 0, 1};
    const nd_link_layer_address address{.address = mac};
    const nd_mtu link_mtu{.mtu = 1480};
    const nd_prefix_information prefix{.on_link = true, .autonomous = true, .prefix = source};
    std::vector<std::uint8_t> options(nd_options_len(address, link_mtu, prefix));
    emit_nd_options(options, address, link_mtu, prefix);
    for (auto _ : state) {
        for (const auto& option : nd_options(options)) {
            benchmark::DoNotOptimize(nd_prefix_information::read(option));
        }
    }
}
BENCHMARK(walk_router_advertisement);

}  // namespace
}  // namespace sonde
