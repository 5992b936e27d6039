// ICMPv6 as others captured and generated it: every expected field of every packet, what tshark
// sees, and every cut length of every message.

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sonde/testing/corpus.hpp>
#include <sonde/wire/network/icmp_extension.hpp>
#include <sonde/wire/network/icmp_extension_objects.hpp>

#include "icmpv6_each.hpp"

namespace sonde {
namespace {

using json = nlohmann::json;

// One ICMPv6 message inside a frame, found by hand so that nothing but this file's subject is
// tested.
struct located {
    bytes_view message{};
    std::size_t offset = 0;  // octets from the start of the frame
    ipv6_address source{};
    ipv6_address destination{};
    bool whole = true;  // as long as the IPv6 header says
};

constexpr std::size_t ipv6_header_len = 40;

// Where IPv6 starts in a frame of link type Ethernet or raw IP.
std::optional<std::size_t> ipv6_offset(const testing::captured_frame& frame) {
    constexpr std::uint32_t link_ethernet = 1;
    constexpr std::uint32_t link_raw = 101;
    constexpr std::uint32_t link_ipv6 = 229;
    const bytes_view octets(frame.octets);
    std::size_t at = 0;
    if (frame.link_type == link_ethernet) {
        at = 14;
        if (octets.size() < at || be16_at(octets, 12) != 0x86dd) return std::nullopt;
    } else if (frame.link_type != link_raw && frame.link_type != link_ipv6) {
        return std::nullopt;
    }
    if (octets.size() < at + ipv6_header_len || octets[at] >> 4 != 6) return std::nullopt;
    return at;
}

std::optional<located> find_icmpv6(const testing::captured_frame& frame) {
    const auto start = ipv6_offset(frame);
    if (!start) return std::nullopt;
    const auto packet = bytes_view(frame.octets).subspan(*start);
    std::size_t end = ipv6_header_len + be16_at(packet, 4);
    const bool whole = end <= packet.size();
    end = std::min(end, packet.size());
    std::uint8_t next = packet[6];
    std::size_t at = ipv6_header_len;
    while (next == 0 || next == 43 || next == 60) {  // hop-by-hop, routing, destination options
        if (at + 8 > end) return std::nullopt;
        next = packet[at];
        at += 8 + std::size_t{packet[at + 1]} * 8;
    }
    if (next != 58 || at > end) return std::nullopt;
    return located{.message = packet.subspan(at, end - at),
                   .offset = *start + at,
                   .source = ipv6_address::from_octets(packet.subspan<8, 16>()),
                   .destination = ipv6_address::from_octets(packet.subspan<24, 16>()),
                   .whole = whole};
}

std::string hex(bytes_view octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const auto octet : octets) {
        out += digits[octet >> 4];
        out += digits[octet & 15];
    }
    return out;
}

// The fields of a message under the names of `oracle.py --canon`.
void describe(icmpv6_echo::view v, json& out) {
    out["id"] = v.identifier();
    out["seq"] = v.sequence_number();
}
void describe(icmpv6_packet_too_big::view v, json& out) { out["mtu"] = v.mtu(); }
void describe(icmpv6_parameter_problem::view v, json& out) { out["pointer"] = v.pointer(); }
void describe(icmpv6_extended_echo_request::view v, json& out) {
    out["id"] = v.identifier();
    out["seq8"] = v.sequence_number();
    out["local"] = int{v.local()};
}
void describe(icmpv6_extended_echo_reply::view v, json& out) {
    out["id"] = v.identifier();
    out["seq8"] = v.sequence_number();
    out["state"] = static_cast<int>(v.state());
    out["active"] = int{v.active()};
    out["v4"] = int{v.ipv4()};
    out["v6"] = int{v.ipv6()};
}
void describe(router_solicitation::view, json&) {}
void describe(router_advertisement::view v, json& out) {
    out["ra_hlim"] = v.cur_hop_limit();
    out["ra_m"] = int{v.managed()};
    out["ra_o"] = int{v.other_configuration()};
    out["ra_life"] = v.router_lifetime().count();
    out["ra_reach"] = v.reachable_time().count();
    out["ra_retr"] = v.retrans_timer().count();
}
void describe(neighbor_solicitation::view v, json& out) {
    out["ns_target"] = to_string(v.target_address());
}
void describe(neighbor_advertisement::view v, json& out) {
    out["na_target"] = to_string(v.target_address());
    out["na_r"] = int{v.router()};
    out["na_s"] = int{v.solicited()};
    out["na_o"] = int{v.override_cache()};
}
void describe(nd_redirect::view v, json& out) {
    out["rd_target"] = to_string(v.target_address());
    out["rd_dst"] = to_string(v.destination_address());
}
template <class V1>
void describe_v1(V1 v, json& out) {
    out["mld_addr"] = to_string(v.multicast_address());
    out["mld_delay"] = v.maximum_response_delay().count();
}
void describe(mld_query::view v, json& out) { describe_v1(v, out); }
void describe(mld_report::view v, json& out) { describe_v1(v, out); }
void describe(mld_done::view v, json& out) { describe_v1(v, out); }
void describe(mldv2_query::view v, json& out) { describe_v1(v, out); }
void describe(mldv2_report::view, json&) {}
void describe(icmpv6::view, json&) {}

void describe_quote(const icmp_quote& quote, json& out) {
    const auto extension = icmp_extension::view::parse(quote.extension);
    if (!extension) return;
    out["ext_ver"] = extension->version();
    out["ext_cksum"] = extension->checksum();
    out["ext_cksum_ok"] = int{extension->checksum_status() == checksum_state::good};
    for (const auto& object : extension->objects()) {
        const auto stack = mpls_label_stack::read(object);
        if (!stack) continue;
        for (const auto label : *stack) {
            out["labels"].push_back({{"label", label.label},
                                     {"exp", label.traffic_class},
                                     {"s", int{label.bottom_of_stack}},
                                     {"ttl", label.time_to_live}});
        }
    }
}
void describe(icmpv6_destination_unreachable::view v, json& out) {
    out["len8"] = v.length_words();
    describe_quote(v.quote(), out);
}
void describe(icmpv6_time_exceeded::view v, json& out) {
    out["len8"] = v.length_words();
    describe_quote(v.quote(), out);
}

// What is wrong inside a message whose fixed header can be read. A quote that does not hold an IPv6
// header counts: the next reader would say so.
template <class View>
std::optional<parse_error> problem_inside(View v) {
    if constexpr (requires { v.options(); }) return v.options().error();
    if constexpr (requires { v.records(); }) return v.records().error();
    if constexpr (requires { v.quote(); }) {
        const auto quote = v.quote();
        if (quote.problem) return quote.problem;
        if (quote.datagram.size() < ipv6_header_len) {
            return truncated(layer::ipv6, ipv6_header_len, quote.datagram.size()).value();
        }
    }
    return std::nullopt;
}

struct reading {
    json fields = json::object();
    std::optional<parse_error> problem;
};

template <class Message>
void read_message(bytes_view message, reading& out) {
    if (icmpv6_message_layer(message) != Message::id) return;
    const auto seen = Message::view::parse(message);
    if (!seen) {
        out.problem = seen.error();
        return;
    }
    describe(*seen, out.fields);
    if constexpr (requires { seen->options(); }) {
        for (const auto& option : seen->options()) {
            out.fields["opts"].push_back({{"t", static_cast<int>(option.type())},
                                          {"l", option.length_words()},
                                          {"v", hex(option.value())}});
        }
    }
    out.problem = problem_inside(*seen);
}

reading read_located(const located& found) {
    reading out;
    const auto common = icmpv6::view::parse(found.message);
    if (!common) {
        out.problem = common.error();
        return out;
    }
    out.fields["type"] = static_cast<int>(common->type());
    out.fields["code"] = common->code();
    out.fields["cksum"] = common->checksum();
    const bool holds = icmpv6_checksum_holds(found.source, found.destination, found.message);
    out.fields["cksum_ok"] = found.whole ? int{holds} : 2;
    for_each_icmpv6_message([&]<class Message>() { read_message<Message>(found.message, out); });
    return out;
}

TEST(icmpv6_corpus, every_generated_packet_has_every_expected_field) {
    SONDE_REQUIRE_CORPUS();
    std::map<std::string, std::vector<testing::captured_frame>> files;
    int packets = 0;
    for (const auto& line :
         testing::read_lines(*testing::corpus_root() / "captures/icmp-generated/expect.jsonl")) {
        const auto expected = json::parse(line);
        const std::string file = expected["file"];
        if (!file.starts_with("icmp6_")) continue;
        if (!files.contains(file)) files[file] = testing::read_capture("icmp-generated/" + file);
        SCOPED_TRACE(file + " " + std::string(expected["note"]));
        const auto found = find_icmpv6(files[file].at(expected["n"].get<std::size_t>() - 1));
        ASSERT_TRUE(found.has_value());
        const auto got = read_located(*found);
        for (const auto& [name, value] : expected["want"].items()) {
            EXPECT_EQ(got.fields.value(name, json()), value) << name;
        }
        // A malformed packet may still show labels: a structure with a right checksum at octet 128
        // is read whatever the length octet says.
        if (expected["valid"]) {
            EXPECT_EQ(got.fields.value("labels", json()), expected["labels"]);
        }
        EXPECT_EQ(!got.problem.has_value(), expected["valid"].get<bool>())
            << (got.problem ? to_sentence(*got.problem) : "nothing wrong seen");
        ++packets;
    }
    EXPECT_EQ(packets, 44);
}

// Where we differ from tshark, the RFC decides. File, frame, and field ("" for all after the common
// four octets), with the reason.
struct difference {
    std::string_view file;
    std::size_t frame;
};

// Messages that end inside their fixed header: RFC 4861 s6.1.2, s7.1.1, s7.1.2 and s8.1 demand the
// whole of it. tshark shows the fields that fit; we say that the message is truncated.
constexpr std::array cut_in_the_header{difference{"icmp6/icmp6-nd-short-options.pcap", 1},
                                       difference{"icmp6/icmp6-nd-short-options.pcap", 3},
                                       difference{"icmp6/icmp6-nd-short-options.pcap", 5},
                                       difference{"icmp6/icmp6-nd-short-options.pcap", 7},
                                       difference{"icmp6/icmp6-nd-short-options.pcap", 13},
                                       difference{"icmp6/icmp6-nd-short-options.pcap", 14},
                                       difference{"icmp6/icmp6-nd-short-options.pcap", 15},
                                       difference{"icmp6/icmp6-nd-short-options.pcap", 16}};

bool is_cut_in_the_header(const std::string& file, std::size_t frame) {
    return std::ranges::any_of(cut_in_the_header, [&](const difference& listed) {
        return listed.file == file && listed.frame == frame;
    });
}

void compare_with_oracle(const located& found, const json& layer_seen, bool cut) {
    EXPECT_EQ(found.offset, layer_seen["o"].get<std::size_t>());
    const auto got = read_located(found);
    EXPECT_EQ(cut,
              got.problem && got.problem->reason == parse_reason::truncated &&
                  got.problem->offset_octets == 0 && got.problem->at != layer::mldv2_report);
    for (const auto& [name, value] : layer_seen["m"].items()) {
        const bool common =
            name == "type" || name == "code" || name == "cksum" || name == "cksum_ok";
        if (cut && !common) continue;
        EXPECT_EQ(got.fields.value(name, json()), value) << name;
    }
}

TEST(icmpv6_corpus, every_field_that_tshark_sees_is_read_alike) {
    SONDE_REQUIRE_CORPUS();
    int packets = 0;
    for (const auto& file : testing::list_captures("icmp6")) {
        const auto frames = testing::read_capture(file);
        const auto lines =
            testing::read_lines(*testing::corpus_root() / "oracle" / (file + ".jsonl.gz"));
        for (const auto& line : lines) {
            const auto seen = json::parse(line);
            const std::size_t number = seen["n"];
            SCOPED_TRACE(file + " frame " + std::to_string(number));
            const auto layers = seen["layers"];
            const auto layer_seen =
                std::ranges::find_if(layers, [](const json& one) { return one["p"] == "icmpv6"; });
            if (layer_seen == layers.end()) continue;
            const auto found = find_icmpv6(frames.at(number - 1));
            ASSERT_TRUE(found.has_value());
            compare_with_oracle(*found, *layer_seen, is_cut_in_the_header(file, number));
            ++packets;
        }
    }
    EXPECT_EQ(packets, 47);
}

// Every capture of the corpus that we can open, and every ICMPv6 message in it.
template <class Visit>
void for_each_captured_message(const Visit& visit) {
    for (const auto& folder :
         std::filesystem::directory_iterator(*testing::corpus_root() / "captures")) {
        if (!folder.is_directory()) continue;
        for (const auto& file : testing::list_captures(folder.path().filename().string())) {
            for (const auto& frame : testing::read_capture(file)) {
                if (const auto found = find_icmpv6(frame)) visit(file, found->message);
            }
        }
    }
}

template <class Message>
void expect_quoted_ipv6(const std::string& file, bytes_view message, int& errors) {
    if (icmpv6_message_layer(message) != Message::id) return;
    const auto seen = Message::view::parse(message);
    if (!seen) return;
    const auto meant = Message::read(*seen);
    ASSERT_TRUE(meant.has_value() && !meant->quoted.empty()) << file;
    EXPECT_EQ(meant->quoted[0] >> 4, 6) << file << ' ' << Message::name;
    ++errors;
}

// A reader that takes four octets too many for MTU or pointer would not find a version there.
TEST(icmpv6_corpus, what_every_captured_error_quotes_begins_with_the_version_of_ipv6) {
    SONDE_REQUIRE_CORPUS();
    int errors = 0;
    for_each_captured_message([&errors](const std::string& file, bytes_view message) {
        expect_quoted_ipv6<icmpv6_destination_unreachable>(file, message, errors);
        expect_quoted_ipv6<icmpv6_packet_too_big>(file, message, errors);
        expect_quoted_ipv6<icmpv6_time_exceeded>(file, message, errors);
        expect_quoted_ipv6<icmpv6_parameter_problem>(file, message, errors);
    });
    EXPECT_GE(errors, 17 + 3 + 3 + 8);  // generated, RFC 4884, malformed, captured
}

TEST(icmpv6_corpus, every_cut_length_of_every_message_is_read_and_emitted_unchanged) {
    SONDE_REQUIRE_CORPUS();
    int messages = 0;
    for_each_captured_message([&messages](const std::string& file, bytes_view message) {
        ++messages;
        for (std::size_t len = 0; len <= message.size(); ++len) {
            // A copy of exactly that length: the address sanitizer sees an octet read beyond it.
            const std::vector<std::uint8_t> cut(message.begin(),
                                                message.begin() + static_cast<std::ptrdiff_t>(len));
            const auto got = read_located({.message = cut});
            ASSERT_TRUE(got.problem.has_value() || len >= icmpv6::header_len) << file;
            for_each_icmpv6_message([&]<class Message>() {
                const auto again = reemitted<Message>(cut);
                ASSERT_EQ(again.value_or(cut), cut) << file << ' ' << Message::name;
            });
        }
    });
    EXPECT_GE(messages, 44 + 47);
}

}  // namespace
}  // namespace sonde
