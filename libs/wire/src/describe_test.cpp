// What DNS, DHCP and SCTP tell to a sink: names once, places inside the message, nested elements,
// and where hostile octets end it.

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/base/random.hpp>
#include <sonde/testing/corpus.hpp>
#include <sonde/wire/application/dhcp.hpp>
#include <sonde/wire/application/dns_over_tcp.hpp>
#include <sonde/wire/application/dns_writer.hpp>
#include <sonde/wire/field_sink.hpp>
#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/transport/sctp.hpp>

namespace sonde {
namespace {

using octets_t = std::vector<std::uint8_t>;

// Writes what is told as lines: "group label", indented fields "name value (meaning)". Each octet
// must be the message's, and a name stand once in its group.
class line_sink final : public field_sink {
  public:
    explicit line_sink(bytes_view message) : message_(message) { seen_.emplace_back(); }
    void on_field(const described& value) override {
        EXPECT_FALSE(value.name.empty());
        check(value.octets);
        const bool goes_on = value.repeated && value.name == last_;
        const bool is_new = goes_on || seen_.back().insert(std::string(value.name)).second;
        EXPECT_TRUE(is_new) << value.name;
        last_ = value.name;
        std::string line(2 * (seen_.size() - 1), ' ');
        line += std::string(value.name) + ' ' + shown(value);
        if (!value.value_name.empty()) line += " (" + std::string(value.value_name) + ')';
        lines.push_back(line);
    }
    void begin_group(std::string_view name, std::string_view label, bytes_view octets) override {
        check(octets);
        std::string line(2 * (seen_.size() - 1), ' ');
        line += std::string(name);
        if (!label.empty()) line += ' ' + std::string(label);
        lines.push_back(line);
        seen_.emplace_back();
        depth_max = std::max(depth_max, seen_.size() - 1);
        last_.clear();
    }
    void end_group() override {
        ASSERT_GT(seen_.size(), 1U);
        seen_.pop_back();
        last_.clear();
    }
    void on_problem(const parse_error& error) override { problems.push_back(error); }
    [[nodiscard]] bool closed() const { return seen_.size() == 1; }

    std::vector<std::string> lines;
    std::vector<parse_error> problems;
    std::size_t depth_max = 0;

  private:
    static std::string shown(const described& value) {
        if (!value.text.empty()) return '"' + std::string(value.text) + '"';
        if (value.kind == field_kind::number || value.kind == field_kind::hex)
            return std::to_string(value.number);
        std::string made;
        for (const std::uint8_t octet : value.octets) {
            std::array<char, 4> room{};
            text_room text(room);
            text.hex(bytes_view(&octet, 1));
            made += text.text();
        }
        return made;
    }
    void check(bytes_view octets) const {
        if (octets.empty()) return;
        EXPECT_GE(octets.data(), message_.data());
        EXPECT_LE(octets.data() + octets.size(), message_.data() + message_.size());
    }
    bytes_view message_;
    std::vector<std::set<std::string>> seen_;
    std::string last_;
};

template <class T>
void tell(const octets_t& octets, line_sink& to) {
    const auto seen = T::view::parse(bytes_view(octets));
    ASSERT_TRUE(seen.has_value());
    T::describe(*seen, to);
    EXPECT_TRUE(to.closed());
}

octets_t octets_of(std::string_view hex) {
    octets_t made;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        made.push_back(
            static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return made;
}

using lines_t = std::vector<std::string>;

// RFC 1035 s4.1: a question and its answer, whose name is a pointer to the question's.
constexpr std::string_view question_hex = "076578616d706c65036e65740000010001";

TEST(described_dns, questions_and_records_are_elements_with_typed_values) {
    const octets_t octets = octets_of("303981800001000200000000" + std::string(question_hex) +
                                      "c00c00010001000000"
                                      "3c0004c0000201"
                                      "c00c000f00010000003c0004000ac00c");
    line_sink to(octets);
    tell<dns>(octets, to);
    EXPECT_EQ(to.lines,
              (lines_t{"question A",
                       "  name \"example.net.\"",
                       "  type 1 (A)",
                       "  class 1 (IN)",
                       "answer A",
                       "  name \"example.net.\"",
                       "  type 1 (A)",
                       "  class 1 (IN)",
                       "  time_to_live 60",
                       "  data_length 4",
                       "  address c0000201",
                       "answer MX",
                       "  name \"example.net.\"",
                       "  type 15 (MX)",
                       "  class 1 (IN)",
                       "  time_to_live 60",
                       "  data_length 4",
                       "  preference 10",
                       "  exchange \"example.net.\""}));
    EXPECT_TRUE(to.problems.empty());
}

// RFC 6762 s5.4 and s10.2; a private class keeps its top bit (RFC 6895 s3.2).
TEST(described_dns, the_top_bit_of_a_class_is_told_as_mdns_means_it) {
    const octets_t octets = octets_of(
        "000084000001000200000000"
        "00000c8001"
        "00000180010000003c0004c0000201"
        "000001ff000000003c0004c0000201");
    line_sink to(octets);
    tell<dns>(octets, to);
    const auto has = [&](const char* line) {
        return std::count(to.lines.begin(), to.lines.end(), line);
    };
    EXPECT_EQ(has("  unicast_response 1"), 1);
    EXPECT_EQ(has("  cache_flush 1"), 1);
    EXPECT_EQ(has("  class 1 (IN)"), 2);
    EXPECT_EQ(has("  class 65280"), 1);
}

// RFC 6891 s6.1.2; the client subnet is the example of RFC 7871 s6 with a prefix of 24.
TEST(described_dns, an_opt_record_is_told_with_its_options) {
    const octets_t octets = octets_of(
        "303901000000000000000001"
        "00002904d00100800000"
        "16"
        "00080007000118"
        "00c00002"
        "000f0007"
        "0012626c6f636b");
    line_sink to(octets);
    tell<dns>(octets, to);
    EXPECT_EQ(to.lines,
              (lines_t{"additional OPT",
                       "  name \".\"",
                       "  type 41 (OPT)",
                       "  udp_payload_size 1232",
                       "  extended_rcode 1",
                       "  version 0",
                       "  dnssec_ok 1",
                       "  z 0",
                       "  data_length 22",
                       "  option CLIENT-SUBNET",
                       "    option_code 8 (CLIENT-SUBNET)",
                       "    option_length 7",
                       "    family 1",
                       "    source_prefix_length 24",
                       "    scope_prefix_length 0",
                       "    address \"192.0.2.0\"",
                       "  option EDE",
                       "    option_code 15 (EDE)",
                       "    option_length 7",
                       "    info_code 18 (Prohibited)",
                       "    extra_text \"block\""}));
}

// A pointer to itself (RFC 1035 s4.1.4 lets pointers lead back only) ends the walk there.
TEST(described_dns, a_broken_record_ends_the_telling_with_its_reason) {
    const octets_t octets = octets_of("303981800001000100000000" + std::string(question_hex) +
                                      "c01d00010001000000"
                                      "3c0004c0000201");
    line_sink to(octets);
    tell<dns>(octets, to);
    EXPECT_EQ(to.lines.size(), 4U);
    ASSERT_EQ(to.problems.size(), 1U);
    EXPECT_EQ(to.problems[0].reason, parse_reason::bad_value);
}

TEST(described_dns, data_that_is_not_what_its_type_says_stays_octets) {
    const octets_t octets = octets_of(
        "303981800000000100000000"
        "000001000100000000"
        "0003c00002");
    line_sink to(octets);
    tell<dns>(octets, to);
    EXPECT_EQ(to.lines.back(), "  data c00002");
    EXPECT_EQ(to.problems.size(), 1U);
}

// Every type of data: as many names as parts, none twice in a record.
TEST(described_dns, each_part_of_each_type_of_data_has_a_name) {
    std::size_t types = 0;
    const auto one = [&]<class Data>() {
        octets_t room(1024);
        dns_writer out(room, {});
        static_cast<void>(out.add(dns_section::answer, {}, Data{}));
        const bytes_view made = out.finish();
        ASSERT_FALSE(made.empty()) << to_string(Data::type);
        const octets_t octets(made.begin(), made.end());
        line_sink to(octets);
        tell<dns>(octets, to);
        EXPECT_TRUE(to.problems.empty()) << to_string(Data::type);
        ++types;
    };
    [&]<class... Data>(dns_data_list<Data...>) {
        (one.template operator()<Data>(), ...);
    }(dns_data_types{});
    EXPECT_GT(types, 50U);
}

// RFC 7766 s6.2.1: several messages in one segment, the last of them not all here.
TEST(described_dns_over_tcp, further_messages_and_a_piece_are_elements) {
    const std::string message = "303901000001000000000000" + std::string(question_hex);
    const octets_t octets = octets_of("001d" + message + "001d" + message + "001d3039");
    line_sink to(octets);
    tell<dns_over_tcp>(octets, to);
    ASSERT_EQ(std::count(to.lines.begin(), to.lines.end(), "message"), 2);
    EXPECT_EQ(to.lines[1], "  length 29");
    EXPECT_EQ(to.lines.back(), "  piece 3039");
    ASSERT_EQ(to.problems.size(), 1U);
    EXPECT_EQ(to.problems[0].offset_octets, 62U);
}

octets_t dhcp_message(std::string_view options_hex) {
    octets_t made(dhcp::header_len);
    made[0] = made[1] = 1;
    made[2] = 6;
    const octets_t options = octets_of(options_hex);
    made.insert(made.end(), options.begin(), options.end());
    return made;
}

TEST(described_dhcp, options_are_elements_with_typed_values) {
    const octets_t octets = dhcp_message(
        "63825363"
        "350101"
        "0304c0000201"
        "3304"
        "00000e10"
        "0204fffff1f0"
        "3d0701"
        "020304050607"
        "370203"
        "06"
        "7908"
        "18c00002c0000201"
        "0000ff00");
    line_sink to(octets);
    tell<dhcp>(octets, to);
    EXPECT_EQ(to.lines,
              (lines_t{"broadcast 0",
                       "client_hardware_address 000000000000",
                       "magic_cookie 1669485411",
                       "dhcp_option DHCP Message Type",
                       "  code 53 (DHCP Message Type)",
                       "  length 1",
                       "  value 1 (DHCPDISCOVER)",
                       "dhcp_option Router",
                       "  code 3 (Router)",
                       "  length 4",
                       "  address c0000201",
                       "dhcp_option IP Address Lease Time",
                       "  code 51 (IP Address Lease Time)",
                       "  length 4",
                       "  value 3600 (3600 s)",
                       "dhcp_option Time Offset",
                       "  code 2 (Time Offset)",
                       "  length 4",
                       "  value 4294963696 (-3600)",
                       "dhcp_option Client Identifier",
                       "  code 61 (Client Identifier)",
                       "  length 7",
                       "  type 1",
                       "  identifier 020304050607",
                       "dhcp_option Parameter Request List",
                       "  code 55 (Parameter Request List)",
                       "  length 2",
                       "  option_code 3 (Router)",
                       "  option_code 6 (Domain Name Server)",
                       "dhcp_option Classless Static Route",
                       "  code 121 (Classless Static Route)",
                       "  length 8",
                       "  route",
                       "    prefix_length 24",
                       "    destination \"192.0.2.0\"",
                       "    router c0000201",
                       "dhcp_option Pad",
                       "  code 0 (Pad)",
                       "dhcp_option End",
                       "  code 255 (End)",
                       "  padding 00"}));
    EXPECT_TRUE(to.problems.empty());
}

// RFC 2131 s4.1: options in `file` when option 52 says 1.
TEST(described_dhcp, overloaded_places_are_told_as_options_not_as_names) {
    octets_t octets = dhcp_message(
        "63825363"
        "340101"
        "ff");
    octets[44] = 'n';  // sname: a name
    octets[108] = 12;  // file: Host Name "h"
    octets[109] = 1;
    octets[110] = 'h';
    octets[111] = 255;
    line_sink to(octets);
    tell<dhcp>(octets, to);
    const auto at = [&](const char* line) {
        return std::find(to.lines.begin(), to.lines.end(), line) - to.lines.begin();
    };
    EXPECT_LT(at("server_host_name \"n\""), at("overloaded boot_file_name"));
    EXPECT_EQ(at("  dhcp_option Host Name"), at("overloaded boot_file_name") + 1);
    EXPECT_LT(at("    value \"h\""), at("dhcp_option Option Overload"));
}

TEST(described_dhcp, an_option_over_the_end_is_told_with_its_offset) {
    const octets_t octets = dhcp_message(
        "63825363"
        "0c0561");
    line_sink to(octets);
    tell<dhcp>(octets, to);
    ASSERT_EQ(to.problems.size(), 1U);
    EXPECT_EQ(to.problems[0].offset_octets, 240U);
}

octets_t sctp_packet(std::string_view chunks_hex) {
    octets_t made = octets_of("000700080000000500000000");
    const octets_t chunks = octets_of(chunks_hex);
    made.insert(made.end(), chunks.begin(), chunks.end());
    return made;
}

TEST(described_sctp, causes_hold_parameters_and_these_their_values) {
    // ERROR with Unrecognized Parameters: one of IPv4, RFC 9260 s3.3.10.8 and s3.3.2.1.
    const octets_t octets = sctp_packet(
        "09000010"
        "0008000c"
        "00050008c0000201");
    line_sink to(octets);
    tell<sctp>(octets, to);
    EXPECT_EQ(to.lines.size(), 11U);
    EXPECT_EQ(to.lines.front(), "sctp_chunk ERROR");
    EXPECT_EQ(to.lines.back(), "      address c0000201");
    EXPECT_TRUE(to.problems.empty());
}

TEST(described_sctp, gaps_and_duplicates_are_told_one_by_one) {
    const octets_t octets = sctp_packet(
        "03000018"
        "0000006400"
        "0000c8"
        "00010001"
        "00020003"
        "00000063");
    line_sink to(octets);
    tell<sctp>(octets, to);
    const lines_t last(to.lines.end() - 4, to.lines.end());
    EXPECT_EQ(last, (lines_t{"  gap_ack_block", "    start 2", "    end 3", "  duplicate_tsn 99"}));
}

// Unrecognized Parameter in Unrecognized Parameter...: 16,000 levels in one packet.
TEST(described_sctp, elements_inside_elements_are_told_to_a_depth_that_is_bounded) {
    octets_t octets = sctp_packet("0200fff4");
    octets.resize(12 + 0xfff4);
    for (std::size_t at = 12 + 20; at + 4 <= octets.size(); at += 4) {
        put_be16_at(bytes_mut(octets), at, 8);
        put_be16_at(bytes_mut(octets), at + 2, static_cast<std::uint16_t>(octets.size() - at));
    }
    line_sink to(octets);
    tell<sctp>(octets, to);
    EXPECT_LT(to.depth_max, 10U);
    EXPECT_LT(to.lines.size(), 40U);
}

TEST(described_sctp, a_chunk_that_is_cut_is_told_as_far_as_it_goes) {
    const octets_t octets = sctp_packet("0003001500000001000200030000003368");
    line_sink to(octets);
    tell<sctp>(octets, to);
    EXPECT_EQ(to.lines.back(), "  user_data 68");
    ASSERT_EQ(to.problems.size(), 1U);
    EXPECT_EQ(to.problems[0].offset_octets, 12U);
}

// Any octets: no name twice, no place outside, every group closed.
TEST(described_anything, keeps_the_sinks_rules_on_random_octets) {
    random_source random(20261120);
    for (int round = 0; round < 3000; ++round) {
        octets_t octets(12 + static_cast<std::size_t>(random.below(400)));
        for (auto& octet : octets)
            octet = static_cast<std::uint8_t>(random.below(4) == 0 ? random() : random.below(16));
        line_sink one(octets);
        tell<dns>(octets, one);
        line_sink two(octets);
        tell<sctp>(octets, two);
        line_sink three(octets);
        tell<dns_over_tcp>(octets, three);
        if (octets.size() < dhcp::header_len + 4) continue;
        put_be32_at(bytes_mut(octets), dhcp::header_len, dhcp::magic_cookie);
        line_sink four(octets);
        tell<dhcp>(octets, four);
    }
}

// The checksum of captured packets, computed anew from header and chunks, apart and together.
TEST(automatics, the_checksum_of_sctp_covers_header_and_chunks) {
    SONDE_REQUIRE_CORPUS();
    std::size_t compared = 0;
    for (const auto& frame : testing::read_capture("sctp/sctp-keywords-prefilter.pcap")) {
        const auto link = ethernet::view::parse(bytes_view(frame.octets));
        const auto ip = ipv4::view::parse(bytes_view(link->payload()));
        ASSERT_TRUE(ip.has_value());
        const auto seen = sctp::view::parse(ip->payload());
        ASSERT_TRUE(seen.has_value());
        const bytes_view all = seen->octets();
        for (const std::size_t header_len : {sctp::header_len, all.size()}) {
            octets_t header(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(header_len));
            put_be32_at(bytes_mut(header), 8, 0xdeadbeef);
            const sctp message{};
            complete_layer(sctp::automatics,
                           sctp::fields,
                           &message,
                           header,
                           {.header = header, .inside = all.subspan(header_len)});
            EXPECT_EQ(be32_at(bytes_view(header), 8), seen->checksum());
            ++compared;
        }
    }
    EXPECT_GT(compared, 20U);
}

// RFC 1035 s4.2.2: the length of the message, without its own two octets and what follows.
TEST(automatics, the_length_of_dns_over_tcp_counts_one_message) {
    std::array<std::uint8_t, 5> header{};
    const std::array<std::uint8_t, 29> inside{};
    const dns_over_tcp message{};
    complete_layer(dns_over_tcp::automatics,
                   dns_over_tcp::fields,
                   &message,
                   header,
                   {.header = header, .inside = inside, .trailer = inside});
    EXPECT_EQ(be16_at(bytes_view(header), 0), 32);
    const dns_over_tcp forced{.length = 7};
    forced.emit(bytes_mut(header).first(2));
    complete_layer(dns_over_tcp::automatics,
                   dns_over_tcp::fields,
                   &forced,
                   header,
                   {.header = header, .inside = inside});
    EXPECT_EQ(be16_at(bytes_view(header), 0), 7);
}

}  // namespace
}  // namespace sonde
