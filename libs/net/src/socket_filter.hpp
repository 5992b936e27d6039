#pragma once
/// Classic BPF programs (filter.h of the kernel) for raw sockets, so that a busy host does not wake
/// us for every ICMP message and every TCP segment it receives.
///
/// ICMP passes when it is an answer with our identifier (echo reply, extended echo reply, and over
/// IPv4 the replies to timestamp, information and address mask requests), or an error that quotes
/// an ICMP message with our identifier. An IPv6 error whose quote has extension headers passes
/// unseen: walking them is the dissector's work. TCP passes when it is for our port.

#include <cstdint>
#include <linux/filter.h>
#include <vector>

#include <sonde/base/address.hpp>

namespace sonde::inline v0::detail {

using filter_program = std::vector<sock_filter>;

/// Over IPv4 a raw socket's filter sees the packet from the IP header on, over IPv6 from the ICMPv6
/// or TCP header on.
[[nodiscard]] filter_program icmp_filter(ip_family family, std::uint16_t identifier);
[[nodiscard]] filter_program tcp_filter(ip_family family, std::uint16_t port);

}  // namespace sonde::inline v0::detail
