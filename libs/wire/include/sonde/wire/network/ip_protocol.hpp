#pragma once
/// What IPv4 calls "protocol" and IPv6 "next header": one registry (IANA, Protocol Numbers), one
/// type.

#include <cstdint>
#include <string_view>

#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

/// Other values stay representable; they have no name.
enum class ip_protocol : std::uint8_t {
    ipv6_hop_by_hop = 0,  // RFC 8200 s4.3
    icmp = 1,
    igmp = 2,
    ggp = 3,
    ipv4 = 4,  // IPv4 inside, RFC 2003
    stream = 5,
    tcp = 6,
    cbt = 7,
    egp = 8,
    igp = 9,
    pup = 12,
    chaos = 16,
    udp = 17,
    hmp = 20,
    xns_idp = 22,
    rdp = 27,
    irtp = 28,
    dccp = 33,
    idpr = 35,
    xtp = 36,
    ipv6 = 41,  // IPv6 inside, RFC 2473
    sdrp = 42,
    ipv6_routing = 43,   // RFC 8200 s4.4
    ipv6_fragment = 44,  // RFC 8200 s4.5
    idrp = 45,
    rsvp = 46,
    gre = 47,
    dsr = 48,
    encapsulating_security_payload = 50,  // RFC 4303
    authentication_header = 51,           // RFC 4302
    narp = 54,
    mobile = 55,
    icmpv6 = 58,
    no_next_header = 59,            // RFC 8200 s4.7
    ipv6_destination_options = 60,  // RFC 8200 s4.6
    eigrp = 88,
    ospf = 89,
    ipip = 94,
    etherip = 97,
    encap = 98,
    pim = 103,
    ipcomp = 108,
    vrrp = 112,
    pgm = 113,
    l2tp = 115,
    isis_over_ipv4 = 124,
    sctp = 132,
    fibre_channel = 133,
    rsvp_e2e_ignore = 134,
    mobility = 135,  // RFC 6275
    udp_lite = 136,
    mpls_in_ip = 137,
    manet = 138,
    hip = 139,
    shim6 = 140,
    wrapped_esp = 141,
    rohc = 142,
    ethernet = 143,  // RFC 8986
    aggfrag = 144,   // RFC 9347
    network_service_header = 145,
    experimental_1 = 253,  // RFC 3692
    experimental_2 = 254,
    reserved = 255,
};

/// "icmp", "udp"...; empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(ip_protocol protocol) noexcept;

/// The name of a differentiated services code point (IANA, DSCP registry): "cs0", "af41", "ef"...;
/// empty for one of no meaning.
[[nodiscard]] SONDE_API std::string_view dscp_name(std::uint8_t dscp) noexcept;

/// The two bits of explicit congestion notification (RFC 3168 s5).
enum class ecn : std::uint8_t { not_capable = 0, capable_1 = 1, capable_0 = 2, congested = 3 };
/// "not-ect", "ect(1)", "ect(0)", "ce"; empty above 3.
[[nodiscard]] SONDE_API std::string_view to_string(ecn value) noexcept;

namespace detail {
// The same for the tables of fields.
[[nodiscard]] SONDE_API std::string_view ip_protocol_field_name(std::uint64_t value) noexcept;
[[nodiscard]] SONDE_API std::string_view dscp_field_name(std::uint64_t value) noexcept;
[[nodiscard]] SONDE_API std::string_view ecn_field_name(std::uint64_t value) noexcept;
}  // namespace detail

}  // namespace sonde::inline v0
