// Values of the link layer and the tunnels: from the standards' drawings, typed by hand, and from
// packets that a Linux 6.18 kernel sent between two network namespaces of ours.

#include <array>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fields_agree.hpp"
#include "link_each.hpp"
#include "octets_of.hpp"
#include "wire_contract.hpp"

namespace sonde {
namespace {

using testing::octets_of;

using link_family =
    ::testing::Types<ethernet, vlan, arp, llc, snap, linux_sll, linux_sll2, bsd_null, cisco_hdlc,
                     ppp, pppoe, mpls, pseudowire_control_word, gre, vxlan, geneve, igmp,
                     igmpv3_query, igmpv3_report, udp_lite>;
INSTANTIATE_TYPED_TEST_SUITE_P(link, wire_contract, link_family);

template <class T>
std::vector<std::uint8_t> emitted(const T& message) {
    std::vector<std::uint8_t> octets(message.wire_len(), 0xa5);
    message.emit(octets);
    return octets;
}

std::uint64_t number_of(const mac_address& address) {
    std::uint64_t value = 0;
    for (const std::uint8_t octet : address.octets) value = (value << 8) | octet;
    return value;
}

std::uint64_t number_of(std::span<const std::uint8_t, 8> octets) { return be64<0>(octets); }

TEST(link_fields, agree_with_the_accessors_of_the_link_layer) {
    testing::expect_fields_agree<ethernet>(
        {{"destination", [](ethernet::view v) { return number_of(v.destination()); }},
         {"source", [](ethernet::view v) { return number_of(v.source()); }},
         {"type", [](ethernet::view v) { return std::uint64_t(v.type()); }}});
    testing::expect_fields_agree<vlan>(
        {{"pcp", [](vlan::view v) { return std::uint64_t{v.pcp()}; }},
         {"dei", [](vlan::view v) { return std::uint64_t{v.dei()}; }},
         {"vid", [](vlan::view v) { return std::uint64_t{v.vid()}; }},
         {"type", [](vlan::view v) { return std::uint64_t(v.type()); }}});
    testing::expect_fields_agree<arp>(
        {{"hardware_type", [](arp::view v) { return std::uint64_t{v.hardware_type()}; }},
         {"protocol_type", [](arp::view v) { return std::uint64_t(v.protocol_type()); }},
         {"hardware_length", [](arp::view v) { return std::uint64_t{v.hardware_length()}; }},
         {"protocol_length", [](arp::view v) { return std::uint64_t{v.protocol_length()}; }},
         {"operation", [](arp::view v) { return std::uint64_t(v.operation()); }}});
    testing::expect_fields_agree<llc>(
        {{"dsap", [](llc::view v) { return std::uint64_t(v.dsap()); }},
         {"ssap", [](llc::view v) { return std::uint64_t(v.ssap()); }},
         {"control_first_octet",
          [](llc::view v) { return std::uint64_t{v.control_first_octet()}; }}});
    testing::expect_fields_agree<snap>(
        {{"oui", [](snap::view v) { return std::uint64_t{v.oui()}; }},
         {"protocol_identifier",
          [](snap::view v) { return std::uint64_t{v.protocol_identifier()}; }}});
    testing::expect_fields_agree<bsd_null>({{"family_as_it_lies", [](bsd_null::view v) {
                                                 return std::uint64_t{v.family_as_it_lies()};
                                             }}});
    testing::expect_fields_agree<cisco_hdlc>(
        {{"address", [](cisco_hdlc::view v) { return std::uint64_t{v.address()}; }},
         {"control", [](cisco_hdlc::view v) { return std::uint64_t{v.control()}; }},
         {"protocol", [](cisco_hdlc::view v) { return std::uint64_t(v.protocol()); }}});
    testing::expect_fields_agree<pppoe>(
        {{"version", [](pppoe::view v) { return std::uint64_t{v.version()}; }},
         {"type", [](pppoe::view v) { return std::uint64_t{v.type()}; }},
         {"code", [](pppoe::view v) { return std::uint64_t(v.code()); }},
         {"session_id", [](pppoe::view v) { return std::uint64_t{v.session_id()}; }},
         {"length", [](pppoe::view v) { return std::uint64_t{v.length()}; }}});
}

TEST(link_fields, agree_with_the_accessors_of_cooked_captures) {
    testing::expect_fields_agree<linux_sll>(
        {{"packet_type", [](linux_sll::view v) { return std::uint64_t(v.packet_type()); }},
         {"arphrd_type", [](linux_sll::view v) { return std::uint64_t{v.arphrd_type()}; }},
         {"address_length", [](linux_sll::view v) { return std::uint64_t{v.address_length()}; }},
         {"address", [](linux_sll::view v) { return number_of(v.padded_address()); }},
         {"protocol", [](linux_sll::view v) { return std::uint64_t(v.protocol()); }}});
    testing::expect_fields_agree<linux_sll2>(
        {{"protocol", [](linux_sll2::view v) { return std::uint64_t(v.protocol()); }},
         {"reserved", [](linux_sll2::view v) { return std::uint64_t{v.reserved()}; }},
         {"interface_index", [](linux_sll2::view v) { return std::uint64_t{v.interface_index()}; }},
         {"arphrd_type", [](linux_sll2::view v) { return std::uint64_t{v.arphrd_type()}; }},
         {"packet_type", [](linux_sll2::view v) { return std::uint64_t(v.packet_type()); }},
         {"address_length", [](linux_sll2::view v) { return std::uint64_t{v.address_length()}; }},
         {"address", [](linux_sll2::view v) { return number_of(v.padded_address()); }}});
}

TEST(link_fields, agree_with_the_accessors_of_the_tunnels) {
    testing::expect_fields_agree<mpls>(
        {{"label", [](mpls::view v) { return std::uint64_t{v.label()}; }},
         {"traffic_class", [](mpls::view v) { return std::uint64_t{v.traffic_class()}; }},
         {"bottom_of_stack", [](mpls::view v) { return std::uint64_t{v.bottom_of_stack()}; }},
         {"time_to_live", [](mpls::view v) { return std::uint64_t{v.time_to_live()}; }}});
    using word = pseudowire_control_word::view;
    testing::expect_fields_agree<pseudowire_control_word>(
        {{"zero", [](word v) { return std::uint64_t{v.zero()}; }},
         {"flags", [](word v) { return std::uint64_t{v.flags()}; }},
         {"fragmentation", [](word v) { return std::uint64_t{v.fragmentation()}; }},
         {"length", [](word v) { return std::uint64_t{v.length()}; }},
         {"sequence_number", [](word v) { return std::uint64_t{v.sequence_number()}; }}});
    testing::expect_fields_agree<gre>(
        {{"checksum_present", [](gre::view v) { return std::uint64_t{v.checksum_present()}; }},
         {"routing_present", [](gre::view v) { return std::uint64_t{v.routing_present()}; }},
         {"key_present", [](gre::view v) { return std::uint64_t{v.key_present()}; }},
         {"sequence_number_present",
          [](gre::view v) { return std::uint64_t{v.sequence_number_present()}; }},
         {"strict_source_route",
          [](gre::view v) { return std::uint64_t{v.strict_source_route()}; }},
         {"recursion_control", [](gre::view v) { return std::uint64_t{v.recursion_control()}; }},
         {"acknowledgment_number_present",
          [](gre::view v) { return std::uint64_t{v.acknowledgment_number_present()}; }},
         {"flags", [](gre::view v) { return std::uint64_t{v.flags()}; }},
         {"version", [](gre::view v) { return std::uint64_t{v.version()}; }},
         {"protocol_type", [](gre::view v) { return std::uint64_t(v.protocol_type()); }}});
    testing::expect_fields_agree<vxlan>(
        {{"flags", [](vxlan::view v) { return std::uint64_t{v.flags()}; }},
         {"policy_flags", [](vxlan::view v) { return std::uint64_t{v.policy_flags()}; }},
         {"group_policy_id", [](vxlan::view v) { return std::uint64_t{v.group_policy_id()}; }},
         {"vni", [](vxlan::view v) { return std::uint64_t{v.vni()}; }},
         {"reserved", [](vxlan::view v) { return std::uint64_t{v.reserved()}; }}});
    testing::expect_fields_agree<geneve>(
        {{"version", [](geneve::view v) { return std::uint64_t{v.version()}; }},
         {"option_length", [](geneve::view v) { return std::uint64_t{v.option_length()}; }},
         {"control", [](geneve::view v) { return std::uint64_t{v.control()}; }},
         {"critical", [](geneve::view v) { return std::uint64_t{v.critical()}; }},
         {"reserved", [](geneve::view v) { return std::uint64_t{v.reserved()}; }},
         {"protocol_type", [](geneve::view v) { return std::uint64_t(v.protocol_type()); }},
         {"vni", [](geneve::view v) { return std::uint64_t{v.vni()}; }},
         {"reserved_2", [](geneve::view v) { return std::uint64_t{v.reserved_2()}; }}});
}

TEST(link_fields, agree_with_the_accessors_of_group_management_and_udp_lite) {
    testing::expect_fields_agree<igmp>(
        {{"type", [](igmp::view v) { return std::uint64_t(v.type()); }},
         {"max_resp_code", [](igmp::view v) { return std::uint64_t{v.max_resp_code()}; }},
         {"checksum", [](igmp::view v) { return std::uint64_t{v.checksum()}; }},
         {"group_address", [](igmp::view v) { return std::uint64_t{v.group_address().value}; }}});
    using query = igmpv3_query::view;
    testing::expect_fields_agree<igmpv3_query>(
        {{"type", [](query v) { return std::uint64_t(v.type()); }},
         {"max_resp_code", [](query v) { return std::uint64_t{v.max_resp_code()}; }},
         {"checksum", [](query v) { return std::uint64_t{v.checksum()}; }},
         {"group_address", [](query v) { return std::uint64_t{v.group_address().value}; }},
         {"resv", [](query v) { return std::uint64_t{v.resv()}; }},
         {"suppress", [](query v) { return std::uint64_t{v.suppress()}; }},
         {"robustness", [](query v) { return std::uint64_t{v.robustness()}; }},
         {"interval_code", [](query v) { return std::uint64_t{v.interval_code()}; }},
         {"number_of_sources", [](query v) { return std::uint64_t{v.number_of_sources()}; }}});
    using report = igmpv3_report::view;
    testing::expect_fields_agree<igmpv3_report>(
        {{"type", [](report v) { return std::uint64_t(v.type()); }},
         {"reserved", [](report v) { return std::uint64_t{v.reserved()}; }},
         {"checksum", [](report v) { return std::uint64_t{v.checksum()}; }},
         {"reserved_2", [](report v) { return std::uint64_t{v.reserved_2()}; }},
         {"number_of_records", [](report v) { return std::uint64_t{v.number_of_records()}; }}});
    using lite = udp_lite::view;
    testing::expect_fields_agree<udp_lite>(
        {{"source_port", [](lite v) { return std::uint64_t{v.source_port()}; }},
         {"destination_port", [](lite v) { return std::uint64_t{v.destination_port()}; }},
         {"checksum_coverage", [](lite v) { return std::uint64_t{v.checksum_coverage()}; }},
         {"checksum", [](lite v) { return std::uint64_t{v.checksum()}; }}});
}

// Ethernet and VLAN ------------------------------------------------------------------------------

constexpr std::string_view addresses = "020000000002 020000000001 ";

ethernet::view frame_of(const std::vector<std::uint8_t>& octets) {
    return *ethernet::view::parse(octets);
}

TEST(ethernet, a_number_up_to_1500_is_a_length_and_from_1536_a_type) {
    const auto head = std::string(addresses);
    for (const auto& [hex, length, next] :
         {std::tuple{"05dc", true, detail::by_ether_type(ether_type::llc)},
          std::tuple{"05dd", false, selector{}},
          std::tuple{"05ff", false, selector{}},
          std::tuple{"0600", false, selector{selector_kind::ether_type, 0x600}}}) {
        const auto octets = octets_of(head + hex + "424203");
        EXPECT_EQ(frame_of(octets).has_length(), length) << hex;
        EXPECT_EQ(frame_of(octets).next_selector(), next) << hex;
    }
}

TEST(ethernet, a_length_parts_payload_and_trailer) {
    const auto octets = octets_of(std::string(addresses) + "0003 424203 000000");
    const auto seen = frame_of(octets);
    EXPECT_EQ(seen.payload().size(), 3U);
    EXPECT_EQ(seen.trailer().size(), 3U);
}

TEST(ethernet, a_type_leaves_the_trailer_to_who_knows_the_length) {
    const auto octets = octets_of(std::string(addresses) + "0800 45000014 0000");
    const auto seen = frame_of(octets);
    EXPECT_EQ(seen.payload().size(), 6U);
    EXPECT_TRUE(seen.trailer().empty());
    EXPECT_EQ(seen.split_trailer(4).payload.size(), 4U);
    EXPECT_EQ(seen.split_trailer(4).trailer.size(), 2U);
    EXPECT_EQ(seen.split_trailer(1000).payload.size(), 6U);
}

TEST(ethernet, ipx_without_llc_is_told_by_its_checksum_of_ones) {
    const auto octets = octets_of(std::string(addresses) + "0004 ffff0022");
    EXPECT_EQ(frame_of(octets).next_selector(), detail::by_ether_type(ether_type::novell_802_3));
}

TEST(ethernet, without_a_type_the_length_of_the_payload_is_written) {
    const std::vector<std::uint8_t> payload(1500);
    const auto longest = emitted(ethernet{.payload = payload});
    EXPECT_EQ(be16_at(longest, 12), 1500);
    const std::vector<std::uint8_t> too_long(1501);
    EXPECT_EQ(frame_of(emitted(ethernet{.payload = too_long})).type(), ether_type::reserved);
    EXPECT_EQ(frame_of(emitted(ethernet{.type = ether_type(0xbeef)})).type(), ether_type(0xbeef));
}

TEST(ethernet, setters_write_what_the_getters_read) {
    auto octets = octets_of(std::string(addresses) + "0800");
    const auto seen = *ethernet::mutable_view::parse(octets);
    seen.set_type(ether_type::ipv6);
    seen.set_source(seen.destination());
    EXPECT_EQ(octets, octets_of("020000000002 020000000002 86dd"));
}

// pypacker reads two 0x8100 tags or one 0x88a8 tag wrong.
TEST(vlan, every_number_and_order_of_tags_is_walked) {
    const std::array<std::pair<const char*, std::vector<unsigned>>, 5> stacks{{
        {"8100 6064 8100 0065 0800", {100, 101}},
        {"88a8 001e 0800", {30}},
        {"88a8 001e 8100 0064 0800", {30, 100}},
        {"9100 0001 9100 0002 8100 0003 88a8 0004 0800", {1, 2, 3, 4}},
        {"8100 b000 0800", {0}},
    }};
    for (const auto& [hex, expected] : stacks) {
        const auto octets = octets_of(std::string(addresses) + hex);
        std::vector<unsigned> seen;
        testing::walk_frame(link_type::ethernet, octets, [&]<class T>(typename T::view v) {
            if constexpr (T::id == layer::vlan) seen.push_back(v.vid());
        });
        EXPECT_EQ(seen, expected) << hex;
    }
}

TEST(vlan, priority_drop_eligibility_and_identifier_share_two_octets) {
    auto octets = octets_of("b064 0806");
    const auto seen = *vlan::mutable_view::parse(octets);
    EXPECT_EQ(seen.pcp(), 5);
    EXPECT_TRUE(seen.dei());
    EXPECT_EQ(seen.vid(), 100);
    seen.set_pcp(7);
    seen.set_dei(false);
    seen.set_vid(4095);
    EXPECT_EQ(octets, octets_of("efff 0806"));
    EXPECT_EQ(seen.vid(), 4095);
}

TEST(vlan, a_length_behind_a_tag_bounds_the_payload) {
    const auto octets = octets_of("0064 0003 424203 0000");
    const auto seen = *vlan::view::parse(octets);
    EXPECT_EQ(seen.payload().size(), 3U);
    EXPECT_EQ(seen.trailer().size(), 2U);
    EXPECT_EQ(seen.next_selector(), detail::by_ether_type(ether_type::llc));
}

// ARP --------------------------------------------------------------------------------------------

// Sent by the kernel before a ping of 198.51.101.2.
constexpr std::string_view kernel_arp =
    "0001 0800 06 04 0001 6a5159822fd6 c6336501 000000000000 c6336502";

TEST(arp, the_request_of_a_kernel_is_read_and_made) {
    const auto octets = octets_of(kernel_arp);
    const auto meant = arp_ipv4::read(*arp::view::parse(octets));
    ASSERT_TRUE(meant.has_value());
    EXPECT_EQ(meant->operation, arp_operation::request);
    EXPECT_EQ(to_string(meant->sender_mac), "6a:51:59:82:2f:d6");
    EXPECT_EQ(to_string(meant->sender_ipv4), "198.51.101.1");
    EXPECT_EQ(meant->target_mac, mac_address{});
    EXPECT_EQ(to_string(meant->target_ipv4), "198.51.101.2");
    const arp_ipv4 made{.sender_mac = *mac_address::parse("6a:51:59:82:2f:d6"),
                        .sender_ipv4 = *ipv4_address::parse("198.51.101.1"),
                        .target_ipv4 = *ipv4_address::parse("198.51.101.2")};
    EXPECT_EQ(emitted(made), octets);
}

// PcapPlusPlus reads over the end of a cut message.
TEST(arp, a_cut_message_gives_the_addresses_that_are_whole) {
    const auto octets = octets_of(kernel_arp);
    for (std::size_t n = arp::header_len; n < octets.size(); ++n) {
        const std::vector<std::uint8_t> cut(octets.begin(),
                                            octets.begin() + static_cast<std::ptrdiff_t>(n));
        const auto seen = *arp::view::parse(cut);
        EXPECT_EQ(seen.sender_mac().has_value(), n >= 14) << n;
        EXPECT_EQ(seen.sender_ipv4().has_value(), n >= 18) << n;
        EXPECT_EQ(seen.target_mac().has_value(), n >= 24) << n;
        EXPECT_FALSE(seen.target_ipv4().has_value()) << n;
        const auto error = arp_ipv4::read(seen).error();
        EXPECT_EQ(error.reason, parse_reason::truncated);
        EXPECT_EQ(error.needed_octets, 28U);
        EXPECT_EQ(error.have_octets, n);
    }
}

TEST(arp, addresses_of_any_length_are_read_and_made) {
    // IP over InfiniBand: 20 octets of hardware address (RFC 4391 s9.4).
    const std::vector<std::uint8_t> hardware(20, 0x11);
    const auto protocol = octets_of("c0000201");
    const arp message{.hardware_type = 32,
                      .sender_hardware_address = hardware,
                      .sender_protocol_address = protocol,
                      .target_hardware_address = hardware,
                      .target_protocol_address = protocol};
    const auto octets = emitted(message);
    ASSERT_EQ(octets.size(), 56U);
    const auto seen = *arp::view::parse(octets);
    EXPECT_EQ(seen.hardware_length(), 20);
    EXPECT_EQ(seen.protocol_length(), 4);
    EXPECT_EQ(seen.sender_hardware_address().size(), 20U);
    EXPECT_FALSE(seen.sender_mac().has_value());
    EXPECT_EQ(seen.target_ipv4()->value, 0xc0000201);
    EXPECT_EQ(arp_ipv4::read(seen).error().reason, parse_reason::not_this_message);
}

TEST(arp, operations_have_names) {
    EXPECT_EQ(to_string(arp_operation::request), "request");
    EXPECT_EQ(to_string(arp_operation::inverse_reply), "inverse_reply");
    EXPECT_EQ(to_string(arp_operation(99)), "");
}

// LLC and SNAP -----------------------------------------------------------------------------------

TEST(llc, the_control_field_is_one_octet_in_unnumbered_frames_and_two_in_others) {
    const auto information = octets_of("f0f0 0a0d 99");  // N(S) 5, N(R) 6, poll
    const auto seen = *llc::view::parse(information);
    EXPECT_EQ(seen.format(), llc_format::information);
    EXPECT_EQ(seen.send_sequence_number(), 5);
    EXPECT_EQ(seen.receive_sequence_number(), 6);
    EXPECT_TRUE(seen.poll_final());
    EXPECT_EQ(seen.payload().size(), 1U);
    EXPECT_EQ(seen.next_selector(), (selector{selector_kind::llc_sap, 0xf0}));

    const auto ready = octets_of("f0f1 0110");  // receive ready, a response, N(R) 8
    EXPECT_EQ(llc::view::parse(ready)->format(), llc_format::supervisory);
    EXPECT_EQ(llc::view::parse(ready)->receive_sequence_number(), 8);
    EXPECT_FALSE(llc::view::parse(ready)->poll_final());
    EXPECT_TRUE(llc::view::parse(ready)->is_response());
    EXPECT_EQ(llc::view::parse(ready)->next_selector(), selector{});

    const auto bridge = octets_of("4242 03 0000");
    EXPECT_EQ(llc::view::parse(bridge)->payload().size(), 2U);
    EXPECT_EQ(llc::view::parse(bridge)->next_selector(), (selector{selector_kind::llc_sap, 0x42}));
}

TEST(llc, a_cut_second_octet_of_control_is_named_and_survives) {
    const auto octets = octets_of("f0f0 0a");
    const auto seen = *llc::view::parse(octets);
    EXPECT_EQ(seen.checked_header_length().error().needed_octets, 4U);
    EXPECT_TRUE(seen.payload().empty());
    EXPECT_EQ(emitted(*llc::read(seen)), octets);
}

TEST(snap, the_identifier_is_an_ether_type_under_some_organisations_and_not_under_others) {
    using enum selector_kind;
    for (const auto& [hex, next] : {std::pair{"000000 0800", selector{ether_type, 0x0800}},
                                    std::pair{"0000f8 8137", selector{ether_type, 0x8137}},
                                    std::pair{"080007 809b", selector{ether_type, 0x809b}},
                                    std::pair{"00000c 2000", selector{snap_cisco, 0x2000}},
                                    std::pair{"0080c2 0007", selector{snap_ieee_8021, 7}},
                                    std::pair{"123456 0800", selector{}}}) {
        const auto octets = octets_of(hex);
        EXPECT_EQ(snap::view::parse(octets)->next_selector(), next) << hex;
    }
}

// pypacker writes integers of odd size as zeros.
TEST(snap, an_identifier_of_24_bits_is_written_whole) {
    EXPECT_EQ(emitted(snap{.oui = 0x00000c, .protocol_identifier = 0x2004}),
              octets_of("00000c 2004"));
    EXPECT_EQ(emitted(vxlan{.vni = 0x123456}), octets_of("08000000 123456 00"));
    EXPECT_EQ(emitted(mpls{.label = 0xfffff, .time_to_live = 1}), octets_of("fffff101"));
}

// Captures without a link layer of their own -----------------------------------------------------

TEST(link_type, raw_captures_are_told_by_the_first_four_bits) {
    const std::array<std::uint8_t, 1> four{0x45};
    const std::array<std::uint8_t, 1> six{0x60};
    const std::array<std::uint8_t, 1> neither{0x50};
    EXPECT_EQ(first_selector(link_type::raw, four), detail::by_ether_type(ether_type::ipv4));
    EXPECT_EQ(first_selector(link_type::raw_bsd, six), detail::by_ether_type(ether_type::ipv6));
    EXPECT_EQ(first_selector(link_type::raw, neither), selector{});
    EXPECT_EQ(first_selector(link_type::raw, bytes_view{}), selector{});
    EXPECT_EQ(first_selector(link_type::ipv6, four), detail::by_ether_type(ether_type::ipv6));
}

// The numbers of the registry.
TEST(link_type, numbers_have_the_names_of_the_registry) {
    for (const auto& [number, name] : {std::pair{0U, "null"},
                                       std::pair{1U, "ethernet"},
                                       std::pair{9U, "ppp"},
                                       std::pair{101U, "raw"},
                                       std::pair{105U, "ieee_802_11"},
                                       std::pair{108U, "loop"},
                                       std::pair{113U, "linux_sll"},
                                       std::pair{119U, "ieee_802_11_prism"},
                                       std::pair{127U, "ieee_802_11_radiotap"},
                                       std::pair{195U, "ieee_802_15_4_with_fcs"},
                                       std::pair{227U, "can_socketcan"},
                                       std::pair{228U, "ipv4"},
                                       std::pair{229U, "ipv6"},
                                       std::pair{230U, "ieee_802_15_4_no_fcs"},
                                       std::pair{251U, "bluetooth_low_energy"},
                                       std::pair{276U, "linux_sll2"},
                                       std::pair{9999U, ""}}) {
        EXPECT_EQ(to_string(link_type(number)), name);
    }
}

TEST(bsd_null, the_family_is_read_in_either_byte_order) {
    for (const auto& [hex, next] : {std::pair{"02000000", ether_type::ipv4},
                                    std::pair{"00000002", ether_type::ipv4},
                                    std::pair{"18000000", ether_type::ipv6},
                                    std::pair{"0000001c", ether_type::ipv6},
                                    std::pair{"1e000000", ether_type::ipv6},
                                    std::pair{"17000000", ether_type::ipx}}) {
        const auto octets = octets_of(hex);
        EXPECT_EQ(bsd_null::view::parse(octets)->next_selector(), detail::by_ether_type(next))
            << hex;
    }
}

TEST(bsd_null, a_number_that_is_no_family_may_end_with_an_ether_type) {
    const auto octets = octets_of("0f000800 45");
    EXPECT_EQ(bsd_null::view::parse(octets)->next_selector(),
              detail::by_ether_type(ether_type::ipv4));
    const auto neither = octets_of("0f000007 45");
    EXPECT_EQ(bsd_null::view::parse(neither)->next_selector(), selector{});
}

TEST(cisco_hdlc, the_number_of_reverse_arp_is_a_keepalive) {
    const auto datagram = octets_of("0f000800 45");
    EXPECT_EQ(cisco_hdlc::view::parse(datagram)->next_selector(),
              detail::by_ether_type(ether_type::ipv4));
    const auto keepalive = octets_of("8f008035 00000002");
    EXPECT_EQ(cisco_hdlc::view::parse(keepalive)->next_selector(), selector{});
}

TEST(bsd_null, a_new_family_keeps_the_byte_order) {
    auto little = octets_of("02000000");
    bsd_null::mutable_view::parse(little)->set_family(bsd_family::ipv6_darwin);
    EXPECT_EQ(little, octets_of("1e000000"));
    auto big = octets_of("00000002");
    bsd_null::mutable_view::parse(big)->set_family(bsd_family::ipv6_darwin);
    EXPECT_EQ(big, octets_of("0000001e"));
}

TEST(linux_sll, the_address_is_as_long_as_it_says_and_at_most_eight_octets) {
    for (const auto& [hex, expected] :
         {std::pair{"0006", 6U}, std::pair{"0000", 0U}, std::pair{"0014", 8U}}) {
        const auto octets = octets_of("0000 0001" + std::string(hex) + "0102030405060708 0800 45");
        EXPECT_EQ(linux_sll::view::parse(octets)->address().size(), expected);
    }
}

TEST(linux_sll, the_protocol_is_no_ether_type_on_some_devices) {
    EXPECT_EQ(detail::sll_selector(1, ether_type::ipv6), detail::by_ether_type(ether_type::ipv6));
    EXPECT_EQ(detail::sll_selector(1, ether_type::llc), detail::by_ether_type(ether_type::llc));
    EXPECT_EQ(detail::sll_selector(824, ether_type::ipv4), selector{});
    EXPECT_EQ(detail::sll_selector(280, ether_type(0x000c)),
              detail::by_link_type(link_type::can_socketcan));
    EXPECT_EQ(detail::sll_selector(803, ether_type(0x0019)),
              detail::by_link_type(link_type::ieee_802_11_radiotap));
}

// PPP --------------------------------------------------------------------------------------------

TEST(ppp, address_and_control_and_compression_are_each_there_or_not) {
    for (const auto& [hex, header, uncompressed] : {std::tuple{"ff03 0021 45", 4U, true},
                                                    std::tuple{"0021 45", 2U, true},
                                                    std::tuple{"ff03 21 45", 3U, false},
                                                    std::tuple{"21 45", 1U, false}}) {
        const auto octets = octets_of(hex);
        const auto seen = *ppp::view::parse(octets);
        EXPECT_EQ(seen.protocol(), ppp_protocol::ipv4) << hex;
        EXPECT_EQ(seen.header_length(), header) << hex;
        EXPECT_EQ(seen.has_compressed_protocol(), !uncompressed) << hex;
        EXPECT_EQ(seen.payload().size(), 1U) << hex;
        EXPECT_EQ(seen.next_selector(), (selector{selector_kind::ppp_protocol, 0x21})) << hex;
        EXPECT_EQ(emitted(*ppp::read(seen)), octets) << hex;
    }
}

TEST(ppp, half_a_protocol_number_is_truncated) {
    const auto half = octets_of("c0");
    EXPECT_EQ(ppp::view::parse(half).error().needed_octets, 2U);
    const auto behind_control = octets_of("ff03 c0");
    EXPECT_EQ(ppp::view::parse(behind_control).error().needed_octets, 4U);
    const auto nothing_behind = octets_of("ff03");
    EXPECT_FALSE(ppp::view::parse(nothing_behind).has_value());
}

// pypacker leaves the payload of a session as octets.
TEST(pppoe, a_session_carries_ppp_and_ppp_carries_ip) {
    const auto octets = octets_of(std::string(addresses) + "8864 11000001 0003 0021 45 0000");
    std::vector<std::string> seen;
    testing::walk_frame(link_type::ethernet, octets, [&]<class T>(typename T::view v) {
        seen.emplace_back(T::name);
        if constexpr (T::id == layer::pppoe) {
            EXPECT_EQ(v.session_id(), 1);
            EXPECT_EQ(v.trailer().size(), 2U);
        }
        if constexpr (T::id == layer::ppp) {
            EXPECT_EQ(v.payload().size(), 1U);
            EXPECT_EQ(v.next_selector(), (selector{selector_kind::ppp_protocol, 0x21}));
        }
    });
    EXPECT_EQ(seen, (std::vector<std::string>{"ethernet", "pppoe", "ppp"}));
}

// RFC 2516, appendix B: an initiation that accepts any service.
TEST(pppoe, the_initiation_of_the_rfc_is_made) {
    const pppoe_tag any_service{};
    const auto tags = emitted(any_service);
    const auto octets = emitted(pppoe{.code = pppoe_code::padi, .payload = tags});
    EXPECT_EQ(octets, octets_of("11 09 0000 0004 0101 0000"));
    const auto seen = *pppoe::view::parse(octets);
    EXPECT_EQ(seen.next_selector(), selector{});
    EXPECT_EQ(to_string(seen.code()), "PADI");
    EXPECT_EQ(to_string(seen.tags().begin()->type()), "Service-Name");
}

TEST(pppoe, a_tag_that_reaches_over_the_end_stops_the_walk_with_its_place) {
    const auto octets = octets_of("1107 0000 000d 0103 0002 aabb 0104 0014 001122");
    const auto seen = *pppoe::view::parse(octets);
    std::size_t count = 0;
    for (const auto& tag : seen.tags()) {
        EXPECT_EQ(tag.type(), pppoe_tag_type::host_uniq);
        ++count;
    }
    EXPECT_EQ(count, 1U);
    const auto stopped = seen.tags().error();
    ASSERT_TRUE(stopped.has_value());
    EXPECT_EQ(stopped->reason, parse_reason::truncated);
    EXPECT_EQ(stopped->offset_octets, 12U);
    EXPECT_EQ(stopped->needed_octets, 24U);
    EXPECT_EQ(stopped->have_octets, 7U);
}

// MPLS -------------------------------------------------------------------------------------------

TEST(mpls, what_follows_the_stack_is_told_by_label_or_first_four_bits) {
    using enum selector_kind;
    for (const auto& [hex, next] : {std::pair{"00010040 45", selector{ether_type, 0x8847}},
                                    std::pair{"00010140 45", selector{ether_type, 0x0800}},
                                    std::pair{"00010140 60", selector{ether_type, 0x86dd}},
                                    std::pair{"00010140 00", selector{mpls_payload, 0}},
                                    std::pair{"00010140 10", selector{mpls_payload, 1}},
                                    std::pair{"00010140 ff", selector{}},
                                    std::pair{"00010140", selector{}},
                                    std::pair{"00000140 ff", selector{ether_type, 0x0800}},
                                    std::pair{"00002140 ff", selector{ether_type, 0x86dd}}}) {
        const auto octets = octets_of(hex);
        EXPECT_EQ(mpls::view::parse(octets)->next_selector(), next) << hex;
    }
}

TEST(mpls, an_entry_has_label_class_bottom_and_time_to_live) {
    auto octets = octets_of("03e80b7e");
    const auto seen = *mpls::mutable_view::parse(octets);
    EXPECT_EQ(seen.label(), 16000U);
    EXPECT_EQ(seen.traffic_class(), 5);
    EXPECT_TRUE(seen.bottom_of_stack());
    EXPECT_EQ(seen.time_to_live(), 126);
    seen.set_label(18);
    seen.set_traffic_class(0);
    seen.set_bottom_of_stack(false);
    seen.set_time_to_live(255);
    EXPECT_EQ(octets, octets_of("000120ff"));
}

// GRE --------------------------------------------------------------------------------------------

TEST(gre, each_flag_brings_its_word_in_the_order_of_the_rfcs) {
    const auto octets = octets_of("b000 0800 1234 0000 00001267 00000007 4500");
    const auto seen = *gre::view::parse(octets);
    EXPECT_EQ(seen.header_length(), 16U);
    EXPECT_EQ(seen.checksum(), 0x1234);
    EXPECT_EQ(seen.key(), 4711U);
    EXPECT_EQ(seen.sequence_number(), 7U);
    EXPECT_FALSE(seen.acknowledgment_number().has_value());
    EXPECT_EQ(seen.payload().size(), 2U);
    EXPECT_EQ(seen.next_selector(), detail::by_ether_type(ether_type::ipv4));
}

TEST(gre, a_checksum_is_over_header_and_payload) {
    // 0x8000 + 0x0800 + 0x4500 sum to 0xcd00, whose complement is 0x32ff (RFC 1071).
    const auto payload = octets_of("4500");
    const auto octets =
        emitted(gre{.protocol_type = ether_type::ipv4, .with_checksum = true, .payload = payload});
    EXPECT_EQ(octets, octets_of("8000 0800 32ff 0000 4500"));
    EXPECT_EQ(gre::view::parse(octets)->checksum_verdict(), checksum_state::good);
    const auto forced = emitted(gre{.protocol_type = ether_type::ipv4,
                                    .with_checksum = true,
                                    .checksum = 0xdead,
                                    .payload = payload});
    EXPECT_EQ(gre::view::parse(forced)->checksum_verdict(), checksum_state::bad);
}

TEST(gre, version_1_has_a_payload_length_a_call_and_an_acknowledgment) {
    const auto octets = octets_of("3081 880b 0003 0042 00000005 00000004 ff0321 0000");
    const auto seen = *gre::view::parse(octets);
    EXPECT_EQ(seen.pptp(), (gre::pptp_key{.payload_length = 3, .call_id = 0x42}));
    EXPECT_EQ(seen.sequence_number(), 5U);
    EXPECT_EQ(seen.acknowledgment_number(), 4U);
    EXPECT_EQ(seen.payload().size(), 3U);
    EXPECT_EQ(seen.trailer().size(), 2U);
    EXPECT_EQ(seen.next_selector(), detail::by_ether_type(ether_type::ppp));
    EXPECT_EQ(emitted(*gre::read(seen)), octets);
}

TEST(gre, a_source_route_is_refused_by_name) {
    const auto octets = octets_of("4000 0800 0000 0000 4500");
    const auto seen = *gre::view::parse(octets);
    EXPECT_EQ(seen.checked_header_length().error().reason, parse_reason::bad_value);
    EXPECT_EQ(gre::read(seen).error().reason, parse_reason::bad_value);
    EXPECT_EQ(seen.next_selector(), selector{});
    EXPECT_TRUE(seen.payload().empty());
}

TEST(gre, an_unknown_version_is_refused_by_name) {
    const auto octets = octets_of("0002 0800 4500");
    EXPECT_EQ(gre::read(*gre::view::parse(octets)).error().reason, parse_reason::bad_version);
}

TEST(gre, a_word_that_is_announced_and_cut_is_truncated) {
    const auto octets = octets_of("2000 0800 0000");
    const auto seen = *gre::view::parse(octets);
    EXPECT_FALSE(seen.key().has_value());
    EXPECT_EQ(gre::read(seen).error().reason, parse_reason::truncated);
    EXPECT_EQ(gre::read(seen).error().needed_octets, 8U);
}

// VXLAN and GENEVE -------------------------------------------------------------------------------

TEST(vxlan, the_frame_of_a_kernel_leads_to_the_arp_request_inside) {
    const auto octets = octets_of(
        "2e7ddfdfc5a3 dac01bcde833 0800 4500004e1fcd00004011d6cec0000201c0000202"
        "a0d012b5003a844f 0800000000109200 ffffffffffff 6a5159822fd6 0806" +
        std::string(kernel_arp));
    std::vector<std::string> seen;
    testing::walk_frame(link_type::ethernet, octets, [&]<class T>(typename T::view v) {
        seen.emplace_back(T::name);
        if constexpr (T::id == layer::vxlan) {
            EXPECT_EQ(v.vni(), 4242U);
        }
        if constexpr (T::id == layer::arp) {
            EXPECT_EQ(v.target_ipv4()->value, 0xc6336502);
        }
    });
    EXPECT_EQ(seen, (std::vector<std::string>{"ethernet", "vxlan", "ethernet", "arp"}));
}

TEST(geneve, options_are_read_and_made) {
    const auto data = octets_of("aabbcc");
    auto options = emitted(geneve_option{.option_class = 0x0102, .type = 0x83, .data = data});
    EXPECT_EQ(options, octets_of("0102 83 01 aabbcc00"));
    const auto octets = emitted(
        geneve{.protocol_type = ether_type::transparent_bridging, .vni = 777, .options = options});
    EXPECT_EQ(octets, octets_of("0240 6558 000309 00 0102 83 01 aabbcc00"));
    const auto seen = *geneve::view::parse(octets);
    EXPECT_TRUE(seen.critical());
    EXPECT_EQ(seen.option_list().begin()->data().size(), 4U);
    EXPECT_TRUE(seen.option_list().begin()->is_critical());
    EXPECT_FALSE(seen.option_list().error().has_value());
    EXPECT_TRUE(seen.payload().empty());
}

TEST(geneve, an_option_that_reaches_over_the_header_stops_the_walk) {
    const auto octets = octets_of("0100 6558 000309 00 0102 03 01 aabbccdd");
    const auto seen = *geneve::view::parse(octets);
    EXPECT_TRUE(seen.option_list().begin() == seen.option_list().end());
    EXPECT_EQ(seen.option_list().error()->offset_octets, 8U);
    EXPECT_EQ(seen.option_list().error()->limit, limit_field::option_length);
    EXPECT_EQ(seen.payload().size(), 4U);
}

// IGMP -------------------------------------------------------------------------------------------

TEST(igmp, the_version_of_a_query_is_told_by_its_length_and_code) {
    EXPECT_EQ(igmp_query_version(octets_of("1100 eeff 00000000")), igmp_version::v1);
    EXPECT_EQ(igmp_query_version(octets_of("1164 ee9b 00000000")), igmp_version::v2);
    EXPECT_EQ(igmp_query_version(octets_of("1164 ec1e 00000000 027d 0000")), igmp_version::v3);
    EXPECT_EQ(igmp_query_version(octets_of("1164 ec1e 00000000 027d 00")), std::nullopt);
    EXPECT_EQ(igmp_query_version(octets_of("1164 ec1e 000000")), std::nullopt);
    EXPECT_EQ(igmp_query_version(octets_of("1664 ee9b 00000000")), std::nullopt);
}

TEST(igmp, a_general_query_of_version_2_sums_to_what_the_octets_say) {
    // 0x1164 is all that is not zero: its complement is 0xee9b.
    EXPECT_EQ(emitted(igmp{.max_resp_code = 100}), octets_of("1164 ee9b 00000000"));
}

TEST(igmp, codes_of_version_3_have_the_floating_form_of_the_rfc) {
    EXPECT_EQ(igmpv3_value_of_code(127), 127U);
    EXPECT_EQ(igmpv3_value_of_code(0x80), 128U);    // 16 << 3
    EXPECT_EQ(igmpv3_value_of_code(0xff), 31744U);  // 31 << 10
    for (unsigned code = 0; code < 256; ++code) {
        const auto octet = static_cast<std::uint8_t>(code);
        EXPECT_EQ(igmpv3_code_of_value(igmpv3_value_of_code(octet)), octet);
    }
    EXPECT_EQ(igmpv3_code_of_value(129), 0x80);
    EXPECT_EQ(igmpv3_code_of_value(1'000'000), 0xff);
}

// Sent by the kernel when a socket joined 239.1.2.3 with two sources (IP_ADD_SOURCE_MEMBERSHIP).
TEST(igmp, the_report_of_a_kernel_is_read_and_made) {
    const auto octets = octets_of("2200 937e 0000 0001 0500 0002 ef010203 c6336409 c6336408");
    EXPECT_EQ(igmp_message_layer(octets), layer::igmpv3_report);
    const auto seen = *igmpv3_report::view::parse(octets);
    EXPECT_TRUE(seen.checksum_holds());
    const auto record = *seen.records().begin();
    EXPECT_EQ(record.type(), multicast_record_type::allow_new_sources);
    EXPECT_EQ(to_string(record.multicast_address()), "239.1.2.3");
    ASSERT_EQ(record.sources().size(), 2U);
    EXPECT_EQ(to_string(record.sources()[0]), "198.51.100.9");

    const std::array sources{*ipv4_address::parse("198.51.100.9"),
                             *ipv4_address::parse("198.51.100.8")};
    const auto made = emitted(igmpv3_record{.type = multicast_record_type::allow_new_sources,
                                            .multicast_address = record.multicast_address(),
                                            .sources = sources});
    EXPECT_EQ(emitted(igmpv3_report{.records = made}), octets);
}

TEST(igmp, a_record_that_reaches_over_the_end_stops_the_walk) {
    const auto octets = octets_of("2200 0000 0000 0001 0500 0002 ef010203 c6336409");
    const auto seen = *igmpv3_report::view::parse(octets);
    EXPECT_TRUE(seen.records().begin() == seen.records().end());
    EXPECT_EQ(seen.records().error()->offset_octets, 8U);
    EXPECT_EQ(seen.records().error()->needed_octets, 16U);
    EXPECT_EQ(seen.records().error()->have_octets, 12U);
}

// UDP-Lite ---------------------------------------------------------------------------------------

// Three datagrams of one kernel on loopback, alike but for their coverage: the header alone, 20
// octets, all.
TEST(udp_lite, the_checksums_of_a_kernel_hold_and_are_made) {
    const ip_address here = ipv4_address{0x7f000001};
    const std::string data = "68656c6c6f2c20706172746c7920636f76657265642121";
    for (const std::string head : {"0fa00fa10008e20c", "0fa00fa10014a7b3", "0fa00fa100005d4b"}) {
        auto octets = octets_of(head + data);
        const auto seen = *udp_lite::view::parse(octets);
        EXPECT_EQ(verify_udp_lite_checksum(here, here, seen), checksum_state::good) << head;
        auto meant = *udp_lite::read(seen);
        EXPECT_EQ(meant.checksum_between(here, here), seen.checksum()) << head;
    }
}

TEST(udp_lite, what_is_not_covered_may_change) {
    const ip_address here = ipv4_address{0x7f000001};
    auto octets = octets_of("0fa00fa10008e20c 68656c6c6f2c20706172746c7920636f76657265642121");
    octets.back() ^= 0xff;
    EXPECT_EQ(verify_udp_lite_checksum(here, here, *udp_lite::view::parse(octets)),
              checksum_state::good);
    octets[0] ^= 0xff;
    EXPECT_EQ(verify_udp_lite_checksum(here, here, *udp_lite::view::parse(octets)),
              checksum_state::bad);
}

TEST(udp_lite, coverage_below_the_header_or_beyond_the_end_is_bad) {
    const ip_address here = ipv4_address{0x7f000001};
    for (const std::uint16_t coverage : std::array<std::uint16_t, 3>{1, 7, 9}) {
        auto octets = emitted(udp_lite{.checksum_coverage = coverage, .checksum = 1});
        EXPECT_EQ(verify_udp_lite_checksum(here, here, *udp_lite::view::parse(octets)),
                  checksum_state::bad);
    }
}

// Defects of others ------------------------------------------------------------------------------

// PcapPlusPlus' toString reads over the end of cut VLAN, MPLS and ARP headers.
TEST(link, a_cut_header_is_an_error_that_says_what_was_there) {
    const std::array<std::uint8_t, 3> cut{0xff, 0xff, 0xff};
    for (const auto& error : {vlan::view::parse(cut).error(), mpls::view::parse(cut).error()}) {
        EXPECT_EQ(error.reason, parse_reason::truncated);
        EXPECT_EQ(error.needed_octets, 4U);
        EXPECT_EQ(error.have_octets, 3U);
    }
    EXPECT_EQ(to_sentence(arp::view::parse(cut).error()),
              "arp: truncated: needed 8 octets, had 3, at offset 0");
}

}  // namespace
}  // namespace sonde
