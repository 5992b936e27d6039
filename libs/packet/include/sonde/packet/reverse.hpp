#pragma once
/// A packet turned around in place, for whoever answers what arrived.

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/wire/link/link_type.hpp>

namespace sonde::inline v0 {

/// What was swapped.
struct reversed_layers {
    bool link = false;       // Ethernet source and destination
    bool network = false;    // IPv4, IPv6 or ARP: the two ends
    bool transport = false;  // ports of TCP, UDP, UDP-Lite, DCCP, SCTP
};

/// Swaps source and destination of Ethernet, of the outermost IPv4 or IPv6 header (of ARP, sender
/// and target), and the ports behind it. The Internet checksum does not mind two words that change
/// places; where a routing header makes it see another destination (RFC 8200 s8.1), it is patched.
/// SCTP's CRC-32C does mind, and moves by as much as the swap moves the right one. So right
/// checksums stay right, and wrong ones wrong, also where octets were not captured. A later
/// fragment has no ports; the first one of SCTP keeps them: its checksum is over the others too.
SONDE_API reversed_layers reverse_addresses(bytes_mut frame, link_type link) noexcept;

}  // namespace sonde::inline v0
