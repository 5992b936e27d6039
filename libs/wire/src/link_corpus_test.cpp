// The link layer and the tunnels against what tshark 4.0 sees in captures made by others: every
// field that it names, at the place where it saw it; and the places themselves, as our
// declarations lead to them. Then every cut length of every frame.
//
// Where we differ:
// - SNAP is a layer of its own here and a part of LLC there;
// - the trailer of a frame with a type is known to the protocol above alone: it is parted by that
//   protocol's length.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sonde/testing/corpus.hpp>

#include "link_each.hpp"

namespace sonde {
namespace {

using nlohmann::json;
using testing::exercise;

const std::vector<std::string>& folders() {
    static const std::vector<std::string> all{
        "arp", "vlan", "ethernet-llc-stp", "ppp", "gre-mpls-vxlan", "igmp", "linktypes"};
    return all;
}

std::string hex(bytes_view octets) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string made;
    for (const std::uint8_t octet : octets) {
        made += digits[octet >> 4];
        made += digits[octet & 15];
    }
    return made;
}

// One layer as tshark sees it, beside ours.
class comparison {
  public:
    comparison(std::string what, const json& theirs) : what_(std::move(what)), theirs_(theirs) {}

    template <class Int>
    void number(const char* canonical, Int ours) {
        if (!theirs_.contains("m") || !theirs_.at("m").contains(canonical)) return;
        equal(canonical, theirs_.at("m").at(canonical), static_cast<std::uint64_t>(ours));
    }
    void text(const char* canonical, const std::string& ours) {
        if (!theirs_.contains("m") || !theirs_.at("m").contains(canonical)) return;
        ++compared_;
        EXPECT_EQ(theirs_.at("m").at(canonical).get<std::string>(), ours)
            << what_ << " " << canonical;
    }
    // A field by tshark's own name.
    template <class Int>
    void raw(const char* field, Int ours) {
        if (const json* value = find(field)) equal(field, *value, static_cast<std::uint64_t>(ours));
    }
    void raw_text(const char* field, const std::string& ours) {
        const json* value = find(field);
        if (value == nullptr) return;
        ++compared_;
        EXPECT_EQ(value->get<std::string>(), ours) << what_ << " " << field;
    }
    [[nodiscard]] bool has(const char* canonical) const {
        return theirs_.contains("m") && theirs_.at("m").contains(canonical);
    }
    [[nodiscard]] std::size_t compared() const { return compared_; }

  private:
    void equal(const char* field, const json& value, std::uint64_t ours) {
        ++compared_;
        EXPECT_EQ(value.get<std::uint64_t>(), ours) << what_ << " " << field;
    }
    const json* find(const char* field) const {
        if (!theirs_.contains("f")) return nullptr;
        for (const json& one : theirs_.at("f")) {
            if (one.at(0) == field) return &one.at(1);
        }
        return nullptr;
    }
    std::string what_;
    const json& theirs_;
    std::size_t compared_ = 0;
};

// Octets behind the payload that the protocol above declares.
bytes_view trailer_behind(ethernet::view seen) {
    const selector next = seen.next_selector();
    if (next == detail::by_ether_type(ether_type::ipv4)) {
        const auto ip = ipv4::view::parse(seen.payload());
        return ip ? seen.split_trailer(ip->total_length()).trailer : bytes_view{};
    }
    if (next == detail::by_ether_type(ether_type::ipv6)) {
        const auto ip = ipv6::view::parse(seen.payload());
        return ip ? seen.split_trailer(ipv6::header_len + ip->payload_length()).trailer
                  : bytes_view{};
    }
    if (next == detail::by_ether_type(ether_type::arp)) {
        const auto message = arp::view::parse(seen.payload());
        return message ? seen.split_trailer(message->declared_len()).trailer : bytes_view{};
    }
    return seen.trailer();
}

void compare(comparison& with, ethernet::view seen) {
    with.text("dst", hex(seen.destination().octets));
    with.text("src", hex(seen.source().octets));
    with.number(seen.has_length() ? "len" : "type", static_cast<std::uint16_t>(seen.type()));
    const auto next = seen.next_selector();
    const bool parted = next == detail::by_ether_type(ether_type::ipv4) ||
                        next == detail::by_ether_type(ether_type::ipv6) ||
                        next == detail::by_ether_type(ether_type::arp) || seen.has_length();
    if (parted) with.text("trailer", hex(trailer_behind(seen)));
}
void compare(comparison& with, vlan::view seen) {
    with.number("pcp", seen.pcp());
    with.number("dei", seen.dei());
    with.number("vid", seen.vid());
    with.number(seen.has_length() ? "len" : "type", static_cast<std::uint16_t>(seen.type()));
    with.raw("ieee8021ad.priority", seen.pcp());
    with.raw("ieee8021ad.dei", seen.dei());
    with.raw("ieee8021ad.id", seen.vid());
    with.raw("ieee8021ah.etype", static_cast<std::uint16_t>(seen.type()));
}
void compare(comparison& with, arp::view seen) {
    with.number("htype", seen.hardware_type());
    with.number("ptype", static_cast<std::uint16_t>(seen.protocol_type()));
    with.number("hlen", seen.hardware_length());
    with.number("plen", seen.protocol_length());
    with.number("op", static_cast<std::uint16_t>(seen.operation()));
    with.text("sha", hex(seen.sender_hardware_address()));
    with.text("tha", hex(seen.target_hardware_address()));
    if (with.has("spa")) with.text("spa", to_string(seen.sender_ipv4().value()));
    if (with.has("tpa")) with.text("tpa", to_string(seen.target_ipv4().value()));
}
void compare(comparison& with, llc::view seen) {
    with.number("dsap", static_cast<std::uint8_t>(seen.dsap()));
    with.number("ssap", static_cast<std::uint8_t>(seen.ssap()));
    with.number("ctl", seen.control());
    if (seen.format() == llc_format::information) {
        with.raw("llc.control.n_s", seen.send_sequence_number());
    }
    with.raw("llc.control.n_r", seen.receive_sequence_number());
    const auto inner = snap::view::parse(seen.payload());
    if (!inner) return;
    with.number("oui", inner->oui());
    with.number("type", inner->protocol_identifier());
    with.raw("llc.cisco_pid", inner->protocol_identifier());
}
template <class View>
void compare_cooked(comparison& with, View seen) {
    with.raw("sll.pkttype", static_cast<std::uint16_t>(seen.packet_type()));
    with.raw("sll.hatype", seen.arphrd_type());
    with.raw("sll.halen", seen.address_length());
    with.raw("sll.etype", static_cast<std::uint16_t>(seen.protocol()));
    with.raw("sll.ltype", static_cast<std::uint16_t>(seen.protocol()));
    with.raw_text("sll.src.eth", hex(seen.address()));
}
void compare(comparison& with, linux_sll::view seen) { compare_cooked(with, seen); }
void compare(comparison& with, linux_sll2::view seen) {
    compare_cooked(with, seen);
    with.raw("sll.ifindex", seen.interface_index());
}
void compare(comparison& with, bsd_null::view seen) {
    with.raw("null.family", static_cast<std::uint32_t>(seen.family()));
    with.raw("null.type", seen.family_as_it_lies() & 0xffff);
}
void compare(comparison& with, cisco_hdlc::view seen) {
    with.raw("chdlc.address", seen.address());
    with.raw("chdlc.control", seen.control());
    with.raw("chdlc.protocol", static_cast<std::uint16_t>(seen.protocol()));
}
void compare(comparison& with, ppp::view seen) {
    EXPECT_EQ(with.has("addr"), seen.has_address_and_control());
    with.number("proto", static_cast<std::uint16_t>(seen.protocol()));
}
void compare(comparison& with, pppoe::view seen) {
    with.raw("pppoe.version", seen.version());
    with.raw("pppoe.type", seen.type());
    with.raw("pppoe.code", static_cast<std::uint8_t>(seen.code()));
    with.raw("pppoe.session_id", seen.session_id());
    with.raw("pppoe.payload_length", seen.length());
    if (seen.code() == pppoe_code::session) return;
    for (const auto& tag : seen.tags()) {
        const std::string value = hex(tag.value());
        if (tag.type() == pppoe_tag_type::host_uniq) with.raw_text("pppoed.tags.host_uniq", value);
        if (tag.type() == pppoe_tag_type::ac_cookie) with.raw_text("pppoed.tags.ac_cookie", value);
        const std::string text(tag.value().begin(), tag.value().end());
        if (tag.type() == pppoe_tag_type::ac_name) with.raw_text("pppoed.tags.ac_name", text);
    }
}
void compare(comparison& with, mpls::view seen) {
    with.number("label", seen.label());
    with.number("exp", seen.traffic_class());
    with.number("bos", seen.bottom_of_stack());
    with.number("ttl", seen.time_to_live());
}
void compare(comparison& with, pseudowire_control_word::view seen) {
    with.raw("pweth.cw.sequence_number", seen.sequence_number());
}
void compare(comparison& with, gre::view seen) {
    with.number("flags_ver", seen.flags_and_version());
    with.number("proto", static_cast<std::uint16_t>(seen.protocol_type()));
    if (with.has("cksum")) with.number("cksum", seen.checksum().value());
    if (with.has("offset")) with.number("offset", seen.offset().value());
    if (with.has("key")) with.number("key", seen.key().value());
    if (with.has("pptp_len")) with.number("pptp_len", seen.pptp().value().payload_length);
    if (with.has("pptp_call")) with.number("pptp_call", seen.pptp().value().call_id);
    if (with.has("seq")) with.number("seq", seen.sequence_number().value());
    if (with.has("ack")) with.number("ack", seen.acknowledgment_number().value());
    EXPECT_TRUE(seen.checked_header_length().has_value());
    EXPECT_NE(seen.checksum_verdict(), checksum_state::bad);  // the senders' own sums
}
void compare(comparison& with, vxlan::view seen) {
    with.number("flags", seen.flags() << 8 | seen.policy_flags());
    with.number("gbp", seen.group_policy_id());
    with.number("vni", seen.vni());
    with.raw("vxlan.reserved8", seen.reserved());
}
void compare(comparison& with, geneve::view seen) {
    with.raw("geneve.version", seen.version());
    with.raw("geneve.flags.oam", seen.control());
    with.raw("geneve.flags.critical", seen.critical());
    with.raw("geneve.proto_type", static_cast<std::uint16_t>(seen.protocol_type()));
    with.raw("geneve.vni", seen.vni());
    with.raw("geneve.option.length", seen.option_length() * 4);
}
void compare_query(comparison& with, igmpv3_query::view seen) {
    with.raw("igmp.s", seen.suppress());
    with.raw("igmp.qrv", seen.robustness());
    with.raw("igmp.qqic", seen.interval_code());
    with.raw("igmp.num_src", seen.number_of_sources());
}
void compare_report(comparison& with, igmpv3_report::view seen) {
    with.raw("igmp.num_grp_recs", seen.number_of_records());
    ASSERT_TRUE(seen.records().begin() != seen.records().end());
    const auto record = *seen.records().begin();
    with.raw("igmp.record_type", static_cast<std::uint8_t>(record.type()));
    with.raw("igmp.aux_data_len", record.auxiliary_data_words());
    with.raw("igmp.num_src", record.number_of_sources());
    with.text("group", to_string(record.multicast_address()));
}
void compare(comparison& with, igmp::view seen) {
    with.number("type", static_cast<std::uint8_t>(seen.type()));
    with.number("cksum", seen.checksum());
    with.number("cksum_ok", seen.checksum_holds());
    switch (igmp_message_layer(seen.octets())) {
        case layer::igmpv3_query:
            with.number("max_resp", igmpv3_query::view::parse(seen.octets())->max_resp_code());
            with.text("group", to_string(seen.group_address()));
            compare_query(with, *igmpv3_query::view::parse(seen.octets()));
            break;
        case layer::igmpv3_report:
            compare_report(with, *igmpv3_report::view::parse(seen.octets()));
            break;
        default:
            with.number("max_resp", seen.max_resp_code());
            with.text("group", to_string(seen.group_address()));
    }
}

// tshark's name of our layer; empty where it has none.
template <class T>
constexpr std::string_view oracle_name() {
    if constexpr (T::id == layer::ethernet) return "eth";
    if constexpr (T::id == layer::linux_sll || T::id == layer::linux_sll2) return "sll";
    if constexpr (T::id == layer::bsd_null) return "null";
    if constexpr (T::id == layer::cisco_hdlc) return "chdlc";
    if constexpr (T::id == layer::pseudowire_control_word) return "pwethcw";
    if constexpr (T::id == layer::snap || T::id == layer::udp_lite) return "";
    return T::name;
}

// Two names of ours in one: a tag is a tag, and discovery and session share their header.
std::string plain_name(const std::string& theirs) {
    if (theirs == "ieee8021ad") return "vlan";
    if (theirs == "pppoed" || theirs == "pppoes") return "pppoe";
    return theirs;
}

bool is_ours(const std::string& name) {
    bool found = false;
    testing::for_each_protocol(testing::link_protocols{}, [&]<class T>() {
        found = found || (!oracle_name<T>().empty() && oracle_name<T>() == name);
    });
    return found;
}

// Our walk of one frame beside the list of layers of tshark.
struct walked_frame {
    std::string what;
    bytes_view frame;
    std::vector<std::pair<std::string, const json*>> theirs;  // in order, ours by name
    std::size_t at = 0;
    std::size_t compared = 0;

    template <class T>
    void operator()(typename T::view seen) {
        exercise<T>(seen);
        if constexpr (!oracle_name<T>().empty()) beside_theirs<T>(seen);
    }

  private:
    template <class T>
    void beside_theirs(typename T::view seen) {
        const auto offset = static_cast<std::size_t>(seen.octets().data() - frame.data());
        const std::string here =
            what + ": " + std::string(T::name) + " at " + std::to_string(offset);
        ASSERT_LT(at, theirs.size()) << here << " is not there for tshark";
        const auto& [name, layer] = theirs[at++];
        ASSERT_EQ(name, oracle_name<T>()) << here;
        ASSERT_EQ(layer->at("o").template get<std::size_t>(), offset) << here;
        comparison with(here, *layer);
        compare(with, seen);
        compared += with.compared();
    }
};

std::size_t compare_frame(const std::string& what, const testing::captured_frame& captured,
                          const json& packet) {
    walked_frame walk{.what = what, .frame = captured.octets, .theirs = {}};
    for (const json& one : packet.at("layers")) {
        const std::string name = plain_name(one.at("p").get<std::string>());
        if (is_ours(name) && !one.at("o").is_null()) walk.theirs.emplace_back(name, &one);
    }
    testing::walk_frame(link_type(captured.link_type), captured.octets, walk);
    EXPECT_EQ(walk.at, walk.theirs.size())
        << what << ": tshark sees "
        << (walk.at < walk.theirs.size() ? walk.theirs[walk.at].first : std::string("nothing"))
        << " where our walk ended";
    return walk.compared;
}

std::size_t compare_capture(const std::string& name) {
    const auto frames = testing::read_capture(name);
    const auto lines =
        testing::read_lines(*testing::corpus_root() / "oracle" / (name + ".jsonl.gz"));
    std::size_t compared = 0;
    std::size_t at = 0;
    for (const std::string& line : lines) {
        const json packet = json::parse(line);
        if (packet.contains("block")) continue;  // tshark counts blocks that are no packets
        if (at == frames.size()) break;
        const std::string what = name + " #" + std::to_string(packet.at("n").get<int>());
        compared += compare_frame(what, frames[at++], packet);
    }
    EXPECT_EQ(at, frames.size()) << name;
    return compared;
}

TEST(link_corpus, every_layer_and_field_that_tshark_names_is_ours_too) {
    SONDE_REQUIRE_CORPUS();
    for (const std::string& folder : folders()) {
        std::size_t compared = 0;
        for (const auto& name : testing::list_captures(folder)) compared += compare_capture(name);
        EXPECT_GT(compared, 10U) << folder;
        RecordProperty("compared_" + folder, static_cast<int>(compared));
    }
}

struct exerciser {
    template <class T>
    void operator()(typename T::view seen) {
        exercise<T>(seen);
    }
};

TEST(link_corpus, every_cut_length_of_every_frame_is_read_within_its_octets) {
    SONDE_REQUIRE_CORPUS();
    for (const std::string& folder : folders()) {
        for (const auto& name : testing::list_captures(folder)) {
            for (const auto& frame : testing::read_capture(name)) {
                for (std::size_t n = 0; n < frame.octets.size(); ++n) {
                    // A block of its own length: one octet too far is seen.
                    const std::vector<std::uint8_t> cut(
                        frame.octets.begin(),
                        frame.octets.begin() + static_cast<std::ptrdiff_t>(n));
                    testing::walk_frame(link_type(frame.link_type), cut, exerciser{});
                }
            }
        }
    }
}

}  // namespace
}  // namespace sonde
