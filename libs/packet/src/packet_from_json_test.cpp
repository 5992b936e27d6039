#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/craft_expression.hpp>
#include <sonde/packet/packet_from_json.hpp>

namespace sonde {
namespace {

using octets = std::vector<std::uint8_t>;

std::string hex(bytes_view in) { return hex_literal(in); }
/// JSON with its quotes, here written single, double.
craft_result<built_packet> read(std::string json) {
    for (char& letter : json) {
        if (letter == '\'') letter = '"';
    }
    return packet_from_json(json);
}
octets made(std::string_view json) {
    const auto packet = read(std::string(json));
    EXPECT_TRUE(packet) << (packet ? "" : packet.error().sentence);
    return packet ? packet->to_bytes() : octets{};
}
octets expected(std::string_view expression) { return parse_expression(expression)->to_bytes(); }
std::string digits(bytes_view in) {
    std::string all;
    for (const char letter : hex(in)) {
        if ((letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f')) all += letter;
    }
    return all;
}

TEST(packet_from_json, written_by_hand_it_is_what_the_expression_is) {
    const std::string json =
        "{'layers': [{'protocol': 'ethernet', 'fields': {'source': '02:00:00:00:00:01'}},"
        "{'protocol': 'ipv4', 'fields': {'destination': '192.0.2.1', 'time_to_live': 3}},"
        "{'protocol': 'tcp', 'fields': {'flags': 'syn|ack'},"
        " 'options': ['mss(1460)', 'nop', 'window_scale(7)']},"
        "{'protocol': 'payload', 'text': 'hello'}]}";
    EXPECT_EQ(hex(made(json)),
              hex(expected("ethernet(source=02:00:00:00:00:01)"
                           " / ipv4(destination=192.0.2.1, time_to_live=3)"
                           " / tcp(flags=syn|ack, options=[mss(1460), nop, window_scale(7)])"
                           " / \"hello\"")));
}

TEST(packet_from_json, a_frame_with_a_changed_field_keeps_what_was_right_right) {
    const octets frame = expected("ethernet / ipv4(source=10.0.0.1) / udp(source_port=7) / \"x\"");
    const std::string sum = std::to_string(be16_at(frame, 24));
    const std::string json =
        "{'link_type':1,'octets':'" + digits(frame) + "','layers':[{'protocol':'ethernet'}," +
        "{'protocol':'ipv4','fields':{'time_to_live':9,'header_checksum':" + sum +
        "}},{'protocol':'udp'},{'protocol':'payload'}]}";
    EXPECT_EQ(hex(made(json)),
              hex(expected("ethernet / ipv4(source=10.0.0.1, time_to_live=9)"
                           " / udp(source_port=7) / \"x\"")));
}

TEST(packet_from_json, layers_come_and_go) {
    const octets frame = expected("ethernet / vlan(vid=3) / ipv4 / udp");
    const std::string head = "{'octets':'" + digits(frame) + "','layers':[{'protocol':'ethernet'},";
    const std::string without = head + "{'protocol':'ipv4'},{'protocol':'udp'}]}";
    EXPECT_EQ(hex(made(without)), hex(expected("ethernet / ipv4 / udp")));
    const std::string more = head +
                             "{'protocol':'vlan'},{'protocol':'ipv4'},"
                             "{'protocol':'udp'},{'protocol':'payload','octets':'0102'}]}";
    EXPECT_EQ(hex(made(more)), hex(expected("ethernet / vlan(vid=3) / ipv4 / udp / x'01 02'")));
}

TEST(packet_from_json, what_is_wrong_is_said_with_its_place) {
    const auto refused = [](std::string_view json) {
        const auto packet = read(std::string(json));
        return packet ? std::string("accepted") : packet.error().sentence;
    };
    EXPECT_EQ(refused("{'layers':[{'protocol':'ipv4','fields':{'ttl':3}}]}"),
              "no field 'ttl' in ipv4: did you mean time_to_live?");
    EXPECT_EQ(read("{'layers':[{'protocol':'ipv4','fields':{'ttl':3}}]}").error().position, 46U);
    EXPECT_EQ(refused("{'layers':[{'protocol':'ip'}]}"), "no protocol 'ip': did you mean ipv4?");
    EXPECT_EQ(refused("{'layers':[{'protocol':'ipv4','fields':{'time_to_live':256}}]}"),
              "ipv4 time_to_live has 8 bits: at most 255, not 256");
    EXPECT_EQ(refused("{}"), "a packet has \"layers\" or \"octets\"");
    EXPECT_EQ(refused("[1, 2"), "JSON: ',' or ']' is missing");
    EXPECT_EQ(refused("{'octets':'abc'}"),
              "\"octets\" takes pairs of hexadecimal digits in quotes");
    EXPECT_EQ(refused(std::string(40, '[')), "JSON: nested deeper than 16");
    EXPECT_EQ(refused("{'layers':[{'protocol':'tcp','length':32,'elements':[]}]}"),
              "tcp had 32 octets of header, of which 20 are told: print the packet with its octets "
              "(--json -x)");
}

}  // namespace
}  // namespace sonde
