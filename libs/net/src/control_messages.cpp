#include "control_messages.hpp"

#include <cstring>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/time.h>
#include <time.h>

#include "socket_address.hpp"

namespace sonde::inline v0::detail {
namespace {

// The payload of one control message as a T; none when it is shorter.
template <class T>
std::optional<T> payload_as(const cmsghdr& message, std::size_t offset = 0) noexcept {
    T out{};
    if (message.cmsg_len < CMSG_LEN(offset + sizeof out)) return std::nullopt;
    std::memcpy(&out, CMSG_DATA(&message) + offset, sizeof out);
    return out;
}

// None for the zero that means "no stamp", and for what 64 bits of nanoseconds cannot hold.
std::optional<nanoseconds> duration_of(const timespec& at) noexcept {
    constexpr time_t seconds_max = 9'000'000'000;  // the year 2255
    constexpr long nanoseconds_in_second = 1'000'000'000;
    if (at.tv_sec == 0 && at.tv_nsec == 0) return std::nullopt;
    if (at.tv_sec < 0 || at.tv_sec > seconds_max) return std::nullopt;
    if (at.tv_nsec < 0 || at.tv_nsec >= nanoseconds_in_second) return std::nullopt;
    return std::chrono::seconds(at.tv_sec) + nanoseconds(at.tv_nsec);
}

void read_stamps(const cmsghdr& message, control_in& out) noexcept {
    const auto stamps = payload_as<std::array<timespec, 3>>(message);
    if (!stamps) return;
    if (const auto software = duration_of((*stamps)[0])) out.stamped = wall_time(*software);
    out.hardware = duration_of((*stamps)[2]);
}

error_origin origin_of(std::uint8_t kernel_origin) noexcept {
    switch (kernel_origin) {
        case SO_EE_ORIGIN_LOCAL:
            return error_origin::local;
        case SO_EE_ORIGIN_ICMP:
            return error_origin::icmp;
        case SO_EE_ORIGIN_ICMP6:
            return error_origin::icmpv6;
        default:
            return error_origin::other;
    }
}

void read_error(const cmsghdr& message, control_in& out) noexcept {
    const auto seen = payload_as<sock_extended_err>(message);
    if (!seen) return;
    auto& error = out.error.emplace();
    error.origin = origin_of(seen->ee_origin);
    error.is_transmit_stamp = seen->ee_origin == SO_EE_ORIGIN_TIMESTAMPING;
    error.code_errno = static_cast<int>(seen->ee_errno);
    error.type = seen->ee_type;
    error.code = seen->ee_code;
    error.info = seen->ee_info;
    error.stamp_id = seen->ee_data;
    const bool is_icmp = error.origin == error_origin::icmp || error.origin == error_origin::icmpv6;
    if (is_icmp && (seen->ee_rfc4884.flags & SO_EE_RFC4884_FLAG_INVALID) == 0) {
        error.extension_offset = seen->ee_rfc4884.len;
    }
    const std::size_t rest = message.cmsg_len - CMSG_LEN(sizeof(sock_extended_err));
    const auto offender = read_endpoint(CMSG_DATA(&message) + sizeof(sock_extended_err), rest);
    if (offender && !offender->address.is_unspecified()) error.offender = offender->address;
}

void read_ipv4(const cmsghdr& message, control_in& out) noexcept {
    if (message.cmsg_type == IP_TTL) {
        if (const auto seen = payload_as<int>(message)) {
            out.hop_limit = {static_cast<std::uint8_t>(*seen)};
        }
    } else if (message.cmsg_type == IP_TOS) {
        out.traffic_class = payload_as<std::uint8_t>(message);
    } else if (message.cmsg_type == IP_PKTINFO) {
        if (const auto seen = payload_as<in_pktinfo>(message)) {
            out.destination = from_kernel(seen->ipi_addr);
            out.interface_index = static_cast<std::uint32_t>(seen->ipi_ifindex);
        }
    } else if (message.cmsg_type == IP_RECVERR) {
        read_error(message, out);
    }
}

void read_ipv6(const cmsghdr& message, control_in& out) noexcept {
    if (message.cmsg_type == IPV6_HOPLIMIT) {
        if (const auto seen = payload_as<int>(message)) {
            out.hop_limit = {static_cast<std::uint8_t>(*seen)};
        }
    } else if (message.cmsg_type == IPV6_TCLASS) {
        if (const auto seen = payload_as<int>(message)) {
            out.traffic_class = static_cast<std::uint8_t>(*seen);
        }
    } else if (message.cmsg_type == IPV6_PKTINFO) {
        if (const auto seen = payload_as<in6_pktinfo>(message)) {
            out.destination = from_kernel(seen->ipi6_addr, seen->ipi6_ifindex);
            out.interface_index = seen->ipi6_ifindex;
        }
    } else if (message.cmsg_type == IPV6_RECVERR) {
        read_error(message, out);
    }
}

}  // namespace

template <class T>
void control_out::add(int level, int type, T value) noexcept {
    cmsghdr header{};
    header.cmsg_len = CMSG_LEN(sizeof value);
    header.cmsg_level = level;
    header.cmsg_type = type;
    std::memcpy(octets.data() + used, &header, sizeof header);
    std::memcpy(octets.data() + used + CMSG_LEN(0), &value, sizeof value);
    used += CMSG_SPACE(sizeof value);
}

void control_out::fill(ip_family family, const outgoing& packet,
                       std::optional<std::uint32_t> stamp_id) noexcept {
    octets.fill(0);  // the padding between messages goes to the kernel too
    used = 0;
    const bool is_v4 = family == ip_family::v4;
    const int level = is_v4 ? IPPROTO_IP : IPPROTO_IPV6;
    if (packet.hop_limit) add(level, is_v4 ? IP_TTL : IPV6_HOPLIMIT, int{packet.hop_limit->value});
    if (packet.traffic_class) add(level, is_v4 ? IP_TOS : IPV6_TCLASS, int{*packet.traffic_class});
    if (stamp_id) add(SOL_SOCKET, stamp_id_option, *stamp_id);
}

void control_out::attach_to(msghdr& message) noexcept {
    message.msg_control = used == 0 ? nullptr : octets.data();
    message.msg_controllen = used;
}

control_in read_control(const msghdr& message) noexcept {
    control_in out;
    msghdr cursor = message;  // the macros want it writable
    const auto* const start = static_cast<const std::uint8_t*>(message.msg_control);
    for (cmsghdr* at = CMSG_FIRSTHDR(&cursor); at != nullptr; at = CMSG_NXTHDR(&cursor, at)) {
        // glibc's macros look at the length of every message but the first.
        const void* const here = at;
        const auto offset = static_cast<const std::uint8_t*>(here) - start;
        if (at->cmsg_len > message.msg_controllen - static_cast<std::size_t>(offset)) break;
        if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SCM_TIMESTAMPING) {
            read_stamps(*at, out);
        } else if (at->cmsg_level == IPPROTO_IP) {
            read_ipv4(*at, out);
        } else if (at->cmsg_level == IPPROTO_IPV6) {
            read_ipv6(*at, out);
        }
    }
    return out;
}

}  // namespace sonde::inline v0::detail
