#pragma once
/// Datagrams for tests and fuzz targets, made from a few numbers.

#include <algorithm>
#include <cstdint>
#include <vector>

#include <sonde/base/random.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde::testing {

using octets_t = std::vector<std::uint8_t>;

inline octets_t random_octets(std::size_t len, std::uint64_t seed) {
    random_source random(seed);
    octets_t made(len);
    for (auto& octet : made) octet = static_cast<std::uint8_t>(random());
    return made;
}

template <class T>
octets_t to_octets(const T& message) {
    octets_t made(message.wire_len());
    message.emit(made);
    return made;
}

inline ipv6_address v6_of(std::uint8_t last) {
    ipv6_address made{{0x20, 0x01, 0x0d, 0xb8}};
    made.octets[15] = last;
    return made;
}

/// An IPv4 datagram of protocol 253 (for experiments) unless said otherwise.
inline octets_t v4_datagram(bytes_view payload, std::uint16_t identification = 7,
                            ip_protocol protocol = ip_protocol::experimental_1,
                            bytes_view options = {}) {
    return to_octets(ipv4{.identification = identification,
                          .protocol = protocol,
                          .source = {0xc0000201},
                          .destination = {0xc0000202},
                          .options = options,
                          .payload = payload});
}

inline octets_t v6_datagram(bytes_view payload, ip_protocol next = ip_protocol::experimental_1) {
    return to_octets(
        ipv6{.next_header = next, .source = v6_of(1), .destination = v6_of(2), .payload = payload});
}

/// A fragment as it would be sent. `offset` in octets.
struct piece {
    std::size_t offset = 0;
    bool more = true;
    octets_t data{};
    std::uint16_t identification = 7;
    ip_protocol protocol = ip_protocol::experimental_1;
};
inline octets_t v4_piece(const piece& one) {
    return to_octets(ipv4{.identification = one.identification,
                          .more_fragments = one.more,
                          .fragment_offset = static_cast<std::uint16_t>(one.offset / 8),
                          .protocol = one.protocol,
                          .source = {0xc0000201},
                          .destination = {0xc0000202},
                          .payload = one.data});
}
inline octets_t v6_piece(const piece& one) {
    const octets_t behind =
        to_octets(ipv6_fragment{.next_header = one.protocol,
                                .fragment_offset = static_cast<std::uint16_t>(one.offset / 8),
                                .more_fragments = one.more,
                                .identification = one.identification,
                                .payload = one.data});
    return v6_datagram(behind, ip_protocol::ipv6_fragment);
}

/// A TCP segment between 192.0.2.1:1000 and 192.0.2.2:80, or the other way.
struct tcp_piece {
    std::uint32_t sequence = 0;
    octets_t data{};
    tcp_flags flags = tcp_flags::ack;
    std::uint32_t acknowledgment = 0;
    bool from_server = false;
    std::uint16_t client_port = 1000;
};
inline octets_t tcp_datagram(const tcp_piece& one, bool v6 = false) {
    const octets_t segment =
        to_octets(tcp{.source_port = one.from_server ? std::uint16_t{80} : one.client_port,
                      .destination_port = one.from_server ? one.client_port : std::uint16_t{80},
                      .sequence_number = one.sequence,
                      .acknowledgment_number = one.acknowledgment,
                      .flags = one.flags,
                      .data = one.data});
    if (v6) {
        return to_octets(ipv6{.next_header = ip_protocol::tcp,
                              .source = v6_of(one.from_server ? 2 : 1),
                              .destination = v6_of(one.from_server ? 1 : 2),
                              .payload = segment});
    }
    return to_octets(ipv4{.protocol = ip_protocol::tcp,
                          .source = {one.from_server ? 0xc0000202U : 0xc0000201U},
                          .destination = {one.from_server ? 0xc0000201U : 0xc0000202U},
                          .payload = segment});
}

template <class Vector>
void shuffle(Vector& all, random_source& random) {
    for (std::size_t i = all.size(); i > 1; --i) {
        std::swap(all[i - 1], all[static_cast<std::size_t>(random.below(i))]);
    }
}

}  // namespace sonde::testing
