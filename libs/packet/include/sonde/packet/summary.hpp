#pragma once
/// One line about one datagram, as dense as tcpdump's: for error texts, tests and people who debug.

#include <string>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>

namespace sonde::inline v0 {

/// A full line (print_line.hpp) of a datagram without a link layer, with what ICMP errors quote:
/// "IP 10.0.0.1.40000 > 192.0.2.9.33434: UDP, length 32",
/// "IP6 2001:db8::1 > 2001:db8::9: ICMP6, echo request, id 7, seq 1, length 64",
/// "IP 10.0.3.1 > 10.0.0.1: ICMP time exceeded in-transit, length 36, quoting IP 10.0.0.1.40000 >
/// 192.0.2.9.33434: UDP, length 4 (ttl 1)". Any octets are fine, and every line is printable ASCII.
[[nodiscard]] SONDE_API std::string summary(bytes_view ip_datagram);

}  // namespace sonde::inline v0
