#include "timer_wheel.hpp"

#include <map>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/base/random.hpp>

namespace sonde::detail {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr mono_time start{seconds(100)};

struct plain_rows {
    std::vector<mono_time> times{};
    std::vector<std::uint32_t> links{};
    [[nodiscard]] mono_time due(std::uint32_t row) const { return times[row]; }
    [[nodiscard]] std::uint32_t& link(std::uint32_t row) { return links[row]; }
};

struct desk {
    plain_rows rows{};
    timer_wheel<plain_rows> wheel{rows, start};
    mono_time now = start;

    void insert(mono_time at) {
        rows.times.push_back(at);
        rows.links.push_back(0);
        wheel.insert(static_cast<std::uint32_t>(rows.times.size() - 1), now);
    }
};

TEST(timer_wheel, an_empty_one_waits_for_nothing) {
    desk at;
    EXPECT_TRUE(at.wheel.empty());
    EXPECT_EQ(at.wheel.next(), mono_time::max());
    EXPECT_FALSE(at.wheel.pop(mono_time::max()).has_value());
}

TEST(timer_wheel, tells_the_exact_time_and_gives_nothing_out_before_it) {
    for (const nanoseconds after : {nanoseconds(0),
                                    nanoseconds(1),
                                    nanoseconds(1'500),
                                    nanoseconds(300'000),
                                    nanoseconds(70'000'001),
                                    nanoseconds(seconds(20)),
                                    nanoseconds(hours(3)),
                                    nanoseconds(hours(24 * 400)),
                                    nanoseconds(hours(24 * 36'500))}) {
        desk at;
        at.insert(start + after);
        EXPECT_EQ(at.wheel.next(), start + after);
        EXPECT_FALSE(at.wheel.pop(start + after - nanoseconds(1)).has_value());
        EXPECT_EQ(at.wheel.next(), start + after);
        EXPECT_EQ(at.wheel.pop(start + after), 0U);
        EXPECT_TRUE(at.wheel.empty());
    }
}

TEST(timer_wheel, rows_of_one_moment_come_out_in_the_order_in_which_they_went_in) {
    desk at;
    for (int i = 0; i < 1'000; ++i) at.insert(start + seconds(5));
    at.now = start + seconds(5);
    for (std::uint32_t i = 0; i < 1'000; ++i) EXPECT_EQ(at.wheel.pop(at.now), i);
}

TEST(timer_wheel, what_is_due_in_the_past_is_due_now) {
    desk at;
    at.insert(start + seconds(3));
    at.now = start + seconds(10);
    EXPECT_EQ(at.wheel.pop(at.now), 0U);
    at.insert(start + seconds(1));
    EXPECT_EQ(at.wheel.next(), start + seconds(1));
    EXPECT_EQ(at.wheel.pop(at.now), 1U);
    at.insert(start - hours(1));
    EXPECT_EQ(at.wheel.pop(at.now), 2U);
}

/// A random walk beside a sorted map, which is right but slow.
void walk(std::uint64_t seed, std::uint64_t reach_ns) {
    random_source random(seed);
    desk at;
    std::multimap<mono_time, std::uint32_t> plain;
    for (int step = 0; step < 3'000; ++step) {
        for (auto i = random.below(4); i > 0; --i) {
            at.insert(at.now + nanoseconds(static_cast<std::int64_t>(random.below(reach_ns))));
            const auto row = static_cast<std::uint32_t>(at.rows.times.size() - 1);
            plain.emplace(at.rows.times[row], row);
        }
        if (plain.empty()) continue;
        ASSERT_LE(at.wheel.next(), plain.begin()->first) << "never late";
        ASSERT_GE(at.wheel.next() + nanoseconds(1'024), plain.begin()->first);
        if (random.below(2) == 0) {
            at.now = std::max(at.now, plain.begin()->first);
        } else {
            at.now += nanoseconds(static_cast<std::int64_t>(random.below(reach_ns)));
        }
        while (const auto row = at.wheel.pop(at.now)) {
            ASSERT_LE(at.rows.times[*row], at.now) << "never early";
            const auto [from, to] = plain.equal_range(at.rows.times[*row]);
            const auto found =
                std::find_if(from, to, [&](auto& one) { return one.second == *row; });
            ASSERT_NE(found, to);
            plain.erase(found);
        }
        ASSERT_TRUE(plain.empty() || plain.begin()->first > at.now) << "nothing was left behind";
        ASSERT_EQ(at.wheel.next(), plain.empty() ? mono_time::max() : plain.begin()->first);
    }
}

TEST(timer_wheel, agrees_with_a_sorted_map_over_every_reach) {
    for (std::uint64_t reach = 100; reach < std::uint64_t{1} << 50; reach *= 13) walk(reach, reach);
}

}  // namespace
}  // namespace sonde::detail
