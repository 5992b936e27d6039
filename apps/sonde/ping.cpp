/// sonde ping.
#include <sonde/sim/internet.hpp>

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

int simulate(const ping_settings& settings, channels to) {
    const auto& common = settings.common;
    const auto world = open_simulation(common, settings.options.socket, "ping", to);
    if (!world) return exit_trouble;
    probe_capture capture("ping", common, to);
    if (!capture.open_simulated()) return exit_trouble;
    ping_options options = settings.options;
    // Virtual time has no Ctrl-C: without a count the run would never end.
    if (!options.count && !options.deadline) options.count = 4;
    ping_screen screen(settings, to, nullptr, false);
    for (std::size_t i = 0; i < world->targets.size(); ++i) {
        const simulated_target& whom = world->targets[i];
        if (!whom.problem.empty()) {
            complain(to,
                     "ping",
                     common.format,
                     {.kind = "unknown_host", .target = whom.text, .text = whom.problem});
            screen.failed();
            continue;
        }
        sim::internet net(world->how, common.seed);
        ping_session session(options, whom.setup);
        ping_result known;
        known.target = whom.text;
        known.address = whom.setup.destination;
        known.source = whom.setup.channel.source;
        known.options = options;
        known.raw = whom.setup.channel.raw;
        screen.started(i, known);
        session_tap* const tap = capture.tap(known.address, whom.setup.channel);
        std::optional<tapped_session> tapped;
        if (tap != nullptr) tapped.emplace(session, *tap);
        sonde::session& driven = tapped ? static_cast<sonde::session&>(*tapped) : session;
        sim::run(driven, net, {.setup = whom.setup, .on_event = [&](const probe_event& what) {
                                   screen.event(i, what);
                               }});
        ping_result result = session.result();
        result.target = known.target;
        result.address = known.address;
        result.source = known.source;
        result.raw = known.raw;
        screen.finished(i, result);
    }
    return capture.close() ? screen.exit_code() : exit_trouble;
}

}  // namespace

int run_ping(const ping_settings& settings, channels to) {
    const auto& common = settings.common;
    if (!common.scenario.empty()) return simulate(settings, to);
    probe_capture capture("ping", common, to);
    if (!capture.open()) return exit_trouble;
    client runs;
    signal_scope signals(runs);
    const auto targets = targets_of(common);
    const bool wants_names = !common.numeric;
    ping_screen screen(settings, to, wants_names ? &runs.names() : nullptr, true);
    capability_drop drop(targets.size());
    observer<ping_result> watch;
    std::size_t index = 0;  // of the target that is pinged
    watch.started = [&](const session_facts& facts) {
        drop.one_is_open();
        screen.started(index, about(facts, settings.options));
    };
    watch.event = [&](const session_facts&, const probe_event& what) {
        screen.event(index, what);
        if (screen.reader_has_gone()) runs.stop();
    };
    watch.progress = [&](const session_facts&, const ping_result&) {
        if (signals.take_status_request()) screen.status();
    };
    watch.finished = [&](const session_facts&, const ping_result& result) {
        screen.finished(index, result);
    };
    watch.tap = [&](const session_facts& facts) {
        return capture.tap(facts.address,
                           {.raw = facts.socket.raw,
                            .source = facts.source,
                            .identifier = facts.identifier,
                            .source_port = facts.source_port});
    };
    for (; index < targets.size(); ++index) {
        try {
            static_cast<void>(runs.ping(targets[index], settings.options, watch));
        } catch (const error& why) {
            const std::string& whom = common.targets[index];
            const bool is_only = targets.size() == 1;
            complain(to,
                     "ping",
                     common.format,
                     {.kind = is_only ? kind_of(why) : "cannot_start",
                      .target = whom,
                      .text = why.what()});
            if (is_only) return exit_trouble;
            drop.one_is_open();
            screen.failed();
        }
    }
    return capture.close() ? screen.exit_code() : exit_trouble;
}

}  // namespace sonde::cli
