// sweep_loop packet|xdp|xdp-driver|socket: what port_loop does, by the client: one probe to each
// address of TARGETS, as fast as they go, with matching, cookies and statistics, and nobody who
// wants to be told of each answer.
//
// In scripts/many_lab, which sets TARGETS. Exits 1 when an address did not answer.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <sys/resource.h>

#include <sonde/client/client.hpp>

namespace {

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

sonde::client_options read(std::string_view mode) {
    sonde::client_options made{.workers = 1, .carrier = sonde::port_kind::xdp};
    if (mode == "packet") made.carrier = sonde::port_kind::packet_ring;
    if (mode == "socket") made.carrier = sonde::port_kind::socket;
    made.xdp = mode == "xdp-driver" ? sonde::xdp_mode::driver : sonde::xdp_mode::generic;
    return made;
}

}  // namespace

int main(int argc, char** argv) try {
    const char* given = std::getenv("TARGETS");  // NOLINT(concurrency-mt-unsafe): one thread
    const auto range = sonde::ip_range::parse(given == nullptr ? "" : given);
    sonde::address_set targets;
    if (argc < 2 || !range || !targets.add(*range)) {
        std::fprintf(stderr, "sweep_loop packet|xdp|xdp-driver|socket, in scripts/many_lab\n");
        return 2;
    }
    sonde::client client(read(argv[1]));
    const double cpu = cpu_seconds();
    const auto result =
        client.sweep(targets, {.rate = 0, .ceilings = {.per_network = 0}, .payload_len = 24});
    const auto& done = result.progress;
    const auto answered = static_cast<double>(done.answered);
    std::printf("%-14s sent %llu replies %llu drops %llu  %.0f round trips/s  %.2f us CPU each\n",
                argv[1],
                static_cast<unsigned long long>(done.counts.sent),
                static_cast<unsigned long long>(done.answered),
                static_cast<unsigned long long>(done.dropped_here),
                answered / std::chrono::duration<double>(done.elapsed).count(),
                (cpu_seconds() - cpu) * 1e6 / answered);
    return done.answered == targets.size() ? 0 : 1;
} catch (const sonde::error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
}
