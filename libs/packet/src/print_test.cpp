// Trees, dumps and lists of a frame whose octets are written out here. Values: RFC 792's echo.

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sonde/packet/print_protocols.hpp>

#include "print_testing.hpp"

namespace sonde {
namespace {

// Ethernet, IPv4 with a total length of 28, ICMP echo request 7/3, two octets of trailer.
const std::vector<std::uint8_t>& frame() {
    static const std::vector<std::uint8_t> octets{
        2,  0, 0,    0,    0,   2, 2, 0, 0,   0, 0, 1, 8, 0, 0x45, 0,    0, 28, 0, 1, 0x40, 0,
        64, 1, 0x66, 0xde, 127, 0, 0, 1, 127, 0, 0, 1, 8, 0, 0xf7, 0xf5, 0, 7,  0, 3, 9,    9};
    return octets;
}

TEST(print_tree, every_field_has_its_place_its_value_and_what_it_is_called) {
    std::string text;
    append_tree(text, {.octets = frame()});
    EXPECT_NE(text.find("ipv4, 20 octets at 14, 8 octets of payload\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  14.0-3      version                       4\n"), std::string::npos);
    EXPECT_NE(text.find("  20.1        dont_fragment                 1\n"), std::string::npos);
    EXPECT_NE(text.find("  20.3-21.7   fragment_offset               0\n"), std::string::npos);
    EXPECT_NE(text.find("  23          protocol                      1 (icmp)\n"),
              std::string::npos);
    EXPECT_NE(text.find("  42-43       trailer                       0909\n"), std::string::npos);
}

TEST(print_tree, marks_stand_around_what_they_mark) {
    std::string text;
    append_tree(
        text, {.octets = frame()}, {.marks = {.layer = {"<l>", "</l>"}, .value = {"<v>", "</v>"}}});
    EXPECT_NE(text.find("<l>ipv4</l>, 20 octets at 14"), std::string::npos) << text;
    EXPECT_NE(text.find("identifier                    <v>7</v>\n"), std::string::npos) << text;
}

TEST(print_tree, a_cut_layer_shows_what_exists_and_says_why_it_ends) {
    std::string text;
    append_tree(text, {.octets = bytes_view(frame()).first(37)});
    EXPECT_NE(text.find("icmp_echo, 3 octets at 34, cut\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  34          type                          8 (Echo)\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("truncated: needed 8 octets, had 3, at offset 34"), std::string::npos)
        << text;
}

TEST(print_hexdump, sixteen_octets_a_line_with_their_text) {
    std::string text;
    append_hexdump(text, std::vector<std::uint8_t>{'G', 'E', 'T', ' ', '/', 0, 0x1b, 0x7f, 0xff});
    EXPECT_EQ(text, "0000  47 45 54 20 2f 00 1b 7f  ff                       GET /....\n");
}

TEST(print_hexdump, by_field_every_octet_stands_once) {
    std::string text;
    append_hexdump(text, {.octets = frame()}, {.parts = hexdump_parts::by_field});
    EXPECT_NE(text.find("0016  40                        time_to_live 64\n"), std::string::npos)
        << text;
    EXPECT_NE(text.find("trailer\n002a  09 09"), std::string::npos) << text;
    std::size_t octets = 0;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        for (std::size_t i = 6; i + 2 < text.size() && i < 30; i += 3) {
            const std::string pair = text.substr(at + i, 2);
            const bool line = text.compare(at, 2, "00") == 0;
            if (line && std::isxdigit(pair[0]) != 0 && std::isxdigit(pair[1]) != 0) ++octets;
        }
    }
    EXPECT_EQ(octets, frame().size());
}

TEST(print_json, numbers_are_numbers_and_time_keeps_its_nanoseconds) {
    std::string text;
    append_json(text,
                {.octets = frame(),
                 .original_len = 60,
                 .number = 5,
                 .time = wall_time(nanoseconds(1700000000000000001))});
    EXPECT_NE(text.find("\"unix_time\":1700000000.000000001,"), std::string::npos) << text;
    const auto parsed = nlohmann::json::parse(text);
    EXPECT_EQ(parsed.at("number"), 5);
    EXPECT_EQ(parsed.at("original_length"), 60);
    EXPECT_EQ(parsed.at("layers").at(1).at("fields").at("source"), "127.0.0.1");
    EXPECT_EQ(parsed.at("layers").at(1).at("names").at("protocol"), "icmp");
    EXPECT_EQ(parsed.at("layers").at(1).at("trailer"), "0909");
    EXPECT_EQ(parsed.at("layers").at(2).at("fields").at("sequence_number"), 3);
}

TEST(print_protocols, every_protocol_has_a_name_and_fields_within_its_header) {
    const auto all = list_protocols();
    EXPECT_GT(all.size(), 60U);
    for (const protocol_facts& one : all) {
        EXPECT_FALSE(one.name.empty());
        EXPECT_FALSE(one.spec.empty()) << one.name;
        for (const field_facts& field : one.fields)
            EXPECT_LE(field.bit_offset + field.bit_width, one.header_len * 8)
                << one.name << "." << field.name;
    }
}

TEST(print_protocols, defaults_and_constants_are_told) {
    const protocol_facts ip = facts_of(*protocol_table::built_in().find("ipv4"));
    ASSERT_EQ(ip.fields.size(), 15U);
    EXPECT_EQ(ip.fields[0].name, "version");
    EXPECT_EQ(ip.fields[0].default_number, 4U);
    EXPECT_EQ(ip.fields[10].name, "time_to_live");
    EXPECT_EQ(ip.fields[10].default_text, "64");
    EXPECT_EQ(ip.fields[13].default_text, "0.0.0.0");
    bool udp = false;
    for (const named_constant& one : ip.fields[11].constants)
        udp = udp || (one.value == 17 && one.name == "udp");
    EXPECT_TRUE(udp);
    std::string text;
    append_selector(text, ip.selected_by[0]);
    EXPECT_EQ(text, "ether_type 0x0800");
}

}  // namespace
}  // namespace sonde
