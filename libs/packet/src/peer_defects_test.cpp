// What other libraries were found to get wrong, as rules that hold here. docs/peer_defects.md says
// whose defect each one is, and names the tests elsewhere that hold the others.
#include <gtest/gtest.h>

#include <sonde/packet/packet.hpp>
#include <sonde/packet/stack.hpp>
#include <sonde/wire/application/dns.hpp>
#include <sonde/wire/link/vlan.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmp_time_exceeded.hpp>
#include <sonde/wire/network/icmpv6_packet_too_big.hpp>
#include <sonde/wire/network/icmpv6_parameter_problem.hpp>
#include <sonde/wire/transport/vxlan.hpp>

#include "packet_samples.hpp"
#include "print_testing.hpp"

namespace sonde {
namespace {

using namespace testing;

constexpr std::array<std::uint8_t, 12> link_addresses{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
// RFC 791 s3.1: 20 octets of header around a protocol; total length and protocol are filled in.
octets_t ethernet_around(octets_t behind_type, std::array<std::uint8_t, 2> type) {
    octets_t frame(link_addresses.begin(), link_addresses.end());
    frame.insert(frame.end(), type.begin(), type.end());
    frame.insert(frame.end(), behind_type.begin(), behind_type.end());
    return frame;
}
octets_t ipv4_octets(std::uint8_t protocol, const octets_t& payload) {
    octets_t made{0x45, 0, 0, std::uint8_t(20 + payload.size()), 0, 7, 0, 0, 64, protocol};
    made.insert(made.end(), {0, 0, 192, 0, 2, 1, 192, 0, 2, 2});
    made.insert(made.end(), payload.begin(), payload.end());
    return made;
}
octets_t ipv6_octets(std::uint8_t next_header, const octets_t& payload) {
    octets_t made{0x60, 0, 0, 0, 0, std::uint8_t(payload.size()), next_header, 64};
    for (const std::uint8_t last : std::array<std::uint8_t, 2>{1, 2}) {
        made.insert(made.end(), {0x20, 0x01, 0x0d, 0xb8});
        made.resize(made.size() + 11);
        made.push_back(last);
    }
    made.insert(made.end(), payload.begin(), payload.end());
    return made;
}
std::vector<std::string_view> names_of(bytes_view frame, link_type type) {
    std::vector<std::string_view> found;
    for (const layer_view& one : layers(frame, type)) found.push_back(one.name());
    return found;
}
using names = std::vector<std::string_view>;

// pypacker

TEST(icmpv6_errors, have_four_octets_between_checksum_and_quoted_packet) {  // RFC 4443 s3.2, s3.4
    octets_t too_big{2, 0, 0x12, 0x34, 0, 0, 0x05, 0x00};
    const octets_t quoted = ipv6_octets(59, {});
    too_big.insert(too_big.end(), quoted.begin(), quoted.end());
    const auto seen = icmpv6_packet_too_big::view::parse(too_big).value();
    EXPECT_EQ(seen.mtu(), 1280U);
    EXPECT_TRUE(std::ranges::equal(seen.quoted(), quoted));
    EXPECT_EQ(to_octets(icmpv6_packet_too_big::read(seen).value()), too_big);

    octets_t problem = too_big;
    problem[0] = 4;
    put_be32_at(problem, 4, 6);  // the pointer: the next header field
    const auto about = icmpv6_parameter_problem::view::parse(problem).value();
    EXPECT_EQ(about.pointer(), 6U);
    EXPECT_TRUE(std::ranges::equal(about.quoted(), quoted));
    EXPECT_EQ(to_octets(icmpv6_parameter_problem::read(about).value()), problem);
}

TEST(icmpv6_types, of_group_and_neighbor_messages_each_find_their_protocol) {
    const std::vector<std::pair<std::uint8_t, std::string_view>> expected{
        {130, "mld_query"},               // RFC 2710 s3
        {131, "mld_report"},              // RFC 2710 s3
        {132, "mld_done"},                // RFC 2710 s3
        {133, "router_solicitation"},     // RFC 4861 s4.1
        {134, "router_advertisement"},    // RFC 4861 s4.2
        {135, "neighbor_solicitation"},   // RFC 4861 s4.3
        {136, "neighbor_advertisement"},  // RFC 4861 s4.4
        {137, "nd_redirect"},             // RFC 4861 s4.5
        {143, "mldv2_report"},            // RFC 3810 s5.2
    };
    for (const auto& [type, name] : expected) {
        octets_t message(type == 137 ? 40 : 24);
        message[0] = type;
        EXPECT_EQ(names_of(ipv6_octets(58, message), link_type::raw)[1], name) << int{type};
    }
}

TEST(vlan_tags, two_of_0x8100_and_one_of_0x88a8_are_each_a_layer) {
    const octets_t echo = ipv4_octets(1, {8, 0, 0, 0, 0, 7, 0, 1});
    octets_t twice{0x20, 0x0a, 0x81, 0x00, 0x00, 0x14, 0x08, 0x00};
    twice.insert(twice.end(), echo.begin(), echo.end());
    twice = ethernet_around(twice, {0x81, 0x00});
    EXPECT_EQ(names_of(twice, link_type::ethernet),
              (names{"ethernet", "vlan", "vlan", "ipv4", "icmp_echo"}));
    EXPECT_EQ(packet(twice).get<vlan>()->vid(), 10U);

    octets_t once{0x00, 0x1e, 0x08, 0x00};
    once.insert(once.end(), echo.begin(), echo.end());
    once = ethernet_around(once, {0x88, 0xa8});
    EXPECT_EQ(names_of(once, link_type::ethernet),
              (names{"ethernet", "vlan", "ipv4", "icmp_echo"}));
    EXPECT_EQ(packet(once).get<vlan>()->vid(), 30U);
}

TEST(fields, of_three_octets_are_written_whole) {
    octets_t header(vxlan::header_len);
    const auto seen = vxlan::mutable_view::parse(header).value();
    seen.set_vni(0x123456);
    EXPECT_EQ(header, (octets_t{0, 0, 0, 0, 0x12, 0x34, 0x56, 0}));  // RFC 7348 s5
    octets_t by_table(vxlan::header_len);
    for (const field& one : vxlan::fields) {
        if (one.name == "vni") write_field(by_table, one, 0x123456);
    }
    EXPECT_EQ(by_table, header);
}

TEST(quoted_datagrams, are_layers_like_any_other) {
    const octets_t sent = ipv4_octets(17, {0x30, 0x39, 0x82, 0x9a, 0, 8, 0, 0});  // 12345 > 33434
    octets_t expired{11, 0, 0, 0, 0, 0, 0, 0};
    expired.insert(expired.end(), sent.begin(), sent.end());
    const octets_t frame = ipv4_octets(1, expired);
    EXPECT_EQ(names_of(frame, link_type::raw),
              (names{"ipv4", "icmp_time_exceeded", "ipv4", "udp"}));
    std::optional<std::uint64_t> port;
    for (const layer_view& one : layers(frame, link_type::raw)) {
        if (one.quoted() && one.id() == layer::udp) port = one.find("destination_port");
    }
    EXPECT_EQ(port, 33434U);
}

// PcapPlusPlus

TEST(printing, of_a_frame_that_ends_anywhere_reads_no_octet_behind_its_end) {
    const octets_t echo = ipv4_octets(1, {8, 0, 0, 0, 0, 7, 0, 1, 'h', 'i'});
    octets_t tagged{0x00, 0x0a, 0x08, 0x00};
    tagged.insert(tagged.end(), echo.begin(), echo.end());
    octets_t labelled{0x00, 0x01, 0x01, 0x40};  // RFC 3032 s2.1: label 16, bottom, 64 hops
    labelled.insert(labelled.end(), echo.begin(), echo.end());
    const octets_t request{0,   1, 8, 0, 6, 4, 0, 1, 2, 0, 0,   0, 0, 1,  // RFC 826
                           192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2};
    for (const octets_t& whole : {ethernet_around(tagged, {0x81, 0x00}),
                                  ethernet_around(labelled, {0x88, 0x47}),
                                  ethernet_around(request, {0x08, 0x06})}) {
        for (std::size_t len = 0; len <= whole.size(); ++len) {
            // Octets of their own, so that a tool which watches the heap sees the first one behind.
            const octets_t cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(len));
            EXPECT_EQ(unprintable(print_all({.octets = cut})), "") << len;
        }
    }
}

TEST(padding, of_a_short_frame_is_no_payload) {
    const octets_t ack{0x9c, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 0, 0, 0, 0, 0, 0};
    octets_t frame = ethernet_around(ipv4_octets(6, ack), {0x08, 0x00});
    ASSERT_EQ(frame.size(), 54U);
    frame.resize(60);  // IEEE 802.3 s3.2.8, without the check sequence
    EXPECT_TRUE(packet(frame).get<tcp>()->data().empty());
    std::size_t behind = 0;
    for (const layer_view& one : layers(frame)) {
        EXPECT_NE(one.id(), layer::payload);
        behind += one.trailer().size();
    }
    EXPECT_EQ(behind, 6U);
}

// libtins

TEST(a_bad_inner_header, leaves_the_layers_outside_of_it) {
    octets_t segment(20);
    segment[12] = 0x20;  // a data offset of two words, where RFC 9293 s3.1 asks for five
    const octets_t frame = ethernet_around(ipv4_octets(6, segment), {0x08, 0x00});
    const packet seen(frame);
    EXPECT_EQ(seen.get<ipv4>()->time_to_live(), 64U);
    EXPECT_EQ(names_of(frame, link_type::ethernet)[1], "ipv4");
    ASSERT_TRUE(seen.stopped());
    EXPECT_EQ(seen.stopped()->at, layer::tcp);
    EXPECT_EQ(seen.stopped()->reason, parse_reason::bad_length);
}

TEST(ipv4_options, may_end_with_more_than_one_end_of_list) {  // RFC 791 s3.1
    octets_t datagram = ipv4_octets(1, {8, 0, 0, 0, 0, 7, 0, 1});
    datagram[0] = 0x46;
    datagram[3] += 4;
    const std::array<std::uint8_t, 4> options{1, 1, 0, 0};
    datagram.insert(datagram.begin() + 20, options.begin(), options.end());
    const auto seen = packet(datagram, link_type::raw);
    EXPECT_FALSE(seen.stopped());
    EXPECT_FALSE(seen.get<ipv4>()->option_list().problem());
    EXPECT_EQ(seen.get<icmp_echo>()->identifier(), 7U);
}

TEST(dns_names, under_any_mutation_read_no_octet_behind_the_message) {
    // RFC 1035 s4.1.4's example: F.ISI.ARPA, FOO.F.ISI.ARPA by a pointer, ARPA by a pointer.
    const octets_t whole{0,    7,   0x84, 0,   0,   1,   0,   2, 0, 0,  0, 0, 1,    'F', 3,   'I',
                         'S',  'I', 4,    'A', 'R', 'P', 'A', 0, 0, 1,  0, 1, 3,    'F', 'O', 'O',
                         0xc0, 12,  0,    1,   0,   1,   0,   0, 0, 60, 0, 4, 192,  0,   2,   1,
                         0xc0, 18,  0,    2,   0,   1,   0,   0, 0, 60, 0, 2, 0xc0, 12};
    const auto print_message = [](const octets_t& message) {
        std::array<char, dns_name::text_len_max> room;
        const auto seen = dns::view::parse(message);
        if (!seen) return;
        for (const dns_record& one : seen->records())
            EXPECT_TRUE(is_printable(one.name().text(room), false));
    };
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (unsigned value = 0; value < 256; ++value) {
            octets_t changed = whole;
            changed[at] = static_cast<std::uint8_t>(value);
            print_message(changed);
            changed.resize(at + 1);
            changed.shrink_to_fit();
            print_message(changed);
        }
    }
}

TEST(wrong_checksums, are_made_in_every_layer_when_they_are_asked_for) {
    const auto wrong =
        ipv4{.header_checksum = 0x1111, .source = {0xc0000201}, .destination = {0xc0000202}} /
        udp{.source_port = 1, .destination_port = 2, .checksum = 0x2222} / payload("text");
    const auto octets = wrong.to_bytes();
    const packet seen(octets, link_type::raw);
    EXPECT_EQ(seen.get<ipv4>()->header_checksum(), 0x1111U);
    EXPECT_EQ(seen.get<udp>()->checksum(), 0x2222U);
    const auto echo = (icmp_echo{.checksum = 0x3333} / payload("text")).to_bytes();
    EXPECT_EQ(icmp_echo::view::parse(echo)->checksum(), 0x3333U);
    const auto segment = (ipv6{} / tcp{.checksum = 0x4444}).to_bytes();
    EXPECT_EQ(packet(segment, link_type::raw).get<tcp>()->checksum(), 0x4444U);
}

}  // namespace
}  // namespace sonde
