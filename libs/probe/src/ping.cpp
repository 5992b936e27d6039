#include <set>

#include <sonde/probe/ping.hpp>

#include "answer_match.hpp"
#include "event_queue.hpp"
#include "notices.hpp"
#include "ping_schedule.hpp"
#include "probe_ring.hpp"

namespace sonde::inline v0 {

using detail::match;
using detail::receive_times;
using stage = detail::remembered_probe::stage;

namespace {

// Who answered a probe to a group: so many pairs of probe and address are remembered.
constexpr std::size_t answerers_max = 65'536;
// A stamp that comes after its answer is looked for among so many events.
constexpr std::size_t late_stamp_reach = 64;
// Events that wait to be taken: two for each probe remembered, and so many.
constexpr std::size_t events_spare = 1024;

detail::probe_plan plan_of(const ping_options& options, const session_setup& setup) {
    return {.method = probe_method::icmp,
            .setup = setup,
            .payload_len = options.payload_len,
            .pattern = options.pattern,
            .verify_checksum = options.socket.verify_checksum};
}

bool is_group(const ping_options& options, const ip_address& destination) noexcept {
    return options.socket.broadcast || destination.is_multicast() ||
           (destination.is_v4() && destination.v4().is_broadcast());
}

}  // namespace

struct ping_session::state {
    state(const ping_options& asked, const session_setup& setup)
        : options(asked),
          writer(plan_of(asked, setup)),
          matcher(writer),
          schedule(asked, setup.start),
          ring(asked.in_flight_max),
          now(setup.start),
          is_group_target(is_group(asked, setup.destination)) {}

    ping_options options;
    detail::probe_writer writer;
    detail::answer_matcher matcher;
    detail::ping_schedule schedule;
    detail::probe_ring ring;
    detail::event_queue events{};
    std::vector<probe_record> records{};
    std::set<std::pair<std::uint64_t, ip_address>> answerers{};  // of a group target only
    probe_counts counts{};
    rtt_statistics rtt{};
    rtt_statistics rtt_user{};
    nanoseconds rtt_largest{};
    mono_time now;
    mono_time first_sent_at{};
    mono_time last_sent_at{};
    mono_time ended_at{};
    std::uint64_t waiting_from = 0;    // no probe below is waiting
    std::uint64_t next_reordered = 0;  // a first answer to a probe below was overtaken
    bool is_group_target;
    bool is_finished = false;

    [[nodiscard]] const session_setup& setup() const noexcept { return writer.plan().setup; }
    [[nodiscard]] std::uint64_t handed_out() const noexcept { return ring.window().next; }

    void advance(mono_time at) noexcept { now = std::max(now, at); }
    [[nodiscard]] bool may_send() const noexcept;
    [[nodiscard]] mono_time linger_end() const noexcept;
    [[nodiscard]] mono_time deadline() const noexcept;
    [[nodiscard]] mono_time next_deadline() const noexcept;
    [[nodiscard]] bool is_complete() const noexcept;

    [[nodiscard]] transmit hand_out();
    void forget_oldest();
    void confirm(detail::remembered_probe& probe, mono_time at);
    void fail(detail::remembered_probe& probe, const send_outcome& why);
    void lose(detail::remembered_probe& probe);
    void expire();
    void lose_all();
    void judge();
    void finish();

    void take(match&& found, const receive_times& got);
    void take_genuine(match&& found, const receive_times& got);
    void take_first(detail::remembered_probe& probe, match&& found, const receive_times& got);
    void take_late(detail::remembered_probe& probe, match&& found, const receive_times& got);
    void take_again(detail::remembered_probe& probe, match&& found, const receive_times& got);
    void take_stamp(detail::remembered_probe& probe, stamp at);

    [[nodiscard]] probe_record record_of(const detail::remembered_probe& probe) const;
    void report(event_kind kind, const detail::remembered_probe& probe);
    void report_reply(reply_class what, probe_record&& record, const receive_times& got);
    void report_stranger(reply_class what, match&& found, const receive_times& got);
    void push(detail::queued_event&& added);
    void settle(const detail::queued_event& leaving);
    void keep(const probe_record& record);
};

// ---- when --------------------------------------------------------------------------------------

bool ping_session::state::may_send() const noexcept {
    if (is_finished) return false;
    // With a deadline `count` means answers (as ping -w has it), and sending goes on until then.
    return options.deadline || !options.count || handed_out() < *options.count;
}

mono_time ping_session::state::deadline() const noexcept {
    return options.deadline ? setup().start + *options.deadline : mono_time::max();
}

// As iputils waits after its last probe: twice the largest RTT once anything came back, but at
// least an interval; else the whole timeout.
mono_time ping_session::state::linger_end() const noexcept {
    const nanoseconds wait =
        counts.received > 0 ? std::max(2 * rtt_largest, schedule.interval()) : options.timeout;
    return last_sent_at + wait;
}

mono_time ping_session::state::next_deadline() const noexcept {
    if (is_finished) return mono_time::max();
    mono_time next = deadline();
    if (may_send()) {
        next = std::min(next, schedule.next());
    } else {
        next = std::min(next, linger_end());
    }
    if (waiting_from < handed_out()) {
        next = std::min(next, ring[{waiting_from}].sent.at + options.timeout);
    }
    return std::max(next, setup().start);
}

bool ping_session::state::is_complete() const noexcept {
    if (options.stop_at_first_answer && counts.received > 0) return true;
    if (options.deadline && options.count && counts.received >= *options.count) return true;
    return !may_send() && waiting_from == handed_out();
}

void ping_session::state::judge() {
    if (is_finished) return;
    expire();
    if (is_complete()) {
        finish();
    } else if (now >= deadline() || (!may_send() && now >= linger_end())) {
        lose_all();
        finish();
    }
}

void ping_session::state::finish() {
    is_finished = true;
    ended_at = now;
    for (std::size_t i = 0; i < events.size(); ++i) {
        auto& waiting = events.newest(events.size() - 1 - i);
        settle(waiting);
        waiting.is_measured = false;
    }
    push({.event = {.kind = event_kind::finished, .at = now}});
}

// ---- sending -----------------------------------------------------------------------------------

transmit ping_session::state::hand_out() {
    if (ring.is_full()) forget_oldest();
    auto& probe = ring.add();
    probe.sent.at = now;
    schedule.on_send(now);
    last_sent_at = std::max(last_sent_at, now);
    if (options.keep_records) records.push_back(record_of(probe));
    auto made = writer.write({probe.id});
    made.hop_limit = options.hop_limit;
    return made;
}

void ping_session::state::forget_oldest() {
    const probe_id oldest{ring.window().oldest};
    lose(ring[oldest]);
    ring.forget_oldest();
    waiting_from = std::max(waiting_from, ring.window().oldest);
    while (!answerers.empty() && answerers.begin()->first < ring.window().oldest) {
        answerers.erase(answerers.begin());
    }
}

// Also for an answer that comes before the caller said how sending ended: it was sent, then.
void ping_session::state::confirm(detail::remembered_probe& probe, mono_time at) {
    if (probe.now != stage::handed_out) return;
    probe.now = stage::waiting;
    probe.sent.at = at;
    if (counts.sent == 0) first_sent_at = at;
    last_sent_at = std::max(last_sent_at, at);
    ++counts.sent;
    ++counts.in_flight;
    if (options.keep_records) records[probe.id].sent_at = at;
    report(event_kind::sent, probe);
}

void ping_session::state::fail(detail::remembered_probe& probe, const send_outcome& why) {
    if (probe.now != stage::handed_out) return;
    probe.now = stage::failed;
    ++counts.send_failed;
    auto record = record_of(probe);
    record.send_error = why.code;
    record.send_mtu = why.mtu;
    keep(record);
    push({.event = {.kind = event_kind::send_failed, .at = now, .record = std::move(record)}});
}

// ---- the end of a probe without an answer ------------------------------------------------------

void ping_session::state::lose(detail::remembered_probe& probe) {
    confirm(probe, probe.sent.at);
    if (probe.now != stage::waiting) return;
    probe.now = stage::lost;
    --counts.in_flight;
    ++counts.lost;
    if (options.keep_records) records[probe.id].state = probe_state::timed_out;
    report(event_kind::timed_out, probe);
}

void ping_session::state::expire() {
    for (; waiting_from < handed_out(); ++waiting_from) {
        auto& probe = ring[{waiting_from}];
        if (probe.now != stage::waiting && probe.now != stage::handed_out) continue;
        if (now < probe.sent.at + options.timeout) return;
        lose(probe);
    }
}

void ping_session::state::lose_all() {
    for (; waiting_from < handed_out(); ++waiting_from) lose(ring[{waiting_from}]);
}

// ---- answers -----------------------------------------------------------------------------------

void ping_session::state::take(match&& found, const receive_times& got) {
    switch (found.what) {
        case match::kind::ignored:
            return;
        case match::kind::foreign:
            ++counts.foreign;
            report_stranger(reply_class::foreign, std::move(found), got);
            return;
        case match::kind::forged:
            ++counts.forged;
            report_stranger(reply_class::forged, std::move(found), got);
            return;
        case match::kind::corrupted: {
            ++counts.corrupted;
            auto record = record_of(ring[found.id]);
            record.reply = std::move(found.reply);
            report_reply(reply_class::corrupted, std::move(record), got);
            return;
        }
        case match::kind::genuine:
            take_genuine(std::move(found), got);
    }
}

void ping_session::state::take_genuine(match&& found, const receive_times& got) {
    auto& probe = ring[found.id];
    if (probe.now == stage::failed) {  // the kernel said that it never left
        ++counts.foreign;
        report_stranger(reply_class::foreign, std::move(found), got);
        return;
    }
    confirm(probe, probe.sent.at);
    detail::choose_rtt(found.reply, probe.sent, got);
    if (detail::is_notice(found.reply, setup().destination.family())) {
        auto record = record_of(probe);
        record.reply = std::move(found.reply);
        report_reply(reply_class::answered, std::move(record), got);
        return;
    }
    if (probe.now == stage::waiting && found.reply.rtt >= options.timeout) lose(probe);
    if (probe.now == stage::waiting) {
        take_first(probe, std::move(found), got);
    } else if (probe.now == stage::lost && !probe.is_late && !probe.has_error) {
        take_late(probe, std::move(found), got);
    } else {
        take_again(probe, std::move(found), got);
    }
}

void ping_session::state::take_first(detail::remembered_probe& probe, match&& found,
                                     const receive_times& got) {
    --counts.in_flight;
    schedule.on_answer();
    if (found.reply.kind == answer_kind::icmp_error) {
        probe.now = stage::lost;
        probe.has_error = true;
        ++counts.lost;
        ++counts.errors;
    } else {
        probe.now = stage::answered;
        ++counts.received;
        found.reply.reordered = probe.id < next_reordered;
        if (found.reply.reordered) ++counts.reordered;
        next_reordered = std::max(next_reordered, probe.id);
        rtt_largest = std::max(rtt_largest, found.reply.rtt);
    }
    if (is_group_target) answerers.insert({probe.id, found.reply.from});
    auto record = record_of(probe);
    record.state = probe_state::answered;
    record.reply = std::move(found.reply);
    keep(record);
    const bool is_measured = probe.now == stage::answered;
    report_reply(reply_class::answered, std::move(record), got);
    events.newest(0).is_measured = is_measured;
}

void ping_session::state::take_late(detail::remembered_probe& probe, match&& found,
                                    const receive_times& got) {
    probe.is_late = true;
    ++counts.late;
    if (is_group_target) answerers.insert({probe.id, found.reply.from});
    auto record = record_of(probe);
    record.reply = std::move(found.reply);
    keep(record);
    report_reply(reply_class::late, std::move(record), got);
}

// A probe to a group is answered by many; the same host twice is a duplicate there as well.
void ping_session::state::take_again(detail::remembered_probe& probe, match&& found,
                                     const receive_times& got) {
    const bool is_another = is_group_target && answerers.size() < answerers_max &&
                            answerers.insert({probe.id, found.reply.from}).second;
    if (!is_another) {
        ++counts.duplicates;
        if (probe.duplicates < UINT16_MAX) ++probe.duplicates;
        if (options.keep_records) records[probe.id].duplicates = probe.duplicates;
    }
    auto record = record_of(probe);
    record.state = probe_state::answered;
    record.reply = std::move(found.reply);
    report_reply(
        is_another ? reply_class::answered : reply_class::duplicate, std::move(record), got);
}

// What has been told stays as it was told. An answer that still waits in the queue gets its RTT
// from the better stamps.
void ping_session::state::take_stamp(detail::remembered_probe& probe, stamp at) {
    probe.sent.kernel = at;
    if (probe.now != stage::answered) return;
    for (std::size_t i = 0; i < std::min(events.size(), late_stamp_reach); ++i) {
        auto& waiting = events.newest(i);
        if (!waiting.is_measured || waiting.event.record.id.value != probe.id) continue;
        detail::choose_rtt(waiting.event.record.reply, probe.sent, waiting.got);
        keep(waiting.event.record);
        return;
    }
}

// ---- events ------------------------------------------------------------------------------------

probe_record ping_session::state::record_of(const detail::remembered_probe& probe) const {
    probe_record made;
    made.id = {probe.id};
    made.sequence = probe.id + 1;
    made.hop_limit = options.hop_limit;
    made.was_late = probe.is_late;
    made.duplicates = probe.duplicates;
    made.sent_at = probe.sent.at;
    switch (probe.now) {
        case stage::handed_out:
        case stage::waiting:
            made.state = probe_state::in_flight;
            break;
        case stage::answered:
            made.state = probe_state::answered;
            break;
        case stage::failed:
            made.state = probe_state::send_failed;
            break;
        case stage::lost:
            made.state =
                probe.is_late || probe.has_error ? probe_state::answered : probe_state::timed_out;
            break;
    }
    return made;
}

void ping_session::state::keep(const probe_record& record) {
    if (options.keep_records) records[record.id.value] = record;
}

void ping_session::state::report(event_kind kind, const detail::remembered_probe& probe) {
    push({.event = {.kind = kind, .at = now, .record = record_of(probe)}});
}

void ping_session::state::report_reply(reply_class what, probe_record&& record,
                                       const receive_times& got) {
    push(
        {.event = {.kind = event_kind::reply, .what = what, .at = now, .record = std::move(record)},
         .got = got});
}

void ping_session::state::report_stranger(reply_class what, match&& found,
                                          const receive_times& got) {
    probe_record record;
    record.reply = std::move(found.reply);
    report_reply(what, std::move(record), got);
}

void ping_session::state::push(detail::queued_event&& added) {
    // Whoever never takes events loses the oldest of them, not the memory.
    const std::size_t bound = 2 * std::size_t{options.in_flight_max} + events_spare;
    if (events.size() >= bound) settle(events.pop());
    events.push(std::move(added));
}

void ping_session::state::settle(const detail::queued_event& leaving) {
    if (!leaving.is_measured) return;
    rtt.add(leaving.event.record.reply.rtt);
    rtt_user.add(leaving.event.record.reply.rtt_user);
}

// ---- the session -------------------------------------------------------------------------------

ping_session::ping_session(const ping_options& options, const session_setup& setup)
    : state_(std::make_unique<state>(options, setup)) {}
ping_session::~ping_session() = default;

void ping_session::on_datagram(bytes_view octets, const receive_facts& facts) {
    auto& s = *state_;
    if (s.is_finished) return;
    s.advance(facts.at);
    s.take(s.matcher.on_datagram(octets, facts, s.ring.window()),
           {.at = facts.at, .kernel = facts.kernel});
    s.judge();
}

void ping_session::on_icmp_error(const icmp_error& error, const receive_facts& facts) {
    auto& s = *state_;
    if (s.is_finished) return;
    s.advance(facts.at);
    s.take(s.matcher.on_error(error, facts, s.ring.window()),
           {.at = facts.at, .kernel = facts.kernel});
    s.judge();
}

void ping_session::on_send_done(probe_id id, send_outcome outcome) {
    auto& s = *state_;
    if (s.is_finished || !s.ring.holds(id)) return;
    s.advance(outcome.at);
    if (outcome.code == 0) {
        s.confirm(s.ring[id], outcome.at);
    } else {
        s.fail(s.ring[id], outcome);
    }
    s.judge();
}

void ping_session::on_transmit_stamp(probe_id id, stamp at) {
    auto& s = *state_;
    if (!s.is_finished && s.ring.holds(id)) s.take_stamp(s.ring[id], at);
}

void ping_session::on_time(mono_time now) {
    state_->advance(now);
    state_->judge();
}

void ping_session::stop(mono_time now) {
    auto& s = *state_;
    if (s.is_finished) return;
    s.advance(now);
    s.expire();
    s.lose_all();
    s.finish();
}

std::optional<transmit> ping_session::next_transmit() {
    if (!state_->may_send() || !state_->schedule.is_due(state_->now)) return std::nullopt;
    return state_->hand_out();
}

std::optional<probe_event> ping_session::next_event() {
    if (state_->events.empty()) return std::nullopt;
    auto leaving = state_->events.pop();
    state_->settle(leaving);
    return std::move(leaving.event);
}

mono_time ping_session::next_deadline() const noexcept { return state_->next_deadline(); }
bool ping_session::finished() const noexcept { return state_->is_finished; }
const probe_counts& ping_session::counts() const noexcept { return state_->counts; }
const rtt_statistics& ping_session::rtt() const noexcept { return state_->rtt; }

ping_result ping_session::result() const {
    const auto& s = *state_;
    ping_result made;
    made.address = s.setup().destination;
    made.source = s.setup().channel.source;
    made.options = s.options;
    made.raw = s.setup().channel.raw;
    made.counts = s.counts;
    made.rtt = s.rtt;
    made.rtt_user = s.rtt_user;
    for (std::size_t i = 0; i < s.events.size(); ++i) {
        const auto& waiting = s.events.oldest(i);
        if (!waiting.is_measured) continue;
        made.rtt.add(waiting.event.record.reply.rtt);
        made.rtt_user.add(waiting.event.record.reply.rtt_user);
    }
    if (s.counts.sent > 0) made.duration = (s.is_finished ? s.ended_at : s.now) - s.first_sent_at;
    made.records = s.records;
    return made;
}

}  // namespace sonde::inline v0
