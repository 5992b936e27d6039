#pragma once
/// A set of addresses of both families, kept as ranges: what is to be swept. Its addresses have an
/// index, IPv4 before IPv6, ascending.
///
///     address_set set;
///     set.add(*ip_range::parse("192.0.2.0/24"));
///     set.remove(*ip_range::parse("192.0.2.128-192.0.2.255"));
///     set.size();   // 128
///     set.at(3);    // 192.0.2.3
///
/// Memory: 56 octets for each range that stands alone, whatever its size.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <sonde/base/address_range.hpp>
#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

/// Sorted as in a set, IPv4 first, and what touches or overlaps made one.
[[nodiscard]] SONDE_API std::vector<ip_range> joined(std::vector<ip_range> ranges);

class SONDE_API address_set {
  public:
    static constexpr std::uint64_t size_max = std::uint64_t{1} << 63;

    /// False, and nothing is changed, when the set would have more than `size_max` addresses. In
    /// constant time behind all others; else every range behind the new one moves.
    bool add(const ip_range& range);
    /// The same as one `add` after the other, all or none, in O(n log n): for long lists.
    bool add(std::span<const ip_range> ranges);
    void remove(const ip_range& range);
    /// The same as one `remove` after the other, in O(n log n). They may hold any number of
    /// addresses, as ::/0 does.
    void remove(std::span<const ip_range> ranges);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    /// In O(log ranges). Precondition: index < size().
    [[nodiscard]] ip_address at(std::uint64_t index) const noexcept;
    [[nodiscard]] std::optional<std::uint64_t> index_of(const ip_address& address) const noexcept;
    [[nodiscard]] bool contains(const ip_address& address) const noexcept {
        return index_of(address).has_value();
    }
    [[nodiscard]] std::span<const ip_range> ranges() const noexcept { return ranges_; }
    [[nodiscard]] std::uint64_t size(ip_family family) const noexcept;
    friend bool operator==(const address_set& a, const address_set& b) noexcept {
        return a.ranges_ == b.ranges_;
    }

  private:
    void count_from(std::size_t range);
    [[nodiscard]] bool assign(std::vector<ip_range> sorted);

    std::vector<ip_range> ranges_{};            // disjoint, not adjacent, IPv4 first, ascending
    std::vector<std::uint64_t> first_index_{};  // of each range
    std::uint64_t size_ = 0;
};

}  // namespace sonde::inline v0
