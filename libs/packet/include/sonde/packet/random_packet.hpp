#pragma once
/// Packets for testers: valid stacks of random protocols with sensible random fields. The same seed
/// gives the same packets on every machine.
///
///     random_source random(seed);
///     const std::vector<std::uint8_t> frame = random_packet(random).to_bytes();

#include <cstddef>

#include <sonde/base/random.hpp>
#include <sonde/packet/built_packet.hpp>

namespace sonde::inline v0 {

struct random_packet_options {
    std::size_t layers_max = 8;                                 // without the payload
    std::size_t payload_len_max = 64;                           // octets
    bool any_link = false;                                      // else Ethernet
    const protocol_table* table = &protocol_table::built_in();  // must outlive the packet
};

/// Layers that choose one another: dissection of the octets finds the same ones again. Addresses
/// are of the ranges for documentation (RFC 5737, RFC 3849), of MACs locally administered ones:
/// nobody is meant when one is sent by mistake.
[[nodiscard]] SONDE_API built_packet random_packet(random_source& random,
                                                   const random_packet_options& options = {});

}  // namespace sonde::inline v0
