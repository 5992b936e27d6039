#include <algorithm>
#include <limits>
#include <ostream>

#include <fmt/format.h>

#include <sonde/report/print.hpp>
#include <sonde/report/text.hpp>

#include "numbers.hpp"
#include "reply_facts.hpp"

namespace sonde::inline v0 {
namespace {

const address_book no_names{};
constexpr text_options numeric{.verbose = true, .numeric = true};

// The events that a result's records stand for, in the order of sending.
ping_progress progress_of(const ping_result& result) {
    ping_progress made;
    for (const probe_record& record : result.records) {
        if (record.state == probe_state::send_failed) continue;
        made.on_event({.kind = event_kind::sent, .at = record.sent_at, .record = record});
        if (record.state != probe_state::answered) continue;
        const auto what = record.was_late ? reply_class::late : reply_class::answered;
        made.on_event({.kind = event_kind::reply, .what = what, .record = record});
    }
    return made;
}

// A hop alone does not know its trace: its own probes say the family and how many there were.
trace_result trace_around(const hop& at) {
    trace_result made;
    made.options.probes_per_hop = static_cast<std::uint8_t>(
        std::min<std::size_t>(at.probes.size(), std::numeric_limits<std::uint8_t>::max()));
    const auto addresses = at.addresses();
    if (!addresses.empty()) made.address = addresses.front();
    return made;
}

}  // namespace

std::string to_string(const hop& at) {
    return trace_hop_line(at, trace_around(at), no_names, numeric);
}

std::string to_string(const ping_result& result) {
    std::string out = ping_header(result, no_names) + '\n' +
                      ping_statistics(result, progress_of(result), numeric).substr(1);
    while (out.ends_with('\n')) out.pop_back();
    return out;
}

std::string to_string(const trace_result& result) {
    std::string out = trace_header(result, no_names);
    for (const hop& at : result.hops) {
        out += '\n' + trace_hop_line(at, result, no_names, numeric);
    }
    const std::string ending = trace_ending(result, no_names);
    return ending.empty() ? out : out + '\n' + ending;
}

std::string to_string(const probe_record& record) {
    const std::string number = fmt::format("#{} ", record.sequence);
    const answer& reply = record.reply;
    switch (record.state) {
        case probe_state::in_flight:
            return number + "in flight";
        case probe_state::timed_out:
            return number + "timed out";
        case probe_state::send_failed:
            return number + "not sent: " + detail::errno_text(record.send_error);
        case probe_state::answered:
            break;
    }
    std::string out = number + to_string(reply.from) + ' ';
    if (reply.kind == answer_kind::icmp_error) {
        return out + detail::error_text(reply, reply.from.family());
    }
    out += detail::fixed_ms(reply.rtt) + " ms";
    return record.was_late ? out + " (late)" : out;
}

std::ostream& operator<<(std::ostream& out, const hop& at) { return out << to_string(at); }
std::ostream& operator<<(std::ostream& out, const ping_result& result) {
    return out << to_string(result);
}
std::ostream& operator<<(std::ostream& out, const trace_result& result) {
    return out << to_string(result);
}
std::ostream& operator<<(std::ostream& out, const probe_record& record) {
    return out << to_string(record);
}

}  // namespace sonde::inline v0
