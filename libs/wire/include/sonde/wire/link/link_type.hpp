#pragma once
/// What a frame of a capture begins with: the LINKTYPE_ numbers of pcap and pcapng files
/// (draft-ietf-opsawg-pcaplinktype, a registry for IANA). The numbers are those of files; some
/// systems use others between a kernel and its programs.

#include <cstdint>
#include <string_view>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// Other values stay representable; they have no name.
enum class link_type : std::uint32_t {
    null = 0,  // BSD loopback: bsd_null
    ethernet = 1,
    token_ring = 6,
    slip = 8,
    ppp = 9,
    fddi = 10,
    raw_bsd = 12,      // what DLT_RAW is on most systems; files of careless writers have it
    raw_openbsd = 14,  // what DLT_RAW is on OpenBSD
    ppp_hdlc = 50,     // PPP with address and control, or Cisco HDLC
    ppp_ether = 51,    // PPPoE session
    raw = 101,         // IPv4 or IPv6, as the first four bits say
    cisco_hdlc = 104,
    ieee_802_11 = 105,
    frame_relay = 107,
    loop = 108,  // OpenBSD loopback: bsd_null in network byte order
    linux_sll = 113,
    pflog = 117,
    ieee_802_11_prism = 119,
    ieee_802_11_radiotap = 127,
    ieee_802_11_avs = 163,
    ppp_pppd = 166,
    bluetooth_hci_h4 = 187,
    usb_linux = 189,
    per_packet_information = 192,
    ieee_802_15_4_with_fcs = 195,
    erf = 197,
    bluetooth_hci_h4_with_direction = 201,
    ieee_802_15_4_nonask_phy = 215,
    usb_linux_mmapped = 220,
    can_socketcan = 227,
    ipv4 = 228,
    ipv6 = 229,
    ieee_802_15_4_no_fcs = 230,
    nflog = 239,
    bluetooth_low_energy = 251,
    netlink = 253,
    bluetooth_low_energy_with_phdr = 256,
    linux_sll2 = 276,
};

/// "ethernet", "linux_sll"...; empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(link_type type) noexcept;

/// What the frame's first octet belongs to. A capture of bare IP datagrams has no link layer: there
/// the first four bits of `frame` decide, and nothing is known of other versions.
[[nodiscard]] SONDE_API selector first_selector(link_type type, bytes_view frame) noexcept;

namespace detail {
[[nodiscard]] constexpr selector by_link_type(link_type type) noexcept {
    return {selector_kind::link_type, static_cast<std::uint32_t>(type)};
}
}  // namespace detail

}  // namespace sonde::inline v0
