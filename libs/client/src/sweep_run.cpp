#include "sweep_run.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <sonde/net/clock.hpp>

#include "many_book.hpp"
#include "mass_ports.hpp"

namespace sonde::inline v0::detail {
namespace {

// The share of worker `which` of `workers` in `all`.
std::uint64_t share_of(std::uint64_t all, unsigned which, unsigned workers) noexcept {
    return all / workers + (which < all % workers ? 1 : 0);
}

}  // namespace

sweep_run::sweep_run(std::shared_ptr<run_context> context, address_set targets,
                     const sweep_options& options, sweep_observer watch, done_call done)
    : context_(std::move(context)),
      targets_(std::move(targets)),
      options_(options),
      watch_(std::move(watch)),
      done_(std::move(done)),
      ticking_(context_->executor) {}

void sweep_run::begin() {
    try {
        while (options_.seed == 0) options_.seed = random_word(context_->calls);
        open();
        if (watch_.started) watch_.started(*this);
        if (!done_) return;
        if (watch_.progress && watch_.progress_interval > nanoseconds{}) {
            ticking_.begin(watch_.progress_interval,
                           [self = shared_from_this()] { self->progress(); });
        }
        const auto made = std::make_shared<crew>(context_);
        crew_ = made;
        const auto self = shared_from_this();
        made->start(std::move(members_),
                    {.event = [self](std::size_t, probe_event& event) { self->see(event); },
                     .done = [self](std::exception_ptr error) { self->finish(std::move(error)); },
                     .sends_only_with_room = true});
    } catch (...) {
        finish(std::current_exception());
    }
}

void sweep_run::open() {
    socket_plan plan = plan_of(options_);
    // A socket that nobody needs would have the kernel stamp whatever arrives by any other.
    for (const ip_family family : {ip_family::v4, ip_family::v6}) {
        const auto other = family == ip_family::v4 ? ip_family::v6 : ip_family::v4;
        if (targets_.size(other) == 0 && !plan.options.family) plan.options.family = family;
    }
    const double rate = options_.rate > 0 ? options_.rate : std::numeric_limits<double>::infinity();
    workers_ = workers_for(context_->mass.workers, rate);
    // An identifier or a tap is for one; and so is an XDP socket's receive queue.
    const bool is_xdp = context_->mass.carrier == port_kind::xdp;
    if (watch_.tap || options_.identifier || is_xdp) workers_ = 1;
    started_at_ = mono_now(context_->calls);
    for (unsigned i = 0; i < workers_; ++i) {
        socket_plan part = plan;
        part.rate /= workers_;
        open_member(part, options_for(i));
    }
    targets_ = sessions_.front()->targets();  // without what cannot be swept
}

// Shards of a shard: what several machines share may be shared by their workers, too.
sweep_options sweep_run::options_for(unsigned worker) const {
    sweep_options made = options_;
    made.rate /= workers_;
    made.shards *= workers_;
    made.shard += options_.shards * worker;
    if (made.limit) made.limit = share_of(*made.limit, worker, workers_);
    made.in_flight_max = std::max(1U, made.in_flight_max / workers_);
    made.ceilings.per_host /= workers_;
    made.ceilings.per_network /= workers_;
    made.ceilings.network_burst = std::max(1U, made.ceilings.network_burst / workers_);
    made.ceilings.allow_broadcast |= made.socket.broadcast;
    if (watch_.tap) {
        made.events = {.sent = true};
    } else if (!watch_.event) {
        made.events = {
            .replies = false, .timeouts = false, .send_failures = false, .targets = false};
    }
    return made;
}

void sweep_run::open_member(const socket_plan& plan, const sweep_options& options) {
    mass_load load{.probes = targets_.size(), .rate = options.rate, .workers = workers_};
    for (const ip_range& range : targets_.ranges()) {
        (range.family() == ip_family::v4 ? load.example_v4 : load.example_v6) = range.first();
    }
    mass_ports opened = open_mass_ports(plan, load, *context_, started_at_);
    if (members_.empty()) ports_ = opened.facts;
    sessions_.push_back(std::make_unique<sweep_session>(options, targets_, opened.setup));
    sweep_session& made = *sessions_.back();
    session* driven = &made;
    if (session_tap* const tap = watch_.tap ? watch_.tap(opened.setup) : nullptr) {
        driven = &tapped_.emplace(made, *tap);
    }
    members_.push_back({.driven = driven,
                        .ports = std::move(opened.ports),
                        .drops = [&made](std::uint64_t more) { made.on_drops(more); }});
}

void sweep_run::see(probe_event& event) {
    if (event.kind == event_kind::finished || !watch_.event) return;
    watch_.event(*this, event);
}

void sweep_run::stop() {
    if (!done_) return;
    if (const auto working = crew_.lock()) return working->stop();
    for (const auto& each : sessions_) each->stop(mono_now(context_->calls));
}

void sweep_run::progress() {
    if (!watch_.progress || !done_ || sessions_.empty()) return;
    try {
        watch_.progress(*this);
    } catch (...) {
        finish(std::current_exception());
    }
}

sweep_progress sweep_run::progress() const {
    const auto working = crew_.lock();
    std::vector<sweep_progress> parts;
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
        const auto held = working ? working->hold(i) : std::unique_lock<std::mutex>();
        parts.push_back(sessions_[i]->progress());
    }
    return merge(parts);
}

rtt_statistics sweep_run::rtt() const {
    const auto working = crew_.lock();
    rtt_statistics made;
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
        const auto held = working ? working->hold(i) : std::unique_lock<std::mutex>();
        made.merge(sessions_[i]->rtt());
    }
    return made;
}

sweep_result sweep_run::result() const {
    return {.options = options_,
            .progress = std::as_const(*this).progress(),
            .rtt = rtt(),
            .send_waits = send_waits_,
            .ports = ports_,
            .workers = workers_};
}

void sweep_run::finish(std::exception_ptr error) {
    const auto done = std::exchange(done_, nullptr);
    if (!done) return;
    const auto self = shared_from_this();
    ticking_.end();
    if (const auto working = crew_.lock()) {
        working->abandon();
        send_waits_ = working->send_waits();
    }
    members_.clear();
    sweep_result made;
    try {
        if (!error) made = result();
    } catch (...) {
        error = std::current_exception();
    }
    done(std::move(error), std::move(made));
}

sweep_progress merge(const std::vector<sweep_progress>& parts) {
    if (parts.empty()) return {};
    sweep_progress made = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const sweep_progress& one = parts[i];
        made.share += one.share;
        made.position = std::min(made.position, one.position);
        made.settled = std::min(made.settled, one.settled);
        made.answered += one.answered;
        made.refused += one.refused;
        made.pass = std::min(made.pass, one.pass);
        made.counts = sum(made.counts, one.counts);
        made.dropped_here += one.dropped_here;
        made.events_dropped += one.events_dropped;
        made.elapsed = std::max(made.elapsed, one.elapsed);
        made.left = std::max(made.left, one.left);
    }
    return made;
}

}  // namespace sonde::inline v0::detail
