// IP datagrams in a line: addresses with ports, fragments, extension headers.

#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/network/ipv6_routing.hpp>

#include "line_state.hpp"

namespace sonde::inline v0::detail {
namespace {

bool has_ports(layer id) noexcept {
    return id == layer::tcp || id == layer::udp || id == layer::udp_lite || id == layer::sctp;
}

void missing(line_state& s, std::string_view name, std::size_t end) {
    if (end <= s.end || s.in_quote) return;
    s.out.put(name).put(" - ").number(end - s.end).put(" bytes missing! ");
}

// Both ports, when the octets of the transport have them.
bytes_view ports_of(const line_state& s) noexcept {
    if (s.done() || !has_ports(s.at->id()) || s.at->octets().size() < 4) return {};
    return s.at->octets().first(4);
}

void line_ipv4(line_state& s) {
    const auto ip = *s.at->as<ipv4>();
    const std::size_t payload_at = s.at->offset() + s.at->header().size();
    const std::size_t payload_len = ip.payload_declared_len();
    s.out.put("IP ");
    missing(s, "truncated-ip", payload_at + payload_len);
    s.end = payload_at + payload_len;
    s.step();
    const bytes_view ports = ports_of(s);
    s.out.ipv4(ip.source().value);
    if (!ports.empty()) s.out.put('.').number(be16_at(ports, 0));
    s.out.put(" > ").ipv4(ip.destination().value);
    if (!ports.empty()) s.out.put('.').number(be16_at(ports, 2));
    s.out.put(": ");
    s.ports_told = !ports.empty();
    if (ip.fragment_offset() != 0) {
        s.out.put("frag (").number(ip.fragment_offset_octets()).put('|');
        s.out.number(payload_len).put(')');
        return s.finish();
    }
    if (ip.more_fragments()) s.fragment_len = payload_len;
    if (s.opaque()) line_unknown_upper(s, std::uint8_t(ip.protocol()));
}

void line_ipv6(line_state& s) {
    const auto ip = *s.at->as<ipv6>();
    const std::size_t end = s.at->offset() + ipv6::header_len + ip.payload_declared_len();
    s.out.put("IP6 ");
    missing(s, "truncated-ip6", end);
    s.end = end;
    s.step();
    const bytes_view ports = ports_of(s);
    s.out.ipv6(ip.octets().subspan(8, 16));
    if (!ports.empty()) s.out.put('.').number(be16_at(ports, 0));
    s.out.put(" > ").ipv6(ip.octets().subspan(24, 16));
    if (!ports.empty()) s.out.put('.').number(be16_at(ports, 2));
    s.out.put(": ");
    s.ports_told = !ports.empty();
    if (s.opaque()) line_unknown_upper(s, std::uint8_t(ip.next_header()));
}

void line_routing(line_state& s, ipv6_routing::view seen) {
    text_writer& out = s.out;
    out.put("RT6 (len=").number(seen.header_extension_length());
    out.put(", type=").number(std::uint8_t(seen.routing_type()));
    if (seen.routing_type() == ipv6_routing_type::source_route) out.put(" [Deprecated]");
    out.put(", segleft=").number(seen.segments_left());
    bytes_view addresses;
    if (const auto route = ipv6_source_route::read(seen)) addresses = route->addresses;
    if (const auto route = ipv6_segment_routing::read(seen)) {
        out.put(", last-entry=").number(route->last_entry).put(", flags=0x").hex(route->flags);
        out.put(", tag=").hex(route->tag);
        addresses = route->segments;
    }
    for (std::size_t i = 0; i < addresses.size() / 16; ++i) {
        out.put(", [").number(i).put(']').ipv6(addresses.subspan(i * 16, 16));
    }
    out.put(") ");
}

// Whether the datagram goes on behind this piece of it.
bool line_fragment(line_state& s, ipv6_fragment::view seen) {
    const std::size_t offset = std::size_t{seen.fragment_offset()} * 8;
    s.out.put("frag (").number(offset).put('|');
    s.out.number(s.length_from(s.at->offset() + ipv6_fragment::header_len)).put(')');
    if (offset == 0) s.out.put(' ');
    return offset == 0;
}

void line_authentication(text_writer& out, ipv6_authentication::view seen) {
    out.put("AH(spi=0x").hex(seen.security_parameters_index(), 8);
    out.put(",seq=0x").hex(seen.sequence_number());
    out.put(",icv=0x").octets(seen.integrity_check_value()).put("): ");
}

}  // namespace

void line_unknown_upper(line_state& s, std::uint8_t protocol) {
    if (s.done() && s.at.stopped()) return;  // the line ends with why
    const std::string_view name = to_string(ip_protocol{protocol});
    const std::size_t length = s.done() ? 0 : s.length();
    const bytes_view octets = s.done() ? bytes_view{} : s.at->octets();
    s.finish();
    if (ip_protocol{protocol} == ip_protocol::no_next_header) {
        s.out.put("no next header");
    } else if (ip_protocol{protocol} == ip_protocol::encapsulating_security_payload &&
               octets.size() >= 8) {
        s.out.put("ESP(spi=0x").hex(be32_at(octets, 0), 8).put(",seq=0x").hex(be32_at(octets, 4));
        s.out.put("), length ").number(length);
    } else if (name.empty()) {
        s.out.put("ip-proto-").number(protocol).put(' ').number(length);
    } else {
        s.out.put(name).put(", length ").number(length);
    }
}

void line_ip(line_state& s) { s.at->id() == layer::ipv4 ? line_ipv4(s) : line_ipv6(s); }

void line_ipv6_extension(line_state& s) {
    const std::uint8_t next = s.at->octets()[0];
    bool goes_on = true;
    if (const auto route = s.at->as<ipv6_routing>())
        line_routing(s, *route);
    else if (const auto fragment = s.at->as<ipv6_fragment>())
        goes_on = line_fragment(s, *fragment);
    else if (const auto seal = s.at->as<ipv6_authentication>())
        line_authentication(s.out, *seal);
    else
        s.out.put(s.at->id() == layer::ipv6_hop_by_hop ? "HBH " : "DSTOPT ");
    if (!goes_on) return s.finish();
    s.step();
    if (s.opaque()) return line_unknown_upper(s, next);
    s.ports_told = false;
}

}  // namespace sonde::inline v0::detail
