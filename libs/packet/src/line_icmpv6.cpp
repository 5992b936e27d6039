// ICMPv6 in a line: errors, echoes, neighbor discovery, multicast listeners.

#include <array>

#include <sonde/packet/icmp_error.hpp>
#include <sonde/wire/network/icmpv6.hpp>

#include "line_state.hpp"

namespace sonde::inline v0::detail {
namespace {

void address(text_writer& out, const ip_address& one) { out.ipv6(one.v6().octets); }

void port_text(text_writer& out, const icmp_error& error) {
    const ip_protocol protocol{error.quoted_protocol};
    out.put("unreachable port, ");
    address(out, error.quoted_destination);
    if (protocol == ip_protocol::udp || protocol == ip_protocol::tcp) {
        out.put(protocol == ip_protocol::udp ? " udp port " : " tcp port ");
    } else {
        out.put(" protocol ").number(error.quoted_protocol).put(" port ");
    }
    out.number(error.quoted_destination_port);
}

void unreachable_text(text_writer& out, const icmp_error& error) {
    out.put("destination unreachable, ");
    switch (error.code) {
        case 0:
            out.put("unreachable route ");
            break;
        case 1:
            out.put(" unreachable prohibited ");
            break;
        case 2:
            out.put("beyond scope ");
            address(out, error.quoted_destination);
            out.put(", source address ");
            return address(out, error.quoted ? error.quoted->source : ip_address(ipv6_address{}));
        case 3:
            out.put("unreachable address ");
            break;
        case 4:
            return port_text(out, error);
        default: {
            const std::string_view name = icmpv6_code_name(icmpv6_type{error.type}, error.code);
            if (name.empty()) out.put("code-#").number(error.code);
            out.put(name).put(' ');
        }
    }
    address(out, error.quoted_destination);
}

void error_text(text_writer& out, const icmp_error& error) {
    switch (icmpv6_type{error.type}) {
        case icmpv6_type::destination_unreachable:
            return unreachable_text(out, error);
        case icmpv6_type::packet_too_big:
            out.put("packet too big, mtu ").number(error.mtu);
            return;
        case icmpv6_type::time_exceeded:
            out.put("time exceeded in-transit");
            if (error.code == 0) address(out.put(" for "), error.quoted_destination);
            if (error.code == 1) out.put(" (reassembly)");
            if (error.code > 1) out.put(", unknown code (").number(error.code).put(')');
            return;
        case icmpv6_type::parameter_problem: {
            constexpr std::array<std::string_view, 4> names{
                "erroneous", "next header", "option", "incomplete header chain"};
            out.put("parameter problem, ");
            if (error.code < names.size())
                out.put(names[error.code]);
            else
                out.put("code-#").number(error.code);
            out.put(" - octet ").number(error.pointer);
            return;
        }
        default:
            out.put("type-#").number(error.type);
    }
}

void listener_text(text_writer& out, std::string_view name, bytes_view octets) {
    out.put("multicast listener ").put(name).put(" max resp delay: ").number(be16_at(octets, 4));
    out.put(" addr: ").ipv6(octets.subspan(8, 16));
}

void listener_v2_text(text_writer& out, bytes_view octets) {
    out.put("multicast listener query v2");
    const unsigned sources = be16_at(octets, 26);
    bool general = true;
    for (const std::uint8_t octet : octets.subspan(8, 16)) general = general && octet == 0;
    if (general && sources == 0) return;
    out.put(" [gaddr ").ipv6(octets.subspan(8, 16));
    if (sources != 0) out.put(", ").number(sources).put(" source(s)");
    out.put(']');
}

void message_text(text_writer& out, const layer_view& message) {
    const bytes_view octets = message.octets();  // the whole fixed header, at least
    switch (message.id()) {
        case layer::icmpv6_echo:
            out.put(octets[0] == 128 ? "echo request, id " : "echo reply, id ");
            out.number(be16_at(octets, 4)).put(", seq ").number(be16_at(octets, 6));
            return;
        case layer::icmpv6_extended_echo_request:
        case layer::icmpv6_extended_echo_reply:
            out.put(octets[0] == 160 ? "extended echo request, id " : "extended echo reply, id ");
            out.number(be16_at(octets, 4)).put(", seq ").number(octets[6]);
            return;
        case layer::router_solicitation:
            out.put("router solicitation");
            return;
        case layer::router_advertisement:
            out.put("router advertisement");
            return;
        case layer::neighbor_solicitation:
            out.put("neighbor solicitation, who has ").ipv6(octets.subspan(8, 16));
            return;
        case layer::neighbor_advertisement:
            out.put("neighbor advertisement, tgt is ").ipv6(octets.subspan(8, 16));
            return;
        case layer::nd_redirect:
            out.put("redirect, ").ipv6(octets.subspan(24, 16));
            out.put(" to ").ipv6(octets.subspan(8, 16));
            return;
        case layer::mld_query:
            return listener_text(out, "query", octets);
        case layer::mld_report:
            return listener_text(out, "report", octets);
        case layer::mld_done:
            return listener_text(out, "done", octets);
        case layer::mldv2_query:
            return listener_v2_text(out, octets);
        case layer::mldv2_report:
            out.put("multicast listener report v2, ").number(be16_at(octets, 6));
            out.put(" group record(s)");
            return;
        default:
            out.put("unknown icmp6 type (").number(octets[0]).put(')');
    }
}

}  // namespace

void line_icmpv6(line_state& s) {
    const std::size_t length = s.length();
    s.out.put("ICMP6, ");
    const auto error = read_icmp_error(s.at->octets(), ip_family::v6);
    const bool quoting = s.at->extent().quotes && error.has_value();
    quoting ? error_text(s.out, *error) : message_text(s.out, *s.at);
    s.out.put(", length ").number(length);
    quoting ? line_quote(s) : s.finish();
}

}  // namespace sonde::inline v0::detail
