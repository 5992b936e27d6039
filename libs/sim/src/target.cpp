#include "target.hpp"

#include <algorithm>

#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/transport/tcp.hpp>

namespace sonde::inline v0::sim {
namespace {

constexpr std::uint8_t icmpv4_port_unreachable = 3;  // RFC 792
constexpr std::uint8_t icmpv6_port_unreachable = 4;  // RFC 4443 s3.1

bool contains(const std::vector<std::uint16_t>& ports, std::uint16_t port) noexcept {
    return std::find(ports.begin(), ports.end(), port) != ports.end();
}

/// Where the payload of an answer begins: behind the eight octets of an ICMP message, behind the
/// header of a segment.
std::size_t payload_offset(const datagram& seen) noexcept {
    return ip_protocol{seen.protocol} == ip_protocol::tcp ? tcp::header_len : icmp_echo::header_len;
}
std::size_t checksum_offset(const datagram& seen) noexcept {
    return ip_protocol{seen.protocol} == ip_protocol::tcp ? 16 : 2;
}

bytes_mut transport_of(octet_buffer& octets, const datagram& seen) noexcept {
    return bytes_mut(octets).subspan(seen.header_len);
}

}  // namespace

bool is_port_unreachable(const datagram& request) noexcept {
    return ip_protocol{request.protocol} == ip_protocol::udp;
}

bool target::answer_tcp(octet_buffer& out, const ip_header& header, bytes_view segment,
                        random_source& random) const {
    const auto seen = tcp::view::parse(segment);
    if (!seen) return false;
    const bool open = contains(spec_.tcp_open, seen->destination_port());
    const bool closed = !spec_.tcp_filtered || contains(spec_.tcp_closed, seen->destination_port());
    if (!open && !closed) return false;
    return make_tcp_answer(out, header, segment, open, static_cast<std::uint32_t>(random()));
}

verdict target::answer(octet_buffer& out, ip_header header, const datagram& seen, bytes_view octets,
                       random_source& random) {
    // Fragments wait for their others, which a later version may bring together.
    if (spec_.silent || seen.fragment_offset != 0 || seen.more_fragments) return verdict::silent;
    if (!transport_checksum_holds(seen)) return verdict::bad_checksum;
    header.source = seen.destination;
    if (is_echo_request(seen)) {
        header.traffic_class = seen.traffic_class;
        make_echo_reply(out, header, seen.transport);
        return verdict::answered;
    }
    if (ip_protocol{seen.protocol} == ip_protocol::tcp) {
        return answer_tcp(out, header, seen.transport, random) ? verdict::answered
                                                               : verdict::silent;
    }
    if (!is_port_unreachable(seen) || spec_.udp == udp_answer::silent || !may_be_reported(seen)) {
        return verdict::silent;
    }
    const bool v4 = seen.source.is_v4();
    make_error(out,
               header,
               octets,
               {.what = complaint::unreachable,
                .code = v4 ? icmpv4_port_unreachable : icmpv6_port_unreachable,
                .quote = spec_.quote});
    return verdict::answered;
}

fate target::draw_fate(random_source& random) const noexcept {
    if (happens(spec_.corrupt, random)) return fate::corrupt;
    if (happens(spec_.late.probability, random)) return fate::late;
    if (happens(spec_.reorder.probability, random)) return fate::reorder;
    if (happens(spec_.duplicate, random)) return fate::duplicate;
    return fate::plain;
}

void corrupt(octet_buffer& answer, random_source& random) noexcept {
    const auto seen = read_datagram(answer);
    if (!seen) return;
    const bytes_mut transport = transport_of(answer, *seen);
    const std::size_t payload = std::min(payload_offset(*seen), transport.size());
    // The two octets of the checksum, then those of the payload.
    const std::size_t choice = random.below(2 + transport.size() - payload);
    const std::size_t at = choice < 2 ? checksum_offset(*seen) + choice : payload + choice - 2;
    const auto bit = static_cast<std::uint8_t>(1U << random.below(8));
    transport[at] = static_cast<std::uint8_t>(transport[at] ^ bit);
}

bool forge(octet_buffer& answer, random_source& random) {
    const auto seen = read_datagram(answer);
    if (!seen || seen->transport.size() <= icmp_echo::header_len) return false;
    const bytes_mut transport = transport_of(answer, *seen);
    const bytes_mut payload = transport.subspan(icmp_echo::header_len);
    const std::uint8_t true_first = payload[0];
    for (std::uint8_t& octet : payload) octet = static_cast<std::uint8_t>(random());
    if (payload[0] == true_first) payload[0] = static_cast<std::uint8_t>(~true_first);
    set_transport_checksum(
        {.source = seen->source, .destination = seen->destination, .protocol = seen->protocol},
        transport);
    return true;
}

}  // namespace sonde::inline v0::sim
