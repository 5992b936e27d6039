#pragma once
/// Every protocol, as a list of types: what loops over all of them is made from it. Heavy: for
/// sources, not for headers.

#include <sonde/wire/application/dhcp.hpp>
#include <sonde/wire/application/dns.hpp>
#include <sonde/wire/application/dns_over_tcp.hpp>
#include <sonde/wire/link/arp.hpp>
#include <sonde/wire/link/cisco_hdlc.hpp>
#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/link/llc.hpp>
#include <sonde/wire/link/null.hpp>
#include <sonde/wire/link/ppp.hpp>
#include <sonde/wire/link/pppoe.hpp>
#include <sonde/wire/link/sll.hpp>
#include <sonde/wire/link/vlan.hpp>
#include <sonde/wire/network/gre.hpp>
#include <sonde/wire/network/icmp_address_mask.hpp>
#include <sonde/wire/network/icmp_destination_unreachable.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmp_extended_echo.hpp>
#include <sonde/wire/network/icmp_information.hpp>
#include <sonde/wire/network/icmp_parameter_problem.hpp>
#include <sonde/wire/network/icmp_photuris.hpp>
#include <sonde/wire/network/icmp_redirect.hpp>
#include <sonde/wire/network/icmp_router_advertisement.hpp>
#include <sonde/wire/network/icmp_router_solicitation.hpp>
#include <sonde/wire/network/icmp_source_quench.hpp>
#include <sonde/wire/network/icmp_time_exceeded.hpp>
#include <sonde/wire/network/icmp_timestamp.hpp>
#include <sonde/wire/network/icmpv6_destination_unreachable.hpp>
#include <sonde/wire/network/icmpv6_echo.hpp>
#include <sonde/wire/network/icmpv6_extended_echo.hpp>
#include <sonde/wire/network/icmpv6_packet_too_big.hpp>
#include <sonde/wire/network/icmpv6_parameter_problem.hpp>
#include <sonde/wire/network/icmpv6_time_exceeded.hpp>
#include <sonde/wire/network/igmp.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/network/mld.hpp>
#include <sonde/wire/network/mpls.hpp>
#include <sonde/wire/network/nd_messages.hpp>
#include <sonde/wire/transport/geneve.hpp>
#include <sonde/wire/transport/sctp.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>
#include <sonde/wire/transport/udp_lite.hpp>
#include <sonde/wire/transport/vxlan.hpp>

namespace sonde::inline v0 {

template <class... Ts>
struct protocol_list {
    /// Calls `each.template operator()<T>()` for every protocol.
    template <class Each>
    static constexpr void for_each(Each&& each) {
        (each.template operator()<Ts>(), ...);
    }
    static constexpr std::size_t size = sizeof...(Ts);
};

namespace detail {
template <class Ignored, class... Ts>
using without_first = protocol_list<Ts...>;
#define SONDE_AS_TYPE(name) , name
using all_protocols = without_first<void SONDE_PROTOCOLS(SONDE_AS_TYPE)>;
#undef SONDE_AS_TYPE
}  // namespace detail

/// In the order of layer.hpp.
using all_protocols = detail::all_protocols;

}  // namespace sonde::inline v0
