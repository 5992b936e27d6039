#include "route_cache.hpp"

#include <algorithm>
#include <utility>

namespace sonde::inline v0::detail {
namespace {

uint128 as_integer(const ip_address& address) noexcept {
    return address.is_v4() ? uint128{address.v4().value} : address.v6().to_integer();
}

// The first address behind a prefix; 0 when it reaches to the end of the address space.
uint128 end_of(const route_prefix& prefix) noexcept {
    const unsigned bits = prefix.first.is_v4() ? 32 : 128;
    if (prefix.len == 0 || prefix.len > bits) return 0;
    const uint128 end = as_integer(prefix.first) + (uint128{1} << (bits - prefix.len));
    return bits == 32 && end >> 32 != 0 ? uint128{0} : end;
}

}  // namespace

io_result<route_cache> route_cache::make(ip_family family, std::uint32_t interface_index,
                                         const system_calls& calls) {
    const auto prefixes = list_route_prefixes(family, calls);
    if (!prefixes) return tl::unexpected(prefixes.error());
    route_cache made(interface_index, calls);
    made.starts_.push_back(0);
    for (const route_prefix& prefix : *prefixes) {
        made.starts_.push_back(as_integer(prefix.first));
        made.starts_.push_back(end_of(prefix));
    }
    std::ranges::sort(made.starts_);
    const auto repeated = std::ranges::unique(made.starts_);
    made.starts_.erase(repeated.begin(), repeated.end());
    return made;
}

std::size_t route_cache::part_of(uint128 address) const noexcept {
    const auto behind = std::ranges::upper_bound(starts_, address);
    return static_cast<std::size_t>(behind - starts_.begin()) - 1;  // the first start is 0
}

bool route_cache::is_fresh(const cached_route& route, mono_time now) noexcept {
    return now - route.asked < (route.code == 0 ? answer_age_max : refusal_age_max);
}

const cached_route& route_cache::find(const ip_address& destination, mono_time now) {
    if (std::exchange(is_outdated_, false)) {
        answers_.clear();
        last_ = nullptr;
    }
    if (last_ != nullptr && last_part_.contains(destination) && is_fresh(*last_, now)) {
        return *last_;
    }
    const std::size_t at = part_of(as_integer(destination));
    if (answers_.size() >= answers_max && !answers_.contains(at)) answers_.clear();
    const auto [entry, is_new] = answers_.try_emplace(at);
    last_ = &entry->second;
    last_part_ = {starts_[at], at + 1 < starts_.size() ? starts_[at + 1] : uint128{0}};
    if (is_new || !is_fresh(*last_, now)) {
        ++questions_;
        const auto hop = find_next_hop(
            {.destination = destination, .interface_index = interface_index_}, *calls_);
        *last_ = {
            .hop = hop.value_or(next_hop{}), .code = hop ? 0 : hop.error().code, .asked = now};
    }
    return *last_;
}

}  // namespace sonde::inline v0::detail
