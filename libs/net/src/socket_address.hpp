#pragma once
/// Endpoints as the socket API wants them, and back. The one place that looks at a sockaddr as one
/// of its families.

#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>

#include <sonde/net/probe_socket.hpp>

namespace sonde::inline v0::detail {

struct socket_address {
    sockaddr_in6 storage{};  // the larger of the two families
    socklen_t len = 0;       // octets used

    socket_address() noexcept = default;
    explicit socket_address(const endpoint& at) noexcept;

    [[nodiscard]] const sockaddr* get() const noexcept {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what bind(2) asks for
        return reinterpret_cast<const sockaddr*>(&storage);
    }
    [[nodiscard]] sockaddr* get() noexcept {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what getsockname(2) asks for
        return reinterpret_cast<sockaddr*>(&storage);
    }
    void reset() noexcept { len = sizeof storage; }
};

/// Reads `len` octets that hold some sockaddr. None: neither IPv4 nor IPv6, or cut short.
[[nodiscard]] std::optional<endpoint> read_endpoint(const void* address, std::size_t len) noexcept;

[[nodiscard]] in_addr to_kernel(ipv4_address address) noexcept;
[[nodiscard]] in6_addr to_kernel(const ipv6_address& address) noexcept;
[[nodiscard]] ipv4_address from_kernel(in_addr address) noexcept;
/// `interface_index` becomes the zone where the address needs one: link-local only.
[[nodiscard]] ip_address from_kernel(const in6_addr& address,
                                     std::uint32_t interface_index) noexcept;

[[nodiscard]] constexpr int address_family(ip_family family) noexcept {
    return family == ip_family::v4 ? AF_INET : AF_INET6;
}

}  // namespace sonde::inline v0::detail
