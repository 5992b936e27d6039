// Frames around ICMP messages against octets that were made by hand after RFC 791, 792, 4443 and
// 8200, and against tshark.

#include "probe_frame.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include <sonde/packet/neighbour.hpp>

namespace sonde::inline v0::detail {
namespace {

constexpr mac_address mine{{2, 0, 0, 0, 0, 1}};
constexpr mac_address router{{2, 0, 0, 0, 0, 2}};

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

std::vector<std::uint8_t> written(const frame_look& look, const outgoing& packet,
                                  const ip_address& source) {
    frame_writer writer(look, 0x1234);
    std::vector<std::uint8_t> made(writer.frame_len(packet.octets.size()), 0xa5);
    EXPECT_EQ(writer.write(made, packet, {.source = source, .next = router}), made.size());
    return made;
}

std::optional<received_datagram> read_probe_frame(bytes_view frame, ip_family family,
                                                  const std::vector<ip_address>& own) {
    received_datagram made;
    if (!detail::read_probe_frame(frame, family, own, made)) return std::nullopt;
    return made;
}

// 192.0.2.1 to 198.51.100.7; sums by hand: the header's words 4500 0020 1234 4000 4001 + addresses
// c000 0201 c633 6407 are 2c390 carried to c392, whose complement is 3c6d.
TEST(probe_frame, is_an_ipv4_header_with_its_checksum) {
    const auto message = octets_of("08 00 5a 5a 00 07 00 01 de ad be ef");
    const outgoing packet{.octets = message, .destination = {address("198.51.100.7"), 0}};
    EXPECT_EQ(written({.mac = mine}, packet, address("192.0.2.1")),
              octets_of("020000000002 020000000001 0800"
                        "45 00 0020 1234 4000 40 01 3c6d c0000201 c6336407"
                        "08 00 5a 5a 00 07 00 01 de ad be ef"));
}

TEST(probe_frame, has_the_hop_limit_class_and_fragment_bit_that_were_asked_for) {
    const auto message = octets_of("08 00 f7 f7 00 07 00 01");
    const outgoing packet{.octets = message,
                          .destination = {address("198.51.100.7"), 0},
                          .hop_limit = sonde::hop_limit{3},
                          .traffic_class = 0xb8};
    const auto made = written({.mac = mine, .dont_fragment = false}, packet, address("192.0.2.1"));
    EXPECT_EQ(made[15], 0xb8);
    EXPECT_EQ(be16_at(made, 20), 0);
    EXPECT_EQ(made[22], 3);
    const auto seen = read_probe_frame(made, ip_family::v4, {address("198.51.100.7")});
    ASSERT_TRUE(seen) << "its checksum holds";
    EXPECT_EQ(seen->hop_limit, sonde::hop_limit{3});
    EXPECT_EQ(seen->traffic_class, 0xb8);
    EXPECT_EQ(seen->source.address, address("192.0.2.1"));
    EXPECT_EQ(seen->header_len, 20U);
    EXPECT_TRUE(std::ranges::equal(seen->message(), message));
}

TEST(probe_frame, counts_the_identification_up) {
    const auto message = octets_of("08 00 f7 f7 00 07 00 01");
    const outgoing packet{.octets = message, .destination = {address("198.51.100.7"), 0}};
    frame_writer writer({.mac = mine}, 0xffff);
    std::vector<std::uint8_t> made(writer.frame_len(message.size()));
    for (const int expected : {0xffff, 0, 1}) {
        writer.write(made, packet, {.source = address("192.0.2.1")});
        EXPECT_EQ(be16_at(made, 18), expected);
    }
}

// RFC 4443 s2.3. By hand: the pseudo header of 2001:db8::1, 2001:db8::2, length 12, 58 sums with
// 8000 0000 0007 0001 dead beef to 7961 once its carries are added; the complement is 869e.
TEST(probe_frame, fills_the_icmpv6_checksum_whatever_stands_there) {
    for (const char* there : {"0000", "ffff", "1234"}) {
        const auto message = octets_of(std::string("80 00 ") + there + " 00 07 00 01 de ad be ef");
        const outgoing packet{.octets = message, .destination = {address("2001:db8::2"), 0}};
        EXPECT_EQ(written({.family = ip_family::v6, .mac = mine}, packet, address("2001:db8::1")),
                  octets_of("020000000002 020000000001 86dd"
                            "60000000 000c 3a 40"
                            "20010db8000000000000000000000001 20010db8000000000000000000000002"
                            "80 00 86 9e 00 07 00 01 de ad be ef"));
    }
}

TEST(probe_frame, is_read_only_when_the_kernel_would_give_it_to_a_socket) {
    const std::vector<ip_address> own{address("198.51.100.7")};
    const auto good = octets_of(
        "020000000002 020000000001 0800"
        "45 00 0020 1234 4000 40 01 3c6d c0000201 c6336407"
        "08 00 5a 5a 00 07 00 01 de ad be ef");
    ASSERT_TRUE(read_probe_frame(good, ip_family::v4, own));
    EXPECT_FALSE(read_probe_frame(good, ip_family::v6, own));
    EXPECT_FALSE(read_probe_frame(good, ip_family::v4, {}));
    auto padded = good;
    padded.resize(60);
    EXPECT_EQ(read_probe_frame(padded, ip_family::v4, own)->octets.size(), 32U) << "padding";
    const auto cut = read_probe_frame(bytes_view(good).first(40), ip_family::v4, own);
    ASSERT_TRUE(cut);
    EXPECT_TRUE(cut->truncated);
    EXPECT_EQ(cut->octets.size(), 26U);
    for (std::size_t at = 14; at < 34; ++at) {
        auto damaged = good;
        damaged[at] ^= 0x10;
        EXPECT_FALSE(read_probe_frame(damaged, ip_family::v4, own)) << at;
    }
    for (std::size_t len = 0; len < 34; ++len) {
        EXPECT_FALSE(read_probe_frame(bytes_view(good).first(len), ip_family::v4, own)) << len;
    }
}

TEST(probe_frame, over_ipv6_is_read_without_header_and_with_a_good_checksum_only) {
    const std::vector<ip_address> own{address("2001:db8::2")};
    const auto good = octets_of(
        "020000000002 020000000001 86dd 6ab00000 000c 3a 40"
        "20010db8000000000000000000000001 20010db8000000000000000000000002"
        "80 00 86 9e 00 07 00 01 de ad be ef");
    const auto seen = read_probe_frame(good, ip_family::v6, own);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->octets.size(), 12U);
    EXPECT_EQ(seen->header_len, 0U);
    EXPECT_EQ(seen->traffic_class, 0xab);
    EXPECT_EQ(seen->hop_limit, sonde::hop_limit{64});
    EXPECT_EQ(seen->source.address, address("2001:db8::1"));
    for (std::size_t at = 54; at < good.size(); ++at) {
        auto damaged = good;
        damaged[at] ^= 1;
        EXPECT_FALSE(read_probe_frame(damaged, ip_family::v6, own)) << at;
    }
    for (std::size_t len = 0; len < good.size(); ++len) {
        EXPECT_FALSE(read_probe_frame(bytes_view(good).first(len), ip_family::v6, own)) << len;
    }
}

// What tshark says of frames, one line each: fields between '|', nothing when there is no tshark.
std::string tshark_says(const std::vector<std::vector<std::uint8_t>>& frames,
                        const std::string& fields) {
    char name[] = "/tmp/sonde_frames_XXXXXX";
    const int file = ::mkstemp(name);
    if (file < 0) return {};
    FILE* out = ::fdopen(file, "w");
    for (const auto& frame : frames) {  // text2pcap's form
        std::fputs("000000", out);
        for (const auto octet : frame) std::fprintf(out, " %02x", octet);
        std::fputs("\n", out);
    }
    std::fclose(out);
    const std::string command = std::string("text2pcap -q ") + name + " " + name +
                                ".pcap 2>/dev/null && tshark -r " + name +
                                ".pcap -o ip.check_checksum:TRUE -T fields -E separator='|' " +
                                fields + " 2>/dev/null; rm -f " + name + " " + name + ".pcap";
    std::string said;
    FILE* in = ::popen(command.c_str(), "r");
    for (int letter = 0; in != nullptr && (letter = std::fgetc(in)) != EOF;) {
        said.push_back(static_cast<char>(letter));
    }
    if (in != nullptr) ::pclose(in);
    return said;
}

TEST(probe_frame, is_what_tshark_calls_good) {
    const auto echo = octets_of("08 00 5a 5a 00 07 00 01 de ad be ef");
    const auto echo_v6 = octets_of("80 00 00 00 00 07 00 01 de ad be ef 01");
    const auto v4 = written({.mac = mine, .hop_limit = 9},
                            {.octets = echo, .destination = {address("198.51.100.7"), 0}},
                            address("192.0.2.1"));
    const auto v6 = written({.family = ip_family::v6, .mac = mine},
                            {.octets = echo_v6, .destination = {address("2001:db8::2"), 0}},
                            address("2001:db8::1"));
    std::vector<std::uint8_t> lost(14 + unreachable_len_max);
    std::ranges::copy(bytes_view(v4).first(14), lost.begin());
    const auto unreachable = write_unreachable(bytes_mut(lost).subspan(14), v4);
    lost.resize(14 + unreachable.size());
    std::vector<std::uint8_t> question(neighbour_question_len_max);
    question.resize(
        write_neighbour_question(
            question,
            {.mac = mine, .from = address("2001:db8::1"), .whom = address("2001:db8::1:2")})
            .size());
    std::vector<std::uint8_t> arp(neighbour_question_len_max);
    arp.resize(write_neighbour_question(
                   arp, {.mac = mine, .from = address("192.0.2.1"), .whom = address("192.0.2.9")})
                   .size());
    const std::string said = tshark_says(
        {v4, v6, lost, question, arp},
        "-e ip.ttl -e ip.checksum.status -e icmp.checksum.status -e icmpv6.checksum.status "
        "-e icmp.type -e icmpv6.type -e ipv6.dst -e icmpv6.nd.ns.target_address "
        "-e arp.opcode -e arp.dst.proto_ipv4");
    if (said.empty()) GTEST_SKIP() << "NOT TESTED: no tshark here";
    EXPECT_EQ(said,
              "9|1|1||8|||||\n"
              "|||1||128|2001:db8::2|||\n"
              "64,9|1,1|1,2||3,8|||||\n"  // a quote's own checksum is not judged
              "|||1||135|ff02::1:ff01:2|2001:db8::1:2||\n"
              "||||||||1|192.0.2.9\n");
}

TEST(probe_frame, of_a_lost_packet_quotes_it_from_this_host_to_itself) {
    const auto echo = octets_of("80 00 00 00 00 07 00 01 de ad be ef");
    const auto sent = written({.family = ip_family::v6, .mac = mine},
                              {.octets = echo, .destination = {address("2001:db8::2"), 0}},
                              address("2001:db8::1"));
    std::vector<std::uint8_t> room(unreachable_len_max);
    const bytes_view made = write_unreachable(room, sent);
    EXPECT_EQ(made[0], 1);  // RFC 4443 s3.1: destination unreachable,
    EXPECT_EQ(made[1], 3);  // address unreachable
    EXPECT_TRUE(std::ranges::equal(made.subspan(8), bytes_view(sent).subspan(14)));
}

TEST(probe_frame, of_a_long_lost_packet_quotes_what_the_rfc_allows) {
    const std::vector<std::uint8_t> long_echo(1472, 8);
    std::vector<std::uint8_t> room(unreachable_len_max);
    const auto v4 = written({.mac = mine},
                            {.octets = long_echo, .destination = {address("198.51.100.7"), 0}},
                            address("192.0.2.1"));
    EXPECT_EQ(write_unreachable(room, v4).size(), 576U);
    const auto v6 = written({.family = ip_family::v6, .mac = mine},
                            {.octets = long_echo, .destination = {address("2001:db8::2"), 0}},
                            address("2001:db8::1"));
    EXPECT_EQ(write_unreachable(room, v6).size() + 40, 1280U);
}

}  // namespace
}  // namespace sonde::inline v0::detail
