#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/wire/checksum.hpp>

#include "octets_of.hpp"

namespace sonde {
namespace {

using testing::octets_of;

// RFC 1071 s1 as it is written there: pairs of octets, end-around carry, complement.
std::uint16_t plain_checksum(bytes_view octets) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < octets.size(); ++i) {
        sum += static_cast<std::uint32_t>(octets[i] << (i % 2 == 0 ? 8 : 0));
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

std::vector<std::uint8_t> noise(std::size_t len) {
    std::mt19937_64 random(len + 1);
    std::vector<std::uint8_t> made(len);
    for (auto& octet : made) octet = static_cast<std::uint8_t>(random());
    return made;
}

TEST(checksum, the_worked_example_of_rfc_1071_gives_its_sum) {
    const std::array<std::uint8_t, 8> octets{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    EXPECT_EQ(checksum().add(octets).sum(), 0xddf2);
    EXPECT_EQ(internet_checksum(octets), 0x220d);
}

TEST(checksum, an_odd_length_is_padded_behind_and_not_before) {
    const std::array<std::uint8_t, 3> octets{1, 2, 3};
    EXPECT_EQ(internet_checksum(octets), 0xfbfd);
}

TEST(checksum, nothing_sums_to_zero) {
    EXPECT_EQ(checksum().sum(), 0);
    EXPECT_EQ(internet_checksum({}), 0xffff);
}

TEST(checksum, all_ones_stay_all_ones_at_any_length) {
    const std::vector<std::uint8_t> octets(65536, 0xff);
    for (const std::size_t len : {2U, 64U, 1460U, 65536U}) {
        EXPECT_EQ(checksum().add(bytes_view(octets).first(len)).sum(), 0xffff) << len;
    }
}

TEST(checksum, every_length_up_to_4096_equals_the_plain_loop) {
    const auto octets = noise(4096);
    for (std::size_t len = 0; len <= octets.size(); ++len) {
        const auto piece = bytes_view(octets).first(len);
        ASSERT_EQ(internet_checksum(piece), plain_checksum(piece)) << len;
    }
}

TEST(checksum, every_alignment_equals_the_plain_loop) {
    const auto octets = noise(4096 + 64);
    for (std::size_t start = 0; start < 64; ++start) {
        for (std::size_t len = 0; len <= 4096; len += len < 300 ? 1 : 61) {
            const auto piece = bytes_view(octets).subspan(start, len);
            ASSERT_EQ(internet_checksum(piece), plain_checksum(piece)) << start << " " << len;
        }
    }
}

TEST(checksum, pieces_of_any_length_in_a_row_sum_as_the_whole) {
    std::mt19937_64 random(3);
    const auto octets = noise(3001);
    for (int round = 0; round < 500; ++round) {
        checksum sum;
        for (std::size_t at = 0; at < octets.size();) {
            const std::size_t len = std::min<std::size_t>(random() % 257, octets.size() - at);
            sum.add(bytes_view(octets).subspan(at, len));
            at += len;
        }
        ASSERT_EQ(sum.value(), plain_checksum(octets));
    }
}

TEST(checksum, a_word_added_after_an_odd_octet_is_turned_around) {
    const std::array<std::uint8_t, 7> octets{0xab, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc};
    const auto sum =
        checksum().add(bytes_view(octets).first(1)).add_u16(0x1234).add_u32(0x56789abc).value();
    EXPECT_EQ(sum, plain_checksum(octets));
}

TEST(checksum, the_update_example_of_rfc_1624_gives_zero_and_not_ffff) {
    // RFC 1624 s4: a field of 0x5555 becomes 0x3285 in a header whose checksum was 0xdd2f.
    EXPECT_EQ(checksum_update(0xdd2f, 0x5555, 0x3285), 0x0000);
}

TEST(checksum, an_update_equals_the_sum_of_the_changed_octets) {
    std::mt19937_64 random(5);
    for (int round = 0; round < 2000; ++round) {
        auto octets = noise(40);
        octets[3] = static_cast<std::uint8_t>(round);
        const auto before = internet_checksum(octets);
        const std::size_t at = random() % 18 * 2;
        const std::uint32_t was = be32_at(octets, at);
        const auto now = static_cast<std::uint32_t>(random());
        put_be32_at(octets, at, now);
        ASSERT_EQ(checksum_update_u32(before, was, now), internet_checksum(octets));
    }
}

// What the Linux kernel leaves in a segment for the network card to complete: the sum over the
// pseudo header alone (127.0.0.1 to itself, TCP, 40 octets; ::1 to itself; seen on the loopback).
TEST(checksum, the_pseudo_header_sums_as_the_kernel_does_it) {
    const ip_address v4 = ipv4_address{0x7f000001};
    EXPECT_EQ(checksum().add_pseudo_header(v4, v4, ip_protocol::tcp, 40).sum(), 0xfe30);
    const ip_address v6 = *ipv6_address::parse("::1");
    EXPECT_EQ(checksum().add_pseudo_header(v6, v6, ip_protocol::tcp, 40).sum(), 0x0030);
}

// The reset of a Linux 6.18 kernel to a closed port of 127.0.0.1.
constexpr std::string_view reset = "0009e7ea00000000a35730d450140000f5ae0000";

TEST(checksum, a_segment_of_the_kernel_verifies_and_a_changed_one_does_not) {
    const ip_address here = ipv4_address{0x7f000001};
    auto segment = octets_of(reset);
    EXPECT_EQ(verify_transport_checksum(here, here, ip_protocol::tcp, segment),
              checksum_state::good);
    segment[16] = segment[17] = 0;
    EXPECT_EQ(transport_checksum(here, here, ip_protocol::tcp, segment), 0xf5ae);
    EXPECT_EQ(verify_transport_checksum(here, here, ip_protocol::tcp, segment),
              checksum_state::bad);
}

// A UDP datagram of a Linux 6.18 kernel from ::1 to ::1, three octets of data.
TEST(checksum, a_datagram_over_ipv6_verifies_with_an_odd_length) {
    const ip_address here = *ipv6_address::parse("::1");
    auto datagram = octets_of("840b0009000bb75f616263");
    EXPECT_EQ(verify_transport_checksum(here, here, ip_protocol::udp, datagram),
              checksum_state::good);
    datagram[6] = datagram[7] = 0;
    EXPECT_EQ(udp_checksum(here, here, datagram), 0xb75f);
}

TEST(checksum, udp_sends_ffff_where_the_sum_is_zero_and_tcp_does_not) {
    // Ports chosen so that everything sums to 0xffff: 0.0.0.0, protocol 17, length 8 twice.
    auto datagram = octets_of("ffde 0000 0008 0000");
    const ip_address nobody;
    EXPECT_EQ(transport_checksum(nobody, nobody, ip_protocol::udp, datagram), 0x0000);
    EXPECT_EQ(udp_checksum(nobody, nobody, datagram), 0xffff);
    put_be16_at(datagram, 6, 0xffff);
    EXPECT_EQ(verify_transport_checksum(nobody, nobody, ip_protocol::udp, datagram),
              checksum_state::good);
}

TEST(checksum, a_udp_checksum_of_zero_means_that_none_was_made) {
    const ip_address nobody;
    const auto datagram = octets_of("1234567800080000");
    EXPECT_EQ(verify_transport_checksum(nobody, nobody, ip_protocol::udp, datagram),
              checksum_state::absent);
    EXPECT_EQ(verify_transport_checksum(nobody, nobody, ip_protocol::tcp, datagram),
              checksum_state::bad);
}

TEST(checksum, every_state_has_a_name) {
    EXPECT_EQ(to_string(checksum_state::good), "good");
    EXPECT_EQ(to_string(checksum_state::bad), "bad");
    EXPECT_EQ(to_string(checksum_state::absent), "absent");
}

}  // namespace
}  // namespace sonde
