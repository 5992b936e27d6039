#include <algorithm>
#include <iterator>

#include <sonde/packet/protocol_table.hpp>
#include <sonde/wire/protocols.hpp>

namespace sonde::inline v0 {

namespace detail {

layer_extent cut_extent(bytes_view octets, parse_error why) noexcept {
    return {.header_len = static_cast<std::uint32_t>(octets.size()),
            .stopped = why,
            .whole_header = false};
}

}  // namespace detail

namespace {

/// ICMP and ICMPv6 are one protocol number with a message by type.
selector refined(selector by, bytes_view octets) noexcept {
    if (by.kind != selector_kind::ip_protocol || octets.empty()) return by;
    if (by.value == std::uint32_t(ip_protocol::icmp)) return {selector_kind::icmp_type, octets[0]};
    if (by.value == std::uint32_t(ip_protocol::icmpv6))
        return {selector_kind::icmpv6_type, octets[0]};
    return by;
}

}  // namespace

const protocol_table& protocol_table::built_in() noexcept {
    static const protocol_table table = [] {
        protocol_table made{nothing_yet{}};
        all_protocols::for_each([&]<class T> { made.remember(protocol_info_of<T>); });
        // Whoever looks at the octets is asked before whoever takes everything.
        all_protocols::for_each([&]<class T> {
            if constexpr (selectable<T> && !choosy<T>) made.add<T>();
        });
        all_protocols::for_each([&]<class T> {
            if constexpr (choosy<T>) made.add<T>();
        });
        return made;
    }();
    return table;
}

void protocol_table::remember(const protocol_info& info) {
    if (std::find(all_.begin(), all_.end(), &info) == all_.end()) all_.push_back(&info);
}

std::size_t protocol_table::slot_of(std::uint64_t key) const noexcept {
    // The golden ratio in 64 bits spreads small numbers over the high half.
    return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15U) >> 32) & (slots_.size() - 1);
}

void protocol_table::place(entry one) {
    entries_.push_back(one);
    if (entries_.size() * 2 > slots_.size()) {
        slots_.assign(std::max<std::size_t>(64, slots_.size() * 4), 0);
        for (std::size_t i = 0; i + 1 < entries_.size(); ++i) {
            std::size_t at = slot_of(entries_[i].key);
            while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
            slots_[at] = static_cast<std::uint16_t>(i + 1);
        }
    }
    std::size_t at = slot_of(one.key);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = static_cast<std::uint16_t>(entries_.size());
}

void protocol_table::add(const protocol_info& info, selector by) {
    remember(info);
    place({key_of(by), &info});
}

const protocol_info* protocol_table::find_exactly(selector by, bytes_view octets) const noexcept {
    const std::uint64_t key = key_of(by);
    const protocol_info* found = nullptr;
    // Entries of one key lie in the order in which they were added: the last that fits wins.
    for (std::size_t at = slot_of(key); slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
        const entry& one = entries_[slots_[at] - 1U];
        if (one.key != key) continue;
        if (one.info->recognises == nullptr || one.info->recognises(octets)) found = one.info;
    }
    return found;
}

const protocol_info* protocol_table::find(selector by, bytes_view octets) const noexcept {
    if (by.kind == selector_kind::none) return nullptr;
    const selector inner = refined(by, octets);
    const protocol_info* found = find_exactly(inner, octets);
    return found != nullptr || inner == by ? found : find_exactly(by, octets);
}

const protocol_info* protocol_table::find(std::string_view name) const noexcept {
    const auto at = std::find_if(
        all_.rbegin(), all_.rend(), [&](const protocol_info* one) { return one->name == name; });
    return at == all_.rend() ? nullptr : *at;
}

const protocol_info* protocol_table::find(layer id) const noexcept {
    const auto at = std::find_if(
        all_.begin(), all_.end(), [&](const protocol_info* one) { return one->id == id; });
    return at == all_.end() ? nullptr : *at;
}

}  // namespace sonde::inline v0
