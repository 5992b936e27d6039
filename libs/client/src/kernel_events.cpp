#include "kernel_events.hpp"

#include <cerrno>

#include <sonde/packet/datagram.hpp>
#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmpv6.hpp>

namespace sonde::inline v0::detail {
namespace {

constexpr std::uint8_t icmp_number = 1;
constexpr std::uint8_t tcp_number = 6;
constexpr std::uint8_t udp_number = 17;
constexpr std::uint8_t icmpv6_number = 58;

template <class Strong>
std::optional<std::uint8_t> plain(const std::optional<Strong>& value) {
    if (!value) return std::nullopt;
    return value->value;
}

// sock_extended_err (ip(7)): `info` is the MTU, the pointer or the gateway, by type.
void read_icmpv4_info(icmp_error& out, std::uint32_t info) {
    switch (icmp_type{out.type}) {
        case icmp_type::destination_unreachable:
            if (icmp_unreachable_code{out.code} == icmp_unreachable_code::fragmentation_needed) {
                out.mtu = info;
            }
            break;
        case icmp_type::parameter_problem:
            out.pointer = info;
            break;
        case icmp_type::redirect:
            out.gateway = ipv4_address{info};
            break;
        default:
            break;
    }
}

void read_icmpv6_info(icmp_error& out, std::uint32_t info) {
    switch (icmpv6_type{out.type}) {
        case icmpv6_type::packet_too_big:
            out.mtu = info;
            break;
        case icmpv6_type::parameter_problem:
            out.pointer = info;
            break;
        default:
            break;
    }
}

// What this host's kernel refused has no type: it gets the one that a router would have sent.
void read_local(icmp_error& out, const received_error& in, ip_family family) {
    const bool v4 = family == ip_family::v4;
    out.local = true;
    if (in.code_errno == EMSGSIZE) {
        out.type = static_cast<std::uint8_t>(v4 ? 3 : 2);
        out.code = static_cast<std::uint8_t>(v4 ? 4 : 0);
        out.mtu = in.info;
        return;
    }
    out.type = static_cast<std::uint8_t>(v4 ? 3 : 1);
    const bool host = in.code_errno == EHOSTUNREACH;
    out.code = static_cast<std::uint8_t>(v4 ? (host ? 1 : 0) : (host ? 3 : 0));
}

void read_quote(icmp_error& out, const received_error& in, socket_kind kind, ip_family family) {
    const bool is_raw = kind == socket_kind::icmp_raw || kind == socket_kind::tcp_raw;
    if (kind == socket_kind::udp) {
        out.quoted_payload = in.quoted;
    } else if (is_raw && family == ip_family::v4) {
        const auto datagram = read_datagram(in.quoted);
        if (datagram) out.quoted_transport = datagram->transport;
    } else {
        out.quoted_transport = in.quoted;
    }
}

}  // namespace

std::uint8_t protocol_of(socket_kind kind, ip_family family) noexcept {
    switch (kind) {
        case socket_kind::udp:
            return udp_number;
        case socket_kind::tcp_raw:
            return tcp_number;
        case socket_kind::icmp_raw:
        case socket_kind::icmp_dgram:
            break;
    }
    return family == ip_family::v4 ? icmp_number : icmpv6_number;
}

receive_facts facts_of(const received_datagram& in, std::uint8_t protocol, mono_time now) {
    return {.source = in.source.address,
            .protocol = protocol,
            .at = now,
            .kernel = in.received,
            .hop_limit = plain(in.hop_limit),
            .traffic_class = in.traffic_class};
}

receive_facts facts_of(const received_error& in, std::uint8_t protocol, mono_time now) {
    return {.source = in.offender.value_or(ip_address{}),
            .protocol = protocol,
            .at = now,
            .kernel = in.received,
            .hop_limit = plain(in.hop_limit),
            .traffic_class = in.traffic_class};
}

bool is_icmp_error(bytes_view message, ip_family family) noexcept {
    if (message.empty()) return false;
    constexpr std::uint8_t icmpv6_informational = 128;  // RFC 4443 s2.1
    return family == ip_family::v4 ? is_error(icmp_type{message[0]})
                                   : message[0] < icmpv6_informational;
}

std::optional<icmp_error> error_of(const received_error& in, socket_kind kind, ip_family family) {
    icmp_error made{.from = in.offender.value_or(ip_address{}),
                    .type = in.type,
                    .code = in.code,
                    .quoted_protocol = protocol_of(kind, family),
                    .quoted_destination = in.destination.address,
                    .quoted_destination_port = in.destination.port,
                    .extension = in.extensions};
    switch (in.origin) {
        case error_origin::local:
            read_local(made, in, family);
            break;
        case error_origin::icmp:
            read_icmpv4_info(made, in.info);
            break;
        case error_origin::icmpv6:
            read_icmpv6_info(made, in.info);
            break;
        case error_origin::other:
            return std::nullopt;
    }
    read_quote(made, in, kind, family);
    return made;
}

}  // namespace sonde::inline v0::detail
