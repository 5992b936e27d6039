#include "strangers.hpp"

#include <array>

#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde::inline v0::sim {
namespace {

using payload_octets = std::array<std::uint8_t, 32>;

std::uint16_t stranger_number(random_source& random) noexcept {
    const auto span = std::uint64_t{0x10000} - stranger_number_first;
    return static_cast<std::uint16_t>(stranger_number_first + random.below(span));
}

/// An echo request of a stranger, as the transport of `header`.
void make_foreign_request(octet_buffer& out, ip_header header, bytes_view payload,
                          random_source& random) {
    const bool v4 = header.source.is_v4();
    header.protocol = static_cast<std::uint8_t>(v4 ? ip_protocol::icmp : ip_protocol::icmpv6);
    const icmp_echo request{.identifier = stranger_number(random),
                            .sequence_number = static_cast<std::uint16_t>(random()),
                            .data = payload};
    const bytes_mut message = begin_datagram(out, header, request.wire_len());
    request.emit(message);
    if (!v4) message[0] = 128;  // ICMPv6's echo request lies as ICMP's but for its type
    set_transport_checksum(header, message);
}

void make_foreign_udp(octet_buffer& out, ip_header header, bytes_view payload,
                      random_source& random) {
    header.protocol = static_cast<std::uint8_t>(ip_protocol::udp);
    const udp probe{.source_port = stranger_number(random),
                    .destination_port = static_cast<std::uint16_t>(33'434 + random.below(90)),
                    .data = payload};
    const bytes_mut room = begin_datagram(out, header, probe.wire_len());
    probe.emit(room);
    set_transport_checksum(header, room);
}

}  // namespace

void make_foreign(octet_buffer& out, ip_header header, random_source& random) {
    payload_octets payload{};
    for (std::uint8_t& octet : payload) octet = static_cast<std::uint8_t>(random());
    const ip_header theirs{
        .source = header.destination, .destination = header.source, .hop_limit = 1};
    octet_buffer about;
    if (random.below(2) == 0) {
        make_foreign_request(about, theirs, payload, random);
        const auto seen = read_datagram(about);
        if (seen) make_echo_reply(out, header, seen->transport);
        return;
    }
    make_foreign_udp(about, theirs, payload, random);
    const bool arrived = random.below(2) == 0;
    const std::uint8_t port = header.source.is_v4() ? 3 : 4;
    make_error(out,
               header,
               about,
               arrived ? error_recipe{.what = complaint::unreachable, .code = port}
                       : error_recipe{.what = complaint::exceeded});
}

}  // namespace sonde::inline v0::sim
