#include <gtest/gtest.h>

#include <sonde/base/address.hpp>

namespace sonde {
namespace {

TEST(ipv4_address, reads_four_decimal_parts_and_nothing_else) {
    EXPECT_EQ(ipv4_address::parse("192.0.2.1")->value, 0xc0000201U);
    for (const auto* text : {"",
                             "1",
                             "1.2.3",
                             "1.2.3.4 x",
                             "1.2.3.4.",
                             "256.1.1.1",
                             "01.2.3.4",
                             "1..2.3",
                             " 1.2.3.4",
                             "1.2.3.0x4"}) {
        EXPECT_FALSE(ipv4_address::parse(text)) << text;
    }
}

TEST(ipv6_address, reads_what_rfc_4291_section_2_2_shows) {
    for (const auto* text : {"2001:DB8:0:0:8:800:200C:417A",
                             "FF01::101",
                             "::1",
                             "::",
                             "0:0:0:0:0:0:13.1.68.3",
                             "::FFFF:129.144.52.38",
                             "1::"}) {
        EXPECT_TRUE(ipv6_address::parse(text)) << text;
    }
}

TEST(ipv6_address, refuses_what_is_no_address) {
    for (const auto* text : {"",
                             ":",
                             ":::",
                             "1",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "1::2::3",
                             "12345::",
                             "::g",
                             "1:2:3:4:5:6:7:",
                             "::1.2.3",
                             "1:2:3:4:5:6:7:1.2.3.4",
                             "::%1"}) {
        EXPECT_FALSE(ipv6_address::parse(text)) << text;
    }
}

// RFC 5952 section 4 and the table of its section 1.
TEST(ipv6_address, is_written_as_rfc_5952_says) {
    const auto canonical = [](const char* text) { return to_string(*ipv6_address::parse(text)); };
    EXPECT_EQ(canonical("2001:0db8::0001"), "2001:db8::1");
    EXPECT_EQ(canonical("2001:db8:0:0:0:0:2:1"), "2001:db8::2:1");
    EXPECT_EQ(canonical("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");
    EXPECT_EQ(canonical("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1");
    EXPECT_EQ(canonical("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
    EXPECT_EQ(canonical("2001:DB8::AAAA"), "2001:db8::aaaa");
    EXPECT_EQ(canonical("0:0:0:0:0:ffff:192.0.2.33"), "::ffff:192.0.2.33");
    EXPECT_EQ(canonical("::"), "::");
    EXPECT_EQ(canonical("1::"), "1::");
    EXPECT_EQ(canonical("::ffff:0:0:1"), "::ffff:0:0:1");
}

TEST(ip_address, compares_hosts_without_their_zone) {
    const auto address = *ipv6_address::parse("fe80::1");
    EXPECT_TRUE(ip_address(address, 1).same_host(ip_address(address, 2)));
    EXPECT_NE(ip_address(address, 1), ip_address(address, 2));
    EXPECT_EQ(to_string(ip_address(address, 3)), "fe80::1%3");
}

TEST(mac_address, reads_and_writes_six_pairs) {
    EXPECT_EQ(to_string(*mac_address::parse("00-1B-44-11-3A-B7")), "00:1b:44:11:3a:b7");
    EXPECT_FALSE(mac_address::parse("00:1b-44:11:3a:b7"));
    EXPECT_FALSE(mac_address::parse("001b44113ab7"));
}

}  // namespace
}  // namespace sonde
