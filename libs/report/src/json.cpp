#include <sonde/report/json.hpp>
#include <sonde/wire/network/icmp_extension_objects.hpp>

#include "json_parts.hpp"
#include "reply_facts.hpp"

namespace sonde::inline v0 {
namespace {

using detail::append_line;
using detail::json_writer;
using detail::unix_seconds;
using detail::word;
using detail::write_address;
using detail::write_answer;
using detail::write_counts;
using detail::write_rtt;

void write_name(json_writer& to, const ip_address& address, const address_book& book) {
    if (const std::string* name = book.name(address)) to.text("name", *name);
}

template <class Result>
void write_target(json_writer& to, const Result& about, const address_book& book) {
    to.text("target", about.target);
    to.text("address", book.number(about.address));
}

void write_quoted(json_writer& to, const quoted_ip& quoted) {
    to.number("hop_limit", quoted.hop_limit);
    to.number("traffic_class", quoted.traffic_class);
    to.number("total_len", quoted.total_len);
    if (quoted.source.is_v4()) to.number("identification", quoted.identification);
}

std::string hex(bytes_view octets) {
    return fmt::format("{:02x}", fmt::join(octets.begin(), octets.end(), ""));
}

void write_interface(json_writer& to, const icmp_interface_information& information) {
    to.text("role", to_string(information.role));
    if (information.if_index) to.number("index", *information.if_index);
    if (information.address) to.text("address", to_string(*information.address));
    if (information.name) to.text("name", information.name->text());
    if (information.mtu) to.number("mtu", *information.mtu);
}

// Class and type as they came; what is known about the object beside them.
void write_extension_object(json_writer& to, const icmp_extension_object& object) {
    to.number("class", static_cast<unsigned>(object.class_num()));
    to.number("c_type", object.c_type());
    if (const auto labels = mpls_label_stack::read(object)) {
        to.objects("mpls", *labels, [](json_writer& entry, const mpls_label& label) {
            entry.number("label", label.label);
            entry.number("traffic_class", label.traffic_class);
            entry.flag("bottom_of_stack", label.bottom_of_stack);
            entry.number("time_to_live", label.time_to_live);
        });
    } else if (const auto information = icmp_interface_information::read(object)) {
        to.object("interface", [&](json_writer& inner) { write_interface(inner, *information); });
    } else {
        to.text("payload", hex(object.payload()));
    }
}

void write_icmp(json_writer& to, const answer& reply, ip_family family) {
    to.number("icmp_type", reply.type);
    to.number("icmp_code", reply.code);
    if (reply.kind != answer_kind::icmp_error) return;
    to.text("text", detail::error_text(reply, family));
    to.flag("local", reply.local);
    if (reply.mtu != 0) to.number("mtu", reply.mtu);
    if (reply.pointer != 0) to.number("pointer", reply.pointer);
    if (!reply.gateway.is_unspecified()) to.text("gateway", to_string(reply.gateway));
}

void write_send_error(json_writer& to, const probe_record& record) {
    if (record.send_error != 0) to.text("send_error", detail::errno_text(record.send_error));
    if (record.send_mtu != 0) to.number("send_mtu", record.send_mtu);
}

void write_trace_probe(json_writer& to, const probe_record& record, const trace_result& about,
                       const address_book& book) {
    to.number("sequence", record.sequence);
    to.text("outcome", word(record.state));
    write_send_error(to, record);
    if (record.state != probe_state::answered) return;
    to.flag("late", record.was_late);
    to.number("duplicates", record.duplicates);
    to.text_if("annotation", trace_annotation(record.reply, about.address.family()));
    to.object("reply", [&](json_writer& inner) {
        write_answer(inner, record.reply, about.address.family(), book);
    });
}

}  // namespace

void detail::write_address(json_writer& to, std::string_view key, const ip_address& address,
                           const address_book& book) {
    if (!address.is_unspecified()) to.text(key, book.number(address));
}

void detail::write_answer(json_writer& to, const answer& reply, ip_family family,
                          const address_book& book) {
    to.text("kind", word(reply.kind));
    write_address(to, "from", reply.from, book);
    write_name(to, reply.from, book);
    const bool is_icmp =
        reply.kind == answer_kind::echo_reply || reply.kind == answer_kind::icmp_error;
    if (is_icmp) write_icmp(to, reply, family);
    to.milliseconds("rtt_ms", reply.rtt);
    to.milliseconds("rtt_user_ms", reply.rtt_user);
    to.text("sent_by", to_string(reply.sent_by));
    to.text("received_by", to_string(reply.received_by));
    to.number("message_len", reply.message_len);
    to.flag("verified", reply.verified);
    to.flag("reordered", reply.reordered);
    if (reply.hop_limit) to.number("hop_limit", *reply.hop_limit);
    if (reply.traffic_class) to.number("traffic_class", *reply.traffic_class);
    if (reply.quoted) {
        to.object("quoted", [&](json_writer& inner) { write_quoted(inner, *reply.quoted); });
    }
    const auto structure = icmp_extension::view::parse(reply.extension);
    if (structure) to.objects("extension", structure->objects(), write_extension_object);
}

void detail::write_rtt(json_writer& to, std::string_view key, const rtt_statistics& rtt) {
    if (rtt.count() == 0) return;
    to.object(key, [&](json_writer& inner) {
        inner.number("count", rtt.count());
        inner.milliseconds("min_ms", rtt.min());
        inner.milliseconds("avg_ms", rtt.mean());
        inner.milliseconds("max_ms", rtt.max());
        inner.milliseconds("mdev_ms", rtt.standard_deviation());
        inner.milliseconds("jitter_ms", rtt.jitter());
        inner.milliseconds("p50_ms", rtt.percentile(50));
        inner.milliseconds("p90_ms", rtt.percentile(90));
        inner.milliseconds("p99_ms", rtt.percentile(99));
    });
}

void detail::write_counts(json_writer& to, const probe_counts& counts) {
    to.object("counts", [&](json_writer& inner) {
        inner.number("sent", counts.sent);
        inner.number("received", counts.received);
        inner.number("lost", counts.lost);
        inner.number("in_flight", counts.in_flight);
        inner.number("errors", counts.errors);
        inner.number("late", counts.late);
        inner.number("send_failed", counts.send_failed);
        inner.number("duplicates", counts.duplicates);
        inner.number("reordered", counts.reordered);
        inner.number("corrupted", counts.corrupted);
        inner.number("forged", counts.forged);
        inner.number("foreign", counts.foreign);
    });
}

std::string detail::unix_seconds(wall_time at) {
    const auto ns = at.time_since_epoch().count();
    return fmt::format("{}.{:09}", ns / 1'000'000'000, ns % 1'000'000'000);
}

void append_ping_event_json(std::string& out, const probe_event& event, const ping_result& about,
                            const address_book& book, std::optional<wall_time> at) {
    append_line(out, "ping_event", [&](json_writer& line) {
        write_target(line, about, book);
        if (at) line.digits("unix_time", unix_seconds(*at));
        line.text("event", word(event.kind));
        const bool is_reply = event.kind == event_kind::reply;
        const bool ours =
            !is_reply || (event.what != reply_class::forged && event.what != reply_class::foreign);
        if (ours && event.kind != event_kind::finished) {
            line.number("sequence", event.record.sequence);
        }
        write_send_error(line, event.record);
        if (!is_reply) return;
        line.text("class", word(event.what));
        line.object("reply", [&](json_writer& inner) {
            write_answer(inner, event.record.reply, about.address.family(), book);
        });
    });
}

void append_ping_summary_json(std::string& out, const ping_result& result,
                              const address_book& book) {
    append_line(out, "ping_summary", [&](json_writer& line) {
        write_target(line, result, book);
        write_address(line, "source", result.source, book);
        line.text("socket", result.raw ? "raw" : "dgram");
        line.milliseconds("duration_ms", result.duration);
        line.flag("alive", result.is_alive());
        line.real("loss", result.loss());
        write_counts(line, result.counts);
        write_rtt(line, "rtt", result.rtt);
        write_rtt(line, "rtt_user", result.rtt_user);
    });
}

void append_trace_hop_json(std::string& out, const hop& at, const trace_result& about,
                           const address_book& book) {
    append_line(out, "trace_hop", [&](json_writer& line) {
        write_target(line, about, book);
        line.number("hop_limit", at.hop_limit);
        line.number("sent", at.sent());
        line.number("received", at.received());
        line.objects("addresses", at.addresses(), [&](json_writer& entry, const ip_address& from) {
            entry.text("address", book.number(from));
            write_name(entry, from, book);
        });
        line.objects("probes", at.probes, [&](json_writer& entry, const probe_record& record) {
            write_trace_probe(entry, record, about, book);
        });
        write_rtt(line, "rtt", at.rtt);
    });
}

void append_trace_json(std::string& out, const trace_result& result, const address_book& book) {
    append_line(out, "trace", [&](json_writer& line) {
        write_target(line, result, book);
        write_address(line, "source", result.source, book);
        line.text("method", word(result.options.method));
        line.text("socket", result.raw ? "raw" : "dgram");
        line.text("end", word(result.end));
        line.number("hops", result.hops.size());
        line.milliseconds("duration_ms", result.duration);
        write_counts(line, result.counts);
    });
}

void append_doctor_json(std::string& out, std::span<const doctor_check> checks) {
    append_line(out, "doctor", [&](json_writer& line) {
        line.objects("checks", checks, [](json_writer& entry, const doctor_check& check) {
            entry.text("name", check.name);
            entry.flag("allowed", check.allowed);
            entry.text("why", check.why);
            entry.text_if("remedy", check.remedy);
        });
    });
}

void append_error_json(std::string& out, const report_error& error) {
    append_line(out, "error", [&](json_writer& line) {
        line.text_if("target", error.target);
        line.text("kind", error.kind);
        line.text("text", error.text);
        line.number("exit_code", error.exit_code);
    });
}

}  // namespace sonde::inline v0
