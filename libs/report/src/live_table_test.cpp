#include <algorithm>

#include <gtest/gtest.h>

#include <sonde/report/live_table.hpp>

#include "report_fixture.hpp"

namespace sonde {
namespace {

using namespace report_fixture;

struct named {
    std::string name{};
    target_tally tally{};
    std::string trouble{};
};

// Sent and answered with that RTT, or lost.
void answered(named& to, double ms) {
    to.tally.on_event(sent(1));
    to.tally.on_event(reply(1, echo_reply("192.0.2.1", us(ms * 1000))));
}
void lost(named& to) {
    to.tally.on_event(sent(1));
    to.tally.on_event({.kind = event_kind::timed_out});
}

struct screen {
    std::vector<named> rows{};
    live_table table{};
    live_style style{.width = 80, .height = 6};
    std::string draw(const live_totals& totals = {}) {
        return table.frame(
            rows.size(),
            [&](std::size_t i) { return live_row{rows[i].name, &rows[i].tally, rows[i].trouble}; },
            totals,
            style);
    }
    std::vector<std::string> lines() {
        std::vector<std::string> made(1);
        for (const char c : draw()) {
            if (c == '\n') {
                made.emplace_back();
            } else {
                made.back() += c;
            }
        }
        return made;
    }
    // The names in the order in which they stand.
    std::string names() {
        std::string made;
        const auto all = lines();
        for (std::size_t i = 2; i + 1 < all.size(); ++i) made += all[i].substr(0, 1);
        return made;
    }
};

screen three() {
    screen made;
    made.rows.resize(3);
    made.rows[0].name = "b";
    made.rows[1].name = "c";
    made.rows[2].name = "a";
    for (const double ms : {1.0, 2.0, 4.0}) answered(made.rows[0], ms);
    answered(made.rows[1], 30);
    lost(made.rows[1]);
    lost(made.rows[2]);
    return made;
}

TEST(live_table, shows_totals_a_head_the_targets_and_the_keys) {
    auto at = three();
    EXPECT_EQ(at.draw({.elapsed = std::chrono::seconds(3723), .dropped_here = 2}),
              "3 targets, 2 alive, 6 sent, 4 answered, 33.33% lost, 1:02:03, 2 dropped here\n"
              "Target            Loss%    Sent    Last     Avg    Best   Worst  Jitter History \n"
              "b                   0.0       3    4.00    2.33    1.00    4.00    1.50      _-#\n"
              "c                  50.0       2    30.0    30.0    30.0    30.0   0.000       _!\n"
              "a                 100.0       1       -       -       -       -       -        !\n"
              "q quit  sort by: given name loss rtt avg worst jitter  again: reversed  arrows, ");
}

TEST(live_table, sorts_by_what_the_keys_say_and_turns_round_at_the_second_press) {
    auto at = three();
    const auto pressed = [&](char key) {
        EXPECT_TRUE(at.table.on_key(key));
        return at.names();
    };
    EXPECT_EQ(pressed('n'), "abc");
    EXPECT_EQ(pressed('n'), "cba");
    EXPECT_EQ(pressed('l'), "acb");
    EXPECT_EQ(pressed('l'), "bca");
    EXPECT_EQ(pressed('a'), "cba");
    EXPECT_EQ(pressed('r'), "cba");
    EXPECT_EQ(pressed('w'), "cba");
    EXPECT_EQ(pressed('j'), "bca");
    EXPECT_EQ(pressed('g'), "bca");
    EXPECT_EQ(pressed('g'), "acb");
    EXPECT_FALSE(at.table.on_key('x'));
}

TEST(live_table, scrolls_no_farther_than_there_are_rows) {
    screen at;
    at.style.height = 5;  // two rows
    for (const char* name : {"a", "b", "c", "d", "e"}) at.rows.push_back({.name = name});
    EXPECT_EQ(at.names(), "ab");
    EXPECT_TRUE(at.table.on_key(live_table::down));
    EXPECT_EQ(at.names(), "bc");
    EXPECT_TRUE(at.table.on_key(' '));
    EXPECT_EQ(at.names(), "de");
    EXPECT_TRUE(at.table.on_key(live_table::down));
    EXPECT_EQ(at.names(), "de");
    EXPECT_TRUE(at.table.on_key(live_table::page_up));
    EXPECT_EQ(at.names(), "bc");
    EXPECT_TRUE(at.table.on_key(live_table::home));
    EXPECT_EQ(at.names(), "ab");
    EXPECT_TRUE(at.table.on_key(live_table::end));
    EXPECT_EQ(at.names(), "de");
    at.style.height = 20;  // the screen grew
    EXPECT_EQ(at.names().substr(0, 5), "abcde");
}

// Columns of a line: octets of escape sequences and the second and third of a block count nothing.
std::size_t columns(const std::string& line) {
    std::size_t count = 0;
    bool escape = false;
    for (const char c : line) {
        if (c == '\033') escape = true;
        if (!escape && (static_cast<unsigned char>(c) & 0xc0) != 0x80) ++count;
        if (escape && c == 'm') escape = false;
    }
    return count;
}

TEST(live_table, never_leaves_the_screen_whatever_its_size) {
    for (std::size_t width = 1; width < 200; width += 3) {
        for (std::size_t height = 1; height < 12; ++height) {
            for (const bool pretty : {false, true}) {
                auto at = three();
                at.rows[0].name = std::string(100, 'x');
                at.rows[1].trouble = "no such host, whatever one tries, and however long";
                at.style = {.width = width, .height = height, .color = pretty, .unicode = pretty};
                const auto lines = at.lines();
                EXPECT_LE(lines.size(), height);
                for (const auto& line : lines) {
                    EXPECT_LE(columns(line), std::max<std::size_t>(width, 5));
                }
            }
        }
    }
}

TEST(live_table, paints_loss_only_where_colours_are_wanted) {
    auto at = three();
    EXPECT_EQ(at.draw().find('\033'), std::string::npos);
    at.style.color = true;
    const std::string drawn = at.draw();
    EXPECT_NE(drawn.find("\033[31m    50.0\033[0m"), std::string::npos);
    EXPECT_NE(drawn.find("\033[31m!\033[0m"), std::string::npos);
}

TEST(live_table, lets_no_name_steer_the_terminal) {
    screen at;
    at.rows.push_back({.name = "\033[2Jx"});
    at.rows.push_back({.name = "y", .trouble = "\033]0;owned\007"});
    EXPECT_EQ(at.draw().find('\033'), std::string::npos);
    EXPECT_NE(at.lines()[2].find("\\027[2Jx"), std::string::npos);
}

TEST(sparkline, shows_the_newest_on_the_right) {
    rtt_history history;
    EXPECT_EQ(sparkline(history, 4, {}), "    ");
    for (const int ms : {10, 10, 20, 80, 40}) history.add(std::chrono::milliseconds(ms));
    history.add_loss();
    EXPECT_EQ(sparkline(history, 8, {}), "  __.#=!");
    EXPECT_EQ(sparkline(history, 3, {}), "#_!");
    EXPECT_EQ(sparkline(history, 3, {.unicode = true}), "\u2588\u2581!");
}

TEST(sparkline, is_flat_where_times_hardly_differ) {
    rtt_history history;
    for (const int us : {1000, 1010, 1020, 1000}) history.add(std::chrono::microseconds(us));
    EXPECT_EQ(sparkline(history, 4, {}), "____");
}

TEST(rtt_history, keeps_the_newest_at_most_a_sixteenth_off) {
    rtt_history history;
    for (std::size_t i = 0; i < 1000; ++i) history.add(nanoseconds(static_cast<int>(i * i)));
    ASSERT_EQ(history.size(), rtt_history::size_max);
    for (std::size_t i = 0; i < history.size(); ++i) {
        const auto put = static_cast<double>((940 + i) * (940 + i));
        const auto got = static_cast<double>(history[i]->count());
        EXPECT_LE(got, put);
        EXPECT_GT(got, put * 15.0 / 16.0);
    }
}

TEST(target_tally, counts_every_class_apart) {
    target_tally at;
    for (int i = 0; i < 4; ++i) at.on_event(sent(1));
    at.on_event(reply(1, echo_reply("192.0.2.1", us(10))));
    at.on_event(reply(1, echo_reply("192.0.2.1", us(10)), reply_class::duplicate));
    at.on_event(reply(1, error_reply("192.0.2.7", 3, 1)));
    at.on_event({.kind = event_kind::timed_out});
    at.on_event(reply(1, echo_reply("192.0.2.1", us(10)), reply_class::late));
    at.on_event(reply(1, echo_reply("192.0.2.1", us(10)), reply_class::forged));
    at.on_event({.kind = event_kind::send_failed});
    const probe_counts& counts = at.counts();
    EXPECT_EQ(counts.sent, 4U);
    EXPECT_EQ(counts.received, 1U);
    EXPECT_EQ(counts.lost, 2U);
    EXPECT_EQ(counts.in_flight, 1U);
    EXPECT_EQ(counts.errors, 1U);
    EXPECT_EQ(counts.late, 1U);
    EXPECT_EQ(counts.duplicates, 1U);
    EXPECT_EQ(counts.forged, 1U);
    EXPECT_EQ(counts.send_failed, 1U);
    EXPECT_EQ(counts.sent, counts.received + counts.lost + counts.in_flight);
    EXPECT_EQ(at.history().size(), 4U);
}

TEST(target_tally, takes_as_much_memory_as_it_says) { EXPECT_LE(sizeof(target_tally), 328U); }

// What xterm and the Linux console send.
TEST(key_reader, makes_one_key_of_a_sequence) {
    const auto keys = [](std::string_view octets) {
        key_reader reader;
        std::vector<int> made;
        for (const char c : octets) {
            if (const auto key = reader.on_octet(c)) made.push_back(*key);
        }
        return made;
    };
    EXPECT_EQ(keys("\033[A\033OBq"), (std::vector<int>{live_table::up, live_table::down, 'q'}));
    EXPECT_EQ(keys("\033[5~\033[6~\033[1~\033[4~\033[H\033[F"),
              (std::vector<int>{live_table::page_up,
                                live_table::page_down,
                                live_table::home,
                                live_table::end,
                                live_table::home,
                                live_table::end}));
    EXPECT_EQ(keys("\033[1;5Zl"), std::vector<int>{'l'});
    EXPECT_EQ(keys("\033[99999999999999999999~l"), std::vector<int>{'l'});
}

}  // namespace
}  // namespace sonde
