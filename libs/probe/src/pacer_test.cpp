#include <cmath>

#include <gtest/gtest.h>

#include <sonde/probe/pacer.hpp>

namespace sonde {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr mono_time start{seconds(100)};

/// Sends whenever it is due, waking exactly when told, until `end` (not included); how many.
std::uint64_t send_until(pacer& pace, mono_time end) {
    std::uint64_t sent = 0;
    for (mono_time now = pace.next(); now < end; now = pace.next()) {
        pace.on_send(now);
        ++sent;
    }
    return sent;
}

TEST(pacer, keeps_every_rate_exactly_over_any_time) {
    for (const double rate : {1.0,
                              3.0,
                              7.0,
                              10.0,
                              999.0,
                              1'000.0,
                              12'345.0,
                              100'000.0,
                              333'333.0,
                              999'983.0,
                              1'000'000.0}) {
        pacer pace(rate, 1, start);
        const int span = rate > 50'000 ? 3 : 50;
        for (int second = 1; second <= span; ++second) {
            // A point on the second itself belongs to the next one.
            EXPECT_EQ(send_until(pace, start + seconds(second)), static_cast<std::uint64_t>(rate))
                << rate << " a second, second " << second;
        }
        EXPECT_EQ(pace.next(), start + seconds(span)) << rate;
        EXPECT_EQ(pace.missed(), 0U);
    }
}

TEST(pacer, keeps_rates_that_are_no_whole_numbers) {
    pacer pace(2.5, 1, start);
    EXPECT_EQ(send_until(pace, start + seconds(1'000)), 2'500U);
    pacer slow(0.1, 1, start);
    EXPECT_EQ(send_until(slow, start + seconds(100)), 10U);
    pacer fast(3e9, 8, start);
    EXPECT_EQ(send_until(fast, start + nanoseconds(1'000)), 3'000U);
}

TEST(pacer, after_a_stall_makes_up_for_a_burst_and_leaves_the_rest_out) {
    pacer pace(1'000, 5, start);
    EXPECT_EQ(send_until(pace, start + milliseconds(10)), 10U);
    const mono_time late = start + milliseconds(109);  // the points of 10 to 109 ms are due: 100
    int burst = 0;
    for (; pace.is_due(late); ++burst) pace.on_send(late);
    EXPECT_EQ(burst, 5);
    EXPECT_EQ(pace.missed(), 95U);
    EXPECT_EQ(pace.next(), start + milliseconds(110)) << "the grid stays where it was";
}

TEST(pacer, a_short_stall_is_made_up_for_entirely) {
    pacer pace(1'000, 5, start);
    EXPECT_EQ(send_until(pace, start + milliseconds(10)), 10U);
    const mono_time late = start + milliseconds(14);
    int burst = 0;
    for (; pace.is_due(late); ++burst) pace.on_send(late);
    EXPECT_EQ(burst, 5);
    EXPECT_EQ(pace.missed(), 0U);
}

TEST(pacer, never_sends_more_than_a_burst_at_once_however_long_the_stall) {
    for (const std::uint32_t burst_max : {1U, 2U, 5U, 64U}) {
        for (std::uint32_t points = 1; points < 3 * burst_max + 3; ++points) {
            pacer pace(3'000, burst_max, start);
            const mono_time late =
                start + nanoseconds(seconds(1)) * (points - 1) / 3'000 + nanoseconds(1);
            std::uint32_t burst = 0;
            for (; pace.is_due(late); ++burst) pace.on_send(late);
            EXPECT_EQ(burst, std::min(points, burst_max));
            EXPECT_EQ(pace.missed(), points - burst);
        }
    }
}

TEST(pacer, a_stall_of_a_year_is_one_step) {
    pacer pace(1'000'000, 3, start);
    pace.on_send(start);
    const mono_time late = start + std::chrono::hours(24 * 365);
    int burst = 0;
    for (; pace.is_due(late); ++burst) pace.on_send(late);
    EXPECT_EQ(burst, 3);
    EXPECT_EQ(pace.missed(), 24ULL * 365 * 3'600 * 1'000'000 - 3);
}

TEST(pacer, rate_zero_is_without_end) {
    pacer pace(0, 1, start);
    for (int i = 0; i < 1'000; ++i) {
        EXPECT_TRUE(pace.is_due(start));
        pace.on_send(start);
    }
    EXPECT_FALSE(pace.is_due(start - nanoseconds(1)));
    EXPECT_FALSE(pacer(std::nan(""), 1, start).next() > start) << "no number, no pace";
}

TEST(pacer, a_new_rate_holds_from_the_last_packet_on_and_owes_nothing_from_before) {
    pacer pace(10, 4, start);
    pace.on_send(start);
    pace.set_rate(1'000, start + milliseconds(50));
    EXPECT_EQ(pace.next(), start + milliseconds(50));
    EXPECT_EQ(send_until(pace, start + milliseconds(60)), 10U);
    pace.set_rate(100, start + milliseconds(60));
    EXPECT_EQ(pace.next(), start + milliseconds(69)) << "10 ms after the last packet";
    pace.set_rate(0, start + milliseconds(61));
    EXPECT_TRUE(pace.is_due(start + milliseconds(69)));
}

TEST(pacer, one_that_has_not_begun_begins_when_it_was_to) {
    pacer pace(1'000, 4, start);
    EXPECT_FALSE(pace.is_due(start - nanoseconds(1)));
    pace.set_rate(10, start - seconds(1));
    EXPECT_EQ(pace.next(), start);
}

static_assert([] {
    pacer pace(4, 1, start);
    pace.on_send(start);
    return pace.next() == start + milliseconds(250);
}());

}  // namespace
}  // namespace sonde
