#include <array>
#include <numeric>

#include <benchmark/benchmark.h>

#include <sonde/packet/frozen.hpp>
#include <sonde/wire/transport/tcp_options.hpp>

namespace {

using namespace sonde;

constexpr mac_address mac_1{{0, 1, 2, 3, 4, 5}};
constexpr mac_address mac_2{{0, 0x11, 0x22, 0x33, 0x44, 0x55}};
constexpr ipv4_address host_1{0xc0a80001};
constexpr ipv4_address host_2{0xc0a80002};

template <std::size_t Len>
std::array<std::uint8_t, Len> counting() {
    std::array<std::uint8_t, Len> made{};
    std::iota(made.begin(), made.end(), std::uint8_t{0});
    return made;
}

auto echo_of(std::uint16_t number, bytes_view data) {
    return ethernet{.destination = mac_1, .source = mac_2} /
           ipv4{.identification = number, .source = host_1, .destination = host_2} /
           icmp_echo{.identifier = 0x1234, .sequence_number = number} / payload(data);
}

void craft_echo(benchmark::State& state) {
    auto data = counting<56>();
    std::array<std::uint8_t, 98> out{};
    std::uint16_t number = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(data);
        echo_of(++number, data).emit(out);
        benchmark::DoNotOptimize(out);
        benchmark::ClobberMemory();
    }
}
BENCHMARK(craft_echo);

void craft_echo_frozen(benchmark::State& state) {
    const auto data = counting<56>();
    auto flood = freeze(echo_of(0, data));
    std::uint16_t number = 0;
    for (auto _ : state) {
        ++number;
        flood.set<ipv4, "identification">(number);
        flood.set<icmp_echo, "sequence_number">(number);
        benchmark::DoNotOptimize(flood.octets().data());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(craft_echo_frozen);

void craft_syn(benchmark::State& state) {
    std::array<std::uint8_t, 74> out{};
    std::uint16_t number = 0;
    for (auto _ : state) {
        ++number;
        const auto options = tcp_option_builder()
                                 .maximum_segment_size(1460)
                                 .sack_permitted()
                                 .timestamps({number, 0})
                                 .no_operation()
                                 .window_scale(7);
        (ethernet{.destination = mac_1, .source = mac_2} /
         ipv4{.identification = number, .source = host_1, .destination = host_2} /
         tcp{.source_port = 12345,
             .destination_port = 80,
             .sequence_number = number,
             .flags = tcp_flags::syn,
             .window = 29200,
             .options = options.octets()})
            .emit(out);
        benchmark::DoNotOptimize(out);
        benchmark::ClobberMemory();
    }
}
BENCHMARK(craft_syn);

void craft_tunnel_by_table(benchmark::State& state) {
    auto data = counting<56>();
    std::array<std::uint8_t, 148> out{};
    std::uint16_t number = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(data);
        (ethernet{.destination = mac_1, .source = mac_2} /
         ipv4{.identification = ++number, .source = host_1, .destination = host_2} /
         udp{.destination_port = 4789} / vxlan{} / echo_of(number, data))
            .emit_by_table(out);
        benchmark::DoNotOptimize(out);
        benchmark::ClobberMemory();
    }
}
BENCHMARK(craft_tunnel_by_table);

// The frame is copied out and then changed, as the floor does.
void change_time_to_live(benchmark::State& state) {
    const auto data = counting<444>();
    const auto frame = echo_of(7, data).to_bytes();
    std::array<std::uint8_t, 2048> out{};
    std::uint8_t hops = 0;
    for (auto _ : state) {
        std::copy(frame.begin(), frame.end(), out.begin());
        edit(bytes_mut(out).first(frame.size())).get<ipv4>()->set_time_to_live(++hops);
        benchmark::DoNotOptimize(out);
        benchmark::ClobberMemory();
    }
}
BENCHMARK(change_time_to_live);

}  // namespace
