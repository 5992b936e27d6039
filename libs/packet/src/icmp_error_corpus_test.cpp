// What others captured and generated: datagrams and quoted datagrams against what tshark sees, and
// every cut length of every ICMP message.

#include <algorithm>
#include <optional>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sonde/packet/datagram.hpp>
#include <sonde/packet/icmp_error.hpp>
#include <sonde/packet/summary.hpp>
#include <sonde/testing/corpus.hpp>

namespace sonde {
namespace {

using json = nlohmann::json;

const std::vector<std::string> folders{"icmp-generated", "icmp4", "icmp6", "ipv4", "ipv6"};

std::string text(const json& m, const char* key) { return m.at(key).get<std::string>(); }
unsigned number(const json& m, const char* key) { return m.at(key).get<unsigned>(); }

bool is_ip(const json& layer) {
    const std::string name = text(layer, "p");
    return name == "ip" || name == "ipv6";
}

/// The octets of a layer on, as far as they are captured.
bytes_view from_layer(const testing::captured_frame& frame, const json& layer) {
    const auto offset = layer.at("o").get<std::size_t>();
    return bytes_view(frame.octets).subspan(std::min(offset, frame.octets.size()));
}

template <class Visit>
void for_each_frame(Visit visit) {
    for (const std::string& folder : folders) {
        for (const std::string& name : testing::list_captures(folder)) {
            const auto frames = testing::read_capture(name);
            const auto lines =
                testing::read_lines(*testing::corpus_root() / "oracle" / (name + ".jsonl.gz"));
            ASSERT_EQ(frames.size(), lines.size()) << name;
            for (std::size_t i = 0; i < frames.size(); ++i) {
                SCOPED_TRACE(name + " frame " + std::to_string(i + 1));
                visit(frames[i], json::parse(lines[i]));
            }
        }
    }
}

/// The transports whose offsets tshark tells as we do.
std::optional<int> transport_number(const std::string& layer) {
    if (layer == "icmp") return 1;
    if (layer == "tcp") return 6;
    if (layer == "udp") return 17;
    if (layer == "icmpv6") return 58;
    return std::nullopt;
}

void expect_header(const datagram& seen, const json& ip) {
    const json& m = ip.at("m");
    EXPECT_EQ(to_string(seen.source), text(m, "src"));
    EXPECT_EQ(to_string(seen.destination), text(m, "dst"));
    if (text(ip, "p") == "ipv6") {
        EXPECT_EQ(seen.hop_limit, number(m, "hlim"));
        EXPECT_EQ(seen.traffic_class, number(m, "tclass"));
        EXPECT_EQ(seen.flow_label, number(m, "flow"));
        return;
    }
    EXPECT_EQ(seen.hop_limit, number(m, "ttl"));
    EXPECT_EQ(seen.traffic_class >> 2, number(m, "dscp"));
    EXPECT_EQ(seen.identification, number(m, "id"));
    EXPECT_EQ(seen.dont_fragment, (number(m, "df") == 1));
    EXPECT_EQ(seen.more_fragments, (number(m, "mf") == 1));
    EXPECT_EQ(seen.fragment_offset, number(m, "frag_off8") * 8);
    EXPECT_EQ(seen.protocol, number(m, "proto"));
}

TEST(corpus, every_datagram_has_the_header_and_the_transport_that_tshark_sees) {
    SONDE_REQUIRE_CORPUS();
    std::size_t headers = 0;
    std::size_t transports = 0;
    for_each_frame([&](const testing::captured_frame& frame, const json& oracle) {
        const json& layers = oracle.at("layers");
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (!is_ip(layers[i]) || !layers[i].contains("m") || !layers[i]["m"].contains("dst")) {
                continue;
            }
            const bytes_view octets = from_layer(frame, layers[i]);
            const auto seen = read_datagram(octets);
            ASSERT_TRUE(seen.has_value());
            expect_header(*seen, layers[i]);
            ++headers;
            if (i + 1 == layers.size() || seen->stopped || seen->fragment_offset != 0) break;
            const auto number = transport_number(text(layers[i + 1], "p"));
            if (!number || layers[i + 1].at("o").get<std::size_t>() == 0) break;
            EXPECT_EQ(seen->protocol, *number);
            EXPECT_EQ(layers[i].at("o").get<std::size_t>() + seen->header_len,
                      layers[i + 1].at("o").get<std::size_t>());
            ++transports;
            break;  // what a tunnel carries has its own test where tunnels are read
        }
    });
    EXPECT_GT(headers, 300U);
    EXPECT_GT(transports, 250U);
}

const json* find_quote(const json& icmp) {
    if (!icmp.contains("in")) return nullptr;
    for (const json& layer : icmp.at("in")) {
        if (is_ip(layer)) return &layer;
    }
    return nullptr;
}
const json* find_ports(const json& icmp) {
    for (const json& layer : icmp.at("in")) {
        const bool has_ports = text(layer, "p") == "udp" || text(layer, "p") == "tcp";
        if (has_ports && layer.contains("m") && layer.at("m").contains("dport")) return &layer;
    }
    return nullptr;
}

TEST(corpus, every_error_quotes_the_datagram_that_tshark_sees) {
    SONDE_REQUIRE_CORPUS();
    std::size_t quotes = 0;
    std::size_t ports = 0;
    std::size_t structures = 0;
    for_each_frame([&](const testing::captured_frame& frame, const json& oracle) {
        for (const json& layer : oracle.at("layers")) {
            const std::string protocol = text(layer, "p");
            if (protocol != "icmp" && protocol != "icmpv6") continue;
            const json* quote = find_quote(layer);
            if (quote == nullptr || !quote->contains("m") || !quote->at("m").contains("dst"))
                continue;
            const auto length = layer.at("l").get<std::size_t>();
            const bytes_view rest = from_layer(frame, layer);
            const ip_family family = protocol == "icmp" ? ip_family::v4 : ip_family::v6;
            const auto seen = read_icmp_error(rest.first(std::min(length, rest.size())), family);
            ASSERT_TRUE(seen.has_value());
            if (text(*quote, "p") != (family == ip_family::v4 ? "ip" : "ipv6")) {
                EXPECT_FALSE(seen->quoted.has_value());
                continue;
            }
            // A declared length of less than an IP header, with a structure there that proves it:
            // tshark reads the structure as the rest of the header.
            if (!seen->quoted && !seen->extension.empty()) continue;
            ++quotes;
            ASSERT_TRUE(seen->quoted.has_value());
            EXPECT_EQ(to_string(seen->quoted->source), text(quote->at("m"), "src"));
            EXPECT_EQ(to_string(seen->quoted_destination), text(quote->at("m"), "dst"));
            EXPECT_EQ(seen->quoted->hop_limit,
                      number(quote->at("m"), family == ip_family::v4 ? "ttl" : "hlim"));
            if (const json* transport = find_ports(layer)) {
                ++ports;
                EXPECT_EQ(seen->quoted_destination_port, number(transport->at("m"), "dport"));
                EXPECT_EQ(be16_at(seen->quoted_transport, 0), number(transport->at("m"), "sport"));
            }
            if (layer.contains("m") && layer.at("m").value("ext_cksum_ok", 0) == 1) {
                ++structures;
                EXPECT_FALSE(seen->extension.empty());
            }
        }
    });
    EXPECT_GT(quotes, 80U);
    EXPECT_GT(ports, 60U);
    EXPECT_GT(structures, 15U);
}

/// Whether one is the beginning of the other.
bool agree(bytes_view a, bytes_view b) {
    return std::equal(a.begin(),
                      a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())),
                      b.begin());
}

TEST(corpus, every_cut_of_every_icmp_message_tells_nothing_that_the_whole_does_not) {
    SONDE_REQUIRE_CORPUS();
    std::size_t cuts = 0;
    for_each_frame([&](const testing::captured_frame& frame, const json& oracle) {
        for (const json& layer : oracle.at("layers")) {
            const std::string protocol = text(layer, "p");
            if (protocol != "icmp" && protocol != "icmpv6") continue;
            const ip_family family = protocol == "icmp" ? ip_family::v4 : ip_family::v6;
            const bytes_view rest = from_layer(frame, layer);
            const std::vector<std::uint8_t> message(rest.begin(), rest.end());
            const auto whole = read_icmp_error(message, family);
            for (std::size_t len = 0; len <= message.size(); ++len, ++cuts) {
                // A copy of its own, so that a read past the end is seen.
                const std::vector<std::uint8_t> cut(
                    message.begin(), message.begin() + static_cast<std::ptrdiff_t>(len));
                const auto part = read_icmp_error(cut, family);
                if (!part) continue;
                ASSERT_TRUE(whole.has_value());
                // Before the structure that proves a short length is there, all is the quote.
                if (!part->quoted || !whole->quoted) continue;
                EXPECT_EQ(part->quoted->source, whole->quoted->source);
                EXPECT_EQ(part->quoted_destination, whole->quoted_destination);
                if (!whole->quoted_transport.empty()) {
                    EXPECT_TRUE(agree(part->quoted_transport, whole->quoted_transport)) << len;
                }
            }
        }
    });
    EXPECT_GT(cuts, 10'000U);
}

TEST(corpus, every_cut_of_every_frame_has_a_summary) {
    SONDE_REQUIRE_CORPUS();
    for_each_frame([&](const testing::captured_frame& frame, const json& oracle) {
        for (const json& layer : oracle.at("layers")) {
            if (!is_ip(layer)) continue;
            const bytes_view octets = from_layer(frame, layer);
            // The first hundred cuts reach behind every header; then in steps, up to the whole.
            for (std::size_t len = 0; len <= octets.size(); len += len < 100 ? 1 : 37) {
                EXPECT_FALSE(summary(octets.first(len)).empty());
            }
            break;
        }
    });
}

}  // namespace
}  // namespace sonde
