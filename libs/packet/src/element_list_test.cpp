#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/element_list.hpp>
#include <sonde/wire/application/dhcp.hpp>
#include <sonde/wire/network/ipv4_options.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/network/nd_messages.hpp>
#include <sonde/wire/transport/geneve.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/tcp_options.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde {
namespace {

using octets = std::vector<std::uint8_t>;

std::string hex(bytes_view in) { return hex_literal(in); }

built_packet syn() {
    built_packet p;
    const auto options = tcp_option_builder().maximum_segment_size(1460).sack_permitted();
    p.add(ipv4{}).add(tcp{.flags = tcp_flags::syn, .options = options.octets()});
    return p;
}
element_list list_of(const built_packet& p, std::size_t at) {
    auto list = element_list::of(p, at);
    EXPECT_TRUE(list) << (list ? "" : list.error().sentence);
    return *list;
}
std::string texts(const element_list& list) {
    std::string all;
    for (const element& one : list) all += (all.empty() ? "" : ", ") + one.text();
    return all;
}

TEST(element_list, options_are_read_as_elements_without_their_padding) {
    const element_list options = list_of(syn(), 1);
    EXPECT_EQ(options.name(), "options");
    EXPECT_EQ(texts(options), "maximum_segment_size(1460), sack_permitted");
    EXPECT_EQ(options[0].type(), 2U);
    EXPECT_EQ(hex(options[0].value()), "x'05 b4'");
    EXPECT_EQ(options.find("sack_permitted"), 1U);
    EXPECT_EQ(options.find("timestamps"), std::nullopt);
}

TEST(element_list, the_header_grows_and_shrinks_with_its_options) {
    built_packet p = syn();
    element_list options = list_of(p, 1);
    ASSERT_TRUE(options.append("nop, window_scale(7)"));
    ASSERT_TRUE(options.insert(0, "timestamps(1, 2)"));
    ASSERT_TRUE(options.put_into(p));
    octets made = p.to_bytes();
    EXPECT_EQ(made[20 + 12] >> 4, 5 + 5) << "20 octets of options";
    EXPECT_EQ(be16_at(made, 2), 60) << "total length of IPv4";
    EXPECT_EQ(hex(bytes_view(made).subspan(40)),
              "x'08 0a 00 00 00 01 00 00 00 02 02 04 05 b4 04 02 01 03 03 07'");
    EXPECT_EQ(options.erase_if([](const element& one) { return one.type() != 3; }), 4U);
    ASSERT_TRUE(options.put_into(p));
    made = p.to_bytes();
    EXPECT_EQ(hex(bytes_view(made).subspan(40)), "x'03 03 07 00'");
    options.clear();
    ASSERT_TRUE(options.put_into(p));
    EXPECT_EQ(p.to_bytes().size(), 40U);
}

TEST(element_list, options_follow_each_other_without_padding_between_them_and_the_data) {
    // NOP, NOP, timestamps, then data: nothing is between.
    built_packet p;
    p.add(tcp{}).add("data");
    element_list options = list_of(p, 0);
    ASSERT_TRUE(options.append("nop"));
    ASSERT_TRUE(options.append("nop"));
    ASSERT_TRUE(options.append(tcp_option_builder().timestamps({5, 6}).octets()));
    ASSERT_TRUE(options.put_into(p));
    EXPECT_EQ(hex(bytes_view(p.to_bytes()).subspan(20)),
              "x'01 01 08 0a 00 00 00 05 00 00 00 06 64 61 74 61'");
}

TEST(element_list, what_does_not_fit_is_refused_with_numbers_and_changes_nothing) {
    built_packet p = syn();
    element_list options = list_of(p, 1);
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(options.append("timestamps(0, 0)"));
    const auto put = options.put_into(p);
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().sentence, "tcp options: 48 octets, at most 40 fit");
    EXPECT_EQ(texts(list_of(p, 1)), "maximum_segment_size(1460), sack_permitted");
    EXPECT_EQ(options.append("mss(70000)").error().sentence,
              "mss value has 16 bits: at most 65535, not 70000");
    EXPECT_EQ(options.append("wscale(7)").error().sentence,
              "no 'wscale' among tcp options: did you mean window_scale?");
    EXPECT_FALSE(options.erase(17));
    EXPECT_EQ(element_list::of(p, 9).error().sentence, "there is no layer 9, counted from 0, of 2");
    built_packet other;
    other.add(udp{});
    EXPECT_EQ(element_list::of(other, 0).error().sentence, "udp keeps no list");
}

TEST(element_list, an_option_that_cannot_be_read_survives) {
    built_packet p;
    const octets broken{2, 4, 5, 0xb4, 8, 99, 1, 1};  // a length beyond the end
    p.add(tcp{.options = broken});
    element_list options = list_of(p, 0);
    ASSERT_EQ(options.size(), 2U);
    EXPECT_FALSE(options[1].is_whole());
    EXPECT_EQ(options[1].text(), "x'08 63 01 01'");
    ASSERT_TRUE(options.put_into(p));
    EXPECT_EQ(hex(bytes_view(p.to_bytes()).subspan(20)), hex(broken));
}

TEST(element_list, route_options_of_ipv4) {
    // RFC 791 s3.1: type 7, length 3 + 4n, pointer 4.
    built_packet p;
    p.add(ipv4{});
    element_list options = list_of(p, 0);
    ASSERT_TRUE(options.append("record_route(4, 0.0.0.0, 0.0.0.0), router_alert(0)"));
    ASSERT_TRUE(options.put_into(p));
    const auto expected = ipv4_option_builder().record_route(2).router_alert(0);
    EXPECT_EQ(hex(bytes_view(p.to_bytes()).subspan(20, 15)), hex(expected.octets()));
    EXPECT_EQ(p.to_bytes()[0], 0x49);
}

TEST(element_list, options_of_neighbor_discovery) {
    // RFC 4861 s4.6.1 and s4.6.4.
    built_packet p;
    p.add(ipv6{}).add(router_advertisement{});
    element_list options = list_of(p, 1);
    ASSERT_TRUE(
        options.append("source_link_layer_address(02:00:00:00:00:01), mtu(1280),"
                       " prefix_information(64, 0xc0, 86400, 14400, 2001:db8::)"));
    ASSERT_TRUE(options.put_into(p));
    const octets made = p.to_bytes();
    EXPECT_EQ(hex(bytes_view(made).subspan(40 + 16)),
              "x'01 01 02 00 00 00 00 01 05 01 00 00 00 00 05 00 03 04 40 c0 00 01 51 80 00 00 38 "
              "40 00 00 00 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 00'");
    EXPECT_EQ(be16_at(made, 4), made.size() - 40) << "payload length";
}

TEST(element_list, options_of_dhcp_end_by_themselves) {
    // RFC 2132 s9.6: message type 53, discover 1; s3.2: end 255, behind the cookie (RFC 2131 s3).
    built_packet p;
    p.add(udp{}).add(dhcp{});
    element_list options = list_of(p, 1);
    ASSERT_TRUE(options.append("message_type(1), parameter_request_list(1, 3, 6)"));
    ASSERT_TRUE(options.put_into(p));
    EXPECT_EQ(hex(bytes_view(p.to_bytes()).subspan(8 + 236)),
              "x'63 82 53 63 35 01 01 37 03 01 03 06 ff'");
    EXPECT_EQ(texts(list_of(p, 1)), "message_type(1), parameter_request_list(1, 3, 6)");
}

TEST(element_list, any_type_goes_by_its_number) {
    built_packet p;
    p.add(geneve{});
    element_list options = list_of(p, 0);
    // RFC 8926 s3.5: class 0x0102, type 0x80, one word.
    ASSERT_TRUE(options.append("option(0x010280, x'de ad be ef')"));
    ASSERT_TRUE(options.put_into(p));
    EXPECT_EQ(hex(bytes_view(p.to_bytes()).subspan(8)), "x'01 02 80 01 de ad be ef'");
    EXPECT_EQ(p.to_bytes()[0], 2) << "option length in words";
    EXPECT_EQ(p.to_bytes()[1] & 0x40, 0x40) << "critical, because an option is";
}

}  // namespace
}  // namespace sonde
