#include <sonde/packet/print_line.hpp>

#include "line_state.hpp"

namespace sonde::inline v0 {
namespace detail {
namespace {

// A protocol that has no words of its own: its name, and the numbers of its fixed header.
void line_by_fields(line_state& s) {
    constexpr std::size_t fields_max = 8;
    s.out.put(s.at->name());
    std::size_t told = 0;
    for (const field& one : s.at->info().fields) {
        const auto value = s.at->find(one.name);
        if (!value || told++ == fields_max) break;
        s.out.put(told == 1 ? " " : ", ").put(one.name).put(' ').number(*value);
    }
    s.out.put(", length ").number(s.length());
    s.step();
    if (!s.opaque()) s.out.put(": ");
}

}  // namespace

bool is_icmp(layer id) noexcept {
    return (id >= layer::icmp_echo && id <= layer::icmp_extended_echo_reply) || id == layer::icmp;
}

bool is_icmpv6(layer id) noexcept { return id >= layer::icmpv6 && id <= layer::mldv2_report; }

std::string_view short_name(layer id) noexcept {
    if (is_icmp(id)) return "icmp";
    if (is_icmpv6(id)) return "icmp6";
    switch (id) {
        case layer::ethernet:
            return "ether";
        case layer::ipv4:
            return "ip";
        case layer::ipv6:
            return "ip6";
        case layer::igmpv3_query:
        case layer::igmpv3_report:
            return "igmp";
        case layer::dns:
        case layer::dns_over_tcp:
            return "domain";
        case layer::dhcp:
            return "bootp";
        default:
            return to_string(id);
    }
}

void line_layer(line_state& s) {
    const layer id = s.at->id();
    if (id == layer::dhcp) return line_dhcp(s);
    if (!s.at->whole()) {
        s.out.put(" [|").put(short_name(id)).put(']');
        s.problem_told = true;
        return s.finish();
    }
    if (id == layer::ipv4 || id == layer::ipv6) return line_ip(s);
    if (id == layer::tcp || id == layer::udp || id == layer::udp_lite) return line_transport(s);
    if (is_icmp(id)) return line_icmp(s);
    if (is_icmpv6(id)) return line_icmpv6(s);
    switch (id) {
        case layer::ipv6_hop_by_hop:
        case layer::ipv6_destination_options:
        case layer::ipv6_routing:
        case layer::ipv6_fragment:
        case layer::ipv6_authentication:
            return line_ipv6_extension(s);
        case layer::igmp:
        case layer::igmpv3_query:
        case layer::igmpv3_report:
            return line_igmp(s);
        case layer::gre:
        case layer::vxlan:
        case layer::geneve:
        case layer::mpls:
        case layer::pseudowire_control_word:
            return line_tunnel(s);
        case layer::sctp:
            return line_sctp(s);
        case layer::dns:
            return line_dns(s);
        case layer::dns_over_tcp:
            return line_dns_over_tcp(s);
        case layer::payload:
            return s.finish();
        default:
            return id <= layer::pppoe ? line_link(s) : line_by_fields(s);
    }
}

namespace {

void line_to_the_end(line_state& s) {
    while (!s.done() && s.at->quoted() == s.in_quote) line_layer(s);
    s.finish();
    if (s.fragment_len != 0)
        s.out.put(" frag (").number(s.fragment_at).put('|').number(s.fragment_len).put(')');
    const auto& stopped = s.at.stopped();
    if (!stopped || s.problem_told || s.in_quote) return;
    if (stopped->reason == parse_reason::truncated) {
        s.out.put(" [|").put(short_name(stopped->at)).put(']');
    } else {
        s.out.put(" [").put(to_string(stopped->at)).put(' ').problem(*stopped).put(']');
    }
}

}  // namespace

void line_quote(line_state& s) {
    const bool wanted = s.how.quotes && !s.in_quote;
    s.step();
    if (!wanted || s.done()) return s.finish();
    const auto ttl = s.at->find(s.at->id() == layer::ipv6 ? "hop_limit" : "time_to_live");
    s.out.put(", quoting ");
    line_state quote{
        .out = s.out, .how = s.how, .at = s.at, .end = s.at->offset(), .in_quote = true};
    line_to_the_end(quote);
    if (ttl) s.out.put(" (ttl ").number(*ttl).put(')');
    s.finish();
}

}  // namespace detail

void append_line(std::string& out, const printed_frame& frame, const line_options& options) {
    detail::text_writer text(out);
    if (frame.octets.empty()) {
        text.put(" [|").put(to_string(frame.type)).put(']');
        return;
    }
    const bool common = frame.type == link_type::ethernet && frame.protocols == nullptr;
    if (common && !options.link && line_plain(text, frame.octets, frame.len(), options.full))
        return;
    const layer_range range = frame.layers();
    detail::line_state state{.out = text, .how = options, .at = range.begin(), .end = frame.len()};
    if (state.opaque()) {
        text.put("link type ").number(std::uint32_t(frame.type));
        const std::string_view name = to_string(frame.type);
        if (!name.empty()) text.put(" (").put(name).put(')');
        text.put(", length ").number(frame.len());
        return;
    }
    detail::line_to_the_end(state);
}

}  // namespace sonde::inline v0
