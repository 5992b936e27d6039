#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/testing/corpus.hpp>
#include <sonde/wire/network/nd_messages.hpp>
#include <sonde/wire/network/nd_options.hpp>

namespace sonde {
namespace {

using namespace std::chrono_literals;
using octet_vector = std::vector<std::uint8_t>;

// An option read from octets that outlive it. The octets come from drawings in RFCs.
template <class Option>
result<Option> read_option(const octet_vector& octets) {
    const auto option = nd_option::parse(octets);
    EXPECT_TRUE(option.has_value());
    return Option::read(*option);
}

template <class Option>
octet_vector emitted(const Option& option) {
    octet_vector octets(option.wire_len(), 0xa5);
    option.emit(octets);
    return octets;
}

ipv6_address address(std::string_view text) { return *ipv6_address::parse(text); }

TEST(nd_option, a_length_of_zero_stops_the_walk_and_leaves_what_came_before) {
    const octet_vector octets{5, 1, 0, 0, 0, 0, 5, 0xdc, 1, 0, 2, 0,
                              0, 0, 0, 1, 5, 1, 0, 0,    0, 0, 0, 0};
    const nd_options options{octets};
    ASSERT_EQ(std::distance(options.begin(), options.end()), 1);
    EXPECT_EQ(nd_mtu::read(*options.begin())->mtu, 1500U);
    const auto stopped = options.error();
    ASSERT_TRUE(stopped.has_value());
    EXPECT_EQ(stopped->reason, parse_reason::bad_length);
    EXPECT_EQ(stopped->at, layer::nd_option);
    EXPECT_EQ(stopped->offset_octets, 9U) << "the length octet";
    EXPECT_EQ(stopped->limit, limit_field::option_length);
}

TEST(nd_option, an_option_longer_than_the_message_is_truncated) {
    const octet_vector octets{3, 4, 64, 0xc0, 0, 0, 0, 0};
    const auto option = nd_option::parse(octets);
    ASSERT_FALSE(option.has_value());
    EXPECT_EQ(option.error().reason, parse_reason::truncated);
    EXPECT_EQ(option.error().needed_octets, 32U);
    EXPECT_EQ(option.error().have_octets, 8U);
    EXPECT_EQ(nd_option::parse(bytes_view(octets).first(1)).error().reason,
              parse_reason::truncated);
}

TEST(nd_option, an_unknown_option_survives) {
    const octet_vector octets{200, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    const auto option = nd_option::parse(octets);
    EXPECT_EQ(to_string(option->type()), "");
    EXPECT_EQ(emitted(*nd_opaque::read(*option)), octets);
}

TEST(nd_option, each_reader_refuses_another_type) {
    const octet_vector octets{200, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                              0,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    const auto option = *nd_option::parse(octets);
    const auto refused = [&option]<class Option>() {
        const auto meant = Option::read(option);
        return !meant && meant.error().reason == parse_reason::not_this_message;
    };
    EXPECT_TRUE(refused.template operator()<nd_link_layer_address>());
    EXPECT_TRUE(refused.template operator()<nd_prefix_information>());
    EXPECT_TRUE(refused.template operator()<nd_redirected_header>());
    EXPECT_TRUE(refused.template operator()<nd_mtu>());
    EXPECT_TRUE(refused.template operator()<nd_route_information>());
    EXPECT_TRUE(refused.template operator()<nd_recursive_dns_server>());
    EXPECT_TRUE(refused.template operator()<nd_dns_search_list>());
    EXPECT_TRUE(refused.template operator()<nd_captive_portal>());
    EXPECT_TRUE(refused.template operator()<nd_pref64>());
    EXPECT_TRUE(refused.template operator()<nd_flags_extension>());
}

// gen_icmp.py documents this router advertisement.
TEST(nd_option, every_option_of_the_generated_advertisement_is_read_and_built_alike) {
    SONDE_REQUIRE_CORPUS();
    const auto frame = testing::read_capture("icmp-generated/icmp6_nd.pcap").at(3);
    const auto seen = router_advertisement::view::parse(bytes_view(frame.octets).subspan(54));
    const std::vector<nd_option> options(seen->options().begin(), seen->options().end());
    ASSERT_EQ(options.size(), 6U);

    const auto link_layer = nd_link_layer_address::read(options[0]);
    EXPECT_TRUE(link_layer->mac().has_value());
    const auto mtu = nd_mtu::read(options[1]);
    EXPECT_EQ(mtu->mtu, 1480U);
    const auto prefix = nd_prefix_information::read(options[2]);
    EXPECT_EQ(prefix->prefix_length, 64);
    EXPECT_TRUE(prefix->on_link && prefix->autonomous);
    EXPECT_FALSE(prefix->router_address || prefix->dhcpv6_pd_preferred);
    EXPECT_EQ(prefix->valid_lifetime, 2592000s);
    EXPECT_EQ(prefix->preferred_lifetime, 604800s);
    EXPECT_EQ(prefix->prefix, address("2001:db8:1::"));
    const auto servers = nd_recursive_dns_server::read(options[3]);
    EXPECT_EQ(servers->lifetime, 600s);
    ASSERT_EQ(servers->addresses().size(), 1U);
    EXPECT_EQ(servers->addresses()[0], address("2001:db8::53"));
    const auto domains = nd_dns_search_list::read(options[4]);
    EXPECT_EQ(domains->lifetime, 600s);
    ASSERT_EQ(std::distance(domains->names().begin(), domains->names().end()), 1);
    EXPECT_EQ(domains->names().begin()->text(), "example.org");
    EXPECT_FALSE(domains->names().error().has_value());
    const auto route = nd_route_information::read(options[5]);
    EXPECT_EQ(route->prefix_length, 48);
    EXPECT_EQ(route->preference, router_preference::high);
    EXPECT_EQ(route->route_lifetime, 600s);
    EXPECT_EQ(route->prefix, address("2001:db8:2::"));

    octet_vector built(nd_options_len(*link_layer, *mtu, *prefix, *servers, *domains, *route));
    emit_nd_options(built, *link_layer, *mtu, *prefix, *servers, *domains, *route);
    EXPECT_TRUE(std::ranges::equal(built, seen->options().octets()));
}

TEST(nd_option, the_redirected_header_of_a_captured_redirect_is_the_packet) {
    SONDE_REQUIRE_CORPUS();
    const auto frame = testing::read_capture("icmp6/icmp6-redirect-hdr-opt.pcap").at(0);
    const auto seen = nd_redirect::view::parse(bytes_view(frame.octets).subspan(54));
    const auto header = nd_redirected_header::read(*seen->options().begin());
    ASSERT_TRUE(header.has_value());
    EXPECT_EQ(header->packet.size(), 56U);
    EXPECT_EQ(header->packet[0] >> 4, 6);
    EXPECT_TRUE(std::ranges::equal(emitted(*header), seen->options().begin()->octets()));
}

// Both captured lists begin with an octet that RFC 1035 s4.1.4 reserves (10) or uses for pointers
// (11).
TEST(nd_option, a_captured_search_list_with_a_label_of_226_octets_is_refused_safely) {
    SONDE_REQUIRE_CORPUS();
    for (const auto& frame : testing::read_capture("icmp6/icmp_nd_dnssl.pcap")) {
        const auto seen = router_advertisement::view::parse(bytes_view(frame.octets).subspan(54));
        const auto list = nd_dns_search_list::read(*seen->options().begin());
        ASSERT_TRUE(list.has_value());
        EXPECT_EQ(list->names().begin(), list->names().end());
        ASSERT_TRUE(list->names().error().has_value());
        EXPECT_EQ(list->names().error()->reason, parse_reason::bad_value);
    }
}

TEST(nd_option, a_prefix_option_of_another_size_or_too_many_bits_is_refused) {
    octet_vector octets = emitted(nd_prefix_information{});
    octets[2] = 129;
    EXPECT_EQ(read_option<nd_prefix_information>(octets).error().reason, parse_reason::bad_value);
    octets[2] = 128;
    EXPECT_TRUE(read_option<nd_prefix_information>(octets).has_value());
    octets[1] = 3;
    EXPECT_EQ(read_option<nd_prefix_information>(octets).error().reason, parse_reason::bad_length);
    const octet_vector long_mtu{5, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(read_option<nd_mtu>(long_mtu).error().reason, parse_reason::bad_length);
}

// RFC 4861 s4.6.2: L, A; RFC 6275 s7.2: R; RFC 9762 s4: P.
TEST(nd_option, the_flags_of_a_prefix_are_told_apart) {
    const auto flags_of = [](const nd_prefix_information& prefix) { return emitted(prefix)[3]; };
    EXPECT_EQ(flags_of({.on_link = true}), 0x80);
    EXPECT_EQ(flags_of({.autonomous = true}), 0x40);
    EXPECT_EQ(flags_of({.router_address = true}), 0x20);
    EXPECT_EQ(flags_of({.dhcpv6_pd_preferred = true}), 0x10);
    octet_vector octets = emitted(nd_prefix_information{});
    octets[3] = 0xa0;
    const auto meant = read_option<nd_prefix_information>(octets);
    EXPECT_TRUE(meant->on_link && meant->router_address);
    EXPECT_FALSE(meant->autonomous || meant->dhcpv6_pd_preferred);
}

TEST(nd_option, an_infinite_lifetime_stays_infinite) {
    const auto meant = read_option<nd_prefix_information>(
        emitted(nd_prefix_information{.valid_lifetime = nd_lifetime_infinite}));
    EXPECT_EQ(meant->valid_lifetime, nd_lifetime_infinite);
}

// RFC 4191 s2.3: length 1, 2 or 3, by how many octets of prefix are needed.
TEST(nd_option, a_route_is_as_long_as_its_prefix_asks) {
    EXPECT_EQ(emitted(nd_route_information{.prefix_length = 0}),
              (octet_vector{24, 1, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(emitted(nd_route_information{.prefix_length = 64}).size(), 16U);
    EXPECT_EQ(emitted(nd_route_information{.prefix_length = 65}).size(), 24U);
    octet_vector octets = emitted(nd_route_information{.prefix_length = 48,
                                                       .preference = router_preference::low,
                                                       .prefix = address("2001:db8:2::")});
    EXPECT_EQ(octets[3], 0x18);
    EXPECT_EQ(read_option<nd_route_information>(octets)->prefix, address("2001:db8:2::"));
    octets[2] = 65;
    EXPECT_EQ(read_option<nd_route_information>(octets).error().reason, parse_reason::bad_length);
    octets[2] = 129;
    EXPECT_EQ(read_option<nd_route_information>(octets).error().reason, parse_reason::bad_value);
    octet_vector four_words(32);
    four_words[0] = 24;
    four_words[1] = 4;
    EXPECT_EQ(read_option<nd_route_information>(four_words).error().reason,
              parse_reason::bad_length);
}

// RFC 8106 s5.3.1: at least three words, and an odd number of them.
TEST(nd_option, a_list_of_servers_holds_whole_addresses) {
    for (const std::uint8_t words : std::array<std::uint8_t, 3>{1, 2, 4}) {
        octet_vector octets(std::size_t{words} * 8);
        octets[0] = 25;
        octets[1] = words;
        EXPECT_EQ(read_option<nd_recursive_dns_server>(octets).error().reason,
                  parse_reason::bad_length);
    }
    octet_vector octets(40);
    octets[0] = 25;
    octets[1] = 5;
    octets[39] = 0x53;
    const auto meant = read_option<nd_recursive_dns_server>(octets);
    ASSERT_EQ(meant->addresses().size(), 2U);
    EXPECT_EQ(meant->addresses()[1], address("::53"));
}

octet_vector search_list(const octet_vector& labels) {
    return emitted(nd_dns_search_list{.lifetime = nd_lifetime(600), .labels = labels});
}

TEST(nd_option, names_of_a_search_list_end_at_its_padding) {
    const octet_vector labels{1, 'a', 0, 1, 'b', 1, 'c', 0};
    const auto octets = search_list(labels);
    const auto list = read_option<nd_dns_search_list>(octets);
    ASSERT_TRUE(list.has_value());
    EXPECT_TRUE(std::ranges::equal(list->labels, labels));
    std::vector<std::string> names;
    for (const auto& name : list->names()) names.push_back(name.text());
    EXPECT_EQ(names, (std::vector<std::string>{"a", "b.c"}));
    const octet_vector short_list{31, 1, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(read_option<nd_dns_search_list>(short_list).error().reason, parse_reason::bad_length);
}

// RFC 8106 s5.2: the length of the option is two words or more.
TEST(nd_option, a_search_list_without_names_is_read_again) {
    const auto octets = search_list({});
    EXPECT_EQ(octets.size(), 16U);
    const auto list = read_option<nd_dns_search_list>(octets);
    ASSERT_TRUE(list.has_value());
    EXPECT_EQ(list->names().begin(), list->names().end());
    EXPECT_FALSE(list->names().error().has_value());
}

parse_error name_error(const octet_vector& labels) {
    const auto name = dns_search_name::parse(labels);
    EXPECT_FALSE(name.has_value());
    return name.error();
}

TEST(nd_option, a_broken_name_is_refused_with_its_reason) {
    EXPECT_EQ(name_error({1, 'a', 0xc0, 0}).reason, parse_reason::bad_value) << "a pointer";
    EXPECT_EQ(name_error({1, 'a', 0xc0, 0}).offset_octets, 2U);
    EXPECT_EQ(name_error({64, 'a'}).reason, parse_reason::bad_value) << "a label of 64 octets";
    EXPECT_EQ(name_error({3, 'a', 'b'}).reason, parse_reason::truncated);
    EXPECT_EQ(name_error({1, 'a'}).reason, parse_reason::truncated) << "no empty label";
    EXPECT_EQ(name_error({}).reason, parse_reason::truncated);
    octet_vector too_long;
    for (int i = 0; i < 128; ++i) too_long.insert(too_long.end(), {1, 'a'});
    too_long.push_back(0);
    EXPECT_EQ(name_error(too_long).reason, parse_reason::bad_length);
}

TEST(nd_option, the_longest_name_of_rfc_1035_is_read) {
    octet_vector labels;
    for (int i = 0; i < 127; ++i) labels.insert(labels.end(), {1, 'a'});
    labels.push_back(0);
    ASSERT_EQ(labels.size(), 255U);
    EXPECT_TRUE(dns_search_name::parse(labels).has_value());
}

// RFC 1035 s5.1: \X for a character that means something, \DDD for any octet.
TEST(nd_option, nothing_of_a_name_reaches_a_screen_unescaped) {
    const octet_vector labels{4, 'a', '.', 0x1b, '\\', 1, 0xff, 0};
    EXPECT_EQ(dns_search_name::parse(labels)->text(), "a\\.\\027\\\\.\\255");
    EXPECT_EQ(dns_search_name::parse(octet_vector{0})->text(), ".");
}

TEST(nd_option, a_name_is_written_as_labels) {
    octet_vector out(13);
    EXPECT_EQ(put_dns_name(out, "example.org"), 13U);
    EXPECT_EQ(out, (octet_vector{7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 3, 'o', 'r', 'g', 0}));
    EXPECT_EQ(put_dns_name(out, "example.org."), 13U);
    EXPECT_EQ(put_dns_name(bytes_mut(out).first(12), "example.org"), std::nullopt);
    EXPECT_EQ(put_dns_name(out, ""), 1U) << "the root";
    EXPECT_EQ(put_dns_name(bytes_mut(out).first(0), ""), std::nullopt);
    for (const std::string_view wrong : {"a..b", ".a", "a..", ".."}) {
        EXPECT_EQ(put_dns_name(out, wrong), std::nullopt) << wrong;
    }
}

TEST(nd_option, names_beyond_the_limits_of_rfc_1035_are_not_written) {
    octet_vector out(400);
    EXPECT_EQ(put_dns_name(out, std::string(63, 'a')), 65U);
    EXPECT_EQ(put_dns_name(out, std::string(64, 'a')), std::nullopt);
    std::string longest = "a";
    for (int i = 0; i < 126; ++i) longest += ".a";
    EXPECT_EQ(put_dns_name(out, longest), 255U);
    EXPECT_EQ(put_dns_name(out, longest + ".a"), std::nullopt);
    EXPECT_EQ(put_dns_name(out, longest + "a"), std::nullopt);
}

// RFC 8910 s2.3: type 37, a URI, padded with NUL.
TEST(nd_option, a_captive_portal_is_its_uri_without_the_padding) {
    const octet_vector octets{
        37, 2, 'h', 't', 't', 'p', 's', ':', '/', '/', 'a', '.', 'b', 0, 0, 0};
    const auto meant = read_option<nd_captive_portal>(octets);
    ASSERT_TRUE(meant.has_value());
    EXPECT_EQ(std::string(meant->uri.begin(), meant->uri.end()), "https://a.b");
    EXPECT_EQ(emitted(*meant), octets);
}

// RFC 8781 s4: 1800 s are 225 units of 8 s, above three bits of prefix length code; 0 is /96.
TEST(nd_option, a_nat64_prefix_has_a_scaled_lifetime_and_a_coded_length) {
    const octet_vector octets{38, 2, 0x07, 0x08, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
    const auto meant = read_option<nd_pref64>(octets);
    ASSERT_TRUE(meant.has_value());
    EXPECT_EQ(meant->lifetime, 1800s);
    EXPECT_EQ(meant->prefix_length, 96);
    EXPECT_EQ(meant->prefix, address("64:ff9b::"));
    EXPECT_EQ(emitted(*meant), octets);
}

TEST(nd_option, every_prefix_length_of_rfc_8781_has_its_code) {
    const std::array<std::uint8_t, 6> lengths{96, 64, 56, 48, 40, 32};
    for (std::uint8_t code = 0; code < 8; ++code) {
        octet_vector octets = emitted(nd_pref64{});
        octets[3] = code;
        const auto meant = read_option<nd_pref64>(octets);
        if (code < lengths.size()) {
            EXPECT_EQ(meant->prefix_length, lengths[code]);
            EXPECT_EQ(emitted(*meant)[3], code);
        } else {
            EXPECT_EQ(meant.error().reason, parse_reason::bad_value);
        }
    }
    EXPECT_EQ(emitted(nd_pref64{.lifetime = 1s})[3], 0x08) << "rounded up to 8 s";
    const auto longest = emitted(nd_pref64{.lifetime = 100000s});
    EXPECT_EQ(longest[2], 0xff);
    EXPECT_EQ(longest[3], 0xf8);
    const octet_vector short_option{38, 1, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(read_option<nd_pref64>(short_option).error().reason, parse_reason::bad_length);
}

// RFC 5175 s4: 48 bits after type and length.
TEST(nd_option, the_flags_extension_carries_48_bits) {
    const octet_vector octets{26, 1, 0x80, 0, 0, 0, 0, 0x01};
    const auto meant = read_option<nd_flags_extension>(octets);
    EXPECT_EQ(meant->flags, 0x800000000001U);
    EXPECT_EQ(emitted(*meant), octets);
}

TEST(nd_option, what_an_option_cannot_hold_is_cut) {
    const octet_vector packet(3000, 0x60);
    const auto octets = emitted(nd_redirected_header{.packet = packet});
    ASSERT_EQ(octets.size(), 2040U);
    EXPECT_EQ(octets[1], 255);
    EXPECT_EQ(octets.back(), 0x60);
}

TEST(nd_option, every_assigned_type_has_a_name) {
    int named = 0;
    for (unsigned value = 0; value < 256; ++value) {
        named += int{!to_string(nd_option_type{static_cast<std::uint8_t>(value)}).empty()};
    }
    EXPECT_EQ(named, 46);
    EXPECT_EQ(to_string(nd_option_type::recursive_dns_server), "Recursive DNS Server Option");
    EXPECT_EQ(to_string(router_preference::low), "low");
}

}  // namespace
}  // namespace sonde
