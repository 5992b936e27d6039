#pragma once
/// A set of addresses of both families, kept as ranges: what is to be swept. Its addresses have an
/// index, IPv4 before IPv6, ascending.
///
///     address_set set;
///     set.add(*ip_range::parse("192.0.2.0/24"));
///     set.remove(*ip_range::parse("192.0.2.128-192.0.2.255"));
///     set.size();   // 128
///     set.at(3);    // 192.0.2.3

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <sonde/base/address_range.hpp>
#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

class SONDE_API address_set {
  public:
    /// False, and nothing is changed, when the set would have more than 2^63 addresses.
    bool add(const ip_range& range);
    void remove(const ip_range& range);
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

  private:
    void count();
    std::vector<ip_range> ranges_{};            // disjoint, not adjacent, IPv4 first, ascending
    std::vector<std::uint64_t> first_index_{};  // of each range
    std::uint64_t size_ = 0;
};

}  // namespace sonde::inline v0
