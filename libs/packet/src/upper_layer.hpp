#pragma once
/// The least that must be there of what an IP datagram carries, to tell its headers whole.

#include <algorithm>
#include <cstddef>

#include <sonde/base/octets.hpp>
#include <sonde/wire/network/ip_protocol.hpp>

namespace sonde::inline v0::detail {

/// Octets of the upper layer's header that begins `octets`; zero for one that is not known here.
[[nodiscard]] inline std::size_t upper_header_len(ip_protocol protocol,
                                                  bytes_view octets) noexcept {
    switch (protocol) {
        case ip_protocol::tcp: {
            constexpr std::size_t fixed = 20;
            if (octets.size() < fixed) return fixed;
            return std::max<std::size_t>(fixed, std::size_t{octets[12]} / 16 * 4);
        }
        case ip_protocol::udp:
        case ip_protocol::udp_lite:
        case ip_protocol::encapsulating_security_payload:
            return 8;
        case ip_protocol::icmpv6:
        case ip_protocol::icmp:
            return 4;  // all that every message has
        case ip_protocol::sctp:
            return 12;
        default:
            return 0;
    }
}

}  // namespace sonde::inline v0::detail
