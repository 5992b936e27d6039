/// sonde ping.
#include <sonde/sim/internet.hpp>

#include "condition_watch.hpp"
#include "ping_screen.hpp"
#include "probe_recorder.hpp"
#include "run.hpp"
#include "signals.hpp"

namespace sonde::cli {
namespace {

ping_result about(const session_facts& facts, const ping_options& options) {
    ping_result made;
    made.target = facts.target;
    made.address = facts.address;
    made.source = facts.source;
    made.options = options;
    made.raw = facts.socket.raw;
    return made;
}

// The one target of a run, for its conditions.
class single_watch {
  public:
    single_watch(const ping_settings& settings, channels to)
        : settings_(settings),
          board_(settings.conditions),
          watch_(settings.conditions, "ping", settings.common.format, to) {}

    /// Whether --until is true now.
    [[nodiscard]] bool is_over(const probe_event& event) {
        if (settings_.conditions.empty()) return false;
        board_.on_event(event);
        return watch_.is_over(board_, event);
    }
    [[nodiscard]] int judge(const std::string& target, int code) {
        return watch_.judge(board_, [&](std::size_t) { return target; }, code);
    }

  private:
    const ping_settings& settings_;
    tally_board board_;
    condition_watch watch_;
};

// One target; the world has it, or is asked for the only one that it has.
int simulate(const ping_settings& settings, const simulated_target& whom, const sim::scenario& how,
             channels to) {
    const auto& common = settings.common;
    probe_capture capture("ping", common, to);
    if (!capture.open_simulated()) return exit_trouble;
    ping_options options = settings.options;
    // Virtual time has no Ctrl-C: without a count the run would never end.
    if (!options.count && !options.deadline) options.count = 4;
    ping_screen screen(settings, to, nullptr, false);
    sim::internet net(how, common.seed);
    ping_session session(options, whom.setup);
    ping_result known;
    known.target = whom.text;
    known.address = whom.setup.destination;
    known.source = whom.setup.channel.source;
    known.options = options;
    known.raw = whom.setup.channel.raw;
    screen.started(0, known);
    session_tap* const tap = capture.tap(known.address, whom.setup.channel);
    std::optional<tapped_session> tapped;
    if (tap != nullptr) tapped.emplace(session, *tap);
    sonde::session& driven = tapped ? static_cast<sonde::session&>(*tapped) : session;
    single_watch watch(settings, to);
    const auto on_event = [&](const probe_event& what) {
        screen.event(0, what);
        if (watch.is_over(what)) session.stop(what.at);
    };
    sim::run(driven, net, {.setup = whom.setup, .on_event = on_event});
    ping_result result = session.result();
    result.target = known.target;
    result.address = known.address;
    result.source = known.source;
    result.raw = known.raw;
    screen.finished(0, result);
    const int code = watch.judge(known.target, screen.exit_code());
    return capture.close() ? code : exit_trouble;
}

int simulate(const ping_settings& settings, channels to) {
    const auto& common = settings.common;
    const auto world = open_simulation(common, settings.options.socket, "ping", to);
    if (!world) return exit_trouble;
    if (world->targets.size() != 1) return run_many_ping(settings, to);
    const simulated_target& whom = world->targets.front();
    if (whom.problem.empty()) return simulate(settings, whom, world->how, to);
    complain(to,
             "ping",
             common.format,
             {.kind = "unknown_host", .target = whom.text, .text = whom.problem});
    return exit_trouble;
}

}  // namespace

int run_ping(const ping_settings& settings, channels to) {
    const auto& common = settings.common;
    if (settings.has_several()) return run_many_ping(settings, to);
    if (!common.scenario.empty()) return simulate(settings, to);
    probe_capture capture("ping", common, to);
    if (!capture.open()) return exit_trouble;
    client runs;
    signal_scope signals(runs);
    const bool wants_names = !common.numeric;
    ping_screen screen(settings, to, wants_names ? &runs.names() : nullptr, true);
    capability_drop drop(1);
    single_watch conditions(settings, to);
    observer<ping_result> watch;
    watch.started = [&](const session_facts& facts) {
        drop.one_is_open();
        screen.started(facts.index, about(facts, settings.options));
    };
    watch.event = [&](const session_facts& facts, const probe_event& what) {
        screen.event(facts.index, what);
        if (screen.reader_has_gone() || conditions.is_over(what)) runs.stop();
    };
    watch.progress = [&](const session_facts&, const ping_result&) {
        if (signals.take_status_request()) screen.status();
    };
    watch.finished = [&](const session_facts& facts, const ping_result& result) {
        screen.finished(facts.index, result);
    };
    watch.tap = [&](const session_facts& facts) {
        return capture.tap(facts.address,
                           {.raw = facts.socket.raw,
                            .source = facts.source,
                            .identifier = facts.identifier,
                            .source_port = facts.source_port});
    };
    try {
        static_cast<void>(runs.ping(targets_of(common).front(), settings.options, watch));
    } catch (const error& why) {
        const std::string& whom = common.targets.front();
        complain(
            to, "ping", common.format, {.kind = kind_of(why), .target = whom, .text = why.what()});
        return exit_trouble;
    }
    const int code = conditions.judge(common.targets.front(), screen.exit_code());
    return capture.close() ? code : exit_trouble;
}

}  // namespace sonde::cli
