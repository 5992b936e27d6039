// Writing and patching IP and TCP headers, and walking extension headers.

#include <array>
#include <vector>

#include <benchmark/benchmark.h>

#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/tcp_options.hpp>

namespace sonde {
namespace {

void ipv4_emit_header(benchmark::State& state) {
    ipv4 message{
        .protocol = ip_protocol::icmp, .source = {0x7f000001}, .destination = {0x7f000001}};
    std::array<std::uint8_t, ipv4::header_len> out{};
    for (auto _ : state) {
        ++message.identification;
        message.emit_header(out, 64);
        benchmark::DoNotOptimize(out);
    }
}
BENCHMARK(ipv4_emit_header);

void ipv4_patch_time_to_live(benchmark::State& state) {
    std::vector<std::uint8_t> octets(ipv4::header_len, 0x45);
    std::uint8_t limit = 0;
    for (auto _ : state) {
        ipv4::mutable_view::parse(octets)->patch_time_to_live(++limit);
        benchmark::DoNotOptimize(octets.data());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(ipv4_patch_time_to_live);

void ipv6_walk_three_extensions(benchmark::State& state) {
    std::vector<std::uint8_t> inner;
    for (const auto next :
         {ip_protocol::udp, ip_protocol::ipv6_routing, ip_protocol::ipv6_destination_options}) {
        const ipv6_destination_options header{.next_header = next, .payload = inner};
        std::vector<std::uint8_t> made(header.wire_len());
        header.emit(made);
        inner = made;
    }
    const ipv6 message{.next_header = ip_protocol::ipv6_hop_by_hop, .payload = inner};
    std::vector<std::uint8_t> octets(message.wire_len());
    message.emit(octets);
    for (auto _ : state) {
        benchmark::DoNotOptimize(octets.data());
        benchmark::ClobberMemory();
        benchmark::DoNotOptimize(ipv6::view::parse(octets)->extensions().upper());
    }
}
BENCHMARK(ipv6_walk_three_extensions);

void tcp_craft_syn_with_five_options(benchmark::State& state) {
    const ip_address here = ipv4_address{0x7f000001};
    std::array<std::uint8_t, tcp::header_len_max> out{};
    std::uint32_t sequence_number = 0;
    for (auto _ : state) {
        const auto options = tcp_option_builder()
                                 .maximum_segment_size(1460)
                                 .sack_permitted()
                                 .timestamps({sequence_number, 0})
                                 .no_operation()
                                 .window_scale(7);
        tcp message{.source_port = 40000,
                    .destination_port = 80,
                    .sequence_number = ++sequence_number,
                    .flags = tcp_flags::syn,
                    .window = 65535,
                    .options = options.octets()};
        message.checksum = message.checksum_between(here, here);
        message.emit(bytes_mut(out).first(message.wire_len()));
        benchmark::DoNotOptimize(out);
    }
}
BENCHMARK(tcp_craft_syn_with_five_options);

}  // namespace
}  // namespace sonde
