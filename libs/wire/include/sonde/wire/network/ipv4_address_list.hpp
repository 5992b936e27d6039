#pragma once
/// Addresses that lie one after another in a message, read in place: the sources of IGMP (RFC 3376
/// s4.1.8, s4.2.10).

#include <cstddef>

#include <sonde/base/address.hpp>
#include <sonde/base/octets.hpp>

namespace sonde::inline v0 {

/// Borrows the octets. A last piece of fewer than 4 octets is no address.
class ipv4_address_list {
  public:
    static constexpr std::size_t address_len = 4;  // octets

    class iterator {
      public:
        using value_type = ipv4_address;
        using difference_type = std::ptrdiff_t;
        iterator() noexcept = default;
        [[nodiscard]] ipv4_address operator*() const noexcept {
            return ipv4_address::from_octets(rest_.first<address_len>());
        }
        iterator& operator++() noexcept {
            rest_ = rest_.subspan(address_len);
            return *this;
        }
        iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const iterator& a, const iterator& b) noexcept {
            return a.rest_.size() / address_len == b.rest_.size() / address_len;
        }

      private:
        friend class ipv4_address_list;
        explicit iterator(bytes_view rest) noexcept : rest_(rest) {}
        bytes_view rest_{};
    };

    ipv4_address_list() noexcept = default;
    explicit ipv4_address_list(bytes_view octets) noexcept : octets_(octets) {}
    [[nodiscard]] std::size_t size() const noexcept { return octets_.size() / address_len; }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    /// Precondition: index < size().
    [[nodiscard]] ipv4_address operator[](std::size_t index) const noexcept {
        return ipv4_address::from_octets(octets_.subspan(index * address_len).first<address_len>());
    }
    [[nodiscard]] iterator begin() const noexcept { return iterator(octets_); }
    [[nodiscard]] iterator end() const noexcept { return {}; }

  private:
    bytes_view octets_{};
};

}  // namespace sonde::inline v0
