// Every record of the DNS messages of captures made by others, in cache: names judged and measured,
// types, classes and times to live read. Then the same with the text of every name, and writing.
// Without the captures the benchmarks say that they were skipped.

#include <array>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <sonde/testing/corpus.hpp>
#include <sonde/wire/application/dns_writer.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde {
namespace {

constexpr std::size_t ethernet_len = 14;
constexpr std::size_t messages_wanted = 20000;  // a few MB: what the floor's "small" mix holds

// DNS over UDP over IPv4 over Ethernet, the shape that the floor program reads.
void collect(const std::string& capture, std::vector<std::vector<std::uint8_t>>& into) {
    for (const auto& frame : testing::read_capture(capture)) {
        if (frame.link_type != 1 || frame.octets.size() < ethernet_len) continue;
        if (be16_at(frame.octets, 12) != 0x0800) continue;
        const auto ip = ipv4::view::parse(bytes_view(frame.octets).subspan(ethernet_len));
        if (!ip || ip->fragment_offset() != 0 || ip->protocol() != ip_protocol::udp) continue;
        const auto datagram = udp::view::parse(ip->payload());
        if (!datagram) continue;
        if (datagram->source_port() != 53 && datagram->destination_port() != 53) continue;
        const auto message = dns::view::parse(datagram->data());
        if (!message || message->records().error()) continue;
        into.emplace_back(message->octets().begin(), message->octets().end());
    }
}

const std::vector<std::vector<std::uint8_t>>& messages() {
    static const auto all = [] {
        std::vector<std::vector<std::uint8_t>> found;
        for (const auto& name : testing::list_captures("dns")) collect(name, found);
        std::vector<std::vector<std::uint8_t>> many;
        while (!found.empty() && many.size() < messages_wanted) {
            many.push_back(found[many.size() * 7919 % found.size()]);
        }
        return many;
    }();
    return all;
}

bool skip_without_captures(benchmark::State& state) {
    if (!messages().empty()) return false;
    state.SkipWithError("captures absent: set SONDE_CORPUS to the folder that holds captures/");
    return true;
}

void per_message(benchmark::State& state, std::size_t records) {
    const auto rounds = static_cast<double>(state.iterations());
    state.counters["records"] =
        static_cast<double>(records) / (rounds * static_cast<double>(messages().size()));
    state.counters["message"] =
        benchmark::Counter(rounds * static_cast<double>(messages().size()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void dns_walk_every_record(benchmark::State& state) {
    if (skip_without_captures(state)) return;
    std::size_t records = 0;
    for (auto _ : state) {
        std::uint64_t sum = 0;
        for (const auto& octets : messages()) {
            const auto seen = dns::view::parse(octets);
            if (!seen) continue;
            for (const dns_record& record : seen->records()) {
                ++records;
                sum += record.name().wire_len();
                sum += static_cast<std::uint16_t>(record.type());
                sum += record.time_to_live();
            }
        }
        benchmark::DoNotOptimize(sum);
    }
    per_message(state, records);
}
BENCHMARK(dns_walk_every_record);

void dns_walk_and_text_of_names(benchmark::State& state) {
    if (skip_without_captures(state)) return;
    std::size_t records = 0;
    std::array<char, dns_name::text_len_max> room{};
    for (auto _ : state) {
        std::uint64_t sum = 0;
        for (const auto& octets : messages()) {
            const auto seen = dns::view::parse(octets);
            if (!seen) continue;
            for (const dns_record& record : seen->records()) {
                ++records;
                sum += record.name().text(room).size();
                sum += static_cast<std::uint16_t>(record.type());
                sum += record.time_to_live();
            }
        }
        benchmark::DoNotOptimize(sum);
    }
    per_message(state, records);
}
BENCHMARK(dns_walk_and_text_of_names);

void dns_write_a_question(benchmark::State& state) {
    const auto name = dns_owned_name::from_text("www.example.com");
    std::array<std::uint8_t, 512> room{};
    std::uint16_t identifier = 0;
    for (auto _ : state) {
        dns_writer out(room, {.identifier = ++identifier, .recursion_desired = true});
        out.question(name->name(), dns_type::aaaa);
        out.add_edns({});
        benchmark::DoNotOptimize(out.finish().data());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(dns_write_a_question);

}  // namespace
}  // namespace sonde
