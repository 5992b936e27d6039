// SCTP: the header and every chunk of a packet with four messages, the message that a packet
// carries, and a packet made.

#include <array>
#include <vector>

#include <benchmark/benchmark.h>

#include <sonde/wire/transport/sctp.hpp>

namespace sonde {
namespace {

constexpr std::array<std::uint8_t, 100> message{1, 2, 3};

std::vector<std::uint8_t> four_messages() {
    std::array<std::uint8_t, 600> room{};
    sctp_writer chunks(room);
    for (std::uint32_t tsn = 0; tsn < 4; ++tsn) {
        chunks.add(sctp_data{.transmission_sequence_number = tsn,
                             .payload_protocol_identifier = sctp_payload_protocol::m3ua,
                             .user_data = message});
    }
    const sctp packet{.source_port = 2905, .destination_port = 2905, .chunks = chunks.octets()};
    std::vector<std::uint8_t> made(packet.wire_len());
    packet.emit(made);
    return made;
}

void walk_chunks(benchmark::State& state) {
    const auto octets = four_messages();
    for (auto _ : state) {
        benchmark::ClobberMemory();
        std::uint32_t sum = 0;
        const auto seen = sctp::view::parse(octets);
        for (const auto& chunk : seen->chunks()) {
            if (const auto data = chunk.as<sctp_data>())
                sum += data->transmission_sequence_number();
        }
        benchmark::DoNotOptimize(sum);
    }
}
BENCHMARK(walk_chunks)->Name("sctp_walk_4_data");

void find_payload(benchmark::State& state) {
    const auto octets = four_messages();
    for (auto _ : state) {
        benchmark::ClobberMemory();
        const auto seen = sctp::view::parse(octets);
        benchmark::DoNotOptimize(seen->next_selector());
        benchmark::DoNotOptimize(seen->payload().size());
    }
}
BENCHMARK(find_payload)->Name("sctp_payload");

void emit_data(benchmark::State& state) {
    std::array<std::uint8_t, 116> chunk{};
    std::array<std::uint8_t, 128> out{};
    for (auto _ : state) {
        benchmark::ClobberMemory();
        sctp_data{.user_data = message}.emit(chunk);
        sctp{.source_port = 1, .destination_port = 2, .chunks = chunk}.emit(out);
        benchmark::DoNotOptimize(out.data());
    }
}
BENCHMARK(emit_data)->Name("sctp_emit_data_100");

void verify(benchmark::State& state) {
    const auto octets = four_messages();
    for (auto _ : state) {
        benchmark::ClobberMemory();
        benchmark::DoNotOptimize(sctp::view::parse(octets)->checksum_verdict());
    }
}
BENCHMARK(verify)->Name("sctp_verify_476");

}  // namespace
}  // namespace sonde
