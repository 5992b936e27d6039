#include <algorithm>
#include <array>
#include <optional>

#include <sonde/packet/answer.hpp>
#include <sonde/packet/datagram.hpp>
#include <sonde/packet/icmp_error.hpp>
#include <sonde/wire/link/arp.hpp>
#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmpv6.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>

#include "link_walk.hpp"

namespace sonde::inline v0 {
namespace {

/// One packet, as far as both questions need it. Borrows its octets.
struct packet_facts {
    std::optional<std::array<bytes_view, 2>> macs{};  // source, destination
    std::optional<arp::view> neighbor{};
    std::optional<datagram> ip{};
    bytes_view datagram_octets{};
};

packet_facts read(bytes_view frame, link_type link) noexcept {
    const detail::link_walk walk = detail::walk_link(frame, link);
    packet_facts facts;
    if (walk.ethernet_at) facts.macs = {frame.subspan(6, 6), frame.first(6)};
    const bytes_view network = frame.subspan(walk.network_at, walk.network_len);
    if (walk.network == detail::network_kind::arp) {
        if (const auto seen = arp::view::parse(network)) facts.neighbor = *seen;
    }
    if (walk.network == detail::network_kind::ip) {
        if (const auto seen = read_datagram(network)) facts.ip = *seen;
        facts.datagram_octets = network;
    }
    return facts;
}

bool equal(bytes_view a, bytes_view b) noexcept { return std::ranges::equal(a, b); }

/// `same(i)`: whether end i of one is end i of the other; `crossed(i)`: whether it is the other
/// end.
template <class Same, class Crossed>
direction compare_ends(Same same, Crossed crossed) noexcept {
    const bool straight = same(0) && same(1);
    const bool turned = crossed(0) && crossed(1);
    if (straight && turned) return direction::either;
    if (straight) return direction::same;
    return turned ? direction::reversed : direction::unrelated;
}
template <class End, class Equal>
direction compare_ends(const std::array<End, 2>& a, const std::array<End, 2>& b,
                       Equal equals) noexcept {
    return compare_ends([&](std::size_t i) { return equals(a[i], b[i]); },
                        [&](std::size_t i) { return equals(a[i], b[1 - i]); });
}

struct endpoint {
    ip_address address{};
    std::uint16_t port = 0;
    friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// Whether a header of the transport begins in this datagram.
bool has_transport(const datagram& ip) noexcept { return !ip.stopped && ip.fragment_offset == 0; }
bool has_ports(const datagram& ip) noexcept {
    const auto protocol = ip_protocol{ip.protocol};
    const bool known = protocol == ip_protocol::tcp || protocol == ip_protocol::udp ||
                       protocol == ip_protocol::udp_lite || protocol == ip_protocol::dccp ||
                       protocol == ip_protocol::sctp;
    return known && has_transport(ip) && ip.transport.size() >= 4;
}
std::array<endpoint, 2> ports_of(const datagram& ip) noexcept {
    return {endpoint{ip.source, be16_at(ip.transport, 0)},
            endpoint{ip.destination, be16_at(ip.transport, 2)}};
}

/// Whether anybody may be meant: then the answer comes from an address of its own.
bool is_group(const ip_address& address) noexcept {
    return address.is_multicast() || (address.is_v4() && address.v4().is_broadcast());
}

bool ends_fit(const datagram& request, const datagram& reply) noexcept {
    if (request.source.family() != reply.source.family()) return false;
    const bool from_there = reply.source == request.destination || is_group(request.destination);
    return from_there && (reply.destination == request.source || is_group(reply.destination));
}

bool answers_arp(arp::view request, arp::view reply) noexcept {
    const auto asked = static_cast<std::uint16_t>(request.operation());
    const auto said = static_cast<std::uint16_t>(reply.operation());
    if (!request.checked_len() || !reply.checked_len() || said != asked + 1) return false;
    if (request.hardware_type() != reply.hardware_type() ||
        request.protocol_type() != reply.protocol_type()) {
        return false;
    }
    switch (request.operation()) {
        case arp_operation::request:
            return equal(reply.sender_protocol_address(), request.target_protocol_address()) &&
                   equal(reply.target_protocol_address(), request.sender_protocol_address());
        case arp_operation::reverse_request:
        case arp_operation::dynamic_reverse_request:
            return equal(reply.target_hardware_address(), request.target_hardware_address());
        case arp_operation::inverse_request:
            return equal(reply.sender_hardware_address(), request.target_hardware_address()) &&
                   equal(reply.target_hardware_address(), request.sender_hardware_address());
        default:
            return false;
    }
}

/// A request of ICMP or ICMPv6, what answers it, and which octets both have in common.
struct message_pair {
    std::uint8_t request = 0;
    std::uint8_t reply = 0;
    std::size_t common_at = 0;  // octets from the type
    std::size_t common_len = 0;
};

constexpr std::array icmp_pairs{
    message_pair{8, 0, 4, 4},    // echo: identifier and sequence number (RFC 792 p. 14)
    message_pair{13, 14, 4, 4},  // timestamp (p. 16)
    message_pair{15, 16, 4, 4},  // information (p. 18)
    message_pair{17, 18, 4, 4},  // address mask (RFC 950)
    message_pair{10, 9, 0, 0},   // router solicitation (RFC 1256): nothing in common
    message_pair{37, 38, 4, 4},  // domain name (RFC 1788)
    message_pair{42, 43, 4, 3},  // extended echo: the sequence number has one octet (RFC 8335)
};
constexpr std::array icmpv6_pairs{
    message_pair{128, 129, 4, 4},   // echo (RFC 4443 s4)
    message_pair{133, 134, 0, 0},   // router solicitation (RFC 4861 s4.1)
    message_pair{135, 136, 8, 16},  // neighbor solicitation: the target
    message_pair{139, 140, 8, 8},   // node information: the nonce (RFC 4620 s4)
    message_pair{160, 161, 4, 3},   // extended echo (RFC 8335)
};

bool is_pair(const message_pair& pair, bytes_view request, bytes_view reply) noexcept {
    const std::size_t end = pair.common_at + pair.common_len;
    if (request.size() < std::max<std::size_t>(end, 1) ||
        reply.size() < std::max<std::size_t>(end, 1)) {
        return false;
    }
    return request[0] == pair.request && reply[0] == pair.reply &&
           equal(request.subspan(pair.common_at, pair.common_len),
                 reply.subspan(pair.common_at, pair.common_len));
}

bool answers_icmp(const datagram& request, const datagram& reply) noexcept {
    const bool v4 = ip_protocol{request.protocol} == ip_protocol::icmp;
    const std::span<const message_pair> pairs = v4 ? std::span<const message_pair>(icmp_pairs)
                                                   : std::span<const message_pair>(icmpv6_pairs);
    const auto found = std::ranges::find_if(pairs, [&](const message_pair& pair) {
        return is_pair(pair, request.transport, reply.transport);
    });
    if (found == pairs.end()) return false;
    // Who looks for its own address has none yet, and all are told (RFC 4861 s7.2.4).
    const bool for_all = request.source.is_unspecified() && is_group(reply.destination);
    if (for_all) return true;
    // A neighbor answers for its address, from whichever it likes; so does a router.
    const bool discovery = !v4 && (request.transport[0] == 133 || request.transport[0] == 135);
    return discovery ? reply.destination == request.source || is_group(reply.destination)
                     : ends_fit(request, reply);
}

bool answers_tcp(const datagram& request, const datagram& reply) noexcept {
    const auto asked = tcp::view::parse(request.transport);
    const auto said = tcp::view::parse(reply.transport);
    if (!asked || !said) return false;
    if (ports_of(request)[0] != ports_of(reply)[1] || ports_of(request)[1] != ports_of(reply)[0]) {
        return false;
    }
    const std::size_t declared = request.total_len - request.header_len;  // octets, cut or not
    const std::size_t header_len = std::max(asked->header_length(), tcp::header_len);
    const std::uint32_t len =
        static_cast<std::uint32_t>(declared - std::min(declared, header_len)) +
        (has(asked->flags(), tcp_flags::syn) ? 1U : 0U) +
        (has(asked->flags(), tcp_flags::fin) ? 1U : 0U);
    if (!has(said->flags(), tcp_flags::ack)) {
        // To a segment with an acknowledgment, a reset takes its number from there.
        return has(said->flags(), tcp_flags::rst) && has(asked->flags(), tcp_flags::ack) &&
               said->sequence_number() == asked->acknowledgment_number();
    }
    if (has(asked->flags(), tcp_flags::rst) || len == 0) return false;  // nothing to be answered
    const std::uint32_t beyond = said->acknowledgment_number() - (asked->sequence_number() + len);
    if (has(said->flags(), tcp_flags::rst) || has(said->flags(), tcp_flags::syn)) {
        return beyond == 0;
    }
    return beyond < (std::uint32_t{1} << 30);  // no window reaches further (RFC 7323 s2.3)
}

/// Chunks that answer each other (RFC 9260 s3.2): the request's first, the reply's first.
bool answers_sctp(bytes_view request, bytes_view reply) noexcept {
    constexpr std::size_t chunk_at = 12;
    constexpr std::array<std::array<std::uint8_t, 2>, 6> pairs{
        {{0, 3}, {1, 2}, {4, 5}, {7, 8}, {8, 14}, {10, 11}}};
    if (request.size() <= chunk_at || reply.size() <= chunk_at) return false;
    if (reply[chunk_at] == 6) return true;  // abort
    return std::ranges::any_of(pairs, [&](const auto& pair) {
        return request[chunk_at] == pair[0] && reply[chunk_at] == pair[1];
    });
}

bool fits_dns(bytes_view request, bytes_view reply) noexcept {
    constexpr std::size_t flags_at = 2;
    constexpr std::uint8_t is_response = 0x80;
    return request.size() > flags_at && reply.size() > flags_at &&
           equal(request.first(2), reply.first(2)) && (request[flags_at] & is_response) == 0 &&
           (reply[flags_at] & is_response) != 0;
}

bool fits_dhcp(bytes_view request, bytes_view reply) noexcept {
    constexpr std::size_t hardware_at = 28;
    constexpr std::size_t fixed_len = 44;  // octets, to the end of the hardware address
    return request.size() >= fixed_len && reply.size() >= fixed_len && request[0] == 1 &&
           reply[0] == 2 && equal(request.subspan(4, 4), reply.subspan(4, 4)) &&
           equal(request.subspan(hardware_at, 16), reply.subspan(hardware_at, 16));
}

bool fits_dhcpv6(bytes_view request, bytes_view reply) noexcept {
    constexpr std::uint8_t advertise = 2;
    constexpr std::uint8_t reply_type = 7;
    return request.size() >= 4 && reply.size() >= 4 &&
           (reply[0] == advertise || reply[0] == reply_type) && request[0] != advertise &&
           request[0] != reply_type && equal(request.subspan(1, 3), reply.subspan(1, 3));
}

bool fits_ntp(bytes_view request, bytes_view reply) noexcept {
    constexpr std::size_t origin_at = 24;
    constexpr std::size_t transmit_at = 40;
    constexpr std::size_t message_len = 48;
    return request.size() >= message_len && reply.size() >= message_len &&
           equal(request.subspan(transmit_at, 8), reply.subspan(origin_at, 8));
}

constexpr std::array known_udp_rules{
    udp_answer_rule{.port = 53, .fits = fits_dns},
    udp_answer_rule{.port = 5353, .fits = fits_dns},
    udp_answer_rule{.port = 5355, .fits = fits_dns},
    udp_answer_rule{.port = 67, .fits = fits_dhcp, .any_address = true, .reply_port = 68},
    udp_answer_rule{.port = 547, .fits = fits_dhcpv6, .reply_port = 546},
    udp_answer_rule{.port = 123, .fits = fits_ntp},
};

const udp_answer_rule* rule_for(std::uint16_t port,
                                std::span<const udp_answer_rule> rules) noexcept {
    const auto found = std::ranges::find(rules, port, &udp_answer_rule::port);
    return found == rules.end() ? nullptr : &*found;
}

bool answers_udp(const datagram& request, const datagram& reply,
                 std::span<const udp_answer_rule> more_rules) noexcept {
    const auto asked = udp::view::parse(request.transport);
    const auto said = udp::view::parse(reply.transport);
    if (!asked || !said) return false;
    const std::uint16_t port = asked->destination_port();
    const udp_answer_rule* rule = rule_for(port, more_rules);
    if (rule == nullptr) rule = rule_for(port, known_udp_rules);
    const bool to_any = rule != nullptr && rule->any_address;
    const bool to_its_port = said->destination_port() == asked->source_port() ||
                             (rule != nullptr && rule->reply_port != 0 &&
                              said->destination_port() == rule->reply_port) ||
                             (is_group(reply.destination) && said->destination_port() == port);
    if (said->source_port() != port || !to_its_port) return false;
    if (!to_any && !ends_fit(request, reply)) return false;
    return rule == nullptr || rule->fits(asked->data(), said->data());
}

/// Whether an error quotes the request: everything of it that is quoted and does not change on the
/// way (time to live, checksums) is the same.
bool is_about(const datagram& request, const datagram& reply) noexcept {
    const auto error = read_icmp_error(reply.transport, reply.source.family());
    if (!error || !error->quoted) return false;
    if (error->quoted->source != request.source ||
        error->quoted_destination != request.destination ||
        error->quoted_protocol != request.protocol ||
        error->quoted->identification != request.identification) {
        return false;
    }
    if (!has_transport(request)) return true;
    // The first four octets of a transport are ports, or type, code and a checksum.
    const bytes_view quoted = error->quoted_transport;
    const bytes_view sent = request.transport;
    const bool ports = has_ports(request);
    const std::size_t from = ports ? 0 : 4;
    const std::size_t until = ip_protocol{request.protocol} == ip_protocol::udp ? 4 : 8;
    const std::size_t end = std::min({until, quoted.size(), sent.size()});
    return end <= from || equal(quoted.first(end).subspan(from), sent.first(end).subspan(from));
}

reply_kind answers_ip(const datagram& request, const datagram& reply,
                      std::span<const udp_answer_rule> more_rules) noexcept {
    if (!has_transport(reply) || request.source.family() != reply.source.family()) {
        return reply_kind::no;
    }
    const auto said = ip_protocol{reply.protocol};
    const bool is_icmp = said == (reply.source.is_v4() ? ip_protocol::icmp : ip_protocol::icmpv6);
    if (is_icmp && reply.destination == request.source && is_about(request, reply)) {
        return reply_kind::error_about;
    }
    if (request.protocol != reply.protocol || !has_transport(request)) return reply_kind::no;
    bool fits = false;
    if (is_icmp) {
        fits = answers_icmp(request, reply);
    } else if (said == ip_protocol::udp) {
        fits = answers_udp(request, reply, more_rules);
    } else if (has_ports(request) && has_ports(reply) && ends_fit(request, reply)) {
        const bool crossed = ports_of(request)[0].port == ports_of(reply)[1].port &&
                             ports_of(request)[1].port == ports_of(reply)[0].port;
        if (said == ip_protocol::tcp) fits = answers_tcp(request, reply);
        if (said == ip_protocol::sctp)
            fits = crossed && answers_sctp(request.transport, reply.transport);
        if (said == ip_protocol::udp_lite) fits = crossed;
    }
    return fits ? reply_kind::answer : reply_kind::no;
}

}  // namespace

std::span<const udp_answer_rule> udp_answer_rules() noexcept { return known_udp_rules; }

packet_direction direction_of(bytes_view a, bytes_view b, link_type link) noexcept {
    const packet_facts one = read(a, link);
    const packet_facts other = read(b, link);
    packet_direction found;
    if (one.macs && other.macs) found.link = compare_ends(*one.macs, *other.macs, equal);
    if (one.neighbor && other.neighbor) {
        const auto ends = [](arp::view seen) {
            return std::array{bytes_view(seen.sender_protocol_address()),
                              bytes_view(seen.target_protocol_address())};
        };
        found.network = compare_ends(ends(*one.neighbor), ends(*other.neighbor), equal);
    }
    if (!one.ip || !other.ip || one.ip->source.family() != other.ip->source.family()) return found;
    found.network = compare_ends(std::array{one.ip->source, one.ip->destination},
                                 std::array{other.ip->source, other.ip->destination},
                                 std::equal_to<>());
    if (one.ip->protocol == other.ip->protocol && has_ports(*one.ip) && has_ports(*other.ip)) {
        found.transport = compare_ends(ports_of(*one.ip), ports_of(*other.ip), std::equal_to<>());
    }
    return found;
}

reply_kind answers(bytes_view request, bytes_view reply, link_type link,
                   std::span<const udp_answer_rule> more_rules) noexcept {
    const packet_facts asked = read(request, link);
    const packet_facts said = read(reply, link);
    if (asked.neighbor && said.neighbor) {
        return answers_arp(*asked.neighbor, *said.neighbor) ? reply_kind::answer : reply_kind::no;
    }
    if (asked.ip && said.ip) return answers_ip(*asked.ip, *said.ip, more_rules);
    return reply_kind::no;
}

std::string_view to_string(direction which) noexcept {
    switch (which) {
        case direction::absent:
            return "absent";
        case direction::same:
            return "same";
        case direction::reversed:
            return "reversed";
        case direction::either:
            return "either";
        case direction::unrelated:
            return "unrelated";
    }
    return "";
}

std::string_view to_string(reply_kind kind) noexcept {
    switch (kind) {
        case reply_kind::no:
            return "no";
        case reply_kind::answer:
            return "answer";
        case reply_kind::error_about:
            return "error_about";
    }
    return "";
}

}  // namespace sonde::inline v0
