#pragma once
/// Two packets beside each other: do they travel the same way, and is the second what somebody said
/// to the first? For pairing what was sent with what came back, by whoever has both.
///
///     if (answers(sent, received, link_type::ethernet) == reply_kind::answer) ...
///     if (direction_of(a, b, link_type::ethernet).transport == direction::reversed) ...
///
/// Any octets will do: what cannot be read is no answer and has no direction. Only the outermost
/// network layer counts. Nothing is allocated; time is constant but for walks over headers.

#include <cstdint>
#include <span>
#include <string_view>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/wire/link/link_type.hpp>

namespace sonde::inline v0 {

enum class direction : std::uint8_t {
    absent,     // one of them has no such layer, or they have different ones
    same,       // from the same end to the same end
    reversed,   // between the same two ends, the other way
    either,     // both ends are one: from an address to itself
    unrelated,  // other ends
};
[[nodiscard]] SONDE_API std::string_view to_string(direction which) noexcept;

struct packet_direction {
    direction link = direction::absent;       // Ethernet addresses
    direction network = direction::absent;    // IP or ARP protocol addresses
    direction transport = direction::absent;  // network addresses and ports together
};
[[nodiscard]] SONDE_API packet_direction direction_of(bytes_view a, bytes_view b,
                                                      link_type link) noexcept;

enum class reply_kind : std::uint8_t {
    no,
    answer,       // what the protocol says to the request
    error_about,  // an ICMP or ICMPv6 error that quotes it
};
[[nodiscard]] SONDE_API std::string_view to_string(reply_kind kind) noexcept;

/// What makes one UDP datagram the answer to another, for a protocol that is known by the port that
/// is asked. Both payloads as they are captured; ports, and addresses unless said, fit already.
struct udp_answer_rule {
    std::uint16_t port = 0;  // the request's destination
    bool (*fits)(bytes_view request, bytes_view reply) noexcept = nullptr;
    bool any_address = false;      // the reply may go anywhere, as DHCP's does
    std::uint16_t reply_port = 0;  // the reply's destination, where it is not the request's source
};
/// DNS (53), multicast DNS (5353), LLMNR (5355): RFC 1035 s4.1.1; DHCP and BOOTP (67): RFC 2131 s2;
/// DHCPv6 (547): RFC 8415 s8; NTP (123): RFC 5905 s8; SNMP's identifier is not looked at.
[[nodiscard]] SONDE_API std::span<const udp_answer_rule> udp_answer_rules() noexcept;

/// Whether `reply` answers `request`. What must fit, beside addresses and ports the other way:
/// ARP, RARP, InARP: operation and addresses asked for; ICMP echo, timestamp, information, address
/// mask, extended echo, ICMPv6 echo, extended echo, node information: identifier and sequence
/// number or nonce; router and neighbor discovery: type and target; TCP: an acknowledgment of all
/// that the request says, or the reset that RFC 9293 s3.5.2 prescribes; SCTP: the chunk that
/// answers the first one; UDP: `more_rules`, then udp_answer_rules(), by port. What was sent to a
/// multicast or broadcast address may be answered from any.
[[nodiscard]] SONDE_API reply_kind
answers(bytes_view request, bytes_view reply, link_type link,
        std::span<const udp_answer_rule> more_rules = {}) noexcept;

}  // namespace sonde::inline v0
