#include "probe_frame.hpp"

#include <algorithm>
#include <memory>

#include <sonde/wire/checksum.hpp>
#include <sonde/wire/link/ether_type.hpp>
#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>

namespace sonde::inline v0::detail {
namespace {

constexpr std::size_t link_len = ethernet::header_len;
constexpr std::uint16_t dont_fragment_bit = 0x4000;  // RFC 791 s3.1
constexpr std::size_t checksum_at = 2;               // in an ICMP message
// Where in a frame, behind an Ethernet header.
constexpr std::size_t ipv4_at = link_len;
constexpr std::size_t ipv6_at = link_len;

std::uint16_t folded(std::uint32_t sum) noexcept {
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum + (sum >> 16));
}

struct ip_facts {
    std::uint8_t hop_limit = 0;
    std::uint8_t traffic_class = 0;
    std::size_t message_len = 0;
    std::uint16_t identification = 0;  // IPv4 alone has these two
    std::uint16_t fragment = 0;
};

// A header's words are summed while they are in registers, not read back.
void put_ipv4(std::span<std::uint8_t, ipv4::header_len> out, const ip_facts& facts,
              ipv4_address source, ipv4_address destination) noexcept {
    const std::uint32_t first = std::uint32_t{0x4500} << 16 |
                                std::uint32_t{facts.traffic_class} << 16 |
                                static_cast<std::uint32_t>(ipv4::header_len + facts.message_len);
    const std::uint32_t second = std::uint32_t{facts.identification} << 16 | facts.fragment;
    const auto third =
        static_cast<std::uint16_t>(facts.hop_limit << 8 | static_cast<int>(ip_protocol::icmp));
    std::uint32_t sum = third;
    for (const std::uint32_t word : {first, second, source.value, destination.value}) {
        sum += (word >> 16) + (word & 0xffff);
    }
    put_be32<0>(out, first);
    put_be32<4>(out, second);
    put_be16<8>(out, third);
    put_be16<10>(out, static_cast<std::uint16_t>(~folded(sum)));
    put_be32<12>(out, source.value);
    put_be32<16>(out, destination.value);
}

void put_ipv6(std::span<std::uint8_t, ipv6::header_len> out, const ip_facts& facts,
              const ipv6_address& source, const ipv6_address& destination) noexcept {
    put_be32<0>(out, std::uint32_t{6} << 28 | std::uint32_t{facts.traffic_class} << 20);
    put_be16<4>(out, static_cast<std::uint16_t>(facts.message_len));
    out[6] = static_cast<std::uint8_t>(ip_protocol::icmpv6);
    out[7] = facts.hop_limit;
    source.write(out.subspan<8, 16>());
    destination.write(out.subspan<24, 16>());
}

// The checksum of an ICMPv6 message whatever its field holds now, summed where it comes from.
// Precondition: at least four octets.
std::uint16_t icmpv6_checksum(bytes_view message, const ip_address& source,
                              const ip_address& destination) noexcept {
    const auto present = be16_at(message, checksum_at);
    return checksum()
        .add_pseudo_header(source,
                           destination,
                           ip_protocol::icmpv6,
                           static_cast<std::uint32_t>(message.size()))
        .add_u16(static_cast<std::uint16_t>(~present))  // takes it out of the sum again
        .add(message)
        .value();
}

void put_link(bytes_mut out, const mac_address& to, const mac_address& from,
              ether_type type) noexcept {
    const auto link = out.first<link_len>();
    to.write(link.subspan<0, 6>());
    from.write(link.subspan<6, 6>());
    put_be16<12>(link, static_cast<std::uint16_t>(type));
}

// The sum over a header of so many octets, a multiple of four, holds (RFC 1071).
bool header_sum_holds(bytes_view header) noexcept {
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at + 4 <= header.size(); at += 4) sum += be32_at(header, at);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return ((sum & 0xffff) + (sum >> 16)) == 0xffff;
}

bool read_ipv4(bytes_view octets, std::span<const ip_address> own,
               received_datagram& out) noexcept {
    const auto ip = ipv4::view::parse(octets);
    if (!ip || octets[0] >> 4 != 4) return false;
    const std::size_t header_len = std::size_t{4} * (octets[0] & 0x0fU);
    const std::size_t len = be16_at(octets, 2);
    constexpr std::uint16_t fragment_bits = 0x3fff;  // more fragments, and the offset
    if (header_len < ipv4::header_len || header_len > octets.size() || len < header_len) {
        return false;
    }
    const ipv4_address destination = ip->destination();
    const auto is_it = [&](const ip_address& one) { return one.v4() == destination; };
    if ((be16_at(octets, 6) & fragment_bits) != 0 || ip->protocol() != ip_protocol::icmp ||
        !std::ranges::any_of(own, is_it) || !header_sum_holds(octets.first(header_len))) {
        return false;
    }
    out.octets = octets.first(std::min(len, octets.size()));
    out.header_len = header_len;
    // Made where they lie: copies would be read back before their parts are written.
    std::construct_at(&out.source.address, ip->source());
    out.destination.emplace(destination);
    out.hop_limit = sonde::hop_limit{ip->time_to_live()};
    out.traffic_class = octets[1];
    out.truncated = len > octets.size();
    return true;
}

bool read_ipv6(bytes_view octets, std::span<const ip_address> own,
               received_datagram& out) noexcept {
    const auto ip = ipv6::view::parse(octets);
    if (!ip || octets[0] >> 4 != 6) return false;
    const std::size_t len = be16_at(octets, 4);
    const bytes_view rest = octets.subspan(ipv6::header_len);
    const ipv6_address destination = ip->destination();
    const auto is_it = [&](const ip_address& one) { return one.v6() == destination; };
    if (len > rest.size() || ip->next_header() != ip_protocol::icmpv6 ||
        !std::ranges::any_of(own, is_it)) {
        return false;
    }
    const bytes_view message = rest.first(len);
    if (verify_transport_checksum(ip->source(), destination, ip_protocol::icmpv6, message) !=
        checksum_state::good) {
        return false;
    }
    out.octets = message;
    out.source.address = ip->source();
    out.destination = destination;
    out.hop_limit = sonde::hop_limit{ip->hop_limit()};
    out.traffic_class = static_cast<std::uint8_t>(be16_at(octets, 0) >> 4);
    return true;
}

}  // namespace

std::size_t frame_writer::frame_len(std::size_t message_len) const noexcept {
    const bool is_v4 = look_.family == ip_family::v4;
    return link_len + (is_v4 ? ipv4::header_len : ipv6::header_len) + message_len;
}

std::size_t frame_writer::write(bytes_mut out, const outgoing& packet,
                                const frame_route& route) noexcept {
    const ip_address& destination = packet.destination.address;
    ip_facts facts{.hop_limit = packet.hop_limit ? packet.hop_limit->value : look_.hop_limit,
                   .traffic_class = packet.traffic_class.value_or(look_.traffic_class),
                   .message_len = packet.octets.size()};
    const std::size_t len = frame_len(facts.message_len);
    const bytes_mut message = out.subspan(len - facts.message_len, facts.message_len);
    std::ranges::copy(packet.octets, message.begin());
    if (look_.family == ip_family::v4) {
        put_link(out, route.next, look_.mac, ether_type::ipv4);
        facts.identification = identification_++;
        facts.fragment = look_.dont_fragment ? dont_fragment_bit : std::uint16_t{0};
        put_ipv4(
            out.subspan<ipv4_at, ipv4::header_len>(), facts, route.source.v4(), destination.v4());
        return len;
    }
    put_link(out, route.next, look_.mac, ether_type::ipv6);
    put_ipv6(out.subspan<ipv6_at, ipv6::header_len>(), facts, route.source.v6(), destination.v6());
    if (message.size() >= checksum_at + 2) {
        put_be16_at(
            message, checksum_at, icmpv6_checksum(packet.octets, route.source, destination));
    }
    return len;
}

void set_next(bytes_mut frame, const mac_address& next) noexcept {
    next.write(frame.first<link_len>().subspan<0, 6>());
}

bool read_probe_frame(bytes_view frame, ip_family family, std::span<const ip_address> own,
                      received_datagram& out) noexcept {
    const auto link = ethernet::view::parse(frame);
    if (!link) return false;
    const bytes_view datagram = frame.subspan(link_len);
    if (family == ip_family::v4) {
        return link->type() == ether_type::ipv4 && read_ipv4(datagram, own, out);
    }
    return link->type() == ether_type::ipv6 && read_ipv6(datagram, own, out);
}

bytes_view write_unreachable(bytes_mut out, bytes_view frame) noexcept {
    constexpr std::size_t message_head = 8;
    constexpr std::size_t quoting_len_max = 576;  // octets, RFC 1812 s4.3.2.3
    const bytes_view sent = frame.subspan(link_len);
    const bool is_v4 = sent[0] >> 4 == 4;
    const std::size_t ip_len = is_v4 ? ipv4::header_len : ipv6::header_len;
    const std::size_t len_max = is_v4 ? quoting_len_max : unreachable_len_max;
    const std::size_t quoted = std::min(sent.size(), len_max - ip_len - message_head);
    const std::size_t front = is_v4 ? ip_len : 0;
    const bytes_mut made = out.first(front + message_head + quoted);
    const bytes_mut message = made.subspan(front);
    std::ranges::fill(message.first(message_head), std::uint8_t{0});
    std::ranges::copy(sent.first(quoted), message.subspan(message_head).begin());
    message[0] = is_v4 ? 3 : 1;
    message[1] = is_v4 ? 1 : 3;
    if (is_v4) {
        const auto own = ipv4_address::from_octets(sent.subspan<12, 4>());
        put_be16_at(message, checksum_at, internet_checksum(message));
        constexpr std::uint8_t internetwork_control = 0xc0;  // RFC 1812 s4.3.2.5
        put_ipv4(
            made.first<ipv4::header_len>(),
            {.hop_limit = 64, .traffic_class = internetwork_control, .message_len = message.size()},
            own,
            own);
    } else {
        const auto own = ipv6_address::from_octets(sent.subspan<8, 16>());
        put_be16_at(message, checksum_at, icmpv6_checksum(message, own, own));
    }
    return made;
}

}  // namespace sonde::inline v0::detail
