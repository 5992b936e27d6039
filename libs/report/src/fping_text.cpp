#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/report/fping_text.hpp>

namespace sonde::inline v0 {
namespace {

constexpr nanoseconds no_rtt{-1};

// What fping calls the codes of Destination Unreachable (RFC 792, RFC 1812 s5.2.7.1).
constexpr std::array<std::string_view, 16> unreachable_words{
    "ICMP Network Unreachable",
    "ICMP Host Unreachable",
    "ICMP Protocol Unreachable",
    "ICMP Port Unreachable",
    "ICMP Unreachable (Fragmentation Needed)",
    "ICMP Unreachable (Source Route Failed)",
    "ICMP Unreachable (Destination Network Unknown)",
    "ICMP Unreachable (Destination Host Unknown)",
    "ICMP Unreachable (Source Host Isolated)",
    "ICMP Unreachable (Communication with Network Prohibited)",
    "ICMP Unreachable (Communication with Host Prohibited)",
    "ICMP Unreachable (Network Unreachable For Type Of Service)",
    "ICMP Unreachable (Host Unreachable For Type Of Service)",
    "ICMP Unreachable (Communication Administratively Prohibited)",
    "ICMP Unreachable (Host Precedence Violation)",
    "ICMP Unreachable (Precedence cutoff in effect)",
};

// fping has words of its own for ICMPv4 only; for ICMPv6 these say what the types mean.
std::string error_words(const answer& reply) {
    const bool v6 = reply.from.is_v6();
    if (v6) {
        switch (reply.type) {
            case 1:
                return "ICMP Host Unreachable";
            case 2:
                return "ICMP Packet Too Big";
            case 3:
                return "ICMP Time Exceeded";
            case 4:
                return "ICMP Parameter Problem";
            default:
                return fmt::format("ICMP {}", reply.type);
        }
    }
    switch (reply.type) {
        case 3:
            return reply.code < unreachable_words.size()
                       ? std::string(unreachable_words[reply.code])
                       : "ICMP Unreachable (Invalid Code)";
        case 4:
            return "ICMP Source Quench";
        case 5:
            return "ICMP Redirect";
        case 11:
            return "ICMP Time Exceeded";
        case 12:
            return "ICMP Parameter Problem";
        default:
            return fmt::format("ICMP {}", reply.type);
    }
}

bool is_letter_or_digit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

double in_seconds(nanoseconds value) { return static_cast<double>(value.count()) / 1e9; }

std::uint64_t percent(std::uint64_t part, std::uint64_t whole) noexcept {
    return whole == 0 ? 0 : part * 100 / whole;
}

}  // namespace

std::string fping_ms(nanoseconds value) {
    const double ms = static_cast<double>(value.count()) / 1e6;
    if (ms < 0) return fmt::format("{:.2g}", ms);
    if (ms < 1) return fmt::format("{:.3f}", ms);
    if (ms < 10) return fmt::format("{:.2f}", ms);
    if (ms < 100) return fmt::format("{:.1f}", ms);
    if (ms < 1e6) return fmt::format("{:.0f}", ms);
    return fmt::format("{:.3e}", ms);
}

void fping_report::numbers::add(nanoseconds rtt) noexcept {
    min = received == 0 ? rtt : std::min(min, rtt);
    max = std::max(max, rtt);
    total += rtt;
    ++received;
}

// Which lines there are follows from the letters as fping lets them override each other.
fping_report::fping_report(const fping_style& style) : style_(style) {
    verbose_ = !style.quiet && !style.alive && !style.unreachable && style.enough == 0;
    if (style.counts) each_probe_ = verbose_;
    if (style.loops) each_probe_ = style.report_interval == nanoseconds{};
    if (style.counts || style.loops) verbose_ = style_.alive = style_.unreachable = false;
}

void fping_report::add_target(std::string_view given, std::string_view shown,
                              const ip_address& address) {
    row made{.name = std::string(given), .shown = printable(shown), .address = address};
    std::replace_if(
        made.name.begin(), made.name.end(), [](char c) { return !is_letter_or_digit(c); }, '_');
    width_ = std::max(width_, made.shown.size());
    targets_.push_back(std::move(made));
}

void fping_report::add_unknown(std::string_view given, std::string_view why) {
    ++unknown_;
    if (!style_.quiet) err_ += printable(given) + ": " + printable(why) + '\n';
}

void fping_report::settle(row& at, std::uint64_t sequence, nanoseconds rtt) {
    ++at.all.sent;
    ++at.interval.sent;
    if (style_.all_rtts && sequence > 0) {
        at.rtts.resize(std::max<std::size_t>(at.rtts.size(), sequence), no_rtt);
        at.rtts[sequence - 1] = rtt;
    }
    if (rtt == no_rtt) return;
    at.all.add(rtt);
    at.interval.add(rtt);
    total_.add(rtt);
}

void fping_report::on_event(const probe_event& event, wall_time at) {
    if (interrupted_ || event.target >= targets_.size()) return;
    row& whose = targets_[event.target];
    switch (event.kind) {
        case event_kind::sent:
            ++probes_;
            break;
        case event_kind::reply:
            on_reply(whose, event, at);
            break;
        case event_kind::timed_out:
            on_timeout(whose, event.record.sequence, at);
            break;
        case event_kind::send_failed:
            ++probes_;
            if (verbose_) {
                err_ += fmt::format("{}: error while sending ping: {}\n",
                                    whose.shown,
                                    std::generic_category().message(event.record.send_error));
            }
            settle(whose, event.record.sequence, no_rtt);
            break;
        default:
            break;
    }
}

void fping_report::on_icmp_error(const row& at, const answer& reply) {
    ++other_icmp_;
    if (style_.quiet) return;
    err_ += fmt::format("{} from {} for ICMP Echo sent to {}\n",
                        error_words(reply),
                        to_string(reply.from),
                        at.shown);
}

void fping_report::on_reply(row& at, const probe_event& event, wall_time when) {
    const answer& reply = event.record.reply;
    const std::uint64_t sequence = event.record.sequence;
    if (reply.kind == answer_kind::icmp_error) {
        on_icmp_error(at, reply);
        // A notice, as a redirect, does not end the wait.
        const bool ends_wait = event.record.state != probe_state::in_flight;
        if (event.what == reply_class::answered && ends_wait) on_timeout(at, sequence, when);
        return;
    }
    if (event.what == reply_class::late || event.what == reply_class::duplicate) ++replies_;
    const bool differs = !reply.from.same_host(at.address);
    const std::string other = differs ? fmt::format(" [<- {}]", to_string(reply.from)) : "";
    if (event.what == reply_class::duplicate && !each_probe_ && !style_.loops) {
        err_ += fmt::format("{} : duplicate for [{}], {} bytes, {} ms{}\n",
                            at.shown,
                            sequence - 1,
                            reply.message_len,
                            fping_ms(reply.rtt),
                            other);
    }
    if (event.what != reply_class::answered) return;
    ++replies_;
    settle(at, sequence, reply.rtt);
    if (at.all.received == 1) {
        ++alive_;
        if (verbose_ || style_.alive) {
            out_ += at.shown;
            if (verbose_) out_ += " is alive";
            if (style_.elapsed) out_ += fmt::format(" ({} ms)", fping_ms(reply.rtt));
            out_ += '\n';
            err_ += other;
        }
    }
    if (!each_probe_) return;
    if (style_.json) {
        out_ += "{\"resp\": {";
        write_date(when);
        out_ += "\"host\": ";
        append_json_string(out_, at.shown);
        out_ += fmt::format(", \"seq\": {}, \"size\": {}, \"rtt\": {}}}}}\n",
                            sequence - 1,
                            reply.message_len,
                            fping_ms(reply.rtt));
        return;
    }
    write_date(when);
    write_padded(out_, at);
    out_ +=
        fmt::format(" [{}], {} bytes, {} ms", sequence - 1, reply.message_len, fping_ms(reply.rtt));
    write_average(at);
    err_ += other;
}

void fping_report::on_timeout(row& at, std::uint64_t sequence, wall_time when) {
    ++timeouts_;
    settle(at, sequence, no_rtt);
    if (!each_probe_) return;
    if (style_.json) {
        out_ += "{\"timeout\": {";
        write_date(when);
        out_ += "\"host\": ";
        append_json_string(out_, at.shown);
        out_ += fmt::format(", \"seq\": {}}}}}\n", sequence - 1);
        return;
    }
    write_date(when);
    write_padded(out_, at);
    out_ += fmt::format(" [{}], timed out", sequence - 1);
    write_average(at);
}

void fping_report::write_date(wall_time when) {
    if (!style_.time_stamps) return;
    const std::string date = fmt::format("{:.5f}", in_seconds(when.time_since_epoch()));
    out_ += style_.json ? fmt::format("\"timestamp\": \"{}\", ", date) : fmt::format("[{}] ", date);
}

void fping_report::write_padded(std::string& out, const row& at) const {
    out += fmt::format("{:<{}} :", at.shown, width_);
}

// " (0.028 avg, 0% loss)" and the end of the line.
void fping_report::write_average(const row& at) {
    const numbers& all = at.all;
    const auto received = static_cast<nanoseconds::rep>(all.received);
    const std::string average = received == 0 ? "NaN" : fping_ms(all.total / received);
    out_ +=
        fmt::format(" ({} avg, {}% loss)\n", average, percent(all.sent - all.received, all.sent));
}

// " xmt/rcv/%loss = 2/2/0%, min/avg/max = 0.028/0.035/0.041" and the end of the line.
void fping_report::write_numbers(std::string& out, const numbers& what) const {
    const std::uint64_t lost = what.sent - what.received;
    out += fmt::format(
        " xmt/rcv/%loss = {}/{}/{}%", what.sent, what.received, percent(lost, what.sent));
    if (style_.outage) {
        const auto ms = static_cast<double>(lost) * in_seconds(style_.period) * 1e3;
        out += fmt::format(", outage(ms) = {}", static_cast<std::uint64_t>(ms));
    }
    if (what.received != 0) {
        const auto received = static_cast<nanoseconds::rep>(what.received);
        out += fmt::format(", min/avg/max = {}/{}/{}",
                           fping_ms(what.min),
                           fping_ms(what.total / received),
                           fping_ms(what.max));
    }
    out += '\n';
}

void fping_report::write_json_name(std::string_view kind, const row& at) {
    out_ += fmt::format("{{\"{}\": {{", kind);
    out_ += "\"host\": ";
    append_json_string(out_, at.shown);
    out_ += ", ";
}

void fping_report::write_json_numbers(const numbers& what) {
    const std::uint64_t lost = what.sent - what.received;
    out_ += fmt::format("\"xmt\": {}, \"rcv\": {}, \"loss\": {}",
                        what.sent,
                        what.received,
                        percent(lost, what.sent));
    if (style_.outage) {
        const auto ms = static_cast<double>(lost) * in_seconds(style_.period) * 1e3;
        out_ += fmt::format(", \"outage(ms)\": {}", static_cast<std::uint64_t>(ms));
    }
    if (what.received != 0) {
        const auto received = static_cast<nanoseconds::rep>(what.received);
        out_ += fmt::format(", \"rttMin\": {}, \"rttAvg\": {}, \"rttMax\": {}",
                            fping_ms(what.min),
                            fping_ms(what.total / received),
                            fping_ms(what.max));
    }
    out_ += "}}\n";
}

void fping_report::on_interval(wall_time at, std::string_view clock) {
    if (style_.netdata) return write_netdata();
    if (!style_.json) {
        if (verbose_ || each_probe_) err_ += '\n';
        err_ += fmt::format("[{}]\n", clock);
    }
    for (row& each : targets_) {
        if (style_.json) {
            const auto seconds =
                std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
            out_ += fmt::format("{{\"intSum\": {{\"time\": {}, \"host\": ", seconds);
            append_json_string(out_, each.shown);
            out_ += ", ";
            write_json_numbers(each.interval);
        } else {
            write_padded(err_, each);
            write_numbers(err_, each.interval);
        }
        each.interval = {};
    }
}

void fping_report::write_netdata() {
    const double seconds = in_seconds(style_.report_interval);
    const auto chart = [&](const row& at,
                           std::string_view what,
                           std::string_view title,
                           std::string_view unit,
                           std::string_view kind) {
        if (charts_told_) return false;
        out_ +=
            fmt::format("CHART fping.{}_{} '' 'FPing {} for host {}' {} '{}' fping.{} {} {:.0f}\n",
                        at.name,
                        what,
                        title,
                        at.shown,
                        unit,
                        at.shown,
                        what,
                        kind,
                        seconds);
        return true;
    };
    for (row& each : targets_) {
        const numbers& now = each.interval;
        if (chart(each, "packets", "Packets", "packets", "line 110020")) {
            out_ += "DIMENSION xmt sent absolute 1 1\nDIMENSION rcv received absolute 1 1\n";
        }
        out_ += fmt::format("BEGIN fping.{}_packets\nSET xmt = {}\nSET rcv = {}\nEND\n",
                            each.name,
                            now.sent,
                            now.received);
        if (chart(each, "quality", "Quality", "percentage", "area 110010")) {
            out_ += "DIMENSION returned '' absolute 1 1\n";
        }
        out_ += fmt::format("BEGIN fping.{}_quality\nSET returned = {}\nEND\n",
                            each.name,
                            percent(now.received, now.sent));
        if (chart(each, "latency", "Latency", "ms", "area 110000")) {
            out_ +=
                "DIMENSION min minimum absolute 1 1000000\n"
                "DIMENSION max maximum absolute 1 1000000\n"
                "DIMENSION avg average absolute 1 1000000\n";
        }
        out_ += fmt::format("BEGIN fping.{}_latency\n", each.name);
        if (now.received != 0) {
            out_ += fmt::format("SET min = {}\nSET avg = {}\nSET max = {}\n",
                                now.min.count(),
                                now.total.count() / static_cast<std::int64_t>(now.received),
                                now.max.count());
        }
        out_ += "END\n";
        each.interval = {};
    }
    charts_told_ = true;
}

// -C: " 91.7 37.0 29.2 - 36.8".
void fping_report::write_rtts(const row& at) {
    const std::size_t shown = std::min<std::size_t>(at.rtts.size(), at.all.sent);
    if (style_.json) {
        write_json_name("vSum", at);
        out_ += "\"values\": [";
        for (std::size_t i = 0; i < shown; ++i) {
            if (i > 0) out_ += ", ";
            out_ += at.rtts[i] == no_rtt ? "null" : fping_ms(at.rtts[i]);
        }
        out_ += "]}}\n";
        return;
    }
    write_padded(err_, at);
    for (std::size_t i = 0; i < shown; ++i) {
        err_ += at.rtts[i] == no_rtt ? " -" : ' ' + fping_ms(at.rtts[i]);
    }
    err_ += '\n';
}

void fping_report::write_summaries() {
    if (each_probe_ && !style_.json) err_ += '\n';
    for (const row& each : targets_) {
        if (style_.all_rtts) {
            write_rtts(each);
        } else if (style_.json) {
            write_json_name("summary", each);
            write_json_numbers(each.all);
        } else {
            write_padded(err_, each);
            write_numbers(err_, each.all);
        }
    }
}

void fping_report::finish(nanoseconds elapsed) {
    for (const row& each : targets_) {
        if (each.all.received > 0 || !(verbose_ || style_.unreachable)) continue;
        out_ += each.shown;
        if (verbose_) out_ += " is unreachable";
        out_ += '\n';
    }
    if (style_.counts || style_.loops) write_summaries();
    if (style_.statistics) {
        style_.json ? write_json_statistics(elapsed) : write_statistics(elapsed);
    }
    if (style_.enough == 0) return;
    out_ += fmt::format("{}nough hosts reachable (required: {}, reachable: {})\n",
                        has_enough() ? "E" : "Not e",
                        style_.enough,
                        alive_);
}

void fping_report::write_statistics(nanoseconds elapsed) {
    const auto line = [this](std::uint64_t count, std::string_view what) {
        err_ += fmt::format(" {:>7} {}\n", count, what);
    };
    err_ += '\n';
    line(targets_.size(), "targets");
    line(alive_, "alive");
    line(targets_.size() - alive_, "unreachable");
    line(unknown_, "unknown addresses");
    err_ += '\n';
    line(timeouts_, "timeouts (waiting for response)");
    line(probes_, "ICMP Echos sent");
    line(replies_, "ICMP Echo Replies received");
    line(other_icmp_, "other ICMP received");
    err_ += '\n';
    const auto count = static_cast<nanoseconds::rep>(std::max<std::uint64_t>(total_.received, 1));
    err_ += fmt::format(" {} ms (min round trip time)\n", fping_ms(total_.min));
    err_ += fmt::format(" {} ms (avg round trip time)\n", fping_ms(total_.total / count));
    err_ += fmt::format(" {} ms (max round trip time)\n", fping_ms(total_.max));
    err_ += fmt::format(" {:>12.3f} sec (elapsed real time)\n\n", in_seconds(elapsed));
}

void fping_report::write_json_statistics(nanoseconds elapsed) {
    const auto count = static_cast<nanoseconds::rep>(std::max<std::uint64_t>(total_.received, 1));
    out_ += fmt::format(
        "{{\"stats\": {{\"targets\": {}, \"alive\": {}, \"unreachable\": {}, "
        "\"unknownAddresses\": {}, \"timeouts\": {}, \"icmpEchosSent\": {}, "
        "\"icmpEchoRepliesReceived\": {}, \"otherIcmpReceived\": {}, ",
        targets_.size(),
        alive_,
        targets_.size() - alive_,
        unknown_,
        timeouts_,
        probes_,
        replies_,
        other_icmp_);
    out_ += fmt::format("\"rttMin\": {}, \"rttAvg\": {}, \"rttMax\": {}, \"elapsed\": {:.3f}}}}}\n",
                        fping_ms(total_.min),
                        fping_ms(total_.total / count),
                        fping_ms(total_.max),
                        in_seconds(elapsed));
}

std::string fping_report::take_out() { return std::exchange(out_, {}); }
std::string fping_report::take_err() { return std::exchange(err_, {}); }

bool fping_report::has_enough() const noexcept { return alive_ >= style_.enough; }

int fping_report::exit_code() const noexcept {
    if (style_.enough != 0) return has_enough() ? 0 : 1;
    if (unknown_ != 0) return 2;
    return alive_ == targets_.size() ? 0 : 1;
}

}  // namespace sonde::inline v0
