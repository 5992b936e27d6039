#include "ping_screen.hpp"

#include <algorithm>
#include <optional>

#include <sonde/net/clock.hpp>
#include <sonde/net/resolver.hpp>
#include <sonde/report/csv.hpp>
#include <sonde/report/json.hpp>

namespace sonde::cli {
namespace {

// The date of an event that happened a moment ago.
wall_time date_of(mono_time at) noexcept { return wall_now() - (mono_now() - at); }

}  // namespace

ping_screen::ping_screen(const ping_settings& settings, channels to, name_service* names,
                         bool has_dates)
    : settings_(settings),
      to_(to),
      names_(settings.common.numeric ? nullptr : names),
      has_dates_(has_dates) {
    style_.color = wants_color(settings.common.color, to.out);
    style_.verbose = settings.common.verbose;
    style_.numeric = settings.common.numeric;
    style_.precise = settings.precise;
    style_.several = settings.common.targets.size() > 1;
    if (settings.common.format != output_format::csv) return;
    to_.out.write(settings.common.quiet ? ping_summary_csv_header() : ping_event_csv_header());
}

void ping_screen::started(std::size_t index, const ping_result& about) {
    rows_.resize(std::max(rows_.size(), index + 1));
    row& at = rows_[index];
    at.about = about;
    names_.note_zone(about.address);
    names_.note_zone(about.source);
    // Whoever writes a number wants to see numbers, as ping has it.
    at.asks_names = !ip_address::parse(about.target).has_value();
    if (at.asks_names) names_.ask(about.address);
    if (settings_.common.format != output_format::text) return;
    to_.out.write(ping_header(about, names_.book()) + '\n');
}

std::string ping_screen::date(const probe_event& what) const {
    if (!settings_.time_stamps || !has_dates_) return {};
    return ping_time_stamp(date_of(what.at));
}

void ping_screen::flood_event(const probe_event& what) {
    if (what.kind == event_kind::sent) to_.out.write(".");
    const bool is_echo = what.kind == event_kind::reply && what.what == reply_class::answered &&
                         what.record.reply.kind == answer_kind::echo_reply;
    if (is_echo) to_.out.write("\b \b");
}

void ping_screen::text_event(row& at, const probe_event& what) {
    if (settings_.outstanding && what.kind == event_kind::sent && at.progress.outstanding() != 0) {
        to_.out.write(date(what) + ping_outstanding_line(at.progress.outstanding()) + '\n');
    }
    if (settings_.options.flood) flood_event(what);
    std::string line = ping_line(what, at.about, names_.book(), style_);
    if (line.empty()) return;
    if (is_local_trouble(what)) return to_.err.write("sonde ping: " + line + '\n');
    if (settings_.options.flood) return;
    if (settings_.audible && what.kind == event_kind::reply) line += '\a';
    to_.out.write(date(what) + line + '\n');
}

void ping_screen::event(std::size_t index, const probe_event& what) {
    row& at = rows_[index];
    if (what.kind == event_kind::reply) names_.note_zone(what.record.reply.from);
    if (what.kind == event_kind::reply && at.asks_names) names_.ask(what.record.reply.from);
    const auto format = settings_.common.format;
    if (!settings_.common.quiet) {
        buffer_.clear();
        if (format == output_format::text) text_event(at, what);
        if (format == output_format::csv && what.kind != event_kind::finished) {
            append_ping_event_csv(buffer_, what, at.about, names_.book());
        }
        if (format == output_format::json && what.kind != event_kind::finished) {
            const auto when = has_dates_ ? std::optional(date_of(what.at)) : std::nullopt;
            append_ping_event_json(buffer_, what, at.about, names_.book(), when);
        }
        to_.out.write(buffer_);
    }
    at.progress.on_event(what);
}

// As ping: any answer is good; with a count and a deadline as many as were asked for.
int ping_screen::judge(const ping_result& result) const noexcept {
    const probe_counts& counts = result.counts;
    if (counts.sent == 0 && counts.send_failed > 0) return exit_trouble;
    const auto& options = settings_.options;
    const std::uint64_t wanted = options.deadline && options.count ? *options.count : 1;
    return counts.received >= wanted ? exit_good : exit_no_answer;
}

void ping_screen::finished(std::size_t index, const ping_result& result) {
    row& at = rows_[index];
    buffer_.clear();
    switch (settings_.common.format) {
        case output_format::text:
            buffer_ = ping_statistics(result, at.progress, style_);
            break;
        case output_format::json:
            append_ping_summary_json(buffer_, result, names_.book());
            break;
        case output_format::csv:
            if (settings_.common.quiet) append_ping_summary_csv(buffer_, result, names_.book());
            break;
    }
    to_.out.write(buffer_);
    worst_ = std::max(worst_, judge(result));
}

void ping_screen::status() {
    for (const row& at : rows_) {
        std::string line = "\r";
        if (style_.several) line += names_.book().number(at.about.address) + ": ";
        to_.err.write(line + ping_status_line(at.progress) + '\n');
    }
}

}  // namespace sonde::cli
