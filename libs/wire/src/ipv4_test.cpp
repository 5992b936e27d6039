#include <vector>

#include <gtest/gtest.h>

#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv4_options.hpp>

#include "fields_agree.hpp"
#include "octets_of.hpp"
#include "wire_contract.hpp"

namespace sonde {
namespace {

using testing::octets_of;

using ipv4_family = ::testing::Types<ipv4>;
INSTANTIATE_TYPED_TEST_SUITE_P(ipv4, wire_contract, ipv4_family);

constexpr ipv4_address loopback{0x7f000001};

// What Linux 6.18 and ping of iputils 20221126 put on the loopback.
constexpr std::string_view echo =
    "45000024025a400040013a7d7f0000017f0000010800b78f345f00010001020304050607";
constexpr std::string_view echo_with_recorded_route =
    "4f00004c0268400040018936 7f0000017f000001"
    "01 0727087f0000010000000000000000000000000000000000000000000000000000000000000000"
    "0800b78d346100010001020304050607";

TEST(ipv4, fields_agree_with_the_accessors) {
    using v = ipv4::view;
    using u = std::uint64_t;
    testing::expect_fields_agree<ipv4>(
        {{"version", [](v s) { return u{s.version()}; }},
         {"ihl", [](v s) { return u{s.ihl()}; }},
         {"dscp", [](v s) { return u{s.dscp()}; }},
         {"ecn", [](v s) { return u(s.ecn()); }},
         {"total_length", [](v s) { return u{s.total_length()}; }},
         {"identification", [](v s) { return u{s.identification()}; }},
         {"reserved_flag", [](v s) { return u{s.reserved_flag()}; }},
         {"dont_fragment", [](v s) { return u{s.dont_fragment()}; }},
         {"more_fragments", [](v s) { return u{s.more_fragments()}; }},
         {"fragment_offset", [](v s) { return u{s.fragment_offset()}; }},
         {"time_to_live", [](v s) { return u{s.time_to_live()}; }},
         {"protocol", [](v s) { return u(s.protocol()); }},
         {"header_checksum", [](v s) { return u{s.header_checksum()}; }},
         {"source", [](v s) { return u{s.source().value}; }},
         {"destination", [](v s) { return u{s.destination().value}; }}});
}

TEST(ipv4, reads_an_echo_request_of_the_kernel) {
    const auto octets = octets_of(echo);
    const auto seen = ipv4::view::parse(octets);
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(seen->version(), 4);
    EXPECT_EQ(seen->header_length(), 20U);
    EXPECT_EQ(seen->total_length(), 36);
    EXPECT_EQ(seen->identification(), 0x025a);
    EXPECT_TRUE(seen->dont_fragment());
    EXPECT_FALSE(seen->is_fragment());
    EXPECT_EQ(seen->time_to_live(), 64);
    EXPECT_EQ(seen->protocol(), ip_protocol::icmp);
    EXPECT_EQ(seen->source(), loopback);
    EXPECT_EQ(seen->destination(), loopback);
    EXPECT_TRUE(seen->header_checksum_holds());
    EXPECT_EQ(seen->payload().size(), 16U);
    EXPECT_TRUE(seen->options().empty());
}

TEST(ipv4, emits_the_header_that_the_kernel_made) {
    const auto expected = octets_of(echo);
    const ipv4 message{.identification = 0x025a,
                       .dont_fragment = true,
                       .protocol = ip_protocol::icmp,
                       .source = loopback,
                       .destination = loopback,
                       .payload = bytes_view(expected).subspan(20)};
    std::vector<std::uint8_t> made(message.wire_len(), 0xa5);
    message.emit(made);
    EXPECT_EQ(made, expected);
}

TEST(ipv4, emits_options_with_length_padding_and_checksum) {
    const auto expected = octets_of(echo_with_recorded_route);
    const auto seen = ipv4::view::parse(expected);
    const ipv4 message{.identification = 0x0268,
                       .dont_fragment = true,
                       .protocol = ip_protocol::icmp,
                       .source = loopback,
                       .destination = loopback,
                       .options = seen->options(),
                       .payload = seen->payload()};
    std::vector<std::uint8_t> made(message.wire_len(), 0xa5);
    message.emit(made);
    EXPECT_EQ(made, expected);
}

TEST(ipv4, a_header_alone_equals_the_head_of_the_whole) {
    const auto octets = octets_of(echo);
    auto message = ipv4::read(*ipv4::view::parse(octets)).value();
    message.total_length.reset();
    message.header_checksum.reset();
    std::vector<std::uint8_t> head(message.header_wire_len(), 0xa5);
    message.emit_header(head, 16);
    EXPECT_EQ(head, std::vector<std::uint8_t>(octets.begin(), octets.begin() + 20));
}

TEST(ipv4, forced_values_are_written_as_they_are) {
    const ipv4 message{.ihl = std::uint8_t{6},
                       .total_length = std::uint16_t{7},
                       .header_checksum = std::uint16_t{0xdead}};
    std::vector<std::uint8_t> made(message.wire_len());
    message.emit(made);
    const auto seen = ipv4::view::parse(made);
    EXPECT_EQ(seen->ihl(), 6);
    EXPECT_EQ(seen->total_length(), 7);
    EXPECT_EQ(seen->header_checksum(), 0xdead);
}

TEST(ipv4, payload_ends_where_the_total_length_says_and_the_rest_is_a_trailer) {
    auto octets = octets_of(echo);
    octets.resize(60);
    const auto seen = ipv4::view::parse(octets);
    EXPECT_EQ(seen->payload().size(), 16U);
    EXPECT_EQ(seen->trailer().size(), 24U);
}

TEST(ipv4, a_cut_payload_knows_what_was_declared_and_what_is_there) {
    const auto octets = octets_of(echo);
    const auto seen = ipv4::view::parse(bytes_view(octets).first(28));
    EXPECT_EQ(seen->payload_declared_len(), 16U);
    EXPECT_EQ(seen->payload().size(), 8U);
    EXPECT_TRUE(seen->trailer().empty());
}

TEST(ipv4, a_total_length_of_zero_is_bounded_by_the_capture) {
    auto octets = octets_of(echo);
    octets[2] = octets[3] = 0;
    const auto seen = ipv4::view::parse(octets);
    EXPECT_EQ(seen->payload_declared_len(), 16U);
    EXPECT_EQ(seen->payload().size(), 16U);
}

TEST(ipv4, a_total_length_inside_the_header_leaves_no_payload) {
    auto octets = octets_of(echo);
    octets[3] = 19;
    EXPECT_TRUE(ipv4::view::parse(octets)->payload().empty());
}

TEST(ipv4, reading_refuses_another_version_with_the_number_it_saw) {
    auto octets = octets_of(echo);
    octets[0] = 0x65;
    const auto meant = ipv4::read(*ipv4::view::parse(octets));
    ASSERT_FALSE(meant.has_value());
    EXPECT_EQ(meant.error().reason, parse_reason::bad_version);
    EXPECT_EQ(meant.error().have_octets, 6U);
}

TEST(ipv4, reading_refuses_an_ihl_below_five) {
    auto octets = octets_of(echo);
    octets[0] = 0x44;
    const auto length = ipv4::view::parse(octets)->checked_header_length();
    ASSERT_FALSE(length.has_value());
    EXPECT_EQ(length.error().reason, parse_reason::bad_length);
    EXPECT_EQ(length.error().needed_octets, 20U);
    EXPECT_EQ(length.error().have_octets, 16U);
    EXPECT_EQ(ipv4::view::parse(octets)->payload().size(), 16U) << "a bare view stays safe";
}

TEST(ipv4, reading_refuses_an_ihl_beyond_the_end) {
    auto octets = octets_of(echo);
    octets[0] = 0x4f;
    const auto meant = ipv4::read(*ipv4::view::parse(octets));
    ASSERT_FALSE(meant.has_value());
    EXPECT_EQ(meant.error(), truncated(layer::ipv4, 60, 36).value());
    EXPECT_EQ(ipv4::view::parse(octets)->options().size(), 16U) << "what is there can be seen";
    EXPECT_TRUE(ipv4::view::parse(octets)->payload().empty());
}

TEST(ipv4, a_later_fragment_and_a_first_one_are_fragments) {
    auto octets = octets_of(echo);
    octets[6] = 0x20;
    EXPECT_TRUE(ipv4::view::parse(octets)->is_fragment());
    octets[6] = 0x00;
    octets[7] = 0xb9;
    EXPECT_TRUE(ipv4::view::parse(octets)->is_fragment());
    EXPECT_EQ(ipv4::view::parse(octets)->fragment_offset_octets(), 1480U);
}

TEST(ipv4, every_patch_keeps_a_right_checksum_right_and_a_wrong_one_wrong) {
    for (const int damage : {0, 1}) {
        auto octets = octets_of(echo);
        octets[11] = static_cast<std::uint8_t>(octets[11] ^ damage);
        const auto seen = *ipv4::mutable_view::parse(octets);
        const auto expect_as_before = [&] { EXPECT_EQ(seen.header_checksum_holds(), damage == 0); };
        seen.patch_time_to_live(1);
        expect_as_before();
        seen.patch_dscp(46);
        seen.patch_ecn(ecn::congested);
        expect_as_before();
        seen.patch_identification(0xffff);
        seen.patch_total_length(1500);
        expect_as_before();
        seen.patch_dont_fragment(false);
        seen.patch_protocol(ip_protocol::udp);
        expect_as_before();
        seen.patch_source({0xc0000201});
        seen.patch_destination({0xffffffff});
        expect_as_before();
        EXPECT_EQ(seen.time_to_live(), 1);
        EXPECT_EQ(seen.dscp(), 46);
        EXPECT_EQ(seen.ecn(), ecn::congested);
        EXPECT_EQ(seen.source().value, 0xc0000201);
        EXPECT_EQ(seen.destination().value, 0xffffffff);
        EXPECT_EQ(seen.protocol(), ip_protocol::udp);
    }
}

TEST(ipv4, setters_write_their_field_and_no_other) {
    std::vector<std::uint8_t> octets(20, 0xff);
    const auto seen = *ipv4::mutable_view::parse(octets);
    seen.set_version(4);
    seen.set_ihl(5);
    seen.set_dscp(0);
    seen.set_more_fragments(false);
    seen.set_fragment_offset(1);
    seen.set_header_checksum(0);
    EXPECT_EQ(octets, octets_of("4503ffffffffc001ffff0000ffffffffffffffff"));
    seen.update_header_checksum();
    EXPECT_TRUE(seen.header_checksum_holds());
}

TEST(ipv4, names_of_protocols_code_points_and_congestion_marks) {
    EXPECT_EQ(to_string(ip_protocol::icmp), "icmp");
    EXPECT_EQ(to_string(ip_protocol(132)), "sctp");
    EXPECT_EQ(to_string(ip_protocol(200)), "");
    EXPECT_EQ(dscp_name(0), "cs0");
    EXPECT_EQ(dscp_name(46), "ef");    // RFC 3246
    EXPECT_EQ(dscp_name(34), "af41");  // RFC 2597
    EXPECT_EQ(dscp_name(63), "");
    EXPECT_EQ(to_string(ecn(3)), "ce");
}

}  // namespace
}  // namespace sonde
