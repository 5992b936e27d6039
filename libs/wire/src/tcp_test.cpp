#include <array>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/tcp_options.hpp>

#include "fields_agree.hpp"
#include "octets_of.hpp"
#include "wire_contract.hpp"

namespace sonde {
namespace {

using testing::octets_of;

using tcp_family = ::testing::Types<tcp>;
INSTANTIATE_TYPED_TEST_SUITE_P(tcp, wire_contract, tcp_family);

// A connection attempt over the loopback and its refusal, as Linux 6.18 sends them. The checksum of
// the first is left to the network card; that of the second is whole.
constexpr std::string_view syn =
    "e7ea0009a35730d300000000a002ffd7fe300000 0204ffd7 0402 080a78dc64ad00000000 01 03030a";
constexpr std::string_view reset = "0009e7ea00000000a35730d450140000f5ae0000";
constexpr ipv4_address loopback{0x7f000001};

std::vector<std::uint8_t> copied(bytes_view octets) { return {octets.begin(), octets.end()}; }

std::vector<header_option> all_of(bytes_view octets) {
    std::vector<header_option> options;
    for (const header_option& option : tcp_option_list(octets)) options.push_back(option);
    return options;
}

TEST(tcp, fields_agree_with_the_accessors) {
    using v = tcp::view;
    using u = std::uint64_t;
    testing::expect_fields_agree<tcp>(
        {{"source_port", [](v s) { return u{s.source_port()}; }},
         {"destination_port", [](v s) { return u{s.destination_port()}; }},
         {"sequence_number", [](v s) { return u{s.sequence_number()}; }},
         {"acknowledgment_number", [](v s) { return u{s.acknowledgment_number()}; }},
         {"data_offset", [](v s) { return u{s.data_offset()}; }},
         {"reserved", [](v s) { return u{s.reserved()}; }},
         {"flags", [](v s) { return u(s.flags()); }},
         {"window", [](v s) { return u{s.window()}; }},
         {"checksum", [](v s) { return u{s.checksum()}; }},
         {"urgent_pointer", [](v s) { return u{s.urgent_pointer()}; }}});
}

TEST(tcp, reads_the_options_of_the_kernel) {
    const auto octets = octets_of(syn);
    const auto seen = tcp::view::parse(octets);
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(seen->flags(), tcp_flags::syn);
    EXPECT_EQ(seen->header_length(), 40U);
    EXPECT_TRUE(seen->data().empty());
    const auto options = all_of(seen->options());
    ASSERT_EQ(options.size(), 5U);
    EXPECT_EQ(tcp_maximum_segment_size(options[0]), 65495);
    EXPECT_TRUE(tcp_sack_permitted(options[1]));
    EXPECT_EQ(tcp_timestamps::read(options[2]), (tcp_timestamps{0x78dc64ad, 0}));
    EXPECT_EQ(tcp_kind(options[3]), tcp_option_kind::no_operation);
    EXPECT_EQ(tcp_window_scale(options[4]), 10);
    EXPECT_EQ(seen->option_list().problem(), std::nullopt);
}

TEST(tcp, emits_the_segment_that_the_kernel_made) {
    const auto options = tcp_option_builder()
                             .maximum_segment_size(65495)
                             .sack_permitted()
                             .timestamps({0x78dc64ad, 0})
                             .no_operation()
                             .window_scale(10);
    const tcp message{.source_port = 0xe7ea,
                      .destination_port = 9,
                      .sequence_number = 0xa35730d3,
                      .flags = tcp_flags::syn,
                      .window = 0xffd7,
                      .checksum = std::uint16_t{0xfe30},
                      .options = options.octets()};
    std::vector<std::uint8_t> made(message.wire_len(), 0xa5);
    message.emit(made);
    EXPECT_EQ(made, octets_of(syn));
}

TEST(tcp, the_checksum_of_a_message_is_the_one_that_the_kernel_makes) {
    const auto octets = octets_of(reset);
    auto message = tcp::read(*tcp::view::parse(octets)).value();
    EXPECT_EQ(message.checksum_between(loopback, loopback), 0xf5ae);
    message.checksum.reset();
    std::vector<std::uint8_t> made(message.wire_len(), 0xa5);
    message.emit(made);
    EXPECT_EQ(be16_at(made, 16), 0) << "nobody said the addresses";
}

TEST(tcp, the_checksum_of_a_message_counts_every_field_padding_and_odd_data) {
    const auto data = octets_of("616263");
    const auto options = octets_of("1e03aa");
    const tcp message{.source_port = 0x0102,
                      .destination_port = 0x0304,
                      .sequence_number = 0x05060708,
                      .acknowledgment_number = 0x090a0b0c,
                      .reserved = 1,
                      .flags = tcp_flags::urg,
                      .window = 0x0d0e,
                      .urgent_pointer = 0x0f10,
                      .options = options,
                      .data = data};
    std::vector<std::uint8_t> made(message.wire_len());
    message.emit(made);
    EXPECT_EQ(message.checksum_between(loopback, loopback),
              transport_checksum(loopback, loopback, ip_protocol::tcp, made));
}

TEST(tcp, a_data_offset_below_five_is_refused_with_numbers) {
    auto octets = octets_of(reset);
    octets[12] = 0x40;
    const auto meant = tcp::read(*tcp::view::parse(octets));
    ASSERT_FALSE(meant.has_value());
    EXPECT_EQ(meant.error().reason, parse_reason::bad_length);
    EXPECT_EQ(meant.error().have_octets, 16U);
    EXPECT_TRUE(tcp::view::parse(octets)->options().empty()) << "a bare view stays safe";
}

TEST(tcp, a_data_offset_beyond_the_end_is_truncated) {
    auto octets = octets_of(syn);
    octets.resize(34);
    const auto meant = tcp::read(*tcp::view::parse(octets));
    ASSERT_FALSE(meant.has_value());
    EXPECT_EQ(meant.error(), truncated(layer::tcp, 40, 34).value());
    const auto problem = tcp::view::parse(octets)->option_list().problem();
    ASSERT_TRUE(problem.has_value());
    EXPECT_EQ(to_sentence(*problem),
              "tcp_option: truncated: needed 10 octets, had 8, at offset 26");
}

TEST(tcp, setters_write_their_field_and_no_other) {
    std::vector<std::uint8_t> octets(20, 0xff);
    const auto seen = *tcp::mutable_view::parse(octets);
    seen.set_data_offset(5);
    seen.set_flags(tcp_flags::syn | tcp_flags::ack);
    seen.set_window(0);
    EXPECT_EQ(octets, octets_of("ffffffffffffffffffffffff5f120000ffffffff"));
    EXPECT_TRUE(has(seen.flags(), tcp_flags::ack));
    EXPECT_FALSE(has(seen.flags(), tcp_flags::ack | tcp_flags::fin));
    EXPECT_EQ(to_string(seen.flags()), "syn|ack");
    EXPECT_EQ(to_string(tcp_flags::none), "none");
}

TEST(tcp_options, selective_acknowledgements_are_pairs_of_sequence_numbers) {  // RFC 2018 s3
    const std::array<tcp_sack_block, 2> blocks{{{5500, 7000}, {8000, 8500}}};
    const auto made = tcp_option_builder().no_operation().no_operation().sack(blocks);
    EXPECT_EQ(copied(made.octets()), octets_of("0101 0512 0000157c 00001b58 00001f40 00002134"));
    const auto seen = tcp_sack::read(all_of(made.octets())[2]);
    ASSERT_TRUE(seen.has_value());
    ASSERT_EQ(seen->count(), 2U);
    EXPECT_EQ(seen->block(1), blocks[1]);
}

TEST(tcp_options, fast_open_asks_with_an_empty_cookie) {  // RFC 7413 s4.1.1
    EXPECT_EQ(copied(tcp_option_builder().fast_open().octets()), octets_of("2202"));
    const auto cookie = octets_of("0102030405060708");
    const auto made = tcp_option_builder().fast_open(cookie);
    EXPECT_EQ(copied(*tcp_fast_open_cookie(all_of(made.octets())[0])), cookie);
}

TEST(tcp_options, unknown_kinds_pass_and_known_ones_of_a_wrong_length_mean_nothing) {
    const auto octets = octets_of("fd06e2d4c3d9 020305 0304aaaa 0506aabbccdd");
    const auto options = all_of(octets);
    ASSERT_EQ(options.size(), 4U);
    EXPECT_EQ(copied(options[0].data()), octets_of("e2d4c3d9"));
    EXPECT_EQ(tcp_maximum_segment_size(options[1]), std::nullopt);
    EXPECT_EQ(tcp_window_scale(options[2]), std::nullopt);
    EXPECT_FALSE(tcp_sack::read(options[3]).has_value());
    EXPECT_EQ(to_string(tcp_kind(options[0])), "experiment_253");
    EXPECT_EQ(to_string(tcp_option_kind(200)), "");
}

TEST(tcp_options, what_does_not_fit_is_left_out_whole) {
    const std::vector<tcp_sack_block> blocks(5);
    EXPECT_FALSE(tcp_option_builder().sack(blocks).fits());
    EXPECT_TRUE(tcp_option_builder().sack(blocks).octets().empty());
    EXPECT_TRUE(tcp_option_builder().sack(std::span(blocks).first(4)).fits());
}

TEST(tcp_options, the_end_of_the_list_hides_what_follows) {
    const auto options = all_of(octets_of("0100020405b4"));
    ASSERT_EQ(options.size(), 2U);
}

}  // namespace
}  // namespace sonde
