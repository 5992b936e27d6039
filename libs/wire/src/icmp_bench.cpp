#include <array>
#include <numeric>

#include <benchmark/benchmark.h>

#include "icmp_each.hpp"

namespace {

using namespace sonde;

void craft_echo(benchmark::State& state) {
    std::array<std::uint8_t, 56> data{};
    std::iota(data.begin(), data.end(), std::uint8_t{0});
    std::array<std::uint8_t, 64> out{};
    std::uint16_t sequence_number = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(data);
        icmp_echo{.identifier = 0x1234, .sequence_number = ++sequence_number, .data = data}.emit(
            out);
        benchmark::DoNotOptimize(out);
        benchmark::ClobberMemory();
    }
}
BENCHMARK(craft_echo);

void dissect_echo(benchmark::State& state) {
    std::array<std::uint8_t, 64> octets{};
    icmp_echo{.identifier = 0x1234, .data = bytes_view(octets).first(56)}.emit(octets);
    for (auto _ : state) {
        benchmark::DoNotOptimize(octets);
        const auto seen = icmp_echo::view::parse(octets);
        benchmark::DoNotOptimize(seen->identifier() + seen->sequence_number());
    }
}
BENCHMARK(dissect_echo);

void verify_echo(benchmark::State& state) {
    std::array<std::uint8_t, 64> octets{};
    icmp_echo{.identifier = 0x1234, .data = bytes_view(octets).first(56)}.emit(octets);
    for (auto _ : state) {
        benchmark::DoNotOptimize(octets);
        benchmark::DoNotOptimize(icmp_checksum_holds(octets));
    }
}
BENCHMARK(verify_echo);

/// A time exceeded with a label stack, as a router of RFC 4884 sends it, or one before it.
void dissect_error(benchmark::State& state) {
    std::array<std::uint8_t, 16> room{};
    const std::array<mpls_label, 2> labels{mpls_label{.label = 16}, mpls_label{.label = 17}};
    const auto structure = icmp_extension_builder(room).add(labels).finish();
    const std::array<std::uint8_t, 60> quoted{0x45};
    icmp_time_exceeded message{.quoted = quoted, .extension = *structure};
    if (state.range(0) == 0) message.length_words = 0;
    std::array<std::uint8_t, 8 + 128 + 16> octets{};
    message.emit(octets);
    for (auto _ : state) {
        benchmark::DoNotOptimize(octets);
        const auto seen = icmp_time_exceeded::view::parse(octets);
        const auto extension = icmp_extension::view::parse(seen->quote().extension);
        std::uint32_t sum = 0;
        for (const auto& object : extension->objects()) {
            if (const auto stack = mpls_label_stack::read(object)) {
                for (const auto label : *stack) sum += label.label;
            }
        }
        benchmark::DoNotOptimize(sum);
    }
}
BENCHMARK(dissect_error)->ArgName("compliant")->Arg(1)->Arg(0);

}  // namespace
