#include <array>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv4_options.hpp>

#include "octets_of.hpp"

namespace sonde {
namespace {

using testing::octets_of;

constexpr ipv4_address loopback{0x7f000001};

std::vector<header_option> all_of(bytes_view octets) {
    std::vector<header_option> options;
    for (const header_option& option : ipv4_option_list(octets)) options.push_back(option);
    return options;
}

std::vector<std::uint8_t> copied(bytes_view octets) { return {octets.begin(), octets.end()}; }

// Below: options of echo requests and replies as Linux 6.18 and ping of iputils 20221126 put them
// on the loopback (ping -R, ping -T tsonly, tsandaddr, tsprespec).

TEST(ipv4_options, a_recorded_route_says_who_was_passed) {
    const auto octets = octets_of(
        "010727107f0000017f0000017f000001000000000000000000000000000000000000000000000000");
    const auto options = all_of(octets);
    ASSERT_EQ(options.size(), 2U);
    EXPECT_EQ(ipv4_type(options[0]), ipv4_option_type::no_operation);
    const auto route = ipv4_route_option::read(options[1]);
    ASSERT_TRUE(route.has_value());
    EXPECT_EQ(route->count(), 9U);
    EXPECT_EQ(route->done_count(), 3U);
    EXPECT_EQ(route->address(2), loopback);
}

TEST(ipv4_options, ping_asks_for_a_route_in_the_octets_that_we_build) {
    // The kernel fills the first address of its own option before it sends.
    const auto made = ipv4_option_builder().no_operation().record_route(9);
    EXPECT_EQ(copied(made.octets()), octets_of("01072704" + std::string(72, '0')));
    EXPECT_TRUE(made.fits());
}

TEST(ipv4_options, timestamps_alone) {
    const auto octets = octets_of("4428110001f9380a01f9380a01f9380a" + std::string(48, '0'));
    const auto stamps = ipv4_timestamp_option::read(all_of(octets)[0]);
    ASSERT_TRUE(stamps.has_value());
    EXPECT_EQ(stamps->flag, ipv4_timestamp_flag::timestamps);
    EXPECT_EQ(stamps->count(), 9U);
    EXPECT_EQ(stamps->done_count(), 3U);
    EXPECT_EQ(stamps->entry(1).timestamp, 0x01f9380aU);
    EXPECT_FALSE(stamps->entry(1).address.has_value());
    EXPECT_TRUE(stamps->entry(1).is_milliseconds());
}

TEST(ipv4_options, timestamps_with_addresses) {
    const auto octets =
        octets_of("44241d017f00000101f93a027f00000101f93a027f00000101f93a020000000000000000");
    const auto stamps = ipv4_timestamp_option::read(all_of(octets)[0]);
    ASSERT_TRUE(stamps.has_value());
    EXPECT_EQ(stamps->flag, ipv4_timestamp_flag::addresses_and_timestamps);
    EXPECT_EQ(stamps->count(), 4U);
    EXPECT_EQ(stamps->done_count(), 3U);
    EXPECT_EQ(stamps->entry(2).address, loopback);
    EXPECT_EQ(stamps->entry(2).timestamp, 0x01f93a02U);
}

TEST(ipv4_options, timestamps_of_prespecified_routers) {
    const auto octets = octets_of("440c0d037f00000101f93bfa");
    const auto stamps = ipv4_timestamp_option::read(all_of(octets)[0]);
    ASSERT_TRUE(stamps.has_value());
    EXPECT_EQ(stamps->flag, ipv4_timestamp_flag::prespecified_addresses);
    EXPECT_EQ(stamps->done_count(), 1U);
    EXPECT_EQ(stamps->entry(0).address, loopback);
}

TEST(ipv4_options, a_timestamp_flag_that_nobody_defined_has_no_entries_and_loses_nothing) {
    const auto octets = octets_of("440c05f77f00000101f93bfa");
    const auto stamps = ipv4_timestamp_option::read(all_of(octets)[0]);
    ASSERT_TRUE(stamps.has_value());
    EXPECT_EQ(stamps->overflow, 15);
    EXPECT_EQ(stamps->count(), 0U);
    EXPECT_EQ(stamps->done_count(), 0U);
    EXPECT_EQ(stamps->entries.size(), 8U);
}

TEST(ipv4_options, the_three_forms_of_timestamps_are_built_as_ping_builds_them) {
    EXPECT_EQ(copied(ipv4_option_builder().timestamps(9).octets()),
              octets_of("44280500" + std::string(72, '0')));
    EXPECT_EQ(copied(ipv4_option_builder().addresses_and_timestamps(4).octets()),
              octets_of("44240501" + std::string(64, '0')));
    EXPECT_EQ(copied(ipv4_option_builder().prespecified_timestamps(std::array{loopback}).octets()),
              octets_of("440c05037f00000100000000"));
}

TEST(ipv4_options, source_routes_are_addresses_behind_a_pointer_of_four) {
    const std::array<ipv4_address, 2> hops{{{0xc0000201}, {0xc6336401}}};
    const auto loose = ipv4_option_builder().loose_source_route(hops);
    EXPECT_EQ(copied(loose.octets()), octets_of("830b04c0000201c6336401"));  // RFC 791 s3.1
    const auto strict = ipv4_option_builder().strict_source_route(hops);
    const auto route = ipv4_route_option::read(all_of(strict.octets())[0]);
    ASSERT_TRUE(route.has_value());
    EXPECT_EQ(route->type, ipv4_option_type::strict_source_route);
    EXPECT_EQ(route->done_count(), 0U);
    EXPECT_EQ(route->address(1), hops[1]);
}

TEST(ipv4_options, router_alert_is_148_4_0_0) {  // RFC 2113 s2.1
    const auto made = ipv4_option_builder().router_alert();
    EXPECT_EQ(copied(made.octets()), octets_of("94040000"));
    EXPECT_EQ(ipv4_router_alert(all_of(made.octets())[0]), 0);
}

TEST(ipv4_options, security_has_a_level_and_flags_of_authorities) {  // RFC 1108 s2
    const auto flags = octets_of("80");
    const auto made = ipv4_option_builder().security(ipv4_security_option::level::secret, flags);
    EXPECT_EQ(copied(made.octets()), octets_of("82045a80"));
    const auto seen = ipv4_security_option::read(all_of(made.octets())[0]);
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(seen->classification, ipv4_security_option::level::secret);
    EXPECT_EQ(copied(seen->protection_authority), flags);
    EXPECT_EQ(to_string(seen->classification), "secret");
}

TEST(ipv4_options, mtu_probe_mtu_reply_and_stream_identifier_hold_sixteen_bits) {
    const auto made = ipv4_option_builder().mtu_probe(1500).mtu_reply(576).stream_identifier(7);
    EXPECT_EQ(copied(made.octets()), octets_of("0b0405dc 0c040240 88040007"));  // RFC 1063, 791
    const auto options = all_of(made.octets());
    EXPECT_EQ(ipv4_mtu(options[0]), 1500);
    EXPECT_EQ(ipv4_mtu(options[1]), 576);
    EXPECT_EQ(ipv4_stream_identifier(options[2]), 7);
    EXPECT_EQ(ipv4_mtu(options[2]), std::nullopt);
}

TEST(ipv4_options, two_end_of_list_octets_and_padding_are_no_error) {
    const auto octets = octets_of("9404000000000000");
    const ipv4_option_list list{bytes_view(octets)};
    EXPECT_EQ(list.problem(), std::nullopt);
    const auto options = all_of(octets);
    ASSERT_EQ(options.size(), 2U);
    EXPECT_EQ(options[1].type, 0);
    EXPECT_EQ(options[1].data().size(), 3U);
}

TEST(ipv4_options, an_unknown_option_passes_as_it_lies) {
    const auto octets = octets_of("9e05aabbcc01010101");
    const auto options = all_of(octets);
    ASSERT_EQ(options.size(), 5U);
    EXPECT_EQ(options[0].type, 0x9e);
    EXPECT_EQ(copied(options[0].data()), octets_of("aabbcc"));
    EXPECT_EQ(to_string(ipv4_option_type(99)), "");
}

TEST(ipv4_options, an_option_over_the_end_stops_the_walk_with_numbers) {
    auto octets = octets_of("46000018000000004001000000000000000000000107ff04");
    octets[20] = 7;
    octets[21] = 12;
    const auto seen = ipv4::view::parse(octets);
    const auto problem = seen->option_list().problem();
    ASSERT_TRUE(problem.has_value());
    EXPECT_EQ(to_sentence(*problem),
              "ip_option: truncated: needed 12 octets, had 4, at offset 20 (limit: header length)");
}

TEST(ipv4_options, a_length_below_two_stops_the_walk) {
    const auto octets = octets_of("0107010000");
    const auto problem = ipv4_option_list(octets).problem();
    ASSERT_TRUE(problem.has_value());
    EXPECT_EQ(problem->reason, parse_reason::bad_length);
    EXPECT_EQ(problem->offset_octets, 1U);
    EXPECT_EQ(problem->have_octets, 1U);
}

TEST(ipv4_options, a_type_without_its_length_octet_is_truncated) {
    const auto octets = octets_of("010107");
    const auto problem = ipv4_option_list(octets).problem();
    ASSERT_TRUE(problem.has_value());
    EXPECT_EQ(problem->reason, parse_reason::truncated);
    EXPECT_EQ(problem->offset_octets, 2U);
}

TEST(ipv4_options, short_options_of_known_types_mean_nothing) {
    EXPECT_FALSE(ipv4_route_option::read(all_of(octets_of("0702"))[0]).has_value());
    EXPECT_FALSE(ipv4_timestamp_option::read(all_of(octets_of("440305"))[0]).has_value());
    EXPECT_FALSE(ipv4_security_option::read(all_of(octets_of("8202"))[0]).has_value());
    EXPECT_EQ(ipv4_router_alert(all_of(octets_of("940300"))[0]), std::nullopt);
}

TEST(ipv4_options, what_does_not_fit_is_left_out_whole) {
    auto made = ipv4_option_builder().record_route(9);
    EXPECT_TRUE(made.fits());
    EXPECT_FALSE(made.router_alert().fits());
    EXPECT_EQ(made.octets().size(), 39U);
    EXPECT_FALSE(ipv4_option_builder().record_route(10).fits());
    EXPECT_FALSE(ipv4_option_builder().timestamps(SIZE_MAX).fits());
}

TEST(ipv4_options, the_high_bit_of_a_type_says_that_fragments_carry_it) {  // RFC 791 s3.1
    EXPECT_TRUE(is_copied_on_fragmentation(ipv4_option_type::loose_source_route));
    EXPECT_FALSE(is_copied_on_fragmentation(ipv4_option_type::record_route));
}

}  // namespace
}  // namespace sonde
