#pragma once
/// Blocks of addresses: a prefix ("192.0.2.0/24") and a range ("192.0.2.1-192.0.2.9"). Both are
/// values, and both are walked without being stored:
///
///     if (const auto block = ip_prefix::parse("2001:db8::/120")) {
///         for (const ip_address& address : block->range()) use(address);
///     }
///
/// Zones (RFC 4007) play no part: a block holds an address whatever its zone.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

/// Bits of an address: 32 or 128.
[[nodiscard]] constexpr unsigned address_bits(ip_family family) noexcept {
    return family == ip_family::v4 ? 32 : 128;
}
/// An address of either family as a number, and back; what does not fit into 32 bits is cut off an
/// IPv4 address.
[[nodiscard]] constexpr uint128 to_integer(const ip_address& address) noexcept {
    return address.is_v4() ? address.v4().value : address.v6().to_integer();
}
[[nodiscard]] constexpr ip_address ip_address_from_integer(ip_family family,
                                                           uint128 value) noexcept {
    if (family == ip_family::v4) return ipv4_address{static_cast<std::uint32_t>(value)};
    return ipv6_address::from_integer(value);
}

/// All addresses from one to another of the same family, both included.
class ip_range {
  public:
    constexpr explicit ip_range(const ip_address& only) noexcept : ip_range(only, only) {}

    /// Nothing when the families differ or `last` lies before `first`.
    [[nodiscard]] SONDE_API static std::optional<ip_range> between(const ip_address& first,
                                                                   const ip_address& last) noexcept;
    /// "192.0.2.1-192.0.2.9", "192.0.2.1-9" (the last octet alone), a prefix, or one address.
    [[nodiscard]] SONDE_API static std::optional<ip_range> parse(std::string_view text) noexcept;

    [[nodiscard]] constexpr ip_address first() const noexcept {
        return ip_address_from_integer(family_, first_);
    }
    [[nodiscard]] constexpr ip_address last() const noexcept {
        return ip_address_from_integer(family_, last_);
    }
    [[nodiscard]] constexpr ip_family family() const noexcept { return family_; }
    [[nodiscard]] constexpr bool contains(const ip_address& address) const noexcept {
        const uint128 value = to_integer(address);
        return address.family() == family_ && value >= first_ && value <= last_;
    }
    /// How many; nothing when 64 bits do not hold it.
    [[nodiscard]] constexpr std::optional<std::uint64_t> size() const noexcept {
        const uint128 more = last_ - first_;
        if (more >= UINT64_MAX) return std::nullopt;
        return static_cast<std::uint64_t>(more) + 1;
    }
    /// The address that far behind the first. Precondition: there is one.
    [[nodiscard]] constexpr ip_address at(uint128 offset) const noexcept {
        return ip_address_from_integer(family_, first_ + offset);
    }

    class iterator {
      public:
        using value_type = ip_address;
        using difference_type = std::ptrdiff_t;
        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr ip_address operator*() const noexcept {
            return ip_address_from_integer(family_, now_);
        }
        constexpr iterator& operator++() noexcept {
            at_end_ = now_ == last_;
            ++now_;
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        [[nodiscard]] constexpr bool operator==(std::default_sentinel_t) const noexcept {
            return at_end_;
        }
        friend constexpr bool operator==(const iterator&, const iterator&) = default;

      private:
        friend class ip_range;
        constexpr iterator(ip_family family, uint128 first, uint128 last) noexcept
            : now_(first), last_(last), family_(family) {}
        uint128 now_ = 0;
        uint128 last_ = 0;
        ip_family family_ = ip_family::v4;
        bool at_end_ = false;  // the highest address of all has no successor
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return {family_, first_, last_}; }
    [[nodiscard]] constexpr std::default_sentinel_t end() const noexcept { return {}; }
    friend constexpr bool operator==(const ip_range&, const ip_range&) = default;

  private:
    friend class ip_prefix;
    constexpr ip_range(const ip_address& first, const ip_address& last) noexcept
        : first_(to_integer(first)), last_(to_integer(last)), family_(first.family()) {}
    uint128 first_;
    uint128 last_;  // of the same family, not before first_
    ip_family family_;
};
/// "192.0.2.1-192.0.2.9".
[[nodiscard]] SONDE_API std::string to_string(const ip_range& range);

/// The addresses that begin with the same bits (RFC 4632 s3.1, RFC 4291 s2.3).
class ip_prefix {
  public:
    constexpr ip_prefix() noexcept = default;  // 0.0.0.0/0
    /// The block of this size that holds `address`. Above the bits of an address, `length` counts
    /// as all of them.
    constexpr ip_prefix(const ip_address& address, unsigned length) noexcept
        : first_(to_integer(address)), family_(address.family()) {
        const unsigned bits = address_bits(family_);
        length_ = static_cast<std::uint8_t>(length < bits ? length : bits);
        first_ &= ~host_mask();
    }

    /// "192.0.2.0/24"; without "/", one address. Bits behind the prefix are cleared: the block that
    /// holds "192.0.2.7/24" is meant.
    [[nodiscard]] SONDE_API static std::optional<ip_prefix> parse(std::string_view text) noexcept;
    /// The prefix that a mask as "255.255.255.0" means; nothing when its ones are not in front.
    [[nodiscard]] SONDE_API static std::optional<ip_prefix> with_mask(ipv4_address address,
                                                                      ipv4_address mask) noexcept;

    [[nodiscard]] constexpr ip_family family() const noexcept { return family_; }
    [[nodiscard]] constexpr unsigned length() const noexcept { return length_; }  // bits
    /// Ones over the prefix, zeros behind it; of an IPv4 prefix in the lowest 32 bits.
    [[nodiscard]] constexpr uint128 mask() const noexcept {
        const uint128 all = family_ == ip_family::v4 ? uint128{0xffffffff} : ~uint128{0};
        return all & ~host_mask();
    }
    [[nodiscard]] constexpr ip_address first() const noexcept {
        return ip_address_from_integer(family_, first_);
    }
    /// Of an IPv4 network, its broadcast address.
    [[nodiscard]] constexpr ip_address last() const noexcept {
        return ip_address_from_integer(family_, first_ | host_mask());
    }
    [[nodiscard]] constexpr bool contains(const ip_address& address) const noexcept {
        return address.family() == family_ && (to_integer(address) & ~host_mask()) == first_;
    }
    /// The same block or a part of it.
    [[nodiscard]] constexpr bool contains(const ip_prefix& other) const noexcept {
        return other.length_ >= length_ && contains(other.first());
    }
    [[nodiscard]] constexpr ip_range range() const noexcept { return ip_range(first(), last()); }
    friend constexpr bool operator==(const ip_prefix&, const ip_prefix&) = default;

  private:
    [[nodiscard]] constexpr uint128 host_mask() const noexcept {
        const unsigned host_bits = address_bits(family_) - length_;
        return host_bits == 128 ? ~uint128{0} : (uint128{1} << host_bits) - 1;
    }
    uint128 first_ = 0;  // its host bits are zero
    std::uint8_t length_ = 0;
    ip_family family_ = ip_family::v4;
};
/// "192.0.2.0/24".
[[nodiscard]] SONDE_API std::string to_string(const ip_prefix& prefix);

}  // namespace sonde::inline v0
