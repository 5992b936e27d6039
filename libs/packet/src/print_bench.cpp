// What a line, a tree and an object cost, frames in cache. The whole way from a capture to lines,
// beside tcpdump, is measured by scripts/compare_tcpdump.py.

#include <array>

#include <benchmark/benchmark.h>

#include "print_testing.hpp"

namespace {

using namespace sonde;

// Ethernet, IPv4, TCP with timestamps.
constexpr std::array<std::uint8_t, 66> segment{
    2,    0,    0,    0,    0, 2,  2,  0, 0, 0,   0, 1, 8,    0,    0x45, 0,   0,
    52,   0x12, 0x34, 64,   0, 64, 6,  0, 0, 192, 0, 2, 1,    198,  51,   100, 7,
    0x9c, 0x40, 1,    0xbb, 1, 2,  3,  4, 5, 6,   7, 8, 0x80, 0x10, 4,    0,   0,
    0,    0,    0,    1,    1, 8,  10, 0, 0, 0,   1, 0, 0,    0,    2};

void lines(benchmark::State& state, bool full) {
    std::string out;
    for (auto _ : state) {
        out.clear();
        append_line(out, {.octets = segment}, {.full = full});
        benchmark::DoNotOptimize(out.data());
    }
}
void brief_line(benchmark::State& state) { lines(state, false); }
void full_line(benchmark::State& state) { lines(state, true); }
void tree(benchmark::State& state) {
    std::string out;
    for (auto _ : state) {
        out.clear();
        append_tree(out, {.octets = segment});
        benchmark::DoNotOptimize(out.data());
    }
}
void json(benchmark::State& state) {
    std::string out;
    for (auto _ : state) {
        out.clear();
        append_json(out, {.octets = segment});
        benchmark::DoNotOptimize(out.data());
    }
}
BENCHMARK(brief_line);
BENCHMARK(full_line);
BENCHMARK(tree);
BENCHMARK(json);

}  // namespace
