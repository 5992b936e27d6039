// Which frames pass: made by hand after RFC 791, 792, 826, 4443, 4861.

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include <sonde/capture/bpf.hpp>
#include <sonde/capture/frame_filter.hpp>

namespace sonde {
namespace {

std::vector<std::uint8_t> octets_of(const std::string& hex) {
    std::vector<std::uint8_t> made;
    std::string digits;
    std::ranges::copy_if(hex, std::back_inserter(digits), [](char c) { return c != ' '; });
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        made.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    }
    return made;
}

const std::string link_v4 = "020000000002 020000000001 0800 ";
const std::string link_v6 = "020000000002 020000000001 86dd ";
const std::string ip_v4 = "45 00 0054 0000 0000 40 01 0000 c0000201 c6336407 ";
const std::string ip_v4_options = "46 00 0054 0000 0000 40 01 0000 c0000201 c6336407 01010100 ";
const std::string ip_v6 =
    "60000000 0040 3a 40 20010db8000000000000000000000001 20010db8000000000000000000000002 ";

bool passes(const wanted_frames& wanted, const std::string& frame) {
    const auto program = bpf_program::from(frame_filter(wanted));
    if (!program) {
        ADD_FAILURE() << describe(program.error());
        return false;
    }
    const auto octets = octets_of(frame);
    return program->run(octets, static_cast<std::uint32_t>(octets.size())) != 0;
}
bool passes_v4(const std::string& rest, bool neighbours = true) {
    return passes({.identifier = 0x5e0d, .neighbours = neighbours}, rest);
}
bool passes_v6(const std::string& rest, bool neighbours = true) {
    return passes({.family = ip_family::v6, .identifier = 0x5e0d, .neighbours = neighbours}, rest);
}

TEST(frame_filter, passes_echo_replies_with_our_identifier) {
    EXPECT_TRUE(passes_v4(link_v4 + ip_v4 + "00 00 0000 5e0d 0001"));
    EXPECT_TRUE(passes_v4(link_v4 + ip_v4_options + "00 00 0000 5e0d 0001"));
    EXPECT_TRUE(passes_v6(link_v6 + ip_v6 + "81 00 0000 5e0d 0001"));
    EXPECT_FALSE(passes_v4(link_v4 + ip_v4 + "00 00 0000 5e0e 0001"));
    EXPECT_FALSE(passes_v6(link_v6 + ip_v6 + "81 00 0000 5e0e 0001"));
    EXPECT_FALSE(passes_v4(link_v4 + ip_v4 + "08 00 0000 5e0d 0001")) << "a request";
    EXPECT_FALSE(passes_v6(link_v6 + ip_v6 + "80 00 0000 5e0d 0001")) << "a request";
}

TEST(frame_filter, passes_errors_that_quote_a_request_of_ours) {
    const std::string quoted = " 08 00 0000 5e0d 0001";
    EXPECT_TRUE(passes_v4(link_v4 + ip_v4 + "03 01 0000 00000000 " + ip_v4 + quoted));
    EXPECT_TRUE(passes_v4(link_v4 + ip_v4 + "0b 00 0000 00000000 " + ip_v4_options + quoted));
    EXPECT_TRUE(passes_v4(link_v4 + ip_v4_options + "0b 00 0000 00000000 " + ip_v4 + quoted));
    EXPECT_FALSE(
        passes_v4(link_v4 + ip_v4 + "0b 00 0000 00000000 " + ip_v4 + " 08 00 0000 5e0e 0001"));
    EXPECT_TRUE(
        passes_v6(link_v6 + ip_v6 + "03 00 0000 00000000 " + ip_v6 + "80 00 0000 5e0d 0001"));
    EXPECT_FALSE(
        passes_v6(link_v6 + ip_v6 + "03 00 0000 00000000 " + ip_v6 + "80 00 0000 5e0e 0001"));
}

TEST(frame_filter, passes_no_fragments) {
    EXPECT_FALSE(passes_v4(link_v4 + "45 00 0054 0000 2000 40 01 0000 c0000201 c6336407 "
                                     "00 00 0000 5e0d 0001"));
    EXPECT_FALSE(passes_v4(link_v4 + "45 00 0054 0000 0001 40 01 0000 c0000201 c6336407 "
                                     "00 00 0000 5e0d 0001"));
    EXPECT_TRUE(passes_v4(link_v4 + "45 00 0054 0000 4000 40 01 0000 c0000201 c6336407 "
                                    "00 00 0000 5e0d 0001"))
        << "don't fragment is no fragment";
}

TEST(frame_filter, passes_what_neighbours_answer_when_asked_to) {
    const std::string arp =
        "020000000001 020000000002 0806 0001 0800 06 04 0002"
        "020000000002 c0000209 020000000001 c0000201";
    EXPECT_TRUE(passes_v4(arp));
    EXPECT_FALSE(passes_v4(arp, false));
    EXPECT_TRUE(passes({.answers = false}, arp));
    EXPECT_FALSE(passes({.answers = false}, link_v4 + ip_v4 + "00 00 0000 0000 0001"));
    auto request = arp;
    request.replace(request.find("0002020"), 4, "0001");
    EXPECT_FALSE(passes_v4(request));
    const std::string advertisement = link_v6 + ip_v6 + "88 00 0000 60000000";
    EXPECT_TRUE(passes_v6(advertisement));
    EXPECT_FALSE(passes_v6(advertisement, false));
}

TEST(frame_filter, drops_what_is_cut) {
    const auto whole = octets_of(link_v4 + ip_v4 + "00 00 0000 5e0d");
    const auto program = bpf_program::from(frame_filter({.identifier = 0x5e0d})).value();
    for (std::size_t len = 0; len < whole.size(); ++len) {
        EXPECT_EQ(program.run(bytes_view(whole).first(len), static_cast<std::uint32_t>(len)), 0U);
    }
    EXPECT_NE(program.run(whole, static_cast<std::uint32_t>(whole.size())), 0U);
}

}  // namespace
}  // namespace sonde
