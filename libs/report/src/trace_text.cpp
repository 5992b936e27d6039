#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/report/text.hpp>

#include "numbers.hpp"
#include "reply_facts.hpp"

namespace sonde::inline v0 {
namespace {

using detail::ink;
using detail::painted;

constexpr unsigned tcp_header_len = 20;  // octets, without options
constexpr unsigned udp_header_len = 8;   // octets; ICMP echo has as many

unsigned packet_len(const trace_result& about) noexcept {
    const unsigned ip_header_len = about.address.is_v4() ? 20 : 40;
    if (about.options.method == probe_method::tcp) return ip_header_len + tcp_header_len;
    return ip_header_len + udp_header_len + about.options.payload_len;
}

bool is_answered(const probe_record& record) noexcept {
    return record.state == probe_state::answered;
}

// How many asterisks a hop's line gets: a probe that was sent again and then answered shows once.
std::size_t silent_places(const hop& at, const trace_result& about) {
    const auto answered =
        static_cast<std::size_t>(std::count_if(at.probes.begin(), at.probes.end(), is_answered));
    const std::size_t places =
        std::min<std::size_t>(about.options.probes_per_hop, at.probes.size());
    return places - std::min(places, answered);
}

std::string router(const answer& reply, const address_book& book, const text_options& options) {
    const std::string number = book.number(reply.from);
    std::string out = " " + number;
    if (!options.numeric) {
        const std::string* name = book.name(reply.from);
        out = fmt::format(" {} ({})", name == nullptr ? number : printable(*name), number);
    }
    if (options.extensions) {
        const std::string objects = detail::extension_text(reply.extension);
        if (!objects.empty()) out += " <" + objects + '>';
    }
    return out;
}

struct last_answer {
    std::uint8_t hop_limit = 0;
    const answer* reply = nullptr;
};

last_answer last_of(const trace_result& result) noexcept {
    for (auto at = result.hops.rbegin(); at != result.hops.rend(); ++at) {
        for (auto record = at->probes.rbegin(); record != at->probes.rend(); ++record) {
            if (is_answered(*record)) return {at->hop_limit, &record->reply};
        }
    }
    return {};
}

// Who said that the target cannot be reached.
last_answer refusal_of(const trace_result& result) {
    for (const hop& at : result.hops) {
        for (const probe_record& record : at.probes) {
            if (!is_answered(record)) continue;
            if (!trace_annotation(record.reply, result.address.family()).empty()) {
                return {at.hop_limit, &record.reply};
            }
        }
    }
    return last_of(result);
}

std::string send_error_text(const trace_result& result) {
    for (const hop& at : result.hops) {
        for (const probe_record& record : at.probes) {
            if (record.send_error == 0) continue;
            std::string text = ": " + detail::errno_text(record.send_error);
            if (record.send_mtu != 0) text += fmt::format(", mtu={}", record.send_mtu);
            return text;
        }
    }
    return {};
}

}  // namespace

std::string trace_header(const trace_result& about, const address_book& book) {
    return fmt::format("traceroute to {} ({}), {} hops max, {} byte packets",
                       printable(about.target),
                       book.number(about.address),
                       about.options.max_hops,
                       packet_len(about));
}

std::string trace_hop_line(const hop& at, const trace_result& about, const address_book& book,
                           const text_options& options) {
    std::string out = fmt::format("{:>2} ", at.hop_limit);
    std::size_t silent = silent_places(at, about);
    std::optional<ip_address> shown;
    for (const probe_record& record : at.probes) {
        if (!is_answered(record)) {
            if (silent == 0) continue;
            --silent;
            out += painted(" *", ink::dim, options);
            continue;
        }
        const answer& reply = record.reply;
        if (shown != reply.from) out += router(reply, book, options);
        shown = reply.from;
        out += "  " + detail::fixed_ms(reply.rtt) + " ms";
        const std::string note = trace_annotation(reply, about.address.family());
        if (!note.empty()) out += painted(" " + note, ink::red, options);
    }
    return out;
}

std::string trace_ending(const trace_result& result, const address_book& book) {
    const std::string who = printable(result.target);
    switch (result.end) {
        case trace_end::reached:
            return {};
        case trace_end::unreachable: {
            const last_answer by = refusal_of(result);
            if (by.reply == nullptr) return who + " cannot be reached";
            return fmt::format("{} cannot be reached: {} says {} at hop {}",
                               who,
                               book.name_and_number(by.reply->from),
                               detail::error_text(*by.reply, result.address.family()),
                               by.hop_limit);
        }
        case trace_end::send_failed:
            return "nothing could be sent to " + who + send_error_text(result);
        case trace_end::max_hops:
        case trace_end::stopped:
            break;
    }
    const last_answer last = last_of(result);
    std::string out =
        result.end == trace_end::stopped
            ? fmt::format("stopped before {} was reached", who)
            : fmt::format("{} was not reached within {} hops", who, result.options.max_hops);
    if (last.reply == nullptr) return out + "; nobody answered";
    return out + fmt::format("; the last to answer was {} at hop {}",
                             book.name_and_number(last.reply->from),
                             last.hop_limit);
}

}  // namespace sonde::inline v0
