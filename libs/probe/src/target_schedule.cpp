#include "target_schedule.hpp"

#include "ping_schedule.hpp"

namespace sonde::inline v0::detail {
namespace {

constexpr nanoseconds spread_step = std::chrono::milliseconds(1);
// How many targets are sent to a reserved place in one go, before others get their turn.
constexpr int deferrals_max = 1024;

/// What a stall of the caller may be made up for: ten milliseconds' worth, within bounds.
std::uint32_t burst_of(double rate) noexcept {
    constexpr double least = 8;
    constexpr double most = 4096;
    return static_cast<std::uint32_t>(std::clamp(rate / 100, least, most));
}

/// 0, 1/2, 1/4, 3/4, 1/8, 5/8 ... in 2^-32: wherever it ends, what came is spread evenly (van der
/// Corput's sequence: the bits of the number, turned around behind the point).
std::uint32_t evenly_spread(std::uint32_t number) noexcept {
    std::uint32_t turned = 0;
    for (int bit = 0; bit < 32; ++bit, number >>= 1) turned = (turned << 1) | (number & 1);
    return turned;
}

}  // namespace

target_schedule::target_schedule(const many_ping_options& options, target_rows& rows,
                                 mono_time start) noexcept
    : rows_(rows),
      wheel_(rows, start),
      pace_(options.rate, burst_of(options.rate), start),
      gate_(options.ceilings),
      interval_(std::max(options.interval, grid_min)),
      host_price_(price_of(options.ceilings.per_host)),
      has_ceilings_(options.ceilings.per_host > 0 || options.ceilings.per_network > 0),
      is_paced_(options.rate > 0) {}

void target_schedule::plan(std::uint32_t row, mono_time at, mono_time now) noexcept {
    rows_[row].due = at;
    wheel_.insert(row, now);
}

/// A millisecond between two, and as many as do not fit into the interval in between.
nanoseconds target_schedule::spread_of(std::uint64_t place) const noexcept {
    const auto steps =
        static_cast<std::uint64_t>(std::max<std::int64_t>(1, interval_ / spread_step));
    const auto step = static_cast<std::uint64_t>(interval_.count()) / steps;
    const std::uint64_t within = evenly_spread(static_cast<std::uint32_t>(place / steps));
    const auto part = static_cast<std::uint64_t>((uint128{step} * within) >> 32);
    return nanoseconds(static_cast<std::int64_t>(step * (place % steps) + part));
}

void target_schedule::begin(std::uint32_t row, mono_time now) noexcept {
    if (is_paced_) return plan(row, now, now);
    if (now > spread_until_) {
        spread_from_ = spread_until_ = now;
        spread_place_ = 0;
    }
    const mono_time at = std::max(spread_from_ + spread_of(spread_place_++), now);
    spread_until_ = std::max(spread_until_, at);
    plan(row, at, now);
}

void target_schedule::next_round(std::uint32_t row, mono_time now) noexcept {
    if (is_paced_) return plan(row, std::max(now, rows_[row].round_at + interval_), now);
    mono_time at = rows_[row].round_at + interval_;
    if (at <= now) at += ((now - at) / interval_ + 1) * interval_;
    plan(row, at, now);
}

void target_schedule::retry(std::uint32_t row, mono_time at, mono_time now) noexcept {
    plan(row, std::max(at, now), now);
}

/// Whether the ceilings let a probe go now. Otherwise its place is reserved, and its time is then.
bool target_schedule::is_cleared(target_row& row, mono_time now) noexcept {
    if (row.is_cleared) {
        row.is_cleared = false;
        return true;
    }
    if (!has_ceilings_) return true;
    const ip_address to = row.destination();
    if (to.is_loopback()) return true;
    mono_time at = gate_.allowed_at(to, now);
    if (host_price_ != nanoseconds{}) {
        token_clock& host = rows_[row.leader].host;
        at = std::max(at, host.allowed_at(now, {}));
        host.take(at, host_price_);
    }
    gate_.on_send(to, at);
    if (at == now) return true;
    row.is_cleared = true;
    row.due = at;
    return false;
}

std::optional<std::uint32_t> target_schedule::take(mono_time now) noexcept {
    if (is_paced_ && !pace_.is_due(now)) return std::nullopt;
    for (int deferred = 0; deferred < deferrals_max;) {
        const auto row = wheel_.pop(now);
        if (!row) return std::nullopt;
        target_row& next = rows_[*row];
        if (!next.is_active()) continue;
        if (is_cleared(next, now)) {
            if (next.next_attempt == 0) next.round_at = is_paced_ ? now : next.due;
            if (is_paced_) pace_.on_send(now);
            return row;
        }
        wheel_.insert(*row, now);
        ++deferred;
    }
    return std::nullopt;
}

}  // namespace sonde::inline v0::detail
