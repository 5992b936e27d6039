#pragma once
/// One line about one datagram, as dense as tcpdump's: for error texts, tests and people who debug.

#include <string>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>

namespace sonde::inline v0 {

/// "IP 10.0.0.1.40000 > 192.0.2.9.33434: UDP, length 32",
/// "IP6 2001:db8::1 > 2001:db8::9: ICMP6, echo request, id 7, seq 1, length 64",
/// "IP 10.0.3.1 > 10.0.0.1: ICMP Time Exceeded, Time to Live exceeded in Transit, of 10.0.0.1.40000
/// > 192.0.2.9.33434: UDP, hop limit 1, length 68". Lengths are those of the transport's data for
/// UDP and TCP, of the message for ICMP. Any octets are fine: what cannot be read is said in the
/// line, and every line is printable ASCII.
[[nodiscard]] SONDE_API std::string summary(bytes_view ip_datagram);

}  // namespace sonde::inline v0
