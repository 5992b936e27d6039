#pragma once
/// A packet in one line, as `sonde craft` takes it, and back.
///
///     ethernet / ipv4(destination=192.0.2.1, time_to_live=3) / icmp_echo(identifier=7) / "hello"
///
/// Layers stand between slashes, outermost first; protocols and fields are named as `sonde list`
/// prints them. A value is a number (12, 0x0c, 0b1100), an address, the name of a value
/// (protocol=udp, flags=syn|ack), octets x'de ad be ef', text "with\nescapes", or `random`. What
/// sonde computes (lengths, types, checksums) is computed unless it is given:
/// header_checksum=0xdead. Lists stand in brackets:
///
///     tcp(flags=syn, options=[mss(1460), sack_permitted, timestamps(1, 0), nop, window_scale(7)])
///
/// Every layer also takes header=x'..' (all its octets before the payload, nothing computed),
/// rest=x'..' (what follows the fixed header) and trailer=x'..' (padding behind the payload). A
/// layer may be octets or text, and random(64) or zeros(64), so many octets. Where nothing is said,
/// a type follows from the next layer, a port from the protocol it carries; addresses are zero.

#include <cstdint>
#include <string>
#include <string_view>

#include <sonde/packet/built_packet.hpp>

namespace sonde::inline v0 {

inline constexpr std::size_t expression_len_max = std::size_t{1} << 20;     // characters
inline constexpr std::size_t expression_packet_max = std::size_t{1} << 20;  // octets

struct expression_options {
    std::uint64_t seed = 1;  // of every `random`: the same seed, the same packet
    const protocol_table* table = &protocol_table::built_in();  // must outlive the packet
};

/// Reads an expression. Fails with one sentence that names the place: unknown names with the
/// nearest one, values with their limits, expressions longer than expression_len_max, with more
/// than 64 layers or more octets than expression_packet_max.
[[nodiscard]] SONDE_API craft_result<built_packet> parse_expression(
    std::string_view text, const expression_options& options = {});

/// An expression from which parse_expression makes the same octets. Printable ASCII.
[[nodiscard]] SONDE_API std::string to_expression(const built_packet& packet);

}  // namespace sonde::inline v0
