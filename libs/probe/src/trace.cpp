#include <sonde/probe/trace.hpp>

#include "answer_match.hpp"
#include "event_queue.hpp"
#include "notices.hpp"
#include "trace_result.hpp"
#include "trace_schedule.hpp"

namespace sonde::inline v0 {

using detail::match;
using detail::receive_times;
using detail::sending;

namespace {

// A stamp that comes after its answer is looked for among so many events.
constexpr std::size_t late_stamp_reach = 64;
// Events that wait to be taken: a few for each sending, and so many.
constexpr std::size_t events_of_sending = 4;
constexpr std::size_t events_spare = 1024;

detail::probe_plan plan_of(const trace_options& options, const session_setup& setup) {
    return {.method = options.method,
            .setup = setup,
            .payload_len = options.payload_len,
            .destination_port = options.destination_port,
            .constant_flow = options.constant_flow,
            .verify_checksum = options.socket.verify_checksum};
}

}  // namespace

struct trace_session::state {
    state(const trace_options& asked, const session_setup& setup)
        : options(asked),
          writer(plan_of(asked, setup)),
          matcher(writer),
          path(options),
          schedule(options, path, setup.start),
          now(setup.start) {}

    trace_options options;
    detail::probe_writer writer;
    detail::answer_matcher matcher;
    detail::trace_path path;
    detail::trace_schedule schedule;
    detail::event_queue events{};
    probe_counts counts{};
    mono_time now;
    mono_time first_sent_at{};
    mono_time ended_at{};
    bool is_finished = false;
    bool is_stopped = false;

    [[nodiscard]] const session_setup& setup() const noexcept { return writer.plan().setup; }
    [[nodiscard]] ip_family family() const noexcept { return setup().destination.family(); }
    [[nodiscard]] detail::remembered window() const noexcept {
        return {.oldest = 0, .next = path.sendings.size()};
    }
    [[nodiscard]] detail::hop_probe& probe_of(const sending& of) noexcept {
        return path.hops[of.hop].probes[of.place];
    }

    void advance(mono_time at) noexcept { now = std::max(now, at); }
    [[nodiscard]] transmit hand_out(const detail::turn& which);
    void confirm(sending& which, mono_time at);
    void fail(sending& which, const send_outcome& why);
    void lose(sending& which);
    void give_up(const detail::turn& which);
    void judge();
    void finish();

    void take(match&& found, const receive_times& got);
    void take_genuine(match&& found, const receive_times& got);
    void take_first(sending& which, answer&& reply);
    void note_end(const sending& which);
    void take_stamp(sending& which, stamp at);

    void report(event_kind kind, const probe_record& record);
    void report_reply(reply_class what, probe_record&& record, const receive_times& got);
    void push(detail::queued_event&& added);
    [[nodiscard]] trace_end end() const noexcept;
};

// ---- sending -----------------------------------------------------------------------------------

transmit trace_session::state::hand_out(const detail::turn& which) {
    schedule.on_send(which, now);
    auto& hop = path.hops[which.hop];
    auto& probe = hop.probes[which.place];
    const probe_id id{path.sendings.size()};
    const bool is_again = probe.sends > 0;
    if (!is_again) {
        ++hop.started;
        probe.first_sent_at = now;
    }
    ++probe.sends;
    probe.last_sent_at = now;
    probe.ids.push_back(id.value);
    auto& made = path.sendings.emplace_back();
    made.hop = static_cast<std::uint8_t>(which.hop);
    made.place = static_cast<std::uint8_t>(which.place);
    made.record.id = id;
    made.record.sequence = id.value + 1;
    made.record.hop_limit = static_cast<std::uint8_t>(options.first_hop + which.hop);
    made.record.sends = probe.sends;
    made.record.sent_at = now;
    // Without raw sockets an error may bring nothing but the port: a gap can then be filled only by
    // a probe whose port is its own. It may take another way than the constant flow.
    auto handed = writer.write(id, is_again && !setup().channel.raw);
    handed.hop_limit = made.record.hop_limit;
    return handed;
}

// Also for an answer that comes before the caller said how sending ended: it was sent, then.
void trace_session::state::confirm(sending& which, mono_time at) {
    if (which.is_confirmed || which.record.state != probe_state::in_flight) return;
    which.is_confirmed = true;
    which.record.sent_at = at;
    auto& probe = probe_of(which);
    probe.last_sent_at = std::max(probe.last_sent_at, at);
    if (probe.sends == 1) probe.first_sent_at = at;
    if (counts.sent == 0) first_sent_at = at;
    ++counts.sent;
    ++counts.in_flight;
    report(event_kind::sent, which.record);
}

void trace_session::state::fail(sending& which, const send_outcome& why) {
    if (which.is_confirmed || which.record.state != probe_state::in_flight) return;
    which.record.state = probe_state::send_failed;
    which.record.send_error = why.code;
    which.record.send_mtu = why.mtu;
    ++counts.send_failed;
    auto& probe = probe_of(which);
    if (probe.sends == 1) probe.is_settled = true;
    report(event_kind::send_failed, which.record);
}

// ---- the end of a probe without an answer ------------------------------------------------------

void trace_session::state::lose(sending& which) {
    confirm(which, which.record.sent_at);
    if (which.record.state != probe_state::in_flight) return;
    which.record.state = probe_state::timed_out;
    --counts.in_flight;
    ++counts.lost;
    report(event_kind::timed_out, which.record);
}

void trace_session::state::give_up(const detail::turn& which) {
    auto& probe = path.hops[which.hop].probes[which.place];
    probe.is_settled = true;
    for (const auto id : probe.ids) lose(path.sendings[id]);
}

void trace_session::state::judge() {
    if (is_finished) return;
    while (const auto overdue = schedule.overdue(now)) give_up(*overdue);
    if (schedule.is_complete(now)) finish();
}

// What was sent too short a time ago to say that it is lost stays in flight: mostly probes beyond
// the target.
void trace_session::state::finish() {
    for (auto& each : path.sendings) {
        if (each.is_confirmed && now - each.record.sent_at >= schedule.wait_of(each.hop))
            lose(each);
    }
    is_finished = true;
    ended_at = now;
    push({.event = {.kind = event_kind::finished, .at = now}});
}

// ---- answers -----------------------------------------------------------------------------------

void trace_session::state::take(match&& found, const receive_times& got) {
    probe_record record;
    switch (found.what) {
        case match::kind::ignored:
            return;
        case match::kind::foreign:
            ++counts.foreign;
            break;
        case match::kind::forged:
            ++counts.forged;
            break;
        case match::kind::corrupted:
            ++counts.corrupted;
            record = path.sendings[found.id.value].record;
            break;
        case match::kind::genuine:
            take_genuine(std::move(found), got);
            return;
    }
    record.reply = std::move(found.reply);
    const auto what = found.what == match::kind::foreign  ? reply_class::foreign
                      : found.what == match::kind::forged ? reply_class::forged
                                                          : reply_class::corrupted;
    report_reply(what, std::move(record), got);
}

void trace_session::state::take_genuine(match&& found, const receive_times& got) {
    auto& which = path.sendings[found.id.value];
    if (which.record.state == probe_state::send_failed) {  // the kernel said that it never left
        found.what = match::kind::foreign;
        take(std::move(found), got);
        return;
    }
    confirm(which, which.record.sent_at);
    const detail::send_times sent{.at = which.record.sent_at, .kernel = which.kernel};
    detail::choose_rtt(found.reply, sent, got);
    auto what = reply_class::answered;
    if (!detail::is_notice(found.reply, family())) {
        if (which.record.state == probe_state::answered) {
            what = reply_class::duplicate;
            ++counts.duplicates;
            if (which.record.duplicates < UINT16_MAX) ++which.record.duplicates;
        } else {
            if (found.reply.rtt >= options.timeout) lose(which);
            const bool is_late = which.record.state == probe_state::timed_out;
            what = is_late ? reply_class::late : reply_class::answered;
            take_first(which, answer(found.reply));
        }
    }
    auto record = which.record;
    record.reply = std::move(found.reply);
    report_reply(what, std::move(record), got);
}

void trace_session::state::take_first(sending& which, answer&& reply) {
    if (which.record.state == probe_state::timed_out) {
        which.record.was_late = true;
        ++counts.late;
    } else {
        --counts.in_flight;
        ++counts.received;
    }
    auto& hop = path.hops[which.hop];
    auto& probe = probe_of(which);
    const auto id = which.record.id.value;
    reply.reordered = !which.record.was_late && hop.is_answered() && id < hop.newest_answered;
    if (reply.reordered) ++counts.reordered;
    hop.newest_answered = std::max(hop.newest_answered, id);
    hop.answers.push_back(id);
    hop.rtt_largest = std::max(hop.rtt_largest, reply.rtt);
    path.rtt_largest = std::max(path.rtt_largest, reply.rtt);
    path.is_anything_answered = true;
    if (!probe.answered_by) probe.answered_by = id;
    probe.is_settled = true;
    which.record.state = probe_state::answered;
    which.record.reply = std::move(reply);
    note_end(which);
}

// The target is where anything but "time exceeded" comes from its address, or a reply to the probe
// itself from any.
void trace_session::state::note_end(const sending& which) {
    const auto& reply = which.record.reply;
    const bool is_from_target =
        !detail::is_error(reply) ||
        (reply.from.same_host(setup().destination) && !detail::is_time_exceeded(reply, family()));
    if (is_from_target) {
        path.reached_at = std::min<std::size_t>(path.reached_at.value_or(which.hop), which.hop);
    } else if (detail::is_unreachable(reply, family())) {
        path.unreachable_at =
            std::min<std::size_t>(path.unreachable_at.value_or(which.hop), which.hop);
    }
}

// What has been told stays as it was told. An answer that still waits in the queue gets its RTT
// from the better stamps.
void trace_session::state::take_stamp(sending& which, stamp at) {
    which.kernel = at;
    if (which.record.state != probe_state::answered) return;
    for (std::size_t i = 0; i < std::min(events.size(), late_stamp_reach); ++i) {
        auto& waiting = events.newest(i);
        const bool is_it = waiting.event.kind == event_kind::reply &&
                           waiting.event.what == reply_class::answered &&
                           waiting.event.record.id == which.record.id &&
                           waiting.event.record.state == probe_state::answered &&
                           !detail::is_notice(waiting.event.record.reply, family());
        if (!is_it) continue;
        const detail::send_times sent{.at = which.record.sent_at, .kernel = at};
        detail::choose_rtt(which.record.reply, sent, waiting.got);
        waiting.event.record.reply = which.record.reply;
        return;
    }
}

// ---- events ------------------------------------------------------------------------------------

void trace_session::state::report(event_kind kind, const probe_record& record) {
    push({.event = {.kind = kind, .at = now, .record = record}});
}

void trace_session::state::report_reply(reply_class what, probe_record&& record,
                                        const receive_times& got) {
    push(
        {.event = {.kind = event_kind::reply, .what = what, .at = now, .record = std::move(record)},
         .got = got});
}

void trace_session::state::push(detail::queued_event&& added) {
    // Whoever never takes events loses the oldest of them, not the memory.
    const std::size_t bound = events_of_sending * path.sendings.size() + events_spare;
    if (events.size() >= bound) static_cast<void>(events.pop());
    events.push(std::move(added));
}

trace_end trace_session::state::end() const noexcept {
    if (path.reached_at) return trace_end::reached;
    if (path.unreachable_at) return trace_end::unreachable;
    if (counts.sent == 0 && counts.send_failed > 0) return trace_end::send_failed;
    return is_stopped ? trace_end::stopped : trace_end::max_hops;
}

// ---- the session -------------------------------------------------------------------------------

trace_session::trace_session(const trace_options& options, const session_setup& setup)
    : state_(std::make_unique<state>(options, setup)) {}
trace_session::~trace_session() = default;

void trace_session::on_datagram(bytes_view octets, const receive_facts& facts) {
    auto& s = *state_;
    if (s.is_finished) return;
    s.advance(facts.at);
    s.take(s.matcher.on_datagram(octets, facts, s.window()),
           {.at = facts.at, .kernel = facts.kernel});
    s.judge();
}

void trace_session::on_icmp_error(const icmp_error& error, const receive_facts& facts) {
    auto& s = *state_;
    if (s.is_finished) return;
    s.advance(facts.at);
    s.take(s.matcher.on_error(error, facts, s.window()), {.at = facts.at, .kernel = facts.kernel});
    s.judge();
}

void trace_session::on_send_done(probe_id id, send_outcome outcome) {
    auto& s = *state_;
    if (s.is_finished || id.value >= s.path.sendings.size()) return;
    s.advance(outcome.at);
    if (outcome.code == 0) {
        s.confirm(s.path.sendings[id.value], outcome.at);
    } else {
        s.fail(s.path.sendings[id.value], outcome);
    }
    s.judge();
}

void trace_session::on_transmit_stamp(probe_id id, stamp at) {
    auto& s = *state_;
    if (s.is_finished || id.value >= s.path.sendings.size()) return;
    s.take_stamp(s.path.sendings[id.value], at);
}

void trace_session::on_time(mono_time now) {
    state_->advance(now);
    state_->judge();
}

void trace_session::stop(mono_time now) {
    auto& s = *state_;
    if (s.is_finished) return;
    s.advance(now);
    s.judge();
    if (s.is_finished) return;
    s.is_stopped = true;
    s.finish();
}

std::optional<transmit> trace_session::next_transmit() {
    if (state_->is_finished) return std::nullopt;
    const auto which = state_->schedule.due(state_->now);
    if (!which) return std::nullopt;
    return state_->hand_out(*which);
}

std::optional<probe_event> trace_session::next_event() {
    if (state_->events.empty()) return std::nullopt;
    return std::move(state_->events.pop().event);
}

mono_time trace_session::next_deadline() const noexcept {
    return state_->is_finished ? mono_time::max() : state_->schedule.next();
}

bool trace_session::finished() const noexcept { return state_->is_finished; }

trace_result trace_session::result() const {
    const auto& s = *state_;
    trace_result made;
    made.address = s.setup().destination;
    made.source = s.setup().channel.source;
    made.options = s.options;
    made.raw = s.setup().channel.raw;
    made.end = s.end();
    made.hops = detail::hops_of(s.path, s.options.first_hop);
    made.counts = s.counts;
    if (s.counts.sent > 0) made.duration = (s.is_finished ? s.ended_at : s.now) - s.first_sent_at;
    return made;
}

}  // namespace sonde::inline v0
