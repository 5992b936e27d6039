// The chunks of SCTP as a list: read, searched, changed and put back, beside what others captured.

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/craft_expression.hpp>
#include <sonde/packet/element_list.hpp>
#include <sonde/packet/packet_from_json.hpp>
#include <sonde/testing/corpus.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/transport/sctp.hpp>

namespace sonde {
namespace {

using octets = std::vector<std::uint8_t>;

std::string texts(const element_list& list) {
    std::string all;
    for (const element& one : list) all += (all.empty() ? "" : ", ") + one.text();
    return all;
}

/// "INIT ACK" as expressions write it.
std::string identifier(std::string_view name) {
    std::string made(name);
    for (char& one : made) {
        if (one == ' ' || one == '-') one = '_';
        if (one >= 'A' && one <= 'Z') one = static_cast<char>(one - 'A' + 'a');
    }
    return made;
}

/// Each SCTP packet of the captures with a whole header, and which of its layers that is.
template <class Each>
std::size_t for_every_sctp(Each each) {
    std::size_t packets = 0;
    for (const std::string& name : testing::list_captures("")) {
        std::size_t number = 0;
        for (const auto& frame : testing::read_capture(name)) {
            ++number;
            const auto p = built_packet::decode(frame.octets, link_type(frame.link_type));
            const auto at = p.find<sctp>();
            if (!at || p[*at].header().size() < sctp::header_len) continue;
            ++packets;
            each(frame.octets, p, *at, name + " #" + std::to_string(number));
        }
    }
    return packets;
}

built_packet packet_of(std::string_view expression) {
    auto made = parse_expression(expression);
    EXPECT_TRUE(made) << (made ? "" : made.error().sentence);
    return made ? *made : built_packet();
}

TEST(sctp_chunk_list, every_captured_chunk_comes_back_from_the_list_and_from_its_text) {
    SONDE_REQUIRE_CORPUS();
    std::size_t chunks = 0;
    std::size_t named = 0;
    const std::size_t packets = for_every_sctp(
        [&](const octets& frame, const built_packet& before, std::size_t at, const auto& where) {
            const auto list = element_list::of(before, at);
            ASSERT_TRUE(list) << where << ": " << list.error().sentence;
            built_packet after = before;
            ASSERT_TRUE(list->put_into(after));
            EXPECT_EQ(after, before) << where;
            ASSERT_EQ(after.to_bytes(), frame) << where;

            element_list again = *list;
            ASSERT_TRUE(again.assign(texts(*list))) << where << ": " << texts(*list);
            EXPECT_EQ(*again.octets(), *list->octets()) << where << ": " << texts(*list);
            chunks += list->size();
            named += static_cast<std::size_t>(
                std::count_if(list->begin(), list->end(), [](const element& one) {
                    return !one.name().empty() && one.text().starts_with(one.name());
                }));
        });
    EXPECT_GT(packets, 50U);
    EXPECT_GT(chunks, packets);
    EXPECT_GT(named * 100, chunks * 95) << named << " of " << chunks;
}

TEST(sctp_chunk_list, the_list_has_the_chunks_that_the_view_walks) {
    SONDE_REQUIRE_CORPUS();
    for_every_sctp([&](const octets&, const built_packet& p, std::size_t at, const auto& where) {
        const auto list = element_list::of(p, at);
        ASSERT_TRUE(list) << where;
        octets all(p[at].header().begin(), p[at].header().end());
        const octets inside = p.body(at);
        all.insert(all.end(), inside.begin(), inside.end());
        all.insert(all.end(), p[at].trailer().begin(), p[at].trailer().end());
        const auto seen = sctp::view::parse(bytes_view(all));
        ASSERT_TRUE(seen);
        std::size_t index = 0;
        for (const auto& chunk : seen->chunks()) {
            ASSERT_LT(index, list->size()) << where;
            EXPECT_EQ((*list)[index].type(), static_cast<std::uint8_t>(chunk.type())) << where;
            EXPECT_TRUE(std::ranges::equal((*list)[index].value(), chunk.value())) << where;
            const std::string_view known = to_string(chunk.type());
            EXPECT_EQ((*list)[index].name(), identifier(known)) << where;
            ++index;
        }
        EXPECT_EQ(list->size(), index + (seen->behind_chunks().empty() ? 0 : 1)) << where;
    });
}

TEST(sctp_chunk_list, every_assigned_type_goes_by_its_name) {
    // The names of the list and those of the tree, of JSON and of the line are the same.
    const built_packet p = packet_of("sctp");
    for (unsigned type = 0; type < 256; ++type) {
        element_list list = *element_list::of(p, 0);
        const std::string by_number = "chunk(" + std::to_string(type) + ", 0, x'')";
        ASSERT_TRUE(list.append(by_number)) << by_number;
        EXPECT_EQ(list[0].name(),
                  identifier(to_string(sctp_chunk_type(static_cast<std::uint8_t>(type)))));
        EXPECT_EQ(list[0].type(), type);
    }
}

TEST(sctp_chunk_list, chunks_are_written_as_their_rfc_draws_them) {
    // RFC 9260 s3.3.2: INIT, 20 octets; s3.3.11: COOKIE ECHO, padded; s3.3.1: DATA, flags B and E.
    built_packet p = packet_of("ipv4 / sctp(source_port=5, destination_port=6)");
    element_list chunks = *element_list::of(p, 1);
    ASSERT_TRUE(chunks.empty());
    ASSERT_TRUE(chunks.append("cookie_echo(0, x'01 02 03 04 05')"));
    ASSERT_TRUE(chunks.append("data(3, 7, 1, 2, 51, \"hello\"), init(0, 9, 65536, 10, 11, 12)"));
    ASSERT_TRUE(chunks.put_into(p));
    const octets made = p.to_bytes();
    EXPECT_EQ(hex_literal(bytes_view(made).subspan(20 + 12)),
              "x'0a 00 00 09 01 02 03 04 05 00 00 00 "
              "00 03 00 15 00 00 00 07 00 01 00 02 00 00 00 33 68 65 6c 6c 6f 00 00 00 "
              "01 00 00 14 00 00 00 09 00 01 00 00 00 0a 00 0b 00 00 00 0c'");
    EXPECT_EQ(be16_at(made, 2), made.size()) << "total length of IPv4";
    const auto seen = sctp::view::parse(bytes_view(made).subspan(20));
    EXPECT_EQ(seen->checksum(), sctp_checksum(seen->octets()));
    // What it carries is a layer, as a reader of the octets has it.
    ASSERT_EQ(p.size(), 3U);
    EXPECT_EQ(hex_literal(p[2].header()), "x'68 65 6c 6c 6f'");
    EXPECT_EQ(built_packet::decode(made, link_type::raw)[2].header().size(), 5U);
    EXPECT_EQ(p[1].trailer().size(), 3U + 20U);
}

TEST(sctp_chunk_list, searched_inserted_and_erased) {
    built_packet p = packet_of(
        "sctp(chunks=[sack(0, 1, 2, 0, 0), data(3, 7, 0, 0, 0, \"one\"), data(3, 8, 0, 0, 0, "
        "\"two\")])");
    element_list chunks = *element_list::of(p, 0);
    ASSERT_EQ(chunks.size(), 3U);
    const auto has_tsn_8 = [](const element& one) {
        return one.name() == "data" && be32_at(one.value(), 0) == 8;
    };
    EXPECT_EQ(chunks.find_if(has_tsn_8), 2U);
    EXPECT_EQ(chunks.find("sack"), 0U);
    EXPECT_EQ(chunks.find("init"), std::nullopt);
    ASSERT_TRUE(chunks.erase(1));
    ASSERT_TRUE(chunks.insert(0, "cookie_ack(0)"));
    ASSERT_TRUE(chunks.put_into(p));
    EXPECT_EQ(texts(*element_list::of(p, 0)),
              "cookie_ack(0), sack(0, 1, 2, 0, 0), data(3, 8, 0, 0, 0, x'74 77 6f')");
    EXPECT_EQ(hex_literal(p[1].header()), "x'74 77 6f'") << "another message is carried now";
    chunks.clear();
    ASSERT_TRUE(chunks.put_into(p));
    EXPECT_EQ(p.to_bytes().size(), 12U);
    EXPECT_EQ(p.size(), 1U);
}

TEST(sctp_chunk_list, what_is_inside_stays_the_layers_that_it_was) {
    // A message whose layers the program reads itself, in front of which a chunk is inserted.
    built_packet p = packet_of("sctp(chunks=[data(3, 7, 0, 0, 0, x'45 00')])");
    ASSERT_EQ(p.size(), 2U);
    ASSERT_TRUE(p.replace(1, ipv4{}));
    p[1].set_header(octets{0x45, 0});
    ASSERT_TRUE(p[1].id() == layer::ipv4);
    element_list chunks = *element_list::of(p, 0);
    ASSERT_TRUE(chunks.insert(0, "cookie_ack(0)"));
    ASSERT_TRUE(chunks.put_into(p));
    ASSERT_EQ(p.size(), 2U);
    EXPECT_EQ(p[1].id(), layer::ipv4);
}

TEST(sctp_chunk_list, a_chunk_that_is_cut_or_oddly_padded_survives) {
    // RFC 9260 s3.2: padding is zeros; a receiver ignores it all the same.
    const octets odd{0x00, 0x01, 0x00, 0x02, 0,    0,    0,    0,    0, 0, 0, 0,  // header
                     0x0a, 0x00, 0x00, 0x05, 0x01, 0xde, 0xad, 0xbe,  // padding not zero
                     0x4d, 0x00, 0x00, 0x08, 1,    2,    3,    4,     // type 77
                     0x03, 0x00, 0x00, 0x10, 0,    0};                // SACK, cut
    built_packet p = built_packet::decode(odd, selector{selector_kind::ip_protocol, 132});
    const element_list chunks = *element_list::of(p, 0);
    EXPECT_EQ(texts(chunks),
              "x'0a 00 00 05 01 de ad be', chunk(77, 0, x'01 02 03 04'), x'03 00 00 10 00 00'");
    EXPECT_EQ(chunks[0].name(), "cookie_echo");
    EXPECT_FALSE(chunks[2].is_whole());
    ASSERT_TRUE(chunks.put_into(p));
    EXPECT_EQ(p.to_bytes(), odd);
}

TEST(sctp_chunk_list, a_chunk_behind_one_without_padding_begins_at_a_whole_word) {
    built_packet p = packet_of("sctp(rest=x'0a 00 00 05 01')");
    element_list chunks = *element_list::of(p, 0);
    ASSERT_TRUE(chunks.append("cookie_ack(0)"));
    ASSERT_TRUE(chunks.put_into(p));
    EXPECT_EQ(hex_literal(bytes_view(p.to_bytes()).subspan(12)),
              "x'0a 00 00 05 01 00 00 00 0b 00 00 04'");
}

TEST(sctp_chunk_list, errors_name_what_is_wrong) {
    built_packet p = packet_of("sctp");
    element_list chunks = *element_list::of(p, 0);
    EXPECT_EQ(chunks.append("cookie(0)").error().sentence.substr(0, 31),
              "no 'cookie' among sctp chunks: ");
    EXPECT_EQ(chunks.append("data(3)").error().sentence, "data takes more than 1 value");
    EXPECT_EQ(chunks.append("chunk(256, 0)").error().sentence,
              "sctp chunks: chunk with 1 octets is more than its type and length can say");
    EXPECT_EQ(chunks.append("data(256, 1, 1, 1, 1)").error().sentence,
              "data value has 8 bits: at most 255, not 256");
    EXPECT_TRUE(chunks.empty());
    p[0].set_header(octets(4));
    EXPECT_EQ(element_list::of(p, 0).error().sentence,
              "sctp chunks begin behind 12 octets, of which there are 4");
}

TEST(sctp_chunk_list, expressions_and_json_name_chunks_alike) {
    constexpr std::string_view text =
        "sctp(source_port=1, destination_port=2, chunks=[cookie_ack(0), data(3, 7, 0, 0, 0, "
        "x'6f 6e 65')])";
    const built_packet p = packet_of(text);
    EXPECT_EQ(to_expression(p), text);
    const auto by_json = packet_from_json(R"json({"layers": [{"protocol": "sctp",
        "fields": {"source_port": 1, "destination_port": 2},
        "chunks": ["cookie_ack(0)", "data(3, 7, 0, 0, 0, x'6f 6e 65')"]}]})json");
    ASSERT_TRUE(by_json) << by_json.error().sentence;
    EXPECT_EQ(by_json->to_bytes(), p.to_bytes());
}

}  // namespace
}  // namespace sonde
