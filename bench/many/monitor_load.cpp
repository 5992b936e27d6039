// Watches many addresses for a while and says what that took, one figure a line:
//
//     monitor_load PREFIX COUNT SECONDS [INTERVAL_MS [WORKERS]]
//
// COUNT addresses of PREFIX from its second on, one probe of each every INTERVAL_MS (1000). Exits 1
// when at any moment sent was not answered + lost + in flight, or probes are unaccounted for.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <sys/resource.h>
#include <vector>

#include <sonde/client/client.hpp>

namespace {

using namespace std::chrono_literals;

double cpu_seconds(int who) {
    rusage used{};
    ::getrusage(who, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

double most_memory_mb() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_maxrss) * 1024 / 1e6;
}

/// Looks ten times a second whether the numbers agree, and at the RTTs of one target.
class onlooker {
  public:
    explicit onlooker(sonde::target_index whom) : whom_(whom) {}

    void look(sonde::many_ping_control& run) {
        const auto now = run.totals().counts;
        ++looks;
        if (now.sent != now.received + now.lost + now.in_flight) ++disagreements;
        const auto target = run.summary(whom_);
        if (target.rtt.count == seen_) return;
        seen_ = target.rtt.count;
        rtts.push_back(target.rtt.last);
    }
    double median_us() {
        if (rtts.empty()) return 0;
        const auto middle = rtts.begin() + static_cast<std::ptrdiff_t>(rtts.size() / 2);
        std::nth_element(rtts.begin(), middle, rtts.end());
        return std::chrono::duration<double, std::micro>(*middle).count();
    }

    std::uint64_t looks = 0;
    std::uint64_t disagreements = 0;
    std::vector<sonde::nanoseconds> rtts{};

  private:
    sonde::target_index whom_;
    std::uint64_t seen_ = 0;
};

int print(const sonde::many_ping_result& result, onlooker& seen, double cpu) {
    const auto& counts = result.totals.counts;
    const double seconds = std::chrono::duration<double>(result.totals.duration).count();
    const auto line = [](const char* name, auto value) {
        std::printf("%s=%.10g\n", name, static_cast<double>(value));
    };
    line("targets", result.targets.size());
    line("seconds", seconds);
    line("sent", counts.sent);
    line("rate", static_cast<double>(counts.sent) / seconds);
    line("answered", counts.received);
    line("lost", counts.lost);
    line("late", counts.late);
    line("in_flight", counts.in_flight);
    line("send_failed", counts.send_failed);
    line("dropped_here", result.totals.dropped_here);
    line("send_waits", result.totals.send_waits);
    line("checks", seen.looks);
    line("disagreements", seen.disagreements);
    line("median_us", seen.median_us());
    line("cpu_seconds", cpu);
    line("memory_mb", most_memory_mb());
    line("workers", result.workers);
    const bool is_whole = counts.sent == counts.received + counts.lost + counts.in_flight;
    return is_whole && seen.disagreements == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try {
    const auto range = argc > 3 ? sonde::ip_range::parse(argv[1]) : std::nullopt;
    if (!range) {
        std::fprintf(stderr, "usage: monitor_load PREFIX COUNT SECONDS [INTERVAL_MS [WORKERS]]\n");
        return 2;
    }
    std::vector<sonde::target> targets;
    const std::uint64_t count = std::strtoull(argv[2], nullptr, 10);
    targets.reserve(count);
    for (std::uint64_t i = 1; i <= count; ++i) targets.emplace_back(range->at(i));

    sonde::client client({.workers = argc > 5 ? static_cast<unsigned>(std::atoi(argv[5])) : 0U});
    onlooker seen(count / 2);
    sonde::many_ping_observer watch;
    watch.progress_interval = 100ms;
    watch.progress = [&](sonde::many_ping_control& run) { seen.look(run); };
    const sonde::many_ping_options options{
        .count = {},
        .interval = std::chrono::milliseconds(argc > 4 ? std::atoi(argv[4]) : 1000),
        .deadline = std::chrono::seconds(std::atoi(argv[3]))};
    const double before = cpu_seconds(RUSAGE_SELF);
    const auto result = client.ping_all(targets, options, watch);
    return print(result, seen, cpu_seconds(RUSAGE_SELF) - before);
} catch (const sonde::error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
}
