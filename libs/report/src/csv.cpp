#include <sonde/base/text.hpp>
#include <sonde/report/csv.hpp>

#include "csv_row.hpp"
#include "numbers.hpp"
#include "reply_facts.hpp"

namespace sonde::inline v0 {
using detail::csv_row;
using detail::reply_cells;
using detail::word;
using detail::write_reply;

void detail::write_reply(csv_row& row, const answer& reply, ip_family family,
                         const address_book& book) {
    const std::string* name = book.name(reply.from);
    row.text(word(reply.kind)).text(book.number(reply.from));
    row.text(name == nullptr ? std::string{} : printable(*name));
    row.number(reply.type).number(reply.code);
    const bool is_error = reply.kind == answer_kind::icmp_error;
    row.text(is_error ? detail::error_text(reply, family) : std::string{});
    row.milliseconds(reply.rtt).milliseconds(reply.rtt_user);
    row.text(to_string(reply.sent_by)).text(to_string(reply.received_by));
    reply.hop_limit ? row.number(*reply.hop_limit) : row.none(1);
    row.number(reply.message_len);
}

std::string csv_cell(std::string_view text) {
    std::string out;
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != text.npos) out += '\'';
    out += text;
    if (out.find_first_of(",\"\r\n") == out.npos) return out;
    std::string quoted = "\"";
    for (const char c : out) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string_view ping_event_csv_header() noexcept {
    return "target,address,sequence,event,class,kind,from,name,icmp_type,icmp_code,text,rtt_ms,"
           "rtt_user_ms,sent_by,received_by,hop_limit,message_len\r\n";
}

void append_ping_event_csv(std::string& out, const probe_event& event, const ping_result& about,
                           const address_book& book) {
    csv_row row(out);
    row.text(printable(about.target)).text(book.number(about.address));
    row.number(event.record.sequence).text(word(event.kind));
    if (event.kind != event_kind::reply) {
        row.none(1 + reply_cells);
        return;
    }
    row.text(word(event.what));
    write_reply(row, event.record.reply, about.address.family(), book);
}

std::string_view ping_summary_csv_header() noexcept {
    return "target,address,source,sent,received,lost,loss,errors,late,send_failed,duplicates,"
           "reordered,corrupted,forged,foreign,min_ms,avg_ms,max_ms,mdev_ms,jitter_ms,p50_ms,"
           "p90_ms,p99_ms,duration_ms\r\n";
}

void append_ping_summary_csv(std::string& out, const ping_result& result,
                             const address_book& book) {
    const probe_counts& counts = result.counts;
    const rtt_statistics& rtt = result.rtt;
    csv_row row(out);
    row.text(printable(result.target))
        .text(book.number(result.address))
        .text(book.number(result.source));
    row.number(counts.sent).number(counts.received).number(counts.lost);
    row.text(fmt::format("{}", result.loss()));
    row.number(counts.errors).number(counts.late).number(counts.send_failed);
    row.number(counts.duplicates).number(counts.reordered).number(counts.corrupted);
    row.number(counts.forged).number(counts.foreign);
    if (rtt.count() == 0) {
        row.none(8);
    } else {
        for (const auto value : {rtt.min(), rtt.mean(), rtt.max(), rtt.standard_deviation()}) {
            row.milliseconds(value);
        }
        row.milliseconds(rtt.jitter());
        for (const double rank : {50.0, 90.0, 99.0}) row.milliseconds(rtt.percentile(rank));
    }
    row.milliseconds(result.duration);
}

std::string_view trace_csv_header() noexcept {
    return "target,address,hop_limit,sequence,outcome,annotation,extension,kind,from,name,"
           "icmp_type,icmp_code,text,rtt_ms,rtt_user_ms,sent_by,received_by,reply_hop_limit,"
           "message_len\r\n";
}

void append_trace_hop_csv(std::string& out, const hop& at, const trace_result& about,
                          const address_book& book) {
    for (const probe_record& record : at.probes) {
        csv_row row(out);
        row.text(printable(about.target)).text(book.number(about.address));
        row.number(at.hop_limit).number(record.sequence).text(word(record.state));
        if (record.state != probe_state::answered) {
            row.none(2 + reply_cells);
            continue;
        }
        row.text(trace_annotation(record.reply, about.address.family()));
        row.text(detail::extension_text(record.reply.extension));
        write_reply(row, record.reply, about.address.family(), book);
    }
}

}  // namespace sonde::inline v0
