#pragma once
/// An IP datagram read down to its transport: one straight walk, no allocation, never throws. A cut
/// or broken datagram gives the facts whose octets exist, and why reading stopped.

#include <cstdint>
#include <optional>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/result.hpp>

namespace sonde::inline v0 {

struct datagram {
    ip_address source{};
    ip_address destination{};
    std::uint8_t protocol = 0;         // of the transport, behind IPv6 extension headers
    std::uint8_t hop_limit = 0;        // IPv4: time to live
    std::uint8_t traffic_class = 0;    // IPv4: DSCP and ECN
    std::uint16_t identification = 0;  // IPv4; 0 for IPv6
    std::uint32_t flow_label = 0;      // IPv6
    bool dont_fragment = false;        // IPv4
    bool more_fragments = false;
    std::uint16_t fragment_offset =
        0;                         // octets; not 0: the transport header is in another fragment
    std::uint32_t total_len = 0;   // octets, declared, header included
    std::uint32_t header_len = 0;  // octets to the transport, extension headers included
    bytes_view transport{};        // captured, without padding; of a later fragment: its middle
    std::optional<parse_error> stopped{};  // why the walk ended before the transport
};

/// Reads IPv4 or IPv6, by the version. Borrows `octets`.
/// Errors: truncated, bad_version, bad_length (when not even the addresses could be read).
[[nodiscard]] SONDE_API result<datagram> read_datagram(
    bytes_view octets SONDE_LIFETIMEBOUND) noexcept;

}  // namespace sonde::inline v0
