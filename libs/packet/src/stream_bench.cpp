// TCP streams out of Ethernet frames, 2,000 connections at a time, beside a plain loop that does
// the least a program must do (IPv4 alone, an open table, a map for what comes early). With
// SONDE_BENCH_TRAFFIC=FILE in the environment the same frames are written as a capture, for others
// to be measured with.

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <sonde/base/random.hpp>
#include <sonde/packet/fragment.hpp>
#include <sonde/packet/ip_reassembler.hpp>
#include <sonde/packet/tcp_streams.hpp>
#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/transport/tcp.hpp>

#include "floor_streams.hpp"
#include "stream_traffic.hpp"

namespace sonde {
namespace {

constexpr std::size_t frame_count = 200'000;
using bench::floor_streams;
using bench::stream_traffic;
using bench::told_octets;

void put_le32(std::ofstream& out, std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) {
        out.put(static_cast<char>((value >> shift) & 0xff));
    }
}

void write_capture(const stream_traffic& frames, const char* path) {
    std::ofstream out(path, std::ios::binary);
    for (const std::uint32_t word : {0xa1b2c3d4U, 0x00040002U, 0U, 0U, 262144U, 1U}) {
        put_le32(out, word);
    }
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const bytes_view frame = frames.frame(i);
        for (const std::uint32_t word : {static_cast<std::uint32_t>(i),
                                         0U,
                                         static_cast<std::uint32_t>(frame.size()),
                                         static_cast<std::uint32_t>(frame.size())}) {
            put_le32(out, word);
        }
        for (const std::uint8_t octet : frame) out.put(static_cast<char>(octet));
    }
}

const stream_traffic& shared_traffic() {
    static const stream_traffic made = [] {
        stream_traffic fresh = bench::make_stream_traffic(frame_count);
        if (const char* path =
                std::getenv("SONDE_BENCH_TRAFFIC")) {  // NOLINT(concurrency-mt-unsafe)
            write_capture(fresh, path);
        }
        return fresh;
    }();
    return made;
}

void report(benchmark::State& state, const told_octets& told) {
    state.SetItemsProcessed(state.iterations() * std::int64_t{frame_count});
    state.counters["octets"] = static_cast<double>(told.octets);
    state.counters["ns_per_packet"] = benchmark::Counter(
        static_cast<double>(frame_count) * 1e-9,
        benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// As a reader of frames that lie in memory can: what comes soon is fetched now. Without it both
/// loops mostly measure how much of their work fits into the wait for one frame's first line.
constexpr std::size_t frames_ahead = 4;
void fetch_ahead(const stream_traffic& frames, std::size_t i) {
    if (i + frames_ahead < frames.size()) {
        __builtin_prefetch(frames.frame(i + frames_ahead).data());
    }
}

template <bool FetchAhead>
void tcp_streams_2000_flows(benchmark::State& state) {
    const stream_traffic& frames = shared_traffic();
    told_octets told;
    for (auto _ : state) {
        told = {};
        tcp_streams streams({.key = {1, 2}});
        const auto on_event = [&](const tcp_stream_event& event) {
            if (event.kind == tcp_event_kind::data) told.add(event.octets);
        };
        for (std::size_t i = 0; i < frames.size(); ++i) {
            if constexpr (FetchAhead) fetch_ahead(frames, i);
            const auto frame = ethernet::view::parse(frames.frame(i));
            if (!frame || frame->type() != ether_type::ipv4) continue;
            streams.accept(frame->payload(), mono_time(nanoseconds(i * 1000)), on_event);
        }
        benchmark::DoNotOptimize(told);
    }
    report(state, told);
}
BENCHMARK(tcp_streams_2000_flows<false>)->Unit(benchmark::kMillisecond);
BENCHMARK(tcp_streams_2000_flows<true>)->Unit(benchmark::kMillisecond);

template <bool FetchAhead>
void plain_loop_2000_flows(benchmark::State& state) {
    const stream_traffic& frames = shared_traffic();
    told_octets told;
    for (auto _ : state) {
        told = {};
        floor_streams streams;
        for (std::size_t i = 0; i < frames.size(); ++i) {
            if constexpr (FetchAhead) fetch_ahead(frames, i);
            streams.accept(frames.frame(i), told);
        }
        benchmark::DoNotOptimize(told);
    }
    report(state, told);
}
BENCHMARK(plain_loop_2000_flows<false>)->Unit(benchmark::kMillisecond);
BENCHMARK(plain_loop_2000_flows<true>)->Unit(benchmark::kMillisecond);

std::vector<std::uint8_t> datagram_of(std::size_t len) {
    const std::vector<std::uint8_t> data(len - ipv4::header_len, 0x5a);
    const ipv4 message{.identification = 77,
                       .protocol = ip_protocol::udp,
                       .source = {0xc0000201},
                       .destination = {0xc0000202},
                       .payload = data};
    std::vector<std::uint8_t> octets(message.wire_len());
    message.emit(octets);
    return octets;
}

/// A datagram of 8 KiB out of fragments of `range(0)` octets, the last one first.
void ip_reassembly_in_reverse(benchmark::State& state) {
    const auto octets = datagram_of(8192);
    std::vector<std::vector<std::uint8_t>> pieces;
    const auto count =
        fragment(octets, {.mtu = static_cast<std::size_t>(state.range(0))}, [&](bytes_view piece) {
            pieces.emplace_back(piece.begin(), piece.end());
        });
    std::reverse(pieces.begin(), pieces.end());
    ip_reassembler reassembler({.key = {1, 2}});
    std::size_t whole = 0;
    for (auto _ : state) {
        for (const auto& piece : pieces) {
            reassembler.accept(piece, {}, [&](const ip_reassembly_event& event) {
                whole += event.kind == ip_reassembly_kind::whole ? 1U : 0U;
            });
        }
    }
    benchmark::DoNotOptimize(whole);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count.value_or(0)));
}
BENCHMARK(ip_reassembly_in_reverse)->Arg(28)->Arg(576)->Arg(1500);

}  // namespace
}  // namespace sonde
