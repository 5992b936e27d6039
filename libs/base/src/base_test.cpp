#include <array>
#include <cerrno>
#include <numeric>

#include <gtest/gtest.h>

#include <sonde/base/os_error.hpp>
#include <sonde/base/random.hpp>
#include <sonde/base/result.hpp>
#include <sonde/base/siphash.hpp>

namespace sonde {
namespace {

siphash_key reference_key() { return {0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL}; }

// The vectors of the paper's reference implementation (key 00..0f, input 00, 01, 02 ...).
TEST(siphash, gives_the_reference_vectors) {
    std::array<std::uint8_t, 16> in{};
    std::iota(in.begin(), in.end(), std::uint8_t{0});
    EXPECT_EQ(siphash24(reference_key(), bytes_view(in).first(0)), 0x726fdb47dd0e0e31ULL);
    EXPECT_EQ(siphash24(reference_key(), bytes_view(in).first(8)), 0x93f5f5799a932462ULL);
    EXPECT_EQ(siphash24(reference_key(), bytes_view(in).first(15)), 0xa129ca6149be45e5ULL);
}

TEST(siphash, of_two_words_is_that_of_their_octets) {
    std::array<std::uint8_t, 16> in{};
    std::iota(in.begin(), in.end(), std::uint8_t{0});
    EXPECT_EQ(siphash24(reference_key(), 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL),
              siphash24(reference_key(), in));
}

TEST(random_source, repeats_itself_from_the_same_seed_and_stays_below_its_bound) {
    random_source a(42);
    random_source b(42);
    for (int i = 0; i < 1000; ++i) {
        const auto value = a.below(10);
        EXPECT_EQ(value, b.below(10));
        EXPECT_LT(value, 10U);
    }
}

TEST(parse_error, is_one_sentence_with_numbers) {
    const parse_error error{.limit = limit_field::header_length,
                            .offset_octets = 54,
                            .needed_octets = 12,
                            .have_octets = 4};
    EXPECT_EQ(describe(error),
              "truncated: needed 12 octets, had 4, at offset 54 (limit: header length)");
}

TEST(os_error, names_operation_peer_and_errno) {
    EXPECT_EQ(describe(os_error{"sendmsg", ENETUNREACH, ipv4_address{0xc0000201}}),
              "sendmsg to 192.0.2.1: Network is unreachable (ENETUNREACH)");
    EXPECT_EQ(errno_name(4242), "errno 4242");
}

}  // namespace
}  // namespace sonde
