#include "many_run.hpp"

#include <algorithm>
#include <utility>

#include <asio/post.hpp>

#include <sonde/net/clock.hpp>

namespace sonde::inline v0::detail {
namespace {

// Networks as rate ceilings have them: all of one go to one session, which keeps its ceiling.
std::size_t member_for(const ip_address& address, std::size_t members) {
    constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio
    const std::uint64_t network = address.is_v4()
                                      ? address.v4().value >> 8
                                      : static_cast<std::uint64_t>(address.v6().to_integer() >> 64);
    return static_cast<std::size_t>((network * golden >> 32) % members);
}

// What an observer and a tap need of events; none of the others costs anything.
event_choice needed_events(const event_choice& asked, const many_ping_observer& watch) {
    if (watch.tap) return {.sent = true};
    event_choice made{.replies = false,
                      .timeouts = false,
                      .send_failures = false,
                      .targets = watch.finished != nullptr};
    if (!watch.event) return made;
    made = asked;
    made.targets = asked.targets || watch.finished;
    return made;
}

}  // namespace

many_run::many_run(std::shared_ptr<run_context> context, std::span<const target> given,
                   const many_ping_options& options, many_ping_observer watch, done_call done)
    : context_(std::move(context)),
      given_(given),
      options_(options),
      watch_(std::move(watch)),
      done_(std::move(done)),
      progress_(context_->executor) {
    options_.ceilings.allow_broadcast |= options_.socket.broadcast;  // whoever asked for the one
}

many_run::many_run(std::shared_ptr<run_context> context, std::vector<target> own,
                   const many_ping_options& options, many_ping_observer watch, done_call done)
    : many_run(std::move(context), std::span<const target>(), options, std::move(watch),
               std::move(done)) {
    own_ = std::move(own);
    given_ = own_;
}

void many_run::begin() {
    guarded([this] {
        open();
        std::size_t octets = 0;
        for (const target& each : given_) octets += each.text().size();
        book_->texts.reserve(given_.size(), octets);
        book_->places.reserve(given_.size());
        for (const target& each : given_) take_in(each);
        given_ = {};
        own_ = {};
        if (watch_.started) watch_.started(*this);
        has_begun_ = true;
        tell_failures();
        look_more_up();
        seal_when_complete();
        if (watch_.progress && watch_.progress_interval > nanoseconds{}) {
            progress_.begin(watch_.progress_interval,
                            [self = shared_from_this()] { self->progress(); });
        }
        start_crew();
    });
}

void many_run::open() {
    const socket_plan plan = plan_of(options_, given_.size());
    workers_ = workers_for(context_->mass.workers, plan.rate);
    const bool is_xdp = context_->mass.carrier == port_kind::xdp;  // one for a receive queue
    if (watch_.tap || options_.identifier || is_xdp) workers_ = 1;
    load_ = {.probes = given_.size(), .wants_exact_rtt = true, .rate = options_.rate};
    constexpr std::size_t looked_at = 1000;
    for (const target& each : given_.first(std::min(looked_at, given_.size()))) {
        const auto known = each.address() ? each.address() : ip_address::parse(each.text());
        auto& example = known && known->is_v6() ? load_.example_v6 : load_.example_v4;
        if (!example) example = known;
        if (load_.example_v4 && load_.example_v6) break;
    }
    const many_ping_options each = options_for(workers_);
    socket_plan part = plan;
    part.rate /= workers_;
    started_at_ = mono_now(context_->calls);
    for (unsigned i = 0; i < workers_; ++i) open_member(part, each);
}

many_ping_options many_run::options_for(unsigned workers) const {
    many_ping_options made = options_;
    made.events = needed_events(options_.events, watch_);
    made.rate /= workers;
    made.in_flight_max = std::max(1U, made.in_flight_max / workers);
    return made;
}

void many_run::open_member(const socket_plan& plan, const many_ping_options& options) {
    mass_ports opened = open_mass_ports(plan, load_, *context_, started_at_);
    if (members_.empty()) ports_ = opened.facts;
    // A family that one of several does not get is lost to all.
    if (refused_v4_.empty()) refused_v4_ = opened.refused_v4;
    if (refused_v6_.empty()) refused_v6_ = opened.refused_v6;
    book_->sessions.push_back(std::make_unique<many_ping_session>(options, opened.setup));
    indices_.emplace_back();
    many_ping_session& made = *book_->sessions.back();
    session* driven = &made;
    if (session_tap* const tap = watch_.tap ? watch_.tap(opened.setup) : nullptr) {
        driven = &tapped_.emplace(made, *tap);
    }
    members_.push_back({.driven = driven,
                        .ports = std::move(opened.ports),
                        .drops = [&made](std::uint64_t more) { made.on_drops(more); }});
}

void many_run::start_crew() {
    const auto made = std::make_shared<crew>(context_);
    crew_ = made;
    const auto self = shared_from_this();
    made->start(
        std::move(members_),
        {.event = [self](std::size_t member, probe_event& event) { self->see(member, event); },
         .done = [self](std::exception_ptr error) { self->finish(std::move(error)); }});
}

std::unique_lock<std::mutex> many_run::hold(std::size_t member) const {
    const auto working = crew_.lock();
    return working ? working->hold(member) : std::unique_lock<std::mutex>();
}

target_index many_run::add(const target& who) {
    const target_index index = book_->size();
    if (!done_) {  // the run has ended
        book_->texts.add(who.text());
        book_->places.emplace_back();
        book_->errors[index] = "the run was over before it was tried";
        return index;
    }
    take_in(who);
    asio::post(context_->executor, [self = shared_from_this()] {
        if (!self->done_ || !self->has_begun_) return;
        self->guarded([&] {
            self->tell_failures();
            self->look_more_up();
        });
    });
    return index;
}

void many_run::take_in(const target& who) {
    const target_index index = book_->size();
    book_->texts.add(who.text());
    book_->places.emplace_back();
    try {
        const auto known = numeric_address(who, options_.socket.family);
        if (known) return settle_address(index, *known);
        names_.push_back(index);
    } catch (const sonde::error& wrong) {
        note_failure(index, wrong.what());
    }
}

void many_run::settle_address(target_index which, const ip_address& address) {
    if (book_->places[which] == target_place::removed()) return;
    if (!options_.ceilings.allow(address)) {
        return note_failure(which,
                            address_text(address) +
                                " is a broadcast or multicast address: many would answer, and that "
                                "has to be allowed");
    }
    const std::string& refused = address.is_v4() ? refused_v4_ : refused_v6_;
    if (!refused.empty()) return note_failure(which, refused);
    const std::size_t member = member_for(address, book_->sessions.size());
    {
        const auto held = hold(member);
        const target_index index = book_->sessions[member]->add(address, mono_now(context_->calls));
        book_->places[which] = {member, index};
    }
    indices_[member].push_back(which);
    if (const auto working = crew_.lock()) working->wake(member);
}

void many_run::note_failure(target_index which, std::string why) {
    book_->errors[which] = std::move(why);
    failures_.push_back(which);
}

void many_run::tell_failures() {
    for (const target_index which : std::exchange(failures_, {})) {
        if (watch_.failed) watch_.failed(*this, which, book_->errors[which]);
    }
}

void many_run::look_more_up() {
    const auto names = context_->names.lock();
    while (next_name_ < names_.size() && lookups_.size() < lookups_max) {
        const target_index which = names_[next_name_++];
        if (book_->places[which] == target_place::removed()) continue;
        if (!names) {
            note_failure(which, "the client is gone");
            continue;
        }
        lookups_[which] =
            names->forward(book_->texts[which],
                           options_.socket.family,
                           [self = shared_from_this(), which](auto found) {
                               self->guarded([&] { self->take_addresses(which, found); });
                           });
    }
}

void many_run::take_addresses(target_index which,
                              const resolve_result<std::vector<ip_address>>& found) {
    if (lookups_.erase(which) == 0 || !done_) return;
    if (found) {
        settle_address(which, found->front());
    } else {
        note_failure(which, describe(found.error()));
    }
    tell_failures();
    look_more_up();
    seal_when_complete();
}

void many_run::drop_names(const std::string& why) {
    const auto names = context_->names.lock();
    for (const auto& [which, id] : std::exchange(lookups_, {})) {
        note_failure(which, why);
        if (names) names->cancel(id);
    }
    for (; next_name_ < names_.size(); ++next_name_) note_failure(names_[next_name_], why);
}

void many_run::seal_when_complete() {
    if (is_sealed_ || is_kept_open_ || next_name_ < names_.size() || !lookups_.empty()) return;
    is_sealed_ = true;
    for (std::size_t i = 0; i < book_->sessions.size(); ++i) {
        {
            const auto held = hold(i);
            book_->sessions[i]->seal(mono_now(context_->calls));
        }
        if (const auto working = crew_.lock()) working->wake(i);
    }
}

void many_run::remove(target_index which) {
    if (!done_ || which >= book_->size() || book_->errors.contains(which)) return;
    const target_place place = book_->places[which];
    if (!place.is_known()) {
        book_->places[which] = target_place::removed();
        return;
    }
    {
        const auto held = hold(place.session());
        book_->sessions[place.session()]->remove(place.index(), mono_now(context_->calls));
    }
    if (const auto working = crew_.lock()) working->wake(place.session());
}

void many_run::keep_open(bool open) {
    is_kept_open_ = open;
    if (has_begun_) seal_when_complete();
}

void many_run::stop() {
    if (!done_ || std::exchange(is_stopped_, true)) return;
    is_kept_open_ = false;
    drop_names("stopped before its address was known");
    if (const auto working = crew_.lock()) return working->stop();
    for (const auto& each : book_->sessions) each->stop(mono_now(context_->calls));
}

void many_run::progress() {
    if (!watch_.progress || !done_ || !has_begun_) return;
    guarded([this] { watch_.progress(*this); });
}

bool many_run::is_wanted(const probe_event& event) const noexcept {
    const event_choice& asked = options_.events;
    switch (event.kind) {
        case event_kind::sent:
            return asked.sent;
        case event_kind::reply:
            return asked.replies;
        case event_kind::timed_out:
            return asked.timeouts;
        case event_kind::send_failed:
            return asked.send_failures;
        case event_kind::target_finished:
            return asked.targets;
        case event_kind::finished:
            break;
    }
    return false;
}

void many_run::see(std::size_t member, probe_event& event) {
    if (event.target != no_target) event.target = indices_[member][event.target];
    if (event.kind == event_kind::target_finished && watch_.finished) {
        watch_.finished(*this, event.target);
    }
    if (watch_.event && is_wanted(event)) watch_.event(*this, event);
}

std::string_view many_run::error(target_index which) const {
    const auto wrong = book_->errors.find(which);
    return wrong == book_->errors.end() ? std::string_view() : std::string_view(wrong->second);
}

target_summary many_run::summary(target_index which) const {
    const target_place place = book_->places[which];
    const auto held = place.is_known() ? hold(place.session()) : std::unique_lock<std::mutex>();
    return book_->summary(which);
}

measured_targets::value_type many_run::row(target_index which) const {
    const target_place place = book_->places.at(which);
    const auto held = place.is_known() ? hold(place.session()) : std::unique_lock<std::mutex>();
    return book_->at(which);
}

many_totals many_run::totals() const {
    many_totals made;
    for (std::size_t i = 0; i < book_->sessions.size(); ++i) {
        const auto held = hold(i);
        const many_ping_session& one = *book_->sessions[i];
        made.counts = sum(made.counts, one.counts());
        made.dropped_here += one.dropped_here();
        made.events_dropped += one.events_dropped();
    }
    const auto working = crew_.lock();
    made.send_waits = working ? working->send_waits() : send_waits_;
    const mono_time until = ended_at_ == mono_time{} ? mono_now(context_->calls) : ended_at_;
    if (!book_->sessions.empty()) made.duration = until - started_at_;
    return made;
}

rtt_statistics many_run::rtt() const {
    rtt_statistics made;
    for (std::size_t i = 0; i < book_->sessions.size(); ++i) {
        const auto held = hold(i);
        made.merge(book_->sessions[i]->rtt());
    }
    return made;
}

many_ping_result many_run::result() const {
    return {.options = options_,
            .targets = measured_targets(book_),
            .totals = totals(),
            .rtt = rtt(),
            .ports = ports_,
            .workers = workers_};
}

void many_run::finish(std::exception_ptr error) {
    const auto done = std::exchange(done_, nullptr);
    if (!done) return;
    const auto self = shared_from_this();
    ended_at_ = mono_now(context_->calls);
    progress_.end();
    if (const auto working = crew_.lock()) {
        working->abandon();
        send_waits_ = working->send_waits();
    }
    members_.clear();
    many_ping_result made;
    try {
        drop_names("the run was over before its address was known");
        if (!error) tell_failures();
        if (!error) made = result();
    } catch (...) {
        error = std::current_exception();
    }
    done(std::move(error), std::move(made));
}

}  // namespace sonde::inline v0::detail
