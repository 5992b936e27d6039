#pragma once
/// The list of protocols: one line each. From it come the `layer` enumerators and, in
/// protocols.hpp, `all_protocols`, with the contract tests, the fuzz dispatch and the docs table.

#include <cstdint>
#include <string>
#include <string_view>

#include <sonde/base/api.hpp>
#include <sonde/base/result.hpp>

// clang-format off
#define SONDE_PROTOCOLS(X)                                                                        \
    X(ethernet) X(vlan) X(arp) X(llc) X(snap) X(linux_sll) X(linux_sll2) X(bsd_null)              \
    X(cisco_hdlc) X(ppp) X(pppoe) X(mpls) X(pseudowire_control_word) X(gre) X(vxlan) X(geneve)    \
    X(igmp) X(igmpv3_query) X(igmpv3_report) X(udp_lite)                                          \
    X(ipv4) X(ipv6)                                                                               \
    X(ipv6_hop_by_hop) X(ipv6_destination_options) X(ipv6_routing) X(ipv6_fragment)               \
    X(ipv6_authentication)                                                                        \
    X(udp) X(tcp) X(sctp)                                                                         \
    X(icmp_echo) X(icmp_destination_unreachable) X(icmp_source_quench) X(icmp_redirect)           \
    X(icmp_router_advertisement) X(icmp_router_solicitation) X(icmp_time_exceeded)                \
    X(icmp_parameter_problem) X(icmp_timestamp) X(icmp_information) X(icmp_address_mask)          \
    X(icmp_photuris) X(icmp_extended_echo_request) X(icmp_extended_echo_reply)                    \
    X(icmp) X(icmpv6)                                                                             \
    X(icmpv6_destination_unreachable) X(icmpv6_packet_too_big) X(icmpv6_time_exceeded)            \
    X(icmpv6_parameter_problem) X(icmpv6_echo) X(icmpv6_extended_echo_request)                    \
    X(icmpv6_extended_echo_reply)                                                                 \
    X(router_solicitation) X(router_advertisement) X(neighbor_solicitation)                       \
    X(neighbor_advertisement) X(nd_redirect)                                                      \
    X(mld_query) X(mld_report) X(mld_done) X(mldv2_query) X(mldv2_report)                         \
    X(dns) X(dns_over_tcp) X(dhcp)
// clang-format on

namespace sonde::inline v0 {

enum class layer : std::uint16_t {
    none = 0,
    icmp_extension,
    icmp_extension_object,
    ip_option,
    tcp_option,
    nd_option,
    pppoe_tag,
    geneve_option,
    igmpv3_record,
    sctp_chunk,
    sctp_parameter,
    sctp_error_cause,
    dns_option,
    dhcp_option,
    payload,  // octets that no protocol is known for
#define SONDE_LAYER(name) name,
    SONDE_PROTOCOLS(SONDE_LAYER)
#undef SONDE_LAYER
};

/// The name of a layer as it stands above; "layer 4242" is spelled by the caller.
[[nodiscard]] SONDE_API std::string_view to_string(layer at) noexcept;
/// "icmp_echo: truncated: needed 8 octets, had 3, at offset 20".
[[nodiscard]] SONDE_API std::string to_sentence(const parse_error& error);

}  // namespace sonde::inline v0
