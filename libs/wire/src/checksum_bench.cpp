// The checksum beside the loop of RFC 1071 s4.1, for the sizes of a header, a small and a full
// frame.

#include <vector>

#include <benchmark/benchmark.h>

#include <sonde/wire/checksum.hpp>

namespace sonde {
namespace {

std::uint16_t plain_loop(bytes_view octets) {
    std::uint32_t sum = 0;
    std::size_t at = 0;
    for (; at + 1 < octets.size(); at += 2) {
        sum += static_cast<std::uint32_t>((octets[at] << 8) | octets[at + 1]);
    }
    if (at < octets.size()) sum += static_cast<std::uint32_t>(octets[at] << 8);
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

template <std::uint16_t (*Sum)(bytes_view)>
void sums(benchmark::State& state) {
    std::vector<std::uint8_t> octets(static_cast<std::size_t>(state.range(0)));
    for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(i * 7);
    for (auto _ : state) {
        benchmark::DoNotOptimize(octets.data());
        benchmark::ClobberMemory();
        benchmark::DoNotOptimize(Sum(octets));
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

std::uint16_t ours(bytes_view octets) { return internet_checksum(octets); }

BENCHMARK(sums<ours>)
    ->Name("internet_checksum")
    ->Arg(20)
    ->Arg(40)
    ->Arg(64)
    ->Arg(576)
    ->Arg(1460)
    ->Arg(9000);
BENCHMARK(sums<plain_loop>)
    ->Name("plain_loop")
    ->Arg(20)
    ->Arg(40)
    ->Arg(64)
    ->Arg(576)
    ->Arg(1460)
    ->Arg(9000);

}  // namespace
}  // namespace sonde
