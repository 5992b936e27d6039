#include "simulated_many.hpp"

#include <map>
#include <memory>
#include <vector>

#include <sonde/base/address_range.hpp>
#include <sonde/base/text.hpp>
#include <sonde/sim/internet.hpp>

#include "run.hpp"

namespace sonde::cli {
namespace {

std::vector<port_facts> ports_of(const many_setup& setup) {
    std::vector<port_facts> made;
    for (const auto family : {ip_family::v4, ip_family::v6}) {
        const auto& channel = setup.of(family);
        if (!channel) continue;
        made.push_back({.family = family,
                        .raw = channel->raw,
                        .reason = "a simulated internet",
                        .identifier = channel->identifier});
    }
    return made;
}

// Only the family that is asked for.
many_setup setup_of(const sim::scenario& how, const socket_options& socket) {
    many_setup made = sim::make_many_setup(how, {.raw = socket.mode != socket_mode::dgram});
    if (socket.family == ip_family::v4) made.v6.reset();
    if (socket.family == ip_family::v6) made.v4.reset();
    return made;
}

// What was measured stays when the session is gone.
class kept_rows final : public measured_targets::rows {
  public:
    std::vector<target_result<target_summary>> all{};
    [[nodiscard]] std::size_t size() const override { return all.size(); }
    [[nodiscard]] measured_targets::value_type at(std::size_t index) const override {
        return all[index];
    }
};

class simulated_control final : public many_ping_control {
  public:
    simulated_control(const many_ping_options& options, const many_setup& setup)
        : session_(options, setup), setup_(setup), ports_(ports_of(setup)) {}

    target_index add(const target& who) override {
        rows_.push_back({.text = who.text()});
        row& made = rows_.back();
        const auto address = who.address() ? who.address() : ip_address::parse(who.text());
        if (address) {
            made.index = session_.add(*address, now_);
            outer_.push_back(rows_.size() - 1);
        } else {
            made.error = printable(who.text()) + ": a simulated internet has no names";
        }
        return rows_.size() - 1;
    }
    void remove(target_index which) override {
        if (rows_[which].index) session_.remove(*rows_[which].index, now_);
    }
    void keep_open(bool) override {}
    void stop() override { session_.stop(now_); }
    [[nodiscard]] std::size_t size() const override { return rows_.size(); }
    [[nodiscard]] std::string_view text(target_index which) const override {
        return rows_[which].text;
    }
    [[nodiscard]] std::string_view error(target_index which) const override {
        return rows_[which].error;
    }
    [[nodiscard]] target_summary summary(target_index which) const override {
        return rows_[which].index ? session_.summary(*rows_[which].index) : target_summary{};
    }
    [[nodiscard]] many_totals totals() const override {
        return {.counts = session_.counts(),
                .events_dropped = session_.events_dropped(),
                .duration = now_ - setup_.start};
    }
    [[nodiscard]] rtt_statistics rtt() const override { return session_.rtt(); }
    [[nodiscard]] const std::vector<port_facts>& ports() const override { return ports_; }

    [[nodiscard]] many_ping_session& session() noexcept { return session_; }
    void seal() { session_.seal(now_); }
    // An event of the session, with the index that its target has here.
    [[nodiscard]] probe_event outward(probe_event event) {
        now_ = std::max(now_, event.at);
        if (event.target < outer_.size()) event.target = outer_[event.target];
        return event;
    }
    void set_end(nanoseconds duration) noexcept { now_ = setup_.start + duration; }
    [[nodiscard]] many_ping_result result(const many_ping_options& options) const {
        many_ping_result made{
            .options = options, .totals = totals(), .rtt = rtt(), .ports = ports_};
        const auto rows = std::make_shared<kept_rows>();
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            target_result<target_summary> one{.target = rows_[i].text, .error = rows_[i].error};
            if (rows_[i].index) one.result = summary(i);
            rows->all.push_back(std::move(one));
        }
        made.targets = measured_targets(rows);
        return made;
    }

  private:
    struct row {
        std::string text{};
        std::string error{};
        std::optional<target_index> index{};  // in the session
    };
    many_ping_session session_;
    many_setup setup_;
    mono_time now_ = setup_.start;
    std::vector<port_facts> ports_;
    std::vector<row> rows_{};
    std::vector<std::size_t> outer_{};  // of each index in the session
};

class simulated_sweep final : public sweep_control {
  public:
    simulated_sweep(const sweep_options& options, address_set targets, const many_setup& setup)
        : options_(options),
          session_(options, std::move(targets), setup),
          now_(setup.start),
          ports_(ports_of(setup)) {}

    void stop() override { session_.stop(now_); }
    [[nodiscard]] const address_set& targets() const override { return session_.targets(); }
    [[nodiscard]] const sweep_options& options() const override { return options_; }
    [[nodiscard]] sweep_progress progress() const override { return session_.progress(); }
    [[nodiscard]] rtt_statistics rtt() const override { return session_.rtt(); }
    [[nodiscard]] const std::vector<port_facts>& ports() const override { return ports_; }

    [[nodiscard]] sweep_session& session() noexcept { return session_; }
    void note(mono_time at) noexcept { now_ = std::max(now_, at); }

  private:
    sweep_options options_;
    sweep_session session_;
    mono_time now_;
    std::vector<port_facts> ports_;
};

}  // namespace

std::optional<many_ping_result> simulate_many(const simulating_command& who,
                                              std::span<const target> targets,
                                              const many_ping_options& options,
                                              const many_ping_observer& watch) {
    common_settings world_only = who.common;
    world_only.targets.clear();
    const auto world = open_simulation(world_only, options.socket, who.name, who.to);
    if (!world) return std::nullopt;
    const many_setup setup = setup_of(world->how, options.socket);
    simulated_control control(options, setup);
    for (const target& each : targets) static_cast<void>(control.add(each));
    if (targets.empty()) {
        for (const auto& each : world->targets) static_cast<void>(control.add(each.text));
    }
    if (watch.started) watch.started(control);
    for (std::size_t i = 0; i < control.size(); ++i) {
        const std::string why(control.error(i));
        if (!why.empty() && watch.failed) watch.failed(control, i, why);
    }
    control.seal();
    session_tap* const tap = watch.tap ? watch.tap(setup) : nullptr;
    std::optional<tapped_session> tapped;
    if (tap != nullptr) tapped.emplace(control.session(), *tap);
    sim::internet net(world->how, who.common.seed);
    sonde::session& driven = tapped ? static_cast<sonde::session&>(*tapped)
                                    : static_cast<sonde::session&>(control.session());
    const auto on_event = [&](const probe_event& event) {
        const probe_event outward = control.outward(event);
        if (watch.event) watch.event(control, outward);
        if (watch.finished && outward.kind == event_kind::target_finished) {
            watch.finished(control, outward.target);
        }
    };
    const auto done = sim::run(driven, net, {.setup = setup, .on_event = on_event});
    control.set_end(done.duration);
    return control.result(options);
}

std::optional<sweep_result> simulate_sweep(const common_settings& common, address_set targets,
                                           const sweep_options& options,
                                           const sweep_observer& watch, channels to) {
    common_settings world_only = common;
    world_only.targets.clear();
    const auto world = open_simulation(world_only, options.socket, "sweep", to);
    if (!world) return std::nullopt;
    if (targets.empty()) {
        for (const auto& each : world->targets) {
            static_cast<void>(targets.add(ip_range(each.setup.destination)));
        }
    }
    const many_setup setup = setup_of(world->how, options.socket);
    simulated_sweep control(options, std::move(targets), setup);
    if (watch.started) watch.started(control);
    sim::internet net(world->how, common.seed);
    const auto on_event = [&](const probe_event& event) {
        control.note(event.at);
        if (watch.event) watch.event(control, event);
    };
    static_cast<void>(sim::run(control.session(), net, {.setup = setup, .on_event = on_event}));
    return sweep_result{.options = options,
                        .progress = control.progress(),
                        .rtt = control.rtt(),
                        .ports = control.ports()};
}

}  // namespace sonde::cli
