// DNS and DHCP against what tshark 4.0 sees in captures made by others: header, counts, every
// question and record with its octets, the typed fields of the data, every option; wherever in
// these captures it found a message. Then every cut length and seeded mutations of each message.
//
// Where we differ:
// - names: "<Root>" is "." here, and ours end in a dot; octets that are no plain characters are
//   escaped here and passed on there, such names are compared by their records' octets alone;
// - the class in mDNS is shown there without its top bit, which is a field of its own;
// - the owner of an SRV record is split there and its record left out of the list of records: its
//   fields are compared, its owner is not;
// - dhcp.secs has a byte order that tshark guesses: it is left out where the two orders differ.

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sonde/testing/corpus.hpp>

#include "dns_each.hpp"

namespace sonde {
namespace {

using nlohmann::json;
using testing::data_text_of;
using testing::text_of;

const std::vector<std::string>& folders() {
    static const std::vector<std::string> all{
        "dns",
        "dhcp",
        "sip-rtp",
        "gre-mpls-vxlan",
        "udp",
        "mixed",
        "icmp4",
        "ipv4",
        "ipv6",
        "ethernet-llc-stp",
        "truncated",
        "malformed",
        "pcapng",
        "linktypes",
    };
    return all;
}

std::string hex(bytes_view octets) {
    std::vector<char> room(2 * octets.size());
    return std::string(text_room(room).hex(octets).text());
}

// A name as tshark writes it; nothing where it would not say which octets there were.
std::optional<std::string> plain_text(const dns_name& name) {
    if (name.is_root()) return "<Root>";
    std::string text = text_of(name);
    text.pop_back();
    if (text.find('\\') != std::string::npos) return std::nullopt;
    return text;
}

// Every value of every field that tshark names, in order; ours beside them.
using values = std::map<std::string, std::vector<std::string>>;

values theirs_of(const json& layer) {
    values made;
    for (const json& one : layer.at("f")) {
        const json& value = one.at(1);
        made[one.at(0).get<std::string>()].push_back(value.is_string() ? value.get<std::string>()
                                                                       : value.dump());
    }
    return made;
}

// "Dec 23, 2020 07:05:03.000000000 UTC" as RFC 4034 s3.2 writes it.
std::string compact_time(const std::string& theirs) {
    static const std::string months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const std::size_t month = months.find(theirs.substr(0, 3)) / 3 + 1;
    std::string day = theirs.substr(4, 2);
    if (day[0] == ' ') day[0] = '0';
    const std::string time = theirs.substr(13, 8);
    return theirs.substr(8, 4) + (month < 10 ? "0" : "") + std::to_string(month) + day +
           time.substr(0, 2) + time.substr(3, 2) + time.substr(6, 2);
}

class our_values {
  public:
    void number(const char* field, std::uint64_t value) {
        made_[field].push_back(std::to_string(value));
    }
    void text(const char* field, const std::string& value) { made_[field].push_back(value); }
    void name(const char* field, const dns_name& value) {
        const auto shown = plain_text(value);
        if (shown) {
            made_[field].push_back(*shown);
        } else {
            odd_[field] = true;
        }
    }
    // Compares each field that both have; returns how many values were equal.
    std::size_t compare(const std::string& what, const values& theirs) const {
        std::size_t compared = 0;
        for (const auto& [field, ours] : made_) {
            const auto other = theirs.find(field);
            if (other == theirs.end() || odd_.contains(field)) continue;
            EXPECT_EQ(ours, other->second) << what << " " << field;
            compared += ours.size();
        }
        return compared;
    }

  private:
    values made_;
    std::map<std::string, bool> odd_;
};

void add_addresses_and_names(our_values& ours, const dns_record& record) {
    if (const auto data = record.as<dns_a>()) ours.text("dns.a", to_string(data->address));
    if (const auto data = record.as<dns_aaaa>()) ours.text("dns.aaaa", to_string(data->address));
    if (const auto data = record.as<dns_cname>()) ours.name("dns.cname", data->target);
    if (const auto data = record.as<dns_ns>()) ours.name("dns.ns", data->target);
    if (const auto data = record.as<dns_ptr>()) ours.name("dns.ptr.domain_name", data->target);
    if (const auto data = record.as<dns_soa>()) {
        ours.name("dns.soa.mname", data->mname);
        ours.name("dns.soa.rname", data->rname);
        ours.number("dns.soa.serial_number", data->serial);
        ours.number("dns.soa.refresh_interval", data->refresh);
        ours.number("dns.soa.retry_interval", data->retry);
        ours.number("dns.soa.expire_limit", data->expire);
        ours.number("dns.soa.minimum_ttl", data->minimum);
    }
    if (const auto data = record.as<dns_srv>()) {
        ours.number("dns.srv.priority", data->priority);
        ours.number("dns.srv.weight", data->weight);
        ours.number("dns.srv.port", data->port);
        ours.name("dns.srv.target", data->target);
    }
}

std::string characters(bytes_view octets) { return {octets.begin(), octets.end()}; }

void add_texts_and_services(our_values& ours, const dns_record& record) {
    if (const auto data = record.as<dns_txt>()) {
        for (const dns_string& one : data->strings()) {
            ours.number("dns.txt.length", one.text().size());
        }
    }
    if (const auto data = record.as<dns_naptr>()) {
        ours.number("dns.naptr.order", data->order);
        ours.number("dns.naptr.preference", data->preference);
        ours.text("dns.naptr.flags", characters(data->flags));
        ours.text("dns.naptr.service", characters(data->services));
        ours.number("dns.naptr.regex_length", data->regexp.size());
        ours.name("dns.naptr.replacement", data->replacement);
    }
    if (const auto data = record.as<dns_https>()) {
        ours.number("dns.svcb.svcpriority", data->priority);
        ours.name("dns.svcb.targetname", data->target_name);
        for (const dns_service_parameter& one : data->parameters.list()) {
            ours.number("dns.svcb.svcparam.key", static_cast<std::uint16_t>(one.key()));
            if (one.key() != dns_service_key::alpn) continue;
            for (const dns_string& protocol : one.strings()) {
                ours.text("dns.svcb.svcparam.alpn", characters(protocol.text()));
            }
        }
    }
    if (const auto data = record.as<dns_tsig>()) {
        ours.name("dns.tsig.algorithm_name", data->algorithm_name);
        ours.number("dns.tsig.fudge", data->fudge);
        ours.number("dns.tsig.mac_size", data->mac.size());
        ours.number("dns.tsig.original_id", data->original_identifier);
        ours.number("dns.tsig.error", data->error);
        ours.number("dns.tsig.other_len", data->other_data.size());
    }
}

// The word at `index` of a record's data in text form.
std::string word_of(const dns_record& record, std::size_t index) {
    std::string text = data_text_of(record);
    for (; index > 0; --index) text.erase(0, text.find(' ') + 1);
    return text.substr(0, text.find(' '));
}

void add_signatures(our_values& ours, const dns_record& record) {
    if (const auto data = record.as<dns_rrsig>()) {
        ours.number("dns.rrsig.type_covered", static_cast<std::uint16_t>(data->type_covered));
        ours.number("dns.rrsig.algorithm", data->algorithm);
        ours.number("dns.rrsig.labels", data->labels);
        ours.number("dns.rrsig.original_ttl", data->original_ttl);
        ours.number("dns.rrsig.key_tag", data->key_tag);
        ours.name("dns.rrsig.signers_name", data->signers_name);
        ours.text("dns.rrsig.signature", hex(data->signature));
        ours.text("dns.rrsig.signature_expiration", word_of(record, 4));
        ours.text("dns.rrsig.signature_inception", word_of(record, 5));
    }
    if (const auto data = record.as<dns_nsec>()) {
        ours.name("dns.nsec.next_domain_name", data->next_domain_name);
    }
    if (const auto data = record.as<dns_nsec3>()) {
        ours.number("dns.nsec3.algo", data->hash_algorithm);
        ours.number("dns.nsec3.flags", data->flags);
        ours.number("dns.nsec3.iterations", data->iterations);
        ours.number("dns.nsec3.salt_length", data->salt.size());
        ours.number("dns.nsec3.hash_length", data->next_hashed_owner_name.size());
        std::string hash = word_of(record, 4);
        std::transform(hash.begin(), hash.end(), hash.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        });
        ours.text("dns.nsec3.hash_value", hash);
    }
}

void add_edns(our_values& ours, const dns_record& record) {
    if (record.type() != dns_type::opt) return;
    const dns_edns edns = dns_edns::read(record);
    ours.number("dns.rr.udp_payload_size", edns.udp_payload_size);
    ours.number("dns.resp.ext_rcode", edns.response_code_high);
    ours.number("dns.resp.edns0_version", edns.version);
    ours.number("dns.resp.z.do", edns.dnssec_ok);
    ours.number("dns.resp.z.reserved", edns.zeros);
    for (const dns_option& option : edns.option_list()) {
        ours.number("dns.opt.code", static_cast<std::uint16_t>(option.code()));
        ours.number("dns.opt.len", option.data().size());
        if (!option.data().empty()) ours.text("dns.opt.data", hex(option.data()));
        if (const auto cookie = option.as<dns_cookie>()) {
            ours.text("dns.opt.cookie.client", hex(cookie->client));
        }
        const auto subnet = option.as<dns_client_subnet>();
        if (!subnet) continue;
        ours.number("dns.opt.client.family", subnet->family);
        ours.number("dns.opt.client.netmask", subnet->source_prefix_length);
        ours.number("dns.opt.client.scope", subnet->scope_prefix_length);
        if (subnet->address.empty()) continue;
        const ip_address network = subnet->network().value();
        ours.text(network.is_v4() ? "dns.opt.client.addr4" : "dns.opt.client.addr6",
                  to_string(network));
    }
}

void add_header(our_values& ours, dns::view seen) {
    ours.number("dns.id", seen.identifier());
    ours.number("dns.flags", seen.flags());
    ours.number("dns.flags.response", seen.response());
    ours.number("dns.flags.opcode", static_cast<std::uint8_t>(seen.opcode()));
    ours.number("dns.flags.authoritative", seen.authoritative_answer());
    ours.number("dns.flags.truncated", seen.truncated());
    ours.number("dns.flags.recdesired", seen.recursion_desired());
    ours.number("dns.flags.recavail", seen.recursion_available());
    ours.number("dns.flags.authenticated", seen.authentic_data());
    ours.number("dns.flags.checkdisable", seen.checking_disabled());
    ours.number("dns.flags.rcode", static_cast<std::uint16_t>(seen.response_code()));
    ours.number("dns.count.queries", seen.question_count());
    ours.number("dns.count.answers", seen.answer_count());
    ours.number("dns.count.auth_rr", seen.authority_count());
    ours.number("dns.count.add_rr", seen.additional_count());
}

void compare_entry(const std::string& what, const dns_record& record, const json& theirs,
                   bool mdns) {
    if (const auto name = plain_text(record.name())) {
        EXPECT_EQ(theirs.at("name").get<std::string>(), *name) << what;
    }
    const dns_class value = mdns ? record.mdns_class() : record.record_class();
    const auto equal = [&](const char* key, std::uint64_t ours) {
        if (theirs.contains(key)) {
            EXPECT_EQ(theirs.at(key).get<std::uint64_t>(), ours) << what << " " << key;
        }
    };
    equal("type", static_cast<std::uint16_t>(record.type()));
    equal("class", static_cast<std::uint16_t>(value));
    equal("ttl", record.time_to_live());
    equal("len", record.data_len());
    if (theirs.contains("rdata")) {
        EXPECT_EQ(theirs.at("rdata"), hex(record.data())) << what;
    }
}

// Entry for entry, as far as both go.
std::size_t compare_entries(const std::string& what, dns::view seen, const json& m, bool mdns) {
    std::vector<json> theirs;
    for (const char* const section : {"queries", "answers", "authority", "additional"}) {
        if (!m.contains(section)) continue;
        for (const json& one : m.at(section)) theirs.push_back(one);
    }
    std::size_t at = 0;
    for (const dns_record& record : seen.records()) {
        if (record.type() == dns_type::srv && !record.is_question()) continue;
        if (at == theirs.size()) break;
        compare_entry(what + " entry " + std::to_string(at), record, theirs[at], mdns);
        ++at;
    }
    return at;
}

// Whether something in the message is cut or broken, options included.
bool is_broken(dns::view seen) {
    if (seen.records().error()) return true;
    const auto edns = seen.edns();
    return edns && edns->option_list().error();
}

// A quote in an ICMP error and the first of several fragments end early; tshark says so only of
// frames.
bool is_cut_by_its_carrier(const std::string& what) {
    return what == "icmp4/icmp-destunreach-udp.pcap #1" || what == "ipv6/ip6_fragments.pcap #1" ||
           what == "ipv6/ip6_fragments.pcap #8";
}

std::size_t compare_dns(const std::string& what, bytes_view octets, const json& layer, bool bad) {
    const json& m = layer.at("m");
    if (m.contains("tcp_len")) {
        const auto stream = dns_over_tcp::view::parse(octets);
        EXPECT_EQ(m.at("tcp_len").get<unsigned>(), stream->length()) << what;
        octets = stream->payload();
    }
    const auto seen = dns::view::parse(octets);
    EXPECT_TRUE(seen.has_value()) << what;
    if (!seen) return 0;
    std::size_t compared = compare_entries(what, *seen, m, layer.at("p") == "mdns");
    our_values ours;
    add_header(ours, *seen);
    EXPECT_EQ(bad || is_cut_by_its_carrier(what), is_broken(*seen)) << what;
    if (!bad) {
        for (const dns_record& record : seen->records()) {
            add_addresses_and_names(ours, record);
            add_texts_and_services(ours, record);
            add_signatures(ours, record);
            add_edns(ours, record);
        }
    }
    values theirs = theirs_of(layer);
    for (const char* const time :
         {"dns.rrsig.signature_expiration", "dns.rrsig.signature_inception"}) {
        for (std::string& one : theirs[time]) one = compact_time(one);
        if (theirs[time].empty()) theirs.erase(time);
    }
    compared += ours.compare(what, theirs);
    return compared;
}

std::size_t compare_dhcp(const std::string& what, bytes_view octets, const json& layer, bool bad) {
    const json& m = layer.at("m");
    const auto seen = dhcp::view::parse(octets);
    EXPECT_EQ(seen.has_value(), octets.size() >= dhcp::header_len) << what;
    if (!seen) {
        EXPECT_TRUE(bad) << what << " is cut, and tshark should say so";
        return 0;
    }
    our_values ours;
    ours.number("dhcp.type", static_cast<std::uint8_t>(seen->op()));
    EXPECT_EQ(m.at("htype").get<unsigned>(), seen->htype()) << what;
    ours.number("dhcp.hw.len", seen->hlen());
    ours.number("dhcp.hops", seen->hops());
    ours.number("dhcp.id", seen->xid());
    ours.number("dhcp.flags", seen->flags());
    if (seen->secs() >> 8 == (seen->secs() & 0xff)) ours.number("dhcp.secs", seen->secs());
    ours.text("dhcp.ip.client", to_string(seen->ciaddr()));
    ours.text("dhcp.ip.your", to_string(seen->yiaddr()));
    ours.text("dhcp.ip.server", to_string(seen->siaddr()));
    ours.text("dhcp.ip.relay", to_string(seen->giaddr()));
    if (seen->hlen() == 6) {
        EXPECT_EQ(m.at("chaddr").get<std::string>(), hex(seen->hardware_address())) << what;
    }
    if (const auto option = seen->find(dhcp_option_code::message_type)) {
        ours.number("dhcp.option.dhcp", option->number().value());
    }
    if (const auto option = seen->find(dhcp_option_code::ip_address_lease_time)) {
        ours.number("dhcp.option.ip_address_lease_time", option->number().value());
    }
    std::size_t compared = ours.compare(what, theirs_of(layer));
    EXPECT_EQ(m.contains("cookie") && m.at("cookie") == "63825363", seen->has_magic_cookie());
    if (!m.contains("opts")) return compared;
    std::size_t at = 0;
    for (const dhcp_option& option : seen->options()) {
        if (option.code() == dhcp_option_code::pad || option.code() == dhcp_option_code::end)
            continue;
        const json& one = m.at("opts").at(at++);
        EXPECT_EQ(one.at("t").get<unsigned>(), static_cast<unsigned>(option.code())) << what;
        EXPECT_EQ(one.at("v").get<std::string>(), hex(option.data())) << what;
        compared += 2;
    }
    return compared;
}

bool may_hold_a_message(const std::string& line) {
    for (const char* const protocol : {"dns", "mdns", "llmnr", "dhcp"}) {
        const std::string layer = std::string("\"p\":\"") + protocol + "\"";
        if (line.find(layer) != std::string::npos) return true;
    }
    return false;
}

// Each message of the corpus: `see(what, octets, layer, protocol, is it malformed)`.
template <class See>
void each_message(const std::string& folder, See see) {
    for (const auto& name : testing::list_captures(folder)) {
        const auto frames = testing::read_capture(name);
        std::size_t at = 0;
        for (const std::string& line :
             testing::read_lines(*testing::corpus_root() / "oracle" / (name + ".jsonl.gz"))) {
            // tshark counts blocks that are no packets. Most lines are of no interest, and parsing
            // them would take most of the time.
            if (line.find("\"block\":") != std::string::npos) continue;
            if (at == frames.size()) break;
            const bytes_view frame = frames[at++].octets;
            if (!may_hold_a_message(line)) continue;
            const json packet = json::parse(line);
            for (const json& layer : packet.at("layers")) {
                const std::string which = layer.at("p").get<std::string>();
                const bool is_dns = which == "dns" || which == "mdns" || which == "llmnr";
                if ((!is_dns && which != "dhcp") || layer.at("o").is_null()) continue;
                const auto offset = layer.at("o").get<std::size_t>();
                const auto len = layer.at("l").get<std::size_t>();
                if (offset + len > frame.size()) continue;
                see(name + " #" + std::to_string(packet.at("n").get<int>()),
                    frame.subspan(offset, len),
                    layer,
                    is_dns,
                    !packet.at("bad").empty());
            }
        }
    }
}

TEST(dns_corpus, every_message_reads_as_tshark_reads_it) {
    SONDE_REQUIRE_CORPUS();
    std::size_t messages = 0;
    std::size_t compared = 0;
    for (const std::string& folder : folders()) {
        each_message(folder,
                     [&](const std::string& what,
                         bytes_view octets,
                         const json& layer,
                         bool is_dns,
                         bool bad) {
                         ++messages;
                         compared += is_dns ? compare_dns(what, octets, layer, bad)
                                            : compare_dhcp(what, octets, layer, bad);
                     });
    }
    RecordProperty("messages", static_cast<int>(messages));
    RecordProperty("compared", static_cast<int>(compared));
    EXPECT_GT(messages, 700U);
    EXPECT_GT(compared, 12000U);
}

void exercise(bytes_view octets, const json& layer, bool is_dns) {
    if (!is_dns) return testing::exercise_dhcp(octets);
    if (layer.at("m").contains("tcp_len")) return testing::exercise_dns_over_tcp(octets);
    testing::exercise_dns(octets);
}

TEST(dns_corpus, every_message_is_emitted_as_it_came_and_means_the_same_when_written_anew) {
    SONDE_REQUIRE_CORPUS();
    for (const std::string& folder : folders()) {
        each_message(
            folder,
            [&](const std::string&, bytes_view octets, const json& layer, bool is_dns, bool) {
                exercise(octets, layer, is_dns);
            });
    }
}

// Only the walks and texts: rebuilding 600,000 messages would take minutes under sanitizers.
void walk(bytes_view octets) {
    const auto seen = dns::view::parse(octets);
    if (!seen) return;
    std::array<char, 4096> room{};
    for (const dns_record& record : seen->records()) {
        text_room out(room);
        put_text(out, record);
    }
    (void)seen->records().error();
}

TEST(dns_corpus, every_cut_length_of_every_message_is_read_within_its_octets) {
    SONDE_REQUIRE_CORPUS();
    each_message("dns",
                 [&](const std::string&, bytes_view octets, const json& layer, bool is_dns, bool) {
                     for (std::size_t n = 0; n < octets.size(); ++n) {
                         // A block of its own length: one octet too far is seen.
                         const std::vector<std::uint8_t> cut(
                             octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(n));
                         exercise(cut, layer, is_dns);
                     }
                 });
    for (const std::string& folder : folders()) {
        each_message(folder,
                     [&](const std::string&, bytes_view octets, const json&, bool is_dns, bool) {
                         for (std::size_t n = 0; n < octets.size(); ++n) {
                             const std::vector<std::uint8_t> cut(
                                 octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(n));
                             is_dns ? walk(cut) : testing::exercise_dhcp(cut);
                         }
                     });
    }
}

// Another library reads past the end of names that were mutated.
TEST(dns_corpus, mutated_messages_are_read_within_their_octets) {
    SONDE_REQUIRE_CORPUS();
    std::mt19937_64 random(53);
    for (const char* const folder : {"dns", "malformed", "dhcp"}) {
        each_message(
            folder,
            [&](const std::string&, bytes_view octets, const json& layer, bool is_dns, bool) {
                for (int round = 0; round < 300; ++round) {
                    std::vector<std::uint8_t> changed(octets.begin(), octets.end());
                    for (std::uint64_t left = 1 + random() % 4; left > 0 && !changed.empty();
                         --left) {
                        changed[random() % changed.size()] = static_cast<std::uint8_t>(random());
                    }
                    if (round % 3 == 0) changed.resize(random() % (changed.size() + 1));
                    changed.shrink_to_fit();
                    exercise(changed, layer, is_dns);
                }
            });
    }
}

}  // namespace
}  // namespace sonde
