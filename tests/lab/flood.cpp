// flood send IF COUNT [RATE [THREADS]]: frames of 60 octets, as fast as they go or at a rate.
// flood receive IF [BUFFER]: counts them until nothing comes for half a second (ten at first).
// flood file PATH COUNT: the same frames as a pcap file.
// flood first SENDING RECEIVING-NAMESPACE RECEIVING: how long single frames take to be delivered.
//
// For scripts/measure_flood.sh. Each prints one line of JSON.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sched.h>
#include <string>
#include <thread>
#include <unistd.h>

#include <sonde/capture/capture_writer.hpp>
#include <sonde/capture/link.hpp>
#include <sonde/capture/live_capture.hpp>

namespace {

using namespace std::chrono_literals;

// To everybody, from a locally administered address, EtherType 0x88b5 (IEEE 802, for experiments).
const std::vector<std::uint8_t>& frame() {
    static const std::vector<std::uint8_t> made = [] {
        std::vector<std::uint8_t> octets(60);
        std::fill_n(octets.begin(), 6, std::uint8_t{0xff});
        octets[6] = 0x02;
        sonde::put_be16_at(octets, 12, 0x88b5);
        return octets;
    }();
    return made;
}

int fail(const sonde::live_error& error) {
    std::fprintf(stderr, "flood: %s\n", describe(error).c_str());
    return 1;
}

struct share {
    sonde::send_counts counts{};
    std::optional<sonde::live_error> error{};
};

share send_share(const std::string& interface, std::uint64_t count, double rate) {
    auto out = sonde::packet_link::open(interface);
    if (!out) return {{}, out.error()};
    // Each frame has its number, so that the floods compared do the same work and a little more.
    const auto done = out->inject({.frame = frame(), .count = count, .rate = rate},
                                  [](std::uint64_t number, sonde::bytes_mut octets) {
                                      sonde::put_be64_at(octets, 14, number);
                                      return octets.size();
                                  });
    if (!done) return {{}, done.error()};
    return {*done, done->first_failure};
}

int send(const std::string& interface, std::uint64_t count, double rate, unsigned threads) {
    std::vector<share> shares(threads);
    const auto begun = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> running;
        for (unsigned i = 0; i < threads; ++i) {
            running.emplace_back(
                [&, i] { shares[i] = send_share(interface, count / threads, rate / threads); });
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    sonde::send_counts all;
    for (const share& one : shares) {
        if (one.error) return fail(*one.error);
        all.sent += one.counts.sent;
        all.failed += one.counts.failed;
        all.waits += one.counts.waits;
    }
    std::printf("{\"sent\":%lu,\"failed\":%lu,\"waits\":%lu,\"seconds\":%.4f,\"rate\":%.0f}\n",
                all.sent,
                all.failed,
                all.waits,
                took.count(),
                static_cast<double>(all.sent) / took.count());
    return 0;
}

int write_file(const std::string& path, std::uint64_t count) {
    auto out = sonde::capture_writer::create(
        path, {.format = sonde::capture_format::pcap, .nanoseconds = false});
    if (!out) return 1;
    for (std::uint64_t i = 0; i < count; ++i) {
        static_cast<void>(out->write(frame(), sonde::wall_time(std::chrono::microseconds(i))));
    }
    return out->close() ? 0 : 1;
}

// The socket of a capture stays in the namespace in which it was opened.
sonde::live_result<sonde::live_capture> open_in(const std::string& space,
                                                const std::string& interface) {
    const int here = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    const int there = ::open(("/run/netns/" + space).c_str(), O_RDONLY | O_CLOEXEC);
    ::setns(there, CLONE_NEWNET);
    auto made = sonde::live_capture::open(interface, {.filter = "ether proto 0x88b5"});
    ::setns(here, CLONE_NEWNET);
    ::close(there);
    ::close(here);
    return made;
}

int measure_first(const std::string& interface, const std::string& space,
                  const std::string& receiving) {
    auto out = sonde::packet_link::open(interface);
    if (!out) return fail(out.error());
    std::vector<double> took;
    for (int i = 0; i < 300; ++i) {
        // Each is the first packet of its capture.
        auto capture = open_in(space, receiving);
        if (!capture) return fail(capture.error());
        const auto begun = std::chrono::steady_clock::now();
        if (auto sent = out->send(sonde::bytes_view(frame())); !sent) return fail(sent.error());
        const auto got = capture->next(1s);
        if (!got) return fail(got.error());
        if (*got == nullptr) return 1;
        const std::chrono::duration<double, std::micro> us =
            std::chrono::steady_clock::now() - begun;
        took.push_back(us.count());
    }
    std::sort(took.begin(), took.end());
    std::printf("{\"first_us_median\":%.0f,\"first_us_p99\":%.0f,\"first_us_max\":%.0f}\n",
                took[150],
                took[297],
                took[299]);
    return 0;
}

int receive(const std::string& interface, std::uint32_t buffer_len) {
    auto capture = sonde::live_capture::open(
        interface, {.filter = "ether proto 0x88b5", .buffer_len = buffer_len});
    if (!capture) return fail(capture.error());
    std::fprintf(stderr, "ready\n");
    std::uint64_t octets = 0;
    auto got = capture->next(10s);
    while (got && *got != nullptr) {
        octets += (*got)->captured_len();
        got = capture->next(500ms);
    }
    if (!got) return fail(got.error());
    const auto counts = capture->counts();
    if (!counts) return fail(counts.error());
    std::printf("{\"received\":%lu,\"dropped\":%lu,\"seen\":%lu,\"freezes\":%lu,\"octets\":%lu}\n",
                counts->delivered,
                counts->dropped,
                counts->seen,
                counts->freezes,
                octets);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string verb = argc > 2 ? argv[1] : "";
    if (verb == "send" && argc > 3) {
        return send(argv[2],
                    std::strtoull(argv[3], nullptr, 10),
                    argc > 4 ? std::atof(argv[4]) : 0,
                    argc > 5 ? static_cast<unsigned>(std::atoi(argv[5])) : 1);
    }
    if (verb == "receive") {
        return receive(argv[2],
                       argc > 3 ? static_cast<std::uint32_t>(std::atoi(argv[3])) : 67108864);
    }
    if (verb == "file" && argc > 3) return write_file(argv[2], std::strtoull(argv[3], nullptr, 10));
    if (verb == "first" && argc > 4) return measure_first(argv[2], argv[3], argv[4]);
    std::fprintf(stderr,
                 "flood send IF COUNT [RATE [THREADS]] | flood receive IF [BUFFER] | flood file "
                 "PATH COUNT | flood first IF NAMESPACE IF\n");
    return 2;
}
