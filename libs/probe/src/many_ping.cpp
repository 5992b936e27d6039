#include <cmath>
#include <new>

#include <sonde/base/check.hpp>
#include <sonde/probe/many_ping.hpp>

#include "event_queue.hpp"
#include "mass_echo.hpp"
#include "mass_ring.hpp"
#include "notices.hpp"
#include "option_problems.hpp"
#include "target_rows.hpp"
#include "target_schedule.hpp"
#include "unsettled.hpp"

namespace sonde::inline v0 {

using detail::mass_probe;
using detail::match;
using detail::probe_stage;
using detail::receive_times;
using detail::target_row;

namespace {

constexpr std::size_t events_max = 65'536;
// A probe is remembered for so many of the longest timeouts.
constexpr int timeouts_remembered = 4;
// The events among which that of a late stamp is looked for.
constexpr std::size_t late_stamp_reach = detail::unsettled_answers::reach;
// An index in 32 bits, its rows and the table of their addresses.
static_assert(sizeof(target_row) + 10 <= many_ping_session::octets_per_target);

detail::mass_plan plan_of(const many_ping_options& options, const many_setup& setup) {
    return {.setup = setup,
            .payload_len = options.payload_len,
            .pattern = options.pattern,
            .hop_limit = options.hop_limit,
            .verify_checksum = options.socket.verify_checksum};
}

/// How long each probe of a round is waited for; at most a year.
std::vector<nanoseconds> waits_of(const many_ping_options& options) {
    std::vector<nanoseconds> made{options.timeout};
    for (std::uint8_t i = 0; i < options.retries; ++i) {
        const double longer = static_cast<double>(made.back().count()) * options.backoff;
        const auto most = static_cast<double>(detail::duration_max.count());
        made.emplace_back(std::llround(std::min(longer, most)));
    }
    return made;
}

void count_up(std::uint32_t& counter) noexcept {
    if (counter != UINT32_MAX) ++counter;
}

}  // namespace

void rtt_moments::add(nanoseconds rtt) noexcept {
    const auto value = static_cast<double>(rtt.count());
    if (count > 0) steps_ns += std::abs(static_cast<double>((rtt - last).count()));
    min = count == 0 ? rtt : std::min(min, rtt);
    max = count == 0 ? rtt : std::max(max, rtt);
    last = rtt;
    ++count;
    const double distance = value - mean_ns;  // Welford 1962
    mean_ns += distance / static_cast<double>(count);
    squares_ns2 += distance * (value - mean_ns);
}
nanoseconds rtt_moments::mean() const noexcept { return nanoseconds(std::llround(mean_ns)); }
nanoseconds rtt_moments::standard_deviation() const noexcept {
    if (count == 0) return {};
    return nanoseconds(std::llround(std::sqrt(squares_ns2 / static_cast<double>(count))));
}
nanoseconds rtt_moments::jitter() const noexcept {
    if (count < 2) return {};
    return nanoseconds(std::llround(steps_ns / static_cast<double>(count - 1)));
}

struct many_ping_session::state final : detail::mass_memory {
    state(const many_ping_options& asked, const many_setup& given)
        : options(asked),
          setup(given),
          echo(plan_of(asked, given)),
          schedule(options, rows, given.start),
          ring(asked.in_flight_max),
          waits(waits_of(asked)),
          waiting_from(waits.size()),
          now(given.start) {}

    many_ping_options options;
    many_setup setup;
    detail::mass_echo echo;
    detail::target_rows rows{};
    detail::leader_table leaders{};
    std::vector<latency_histogram> histograms{};  // of each target, when they are kept
    detail::target_schedule schedule;
    detail::mass_ring ring;
    detail::event_queue events{};
    detail::unsettled_answers unsettled{};
    std::vector<nanoseconds> waits;           // of each attempt of a round
    std::vector<std::uint64_t> waiting_from;  // of each attempt: no probe below is waiting
    probe_counts counts{};
    rtt_statistics rtt{};
    mono_time now;
    std::uint64_t active = 0;  // targets that are not over
    std::uint64_t dropped = 0;
    std::uint64_t events_dropped = 0;
    bool is_sealed = false;
    bool is_finished = false;

    // What the matching asks.
    [[nodiscard]] std::optional<ip_address> destination_of(std::uint64_t number) const override;
    [[nodiscard]] std::optional<std::uint64_t> newest_to(const ip_address& address,
                                                         std::uint16_t sequence,
                                                         std::uint64_t below) const override;

    void advance(mono_time at) noexcept { now = std::max(now, at); }
    [[nodiscard]] mono_time deadline() const noexcept;
    [[nodiscard]] mono_time next_deadline() const noexcept;
    [[nodiscard]] mono_time expiry(const mass_probe& probe) const noexcept {
        return probe.sent_at + waits[probe.attempt];
    }

    target_index add(const ip_address& address);
    [[nodiscard]] target_state first_state(const ip_address& address) const noexcept;
    void remove(target_row& row);
    [[nodiscard]] bool wants_round(const target_row& row) const noexcept;
    void end_round(std::uint32_t index);
    void end_attempt(const mass_probe& probe);
    void conclude(std::uint32_t index);

    [[nodiscard]] std::optional<transmit> hand_out();
    void make_room();
    void forget_oldest();
    void confirm(mass_probe& probe, std::uint64_t number, mono_time at);
    void fail(mass_probe& probe, std::uint64_t number, const send_outcome& why);
    void lose(mass_probe& probe, std::uint64_t number);
    void expire();
    void lose_all();
    void judge();
    void finish();

    void take(match&& found, const receive_times& got);
    void take_genuine(match&& found, const receive_times& got);
    void take_first(mass_probe& probe, match&& found, const receive_times& got);
    void take_error(mass_probe& probe, match&& found);
    void take_again(mass_probe& probe, match&& found);
    void take_stamp(mass_probe& probe, std::uint64_t number, stamp at);
    void settle_until(std::uint64_t serial);
    void add_to_histograms(const detail::unsettled_answer& settled) noexcept;

    void fill_record(probe_record& made, const mass_probe& probe, std::uint64_t number) const;
    void report(event_kind kind, const mass_probe& probe, std::uint64_t number);
    void report_reply(reply_class what, const mass_probe& probe, match&& found,
                      std::uint64_t serial = 0);
    void report_stranger(match&& found);
    detail::queued_event* new_event(event_kind kind, target_index target);
};

// ---- what is remembered ------------------------------------------------------------------------

std::optional<ip_address> many_ping_session::state::destination_of(std::uint64_t number) const {
    if (!ring.holds(number)) return std::nullopt;
    const mass_probe& probe = ring[number];
    const target_row& row = rows[probe.row];
    // What the kernel refused was never sent.
    if (probe.now == probe_stage::failed || row.state == target_state::removed) return std::nullopt;
    return row.destination();
}

std::optional<std::uint64_t> many_ping_session::state::newest_to(const ip_address& address,
                                                                 std::uint16_t sequence,
                                                                 std::uint64_t below) const {
    constexpr std::uint64_t modulus = 65'536;
    const std::uint64_t end = std::min(below, ring.next());
    if (end <= ring.oldest()) return std::nullopt;
    const std::uint64_t back = (end - 1 - sequence) % modulus;
    if (end - 1 < back) return std::nullopt;
    for (std::uint64_t number = end - 1 - back; number >= ring.oldest(); number -= modulus) {
        const auto to = destination_of(number);
        if (to && to->same_host(address)) return number;
        if (number < modulus) break;
    }
    return std::nullopt;
}

// ---- targets -----------------------------------------------------------------------------------

target_state many_ping_session::state::first_state(const ip_address& address) const noexcept {
    if (!options.ceilings.allow(address)) return target_state::refused;
    if (!setup.of(address.family())) return target_state::no_channel;
    return is_finished ? target_state::done : target_state::waiting;
}

// Everything that may fail comes first: a target is added wholly or not at all.
target_index many_ping_session::state::add(const ip_address& address) {
    rows.reserve_one();
    if (options.ceilings.per_host > 0) leaders.reserve_one(rows);
    if (options.keep_histograms) histograms.emplace_back();
    const auto index = static_cast<std::uint32_t>(rows.size());
    target_row& row = rows.add();
    row.address = detail::compact_address(address);
    row.is_v6 = address.is_v6();
    row.state = first_state(address);
    row.leader = options.ceilings.per_host > 0 ? leaders.leader_of(index, rows) : index;
    if (row.is_active()) {
        ++active;
        schedule.begin(index, now);
    } else if (!is_finished && options.events.targets) {
        new_event(event_kind::target_finished, index);
    }
    return index;
}

void many_ping_session::state::remove(target_row& row) {
    if (row.state == target_state::removed) return;
    if (row.is_active()) --active;
    row.state = target_state::removed;
    counts.lost += row.in_flight;
    counts.in_flight -= row.in_flight;
    row.in_flight = 0;
}

bool many_ping_session::state::wants_round(const target_row& row) const noexcept {
    if (!row.is_active() || is_finished) return false;
    if (options.stop_at_first_answer && row.received > 0) return false;
    return !options.count || row.rounds < *options.count;
}

void many_ping_session::state::end_round(std::uint32_t index) {
    target_row& row = rows[index];
    row.next_attempt = 0;
    if (wants_round(row)) {
        schedule.next_round(index, now);
    } else {
        conclude(index);
    }
}

// Of rounds with retries: a probe got no answer.
void many_ping_session::state::end_attempt(const mass_probe& probe) {
    target_row& row = rows[probe.row];
    if (options.retries == 0) return conclude(probe.row);
    if (!row.is_active() || is_finished) return;
    if (probe.attempt == options.retries) return end_round(probe.row);
    row.next_attempt = static_cast<std::uint8_t>((probe.attempt + 1) & 0xf);
    schedule.retry(probe.row, expiry(probe), now);
}

/// The target is done when nothing more is to be sent and nothing is waited for.
void many_ping_session::state::conclude(std::uint32_t index) {
    target_row& row = rows[index];
    if (!row.is_active() || is_finished || wants_round(row)) return;
    const bool has_its_answer = options.stop_at_first_answer && row.received > 0;
    if (row.has_open_probe() && !has_its_answer) return;
    row.state = target_state::done;
    --active;
    if (!options.events.targets) return;
    new_event(event_kind::target_finished, index);
}

// ---- when --------------------------------------------------------------------------------------

mono_time many_ping_session::state::deadline() const noexcept {
    return options.deadline ? setup.start + *options.deadline : mono_time::max();
}

mono_time many_ping_session::state::next_deadline() const noexcept {
    if (is_finished) return mono_time::max();
    mono_time next = std::min(deadline(), schedule.next());
    for (const std::uint64_t number : waiting_from) {
        if (number < ring.next()) next = std::min(next, expiry(ring[number]));
    }
    return next;
}

void many_ping_session::state::judge() {
    if (is_finished) return;
    expire();
    if (now >= deadline()) {
        lose_all();
    } else if (is_sealed && active == 0) {
        finish();
    }
}

void many_ping_session::state::finish() {
    is_finished = true;
    settle_until(unsettled.next_serial());
    new_event(event_kind::finished, no_target);
}

// ---- sending -----------------------------------------------------------------------------------

std::optional<transmit> many_ping_session::state::hand_out() {
    if (is_finished) return std::nullopt;
    const auto index = schedule.take(now);
    if (!index) return std::nullopt;
    make_room();
    target_row& row = rows[*index];
    const std::uint64_t number = ring.next();
    mass_probe& probe = ring.add();
    probe.sent_at = now;
    probe.sequence = ++row.handed;
    probe.row = *index;
    probe.attempt = row.next_attempt;
    ++row.unconfirmed;
    row.state = target_state::under_way;
    if (probe.attempt == 0) count_up(row.rounds);
    if (options.retries == 0 && wants_round(row)) schedule.next_round(*index, now);
    return echo.write(number, row.destination());
}

// Forgets what nobody answers any more, and what does not fit: where memory has run out, a piece of
// it comes free after some probes.
void many_ping_session::state::make_room() {
    const nanoseconds long_ago = timeouts_remembered * waits.back();
    for (int i = 0; i < 2 && !ring.empty(); ++i) {
        const mass_probe& oldest = ring[ring.oldest()];
        if (oldest.is_open() || now - oldest.sent_at < long_ago) break;
        forget_oldest();
    }
    while (!ring.has_room()) forget_oldest();
}

void many_ping_session::state::forget_oldest() {
    const std::uint64_t oldest = ring.oldest();
    lose(ring[oldest], oldest);
    ring.forget_oldest();
    for (auto& from : waiting_from) from = std::max(from, ring.oldest());
}

// Also for an answer that comes before the caller said how sending ended: it was sent, then.
void many_ping_session::state::confirm(mass_probe& probe, std::uint64_t number, mono_time at) {
    if (probe.now != probe_stage::handed_out) return;
    target_row& row = rows[probe.row];
    auto times = probe.times();
    times.at = at;
    probe.set_times(times);
    --row.unconfirmed;
    ++row.sent;
    ++counts.sent;
    if (row.state == target_state::removed) {
        probe.now = probe_stage::lost;
        ++counts.lost;
        return;
    }
    probe.now = probe_stage::waiting;
    ++row.in_flight;
    ++counts.in_flight;
    if (options.events.sent) report(event_kind::sent, probe, number);
}

void many_ping_session::state::fail(mass_probe& probe, std::uint64_t number,
                                    const send_outcome& why) {
    if (probe.now != probe_stage::handed_out) return;
    probe.now = probe_stage::failed;
    target_row& row = rows[probe.row];
    --row.unconfirmed;
    count_up(row.send_failed);
    ++counts.send_failed;
    auto* const made =
        options.events.send_failures ? new_event(event_kind::send_failed, probe.row) : nullptr;
    if (made != nullptr) {
        fill_record(made->event.record, probe, number);
        made->event.record.send_error = why.code;
        made->event.record.send_mtu = why.mtu;
    }
    end_attempt(probe);
}

// ---- the end of a probe without an answer ------------------------------------------------------

void many_ping_session::state::lose(mass_probe& probe, std::uint64_t number) {
    confirm(probe, number, probe.sent_at);
    if (probe.now != probe_stage::waiting) return;
    probe.now = probe_stage::lost;
    target_row& row = rows[probe.row];
    if (row.state == target_state::removed) return;  // counted when it was
    --row.in_flight;
    --counts.in_flight;
    ++counts.lost;
    if (options.events.timeouts) report(event_kind::timed_out, probe, number);
    end_attempt(probe);
}

// Probes of one attempt wait equally long: those sent first run out first.
void many_ping_session::state::expire() {
    for (std::size_t attempt = 0; attempt < waits.size(); ++attempt) {
        for (auto& number = waiting_from[attempt]; number < ring.next(); ++number) {
            mass_probe& probe = ring[number];
            if (probe.attempt != attempt || !probe.is_open()) continue;
            if (now < expiry(probe)) break;
            lose(probe, number);
        }
    }
}

void many_ping_session::state::lose_all() {
    is_finished = true;  // nothing more is planned from here on
    for (std::uint64_t number = ring.oldest(); number < ring.next(); ++number) {
        if (ring[number].is_open()) lose(ring[number], number);
    }
    finish();
}

// ---- answers -----------------------------------------------------------------------------------

void many_ping_session::state::take(match&& found, const receive_times& got) {
    switch (found.what) {
        case match::kind::ignored:
            return;
        case match::kind::foreign:
            ++counts.foreign;
            if (options.events.replies) report_stranger(std::move(found));
            return;
        case match::kind::forged: {
            ++counts.forged;
            mass_probe& probe = ring[found.id.value];
            count_up(rows[probe.row].forged);
            report_reply(reply_class::forged, probe, std::move(found));
            return;
        }
        case match::kind::corrupted: {
            ++counts.corrupted;
            mass_probe& probe = ring[found.id.value];
            count_up(rows[probe.row].corrupted);
            report_reply(reply_class::corrupted, probe, std::move(found));
            return;
        }
        case match::kind::genuine:
            take_genuine(std::move(found), got);
    }
}

void many_ping_session::state::take_genuine(match&& found, const receive_times& got) {
    const std::uint64_t number = found.id.value;
    mass_probe& probe = ring[number];
    const ip_family family = rows[probe.row].is_v6 ? ip_family::v6 : ip_family::v4;
    confirm(probe, number, probe.sent_at);
    detail::choose_rtt(found.reply, probe.times(), got);
    if (detail::is_notice(found.reply, family)) {
        return report_reply(reply_class::answered, probe, std::move(found));
    }
    const bool is_in_time = found.reply.rtt < waits[probe.attempt];
    if (probe.now == probe_stage::waiting && !is_in_time) lose(probe, number);
    if (probe.now != probe_stage::waiting) {
        take_again(probe, std::move(found));
    } else if (found.reply.kind == answer_kind::icmp_error) {
        take_error(probe, std::move(found));
    } else {
        take_first(probe, std::move(found), got);
    }
}

void many_ping_session::state::take_first(mass_probe& probe, match&& found,
                                          const receive_times& got) {
    target_row& row = rows[probe.row];
    probe.now = probe_stage::answered;
    --row.in_flight;
    --counts.in_flight;
    ++row.received;
    ++counts.received;
    const auto sequence = static_cast<std::uint32_t>(probe.sequence);
    // Far less than 2^31 probes of one target are under way at once.
    found.reply.reordered = static_cast<std::int32_t>(sequence - row.newest_answered) < 0;
    if (found.reply.reordered) {
        count_up(row.reordered);
        ++counts.reordered;
    } else {
        row.newest_answered = sequence;
    }
    if (unsettled.is_full()) settle_until(unsettled.first_serial() + 1);
    const std::uint64_t serial = unsettled.next_serial();
    ++row.unsettled;
    unsettled.push({.number = found.id.value,
                    .row = probe.row,
                    .got = got,
                    .rtt = found.reply.rtt,
                    .rtt_user = found.reply.rtt_user,
                    .sent_by = found.reply.sent_by,
                    .received_by = found.reply.received_by});
    report_reply(reply_class::answered, probe, std::move(found), serial);
    if (options.retries == 0) {
        conclude(probe.row);
    } else {
        end_round(probe.row);
    }
}

void many_ping_session::state::take_error(mass_probe& probe, match&& found) {
    target_row& row = rows[probe.row];
    probe.now = probe_stage::lost;
    probe.has_error = true;
    --row.in_flight;
    --counts.in_flight;
    ++counts.lost;
    ++counts.errors;
    count_up(row.errors);
    row.last_type = found.reply.type;
    row.last_code = found.reply.code;
    row.last_from = detail::compact_address(found.reply.from);
    row.is_last_from_v6 = found.reply.from.is_v6();
    report_reply(reply_class::answered, probe, std::move(found));
    end_attempt(probe);
}

/// To a probe that is over: late, or once more.
void many_ping_session::state::take_again(mass_probe& probe, match&& found) {
    target_row& row = rows[probe.row];
    const bool is_first = probe.now == probe_stage::lost && !probe.is_late && !probe.has_error;
    if (is_first) {
        probe.is_late = true;
        ++counts.late;
        count_up(row.late);
    } else {
        ++counts.duplicates;
        count_up(row.duplicates);
        if (probe.duplicates < UINT16_MAX) ++probe.duplicates;
    }
    report_reply(is_first ? reply_class::late : reply_class::duplicate, probe, std::move(found));
}

// What has been told stays as it was told. An answer that is not settled gets its RTT from the
// better stamps.
void many_ping_session::state::take_stamp(mass_probe& probe, std::uint64_t number, stamp at) {
    if (at.source == stamp_source::none) return;
    auto times = probe.times();
    if (at.source == stamp_source::user) {
        times.at = std::max(times.at, at.at);  // it had to wait before it left
    } else {
        times.kernel = at;
    }
    probe.set_times(times);
    if (probe.now != probe_stage::answered) return;
    for (auto serial = unsettled.next_serial(); serial-- > unsettled.first_serial();) {
        auto& waiting = unsettled.at(serial);
        if (waiting.number != number) continue;
        answer again;
        detail::choose_rtt(again, probe.times(), waiting.got);
        waiting.rtt = again.rtt;
        waiting.rtt_user = again.rtt_user;
        waiting.sent_by = again.sent_by;
        waiting.received_by = again.received_by;
        for (std::size_t i = 0; i < std::min(events.size(), late_stamp_reach); ++i) {
            auto& told = events.newest(i);
            if (told.serial != serial) continue;
            detail::choose_rtt(told.event.record.reply, probe.times(), waiting.got);
            return;
        }
        return;
    }
}

/// Answers below this serial enter the statistics.
void many_ping_session::state::settle_until(std::uint64_t serial) {
    while (!unsettled.empty() && unsettled.first_serial() < serial) {
        const auto& leaving = unsettled.pop();
        target_row& row = rows[leaving.row];
        const std::uint64_t before = row.received - row.unsettled--;
        row.rtt.add(leaving.rtt, before);
        row.rtt_user.add(leaving.rtt_user, before);
        row.sent_by = leaving.sent_by;
        row.received_by = leaving.received_by;
        add_to_histograms(leaving);
    }
}

// A histogram that does not grow for want of memory lacks this answer; nothing else does.
void many_ping_session::state::add_to_histograms(const detail::unsettled_answer& settled) noexcept {
    try {
        rtt.add(settled.rtt);
        if (options.keep_histograms) histograms[settled.row].add(settled.rtt);
    } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
    }
}

// ---- events ------------------------------------------------------------------------------------

void many_ping_session::state::fill_record(probe_record& made, const mass_probe& probe,
                                           std::uint64_t number) const {
    made.id = {number};
    made.sequence = probe.sequence;
    made.hop_limit = options.hop_limit;
    made.was_late = probe.is_late;
    made.duplicates = probe.duplicates;
    made.sent_at = probe.sent_at;
    switch (probe.now) {
        case probe_stage::handed_out:
        case probe_stage::waiting:
            made.state = probe_state::in_flight;
            break;
        case probe_stage::answered:
            made.state = probe_state::answered;
            break;
        case probe_stage::failed:
            made.state = probe_state::send_failed;
            break;
        case probe_stage::lost:
            made.state =
                probe.is_late || probe.has_error ? probe_state::answered : probe_state::timed_out;
            break;
    }
}

void many_ping_session::state::report(event_kind kind, const mass_probe& probe,
                                      std::uint64_t number) {
    auto* const made = new_event(kind, probe.row);
    if (made != nullptr) fill_record(made->event.record, probe, number);
}

void many_ping_session::state::report_reply(reply_class what, const mass_probe& probe,
                                            match&& found, std::uint64_t serial) {
    if (!options.events.replies) return;
    auto* const made = new_event(event_kind::reply, probe.row);
    if (made == nullptr) return;
    made->serial = serial;
    made->event.what = what;
    fill_record(made->event.record, probe, found.id.value);
    made->event.record.reply = std::move(found.reply);
}

void many_ping_session::state::report_stranger(match&& found) {
    auto* const made = new_event(event_kind::reply, no_target);
    if (made == nullptr) return;
    made->event.what = reply_class::foreign;
    made->event.record.reply = std::move(found.reply);
}

// Whoever never takes events loses the oldest of them, not the memory. Nothing where there is none
// left.
detail::queued_event* many_ping_session::state::new_event(event_kind kind, target_index target) {
    if (events.size() >= events_max) {
        events.drop_front();
        ++events_dropped;
    }
    try {
        detail::queued_event& made = events.add();
        made.event.kind = kind;
        made.event.at = now;
        made.event.target = target;
        return &made;
    } catch (const std::bad_alloc&) {
        ++events_dropped;
        return nullptr;
    }
}

// ---- the session -------------------------------------------------------------------------------

std::vector<option_problem> validate(const many_ping_options& options) {
    detail::problem_list problems;
    if (options.count) problems.between("count", *options.count, 1, UINT32_MAX);
    problems.not_negative("interval", options.interval);
    problems.above_zero("timeout", options.timeout);
    if (options.deadline) problems.above_zero("deadline", *options.deadline);
    problems.between("retries", options.retries, 0, detail::retries_max);
    problems.within("backoff", options.backoff, 1, 10);
    problems.within("rate", options.rate, 0, 1e9);
    problems.between("payload_len", options.payload_len, 0, detail::payload_len_max);
    problems.fits("pattern", options.pattern, "octets");
    problems.between("in_flight_max", options.in_flight_max, 1, detail::in_flight_bound);
    detail::check_ceilings(problems, options.ceilings);
    detail::check_socket(problems, options.socket);
    return problems.take();
}

many_ping_session::many_ping_session(const many_ping_options& options, const many_setup& setup)
    : state_(std::make_unique<state>(options, setup)) {}
many_ping_session::~many_ping_session() = default;

target_index many_ping_session::add(const ip_address& address, mono_time now) {
    state_->advance(now);
    return state_->add(address);
}

void many_ping_session::remove(target_index which, mono_time now) {
    auto& s = *state_;
    if (s.is_finished || which >= s.rows.size()) return;
    s.advance(now);
    s.remove(s.rows[which]);
    s.judge();
}

void many_ping_session::seal(mono_time now) {
    auto& s = *state_;
    if (s.is_finished) return;
    s.advance(now);
    s.is_sealed = true;
    s.judge();
}

void many_ping_session::on_datagram(bytes_view octets, const receive_facts& facts) {
    auto& s = *state_;
    if (s.is_finished) return;
    s.advance(facts.at);
    s.take(s.echo.on_datagram(octets, facts, s), {.at = facts.at, .kernel = facts.kernel});
    s.judge();
}

void many_ping_session::on_icmp_error(const icmp_error& error, const receive_facts& facts) {
    auto& s = *state_;
    if (s.is_finished) return;
    s.advance(facts.at);
    s.take(s.echo.on_error(error, facts, s), {.at = facts.at, .kernel = facts.kernel});
    s.judge();
}

void many_ping_session::on_send_done(probe_id id, send_outcome outcome) {
    auto& s = *state_;
    if (s.is_finished || !s.ring.holds(id.value)) return;
    s.advance(outcome.at);
    if (outcome.code == 0) {
        s.confirm(s.ring[id.value], id.value, outcome.at);
    } else {
        s.fail(s.ring[id.value], id.value, outcome);
    }
    s.judge();
}

void many_ping_session::on_transmit_stamp(probe_id id, stamp at) {
    auto& s = *state_;
    if (s.is_finished || !s.ring.holds(id.value)) return;
    s.take_stamp(s.ring[id.value], id.value, at);
}

void many_ping_session::on_time(mono_time now) {
    state_->advance(now);
    state_->judge();
}

void many_ping_session::stop(mono_time now) {
    auto& s = *state_;
    if (s.is_finished) return;
    s.advance(now);
    s.expire();
    s.lose_all();
}

std::optional<transmit> many_ping_session::next_transmit() { return state_->hand_out(); }

std::optional<probe_event> many_ping_session::next_event() {
    auto& s = *state_;
    if (s.events.empty()) return std::nullopt;
    auto& leaving = s.events.front();
    if (leaving.serial != 0) s.settle_until(leaving.serial + 1);
    std::optional<probe_event> taken(std::move(leaving.event));
    s.events.drop_front();
    return taken;
}

mono_time many_ping_session::next_deadline() const noexcept { return state_->next_deadline(); }
bool many_ping_session::finished() const noexcept { return state_->is_finished; }
void many_ping_session::on_drops(std::uint64_t more) noexcept { state_->dropped += more; }
std::size_t many_ping_session::size() const noexcept { return state_->rows.size(); }
const probe_counts& many_ping_session::counts() const noexcept { return state_->counts; }
const rtt_statistics& many_ping_session::rtt() const noexcept { return state_->rtt; }
std::uint64_t many_ping_session::dropped_here() const noexcept { return state_->dropped; }
std::uint64_t many_ping_session::events_dropped() const noexcept { return state_->events_dropped; }

target_summary many_ping_session::summary(target_index which) const {
    const auto& s = *state_;
    SONDE_CHECK(which < s.rows.size());
    const target_row& row = s.rows[which];
    target_summary made{.address = row.destination(), .state = row.state};
    if (s.is_finished && row.state == target_state::under_way) made.state = target_state::done;
    made.counts = {.sent = row.sent,
                   .received = row.received,
                   .lost = row.lost(),
                   .in_flight = row.in_flight,
                   .errors = row.errors,
                   .late = row.late,
                   .send_failed = row.send_failed,
                   .duplicates = row.duplicates,
                   .reordered = row.reordered,
                   .corrupted = row.corrupted,
                   .forged = row.forged};
    made.rtt = row.rtt.with(row.received - row.unsettled);
    made.rtt_user = row.rtt_user.with(row.received - row.unsettled);
    made.sent_by = row.sent_by;
    made.received_by = row.received_by;
    made.last_type = row.last_type;
    made.last_code = row.last_code;
    made.last_from = row.last_from.as(row.is_last_from_v6 ? ip_family::v6 : ip_family::v4);
    if (s.options.keep_histograms) made.histogram = s.histograms[which];
    for (auto serial = s.unsettled.first_serial(); serial < s.unsettled.next_serial(); ++serial) {
        const auto& waiting = s.unsettled.at(serial);
        if (waiting.row != which) continue;
        made.rtt.add(waiting.rtt);
        made.rtt_user.add(waiting.rtt_user);
        made.sent_by = waiting.sent_by;
        made.received_by = waiting.received_by;
        if (s.options.keep_histograms) made.histogram.add(waiting.rtt);
    }
    return made;
}

}  // namespace sonde::inline v0
