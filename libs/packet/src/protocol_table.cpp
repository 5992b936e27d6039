#include <algorithm>
#include <utility>

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

protocol_table protocol_table::make_built_in() {
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
}

const protocol_table& protocol_table::built_in() noexcept {
    static const protocol_table table = make_built_in();
    return table;
}

void protocol_table::remember(const protocol_info& info) {
    if (std::find(all_.begin(), all_.end(), &info) == all_.end()) all_.push_back(&info);
}

std::size_t protocol_table::first_slot(std::uint64_t key) const noexcept {
    // The golden ratio in 64 bits spreads small numbers over the high half.
    return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15U) >> 32) & mask_;
}

void protocol_table::place(slot one) noexcept {
    for (std::size_t at = first_slot(one.key);; at = (at + 1) & mask_) {
        // Whoever came before under the same key moves behind.
        if (slots_[at].key == 0 || slots_[at].key == one.key) std::swap(slots_[at], one);
        if (one.key == 0) return;
    }
}

void protocol_table::grow() {
    std::vector<slot> before(slots_.size() * 2);
    std::swap(before, slots_);
    mask_ = slots_.size() - 1;
    // Runs go round the end: from a free slot backwards each of them is met back to front, so that
    // what is first stays first.
    std::size_t at = 0;
    while (before[at].key != 0) ++at;
    for (std::size_t left = before.size(); left > 0; --left) {
        at = (at + before.size() - 1) & (before.size() - 1);
        if (before[at].key != 0) place(before[at]);
    }
}

void protocol_table::add(const protocol_info& info, selector by) {
    if (by.kind == selector_kind::none) return remember(info);
    remember(info);
    if (++taken_ * 2 > slots_.size()) grow();
    place({key_of(by), &info});
}

// Of several with one key, from that slot on. Apart, as find_message: the common way of find then
// calls nobody, and saves no registers.
[[gnu::noinline]] const protocol_info* protocol_table::ask_each(std::size_t at,
                                                                bytes_view octets) const noexcept {
    for (const std::uint64_t key = slots_[at].key; slots_[at].key != 0; at = (at + 1) & mask_) {
        const protocol_info* info = slots_[at].info;
        if (slots_[at].key != key) continue;
        if (info->recognises == nullptr || info->recognises(octets)) return info;
    }
    return nullptr;
}

// Most protocols are alone with their key: found without a call.
inline const protocol_info* protocol_table::find_exactly(selector by,
                                                         bytes_view octets) const noexcept {
    const std::uint64_t key = key_of(by);
    const slot* const slots = slots_.data();
    std::size_t at = first_slot(key);
    for (; slots[at].key != key; at = (at + 1) & mask_) {
        if (slots[at].key == 0) return nullptr;
    }
    const protocol_info* info = slots[at].info;
    return info->recognises == nullptr ? info : ask_each(at, octets);
}

// ICMP and ICMPv6 are one protocol number with a message by type.
[[gnu::noinline]] const protocol_info* protocol_table::find_message(
    selector by, bytes_view octets) const noexcept {
    const bool v4 = by.value == std::uint32_t(ip_protocol::icmp);
    const auto kind = v4 ? selector_kind::icmp_type : selector_kind::icmpv6_type;
    const protocol_info* found = nullptr;
    if (!octets.empty()) found = find_exactly({kind, octets[0]}, octets);
    return found != nullptr ? found : find_exactly(by, octets);
}

const protocol_info* protocol_table::find(selector by, bytes_view octets) const noexcept {
    if (by.kind == selector_kind::none) return nullptr;
    if (by == selector{selector_kind::ip_protocol, std::uint32_t(ip_protocol::icmp)} ||
        by == selector{selector_kind::ip_protocol, std::uint32_t(ip_protocol::icmpv6)})
        return find_message(by, octets);
    return find_exactly(by, octets);
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
