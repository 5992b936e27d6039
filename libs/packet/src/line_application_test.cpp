// DNS, DHCP and SCTP in full lines; the expected ones are tcpdump 4.99.3's of the same frames, but
// for the blanks and line feeds that it puts between the parts of SCTP.

#include <string>

#include <gtest/gtest.h>

#include <sonde/packet/print_line.hpp>
#include <sonde/wire/link/ethernet.hpp>

#include "packet_samples.hpp"

namespace sonde {
namespace {

using namespace testing;

octets_t octets_of(std::string_view hex) {
    octets_t made;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        made.push_back(
            static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return made;
}

std::string line_of(ip_protocol protocol, bytes_view segment, bool full = true) {
    const octets_t datagram = v4_datagram(segment, 7, protocol);
    const octets_t frame = to_octets(ethernet{.type = ether_type::ipv4, .payload = datagram});
    std::string line;
    append_line(line, {.octets = frame}, {.full = full});
    const std::string outer = "IP 192.0.2.1";
    return line.substr(0, outer.size()) == outer ? line.substr(outer.size()) : line;
}

std::string udp_line(std::uint16_t from, std::uint16_t to, std::string_view hex, bool full = true) {
    const octets_t data = octets_of(hex);
    const octets_t segment =
        to_octets(udp{.source_port = from, .destination_port = to, .data = data});
    return line_of(ip_protocol::udp, segment, full);
}

std::string tcp_line(std::string_view hex, bool full = true) {
    const octets_t data = octets_of(hex);
    const octets_t segment = to_octets(tcp{.source_port = 40000,
                                           .destination_port = 53,
                                           .sequence_number = 1,
                                           .acknowledgment_number = 1,
                                           .flags = tcp_flags::psh | tcp_flags::ack,
                                           .window = 1000,
                                           .data = data});
    return line_of(ip_protocol::tcp, segment, full);
}

std::string sctp_line(std::string_view chunks, bool full = true) {
    return line_of(
        ip_protocol(132), octets_of("000700080000000500000000" + std::string(chunks)), full);
}

const std::string question = "076578616d706c65036e65740000010001";
const std::string query = "303901000001000000000000" + question;

TEST(line_dns, a_query_shows_its_questions) {
    EXPECT_EQ(udp_line(40000, 53, query), ".40000 > 192.0.2.2.53: 12345+ A? example.net. (29)");
    EXPECT_EQ(udp_line(40000, 53, query + "747261696c696e67"),
              ".40000 > 192.0.2.2.53: 12345+ A? example.net. (37)");
    EXPECT_EQ(udp_line(40000, 53, "000128000001000200030004" + question),
              ".40000 > 192.0.2.2.53: 1 update [2a] [3n] [4au] A? example.net. (29)");
    EXPECT_EQ(udp_line(40000, 53, "000108000000000100000000"),
              ".40000 > 192.0.2.2.53: 1 inv_q (12)");
    EXPECT_EQ(udp_line(40000, 53, "000101100001000000000000" + question),
              ".40000 > 192.0.2.2.53: 1+% A? example.net. (29)");
    EXPECT_EQ(udp_line(40000, 53, "000106cf0001000000000000" + question),
              ".40000 > 192.0.2.2.53: 1 [b2&3=0x6cf] A? example.net. (29)");
    EXPECT_EQ(udp_line(40000, 53, "3039010000010000000000000000020007"),
              ".40000 > 192.0.2.2.53: 12345+ NS (Class 7)? . (17)");
}

TEST(line_dns, a_response_shows_its_answers) {
    EXPECT_EQ(udp_line(53,
                       40000,
                       "303981800001000800000000" + question +
                           "c00c000f00010000003c0004000ac00c"
                           "c00c002100010000003c0008000100020003c00c"
                           "c00c000600010000003c0018c00cc00c" +
                           std::string(40, '0') +
                           "c00c001c00010000003c001000000000000000000000000000000001"
                           "c00c000200010000003c00040178c00c"
                           "c00c002904d000000000"
                           "0000"
                           "c00c03e700030000003c0003616263"
                           "c00c000c00010000003c000100"),
              ".53 > 192.0.2.2.40000: 12345 8/0/0 MX example.net. 10, SRV example.net.:3 1 2, SOA, "
              "AAAA ::1, NS x.example.net., OPT UDPsize=1232, CHAOS Type999, PTR . (185)");
    EXPECT_EQ(udp_line(53, 40000, "303981830001000000000000" + question),
              ".53 > 192.0.2.2.40000: 12345 NXDomain 0/0/0 (29)");
    EXPECT_EQ(udp_line(53, 40000, "303987850001000000000000" + question),
              ".53 > 192.0.2.2.40000: 12345 Refused*| 0/0/0 (29)");
    EXPECT_EQ(udp_line(53, 40000, "303981a00001000000000000" + question),
              ".53 > 192.0.2.2.40000: 12345$ 0/0/0 (29)");
    EXPECT_EQ(udp_line(53, 40000, "3039a98b0001000000000000" + question),
              ".53 > 192.0.2.2.40000: 12345 update Resp11 0/0/0 (29)");
}

TEST(line_dns, mdns_says_what_the_top_bit_of_the_class_asks_for) {
    EXPECT_EQ(udp_line(5353, 5353, query),
              ".5353 > 192.0.2.2.5353: 12345+ A (QM)? example.net. (29)");
    EXPECT_EQ(udp_line(5353, 5353, query.substr(0, query.size() - 4) + "8001"),
              ".5353 > 192.0.2.2.5353: 12345+ A (QU)? example.net. (29)");
    EXPECT_EQ(udp_line(5353,
                       5353,
                       "303981800001000200000000" + question +
                           "c00c000180010000003c0004c0000201"
                           "c00c001000010000003c00070361626302646"
                           "5"),
              ".5353 > 192.0.2.2.5353: 12345 2/0/0 (Cache flush) A 192.0.2.1, TXT \"abc\" \"de\" "
              "(64)");
}

TEST(line_dns, what_is_cut_or_broken_ends_in_a_mark) {
    EXPECT_EQ(udp_line(40000, 53, query.substr(0, 40)), ".40000 > 192.0.2.2.53: 12345+ [|domain]");
    EXPECT_EQ(udp_line(40000, 53, query.substr(0, 16)), ".40000 > 192.0.2.2.53:  [|domain]");
}

// Segments with another number of octets are "(invalid)" for tcpdump; streams part them anywhere.
TEST(line_dns, a_segment_shows_the_messages_that_it_holds_whole) {
    const std::string head = ".40000 > 192.0.2.2.53: Flags [P.], seq 1:";
    EXPECT_EQ(tcp_line("001d" + query),
              head + "32, ack 1, win 1000, length 31 12345+ A? example.net. (29)");
    EXPECT_EQ(tcp_line("001d" + query + "001d" + query),
              head +
                  "63, ack 1, win 1000, length 62 12345+ A? example.net. (29), "
                  "12345+ A? example.net. (29)");
    EXPECT_EQ(tcp_line("001d" + query.substr(0, 40)), head + "23, ack 1, win 1000, length 22");
}

TEST(line_dns, the_quiet_form_says_nothing_of_it) {
    EXPECT_EQ(udp_line(40000, 53, query, false), ".40000 > 192.0.2.2.53: UDP, length 29");
    EXPECT_EQ(tcp_line("001d" + query, false), ".40000 > 192.0.2.2.53: tcp 31");
    EXPECT_EQ(udp_line(40000, 53, "303901", false), ".40000 > 192.0.2.2.53: UDP, length 3");
}

TEST(line_dhcp, shows_who_asks) {
    const std::string request =
        "0101060000003039" + std::string(40, '0') + "02005e100001" + std::string(404, '0');
    EXPECT_EQ(udp_line(68, 67, request),
              ".68 > 192.0.2.2.67: BOOTP/DHCP, Request from 02:00:5e:10:00:01, length 236");
    EXPECT_EQ(udp_line(67, 68, "02" + request.substr(2)),
              ".67 > 192.0.2.2.68: BOOTP/DHCP, Reply, length 236");
    EXPECT_EQ(udp_line(67, 68, "03" + request.substr(2)),
              ".67 > 192.0.2.2.68: BOOTP/DHCP, unknown (0x03), length 236");
    EXPECT_EQ(udp_line(68, 67, request.substr(0, 4) + "10" + request.substr(6)),
              ".68 > 192.0.2.2.67: BOOTP/DHCP, Request, length 236");
    EXPECT_EQ(udp_line(68, 67, request.substr(0, 40)),
              ".68 > 192.0.2.2.67: BOOTP/DHCP, Request [|bootp]");
    EXPECT_EQ(udp_line(68, 67, request, false), ".68 > 192.0.2.2.67: UDP, length 236");
}

TEST(line_sctp, shows_every_chunk) {
    const std::string head = ".7 > 192.0.2.2.8: sctp";
    EXPECT_EQ(sctp_line("0007001500000001000200030000003368656c6c6f000000"),
              head + " (1) [DATA] (U)(B)(E) [TSN: 1] [SID: 2] [SSEQ 3] [PPID WebRTC String]");
    EXPECT_EQ(sctp_line("0300001800000064000000c8000100010002000300000063"),
              head +
                  " (1) [SACK] [cum ack 100] [a_rwnd 200] [#gap acks 1] [#dup tsns 1]"
                  " [gap ack block #1: start = 102, end = 103] [dup TSN #1: 99]");
    EXPECT_EQ(sctp_line("0400000c000100086162636405000004"), head + " (1) [HB REQ] , (2) [HB ACK]");
    EXPECT_EQ(sctp_line("0600000c000c000861626364"), head + " (1) [ABORT]");
    EXPECT_EQ(sctp_line("0c0000080000004d0d0000080000004d"),
              head + " (1) [ECN ECHO] , (2) [ECN CWR]");
    EXPECT_EQ(sctp_line("4d00000761626300"), head + " (1) [Unknown chunk type: 0x4d]");
    EXPECT_EQ(sctp_line("0100001c00000001000000020003000400000005"
                        "00050008c0000201"),
              head + " (1) [INIT] [init tag: 1] [rwnd: 2] [OS: 3] [MIS: 4] [init TSN: 5]");
    EXPECT_EQ(sctp_line("00030040616263"), head + " [|sctp]");
    EXPECT_EQ(sctp_line(""), head);
    EXPECT_EQ(sctp_line("0600000c000c000861626364", false), head + " (1) [ABORT]");
}

}  // namespace
}  // namespace sonde
