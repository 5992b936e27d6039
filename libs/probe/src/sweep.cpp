#include <sonde/probe/pacer.hpp>
#include <sonde/probe/sweep.hpp>

#include "event_queue.hpp"
#include "mass_echo.hpp"
#include "notices.hpp"
#include "option_problems.hpp"
#include "paged_bits.hpp"
#include "sweep_course.hpp"
#include "sweep_ring.hpp"

namespace sonde::inline v0 {

using detail::match;
using detail::receive_times;
using detail::swept_probe;
using stage = swept_probe::stage;

namespace {

constexpr std::size_t events_max = 65'536;  // that wait to be taken
// A stamp that comes after its answer is looked for among so many events.
constexpr std::size_t late_stamp_reach = 64;
constexpr std::uint32_t remembered_max = 1U << 26;  // a gigabyte
constexpr std::uint16_t payload_len_min = 16;       // cookie, compensation and number
constexpr double rate_max = 1e9;
// What is made up for after a stall: so much time's worth of probes, and no more than so many.
constexpr double burst_seconds = 0.01;
constexpr double burst_min = 8;
constexpr double burst_max = 4096;

std::uint32_t burst_of(double rate) noexcept {
    return static_cast<std::uint32_t>(std::clamp(rate * burst_seconds, burst_min, burst_max));
}

detail::mass_plan plan_of(const sweep_options& options, const many_setup& setup) {
    return {.setup = setup,
            .payload_len = options.payload_len,
            .hop_limit = options.hop_limit,
            .verify_checksum = options.socket.verify_checksum};
}

/// Takes out what must not or cannot be sent to.
address_set reachable(address_set given, const sweep_options& options, const many_setup& setup) {
    constexpr ip_prefix all_v4(ip_address(ipv4_address{}), 0);
    constexpr ip_prefix all_v6(ip_address(ipv6_address{}), 0);
    constexpr ip_prefix multicast_v4(ip_address(ipv4_address{0xe0000000}), 4);
    constexpr ip_prefix broadcast_v4(ip_address(ipv4_address{0xffffffff}), 32);
    constexpr ip_prefix multicast_v6(ip_address(ipv6_address::from_integer(uint128{0xff} << 120)),
                                     8);
    std::vector<ip_range> unwanted;
    if (!setup.v4) unwanted.push_back(all_v4.range());
    if (!setup.v6) unwanted.push_back(all_v6.range());
    if (!options.ceilings.allow_broadcast) {
        for (const auto& block : {multicast_v4, broadcast_v4, multicast_v6}) {
            unwanted.push_back(block.range());
        }
    }
    given.remove(unwanted);
    return given;
}

}  // namespace

std::vector<option_problem> validate(const sweep_options& options) {
    detail::problem_list problems;
    problems.within("rate", options.rate, 0, rate_max);
    detail::check_ceilings(problems, options.ceilings);
    problems.between("tries", options.tries, 1, UINT8_MAX);
    problems.above_zero("timeout", options.timeout);
    if (options.limit) problems.between("limit", *options.limit, 1, UINT64_MAX);
    problems.between("shards", options.shards, 1, UINT32_MAX);
    if (options.shards > 0) problems.between("shard", options.shard, 0, options.shards - 1);
    problems.between("payload_len", options.payload_len, payload_len_min, detail::payload_len_max);
    problems.between("in_flight_max", options.in_flight_max, 1, remembered_max);
    detail::check_socket(problems, options.socket);
    return problems.take();
}

struct sweep_session::state final : detail::mass_memory {
    state(const sweep_options& asked, address_set&& given, const many_setup& setup)
        : options(asked),
          start(setup.start),
          given_size(given.size()),
          targets(reachable(std::move(given), asked, setup)),
          course(asked, targets.size()),
          echo(plan_of(asked, setup)),
          pace(asked.rate, burst_of(asked.rate), setup.start),
          gate(asked.ceilings),
          ring(asked.in_flight_max),
          has_bits(course.share() <= bits_max),
          answered_bits(has_bits ? course.share() : 0),
          refused_bits(has_bits ? course.share() : 0),
          now(setup.start) {}

    /// The next probe, when its network makes it wait.
    struct held_probe {
        ip_address to{};
        mono_time until{};
    };
    /// The number whose index was asked for last: answers ask twice.
    struct known_index {
        std::uint64_t step = UINT64_MAX;
        std::uint64_t index = 0;
    };

    sweep_options options;
    mono_time start;
    std::uint64_t given_size;
    address_set targets;
    detail::sweep_course course;
    detail::mass_echo echo;
    pacer pace;
    ceiling_gate gate;
    detail::sweep_ring ring;
    bool has_bits;
    detail::paged_bits answered_bits;  // by step
    detail::paged_bits refused_bits;   // by step; of those without an answer they count
    detail::event_queue events{};
    std::optional<held_probe> held{};
    mutable known_index last_index{};
    probe_counts counts{};
    rtt_statistics rtt{};
    mono_time now;
    mono_time first_sent_at{};
    mono_time last_sent_at{};
    mono_time ended_at{};
    std::uint64_t cursor = 0;        // the next step of this pass
    std::uint64_t waiting_from = 0;  // no place below is open
    std::uint64_t answered = 0;
    std::uint64_t refused = 0;
    std::uint64_t given_up_from = UINT64_MAX;  // the first step that a second stop gave up
    std::uint64_t dropped_here = 0;
    std::uint64_t events_dropped = 0;
    unsigned pass = 0;
    bool is_stopping = false;
    bool is_finished = false;

    void advance(mono_time at) noexcept { now = std::max(now, at); }
    [[nodiscard]] bool may_send() const noexcept;
    [[nodiscard]] bool has_room() const noexcept;
    [[nodiscard]] mono_time next_deadline() const noexcept;

    [[nodiscard]] std::optional<transmit> hand_out();
    [[nodiscard]] transmit send_to(const ip_address& to);
    void confirm(swept_probe& probe, mono_time at);
    void fail(swept_probe& probe, const send_outcome& why);
    void lose(swept_probe& probe);
    void expire();
    void judge();
    void begin_pass() noexcept;
    void finish();
    void stop_at_once();

    void take(match&& found, const receive_times& got);
    void take_genuine(match&& found, const receive_times& got);
    void take_first(swept_probe& probe, match&& found, const receive_times& got);
    void take_again(swept_probe& probe, match&& found, const receive_times& got);
    void take_forgotten(match&& found, const receive_times& got);
    [[nodiscard]] bool is_notice(const match& found) const noexcept;
    void take_stamp(swept_probe& probe, stamp at);
    void mark(std::uint64_t step, const answer& reply, bool is_first);

    [[nodiscard]] std::uint64_t index_of(std::uint64_t number) const noexcept;
    [[nodiscard]] swept_probe known_of(std::uint64_t number) const noexcept;
    probe_record& report(event_kind kind, const swept_probe& probe);
    void report_reply(reply_class what, const swept_probe& probe, match&& found,
                      const receive_times& got);
    void report_stranger(reply_class what, match&& found, const receive_times& got);
    [[nodiscard]] detail::queued_event& add_event();
    void settle(const detail::queued_event& leaving);

    [[nodiscard]] std::uint64_t settled_steps() const noexcept;
    [[nodiscard]] nanoseconds time_left() const noexcept;

    // detail::mass_memory
    [[nodiscard]] std::optional<ip_address> destination_of(std::uint64_t number) const override;
    [[nodiscard]] std::optional<std::uint64_t> newest_to(const ip_address& address,
                                                         std::uint16_t sequence,
                                                         std::uint64_t below) const override;
};

// ---- when --------------------------------------------------------------------------------------

bool sweep_session::state::may_send() const noexcept {
    return !is_finished && !is_stopping && cursor < course.share();
}

bool sweep_session::state::has_room() const noexcept {
    return !ring.is_full() || waiting_from > ring.oldest();
}

mono_time sweep_session::state::next_deadline() const noexcept {
    if (is_finished) return mono_time::max();
    mono_time next = mono_time::max();
    if (may_send() && has_room()) next = std::max(pace.next(), held ? held->until : start);
    if (waiting_from < ring.next()) next = std::min(next, ring[waiting_from].at + options.timeout);
    if (next == mono_time::max()) next = start;  // nothing to wait for: time to finish
    return std::max(next, start);
}

void sweep_session::state::judge() {
    if (is_finished) return;
    expire();
    if (waiting_from < ring.next()) return;
    if (!may_send() && !is_stopping) begin_pass();
    if (!may_send()) finish();
}

// Without further passes the cursor stays at the end. Errors may have ended this pass at once: a
// host is not asked again sooner than its ceiling allows. What the wait for this pass left out of
// the grid is not made up for.
void sweep_session::state::begin_pass() noexcept {
    const mono_time from = std::max(now, last_sent_at + price_of(options.ceilings.per_host));
    pace.set_rate(options.rate, from);
    while (pass + 1 < course.passes() && cursor >= course.share()) {
        ++pass;
        cursor = answered_bits.next_clear(0);
    }
}

void sweep_session::state::finish() {
    is_finished = true;
    ended_at = now;
    for (std::size_t i = events.size(); i-- > 0;) {
        auto& waiting = events.newest(i);
        settle(waiting);
        waiting.is_measured = false;
    }
    add_event().event = {.kind = event_kind::finished, .at = now, .target = no_target};
}

// ---- sending -----------------------------------------------------------------------------------

std::optional<transmit> sweep_session::state::hand_out() {
    if (!may_send() || !pace.is_due(now)) return std::nullopt;
    ring.make_room();
    if (!has_room()) return std::nullopt;
    if (held) {
        if (now < held->until) return std::nullopt;
        transmit made = send_to(held->to);
        held.reset();
        return made;
    }
    if (pass > 0) cursor = answered_bits.next_clear(cursor);  // somebody may have answered late
    if (cursor >= course.share()) return std::nullopt;
    const ip_address to = targets.at(course.index_of(cursor));
    const mono_time until = gate.allowed_at(to, now);
    gate.on_send(to, until);
    if (until <= now) return send_to(to);
    held = {to, until};
    return std::nullopt;
}

transmit sweep_session::state::send_to(const ip_address& to) {
    const std::uint64_t number = course.number_of(pass, cursor);
    ring.add(number, now);
    ++cursor;
    pace.on_send(now);
    return echo.write(number, to);
}

// Also for an answer that comes before the caller said how sending ended: it was sent, then.
void sweep_session::state::confirm(swept_probe& probe, mono_time at) {
    if (probe.now != stage::handed_out) return;
    probe.now = stage::waiting;
    probe.at = at;
    if (counts.sent == 0) first_sent_at = at;
    last_sent_at = std::max(last_sent_at, at);
    ++counts.sent;
    ++counts.in_flight;
    if (options.events.sent) report(event_kind::sent, probe);
}

void sweep_session::state::fail(swept_probe& probe, const send_outcome& why) {
    if (probe.now != stage::handed_out) return;
    probe.now = stage::failed;
    ++counts.send_failed;
    if (!options.events.send_failures) return;
    auto& record = report(event_kind::send_failed, probe);
    record.send_error = why.code;
    record.send_mtu = why.mtu;
}

// ---- the end of a probe without an answer ------------------------------------------------------

void sweep_session::state::lose(swept_probe& probe) {
    confirm(probe, probe.at);
    if (probe.now != stage::waiting) return;
    probe.now = stage::lost;
    --counts.in_flight;
    ++counts.lost;
    if (options.events.timeouts) report(event_kind::timed_out, probe);
}

void sweep_session::state::expire() {
    for (; waiting_from < ring.next(); ++waiting_from) {
        auto& probe = ring[waiting_from];
        if (!probe.is_open()) continue;
        if (now < probe.at + options.timeout) return;
        lose(probe);
    }
}

void sweep_session::state::stop_at_once() {
    expire();
    if (pass == 0) given_up_from = settled_steps();
    for (; waiting_from < ring.next(); ++waiting_from) lose(ring[waiting_from]);
    finish();
}

// ---- answers -----------------------------------------------------------------------------------

void sweep_session::state::take(match&& found, const receive_times& got) {
    switch (found.what) {
        case match::kind::ignored:
            return;
        case match::kind::foreign:
            ++counts.foreign;
            return report_stranger(reply_class::foreign, std::move(found), got);
        case match::kind::forged:
            ++counts.forged;
            return report_reply(
                reply_class::forged, known_of(found.id.value), std::move(found), got);
        case match::kind::corrupted:
            ++counts.corrupted;
            return report_reply(
                reply_class::corrupted, known_of(found.id.value), std::move(found), got);
        case match::kind::genuine:
            return take_genuine(std::move(found), got);
    }
}

void sweep_session::state::take_genuine(match&& found, const receive_times& got) {
    swept_probe* const known = ring.find(found.id.value);
    if (known == nullptr) return take_forgotten(std::move(found), got);
    swept_probe& probe = *known;
    if (probe.now == stage::failed) {  // the kernel said that it never left
        ++counts.foreign;
        return report_stranger(reply_class::foreign, std::move(found), got);
    }
    confirm(probe, probe.at);
    // Where the stamp lies behind the reading a clock was set: nothing is known then.
    if (got.at >= probe.at) {
        detail::choose_rtt(
            found.reply, {.at = probe.at, .kernel = {probe.at, probe.stamped_by}}, got);
    }
    if (is_notice(found)) {
        return report_reply(reply_class::answered, probe, std::move(found), got);
    }
    if (probe.now == stage::waiting && found.reply.rtt >= options.timeout) lose(probe);
    if (probe.now == stage::waiting) {
        take_first(probe, std::move(found), got);
    } else {
        take_again(probe, std::move(found), got);
    }
}

// By the family of the probe: an error of this host names no reporter.
bool sweep_session::state::is_notice(const match& found) const noexcept {
    if (!detail::is_error(found.reply)) return false;
    const ip_address to = targets.at(index_of(found.id.value));
    return detail::is_notice(found.reply, to.family());
}

void sweep_session::state::take_first(swept_probe& probe, match&& found, const receive_times& got) {
    mark(course.step_of(found.id.value), found.reply, true);
    --counts.in_flight;
    if (detail::is_error(found.reply)) {
        probe.now = stage::refused;
        ++counts.lost;
        ++counts.errors;
        return report_reply(reply_class::answered, probe, std::move(found), got);
    }
    probe.now = stage::answered;
    ++counts.received;
    const bool has_rtt = found.reply.sent_by != stamp_source::none;
    if (!options.events.replies) {
        if (has_rtt) rtt.add(found.reply.rtt);
        return;
    }
    report_reply(reply_class::answered, probe, std::move(found), got);
    events.newest(0).is_measured = has_rtt;
}

/// Of a probe that has settled: the first after its timeout is late, all others are duplicates.
void sweep_session::state::take_again(swept_probe& probe, match&& found, const receive_times& got) {
    const bool is_first = probe.now == stage::lost;
    mark(course.step_of(found.id.value), found.reply, is_first);
    if (is_first) {
        probe.now = stage::late;
        ++counts.late;
        report_reply(reply_class::late, probe, std::move(found), got);
    } else {
        ++counts.duplicates;
        report_reply(reply_class::duplicate, probe, std::move(found), got);
    }
}

/// What became of a probe that is forgotten only the bits of its address tell.
void sweep_session::state::take_forgotten(match&& found, const receive_times& got) {
    if (!has_bits) {
        ++counts.foreign;
        return report_stranger(reply_class::foreign, std::move(found), got);
    }
    const std::uint64_t step = course.step_of(found.id.value);
    const bool is_first =
        !answered_bits[step] && !refused_bits[step] && counts.late + counts.errors < counts.lost;
    mark(step, found.reply, is_first);
    swept_probe probe = known_of(found.id.value);
    probe.now = is_first ? stage::late : stage::answered;
    ++(is_first ? counts.late : counts.duplicates);
    report_reply(
        is_first ? reply_class::late : reply_class::duplicate, probe, std::move(found), got);
}

/// Keeps who has answered. An echo reply outweighs an error, whichever comes first. Without bits
/// the first answer of each probe has to do.
void sweep_session::state::mark(std::uint64_t step, const answer& reply, bool is_first) {
    const bool is_refusal = detail::is_error(reply);
    if (!has_bits) {
        if (is_first) ++(is_refusal ? refused : answered);
        return;
    }
    if (answered_bits[step]) return;
    const bool was_refused = refused_bits[step];
    if (is_refusal) {
        if (was_refused) return;
        refused_bits.set(step);
        ++refused;
        return;
    }
    answered_bits.set(step);
    ++answered;
    if (was_refused) --refused;
}

// A stamp lies behind the system call, by less than anybody waits for the answer. What has been
// told stays as it was told: an answer whose event still waits gets its RTT from the better stamp.
void sweep_session::state::take_stamp(swept_probe& probe, stamp at) {
    if (at.source == stamp_source::none || at.source < probe.stamped_by) return;
    if (probe.now == stage::failed || at.at < probe.at) return;
    if (at.at - probe.at >= options.timeout) return;
    confirm(probe, probe.at);
    const mono_time before = probe.at;
    probe.at = at.at;
    probe.stamped_by = at.source;
    if (probe.now != stage::answered) return;
    for (std::size_t i = 0; i < std::min(events.size(), late_stamp_reach); ++i) {
        auto& waiting = events.newest(i);
        if (!waiting.is_measured || waiting.event.record.id.value != probe.number()) continue;
        detail::choose_rtt(waiting.event.record.reply, {.at = before, .kernel = at}, waiting.got);
        return;
    }
}

// ---- which address a number means --------------------------------------------------------------

std::uint64_t sweep_session::state::index_of(std::uint64_t number) const noexcept {
    const std::uint64_t step = course.step_of(number);
    if (last_index.step != step) last_index = {step, course.index_of(step)};
    return last_index.index;
}

/// The probe of a number, or as much of it as the number tells.
swept_probe sweep_session::state::known_of(std::uint64_t number) const noexcept {
    const swept_probe* const remembered = ring.find(number);
    return remembered != nullptr ? *remembered : swept_probe::of(number, {});
}

std::optional<ip_address> sweep_session::state::destination_of(std::uint64_t number) const {
    if (number >= course.number_of(pass, cursor)) return std::nullopt;
    return targets.at(index_of(number));
}

std::optional<std::uint64_t> sweep_session::state::newest_to(const ip_address& address,
                                                             std::uint16_t sequence,
                                                             std::uint64_t below) const {
    const auto index = targets.index_of(address);
    const auto step = index ? course.step_of_index(*index) : std::nullopt;
    if (!step) return std::nullopt;
    const std::uint64_t end = std::min(below, course.number_of(pass, cursor));
    for (unsigned p = pass + 1; p-- > 0;) {
        const std::uint64_t number = course.number_of(p, *step);
        if (number >= end || static_cast<std::uint16_t>(number) != sequence) continue;
        // In the first pass everybody was asked, later only who had not answered.
        if (p == 0 || ring.find(number) != nullptr) return number;
    }
    return std::nullopt;
}

// ---- events ------------------------------------------------------------------------------------

namespace {

probe_state state_of(const swept_probe& probe) noexcept {
    switch (probe.now) {
        case stage::handed_out:
        case stage::waiting:
            return probe_state::in_flight;
        case stage::answered:
        case stage::late:
        case stage::refused:
            return probe_state::answered;
        case stage::lost:
            return probe_state::timed_out;
        case stage::failed:
            return probe_state::send_failed;
    }
    return probe_state::in_flight;
}

}  // namespace

probe_record& sweep_session::state::report(event_kind kind, const swept_probe& probe) {
    probe_event& made = add_event().event;
    const std::uint64_t number = probe.number();
    made.kind = kind;
    made.at = now;
    made.target = index_of(number);
    made.record.id = {number};
    made.record.sequence = number + 1;
    made.record.hop_limit = options.hop_limit;
    made.record.state = state_of(probe);
    made.record.was_late = probe.now == stage::late;
    made.record.sent_at = probe.at;
    return made.record;
}

void sweep_session::state::report_reply(reply_class what, const swept_probe& probe, match&& found,
                                        const receive_times& got) {
    if (!options.events.replies) return;
    report(event_kind::reply, probe).reply = std::move(found.reply);
    auto& made = events.newest(0);
    made.event.what = what;
    made.got = got;
}

void sweep_session::state::report_stranger(reply_class what, match&& found,
                                           const receive_times& got) {
    if (!options.events.replies) return;
    auto& made = add_event();
    made.event.kind = event_kind::reply;
    made.event.what = what;
    made.event.at = now;
    made.event.target = no_target;
    made.event.record.reply = std::move(found.reply);
    made.got = got;
}

detail::queued_event& sweep_session::state::add_event() {
    // Whoever never takes events loses the oldest of them, not the memory.
    if (events.size() >= events_max) {
        settle(events.front());
        events.drop_front();
        ++events_dropped;
    }
    return events.add();
}

void sweep_session::state::settle(const detail::queued_event& leaving) {
    if (leaving.is_measured) rtt.add(leaving.event.record.reply.rtt);
}

// ---- how far -----------------------------------------------------------------------------------

std::uint64_t sweep_session::state::settled_steps() const noexcept {
    if (pass > 0) return course.share();
    // In the first pass places and steps are the same.
    return std::min(waiting_from, given_up_from);
}

// The steps left of this pass at the rate so far, and of the passes to come as many as do not
// answer, by what is known; each pass but those without anybody ends with a timeout.
nanoseconds sweep_session::state::time_left() const noexcept {
    if (is_finished || counts.sent < 2 || last_sent_at <= first_sent_at) return {};
    if (is_stopping || (cursor >= course.share() && pass + 1 == course.passes())) {
        return counts.in_flight == 0
                   ? nanoseconds{}
                   : std::max(last_sent_at + options.timeout - now, nanoseconds{});
    }
    const double apart_ns = static_cast<double>((last_sent_at - first_sent_at).count()) /
                            static_cast<double>(counts.sent - 1);
    const auto share = static_cast<double>(course.share());
    const double silent =
        1.0 -
        static_cast<double>(answered) /
            static_cast<double>(pass > 0 ? course.share() : std::max<std::uint64_t>(cursor, 1));
    double probes = share - static_cast<double>(cursor);
    if (pass > 0) probes *= silent;
    double waits = 1;
    for (unsigned p = pass + 1; p < course.passes() && silent > 0; ++p) {
        probes += share * silent;
        ++waits;
    }
    const double left_ns = probes * apart_ns + waits * static_cast<double>(options.timeout.count());
    constexpr double longest_ns = 9e18;
    return nanoseconds(static_cast<std::int64_t>(std::clamp(left_ns, 0.0, longest_ns)));
}

// ---- the session -------------------------------------------------------------------------------

sweep_session::sweep_session(const sweep_options& options, address_set targets,
                             const many_setup& setup)
    : state_(std::make_unique<state>(options, std::move(targets), setup)) {}
sweep_session::~sweep_session() = default;

void sweep_session::on_datagram(bytes_view octets, const receive_facts& facts) {
    auto& s = *state_;
    if (s.is_finished) return;
    s.advance(facts.at);
    s.take(s.echo.on_datagram(octets, facts, s), {.at = facts.at, .kernel = facts.kernel});
    s.judge();
}

void sweep_session::on_icmp_error(const icmp_error& error, const receive_facts& facts) {
    auto& s = *state_;
    if (s.is_finished) return;
    s.advance(facts.at);
    s.take(s.echo.on_error(error, facts, s), {.at = facts.at, .kernel = facts.kernel});
    s.judge();
}

void sweep_session::on_send_done(probe_id id, send_outcome outcome) {
    auto& s = *state_;
    swept_probe* const probe = s.is_finished ? nullptr : s.ring.find(id.value);
    if (probe == nullptr) return;
    s.advance(outcome.at);
    if (outcome.code == 0) {
        s.confirm(*probe, outcome.at);
    } else {
        s.fail(*probe, outcome);
    }
    s.judge();
}

void sweep_session::on_transmit_stamp(probe_id id, stamp at) {
    auto& s = *state_;
    swept_probe* const probe = s.is_finished ? nullptr : s.ring.find(id.value);
    if (probe != nullptr) s.take_stamp(*probe, at);
}

void sweep_session::on_time(mono_time now) {
    state_->advance(now);
    state_->judge();
}

void sweep_session::stop(mono_time now) {
    auto& s = *state_;
    if (s.is_finished) return;
    s.advance(now);
    if (s.is_stopping) return s.stop_at_once();
    s.is_stopping = true;
    s.judge();
}

std::optional<transmit> sweep_session::next_transmit() { return state_->hand_out(); }

std::optional<probe_event> sweep_session::next_event() {
    auto& s = *state_;
    if (s.events.empty()) return std::nullopt;
    detail::queued_event& leaving = s.events.front();
    s.settle(leaving);
    std::optional<probe_event> given(std::move(leaving.event));
    s.events.drop_front();
    return given;
}

mono_time sweep_session::next_deadline() const noexcept { return state_->next_deadline(); }
bool sweep_session::finished() const noexcept { return state_->is_finished; }
void sweep_session::on_drops(std::uint64_t more) noexcept { state_->dropped_here += more; }
const probe_counts& sweep_session::counts() const noexcept { return state_->counts; }
const rtt_statistics& sweep_session::rtt() const noexcept { return state_->rtt; }
const address_set& sweep_session::targets() const noexcept { return state_->targets; }

sweep_progress sweep_session::progress() const noexcept {
    const auto& s = *state_;
    sweep_progress made{.size = s.targets.size(),
                        .skipped = s.given_size - s.targets.size(),
                        .share = s.course.share(),
                        .position = s.course.position_of(s.pass > 0 ? s.course.share() : s.cursor),
                        .settled = s.course.position_of(s.settled_steps()),
                        .answered = s.answered,
                        .refused = s.refused,
                        .pass = s.pass + 1,
                        .counts = s.counts,
                        .dropped_here = s.dropped_here,
                        .events_dropped = s.events_dropped};
    if (s.counts.sent > 0) made.elapsed = (s.is_finished ? s.ended_at : s.now) - s.first_sent_at;
    made.left = s.time_left();
    return made;
}

bool sweep_session::has_answered(std::uint64_t index) const noexcept {
    const auto& s = *state_;
    const auto step = s.has_bits ? s.course.step_of_index(index) : std::nullopt;
    return step && s.answered_bits[*step];
}

}  // namespace sonde::inline v0
