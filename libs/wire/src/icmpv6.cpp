#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/icmpv6.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::size_t checksum_offset = 2;  // octets, RFC 4443 s2.1
constexpr std::size_t checksum_end = 4;

// A query of RFC 2710 has 24 octets, one of RFC 3810 at least 28 (RFC 3810 s8.1). What lies between
// must be ignored: its reader finds it truncated.
constexpr std::size_t mld_query_len = 24;

layer query_layer(bytes_view message) noexcept {
    return message.size() > mld_query_len ? layer::mldv2_query : layer::mld_query;
}

class checksum pseudo_header_sum(const ipv6_address& source, const ipv6_address& destination,
                                 std::size_t len) noexcept {
    class checksum sum;
    sum.add_pseudo_header(
        source, destination, ip_protocol::icmpv6, static_cast<std::uint32_t>(len));
    return sum;
}

}  // namespace

result<icmpv6> icmpv6::read(view v) noexcept {
    return icmpv6{.type = v.type(), .code = v.code(), .checksum = v.checksum(), .body = v.body()};
}

void icmpv6::emit(bytes_mut out) const noexcept {
    detail::put_icmpv6_head(out, type, code, checksum);
    copy_octets(out.subspan(header_len), body);
}

std::uint16_t icmpv6_checksum(const ipv6_address& source, const ipv6_address& destination,
                              bytes_view message) noexcept {
    if (message.size() < checksum_end) return 0;
    return pseudo_header_sum(source, destination, message.size())
        .add(message.first(checksum_offset))
        .add(message.subspan(checksum_end))
        .value();
}

bool icmpv6_checksum_holds(const ipv6_address& source, const ipv6_address& destination,
                           bytes_view message) noexcept {
    if (message.size() < checksum_end) return false;
    return pseudo_header_sum(source, destination, message.size()).add(message).sum() == 0xffff;
}

void set_icmpv6_checksum(const ipv6_address& source, const ipv6_address& destination,
                         bytes_mut message) noexcept {
    put_be16_at(message, checksum_offset, icmpv6_checksum(source, destination, message));
}

layer icmpv6_message_layer(bytes_view message) noexcept {
    if (message.size() < icmpv6::header_len) return layer::icmpv6;
    switch (icmpv6_type{message[0]}) {
        case icmpv6_type::destination_unreachable:
            return layer::icmpv6_destination_unreachable;
        case icmpv6_type::packet_too_big:
            return layer::icmpv6_packet_too_big;
        case icmpv6_type::time_exceeded:
            return layer::icmpv6_time_exceeded;
        case icmpv6_type::parameter_problem:
            return layer::icmpv6_parameter_problem;
        case icmpv6_type::echo_request:
        case icmpv6_type::echo_reply:
            return layer::icmpv6_echo;
        case icmpv6_type::multicast_listener_query:
            return query_layer(message);
        case icmpv6_type::multicast_listener_report:
            return layer::mld_report;
        case icmpv6_type::multicast_listener_done:
            return layer::mld_done;
        case icmpv6_type::router_solicitation:
            return layer::router_solicitation;
        case icmpv6_type::router_advertisement:
            return layer::router_advertisement;
        case icmpv6_type::neighbor_solicitation:
            return layer::neighbor_solicitation;
        case icmpv6_type::neighbor_advertisement:
            return layer::neighbor_advertisement;
        case icmpv6_type::redirect:
            return layer::nd_redirect;
        case icmpv6_type::multicast_listener_report_v2:
            return layer::mldv2_report;
        case icmpv6_type::extended_echo_request:
            return layer::icmpv6_extended_echo_request;
        case icmpv6_type::extended_echo_reply:
            return layer::icmpv6_extended_echo_reply;
        default:
            return layer::icmpv6;
    }
}

}  // namespace sonde::inline v0
