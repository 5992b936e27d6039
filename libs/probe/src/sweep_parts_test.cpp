// What sweeps are made of: bits in pages, the ring of probes, the course.

#include <set>

#include <gtest/gtest.h>

#include <sonde/base/random.hpp>

#include "paged_bits.hpp"
#include "sweep_course.hpp"
#include "sweep_ring.hpp"

namespace sonde {
namespace {

TEST(paged_bits, agree_with_a_plain_set) {
    random_source random(1);
    for (const std::uint64_t size : {1U, 63U, 64U, 65U, 32'768U, 32'769U, 100'000U}) {
        detail::paged_bits bits(size);
        std::set<std::uint64_t> model;
        for (int i = 0; i < 1500; ++i) {
            // Runs, so that whole words fill up.
            std::uint64_t bit = random.below(size);
            for (std::uint64_t end = std::min(size, bit + random.below(200)); bit < end; ++bit) {
                bits.set(bit);
                model.insert(bit);
            }
            const std::uint64_t from = random.below(size);
            ASSERT_EQ(bits[from], model.count(from) == 1);
            std::uint64_t clear = from;
            while (model.count(clear) == 1) ++clear;
            ASSERT_EQ(std::min(bits.next_clear(from), size), std::min(clear, size)) << size;
        }
    }
}

TEST(sweep_ring, finds_numbers_with_and_without_gaps_and_forgets_the_oldest) {
    for (const std::uint64_t gap : {1U, 2U, 1000U}) {
        random_source random(gap);
        detail::sweep_ring ring(64);
        std::vector<std::uint64_t> numbers;
        for (std::uint64_t number = 0, i = 0; i < 500; ++i, number += 1 + random.below(gap)) {
            ring.make_room();
            ring.add(number, mono_time(nanoseconds(i)));
            numbers.push_back(number);
            const std::size_t first = numbers.size() > 64 ? numbers.size() - 64 : 0;
            ASSERT_EQ(ring.next() - ring.oldest(), numbers.size() - first);
            ASSERT_EQ(ring.is_full(), numbers.size() >= 64);
            for (std::uint64_t asked = 0; asked <= number + 2; asked += 1 + asked / 50) {
                const auto at = std::find(numbers.begin(), numbers.end(), asked);
                const auto* found = ring.find(asked);
                const bool known =
                    at != numbers.end() && static_cast<std::size_t>(at - numbers.begin()) >= first;
                ASSERT_EQ(found != nullptr, known) << asked;
                if (known) {
                    ASSERT_EQ(found->number(), asked);
                }
            }
            ASSERT_NE(ring.find(number), nullptr);
        }
    }
}

TEST(sweep_ring, keeps_48_bits_of_a_number) {
    detail::sweep_ring ring(4);
    constexpr std::uint64_t highest = (std::uint64_t{1} << 48) - 1;
    ring.add(highest - 5, {});
    ring.add(highest, {});
    EXPECT_EQ(ring.find(highest)->number(), highest);
    EXPECT_EQ(ring.find(highest - 1), nullptr);
}

TEST(sweep_course, numbers_fit_48_bits_whatever_the_size) {
    sweep_options options{.tries = 3};
    const detail::sweep_course all(options, address_set::size_max);
    EXPECT_EQ(all.passes(), 1U);
    EXPECT_EQ(all.share(), std::uint64_t{1} << 48);
    EXPECT_EQ(all.position_of(all.share()), std::uint64_t{1} << 48);
    options.tries = 255;
    const detail::sweep_course most(options, sweep_session::bits_max);
    EXPECT_EQ(most.passes(), 255U);
    EXPECT_LE(most.number_of(254, most.share() - 1), (std::uint64_t{1} << 48) - 1);
}

TEST(sweep_course, a_position_behind_the_end_leaves_nothing_to_do) {
    for (const std::uint64_t position : {std::uint64_t{10}, std::uint64_t{11}, UINT64_MAX}) {
        sweep_options options{.position = position};
        options.shards = 7;
        options.shard = 6;
        const detail::sweep_course none(options, 10);
        EXPECT_EQ(none.share(), 0U);
        EXPECT_EQ(none.position_of(0), 10U);
        EXPECT_FALSE(none.step_of_index(3).has_value());
    }
}

TEST(sweep_course, index_and_step_are_each_others_inverse) {
    sweep_options options{.seed = 9, .position = 17};
    options.shards = 4;
    options.shard = 3;
    const detail::sweep_course course(options, 1000);
    std::set<std::uint64_t> mine;
    for (std::uint64_t step = 0; step < course.share(); ++step) {
        const std::uint64_t index = course.index_of(step);
        EXPECT_EQ(course.step_of_index(index), step);
        mine.insert(index);
    }
    for (std::uint64_t index = 0; index < 1000; ++index) {
        EXPECT_EQ(course.step_of_index(index).has_value(), mine.count(index) == 1);
    }
}

}  // namespace
}  // namespace sonde
