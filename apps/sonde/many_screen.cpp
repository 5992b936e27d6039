#include "many_screen.hpp"

#include <algorithm>

#include <sonde/base/text.hpp>
#include <sonde/net/clock.hpp>
#include <sonde/net/interfaces.hpp>
#include <sonde/report/csv.hpp>
#include <sonde/report/json.hpp>

#include "run.hpp"

namespace sonde::cli {
namespace {

constexpr nanoseconds redraw_interval = std::chrono::milliseconds(500);

wall_time date_of(mono_time at) noexcept { return wall_now() - (mono_now() - at); }

bool uses_raw(const std::vector<port_facts>& ports) noexcept {
    return std::any_of(ports.begin(), ports.end(), [](const port_facts& each) { return each.raw; });
}

}  // namespace

std::string live_problem(const ping_settings& settings, const output& to) {
    if (settings.view != many_view::live) return {};
    if (!to.is_terminal()) return "--live needs a terminal as standard output";
    if (!settings.common.scenario.empty()) return "--live has nothing to show in virtual time";
    return {};
}

bool wants_table(const ping_settings& settings, std::size_t targets, const output& to) noexcept {
    if (settings.common.format != output_format::text || !settings.common.scenario.empty()) {
        return false;
    }
    if (settings.view == many_view::live) return true;
    return settings.view == many_view::automatic && targets > few_targets_max &&
           !settings.common.quiet && to.is_terminal();
}

many_screen::many_screen(const ping_settings& settings, channels to, const screen_subject& view)
    : settings_(settings),
      to_(to),
      names_(settings.common.numeric ? nullptr : view.names),
      has_dates_(view.has_dates),
      board_(view.board) {
    style_.color = wants_color(settings.common.color, to.out);
    style_.verbose = settings.common.verbose;
    style_.numeric = settings.common.numeric;
    style_.precise = settings.precise;
    style_.several = true;
    scratch_.options = settings.options;
    const bool table = wants_table(settings, view.targets, to.out);
    if (settings.common.format == output_format::text && view.targets <= few_targets_max) {
        few_.emplace(settings, to, view.names, view.has_dates);
    }
    if (table) terminal_ = std::make_unique<terminal_scope>(to.out);
    if (settings.common.format == output_format::csv) {
        to_.out.write(settings.common.quiet ? ping_summary_csv_header() : ping_event_csv_header());
    }
    if (settings.common.format == output_format::text && !few_ && !table) {
        to_.out.write(many_header(view.targets, settings.options.payload_len) + '\n');
    }
}

void many_screen::started(const many_ping_control& run) { raw_ = uses_raw(run.ports()); }

// As the kernel would choose it; unspecified where it is not known.
ip_address many_screen::source_towards(const ip_address& host) const {
    const auto& socket = settings_.options.socket;
    if (socket.source) return *socket.source;
    if (!has_dates_) return {};  // a simulated internet
    const auto route = look_up_route({.destination = host,
                                      .source = {},
                                      .interface = std::string(socket.interface.view()),
                                      .mark = socket.mark});
    return route ? route->source : ip_address();
}

nanoseconds many_screen::duration_of(std::size_t which, const many_ping_result& result) const {
    const bool has_ended = which < rows_.size() && rows_[which].ended != mono_time{};
    return has_ended ? rows_[which].ended - rows_[which].began : result.totals.duration;
}

ping_result many_screen::about(const many_ping_control& run, target_index which) const {
    ping_result made;
    made.target = run.text(which);
    made.address = run.summary(which).address;
    made.options = settings_.options;
    made.raw = raw_;
    made.source = source_towards(made.address);
    return made;
}

// The first event of a target: its address is known now.
many_screen::row& many_screen::know(const many_ping_control& run, target_index which) {
    if (rows_.size() <= which) rows_.resize(std::max<std::size_t>(run.size(), which + 1));
    row& at = rows_[which];
    if (at.known) return at;
    at.known = true;
    at.asks_names = !ip_address::parse(run.text(which)).has_value();
    if (few_ && !has_table()) {
        const ping_result whom = about(run, which);
        at.address = whom.address;
        few_->started(which, whom);
    } else {
        at.address = run.summary(which).address;
    }
    names_.note_zone(at.address);
    return at;
}

std::string many_screen::date(const probe_event& what) const {
    if (!settings_.time_stamps || !has_dates_) return {};
    return ping_time_stamp(date_of(what.at));
}

void many_screen::line_event(const many_ping_control& run, row& at, const probe_event& what) {
    const bool is_sent = what.kind == event_kind::sent;
    if (is_sent && settings_.outstanding && at.outstanding != 0) {
        to_.out.write(date(what) + ping_outstanding_line(at.outstanding) + " (for " +
                      printable(run.text(what.target)) + ")\n");
    }
    if (is_sent) at.outstanding = what.record.sequence;
    if (what.kind == event_kind::reply && what.record.sequence == at.outstanding) {
        at.outstanding = 0;
    }
    std::string line = ping_line(what, scratch_, names_.book(), style_);
    if (line.empty()) return;
    if (is_local_trouble(what)) return to_.err.write("sonde ping: " + line + '\n');
    if (settings_.audible && what.kind == event_kind::reply) line += '\a';
    to_.out.write(date(what) + line + '\n');
}

void many_screen::event(const many_ping_control& run, const probe_event& what) {
    if (what.target >= run.size()) return;  // of nobody: foreign answers, the end
    row& at = know(run, what.target);
    if (at.began == mono_time{}) at.began = what.at;
    if (what.kind == event_kind::target_finished) at.ended = what.at;
    if (has_table() || what.kind == event_kind::target_finished) return;
    if (few_) return few_->event(what.target, what);
    if (settings_.common.quiet || what.kind == event_kind::finished) return;
    if (what.kind == event_kind::reply) {
        names_.note_zone(what.record.reply.from);
        if (at.asks_names) names_.ask(what.record.reply.from);
    }
    scratch_.target = run.text(what.target);
    scratch_.address = at.address;
    buffer_.clear();
    switch (settings_.common.format) {
        case output_format::text:
            line_event(run, at, what);
            break;
        case output_format::csv:
            append_ping_event_csv(buffer_, what, scratch_, names_.book());
            break;
        case output_format::json:
            append_ping_event_json(buffer_,
                                   what,
                                   scratch_,
                                   names_.book(),
                                   has_dates_ ? std::optional(date_of(what.at)) : std::nullopt);
            break;
    }
    to_.out.write(buffer_);
}

void many_screen::failed(const many_ping_control& run, target_index which, const std::string& why) {
    worst_ = exit_trouble;
    if (has_table()) return;  // the table says it, and the end again
    complain(to_,
             "ping",
             settings_.common.format,
             {.kind = "cannot_start", .target = run.text(which), .text = why});
}

bool many_screen::progress(const many_ping_control& run) {
    if (!has_table()) return false;
    bool wants_end = false;
    bool changed = false;
    for (const char octet : terminal_->keys()) {
        const auto key = keys_.on_octet(octet);
        if (!key) continue;
        if (*key == 'q' || *key == 4) wants_end = true;  // 4: Ctrl-D
        changed |= table_.on_key(*key);
    }
    const mono_time now = mono_now();
    const terminal_size size = terminal_->size();
    changed |= size != drawn_size_;
    if (!changed && now - drawn_at_ < redraw_interval) return wants_end;
    drawn_at_ = now;
    drawn_size_ = size;
    const many_totals totals = run.totals();
    terminal_->draw(table_.frame(
        run.size(),
        [&](std::size_t i) {
            return live_row{.name = run.text(i),
                            .tally = i < board_.size() ? &board_[i] : nullptr,
                            .trouble = run.error(i)};
        },
        {.elapsed = totals.duration, .dropped_here = totals.dropped_here, .stopping = wants_end},
        {.width = size.width,
         .height = size.height,
         .color = style_.color,
         .unicode = speaks_utf8()}));
    return wants_end;
}

void many_screen::status(const many_ping_control& run) {
    if (has_table()) return;
    const probe_counts counts = run.totals().counts;
    const std::uint64_t judged = counts.received + counts.lost;
    to_.err.write(std::string("\r").append(std::to_string(counts.received)) + '/' +
                  std::to_string(counts.sent) + " packets to " + std::to_string(run.size()) +
                  " targets, " + std::to_string(judged == 0 ? 0 : counts.lost * 100 / judged) +
                  "% loss\n");
}

void many_screen::refuse(const std::string& target) {
    worst_ = exit_trouble;
    const std::string text = printable(target) +
                             ": a broadcast or multicast address, which many may answer: "
                             "--broadcast allows it";
    complain(to_,
             "ping",
             settings_.common.format,
             {.kind = "broadcast", .target = target, .text = text});
}

void many_screen::judge(const target_summary& of) noexcept {
    if (of.counts.sent == 0 && of.counts.send_failed > 0) {
        worst_ = exit_trouble;
    } else if (!of.is_alive()) {
        worst_ = std::max(worst_, exit_no_answer);
    }
}

void many_screen::finish_few(const many_ping_result& result) {
    for (std::size_t i = 0; i < result.targets.size(); ++i) {
        const auto one = result.targets[i];
        if (!one.result || i >= rows_.size() || !rows_[i].known) continue;
        ping_result made;
        made.target = one.target;
        made.address = one.result->address;
        made.options = settings_.options;
        made.raw = raw_;
        made.counts = one.result->counts;
        made.rtt = few_->rtt(i);
        made.duration = duration_of(i, result);
        few_->finished(i, made);
    }
}

many_facts many_screen::facts_of(const many_ping_result& result) const {
    many_facts made{.targets = result.targets.size(),
                    .counts = result.totals.counts,
                    .rtt = &result.rtt,
                    .dropped_here = result.totals.dropped_here,
                    .events_dropped = result.totals.events_dropped,
                    .duration = result.totals.duration};
    for (const auto& one : result.targets) {
        if (!one.result) {
            ++made.failed;
        } else if (one.result->is_alive()) {
            ++made.alive;
        }
    }
    return made;
}

void many_screen::finish_many(const many_ping_result& result) {
    const auto format = settings_.common.format;
    std::size_t width = 0;
    for (const auto& one : result.targets) width = std::max(width, printable(one.target).size());
    if (format == output_format::text) to_.out.write("\n");
    const bool few = result.targets.size() <= few_targets_max;
    for (std::size_t i = 0; i < result.targets.size(); ++i) {
        const auto one = result.targets[i];
        if (!one.result) continue;
        const target_facts facts{.target = one.target,
                                 .summary = *one.result,
                                 .raw = raw_,
                                 .source = few ? source_towards(one.result->address) : ip_address(),
                                 .duration = duration_of(i, result)};
        buffer_.clear();
        if (format == output_format::text) buffer_ = target_line(facts, width, style_) + '\n';
        if (format == output_format::json) {
            append_target_summary_json(buffer_, facts, names_.book());
        }
        if (format == output_format::csv && settings_.common.quiet) {
            append_target_summary_csv(buffer_, facts, names_.book());
        }
        to_.out.write(buffer_);
    }
    buffer_.clear();
    const many_facts all = facts_of(result);
    if (format == output_format::text) buffer_ = many_statistics(all, style_);
    if (format == output_format::json) append_ping_totals_json(buffer_, all);
    to_.out.write(buffer_);
}

void many_screen::finished(const many_ping_result& result) {
    const bool had_table = has_table();
    terminal_.reset();
    for (const auto& one : result.targets) {
        if (one.result && one.result->state == target_state::refused) {
            refuse(one.target);
        } else if (one.result) {
            judge(*one.result);
        }
        if (had_table && !one.error.empty()) {
            to_.err.write("sonde ping: " + printable(one.error) + '\n');
        }
    }
    if (few_ && !had_table) {
        finish_few(result);
    } else {
        finish_many(result);
    }
}

}  // namespace sonde::cli
