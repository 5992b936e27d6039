#include "token_bucket.hpp"

#include <gtest/gtest.h>

namespace sonde::sim {
namespace {

constexpr mono_time start{std::chrono::seconds(5)};

TEST(token_bucket, gives_its_burst_at_once_and_not_one_more) {
    token_bucket bucket({.per_second = 1, .burst = 6});
    for (int i = 0; i < 6; ++i) EXPECT_TRUE(bucket.take(start));
    EXPECT_FALSE(bucket.take(start));
}

TEST(token_bucket, a_token_is_there_after_exactly_its_period) {
    token_bucket bucket({.per_second = 4, .burst = 1});
    EXPECT_TRUE(bucket.take(start));
    EXPECT_FALSE(bucket.take(start + std::chrono::milliseconds(250) - nanoseconds(1)));
    EXPECT_TRUE(bucket.take(start + std::chrono::milliseconds(250)));
}

TEST(token_bucket, refusals_cost_nothing) {
    token_bucket bucket({.per_second = 1, .burst = 1});
    EXPECT_TRUE(bucket.take(start));
    for (int i = 1; i < 1000; ++i) {
        EXPECT_FALSE(bucket.take(start + i * std::chrono::milliseconds(1)));
    }
    EXPECT_TRUE(bucket.take(start + std::chrono::seconds(1)));
}

TEST(token_bucket, idle_time_fills_it_to_the_burst_only) {
    token_bucket bucket({.per_second = 1000, .burst = 3});
    EXPECT_TRUE(bucket.take(start));
    const mono_time later = start + std::chrono::hours(24 * 365 * 100);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(later));
    EXPECT_FALSE(bucket.take(later));
}

TEST(token_bucket, the_largest_bucket_does_not_overflow) {
    token_bucket bucket({.per_second = 0.001, .burst = 1'000'000});
    EXPECT_TRUE(bucket.take(mono_time{}));
    EXPECT_TRUE(bucket.take(start + std::chrono::hours(24 * 365 * 200)));
}

}  // namespace
}  // namespace sonde::sim
