#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/built_packet.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/testing/corpus.hpp>
#include <sonde/wire/link/arp.hpp>
#include <sonde/wire/network/gre.hpp>
#include <sonde/wire/network/icmp_destination_unreachable.hpp>
#include <sonde/wire/transport/tcp_options.hpp>
#include <sonde/wire/transport/vxlan.hpp>

namespace sonde {
namespace {

using octets = std::vector<std::uint8_t>;

std::string hex(bytes_view in) { return hex_literal(in); }

constexpr ipv4_address here{0x0a000001};
constexpr ipv4_address there{0x0a000002};

// Recorded on a pair of virtual links under Linux: the kernel's answer to a datagram for a closed
// port, and to a SYN for one. Lengths, types and checksums are the kernel's. The datagram that is
// quoted left its sender with a checksum that the link should have completed: it is wrong.
constexpr std::array<std::uint8_t, 75> port_unreachable{
    0x3a, 0x0d, 0x31, 0xc9, 0xb8, 0xbb, 0x2e, 0xcb, 0x5d, 0xbf, 0x82, 0xa7, 0x08, 0x00, 0x45,
    0xc0, 0x00, 0x3d, 0xdf, 0xc8, 0x00, 0x00, 0x40, 0x01, 0x86, 0x35, 0x0a, 0x00, 0x00, 0x02,
    0x0a, 0x00, 0x00, 0x01, 0x03, 0x03, 0xc0, 0x38, 0x00, 0x00, 0x00, 0x00, 0x45, 0x00, 0x00,
    0x21, 0xd5, 0x90, 0x40, 0x00, 0x40, 0x11, 0x51, 0x39, 0x0a, 0x00, 0x00, 0x01, 0x0a, 0x00,
    0x00, 0x02, 0xd4, 0x31, 0x10, 0x92, 0x00, 0x0d, 0x14, 0x21, 0x68, 0x65, 0x6c, 0x6c, 0x6f};
constexpr std::array<std::uint8_t, 54> reset{
    0x3a, 0x0d, 0x31, 0xc9, 0xb8, 0xbb, 0x2e, 0xcb, 0x5d, 0xbf, 0x82, 0xa7, 0x08, 0x00,
    0x45, 0x00, 0x00, 0x28, 0x00, 0x00, 0x40, 0x00, 0x40, 0x06, 0x26, 0xce, 0x0a, 0x00,
    0x00, 0x02, 0x0a, 0x00, 0x00, 0x01, 0x10, 0x93, 0xe1, 0xc8, 0x00, 0x00, 0x00, 0x00,
    0xd3, 0x93, 0x84, 0x74, 0x50, 0x14, 0x00, 0x00, 0x51, 0x6a, 0x00, 0x00};

std::vector<std::string_view> names(const built_packet& p) {
    std::vector<std::string_view> found;
    for (const built_layer& one : p) found.push_back(one.name());
    return found;
}
std::vector<std::string_view> seen_names(bytes_view frame, link_type type = link_type::ethernet) {
    std::vector<std::string_view> found;
    for (const layer_view& one : layers(frame, type)) found.push_back(one.name());
    return found;
}
using name_list = std::vector<std::string_view>;

built_packet udp_packet() {
    built_packet p;
    p.add(ethernet{}).add(ipv4{.source = here, .destination = there}).add(udp{.source_port = 9});
    p.add("hello");
    return p;
}

TEST(built_packet, a_reset_made_of_messages_is_the_one_that_linux_sends) {
    built_packet p;
    p.add(ethernet{.destination = {{0x3a, 0x0d, 0x31, 0xc9, 0xb8, 0xbb}},
                   .source = {{0x2e, 0xcb, 0x5d, 0xbf, 0x82, 0xa7}}})
        .add(ipv4{.dont_fragment = true, .source = there, .destination = here})
        .add(tcp{.source_port = 4243,
                 .destination_port = 57800,
                 .acknowledgment_number = 0xd3938474,
                 .flags = tcp_flags::rst | tcp_flags::ack,
                 .window = 0});
    EXPECT_EQ(hex(p.to_bytes()), hex(reset));
    EXPECT_EQ(names(p), (name_list{"ethernet", "ipv4", "tcp"}));
}

TEST(built_packet, an_error_made_of_layers_is_the_one_that_linux_sends) {
    built_packet p;
    p.add(ethernet{.destination = {{0x3a, 0x0d, 0x31, 0xc9, 0xb8, 0xbb}},
                   .source = {{0x2e, 0xcb, 0x5d, 0xbf, 0x82, 0xa7}}})
        .add(ipv4{.dscp = 48, .identification = 0xdfc8, .source = there, .destination = here})
        .add(icmp_destination_unreachable{})
        .add(ipv4{
            .identification = 0xd590, .dont_fragment = true, .source = here, .destination = there})
        .add(udp{.source_port = 54321, .destination_port = 4242, .checksum = 0x1421})
        .add("hello");
    EXPECT_EQ(hex(p.to_bytes()), hex(port_unreachable));
    const built_packet seen = built_packet::decode(port_unreachable);
    EXPECT_EQ(names(seen), names(p));
    EXPECT_TRUE(seen[4].is_forced("checksum"));
    EXPECT_EQ(seen[1].forced_set() | seen[2].forced_set() | seen[3].forced_set(), 0U);
}

TEST(built_packet, a_message_brings_its_payload_as_octets) {
    const octets data{1, 2, 3};
    built_packet p;
    p.add(ipv4{}).add(udp{.data = data});
    ASSERT_EQ(names(p), (name_list{"ipv4", "udp", "payload"}));
    EXPECT_EQ(hex(p.to_bytes()).substr(2 + 28 * 3, 8), "01 02 03");
    EXPECT_EQ(be16_at(p.to_bytes(), 2), 31);
}

TEST(built_packet, a_forced_field_is_what_was_said) {
    built_packet p;
    p.add(ipv4{.total_length = 5, .header_checksum = 0xdead}).add(udp{.checksum = 0xbeef});
    const octets made = p.to_bytes();
    EXPECT_EQ(be16_at(made, 2), 5);
    EXPECT_EQ(be16_at(made, 10), 0xdead);
    EXPECT_EQ(be16_at(made, 26), 0xbeef);
    p.make_all_automatic();
    EXPECT_EQ(be16_at(p.to_bytes(), 2), 28);
    EXPECT_EQ(internet_checksum(bytes_view(p.to_bytes()).first(20)), 0);
}

TEST(built_packet, what_was_right_stays_right_and_what_was_wrong_stays_wrong) {
    octets frame = udp_packet().to_bytes();
    built_packet right = built_packet::decode(frame);
    EXPECT_EQ(right[1].forced_set() & 7U, 0U);
    right.get<ipv4>()->set_time_to_live(3);
    EXPECT_EQ(internet_checksum(bytes_view(right.to_bytes()).subspan(14, 20)), 0);

    frame[14 + 10] ^= 0xff;
    built_packet wrong = built_packet::decode(frame);
    EXPECT_TRUE(wrong[1].is_forced("header_checksum"));
    EXPECT_FALSE(wrong[1].is_forced("total_length"));
    wrong.get<ipv4>()->set_time_to_live(3);
    wrong.add("more");
    EXPECT_EQ(be16_at(wrong.to_bytes(), 24), be16_at(frame, 24));
    EXPECT_EQ(be16_at(wrong.to_bytes(), 16), 37) << "the length was right: it follows";
}

TEST(built_packet, a_change_outside_changes_the_sum_inside) {
    // The pseudo header has the addresses (RFC 768).
    built_packet p = built_packet::decode(udp_packet().to_bytes());
    const std::uint16_t before = be16_at(p.to_bytes(), 40);
    p.get<ipv4>()->set_source(ipv4_address{0x0a000009});
    EXPECT_NE(be16_at(p.to_bytes(), 40), before);
    p.get<ipv4>()->set_source(here);
    EXPECT_EQ(be16_at(p.to_bytes(), 40), before);
}

TEST(built_packet, layers_are_inserted_removed_and_replaced_and_types_follow) {
    built_packet p = udp_packet();
    ASSERT_TRUE(p.insert(1, vlan{.vid = 7}));
    EXPECT_EQ(seen_names(p.to_bytes()), (name_list{"ethernet", "vlan", "ipv4", "udp", "payload"}));
    ASSERT_TRUE(p.remove(*p.find<vlan>()));
    EXPECT_EQ(seen_names(p.to_bytes()), (name_list{"ethernet", "ipv4", "udp", "payload"}));
    ASSERT_TRUE(p.replace(*p.find<ipv4>(), ipv6{}));
    EXPECT_EQ(seen_names(p.to_bytes()), (name_list{"ethernet", "ipv6", "udp", "payload"}));
    ASSERT_TRUE(p.replace(2, tcp{.flags = tcp_flags::syn}));
    EXPECT_EQ(seen_names(p.to_bytes()), (name_list{"ethernet", "ipv6", "tcp", "payload"}));
}

TEST(built_packet, what_is_not_there_is_said_with_numbers) {
    built_packet p = udp_packet();
    EXPECT_EQ(p.remove(4).error().sentence,
              "the packet has 4 layers: there is no layer 4, counted from 0");
    EXPECT_EQ(p.remove(3, 2).error().sentence,
              "the packet has 4 layers: there is no layer 4, counted from 0");
    EXPECT_FALSE(p.insert(5, udp{}));
    EXPECT_TRUE(p.insert(4, udp{}));
    EXPECT_EQ(p.set<tcp>("window", 1).error().sentence, "the packet has no layer tcp");
    EXPECT_EQ(p[1].set("ttl", 3).error().sentence,
              "no field 'ttl' in ipv4: did you mean time_to_live?");
    EXPECT_EQ(p[1].set("time_to_live", 300).error().sentence,
              "ipv4 time_to_live has 8 bits: at most 255, not 300");
    EXPECT_EQ(p[1].make_automatic("source").error().sentence,
              "ipv4 source is not a field that sonde computes");
}

TEST(built_packet, it_is_split_and_joined) {
    built_packet p = udp_packet();
    const octets whole = p.to_bytes();
    built_packet inside = p.split(1);
    EXPECT_EQ(p.size(), 1U);
    EXPECT_EQ(names(inside), (name_list{"ipv4", "udp", "payload"}));
    EXPECT_EQ(hex((p + inside).to_bytes()), hex(whole));
    p += inside;
    EXPECT_EQ(hex(p.to_bytes()), hex(whole));
    p += octets{1, 2};
    EXPECT_EQ(p.to_bytes().size(), whole.size() + 2);
    p += p;
    EXPECT_EQ(p.size(), 10U) << "also with itself";
    EXPECT_TRUE(p.split(99).empty());
}

TEST(built_packet, it_is_a_value) {
    built_packet a = udp_packet();
    built_packet b = a;
    EXPECT_EQ(a, b);
    b.get<ipv4>()->set_time_to_live(1);
    EXPECT_NE(a, b);
    EXPECT_EQ(a.get<ipv4>()->time_to_live(), 64);
    const built_packet moved = std::move(b);
    EXPECT_EQ(moved.get<ipv4>()->time_to_live(), 1);
}

TEST(built_packet, layers_are_found_counted_and_iterated) {
    built_packet p;
    p.add(ethernet{}).add(vlan{.vid = 1}).add(vlan{.vid = 2}).add(ipv4{}).add(gre{}).add(ipv4{});
    EXPECT_EQ(p.count<vlan>(), 2U);
    EXPECT_EQ(p.find<vlan>(1), 2U);
    EXPECT_EQ(p.find<vlan>(2), std::nullopt);
    EXPECT_EQ(p.find("ipv4", 1), 5U);
    EXPECT_TRUE(p.has<gre>());
    EXPECT_FALSE(p.has<udp>());
    EXPECT_EQ(p.get<vlan>(1)->vid(), 2);
    EXPECT_EQ(p.find_if([](const built_layer& one) { return one.get_number("vid") == 2U; }), 2U);
    EXPECT_EQ(p.find_if([](const built_layer& one) { return one.id() == layer::ipv4; }, 4), 5U);
}

TEST(built_packet, header_and_body_have_octets_and_lengths) {
    const built_packet p = udp_packet();
    const octets all = p.to_bytes();
    EXPECT_EQ(p.header_len(1), 20U);
    EXPECT_EQ(p.body_len(1), 13U);
    EXPECT_EQ(hex(p.body(1)), hex(bytes_view(all).subspan(34)));
    EXPECT_EQ(p.wire_len(), all.size());
    built_packet completed = p;
    completed.complete();
    EXPECT_EQ(hex(completed.to_bytes_as_they_stand()), hex(all));
}

TEST(built_packet, fields_are_read_and_written_by_name_in_every_form) {
    built_packet p = udp_packet();
    built_layer& ip = p[1];
    ASSERT_TRUE(ip.set("source", "192.0.2.7"));
    EXPECT_EQ(ip.get_text("source").value(), "192.0.2.7");
    ASSERT_TRUE(ip.set("source", ipv4_address{0xc0000208}));
    EXPECT_EQ(ip.get_number("source").value(), 0xc0000208U);
    ASSERT_TRUE(ip.set("dscp", "46"));
    EXPECT_EQ(ip.get_number("dscp").value(), 46U);
    ASSERT_TRUE(ip.set("protocol", "tcp"));
    EXPECT_TRUE(ip.is_forced("protocol"));
    EXPECT_EQ(p.to_bytes()[14 + 9], 6);
    ASSERT_TRUE(ip.make_automatic("protocol"));
    EXPECT_EQ(p.to_bytes()[14 + 9], 17);
    ASSERT_TRUE(p[0].set("source", mac_address{{2, 0, 0, 0, 0, 9}}));
    EXPECT_EQ(p[0].get_text("source").value(), "02:00:00:00:00:09");
    EXPECT_EQ(p[0].get_octets("source").value(), (octets{2, 0, 0, 0, 0, 9}));
}

TEST(built_packet, padding_and_a_quoted_datagram_stay_where_they_are) {
    octets frame = udp_packet().to_bytes();
    frame.resize(60, 0xaa);
    built_packet p = built_packet::decode(frame);
    EXPECT_EQ(hex(p.to_bytes()), hex(frame));
    ASSERT_TRUE(p.find<udp>());
    EXPECT_EQ(be16_at(p.to_bytes(), 16), 33) << "padding does not count";
    p.add("!");
    EXPECT_EQ(p.to_bytes().size(), 61U);
    EXPECT_EQ(p.to_bytes().back(), 0xaa);
}

TEST(built_packet, a_cut_header_keeps_its_octets_and_says_what_is_missing) {
    const octets frame = udp_packet().to_bytes();
    built_packet p = built_packet::decode(bytes_view(frame).first(14 + 11));
    EXPECT_FALSE(p.get<ipv4>());
    EXPECT_EQ(p[1].get_number("time_to_live").value(), 64U);
    EXPECT_EQ(p[1].get_number("source").error().sentence,
              "ipv4 source needs 16 octets of header, there are 11");
    EXPECT_EQ(hex(p.to_bytes()), hex(bytes_view(frame).first(25)));
}

TEST(built_packet, an_odd_number_of_octets_is_no_trouble) {
    // 24 bits (VXLAN's identifier), 20 (a flow label), 13 (a fragment offset), 3 (a priority).
    built_packet p;
    p.add(vlan{}).add(ipv6{}).add(vxlan{});
    ASSERT_TRUE(p[2].set("vni", 0xabcdef));
    EXPECT_EQ(p[2].get_number("vni").value(), 0xabcdefU);
    EXPECT_FALSE(p[2].set("vni", 0x1000000));
    ASSERT_TRUE(p[1].set("flow_label", 0xfffff));
    EXPECT_EQ(p[1].get_number("traffic_class").value(), 0U);
    ASSERT_TRUE(p[0].set("pcp", 5));
    EXPECT_EQ(p[0].header()[0], 0xa0);
}

TEST(built_packet, an_arp_request_has_its_addresses_behind_the_header) {
    built_packet p;
    p.add(ethernet{}).add(arp_ipv4{.sender_ipv4 = here, .target_ipv4 = there});
    EXPECT_EQ(p[1].get_text("sender_protocol_address").value(), "10.0.0.1");
    ASSERT_TRUE(p[1].set("sender_hardware_address", "02:00:00:00:00:01"));
    EXPECT_EQ(p.to_bytes().size(), 14U + 28);
    // Hardware addresses of 20 octets (RFC 4391 s9.1.1: InfiniBand): both grow.
    ASSERT_TRUE(p[1].set("target_hardware_address", bytes_view(octets(20, 0xbb))));
    EXPECT_EQ(p.to_bytes().size(), 14U + 8 + 20 + 4 + 20 + 4);
    EXPECT_EQ(p[1].get_number("hardware_length").value(), 20U);
    EXPECT_EQ(p[1].get_text("target_protocol_address").value(), "10.0.0.2");
}

// RFC 2890 s2: checksum, key and sequence number, each announced by a flag, in this order.
TEST(built_packet, a_word_of_gre_is_switched_on_and_off) {
    built_packet p;
    p.add(ipv4{})
        .add(gre{.with_checksum = true, .key = 0x01020304, .sequence_number = 9})
        .add("ab");
    const auto gre_octets = [&] {
        const octets all = p.to_bytes();
        EXPECT_EQ(be16_at(all, 2), all.size()) << "total length of IPv4";
        return octets(all.begin() + 20, all.end());
    };
    ASSERT_EQ(gre_octets().size(), 4 + 12 + 2U);
    ASSERT_TRUE(p.set<gre>("key_present", 0));
    octets made = gre_octets();
    EXPECT_EQ(made.size(), 4 + 8 + 2U);
    EXPECT_EQ(be32_at(made, 8), 9U) << "the sequence number follows the checksum";
    EXPECT_EQ(internet_checksum(made), 0) << "over header and payload, its field included";
    EXPECT_EQ(p[1].get_octets("key")->size(), 0U);
    ASSERT_TRUE(p.set<gre>("checksum_present", 0));
    made = gre_octets();
    EXPECT_EQ(hex_literal(made), "x'10 00 ff ff 00 00 00 09 61 62'");
    ASSERT_TRUE(p.set<gre>("sequence_number_present", 0));
    EXPECT_EQ(hex_literal(gre_octets()), "x'00 00 ff ff 61 62'");
    // On again: a word of zeros; and by what it holds.
    ASSERT_TRUE(p.set<gre>("key_present", 1));
    EXPECT_EQ(hex_literal(gre_octets()), "x'20 00 ff ff 00 00 00 00 61 62'");
    ASSERT_TRUE(p.set<gre>("sequence_number", 5));
    ASSERT_TRUE(p.set<gre>("key_present", 1)) << "nothing new";
    EXPECT_EQ(hex_literal(gre_octets()), "x'30 00 ff ff 00 00 00 00 00 00 00 05 61 62'");
}

TEST(built_packet, switching_off_all_that_a_captured_gre_announces_loses_nothing_else) {
    SONDE_REQUIRE_CORPUS();
    std::size_t changed = 0;
    for (const char* name : {"gre-mpls-vxlan/GrePackets.pcapng", "cdp-dtp-hsrp/various_gre.pcap"}) {
        for (const auto& frame : testing::read_capture(name)) {
            built_packet p = built_packet::decode(frame.octets, link_type(frame.link_type));
            const auto at = p.find<gre>();
            if (!at) continue;
            const octets inside = p.body(*at);
            const auto kept = *p[*at].get_octets("protocol_type");
            for (const char* flag : {"checksum_present",
                                     "routing_present",
                                     "key_present",
                                     "sequence_number_present",
                                     "acknowledgment_number_present"}) {
                changed += *p[*at].get_number(flag);
                ASSERT_TRUE(p[*at].set(flag, 0));
            }
            EXPECT_EQ(p[*at].header().size(), 4U) << name;
            EXPECT_EQ(*p[*at].get_octets("protocol_type"), kept);
            EXPECT_EQ(p.body(*at), inside);
            const auto again = built_packet::decode(p.to_bytes(), p.type());
            ASSERT_TRUE(again.find<gre>());
            EXPECT_EQ(again[*at].header().size(), 4U);
            EXPECT_EQ(again.body(*at), inside);
        }
    }
    EXPECT_GT(changed, 5U);
}

TEST(built_packet, a_word_of_gre_that_was_cut_off_goes_too) {
    built_packet p = built_packet::decode(octets{0x30, 0, 0x08, 0, 1, 2, 3, 4, 5, 6},
                                          selector{selector_kind::ip_protocol, 47});
    built_layer& one = p[0];
    ASSERT_TRUE(one.set("sequence_number_present", 0));
    EXPECT_EQ(hex_literal(std::as_const(one).header()), "x'20 00 08 00 01 02 03 04'");
}

}  // namespace
}  // namespace sonde
