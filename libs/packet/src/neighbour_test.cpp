// Questions and answers of neighbours against octets made by hand after RFC 826 and RFC 4861.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/neighbour.hpp>

namespace sonde {
namespace {

constexpr mac_address mine{{2, 0, 0, 0, 0, 1}};
constexpr mac_address theirs{{2, 0, 0, 0, 0, 2}};

std::vector<std::uint8_t> octets_of(const std::string& hex) {
    std::vector<std::uint8_t> made;
    std::string digits;
    std::ranges::copy_if(hex, std::back_inserter(digits), [](char c) { return c != ' '; });
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        made.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    }
    return made;
}

ip_address address(const char* text) { return *ip_address::parse(text); }

std::vector<std::uint8_t> asked(const char* from, const char* whom) {
    std::array<std::uint8_t, neighbour_question_len_max> room{};
    const auto made =
        write_neighbour_question(room, {.mac = mine, .from = address(from), .whom = address(whom)});
    return {made.begin(), made.end()};
}

TEST(neighbour, is_asked_for_by_arp_with_a_broadcast) {
    EXPECT_EQ(asked("192.0.2.1", "192.0.2.9"),
              octets_of("ffffffffffff 020000000001 0806 0001 0800 06 04 0001"
                        "020000000001 c0000201 000000000000 c0000209"));
}

// RFC 4861 s4.3; the checksum is tshark's to judge (probe_frame_test.cpp).
TEST(neighbour, is_asked_for_by_a_solicitation_to_the_group_of_its_address) {
    const auto made = asked("2001:db8::1", "2001:db8::1:203");
    ASSERT_EQ(made.size(), 86U);
    EXPECT_EQ(std::vector(made.begin(), made.begin() + 14),
              octets_of("3333ff010203 020000000001 86dd"));
    EXPECT_EQ(std::vector(made.begin() + 14, made.begin() + 56),
              octets_of("60000000 0020 3a ff 20010db8000000000000000000000001"
                        "ff0200000000000000000001ff010203 8700"));
    EXPECT_EQ(std::vector(made.begin() + 58, made.end()),
              octets_of("00000000 20010db8000000000000000000010203 0101 020000000001"));
}

TEST(neighbour, answers_by_arp) {
    const auto reply = octets_of(
        "020000000001 020000000002 0806 0001 0800 06 04 0002"
        "020000000002 c0000209 020000000001 c0000201");
    const auto seen = read_neighbour_answer(reply);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->address, address("192.0.2.9"));
    EXPECT_EQ(seen->mac, theirs);
    auto padded = reply;
    padded.resize(60);
    EXPECT_TRUE(read_neighbour_answer(padded));
    for (std::size_t len = 0; len < reply.size(); ++len) {
        EXPECT_FALSE(read_neighbour_answer(bytes_view(reply).first(len))) << len;
    }
    auto question = reply;
    question[21] = 1;
    EXPECT_FALSE(read_neighbour_answer(question));
    auto group = reply;
    group[22] = 0x03;
    EXPECT_FALSE(read_neighbour_answer(group)) << "a group is nobody's address";
}

// The checksum by hand: the complement of the sum over 2001:db8::9, 2001:db8::1, 32, 58, 8800,
// 6000, the target and the option (0201 0200 0000 0002).
const char* const advertisement =
    "020000000001 020000000002 86dd 60000000 0020 3a ff"
    "20010db8000000000000000000000009 20010db8000000000000000000000001"
    "8800 8a63 60000000 20010db8000000000000000000000009 0201 020000000002";

TEST(neighbour, answers_by_an_advertisement) {
    const auto good = octets_of(advertisement);
    const auto seen = read_neighbour_answer(good);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->address, address("2001:db8::9"));
    EXPECT_EQ(seen->mac, theirs);
    for (std::size_t at = 54; at < good.size(); ++at) {
        auto damaged = good;
        damaged[at] ^= 1;
        EXPECT_FALSE(read_neighbour_answer(damaged)) << "checksum, " << at;
    }
    auto routed = good;
    routed[21] = 254;  // RFC 4861 s7.1.2
    EXPECT_FALSE(read_neighbour_answer(routed)) << "it came from another link";
    for (std::size_t len = 0; len < good.size(); ++len) {
        EXPECT_FALSE(read_neighbour_answer(bytes_view(good).first(len))) << len;
    }
}

}  // namespace
}  // namespace sonde
