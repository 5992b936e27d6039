// What is printed of captures made by others: the JSON against what tshark 4.0 sees, field by
// field, and every printer at the lengths at which a capture may cut a frame.
//
// Where we differ:
// - icmp6_malformed.pcap frame 5: an extension structure that does not prove itself where the
// length
//   field points is looked for at octet 128 (RFC 4884 s5.5);
// - the key of PPTP's GRE is two fields here (RFC 2637 s4.1), these and their sum there;
// - an IGMPv3 report has its groups in its records.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sonde/testing/corpus.hpp>

#include "print_testing.hpp"

namespace sonde {
namespace {

using nlohmann::json;

// Canonical name, and where our JSON has it. "name/field" is in the first element of that name.
using name_map = std::map<std::string, std::string>;
struct compared_protocol {
    std::set<std::string> ours;
    name_map names;
};

const name_map& icmp_names() {
    static const name_map names{{"type", "type"},
                                {"code", "code"},
                                {"cksum", "checksum"},
                                {"id", "identifier"},
                                {"seq", "sequence_number"},
                                {"seq8", "sequence_number"},
                                {"gateway", "gateway_internet_address"},
                                {"t_orig", "originate_timestamp"},
                                {"t_recv", "receive_timestamp"},
                                {"t_xmit", "transmit_timestamp"},
                                {"mask", "address_mask"},
                                {"ra_num", "num_addrs"},
                                {"ra_esize", "addr_entry_size"},
                                {"ra_life", "lifetime"},
                                {"local", "local"},
                                {"state", "state"},
                                {"active", "active"},
                                {"v4", "ipv4"},
                                {"v6", "ipv6"},
                                {"ext_ver", "icmp_extension/version"},
                                {"ext_cksum", "icmp_extension/checksum"}};
    return names;
}

name_map icmpv6_names() {
    name_map names = icmp_names();
    names.insert({{"mtu", "mtu"},
                  {"ns_target", "target_address"},
                  {"na_target", "target_address"},
                  {"na_r", "router"},
                  {"na_s", "solicited"},
                  {"na_o", "override_cache"},
                  {"rd_target", "target_address"},
                  {"rd_dst", "destination_address"},
                  {"ra_hlim", "cur_hop_limit"},
                  {"ra_m", "managed"},
                  {"ra_o", "other_configuration"},
                  {"ra_reach", "reachable_time"},
                  {"ra_retr", "retrans_timer"},
                  {"mld_addr", "multicast_address"}});
    names["ra_life"] = "router_lifetime";
    return names;
}

name_map icmpv4_names() {
    name_map names = icmp_names();
    names["mtu"] = "next_hop_mtu";
    return names;
}

const std::map<std::string, compared_protocol>& compared() {
    static const std::map<std::string, compared_protocol> all{
        {"eth", {{"ethernet"}, {{"dst", "destination"}, {"src", "source"}, {"type", "type"}}}},
        {"vlan", {{"vlan"}, {{"pcp", "pcp"}, {"dei", "dei"}, {"vid", "vid"}, {"type", "type"}}}},
        {"arp",
         {{"arp"},
          {{"htype", "hardware_type"},
           {"ptype", "protocol_type"},
           {"hlen", "hardware_length"},
           {"plen", "protocol_length"},
           {"op", "operation"},
           {"sha", "sender_hardware_address"},
           {"spa", "sender_protocol_address"},
           {"tha", "target_hardware_address"},
           {"tpa", "target_protocol_address"}}}},
        {"ip",
         {{"ipv4"},
          {{"version", "version"},
           {"dscp", "dscp"},
           {"ecn", "ecn"},
           {"total_len", "total_length"},
           {"id", "identification"},
           {"rb", "reserved_flag"},
           {"df", "dont_fragment"},
           {"mf", "more_fragments"},
           {"frag_off8", "fragment_offset"},
           {"ttl", "time_to_live"},
           {"proto", "protocol"},
           {"cksum", "header_checksum"},
           {"src", "source"},
           {"dst", "destination"}}}},
        {"ipv6",
         {{"ipv6"},
          {{"version", "version"},
           {"tclass", "traffic_class"},
           {"flow", "flow_label"},
           {"plen", "payload_length"},
           {"nxt", "next_header"},
           {"hlim", "hop_limit"},
           {"src", "source"},
           {"dst", "destination"}}}},
        {"ipv6.hopopts",
         {{"ipv6_hop_by_hop"}, {{"nxt", "next_header"}, {"len8", "header_extension_length"}}}},
        {"ipv6.dstopts",
         {{"ipv6_destination_options"},
          {{"nxt", "next_header"}, {"len8", "header_extension_length"}}}},
        {"ipv6.routing",
         {{"ipv6_routing"},
          {{"nxt", "next_header"},
           {"len8", "header_extension_length"},
           {"type", "routing_type"},
           {"segleft", "segments_left"}}}},
        {"ipv6.fraghdr",
         {{"ipv6_fragment"},
          {{"nxt", "next_header"},
           {"off8", "fragment_offset"},
           {"more", "more_fragments"},
           {"id", "identification"}}}},
        {"icmp", {{}, icmpv4_names()}},
        {"icmpv6", {{}, icmpv6_names()}},
        {"tcp",
         {{"tcp"},
          {{"sport", "source_port"},
           {"dport", "destination_port"},
           {"seq", "sequence_number"},
           {"ack", "acknowledgment_number"},
           {"window", "window"},
           {"cksum", "checksum"},
           {"urg", "urgent_pointer"}}}},
        {"udp",
         {{"udp"},
          {{"sport", "source_port"},
           {"dport", "destination_port"},
           {"len", "length"},
           {"cksum", "checksum"}}}},
        {"gre",
         {{"gre"},
          {{"proto", "protocol_type"},
           {"cksum", "checksum"},
           {"offset", "offset"},
           {"key", "key"},
           {"pptp_len", "payload_length"},
           {"pptp_call", "call_id"},
           {"seq", "sequence_number"},
           {"ack", "acknowledgment_number"}}}},
        {"vxlan", {{"vxlan"}, {{"gbp", "group_policy_id"}, {"vni", "vni"}}}},
        {"mpls",
         {{"mpls"},
          {{"label", "label"},
           {"exp", "traffic_class"},
           {"bos", "bottom_of_stack"},
           {"ttl", "time_to_live"}}}},
        {"igmp",
         {{"igmp", "igmpv3_query", "igmpv3_report"},
          {{"type", "type"}, {"cksum", "checksum"}, {"group", "group_address"}}}},
        {"llc", {{"llc"}, {{"dsap", "dsap"}, {"ssap", "ssap"}}}},
        {"ppp", {{"ppp"}, {{"addr", "address"}, {"ctl", "control"}, {"proto", "protocol"}}}}};
    return all;
}

std::string without_colons(std::string text) {
    std::erase(text, ':');
    return text;
}

// What our layer has under this name; nothing when it has not.
std::optional<json> value_of(const json& one, const std::string& path) {
    const std::size_t slash = path.find('/');
    if (slash == std::string::npos) {
        if (!one.at("fields").contains(path)) return std::nullopt;
        return one.at("fields").at(path);
    }
    if (!one.contains("elements")) return std::nullopt;
    for (const json& element : one.at("elements")) {
        if (element.at("name") == path.substr(0, slash))
            return value_of(element, path.substr(slash + 1));
    }
    return std::nullopt;
}

bool same_value(const json& theirs, const json& ours) {
    if (theirs.is_number() && ours.is_number())
        return theirs.get<std::uint64_t>() == ours.get<std::uint64_t>();
    if (!theirs.is_string() || !ours.is_string()) return false;
    // Addresses of the link are digits there, and pairs of them here.
    return theirs == ours || theirs.get<std::string>() == without_colons(ours);
}

struct tally {
    std::size_t values = 0;
    std::size_t layers = 0;
    std::size_t absent = 0;  // layers that one of the two did not see, or saw in another place
};

bool differs_for_a_reason(const std::string& where, const std::string& name, const json& ours) {
    if (name == "ext_ver" || name == "ext_cksum")
        return where == "icmp-generated/icmp6_malformed.pcap:5";
    if (name == "key") return ours.at("fields").contains("call_id");
    return name == "group" && ours.at("protocol") == "igmpv3_report";
}

void compare_layer(const std::string& where, const json& theirs, const json& ours, tally& count) {
    const compared_protocol& known = compared().at(theirs.at("p"));
    ++count.layers;
    for (const auto& [name, value] : theirs.at("m").items()) {
        const auto path = known.names.find(name);
        if (path == known.names.end() || differs_for_a_reason(where, name, ours)) continue;
        const auto found = value_of(ours, path->second);
        // Of a cut header tshark names fields that are not all there.
        if (!found && ours.contains("cut")) continue;
        ++count.values;
        EXPECT_TRUE(found && same_value(value, *found))
            << where << " " << theirs.at("p") << "." << name << ": theirs " << value << ", ours "
            << (found ? found->dump() : "absent");
    }
}

bool fits(const compared_protocol& known, const std::string& theirs, const std::string& ours) {
    if (!known.ours.empty()) return known.ours.contains(ours);
    if (theirs == "icmp") return ours.starts_with("icmp") && !ours.starts_with("icmpv6");
    return ours.starts_with("icmpv6") || ours.starts_with("mld") || ours.starts_with("nd_") ||
           ours.starts_with("router_") || ours.starts_with("neighbor_");
}

void compare_frame(const std::string& where, const json& theirs, const json& ours, tally& count) {
    for (const json& layer : theirs.at("layers")) {
        const std::string name = layer.at("p");
        const auto known = compared().find(name);
        if (known == compared().end() || !layer.contains("m")) continue;
        const json* found = nullptr;
        for (const json& one : ours.at("layers")) {
            if (one.at("offset") == layer.at("o") &&
                fits(known->second, name, one.at("protocol")) && !one.contains("quoted"))
                found = &one;
        }
        found != nullptr ? compare_layer(where, layer, *found, count)
                         : static_cast<void>(++count.absent);
    }
}

// A line of the oracle without what tshark calls the fields: all but a tenth of it.
json without_raw_fields(const std::string& line) {
    return json::parse(line, [](int, json::parse_event_t event, json& parsed) {
        return event != json::parse_event_t::key || parsed != "f";
    });
}

TEST(print_json, has_every_field_that_another_dissector_names) {
    SONDE_REQUIRE_CORPUS();
    tally count;
    for (const std::string& name : testing::list_captures("")) {
        const auto oracle = *testing::corpus_root() / "oracle" / (name + ".jsonl.gz");
        if (!std::filesystem::exists(oracle)) continue;
        const auto lines = testing::read_lines(oracle);
        const auto frames = testing::read_capture(name);
        for (std::size_t i = 0; i < frames.size() && i < lines.size(); ++i) {
            const json theirs = without_raw_fields(lines[i]);
            // A file of blocks that only one of the two readers takes for packets.
            if (theirs.at("cap") != frames[i].octets.size()) break;
            std::string text;
            append_json(text,
                        {.octets = frames[i].octets,
                         .type = link_type(frames[i].link_type),
                         .original_len = frames[i].original_len,
                         .number = i + 1});
            compare_frame(name + ":" + std::to_string(i + 1), theirs, json::parse(text), count);
        }
    }
    RecordProperty("values", static_cast<int>(count.values));
    EXPECT_GT(count.values, 100000U) << "few values were compared";
    std::cout << count.values << " values of " << count.layers << " layers compared, "
              << count.absent << " layers seen by tshark alone or elsewhere\n";
}

// Parses, and finds a name that stands twice in one object.
std::string doubled_name(const std::string& text) {
    std::vector<std::set<std::string>> open;
    std::string doubled;
    const auto watch = [&](int, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::object_start) open.emplace_back();
        if (event == json::parse_event_t::object_end) open.pop_back();
        if (event == json::parse_event_t::key && !open.back().insert(parsed).second)
            doubled = parsed;
        return true;
    };
    const json parsed = json::parse(text, watch, false);
    return parsed.is_discarded() ? "no JSON" : doubled;
}

void check_all(const printed_frame& frame, const std::string& where) {
    const testing::printed made = testing::print_all(frame);
    ASSERT_EQ(testing::unprintable(made), "") << where;
    ASSERT_EQ(doubled_name(made.json), "") << where << ": " << made.json;
}

TEST(print, every_frame_through_every_printer_at_every_length) {
    SONDE_REQUIRE_CORPUS();
    constexpr std::size_t alike_max = 2;  // frames with the same layers that are cut
    std::map<std::string, std::size_t> seen;
    for (const std::string& name : testing::list_captures("")) {
        for (const auto& frame : testing::read_capture(name)) {
            const auto type = link_type(frame.link_type);
            const bytes_view octets = frame.octets;
            check_all({.octets = octets, .type = type, .original_len = frame.original_len}, name);
            std::string layers = std::to_string(frame.link_type);
            for (const layer_view& one : sonde::layers(octets, type))
                layers.append(" ").append(one.name());
            if (++seen[layers] > alike_max) continue;
            for (std::size_t len = 0; len < std::min<std::size_t>(octets.size(), 200); ++len) {
                // In memory of its own, so that reading on is seen.
                const std::vector<std::uint8_t> cut(octets.begin(),
                                                    octets.begin() + std::ptrdiff_t(len));
                check_all({.octets = cut, .type = type}, name + " cut to " + std::to_string(len));
                if (::testing::Test::HasFatalFailure()) return;
            }
        }
    }
    EXPECT_GT(seen.size(), 100U);
}

TEST(print_line, the_straight_line_half_writes_what_the_walk_writes) {
    SONDE_REQUIRE_CORPUS();
    for (const std::string& name : testing::list_captures("")) {
        for (const auto& frame : testing::read_capture(name)) {
            for (const bool full : {false, true}) {
                printed_frame printed{.octets = frame.octets,
                                      .type = link_type(frame.link_type),
                                      .original_len = frame.original_len};
                std::string straight;
                append_line(straight, printed, {.full = full});
                std::string walked;
                printed.protocols = &protocol_table::built_in();  // a table of one's own walks
                append_line(walked, printed, {.full = full});
                ASSERT_EQ(straight, walked) << name;
            }
        }
    }
}

}  // namespace
}  // namespace sonde
