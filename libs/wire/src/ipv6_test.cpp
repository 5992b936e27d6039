#include <array>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/ipv6.hpp>

#include "fields_agree.hpp"
#include "octets_of.hpp"
#include "wire_contract.hpp"

namespace sonde {
namespace {

using testing::octets_of;

using ipv6_family = ::testing::Types<ipv6, ipv6_hop_by_hop, ipv6_destination_options, ipv6_routing,
                                     ipv6_fragment, ipv6_authentication>;
INSTANTIATE_TYPED_TEST_SUITE_P(ipv6, wire_contract, ipv6_family);

std::vector<std::uint8_t> copied(bytes_view octets) { return {octets.begin(), octets.end()}; }

template <class T>
std::vector<std::uint8_t> emitted(const T& message) {
    std::vector<std::uint8_t> made(message.wire_len(), 0xa5);
    message.emit(made);
    return made;
}

// What Linux 6.18 put on the loopback: an echo of iputils ping; a datagram with a hop-by-hop router
// alert and a destination option (tunnel encapsulation limit 4); one with a segment routing header.
constexpr std::string_view echo =
    "60083d7100103a40000000000000000000000000000000010000000000000000"
    "000000000000000180003f39346900010001020304050607";
constexpr std::string_view with_options =
    "60026782001b0040000000000000000000000000000000010000000000000000"
    "0000000000000001 3c00050200000100 1100040104010000 840b0009000bb75f616263";
constexpr std::string_view with_segments =
    "600b324100232b40000000000000000000000000000000010000000000000000"
    "0000000000000001 110204000000000000000000000000000000000000000001 ab640009000b9006616263";

TEST(ipv6, fields_agree_with_the_accessors) {
    using u = std::uint64_t;
    testing::expect_fields_agree<ipv6>(
        {{"version", [](ipv6::view s) { return u{s.version()}; }},
         {"traffic_class", [](ipv6::view s) { return u{s.traffic_class()}; }},
         {"flow_label", [](ipv6::view s) { return u{s.flow_label()}; }},
         {"payload_length", [](ipv6::view s) { return u{s.payload_length()}; }},
         {"next_header", [](ipv6::view s) { return u(s.next_header()); }},
         {"hop_limit", [](ipv6::view s) { return u{s.hop_limit()}; }}});
    testing::expect_fields_agree<ipv6_fragment>(
        {{"next_header", [](ipv6_fragment::view s) { return u(s.next_header()); }},
         {"reserved", [](ipv6_fragment::view s) { return u{s.reserved()}; }},
         {"fragment_offset", [](ipv6_fragment::view s) { return u{s.fragment_offset()}; }},
         {"reserved_bits", [](ipv6_fragment::view s) { return u{s.reserved_bits()}; }},
         {"more_fragments", [](ipv6_fragment::view s) { return u{s.more_fragments()}; }},
         {"identification", [](ipv6_fragment::view s) { return u{s.identification()}; }}});
    testing::expect_fields_agree<ipv6_routing>(
        {{"next_header", [](ipv6_routing::view s) { return u(s.next_header()); }},
         {"header_extension_length",
          [](ipv6_routing::view s) { return u{s.header_extension_length()}; }},
         {"routing_type", [](ipv6_routing::view s) { return u(s.routing_type()); }},
         {"segments_left", [](ipv6_routing::view s) { return u{s.segments_left()}; }}});
}

TEST(ipv6, fields_of_options_and_authentication_agree_with_the_accessors) {
    using u = std::uint64_t;
    using options = ipv6_hop_by_hop::view;
    using ah = ipv6_authentication::view;
    testing::expect_fields_agree<ipv6_hop_by_hop>(
        {{"next_header", [](options s) { return u(s.next_header()); }},
         {"header_extension_length", [](options s) { return u{s.header_extension_length()}; }}});
    testing::expect_fields_agree<ipv6_authentication>(
        {{"next_header", [](ah s) { return u(s.next_header()); }},
         {"payload_length", [](ah s) { return u{s.payload_length()}; }},
         {"reserved", [](ah s) { return u{s.reserved()}; }},
         {"security_parameters_index", [](ah s) { return u{s.security_parameters_index()}; }},
         {"sequence_number", [](ah s) { return u{s.sequence_number()}; }}});
}

TEST(ipv6, reads_an_echo_request_of_the_kernel) {
    const auto octets = octets_of(echo);
    const auto seen = ipv6::view::parse(octets);
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(seen->flow_label(), 0x83d71U);
    EXPECT_EQ(seen->payload_length(), 16);
    EXPECT_EQ(seen->hop_limit(), 64);
    EXPECT_EQ(to_string(seen->source()), "::1");
    EXPECT_EQ(to_string(seen->destination()), "::1");
    EXPECT_EQ(seen->payload().size(), 16U);
    const auto upper = seen->extensions().upper();
    EXPECT_EQ(upper.protocol, ip_protocol::icmpv6);
    EXPECT_EQ(upper.offset, 40U);
    EXPECT_TRUE(upper.begins_here());
}

TEST(ipv6, emits_the_datagram_that_the_kernel_made) {
    const auto expected = octets_of(echo);
    const auto here = *ipv6_address::parse("::1");
    EXPECT_EQ(emitted(ipv6{.flow_label = 0x83d71,
                           .next_header = ip_protocol::icmpv6,
                           .source = here,
                           .destination = here,
                           .payload = bytes_view(expected).subspan(40)}),
              expected);
}

TEST(ipv6, setters_write_their_field_and_no_other) {
    std::vector<std::uint8_t> octets(40, 0xff);
    const auto seen = *ipv6::mutable_view::parse(octets);
    seen.set_version(6);
    seen.set_traffic_class(0x12);
    EXPECT_EQ(seen.flow_label(), 0xfffffU);
    seen.set_flow_label(0x54321);
    EXPECT_EQ(octets[0], 0x61);
    EXPECT_EQ(octets[1], 0x25);
    EXPECT_EQ(octets[2], 0x43);
    EXPECT_EQ(octets[3], 0x21);
    EXPECT_EQ(octets[4], 0xff);
    seen.set_source({});
    EXPECT_TRUE(seen.source().is_unspecified());
    EXPECT_TRUE(seen.destination().is_multicast());
}

TEST(ipv6, reading_refuses_another_version_with_the_number_it_saw) {
    auto octets = octets_of(echo);
    octets[0] = 0x40;
    const auto meant = ipv6::read(*ipv6::view::parse(octets));
    ASSERT_FALSE(meant.has_value());
    EXPECT_EQ(meant.error().reason, parse_reason::bad_version);
    EXPECT_EQ(meant.error().have_octets, 4U);
    EXPECT_FALSE(ipv6::view::parse(octets)->checked_header_length().has_value());
}

TEST(ipv6, payload_ends_where_the_payload_length_says_and_the_rest_is_a_trailer) {
    auto octets = octets_of(echo);
    octets.resize(80);
    const auto seen = ipv6::view::parse(octets);
    EXPECT_EQ(seen->payload().size(), 16U);
    EXPECT_EQ(seen->trailer().size(), 24U);
    EXPECT_EQ(ipv6::view::parse(bytes_view(octets).first(44))->payload().size(), 4U);
    EXPECT_EQ(ipv6::view::parse(bytes_view(octets).first(44))->payload_declared_len(), 16U);
}

TEST(ipv6, a_payload_length_of_zero_is_true_only_when_nothing_follows) {
    auto octets = octets_of(echo);
    octets[5] = 0;
    EXPECT_EQ(ipv6::view::parse(octets)->payload().size(), 16U);
    octets[6] = 59;
    EXPECT_EQ(ipv6::view::parse(octets)->payload().size(), 0U);
    EXPECT_EQ(ipv6::view::parse(octets)->trailer().size(), 16U);
}

TEST(ipv6, a_jumbogram_has_the_length_of_its_option) {  // RFC 2675 s2
    std::array<std::uint8_t, 16> room{};
    auto options = ipv6_option_builder(room);
    options.jumbo_payload(65536);
    EXPECT_EQ(copied(options.octets()), octets_of("c20400010000"));
    const auto inner =
        emitted(ipv6_hop_by_hop{.next_header = ip_protocol::udp, .options = options.octets()});
    const auto octets = emitted(ipv6{.payload_length = std::uint16_t{0},
                                     .next_header = ip_protocol::ipv6_hop_by_hop,
                                     .payload = inner});
    EXPECT_EQ(ipv6::view::parse(octets)->payload_declared_len(), 65536U);
    EXPECT_EQ(ipv6::view::parse(octets)->payload().size(), 8U);
}

TEST(ipv6_extension, options_of_the_kernel_are_walked_to_the_datagram) {
    const auto octets = octets_of(with_options);
    const auto chain = ipv6::view::parse(octets)->extensions();
    std::vector<ip_protocol> kinds;
    std::vector<std::size_t> offsets;
    for (const ipv6_extension_header& header : chain) {
        kinds.push_back(header.kind);
        offsets.push_back(header.offset);
    }
    EXPECT_EQ(kinds,
              (std::vector{ip_protocol::ipv6_hop_by_hop, ip_protocol::ipv6_destination_options}));
    EXPECT_EQ(offsets, (std::vector<std::size_t>{40, 48}));
    const auto upper = chain.upper();
    EXPECT_EQ(upper.protocol, ip_protocol::udp);
    EXPECT_EQ(upper.offset, 56U);
    EXPECT_EQ(upper.header_count, 2U);
    const auto here = *ipv6_address::parse("::1");
    EXPECT_EQ(verify_transport_checksum(
                  here, here, upper.protocol, bytes_view(octets).subspan(upper.offset)),
              checksum_state::good);
}

TEST(ipv6_options, router_alert_and_tunnel_limit_of_the_kernel_read_and_build_alike) {
    const auto octets = octets_of("3c00050200000100");
    const auto seen = ipv6_hop_by_hop::view::parse(octets);
    const auto alert = seen->option_list().find(ipv6_option_type::router_alert);
    ASSERT_TRUE(alert.has_value());
    EXPECT_EQ(alert->router_alert(), 0);
    EXPECT_EQ(alert->jumbo_payload_length(), std::nullopt);
    std::array<std::uint8_t, 32> room{};
    EXPECT_EQ(
        emitted(ipv6_hop_by_hop{.next_header = ip_protocol::ipv6_destination_options,
                                .options = ipv6_option_builder(room).router_alert(0).octets()}),
        octets);
    const auto limit = octets_of("1100040104010000");
    const auto options = ipv6_destination_options::view::parse(limit)->option_list();
    EXPECT_EQ(options.begin()->tunnel_encapsulation_limit(), 4);
    EXPECT_EQ(options.problem(), std::nullopt);
}

TEST(ipv6_options, pad1_is_one_octet_without_a_length) {
    const auto octets = octets_of("3a00 00 00 0100 00 00");
    std::vector<std::size_t> lengths;
    for (const auto& option : ipv6_hop_by_hop::view::parse(octets)->option_list()) {
        lengths.push_back(option.octets.size());
    }
    EXPECT_EQ(lengths, (std::vector<std::size_t>{1, 1, 2, 1, 1}));
}

TEST(ipv6_options, each_option_lies_where_its_alignment_asks) {
    std::array<std::uint8_t, 64> room{};
    const auto home = *ipv6_address::parse("2001:db8::1");
    // RFC 6275 s6.3: the option begins at 8n + 6, so four octets of padding come before it.
    EXPECT_EQ(copied(ipv6_option_builder(room).home_address(home).octets()),
              octets_of("01020000 c910 20010db8000000000000000000000001"));
    const auto seen = ipv6_option_list(ipv6_option_builder(room).home_address(home).octets());
    EXPECT_EQ(seen.find(ipv6_option_type::home_address)->home_address(), home);
    // RFC 2711: 2n. One octet of anything before it is padded by Pad1.
    EXPECT_EQ(copied(ipv6_option_builder(room).pad(1).router_alert(2).octets()),
              octets_of("00 00 05020002"));
}

TEST(ipv6_options, an_unknown_option_says_what_to_do_with_it_and_passes_as_it_lies) {
    const auto octets = octets_of("3a00 fe02aabb 0000");
    const auto option = *ipv6_hop_by_hop::view::parse(octets)->option_list().begin();
    EXPECT_EQ(option.if_unknown(), ipv6_option_unknown::discard_and_report_if_unicast);
    EXPECT_TRUE(option.may_change_en_route());
    EXPECT_EQ(copied(option.data()), octets_of("aabb"));
    EXPECT_EQ(to_string(option.type), "");
    EXPECT_EQ(to_string(ipv6_option_type::jumbo_payload), "jumbo_payload");
    EXPECT_EQ(emitted(*ipv6_hop_by_hop::read(*ipv6_hop_by_hop::view::parse(octets))), octets);
}

TEST(ipv6_options, an_option_over_the_end_stops_the_walk_with_numbers) {
    const auto octets = octets_of("3a00 0502aabb 0103");
    const auto problem = ipv6_hop_by_hop::view::parse(octets)->option_list().problem();
    ASSERT_TRUE(problem.has_value());
    EXPECT_EQ(problem->offset_octets, 6U);
    EXPECT_EQ(problem->needed_octets, 5U);
    EXPECT_EQ(problem->have_octets, 2U);
    EXPECT_EQ(problem->limit, limit_field::header_length);
}

TEST(ipv6_options, what_does_not_fit_is_left_out_whole) {
    std::array<std::uint8_t, 6> room{};
    auto made = ipv6_option_builder(room);
    made.router_alert(0);
    EXPECT_TRUE(made.fits());
    made.router_alert(0);
    EXPECT_FALSE(made.fits());
    EXPECT_EQ(made.octets().size(), 4U);
}

TEST(ipv6_routing, a_segment_routing_header_of_the_kernel_lists_its_segments) {
    const auto octets = octets_of(with_segments);
    const auto chain = ipv6::view::parse(octets)->extensions();
    const auto seen = ipv6_routing::view::parse(chain.begin()->octets);
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(seen->header_length(), 24U);
    const auto route = ipv6_segment_routing::read(*seen);
    ASSERT_TRUE(route.has_value());
    EXPECT_EQ(route->last_entry, 0);
    ASSERT_EQ(route->count(), 1U);
    EXPECT_EQ(to_string(route->segment(0)), "::1");
    EXPECT_TRUE(route->tlvs.empty());
    EXPECT_EQ(chain.upper().protocol, ip_protocol::udp);
    EXPECT_EQ(chain.upper().offset, 64U);
    EXPECT_FALSE(ipv6_source_route::read(*seen).has_value());
}

TEST(ipv6_routing, segments_that_are_declared_and_missing_are_an_error) {
    auto octets = octets_of("110204000100000000000000000000000000000000000001");
    const auto route = ipv6_segment_routing::read(*ipv6_routing::view::parse(octets));
    ASSERT_FALSE(route.has_value());
    EXPECT_EQ(route.error().needed_octets, 36U);
    EXPECT_EQ(route.error().have_octets, 20U);
}

TEST(ipv6_routing, types_0_and_2_list_whole_addresses) {  // RFC 2460 s4.4, RFC 6275 s6.4
    const auto octets = octets_of("3b02020100000000 20010db8000000000000000000000001");
    const auto route = ipv6_source_route::read(*ipv6_routing::view::parse(octets));
    ASSERT_TRUE(route.has_value());
    ASSERT_EQ(route->count(), 1U);
    EXPECT_EQ(to_string(route->address(0)), "2001:db8::1");
    EXPECT_EQ(to_string(ipv6_routing_type(2)), "home_address");
}

TEST(ipv6_routing, rpl_addresses_are_whole_again_by_the_destination) {  // RFC 6554 s3
    // Two addresses that share 8 octets with the destination, the last one 15; 7 octets of padding.
    const auto octets = octets_of("3b02 03 02 8f700000 0000000000000aaa 0b 00000000000000");
    const auto route = ipv6_rpl_source_route::read(*ipv6_routing::view::parse(octets));
    ASSERT_TRUE(route.has_value());
    ASSERT_EQ(route->count(), 2U);
    const auto destination = *ipv6_address::parse("2001:db8::99");
    EXPECT_EQ(to_string(route->address(0, destination)), "2001:db8::aaa");
    EXPECT_EQ(to_string(route->address(1, destination)), "2001:db8::b");
}

TEST(ipv6_routing, more_padding_than_octets_is_an_error) {
    const auto octets = octets_of("3b00 03 01 00f00000");
    const auto route = ipv6_rpl_source_route::read(*ipv6_routing::view::parse(octets));
    ASSERT_FALSE(route.has_value());
    EXPECT_EQ(route.error().reason, parse_reason::bad_length);
}

TEST(ipv6_fragment, a_first_fragment_begins_the_upper_layer_and_a_later_one_does_not) {
    const auto rest = octets_of("0102030405060708");
    for (const std::uint16_t offset : {std::uint16_t{0}, std::uint16_t{185}}) {
        const auto inner = emitted(ipv6_fragment{.next_header = ip_protocol::udp,
                                                 .fragment_offset = offset,
                                                 .more_fragments = true,
                                                 .identification = 0xcafe,
                                                 .payload = rest});
        const auto upper = ipv6_extension_chain(inner, ip_protocol::ipv6_fragment, 0).upper();
        EXPECT_EQ(upper.protocol, ip_protocol::udp);
        EXPECT_EQ(upper.offset, 8U);
        EXPECT_EQ(upper.fragment, (ipv6_fragment_info{0xcafe, offset, true}));
        EXPECT_EQ(upper.begins_here(), offset == 0);
        EXPECT_EQ(upper.stopped, std::nullopt);
    }
}

TEST(ipv6_fragment, nothing_is_walked_inside_a_later_fragment) {
    // The middle of something that looks like an extension header.
    const auto octets = octets_of("0000 0008 0000cafe 1100010400000000");
    const auto upper = ipv6_extension_chain(octets, ip_protocol::ipv6_fragment, 0).upper();
    EXPECT_EQ(upper.protocol, ip_protocol::ipv6_hop_by_hop);
    EXPECT_EQ(upper.header_count, 1U);
}

TEST(ipv6_authentication, its_length_counts_words_of_four_octets_less_two) {  // RFC 4302 s2.2
    const auto check = octets_of("0102030405060708090a0b0c");
    const auto octets = emitted(ipv6_authentication{.next_header = ip_protocol::tcp,
                                                    .security_parameters_index = 0x100,
                                                    .sequence_number = 1,
                                                    .integrity_check_value = check});
    EXPECT_EQ(octets, octets_of("0604 0000 00000100 00000001 0102030405060708090a0b0c"));
    const auto upper = ipv6_extension_chain(octets, ip_protocol::authentication_header, 0).upper();
    EXPECT_EQ(upper.protocol, ip_protocol::tcp);
    EXPECT_EQ(upper.offset, 24U);
}

TEST(ipv6_authentication, a_header_shorter_than_its_fixed_part_is_an_error) {
    const auto octets = octets_of("3a000000000001000000000180000000");
    const auto meant = ipv6_authentication::read(*ipv6_authentication::view::parse(octets));
    ASSERT_FALSE(meant.has_value());
    EXPECT_EQ(meant.error().reason, parse_reason::bad_length);
    EXPECT_EQ(meant.error().have_octets, 8U);
    const auto upper = ipv6_extension_chain(octets, ip_protocol::authentication_header, 0).upper();
    ASSERT_TRUE(upper.stopped.has_value());
    EXPECT_EQ(*upper.stopped, meant.error());
    EXPECT_EQ(upper.protocol, ip_protocol::authentication_header);
}

TEST(ipv6_extension, esp_no_next_header_and_mobility_end_the_chain) {
    const auto octets = octets_of("1100010400000000");
    for (const auto first : {ip_protocol::encapsulating_security_payload,
                             ip_protocol::no_next_header,
                             ip_protocol::mobility}) {
        const auto upper = ipv6_extension_chain(octets, first, 0).upper();
        EXPECT_EQ(upper.protocol, first);
        EXPECT_EQ(upper.offset, 0U);
        EXPECT_EQ(upper.stopped, std::nullopt);
    }
}

TEST(ipv6_extension, every_cut_is_reported_with_what_was_needed_and_there) {
    const auto octets = octets_of(with_options);
    for (std::size_t len = 40; len < 56; ++len) {
        const auto chain = ipv6::view::parse(bytes_view(octets).first(len))->extensions();
        const auto upper = chain.upper();
        ASSERT_TRUE(upper.stopped.has_value()) << len;
        const std::size_t at = len < 48 ? 40 : 48;
        EXPECT_EQ(upper.stopped->reason, parse_reason::truncated);
        EXPECT_EQ(upper.stopped->limit, limit_field::captured);
        EXPECT_EQ(upper.stopped->offset_octets, at) << len;
        EXPECT_EQ(upper.stopped->have_octets, len - at) << len;
        EXPECT_EQ(upper.stopped->needed_octets, len - at < 2 ? 2U : 8U) << len;
        EXPECT_FALSE(upper.begins_here());
    }
}

TEST(ipv6_extension, a_payload_length_that_cuts_a_header_is_named_as_the_limit) {
    auto octets = octets_of(with_options);
    octets[5] = 12;
    const auto upper = ipv6::view::parse(octets)->extensions().upper();
    ASSERT_TRUE(upper.stopped.has_value());
    EXPECT_EQ(upper.stopped->limit, limit_field::outer_length);
    EXPECT_EQ(upper.stopped->at, layer::ipv6_destination_options);
    EXPECT_EQ(upper.stopped->have_octets, 4U);
}

TEST(ipv6_extension, an_endless_chain_is_refused) {
    std::string hex;
    for (int i = 0; i < 17; ++i) hex += "3c00010400000000";
    const auto octets = octets_of(hex);
    const auto chain = ipv6_extension_chain(octets, ip_protocol::ipv6_destination_options, 0);
    const auto upper = chain.upper();
    ASSERT_TRUE(upper.stopped.has_value());
    EXPECT_EQ(upper.stopped->reason, parse_reason::too_deep);
    EXPECT_EQ(upper.header_count, ipv6_extension_chain::depth_max);
    EXPECT_EQ(upper.stopped->offset_octets, 128U);
}

}  // namespace
}  // namespace sonde
