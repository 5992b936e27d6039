#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <map>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include <sonde/net/fd.hpp>
#include <sonde/net/interfaces.hpp>

#include "socket_address.hpp"

namespace sonde::inline v0 {
namespace {

tl::unexpected<os_error> refused(const char* operation, int code, const ip_address& peer = {}) {
    return tl::unexpected(os_error{operation, code, peer});
}

std::uint8_t prefix_len_of(const ip_address& mask) noexcept {
    if (mask.is_v4()) return static_cast<std::uint8_t>(std::popcount(mask.v4().value));
    int ones = 0;
    for (const auto octet : mask.v6().octets) ones += std::popcount(octet);
    return static_cast<std::uint8_t>(ones);
}

std::optional<ip_address> address_in(const sockaddr* address) noexcept {
    if (address == nullptr) return std::nullopt;
    // getifaddrs gives whole structures: the family says how long they are.
    const auto seen = detail::read_endpoint(
        address, address->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    return seen ? std::optional(seen->address) : std::nullopt;
}

void add_flags(network_interface& to, unsigned flags) noexcept {
    to.is_up = (flags & IFF_UP) != 0;
    to.has_carrier = (flags & IFF_RUNNING) != 0;
    to.is_loopback = (flags & IFF_LOOPBACK) != 0;
    to.is_point_to_point = (flags & IFF_POINTOPOINT) != 0;
    to.can_broadcast = (flags & IFF_BROADCAST) != 0;
    to.can_multicast = (flags & IFF_MULTICAST) != 0;
}

void add_link(network_interface& to, const sockaddr* address) noexcept {
    sockaddr_ll seen{};
    std::memcpy(&seen, address, sizeof seen);
    if (seen.sll_halen != 6) return;
    to.mac = mac_address::from_octets(std::span<const std::uint8_t, 8>(seen.sll_addr).first<6>());
}

void add_entry(network_interface& to, const ifaddrs& entry) {
    add_flags(to, entry.ifa_flags);
    if (entry.ifa_addr == nullptr) return;
    if (entry.ifa_addr->sa_family == AF_PACKET) return add_link(to, entry.ifa_addr);
    const auto address = address_in(entry.ifa_addr);
    if (!address) return;
    interface_address made{.address = *address};
    if (const auto mask = address_in(entry.ifa_netmask)) made.prefix_len = prefix_len_of(*mask);
    if (to.can_broadcast && address->is_v4()) {
        if (const auto broadcast = address_in(entry.ifa_broadaddr))
            made.broadcast = broadcast->v4();
    }
    to.addresses.push_back(made);
}

std::uint32_t read_mtu(const system_calls& calls, int descriptor, const std::string& name) {
    ifreq request{};
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    if (calls.ioctl(descriptor, SIOCGIFMTU, &request) != 0) return 0;
    return static_cast<std::uint32_t>(request.ifr_mtu);
}

fd udp_socket(const system_calls& calls, ip_family family) {
    return fd(calls.socket(detail::address_family(family), SOCK_DGRAM | SOCK_CLOEXEC, 0), calls);
}

// An interface by name, else by decimal index (RFC 4007 s11.2 lets both name a zone).
io_result<std::uint32_t> zone_index(std::string_view zone, const system_calls& calls) {
    if (auto by_name = interface_index(std::string(zone), calls)) return by_name;
    std::uint32_t index = 0;
    const char* begin = std::to_address(zone.begin());
    const char* end = std::to_address(zone.end());
    const auto read = std::from_chars(begin, end, index);
    if (read.ec != std::errc{} || read.ptr != end || !interface_name_of(index, calls)) {
        return refused("if_nametoindex", ENODEV);
    }
    return index;
}

}  // namespace

io_result<std::vector<network_interface>> list_interfaces(const system_calls& calls) {
    ifaddrs* list = nullptr;
    if (calls.getifaddrs(&list) != 0) return refused("getifaddrs", errno);
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, calls.freeifaddrs);
    std::map<std::string, network_interface> by_name;
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_name != nullptr) add_entry(by_name[entry->ifa_name], *entry);
    }
    const fd asking = udp_socket(calls, ip_family::v4);
    std::vector<network_interface> found;
    for (auto& [name, each] : by_name) {
        each.name = name;
        each.index = interface_index(name, calls).value_or(0);
        if (asking.is_open()) each.mtu = read_mtu(calls, asking.number(), name);
        found.push_back(std::move(each));
    }
    std::sort(
        found.begin(), found.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
    return found;
}

io_result<std::uint32_t> interface_index(const std::string& name, const system_calls& calls) {
    if (name.size() >= IF_NAMESIZE) return refused("if_nametoindex", ENAMETOOLONG);
    const unsigned index = calls.if_nametoindex(name.c_str());
    if (index == 0) return refused("if_nametoindex", errno);
    return index;
}

io_result<std::string> interface_name_of(std::uint32_t index, const system_calls& calls) {
    std::array<char, IF_NAMESIZE> name{};
    if (calls.if_indextoname(index, name.data()) == nullptr)
        return refused("if_indextoname", errno);
    return std::string(name.data());
}

io_result<ip_address> parse_scoped_address(std::string_view text, const system_calls& calls) {
    const std::size_t mark = text.find('%');
    const auto address = ip_address::parse(text.substr(0, mark));
    if (!address) return refused("parse", EINVAL);
    if (mark == std::string_view::npos) return *address;
    const bool takes_zone =
        address->is_v6() && (address->v6().is_link_local() || address->is_multicast());
    if (!takes_zone) return refused("parse", EINVAL);
    return zone_index(text.substr(mark + 1), calls).map([&](std::uint32_t index) {
        return ip_address(address->v6(), index);
    });
}

std::string to_scoped_string(const ip_address& address, const system_calls& calls) {
    if (address.zone() == 0) return to_string(address);
    const auto name = interface_name_of(address.zone(), calls);
    return name ? to_string(address.v6()) + "%" + *name : to_string(address);
}

io_result<route_facts> look_up_route(const route_query& query, const system_calls& calls) {
    const ip_family family = query.destination.family();
    if (query.source && query.source->family() != family) {
        return refused("bind", EAFNOSUPPORT, *query.source);
    }
    const fd asking = udp_socket(calls, family);
    if (!asking.is_open()) return refused("socket(SOCK_DGRAM)", errno, query.destination);
    const int number = asking.number();
    if (!query.interface.empty() &&
        calls.setsockopt(number,
                         SOL_SOCKET,
                         SO_BINDTODEVICE,
                         query.interface.c_str(),
                         static_cast<socklen_t>(query.interface.size())) != 0) {
        return refused("setsockopt(SO_BINDTODEVICE)", errno);
    }
    if (query.mark &&
        calls.setsockopt(number, SOL_SOCKET, SO_MARK, &*query.mark, sizeof *query.mark) != 0) {
        return refused("setsockopt(SO_MARK)", errno);
    }
    const int allowed = 1;  // asking about a broadcast address sends nothing there
    static_cast<void>(calls.setsockopt(number, SOL_SOCKET, SO_BROADCAST, &allowed, sizeof allowed));
    if (query.source) {
        const detail::socket_address local(endpoint{*query.source, 0});
        if (calls.bind(number, local.get(), local.len) != 0)
            return refused("bind", errno, *query.source);
    }
    constexpr std::uint16_t discard = 9;  // some port must be named; nothing is sent
    const detail::socket_address peer(endpoint{query.destination, discard});
    if (calls.connect(number, peer.get(), peer.len) != 0) {
        return refused("connect", errno, query.destination);
    }
    detail::socket_address local;
    local.reset();
    if (calls.getsockname(number, local.get(), &local.len) != 0)
        return refused("getsockname", errno);
    route_facts facts;
    if (const auto chosen = detail::read_endpoint(local.get(), local.len))
        facts.source = chosen->address;
    int mtu = 0;
    socklen_t len = sizeof mtu;
    const bool is_v4 = family == ip_family::v4;
    if (calls.getsockopt(
            number, is_v4 ? IPPROTO_IP : IPPROTO_IPV6, is_v4 ? IP_MTU : IPV6_MTU, &mtu, &len) ==
        0) {
        facts.mtu = static_cast<std::uint32_t>(mtu);
    }
    return facts;
}

}  // namespace sonde::inline v0
