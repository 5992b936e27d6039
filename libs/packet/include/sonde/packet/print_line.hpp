#pragma once
/// One line a packet, in the words of tcpdump -nn, so that eyes and scripts that know those need
/// not learn others.
///
///     std::string line;
///     for (const record& r : file) {
///         line.clear();
///         append_line(line, {.octets = r.octets, .original_len = r.original_len});
///         use(line);   // IP 192.0.2.1.40000 > 198.51.100.7.443: tcp 517
///     }

#include <string>

#include <sonde/packet/print.hpp>

namespace sonde::inline v0 {

struct line_options {
    bool full = false;    // TCP with flags and options, DNS, DHCP: tcpdump -nn rather than -nn -q
    bool link = false;    // link addresses first, as tcpdump -e
    bool quotes = false;  // behind an ICMP error, what it is about
};

/// Appends one line, without a line feed. Sequence numbers are absolute, as tcpdump -S has them: a
/// line knows no other packet. VLAN tags stand before the network layer; of tunnels, the outer
/// layers before the inner ones. Where the capture cuts a layer, "[|tcp]" says so.
SONDE_API void append_line(std::string& out, const printed_frame& frame,
                           const line_options& options = {});

}  // namespace sonde::inline v0
