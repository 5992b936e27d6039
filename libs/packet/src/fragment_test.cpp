#include <gtest/gtest.h>

#include <sonde/packet/fragment.hpp>
#include <sonde/packet/ip_reassembler.hpp>

#include "packet_samples.hpp"

namespace sonde {
namespace {

using namespace testing;

std::vector<octets_t> cut(bytes_view datagram, const fragment_options& options) {
    std::vector<octets_t> pieces;
    const auto count = fragment(
        datagram, options, [&](bytes_view one) { pieces.emplace_back(one.begin(), one.end()); });
    EXPECT_TRUE(count.has_value()) << (count ? "" : describe(count.error()));
    return pieces;
}

fragment_error refusal(bytes_view datagram, const fragment_options& options) {
    const auto count = fragment(datagram, options, [](bytes_view) {});
    return count ? fragment_error{.mtu = 0} : count.error();
}

ipv4::view v4(const octets_t& octets) { return *ipv4::view::parse(octets); }

// RFC 791 appendix A, example 2: 452 octets of data over a network that takes 280.
TEST(fragment, cuts_the_example_of_rfc_791) {
    const auto pieces = cut(v4_datagram(random_octets(452, 1), 111), {.mtu = 280});
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_EQ(v4(pieces[0]).total_length(), 276);
    EXPECT_TRUE(v4(pieces[0]).more_fragments());
    EXPECT_EQ(v4(pieces[0]).fragment_offset(), 0);
    EXPECT_EQ(v4(pieces[1]).total_length(), 216);
    EXPECT_FALSE(v4(pieces[1]).more_fragments());
    EXPECT_EQ(v4(pieces[1]).fragment_offset(), 32);
    for (const auto& one : pieces) EXPECT_TRUE(v4(one).header_checksum_holds());
}

// RFC 791 s3.1: loose source routing has the copied flag, record route has not.
TEST(fragment, later_fragments_have_the_options_that_are_to_be_copied) {
    const octets_t options{7, 7, 4, 0, 0, 0, 0, 1, 131, 7, 4, 192, 0, 2, 9, 0};
    const auto pieces =
        cut(v4_datagram(random_octets(200, 2), 1, ip_protocol::udp, options), {.mtu = 100});
    ASSERT_GE(pieces.size(), 3U);
    EXPECT_EQ(v4(pieces[0]).ihl(), 9);
    EXPECT_TRUE(v4(pieces[0]).option_list().find(7).has_value());
    EXPECT_EQ(v4(pieces[0]).total_length(), 100);
    EXPECT_EQ(v4(pieces[1]).ihl(), 7);
    EXPECT_FALSE(v4(pieces[1]).option_list().find(7).has_value());
    EXPECT_TRUE(v4(pieces[1]).option_list().find(131).has_value());
    EXPECT_EQ(v4(pieces[1]).total_length(), 28 + 72);
}

TEST(fragment, a_fragment_can_be_cut_again) {
    const octets_t middle = v4_piece({.offset = 800, .more = true, .data = random_octets(400, 3)});
    const auto pieces = cut(middle, {.mtu = 220});
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_EQ(v4(pieces[0]).fragment_offset(), 100);
    EXPECT_EQ(v4(pieces[1]).fragment_offset(), 125);
    EXPECT_TRUE(v4(pieces[1]).more_fragments());
}

TEST(fragment, who_forbids_it_is_obeyed_unless_told_otherwise) {
    octets_t octets = v4_datagram(random_octets(1000, 4));
    ipv4::mutable_view::parse(bytes_mut(octets))->patch_dont_fragment(true);
    const auto error = refusal(octets, {.mtu = 576});
    EXPECT_EQ(error.reason, fragment_problem::dont_fragment);
    EXPECT_EQ(error.datagram_len, 1020U);
    EXPECT_EQ(error.mtu, 576U);
    EXPECT_EQ(describe(error), "dont_fragment: a datagram of 1020 octets, an MTU of 576");
    EXPECT_EQ(cut(octets, {.mtu = 576, .ignore_dont_fragment = true}).size(), 2U);
    EXPECT_EQ(cut(octets, {.mtu = 1020}).size(), 1U);
}

TEST(fragment, what_fits_comes_out_as_it_is_without_its_padding) {
    octets_t octets = v4_datagram(random_octets(10, 5));
    const octets_t before = octets;
    octets.resize(46);
    const auto pieces = cut(octets, {.mtu = 1500});
    ASSERT_EQ(pieces.size(), 1U);
    EXPECT_EQ(pieces[0], before);
}

TEST(fragment, eight_octets_must_fit_behind_the_header) {
    const auto error = refusal(v4_datagram(random_octets(100, 6)), {.mtu = 27});
    EXPECT_EQ(error.reason, fragment_problem::mtu_too_small);
    EXPECT_EQ(error.mtu_needed, 28U);
}

TEST(fragment, an_offset_has_thirteen_bits) {
    const octets_t last = v4_piece({.offset = 65528, .more = false, .data = random_octets(100, 7)});
    EXPECT_EQ(refusal(last, {.mtu = 60}).reason, fragment_problem::too_long);
}

TEST(fragment, a_cut_datagram_is_refused_with_numbers) {
    const octets_t octets = v4_datagram(random_octets(100, 8));
    const auto error = refusal(bytes_view(octets).first(60), {.mtu = 40});
    EXPECT_EQ(error.reason, fragment_problem::malformed);
    EXPECT_EQ(error.cause.reason, parse_reason::truncated);
    EXPECT_EQ(error.cause.needed_octets, 120U);
    EXPECT_EQ(error.cause.have_octets, 60U);
    EXPECT_EQ(refusal({}, {}).cause.reason, parse_reason::truncated);
    EXPECT_EQ(refusal(octets_t(40, 0x55), {}).cause.reason, parse_reason::bad_version);
}

// RFC 8200 s4.5: hop-by-hop options and routing are in every fragment, destination options behind
// them only in the first.
TEST(fragment, the_per_fragment_headers_of_ipv6_are_in_every_fragment) {
    octets_t payload{43, 0, 1,   4, 0, 0, 0, 0,   // hop-by-hop options, then routing
                     60, 0, 253, 0, 0, 0, 0, 0,   // routing of an experimental type
                     17, 0, 1,   4, 0, 0, 0, 0};  // destination options, then UDP
    const octets_t datagram_octets = random_octets(2000, 9);
    payload.insert(payload.end(), datagram_octets.begin(), datagram_octets.end());
    const octets_t whole = v6_datagram(payload, ip_protocol::ipv6_hop_by_hop);
    const auto pieces = cut(whole, {.mtu = 1280, .identification = 0xabcdef01});
    ASSERT_EQ(pieces.size(), 2U);
    for (const auto& one : pieces) {
        EXPECT_LE(one.size(), 1280U);
        const auto ip = *ipv6::view::parse(one);
        EXPECT_EQ(ip.payload_length() + 40U, one.size());
        const auto upper = ip.extensions().upper();
        ASSERT_TRUE(upper.fragment.has_value());
        EXPECT_EQ(upper.fragment->identification, 0xabcdef01U);
        EXPECT_EQ(one[40], 43);
        EXPECT_EQ(one[48], 44);
        EXPECT_EQ(one[56], 60);
    }
    EXPECT_EQ(pieces[0][64], 17);
    EXPECT_EQ(pieces[0].size() % 8, 0U);
}

TEST(fragment, all_headers_of_ipv6_are_in_the_first_fragment) {
    octets_t payload(8 * 20, 0);
    payload[0] = 6;
    payload[1] = 19;
    payload[2] = 1;
    payload[3] = 156;
    const octets_t segment = to_octets(tcp{.flags = tcp_flags::syn, .data = payload});
    payload.insert(payload.end(), segment.begin(), segment.end());
    const octets_t whole = v6_datagram(payload, ip_protocol::ipv6_destination_options);
    const auto error = refusal(whole, {.mtu = 200});
    EXPECT_EQ(error.reason, fragment_problem::mtu_too_small);
    EXPECT_EQ(error.mtu_needed, 40U + 8 + 160 + 24);
    EXPECT_EQ(cut(whole, {.mtu = 232}).size(), 2U);
}

TEST(fragment, nobody_cuts_a_fragment_of_ipv6_again) {
    const octets_t one = v6_piece({.data = random_octets(1200, 1)});
    EXPECT_EQ(refusal(one, {.mtu = 600}).reason, fragment_problem::already_fragment);
}

}  // namespace
}  // namespace sonde
