#include "transmit_ledger.hpp"

#include <algorithm>
#include <utility>

namespace sonde::inline v0::detail {

void transmit_ledger::range::include(std::uint32_t id) noexcept {
    const bool is_empty = low > high;
    low = is_empty ? id : std::min(low, id);
    high = is_empty ? id : std::max(high, id);
}

void transmit_ledger::grow() {
    constexpr std::size_t first_len = 64;
    const std::size_t len = entries_.empty() ? std::min(first_len, len_max_) : entries_.size() * 2;
    std::vector<entry> old = std::exchange(entries_, std::vector<entry>(len));
    for (const entry& moved : old) {
        if (moved.waits) place_of(moved.identifier) = moved;
    }
}

void transmit_ledger::book_sent(std::uint64_t token) {
    const std::uint32_t identifier = next_++;
    if (ambiguous_.contains(identifier)) return;
    if (entries_.empty()) grow();
    while (place_of(identifier).waits && entries_.size() < len_max_) grow();
    entry& place = place_of(identifier);
    if (place.waits && mode_ == stamp_identifiers::counted) evicted_.include(place.identifier);
    if (!place.waits) ++waiting_;
    place = {token, identifier, true};
}

void transmit_ledger::restart() noexcept {
    for (entry& each : entries_) {
        if (each.waits) ambiguous_.include(each.identifier);
        each.waits = false;
    }
    waiting_ = 0;
    if (evicted_.low <= evicted_.high) {
        ambiguous_.include(evicted_.low);
        ambiguous_.include(evicted_.high);
    }
    evicted_ = {};
    next_ = 0;
}

std::optional<std::uint64_t> transmit_ledger::find(std::uint32_t identifier, bool keep) noexcept {
    if (entries_.empty()) return std::nullopt;
    entry& place = place_of(identifier);
    if (!place.waits || place.identifier != identifier) return std::nullopt;
    place.waits = keep;
    if (!keep) --waiting_;
    return place.token;
}

}  // namespace sonde::inline v0::detail
