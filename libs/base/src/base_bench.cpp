// What a position of a sweep costs: its number, and the address of that.

#include <vector>

#include <benchmark/benchmark.h>

#include <sonde/base/address_set.hpp>
#include <sonde/base/permutation.hpp>
#include <sonde/base/target_list.hpp>

namespace {

using namespace sonde;

address_set set_of(std::size_t ranges) {
    std::vector<ip_range> all;
    const std::uint32_t each = (1U << 20) / static_cast<std::uint32_t>(ranges);
    for (std::uint32_t i = 0; i < ranges; ++i) {
        const std::uint32_t first = 0x0a000000 + i * (each + 7);
        all.push_back(*ip_range::between(ipv4_address{first}, ipv4_address{first + each - 1}));
    }
    address_set made;
    made.add(all);
    return made;
}

void permuted(benchmark::State& state) {
    const permutation order(static_cast<std::uint64_t>(state.range(0)), 1);
    std::uint64_t position = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(order(position));
        if (++position == order.size()) position = 0;
    }
}
BENCHMARK(permuted)->ArgName("size")->Arg(65'536)->Arg(1'000'000)->Arg(1 << 20)->Arg((1 << 20) + 1);

void address_at_a_position(benchmark::State& state) {
    const address_set set = set_of(static_cast<std::size_t>(state.range(0)));
    const permutation order(set.size(), 1);
    std::uint64_t position = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(set.at(order(position)));
        if (++position == order.size()) position = 0;
    }
}
BENCHMARK(address_at_a_position)->ArgName("ranges")->Arg(1)->Arg(16)->Arg(1024);

void index_of_an_address(benchmark::State& state) {
    const address_set set = set_of(static_cast<std::size_t>(state.range(0)));
    std::uint32_t index = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(set.index_of(ipv4_address{0x0a000000 + (++index & 0xfffff)}));
    }
}
BENCHMARK(index_of_an_address)->ArgName("ranges")->Arg(1)->Arg(16)->Arg(1024);

void read_a_line(benchmark::State& state) {
    std::string text;
    for (std::uint32_t i = 0; i < 4096; ++i) text += to_string(ipv4_address{i * 40'503}) + "\n";
    for (auto _ : state) {
        target_list_reader reader;
        reader.read(text);
        benchmark::DoNotOptimize(reader.finish().addresses.size());
    }
    state.SetItemsProcessed(state.iterations() * 4096);
}
BENCHMARK(read_a_line);

}  // namespace
