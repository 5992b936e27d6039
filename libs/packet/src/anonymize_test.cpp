// Frames without the addresses of those who sent them.

#include <algorithm>
#include <bit>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include <sonde/base/random.hpp>
#include <sonde/packet/anonymize.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/testing/corpus.hpp>
#include <sonde/wire/application/dhcp.hpp>
#include <sonde/wire/application/dns.hpp>
#include <sonde/wire/checksum.hpp>

namespace sonde {
namespace {

using octet_list = std::vector<std::uint8_t>;

constexpr siphash_key key{0x0706050403020100, 0x0f0e0d0c0b0a0908};

unsigned common_bits(ipv4_address a, ipv4_address b) {
    return static_cast<unsigned>(std::countl_zero(a.value ^ b.value));
}
unsigned common_bits(const ipv6_address& a, const ipv6_address& b) {
    for (unsigned i = 0; i < 16; ++i) {
        const auto differing = static_cast<std::uint8_t>(a.octets[i] ^ b.octets[i]);
        if (differing != 0) return i * 8 + static_cast<unsigned>(std::countl_zero(differing));
    }
    return 128;
}
ipv4_address v4(std::string_view text) { return *ipv4_address::parse(text); }
ipv6_address v6(std::string_view text) { return *ipv6_address::parse(text); }

TEST(anonymizer, keeps_the_length_of_every_common_prefix_of_ipv4) {
    anonymizer hide({.key = key});
    random_source chance(1);
    for (int i = 0; i < 4'000; ++i) {
        const ipv4_address a{static_cast<std::uint32_t>(chance())};
        const auto shared = chance.below(33);
        const std::uint64_t rest = shared == 32 ? 0 : chance() & (0xffffffffU >> shared);
        const ipv4_address b{a.value ^ static_cast<std::uint32_t>(rest)};
        ASSERT_EQ(common_bits(hide.substitute(a), hide.substitute(b)), common_bits(a, b))
            << to_string(a) << ' ' << to_string(b);
    }
}

TEST(anonymizer, keeps_the_length_of_every_common_prefix_of_ipv6) {
    anonymizer hide({.key = key});
    random_source chance(2);
    for (int i = 0; i < 1'000; ++i) {
        ipv6_address a;
        for (auto& octet : a.octets) octet = static_cast<std::uint8_t>(chance());
        ipv6_address b = a;
        const auto bit = chance.below(128);
        b.octets[bit / 8] ^= static_cast<std::uint8_t>(0x80U >> (bit % 8));
        for (std::size_t at = bit / 8 + 1; at < 16; ++at) {
            b.octets[at] = static_cast<std::uint8_t>(chance());
        }
        ASSERT_EQ(common_bits(hide.substitute(a), hide.substitute(b)), common_bits(a, b))
            << to_string(a) << ' ' << to_string(b);
    }
}

TEST(anonymizer, keeps_what_says_what_a_host_is_and_not_who) {
    anonymizer hide({.key = key});
    for (const char* kept :
         {"0.0.0.0", "255.255.255.255", "127.0.0.1", "224.0.0.251", "239.1.2.3"}) {
        EXPECT_EQ(hide.substitute(v4(kept)), v4(kept)) << kept;
    }
    for (const char* kept : {"::", "::1", "ff02::1", "ff02::fb", "ff0e::1234"}) {
        EXPECT_EQ(hide.substitute(v6(kept)), v6(kept)) << kept;
    }
    EXPECT_NE(hide.substitute(v4("192.0.2.1")), v4("192.0.2.1"));
    EXPECT_NE(hide.substitute(v6("2001:db8::1")), v6("2001:db8::1"));
    const ipv6_address link_local = hide.substitute(v6("fe80::ff:fe00:a"));
    EXPECT_TRUE(link_local.is_link_local());
    EXPECT_NE(link_local, v6("fe80::ff:fe00:a"));
}

TEST(anonymizer, maps_the_last_24_bits_of_a_solicited_node_group_and_its_mac_address_alike) {
    anonymizer hide({.key = key});
    const ipv6_address group = hide.substitute(v6("ff02::1:ff12:3456"));
    EXPECT_GE(common_bits(group, v6("ff02::1:ff00:0")), 104U);
    EXPECT_NE(group, v6("ff02::1:ff12:3456"));
    const mac_address mac = hide.substitute(*mac_address::parse("33:33:ff:12:34:56"));
    EXPECT_TRUE(std::equal(mac.octets.begin() + 2, mac.octets.end(), group.octets.begin() + 12));
    EXPECT_EQ(mac.octets[0], 0x33);
}

TEST(anonymizer, gives_the_same_substitutes_for_the_same_key_only) {
    anonymizer one({.key = key});
    anonymizer same({.key = key});
    anonymizer other({.key = {key.k0, key.k1 + 1}});
    unsigned differing = 0;
    for (std::uint32_t i = 0; i < 1000; ++i) {
        const ipv4_address address{0xc0000200U + i};
        EXPECT_EQ(one.substitute(address), same.substitute(address));
        if (one.substitute(address) != other.substitute(address)) ++differing;
    }
    EXPECT_GT(differing, 900U);
}

TEST(anonymizer, gives_each_mac_address_another_and_keeps_its_two_bits) {
    for (const bool keep_vendor : {false, true}) {
        anonymizer hide({.key = key, .keep_mac_vendor = keep_vendor});
        std::set<mac_address> made;
        for (unsigned i = 0; i < 5'000; ++i) {
            const mac_address address{{0x02,
                                       0,
                                       0x5e,
                                       static_cast<std::uint8_t>(i >> 8),
                                       static_cast<std::uint8_t>(i),
                                       7}};
            const mac_address other = hide.substitute(address);
            EXPECT_TRUE(made.insert(other).second);
            EXPECT_EQ(other.octets[0] & 3, 2);
            if (keep_vendor) {
                EXPECT_TRUE(std::equal(
                    other.octets.begin(), other.octets.begin() + 3, address.octets.begin()));
            }
        }
    }
    anonymizer hide({.key = key});
    for (const char* kept : {"ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:fb", "00:00:00:00:00:00"}) {
        EXPECT_EQ(hide.substitute(*mac_address::parse(kept)), *mac_address::parse(kept)) << kept;
    }
}

TEST(anonymizer, gives_each_port_another_and_keeps_zero) {
    const anonymizer hide({.key = key});
    std::vector<bool> seen(65'536);
    for (std::uint32_t port = 0; port < 65'536; ++port) {
        const auto made = hide.substitute_port(static_cast<std::uint16_t>(port));
        EXPECT_FALSE(seen[made]);
        seen[made] = true;
    }
    EXPECT_EQ(hide.substitute_port(0), 0);
}

// What the checksums of a frame turn out to be, header and transport.
std::vector<checksum_state> judged(bytes_view frame, link_type type) {
    std::vector<checksum_state> made;
    const packet seen(frame, type);
    ip_address source;
    ip_address destination;
    bool fragment = false;
    if (const auto ip = seen.get<ipv4>()) {
        const auto len = ip->checked_header_length();
        if (!len || *len > ip->octets().size()) return made;
        made.push_back(checksum_holds(ip->octets().first(*len)) ? checksum_state::good
                                                                : checksum_state::bad);
        source = ip->source();
        destination = ip->destination();
        fragment = ip->fragment_offset() != 0 || ip->more_fragments();
        if (!ip->options().empty()) fragment = true;  // a source route hides the destination
    } else if (const auto six = seen.get<ipv6>()) {
        source = six->source();
        destination = six->destination();
        fragment = seen.layers().find(layer::ipv6_fragment).has_value() ||
                   seen.layers().find(layer::ipv6_routing).has_value();
    }
    const ip_protocol protocol = seen.transport_protocol();
    if (fragment || seen.transport().empty()) return made;
    if (protocol == ip_protocol::icmp) {
        made.push_back(checksum_holds(seen.transport()) ? checksum_state::good
                                                        : checksum_state::bad);
    } else if (protocol == ip_protocol::tcp || protocol == ip_protocol::udp ||
               protocol == ip_protocol::icmpv6) {
        made.push_back(verify_transport_checksum(source, destination, protocol, seen.transport()));
    }
    return made;
}

// Everything that says where a host is, of the layers' fixed headers.
std::vector<octet_list> addresses_of(bytes_view frame, link_type type) {
    std::vector<octet_list> made;
    for (const layer_view& one : layers(frame, type)) {
        for (const field& each : one.info().fields) {
            const bool address = each.kind == field_kind::ipv4 || each.kind == field_kind::ipv6;
            const std::size_t at = each.bit_offset / 8U;
            const std::size_t len = each.bit_width / 8U;
            if (!address || one.octets().size() < at + len) continue;
            const bytes_view octets = one.octets().subspan(at, len);
            made.emplace_back(octets.begin(), octets.end());
        }
    }
    return made;
}

bool is_kept(anonymizer& hide, const octet_list& address) {
    if (address.size() == 4) {
        const ipv4_address was{be32_at(address, 0)};
        return hide.substitute(was) == was;
    }
    ipv6_address was;
    copy_octets(was.octets, address);
    return hide.substitute(was) == was;
}

template <class Visit>
void for_each_frame(Visit visit) {
    for (const std::string& name : testing::list_captures("")) {
        std::vector<testing::captured_frame> frames;
        try {
            frames = testing::read_capture(name);
        } catch (const std::runtime_error&) {
            continue;  // formats that the helper does not read
        }
        for (const auto& frame : frames) visit(name, frame);
    }
}

TEST(anonymizer, leaves_right_checksums_right_and_wrong_ones_wrong_over_the_corpus) {
    SONDE_REQUIRE_CORPUS();
    for (const payload_fate fate : {payload_fate::keep, payload_fate::zero}) {
        anonymizer hide({.key = key, .ports = true, .payload = fate});
        std::size_t compared = 0;
        for_each_frame([&](const std::string& name, const testing::captured_frame& frame) {
            const auto type = static_cast<link_type>(frame.link_type);
            const bool cut = frame.octets.size() < frame.original_len;
            if (cut && fate == payload_fate::zero) return;  // what is missing cannot be zeroed
            octet_list octets = frame.octets;
            const std::size_t len = hide.apply(octets, type);
            EXPECT_EQ(len, frame.octets.size());
            const auto before = judged(frame.octets, type);
            compared += before.size();
            EXPECT_EQ(judged(octets, type), before) << name << ", frame of " << len << " octets";
        });
        EXPECT_GT(compared, 10'000U);
    }
}

TEST(anonymizer, leaves_no_original_address_in_any_octet_of_the_corpus) {
    SONDE_REQUIRE_CORPUS();
    anonymizer hide({.key = key, .payload = payload_fate::zero});
    std::size_t searched = 0;
    for_each_frame([&](const std::string& name, const testing::captured_frame& frame) {
        const auto type = static_cast<link_type>(frame.link_type);
        octet_list octets = frame.octets;
        static_cast<void>(hide.apply(octets, type));
        for (const octet_list& address : addresses_of(frame.octets, type)) {
            if (is_kept(hide, address)) continue;
            ++searched;
            EXPECT_TRUE(std::ranges::search(octets, address).empty())
                << name << ": an address is left in a frame of " << octets.size() << " octets";
        }
    });
    EXPECT_GT(searched, 10'000U);
}

// Every substitute of an address that a record or an option of the corpus has.
TEST(anonymizer, maps_addresses_in_dns_records_and_dhcp_options_as_it_does_in_headers) {
    SONDE_REQUIRE_CORPUS();
    anonymizer hide({.key = key});
    std::size_t records = 0;
    std::size_t options = 0;
    for_each_frame([&](const std::string& name, const testing::captured_frame& frame) {
        const auto type = static_cast<link_type>(frame.link_type);
        octet_list octets = frame.octets;
        static_cast<void>(hide.apply(octets, type));
        const packet before(frame.octets, type);
        const packet after(octets, type);
        if (const auto was = before.get<dns>()) {
            auto now = after.get<dns>()->records().begin();
            for (const dns_record& one : was->records()) {
                if (!one.is_question() && one.type() == dns_type::a && one.data().size() == 4) {
                    const ipv4_address address{be32_at(one.data(), 0)};
                    EXPECT_EQ(be32_at((*now).data(), 0), hide.substitute(address).value) << name;
                    ++records;
                }
                ++now;
            }
        }
        if (const auto was = before.get<dhcp>()) {
            EXPECT_EQ(after.get<dhcp>()->yiaddr(), hide.substitute(was->yiaddr())) << name;
            ++options;
        }
    });
    EXPECT_GT(records, 20U);
    EXPECT_GT(options, 5U);
}

TEST(anonymizer, takes_any_octets_and_any_cut) {
    SONDE_REQUIRE_CORPUS();
    anonymizer hide({.key = key, .ports = true, .payload = payload_fate::cut});
    for (const std::string& name : testing::list_captures("icmp6")) {
        for (const auto& frame : testing::read_capture(name)) {
            for (std::size_t len = 0; len <= frame.octets.size(); ++len) {
                octet_list octets(frame.octets.begin(),
                                  frame.octets.begin() + static_cast<std::ptrdiff_t>(len));
                EXPECT_LE(hide.apply(octets, static_cast<link_type>(frame.link_type)), len);
            }
        }
    }
}

}  // namespace
}  // namespace sonde
