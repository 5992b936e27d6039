/// Objects and rows of runs over many targets.
#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/report/csv.hpp>
#include <sonde/report/many.hpp>

#include "csv_row.hpp"
#include "json_parts.hpp"
#include "reply_facts.hpp"

namespace sonde::inline v0 {
namespace {

using detail::append_line;
using detail::csv_row;
using detail::json_writer;
using detail::word;
using detail::write_counts;
using detail::write_rtt;

constexpr double ns_per_second = 1e9;

void write_percentiles(json_writer& to, const latency_histogram& histogram) {
    if (histogram.count() == 0) return;
    to.milliseconds("p50_ms", histogram.percentile(50));
    to.milliseconds("p90_ms", histogram.percentile(90));
    to.milliseconds("p99_ms", histogram.percentile(99));
}

void write_moments(json_writer& to, std::string_view key, const rtt_moments& rtt,
                   const latency_histogram& histogram) {
    if (rtt.count == 0) return;
    to.object(key, [&](json_writer& inner) {
        inner.number("count", rtt.count);
        inner.milliseconds("min_ms", rtt.min);
        inner.milliseconds("avg_ms", rtt.mean());
        inner.milliseconds("max_ms", rtt.max);
        inner.milliseconds("mdev_ms", rtt.standard_deviation());
        inner.milliseconds("jitter_ms", rtt.jitter());
        write_percentiles(inner, histogram);
    });
}

double loss_of(const probe_counts& counts) noexcept {
    const std::uint64_t judged = counts.received + counts.lost;
    return judged == 0 ? 0.0 : static_cast<double>(counts.lost) / static_cast<double>(judged);
}

std::string_view word_of(target_state state) noexcept {
    switch (state) {
        case target_state::waiting:
            return "waiting";
        case target_state::under_way:
            return "under_way";
        case target_state::done:
            return "done";
        case target_state::removed:
            return "removed";
        case target_state::no_channel:
            return "no_channel";
        case target_state::refused:
            return "refused";
    }
    return "unknown";
}

void write_last_error(json_writer& to, const target_summary& of, const address_book& book) {
    if (of.counts.errors == 0) return;
    to.object("last_error", [&](json_writer& inner) {
        inner.text("from", book.number(of.last_from));
        inner.number("icmp_type", of.last_type);
        inner.number("icmp_code", of.last_code);
        answer reply;
        reply.kind = answer_kind::icmp_error;
        reply.from = of.last_from;
        reply.type = of.last_type;
        reply.code = of.last_code;
        inner.text("text", detail::error_text(reply, of.address.family()));
    });
}

void write_progress(json_writer& to, const sweep_facts& of) {
    const sweep_progress& at = of.progress;
    to.number("addresses", at.size);
    to.number("skipped", at.skipped);
    to.number("position", at.position);
    to.number("settled", at.settled);
    to.number("pass", at.pass);
    to.number("answered", at.answered);
    to.number("refused", at.refused);
    to.number("dropped_here", at.dropped_here);
    to.milliseconds("elapsed_ms", at.elapsed);
    write_counts(to, at.counts);
}

}  // namespace

void append_target_summary_json(std::string& out, const target_facts& of,
                                const address_book& book) {
    const target_summary& known = of.summary;
    append_line(out, "ping_summary", [&](json_writer& line) {
        line.text("target", of.target);
        line.text("address", book.number(known.address));
        detail::write_address(line, "source", of.source, book);
        line.text("socket", of.raw ? "raw" : "dgram");
        if (of.duration != nanoseconds{}) line.milliseconds("duration_ms", of.duration);
        line.text("state", word_of(known.state));
        line.flag("alive", known.is_alive());
        line.real("loss", known.loss());
        write_counts(line, known.counts);
        write_moments(line, "rtt", known.rtt, known.histogram);
        write_moments(line, "rtt_user", known.rtt_user, {});
        write_last_error(line, known, book);
    });
}

void append_ping_totals_json(std::string& out, const many_facts& of) {
    append_line(out, "ping_totals", [&](json_writer& line) {
        line.number("targets", of.targets);
        line.number("alive_targets", of.alive);
        line.number("failed_targets", of.failed);
        line.milliseconds("duration_ms", of.duration);
        line.real("loss", loss_of(of.counts));
        line.number("dropped_here", of.dropped_here);
        line.number("events_dropped", of.events_dropped);
        write_counts(line, of.counts);
        if (of.rtt != nullptr) write_rtt(line, "rtt", *of.rtt);
    });
}

void append_target_summary_csv(std::string& out, const target_facts& of, const address_book& book) {
    const target_summary& known = of.summary;
    const probe_counts& counts = known.counts;
    const rtt_moments& rtt = known.rtt;
    csv_row row(out);
    row.text(printable(of.target)).text(book.number(known.address));
    of.source.is_unspecified() ? row.none(1) : row.text(book.number(of.source));
    row.number(counts.sent).number(counts.received).number(counts.lost);
    row.text(fmt::format("{}", known.loss()));
    row.number(counts.errors).number(counts.late).number(counts.send_failed);
    row.number(counts.duplicates).number(counts.reordered).number(counts.corrupted);
    row.number(counts.forged).number(counts.foreign);
    if (rtt.count == 0) {
        row.none(5);
    } else {
        for (const auto value : {rtt.min, rtt.mean(), rtt.max, rtt.standard_deviation()}) {
            row.milliseconds(value);
        }
        row.milliseconds(rtt.jitter());
    }
    for (const double rank : {50.0, 90.0, 99.0}) {
        known.histogram.count() == 0 ? row.none(1)
                                     : row.milliseconds(known.histogram.percentile(rank));
    }
    of.duration == nanoseconds{} ? row.none(1) : row.milliseconds(of.duration);
}

void append_verdict_json(std::string& out, const verdict_facts& of) {
    append_line(out, "verdict", [&](json_writer& line) {
        line.text("option", of.option);
        line.text("condition", of.condition);
        line.text_if("target", of.target);
        line.text_if("values", of.values);
    });
}

void append_sweep_answer_json(std::string& out, const probe_event& event, const ip_address& address,
                              const address_book& book, std::optional<wall_time> at) {
    append_line(out, "sweep_answer", [&](json_writer& line) {
        line.text("address", book.number(address));
        if (at) line.digits("unix_time", detail::unix_seconds(*at));
        line.text("class", word(event.what));
        line.object("reply", [&](json_writer& inner) {
            detail::write_answer(inner, event.record.reply, address.family(), book);
        });
    });
}

void append_sweep_progress_json(std::string& out, const sweep_facts& of) {
    append_line(out, "sweep_progress", [&](json_writer& line) {
        write_progress(line, of);
        const double seconds = static_cast<double>(of.progress.elapsed.count()) / ns_per_second;
        if (seconds > 0) {
            line.real("rate", static_cast<double>(of.progress.counts.sent) / seconds);
        }
        if (of.progress.left != nanoseconds{}) line.milliseconds("left_ms", of.progress.left);
    });
}

void append_sweep_summary_json(std::string& out, const sweep_facts& of) {
    append_line(out, "sweep_summary", [&](json_writer& line) {
        line.number("seed", of.seed);
        line.flag("interrupted", of.interrupted);
        write_progress(line, of);
        if (of.rtt != nullptr) write_rtt(line, "rtt", *of.rtt);
    });
}

std::string_view sweep_csv_header() noexcept {
    return "address,class,kind,from,name,icmp_type,icmp_code,text,rtt_ms,rtt_user_ms,sent_by,"
           "received_by,hop_limit,message_len\r\n";
}

void append_sweep_answer_csv(std::string& out, const probe_event& event, const ip_address& address,
                             const address_book& book) {
    csv_row row(out);
    row.text(book.number(address)).text(word(event.what));
    detail::write_reply(row, event.record.reply, address.family(), book);
}

}  // namespace sonde::inline v0
