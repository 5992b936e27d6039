#pragma once
/// Interfaces, zones, and what the routing table would do with a destination.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/os_error.hpp>
#include <sonde/net/system_calls.hpp>

namespace sonde::inline v0 {

struct interface_address {
    ip_address address{};  // link-local ones with their zone
    std::uint8_t prefix_len = 0;
    std::optional<ipv4_address> broadcast{};
};

struct network_interface {
    std::string name;
    std::uint32_t index = 0;
    std::uint32_t mtu = 0;  // octets; 0: unknown
    bool is_up = false;
    bool has_carrier = false;  // IFF_RUNNING
    bool is_loopback = false;
    bool is_point_to_point = false;
    bool can_broadcast = false;
    bool can_multicast = false;
    std::optional<mac_address> mac{};
    std::vector<interface_address> addresses{};
};

/// All interfaces by index. Errors: what getifaddrs says.
[[nodiscard]] SONDE_API io_result<std::vector<network_interface>> list_interfaces(
    const system_calls& calls = kernel_calls());

/// Errors: ENODEV (no such interface), ENAMETOOLONG.
[[nodiscard]] SONDE_API io_result<std::uint32_t> interface_index(
    const std::string& name, const system_calls& calls = kernel_calls());
/// Errors: ENXIO (no such interface).
[[nodiscard]] SONDE_API io_result<std::string> interface_name_of(
    std::uint32_t index, const system_calls& calls = kernel_calls());

/// An address with its zone by name or index (RFC 4007 s11): "fe80::1%eth0", "fe80::1%3". Also
/// without one, and IPv4.
/// Errors: EINVAL (not an address, or a zone on one that has none), ENODEV (no such interface).
[[nodiscard]] SONDE_API io_result<ip_address> parse_scoped_address(
    std::string_view text, const system_calls& calls = kernel_calls());
/// With the zone by name; by index when the interface is gone.
[[nodiscard]] SONDE_API std::string to_scoped_string(const ip_address& address,
                                                     const system_calls& calls = kernel_calls());

/// What the kernel would do with a packet to a destination.
struct route_facts {
    ip_address source{};
    std::uint32_t mtu = 0;  // octets of the path as far as the kernel knows; 0: unknown
};
struct route_query {
    ip_address destination{};
    std::optional<ip_address> source{};  // asked of the kernel when absent
    std::string interface{};
    std::optional<std::uint32_t> mark{};
};
/// Connects a UDP socket, which sends nothing.
/// Errors: ENETUNREACH and EHOSTUNREACH (no route), EADDRNOTAVAIL (source is not ours), ENODEV,
/// EPERM (mark), EAFNOSUPPORT (families differ, or no IPv6 here).
[[nodiscard]] SONDE_API io_result<route_facts> look_up_route(
    const route_query& query, const system_calls& calls = kernel_calls());

}  // namespace sonde::inline v0
