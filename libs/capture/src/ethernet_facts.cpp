#include "ethernet_facts.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <linux/if_ether.h>
#include <linux/sockios.h>
#include <net/if_arp.h>

namespace sonde::inline v0::detail {

live_result<ethernet_facts> learn_ethernet(const std::string& interface,
                                           const packet_calls& calls) {
    // Not the carrier's own socket: XDP sockets take no such questions.
    const owned_fd asked(calls.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), calls);
    if (!asked.is_open()) return refusal("socket(AF_INET)", errno, interface);
    const int socket = asked.number();
    const auto index = index_of_interface(interface, calls);
    if (!index) return tl::unexpected(index.error());
    std::array<char, IF_NAMESIZE> name{};
    const bool named = calls.if_indextoname(*index, name.data()) != nullptr;
    ethernet_facts made{.name = named ? name.data() : interface, .index = *index};
    ifreq request{};
    std::ranges::copy(made.name.substr(0, IF_NAMESIZE - 1), std::begin(request.ifr_name));
    if (calls.ioctl(socket, SIOCGIFHWADDR, &request) != 0) {
        return refusal("ioctl(SIOCGIFHWADDR)", errno, made.name);
    }
    if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER) {
        return tl::unexpected(
            live_error{"open", EINVAL, made.name, "its frames have no Ethernet header"});
    }
    if (calls.ioctl(socket, SIOCGIFFLAGS, &request) != 0) {
        return refusal("ioctl(SIOCGIFFLAGS)", errno, made.name);
    }
    if ((request.ifr_flags & IFF_UP) == 0) return refusal("open", ENETDOWN, made.name);
    if (calls.ioctl(socket, SIOCGIFMTU, &request) != 0) {
        return refusal("ioctl(SIOCGIFMTU)", errno, made.name);
    }
    made.frame_len_max = static_cast<std::size_t>(std::max(request.ifr_mtu, 0)) + ETH_HLEN;
    return made;
}

}  // namespace sonde::inline v0::detail
