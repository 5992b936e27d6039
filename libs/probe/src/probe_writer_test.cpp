#include "probe_writer.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include <sonde/wire/checksum.hpp>

#include "probe_testing.hpp"

namespace sonde::detail {
namespace {

using probe_testing::octets_t;
using probe_testing::target;
using probe_testing::test_setup;
using probe_testing::us;

octets_t written(probe_writer& writer, std::uint64_t id, bool own_port = false) {
    const auto made = writer.write({id}, own_port);
    return {made.octets.begin(), made.octets.end()};
}

probe_plan icmp_plan(std::uint16_t payload_len = 56) {
    return {.setup = test_setup(), .payload_len = payload_len};
}

std::uint16_t udp_checksum_of(const transmit& probe, std::uint16_t source_port) {
    const auto len = static_cast<std::uint16_t>(8 + probe.octets.size());
    return checksum()
        .add_pseudo_header(us, target, 17, len)
        .add_u16(source_port)
        .add_u16(probe.destination_port)
        .add_u16(len)
        .add(probe.octets)
        .value();
}

TEST(probe_contents, an_echo_request_has_our_identifier_and_counts_sequence_numbers_from_one) {
    probe_writer writer(icmp_plan());
    const auto octets = written(writer, 0);
    ASSERT_EQ(octets.size(), 64U);
    EXPECT_EQ(octets[0], 8);  // RFC 792: echo
    EXPECT_EQ(octets[1], 0);
    EXPECT_EQ(be16_at(octets, 4), 0x1234);
    EXPECT_EQ(be16_at(octets, 6), 1);
    EXPECT_EQ(be16_at(written(writer, 65'534), 6), 65'535);
    EXPECT_EQ(be16_at(written(writer, 65'535), 6), 0);
}

TEST(probe_contents, over_ipv6_the_type_is_128_and_the_kernel_sums) {
    auto plan = icmp_plan();
    plan.setup.destination = *ip_address::parse("2001:db8::9");
    plan.setup.channel.source = *ip_address::parse("2001:db8::1");
    probe_writer writer(plan);
    const auto octets = written(writer, 5);
    EXPECT_EQ(octets[0], 128);  // RFC 4443 s4.1
    EXPECT_EQ(be16_at(octets, 2), 0);
    EXPECT_EQ(writer.protocol(), 58);
}

TEST(probe_contents, the_cookie_is_siphash_of_the_probe_so_that_another_key_makes_another) {
    auto plan = icmp_plan();
    probe_writer writer(plan);
    plan.setup.key.k0 ^= 1;
    probe_writer other_key(plan);
    plan.setup.key.k0 ^= 1;
    plan.setup.destination = us;
    probe_writer other_target(plan);
    std::set<std::uint64_t> cookies;
    for (std::uint64_t id = 0; id < 1000; ++id) {
        cookies.insert(writer.cookie({id}));
        cookies.insert(other_key.cookie({id}));
        cookies.insert(other_target.cookie({id}));
    }
    EXPECT_EQ(cookies.size(), 3000U);
    EXPECT_EQ(be64_at(written(writer, 7), 8), writer.cookie({7}));
}

TEST(probe_contents, the_fill_is_each_octets_own_offset_as_ping_expects_0x10_at_16) {
    probe_writer writer(icmp_plan(300));
    const auto octets = written(writer, 3);
    EXPECT_EQ(octets[8 + 16], 0x10);
    for (std::size_t i = 10; i < 300; ++i) EXPECT_EQ(octets[8 + i], i % 256);
}

TEST(probe_contents, a_pattern_is_repeated_behind_cookie_and_compensation) {
    auto plan = icmp_plan(17);
    plan.pattern = "\xff\x01\x02";
    probe_writer writer(plan);
    const auto octets = written(writer, 3);
    EXPECT_EQ(octets_t(octets.begin() + 18, octets.end()),
              (octets_t{0xff, 1, 2, 0xff, 1, 2, 0xff}));
}

TEST(probe_contents, every_icmp_probe_of_a_session_has_the_same_right_checksum) {
    for (const std::uint16_t len : {std::uint16_t{10}, std::uint16_t{11}, std::uint16_t{57}}) {
        probe_writer writer(icmp_plan(len));
        const auto first = be16_at(written(writer, 0), 2);
        for (const std::uint64_t id :
             {1ULL, 2ULL, 77ULL, 65'534ULL, 65'535ULL, 65'536ULL, 1ULL << 40}) {
            const auto octets = written(writer, id);
            EXPECT_TRUE(checksum_holds(octets));
            EXPECT_EQ(be16_at(octets, 2), first);
        }
    }
}

TEST(probe_contents, it_stays_the_same_when_the_kernel_replaces_the_identifier) {
    probe_writer writer(icmp_plan());
    std::set<std::uint16_t> seen;
    for (std::uint64_t id = 0; id < 500; ++id) {
        auto octets = written(writer, id);
        put_be16_at(octets, 4, 0xbeef);
        probe_testing::resum(octets);
        seen.insert(be16_at(octets, 2));
    }
    EXPECT_EQ(seen.size(), 1U);
}

TEST(probe_contents, short_payloads_hold_what_fits_and_are_summed_right) {
    for (std::uint16_t len = 0; len < 10; ++len) {
        probe_writer writer(icmp_plan(len));
        for (const std::uint64_t id : {0ULL, 1ULL, 99ULL}) {
            const auto octets = written(writer, id);
            ASSERT_EQ(octets.size(), 8U + len);
            EXPECT_TRUE(checksum_holds(octets)) << len;
            EXPECT_TRUE(starts_cookie(bytes_view(octets).subspan(8), writer.cookie({id})));
        }
    }
}

TEST(probe_contents, without_constant_flow_the_checksum_changes_and_is_right) {
    auto plan = icmp_plan();
    plan.constant_flow = false;
    probe_writer writer(plan);
    std::set<std::uint16_t> seen;
    for (std::uint64_t id = 0; id < 100; ++id) {
        const auto octets = written(writer, id);
        EXPECT_TRUE(checksum_holds(octets));
        seen.insert(be16_at(octets, 2));
    }
    EXPECT_GT(seen.size(), 90U);
}

TEST(probe_contents, every_udp_probe_has_a_checksum_of_its_own_and_constant_ports) {
    probe_writer writer({.method = probe_method::udp, .setup = test_setup(), .payload_len = 32});
    std::set<std::uint16_t> seen;
    for (std::uint64_t id = 0; id < 65'534; ++id) {
        const auto probe = writer.write({id});
        EXPECT_EQ(probe.destination_port, 33'434);
        EXPECT_EQ(probe.protocol, 17);
        const auto sum = udp_checksum_of(probe, 40'000);
        ASSERT_EQ(sum, writer.numbers().udp_checksum.of(id));
        ASSERT_EQ(writer.numbers().udp_checksum.newest(sum, id + 1), id);
        seen.insert(sum);
    }
    EXPECT_EQ(seen.size(), 65'534U);
    EXPECT_FALSE(seen.contains(0));       // RFC 768: no checksum
    EXPECT_FALSE(seen.contains(0xffff));  // a sum of 0
}

TEST(probe_contents, a_udp_probe_with_a_port_of_its_own_still_has_its_checksum) {
    probe_writer writer({.method = probe_method::udp, .setup = test_setup(), .payload_len = 10});
    const auto probe = writer.write({5}, true);
    EXPECT_EQ(probe.destination_port, 33'439);
    EXPECT_EQ(udp_checksum_of(probe, 40'000), writer.numbers().udp_checksum.of(5));
}

TEST(probe_contents,
     without_constant_flow_every_udp_probe_has_the_next_port_as_traceroute_does_it) {
    probe_writer writer({.method = probe_method::udp,
                         .setup = test_setup(),
                         .payload_len = 32,
                         .destination_port = 65'534,
                         .constant_flow = false});
    EXPECT_EQ(writer.write({0}).destination_port, 65'534);
    EXPECT_EQ(writer.write({1}).destination_port, 65'535);
    EXPECT_EQ(writer.write({2}).destination_port, 1);  // 0 is no port
}

TEST(probe_contents,
     a_syn_has_a_source_port_of_its_own_a_keyed_sequence_number_and_a_right_checksum) {
    probe_writer writer({.method = probe_method::tcp, .setup = test_setup()});
    for (const std::uint64_t id : {0ULL, 1ULL, 300ULL, 40'000ULL}) {
        const auto octets = written(writer, id);
        ASSERT_EQ(octets.size(), 20U);
        EXPECT_EQ(be16_at(octets, 0), 1 + (39'999 + id) % 65'535);
        EXPECT_EQ(be16_at(octets, 2), 80);
        EXPECT_EQ(be32_at(octets, 4), writer.cookie({id}) & 0xffffffff);
        EXPECT_EQ(be32_at(octets, 8), 0U);
        EXPECT_EQ(octets[12], 0x50);  // 5 words, RFC 9293 s3.1
        EXPECT_EQ(octets[13], 0x02);  // SYN
        EXPECT_EQ(checksum().add_pseudo_header(us, target, 6, 20).add(octets).sum(), 0xffff);
    }
}

TEST(probe_contents, an_echoed_payload_is_known_octet_for_octet) {
    for (std::uint16_t len = 0; len < 64; ++len) {
        probe_writer writer(icmp_plan(len));
        auto octets = written(writer, 41);
        static_cast<void>(writer.write({42}));  // the buffer holds another probe by now
        octets.erase(octets.begin(), octets.begin() + 8);
        EXPECT_TRUE(writer.is_payload_of(octets, {41}));
        for (auto& octet : octets) {
            octet ^= 0x20;
            EXPECT_FALSE(writer.is_payload_of(octets, {41}));
            octet ^= 0x20;
        }
        octets.push_back(0);
        EXPECT_FALSE(writer.is_payload_of(octets, {41}));
    }
}

TEST(wrapped_number, the_newest_probe_with_a_number_is_found_in_every_round) {
    for (const wrapped_number number :
         {wrapped_number{.first = 0, .modulus = 65'536, .start = 1},
          wrapped_number{.first = 1, .modulus = 65'535, .start = 65'535},
          wrapped_number{.first = 1, .modulus = 65'534, .start = 1}}) {
        for (const std::uint64_t id :
             {0ULL, 1ULL, 65'533ULL, 65'534ULL, 65'535ULL, 65'536ULL, 200'000ULL}) {
            EXPECT_EQ(number.newest(number.of(id), id + 1), id);
            EXPECT_EQ(number.newest(number.of(id), id + number.modulus), id);
            EXPECT_EQ(number.newest(number.of(id), id + number.modulus + 1), id + number.modulus);
            const auto earlier = number.newest(number.of(id), id);
            EXPECT_EQ(earlier.has_value(), id >= number.modulus);
        }
    }
}

TEST(wrapped_number, a_number_that_no_probe_can_have_finds_none) {
    const wrapped_number number{.first = 1, .modulus = 65'534, .start = 77};
    EXPECT_FALSE(number.newest(0, 1000).has_value());
    EXPECT_FALSE(number.newest(0xffff, 1000).has_value());
    EXPECT_FALSE(number.newest(77, 0).has_value());
}

}  // namespace
}  // namespace sonde::detail
