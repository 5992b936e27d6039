// SCTP against what tshark 4.0 sees in captures made by others: every header, chunk and parameter,
// in order, with every field that it names. Then every cut length of every packet.
//
// tshark shows each DATA chunk behind the first as a layer of its own; here the layers of one frame
// are taken together.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sonde/testing/corpus.hpp>
#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/network/ipv4.hpp>

#include "sctp_each.hpp"

namespace sonde {
namespace {

using nlohmann::json;

// A field by tshark's name, with its value as JSON text.
using field_line = std::string;

std::string hex(bytes_view octets) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string made;
    for (const std::uint8_t octet : octets) {
        made += digits[octet >> 4];
        made += digits[octet & 15];
    }
    return made;
}

// What we see, in the order in which tshark names it.
class our_fields {
  public:
    template <class Int>
    void number(const char* name, Int value) {
        lines_.push_back(std::string("sctp.") + name + " " +
                         std::to_string(static_cast<std::uint64_t>(value)));
    }
    void text(const char* name, const std::string& value) {
        lines_.push_back(std::string("sctp.") + name + " \"" + value + "\"");
    }
    [[nodiscard]] const std::vector<field_line>& lines() const { return lines_; }

  private:
    std::vector<field_line> lines_;
};

void describe_parameter(our_fields& to, sctp_parameter::view parameter) {
    using enum sctp_parameter_type;
    to.number("parameter_type", static_cast<std::uint16_t>(parameter.type()));
    to.number("parameter_bit_1", parameter.is_skipped_when_unknown());
    to.number("parameter_bit_2", parameter.is_reported_when_unknown());
    to.number("parameter_length", parameter.length());
    if (const auto v4 = sctp_ipv4_address(parameter)) {
        to.text("parameter_ipv4_address", to_string(*v4));
    }
    if (const auto types = sctp_supported_address_types(parameter)) {
        for (std::size_t i = 0; i < types->size(); ++i) {
            to.number("parameter_supported_address_type", static_cast<std::uint16_t>((*types)[i]));
        }
    }
    if (parameter.type() == state_cookie) {
        to.text("parameter_state_cookie", hex(parameter.value()));
    }
    if (parameter.type() == heartbeat_info) {
        to.text("parameter_heartbeat_information", hex(parameter.value()));
    }
    if (!parameter.padding().empty()) to.text("parameter_padding", hex(parameter.padding()));
}

template <class Init>
void describe_init(our_fields& to, const std::string& prefix, typename Init::view init) {
    to.number((prefix + "_initiate_tag").c_str(), init.initiate_tag());
    to.number("initiate_tag", init.initiate_tag());
    to.number((prefix + "_credit").c_str(), init.advertised_receiver_window_credit());
    to.number((prefix + "_nr_out_streams").c_str(), init.number_of_outbound_streams());
    to.number((prefix + "_nr_in_streams").c_str(), init.number_of_inbound_streams());
    to.number((prefix + "_initial_tsn").c_str(), init.initial_tsn());
    for (const auto& parameter : init.parameters()) describe_parameter(to, parameter);
}

void describe_flags(our_fields& to, sctp_data::view data) {
    to.number("data_i_bit", data.immediate());
    to.number("data_u_bit", data.unordered());
    to.number("data_b_bit", data.beginning());
    to.number("data_e_bit", data.ending());
}

void describe_data(our_fields& to, sctp_data::view data) {
    to.number("data_tsn_raw", data.transmission_sequence_number());
    to.number("data_sid", data.stream_identifier());
    to.number("data_ssn", data.stream_sequence_number());
    to.number("data_payload_proto_id",
              static_cast<std::uint32_t>(data.payload_protocol_identifier()));
}

void describe_sack(our_fields& to, sctp_sack::view sack) {
    to.number("sack_cumulative_tsn_ack_raw", sack.cumulative_tsn_ack());
    to.number("sack_a_rwnd", sack.advertised_receiver_window_credit());
    to.number("sack_number_of_gap_blocks", sack.number_of_gap_ack_blocks());
    to.number("sack_number_of_duplicated_tsns", sack.number_of_duplicate_tsns());
}

void describe_chunk(our_fields& to, const sctp_chunk::view& chunk) {
    const auto data = chunk.as<sctp_data>();
    to.number("chunk_type", static_cast<std::uint8_t>(chunk.type()));
    to.number("chunk_bit_1", chunk.is_skipped_when_unknown());
    to.number("chunk_bit_2", chunk.is_reported_when_unknown());
    to.number("chunk_flags", chunk.flags());
    if (data) describe_flags(to, *data);
    to.number("chunk_length", chunk.length());
    if (data) describe_data(to, *data);
    if (const auto init = chunk.as<sctp_init>()) describe_init<sctp_init>(to, "init", *init);
    if (const auto ack = chunk.as<sctp_init_ack>()) {
        describe_init<sctp_init_ack>(to, "initack", *ack);
    }
    if (const auto sack = chunk.as<sctp_sack>()) describe_sack(to, *sack);
    if (const auto echo = chunk.as<sctp_cookie_echo>()) to.text("cookie", hex(echo->value()));
    if (const auto beat = chunk.as<sctp_heartbeat>()) {
        for (const auto& parameter : beat->parameters()) describe_parameter(to, parameter);
    }
    if (const auto beat = chunk.as<sctp_heartbeat_ack>()) {
        for (const auto& parameter : beat->parameters()) describe_parameter(to, parameter);
    }
    if (!chunk.padding().empty()) to.text("chunk_padding", hex(chunk.padding()));
}

std::vector<field_line> lines_of(sctp::view seen) {
    our_fields to;
    to.number("srcport", seen.source_port());
    to.number("dstport", seen.destination_port());
    to.number("verification_tag", seen.verification_tag());
    to.number("checksum", seen.checksum());
    for (const auto& chunk : seen.chunks()) describe_chunk(to, chunk);
    return to.lines();
}

// What tshark sees in all layers of SCTP of a frame, but for a bit of SACK that no RFC gave a
// meaning.
std::vector<field_line> theirs_of(const json& packet) {
    std::vector<field_line> lines;
    for (const json& layer : packet.at("layers")) {
        if (layer.at("p") != "sctp" || !layer.contains("f")) continue;
        for (const json& one : layer.at("f")) {
            const auto name = one.at(0).get<std::string>();
            if (name != "sctp.sack_nounce_sum") lines.push_back(name + " " + one.at(1).dump());
        }
    }
    return lines;
}

// The first SCTP packet of an Ethernet frame, by our own views.
std::optional<bytes_view> sctp_in(bytes_view frame) {
    const auto link = ethernet::view::parse(frame);
    if (!link || link->type() != ether_type::ipv4) return {};
    const auto ip = ipv4::view::parse(link->payload());
    if (!ip || static_cast<std::uint8_t>(ip->protocol()) != 132) return {};
    if (ip->fragment_offset() != 0) return {};
    return ip->payload();
}

const json* first_layer(const json& packet) {
    for (const json& layer : packet.at("layers")) {
        if (layer.at("p") == "sctp") return &layer;
    }
    return nullptr;
}

std::vector<std::string> captures() {
    std::vector<std::string> all;
    for (const auto* folder : {"sctp", "diameter", "mixed", "malformed"}) {
        for (const auto& name : testing::list_captures(folder)) all.push_back(name);
    }
    return all;
}

// Calls `each(what, sctp octets, tshark's packet)` where both see SCTP; fails where one does.
template <class Each>
void for_each_packet(Each each) {
    for (const std::string& name : captures()) {
        const auto frames = testing::read_capture(name);
        const auto lines =
            testing::read_lines(*testing::corpus_root() / "oracle" / (name + ".jsonl.gz"));
        std::size_t at = 0;
        for (const std::string& line : lines) {
            const json packet = json::parse(line);
            if (packet.contains("block") || at == frames.size()) continue;
            const auto& frame = frames[at++];
            const std::string what = name + " #" + std::to_string(packet.at("n").get<int>());
            const json* layer = first_layer(packet);
            const auto ours = frame.link_type == 1 ? sctp_in(frame.octets) : std::nullopt;
            const bool readable = ours && sctp::view::parse(*ours).has_value();
            EXPECT_EQ(readable, layer != nullptr) << what;
            if (readable && layer != nullptr) each(what, *ours, packet);
        }
    }
}

TEST(sctp_corpus, every_field_of_every_chunk_that_tshark_names_is_ours_too) {
    SONDE_REQUIRE_CORPUS();
    std::size_t compared = 0;
    for_each_packet([&](const std::string& what, bytes_view octets, const json& packet) {
        const auto seen = sctp::view::parse(octets);
        EXPECT_EQ(lines_of(*seen), theirs_of(packet)) << what;
        compared += theirs_of(packet).size();
        const json& named = first_layer(packet)->at("m");
        const bool good = named.at("cksum_ok") == 1;
        EXPECT_EQ(seen->checksum_verdict() == checksum_state::good, good) << what;
    });
    EXPECT_GT(compared, 900U);
    RecordProperty("compared", static_cast<int>(compared));
}

TEST(sctp_corpus, every_cut_length_of_every_packet_is_read_within_its_octets) {
    SONDE_REQUIRE_CORPUS();
    for_each_packet([](const std::string&, bytes_view octets, const json&) {
        for (std::size_t n = 0; n <= octets.size(); ++n) {
            // A block of its own length: one octet too far is seen.
            const bytes_view first = octets.first(n);
            const std::vector<std::uint8_t> cut(first.begin(), first.end());
            testing::exercise_sctp(cut);
        }
    });
}

// Each packet of a handshake is the answer to the one before it, and to no other.
TEST(sctp_corpus, a_handshake_is_a_chain_of_answers) {
    SONDE_REQUIRE_CORPUS();
    for (const auto* name : {"sctp/sctp.pcap", "sctp/sctp-keywords-prefilter.pcap"}) {
        const auto frames = testing::read_capture(name);
        ASSERT_GE(frames.size(), 4U);
        const auto packet = [&frames](std::size_t i) {
            return *sctp::view::parse(bytes_view(*sctp_in(frames[i].octets)));
        };
        for (std::size_t answer = 0; answer < 4; ++answer) {
            for (std::size_t question = 0; question < 4; ++question) {
                EXPECT_EQ(is_answer(packet(answer), packet(question)), answer == question + 1)
                    << name << " " << answer << " to " << question;
            }
        }
    }
}

}  // namespace
}  // namespace sonde
