// Cyclic redundancy checks and running sums: known answers, then each fast form against a plain
// loop, whole and in pieces.

#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>
#include <zlib.h>

#include <gtest/gtest.h>

#include <sonde/base/random.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/crc.hpp>
#include <sonde/wire/fletcher.hpp>

#include "octets_of.hpp"
#include "plain_checksums.hpp"

namespace sonde {
namespace {

using octet_vector = std::vector<std::uint8_t>;

octet_vector octets_in(std::string_view text) { return {text.begin(), text.end()}; }

octet_vector random_octets(random_source& random, std::size_t len) {
    octet_vector made(len);
    for (auto& octet : made) octet = static_cast<std::uint8_t>(random());
    return made;
}

std::vector<std::uint8_t> crc32c_octets(const octet_vector& octets) {
    const auto made = crc32c().add(octets).octets();
    return {made.begin(), made.end()};
}

// RFC 3720 B.4: the CRC as it lies in the PDU.
TEST(crc32c, gives_the_examples_of_rfc_3720_appendix_b_4) {
    EXPECT_EQ(crc32c_octets(octet_vector(32, 0)), testing::octets_of("aa36918a"));
    EXPECT_EQ(crc32c_octets(octet_vector(32, 0xff)), testing::octets_of("43aba862"));
    octet_vector counting(32);
    std::iota(counting.begin(), counting.end(), std::uint8_t{0});
    EXPECT_EQ(crc32c_octets(counting), testing::octets_of("4e79dd46"));
    std::ranges::reverse(counting);
    EXPECT_EQ(crc32c_octets(counting), testing::octets_of("5cdb3f11"));
    const auto command = testing::octets_of(
        "01c00000000000000000000000000000140000000000040000000014000000182800000000000000"
        "0200000000000000");
    EXPECT_EQ(crc32c_octets(command), testing::octets_of("563a96d9"));
}

// The check values that the catalogues of parametrised CRC algorithms give for these digits.
TEST(crc, gives_the_check_values_of_its_algorithm) {
    const auto digits = octets_in("123456789");
    EXPECT_EQ(crc32c().add(digits).value(), 0xe3069283U);
    EXPECT_EQ(ethernet_fcs().add(digits).value(), 0xcbf43926U);
    // CRC-24/BLE: 0xc25a56 in the register that shifts to the right.
    EXPECT_EQ(ble_crc24().add(digits).value(), ble_crc24::reordered(0xc25a56));
}

TEST(ethernet_fcs, is_zlibs_crc32) {
    random_source random(1);
    for (std::size_t len = 0; len < 300; ++len) {
        const auto octets = random_octets(random, len);
        EXPECT_EQ(ethernet_fcs().add(octets).value(),
                  ::crc32(0, octets.data(), static_cast<uInt>(len)));
    }
}

TEST(ethernet_fcs, holds_over_a_frame_with_its_sequence_and_over_no_other) {
    random_source random(2);
    EXPECT_FALSE(ethernet_fcs::holds({}));
    for (std::size_t len = 0; len < 80; ++len) {
        auto frame = random_octets(random, len);
        const auto fcs = ::crc32(0, frame.data(), static_cast<uInt>(len));
        for (int shift = 0; shift < 32; shift += 8) {
            frame.push_back(static_cast<std::uint8_t>(fcs >> shift));
        }
        EXPECT_TRUE(ethernet_fcs::holds(frame));
        frame[len / 2] ^= 0x10;
        EXPECT_FALSE(ethernet_fcs::holds(frame));
    }
}

TEST(adler32, is_zlibs) {
    random_source random(3);
    for (const std::size_t len : {0U, 1U, 15U, 16U, 5552U, 5553U, 70000U}) {
        const auto octets = random_octets(random, len);
        EXPECT_EQ(adler32().add(octets).value(),
                  ::adler32(1, octets.data(), static_cast<uInt>(len)));
    }
    const octet_vector highest(200000, 0xff);
    EXPECT_EQ(adler32().add(highest).value(),
              ::adler32(1, highest.data(), static_cast<uInt>(highest.size())));
}

// The examples that descriptions of Fletcher's checksum commonly give; their words are
// little-endian.
TEST(fletcher, gives_the_common_examples) {
    const auto sum16 = [](std::string_view text) {
        return fletcher16().add(octets_in(text)).value();
    };
    const auto sum32 = [](std::string_view text) {
        return fletcher32(word_order::little_endian).add(octets_in(text)).value();
    };
    EXPECT_EQ(sum16("abcde"), 0xc8f0);
    EXPECT_EQ(sum16("abcdef"), 0x2057);
    EXPECT_EQ(sum16("abcdefgh"), 0x0627);
    EXPECT_EQ(sum32("abcde"), 0xf04fc729U);
    EXPECT_EQ(sum32("abcdef"), 0x56502d2aU);
    EXPECT_EQ(sum32("abcdefgh"), 0xebe19591U);
}

// An advertisement and a connection request: tshark 4.0 takes their CRC as right, and as wrong with
// one bit of the PDU changed; the number is how it shows the CRC.
TEST(ble_crc24, of_packets_on_advertising_channels_is_what_tshark_finds_right) {
    struct packet {
        std::string_view pdu;
        std::string_view crc;
        std::uint32_t shown;
    };
    for (const packet& one :
         {packet{"400d0123456789ab0201060302aafe", "97dfcc", 0xe9fb33},
          packet{"0522112233445566aabbccddeeff33446550f9a21702060018000000c800ffffffff1f2a",
                 "23aeba",
                 0xc4755d}}) {
        const auto made = ble_crc24().add(testing::octets_of(one.pdu));
        EXPECT_EQ(made.value(), one.shown);
        const auto octets = made.octets();
        EXPECT_EQ(octet_vector(octets.begin(), octets.end()), testing::octets_of(one.crc));
    }
}

TEST(ble_crc24, finds_where_its_register_started_from_one_packet) {
    random_source random(4);
    for (int round = 0; round < 500; ++round) {
        const auto init = static_cast<std::uint32_t>(random() & 0xffffff);
        const auto pdu = random_octets(random, random.below(60));
        EXPECT_EQ(ble_crc24::init_of(pdu, ble_crc24(init).add(pdu).octets()), init);
        EXPECT_EQ(ble_crc24::reordered(ble_crc24::reordered(init)), init);
    }
}

void expect_as_plain(bytes_view octets) {
    EXPECT_EQ(crc32c().add(octets).value(), testing::plain_crc32c(octets)) << octets.size();
    EXPECT_EQ(~detail::crc32c_update_by_tables(0xffffffff, octets), testing::plain_crc32c(octets));
    EXPECT_EQ(ethernet_fcs().add(octets).value(), testing::plain_crc32(octets));
    EXPECT_EQ(ble_crc24(0x123456).add(octets).value(), testing::plain_ble_crc24(0x123456, octets));
    EXPECT_EQ(fletcher16().add(octets).value(), testing::plain_fletcher16(octets));
    EXPECT_EQ(fletcher32().add(octets).value(), testing::plain_fletcher32(true, octets));
    EXPECT_EQ(fletcher32(word_order::little_endian).add(octets).value(),
              testing::plain_fletcher32(false, octets));
    EXPECT_EQ(adler32().add(octets).value(), testing::plain_adler32(octets));
    EXPECT_EQ(internet_checksum(octets), testing::plain_internet_checksum(octets));
}

TEST(checksums, are_what_plain_loops_give_for_every_length_and_alignment) {
    random_source random(5);
    const auto octets = random_octets(random, 4000);
    for (std::size_t len = 0; len < 420; ++len) {
        expect_as_plain(bytes_view(octets).subspan(len % 9, len));
    }
    for (const std::size_t len : {1535U, 1536U, 1537U, 1728U, 3071U, 3072U, 3300U, 3999U}) {
        expect_as_plain(bytes_view(octets).first(len));
    }
}

template <class Sum>
void expect_pieces_add_up(Sum start, bytes_view octets, random_source& random) {
    const auto whole = Sum(start).add(octets).value();
    for (bytes_view rest = octets; !rest.empty();) {
        const std::size_t len = random.below(std::min<std::size_t>(rest.size(), 40) + 1);
        start.add(rest.first(len));
        rest = rest.subspan(len);
    }
    EXPECT_EQ(start.value(), whole) << octets.size();
}

TEST(checksums, of_pieces_of_any_length_are_those_of_the_whole) {
    random_source random(6);
    for (int round = 0; round < 200; ++round) {
        const auto octets = random_octets(random, random.below(700));
        expect_pieces_add_up(crc32c(), octets, random);
        expect_pieces_add_up(ethernet_fcs(), octets, random);
        expect_pieces_add_up(ble_crc24(0xabcdef), octets, random);
        expect_pieces_add_up(fletcher16(), octets, random);
        expect_pieces_add_up(fletcher32(), octets, random);
        expect_pieces_add_up(fletcher32(word_order::little_endian), octets, random);
        expect_pieces_add_up(adler32(), octets, random);
        expect_pieces_add_up(checksum(), octets, random);
    }
}

}  // namespace
}  // namespace sonde
