// What DNS, DHCP and SCTP tell behind their headers, as printed JSON, against what tshark 4.0 sees
// in captures made by others: every value that both name, in order. Then every cut length of every
// frame through the printers, and the full lines against tcpdump.
//
// Where we differ:
// - names end in a dot here, the root is "." for tshark's "<Root>", and a blank is "\032";
// - tshark splits the owner of an SRV record and leaves it out of the list of names;
// - it goes on behind the end of an option that is too short;
// - dhcp.secs has a byte order that tshark guesses; it calls the end of the options type 0;
// - of reassembled datagrams and segments tshark tells in the last one what we tell in none.

#include <array>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sonde/packet/print_hexdump.hpp>
#include <sonde/packet/print_json.hpp>
#include <sonde/packet/print_line.hpp>
#include <sonde/packet/print_tree.hpp>
#include <sonde/testing/corpus.hpp>

namespace sonde {
namespace {

using nlohmann::json;
using values = std::map<std::string, std::vector<std::string>>;

printed_frame printed(const testing::captured_frame& frame) {
    return {.octets = frame.octets,
            .type = link_type(frame.link_type),
            .original_len = frame.original_len};
}

std::string hex(const std::vector<std::uint8_t>& octets, std::size_t at, std::size_t len) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string made;
    for (std::size_t i = at; i < at + len && i < octets.size(); ++i) {
        made += digits[octets[i] >> 4];
        made += digits[octets[i] & 15];
    }
    return made;
}

std::string text_of(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

// Every value of a printed packet by "element.field", "label.field" and, of layers,
// "protocol.field".
class told_values {
  public:
    told_values(const json& packet, const std::vector<std::uint8_t>& octets) : octets_(&octets) {
        for (const json& one : packet.at("layers")) {
            const auto name = one.at("protocol").get<std::string>();
            add_fields({name}, one);
            add_elements(one);
        }
    }
    [[nodiscard]] std::vector<std::string> at(const std::string& names) const {
        const auto found = made_.find(names);
        return found == made_.end() ? std::vector<std::string>{} : found->second;
    }

  private:
    void add(const std::vector<std::string>& prefixes, const std::string& name,
             const std::string& value) {
        for (const std::string& one : prefixes) made_[one + '.' + name].push_back(value);
    }
    void add_fields(const std::vector<std::string>& prefixes, const json& one) {
        for (const auto& [name, value] : one.at("fields").items()) {
            for (const json& each : value.is_array() ? value : json::array({value}))
                add(prefixes, name, text_of(each));
        }
    }
    void add_elements(const json& outer) {
        if (!outer.contains("elements")) return;
        for (const json& one : outer.at("elements")) add_element(one);
    }
    void add_element(const json& one) {
        const auto name = one.at("name").get<std::string>();
        const auto label = one.value("label", std::string());
        const bool record = name == "answer" || name == "authority" || name == "additional";
        std::vector<std::string> prefixes{record ? "record" : name};
        if (!label.empty() && name != "question") prefixes.push_back(label);
        json told = one;
        json& fields = told.at("fields");
        // Left out where they are zero.
        if (name == "question" && !fields.contains("unicast_response"))
            fields["unicast_response"] = 0;
        if (record && label != "OPT" && !fields.contains("cache_flush")) fields["cache_flush"] = 0;
        if (label == "SRV") fields.erase("name");
        add_fields(prefixes, told);
        // What stands at the place that is told.
        const auto at = one.at("offset").get<std::size_t>();
        const auto len = one.at("length").get<std::size_t>();
        if (name == "sctp_chunk") add({name}, "flag_octet", std::to_string((*octets_)[at + 1]));
        if (name == "option") add({name}, "octets", hex(*octets_, at + 4, len - 4));
        if (name == "dhcp_option" && len > 1 && label != "End" && label != "Pad")
            add({name}, "octets", hex(*octets_, at + 2, len - 2));
        add_elements(one);
    }

    const std::vector<std::uint8_t>* octets_;
    values made_{};
};

struct name_pair {
    const char* theirs;
    const char* ours;
};
constexpr std::array dns_names{
    name_pair{"dns.id", "dns.identifier"},
    name_pair{"dns.flags.response", "dns.response"},
    name_pair{"dns.flags.opcode", "dns.opcode"},
    name_pair{"dns.flags.authoritative", "dns.authoritative_answer"},
    name_pair{"dns.flags.truncated", "dns.truncated"},
    name_pair{"dns.flags.recdesired", "dns.recursion_desired"},
    name_pair{"dns.flags.recavail", "dns.recursion_available"},
    name_pair{"dns.flags.authenticated", "dns.authentic_data"},
    name_pair{"dns.flags.checkdisable", "dns.checking_disabled"},
    name_pair{"dns.flags.rcode", "dns.response_code"},
    name_pair{"dns.count.queries", "dns.question_count"},
    name_pair{"dns.count.answers", "dns.answer_count"},
    name_pair{"dns.count.auth_rr", "dns.authority_count"},
    name_pair{"dns.count.add_rr", "dns.additional_count"},
    name_pair{"dns.length", "dns_over_tcp.length"},
    name_pair{"dns.qry.name", "question.name"},
    name_pair{"dns.qry.type", "question.type"},
    name_pair{"dns.qry.class", "question.class"},
    name_pair{"dns.qry.qu", "question.unicast_response"},
    name_pair{"dns.resp.name", "record.name"},
    name_pair{"dns.resp.class", "record.class"},
    name_pair{"dns.resp.cache_flush", "record.cache_flush"},
    name_pair{"dns.resp.ttl", "record.time_to_live"},
    name_pair{"dns.resp.len", "record.data_length"},
    name_pair{"dns.a", "A.address"},
    name_pair{"dns.aaaa", "AAAA.address"},
    name_pair{"dns.cname", "CNAME.cname"},
    name_pair{"dns.ns", "NS.nsdname"},
    name_pair{"dns.ptr.domain_name", "PTR.ptrdname"},
    name_pair{"dns.txt", "TXT.txt_data"},
    name_pair{"dns.srv.priority", "SRV.priority"},
    name_pair{"dns.srv.weight", "SRV.weight"},
    name_pair{"dns.srv.port", "SRV.port"},
    name_pair{"dns.srv.target", "SRV.target"},
    name_pair{"dns.soa.mname", "SOA.mname"},
    name_pair{"dns.soa.rname", "SOA.rname"},
    name_pair{"dns.soa.serial_number", "SOA.serial"},
    name_pair{"dns.soa.refresh_interval", "SOA.refresh"},
    name_pair{"dns.soa.retry_interval", "SOA.retry"},
    name_pair{"dns.soa.expire_limit", "SOA.expire"},
    name_pair{"dns.soa.minimum_ttl", "SOA.minimum"},
    name_pair{"dns.naptr.order", "NAPTR.order"},
    name_pair{"dns.naptr.preference", "NAPTR.preference"},
    name_pair{"dns.naptr.flags", "NAPTR.flags"},
    name_pair{"dns.naptr.service", "NAPTR.services"},
    name_pair{"dns.naptr.replacement", "NAPTR.replacement"},
    name_pair{"dns.nsec3.algo", "NSEC3.hash_algorithm"},
    name_pair{"dns.nsec3.flags", "NSEC3.flags"},
    name_pair{"dns.nsec3.iterations", "NSEC3.iterations"},
    name_pair{"dns.rrsig.type_covered", "RRSIG.type_covered"},
    name_pair{"dns.rrsig.algorithm", "RRSIG.algorithm"},
    name_pair{"dns.rrsig.labels", "RRSIG.labels"},
    name_pair{"dns.rrsig.original_ttl", "RRSIG.original_ttl"},
    name_pair{"dns.rrsig.key_tag", "RRSIG.key_tag"},
    name_pair{"dns.rrsig.signers_name", "RRSIG.signers_name"},
    name_pair{"dns.rrsig.signature", "RRSIG.signature"},
    name_pair{"dns.svcb.svcpriority", "HTTPS.svc_priority"},
    name_pair{"dns.svcb.targetname", "HTTPS.target_name"},
    name_pair{"dns.svcb.svcparam.key", "svc_param.svc_param_key"},
    name_pair{"dns.svcb.svcparam.value.length", "svc_param.length"},
    name_pair{"dns.svcb.svcparam.alpn", "svc_param.alpn_id"},
    name_pair{"dns.svcb.svcparam.ipv4hint.ip", "ipv4hint.address"},
    name_pair{"dns.svcb.svcparam.ipv6hint.ip", "ipv6hint.address"},
    name_pair{"dns.tsig.algorithm_name", "TSIG.algorithm_name"},
    name_pair{"dns.tsig.fudge", "TSIG.fudge"},
    name_pair{"dns.tsig.original_id", "TSIG.original_id"},
    name_pair{"dns.tsig.error", "TSIG.error"},
    name_pair{"dns.rr.udp_payload_size", "OPT.udp_payload_size"},
    name_pair{"dns.resp.ext_rcode", "OPT.extended_rcode"},
    name_pair{"dns.resp.edns0_version", "OPT.version"},
    name_pair{"dns.resp.z.do", "OPT.dnssec_ok"},
    name_pair{"dns.resp.z.reserved", "OPT.z"},
    name_pair{"dns.opt.code", "option.option_code"},
    name_pair{"dns.opt.len", "option.option_length"},
    name_pair{"dns.opt.data", "option.octets"},
    name_pair{"dns.opt.client.family", "option.family"},
    name_pair{"dns.opt.client.netmask", "option.source_prefix_length"},
    name_pair{"dns.opt.client.scope", "option.scope_prefix_length"},
    name_pair{"dns.opt.cookie.client", "option.client_cookie"},
};
constexpr std::array dhcp_names{
    name_pair{"dhcp.type", "dhcp.op"},
    name_pair{"dhcp.hw.type", "dhcp.htype"},
    name_pair{"dhcp.hw.len", "dhcp.hlen"},
    name_pair{"dhcp.hops", "dhcp.hops"},
    name_pair{"dhcp.id", "dhcp.xid"},
    name_pair{"dhcp.flags", "dhcp.flags"},
    name_pair{"dhcp.flags.bc", "dhcp.broadcast"},
    name_pair{"dhcp.ip.client", "dhcp.ciaddr"},
    name_pair{"dhcp.ip.your", "dhcp.yiaddr"},
    name_pair{"dhcp.ip.server", "dhcp.siaddr"},
    name_pair{"dhcp.ip.relay", "dhcp.giaddr"},
    name_pair{"dhcp.hw.mac_addr", "dhcp.client_hardware_address"},
    name_pair{"dhcp.server", "dhcp.server_host_name"},
    name_pair{"dhcp.file", "dhcp.boot_file_name"},
    name_pair{"dhcp.cookie", "dhcp.magic_cookie"},
    name_pair{"dhcp.option.type", "dhcp_option.code"},
    name_pair{"dhcp.option.length", "dhcp_option.length"},
    name_pair{"dhcp.option.value", "dhcp_option.octets"},
    name_pair{"dhcp.option.dhcp", "DHCP Message Type.value"},
    name_pair{"dhcp.option.hostname", "Host Name.value"},
    name_pair{"dhcp.option.domain_name", "Domain Name.value"},
    name_pair{"dhcp.option.message", "Message.value"},
    name_pair{"dhcp.option.bootfile_name", "Bootfile Name.value"},
    name_pair{"dhcp.option.vendor_class_id", "Vendor Class Identifier.value"},
    name_pair{"dhcp.option.ip_address_lease_time", "IP Address Lease Time.value"},
    name_pair{"dhcp.option.netbios_over_tcpip_node_type", "NetBIOS Node Type.value"},
    name_pair{"dhcp.option.requested_ip_address", "Requested IP Address.address"},
    name_pair{"dhcp.option.dhcp_server_id", "Server Identifier.address"},
    name_pair{"dhcp.option.subnet_mask", "Subnet Mask.address"},
    name_pair{"dhcp.option.router", "Router.address"},
    name_pair{"dhcp.option.broadcast_address", "Broadcast Address.address"},
    name_pair{"dhcp.option.domain_name_server", "Domain Name Server.address"},
    name_pair{"dhcp.option.time_server", "Time Server.address"},
    name_pair{"dhcp.option.ntp_server", "NTP Servers.address"},
    name_pair{"dhcp.option.netbios_over_tcpip_name_server", "NetBIOS Name Server.address"},
};
constexpr std::array sctp_names{
    name_pair{"sctp.srcport", "sctp.source_port"},
    name_pair{"sctp.dstport", "sctp.destination_port"},
    name_pair{"sctp.verification_tag", "sctp.verification_tag"},
    name_pair{"sctp.checksum", "sctp.checksum"},
    name_pair{"sctp.chunk_type", "sctp_chunk.type"},
    name_pair{"sctp.chunk_flags", "sctp_chunk.flag_octet"},
    name_pair{"sctp.chunk_length", "sctp_chunk.length"},
    name_pair{"sctp.chunk_padding", "sctp_chunk.padding"},
    name_pair{"sctp.data_i_bit", "DATA.immediate"},
    name_pair{"sctp.data_u_bit", "DATA.unordered"},
    name_pair{"sctp.data_b_bit", "DATA.beginning"},
    name_pair{"sctp.data_e_bit", "DATA.ending"},
    name_pair{"sctp.data_tsn_raw", "DATA.transmission_sequence_number"},
    name_pair{"sctp.data_sid", "DATA.stream_identifier"},
    name_pair{"sctp.data_ssn", "DATA.stream_sequence_number"},
    name_pair{"sctp.data_payload_proto_id", "DATA.payload_protocol_identifier"},
    name_pair{"sctp.initiate_tag", "sctp_chunk.initiate_tag"},
    name_pair{"sctp.init_credit", "INIT.advertised_receiver_window_credit"},
    name_pair{"sctp.init_nr_out_streams", "INIT.number_of_outbound_streams"},
    name_pair{"sctp.init_nr_in_streams", "INIT.number_of_inbound_streams"},
    name_pair{"sctp.init_initial_tsn", "INIT.initial_tsn"},
    name_pair{"sctp.initack_credit", "INIT ACK.advertised_receiver_window_credit"},
    name_pair{"sctp.initack_nr_out_streams", "INIT ACK.number_of_outbound_streams"},
    name_pair{"sctp.initack_nr_in_streams", "INIT ACK.number_of_inbound_streams"},
    name_pair{"sctp.initack_initial_tsn", "INIT ACK.initial_tsn"},
    name_pair{"sctp.cookie", "COOKIE ECHO.cookie"},
    name_pair{"sctp.sack_cumulative_tsn_ack_raw", "SACK.cumulative_tsn_ack"},
    name_pair{"sctp.sack_a_rwnd", "SACK.advertised_receiver_window_credit"},
    name_pair{"sctp.sack_number_of_gap_blocks", "SACK.number_of_gap_ack_blocks"},
    name_pair{"sctp.sack_number_of_duplicated_tsns", "SACK.number_of_duplicate_tsns"},
    name_pair{"sctp.parameter_type", "sctp_parameter.type"},
    name_pair{"sctp.parameter_length", "sctp_parameter.length"},
    name_pair{"sctp.parameter_padding", "sctp_parameter.padding"},
    name_pair{"sctp.parameter_ipv4_address", "sctp_parameter.address"},
    name_pair{"sctp.parameter_supported_address_type", "sctp_parameter.address_type"},
    name_pair{"sctp.parameter_state_cookie", "sctp_parameter.state_cookie"},
    name_pair{"sctp.parameter_heartbeat_information", "sctp_parameter.heartbeat_information"},
};

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

// Theirs in our words; what has no words there is left out.
std::vector<std::string> in_our_words(const std::string& name, std::vector<std::string> theirs,
                                      const std::vector<std::string>& ours) {
    std::vector<std::string> made;
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        std::string one = theirs[i];
        if (one == "<Root>") one = "";
        if (name == "dhcp.option.type" && one == "0") one = "255";
        if (name == "dhcp.cookie" && one == "99.130.83.99") one = "1669485411";
        if ((name == "dhcp.server" || name == "dhcp.file") && one.empty()) continue;
        if (name == "dhcp.hw.mac_addr") {
            for (std::size_t at = 2; at < one.size(); at += 3) one.insert(at, ":");
        }
        const bool escaped = i < ours.size() && ours[i].find("\\032") != std::string::npos;
        if (escaped) replace_all(one, " ", "\\032");
        const bool dotted = i < ours.size() && ours[i].ends_with('.') && !one.ends_with('.');
        made.push_back(dotted ? one + '.' : one);
    }
    return made;
}

values theirs_of(const json& packet) {
    values made;
    for (const json& layer : packet.at("layers")) {
        const std::string name = layer.at("p");
        const bool wanted = name == "dns" || name == "mdns" || name == "dhcp" || name == "sctp";
        if (!wanted || !layer.contains("f")) continue;
        for (const json& one : layer.at("f"))
            made[one.at(0).get<std::string>()].push_back(text_of(one.at(1)));
    }
    return made;
}

// Calls `each(what, frame, tshark's packet)` for every frame of these folders.
template <class Each>
void for_each_frame(Each each) {
    for (const char* folder : {"dns", "dhcp", "sctp", "mixed"}) {
        for (const std::string& name : testing::list_captures(folder)) {
            const auto frames = testing::read_capture(name);
            const auto lines =
                testing::read_lines(*testing::corpus_root() / "oracle" / (name + ".jsonl.gz"));
            std::size_t at = 0;
            for (const std::string& line : lines) {
                const json packet = json::parse(line);
                if (packet.contains("block") || at == frames.size()) continue;
                const std::string what = name + " #" + std::to_string(packet.at("n").get<int>());
                each(what, frames[at++], packet);
            }
        }
    }
}

// tshark joins what was sent in pieces.
bool is_joined(const json& packet) {
    for (const json& layer : packet.at("layers")) {
        for (const json& one : layer.contains("f") ? layer.at("f") : json::array()) {
            const std::string name = one.at(0);
            if (name.find("reassembled") != std::string::npos ||
                name.find(".fragment") != std::string::npos)
                return true;
        }
    }
    return false;
}

template <class Names>
std::size_t compare(const std::string& what, const Names& names, const told_values& ours,
                    const values& theirs) {
    std::size_t compared = 0;
    for (const name_pair& one : names) {
        const auto found = theirs.find(one.theirs);
        if (found == theirs.end()) continue;
        const auto told = ours.at(one.ours);
        EXPECT_EQ(told, in_our_words(one.theirs, found->second, told))
            << what << " " << one.theirs << " " << one.ours;
        compared += told.size();
    }
    return compared;
}

TEST(told_corpus, every_value_that_tshark_names_is_in_the_printed_json) {
    SONDE_REQUIRE_CORPUS();
    std::size_t compared = 0;
    std::string text;
    for_each_frame(
        [&](const std::string& what, const testing::captured_frame& frame, const json& packet) {
            values theirs = theirs_of(packet);
            if (theirs.empty() || is_joined(packet)) return;
            const auto option = theirs.find("dns.opt.len");
            if (option != theirs.end() && option->second == std::vector<std::string>{"3"}) {
                std::erase_if(theirs, [](const auto& one) {
                    return one.first.starts_with("dns.opt.client");
                });
            }
            text.clear();
            append_json(text, printed(frame));
            const told_values ours(json::parse(text), frame.octets);
            compared += compare(what, dns_names, ours, theirs);
            compared += compare(what, dhcp_names, ours, theirs);
            compared += compare(what, sctp_names, ours, theirs);
        });
    EXPECT_GT(compared, 9000U);
    RecordProperty("compared", static_cast<int>(compared));
}

void expect_plain(const std::string& text) {
    for (const char one : text)
        ASSERT_TRUE((one >= ' ' && one <= '~') || one == '\n') << static_cast<int>(one);
}

TEST(told_corpus, every_cut_length_is_printed_within_its_octets) {
    SONDE_REQUIRE_CORPUS();
    std::string text;
    for (const char* folder : {"dns", "dhcp", "sctp"}) {
        for (const std::string& name : testing::list_captures(folder)) {
            for (const auto& frame : testing::read_capture(name)) {
                for (std::size_t n = 0; n <= frame.octets.size(); ++n) {
                    // A block of its own length: one octet too far is seen.
                    const std::vector<std::uint8_t> cut(
                        frame.octets.begin(),
                        frame.octets.begin() + static_cast<std::ptrdiff_t>(n));
                    const printed_frame shown{.octets = cut,
                                              .type = link_type(frame.link_type),
                                              .original_len = frame.original_len};
                    text.clear();
                    append_json(text, shown);
                    if (n % 16 == 0 || n == frame.octets.size()) {
                        ASSERT_TRUE(json::accept(text)) << name << " cut at " << n;
                    }
                    append_tree(text, shown);
                    append_line(text, shown, {.full = true});
                    if (n % 16 == 0)
                        append_hexdump(text, shown, {.parts = hexdump_parts::by_field});
                    expect_plain(text);
                }
            }
        }
    }
}

// The lines of a program; nothing without it.
std::vector<std::string> lines_of(const std::string& command) {
    std::vector<std::string> lines;
    FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
    if (pipe == nullptr) return lines;
    std::string line;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
        if (c != '\n') {
            line += static_cast<char>(c);
        } else {
            // tcpdump breaks lines before the blocks of a SACK.
            if (!line.empty() && line[0] == '\t' && !lines.empty())
                lines.back() += line.substr(2);
            else
                lines.push_back(line);
            line.clear();
        }
    }
    pclose(pipe);
    return lines;
}

// tcpdump 4.99 ends lines of SCTP in a blank and knows HTTPS by its number alone.
std::string plain_line(std::string line) {
    replace_all(line, "Type65", "HTTPS");
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

bool is_one_of_ours(const std::string& line) {
    return line.find("sctp (") != std::string::npos || line.find("BOOTP") != std::string::npos ||
           line.find(".53: ") != std::string::npos || line.find(".53 > ") != std::string::npos ||
           line.find(".5353: ") != std::string::npos;
}

TEST(told_corpus, full_lines_are_those_of_tcpdump) {
    SONDE_REQUIRE_CORPUS();
    std::size_t compared = 0;
    std::string text;
    for (const char* folder : {"dns", "dhcp", "sctp", "mixed"}) {
        for (const std::string& name : testing::list_captures(folder)) {
            const auto path = *testing::corpus_root() / "captures" / name;
            const auto theirs = lines_of("tcpdump -nn -S -t -r '" + path.string() + "'");
            const auto frames = testing::read_capture(name);
            if (theirs.size() != frames.size()) continue;  // a format that it cannot read
            for (std::size_t i = 0; i < frames.size(); ++i) {
                if (!is_one_of_ours(theirs[i])) continue;
                text.clear();
                append_line(text, printed(frames[i]), {.full = true});
                EXPECT_EQ(text, plain_line(theirs[i])) << name << " #" << i + 1;
                ++compared;
            }
        }
    }
    if (compared == 0) GTEST_SKIP() << "tcpdump absent: install it to run this comparison";
    EXPECT_GT(compared, 100U);
    RecordProperty("compared", static_cast<int>(compared));
}

}  // namespace
}  // namespace sonde
