#include <algorithm>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/report/many.hpp>

#include "numbers.hpp"

namespace sonde::inline v0 {
namespace {

using detail::fixed_ms;
using detail::ink;
using detail::joined_ms;
using detail::painted;

constexpr unsigned echo_header_len = 8;   // octets, RFC 792
constexpr unsigned ipv4_header_len = 20;  // octets, without options

double ratio(std::uint64_t part, std::uint64_t whole) noexcept {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string percent(double share) { return fmt::format("{:.4g}%", share * 100.0); }

// "0:00:02".
std::string clock_text(nanoseconds time) {
    const auto s = std::chrono::duration_cast<std::chrono::seconds>(time).count();
    return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

// ", +1 duplicates": what is out of the ordinary.
std::string count_words(const probe_counts& counts) {
    std::string out;
    const auto add = [&out](std::uint64_t count, const char* words) {
        if (count != 0) out += fmt::format(", +{} {}", count, words);
    };
    add(counts.duplicates, "duplicates");
    add(counts.corrupted, "corrupted");
    add(counts.errors, "errors");
    add(counts.late, "late");
    add(counts.forged, "forged");
    add(counts.send_failed, "not sent");
    return out;
}

std::string rtt_words(const rtt_moments& rtt) {
    return "min/avg/max/mdev = " +
           joined_ms({rtt.min, rtt.mean(), rtt.max, rtt.standard_deviation()}) + " ms";
}

// One row of names: "1 address", "65,536 addresses" would need grouping; plain digits do.
std::string addresses(std::uint64_t count) {
    return fmt::format("{} address{}", count, count == 1 ? "" : "es");
}

std::string rate_words(double rate) {
    return rate == 0 ? std::string("as fast as they can be sent")
                     : fmt::format("{:.6g} a second", rate);
}

nanoseconds time_needed(const sweep_plan_facts& of) noexcept {
    const auto seconds = static_cast<double>(of.addresses) / of.rate;
    return nanoseconds(static_cast<nanoseconds::rep>(std::min(seconds, 1e9) * 1e9));
}

}  // namespace

std::string many_header(std::uint64_t targets, std::uint16_t payload_len) {
    return fmt::format("PING {} targets, {}({}) bytes of data.",
                       targets,
                       payload_len,
                       payload_len + echo_header_len + ipv4_header_len);
}

std::string target_line(const target_facts& of, std::size_t width, const text_options& options) {
    const target_summary& known = of.summary;
    const probe_counts& counts = known.counts;
    std::string out = fmt::format(
        "{:<{}} {}/{} answered", printable(of.target), width, counts.received, counts.sent);
    out += count_words(counts);
    if (counts.received + counts.lost != 0) {
        std::string loss = percent(known.loss()) + " loss";
        if (counts.lost != 0) loss = painted(std::move(loss), ink::red, options);
        out += ", " + loss;
    }
    if (known.rtt.count != 0) out += ", " + rtt_words(known.rtt);
    if (options.verbose && known.histogram.count() != 0) {
        out += fmt::format(", p50/p90/p99 = {} ms",
                           joined_ms({known.histogram.percentile(50),
                                      known.histogram.percentile(90),
                                      known.histogram.percentile(99)}));
    }
    return out;
}

std::string many_statistics(const many_facts& of, const text_options& options) {
    const probe_counts& counts = of.counts;
    std::string out = fmt::format("\n--- {} targets ping statistics ---\n", of.targets);
    out += fmt::format("{} of {} alive", of.alive, of.targets);
    if (of.failed != 0) out += fmt::format(", {} could not be tried", of.failed);
    out += fmt::format(", {} packets transmitted, {} received", counts.sent, counts.received);
    out += count_words(counts);
    if (counts.in_flight != 0) out += fmt::format(", {} in flight", counts.in_flight);
    const std::uint64_t judged = counts.received + counts.lost;
    if (judged != 0) {
        std::string loss = percent(ratio(counts.lost, judged)) + " packet loss";
        if (counts.lost != 0) loss = painted(std::move(loss), ink::red, options);
        out += ", " + loss;
    }
    const auto ms = std::chrono::round<std::chrono::milliseconds>(of.duration).count();
    out += fmt::format(", time {}ms\n", ms);
    if (of.rtt != nullptr && of.rtt->count() != 0) {
        const rtt_statistics& rtt = *of.rtt;
        out += "rtt min/avg/max/mdev = " +
               joined_ms({rtt.min(), rtt.mean(), rtt.max(), rtt.standard_deviation()}) + " ms";
        out += ", p50/p90/p99 = " +
               joined_ms({rtt.percentile(50), rtt.percentile(90), rtt.percentile(99)}) + " ms\n";
    }
    if (of.dropped_here != 0) {
        out += fmt::format("{} answers were dropped by this host, which had no room for them\n",
                           of.dropped_here);
    }
    if (of.events_dropped != 0) {
        out += fmt::format("{} events came too fast to be shown\n", of.events_dropped);
    }
    return out;
}

std::string verdict_line(const verdict_facts& of) {
    std::string out;
    if (!of.target.empty()) out += printable(of.target) + ": ";
    out += printable(of.condition);
    if (!of.values.empty()) out += fmt::format(" ({})", of.values);
    return out;
}

std::string sweep_plan_text(const sweep_plan_facts& of) {
    std::string out = "Echo requests of " + std::to_string(of.payload_len) + " octets to " +
                      addresses(of.addresses);
    if (of.v6_addresses != 0 && of.v6_addresses != of.addresses) {
        out += fmt::format(", {} of them IPv6", of.v6_addresses);
    }
    if (of.excluded != 0) out += fmt::format(" ({} left out)", of.excluded);
    out += ", " + rate_words(of.rate);
    if (of.tries > 1) out += fmt::format(", up to {} to each", of.tries);
    if (of.rate != 0) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time_needed(of));
        if (seconds.count() > 0) out += ", about " + clock_text(seconds) + " a pass";
    }
    out += ".\n";
    if (of.public_addresses != 0) {
        out += fmt::format("{} of them are in public networks: make sure that you may.\n",
                           of.public_addresses);
    }
    const auto ceiling = [](double rate) {
        return rate == 0 ? std::string("no ceiling") : fmt::format("at most {:.6g} a second", rate);
    };
    out += fmt::format(
        "To one host {}, to one network {}.\n", ceiling(of.per_host), ceiling(of.per_network));
    if (!of.carrier.empty()) {
        out += fmt::format("Carried by {}: {}.\n", of.carrier, printable(of.why));
    }
    return out;
}

std::string sweep_progress_line(const sweep_facts& of) {
    const sweep_progress& at = of.progress;
    const double seconds = static_cast<double>(at.elapsed.count()) / 1e9;
    const double rate = seconds > 0 ? static_cast<double>(at.counts.sent) / seconds : 0;
    std::string out =
        fmt::format("{:.0f}% {}/{}", ratio(at.position, at.size) * 100.0, at.position, at.size);
    if (at.pass > 1) out += fmt::format(" (pass {})", at.pass);
    out += fmt::format(", {:.0f}/s, {} answered", rate, at.answered);
    if (at.refused != 0) out += fmt::format(", {} refused", at.refused);
    if (at.counts.lost != 0) out += fmt::format(", {} lost", at.counts.lost);
    if (at.dropped_here != 0) out += fmt::format(", {} dropped here", at.dropped_here);
    if (at.left != nanoseconds{}) out += ", " + clock_text(at.left) + " left";
    return out;
}

std::string sweep_summary_text(const sweep_facts& of) {
    const sweep_progress& at = of.progress;
    const double seconds = static_cast<double>(at.elapsed.count()) / 1e9;
    std::string out = fmt::format("{} of {} answered", at.answered, addresses(at.size));
    if (at.refused != 0) out += fmt::format(", {} were refused by ICMP errors", at.refused);
    out += fmt::format("; {} probes in {:.3f} s", at.counts.sent, seconds);
    out += count_words(at.counts) + '\n';
    if (at.skipped != 0) {
        out += fmt::format("{} left out: broadcast, multicast, or of a family without a socket\n",
                           addresses(at.skipped));
    }
    if (of.rtt != nullptr && of.rtt->count() != 0) {
        out += "rtt min/avg/max = " + joined_ms({of.rtt->min(), of.rtt->mean(), of.rtt->max()}) +
               " ms, p50/p90/p99 = " +
               joined_ms({of.rtt->percentile(50), of.rtt->percentile(90), of.rtt->percentile(99)}) +
               " ms\n";
    }
    if (at.dropped_here != 0) {
        out += fmt::format(
            "{} answers were dropped by this host, which had no room for them: "
            "go slower, or try again\n",
            at.dropped_here);
    }
    return out;
}

}  // namespace sonde::inline v0
