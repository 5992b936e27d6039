// What lies behind the fixed headers of IPv4 and TCP: their options.

#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv4_options.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/tcp_options.hpp>

#include "describe.hpp"

namespace sonde::inline v0 {
namespace {

using detail::tell;
using detail::tell_address;
using detail::tell_addresses;
using detail::tell_bits;
using detail::tell_octets;
using detail::told_group;

void tell_timestamp_entries(const ipv4_timestamp_option& option, field_sink& to) {
    const std::size_t len = option.entry_len();
    if (len == 0) return tell_octets(to, "data", option.entries);
    for (std::size_t i = 0; i < option.count(); ++i) {
        const bytes_view octets = option.entries.subspan(i * len, len);
        const told_group group(to, "entry", {}, octets);
        if (len == 8) tell_address(to, "address", octets.first(4));
        tell(to, "timestamp", octets.last(4));
    }
}

void tell_ipv4_option_data(const header_option& option, field_sink& to) {
    const bytes_view octets = option.octets;
    const bytes_view data = option.data();
    if (const auto route = ipv4_route_option::read(option)) {
        tell(to, "pointer", octets.subspan(2, 1));
        tell_addresses(to, "route", route->route, 4);
    } else if (const auto stamps = ipv4_timestamp_option::read(option)) {
        tell(to, "pointer", octets.subspan(2, 1));
        tell_bits(to, "overflow", octets.subspan(3, 1), {0, 4});
        tell_bits(to, "flag", octets.subspan(3, 1), {4, 4});
        tell_timestamp_entries(*stamps, to);
    } else if (const auto security = ipv4_security_option::read(option)) {
        tell(to,
             "classification",
             data.first(1),
             {field_kind::hex, to_string(security->classification)});
        tell_octets(to, "protection_authority", security->protection_authority);
    } else if (ipv4_router_alert(option)) {
        tell(to, "value", data.first(2));
    } else if (ipv4_mtu(option)) {
        tell(to, "mtu", data.first(2));
    } else if (ipv4_stream_identifier(option)) {
        tell(to, "stream_identifier", data.first(2));
    } else {
        tell_octets(to, "data", data);
    }
}

void tell_tcp_sack(const tcp_sack& sack, field_sink& to) {
    for (std::size_t i = 0; i < sack.count(); ++i) {
        const bytes_view octets = sack.blocks.subspan(i * 8, 8);
        const told_group group(to, "block", {}, octets);
        tell(to, "left_edge", octets.first(4));
        tell(to, "right_edge", octets.last(4));
    }
}

void tell_tcp_option_data(const header_option& option, field_sink& to) {
    const bytes_view data = option.data();
    if (tcp_maximum_segment_size(option)) {
        tell(to, "maximum_segment_size", data);
    } else if (tcp_window_scale(option)) {
        tell(to, "shift_count", data);
    } else if (tcp_timestamps::read(option)) {
        tell(to, "value", data.first(4));
        tell(to, "echo_reply", data.last(4));
    } else if (const auto sack = tcp_sack::read(option)) {
        tell_tcp_sack(*sack, to);
    } else if (const auto cookie = tcp_fast_open_cookie(option)) {
        tell_octets(to, "cookie", *cookie);
    } else if (tcp_kind(option) == tcp_option_kind::md5_signature) {
        tell_octets(to, "digest", data);
    } else if (tcp_kind(option) == tcp_option_kind::user_timeout && data.size() == 2) {
        tell_bits(to, "granularity", data, {0, 1});  // 0: seconds, 1: minutes
        tell_bits(to, "user_timeout", data, {1, 15});
    } else if (tcp_kind(option) == tcp_option_kind::authentication && data.size() >= 2) {
        tell(to, "key_id", data.first(1));
        tell(to, "r_next_key_id", data.subspan(1, 1));
        tell_octets(to, "mac", data.subspan(2));
    } else {
        tell_octets(to, "data", data);
    }
}

}  // namespace

void ipv4::describe(view seen, field_sink& to) {
    const auto list = seen.option_list();
    for (const header_option& option : list) {
        const told_group group(to, "ip_option", to_string(ipv4_type(option)), option.octets);
        tell(to, "type", option.octets.first(1));
        const bool has_length = option.type > ipv4_option_list::no_operation;
        if (has_length) tell(to, "length", option.octets.subspan(1, 1));
        tell_ipv4_option_data(option, to);
    }
    if (const auto problem = list.problem()) to.on_problem(*problem);
}

void tcp::describe(view seen, field_sink& to) {
    const auto list = seen.option_list();
    for (const header_option& option : list) {
        const told_group group(to, "tcp_option", to_string(tcp_kind(option)), option.octets);
        tell(to, "kind", option.octets.first(1));
        const bool has_length = option.type > tcp_option_list::no_operation;
        if (has_length) tell(to, "length", option.octets.subspan(1, 1));
        tell_tcp_option_data(option, to);
    }
    if (const auto problem = list.problem()) to.on_problem(*problem);
}

}  // namespace sonde::inline v0
