#pragma once
/// The numbers that say what an Ethernet frame carries (IEEE Registration Authority, EtherType;
/// RFC 9542 s3). VLAN tags, GRE, GENEVE, SNAP and Linux's cooked headers use the same ones.

#include <cstdint>
#include <string_view>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// Other values stay representable; they have no name. On the wire, a value up to 1500 is a length
/// (IEEE 802.3 s3.2.6); the two such names here are Linux's, for frames that have a length.
enum class ether_type : std::uint16_t {
    novell_802_3 = 0x0001,  // IPX without LLC behind a length
    llc = 0x0004,           // IEEE 802.2 behind a length
    ipv4 = 0x0800,
    arp = 0x0806,
    wake_on_lan = 0x0842,
    trill = 0x22f3,
    srp = 0x22ea,
    avtp = 0x22f0,
    cisco_discovery = 0x2000,
    decnet = 0x6003,
    dec_lat = 0x6004,
    transparent_bridging = 0x6558,  // an Ethernet frame: GRE, GENEVE
    reverse_arp = 0x8035,
    appletalk = 0x809b,
    appletalk_arp = 0x80f3,
    vlan = 0x8100,  // IEEE 802.1Q customer tag
    ipx = 0x8137,
    ipv6 = 0x86dd,
    flow_control = 0x8808,
    slow_protocols = 0x8809,  // LACP
    ppp = 0x880b,
    mpls = 0x8847,
    mpls_upstream = 0x8848,  // RFC 5332: upstream-assigned label
    pppoe_discovery = 0x8863,
    pppoe_session = 0x8864,
    homeplug = 0x887b,
    eapol = 0x888e,
    profinet = 0x8892,
    ata_over_ethernet = 0x88a2,
    ethercat = 0x88a4,
    service_vlan = 0x88a8,  // IEEE 802.1ad service tag
    erspan = 0x88be,
    goose = 0x88b8,
    local_experimental_1 = 0x88b5,
    local_experimental_2 = 0x88b6,
    lldp = 0x88cc,
    homeplug_green_phy = 0x88e1,
    macsec = 0x88e5,
    backbone_service_instance = 0x88e7,  // IEEE 802.1ah
    ptp = 0x88f7,
    cfm = 0x8902,
    fcoe = 0x8906,
    fcoe_initialization = 0x8914,
    roce = 0x8915,
    network_service_header = 0x894f,
    loopback = 0x9000,         // Ethernet configuration testing
    vlan_double_old = 0x9100,  // outer tags before 802.1ad
    reserved = 0xffff,
};

/// "ipv4", "arp"...; empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(ether_type type) noexcept;

/// The longest payload that a length in the type field can say, and the first number that is a
/// type; what lies between is neither (IEEE 802.3 s3.2.6).
inline constexpr std::uint16_t ieee_802_3_length_max = 1500;
inline constexpr std::uint16_t ether_type_min = 1536;

namespace detail {
[[nodiscard]] constexpr selector by_ether_type(ether_type type) noexcept {
    return {selector_kind::ether_type, static_cast<std::uint32_t>(type)};
}
/// Whether an 802.1Q or 802.1ad tag follows.
[[nodiscard]] constexpr bool is_vlan(ether_type type) noexcept {
    return type == ether_type::vlan || type == ether_type::service_vlan ||
           type == ether_type::vlan_double_old;
}
/// What follows a type that is always a type: nothing is known of numbers below 1536.
[[nodiscard]] constexpr selector ether_type_selector(ether_type type) noexcept {
    if (static_cast<std::uint16_t>(type) < ether_type_min) return {};
    return by_ether_type(type);
}
/// What follows a field that may be a type or a length. Behind a length stands LLC, or a bare IPX
/// header, which begins with a checksum of ones, an LLC address that nobody can have.
[[nodiscard]] constexpr selector type_or_length_selector(ether_type type,
                                                         bytes_view payload) noexcept {
    if (static_cast<std::uint16_t>(type) > ieee_802_3_length_max) return ether_type_selector(type);
    const bool bare = payload.size() >= 2 && payload[0] == 0xff && payload[1] == 0xff;
    return by_ether_type(bare ? ether_type::novell_802_3 : ether_type::llc);
}
/// How many of the octets behind a type or length are payload; the rest is a trailer.
[[nodiscard]] constexpr std::size_t type_or_length_payload_len(ether_type type,
                                                               std::size_t have) noexcept {
    const std::size_t value = static_cast<std::uint16_t>(type);
    return value <= ieee_802_3_length_max && value < have ? value : have;
}
/// What the field says when nobody said: the length, as long as it can be one.
[[nodiscard]] constexpr ether_type length_as_type(std::size_t payload_len) noexcept {
    return payload_len <= ieee_802_3_length_max
               ? ether_type(static_cast<std::uint16_t>(payload_len))
               : ether_type::reserved;
}
[[nodiscard]] SONDE_API std::string_view ether_type_field_name(std::uint64_t value) noexcept;
}  // namespace detail

}  // namespace sonde::inline v0
