#include "condition_watch.hpp"

#include <algorithm>

#include <sonde/report/many.hpp>

namespace sonde::cli {
namespace {

constexpr nanoseconds judge_interval = std::chrono::milliseconds(100);
constexpr std::size_t cheap_targets = 64;  // so many may be judged at every event

// Whether a target can be judged otherwise after this event.
bool settles(const probe_event& event) noexcept {
    return event.kind == event_kind::reply || event.kind == event_kind::timed_out ||
           event.kind == event_kind::sent;
}

}  // namespace

void tally_board::grow(std::size_t count) {
    while (tallies_.size() < count) tallies_.emplace_back(keeps_histograms_);
}

void tally_board::on_event(const probe_event& event) {
    if (event.target == no_target) return;
    grow(event.target + 1);
    tallies_[event.target].on_event(event);
}

bool condition_watch::is_over(const tally_board& board, const probe_event& event) {
    if (!conditions_.until || !settles(event) || event.target >= board.size()) return false;
    if (!conditions_.until->is_about_all()) {
        return conditions_.until->is_true(board[event.target].facts());
    }
    const bool is_costly = board.size() > cheap_targets;
    if (is_costly && judged_at_ && event.at - *judged_at_ < judge_interval) return false;
    judged_at_ = event.at;
    return conditions_.until
        ->first_true(board.size(), [&](std::size_t i) { return board[i].facts(); })
        .has_value();
}

bool condition_watch::is_over(const condition_facts& facts) const {
    return conditions_.until && conditions_.until->is_true(facts);
}

int condition_watch::judge(std::size_t count, const condition::lookup& facts,
                           const name_lookup& name, int code) {
    if (!conditions_.fail_if) return code;
    const auto which = conditions_.fail_if->first_true(count, facts);
    if (!which) return code;
    const std::string target = name(*which);
    const std::string values = conditions_.fail_if->values(facts(*which));
    const verdict_facts why{.option = "fail-if",
                            .condition = conditions_.fail_if->text(),
                            .target = target,
                            .values = values};
    to_.err.write("sonde " + std::string(command_) + ": failed: " + verdict_line(why) + '\n');
    if (format_ == output_format::json) {
        std::string line;
        append_verdict_json(line, why);
        to_.out.write(line);
    }
    return std::max(code, exit_no_answer);
}

int condition_watch::judge(const tally_board& board, const name_lookup& name, int code) {
    return judge(board.size(), [&](std::size_t i) { return board[i].facts(); }, name, code);
}

}  // namespace sonde::cli
