#include <vector>

#include <benchmark/benchmark.h>

#include <sonde/packet/filter.hpp>
#include <sonde/packet/stack.hpp>

#if defined(SONDE_HAVE_PCAP)
#include <pcap/pcap.h>
#endif

namespace {

using namespace sonde;

// TCP and UDP of both families, wanted and not.
std::vector<std::vector<std::uint8_t>> some_frames() {
    std::vector<std::vector<std::uint8_t>> made;
    for (std::uint16_t i = 0; i < 64; ++i) {
        const auto port = static_cast<std::uint16_t>(i % 4 == 0 ? 53 + 27 * (i % 8 / 4) : 1000 + i);
        made.push_back((ethernet{} / ipv4{} / tcp{.destination_port = port}).to_bytes());
        made.push_back((ethernet{} / ipv4{} / udp{.destination_port = port}).to_bytes());
        made.push_back((ethernet{} / ipv6{} / tcp{.source_port = port}).to_bytes());
    }
    return made;
}

constexpr auto wanted = filter(tcp::port == 80 || udp::port == 53);

void filter_frames(benchmark::State& state) {
    const auto frames = some_frames();
    std::size_t hits = 0;
    std::size_t at = 0;
    for (auto _ : state) {
        hits += wanted(frames[at]) ? 1 : 0;
        at = at + 1 == frames.size() ? 0 : at + 1;
    }
    benchmark::DoNotOptimize(hits);
}
BENCHMARK(filter_frames);

#if defined(SONDE_HAVE_PCAP)
void filter_frames_with_libpcap(benchmark::State& state) {
    const auto frames = some_frames();
    pcap_t* const dead = pcap_open_dead(DLT_EN10MB, 0x40000);
    bpf_program program{};
    pcap_compile(dead, &program, "tcp port 80 or udp port 53", 1, PCAP_NETMASK_UNKNOWN);
    std::size_t hits = 0;
    std::size_t at = 0;
    for (auto _ : state) {
        const auto& frame = frames[at];
        const auto len = static_cast<unsigned>(frame.size());
        hits += bpf_filter(program.bf_insns, frame.data(), len, len) != 0 ? 1 : 0;
        at = at + 1 == frames.size() ? 0 : at + 1;
    }
    benchmark::DoNotOptimize(hits);
    pcap_freecode(&program);
    pcap_close(dead);
}
BENCHMARK(filter_frames_with_libpcap);
#endif

}  // namespace
