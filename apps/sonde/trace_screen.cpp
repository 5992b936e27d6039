#include "trace_screen.hpp"

#include <algorithm>
#include <utility>

#include <sonde/base/text.hpp>
#include <sonde/report/csv.hpp>
#include <sonde/report/json.hpp>

namespace sonde::cli {
namespace {

// How long a settled hop is held back for the names of its routers.
constexpr nanoseconds name_grace = std::chrono::milliseconds(300);

bool is_answered(const probe_record& record) noexcept {
    return record.state == probe_state::answered;
}

bool is_settled(const hop& at, const trace_options& options) {
    const auto answered =
        static_cast<std::size_t>(std::count_if(at.probes.begin(), at.probes.end(), is_answered));
    if (answered >= options.probes_per_hop || (options.fast && answered > 0)) return true;
    const bool is_waiting = std::any_of(at.probes.begin(), at.probes.end(), [](const auto& each) {
        return each.state == probe_state::in_flight;
    });
    const std::size_t most = std::size_t{options.probes_per_hop} * (1U + options.retries);
    return !is_waiting && at.probes.size() >= most;
}

// The target, or a router that refuses: nothing comes after it.
bool ends_path(const hop& at, ip_family family) {
    const std::uint8_t exceeded = family == ip_family::v4 ? 11 : 3;  // RFC 792, RFC 4443 s3.3
    return std::any_of(at.probes.begin(), at.probes.end(), [exceeded](const auto& each) {
        return is_answered(each) &&
               (each.reply.kind != answer_kind::icmp_error || each.reply.type != exceeded);
    });
}

bool is_unsent(const std::optional<trace_result>& result) noexcept {
    return result && result->end == trace_end::send_failed;
}

}  // namespace

trace_screen::trace_screen(const trace_settings& settings, channels to, name_service* names,
                           std::size_t targets)
    : settings_(settings),
      to_(to),
      names_(settings.common.numeric ? nullptr : names),
      rows_(targets) {
    style_.color = wants_color(settings.common.color, to.out);
    style_.numeric = settings.common.numeric;
    style_.extensions = settings.extensions;
    if (settings.common.format == output_format::csv) to_.out.write(trace_csv_header());
}

void trace_screen::started(std::size_t index, const trace_result& about) {
    row& at = rows_[index];
    at.about = about;
    names_.note_zone(about.address);
    names_.note_zone(about.source);
    if (settings_.common.format != output_format::text) return;
    write(index, trace_header(about, names_.book()) + '\n');
}

void trace_screen::note(row& at, const probe_event& what) {
    const trace_options& options = at.about.options;
    const probe_record& record = what.record;
    if (what.kind == event_kind::finished || record.hop_limit < options.first_hop) return;
    const bool is_strange = what.what == reply_class::forged || what.what == reply_class::foreign;
    if (what.kind == event_kind::reply && is_strange) return;
    const std::size_t place = record.hop_limit - std::size_t{options.first_hop};
    at.hops.resize(std::max(at.hops.size(), place + 1));
    live_hop& live = at.hops[place];
    live.facts.hop_limit = record.hop_limit;
    auto& probes = live.facts.probes;
    const auto known = std::find_if(
        probes.begin(), probes.end(), [&](const auto& each) { return each.id == record.id; });
    if (known == probes.end()) {
        probes.push_back(record);
    } else if (what.kind != event_kind::reply || what.what == reply_class::answered ||
               what.what == reply_class::late) {
        *known = record;
    }
    if (what.kind == event_kind::reply && is_answered(record)) {
        names_.note_zone(record.reply.from);
        names_.ask(record.reply.from);
        if (what.what == reply_class::answered) live.facts.rtt.add(record.reply.rtt);
    }
    if (!live.settled_at && is_settled(live.facts, options)) live.settled_at = what.at;
}

void trace_screen::event(std::size_t index, const probe_event& what) {
    now_ = std::max(now_, what.at);
    note(rows_[index], what);
    advance(index, true);
    promote();
}

void trace_screen::finished(std::size_t index, const trace_result& result) {
    rows_[index].result = result;
    const bool is_reached = result.end == trace_end::reached;
    const bool is_trouble = result.end == trace_end::send_failed;
    worst_ = std::max(worst_, is_reached ? exit_good : is_trouble ? exit_trouble : exit_no_answer);
    advance(index, true);
    promote();
}

void trace_screen::failed(std::size_t index) {
    worst_ = exit_trouble;
    rows_[index].is_done = true;
    promote();
}

void trace_screen::name_came(const ip_address& address, const reverse_name& answer) {
    names_.note(address, answer);
    advance_all(true);
}

void trace_screen::end() {
    clear_waiting();
    advance_all(false);
}

// Whether a hop can be shown: it has settled, and its names are there or have had their time.
bool trace_screen::is_ready(row& at, const hop& next, bool is_patient) {
    if (!is_patient) return true;
    std::optional<mono_time> since;
    if (at.shown < at.hops.size()) since = at.hops[at.shown].settled_at;
    if (!since && !at.result) return false;
    if (since && now_ - *since > name_grace) return true;
    const auto addresses = next.addresses();
    return std::none_of(addresses.begin(), addresses.end(), [this](const ip_address& each) {
        return names_.is_pending(each);
    });
}

void trace_screen::advance(std::size_t index, bool is_patient) {
    row& at = rows_[index];
    while (!at.is_done) {
        // Once there is a result it is what counts; until then, what the events told.
        const std::size_t have = at.result ? at.result->hops.size() : at.hops.size();
        if (at.shown >= have || (at.has_ended && !at.result)) break;
        const hop& next = at.result ? at.result->hops[at.shown] : at.hops[at.shown].facts;
        if (!is_ready(at, next, is_patient)) return;
        show_hop(index, next);
        at.has_ended = at.has_ended || ends_path(next, at.about.address.family());
        ++at.shown;
    }
    if (at.result && !at.is_done) show_end(index);
}

void trace_screen::advance_all(bool is_patient) {
    for (std::size_t i = front_; i < rows_.size(); ++i) advance(i, is_patient);
    promote();
}

void trace_screen::promote() {
    while (front_ < rows_.size() && rows_[front_].is_done) {
        if (++front_ == rows_.size()) return;
        write(front_, std::exchange(rows_[front_].held, {}));
    }
}

void trace_screen::show_hop(std::size_t index, const hop& which) {
    const trace_result& about = rows_[index].about;
    std::string text;
    switch (settings_.common.format) {
        case output_format::text:
            if (settings_.common.quiet) return;
            if (is_unsent(rows_[index].result)) return;  // the ending says it in one sentence
            text = trace_hop_line(which, about, names_.book(), style_) + '\n';
            break;
        case output_format::json:
            append_trace_hop_json(text, which, about, names_.book());
            break;
        case output_format::csv:
            append_trace_hop_csv(text, which, about, names_.book());
            break;
    }
    write(index, text);
}

void trace_screen::show_end(std::size_t index) {
    row& at = rows_[index];
    std::string text;
    if (settings_.common.format == output_format::json) {
        append_trace_json(text, *at.result, names_.book());
    }
    if (settings_.common.format == output_format::text) {
        text = trace_ending(*at.result, names_.book());
        if (!text.empty()) text += '\n';
    }
    write(index, text);
    at.is_done = true;
}

void trace_screen::write(std::size_t index, const std::string& text) {
    if (index != front_) {
        rows_[index].held += text;
        return;
    }
    clear_waiting();
    to_.out.write(text);
}

void trace_screen::show_waiting() {
    if (front_ >= rows_.size() || rows_[front_].about.target.empty()) return;
    const row& at = rows_[front_];
    const std::size_t distance = at.about.options.first_hop + at.shown;
    const std::string text = "waiting for hop " + std::to_string(distance) + " of " +
                             printable(at.about.target) + " ...";
    is_waiting_shown_ = to_.err.is_terminal();
    to_.err.write(is_waiting_shown_ ? "\r\033[K" + text : text + '\n');
}

void trace_screen::clear_waiting() {
    if (std::exchange(is_waiting_shown_, false)) to_.err.write("\r\033[K");
}

}  // namespace sonde::cli
