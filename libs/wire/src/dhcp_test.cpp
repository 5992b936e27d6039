// Values of DHCP from the examples of its RFCs, typed by hand.

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dns_each.hpp"
#include "fields_agree.hpp"
#include "octets_of.hpp"
#include "wire_contract.hpp"

namespace sonde {
namespace {

using testing::octets_of;
using testing::text_of;

using dhcp_family = ::testing::Types<dhcp>;
INSTANTIATE_TYPED_TEST_SUITE_P(dhcp, wire_contract, dhcp_family);

TEST(dhcp_header, fields_agree_with_the_accessors) {
    testing::expect_fields_agree<dhcp>(
        {{"op", [](dhcp::view v) { return std::uint64_t(v.op()); }},
         {"htype", [](dhcp::view v) { return std::uint64_t{v.htype()}; }},
         {"hlen", [](dhcp::view v) { return std::uint64_t{v.hlen()}; }},
         {"hops", [](dhcp::view v) { return std::uint64_t{v.hops()}; }},
         {"xid", [](dhcp::view v) { return std::uint64_t{v.xid()}; }},
         {"secs", [](dhcp::view v) { return std::uint64_t{v.secs()}; }},
         {"flags", [](dhcp::view v) { return std::uint64_t{v.flags()}; }},
         {"ciaddr", [](dhcp::view v) { return std::uint64_t{v.ciaddr().value}; }},
         {"yiaddr", [](dhcp::view v) { return std::uint64_t{v.yiaddr().value}; }},
         {"siaddr", [](dhcp::view v) { return std::uint64_t{v.siaddr().value}; }},
         {"giaddr", [](dhcp::view v) { return std::uint64_t{v.giaddr().value}; }}});
}

std::vector<std::uint8_t> emitted(const dhcp& message) {
    std::vector<std::uint8_t> octets(message.wire_len(), 0xa5);
    message.emit(octets);
    return octets;
}

std::string option_text(std::string_view hex) {
    const auto octets = octets_of(hex);
    return text_of(*dhcp_option::parse(octets));
}

TEST(dhcp_options, are_written_with_their_names_and_values) {
    EXPECT_EQ(option_text("3501 01"), "DHCP Message Type DHCPDISCOVER");
    EXPECT_EQ(option_text("3501 63"), "DHCP Message Type 99");
    EXPECT_EQ(option_text("3304 00000e10"), "IP Address Lease Time 3600 s");
    EXPECT_EQ(option_text("3304 ffffffff"), "IP Address Lease Time infinite");
    EXPECT_EQ(option_text("0308 c0000201 c0000202"), "Router 192.0.2.1, 192.0.2.2");
    EXPECT_EQ(option_text("0305 c0000201 c0"), "Router c0000201c0");
    EXPECT_EQ(option_text("2108 0a000000 c0000201"), "Static Route 10.0.0.0 192.0.2.1");
    EXPECT_EQ(option_text("0204 ffffb9b0"), "Time Offset -18000");
    EXPECT_EQ(option_text("1301 01"), "IP Forwarding on");
    EXPECT_EQ(option_text("1301 02"), "IP Forwarding 02");
    EXPECT_EQ(option_text("3703 0103e0"), "Parameter Request List Subnet Mask, Router, 224");
    EXPECT_EQ(option_text("3d07 01 00005e005301"), "Client Identifier 00:00:5e:00:53:01");
    EXPECT_EQ(option_text("3d03 00 6869"), "Client Identifier 0 6869");
    EXPECT_EQ(option_text("0c03 61 22 07"), "Host Name \"a\\\"\\007\"");
    EXPECT_EQ(option_text("5206 0102 abcd 0200"), "Relay Agent Information 1 abcd, 2 ");
    EXPECT_EQ(option_text("5203 0102 ab"), "Relay Agent Information 0102ab");
    EXPECT_EQ(option_text("e002 0a0b"), "option 224 0a0b");
    EXPECT_EQ(option_text("00"), "Pad");
    EXPECT_EQ(option_text("ff0000"), "End");
    // RFC 3442: 10.17.0.0/16 and the default route.
    EXPECT_EQ(option_text("790c 10 0a11 c0000201 00 c0000202"),
              "Classless Static Route 10.17.0.0/16 via 192.0.2.1, 0.0.0.0/0 via 192.0.2.2");
    EXPECT_EQ(option_text("7901 21"), "Classless Static Route 21");
}

TEST(dhcp_options, a_long_value_in_parts_is_joined_as_rfc_3397_shows) {
    const auto options = octets_of(
        "7709 03656e67 056170706c"
        "7709 6503636f6d 00 096d61"
        "7709 726b6574696e67 c004 ff");
    const auto octets = emitted({.options = options});
    const auto seen = dhcp::view::parse(octets);
    std::array<std::uint8_t, 64> room{};
    const auto len = seen->gather(dhcp_option_code::domain_search, room);
    ASSERT_EQ(len, 27U);
    std::array<char, 128> buffer{};
    text_room out(buffer);
    put_value_text(out, dhcp_option_code::domain_search, bytes_view(room).first(*len));
    EXPECT_EQ(out.text(), "eng.apple.com., marketing.apple.com.");
    std::array<std::uint8_t, 4> small{};
    EXPECT_EQ(seen->gather(dhcp_option_code::domain_search, small), 27U) << "and no octet outside";
    EXPECT_EQ(seen->gather(dhcp_option_code::router, room), std::nullopt);
}

TEST(dhcp_options, stand_in_file_and_sname_when_the_overload_says_so) {
    const auto with = [](std::string_view hex) {
        const auto options = octets_of(hex);
        dhcp message{.options = options};
        copy_octets(message.file, octets_of("0c02 6161 ff"));
        copy_octets(message.sname, octets_of("0c02 6262 0f01 63 ff"));
        const auto octets = emitted(message);
        std::string codes;
        dhcp::view::parse(octets)->for_each_option([&](const dhcp_option& option) {
            codes += std::to_string(static_cast<int>(option.code())) + " ";
        });
        std::array<std::uint8_t, 8> room{};
        const auto len = dhcp::view::parse(octets)->gather(dhcp_option_code::host_name, room);
        return codes + "| " + std::string(room.begin(), room.begin() + len.value_or(0));
    };
    EXPECT_EQ(with("350101 ff"), "53 | ");
    EXPECT_EQ(with("340101 350101 ff"), "52 53 12 | aa");
    EXPECT_EQ(with("340102 350101 ff"), "52 53 12 15 | bb");
    EXPECT_EQ(with("340103 350101 0c0163 ff"), "52 53 12 12 12 15 | caabb") << "RFC 3396 s5";
    EXPECT_EQ(with("340104 ff"), "52 | ") << "no such overload";
    EXPECT_EQ(with("350101 ff 340103"), "53 | ") << "behind the end";
}

TEST(dhcp_options, a_cut_option_ends_the_list_with_numbers) {
    const auto options = octets_of("350101 3304 0000");
    const auto octets = emitted({.options = options});
    const auto seen = dhcp::view::parse(octets);
    EXPECT_EQ(seen->message_type(), dhcp_message_type::discover);
    EXPECT_EQ(to_sentence(seen->options().error().value()),
              "dhcp_option: truncated: needed 6 octets, had 4, at offset 243 (limit: option "
              "length)");
    EXPECT_FALSE(seen->find(dhcp_option_code::ip_address_lease_time));
}

TEST(dhcp_options, are_written_in_order_and_in_parts_when_long) {
    std::array<std::uint8_t, 700> room{};
    dhcp_option_writer out(room);
    const std::vector<std::uint8_t> value(300, 0x61);
    out.add(dhcp_message_type::offer)
        .add(dhcp_option_code::server_identifier, *ipv4_address::parse("192.0.2.1"))
        .add(dhcp_option_code::host_name, "host")
        .add_number(dhcp_option_code::ip_address_lease_time, std::uint32_t{3600})
        .add(dhcp_option_code::vendor_specific, value)
        .end();
    ASSERT_TRUE(out.fits());
    const auto octets = emitted({.op = dhcp_op::reply, .options = out.octets()});
    const auto seen = dhcp::view::parse(octets);
    std::vector<std::string> lines;
    std::vector<std::size_t> lens;
    seen->for_each_option([&](const dhcp_option& option) {
        lens.push_back(option.data().size());
        if (lens.size() <= 4) lines.push_back(text_of(option));
    });
    EXPECT_EQ(lines,
              (std::vector<std::string>{"DHCP Message Type DHCPOFFER",
                                        "Server Identifier 192.0.2.1",
                                        "Host Name \"host\"",
                                        "IP Address Lease Time 3600 s"}));
    EXPECT_EQ(lens, (std::vector<std::size_t>{1, 4, 4, 4, 255, 45}));
    std::vector<std::uint8_t> joined(300);
    EXPECT_EQ(seen->gather(dhcp_option_code::vendor_specific, joined), 300U);
    EXPECT_EQ(joined, value);
    std::array<std::uint8_t, 301> small{};
    dhcp_option_writer full(small);
    full.add(dhcp_option_code::vendor_specific, value);
    EXPECT_FALSE(full.fits());
    EXPECT_TRUE(full.octets().empty());
}

TEST(dhcp_message, without_a_cookie_is_bootp_and_stays_as_it_is) {
    const auto vendor = octets_of("35010163");
    const auto octets = emitted({.has_magic_cookie = false, .options = vendor});
    EXPECT_EQ(octets.size(), dhcp::header_len + 4);
    const auto seen = dhcp::view::parse(octets);
    EXPECT_FALSE(seen->has_magic_cookie());
    EXPECT_EQ(seen->options().begin(), seen->options().end());
    EXPECT_EQ(seen->message_type(), dhcp_message_type::none);
    EXPECT_EQ(emitted(*dhcp::read(*seen)), octets);
}

TEST(dhcp_message, an_answer_is_a_reply_of_the_same_transaction) {
    const auto query = emitted({.xid = 7});
    const auto answers = [&](const dhcp& answer) {
        const auto octets = emitted(answer);
        return is_answer(*dhcp::view::parse(octets), *dhcp::view::parse(query));
    };
    EXPECT_TRUE(answers({.op = dhcp_op::reply, .xid = 7}));
    EXPECT_FALSE(answers({.op = dhcp_op::reply, .xid = 8}));
    EXPECT_FALSE(answers({.op = dhcp_op::request, .xid = 7}));
}

TEST(dhcp_message, setters_write_what_the_accessors_read) {
    auto octets = emitted({});
    const auto seen = dhcp::mutable_view::parse(octets);
    seen->set_op(dhcp_op::reply);
    seen->set_hops(3);
    seen->set_xid(0x01020304);
    seen->set_flags(dhcp::broadcast_bit);
    seen->set_giaddr({0xc0000201});
    EXPECT_EQ(seen->op(), dhcp_op::reply);
    EXPECT_EQ(seen->hops(), 3U);
    EXPECT_EQ(seen->xid(), 0x01020304U);
    EXPECT_TRUE(seen->broadcast());
    EXPECT_EQ(seen->giaddr(), ipv4_address{0xc0000201});
}

}  // namespace
}  // namespace sonde
