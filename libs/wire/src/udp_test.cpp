#include <array>

#include <gtest/gtest.h>

#include <sonde/wire/checksum.hpp>
#include <sonde/wire/transport/udp.hpp>

#include "wire_contract.hpp"

namespace sonde {
namespace {

using udp_family = ::testing::Types<udp>;
INSTANTIATE_TYPED_TEST_SUITE_P(udp, wire_contract, udp_family);

// A DNS query as Linux's resolver sends it, first eight octets: captures/dns in the corpus.
constexpr std::array<std::uint8_t, 12> query{
    0x80, 0x0e, 0x00, 0x35, 0x00, 0x0c, 0x69, 0xd1, 1, 2, 3, 4};

TEST(udp, reads_ports_length_and_checksum) {
    const auto seen = udp::view::parse(query);
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(seen->source_port(), 32782);
    EXPECT_EQ(seen->destination_port(), 53);
    EXPECT_EQ(seen->length(), 12);
    EXPECT_EQ(seen->checksum(), 0x69d1);
    EXPECT_EQ(seen->data().size(), 4U);
}

TEST(udp, data_ends_where_the_length_field_says) {
    auto octets = query;
    octets[5] = 10;
    EXPECT_EQ(udp::view::parse(octets)->data().size(), 2U);
}

TEST(udp, a_length_below_the_header_bounds_nothing) {
    auto octets = query;
    octets[5] = 7;
    EXPECT_EQ(udp::view::parse(octets)->data().size(), 4U);
}

}  // namespace
}  // namespace sonde
