// The order of a sweep: every number once, the same for ever, and no network in a burst.

#include <algorithm>
#include <array>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/base/permutation.hpp>
#include <sonde/base/random.hpp>

namespace sonde {
namespace {

TEST(permutation, gives_every_number_once_for_every_size_up_to_5000) {
    std::vector<bool> seen;
    for (std::uint64_t size = 1; size <= 5000; ++size) {
        const permutation order(size, size * 7);
        seen.assign(size, false);
        for (std::uint64_t position = 0; position < size; ++position) {
            const std::uint64_t number = order(position);
            ASSERT_LT(number, size);
            ASSERT_FALSE(seen[number]) << size << ": " << number << " twice";
            seen[number] = true;
            ASSERT_EQ(order.position_of(number), position);
        }
    }
}

TEST(permutation, goes_both_ways_for_sizes_that_are_large_and_odd) {
    random_source random(1);
    constexpr std::uint64_t one = 1;
    for (const std::uint64_t size : {one << 16,
                                     (one << 16) + 1,
                                     one << 17,
                                     (one << 20) - 3,
                                     (one << 32) - 1,
                                     one << 32,
                                     (one << 32) + 1,
                                     std::uint64_t{600'000'000'003},
                                     (one << 48) + 12'345,
                                     (one << 62) + 1,
                                     (one << 63) - 25,
                                     one << 63}) {
        const permutation order(size, random());
        for (int i = 0; i < 2000; ++i) {
            const std::uint64_t position =
                i < 8 ? static_cast<std::uint64_t>(i) : random.below(size);
            const std::uint64_t number = order(position);
            ASSERT_LT(number, size);
            ASSERT_EQ(order.position_of(number), position);
            const std::uint64_t back = order.position_of(position);
            ASSERT_LT(back, size);
            ASSERT_EQ(order(back), position);
        }
    }
}

// A run that is resumed by a later version must find the same order. The numbers come from this
// other writing of the definition, in Python:
//
//     M, A, B = 2**64 - 1, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb
//     def keys(seed):
//         for i in range(4):
//             seed = z = (seed + 0x9e3779b97f4a7c15) & M
//             z = (z ^ z >> 30) * A & M
//             z = (z ^ z >> 27) * B & M
//             yield z ^ z >> 31
//     def mixed(half, key):
//         z = (half ^ key) * A & M
//         return ((z ^ z >> 32) * B & M) >> 32
//     def number(size, seed, position):
//         bits = (size - 1).bit_length()
//         high, low = 2 ** (bits // 2), 2 ** (bits - bits // 2)
//         v = position
//         while True:
//             u, l = divmod(v, low)
//             for i, key in enumerate(keys(seed)):
//                 if i % 2 == 0: u ^= mixed(l, key) % high
//                 else:          l ^= mixed(u, key) % low
//             v = u * low + l
//             if v < size: return v
//
//     [number(size, seed, p) for p in (0, 1, 2, 3, size // 2, size - 1)]
TEST(permutation, of_a_seed_stays_what_it_is_over_all_versions) {
    struct pinned {
        std::uint64_t size;
        std::uint64_t seed;
        std::array<std::uint64_t, 6> numbers;
    };
    const std::array<pinned, 6> all{{
        {10, 1, {3, 2, 1, 5, 9, 7}},
        {65'536, 42, {61110, 30057, 16985, 44398, 47034, 9336}},
        {1'000'000, 7, {569115, 111889, 927293, 693279, 414753, 270904}},
        {16'777'216, 0, {12195703, 814571, 10260085, 314138, 15595622, 3348796}},
        {4'294'954'951,
         99,
         {1151324428, 2572488920, 3095195792, 1946122290, 2678718989, 2512800167}},
        {std::uint64_t{1} << 63,
         UINT64_MAX,
         {1376644148702801596,
          2675460453512501514,
          214295012639561460,
          4312350319217527848,
          2919428083385535223,
          8787220961790110594}},
    }};
    for (const pinned& one : all) {
        const permutation order(one.size, one.seed);
        const std::array positions{std::uint64_t{0},
                                   std::uint64_t{1},
                                   std::uint64_t{2},
                                   std::uint64_t{3},
                                   one.size / 2,
                                   one.size - 1};
        for (std::size_t i = 0; i < positions.size(); ++i) {
            EXPECT_EQ(order(positions[i]), one.numbers[i]) << one.size << ' ' << positions[i];
        }
    }
}

TEST(permutation, differs_from_seed_to_seed) {
    const permutation one(65'536, 1);
    const permutation other(65'536, 2);
    int equal = 0;
    for (std::uint64_t position = 0; position < 65'536; ++position) {
        if (one(position) == other(position)) ++equal;
    }
    EXPECT_LT(equal, 10);  // of two random orders: 1 on average
}

/// How a window of consecutive positions spreads over the blocks of `block_bits` low bits.
struct spread {
    double blocks_mean = 0;  // different blocks in a window
    unsigned blocks_min = 0;
    unsigned most = 0;  // probes to one block in any window
};
spread spread_of(const permutation& order, unsigned block_bits, std::size_t window) {
    std::vector<unsigned> hits((order.size() >> block_bits) + 1);
    spread made{.blocks_min = UINT32_MAX};
    unsigned blocks = 0;
    std::uint64_t sum = 0;
    for (std::uint64_t p = 0; p < order.size(); ++p) {
        unsigned& in = hits[order(p) >> block_bits];
        if (in++ == 0) ++blocks;
        made.most = std::max(made.most, in);
        if (p + 1 < window) continue;
        made.blocks_min = std::min(made.blocks_min, blocks);
        sum += blocks;
        if (--hits[order(p + 1 - window) >> block_bits] == 0) --blocks;
    }
    made.blocks_mean = static_cast<double>(sum) / static_cast<double>(order.size() - window + 1);
    return made;
}

// 256 draws out of 65,536 without repeating meet 256 * (1 - C(65280, 256) / C(65536, 256)) = 162.1
// different networks of 256 addresses on average, with a standard deviation of 4.9.
TEST(permutation, asks_no_network_of_a_16_in_a_burst) {
    for (const std::uint64_t seed : {0U, 1U, 2U, 42U, 1'000'000'007U}) {
        const auto found = spread_of(permutation(65'536, seed), 8, 256);
        EXPECT_NEAR(found.blocks_mean, 162.1, 1.0) << seed;
        EXPECT_GE(found.blocks_min, 135U) << seed;  // five and a half deviations
        EXPECT_LE(found.most, 12U) << seed;         // of a Poisson of mean 1: less than one in 10^9
    }
}

TEST(permutation, asks_no_network_in_a_burst_when_the_size_is_no_power_of_two) {
    for (const std::uint64_t size : {65'537U, 100'000U, 200'000U}) {
        const auto found = spread_of(permutation(size, 3), 8, 256);
        EXPECT_GE(found.blocks_min, 135U) << size;
        EXPECT_LE(found.most, 12U) << size;
    }
}

// Consecutive positions must not go to numbers a fixed distance apart either.
TEST(permutation, has_no_favourite_step) {
    const permutation order(1'000'000, 5);
    std::vector<std::uint64_t> steps;
    for (std::uint64_t p = 0; p + 1 < 100'000; ++p) {
        steps.push_back((order(p + 1) + order.size() - order(p)) % order.size());
    }
    std::sort(steps.begin(), steps.end());
    unsigned longest = 0;
    for (std::size_t i = 0, run = 0; i < steps.size(); ++i) {
        run = i > 0 && steps[i] == steps[i - 1] ? run + 1 : 1;
        longest = std::max(longest, static_cast<unsigned>(run));
    }
    EXPECT_LE(longest, 6U);  // 100,000 balls in a million bins: 5 at most are likely
}

}  // namespace
}  // namespace sonde
