#pragma once
/// Which neighbour a packet is handed to, as the kernel's routing and neighbour tables have it
/// (rtnetlink(7)): for whoever writes the link header without the kernel.

#include <cstdint>
#include <optional>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/os_error.hpp>
#include <sonde/net/system_calls.hpp>

namespace sonde::inline v0 {

struct next_hop_query {
    ip_address destination{};
    std::uint32_t interface_index = 0;  // leave by this one; 0: by the route
};

struct next_hop {
    std::uint32_t interface_index = 0;
    ip_address neighbour{};            // the router, or the destination itself
    ip_address source{};               // what the kernel would send from; unspecified: none
    bool is_router = false;            // the destination is behind the neighbour
    bool is_local = false;             // the destination is this host
    bool is_group = false;             // a broadcast or multicast address
    bool is_encapsulated = false;      // the route wraps packets into others
    std::optional<mac_address> mac{};  // the neighbour's, where the kernel knows it
};

/// Asks the kernel, which sends nothing for it. An address that the kernel has not yet asked for on
/// the link has no `mac`.
/// Errors: ENETUNREACH and EHOSTUNREACH (no route), EINVAL and EACCES (a route that forbids it),
/// EPROTO (an answer that cannot be read), and what socket, write and read say.
[[nodiscard]] SONDE_API io_result<next_hop> find_next_hop(
    const next_hop_query& query, const system_calls& calls = kernel_calls());

/// A destination of the routing tables.
struct route_prefix {
    ip_address first{};
    std::uint8_t len = 0;  // bits
};
/// The destinations that routing tables and rules name, in no order. The kernel treats two
/// addresses alike that lie in the same of these prefixes. Bounded: `route_prefixes_max`. Errors:
/// E2BIG (more of them), EPROTO, and what socket, write and read say.
inline constexpr std::size_t route_prefixes_max = 4'194'304;
[[nodiscard]] SONDE_API io_result<std::vector<route_prefix>> list_route_prefixes(
    ip_family family, const system_calls& calls = kernel_calls());

}  // namespace sonde::inline v0
