#include "socket_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>

namespace sonde::inline v0::detail {
namespace {

bool needs_zone(const ipv6_address& address) noexcept {
    const bool is_multicast_of_link = address.is_multicast() && (address.octets[1] & 0x0f) <= 2;
    return address.is_link_local() || is_multicast_of_link;
}

}  // namespace

in_addr to_kernel(ipv4_address address) noexcept { return {.s_addr = htonl(address.value)}; }

in6_addr to_kernel(const ipv6_address& address) noexcept {
    in6_addr made{};
    std::copy(address.octets.begin(), address.octets.end(), std::begin(made.s6_addr));
    return made;
}

ipv4_address from_kernel(in_addr address) noexcept { return {ntohl(address.s_addr)}; }

ip_address from_kernel(const in6_addr& address, std::uint32_t interface_index) noexcept {
    const auto made = ipv6_address::from_octets(std::span<const std::uint8_t, 16>(address.s6_addr));
    return {made, needs_zone(made) ? interface_index : 0};
}

socket_address::socket_address(const endpoint& at) noexcept {
    if (at.address.is_v4()) {
        sockaddr_in made{};
        made.sin_family = AF_INET;
        made.sin_port = htons(at.port);
        made.sin_addr = to_kernel(at.address.v4());
        std::memcpy(&storage, &made, sizeof made);
        len = sizeof made;
        return;
    }
    sockaddr_in6 made{};
    made.sin6_family = AF_INET6;
    made.sin6_port = htons(at.port);
    made.sin6_addr = to_kernel(at.address.v6());
    made.sin6_scope_id = at.address.zone();
    storage = made;
    len = sizeof made;
}

std::optional<endpoint> read_endpoint(const void* address, std::size_t len) noexcept {
    sa_family_t family = AF_UNSPEC;
    if (address == nullptr || len < sizeof family) return std::nullopt;
    std::memcpy(&family, address, sizeof family);
    if (family == AF_INET && len >= sizeof(sockaddr_in)) {
        sockaddr_in seen{};
        std::memcpy(&seen, address, sizeof seen);
        return endpoint{from_kernel(seen.sin_addr), ntohs(seen.sin_port)};
    }
    if (family == AF_INET6 && len >= sizeof(sockaddr_in6)) {
        sockaddr_in6 seen{};
        std::memcpy(&seen, address, sizeof seen);
        return endpoint{from_kernel(seen.sin6_addr, seen.sin6_scope_id), ntohs(seen.sin6_port)};
    }
    return std::nullopt;
}

}  // namespace sonde::inline v0::detail
