/// sonde ping with several targets.
#include <algorithm>

#include <sonde/base/text.hpp>
#include <sonde/net/privileges.hpp>

#include "condition_watch.hpp"
#include "many_screen.hpp"
#include "probe_recorder.hpp"
#include "run.hpp"
#include "signals.hpp"
#include "simulated_many.hpp"
#include "target_files.hpp"

namespace sonde::cli {
namespace {

constexpr std::uint32_t virtual_count = 4;  // virtual time has no Ctrl-C: the run must end

many_ping_options options_of(const ping_settings& settings, std::size_t targets) {
    const ping_options& from = settings.options;
    many_ping_options made;
    made.count = from.count;
    made.interval = from.interval;
    made.timeout = from.timeout;
    made.deadline = from.deadline;
    made.rate = settings.rate;
    made.ceilings = settings.ceilings;
    // Who writes an interval says how often a host is asked.
    const double asked =
        from.interval.count() > 0 ? 1e9 / static_cast<double>(from.interval.count()) : 0;
    if (made.ceilings.per_host != 0) {
        made.ceilings.per_host = asked == 0 ? 0 : std::max(made.ceilings.per_host, asked);
    }
    made.ceilings.allow_broadcast = from.socket.broadcast;
    made.payload_len = from.payload_len;
    made.pattern = from.pattern;
    made.hop_limit = from.hop_limit;
    made.identifier = from.identifier;
    made.keep_histograms = settings.common.verbose || targets <= few_targets_max;
    made.events = {.sent = true};
    made.socket = from.socket;
    return made;
}

// Everybody who watches a run, and the run itself.
class many_run {
  public:
    many_run(const ping_settings& settings, const std::vector<target>& targets, channels to)
        : settings_(settings),
          targets_(targets),
          to_(to),
          board_(settings.conditions),
          watch_(settings.conditions, "ping", settings.common.format, to),
          capture_("ping", settings.common, to) {}

    int on_network() {
        if (!capture_.open()) return exit_trouble;
        client runs;
        signal_scope signals(runs);
        screen_.emplace(settings_,
                        to_,
                        screen_subject{.names = settings_.common.numeric ? nullptr : &runs.names(),
                                       .has_dates = true,
                                       .targets = targets_.size(),
                                       .board = board_});
        many_ping_observer seen = observer();
        seen.progress = [&](many_ping_control& run) {
            if (signals.take_status_request()) screen_->status(run);
            if (screen_->progress(run)) run.stop();
        };
        if (screen_->has_table()) seen.progress_interval = std::chrono::milliseconds(100);
        try {
            return finish(runs.ping_all(targets_, options_of(settings_, targets_.size()), seen));
        } catch (const error& why) {
            screen_.reset();  // gives the terminal back
            complain(to_,
                     "ping",
                     settings_.common.format,
                     {.kind = kind_of(why), .target = {}, .text = why.what()});
            return exit_trouble;
        }
    }

    int in_virtual_time() {
        if (!capture_.open_simulated()) return exit_trouble;
        many_ping_options options = options_of(settings_, targets_.size());
        if (!options.count && !options.deadline) options.count = virtual_count;
        screen_.emplace(
            settings_, to_, screen_subject{.targets = targets_.size(), .board = board_});
        auto result = simulate_many({"ping", settings_.common, to_}, targets_, options, observer());
        return result ? finish(*std::move(result)) : exit_trouble;
    }

  private:
    many_ping_observer observer() {
        many_ping_observer made;
        made.started = [this](many_ping_control& run) {
            static_cast<void>(drop_capabilities());
            screen_->started(run);
        };
        made.event = [this](many_ping_control& run, const probe_event& what) {
            if (keeps_tallies()) board_.on_event(what);
            screen_->event(run, what);
            if (screen_->reader_has_gone() || watch_.is_over(board_, what)) run.stop();
        };
        made.failed = [this](many_ping_control& run, target_index which, const std::string& why) {
            screen_->failed(run, which, why);
        };
        if (!settings_.common.write_to.empty()) {
            made.tap = [this](const many_setup& setup) { return capture_.tap(setup); };
        }
        return made;
    }
    [[nodiscard]] bool keeps_tallies() const noexcept {
        return screen_->has_table() || !settings_.conditions.empty();
    }
    int finish(const many_ping_result& result) {
        screen_->finished(result);
        const int code = watch_.judge(
            board_, [&](std::size_t i) { return result.targets[i].target; }, screen_->exit_code());
        return capture_.close() ? code : exit_trouble;
    }

    const ping_settings& settings_;
    const std::vector<target>& targets_;
    channels to_;
    tally_board board_;
    condition_watch watch_;
    probe_capture capture_;
    std::optional<many_screen> screen_{};
};

}  // namespace

int run_many_ping(const ping_settings& settings, channels to) {
    const auto& common = settings.common;
    const ping_options& asked = settings.options;
    const auto refuse = [&](std::string_view kind, const std::string& text) {
        complain(to, "ping", common.format, {.kind = kind, .target = {}, .text = text});
        return exit_trouble;
    };
    if (asked.flood || asked.adaptive || asked.preload > 1) {  // a scenario has several targets
        return refuse("bad_option", "--flood, --adaptive and --preload are for one target");
    }
    if (const auto problem = live_problem(settings, to.out); !problem.empty()) {
        return refuse("bad_option", problem);
    }
    std::vector<target> targets = targets_of(common);
    if (!settings.file.empty()) {
        auto more = read_targets(settings.file);
        for (const auto& each : more.problems) to.err.write("sonde ping: " + each + '\n');
        if (!more.problems.empty()) return exit_trouble;
        for (auto& each : more.targets) targets.push_back(std::move(each));
    }
    if (targets.empty() && common.scenario.empty()) {
        return refuse("bad_option",
                      "no target is given: " + printable(settings.file) + " has none");
    }
    for (const auto& each : validate(options_of(settings, targets.size()))) {
        return refuse("bad_option", each.text);
    }
    many_run run(settings, targets, to);
    return common.scenario.empty() ? run.on_network() : run.in_virtual_time();
}

}  // namespace sonde::cli
