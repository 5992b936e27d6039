#pragma once
/// IANA's registries of special-purpose addresses (RFC 6890, RFC 8190): which blocks are private,
/// for documentation, of this host... and what may be done with them. Multicast (224.0.0.0/4,
/// ff00::/8) has registries of its own and is not in these.

#include <span>
#include <string_view>

#include <sonde/base/address_range.hpp>
#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

/// One row. What the registry calls "N/A" is false here.
struct special_purpose {
    ip_prefix block{};
    std::string_view name;  // the registry's
    std::string_view spec;
    bool is_source = false;       // may be the source of a datagram
    bool is_destination = false;  // may be its destination
    bool is_forwardable = false;  // a router may pass it on
    bool is_globally_reachable = false;
    bool is_reserved_by_protocol = false;  // every implementation must know it
};

[[nodiscard]] SONDE_API std::span<const special_purpose> special_purposes() noexcept;
/// The row of the smallest block that holds `address`; null when there is none.
[[nodiscard]] SONDE_API const special_purpose* find_special_purpose(
    const ip_address& address) noexcept;
/// Whether the address is meant to be reached from anywhere: neither multicast nor a block that is
/// not, and of IPv6 in the part that is assigned to global unicast, 2000::/3.
[[nodiscard]] SONDE_API bool is_global_unicast(const ip_address& address) noexcept;

}  // namespace sonde::inline v0
