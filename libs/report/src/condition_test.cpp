#include <gtest/gtest.h>

#include <sonde/report/condition.hpp>

namespace sonde {
namespace {

using namespace std::chrono_literals;

condition read(const char* text) {
    auto made = condition::parse(text);
    EXPECT_TRUE(made) << text << ": " << (made ? "" : made.error().text);
    return made ? *made : *condition::parse("alive");
}

condition_error error_of(std::string_view text) {
    const auto made = condition::parse(text);
    EXPECT_FALSE(made) << text;
    return made ? condition_error{} : made.error();
}

// Eight answers of 10 to 80 ms and two losses: loss 20 %, median 40 ms.
struct measured {
    probe_counts counts{.sent = 11, .received = 8, .lost = 2, .in_flight = 1, .late = 1};
    rtt_statistics rtt{};
    measured() {
        for (int i = 1; i <= 8; ++i) rtt.add(i * 10ms);
    }
    [[nodiscard]] condition_facts facts() const { return facts_of(counts, rtt); }
};

bool holds(const char* text) { return read(text).is_true(measured().facts()); }

condition_facts without_answers(std::uint64_t lost) {
    condition_facts made;
    made.counts = {.sent = lost, .lost = lost};
    return made;
}

TEST(condition, compares_shares_counts_and_times) {
    EXPECT_TRUE(holds("loss > 5 %"));
    EXPECT_TRUE(holds("loss == 20%"));
    EXPECT_TRUE(holds("answered >= 80 %"));
    EXPECT_FALSE(holds("loss > 20 %"));
    EXPECT_TRUE(holds("sent = 11"));
    EXPECT_TRUE(holds("received != 9"));
    EXPECT_TRUE(holds("late > 0"));
    EXPECT_TRUE(holds("max <= 80 ms"));
    EXPECT_TRUE(holds("max < 0.081s"));
    EXPECT_TRUE(holds("min >= 10000us"));
    EXPECT_TRUE(holds("avg == 45000000 ns"));
    EXPECT_TRUE(holds("last > avg"));
    EXPECT_TRUE(holds("jitter == 10ms"));
}

// A histogram is at most 1/64 off.
TEST(condition, knows_percentiles_by_any_number) {
    EXPECT_TRUE(holds("median > 39 ms and median < 41 ms"));
    EXPECT_TRUE(holds("p50 == median"));
    EXPECT_TRUE(holds("p99.9 > 78 ms"));
    EXPECT_TRUE(holds("p12.5 < 11 ms"));
    EXPECT_FALSE(holds("p95 > 82 ms"));
    EXPECT_TRUE(read("p95 > 80 ms").needs_percentiles());
    EXPECT_TRUE(read("median > 80 ms").needs_percentiles());
    EXPECT_FALSE(read("loss > 5 % or max > 1 s").needs_percentiles());
}

TEST(condition, binds_not_before_and_and_and_before_or) {
    EXPECT_TRUE(holds("alive or alive and unreachable"));
    EXPECT_FALSE(holds("(alive or alive) and unreachable"));
    EXPECT_TRUE(holds("not unreachable and alive"));
    EXPECT_FALSE(holds("not (unreachable or alive)"));
    EXPECT_TRUE(holds("NOT unreachable && !unreachable || unreachable"));
    EXPECT_TRUE(holds("not not alive"));
}

TEST(condition, is_neither_true_nor_false_about_what_is_not_known) {
    const condition_facts nothing;
    for (const char* text : {"loss > 5 %",
                             "loss <= 5 %",
                             "not loss > 5 %",
                             "p95 > 80 ms",
                             "not p95 > 80 ms",
                             "avg >= 0"}) {
        EXPECT_FALSE(read(text).is_true(nothing)) << text;
    }
    // What is known decides where it can.
    EXPECT_TRUE(read("p95 > 80 ms or not alive").is_true(nothing));
    EXPECT_FALSE(read("unreachable").is_true(nothing));
    EXPECT_TRUE(read("unreachable").is_true(without_answers(1)));
    EXPECT_TRUE(read("loss == 100 % and p95 < 1 ms or loss == 100%").is_true(without_answers(3)));
}

TEST(condition, of_several_targets_is_judged_for_each) {
    const std::vector<condition_facts> all{measured().facts(), without_answers(1)};
    const auto first = [&](const char* text) {
        return read(text).first_true(all.size(), [&](std::size_t i) { return all[i]; });
    };
    EXPECT_EQ(first("unreachable"), 1U);
    EXPECT_EQ(first("loss > 5 %"), 0U);
    EXPECT_EQ(first("sent > 100"), std::nullopt);
    EXPECT_EQ(first("all(alive)"), std::nullopt);
    EXPECT_EQ(first("any(alive)"), 0U);
    EXPECT_EQ(first("all(loss > 5 %)"), 0U);
    EXPECT_EQ(first("any(alive) and unreachable"), 1U);
    EXPECT_EQ(first("not all(alive) and alive"), 0U);
    EXPECT_TRUE(read("all(alive)").is_about_all());
    EXPECT_FALSE(read("alive").is_about_all());
}

TEST(condition, tells_the_values_that_it_names) {
    EXPECT_EQ(read("loss > 5 % or max > 70 ms or loss > 1 %").values(measured().facts()),
              "loss 20 %, max 80.0 ms");
    EXPECT_EQ(read("p95 > 80 ms or lost > 3").values(without_answers(2)), "lost 2");
}

TEST(condition, that_is_wrong_is_told_with_its_place) {
    struct wrong {
        const char* text;
        std::size_t offset;
        const char* says;
    };
    for (const auto& [text, offset, says] : {
             wrong{"", 0, "something is missing at the end"},
             wrong{"loss >", 6, "something is missing at the end"},
             wrong{"loss", 4, "compare it with something: < <= > >= == or !="},
             wrong{"loss > 5", 0, "loss is a share, as 5 %; the number is a count, as 5"},
             wrong{"p95 > 80", 0, "p95 is a time, as 80 ms; the number is a count, as 5"},
             wrong{"sent > 3 ms", 0, "sent is a count, as 5; the number is a time, as 80 ms"},
             wrong{"alive and p95 > loss", 10, "p95 is a time, as 80 ms; loss is a share, as 5 %"},
             wrong{"lss > 5 %", 0, "lss is none of the names"},
             wrong{"p100 > 5 ms", 0, "p100 is none of the names"},
             wrong{"loss > 5 parts", 9, "parts is no unit: ns, us, ms, s and % are"},
             wrong{"(alive", 6, "a ) is missing for the ( that stands at 1"},
             wrong{"alive alive", 6, "and what? `and` or `or` joins two"},
             wrong{"alive > 3", 6, "and what? `and` or `or` joins two"},
             wrong{"all alive", 4, "all needs parentheses: all(...)"},
             wrong{"any(all(alive))", 4, "all stands inside another any or all"},
             wrong{"5 ms < \033[31m", 7, "\\027 is neither a name nor a number"},
         }) {
        const condition_error error = error_of(text);
        EXPECT_EQ(error.offset, offset) << text;
        EXPECT_EQ(error.text, says) << text;
    }
    EXPECT_EQ(error_of("lss > 5 %").unknown, "lss");
}

TEST(condition, is_bounded) {
    EXPECT_EQ(error_of(std::string(1'001, ' ')).text, "it has 1001 octets, 1000 are enough");
    EXPECT_EQ(error_of(std::string(100, '(') + "alive").text, "more than 32 levels");
    std::string many = "any(alive)";
    for (int i = 0; i < 16; ++i) many += " or any(alive)";
    EXPECT_EQ(error_of(many).text, "too many any and all");
}

TEST(condition, takes_a_bare_zero_for_any_unit) {
    EXPECT_TRUE(holds("loss > 0 and avg > 0 and late > 0"));
}

}  // namespace
}  // namespace sonde
