// Reading and writing captures of 100,000 frames, mean 370 octets, from a cached file: beside a
// loop that does the least a safe program must do, and beside libpcap where it is installed.

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <vector>

#include <benchmark/benchmark.h>
#ifdef SONDE_HAVE_PCAP
#include <pcap/pcap.h>
#endif

#include <sonde/capture/capture_file.hpp>
#include <sonde/capture/capture_writer.hpp>

#include "floor_capture.hpp"

namespace sonde {
namespace {

constexpr std::uint32_t frame_count = 100000;

/// Frames of 60 to 1514 octets with the two humps of real traffic.
const std::vector<std::uint32_t>& frame_lens() {
    static const std::vector<std::uint32_t> lens = [] {
        std::vector<std::uint32_t> made;
        std::uint64_t state = 1;
        for (std::uint32_t i = 0; i < frame_count; ++i) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            const auto drawn = static_cast<std::uint32_t>(state >> 33);
            made.push_back(drawn % 100 < 17 ? 1514 : 60 + drawn % 150);
        }
        return made;
    }();
    return lens;
}

const std::vector<std::uint8_t>& frame_octets() {
    static const std::vector<std::uint8_t> octets(1514, 0xa5);
    return octets;
}

record frame_at(std::uint32_t i) {
    return {.octets = bytes_view(frame_octets()).first(frame_lens()[i]),
            .time = wall_time(nanoseconds(1600000000000000000 + std::int64_t{i} * 1000)),
            .original_len = frame_lens()[i]};
}

/// The path of a file of that format, made once and removed at the end.
class bench_file {
  public:
    explicit bench_file(capture_format format) {
        std::array<char, 32> name{"/tmp/sonde_bench_XXXXXX"};
        ::close(::mkstemp(name.data()));
        path_ = name.data();
        auto out = capture_writer::create(path_, {.format = format}).value();
        for (std::uint32_t i = 0; i < frame_count; ++i) static_cast<void>(out.write(frame_at(i)));
        static_cast<void>(out.close());
    }
    bench_file(const bench_file&) = delete;
    bench_file& operator=(const bench_file&) = delete;
    ~bench_file() { ::unlink(path_.c_str()); }
    static const std::string& path(capture_format format) {
        static const bench_file pcap(capture_format::pcap);
        static const bench_file pcapng(capture_format::pcapng);
        return format == capture_format::pcap ? pcap.path_ : pcapng.path_;
    }

  private:
    std::string path_;
};

void report_packets(benchmark::State& state, std::uint64_t packets) {
    state.counters["per_packet"] = benchmark::Counter(
        static_cast<double>(packets), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void read_ours(benchmark::State& state, capture_format format) {
    const std::string& path = bench_file::path(format);
    std::uint64_t packets = 0;
    std::uint64_t sum = 0;
    for (auto _ : state) {
        auto file = capture_file::open(path).value();
        while (const record* r = file.next()) {
            sum += r->octets.size();
            ++packets;
        }
    }
    benchmark::DoNotOptimize(sum);
    report_packets(state, packets);
}
BENCHMARK_CAPTURE(read_ours, pcap, capture_format::pcap);
BENCHMARK_CAPTURE(read_ours, pcapng, capture_format::pcapng);

void read_floor(benchmark::State& state, capture_format format) {
    const std::string& path = bench_file::path(format);
    std::uint64_t packets = 0;
    std::uint64_t sum = 0;
    const auto count = [&](bytes_view frame) {
        sum += frame.size();
        ++packets;
    };
    for (auto _ : state) {
        if (format == capture_format::pcap)
            bench::floor_read_pcap(path, count);
        else
            bench::floor_read_pcapng(path, count);
    }
    benchmark::DoNotOptimize(sum);
    report_packets(state, packets);
}
BENCHMARK_CAPTURE(read_floor, pcap, capture_format::pcap);
BENCHMARK_CAPTURE(read_floor, pcapng, capture_format::pcapng);

void write_ours(benchmark::State& state, capture_format format) {
    const auto& lens = frame_lens();
    std::uint64_t packets = 0;
    for (auto _ : state) {
        auto out = capture_writer::create("/dev/null", {.format = format}).value();
        for (std::uint32_t i = 0; i < lens.size(); ++i) static_cast<void>(out.write(frame_at(i)));
        static_cast<void>(out.close());
        packets += lens.size();
    }
    report_packets(state, packets);
}
BENCHMARK_CAPTURE(write_ours, pcap, capture_format::pcap);
BENCHMARK_CAPTURE(write_ours, pcapng, capture_format::pcapng);

void write_floor(benchmark::State& state) {
    const auto& lens = frame_lens();
    std::uint64_t packets = 0;
    for (auto _ : state) {
        bench::floor_writer out("/dev/null");
        for (const std::uint32_t len : lens) out.write(bytes_view(frame_octets()).first(len));
        packets += lens.size();
    }
    report_packets(state, packets);
}
BENCHMARK(write_floor);

#ifdef SONDE_HAVE_PCAP
void read_libpcap(benchmark::State& state, capture_format format) {
    const std::string& path = bench_file::path(format);
    std::uint64_t packets = 0;
    std::uint64_t sum = 0;
    for (auto _ : state) {
        std::array<char, PCAP_ERRBUF_SIZE> error{};
        pcap_t* file = ::pcap_open_offline_with_tstamp_precision(
            path.c_str(), PCAP_TSTAMP_PRECISION_NANO, error.data());
        pcap_pkthdr* head = nullptr;
        const u_char* octets = nullptr;
        while (::pcap_next_ex(file, &head, &octets) == 1) {
            sum += head->caplen;
            ++packets;
        }
        ::pcap_close(file);
    }
    benchmark::DoNotOptimize(sum);
    report_packets(state, packets);
}
BENCHMARK_CAPTURE(read_libpcap, pcap, capture_format::pcap);
BENCHMARK_CAPTURE(read_libpcap, pcapng, capture_format::pcapng);

void write_libpcap(benchmark::State& state) {
    const auto& lens = frame_lens();
    std::uint64_t packets = 0;
    for (auto _ : state) {
        pcap_t* kind =
            ::pcap_open_dead_with_tstamp_precision(DLT_EN10MB, 65535, PCAP_TSTAMP_PRECISION_NANO);
        pcap_dumper_t* out = ::pcap_dump_open(kind, "/dev/null");
        for (const std::uint32_t len : lens) {
            pcap_pkthdr head{};
            head.caplen = len;
            head.len = len;
            ::pcap_dump(
                static_cast<u_char*>(static_cast<void*>(out)), &head, frame_octets().data());
            ++packets;
        }
        ::pcap_dump_close(out);
        ::pcap_close(kind);
    }
    report_packets(state, packets);
}
BENCHMARK(write_libpcap);
#endif

}  // namespace
}  // namespace sonde
