#include "trace_schedule.hpp"

#include <algorithm>

namespace sonde::inline v0::detail {
namespace {

using std::chrono::milliseconds;

// Behind the last hop that answers there are no neighbours on both sides to judge by. A router that
// looks in vain for the link address of a host asks three times, a second apart, and then says
// that the host is unreachable (RFC 4861 s7.2.2; Linux does the same for ARP): worth waiting for.
constexpr nanoseconds trailing_wait_min = milliseconds(3200);
constexpr int trailing_factor = 10;
constexpr int again_factor = 2;   // round trips until a probe is sent again
constexpr int settle_factor = 3;  // round trips that the one sent again gets
// Small delays of our own are caught up with; after a longer pause the pace starts anew.
constexpr int catch_up_max = 4;  // probes
// Linux lets one error a second pass to each peer (icmp_ratelimit): these waits add up to more.
constexpr nanoseconds pin_wait_first = milliseconds(50);
constexpr nanoseconds pin_wait_max = milliseconds(500);
constexpr unsigned pins_max = 5;  // 50 + 100 + 200 + 400 + 500 ms

nanoseconds times(double factor, nanoseconds rtt) noexcept {
    return nanoseconds(static_cast<std::int64_t>(factor * static_cast<double>(rtt.count())));
}

}  // namespace

// ---- how long ----------------------------------------------------------------------------------

// The largest round trip of the hop itself and of the nearest ones on both sides that answered.
// None before this hop or one behind it has answered: nothing says then that an answer is overdue.
std::optional<nanoseconds> trace_schedule::neighbour_rtt(std::size_t hop) const noexcept {
    const auto& hops = path_.hops;
    std::size_t above = hop + 1;
    while (above < hops.size() && !hops[above].is_answered()) ++above;
    if (!hops[hop].is_answered() && above == hops.size()) return std::nullopt;
    nanoseconds largest = hops[hop].rtt_largest;
    if (above < hops.size()) largest = std::max(largest, hops[above].rtt_largest);
    std::size_t below = hop;
    while (below > 0 && !hops[below - 1].is_answered()) --below;
    if (below > 0) largest = std::max(largest, hops[below - 1].rtt_largest);
    return largest;
}

trace_schedule::patience trace_schedule::patience_of(std::size_t hop) const noexcept {
    if (const auto rtt = neighbour_rtt(hop)) {
        const auto wait = std::max(times(options_.wait_factor, *rtt), options_.wait_min);
        return {.rtt = rtt, .wait = std::min(options_.timeout, wait)};
    }
    if (!path_.is_anything_answered) return {.rtt = {}, .wait = options_.timeout};
    const auto wait = std::max(trailing_wait_min, trailing_factor * path_.rtt_largest);
    return {.rtt = {}, .wait = std::min(options_.timeout, wait)};
}

trace_schedule::outlook trace_schedule::outlook_of(const hop_probe& probe,
                                                   const patience& hop) const noexcept {
    if (!hop.rtt) return {.give_up_at = probe.last_sent_at + hop.wait};
    const mono_time bound = probe.first_sent_at + options_.timeout;
    const auto at_least = options_.wait_min / 2;
    const mono_time again_at = probe.last_sent_at + std::max(again_factor * *hop.rtt, at_least);
    if (probe.sends <= options_.retries && again_at < bound) {
        return {.again_at = again_at, .give_up_at = bound};
    }
    mono_time give_up_at = probe.first_sent_at + hop.wait;
    if (probe.sends > 1) {
        const auto settling = std::max(settle_factor * *hop.rtt, at_least);
        give_up_at = std::max(give_up_at, probe.last_sent_at + settling);
    }
    return {.give_up_at = std::min(give_up_at, bound)};
}

// ---- what is open ------------------------------------------------------------------------------

bool trace_schedule::wants_more(const hop_state& hop) const noexcept {
    return hop.started < hop.probes.size() && !(options_.fast && hop.is_answered());
}

bool trace_schedule::is_done(const hop_state& hop) const noexcept {
    if (options_.fast && hop.is_answered()) return true;
    return hop.started == hop.probes.size() && hop.is_settled();
}

bool trace_schedule::is_everything_settled() const noexcept {
    for (std::size_t i = 0; i <= path_.last(); ++i) {
        if (!is_done(path_.hops[i])) return false;
    }
    return true;
}

// ---- probes of their own -----------------------------------------------------------------------

trace_schedule::planned trace_schedule::next_first() const noexcept {
    planned best;
    std::size_t started_least = SIZE_MAX;
    for (std::size_t i = 0; i <= path_.last(); ++i) {
        const auto& hop = path_.hops[i];
        if (!wants_more(hop)) {
            if (options_.one_at_a_time && !is_done(hop)) return {};
            continue;
        }
        if (hop.started >= started_least) continue;
        started_least = hop.started;
        best = {.which = {.hop = i, .place = hop.started}, .at = next_send_at_};
        if (hop.started == 0) break;
        const auto& before = hop.probes[std::size_t{hop.started} - 1];
        if (options_.interval > nanoseconds{}) {
            best.at = std::max(best.at, before.first_sent_at + options_.interval);
        }
        if (options_.one_at_a_time) return before.is_settled ? best : planned{};
    }
    return best;
}

// ---- probes sent again -------------------------------------------------------------------------

trace_schedule::planned trace_schedule::next_again() const noexcept {
    planned best;
    for (std::size_t i = 0; i <= path_.last(); ++i) {
        const auto& hop = path_.hops[i];
        if (options_.fast && hop.is_answered()) continue;
        if (hop.is_settled()) continue;
        const patience here = patience_of(i);
        if (!here.rtt) break;  // nothing answered here or behind: not behind the next one either
        for (std::size_t place = 0; place < hop.started; ++place) {
            if (hop.probes[place].is_settled) continue;
            const mono_time at = outlook_of(hop.probes[place], here).again_at;
            if (at < best.at) best = {.which = {.hop = i, .place = place}, .at = at};
        }
    }
    if (best.at != mono_time::max()) best.at = std::max(best.at, next_send_at_);
    return best;
}

trace_schedule::planned trace_schedule::next_give_up() const noexcept {
    planned soonest;
    for (std::size_t i = 0; i <= path_.last(); ++i) {
        const auto& hop = path_.hops[i];
        if (is_done(hop)) continue;
        const patience here = patience_of(i);
        for (std::size_t place = 0; place < hop.started; ++place) {
            if (hop.probes[place].is_settled) continue;
            const mono_time at = outlook_of(hop.probes[place], here).give_up_at;
            if (at < soonest.at) soonest = {.which = {.hop = i, .place = place}, .at = at};
        }
    }
    return soonest;
}

// ---- where a refusal comes from ----------------------------------------------------------------

// A router that answers every one of several probes does not limit its answers: in each round the
// silent hops below were asked just before, so they are silent ones.
bool trace_schedule::is_refusal_sure() const noexcept {
    std::size_t answered = 0;
    for (const auto& probe : path_.hops[*path_.unreachable_at].probes) {
        if (probe.sends == 0) continue;
        if (!probe.answered_by || probe.sends > 1) return false;
        ++answered;
    }
    return answered > 1;
}

// A router that refuses does so for every hop limit that reaches it, but it may limit its answers:
// then the one that came may belong to a hop limit far beyond the router. So silent hops directly
// below are asked again, one probe at a time and further and further apart, the lowest first: if
// the router answers there, that is its hop. Once a limiter would have answered, the other hops of
// the gap get one probe each.
std::optional<std::size_t> trace_schedule::hop_to_pin() const noexcept {
    if (path_.reached_at || !path_.unreachable_at || options_.retries == 0) return std::nullopt;
    const std::size_t refused_at = *path_.unreachable_at;
    std::size_t lowest = refused_at;
    while (lowest > 0 && !path_.hops[lowest - 1].is_answered()) --lowest;
    if (lowest == refused_at || (!pinned_ && is_refusal_sure())) return std::nullopt;
    if (!pinned_ || *pinned_ < lowest) return lowest;
    const bool is_exhausted = pins_ >= (is_limit_outwaited_ ? 1 : pins_max);
    const std::size_t hop = is_exhausted ? *pinned_ + 1 : *pinned_;
    return hop < refused_at ? std::optional(hop) : std::nullopt;
}

trace_schedule::planned trace_schedule::next_pin() const noexcept {
    const auto hop = hop_to_pin();
    if (!hop || !is_everything_settled()) return {};
    return {.which = {.hop = *hop, .place = 0}, .at = std::max(pin_until_, next_send_at_)};
}

// ---- together ----------------------------------------------------------------------------------

trace_schedule::planned trace_schedule::soonest() const noexcept {
    const planned first = next_first();
    const planned again = next_again();
    const planned pin = next_pin();
    const planned sooner = again.at < first.at ? again : first;
    return pin.at < sooner.at ? pin : sooner;
}

std::optional<turn> trace_schedule::due(mono_time now) const noexcept {
    if (now < next_send_at_) return std::nullopt;
    const planned best = soonest();
    if (best.at > now) return std::nullopt;
    return best.which;
}

void trace_schedule::on_send(const turn& which, mono_time now) noexcept {
    const bool is_pause = now - next_send_at_ > catch_up_max * options_.pace;
    next_send_at_ = (is_pause ? now : next_send_at_) + options_.pace;
    if (!path_.hops[which.hop].probes[which.place].is_settled) return;
    // Only a search for a refusal sends to what is settled.
    if (pinned_ && *pinned_ + 1 == which.hop && pins_ >= pins_max) is_limit_outwaited_ = true;
    if (pinned_ != which.hop) pins_ = 0;
    pinned_ = which.hop;
    const nanoseconds apart = std::min(pin_wait_first * (1U << pins_), pin_wait_max);
    pin_until_ = now + std::min(options_.timeout, std::max(apart, wait_of(which.hop)));
    ++pins_;
}

mono_time trace_schedule::next() const noexcept {
    const mono_time at = std::min(soonest().at, next_give_up().at);
    if (at == mono_time::max() && is_everything_settled()) return pin_until_;
    return at;
}

bool trace_schedule::is_complete(mono_time now) const noexcept {
    if (!is_everything_settled()) return false;
    const bool is_searching =
        pinned_ && path_.unreachable_at && !path_.reached_at && *pinned_ < *path_.unreachable_at;
    return !hop_to_pin() && !(is_searching && now < pin_until_);
}

}  // namespace sonde::inline v0::detail
