#pragma once
/// RTT statistics of one target or hop: exact moments and a mergeable histogram.

#include <cstdint>
#include <vector>

#include <sonde/base/api.hpp>
#include <sonde/base/time.hpp>

namespace sonde::inline v0 {

/// A log-linear histogram of durations: 1 ns to about 18 minutes, relative error at most 1/64
/// (64 linear steps in each power of two). Merging two gives what one would have held. Grows to
/// at most 2,240 counters; an empty one allocates nothing.
class SONDE_API latency_histogram {
  public:
    void add(nanoseconds value, std::uint64_t times = 1);
    void merge(const latency_histogram& other);
    [[nodiscard]] std::uint64_t count() const noexcept { return total_; }
    /// The smallest recorded value v (as its bucket's middle) such that `percent` of all values are
    /// <= v; 0 when empty. percent in 0..100.
    [[nodiscard]] nanoseconds percentile(double percent) const noexcept;
    struct bucket {
        nanoseconds from{};  // inclusive
        nanoseconds to{};    // exclusive
        std::uint64_t count = 0;
    };
    [[nodiscard]] std::vector<bucket> buckets() const;  // those not empty, ascending

  private:
    std::vector<std::uint32_t> counts_{};
    std::uint64_t total_ = 0;
};

/// Running statistics. Add RTTs in the order of arrival.
class SONDE_API rtt_statistics {
  public:
    void add(nanoseconds rtt);
    void merge(const rtt_statistics& other);
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    // All are 0 when nothing was added.
    [[nodiscard]] nanoseconds min() const noexcept;
    [[nodiscard]] nanoseconds max() const noexcept;
    [[nodiscard]] nanoseconds last() const noexcept { return last_; }
    [[nodiscard]] nanoseconds mean() const noexcept;
    /// Population standard deviation: what ping prints as mdev.
    [[nodiscard]] nanoseconds standard_deviation() const noexcept;
    /// Mean absolute difference of consecutive RTTs (icmplib's definition); not RFC 3550's
    /// estimator.
    [[nodiscard]] nanoseconds jitter() const noexcept;
    [[nodiscard]] nanoseconds percentile(double percent) const noexcept {
        return histogram_.percentile(percent);
    }
    [[nodiscard]] const latency_histogram& histogram() const noexcept { return histogram_; }

  private:
    std::uint64_t count_ = 0;
    nanoseconds min_{};
    nanoseconds max_{};
    nanoseconds last_{};
    double mean_ns_ = 0;  // Welford's running mean and sum of squared distances
    double squares_ns2_ = 0;
    double steps_ns_ = 0;  // sum of absolute differences
    std::uint64_t step_count_ = 0;
    latency_histogram histogram_{};
};

}  // namespace sonde::inline v0
