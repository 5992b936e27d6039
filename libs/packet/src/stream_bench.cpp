// TCP streams out of Ethernet frames, 2,000 connections at a time, beside a plain loop that does
// the least a program must do (IPv4 alone, an open table, a map for what comes early). With
// SONDE_BENCH_TRAFFIC=FILE in the environment the same frames are written as a capture, for others
// to be measured with.

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <unordered_map>
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

namespace sonde {
namespace {

constexpr std::size_t flow_count = 2000;
constexpr std::size_t frame_count = 200'000;

struct traffic {
    std::vector<std::uint8_t> octets;                         // all frames, one behind another
    std::vector<std::pair<std::size_t, std::size_t>> frames;  // where and how long

    [[nodiscard]] bytes_view frame(std::size_t i) const {
        return bytes_view(octets).subspan(frames[i].first, frames[i].second);
    }
};

struct talk {
    std::uint32_t sequence[2] = {1000, 5000};
    bool shaken = false;
};

void add_frame(traffic& to, std::size_t flow, bool back, const tcp& segment) {
    const ipv4_address client{0x0a000001U + static_cast<std::uint32_t>(flow)};
    const ipv4_address server{0xc0000201U};
    tcp header = segment;
    header.source_port = back ? 443 : static_cast<std::uint16_t>(20000 + flow);
    header.destination_port = back ? static_cast<std::uint16_t>(20000 + flow) : 443;
    const ipv4 ip{.protocol = ip_protocol::tcp,
                  .source = back ? server : client,
                  .destination = back ? client : server};
    const std::size_t start = to.octets.size();
    const std::size_t len = ethernet::header_len + ipv4::header_len + header.wire_len();
    to.octets.resize(start + len);
    const bytes_mut out = bytes_mut(to.octets).subspan(start);
    ethernet{.type = ether_type::ipv4}.emit(out.first(ethernet::header_len));
    ip.emit_header(out.subspan(ethernet::header_len, ipv4::header_len), header.wire_len());
    header.emit(out.subspan(ethernet::header_len + ipv4::header_len));
    to.frames.emplace_back(start, len);
}

/// Connections in turn at random; one segment of fifty arrives before the one in front of it, one
/// of a hundred twice; half of them are acknowledgments without data, as in a download.
traffic make_traffic() {
    traffic made;
    random_source random(7);
    std::vector<talk> talks(flow_count);
    const std::vector<std::uint8_t> data(1460, 0x61);
    while (made.frames.size() < frame_count) {
        const auto flow = static_cast<std::size_t>(random.below(flow_count));
        talk& now = talks[flow];
        if (!std::exchange(now.shaken, true)) {
            add_frame(made, flow, false, {.sequence_number = 999, .flags = tcp_flags::syn});
            add_frame(made,
                      flow,
                      true,
                      {.sequence_number = 4999,
                       .acknowledgment_number = 1000,
                       .flags = tcp_flags::syn | tcp_flags::ack});
            continue;
        }
        const bool back = random.below(2) != 0;
        const std::size_t len = !back ? 200 + static_cast<std::size_t>(random.below(1260)) : 0;
        const tcp one{.sequence_number = now.sequence[back],
                      .acknowledgment_number = now.sequence[!back],
                      .flags = tcp_flags::ack,
                      .data = bytes_view(data).first(len)};
        now.sequence[back] += static_cast<std::uint32_t>(len);
        const std::uint64_t luck = random.below(100);
        if (luck < 2 && len != 0) {
            tcp next = one;
            next.sequence_number = now.sequence[back];
            now.sequence[back] += static_cast<std::uint32_t>(len);
            add_frame(made, flow, back, next);
        }
        add_frame(made, flow, back, one);
        if (luck == 99) add_frame(made, flow, back, one);
    }
    return made;
}

void put_le32(std::ofstream& out, std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) {
        out.put(static_cast<char>((value >> shift) & 0xff));
    }
}

void write_capture(const traffic& frames, const char* path) {
    std::ofstream out(path, std::ios::binary);
    for (const std::uint32_t word : {0xa1b2c3d4U, 0x00040002U, 0U, 0U, 262144U, 1U}) {
        put_le32(out, word);
    }
    for (std::size_t i = 0; i < frames.frames.size(); ++i) {
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

const traffic& shared_traffic() {
    static const traffic made = [] {
        traffic fresh = make_traffic();
        if (const char* path =
                std::getenv("SONDE_BENCH_TRAFFIC")) {  // NOLINT(concurrency-mt-unsafe)
            write_capture(fresh, path);
        }
        return fresh;
    }();
    return made;
}

/// What was told: the same sums from everybody who did the same work.
struct sums {
    std::uint64_t octets = 0;
    std::uint64_t first = 0;
    void add(bytes_view data) {
        octets += data.size();
        first += data[0];
    }
};

void report(benchmark::State& state, const sums& told) {
    state.SetItemsProcessed(state.iterations() * std::int64_t{frame_count});
    state.counters["octets"] = static_cast<double>(told.octets);
    state.counters["ns_per_packet"] = benchmark::Counter(
        static_cast<double>(frame_count) * 1e-9,
        benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// As a reader of frames that lie in memory can: what comes soon is fetched now. Without it both
/// loops mostly measure how much of their work fits into the wait for one frame's first line.
constexpr std::size_t frames_ahead = 4;
void fetch_ahead(const traffic& frames, std::size_t i) {
    if (i + frames_ahead < frames.frames.size()) {
        __builtin_prefetch(frames.frame(i + frames_ahead).data());
    }
}

template <bool FetchAhead>
void tcp_streams_2000_flows(benchmark::State& state) {
    const traffic& frames = shared_traffic();
    sums told;
    for (auto _ : state) {
        told = {};
        tcp_streams streams({.key = {1, 2}});
        const auto on_event = [&](const tcp_stream_event& event) {
            if (event.kind == tcp_event_kind::data) told.add(event.octets);
        };
        for (std::size_t i = 0; i < frames.frames.size(); ++i) {
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

// The plain loop.
struct plain_half {
    std::uint32_t next = 0;
    bool started = false;
    std::map<std::uint32_t, std::vector<std::uint8_t>> early;
};
struct plain_flow {
    std::uint64_t addresses = 0;
    std::uint32_t ports = 0;
    bool used = false;
    plain_half halves[2];
};

void plain_take(plain_half& half, std::uint32_t sequence, bytes_view data, sums& told) {
    const auto ahead = static_cast<std::int32_t>(sequence - half.next);
    if (ahead > 0) {
        half.early.emplace(sequence, std::vector<std::uint8_t>(data.begin(), data.end()));
        return;
    }
    const auto behind = static_cast<std::uint32_t>(-ahead);
    if (behind < data.size()) {
        told.add(data.subspan(behind));
        half.next += static_cast<std::uint32_t>(data.size()) - behind;
    }
    while (!half.early.empty() &&
           static_cast<std::int32_t>(half.early.begin()->first - half.next) <= 0) {
        const auto first = half.early.begin();
        const std::uint32_t known = half.next - first->first;
        if (known < first->second.size()) {
            told.add(bytes_view(first->second).subspan(known));
            half.next += static_cast<std::uint32_t>(first->second.size()) - known;
        }
        half.early.erase(first);
    }
}

void plain_frame(std::vector<plain_flow>& flows, bytes_view frame, sums& told) {
    if (frame.size() < 54 || be16_at(frame, 12) != 0x800 || frame[23] != 6) return;
    const std::size_t ihl = std::size_t{frame[14]} % 16 * 4;
    const std::size_t total = be16_at(frame, 16);
    if (ihl < 20 || 14 + total > frame.size() || total < ihl + 20) return;
    const bytes_view segment = frame.subspan(14 + ihl, total - ihl);
    const std::size_t header = std::size_t{segment[12]} / 16 * 4;
    if (header < 20 || header > segment.size()) return;
    const std::uint64_t source = be32_at(frame, 26);
    const std::uint64_t destination = be32_at(frame, 30);
    const std::uint32_t from = be16_at(segment, 0);
    const std::uint32_t to = be16_at(segment, 2);
    const bool second = source > destination || (source == destination && from > to);
    const std::uint64_t addresses =
        second ? destination << 32 | source : source << 32 | destination;
    const std::uint32_t ports = second ? to << 16 | from : from << 16 | to;
    std::uint64_t hash = (addresses ^ ports * 0x9e3779b97f4a7c15ULL) * 0xff51afd7ed558ccdULL;
    hash ^= hash >> 32;
    std::size_t at = hash & (flows.size() - 1);
    while (flows[at].used && (flows[at].addresses != addresses || flows[at].ports != ports)) {
        at = (at + 1) & (flows.size() - 1);
    }
    flows[at].used = true;
    flows[at].addresses = addresses;
    flows[at].ports = ports;
    plain_half& half = flows[at].halves[second];
    const std::uint32_t sequence = be32_at(segment, 4);
    if ((segment[13] & 2) != 0 || !half.started) {
        half.next = sequence + ((segment[13] & 2) != 0 ? 1 : 0);
        half.started = true;
    }
    if (segment.size() > header) plain_take(half, sequence, segment.subspan(header), told);
}

template <bool FetchAhead>
void plain_loop_2000_flows(benchmark::State& state) {
    const traffic& frames = shared_traffic();
    sums told;
    for (auto _ : state) {
        told = {};
        std::vector<plain_flow> flows(8192);
        for (std::size_t i = 0; i < frames.frames.size(); ++i) {
            if constexpr (FetchAhead) fetch_ahead(frames, i);
            plain_frame(flows, frames.frame(i), told);
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
