#include <algorithm>
#include <utility>

#include <sonde/base/address_set.hpp>

namespace sonde::inline v0 {
namespace {

uint128 low(const ip_range& range) noexcept { return to_integer(range.first()); }
uint128 high(const ip_range& range) noexcept { return to_integer(range.last()); }

ip_range make_range(ip_family family, uint128 first, uint128 last) noexcept {
    // The callers hold first <= last: there is always one.
    return *ip_range::between(ip_address_from_integer(family, first),
                              ip_address_from_integer(family, last));
}

/// How many, or more than any set may have.
uint128 count_of(const ip_range& range) noexcept {
    const uint128 more = high(range) - low(range);
    return more >= address_set::size_max ? uint128{address_set::size_max} + 1 : more + 1;
}

/// Whether all of `range` lies before `value` and does not touch it.
bool ends_before(const ip_range& range, ip_family family, uint128 value) noexcept {
    if (range.family() != family) return range.family() < family;
    return high(range) < value && value - high(range) > 1;
}
bool begins_behind(const ip_range& range, ip_family family, uint128 value) noexcept {
    if (range.family() != family) return range.family() > family;
    return low(range) > value && low(range) - value > 1;
}

/// In the order of a set.
bool comes_first(const ip_range& a, const ip_range& b) noexcept {
    return a.family() != b.family() ? a.family() < b.family() : low(a) < low(b);
}

}  // namespace

std::vector<ip_range> joined(std::vector<ip_range> ranges) {
    std::sort(ranges.begin(), ranges.end(), comes_first);
    std::size_t kept = 0;
    for (const ip_range& next : ranges) {
        if (kept > 0 && !ends_before(ranges[kept - 1], next.family(), low(next))) {
            ip_range& before = ranges[kept - 1];
            before = make_range(before.family(), low(before), std::max(high(before), high(next)));
        } else {
            ranges[kept++] = next;
        }
    }
    ranges.erase(ranges.begin() + static_cast<std::ptrdiff_t>(kept), ranges.end());
    return ranges;
}

void address_set::count_from(std::size_t range) {
    first_index_.resize(ranges_.size());
    uint128 index = range == 0 ? 0 : first_index_[range - 1] + count_of(ranges_[range - 1]);
    for (std::size_t i = range; i < ranges_.size(); ++i) {
        first_index_[i] = static_cast<std::uint64_t>(index);
        index += count_of(ranges_[i]);
    }
    size_ = static_cast<std::uint64_t>(index);
}

bool address_set::add(const ip_range& range) {
    const ip_family family = range.family();
    const uint128 first = low(range);
    const uint128 last = high(range);
    const auto from = std::partition_point(ranges_.begin(), ranges_.end(), [&](const ip_range& r) {
        return ends_before(r, family, first);
    });
    const auto to = std::partition_point(
        from, ranges_.end(), [&](const ip_range& r) { return !begins_behind(r, family, last); });
    const auto at = from - ranges_.begin();
    if (from == to) {
        if (size_ + count_of(range) > size_max) return false;
        ranges_.insert(from, range);
    } else {
        const ip_range joined =
            make_range(family, std::min(first, low(*from)), std::max(last, high(*std::prev(to))));
        uint128 replaced = 0;
        for (auto it = from; it != to; ++it) replaced += count_of(*it);
        if (size_ - replaced + count_of(joined) > size_max) return false;
        *from = joined;
        ranges_.erase(std::next(from), to);
    }
    count_from(static_cast<std::size_t>(at));
    return true;
}

bool address_set::add(std::span<const ip_range> ranges) {
    std::vector<ip_range> all;
    all.reserve(ranges_.size() + ranges.size());
    all.assign(ranges_.begin(), ranges_.end());
    all.insert(all.end(), ranges.begin(), ranges.end());
    return assign(joined(std::move(all)));
}

bool address_set::assign(std::vector<ip_range> sorted) {
    uint128 sum = 0;
    for (const ip_range& one : sorted) {
        sum += count_of(one);
        if (sum > size_max) return false;
    }
    ranges_ = std::move(sorted);
    count_from(0);
    return true;
}

void address_set::remove(const ip_range& range) {
    const ip_family family = range.family();
    const uint128 first = low(range);
    const uint128 last = high(range);
    const auto lies_before = [&](const ip_range& r) {
        return r.family() != family ? r.family() < family : high(r) < first;
    };
    const auto does_not_lie_behind = [&](const ip_range& r) {
        return r.family() != family ? r.family() < family : low(r) <= last;
    };
    const auto from = std::partition_point(ranges_.begin(), ranges_.end(), lies_before);
    const auto to = std::partition_point(from, ranges_.end(), does_not_lie_behind);
    if (from == to) return;
    const auto at = from - ranges_.begin();
    std::vector<ip_range> left_over;  // at most one piece on each side
    if (low(*from) < first) left_over.push_back(make_range(family, low(*from), first - 1));
    if (high(*std::prev(to)) > last) {
        left_over.push_back(make_range(family, last + 1, high(*std::prev(to))));
    }
    ranges_.insert(ranges_.erase(from, to), left_over.begin(), left_over.end());
    count_from(static_cast<std::size_t>(at));
}

// Both are sorted: one walk through both.
void address_set::remove(std::span<const ip_range> ranges) {
    const std::vector<ip_range> cuts = joined({ranges.begin(), ranges.end()});
    std::vector<ip_range> kept;
    auto cut = cuts.begin();
    for (const ip_range& range : ranges_) {
        const ip_family family = range.family();
        uint128 from = low(range);
        bool is_used_up = false;
        const auto lies_before = [&](const ip_range& r) {
            return r.family() != family ? r.family() < family : high(r) < from;
        };
        while (cut != cuts.end() && lies_before(*cut)) ++cut;
        while (cut != cuts.end() && cut->family() == family && low(*cut) <= high(range)) {
            if (low(*cut) > from) kept.push_back(make_range(family, from, low(*cut) - 1));
            is_used_up = high(*cut) >= high(range);
            if (is_used_up) break;  // the same cut may reach into the next range
            from = high(*cut++) + 1;
        }
        if (!is_used_up) kept.push_back(make_range(family, from, high(range)));
    }
    ranges_ = std::move(kept);
    count_from(0);
}

ip_address address_set::at(std::uint64_t index) const noexcept {
    const auto behind = std::upper_bound(first_index_.begin(), first_index_.end(), index);
    const auto i = static_cast<std::size_t>(behind - first_index_.begin()) - 1;
    return ranges_[i].at(index - first_index_[i]);
}

std::optional<std::uint64_t> address_set::index_of(const ip_address& address) const noexcept {
    const uint128 value = to_integer(address);
    const auto at = std::partition_point(ranges_.begin(), ranges_.end(), [&](const ip_range& r) {
        return r.family() != address.family() ? r.family() < address.family() : high(r) < value;
    });
    if (at == ranges_.end() || !at->contains(address)) return std::nullopt;
    const auto i = static_cast<std::size_t>(at - ranges_.begin());
    return first_index_[i] + static_cast<std::uint64_t>(value - low(*at));
}

std::uint64_t address_set::size(ip_family family) const noexcept {
    const auto at = std::partition_point(ranges_.begin(), ranges_.end(), [](const ip_range& r) {
        return r.family() == ip_family::v4;
    });
    const auto i = static_cast<std::size_t>(at - ranges_.begin());
    const std::uint64_t of_v4 = i == ranges_.size() ? size_ : first_index_[i];
    return family == ip_family::v4 ? of_v4 : size_ - of_v4;
}

}  // namespace sonde::inline v0
