// CRCs and running sums for the sizes of a small and a full frame. CRC-32C stands beside its form
// by tables, which processors without the instruction use.

#include <vector>

#include <benchmark/benchmark.h>

#include <sonde/wire/crc.hpp>
#include <sonde/wire/fletcher.hpp>

#include "plain_checksums.hpp"

namespace sonde {
namespace {

template <std::uint32_t (*Sum)(bytes_view)>
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

template <class Sum>
std::uint32_t sum_of(bytes_view octets) {
    return Sum().add(octets).value();
}
std::uint32_t by_tables(bytes_view octets) {
    return ~detail::crc32c_update_by_tables(0xffffffff, octets);
}

BENCHMARK(sums<sum_of<crc32c>>)->Name("crc32c")->Arg(64)->Arg(576)->Arg(1460)->Arg(9000);
BENCHMARK(sums<by_tables>)->Name("crc32c_by_tables")->Arg(64)->Arg(576)->Arg(1460)->Arg(9000);
BENCHMARK(sums<testing::plain_crc32c>)->Name("crc32c_plain_loop")->Arg(64)->Arg(1460);
BENCHMARK(sums<sum_of<ethernet_fcs>>)->Name("ethernet_fcs")->Arg(64)->Arg(1460)->Arg(9000);
BENCHMARK(sums<sum_of<ble_crc24>>)->Name("ble_crc24")->Arg(39)->Arg(257);
BENCHMARK(sums<sum_of<fletcher16>>)->Name("fletcher16")->Arg(64)->Arg(1460);
BENCHMARK(sums<sum_of<fletcher32>>)->Name("fletcher32")->Arg(64)->Arg(1460);
BENCHMARK(sums<sum_of<adler32>>)->Name("adler32")->Arg(64)->Arg(1460);

}  // namespace
}  // namespace sonde
