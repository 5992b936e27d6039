#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include <sonde/base/random.hpp>
#include <sonde/probe/statistics.hpp>

namespace sonde {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

rtt_statistics of(const std::vector<std::int64_t>& values) {
    rtt_statistics made;
    for (const auto value : values) made.add(nanoseconds(value));
    return made;
}

std::vector<std::int64_t> random_rtts(std::uint64_t seed, std::size_t count) {
    random_source random(seed);
    std::vector<std::int64_t> made(count);
    for (auto& value : made) {
        value =
            static_cast<std::int64_t>(std::exp(random.unit() * std::log(1e12)));  // 1 ns to 1000 s
    }
    return made;
}

long double exact_mean(const std::vector<std::int64_t>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0L) /
           static_cast<long double>(values.size());
}

long double exact_deviation(const std::vector<std::int64_t>& values) {
    const long double mean = exact_mean(values);
    long double sum = 0;
    for (const auto value : values) {
        const long double distance = static_cast<long double>(value) - mean;
        sum += distance * distance;
    }
    return std::sqrt(sum / static_cast<long double>(values.size()));
}

TEST(statistics, everything_is_zero_when_nothing_was_added) {
    const rtt_statistics none;
    EXPECT_EQ(none.count(), 0U);
    for (const auto value : {none.min(),
                             none.max(),
                             none.last(),
                             none.mean(),
                             none.standard_deviation(),
                             none.jitter(),
                             none.percentile(50)}) {
        EXPECT_EQ(value, nanoseconds{});
    }
}

TEST(statistics, jitter_is_the_mean_absolute_difference_of_consecutive_rtts_as_icmplib_has_it) {
    // |20 - 10| + |15 - 20| + |45 - 15| = 45; 45 / 3 = 15
    EXPECT_EQ(of({10, 20, 15, 45}).jitter(), nanoseconds(15));
    // icmplib's documentation: one RTT has no jitter.
    EXPECT_EQ(of({10}).jitter(), nanoseconds{});
    // The order decides: |15 - 10| + |20 - 15| + |45 - 20| = 35; 35 / 3 = 11.67
    EXPECT_EQ(of({10, 15, 20, 45}).jitter(), nanoseconds(12));
}

TEST(statistics, mdev_is_the_population_standard_deviation_that_ping_prints) {
    // sqrt(mean of squares - square of mean): mean 5, squares 9+1+1+1+0+0+4+16 = 32, 32/8 = 4
    EXPECT_EQ(of({2, 4, 4, 4, 5, 5, 7, 9}).standard_deviation(), nanoseconds(2));
    EXPECT_EQ(of({7'000'000, 7'000'000}).standard_deviation(), nanoseconds{});
}

TEST(statistics, min_max_last_and_mean_are_exact) {
    const auto made = of({30, 10, 20});
    EXPECT_EQ(made.min(), nanoseconds(10));
    EXPECT_EQ(made.max(), nanoseconds(30));
    EXPECT_EQ(made.last(), nanoseconds(20));
    EXPECT_EQ(made.mean(), nanoseconds(20));
}

TEST(statistics, moments_agree_with_a_two_pass_computation_on_random_rtts) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto values = random_rtts(seed, 5'000);
        const auto made = of(values);
        EXPECT_NEAR(
            static_cast<double>(made.mean().count()), static_cast<double>(exact_mean(values)), 1.0);
        const auto deviation = static_cast<double>(exact_deviation(values));
        EXPECT_NEAR(static_cast<double>(made.standard_deviation().count()),
                    deviation,
                    1.0 + deviation * 1e-12);
    }
}

TEST(statistics, a_small_spread_on_a_large_mean_is_not_lost) {
    // A sum of squares in double would lose it: 1e12 squared has no room left for 1.
    const auto made = of({1'000'000'000'000, 1'000'000'000'002});
    EXPECT_EQ(made.standard_deviation(), nanoseconds(1));
}

TEST(statistics, merging_gives_the_moments_and_percentiles_of_all_rtts_together) {
    const auto first = random_rtts(1, 3'000);
    const auto second = random_rtts(2, 500);
    auto merged = of(first);
    merged.merge(of(second));
    auto together = first;
    together.insert(together.end(), second.begin(), second.end());
    const auto whole = of(together);
    EXPECT_EQ(merged.count(), whole.count());
    EXPECT_EQ(merged.min(), whole.min());
    EXPECT_EQ(merged.max(), whole.max());
    EXPECT_EQ(merged.last(), whole.last());
    EXPECT_NEAR(
        static_cast<double>(merged.mean().count()), static_cast<double>(exact_mean(together)), 1.0);
    const auto deviation = static_cast<double>(exact_deviation(together));
    EXPECT_NEAR(static_cast<double>(merged.standard_deviation().count()),
                deviation,
                1.0 + deviation * 1e-12);
    for (const double percent : {0.0, 1.0, 50.0, 90.0, 99.0, 100.0}) {
        EXPECT_EQ(merged.percentile(percent), whole.percentile(percent));
    }
}

TEST(statistics, merging_with_nothing_changes_nothing_on_either_side) {
    auto some = of({10, 20});
    some.merge(rtt_statistics{});
    EXPECT_EQ(some.count(), 2U);
    EXPECT_EQ(some.jitter(), nanoseconds(10));
    rtt_statistics none;
    none.merge(some);
    EXPECT_EQ(none.mean(), nanoseconds(15));
    EXPECT_EQ(none.jitter(), nanoseconds(10));
}

TEST(statistics, the_jitter_of_two_parts_counts_the_steps_inside_each) {
    auto merged = of({10, 20});
    merged.merge(of({100, 130}));
    EXPECT_EQ(merged.jitter(), nanoseconds(20));  // (10 + 30) / 2
}

// ---- histogram ---------------------------------------------------------------------------------

TEST(histogram, a_percentile_is_within_a_64th_of_the_exact_rank) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        auto values = random_rtts(seed, 4'000);
        latency_histogram made;
        for (const auto value : values) made.add(nanoseconds(value));
        std::sort(values.begin(), values.end());
        for (const double percent : {0.0, 0.1, 5.0, 50.0, 75.0, 99.0, 99.9, 100.0}) {
            const auto rank =
                static_cast<std::size_t>(std::max(1.0, std::ceil(percent / 100 * 4'000 - 1e-9)));
            const auto exact = static_cast<double>(values[rank - 1]);
            EXPECT_NEAR(static_cast<double>(made.percentile(percent).count()), exact, exact / 64)
                << percent;
        }
    }
}

TEST(histogram, seven_percent_of_a_hundred_is_the_seventh) {
    latency_histogram made;
    for (int i = 1; i <= 100; ++i) made.add(nanoseconds(i <= 7 ? 10 : 40));
    EXPECT_EQ(made.percentile(7), nanoseconds(10));
    EXPECT_EQ(made.percentile(8), nanoseconds(40));
}

TEST(histogram, buckets_ascend_without_overlap_and_hold_every_value_added) {
    latency_histogram made;
    const auto values = random_rtts(7, 10'000);
    for (const auto value : values) made.add(nanoseconds(value));
    std::uint64_t sum = 0;
    nanoseconds before{};
    for (const auto& bucket : made.buckets()) {
        EXPECT_LT(bucket.from, bucket.to);
        EXPECT_GE(bucket.from, before);
        before = bucket.to;
        const auto held = std::count_if(values.begin(), values.end(), [&](std::int64_t value) {
            return nanoseconds(value) >= bucket.from && nanoseconds(value) < bucket.to;
        });
        EXPECT_EQ(static_cast<std::uint64_t>(held), bucket.count);
        sum += bucket.count;
    }
    EXPECT_EQ(sum, values.size());
    EXPECT_EQ(made.count(), values.size());
}

TEST(histogram, a_bucket_is_no_wider_than_a_64th_of_its_values) {
    latency_histogram made;
    for (const auto value : random_rtts(3, 10'000)) made.add(nanoseconds(value));
    for (const auto& bucket : made.buckets()) {
        EXPECT_LE((bucket.to - bucket.from).count(),
                  std::max<std::int64_t>(1, bucket.from.count() / 64));
    }
}

TEST(histogram,
     what_is_beyond_its_range_counts_in_the_last_bucket_and_what_is_negative_in_the_first) {
    latency_histogram made;
    made.add(std::chrono::hours(1000));
    made.add(nanoseconds(-5));
    const auto buckets = made.buckets();
    ASSERT_EQ(buckets.size(), 2U);
    EXPECT_EQ(buckets.front().from, nanoseconds{});
    EXPECT_EQ(buckets.back().to, nanoseconds(std::int64_t{1} << 40));  // 18.3 minutes
}

TEST(histogram, merging_gives_what_one_would_have_held) {
    latency_histogram one;
    latency_histogram other;
    latency_histogram both;
    std::uint64_t which = 0;
    for (const auto value : random_rtts(5, 3'000)) {
        (++which % 3 == 0 ? one : other).add(nanoseconds(value));
        both.add(nanoseconds(value));
    }
    one.merge(other);
    ASSERT_EQ(one.buckets().size(), both.buckets().size());
    for (std::size_t i = 0; i < both.buckets().size(); ++i) {
        EXPECT_EQ(one.buckets()[i].count, both.buckets()[i].count);
    }
    EXPECT_EQ(one.count(), both.count());
}

TEST(histogram, a_full_counter_stays_full_and_the_total_counts_only_what_is_held) {
    latency_histogram made;
    made.add(microseconds(1), UINT32_MAX);
    made.add(microseconds(1), 10);
    made.add(milliseconds(1), 1);
    EXPECT_EQ(made.count(), std::uint64_t{UINT32_MAX} + 1);
    EXPECT_EQ(made.buckets().front().count, UINT32_MAX);
}

}  // namespace
}  // namespace sonde
