#pragma once
/// Which kind of ICMP socket a user asks for: a word that both the options of a probe and the
/// sockets of the system speak.

#include <cstdint>

namespace sonde::inline v0 {

enum class socket_mode : std::uint8_t { automatic, raw, dgram };  // see docs/privileges.md

}  // namespace sonde::inline v0
