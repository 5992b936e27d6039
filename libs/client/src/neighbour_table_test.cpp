// The rules of RFC 4861 s7.3 in virtual time: who is asked for, how often, and what becomes of the
// frames that wait.

#include "neighbour_table.hpp"

#include <gtest/gtest.h>

namespace sonde::inline v0::detail {
namespace {

using std::chrono::seconds;

constexpr mono_time start{seconds(100)};
const ip_address host = ipv4_address{0x0a000001};
const ip_address other = ipv4_address{0x0a000002};
constexpr mac_address mac{{2, 0, 0, 0, 0, 1}};
constexpr mac_address other_mac{{2, 0, 0, 0, 0, 2}};

waiting_frame frame(std::uint64_t token) { return {token, {1, 2, 3}}; }

std::size_t questions(neighbour_table& table) {
    std::size_t count = 0;
    while (table.next_question()) ++count;
    return count;
}

TEST(neighbour_table, lets_frames_wait_until_the_neighbour_answers) {
    neighbour_table table;
    EXPECT_FALSE(table.find(host, start));
    EXPECT_EQ(table.wait(host, frame(1), start), neighbour_table::verdict::waits);
    EXPECT_EQ(table.wait(host, frame(2), start), neighbour_table::verdict::waits);
    EXPECT_EQ(table.next_question(), host);
    EXPECT_FALSE(table.next_question()) << "one question for both";
    EXPECT_FALSE(table.has_settled());
    table.on_answer(host, mac, start + seconds(0));
    const auto settled = table.next_settled();
    ASSERT_TRUE(settled);
    EXPECT_EQ(settled->address, host);
    EXPECT_EQ(settled->mac, mac);
    ASSERT_EQ(settled->frames.size(), 2U);
    EXPECT_EQ(settled->frames[0].token, 1U);
    EXPECT_EQ(settled->frames[1].token, 2U);
    EXPECT_EQ(table.find(host, start), mac);
    EXPECT_EQ(table.waiting(), 0U);
}

TEST(neighbour_table, asks_three_times_a_second_apart_and_gives_up) {
    neighbour_table table;
    static_cast<void>(table.wait(host, frame(1), start));
    EXPECT_EQ(questions(table), 1U);
    EXPECT_EQ(table.next_deadline(), start + seconds(1));
    table.on_time(start + seconds(1) - nanoseconds(1));
    EXPECT_EQ(questions(table), 0U);
    for (int at : {1, 2}) {
        table.on_time(start + seconds(at));
        EXPECT_EQ(questions(table), 1U);
        EXPECT_FALSE(table.has_settled());
    }
    table.on_time(start + seconds(3));
    const auto settled = table.next_settled();
    ASSERT_TRUE(settled);
    EXPECT_FALSE(settled->mac);
    EXPECT_EQ(settled->frames.size(), 1U);
    EXPECT_EQ(table.size(), 0U);
    EXPECT_EQ(table.next_deadline(), mono_time::max());
}

TEST(neighbour_table, hears_only_what_it_asked_for) {
    neighbour_table table;
    table.on_answer(host, mac, start);
    EXPECT_FALSE(table.find(host, start));
    table.learn(host, mac, start);
    table.on_answer(host, other_mac, start + seconds(1));
    EXPECT_EQ(table.find(host, start + seconds(1)), mac) << "nobody asked: nobody may change it";
}

TEST(neighbour_table, uses_an_old_address_while_it_asks_again) {
    neighbour_table table;
    table.learn(host, mac, start);
    EXPECT_EQ(table.find(host, start + seconds(30)), mac);
    EXPECT_EQ(questions(table), 0U);
    const mono_time late = start + seconds(31);
    EXPECT_EQ(table.find(host, late), mac);
    EXPECT_EQ(table.find(host, late), mac);
    EXPECT_EQ(questions(table), 1U);
    table.on_answer(host, other_mac, late);
    EXPECT_EQ(table.find(host, late), other_mac);
    table.on_time(late + seconds(5));
    EXPECT_EQ(questions(table), 0U) << "it answered";
}

TEST(neighbour_table, forgets_a_neighbour_that_answers_no_more) {
    neighbour_table table;
    table.learn(host, mac, start);
    const mono_time late = start + seconds(31);
    static_cast<void>(table.find(host, late));
    for (int at : {1, 2, 3}) table.on_time(late + seconds(at));
    EXPECT_FALSE(table.find(host, late + seconds(3)));
    EXPECT_FALSE(table.has_settled()) << "no frame waited for it";
}

TEST(neighbour_table, bounds_what_waits_for_one_neighbour) {
    neighbour_table table;
    for (std::size_t i = 0; i < neighbour_table::waiting_for_one_max; ++i) {
        ASSERT_EQ(table.wait(host, frame(i), start), neighbour_table::verdict::waits);
    }
    EXPECT_EQ(table.wait(host, frame(0), start), neighbour_table::verdict::no_room_for_it);
    EXPECT_EQ(table.wait(other, frame(0), start), neighbour_table::verdict::waits);
}

TEST(neighbour_table, bounds_how_many_are_asked_for_at_once) {
    neighbour_table table;
    const auto address = [](std::size_t i) {
        return ip_address(ipv4_address{0x0a000000 + static_cast<std::uint32_t>(i)});
    };
    for (std::size_t i = 0; i < neighbour_table::waiting_max; ++i) {
        ASSERT_EQ(table.wait(address(i), frame(i), start), neighbour_table::verdict::waits);
    }
    const auto next = address(neighbour_table::waiting_max);
    EXPECT_EQ(table.wait(next, frame(0), start), neighbour_table::verdict::no_room);
    table.on_answer(address(0), mac, start);
    EXPECT_EQ(table.wait(next, frame(0), start), neighbour_table::verdict::waits);
    EXPECT_LE(table.size(), neighbour_table::neighbours_max);
    EXPECT_FALSE(table.find(address(0), start)) << "the known one made room";
    EXPECT_EQ(table.waiting(), neighbour_table::waiting_max);
}

TEST(neighbour_table, loses_no_frame_whatever_happens) {
    neighbour_table table;
    std::uint64_t given = 0;
    std::uint64_t back = 0;
    mono_time now = start;
    std::uint32_t state = 1;
    const auto draw = [&](std::uint32_t bound) {
        return (state = state * 1664525 + 1013904223) / 7 % bound;
    };
    for (int step = 0; step < 20'000; ++step) {
        const ip_address who = ipv4_address{0x0a000000 + draw(300)};
        switch (draw(4)) {
            case 0:
            case 1:
                if (!table.find(who, now) &&
                    table.wait(who, frame(given), now) == neighbour_table::verdict::waits) {
                    ++given;
                }
                break;
            case 2:
                if (draw(3) == 0) table.on_answer(who, mac, now);
                break;
            default:
                now += std::chrono::milliseconds(draw(200));
                table.on_time(now);
        }
        while (const auto settled = table.next_settled()) back += settled->frames.size();
        ASSERT_EQ(given, back + table.waiting());
    }
    EXPECT_GT(back, 1000U);
    EXPECT_LE(table.size(), 300U);
}

}  // namespace
}  // namespace sonde::inline v0::detail
