// A filter over packets in user space, beside libpcap's interpreter.

#include <benchmark/benchmark.h>
#ifdef SONDE_HAVE_PCAP
#include <pcap/pcap.h>
#endif

#include <sonde/capture/bpf.hpp>

namespace sonde {
namespace {

/// A TCP segment to port 80 in IPv4 in Ethernet.
const std::vector<std::uint8_t>& segment() {
    static const std::vector<std::uint8_t> made = [] {
        std::vector<std::uint8_t> octets(74);
        put_be16_at(octets, 12, 0x0800);
        octets[14] = 0x45;
        octets[23] = 6;
        put_be16_at(octets, 34, 40000);
        put_be16_at(octets, 36, 80);
        return octets;
    }();
    return made;
}

constexpr const char* text = "tcp port 80";

void run_sonde(benchmark::State& state) {
    const auto program = bpf_program::compile(text).value();
    for (auto _ : state) benchmark::DoNotOptimize(program.run(segment(), 74));
}
BENCHMARK(run_sonde);

#ifdef SONDE_HAVE_PCAP
void run_libpcap(benchmark::State& state) {
    pcap_t* const handle = ::pcap_open_dead(1, 65535);
    ::bpf_program program{};
    static_cast<void>(::pcap_compile(handle, &program, text, 1, PCAP_NETMASK_UNKNOWN));
    for (auto _ : state) {
        benchmark::DoNotOptimize(::bpf_filter(program.bf_insns, segment().data(), 74, 74));
    }
    ::pcap_freecode(&program);
    ::pcap_close(handle);
}
BENCHMARK(run_libpcap);
#endif

}  // namespace
}  // namespace sonde
