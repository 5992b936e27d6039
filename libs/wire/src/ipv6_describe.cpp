// What lies behind the fixed parts of IPv6 extension headers: options, routes, check values.

#include <sonde/wire/network/ipv6_authentication.hpp>
#include <sonde/wire/network/ipv6_options.hpp>
#include <sonde/wire/network/ipv6_routing.hpp>

#include "describe.hpp"

namespace sonde::inline v0 {
namespace {

using detail::tell;
using detail::tell_address;
using detail::tell_addresses;
using detail::tell_bits;
using detail::tell_octets;
using detail::told_group;

void tell_option_data(const ipv6_option& option, field_sink& to) {
    const bytes_view data = option.data();
    if (option.router_alert()) {
        tell(to, "value", data);
    } else if (option.jumbo_payload_length()) {
        tell(to, "jumbo_payload_length", data);
    } else if (option.tunnel_encapsulation_limit()) {
        tell(to, "tunnel_encapsulation_limit", data);
    } else if (option.home_address()) {
        tell_address(to, "home_address", data);
    } else {
        tell_octets(to, "data", data);
    }
}

void tell_rpl(const ipv6_rpl_source_route& route, bytes_view data, field_sink& to) {
    tell_bits(to, "cmpr_i", data.first(4), {0, 4});
    tell_bits(to, "cmpr_e", data.first(4), {4, 4});
    tell_bits(to, "pad", data.first(4), {8, 4});
    tell_bits(to, "reserved", data.first(4), {12, 20}, {field_kind::hex});
    // Without the octets that they share with the destination.
    bytes_view rest = route.addresses;
    for (std::size_t i = 0; i < route.count(); ++i) {
        const bool last = i + 1 == route.count();
        const std::size_t shared = last ? route.shared_octets_last : route.shared_octets;
        const std::size_t len =
            std::min<std::size_t>(16 - std::min<std::size_t>(shared, 16), rest.size());
        tell_address(to, "address", rest.first(len), true);
        rest = rest.subspan(len);
    }
}

void tell_segments(const ipv6_segment_routing& route, bytes_view data, field_sink& to) {
    tell(to, "last_entry", data.first(1));
    tell(to, "flags", data.subspan(1, 1), {field_kind::hex});
    tell(to, "tag", data.subspan(2, 2));
    tell_addresses(to, "segment", route.segments, 16);
    // RFC 8754 s2.1: a type, a length of what follows it; Pad1 is a type alone.
    for (bytes_view rest = route.tlvs; !rest.empty();) {
        const std::size_t declared = rest[0] == 0 || rest.size() < 2 ? 1 : rest[1] + 2U;
        const bytes_view octets = rest.first(std::min(declared, rest.size()));
        const told_group group(to, "tlv", {}, octets);
        tell(to, "type", octets.first(1));
        if (octets.size() > 1) tell(to, "length", octets.subspan(1, 1));
        if (octets.size() > 2) tell_octets(to, "value", octets.subspan(2));
        rest = rest.subspan(octets.size());
    }
}

}  // namespace

template <layer Layer>
void ipv6_options_header<Layer>::describe(view seen, field_sink& to) {
    const auto list = seen.option_list();
    for (const ipv6_option& option : list) {
        const told_group group(to, "ipv6_option", to_string(option.type), option.octets);
        tell(to, "type", option.octets.first(1));
        if (option.octets.size() > 1) tell(to, "length", option.octets.subspan(1, 1));
        tell_option_data(option, to);
    }
    if (const auto problem = list.problem()) to.on_problem(*problem);
}
template void ipv6_options_header<layer::ipv6_hop_by_hop>::describe(view, field_sink&);
template void ipv6_options_header<layer::ipv6_destination_options>::describe(view, field_sink&);

void ipv6_routing::describe(view seen, field_sink& to) {
    const bytes_view data = seen.data();
    if (const auto route = ipv6_source_route::read(seen)) {
        tell(to, "reserved", data.first(4), {field_kind::hex});
        tell_addresses(to, "address", route->addresses, 16);
    } else if (const auto rpl = ipv6_rpl_source_route::read(seen)) {
        tell_rpl(*rpl, data, to);
    } else if (const auto segments = ipv6_segment_routing::read(seen)) {
        tell_segments(*segments, data, to);
    } else {
        tell_octets(to, "data", data);
    }
}

void ipv6_authentication::describe(view seen, field_sink& to) {
    tell_octets(to, "integrity_check_value", seen.integrity_check_value());
}

}  // namespace sonde::inline v0
