#include "nearest_name.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace sonde::inline v0::detail {
namespace {

struct slang {
    std::string_view said;
    std::string_view meant;
};

// One word may mean several fields: the first that the protocol has is taken.
constexpr std::array slang_words{
    slang{"ttl", "time_to_live"},
    slang{"ttl", "hop_limit"},
    slang{"hlim", "hop_limit"},
    slang{"hops", "hop_limit"},
    slang{"seq", "sequence_number"},
    slang{"seqno", "sequence_number"},
    slang{"ack", "acknowledgment_number"},
    slang{"ackno", "acknowledgment_number"},
    slang{"id", "identifier"},
    slang{"id", "identification"},
    slang{"id", "session_id"},
    slang{"id", "vid"},
    slang{"tos", "traffic_class"},
    slang{"tos", "dscp"},
    slang{"tclass", "traffic_class"},
    slang{"tc", "traffic_class"},
    slang{"df", "dont_fragment"},
    slang{"mf", "more_fragments"},
    slang{"frag", "fragment_offset"},
    slang{"mtu", "next_hop_mtu"},
    slang{"src", "source"},
    slang{"src", "source_port"},
    slang{"src", "sender_protocol_address"},
    slang{"dst", "destination"},
    slang{"dst", "destination_port"},
    slang{"dst", "target_protocol_address"},
    slang{"sport", "source_port"},
    slang{"dport", "destination_port"},
    slang{"port", "destination_port"},
    slang{"proto", "protocol"},
    slang{"proto", "next_header"},
    slang{"nh", "next_header"},
    slang{"nxt", "next_header"},
    slang{"len", "length"},
    slang{"len", "total_length"},
    slang{"len", "payload_length"},
    slang{"plen", "payload_length"},
    slang{"sum", "checksum"},
    slang{"sum", "header_checksum"},
    slang{"chksum", "checksum"},
    slang{"chksum", "header_checksum"},
    slang{"cksum", "checksum"},
    slang{"cksum", "header_checksum"},
    slang{"csum", "checksum"},
    slang{"csum", "header_checksum"},
    slang{"checksum", "header_checksum"},
    slang{"win", "window"},
    slang{"urp", "urgent_pointer"},
    slang{"off", "data_offset"},
    slang{"dataofs", "data_offset"},
    slang{"hl", "ihl"},
    slang{"op", "operation"},
    slang{"opcode", "operation"},
    slang{"hwsrc", "sender_hardware_address"},
    slang{"psrc", "sender_protocol_address"},
    slang{"hwdst", "target_hardware_address"},
    slang{"pdst", "target_protocol_address"},
    slang{"vlan", "vid"},
    slang{"prio", "pcp"},
    slang{"ethertype", "type"},
    slang{"gw", "gateway_internet_address"},
    slang{"ip", "ipv4"},
    slang{"ip4", "ipv4"},
    slang{"ip6", "ipv6"},
    slang{"eth", "ethernet"},
    slang{"ether", "ethernet"},
    slang{"dot1q", "vlan"},
    slang{"icmp4", "icmp_echo"},
    slang{"ping", "icmp_echo"},
    slang{"echo", "icmp_echo"},
    slang{"ping6", "icmpv6_echo"},
    slang{"icmp6", "icmpv6"},
    slang{"sll", "linux_sll"},
    slang{"raw", "payload"},
    slang{"ns", "neighbor_solicitation"},
    slang{"na", "neighbor_advertisement"},
    slang{"rs", "router_solicitation"},
    slang{"ra", "router_advertisement"},
    slang{"frag6", "ipv6_fragment"},
    slang{"hbh", "ipv6_hop_by_hop"},
    slang{"dstopts", "ipv6_destination_options"},
    slang{"ah", "ipv6_authentication"},
    slang{"wscale", "window_scale"},
    slang{"ts", "timestamps"},
    slang{"timestamp", "timestamps"},
    slang{"sackok", "sack_permitted"},
    slang{"rr", "record_route"},
};

constexpr std::size_t compared_len_max = 64;  // letters: beyond that nothing is near

/// Letters to insert, delete, replace, or swap with the next one (Damerau's distance), three rows
/// at a time.
std::size_t distance(std::string_view a, std::string_view b) {
    using row = std::array<std::size_t, compared_len_max + 1>;
    row older{};
    row old{};
    row now{};
    std::iota(now.begin(), now.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        older = old;
        old = now;
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = old[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
            now[j] = std::min({replaced, now[j - 1] + 1, old[j] + 1});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) now[j] = std::min(now[j], older[j - 2] + 1);
        }
    }
    return now[b.size()];
}

bool is_among(std::string_view name, std::span<const std::string_view> known) {
    return std::find(known.begin(), known.end(), name) != known.end();
}

}  // namespace

std::string_view nearest_name(std::string_view wrong, std::span<const std::string_view> known) {
    if (wrong.empty() || wrong.size() > compared_len_max) return {};
    const std::string said = as_identifier(wrong);
    for (const slang& word : slang_words) {
        if (word.said == said && is_among(word.meant, known)) return word.meant;
    }
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, said.size() / 3) + 1;
    for (const std::string_view name : known) {
        if (name.size() > compared_len_max) continue;
        const std::size_t changed = distance(said, name);
        if (changed < best_distance) {
            best = name;
            best_distance = changed;
        }
    }
    if (!best.empty()) return best;
    // "time" is short for one of them, as people type names.
    for (const std::string_view name : known) {
        if (said.size() >= 3 && name.find(said) != std::string_view::npos) return name;
    }
    return {};
}

std::string name_hint(std::string_view wrong, std::span<const std::string_view> known) {
    constexpr std::size_t few = 8;
    if (const std::string_view near = nearest_name(wrong, known); !near.empty())
        return ": did you mean " + std::string(near) + "?";
    if (known.empty() || known.size() > few) return {};
    std::string hint = ": it has ";
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (i > 0) hint += i + 1 == known.size() ? " and " : ", ";
        hint += known[i];
    }
    return hint;
}

std::string as_identifier(std::string_view name) {
    std::string made;
    for (const char letter : name) {
        const bool upper = letter >= 'A' && letter <= 'Z';
        const bool kept = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
        if (upper)
            made += static_cast<char>(letter - 'A' + 'a');
        else if (kept)
            made += letter;
        else if (!made.empty() && made.back() != '_')
            made += '_';
    }
    while (!made.empty() && made.back() == '_') made.pop_back();
    return made;
}

}  // namespace sonde::inline v0::detail
