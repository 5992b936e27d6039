// Prefixes, ranges and the registries of special-purpose addresses.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/base/address_range.hpp>
#include <sonde/base/special_purpose.hpp>

namespace sonde {
namespace {

ip_address ip(const char* text) { return ip_address::parse(text).value(); }
ip_prefix prefix(const char* text) { return ip_prefix::parse(text).value(); }

template <class Block>
std::vector<std::string> all_of(const Block& block) {
    std::vector<std::string> made;
    for (const ip_address& address : block) made.push_back(to_string(address));
    return made;
}

TEST(addresses, are_numbers_and_back) {
    EXPECT_EQ(mac_address::parse("00:1b:44:11:3a:b7")->to_integer(), 0x001b44113ab7U);
    EXPECT_EQ(to_string(mac_address::from_integer(0x001b44113ab7)), "00:1b:44:11:3a:b7");
    const auto v6 = ip("2001:db8::1").v6();
    EXPECT_TRUE(v6.to_integer() >> 96 == 0x20010db8);
    EXPECT_TRUE(static_cast<std::uint64_t>(v6.to_integer()) == 1);
    EXPECT_EQ(ipv6_address::from_integer(v6.to_integer()), v6);
    EXPECT_EQ(ip("192.0.2.1").v4().to_octets(), (std::array<std::uint8_t, 4>{192, 0, 2, 1}));
}

TEST(mac_address, knows_its_two_bits) {
    EXPECT_TRUE(mac_address::parse("ff:ff:ff:ff:ff:ff")->is_broadcast());
    EXPECT_TRUE(mac_address::parse("33:33:00:00:00:01")->is_multicast());  // RFC 2464 s7
    EXPECT_TRUE(mac_address::parse("33:33:00:00:00:01")->is_locally_administered());
    EXPECT_TRUE(mac_address::parse("01:00:5e:00:00:01")->is_multicast());  // RFC 1112 s6.4
    EXPECT_FALSE(mac_address::parse("01:00:5e:00:00:01")->is_locally_administered());
    EXPECT_FALSE(mac_address::parse("00:1b:44:11:3a:b7")->is_multicast());
    EXPECT_TRUE(mac_address().is_unspecified());
}

TEST(ip_prefix, reads_what_rfc_4632_and_rfc_4291_write) {
    EXPECT_EQ(to_string(prefix("192.0.2.0/24")), "192.0.2.0/24");
    EXPECT_EQ(to_string(prefix("2001:0DB8::CD30:0:0:0:0/60")), "2001:db8:0:cd30::/60");
    EXPECT_EQ(to_string(prefix("192.0.2.77/24")), "192.0.2.0/24");
    EXPECT_EQ(to_string(prefix("192.0.2.7")), "192.0.2.7/32");
    EXPECT_EQ(to_string(prefix("::/0")), "::/0");
    for (const auto* text : {"",
                             "/24",
                             "192.0.2.0/",
                             "192.0.2.0/33",
                             "192.0.2.0/024",
                             "192.0.2.0/+4",
                             "192.0.2.0/24 ",
                             "192.0.2/24",
                             "2001:db8::/129",
                             "2001:db8::/-1"}) {
        EXPECT_FALSE(ip_prefix::parse(text)) << text;
    }
}

TEST(ip_prefix, contains_its_own_family_from_the_first_to_the_last) {
    const auto block = prefix("192.0.2.128/25");
    EXPECT_EQ(to_string(block.last()), "192.0.2.255");
    EXPECT_FALSE(block.contains(ip("192.0.2.127")));
    EXPECT_TRUE(block.contains(ip("192.0.2.128")));
    EXPECT_TRUE(block.contains(ip("192.0.2.255")));
    EXPECT_FALSE(block.contains(ip("192.0.3.0")));
    EXPECT_FALSE(prefix("0.0.0.0/0").contains(ip("::")));
    EXPECT_TRUE(prefix("0.0.0.0/0").contains(ip("255.255.255.255")));
    EXPECT_TRUE(prefix("::/0").contains(ip("ffff::ffff")));
    EXPECT_TRUE(prefix("fe80::/10").contains(ip_address(ip("fe80::1").v6(), 3)));
    EXPECT_TRUE(prefix("10.0.0.0/8").contains(prefix("10.1.0.0/16")));
    EXPECT_FALSE(prefix("10.1.0.0/16").contains(prefix("10.0.0.0/8")));
}

TEST(ip_prefix, is_what_a_mask_says_unless_the_mask_has_holes) {
    const auto with = [](const char* address, const char* mask) {
        return ip_prefix::with_mask(ip(address).v4(), ip(mask).v4());
    };
    EXPECT_EQ(with("192.0.2.7", "255.255.255.240"), prefix("192.0.2.0/28"));
    EXPECT_EQ(with("192.0.2.7", "0.0.0.0"), prefix("0.0.0.0/0"));
    EXPECT_EQ(with("192.0.2.7", "255.255.255.255"), prefix("192.0.2.7/32"));
    EXPECT_FALSE(with("192.0.2.7", "255.0.255.0"));
    EXPECT_FALSE(with("192.0.2.7", "0.0.0.255"));
    EXPECT_TRUE(prefix("192.0.2.0/28").mask() == 0xfffffff0U);
}

TEST(ip_range, is_walked_from_the_first_to_the_last) {
    EXPECT_EQ(all_of(*ip_range::parse("192.0.2.254-192.0.3.1")),
              (std::vector<std::string>{"192.0.2.254", "192.0.2.255", "192.0.3.0", "192.0.3.1"}));
    EXPECT_EQ(all_of(*ip_range::parse("192.0.2.7-9")),
              (std::vector<std::string>{"192.0.2.7", "192.0.2.8", "192.0.2.9"}));
    EXPECT_EQ(all_of(prefix("2001:db8::ffff:fffe/127").range()),
              (std::vector<std::string>{"2001:db8::ffff:fffe", "2001:db8::ffff:ffff"}));
    EXPECT_EQ(all_of(*ip_range::parse("192.0.2.7")), (std::vector<std::string>{"192.0.2.7"}));
}

TEST(ip_range, ends_behind_the_highest_address_of_all) {
    EXPECT_EQ(all_of(*ip_range::parse("255.255.255.254-255.255.255.255")).size(), 2U);
    EXPECT_EQ(all_of(*ip_range::parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe-"
                                      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))
                  .size(),
              2U);
}

TEST(ip_range, refuses_what_is_no_range) {
    for (const auto* text : {"",
                             "-",
                             "192.0.2.9-192.0.2.1",
                             "192.0.2.1-2001:db8::1",
                             "192.0.2.1-256",
                             "192.0.2.1-",
                             "2001:db8::1-9x",
                             "192.0.2.0/24-192.0.3.0/24"}) {
        EXPECT_FALSE(ip_range::parse(text)) << text;
    }
}

TEST(ip_range, says_how_many_and_which) {
    EXPECT_EQ(prefix("10.0.0.0/8").range().size(), 16777216U);
    EXPECT_EQ(prefix("0.0.0.0/0").range().size(), 4294967296U);
    EXPECT_EQ(prefix("2001:db8::/65").range().size(), std::uint64_t{1} << 63);
    EXPECT_FALSE(prefix("2001:db8::/64").range().size());
    EXPECT_EQ(to_string(prefix("2001:db8::/64").range().at(0x10000)), "2001:db8::1:0");
    EXPECT_TRUE(ip_range::parse("192.0.2.7-9")->contains(ip("192.0.2.8")));
    EXPECT_FALSE(ip_range::parse("192.0.2.7-9")->contains(ip("192.0.2.10")));
    EXPECT_EQ(to_string(*ip_range::parse("192.0.2.7-9")), "192.0.2.7-192.0.2.9");
}

struct registered {
    const char* address;
    const char* block;
    const char* spec;
    bool source, destination, forwardable, global, reserved;
};

// RFC 6890 tables 1 to 21, with the registry's changes since (RFC 8190, RFC 9637).
TEST(special_purpose, is_what_the_registry_says) {
    for (const registered& one :
         {registered{"0.1.2.3", "0.0.0.0/8", "RFC 791 s3.2", true, false, false, false, true},
          {"10.1.2.3", "10.0.0.0/8", "RFC 1918", true, true, true, false, false},
          {"100.127.255.255", "100.64.0.0/10", "RFC 6598", true, true, true, false, false},
          {"127.0.0.1", "127.0.0.0/8", "RFC 1122 s3.2.1.3", false, false, false, false, true},
          {"169.254.9.9", "169.254.0.0/16", "RFC 3927", true, true, false, false, true},
          {"172.31.255.255", "172.16.0.0/12", "RFC 1918", true, true, true, false, false},
          {"192.0.0.100", "192.0.0.0/24", "RFC 6890 s2.1", false, false, false, false, false},
          {"192.0.0.7", "192.0.0.0/29", "RFC 7335", true, true, true, false, false},
          {"192.0.0.10", "192.0.0.10/32", "RFC 8155", true, true, true, true, false},
          {"192.0.2.1", "192.0.2.0/24", "RFC 5737", false, false, false, false, false},
          {"192.168.0.1", "192.168.0.0/16", "RFC 1918", true, true, true, false, false},
          {"198.19.255.255", "198.18.0.0/15", "RFC 2544", true, true, true, false, false},
          {"198.51.100.1", "198.51.100.0/24", "RFC 5737", false, false, false, false, false},
          {"203.0.113.1", "203.0.113.0/24", "RFC 5737", false, false, false, false, false},
          {"240.0.0.1", "240.0.0.0/4", "RFC 1112 s4", false, false, false, false, true},
          {"255.255.255.255", "255.255.255.255/32", "RFC 8190", false, true, false, false, true},
          {"::1", "::1/128", "RFC 4291", false, false, false, false, true},
          {"::", "::/128", "RFC 4291", true, false, false, false, true},
          {"::ffff:192.0.2.1", "::ffff:0.0.0.0/96", "RFC 4291", false, false, false, false, true},
          {"64:ff9b::c000:201", "64:ff9b::/96", "RFC 6052", true, true, true, true, false},
          {"100::1", "100::/64", "RFC 6666", true, true, true, false, false},
          {"2001:100::", "2001::/23", "RFC 2928", false, false, false, false, false},
          {"2001::1", "2001::/32", "RFC 4380", true, true, true, false, false},
          {"2001:2::1", "2001:2::/48", "RFC 5180", true, true, true, false, false},
          {"2001:db8::1", "2001:db8::/32", "RFC 3849", false, false, false, false, false},
          {"2001:1f::1", "2001:10::/28", "RFC 4843", false, false, false, false, false},
          {"2002::1", "2002::/16", "RFC 3056", true, true, true, false, false},
          {"fdff::1", "fc00::/7", "RFC 4193", true, true, true, false, false},
          {"febf::1", "fe80::/10", "RFC 4291", true, true, false, false, true},
          {"3fff:fff::1", "3fff::/20", "RFC 9637", false, false, false, false, false}}) {
        const special_purpose* found = find_special_purpose(ip(one.address));
        ASSERT_NE(found, nullptr) << one.address;
        EXPECT_EQ(to_string(found->block), one.block) << one.address;
        EXPECT_EQ(found->spec, one.spec) << one.address;
        EXPECT_EQ(found->is_source, one.source) << one.address;
        EXPECT_EQ(found->is_destination, one.destination) << one.address;
        EXPECT_EQ(found->is_forwardable, one.forwardable) << one.address;
        EXPECT_EQ(found->is_globally_reachable, one.global) << one.address;
        EXPECT_EQ(found->is_reserved_by_protocol, one.reserved) << one.address;
    }
}

TEST(special_purpose, leaves_other_addresses_alone) {
    for (const auto* text : {"1.1.1.1",
                             "172.32.0.0",
                             "192.0.1.0",
                             "198.20.0.0",
                             "239.1.1.1",
                             "2600::1",
                             "2001:200::1",
                             "fec0::1",
                             "ff02::1"}) {
        EXPECT_EQ(find_special_purpose(ip(text)), nullptr) << text;
    }
    EXPECT_TRUE(is_global_unicast(ip("1.1.1.1")));
    EXPECT_TRUE(is_global_unicast(ip("2600::1")));
    EXPECT_FALSE(is_global_unicast(ip("239.1.1.1")));
    EXPECT_FALSE(is_global_unicast(ip("ff0e::1")));
    EXPECT_FALSE(is_global_unicast(ip("10.0.0.1")));
    EXPECT_FALSE(is_global_unicast(ip("4000::1")));
}

}  // namespace
}  // namespace sonde
