// SCTP: the contract of every chunk, then values from RFC 9260 and its extensions.

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/wire/transport/sctp.hpp>

#include "fields_agree.hpp"
#include "octets_of.hpp"
#include "sctp_each.hpp"
#include "wire_contract.hpp"

namespace sonde {
namespace {

using testing::octets_of;
using octet_vector = std::vector<std::uint8_t>;

using sctp_family =
    ::testing::Types<sctp, sctp_data, sctp_i_data, sctp_init, sctp_init_ack, sctp_sack,
                     sctp_heartbeat, sctp_heartbeat_ack, sctp_abort, sctp_shutdown,
                     sctp_shutdown_ack, sctp_error, sctp_cookie_echo, sctp_cookie_ack, sctp_ecne,
                     sctp_cwr, sctp_shutdown_complete, sctp_auth, sctp_asconf, sctp_asconf_ack,
                     sctp_re_config, sctp_pad, sctp_forward_tsn, sctp_i_forward_tsn>;
INSTANTIATE_TYPED_TEST_SUITE_P(sctp, wire_contract, sctp_family);

template <class Message>
octet_vector emitted(const Message& message) {
    octet_vector made(message.wire_len(), 0xa5);
    message.emit(made);
    return made;
}

// A packet from port 1000 to 2000 with these chunks.
octet_vector packet_of(const octet_vector& chunks, std::uint32_t tag = 1) {
    return emitted(sctp{.source_port = 1000,
                        .destination_port = 2000,
                        .verification_tag = tag,
                        .checksum = {},
                        .chunks = chunks});
}
octet_vector reply_of(const octet_vector& chunks, std::uint32_t tag = 1) {
    return emitted(sctp{.source_port = 2000,
                        .destination_port = 1000,
                        .verification_tag = tag,
                        .checksum = {},
                        .chunks = chunks});
}
sctp::view view_of(const octet_vector& octets) { return *sctp::view::parse(bytes_view(octets)); }

octet_vector operator+(octet_vector a, const octet_vector& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

octet_vector as_vector(bytes_view octets) { return {octets.begin(), octets.end()}; }

TEST(sctp, has_the_fields_of_its_drawings) {
    testing::expect_fields_agree<sctp>(
        {{"source_port", [](sctp::view v) -> std::uint64_t { return v.source_port(); }},
         {"destination_port", [](sctp::view v) -> std::uint64_t { return v.destination_port(); }},
         {"verification_tag", [](sctp::view v) -> std::uint64_t { return v.verification_tag(); }},
         {"checksum", [](sctp::view v) -> std::uint64_t { return v.checksum(); }}});
    using data = sctp_data::view;
    testing::expect_fields_agree<sctp_data>(
        {{"type", [](data v) { return static_cast<std::uint64_t>(v.type()); }},
         {"reserved", [](data v) -> std::uint64_t { return v.reserved(); }},
         {"immediate", [](data v) -> std::uint64_t { return v.immediate(); }},
         {"unordered", [](data v) -> std::uint64_t { return v.unordered(); }},
         {"beginning", [](data v) -> std::uint64_t { return v.beginning(); }},
         {"ending", [](data v) -> std::uint64_t { return v.ending(); }},
         {"length", [](data v) -> std::uint64_t { return v.length(); }},
         {"transmission_sequence_number",
          [](data v) -> std::uint64_t { return v.transmission_sequence_number(); }},
         {"stream_identifier", [](data v) -> std::uint64_t { return v.stream_identifier(); }},
         {"stream_sequence_number",
          [](data v) -> std::uint64_t { return v.stream_sequence_number(); }},
         {"payload_protocol_identifier",
          [](data v) { return static_cast<std::uint64_t>(v.payload_protocol_identifier()); }}});
}

TEST(sctp, chunks_have_the_fields_of_their_drawings) {
    using sack = sctp_sack::view;
    testing::expect_fields_agree<sctp_sack>(
        {{"type", [](sack v) { return static_cast<std::uint64_t>(v.type()); }},
         {"flags", [](sack v) -> std::uint64_t { return v.flags(); }},
         {"length", [](sack v) -> std::uint64_t { return v.length(); }},
         {"cumulative_tsn_ack", [](sack v) -> std::uint64_t { return v.cumulative_tsn_ack(); }},
         {"advertised_receiver_window_credit",
          [](sack v) -> std::uint64_t { return v.advertised_receiver_window_credit(); }},
         {"number_of_gap_ack_blocks",
          [](sack v) -> std::uint64_t { return v.number_of_gap_ack_blocks(); }},
         {"number_of_duplicate_tsns",
          [](sack v) -> std::uint64_t { return v.number_of_duplicate_tsns(); }}});
    using init = sctp_init::view;
    testing::expect_fields_agree<sctp_init>(
        {{"type", [](init v) { return static_cast<std::uint64_t>(v.type()); }},
         {"flags", [](init v) -> std::uint64_t { return v.flags(); }},
         {"length", [](init v) -> std::uint64_t { return v.length(); }},
         {"initiate_tag", [](init v) -> std::uint64_t { return v.initiate_tag(); }},
         {"advertised_receiver_window_credit",
          [](init v) -> std::uint64_t { return v.advertised_receiver_window_credit(); }},
         {"number_of_outbound_streams",
          [](init v) -> std::uint64_t { return v.number_of_outbound_streams(); }},
         {"number_of_inbound_streams",
          [](init v) -> std::uint64_t { return v.number_of_inbound_streams(); }},
         {"initial_tsn", [](init v) -> std::uint64_t { return v.initial_tsn(); }}});
    using i_data = sctp_i_data::view;
    testing::expect_fields_agree<sctp_i_data>(
        {{"type", [](i_data v) { return static_cast<std::uint64_t>(v.type()); }},
         {"reserved", [](i_data v) -> std::uint64_t { return v.reserved(); }},
         {"immediate", [](i_data v) -> std::uint64_t { return v.immediate(); }},
         {"unordered", [](i_data v) -> std::uint64_t { return v.unordered(); }},
         {"beginning", [](i_data v) -> std::uint64_t { return v.beginning(); }},
         {"ending", [](i_data v) -> std::uint64_t { return v.ending(); }},
         {"length", [](i_data v) -> std::uint64_t { return v.length(); }},
         {"transmission_sequence_number",
          [](i_data v) -> std::uint64_t { return v.transmission_sequence_number(); }},
         {"stream_identifier", [](i_data v) -> std::uint64_t { return v.stream_identifier(); }},
         {"reserved_2", [](i_data v) -> std::uint64_t { return v.reserved_2(); }},
         {"message_identifier", [](i_data v) -> std::uint64_t { return v.message_identifier(); }},
         {"protocol_or_fragment",
          [](i_data v) -> std::uint64_t { return v.protocol_or_fragment(); }}});
}

// RFC 9260 s3.3.1: type, flags UBE, length 16 + 5, TSN, stream, sequence, protocol, data, padding.
const auto data_hex = octets_of("0003001500000010000200030000000348656c6c6f000000");

TEST(sctp_data, lies_as_rfc_9260_section_3_3_1_draws_it) {
    const std::array<std::uint8_t, 5> hello{0x48, 0x65, 0x6c, 0x6c, 0x6f};
    const sctp_data meant{.transmission_sequence_number = 16,
                          .stream_identifier = 2,
                          .stream_sequence_number = 3,
                          .payload_protocol_identifier = sctp_payload_protocol::m3ua,
                          .user_data = hello};
    EXPECT_EQ(emitted(meant), data_hex);
    const auto chunk = sctp_chunk::view::parse(data_hex);
    ASSERT_TRUE(chunk);
    EXPECT_EQ(chunk->padding().size(), 3U);
    EXPECT_EQ(as_vector(chunk->as<sctp_data>()->user_data()),
              octet_vector(hello.begin(), hello.end()));
    EXPECT_EQ(chunk->as<sctp_sack>().error().reason, parse_reason::not_this_message);
}

TEST(sctp, shows_every_chunk_also_those_behind_data) {
    const auto octets = packet_of(octets_of("03000010"
                                            "00000001"
                                            "00001000"
                                            "00000000") +
                                  data_hex +
                                  octets_of("c0000008"
                                            "000000ff") +
                                  data_hex +
                                  octets_of("7e420006"
                                            "01020000"));
    const auto seen = view_of(octets);
    std::vector<int> types;
    for (const auto& chunk : seen.chunks()) types.push_back(static_cast<int>(chunk.type()));
    EXPECT_EQ(types, (std::vector<int>{3, 0, 192, 0, 126}));
    EXPECT_FALSE(seen.chunks().error());
    EXPECT_TRUE(seen.behind_chunks().empty());
    EXPECT_EQ(seen.find<sctp_forward_tsn>()->number(), 255U);
}

TEST(sctp, keeps_unknown_chunks_with_their_flags_and_their_padding) {
    const auto unknown = octets_of("7e4200060102dead");
    const auto chunk = sctp_chunk::view::parse(unknown);
    ASSERT_TRUE(chunk);
    EXPECT_EQ(chunk->flags(), 0x42);
    EXPECT_EQ(as_vector(chunk->value()), octets_of("0102"));
    EXPECT_EQ(as_vector(chunk->padding()), octets_of("dead"));
    EXPECT_EQ(emitted(sctp_chunk::read(*chunk)), unknown);
    EXPECT_TRUE(to_string(chunk->type()).empty());
    EXPECT_FALSE(chunk->is_skipped_when_unknown());
    EXPECT_TRUE(chunk->is_reported_when_unknown());
}

TEST(sctp, carries_the_first_whole_message_by_its_payload_protocol) {
    const auto first_fragment = octets_of(
        "00020011000000010000000000000003"
        "aa000000");
    const auto octets = packet_of(first_fragment + data_hex + data_hex);
    const auto seen = view_of(octets);
    EXPECT_EQ(seen.next_selector(), (selector{selector_kind::sctp_payload_protocol, 3}));
    EXPECT_EQ(seen.other_selector(), (selector{selector_kind::sctp_port, 2000}));
    EXPECT_EQ(as_vector(seen.payload()), octets_of("48656c6c6f"));
    const auto fragment = packet_of(first_fragment);
    EXPECT_EQ(view_of(fragment).next_selector(), selector{});
    EXPECT_TRUE(view_of(fragment).payload().empty());
}

TEST(sctp, carries_an_unspecified_message_by_its_port) {
    const auto octets =
        packet_of(octets_of("00030011000000010000000000000000"
                            "aa000000"));
    EXPECT_EQ(view_of(octets).next_selector(), (selector{selector_kind::sctp_port, 2000}));
    EXPECT_EQ(view_of(octets).other_selector(), (selector{selector_kind::sctp_port, 1000}));
    EXPECT_EQ(view_of(octets).payload().size(), 1U);
}

// RFC 8260 s2.1: the identifier lies where later fragments have their number.
TEST(sctp, carries_interleaved_data_too) {
    const auto octets =
        packet_of(octets_of("40030016"
                            "00000001"
                            "00020000"
                            "00000009"
                            "00000033"
                            "aabb0000"));
    EXPECT_EQ(view_of(octets).next_selector(),
              (selector{selector_kind::sctp_payload_protocol, 0x33}));
    EXPECT_EQ(as_vector(view_of(octets).payload()), octets_of("aabb"));
    const auto later = octets_of(
        "40010016"
        "00000001"
        "00020000"
        "00000009"
        "00000004"
        "aabb0000");
    const auto seen = sctp_i_data::view::parse(bytes_view(later));
    EXPECT_FALSE(seen->payload_protocol_identifier());
    EXPECT_EQ(seen->fragment_sequence_number(), 4U);
}

TEST(sctp, reads_the_fields_of_a_chunk_that_the_capture_cut) {
    const auto whole = packet_of(data_hex);
    const octet_vector cut(whole.begin(), whole.begin() + 12 + 18);
    const auto seen = view_of(cut);
    EXPECT_TRUE(seen.chunks().begin() == seen.chunks().end());
    EXPECT_EQ(to_sentence(*seen.chunks().error()),
              "sctp_chunk: truncated: needed 21 octets, had 18, at offset 12");
    EXPECT_EQ(seen.find<sctp_data>()->transmission_sequence_number(), 16U);
    EXPECT_EQ(seen.next_selector(), (selector{selector_kind::sctp_payload_protocol, 3}));
    EXPECT_EQ(as_vector(seen.payload()), octets_of("4865"));
}

TEST(sctp, stops_at_a_chunk_whose_length_is_too_short_to_be_one) {
    const auto octets = packet_of(data_hex + octets_of("0b000003ffffffff"));
    const auto error = view_of(octets).chunks().error();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->reason, parse_reason::bad_length);
    EXPECT_EQ(error->offset_octets, 12U + 24 + 2);
    EXPECT_EQ(view_of(octets).behind_chunks().size(), 8U);
}

TEST(sctp, computes_its_checksum_unless_one_is_forced) {
    auto octets = packet_of(data_hex);
    EXPECT_EQ(view_of(octets).checksum_verdict(), checksum_state::good);
    const auto seen = *sctp::mutable_view::parse(bytes_mut(octets));
    seen.set_verification_tag(2);
    EXPECT_EQ(view_of(octets).checksum_verdict(), checksum_state::bad);
    seen.update_checksum();
    EXPECT_EQ(view_of(octets).checksum_verdict(), checksum_state::good);
    seen.set_checksum(0);
    EXPECT_EQ(view_of(octets).checksum_verdict(), checksum_state::absent);
    const auto forced = emitted(sctp{.checksum = 0xdeadbeef});
    EXPECT_EQ(view_of(forced).checksum(), 0xdeadbeefU);
}

// RFC 9260 s3.3.4: its example of a receiver that has 10 to 12, 14, 15 and 17.
TEST(sctp_sack, is_that_of_the_example_in_rfc_9260_section_3_3_4) {
    const auto octets = octets_of(
        "03000018"
        "0000000c"
        "00001234"
        "00020000"
        "00020003"
        "00050005");
    const auto seen = sctp_sack::view::parse(bytes_view(octets));
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->cumulative_tsn_ack(), 12U);
    EXPECT_EQ(seen->advertised_receiver_window_credit(), 4660U);
    ASSERT_EQ(seen->gap_ack_blocks().size(), 2U);
    EXPECT_EQ(seen->gap_ack_blocks()[0], (sctp_gap_ack_block{2, 3}));
    std::vector<std::uint32_t> there;
    for (std::uint32_t tsn = 10; tsn < 20; ++tsn) {
        if (seen->acknowledges(tsn)) there.push_back(tsn);
    }
    EXPECT_EQ(there, (std::vector<std::uint32_t>{10, 11, 12, 14, 15, 17}));
    EXPECT_EQ(emitted(*sctp_sack::read(*seen)), octets);
}

TEST(sctp_sack, counts_its_lists_and_goes_round_the_circle_of_numbers) {
    const auto gaps = octets_of("00020002");
    const auto duplicates = octets_of("0000000700000008");
    const auto octets = emitted(sctp_sack{
        .cumulative_tsn_ack = 0xffffffff, .gap_ack_blocks = gaps, .duplicate_tsns = duplicates});
    EXPECT_EQ(octets,
              octets_of("0300001c"
                        "ffffffff"
                        "00010000"
                        "00010002"
                        "00020002"
                        "00000007"
                        "00000008"));
    const auto seen = sctp_sack::view::parse(bytes_view(octets));
    EXPECT_TRUE(seen->acknowledges(0xfffffff0));
    EXPECT_FALSE(seen->acknowledges(0));
    EXPECT_TRUE(seen->acknowledges(1));
    EXPECT_EQ(seen->duplicate_tsns()[1], 8U);
}

// RFC 9260 s3.3.2.1: each parameter as it is drawn there and in the extensions.
TEST(sctp_init, takes_the_parameters_that_a_writer_makes) {
    std::array<std::uint8_t, 128> room{};
    const std::array types{sctp_parameter_type::ipv4_address};
    const std::array<std::uint8_t, 2> extensions{0x82, 0xc0};
    const auto parameters =
        sctp_writer(room)
            .ipv4_address({0xc0000201})
            .cookie_preservative(std::chrono::duration<std::uint32_t, std::milli>(5000))
            .ecn_capable()
            .forward_tsn_supported()
            .parameter(sctp_parameter_type::supported_extensions, extensions)
            .supported_address_types(types);
    EXPECT_TRUE(parameters.fits());
    const auto expected = octets_of(
        "00050008c0000201"
        "0009000800001388"
        "80000004"
        "c0000004"
        "8008000682c00000"
        "000c00060005");
    EXPECT_EQ(as_vector(parameters.unpadded()), expected);
    const sctp_init init{.initiate_tag = 0x01020304,
                         .advertised_receiver_window_credit = 65535,
                         .number_of_outbound_streams = 17,
                         .number_of_inbound_streams = 18,
                         .initial_tsn = 9,
                         .parameters = parameters.unpadded()};
    EXPECT_EQ(emitted(init),
              octets_of("0100003a"
                        "01020304"
                        "0000ffff"
                        "00110012"
                        "00000009") +
                  expected + octets_of("0000"));
}

TEST(sctp_init, gives_the_meaning_of_its_parameters) {
    const auto octets = octets_of(
        "01000050"
        "01020304"
        "0000ffff"
        "00110012"
        "00000009"
        "0006001420010db8000000000000000000000001"
        "0009000800001388"
        "c006000800000007"
        "8003000600c10000"
        "8004000800030001"
        "8001000800000001");
    const auto seen = sctp_init::view::parse(bytes_view(octets));
    ASSERT_TRUE(seen);
    EXPECT_FALSE(seen->parameters().error());
    using type = sctp_parameter_type;
    EXPECT_EQ(to_string(*sctp_address(*seen->find(type::ipv6_address))), "2001:db8::1");
    EXPECT_EQ(sctp_cookie_preservative(*seen->find(type::cookie_preservative))->count(), 5000U);
    EXPECT_EQ(sctp_adaptation_indication(*seen->find(type::adaptation_layer_indication)), 7U);
    EXPECT_EQ(as_vector(*sctp_chunk_type_list(*seen->find(type::chunk_list))), octets_of("00c1"));
    const auto hmacs = sctp_requested_hmacs(*seen->find(type::requested_hmac_algorithm));
    EXPECT_EQ((*hmacs)[0], 3);
    EXPECT_EQ(sctp_zero_checksum_method(*seen->find(type::zero_checksum_acceptable)), 1U);
    EXPECT_FALSE(sctp_ipv4_address(*seen->find(type::ipv6_address)));
}

TEST(sctp_writer, leaves_out_whole_what_does_not_fit) {
    std::array<std::uint8_t, 10> room{};
    const auto written = sctp_writer(room).ipv4_address({1}).ecn_capable();
    EXPECT_FALSE(written.fits());
    EXPECT_EQ(as_vector(written.octets()), octets_of("0005000800000001"));
}

// RFC 9260 s3.3.10.1 to s3.3.10.9.
TEST(sctp_error, gives_the_meaning_of_its_causes) {
    const auto octets = octets_of(
        "09000030"
        "0001000800070000"
        "0002000c0000000200070005"
        "0003000800000064"
        "0009000800000010"
        "000d000861626364");
    const auto seen = sctp_error::view::parse(bytes_view(octets));
    std::vector<sctp_error_cause::view> causes;
    for (const auto& cause : seen->causes()) causes.push_back(cause);
    ASSERT_EQ(causes.size(), 5U);
    EXPECT_EQ(sctp_invalid_stream(causes[0]), 7);
    const auto missing = sctp_missing_parameters(causes[1]);
    ASSERT_EQ(missing->size(), 2U);
    EXPECT_EQ((*missing)[0], sctp_parameter_type::state_cookie);
    EXPECT_EQ(sctp_cookie_staleness(causes[2])->count(), 100U);
    EXPECT_EQ(sctp_empty_data_tsn(causes[3]), 16U);
    EXPECT_EQ(to_string(causes[4].type()), "Protocol Violation");
}

// RFC 6525 s4 and RFC 5061 s4.2, field by field.
TEST(sctp_parameters, of_reconfiguration_lie_as_they_are_drawn) {
    std::array<std::uint8_t, 128> room{};
    const auto streams = octets_of("00010002");
    using outcome = sctp_reconfiguration_response::outcome;
    const auto written =
        sctp_writer(room)
            .outgoing_reset({1, 2, 3, sctp_stream_list(streams)})
            .incoming_reset({4, sctp_stream_list(streams)})
            .tsn_reset(5)
            .reconfiguration_response({6, outcome::performed, {{7, 8}}})
            .add_streams({sctp_parameter_type::add_incoming_streams_request, 9, 10, 0});
    EXPECT_EQ(as_vector(written.octets()),
              octets_of("000d0014"
                        "00000001"
                        "00000002"
                        "00000003"
                        "00010002"
                        "000e000c"
                        "00000004"
                        "00010002"
                        "000f0008"
                        "00000005"
                        "00100014"
                        "00000006"
                        "00000001"
                        "00000007"
                        "00000008"
                        "0012000c"
                        "00000009"
                        "000a0000"));
}

TEST(sctp_parameters, of_address_changes_lie_as_they_are_drawn) {
    std::array<std::uint8_t, 128> room{};
    const auto causes = octets_of("00a00004");
    const auto written =
        sctp_writer(room)
            .address_change({sctp_parameter_type::add_ip_address, 1, ipv4_address{0xc0000201}})
            .address_change_outcome({2, sctp_error_causes(bytes_view(causes))})
            .address_change_outcome({3, sctp_error_causes(bytes_view{})});
    EXPECT_EQ(as_vector(written.octets()),
              octets_of("c0010010"
                        "00000001"
                        "00050008c0000201"
                        "c003000c"
                        "00000002"
                        "00a00004"
                        "c0050008"
                        "00000003"));
}

// RFC 3758 s3.2 and RFC 8260 s2.3.1.
TEST(sctp_forward_tsn, names_the_streams_that_skip_something) {
    const auto plain = octets_of(
        "c000000c"
        "00000005"
        "00020007");
    const auto seen = sctp_forward_tsn::view::parse(bytes_view(plain));
    EXPECT_EQ(sctp_skipped_streams(*seen)[0], (sctp_skipped_stream{2, false, 7}));
    const auto interleaved = octets_of(
        "c2000010"
        "00000005"
        "00020001"
        "00010007");
    const auto wide = sctp_i_forward_tsn::view::parse(bytes_view(interleaved));
    ASSERT_EQ(sctp_skipped_streams(*wide).size(), 1U);
    EXPECT_EQ(sctp_skipped_streams(*wide)[0], (sctp_skipped_stream{2, true, 0x10007}));
}

// RFC 9260 s5.1: the tags of a handshake.
TEST(sctp_is_answer, follows_the_handshake_with_its_tags) {
    const auto cookie = octets_of("00070006abcd");
    const auto init = packet_of(emitted(sctp_init{.initiate_tag = 11}), 0);
    const auto ack = emitted(sctp_init_ack{.initiate_tag = 22, .parameters = cookie});
    const auto echo = octets_of("0a000006abcd0000");
    EXPECT_TRUE(is_answer(view_of(reply_of(ack, 11)), view_of(init)));
    EXPECT_FALSE(is_answer(view_of(reply_of(ack, 12)), view_of(init))) << "another tag";
    EXPECT_FALSE(is_answer(view_of(packet_of(ack, 11)), view_of(init))) << "the same direction";
    const auto answer = reply_of(ack, 11);
    EXPECT_TRUE(is_answer(view_of(packet_of(echo, 22)), view_of(answer)));
    EXPECT_FALSE(is_answer(view_of(packet_of(echo, 21)), view_of(answer))) << "another tag";
    EXPECT_FALSE(is_answer(view_of(packet_of(octets_of("0a000006abce0000"), 22)), view_of(answer)))
        << "another cookie";
    EXPECT_TRUE(
        is_answer(view_of(reply_of(octets_of("0b000004"), 11)), view_of(packet_of(echo, 22))));
}

// RFC 9260 s8.4 and s8.5.1.
TEST(sctp_is_answer, takes_an_abort_with_the_tag_that_it_must_have) {
    const auto init = packet_of(emitted(sctp_init{.initiate_tag = 11}), 0);
    const auto plain = octets_of("06000004");
    const auto reflected = octets_of("06010004");
    EXPECT_TRUE(is_answer(view_of(reply_of(plain, 11)), view_of(init)));
    EXPECT_FALSE(is_answer(view_of(reply_of(plain, 12)), view_of(init)));
    const auto data = packet_of(data_hex, 33);
    EXPECT_TRUE(is_answer(view_of(reply_of(reflected, 33)), view_of(data)));
    EXPECT_FALSE(is_answer(view_of(reply_of(reflected, 34)), view_of(data)));
    EXPECT_TRUE(is_answer(view_of(reply_of(plain, 34)), view_of(data)));
}

TEST(sctp_is_answer, wants_the_content_of_the_question_back) {
    const auto answers = [](const char* answer, const char* question) {
        const auto reply = reply_of(octets_of(answer));
        const auto asked = packet_of(octets_of(question));
        return is_answer(view_of(reply), view_of(asked));
    };
    EXPECT_TRUE(answers("0500000800010004", "0400000800010004"));
    EXPECT_FALSE(answers("0500000c0001000800000001", "0400000c0001000800000002"));
    const char* const sack_12 =
        "03000010"
        "0000000c"
        "00001234"
        "00000000";
    EXPECT_TRUE(answers(sack_12,
                        "00030011"
                        "0000000c"
                        "00000000"
                        "00000000"
                        "aa000000"));
    EXPECT_FALSE(answers(sack_12,
                         "00030011"
                         "0000000d"
                         "00000000"
                         "00000000"
                         "aa000000"));
    EXPECT_TRUE(answers("08000004", "0700000800000001"));
    EXPECT_TRUE(answers("0e000004", "08000004"));
    EXPECT_FALSE(answers("08000004", "08000004"));
    EXPECT_TRUE(answers("8000000800000007", "c100000800000007"));
    EXPECT_FALSE(answers("8000000800000006", "c100000800000007"));
    EXPECT_TRUE(
        answers("82000010"
                "0010000c"
                "00000005"
                "00000001",
                "8200000c"
                "000f0008"
                "00000005"));
    EXPECT_FALSE(
        answers("82000010"
                "0010000c"
                "00000006"
                "00000001",
                "8200000c"
                "000f0008"
                "00000005"));
    EXPECT_TRUE(answers("0d00000800000001", "0c00000800000001"));
}

// IANA's registries; a name of each end, and one that is not assigned.
TEST(sctp_names, are_the_registrys) {
    EXPECT_EQ(to_string(sctp_chunk_type::data), "DATA");
    EXPECT_EQ(to_string(sctp_chunk_type::i_forward_tsn), "I-FORWARD-TSN");
    EXPECT_EQ(to_string(sctp_parameter_type::heartbeat_info), "Heartbeat Info");
    EXPECT_EQ(to_string(sctp_parameter_type{2}), "");
    EXPECT_EQ(to_string(sctp_cause_code::unsupported_hmac), "Unsupported HMAC Identifier");
    EXPECT_EQ(to_string(sctp_payload_protocol{46}), "Diameter in a SCTP DATA chunk");
    EXPECT_EQ(to_string(sctp_payload_protocol{26}), "");
    EXPECT_EQ(read_field(data_hex, sctp_data::fields.back()), 3U);
    EXPECT_EQ(sctp_data::fields.back().value_name(3), "M3UA");
}

TEST(sctp, survives_every_cut_of_a_packet_with_every_kind_of_chunk) {
    octet_vector chunks;
    testing::for_each_protocol(testing::sctp_chunk_kinds{},
                               [&]<class T>() { chunks = chunks + emitted(T{}); });
    const auto whole = packet_of(chunks);
    for (std::size_t n = 0; n <= whole.size(); ++n) {
        const octet_vector cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
        testing::exercise_sctp(cut);
    }
}

}  // namespace
}  // namespace sonde
