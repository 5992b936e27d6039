#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/craft_expression.hpp>
#include <sonde/packet/packet_from_json.hpp>
#include <sonde/packet/print_json.hpp>

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

TEST(packet_from_json, what_a_frame_tells_of_a_field_may_stay_when_the_field_changes) {
    const octets frame = expected("ethernet / ipv4 / udp(destination_port=67) / dhcp");
    const std::string head = "{'octets':'" + digits(frame) +
                             "','layers':[{'protocol':'ethernet'},{'protocol':'ipv4'},"
                             "{'protocol':'udp'},{'protocol':'dhcp','fields':{'flags':32768,";
    EXPECT_EQ(hex(made(head + "'broadcast':0}}]}")),
              hex(expected("ethernet / ipv4 / udp(destination_port=67) / dhcp(flags=0x8000)")));
    EXPECT_FALSE(read(head + "'broadcast':2}}]}"));
}

// The flags of GRE say which words follow (RFC 2890 s2).
TEST(packet_from_json, words_that_flags_announce_are_there_once) {
    const std::string head = "{'layers':[{'protocol':'gre','fields':{'sequence_number_present':1,";
    EXPECT_EQ(hex(made(head + "'protocol_type':35006},'rest':'00000007'}]}")),
              "x'10 00 88 be 00 00 00 07'");
    const octets frame = expected("ethernet / ipv4 / gre(sequence_number_present=1)");
    const std::string changed =
        "{'octets':'" + digits(frame) +
        "','layers':[{'protocol':'ethernet'},{'protocol':'ipv4'},{'protocol':'gre','fields':{"
        "'sequence_number_present':0},'rest':'00000000'}]}";
    EXPECT_EQ(made(changed).size(), frame.size() - 4);
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
              "tcp had 32 octets of header, of which 20 are told: \"rest\" is missing, the octets "
              "behind its fields");
    EXPECT_EQ(refused("{'layers':[{'protocol':'tcp','cut':true}]}"),
              "tcp was cut: \"header\" is missing, what there is of it");
}

TEST(packet_from_json, several_packets_follow_one_another) {
    const std::string text =
        "{\"layers\":[{\"protocol\":\"ipv4\"}]}\n"
        "{\"layers\":[{\"protocol\":\"nosuch\"}]}\n\n"
        "{\"layers\":[{\"protocol\":\"ipv6\"}]} {\"layers\":";
    std::string_view rest = text;
    EXPECT_EQ((*take_packet_from_json(rest))[0].name(), "ipv4");
    EXPECT_TRUE(rest.starts_with("{\"layers\":[{\"protocol\":\"nosuch"));
    EXPECT_FALSE(take_packet_from_json(rest));
    EXPECT_EQ((*take_packet_from_json(rest))[0].name(), "ipv6");
    const std::string_view broken = rest;
    EXPECT_FALSE(take_packet_from_json(rest));
    EXPECT_EQ(rest, broken);
    EXPECT_FALSE(packet_from_json(text)) << "one packet is one";
}

TEST(packet_from_json, a_place_is_a_line_a_column_and_a_path) {
    const std::string_view text =
        "{\"a\": 1}\n{\"layers\": [\n  {\"p\": \"x\\\"{,\"}, {\"fields\": {\"ttl\": 3, \"b\": }}]}";
    const auto place = [&](std::string_view what) {
        const json_place at = place_in_json(text, text.find(what));
        return std::to_string(at.line) + ":" + std::to_string(at.column) + " " + at.path;
    };
    EXPECT_EQ(place("1}"), "1:7 .a");
    EXPECT_EQ(place("{\"layers"), "2:1 ");
    EXPECT_EQ(place("\"x"), "3:9 .layers[0].p");
    EXPECT_EQ(place("{\"fields"), "3:19 .layers[1]");
    EXPECT_EQ(place("3,"), "3:38 .layers[1].fields.ttl");
    EXPECT_EQ(place("}}]}"), "3:46 .layers[1].fields.b");
    EXPECT_EQ(place_in_json("", 7).path, "");
}

// dhcp.broadcast is the highest bit of flags (RFC 2131 s2).
std::string dhcp_with(std::string_view fields) {
    return "{'layers':[{'protocol':'ipv4'},{'protocol':'udp','fields':{'destination_port':67}},"
           "{'protocol':'dhcp','fields':{" +
           std::string(fields) + "}}]}";
}

TEST(packet_from_json, what_follows_from_other_fields_has_to_be_right) {
    const auto refused = [](const std::string& json) {
        const auto packet = read(json);
        return packet ? std::string("accepted") : packet.error().sentence;
    };
    EXPECT_EQ(refused(dhcp_with("'flags':32768,'broadcast':1")), "accepted");
    EXPECT_EQ(refused(dhcp_with("'flags':0,'broadcast':1")),
              "dhcp broadcast follows from other fields and is not set: it would be 0, not 1; "
              "leave it out");
    EXPECT_EQ(refused(dhcp_with("'broadcst':1")), "no field 'broadcst' in dhcp");
    const std::string wrong = dhcp_with("'broadcast':1");
    EXPECT_EQ(read(wrong).error().position, wrong.rfind('1'));
}

TEST(packet_from_json, elements_have_to_be_what_the_octets_say) {
    const auto refused = [](const std::string& json) {
        const auto packet = read(json);
        return packet ? std::string("accepted") : packet.error().sentence;
    };
    const octets frame = expected("ethernet / ipv4 / tcp(options=[mss(1460)])");
    std::string json;
    append_json(json, {.octets = frame}, {});
    const auto with = [&](std::string_view from, std::string_view to) {
        std::string changed = json;
        const auto at = changed.find(from);
        EXPECT_NE(at, std::string::npos) << json;
        return at == std::string::npos ? changed : changed.replace(at, from.size(), to);
    };
    EXPECT_EQ(refused(json), "accepted");
    EXPECT_EQ(refused(with("1460", "1400")),
              "tcp elements are not what its octets say: change \"rest\", or leave them out");
    // A place is no value: it changes when an outer layer does.
    EXPECT_EQ(refused(with("\"offset\":54,", "\"offset\":1,")), "accepted");
}

}  // namespace
}  // namespace sonde
