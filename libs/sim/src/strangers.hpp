#pragma once
/// Traffic of others on the same host: what a raw socket sees although it is not for us.

#include <sonde/base/random.hpp>

#include "craft.hpp"

namespace sonde::inline v0::sim {

/// Identifiers and source ports of strangers: none of ours should lie here.
inline constexpr std::uint16_t stranger_number_first = 65'000;

/// Writes an echo reply, a time exceeded or a port unreachable for somebody else's probe.
/// `header.source` is who sends it, `header.destination` is us.
void make_foreign(octet_buffer& out, ip_header header, random_source& random);

}  // namespace sonde::inline v0::sim
