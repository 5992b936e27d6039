#include <array>
#include <string>
#include <string_view>

#include <sonde/packet/datagram.hpp>
#include <sonde/packet/icmp_error.hpp>
#include <sonde/packet/summary.hpp>
#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmpv6.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde::inline v0 {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

bool has_ports(std::uint8_t protocol) noexcept {
    return ip_protocol{protocol} == ip_protocol::udp || ip_protocol{protocol} == ip_protocol::tcp;
}

/// "10.0.0.1.40000 > 192.0.2.9.33434", without ports where there are none.
std::string endpoints(const ip_address& source, const ip_address& destination,
                      std::uint8_t protocol, bytes_view transport) {
    std::string from = to_string(source);
    std::string to = to_string(destination);
    if (has_ports(protocol) && transport.size() >= 4) {
        from += '.' + number(be16_at(transport, 0));
        to += '.' + number(be16_at(transport, 2));
    }
    return from + " > " + to;
}

std::string protocol_text(std::uint8_t protocol) {
    switch (ip_protocol{protocol}) {
        case ip_protocol::icmp:
            return "ICMP";
        case ip_protocol::icmpv6:
            return "ICMP6";
        case ip_protocol::udp:
            return "UDP";
        case ip_protocol::tcp:
            return "TCP";
        default:
            break;
    }
    const std::string_view name = to_string(ip_protocol{protocol});
    return name.empty() ? "protocol " + number(protocol) : std::string(name);
}

/// "Time Exceeded, Time to Live exceeded in Transit", or numbers for what has no name.
std::string type_and_code(std::uint8_t type, std::uint8_t code, ip_family family) {
    const bool v4 = family == ip_family::v4;
    const std::string_view name = v4 ? to_string(icmp_type{type}) : to_string(icmpv6_type{type});
    const std::string_view meaning =
        v4 ? icmp_code_name(icmp_type{type}, code) : icmpv6_code_name(icmpv6_type{type}, code);
    std::string text = name.empty() ? "type " + number(type) : std::string(name);
    text += ", ";
    text += meaning.empty() ? "code " + number(code) : std::string(meaning);
    return text;
}

std::string error_text(const icmp_error& seen, ip_family family) {
    std::string text = type_and_code(seen.type, seen.code, family);
    if (seen.mtu != 0) text += ", mtu " + number(seen.mtu);
    if (seen.pointer != 0) text += ", pointer " + number(seen.pointer);
    if (!seen.gateway.is_unspecified()) text += ", to " + to_string(seen.gateway);
    if (!seen.quoted) return text + ", nothing readable quoted";
    text += ", of " + endpoints(seen.quoted->source,
                                seen.quoted_destination,
                                seen.quoted_protocol,
                                seen.quoted_transport);
    text += ": " + protocol_text(seen.quoted_protocol);
    text += ", hop limit " + number(seen.quoted->hop_limit);
    if (!seen.extension.empty()) {
        text += ", extension of " + number(seen.extension.size()) + " octets";
    }
    return text;
}

bool is_echo(std::uint8_t type, ip_family family) noexcept {
    if (family == ip_family::v6) {
        return icmpv6_type{type} == icmpv6_type::echo_request ||
               icmpv6_type{type} == icmpv6_type::echo_reply;
    }
    return icmp_type{type} == icmp_type::echo || icmp_type{type} == icmp_type::echo_reply;
}

bool is_echo_reply(std::uint8_t type, ip_family family) noexcept {
    return family == ip_family::v6 ? icmpv6_type{type} == icmpv6_type::echo_reply
                                   : icmp_type{type} == icmp_type::echo_reply;
}

std::string icmp_text(bytes_view message, ip_family family) {
    std::string text = family == ip_family::v4 ? "ICMP " : "ICMP6, ";
    const std::string length = ", length " + number(message.size());
    if (message.size() < icmp::header_len) return text + "cut" + length;
    const std::uint8_t type = message[0];
    // An echo of ICMPv6 lies as one of ICMP.
    if (const auto echo = icmp_echo::view::parse(message); echo && is_echo(type, family)) {
        text += is_echo_reply(type, family) ? "echo reply" : "echo request";
        return text + ", id " + number(echo->identifier()) + ", seq " +
               number(echo->sequence_number()) + length;
    }
    if (const auto seen = read_icmp_error(message, family)) {
        return text + error_text(*seen, family) + length;
    }
    return text + type_and_code(type, message[1], family) + length;
}

/// "S.", "F.", "P.": one letter a flag and a dot for ACK, as tcpdump has it.
std::string flag_letters(tcp_flags flags) {
    struct letter {
        tcp_flags flag;
        char text;
    };
    constexpr std::array letters{letter{tcp_flags::fin, 'F'},
                                 letter{tcp_flags::syn, 'S'},
                                 letter{tcp_flags::rst, 'R'},
                                 letter{tcp_flags::psh, 'P'},
                                 letter{tcp_flags::urg, 'U'},
                                 letter{tcp_flags::ece, 'E'},
                                 letter{tcp_flags::cwr, 'W'},
                                 letter{tcp_flags::ack, '.'}};
    std::string text;
    for (const letter& one : letters) {
        if (has(flags, one.flag)) text += one.text;
    }
    return text.empty() ? "none" : text;
}

std::string tcp_text(bytes_view segment) {
    const auto seen = tcp::view::parse(segment);
    if (!seen) return "TCP, cut, length " + number(segment.size());
    std::string text =
        "Flags [" + flag_letters(seen->flags()) + "], seq " + number(seen->sequence_number());
    if (has(seen->flags(), tcp_flags::ack))
        text += ", ack " + number(seen->acknowledgment_number());
    text += ", win " + number(seen->window());
    return text + ", length " + number(seen->data().size());
}

std::string transport_text(const datagram& seen) {
    switch (ip_protocol{seen.protocol}) {
        case ip_protocol::icmp:
            return icmp_text(seen.transport, ip_family::v4);
        case ip_protocol::icmpv6:
            return icmp_text(seen.transport, ip_family::v6);
        case ip_protocol::tcp:
            return tcp_text(seen.transport);
        case ip_protocol::udp: {
            const auto header = udp::view::parse(seen.transport);
            if (!header) return "UDP, cut, length " + number(seen.transport.size());
            return "UDP, length " + number(header->data().size());
        }
        default:
            break;
    }
    return protocol_text(seen.protocol) + ", length " + number(seen.transport.size());
}

}  // namespace

std::string summary(bytes_view ip_datagram) {
    const auto seen = read_datagram(ip_datagram);
    if (!seen) return "IP unreadable: " + to_sentence(seen.error());
    std::string text = seen->source.is_v4() ? "IP " : "IP6 ";
    const bool later_fragment = seen->fragment_offset != 0;
    text += endpoints(seen->source,
                      seen->destination,
                      seen->protocol,
                      later_fragment ? bytes_view{} : seen->transport);
    if (seen->stopped) {
        return text + ": " + protocol_text(seen->protocol) + ", " + to_sentence(*seen->stopped);
    }
    if (later_fragment) {
        return text + ": " + protocol_text(seen->protocol) + ", fragment at " +
               number(seen->fragment_offset) + ", length " + number(seen->transport.size());
    }
    return text + ": " + transport_text(*seen) + (seen->more_fragments ? ", first fragment" : "");
}

}  // namespace sonde::inline v0
