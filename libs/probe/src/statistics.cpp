#include <algorithm>
#include <bit>
#include <cmath>

#include <sonde/probe/statistics.hpp>

namespace sonde::inline v0 {
namespace {

// Buckets 0..63 hold one nanosecond each; behind them each power of two has 64 linear steps.
constexpr unsigned step_bits = 6;
constexpr std::uint64_t steps = 1U << step_bits;
// 2,240 counters: 64 for the first 64 ns, then 34 powers of two, up to 2^40 ns (18.3 minutes).
constexpr std::size_t buckets_max = 2240;
constexpr std::uint64_t value_max = (std::uint64_t{1} << 40) - 1;

std::size_t bucket_of(std::uint64_t value_ns) noexcept {
    const std::uint64_t value = std::min(value_ns, value_max);
    if (value < steps) return static_cast<std::size_t>(value);
    const unsigned power = static_cast<unsigned>(std::bit_width(value)) - 1 - step_bits;
    return static_cast<std::size_t>((std::uint64_t{power} << step_bits) + (value >> power));
}

struct range {
    std::uint64_t from = 0;
    std::uint64_t width = 1;
};

range range_of(std::size_t bucket) noexcept {
    if (bucket < steps) return {.from = bucket, .width = 1};
    const std::uint64_t power = (bucket >> step_bits) - 1;
    return {.from = ((bucket & (steps - 1)) + steps) << power, .width = std::uint64_t{1} << power};
}
static_assert(steps * 35 == buckets_max);

std::uint32_t saturated(std::uint64_t sum) noexcept {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, UINT32_MAX));
}

nanoseconds rounded(double ns) noexcept { return nanoseconds(std::llround(ns)); }

}  // namespace

void latency_histogram::add(nanoseconds value, std::uint64_t times) {
    const auto value_ns = static_cast<std::uint64_t>(std::max<std::int64_t>(value.count(), 0));
    const std::size_t place = bucket_of(value_ns);
    if (place >= counts_.size()) {
        counts_.resize(std::min(buckets_max, (place / steps + 1) * steps));
    }
    // A counter that is full stays full; the total then counts only what is held.
    const std::uint32_t before = counts_[place];
    counts_[place] = saturated(before + std::min<std::uint64_t>(times, UINT32_MAX));
    total_ += counts_[place] - before;
}

void latency_histogram::merge(const latency_histogram& other) {
    if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
    for (std::size_t i = 0; i < other.counts_.size(); ++i) {
        const std::uint32_t before = counts_[i];
        counts_[i] = saturated(std::uint64_t{before} + other.counts_[i]);
        total_ += counts_[i] - before;
    }
}

nanoseconds latency_histogram::percentile(double percent) const noexcept {
    if (total_ == 0) return {};
    const double share = std::clamp(percent, 0.0, 100.0) / 100.0;
    // Less a hair, so that 7 % of 100 is rank 7 although 0.07 * 100 is a little more than 7.
    const double exact = std::ceil(share * static_cast<double>(total_) * (1 - 1e-12));
    const auto rank = std::max<std::uint64_t>(static_cast<std::uint64_t>(exact), 1);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        seen += counts_[i];
        if (seen < rank) continue;
        const range held = range_of(i);
        return nanoseconds(static_cast<std::int64_t>(held.from + held.width / 2));
    }
    return {};
}

std::vector<latency_histogram::bucket> latency_histogram::buckets() const {
    std::vector<bucket> made;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        if (counts_[i] == 0) continue;
        const range held = range_of(i);
        made.push_back({.from = nanoseconds(static_cast<std::int64_t>(held.from)),
                        .to = nanoseconds(static_cast<std::int64_t>(held.from + held.width)),
                        .count = counts_[i]});
    }
    return made;
}

void rtt_statistics::add(nanoseconds rtt) {
    const auto value = static_cast<double>(rtt.count());
    if (count_ > 0) {
        steps_ns_ += std::abs(static_cast<double>((rtt - last_).count()));
        ++step_count_;
    }
    min_ = count_ == 0 ? rtt : std::min(min_, rtt);
    max_ = count_ == 0 ? rtt : std::max(max_, rtt);
    last_ = rtt;
    ++count_;
    const double distance = value - mean_ns_;  // Welford 1962
    mean_ns_ += distance / static_cast<double>(count_);
    squares_ns2_ += distance * (value - mean_ns_);
    histogram_.add(rtt);
}

// Chan, Golub and LeVeque 1979. The step from our last RTT to the other's first is not known: the
// jitter of the whole is that of the two parts.
void rtt_statistics::merge(const rtt_statistics& other) {
    if (other.count_ == 0) return;
    if (count_ == 0) {
        *this = other;
        return;
    }
    const auto ours = static_cast<double>(count_);
    const auto theirs = static_cast<double>(other.count_);
    const double distance = other.mean_ns_ - mean_ns_;
    mean_ns_ += distance * theirs / (ours + theirs);
    squares_ns2_ += other.squares_ns2_ + distance * distance * ours * theirs / (ours + theirs);
    count_ += other.count_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
    last_ = other.last_;
    steps_ns_ += other.steps_ns_;
    step_count_ += other.step_count_;
    histogram_.merge(other.histogram_);
}

nanoseconds rtt_statistics::min() const noexcept { return min_; }
nanoseconds rtt_statistics::max() const noexcept { return max_; }
nanoseconds rtt_statistics::mean() const noexcept { return rounded(mean_ns_); }

nanoseconds rtt_statistics::standard_deviation() const noexcept {
    if (count_ == 0) return {};
    return rounded(std::sqrt(squares_ns2_ / static_cast<double>(count_)));
}

nanoseconds rtt_statistics::jitter() const noexcept {
    if (step_count_ == 0) return {};
    return rounded(steps_ns_ / static_cast<double>(step_count_));
}

}  // namespace sonde::inline v0
