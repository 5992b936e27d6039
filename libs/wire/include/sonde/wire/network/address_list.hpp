#pragma once
/// Addresses that lie one after another in a message, read in place: the sources of IGMP (RFC 3376
/// s4.1.8, s4.2.10) and of MLD (RFC 3810 s5.2.10), recursive DNS servers (RFC 8106 s5.1).

#include <cstddef>

#include <sonde/base/address.hpp>
#include <sonde/base/octets.hpp>

namespace sonde::inline v0 {

/// Borrows the octets. A last piece that is shorter than an address is none.
template <class Address, std::size_t AddressLen>
class address_list {
  public:
    static constexpr std::size_t address_len = AddressLen;  // octets

    class iterator {
      public:
        using value_type = Address;
        using difference_type = std::ptrdiff_t;
        iterator() noexcept = default;
        [[nodiscard]] Address operator*() const noexcept {
            return Address::from_octets(rest_.template first<address_len>());
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
        friend class address_list;
        explicit iterator(bytes_view rest) noexcept : rest_(rest) {}
        bytes_view rest_{};
    };

    address_list() noexcept = default;
    explicit address_list(bytes_view octets) noexcept : octets_(octets) {}
    [[nodiscard]] std::size_t size() const noexcept { return octets_.size() / address_len; }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    /// Precondition: index < size().
    [[nodiscard]] Address operator[](std::size_t index) const noexcept {
        return Address::from_octets(
            octets_.subspan(index * address_len).template first<address_len>());
    }
    [[nodiscard]] iterator begin() const noexcept { return iterator(octets_); }
    [[nodiscard]] iterator end() const noexcept { return {}; }

  private:
    bytes_view octets_{};
};

using ipv4_address_list = address_list<ipv4_address, 4>;
using ipv6_address_list = address_list<ipv6_address, 16>;

}  // namespace sonde::inline v0
