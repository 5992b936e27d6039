#include <gtest/gtest.h>

#include <sonde/packet/datagram.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>

namespace sonde {
namespace {

using octets_t = std::vector<std::uint8_t>;

// The header of RFC 791's example 1 (p. 34), made whole: one octet of data, protocol 1.
const octets_t rfc791_example_1{0x45, 0,  0, 21, 0, 111, 0, 0, 123, 1,   0,
                                0,    10, 0, 0,  1, 10,  0, 0, 2,   0xaa};

TEST(datagram, reads_every_fact_of_an_ipv4_header) {
    octets_t octets = rfc791_example_1;
    octets[1] = 0xb9;  // DSCP 46 (EF), ECT(1)
    octets[6] = 0x40;  // do not fragment
    const auto seen = read_datagram(octets);
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(to_string(seen->source), "10.0.0.1");
    EXPECT_EQ(to_string(seen->destination), "10.0.0.2");
    EXPECT_EQ(seen->protocol, 1);
    EXPECT_EQ(seen->hop_limit, 123);
    EXPECT_EQ(seen->traffic_class, 0xb9);
    EXPECT_EQ(seen->identification, 111);
    EXPECT_TRUE(seen->dont_fragment);
    EXPECT_FALSE(seen->more_fragments);
    EXPECT_EQ(seen->total_len, 21U);
    EXPECT_EQ(seen->header_len, 20U);
    ASSERT_EQ(seen->transport.size(), 1U);
    EXPECT_EQ(seen->transport[0], 0xaa);
    EXPECT_FALSE(seen->stopped.has_value());
}

TEST(datagram, padding_behind_the_declared_length_is_left_out) {
    octets_t octets = rfc791_example_1;
    octets.resize(46, 0);  // what Ethernet pads to
    EXPECT_EQ(read_datagram(octets)->transport.size(), 1U);
}

TEST(datagram, options_belong_to_the_header) {
    octets_t octets = rfc791_example_1;
    octets[0] = 0x46;
    octets[3] = 25;
    octets.insert(octets.begin() + 20, {1, 1, 1, 0});
    const auto seen = read_datagram(octets);
    EXPECT_EQ(seen->header_len, 24U);
    EXPECT_EQ(seen->transport.size(), 1U);
    EXPECT_EQ(seen->transport[0], 0xaa);
}

TEST(datagram, a_cut_datagram_gives_what_there_is_of_its_transport) {
    octets_t octets = rfc791_example_1;
    octets[3] = 200;
    const auto seen = read_datagram(octets);
    EXPECT_EQ(seen->total_len, 200U);
    EXPECT_EQ(seen->transport.size(), 1U);
    EXPECT_FALSE(seen->stopped.has_value());
}

TEST(datagram, a_header_length_that_makes_no_sense_stops_the_walk_behind_the_addresses) {
    octets_t octets = rfc791_example_1;
    octets[0] = 0x44;
    auto seen = read_datagram(octets);
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(to_string(seen->destination), "10.0.0.2");
    EXPECT_EQ(seen->stopped->reason, parse_reason::bad_length);
    EXPECT_TRUE(seen->transport.empty());
    octets[0] = 0x4f;
    seen = read_datagram(octets);
    EXPECT_EQ(seen->stopped->reason, parse_reason::truncated);
    octets[0] = 0x45;
    octets[3] = 19;
    seen = read_datagram(octets);
    EXPECT_EQ(seen->stopped->reason, parse_reason::bad_length);
    EXPECT_EQ(seen->stopped->limit, limit_field::total_length);
    EXPECT_TRUE(seen->transport.empty());
}

TEST(datagram, a_total_length_of_zero_is_what_there_is) {
    octets_t octets = rfc791_example_1;
    octets[3] = 0;
    const auto seen = read_datagram(octets);
    EXPECT_EQ(seen->total_len, 21U);
    EXPECT_EQ(seen->transport.size(), 1U);
}

TEST(datagram, a_later_fragment_says_how_far_it_is) {
    octets_t octets = rfc791_example_1;
    octets[6] = 0x20;
    octets[7] = 185;
    const auto seen = read_datagram(octets);
    EXPECT_TRUE(seen->more_fragments);
    EXPECT_EQ(seen->fragment_offset, 1480);
}

TEST(datagram, no_addresses_no_datagram) {
    for (std::size_t len = 0; len < 20; ++len) {
        const auto seen = read_datagram(bytes_view(rfc791_example_1).first(len));
        ASSERT_FALSE(seen.has_value());
        EXPECT_EQ(seen.error().reason, parse_reason::truncated);
        EXPECT_EQ(seen.error().have_octets, len);
    }
    octets_t octets = rfc791_example_1;
    octets[0] = 0x55;
    EXPECT_EQ(read_datagram(octets).error().reason, parse_reason::bad_version);
}

/// An IPv6 datagram from fe80::1 to fe80::2 with these octets behind its header.
octets_t over_ipv6(std::uint8_t next_header, const octets_t& behind) {
    octets_t octets{
        0x6b, 0x91, 0x23, 0x45, 0, static_cast<std::uint8_t>(behind.size()), next_header, 64};
    for (const std::uint8_t last : std::initializer_list<std::uint8_t>{1, 2}) {
        octets.insert(octets.end(), {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last});
    }
    octets.insert(octets.end(), behind.begin(), behind.end());
    return octets;
}

TEST(datagram, reads_every_fact_of_an_ipv6_header) {
    const auto seen = read_datagram(over_ipv6(17, {1, 2, 3}));
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(to_string(seen->source), "fe80::1");
    EXPECT_EQ(to_string(seen->destination), "fe80::2");
    EXPECT_EQ(seen->protocol, 17);
    EXPECT_EQ(seen->hop_limit, 64);
    EXPECT_EQ(seen->traffic_class, 0xb9);
    EXPECT_EQ(seen->flow_label, 0x12345U);
    EXPECT_EQ(seen->total_len, 43U);
    EXPECT_EQ(seen->header_len, 40U);
    EXPECT_EQ(seen->transport.size(), 3U);
}

TEST(datagram, the_transport_lies_behind_all_extension_headers) {
    // Hop-by-hop options with a router alert (RFC 2711), then destination options with PadN, then
    // a fragment header of a first fragment.
    const octets_t octets = over_ipv6(0, {60,  0, 5, 2, 0, 0, 1, 0,  //
                                          44,  0, 1, 4, 0, 0, 0, 0,  //
                                          17,  0, 0, 1, 9, 9, 9, 9,  //
                                          0xaa});
    const auto seen = read_datagram(octets);
    EXPECT_EQ(seen->protocol, 17);
    EXPECT_EQ(seen->header_len, 64U);
    EXPECT_EQ(seen->fragment_offset, 0);
    EXPECT_TRUE(seen->more_fragments);
    ASSERT_EQ(seen->transport.size(), 1U);
    EXPECT_EQ(seen->transport[0], 0xaa);
}

TEST(datagram, a_chain_that_is_cut_stops_the_walk) {
    const auto seen = read_datagram(over_ipv6(0, {17, 1, 5, 2, 0, 0, 1, 0}));
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(to_string(seen->destination), "fe80::2");
    EXPECT_EQ(seen->stopped->reason, parse_reason::truncated);
    EXPECT_TRUE(seen->transport.empty());
}

}  // namespace
}  // namespace sonde
