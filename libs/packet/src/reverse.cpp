#include <algorithm>
#include <array>

#include <sonde/packet/datagram.hpp>
#include <sonde/packet/reverse.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/crc.hpp>
#include <sonde/wire/link/arp.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/transport/sctp.hpp>

#include "link_walk.hpp"

namespace sonde::inline v0 {
namespace {

void swap_octets(bytes_mut a, bytes_mut b) noexcept {
    std::swap_ranges(a.begin(), a.end(), b.begin());
}

bool reverse_arp(bytes_mut octets) noexcept {
    const auto message = arp::mutable_view::parse(octets);
    if (!message || !message->checked_len()) return false;
    swap_octets(message->sender_hardware_address(), message->target_hardware_address());
    swap_octets(message->sender_protocol_address(), message->target_protocol_address());
    return true;
}

/// Where the checksum of a transport stands that sums a pseudo header; 0 for one that has none.
std::size_t checksum_offset(ip_protocol protocol) noexcept {
    switch (protocol) {
        case ip_protocol::tcp:
            return 16;
        case ip_protocol::udp:
        case ip_protocol::udp_lite:
        case ip_protocol::dccp:
            return 6;
        case ip_protocol::icmpv6:
            return 2;
        default:
            return 0;
    }
}

bool has_swappable_ports(ip_protocol protocol) noexcept {
    return protocol == ip_protocol::tcp || protocol == ip_protocol::udp ||
           protocol == ip_protocol::udp_lite || protocol == ip_protocol::dccp;
}

/// The CRC-32C of a captured SCTP packet whose field is zero, with zeros for what is declared
/// further: enough to tell by how much a change moves it.
std::uint32_t crc_of(bytes_view packet, std::size_t declared_len) noexcept {
    constexpr std::array<std::uint8_t, 256> zeros{};
    crc32c sum;
    sum.add(packet);
    for (std::size_t left = declared_len - packet.size(); left > 0;) {
        const std::size_t some = std::min(left, zeros.size());
        sum.add(bytes_view(zeros).first(some));
        left -= some;
    }
    return be32_at(sum.octets(), 0);
}

/// A CRC is linear: by what the swap of the ports moves it, the field moves as well, whether it was
/// right or not. A zero of who made none (RFC 9653) stays zero.
bool reverse_sctp_ports(bytes_mut packet, const datagram& seen) noexcept {
    const std::size_t declared_len = seen.total_len - seen.header_len;
    // Of a fragment, or a packet of more than 64 KiB, nobody can tell.
    const bool is_whole = !seen.more_fragments && declared_len <= 0xffff;
    if (!is_whole || packet.size() < sctp::header_len || declared_len < packet.size()) return false;
    const std::uint32_t field = be32_at(packet, 8);
    put_be32_at(packet, 8, 0);
    const std::uint32_t before = crc_of(packet, declared_len);
    swap_octets(packet.first(2), packet.subspan(2, 2));
    const bool was_made = field != 0 || before == 0;
    put_be32_at(packet, 8, was_made ? field ^ before ^ crc_of(packet, declared_len) : 0);
    return true;
}

/// The checksum's share of the pseudo header changed from one pair of addresses to another.
void patch_checksum(bytes_mut transport, ip_protocol protocol, const checksum& before,
                    const checksum& after) noexcept {
    const std::size_t at = checksum_offset(protocol);
    if (at == 0 || at + 2 > transport.size()) return;
    const bool is_udp = protocol == ip_protocol::udp;
    const std::uint16_t old = be16_at(transport, at);
    if (is_udp && old == 0) return;  // none was made
    const std::uint16_t patched = checksum_update(old, before.sum(), after.sum());
    put_be16_at(transport, at, is_udp && patched == 0 ? 0xffff : patched);
}

checksum sum_of_ends(ipv6::view ip) noexcept {
    checksum sum;
    sum.add(ip.source().octets);
    sum.add(ipv6_final_destination(ip).octets);
    return sum;
}

void reverse_ip(bytes_mut octets, reversed_layers& done) noexcept {
    const auto seen = read_datagram(octets);
    if (!seen) return;
    checksum before;
    checksum after;
    if (seen->source.is_v4()) {
        swap_octets(octets.subspan(12, 4), octets.subspan(16, 4));
    } else {
        before = sum_of_ends(*ipv6::view::parse(bytes_view(octets)));
        swap_octets(octets.subspan(8, 16), octets.subspan(24, 16));
        after = sum_of_ends(*ipv6::view::parse(bytes_view(octets)));
    }
    done.network = true;
    if (seen->stopped || seen->fragment_offset != 0 || seen->transport.empty()) return;
    const auto protocol = ip_protocol{seen->protocol};
    const bytes_mut transport = octets.subspan(seen->header_len, seen->transport.size());
    if (before.sum() != after.sum()) {
        patch_checksum(transport, protocol, before, after);
    }
    if (protocol == ip_protocol::sctp) done.transport = reverse_sctp_ports(transport, *seen);
    if (!has_swappable_ports(protocol) || transport.size() < 4) return;
    swap_octets(transport.first(2), transport.subspan(2, 2));
    done.transport = true;
}

}  // namespace

reversed_layers reverse_addresses(bytes_mut frame, link_type link) noexcept {
    const detail::link_walk walk = detail::walk_link(frame, link);
    const bytes_mut network = frame.subspan(walk.network_at, walk.network_len);
    reversed_layers done;
    if (walk.ethernet_at) {
        swap_octets(frame.first(6), frame.subspan(6, 6));
        done.link = true;
    }
    if (walk.network == detail::network_kind::arp) done.network = reverse_arp(network);
    if (walk.network == detail::network_kind::ip) reverse_ip(network, done);
    return done;
}

}  // namespace sonde::inline v0
