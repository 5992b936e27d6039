#include <algorithm>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/report/text.hpp>

#include "numbers.hpp"
#include "reply_facts.hpp"

namespace sonde::inline v0 {
namespace {

using detail::fixed_ms;
using detail::ink;
using detail::joined_ms;
using detail::painted;

constexpr unsigned echo_header_len = 8;   // octets, RFC 792
constexpr unsigned ipv4_header_len = 20;  // octets, without options

// "64 bytes from gate.example (192.0.2.1): icmp_seq=1 ttl=64 time=0.015 ms".
std::string echo_line(const probe_record& record, const std::string& from,
                      const text_options& options) {
    const answer& reply = record.reply;
    std::string out =
        fmt::format("{} bytes from {}: icmp_seq={}", reply.message_len, from, record.sequence);
    if (reply.hop_limit) out += fmt::format(" ttl={}", *reply.hop_limit);
    const std::string ms = options.precise ? fixed_ms(reply.rtt) : detail::ping_ms(reply.rtt);
    return out + " time=" + ms + " ms";
}

std::string remarks(const probe_event& event, const ping_result& about,
                    const text_options& options) {
    const answer& reply = event.record.reply;
    std::string out;
    if (event.what == reply_class::duplicate) out += " (DUP!)";
    if (event.what == reply_class::corrupted) out += " (BAD CHECKSUM!)";
    if (event.what == reply_class::late) out += " (late)";
    if (reply.reordered) out += " (reordered)";
    const bool many_answer = about.address.is_multicast() || about.options.socket.broadcast;
    if (!many_answer && !reply.from.same_host(about.address)) out += " (DIFFERENT ADDRESS!)";
    return painted(out, ink::yellow, options);
}

std::string error_line(const probe_event& event, const ping_result& about, const std::string& from,
                       const text_options& options) {
    const answer& reply = event.record.reply;
    const std::string what = detail::error_text(reply, about.address.family());
    if (is_local_trouble(event)) {
        return fmt::format("local error: message too long, mtu={}", reply.mtu);
    }
    std::string out = fmt::format("From {} icmp_seq={} {}", from, event.record.sequence, what);
    if (event.what == reply_class::late) out += " (late)";
    if (options.several) out += " (for " + printable(about.target) + ')';
    return painted(out, ink::red, options);
}

// Packets that are none of ours.
std::string stranger_line(const probe_event& event, const std::string& from,
                          const text_options& options) {
    const bool forged = event.what == reply_class::forged;
    if (!forged && !options.verbose) return {};
    return painted(
        fmt::format("{} bytes from {}: {}",
                    event.record.reply.message_len,
                    from,
                    forged ? "forged: claims to be our answer, without our cookie (FORGED!)"
                           : "for somebody else"),
        forged ? ink::red : ink::dim,
        options);
}

std::string send_failed_line(const probe_record& record, const ping_result& about,
                             const text_options& options) {
    std::string out = fmt::format("icmp_seq={} not sent", record.sequence);
    if (options.several) out += " to " + printable(about.target);
    if (record.send_mtu != 0) {  // ping's words first
        out = fmt::format("local error: message too long, mtu={} ({})", record.send_mtu, out);
        return painted(out, ink::red, options);
    }
    return painted(out + ": " + detail::errno_text(record.send_error), ink::red, options);
}

// ", +1 duplicates", in ping's words where ping has one.
std::string count_words(const probe_counts& counts, const text_options& options) {
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
    if (counts.reordered != 0) out += fmt::format(", {} reordered", counts.reordered);
    if (counts.in_flight != 0) out += fmt::format(", {} in flight", counts.in_flight);
    if (options.verbose && counts.foreign != 0) out += fmt::format(", {} foreign", counts.foreign);
    return out;
}

// "rtt min/avg/max/mdev = ... ms, pipe 3, ipg/ewma 0.007/0.003 ms".
std::string rtt_line(const ping_result& result, const ping_progress& progress) {
    std::string out;
    const auto comma = [&out] { return out.empty() ? "" : ", "; };
    const rtt_statistics& rtt = result.rtt;
    if (rtt.count() != 0) {
        out += "rtt min/avg/max/mdev = " +
               joined_ms({rtt.min(), rtt.mean(), rtt.max(), rtt.standard_deviation()}) + " ms";
    }
    if (progress.pipe() > 1) out += fmt::format("{}pipe {}", comma(), progress.pipe());
    const bool back_to_back =
        result.options.flood || result.options.adaptive || result.options.interval.count() == 0;
    if (back_to_back && rtt.count() != 0 && progress.sent() > 1) {
        const auto gaps = static_cast<nanoseconds::rep>(progress.sent() - 1);
        out += fmt::format("{}ipg/ewma {} ms",
                           comma(),
                           joined_ms({progress.sending_time() / gaps, progress.ewma()}));
    }
    return out;
}

std::string verbose_lines(const ping_result& result, const ping_progress& progress) {
    const rtt_statistics& rtt = result.rtt;
    if (rtt.count() == 0) return {};
    const std::string percentiles =
        joined_ms({rtt.percentile(50), rtt.percentile(90), rtt.percentile(99)});
    return fmt::format("rtt p50/p90/p99 = {} ms, jitter {} ms, stamps: sent {}, received {}\n",
                       percentiles,
                       fixed_ms(rtt.jitter()),
                       progress.sent_by(),
                       progress.received_by());
}

// What ping writes for a loss: six digits at most ("%g").
std::string percent(double ratio) { return fmt::format("{:.6g}", ratio * 100.0); }

}  // namespace

std::string ping_header(const ping_result& about, const address_book& book) {
    const unsigned payload_len = about.options.payload_len;
    std::string out =
        fmt::format("PING {} ({})", printable(about.target), book.number(about.address));
    const std::string_view interface = about.options.socket.interface.view();
    if (about.options.socket.source || !interface.empty()) {
        out += fmt::format(" from {} {}:", book.number(about.source), printable(interface));
    }
    if (about.address.is_v6()) return out + fmt::format(" {} data bytes", payload_len);
    return out + fmt::format(" {}({}) bytes of data.",
                             payload_len,
                             payload_len + echo_header_len + ipv4_header_len);
}

std::string ping_line(const probe_event& event, const ping_result& about, const address_book& book,
                      const text_options& options) {
    const probe_record& record = event.record;
    if (event.kind == event_kind::send_failed) return send_failed_line(record, about, options);
    if (event.kind != event_kind::reply) return {};
    const ip_address& source = record.reply.from;
    const std::string from = options.numeric ? book.number(source) : book.name_and_number(source);
    if (event.what == reply_class::forged || event.what == reply_class::foreign) {
        return stranger_line(event, from, options);
    }
    if (record.reply.kind == answer_kind::icmp_error) {
        return error_line(event, about, from, options);
    }
    return echo_line(record, from, options) + remarks(event, about, options);
}

bool is_local_trouble(const probe_event& event) noexcept {
    if (event.kind == event_kind::send_failed) return true;
    return event.kind == event_kind::reply && event.record.reply.local &&
           event.record.reply.mtu != 0;
}

std::string ping_outstanding_line(std::uint64_t sequence) {
    return fmt::format("no answer yet for icmp_seq={}", sequence);
}

std::string ping_time_stamp(wall_time at) {
    const auto us =
        std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
    return fmt::format("[{}.{:06}] ", us / 1'000'000, us % 1'000'000);
}

std::string ping_statistics(const ping_result& result, const ping_progress& progress,
                            const text_options& options) {
    const probe_counts& counts = result.counts;
    std::string out = fmt::format("\n--- {} ping statistics ---\n", printable(result.target));
    out += fmt::format("{} packets transmitted, {} received", counts.sent, counts.received);
    out += count_words(counts, options);
    if (counts.sent != 0) {
        const auto ms = std::chrono::round<std::chrono::milliseconds>(result.duration).count();
        std::string loss = percent(result.loss()) + "% packet loss";
        if (counts.lost != 0) loss = painted(std::move(loss), ink::red, options);
        out += fmt::format(", {}, time {}ms", loss, ms);
    }
    out += '\n' + rtt_line(result, progress) + '\n';
    if (options.verbose) out += verbose_lines(result, progress);
    return out;
}

std::string ping_status_line(const ping_progress& progress) {
    const std::uint64_t lost = progress.sent() - std::min(progress.sent(), progress.received());
    const std::uint64_t loss = progress.sent() == 0 ? 0 : lost * 100 / progress.sent();
    std::string out =
        fmt::format("{}/{} packets, {}% loss", progress.received(), progress.sent(), loss);
    if (progress.received() == 0) return out;
    const rtt_statistics& rtt = progress.rtt();
    return out + ", min/avg/ewma/max = " +
           joined_ms({rtt.min(), rtt.mean(), progress.ewma(), rtt.max()}) + " ms";
}

}  // namespace sonde::inline v0
