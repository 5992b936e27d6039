#include <functional>

#include <gtest/gtest.h>

#include <sonde/packet/answer.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/packet/reverse.hpp>
#include <sonde/testing/corpus.hpp>
#include <sonde/wire/link/arp.hpp>
#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmp_time_exceeded.hpp>
#include <sonde/wire/network/ipv6_routing.hpp>
#include <sonde/wire/transport/sctp.hpp>

#include "packet_samples.hpp"

namespace sonde {
namespace {

using namespace testing;

constexpr auto raw = link_type::raw;
constexpr ipv4_address here{0xc0000201};
constexpr ipv4_address there{0xc0000202};

octets_t v4_between(ipv4_address source, ipv4_address destination, ip_protocol protocol,
                    bytes_view payload) {
    return to_octets(ipv4{.identification = 77,
                          .protocol = protocol,
                          .source = source,
                          .destination = destination,
                          .payload = payload});
}
octets_t v6_between(const ipv6_address& source, const ipv6_address& destination,
                    bytes_view payload) {
    return to_octets(ipv6{.next_header = ip_protocol::icmpv6,
                          .source = source,
                          .destination = destination,
                          .payload = payload});
}
octets_t udp_between(ipv4_address source, std::uint16_t from, ipv4_address destination,
                     std::uint16_t to, bytes_view data) {
    return v4_between(source,
                      destination,
                      ip_protocol::udp,
                      to_octets(udp{.source_port = from, .destination_port = to, .data = data}));
}
/// An ICMP message of eight octets: type, code, checksum, and four octets.
octets_t message(std::uint8_t type, std::array<std::uint8_t, 4> rest, std::size_t len = 20) {
    octets_t made{type, 0, 0, 0, rest[0], rest[1], rest[2], rest[3]};
    made.resize(std::max<std::size_t>(len, 8));
    return made;
}
octets_t on_ethernet(ether_type type, bytes_view payload, std::uint8_t from, std::uint8_t to) {
    return to_octets(ethernet{.destination = {{2, 0, 0, 0, 0, to}},
                              .source = {{2, 0, 0, 0, 0, from}},
                              .type = type,
                              .payload = payload});
}

TEST(answer, of_icmp_has_the_type_that_answers_and_the_same_identifier_and_number) {
    for (const auto& [asked, said] : std::initializer_list<std::pair<std::uint8_t, std::uint8_t>>{
             {8, 0}, {13, 14}, {15, 16}, {17, 18}, {42, 43}}) {
        const auto request =
            v4_between(here, there, ip_protocol::icmp, message(asked, {1, 2, 3, 4}));
        const auto reply = v4_between(there, here, ip_protocol::icmp, message(said, {1, 2, 3, 4}));
        EXPECT_EQ(answers(request, reply, raw), reply_kind::answer) << int{asked};
        EXPECT_EQ(answers(reply, request, raw), reply_kind::no) << int{asked};
        const auto late = v4_between(there, here, ip_protocol::icmp, message(said, {1, 2, 9, 4}));
        EXPECT_EQ(answers(request, late, raw), reply_kind::no) << int{asked};
        const auto other =
            v4_between({0xc0000203}, here, ip_protocol::icmp, message(said, {1, 2, 3, 4}));
        EXPECT_EQ(answers(request, other, raw), reply_kind::no) << int{asked};
    }
}

TEST(answer, to_all_may_come_from_anybody) {
    const auto request =
        v4_between(here, {0xffffffff}, ip_protocol::icmp, message(8, {1, 2, 3, 4}));
    const auto reply = v4_between(there, here, ip_protocol::icmp, message(0, {1, 2, 3, 4}));
    EXPECT_EQ(answers(request, reply, raw), reply_kind::answer);
}

// RFC 4861 s7.2.4: an advertisement has the target that was solicited, and goes to all nodes when
// the solicitation had no source.
TEST(answer, of_neighbor_discovery_has_the_target) {
    ipv6_address all{{0xff, 0x02}};
    all.octets[15] = 1;
    octets_t asked = message(135, {}, 24);
    octets_t said = message(136, {0x60, 0, 0, 0}, 24);
    std::ranges::copy(v6_of(9).octets, asked.begin() + 8);
    std::ranges::copy(v6_of(9).octets, said.begin() + 8);
    ipv6_address solicited{{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 9}};
    const auto request = v6_between(v6_of(1), solicited, asked);
    EXPECT_EQ(answers(request, v6_between(v6_of(9), v6_of(1), said), raw), reply_kind::answer);
    EXPECT_EQ(answers(request, v6_between(v6_of(9), v6_of(3), said), raw), reply_kind::no);
    EXPECT_EQ(answers(v6_between({}, solicited, asked), v6_between(v6_of(9), all, said), raw),
              reply_kind::answer);
    said[23] = 8;
    EXPECT_EQ(answers(request, v6_between(v6_of(9), v6_of(1), said), raw), reply_kind::no);
    EXPECT_EQ(answers(v6_between(v6_of(1), all, message(133, {})),
                      v6_between(v6_of(7), v6_of(1), message(134, {})),
                      raw),
              reply_kind::answer);
}

TEST(answer, of_arp_comes_from_the_address_that_was_asked_for) {
    const arp_ipv4 asked{
        .sender_mac = {{2, 0, 0, 0, 0, 1}}, .sender_ipv4 = here, .target_ipv4 = there};
    arp_ipv4 said{.operation = arp_operation::reply,
                  .sender_mac = {{2, 0, 0, 0, 0, 2}},
                  .sender_ipv4 = there,
                  .target_mac = asked.sender_mac,
                  .target_ipv4 = here};
    const auto request = on_ethernet(ether_type::arp, to_octets(asked), 1, 255);
    EXPECT_EQ(
        answers(request, on_ethernet(ether_type::arp, to_octets(said), 2, 1), link_type::ethernet),
        reply_kind::answer);
    said.sender_ipv4 = {0xc0000209};
    EXPECT_EQ(
        answers(request, on_ethernet(ether_type::arp, to_octets(said), 2, 1), link_type::ethernet),
        reply_kind::no);
}

TEST(answer, of_tcp_acknowledges_all_that_the_request_says) {
    const auto syn = tcp_datagram({.sequence = 99, .flags = tcp_flags::syn});
    const auto from_server =
        [](std::uint32_t sequence, std::uint32_t acknowledged, tcp_flags flags) {
            return tcp_datagram({.sequence = sequence,
                                 .flags = flags,
                                 .acknowledgment = acknowledged,
                                 .from_server = true});
        };
    constexpr auto ack = tcp_flags::ack;
    constexpr auto rst = tcp_flags::rst;
    EXPECT_EQ(answers(syn, from_server(7, 100, tcp_flags::syn | ack), raw), reply_kind::answer);
    EXPECT_EQ(answers(syn, from_server(0, 100, rst | ack), raw), reply_kind::answer);
    EXPECT_EQ(answers(syn, from_server(0, 101, rst | ack), raw), reply_kind::no);
    EXPECT_EQ(answers(syn, from_server(7, 99, ack), raw), reply_kind::no);
    const auto data =
        tcp_datagram({.sequence = 0xfffffffe, .data = octets_t(4, 1), .acknowledgment = 55});
    EXPECT_EQ(answers(data, from_server(55, 1, ack), raw), reply_kind::no);
    EXPECT_EQ(answers(data, from_server(55, 2, ack), raw), reply_kind::answer);
    EXPECT_EQ(answers(data, from_server(55, 50, ack), raw), reply_kind::answer);
    EXPECT_EQ(answers(data, from_server(55, 0, rst), raw), reply_kind::answer);  // RFC 9293 s3.5.2
    EXPECT_EQ(answers(data, from_server(56, 0, rst), raw), reply_kind::no);
    EXPECT_EQ(answers(tcp_datagram({.sequence = 1}), from_server(1, 1, ack), raw), reply_kind::no);
}

TEST(answer, of_udp_has_the_ports_the_other_way_and_the_identifier_of_its_protocol) {
    const octets_t query{0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    octets_t response{0x12, 0x34, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0};
    const auto request = udp_between(here, 4000, there, 53, query);
    EXPECT_EQ(answers(request, udp_between(there, 53, here, 4000, response), raw),
              reply_kind::answer);
    EXPECT_EQ(answers(request, udp_between(there, 53, here, 4001, response), raw), reply_kind::no);
    EXPECT_EQ(answers(request, udp_between(there, 53, here, 4000, query), raw), reply_kind::no);
    response[1] = 0x35;
    EXPECT_EQ(answers(request, udp_between(there, 53, here, 4000, response), raw), reply_kind::no);
    EXPECT_EQ(answers(udp_between(here, 1, there, 2, {}), udp_between(there, 2, here, 1, {}), raw),
              reply_kind::answer);
}

TEST(answer, a_program_may_add_a_rule_of_its_own) {
    const std::array rules{
        udp_answer_rule{.port = 9999, .fits = [](bytes_view asked, bytes_view said) noexcept {
                            return !asked.empty() && !said.empty() && asked[0] + 1 == said[0];
                        }}};
    const auto request = udp_between(here, 1, there, 9999, octets_t{4});
    EXPECT_EQ(answers(request, udp_between(there, 9999, here, 1, octets_t{5}), raw, rules),
              reply_kind::answer);
    EXPECT_EQ(answers(request, udp_between(there, 9999, here, 1, octets_t{6}), raw, rules),
              reply_kind::no);
}

// RFC 2131 s4.1: an offer goes to port 68, to all or to an address that the client has not yet.
TEST(answer, of_dhcp_is_found_by_its_transaction_not_by_addresses) {
    octets_t discover(240, 0);
    discover[0] = 1;
    discover[4] = 0x77;
    discover[28] = 2;
    octets_t offer = discover;
    offer[0] = 2;
    const auto request = udp_between({0}, 68, {0xffffffff}, 67, discover);
    EXPECT_EQ(answers(request, udp_between(there, 67, here, 68, offer), raw), reply_kind::answer);
    offer[4] = 0x78;
    EXPECT_EQ(answers(request, udp_between(there, 67, here, 68, offer), raw), reply_kind::no);
}

TEST(answer, an_icmp_error_is_about_what_it_quotes) {
    const auto request = udp_between(here, 4000, there, 33434, octets_t(20, 1));
    const auto about = [](const octets_t& quoted) {
        const auto quote = bytes_view(quoted).first(28);
        return v4_between(
            {0xc0000263}, here, ip_protocol::icmp, to_octets(icmp_time_exceeded{.quoted = quote}));
    };
    octets_t as_it_arrived = request;
    ipv4::mutable_view::parse(bytes_mut(as_it_arrived))->patch_time_to_live(1);
    EXPECT_EQ(answers(request, about(as_it_arrived), raw), reply_kind::error_about);
    EXPECT_EQ(answers(request, about(udp_between(here, 4000, there, 33435, {})), raw),
              reply_kind::no);
    EXPECT_EQ(answers(request, about(udp_between(here, 4001, there, 33434, {})), raw),
              reply_kind::no);
}

TEST(direction, is_told_for_each_layer) {
    const auto there_way = udp_between(here, 1, there, 2, {});
    const auto back_way = udp_between(there, 2, here, 1, {});
    const auto a = on_ethernet(ether_type::ipv4, there_way, 1, 2);
    const auto b = on_ethernet(ether_type::ipv4, back_way, 7, 8);
    const auto seen = direction_of(a, b, link_type::ethernet);
    EXPECT_EQ(seen.link, direction::unrelated);
    EXPECT_EQ(seen.network, direction::reversed);
    EXPECT_EQ(seen.transport, direction::reversed);
    EXPECT_EQ(direction_of(a, a, link_type::ethernet).transport, direction::same);
    EXPECT_EQ(direction_of(there_way, udp_between(here, 2, there, 1, {}), raw).transport,
              direction::unrelated);
    const auto to_itself = udp_between(here, 5, here, 5, {});
    EXPECT_EQ(direction_of(to_itself, to_itself, raw).transport, direction::either);
    EXPECT_EQ(direction_of(a, {}, link_type::ethernet).network, direction::absent);
}

octets_t with_checksum(octets_t datagram, std::size_t transport_at, std::size_t field_at,
                       const ip_address& source, const ip_address& destination) {
    const auto sum = transport_checksum(
        source, destination, ip_protocol::tcp, bytes_view(datagram).subspan(transport_at));
    put_be16_at(datagram, transport_at + field_at, sum);
    return datagram;
}

TEST(reverse, swaps_all_ends_and_right_checksums_stay_right) {
    const auto datagram =
        with_checksum(tcp_datagram({.sequence = 5, .data = octets_t(3, 9)}), 20, 16, here, there);
    octets_t frame = on_ethernet(ether_type::ipv4, datagram, 1, 2);
    const octets_t before = frame;
    const auto done = reverse_addresses(frame, link_type::ethernet);
    EXPECT_TRUE(done.link && done.network && done.transport);
    const auto ip = *ipv4::view::parse(bytes_view(frame).subspan(14));
    EXPECT_EQ(ip.source(), there);
    EXPECT_EQ(tcp::view::parse(ip.payload())->source_port(), 80);
    EXPECT_EQ(ethernet::view::parse(frame)->source().octets[5], 2);
    EXPECT_TRUE(ip.header_checksum_holds());
    EXPECT_EQ(verify_transport_checksum(there, here, ip_protocol::tcp, ip.payload()),
              checksum_state::good);
    (void)reverse_addresses(frame, link_type::ethernet);
    EXPECT_EQ(frame, before);
}

// RFC 8200 s8.1: behind a routing header with segments left the pseudo header has the last address.
TEST(reverse, the_checksum_behind_a_routing_header_is_patched) {
    const octets_t segment = to_octets(tcp{.source_port = 1, .destination_port = 2});
    octets_t payload{6, 2, 0, 1, 0, 0, 0, 0};
    const ipv6_address last = v6_of(9);
    payload.insert(payload.end(), last.octets.begin(), last.octets.end());
    payload.insert(payload.end(), segment.begin(), segment.end());
    octets_t datagram =
        with_checksum(v6_datagram(payload, ip_protocol::ipv6_routing), 64, 16, v6_of(1), v6_of(9));
    (void)reverse_addresses(datagram, raw);
    EXPECT_EQ(ipv6::view::parse(datagram)->source(), v6_of(2));
    EXPECT_EQ(verify_transport_checksum(
                  v6_of(2), v6_of(9), ip_protocol::tcp, bytes_view(datagram).subspan(64)),
              checksum_state::good);
}

// Both ends are swapped, and the CRC-32C is as right as it was, also where octets are missing.
TEST(reverse, a_captured_sctp_packet_answers_with_a_right_checksum) {
    SONDE_REQUIRE_CORPUS();
    std::size_t right = 0;
    for (const auto& frame : testing::read_capture("sctp/sctp-keywords-prefilter.pcap")) {
        octets_t turned = frame.octets;
        const auto type = link_type(frame.link_type);
        const auto before = packet(frame.octets, type).get<sctp>();
        if (!before) continue;
        ASSERT_NE(before->source_port(), before->destination_port());
        const bool was_right = before->checksum_verdict() == checksum_state::good;
        ASSERT_TRUE(reverse_addresses(turned, type).transport);
        const auto after = packet(turned, type).get<sctp>();
        EXPECT_EQ(after->source_port(), before->destination_port());
        EXPECT_EQ(after->destination_port(), before->source_port());
        EXPECT_EQ(after->checksum_verdict() == checksum_state::good, was_right);
        right += was_right ? 1U : 0U;
        // Of a cut frame the checksum moves as if all of it were here.
        octets_t cut(frame.octets.begin(), frame.octets.end() - 4);
        (void)reverse_addresses(cut, type);
        EXPECT_TRUE(std::equal(cut.begin(), cut.end(), turned.begin()));
        (void)reverse_addresses(turned, type);
        EXPECT_EQ(turned, frame.octets);
    }
    EXPECT_GT(right, 10U);
}

TEST(reverse, a_wrong_checksum_of_sctp_stays_wrong_and_none_stays_none) {
    const auto turned_sum = [](std::uint32_t sum) {
        const octets_t packet =
            to_octets(sctp{.source_port = 1, .destination_port = 2, .checksum = sum});
        octets_t turned = to_octets(ipv4{.protocol = ip_protocol::sctp, .payload = packet});
        EXPECT_TRUE(reverse_addresses(turned, raw).transport);
        const auto seen = *sctp::view::parse(bytes_view(turned).subspan(20));
        EXPECT_EQ(seen.source_port(), 2);
        return seen.checksum() ^ sctp_checksum(seen.octets());
    };
    const octets_t once = to_octets(sctp{.source_port = 1, .destination_port = 2});
    const std::uint32_t right = sctp::view::parse(bytes_view(once))->checksum();
    EXPECT_EQ(turned_sum(right), 0U);
    EXPECT_EQ(turned_sum(right ^ 0x10), 0x10U) << "as wrong as it was";
    // RFC 9653: zero is what a sender writes who makes none.
    const octets_t swapped = to_octets(sctp{.source_port = 2, .destination_port = 1});
    EXPECT_EQ(turned_sum(0), sctp::view::parse(bytes_view(swapped))->checksum());
}

TEST(reverse, a_first_fragment_of_sctp_keeps_its_ports) {
    const octets_t packet = to_octets(sctp{.source_port = 1, .destination_port = 2});
    octets_t turned =
        to_octets(ipv4{.more_fragments = true, .protocol = ip_protocol::sctp, .payload = packet});
    const reversed_layers done = reverse_addresses(turned, raw);
    EXPECT_TRUE(done.network);
    EXPECT_FALSE(done.transport);
    EXPECT_TRUE(std::equal(packet.begin(), packet.end(), turned.begin() + 20));
}

TEST(reverse, arp_has_its_sender_and_target_swapped) {
    octets_t frame = on_ethernet(
        ether_type::arp,
        to_octets(arp_ipv4{
            .sender_mac = {{2, 0, 0, 0, 0, 1}}, .sender_ipv4 = here, .target_ipv4 = there}),
        1,
        2);
    EXPECT_TRUE(reverse_addresses(frame, link_type::ethernet).network);
    const auto seen = *arp::view::parse(bytes_view(frame).subspan(14));
    EXPECT_EQ(seen.sender_ipv4(), there);
    EXPECT_EQ(seen.target_mac()->octets[5], 1);
}

}  // namespace
}  // namespace sonde
