#pragma once
/// What an ICMP error means for a probe, by type and code of its family.

#include <sonde/probe/session.hpp>
#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmpv6.hpp>

namespace sonde::inline v0::detail {

[[nodiscard]] inline bool is_error(const answer& reply) noexcept {
    return reply.kind == answer_kind::icmp_error;
}

/// Redirect and source quench tell something about the path; the probe is still under way.
[[nodiscard]] inline bool is_notice(const answer& reply, ip_family family) noexcept {
    if (!is_error(reply)) return false;
    if (family == ip_family::v6)
        return reply.type == static_cast<std::uint8_t>(icmpv6_type::redirect);
    return reply.type == static_cast<std::uint8_t>(icmp_type::redirect) ||
           reply.type == static_cast<std::uint8_t>(icmp_type::source_quench);
}

[[nodiscard]] inline bool is_time_exceeded(const answer& reply, ip_family family) noexcept {
    return is_error(reply) &&
           reply.type == (family == ip_family::v4
                              ? static_cast<std::uint8_t>(icmp_type::time_exceeded)
                              : static_cast<std::uint8_t>(icmpv6_type::time_exceeded));
}

/// That a probe can go no further: unreachable, or too big for the next link (which IPv4 has among
/// its unreachables and IPv6 as a type of its own).
[[nodiscard]] inline bool is_unreachable(const answer& reply, ip_family family) noexcept {
    if (!is_error(reply)) return false;
    if (family == ip_family::v4) {
        return reply.type == static_cast<std::uint8_t>(icmp_type::destination_unreachable);
    }
    return reply.type == static_cast<std::uint8_t>(icmpv6_type::destination_unreachable) ||
           reply.type == static_cast<std::uint8_t>(icmpv6_type::packet_too_big);
}

}  // namespace sonde::inline v0::detail
