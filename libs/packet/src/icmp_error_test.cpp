#include <gtest/gtest.h>

#include <sonde/packet/icmp_error.hpp>

namespace sonde {
namespace {

using octets_t = std::vector<std::uint8_t>;

/// A UDP datagram from 10.0.0.1 port 40000 to 192.0.2.9 port 33434 with four octets, as the last
/// router before it expires sees it: time to live 1, DSCP 8, identification 0x1234.
octets_t udp_v4() {
    return {0x45, 0x20, 0, 32, 0x12, 0x34, 0,    0,    1, 17, 0, 0, 10,  0,   0,   1,
            192,  0,    2, 9,  0x9c, 0x40, 0x82, 0x9a, 0, 12, 0, 0, 'd', 'a', 't', 'a'};
}
octets_t udp_v6() {
    return {0x60, 0,    0,    0,    0, 12, 17, 1,                                 //
            0x20, 0x01, 0x0d, 0xb8, 0, 0,  0,  0, 0,   0,   0,   0,  0, 0, 0, 1,  //
            0x20, 0x01, 0x0d, 0xb8, 0, 0,  0,  0, 0,   0,   0,   0,  0, 0, 0, 9,  //
            0x9c, 0x40, 0x82, 0x9a, 0, 12, 0,  0, 'd', 'a', 't', 'a'};
}
octets_t message(std::array<std::uint8_t, 8> head, const octets_t& quote) {
    octets_t made(head.begin(), head.end());
    made.insert(made.end(), quote.begin(), quote.end());
    return made;
}
std::string text(bytes_view octets) { return {octets.begin(), octets.end()}; }

TEST(icmp_error, tells_the_quoted_datagram_as_it_arrived) {
    const octets_t octets = message({11, 0, 0, 0, 0, 0, 0, 0}, udp_v4());
    const auto seen = read_icmp_error(octets, ip_family::v4);
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(seen->type, 11);
    EXPECT_EQ(seen->code, 0);
    EXPECT_FALSE(seen->local);
    EXPECT_EQ(seen->quoted_protocol, 17);
    EXPECT_EQ(to_string(seen->quoted_destination), "192.0.2.9");
    EXPECT_EQ(seen->quoted_destination_port, 33434);
    ASSERT_TRUE(seen->quoted.has_value());
    EXPECT_EQ(to_string(seen->quoted->source), "10.0.0.1");
    EXPECT_EQ(seen->quoted->hop_limit, 1);
    EXPECT_EQ(seen->quoted->traffic_class, 0x20);
    EXPECT_EQ(seen->quoted->identification, 0x1234);
    EXPECT_EQ(seen->quoted->total_len, 32);
    EXPECT_EQ(seen->quoted_transport.size(), 12U);
    EXPECT_EQ(text(seen->quoted_payload), "data");
    EXPECT_TRUE(seen->extension.empty());
}

TEST(icmp_error, tells_the_same_of_icmpv6) {
    const octets_t octets = message({3, 0, 0, 0, 0, 0, 0, 0}, udp_v6());
    const auto seen = read_icmp_error(octets, ip_family::v6);
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(to_string(seen->quoted_destination), "2001:db8::9");
    EXPECT_EQ(seen->quoted_destination_port, 33434);
    EXPECT_EQ(seen->quoted->hop_limit, 1);
    EXPECT_EQ(text(seen->quoted_payload), "data");
}

TEST(icmp_error, facts_that_only_one_type_has) {
    EXPECT_EQ(
        read_icmp_error(message({3, 4, 0, 0, 0, 0, 0x05, 0x78}, udp_v4()), ip_family::v4)->mtu,
        1400U)
        << "RFC 1191 s4";
    EXPECT_EQ(
        read_icmp_error(message({3, 3, 0, 0, 0, 0, 0x05, 0x78}, udp_v4()), ip_family::v4)->mtu, 0U);
    EXPECT_EQ(
        read_icmp_error(message({12, 0, 0, 0, 20, 0, 0, 0}, udp_v4()), ip_family::v4)->pointer,
        20U);
    EXPECT_EQ(
        to_string(read_icmp_error(message({5, 1, 0, 0, 10, 0, 0, 254}, udp_v4()), ip_family::v4)
                      ->gateway),
        "10.0.0.254");
    EXPECT_EQ(read_icmp_error(message({2, 0, 0, 0, 0, 0, 5, 0}, udp_v6()), ip_family::v6)->mtu,
              1280U);
    EXPECT_EQ(read_icmp_error(message({4, 1, 0, 0, 0, 0, 0, 40}, udp_v6()), ip_family::v6)->pointer,
              40U);
    EXPECT_EQ(read_icmp_error(message({4, 0, 0, 0, 0, 0, 0, 0}, udp_v4()), ip_family::v4)
                  ->quoted_destination_port,
              33434)
        << "source quench";
}

// RFC 4861 s4.5: target and destination, then options; the redirected header is option 4.
TEST(icmp_error, an_icmpv6_redirect_quotes_inside_an_option) {
    octets_t octets{137, 0, 0, 0, 0, 0, 0, 0};
    for (const std::uint8_t last : std::initializer_list<std::uint8_t>{0xfe, 0x09}) {
        octets.insert(octets.end(), {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last});
    }
    EXPECT_EQ(to_string(read_icmp_error(octets, ip_family::v6)->quoted_destination), "2001:db8::9");
    EXPECT_FALSE(read_icmp_error(octets, ip_family::v6)->quoted.has_value());
    octets.insert(octets.end(), {2, 1, 2, 0, 0, 0, 0, 1});
    octets.insert(octets.end(), {4, 8, 0, 0, 0, 0, 0, 0});
    octets_t quote = udp_v6();
    quote.resize(56, 0);  // padded to whole words of 8 octets
    octets.insert(octets.end(), quote.begin(), quote.end());
    const auto seen = read_icmp_error(octets, ip_family::v6);
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(to_string(seen->gateway), "2001:db8::fe");
    EXPECT_EQ(seen->quoted_destination_port, 33434);
    EXPECT_EQ(text(seen->quoted_payload), "data") << "padding is not payload";
}

TEST(icmp_error, the_quoted_header_is_as_long_as_it_says) {
    octets_t quote = udp_v4();
    quote[0] = 0x47;
    quote[3] = 40;
    quote.insert(quote.begin() + 20, {7, 7, 4, 0, 0, 0, 0, 0});  // record route
    const octets_t octets = message({3, 3, 0, 0, 0, 0, 0, 0}, quote);
    EXPECT_EQ(read_icmp_error(octets, ip_family::v4)->quoted_destination_port, 33434);
    octets_t chained = udp_v6();
    chained[5] = 20;
    chained[6] = 0;
    chained.insert(chained.begin() + 40, {17, 0, 5, 2, 0, 0, 1, 0});  // router alert
    const octets_t octets6 = message({1, 4, 0, 0, 0, 0, 0, 0}, chained);
    EXPECT_EQ(read_icmp_error(octets6, ip_family::v6)->quoted_destination_port, 33434);
    EXPECT_EQ(read_icmp_error(octets6, ip_family::v6)->quoted_protocol, 17);
}

TEST(icmp_error, a_quote_of_eight_octets_has_ports_and_no_payload) {
    octets_t quote = udp_v4();
    quote.resize(28);
    const octets_t octets = message({3, 3, 0, 0, 0, 0, 0, 0}, quote);
    const auto seen = read_icmp_error(octets, ip_family::v4);
    EXPECT_EQ(seen->quoted_destination_port, 33434);
    EXPECT_EQ(seen->quoted_transport.size(), 8U);
    EXPECT_TRUE(seen->quoted_payload.empty());
}

TEST(icmp_error, the_middle_of_a_datagram_is_no_transport) {
    octets_t quote = udp_v4();
    quote[7] = 100;
    const octets_t octets = message({3, 1, 0, 0, 0, 0, 0, 0}, quote);
    const auto seen = read_icmp_error(octets, ip_family::v4);
    EXPECT_EQ(to_string(seen->quoted_destination), "192.0.2.9");
    EXPECT_TRUE(seen->quoted_transport.empty());
    EXPECT_EQ(seen->quoted_destination_port, 0);
}

// Routers have been seen that subtract the header, or swap the octets, of the length they quote.
TEST(icmp_error, a_quoted_length_that_cannot_be_bounds_nothing) {
    octets_t quote = udp_v4();
    quote[3] = 12;
    const octets_t octets = message({11, 0, 0, 0, 0, 0, 0, 0}, quote);
    EXPECT_EQ(text(read_icmp_error(octets, ip_family::v4)->quoted_payload), "data");
}

TEST(icmp_error, a_quote_of_the_other_family_is_not_believed) {
    const octets_t octets = message({11, 0, 0, 0, 0, 0, 0, 0}, udp_v6());
    const auto seen = read_icmp_error(octets, ip_family::v4);
    ASSERT_TRUE(seen.has_value());
    EXPECT_FALSE(seen->quoted.has_value());
    EXPECT_EQ(seen->quoted_protocol, 0);
}

// A structure of RFC 4884 with one label (RFC 4950): 0x2000, checksum, then object 1/1.
const octets_t structure{0x20, 0, 0xc9, 0xce, 0, 8, 1, 1, 0x03, 0xe8, 0x11, 0x40};

octets_t padded(octets_t quote, std::size_t len) {
    quote.resize(len, 0);
    quote.insert(quote.end(), structure.begin(), structure.end());
    return quote;
}

TEST(icmp_error, the_structure_lies_where_the_length_says) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < structure.size(); i += 2) sum += be16_at(structure, i);
    ASSERT_EQ((sum & 0xffff) + (sum >> 16), 0xffffU) << "RFC 1071: a right checksum sums to ones";
    const octets_t v4 = message({11, 0, 0, 0, 0, 33, 0, 0}, padded(udp_v4(), 132));
    const auto seen4 = read_icmp_error(v4, ip_family::v4);
    EXPECT_EQ(octets_t(seen4->extension.begin(), seen4->extension.end()), structure);
    EXPECT_TRUE(seen4->extension_compliant);
    EXPECT_EQ(text(seen4->quoted_payload), "data") << "neither padding nor structure";
    const octets_t v6 = message({3, 0, 0, 0, 17, 0, 0, 0}, padded(udp_v6(), 136));
    const auto seen6 = read_icmp_error(v6, ip_family::v6);
    EXPECT_EQ(octets_t(seen6->extension.begin(), seen6->extension.end()), structure);
    EXPECT_EQ(text(seen6->quoted_payload), "data");
}

TEST(icmp_error, an_old_router_s_structure_is_found_at_octet_128) {
    const octets_t octets = message({11, 0, 0, 0, 0, 0, 0, 0}, padded(udp_v4(), 128));
    const auto seen = read_icmp_error(octets, ip_family::v4);
    EXPECT_EQ(octets_t(seen->extension.begin(), seen->extension.end()), structure);
    EXPECT_FALSE(seen->extension_compliant);
}

TEST(icmp_error, messages_that_are_none_are_refused) {
    for (const std::uint8_t type :
         std::initializer_list<std::uint8_t>{0, 8, 9, 10, 13, 17, 40, 42, 43, 255}) {
        const octets_t octets = message({type, 0, 0, 0, 0, 0, 0, 0}, udp_v4());
        EXPECT_EQ(read_icmp_error(octets, ip_family::v4).error().reason,
                  parse_reason::not_this_message);
    }
    for (const std::uint8_t type :
         std::initializer_list<std::uint8_t>{128, 129, 133, 135, 136, 143, 160, 255}) {
        const octets_t octets = message({type, 0, 0, 0, 0, 0, 0, 0}, udp_v6());
        EXPECT_EQ(read_icmp_error(octets, ip_family::v6).error().reason,
                  parse_reason::not_this_message);
    }
}

TEST(icmp_error, fewer_than_four_octets_are_truncated) {
    const octets_t octets{11, 0, 0};
    for (std::size_t len = 0; len <= 3; ++len) {
        const auto seen = read_icmp_error(bytes_view(octets).first(len), ip_family::v4);
        ASSERT_FALSE(seen.has_value());
        EXPECT_EQ(seen.error().reason, parse_reason::truncated);
        EXPECT_EQ(seen.error().have_octets, len);
    }
}

}  // namespace
}  // namespace sonde
