// The three doors over every frame of the captures, in cache. Beside them what a hand-written loop
// needs for the same sum, so that each run shows its own floor.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <sonde/packet/dissect.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/testing/corpus.hpp>

#include "floor_dissect.hpp"

namespace sonde {
namespace {

// At most 256 octets of each frame, one after the other, as a capture in cache lies.
struct frames {
    std::vector<std::uint8_t> octets;
    std::vector<bytes_view> all;

    frames() {
        if (!testing::corpus_root()) return;
        std::vector<std::size_t> lengths;
        for (const char* folder : {"mixed", "tcp", "udp", "dns", "ipv6", "vlan", "arp", "icmp4"}) {
            for (const auto& name : testing::list_captures(folder)) add(name, lengths);
        }
        std::size_t at = 0;
        for (const std::size_t len : lengths) {
            all.push_back(bytes_view(octets).subspan(at, len));
            at += len;
        }
    }
    void add(const std::string& name, std::vector<std::size_t>& lengths) {
        try {
            for (const auto& one : testing::read_capture(name)) {
                if (one.link_type != 1 || lengths.size() >= 2000) continue;
                const std::size_t len = std::min<std::size_t>(one.octets.size(), 256);
                octets.insert(octets.end(), one.octets.begin(), one.octets.begin() + long(len));
                lengths.push_back(len);
            }
        } catch (const std::exception&) {
            return;  // broken on purpose
        }
    }
    static const frames& get() {
        static const frames made;
        return made;
    }
};

template <class Door>
void over_all(benchmark::State& state, Door door) {
    const frames& f = frames::get();
    if (f.all.empty()) {
        state.SkipWithError("captures absent: set SONDE_CORPUS");
        return;
    }
    std::uint64_t sum = 0;
    for (auto _ : state) {
        sum = 0;
        for (const bytes_view frame : f.all) sum += door(frame);
        benchmark::DoNotOptimize(sum);
    }
    state.counters["sum"] = static_cast<double>(sum);
    state.counters["per_packet"] =
        benchmark::Counter(static_cast<double>(f.all.size()) * double(state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

std::uint64_t low_word(const ipv6_address& address) {
    return be32<12>(std::span<const std::uint8_t, 16>(address.octets));
}

void dissect_with_handlers(benchmark::State& state) {
    over_all(state, [](bytes_view frame) {
        std::uint64_t sum = 0;
        dissect(
            frame,
            on{[&](ipv4::view v) {
                   sum += v.source().value + std::uint64_t{v.destination().value};
               },
               [&](ipv6::view v) { sum += low_word(v.source()) + low_word(v.destination()); },
               [&](tcp::view v) { sum += v.source_port() + std::uint64_t{v.destination_port()}; },
               [&](udp::view v) { sum += v.source_port() + std::uint64_t{v.destination_port()}; }});
        return sum;
    });
}
BENCHMARK(dissect_with_handlers);

void dissect_to_record(benchmark::State& state) {
    over_all(state, [](bytes_view frame) {
        std::uint64_t sum = 0;
        const packet p(frame);
        if (p.network() == layer::ipv4) {
            if (const auto v = p.get<ipv4>())
                sum += v->source().value + std::uint64_t{v->destination().value};
        } else if (p.network() == layer::ipv6) {
            if (const auto v = p.get<ipv6>())
                sum += low_word(v->source()) + low_word(v->destination());
        }
        if (p.transport_protocol() == ip_protocol::tcp) {
            if (const auto v = p.get<tcp>())
                sum += v->source_port() + std::uint64_t{v->destination_port()};
        } else if (p.transport_protocol() == ip_protocol::udp) {
            if (const auto v = p.get<udp>())
                sum += v->source_port() + std::uint64_t{v->destination_port()};
        }
        return sum;
    });
}
BENCHMARK(dissect_to_record);

void dissect_by_chain(benchmark::State& state) {
    over_all(state, [](bytes_view frame) {
        std::uint64_t sum = 0;
        for (const layer_view& one : layers(frame)) {
            if (one.quoted()) break;
            sum += static_cast<std::uint64_t>(one.id());
        }
        return sum;
    });
}
BENCHMARK(dissect_by_chain);

void dissect_by_hand(benchmark::State& state) { over_all(state, bench::floor_dissect); }
BENCHMARK(dissect_by_hand);

}  // namespace
}  // namespace sonde
