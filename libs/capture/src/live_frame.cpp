#include "live_frame.hpp"

#include <algorithm>
#include <linux/if_packet.h>
#include <net/if_arp.h>

#include "pcapng.hpp"

namespace sonde::inline v0::detail {
namespace {

constexpr std::size_t tag_len = 4;         // IEEE 802.1Q s9.3: protocol and control information
constexpr std::size_t addresses_len = 12;  // of an Ethernet header, before the tag
constexpr std::uint16_t customer_tag = 0x8100;  // when the kernel does not say which

bool has_taken_tag(const ring_frame& frame) noexcept {
    return (frame.status & TP_STATUS_VLAN_VALID) != 0;
}

std::uint16_t tag_protocol(const ring_frame& frame) noexcept {
    return (frame.status & TP_STATUS_VLAN_TPID_VALID) != 0 ? frame.vlan_protocol : customer_tag;
}

// Makes the frame longer at its front.
bool grow(ring_frame& frame, std::size_t by) noexcept {
    if (frame.headroom < by) return false;
    frame.headroom -= by;
    frame.original_len += static_cast<std::uint32_t>(by);
    return true;
}

// Moves both addresses to the front and writes the tag behind them.
bool restore_tag(ring_frame& frame) noexcept {
    if (frame.octets().size() < addresses_len || !grow(frame, tag_len)) return false;
    const auto octets = frame.octets();
    std::ranges::copy(octets.subspan(tag_len, addresses_len), octets.begin());
    put_be16_at(octets, addresses_len, tag_protocol(frame));
    put_be16_at(octets, addresses_len + 2, frame.vlan_control);
    return true;
}

// The tag of a cooked packet: its header names the tag's protocol, the packet begins with the
// control information and the protocol that follows.
bool restore_cooked_tag(ring_frame& frame) noexcept {
    if (!grow(frame, tag_len)) return false;
    put_be16_at(frame.octets(), 0, frame.vlan_control);
    put_be16_at(frame.octets(), 2, frame.protocol);
    frame.protocol = tag_protocol(frame);
    return true;
}

// https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html: 16 octets.
void put_sll(bytes_mut out, const ring_frame& frame) noexcept {
    put_be16_at(out, 0, frame.kind);
    put_be16_at(out, 2, frame.hardware);
    put_be16_at(out, 4, frame.address_len);
    put_be64_at(out, 6, frame.address);
    put_be16_at(out, 14, frame.protocol);
}

// https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html: 20 octets.
void put_sll2(bytes_mut out, const ring_frame& frame) noexcept {
    put_be16_at(out, 0, frame.protocol);
    put_be16_at(out, 2, 0);
    put_be32_at(out, 4, frame.interface_index);
    put_be16_at(out, 8, frame.hardware);
    out[10] = frame.kind;
    out[11] = frame.address_len;
    put_be64_at(out, 12, frame.address);
}

void put_cooked_header(ring_frame& frame, std::uint16_t link_type) noexcept {
    const bool second = link_type == 276;
    if (!grow(frame, second ? 20 : 16)) return;
    if (second) {
        put_sll2(frame.octets(), frame);
    } else {
        put_sll(frame.octets(), frame);
    }
}

packet_flags flags_of(std::uint8_t kind) noexcept {
    const auto flags = [](packet_flags::direction_kind direction,
                          packet_flags::reception_kind reception) {
        return packet_flags{static_cast<std::uint32_t>(direction) |
                            (static_cast<std::uint32_t>(reception) << 2)};
    };
    using direction = packet_flags::direction_kind;
    using reception = packet_flags::reception_kind;
    switch (kind) {
        case PACKET_HOST:
            return flags(direction::inbound, reception::unicast);
        case PACKET_BROADCAST:
            return flags(direction::inbound, reception::broadcast);
        case PACKET_MULTICAST:
            return flags(direction::inbound, reception::multicast);
        case PACKET_OTHERHOST:
            return flags(direction::inbound, reception::promiscuous);
        case PACKET_OUTGOING:
            return flags(direction::outbound, reception::unspecified);
        default:
            return {};
    }
}

void put_flags(flags_option& option, std::uint8_t kind) noexcept {
    store(native_order, bytes_mut(option), 0, epb_flags);
    store(native_order, bytes_mut(option), 2, std::uint16_t{4});
    store(native_order, bytes_mut(option), 4, flags_of(kind).value);
}

}  // namespace

live_record record_of(ring_frame& frame, const frame_shape& shape, flags_option& option) noexcept {
    bool restored = false;
    if (has_taken_tag(frame)) {
        restored = shape.cooked ? restore_cooked_tag(frame) : restore_tag(frame);
    }
    if (shape.cooked) put_cooked_header(frame, shape.link_type);
    put_flags(option, frame.kind);
    const bytes_view octets = frame.octets();
    live_record made;
    made.octets = octets.first(std::min<std::size_t>(octets.size(), shape.snap_len));
    made.time = wall_time(std::chrono::seconds(frame.seconds) + nanoseconds(frame.nanoseconds));
    made.original_len = frame.original_len;
    made.link_type = shape.link_type;
    made.option_octets = option;
    made.interface_index = frame.interface_index;
    made.source = (frame.status & TP_STATUS_TS_RAW_HARDWARE) != 0 ? stamp_source::hardware
                                                                  : stamp_source::kernel;
    made.vlan_restored = restored;
    return made;
}

std::optional<std::uint16_t> link_type_of(std::uint16_t hardware) noexcept {
    switch (hardware) {
        case ARPHRD_ETHER:
        case ARPHRD_LOOPBACK:
            return 1;  // LINKTYPE_ETHERNET; the loopback has an Ethernet header of zeros
        case ARPHRD_NONE:
        case ARPHRD_RAWIP:
        case ARPHRD_TUNNEL:
        case ARPHRD_TUNNEL6:
        case ARPHRD_SIT:
        case 518:        // ARPHRD_RAWHDLC of linux/if_arp.h
            return 101;  // LINKTYPE_RAW: begins with an IP header
        case ARPHRD_IEEE80211:
            return 105;
        case ARPHRD_IEEE80211_RADIOTAP:
            return 127;
        case ARPHRD_CAN:
            return 227;
        case 824:  // ARPHRD_NETLINK of linux/if_arp.h
            return 253;
        default:
            return std::nullopt;
    }
}

}  // namespace sonde::inline v0::detail
