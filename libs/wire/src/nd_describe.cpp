// The options of neighbor discovery.

#include <array>

#include <sonde/wire/network/nd_messages.hpp>
#include <sonde/wire/network/nd_options.hpp>

#include "describe.hpp"

namespace sonde::inline v0 {
namespace {

using detail::tell;
using detail::tell_address;
using detail::tell_addresses;
using detail::tell_bits;
using detail::tell_octets;
using detail::tell_text;
using detail::told_group;

void tell_prefix_information(bytes_view octets, field_sink& to) {
    tell(to, "prefix_length", octets.subspan(2, 1));
    tell_bits(to, "on_link", octets.subspan(3, 1), {0, 1});
    tell_bits(to, "autonomous", octets.subspan(3, 1), {1, 1});
    tell_bits(to, "router_address", octets.subspan(3, 1), {2, 1});
    tell_bits(to, "dhcpv6_pd_preferred", octets.subspan(3, 1), {3, 1});
    tell(to, "valid_lifetime", octets.subspan(4, 4));
    tell(to, "preferred_lifetime", octets.subspan(8, 4));
    tell(to, "reserved", octets.subspan(12, 4), {field_kind::hex});
    tell_address(to, "prefix", octets.subspan(16, 16));
}

void tell_route(const nd_route_information& route, bytes_view octets, field_sink& to) {
    tell(to, "prefix_length", octets.subspan(2, 1));
    tell_bits(to,
              "preference",
              octets.subspan(3, 1),
              {3, 2},
              {field_kind::number, to_string(route.preference)});
    tell(to, "route_lifetime", octets.subspan(4, 4));
    tell_octets(to, "prefix", octets.subspan(8));
}

// The text of a name is written where it does not allocate: a label's octets with dots between.
void tell_search_list(const nd_dns_search_list& list, bytes_view octets, field_sink& to) {
    tell(to, "lifetime", octets.subspan(4, 4));
    const auto names = list.names();
    for (const dns_search_name& name : names) {
        std::array<char, dns_search_name::name_len_max> text{};
        std::size_t len = 0;
        for (bytes_view rest = name.octets(); !rest.empty() && rest[0] != 0;) {
            for (const std::uint8_t octet : rest.subspan(1, rest[0]))
                text[len++] = static_cast<char>(octet);
            text[len++] = '.';
            rest = rest.subspan(rest[0] + 1U);
        }
        if (len == 0) text[len++] = '.';
        to.on_field({.name = "domain_name",
                     .octets = name.octets(),
                     .kind = field_kind::octets,
                     .text = std::string_view(text.data(), len),
                     .repeated = true});
    }
    const auto offset = static_cast<std::size_t>(list.labels.data() - octets.data());
    if (const auto error = names.error()) to.on_problem(error->shifted(offset));
}

// The kinds whose octets mean something by their place; false for others.
bool tell_fixed(const nd_option& option, field_sink& to) {
    const bytes_view octets = option.octets();
    if (nd_prefix_information::read(option)) {
        tell_prefix_information(octets, to);
    } else if (nd_mtu::read(option)) {
        tell(to, "mtu", octets.subspan(4, 4));
    } else if (const auto route = nd_route_information::read(option)) {
        tell_route(*route, octets, to);
    } else if (const auto servers = nd_recursive_dns_server::read(option)) {
        tell(to, "lifetime", octets.subspan(4, 4));
        tell_addresses(to, "address", servers->servers, 16);
    } else if (nd_pref64::read(option)) {
        tell_bits(to, "scaled_lifetime", octets.subspan(2, 2), {0, 13});
        tell_bits(to, "prefix_length_code", octets.subspan(2, 2), {13, 3});
        tell_octets(to, "prefix", octets.subspan(4));
    } else if (nd_flags_extension::read(option)) {
        tell(to, "flags", octets.subspan(2, 6), {field_kind::hex});
    } else {
        return false;
    }
    return true;
}

void tell_option(const nd_option& option, field_sink& to) {
    const bytes_view octets = option.octets();
    const std::string_view name = to_string(option.type());
    const told_group group(to, "nd_option", name, octets);
    tell(to, "type", octets.first(1), {field_kind::number, name});
    tell(to, "length", octets.subspan(1, 1));
    if (tell_fixed(option, to)) return;
    if (const auto address = nd_link_layer_address::read(option)) {
        tell_address(to, "link_layer_address", address->address);
    } else if (const auto quoted = nd_redirected_header::read(option)) {
        tell_octets(to, "redirected_packet", quoted->packet);
    } else if (const auto list = nd_dns_search_list::read(option)) {
        tell_search_list(*list, octets, to);
    } else if (const auto portal = nd_captive_portal::read(option)) {
        std::array<char, nd_option_len_max> text{};
        for (std::size_t i = 0; i < portal->uri.size(); ++i)
            text[i] = static_cast<char>(portal->uri[i]);
        tell_text(to, "uri", portal->uri, std::string_view(text.data(), portal->uri.size()));
    } else {
        tell_octets(to, "value", option.value());
    }
}

template <class View>
void tell_options(View seen, field_sink& to) {
    const auto options = seen.options();
    for (const nd_option& option : options) tell_option(option, to);
    if (const auto error = options.error()) to.on_problem(*error);
}

}  // namespace

void router_solicitation::describe(view seen, field_sink& to) { tell_options(seen, to); }
void router_advertisement::describe(view seen, field_sink& to) { tell_options(seen, to); }
void neighbor_solicitation::describe(view seen, field_sink& to) { tell_options(seen, to); }
void neighbor_advertisement::describe(view seen, field_sink& to) { tell_options(seen, to); }
void nd_redirect::describe(view seen, field_sink& to) { tell_options(seen, to); }

}  // namespace sonde::inline v0
