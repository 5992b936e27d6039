#include <cerrno>

#include <gtest/gtest.h>

#include <sonde/net/clock.hpp>

namespace sonde {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;

// A machine whose clocks the test turns: each reading takes `reading_cost`.
struct fake_clocks {
    nanoseconds mono{seconds(1000)};
    nanoseconds offset{seconds(1'700'000'000)};
    nanoseconds reading_cost{30};
    bool broken = false;
};
fake_clocks clocks;

int read_fake(clockid_t clock, timespec* out) {
    if (clocks.broken) return errno = EINVAL, -1;
    clocks.mono += clocks.reading_cost;
    const nanoseconds at = clock == CLOCK_REALTIME ? clocks.mono + clocks.offset : clocks.mono;
    out->tv_sec = at.count() / 1'000'000'000;
    out->tv_nsec = at.count() % 1'000'000'000;
    return 0;
}

class converter : public ::testing::Test {
  protected:
    converter() {
        clocks = {};
        calls.clock_gettime = read_fake;
    }
    [[nodiscard]] static nanoseconds error_of(const stamp_converter& made) {
        const wall_time stamped{clocks.mono + clocks.offset};
        const nanoseconds off = made.to_mono(stamped).time_since_epoch() - clocks.mono;
        return off < off.zero() ? -off : off;
    }
    system_calls calls = kernel_calls();
};

TEST_F(converter, is_off_by_no_more_than_it_says) {
    stamp_converter made(calls);
    ASSERT_EQ(made.check(), stamp_converter::verdict::same);
    EXPECT_LE(error_of(made), made.uncertainty());
    EXPECT_LE(made.uncertainty(), nanoseconds(31));
}

TEST_F(converter, keeps_the_narrow_offset_when_a_later_reading_was_interrupted) {
    stamp_converter made(calls);
    ASSERT_EQ(made.check(), stamp_converter::verdict::same);
    const nanoseconds before = made.uncertainty();
    clocks.reading_cost = microseconds(500);  // preempted between the readings
    EXPECT_EQ(made.check(), stamp_converter::verdict::same);
    EXPECT_LE(made.uncertainty(), before);
    EXPECT_LE(error_of(made), before);
}

TEST_F(converter, says_that_the_wall_clock_was_stepped_forward_or_back) {
    for (const nanoseconds step :
         {nanoseconds(hours(1)), -nanoseconds(hours(1)), nanoseconds(microseconds(1))}) {
        clocks = {};
        stamp_converter made(calls);
        ASSERT_EQ(made.check(), stamp_converter::verdict::same);
        clocks.offset += step;
        EXPECT_EQ(made.check(), stamp_converter::verdict::stepped) << step.count();
        EXPECT_LE(error_of(made), made.uncertainty());
        EXPECT_EQ(made.check(), stamp_converter::verdict::same);
        EXPECT_EQ(made.steps(), 1U);
    }
}

TEST_F(converter, never_takes_the_passing_of_time_for_a_step) {
    stamp_converter made(calls);
    for (int i = 0; i < 10000; ++i) {
        clocks.mono += microseconds(i);
        clocks.reading_cost = nanoseconds(20 + i % 977);
        ASSERT_EQ(made.check(), stamp_converter::verdict::same);
    }
    EXPECT_EQ(made.steps(), 0U);
}

TEST_F(converter, says_when_a_clock_cannot_be_read) {
    clocks.broken = true;
    stamp_converter made(calls);
    EXPECT_EQ(made.check(), stamp_converter::verdict::unreadable);
    EXPECT_EQ(mono_now(calls), mono_time{});
}

TEST(clocks_of_the_kernel, agree_with_the_converter_within_a_microsecond) {
    stamp_converter made;
    for (int i = 0; i < 100; ++i) ASSERT_EQ(made.check(), stamp_converter::verdict::same);
    const mono_time before = mono_now();
    const mono_time converted = made.to_mono(wall_now());
    const mono_time after = mono_now();
    EXPECT_GE(converted, before - microseconds(1));
    EXPECT_LE(converted, after + microseconds(1));
}

}  // namespace
}  // namespace sonde
