#include "traffic.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <sonde/base/text.hpp>

#include "file.hpp"
#include "packet_time.hpp"

namespace sonde::cli {
namespace {

constexpr std::size_t bar_width = 24;  // columns
constexpr std::string_view bar_color = "\033[36m";
constexpr std::string_view no_color = "\033[0m";

std::string bar(std::uint64_t part, std::uint64_t all, bool color) {
    if (all == 0 || part == 0) return {};
    const auto len = static_cast<std::size_t>((part * bar_width + all - 1) / all);
    std::string made(std::clamp<std::size_t>(len, 1, bar_width), '#');
    return color ? std::string(bar_color) + made + std::string(no_color) : made;
}

double percent(std::uint64_t part, std::uint64_t all) noexcept {
    return all == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(all);
}

}  // namespace

std::uint32_t traffic::child_of(std::uint32_t parent, const protocol_info& what) {
    for (const std::uint32_t one : nodes_[parent].inside) {
        if (nodes_[one].what == &what) return one;
    }
    const auto made = static_cast<std::uint32_t>(nodes_.size());
    nodes_[parent].inside.push_back(made);
    nodes_.push_back({.what = &what});
    return made;
}

void traffic::add_layers(bytes_view frame, link_type type, std::uint64_t len) {
    std::uint32_t at = 0;
    for (const layer_view& one : layers(frame, type)) {
        if (one.quoted()) break;  // what an error is about was not sent here
        at = child_of(at, one.info());
        ++nodes_[at].packets;
        nodes_[at].octets += len;
    }
}

void traffic::add_talk(bytes_view frame, link_type type, std::uint64_t len,
                       std::optional<wall_time> at) {
    const packet seen(frame, type);
    const auto key = conversation_of(seen);
    if (!key) return;
    auto found = talks_.find(*key);
    if (found == talks_.end()) {
        if (talks_.size() >= conversations_max) {
            ++unlisted_packets_;
            return;
        }
        found = talks_.emplace(*key, talk{.key = *key, .number = talks_.size()}).first;
    }
    talk& one = found->second;
    const auto v4 = seen.get<ipv4>();
    const ip_address source =
        v4 ? ip_address(v4->source()) : ip_address(seen.get<ipv6>()->source());
    const bytes_view transport = seen.transport();
    const bool same_address = key->low == key->high;
    const bool up = same_address ? transport.size() < 2 || be16_at(transport, 0) == key->low_port
                                 : source == key->low;
    ++(up ? one.packets_up : one.packets_down);
    (up ? one.octets_up : one.octets_down) += len;
    if (!at) return;
    if (!one.first) one.first = at;
    one.last = at;
}

void traffic::add(bytes_view frame, link_type type, std::uint64_t original_len,
                  std::optional<wall_time> at) {
    const std::uint64_t len = std::max<std::uint64_t>(original_len, frame.size());
    ++packets_;
    octets_ += len;
    add_layers(frame, type, len);
    add_talk(frame, type, len, at);
}

std::vector<const traffic::talk*> traffic::longest(std::size_t top) const {
    std::vector<const talk*> made;
    made.reserve(talks_.size());
    for (const auto& [key, one] : talks_) made.push_back(&one);
    const auto count = static_cast<std::ptrdiff_t>(std::min(top, made.size()));
    std::partial_sort(
        made.begin(), made.begin() + count, made.end(), [](const talk* a, const talk* b) {
            return a->octets() != b->octets() ? a->octets() > b->octets() : a->number < b->number;
        });
    made.resize(static_cast<std::size_t>(count));
    return made;
}

void traffic::append_node(std::string& out, std::uint32_t index, std::size_t depth,
                          bool color) const {
    const node& one = nodes_[index];
    const std::string name = std::string(2 * depth, ' ') + std::string(one.what->name);
    out += fmt::format("  {:<36}{:>11}{:>7.1f} %{:>12}  {}\n",
                       name,
                       grouped(one.packets),
                       percent(one.packets, packets_),
                       sized(one.octets),
                       bar(one.octets, octets_, color));
    std::vector<std::uint32_t> inside = one.inside;
    std::sort(inside.begin(), inside.end(), [&](std::uint32_t a, std::uint32_t b) {
        return nodes_[a].packets != nodes_[b].packets ? nodes_[a].packets > nodes_[b].packets
                                                      : a < b;
    });
    for (const std::uint32_t each : inside) append_node(out, each, depth + 1, color);
}

void traffic::append_talks(std::string& out, std::size_t top, bool color) const {
    const auto listed = longest(top);
    if (listed.empty()) return;
    out += fmt::format("\nConversations: {}", grouped(talks_.size()));
    if (listed.size() < talks_.size()) out += fmt::format(", the {} longest", listed.size());
    out += '\n';
    std::size_t width = 0;
    const auto ends = [](const talk& one) {
        return fmt::format("{} {} <> {}",
                           protocol_text(one.key.protocol),
                           end_text(one.key.low, one.key.low_port),
                           end_text(one.key.high, one.key.high_port));
    };
    for (const talk* one : listed) width = std::max(width, ends(*one).size());
    for (const talk* one : listed) {
        out += fmt::format("  {:<{}}{:>10} > {:>8} < {:>10}  {}\n",
                           ends(*one),
                           width,
                           grouped(one->packets_up),
                           grouped(one->packets_down),
                           sized(one->octets()),
                           bar(one->octets(), listed.front()->octets(), color));
    }
    if (unlisted_packets_ > 0) {
        out += fmt::format("  {} of further conversations\n", plural(unlisted_packets_, "packet"));
    }
}

std::string traffic::text(std::size_t top, bool color) const {
    std::string out =
        fmt::format("Protocols: {}, {}\n", plural(packets_, "packet"), sized(octets_));
    for (const std::uint32_t each : nodes_.front().inside) append_node(out, each, 0, color);
    append_talks(out, top, color);
    return out;
}

void traffic::append_node_json(std::string& out, std::uint32_t index) const {
    const node& one = nodes_[index];
    out += fmt::format("{{\"protocol\":\"{}\",\"packets\":{},\"octets\":{},\"inside\":[",
                       one.what->name,
                       one.packets,
                       one.octets);
    for (std::size_t i = 0; i < one.inside.size(); ++i) {
        if (i > 0) out += ',';
        append_node_json(out, one.inside[i]);
    }
    out += "]}";
}

std::string traffic::json(std::size_t top) const {
    std::string out = fmt::format(
        "{{\"type\":\"traffic\",\"schema\":\"sonde/"
        "1\",\"packets\":{},\"octets\":{},\"protocols\":[",
        packets_,
        octets_);
    const auto& outer = nodes_.front().inside;
    for (std::size_t i = 0; i < outer.size(); ++i) {
        if (i > 0) out += ',';
        append_node_json(out, outer[i]);
    }
    out += fmt::format("],\"conversation_count\":{},\"conversations\":[", talks_.size());
    bool more = false;
    for (const talk* one : longest(top)) {
        if (std::exchange(more, true)) out += ',';
        out += fmt::format(
            "{{\"protocol\":\"{}\",\"low\":\"{}\",\"high\":\"{}\",\"packets_from_low\":{},"
            "\"packets_from_high\":{},\"octets_from_low\":{},\"octets_from_high\":{}",
            protocol_text(one->key.protocol),
            end_text(one->key.low, one->key.low_port),
            end_text(one->key.high, one->key.high_port),
            one->packets_up,
            one->packets_down,
            one->octets_up,
            one->octets_down);
        if (one->first && one->last) {
            out += fmt::format(
                ",\"first\":{},\"last\":{}", epoch_text(*one->first, 9), epoch_text(*one->last, 9));
        }
        out += '}';
    }
    return out + "]}\n";
}

}  // namespace sonde::cli
