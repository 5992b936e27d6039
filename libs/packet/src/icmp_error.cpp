#include <sonde/packet/datagram.hpp>
#include <sonde/packet/icmp_error.hpp>
#include <sonde/wire/network/icmp_destination_unreachable.hpp>
#include <sonde/wire/network/icmp_parameter_problem.hpp>
#include <sonde/wire/network/icmp_redirect.hpp>
#include <sonde/wire/network/icmp_time_exceeded.hpp>
#include <sonde/wire/network/icmpv6_destination_unreachable.hpp>
#include <sonde/wire/network/icmpv6_packet_too_big.hpp>
#include <sonde/wire/network/icmpv6_parameter_problem.hpp>
#include <sonde/wire/network/icmpv6_time_exceeded.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/network/nd_messages.hpp>
#include <sonde/wire/network/nd_options.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::size_t common_len =
    8;  // octets before the quote in every error but redirect (ICMPv6)
constexpr std::size_t ports_len = 4;  // octets: UDP and TCP begin with both ports

/// The quoted transport as far as it is quoted. A length field that contradicts the header around
/// it was damaged on the way (some routers write it in their own byte order): it bounds nothing.
bytes_view transport_of(const datagram& quoted, bytes_view octets) noexcept {
    if (quoted.fragment_offset != 0) return {};  // the middle of something
    if (!quoted.stopped) return quoted.transport;
    const bool length_lies = quoted.stopped->reason == parse_reason::bad_length &&
                             quoted.stopped->limit == limit_field::total_length;
    return length_lies ? octets.subspan(quoted.header_len) : bytes_view{};
}

void read_ports(icmp_error& seen) noexcept {
    const auto protocol = ip_protocol{seen.quoted_protocol};
    const bool has_ports = protocol == ip_protocol::udp || protocol == ip_protocol::tcp;
    if (!has_ports || seen.quoted_transport.size() < ports_len) return;
    seen.quoted_destination_port = be16_at(seen.quoted_transport, 2);
    if (protocol != ip_protocol::udp) return;
    if (const auto header = udp::view::parse(seen.quoted_transport)) {
        seen.quoted_payload = header->data();
    }
}

/// Fills in what the quoted datagram says. Nothing when it is of another family or not even its
/// addresses are there.
void read_quoted(icmp_error& seen, bytes_view octets, ip_family family) noexcept {
    const auto quoted = read_datagram(octets);
    if (!quoted || quoted->source.family() != family) return;
    seen.quoted_protocol = quoted->protocol;
    seen.quoted_destination = quoted->destination;
    seen.quoted = quoted_ip{.source = quoted->source,
                            .hop_limit = quoted->hop_limit,
                            .traffic_class = quoted->traffic_class,
                            .identification = quoted->identification,
                            .total_len = static_cast<std::uint16_t>(quoted->total_len)};
    seen.quoted_transport = transport_of(*quoted, octets);
    read_ports(seen);
}

/// Takes the quote and the extension structure of a message that RFC 4884 extends.
template <class View>
bytes_view take_extension(icmp_error& seen, const View& message) noexcept {
    const icmp_quote split = message.quote();
    seen.extension = split.extension;
    seen.extension_compliant = split.extension.empty() || message.length_words() != 0;
    return split.datagram;
}

/// The quoted datagram of an ICMP error, with the facts that its type adds.
bytes_view read_v4(icmp_error& seen, bytes_view octets) noexcept {
    switch (icmp_type{seen.type}) {
        case icmp_type::destination_unreachable: {
            const auto message = icmp_destination_unreachable::view::parse(octets);
            if (!message) return {};
            const auto needed = icmp_unreachable_code::fragmentation_needed;
            if (icmp_unreachable_code{seen.code} == needed) seen.mtu = message->next_hop_mtu();
            return take_extension(seen, *message);
        }
        case icmp_type::time_exceeded: {
            const auto message = icmp_time_exceeded::view::parse(octets);
            return message ? take_extension(seen, *message) : bytes_view{};
        }
        case icmp_type::parameter_problem: {
            const auto message = icmp_parameter_problem::view::parse(octets);
            if (!message) return {};
            seen.pointer = message->pointer();
            return take_extension(seen, *message);
        }
        case icmp_type::redirect: {
            const auto message = icmp_redirect::view::parse(octets);
            if (!message) return {};
            seen.gateway = message->gateway_internet_address();
            return message->quoted();
        }
        default:
            return octets.size() < common_len ? bytes_view{} : octets.subspan(common_len);
    }
}

/// The redirected packet, when the router added it (RFC 4861 s4.6.3).
bytes_view read_redirect(icmp_error& seen, bytes_view octets) noexcept {
    const auto message = nd_redirect::view::parse(octets);
    if (!message) return {};
    seen.gateway = message->target_address();
    seen.quoted_destination = message->destination_address();
    for (const nd_option& option : message->options()) {
        if (const auto header = nd_redirected_header::read(option)) return header->packet;
    }
    return {};
}

bytes_view read_v6(icmp_error& seen, bytes_view octets) noexcept {
    switch (icmpv6_type{seen.type}) {
        case icmpv6_type::destination_unreachable: {
            const auto message = icmpv6_destination_unreachable::view::parse(octets);
            return message ? take_extension(seen, *message) : bytes_view{};
        }
        case icmpv6_type::time_exceeded: {
            const auto message = icmpv6_time_exceeded::view::parse(octets);
            return message ? take_extension(seen, *message) : bytes_view{};
        }
        case icmpv6_type::packet_too_big: {
            const auto message = icmpv6_packet_too_big::view::parse(octets);
            if (!message) return {};
            seen.mtu = message->mtu();
            return message->quoted();
        }
        case icmpv6_type::parameter_problem: {
            const auto message = icmpv6_parameter_problem::view::parse(octets);
            if (!message) return {};
            seen.pointer = message->pointer();
            return message->quoted();
        }
        case icmpv6_type::redirect:
            return read_redirect(seen, octets);
        default:
            return octets.size() < common_len ? bytes_view{} : octets.subspan(common_len);
    }
}

/// Which types report something about a datagram that they quote. ICMPv6 errors of unknown type go
/// to whoever sent it as well (RFC 4443 s2.4 (a)); a redirect is informational by number only.
bool quotes_a_datagram(std::uint8_t type, ip_family family) noexcept {
    if (family == ip_family::v6) {
        return is_error(icmpv6_type{type}) || icmpv6_type{type} == icmpv6_type::redirect;
    }
    switch (icmp_type{type}) {
        case icmp_type::destination_unreachable:
        case icmp_type::source_quench:
        case icmp_type::redirect:
        case icmp_type::time_exceeded:
        case icmp_type::parameter_problem:
            return true;
        default:
            return false;
    }
}

}  // namespace

result<icmp_error> read_icmp_error(bytes_view octets, ip_family family) noexcept {
    const layer at = family == ip_family::v4 ? layer::icmp : layer::icmpv6;
    const auto common = icmp::view::parse(octets);  // ICMPv6 has the same first four octets
    if (!common) return truncated(at, icmp::header_len, octets.size());
    icmp_error seen;
    seen.type = octets[0];
    seen.code = octets[1];
    if (!quotes_a_datagram(seen.type, family)) {
        return malformed({.reason = parse_reason::not_this_message, .at = at});
    }
    read_quoted(
        seen, family == ip_family::v4 ? read_v4(seen, octets) : read_v6(seen, octets), family);
    return seen;
}

}  // namespace sonde::inline v0
