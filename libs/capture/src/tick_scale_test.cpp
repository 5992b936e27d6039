#include "tick_scale.hpp"

#include <gtest/gtest.h>

namespace sonde {
namespace {

using detail::tick_scale;

wall_time at(std::int64_t ns) { return wall_time(nanoseconds(ns)); }

TEST(tick_scale, decimal_units_become_nanoseconds) {
    EXPECT_EQ(tick_scale(6).to_time(1'340'954'905'298'858), at(1'340'954'905'298'858'000));
    EXPECT_EQ(tick_scale(9).to_time(1'340'954'905'298'858'123), at(1'340'954'905'298'858'123));
    EXPECT_EQ(tick_scale(0).to_time(7), at(7'000'000'000));
    EXPECT_EQ(tick_scale(12).to_time(1'999), at(1));
}

TEST(tick_scale, binary_units_become_nanoseconds) {
    EXPECT_EQ(tick_scale(0x80 | 1).to_time(3), at(1'500'000'000));
    EXPECT_EQ(tick_scale(0x80 | 10).to_time(1024 + 512), at(1'500'000'000));
    EXPECT_EQ(tick_scale(0x80 | 32).to_time(std::uint64_t{5} << 31), at(2'500'000'000));
}

TEST(tick_scale, the_offset_is_added_in_seconds_and_may_be_negative) {
    EXPECT_EQ(tick_scale(6, 100).to_time(1), at(100'000'001'000));
    EXPECT_EQ(tick_scale(6, -2).to_time(3'000'000), at(1'000'000'000));
}

TEST(tick_scale, what_nanoseconds_cannot_hold_becomes_the_last_time_that_they_can) {
    EXPECT_EQ(tick_scale(0).to_time(UINT64_MAX), wall_time::max());
    EXPECT_EQ(tick_scale(6, INT64_MAX).to_time(0), wall_time::max());
    EXPECT_EQ(tick_scale(6, INT64_MIN).to_time(0), wall_time::min());
}

TEST(tick_scale, every_resolution_octet_is_survived) {
    for (int octet = 0; octet < 256; ++octet) {
        const tick_scale scale(static_cast<std::uint8_t>(octet));
        for (const std::uint64_t ticks : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX}) {
            const wall_time time = scale.to_time(ticks);
            EXPECT_GE(time, at(0));
            static_cast<void>(scale.to_ticks(time));
        }
    }
}

TEST(tick_scale, ticks_of_a_time_are_that_time_again_where_the_unit_is_fine_enough) {
    for (const int resolution : {9, 10, 0x80 | 30, 0x80 | 33}) {
        const tick_scale scale(static_cast<std::uint8_t>(resolution));
        const wall_time time = at(1'000'000'000);
        const auto ticks = scale.to_ticks(time);
        ASSERT_TRUE(ticks.has_value()) << resolution;
        EXPECT_EQ(scale.to_time(*ticks), time) << resolution;
    }
    EXPECT_FALSE(tick_scale(9).to_ticks(at(-1)).has_value());
    EXPECT_EQ(tick_scale(6).to_ticks(at(1'999)), 1U);
}

}  // namespace
}  // namespace sonde
