/// sonde trace.
#include <sonde/sim/internet.hpp>

#include "probe_recorder.hpp"
#include "run.hpp"
#include "signals.hpp"
#include "trace_screen.hpp"

namespace sonde::cli {
namespace {

// How long the end may wait for names that are still on their way.
constexpr nanoseconds name_grace = std::chrono::milliseconds(150);

trace_result about(const session_facts& facts, const trace_options& options) {
    trace_result made;
    made.target = facts.target;
    made.address = facts.address;
    made.source = facts.source;
    made.options = options;
    made.raw = facts.socket.raw;
    return made;
}

int simulate(const trace_settings& settings, channels to) {
    const auto& common = settings.common;
    const auto world = open_simulation(common, settings.options.socket, "trace", to);
    if (!world) return exit_trouble;
    probe_capture capture("trace", common, to);
    if (!capture.open_simulated()) return exit_trouble;
    trace_screen screen(settings, to, nullptr, world->targets.size());
    for (std::size_t i = 0; i < world->targets.size(); ++i) {
        const simulated_target& whom = world->targets[i];
        if (!whom.problem.empty()) {
            complain(to,
                     "trace",
                     common.format,
                     {.kind = "unknown_host", .target = whom.text, .text = whom.problem});
            screen.failed(i);
            continue;
        }
        sim::internet net(world->how, common.seed);
        trace_session session(settings.options, whom.setup);
        trace_result known;
        known.target = whom.text;
        known.address = whom.setup.destination;
        known.source = whom.setup.channel.source;
        known.options = settings.options;
        known.raw = whom.setup.channel.raw;
        screen.started(i, known);
        session_tap* const tap = capture.tap(known.address, whom.setup.channel);
        std::optional<tapped_session> tapped;
        if (tap != nullptr) tapped.emplace(session, *tap);
        sonde::session& driven = tapped ? static_cast<sonde::session&>(*tapped) : session;
        sim::run(driven, net, {.setup = whom.setup, .on_event = [&](const probe_event& what) {
                                   screen.event(i, what);
                               }});
        trace_result result = session.result();
        result.target = known.target;
        result.address = known.address;
        result.source = known.source;
        result.raw = known.raw;
        screen.finished(i, result);
    }
    screen.end();
    return capture.close() ? screen.exit_code() : exit_trouble;
}

}  // namespace

int run_trace(const trace_settings& settings, channels to) {
    const auto& common = settings.common;
    if (!common.scenario.empty()) return simulate(settings, to);
    probe_capture capture("trace", common, to);
    if (!capture.open()) return exit_trouble;
    client runs;
    signal_scope signals(runs);
    if (to.out.is_terminal() && to.err.is_terminal()) signals.tick();
    const auto targets = targets_of(common);
    name_service* const names = common.numeric ? nullptr : &runs.names();
    trace_screen screen(settings, to, names, targets.size());
    capability_drop drop(targets.size());
    observer<trace_result> watch;
    watch.started = [&](const session_facts& facts) {
        drop.one_is_open();
        screen.started(facts.index, about(facts, settings.options));
    };
    watch.event = [&](const session_facts& facts, const probe_event& what) {
        screen.event(facts.index, what);
        if (screen.reader_has_gone()) runs.stop();
    };
    watch.progress = [&](const session_facts&, const trace_result&) { screen.show_waiting(); };
    watch.finished = [&](const session_facts& facts, const trace_result& result) {
        screen.finished(facts.index, result);
    };
    watch.tap = [&](const session_facts& facts) {
        return capture.tap(facts.address,
                           {.raw = facts.socket.raw,
                            .source = facts.source,
                            .identifier = facts.identifier,
                            .source_port = facts.source_port});
    };
    watch.failed = [&](const session_facts& facts, const std::string& why) {
        drop.one_is_open();
        complain(to,
                 "trace",
                 common.format,
                 {.kind = "cannot_start", .target = facts.target, .text = why});
        screen.failed(facts.index);
    };
    if (names != nullptr) {
        names->on_answer([&](const ip_address& address, const reverse_name& answer) {
            screen.name_came(address, answer);
        });
    }
    try {
        if (targets.size() == 1) {
            static_cast<void>(runs.trace(targets.front(), settings.options, watch));
        } else {
            static_cast<void>(runs.trace_all(targets, settings.options, watch));
        }
        if (names != nullptr && names->pending() > 0) static_cast<void>(names->settle(name_grace));
        screen.end();
    } catch (const error& why) {
        screen.end();
        const std::string& whom = common.targets.front();
        complain(
            to, "trace", common.format, {.kind = kind_of(why), .target = whom, .text = why.what()});
        return exit_trouble;
    }
    return capture.close() ? screen.exit_code() : exit_trouble;
}

}  // namespace sonde::cli
