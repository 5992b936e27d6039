#pragma once
/// Who has an address on an Ethernet link: the question and the answer, ARP (RFC 826) and IPv6
/// neighbor discovery (RFC 4861), as whole frames.
///
///     std::array<std::uint8_t, neighbour_question_len_max> room;
///     const auto frame = write_neighbour_question(room, {.mac = mine, .from = here, .whom =
///     there}); if (const auto found = read_neighbour_answer(came)) remember(found->address,
///     found->mac);
///
/// Whether an answer was asked for is the caller's to know: nobody has to believe one that was not.

#include <cstddef>
#include <optional>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>

namespace sonde::inline v0 {

struct neighbour_question {
    mac_address mac{};  // ours
    ip_address from{};  // ours, of the same family
    ip_address whom{};
};
inline constexpr std::size_t neighbour_question_len_max = 86;  // octets

/// The frame: to everybody (ARP), or to the solicited-node group of the address (RFC 4291 s2.7.1),
/// which has a MAC address of its own (RFC 2464 s7). Returns the part of `out` that was written.
/// Precondition: out.size() >= neighbour_question_len_max.
[[nodiscard]] SONDE_API bytes_view write_neighbour_question(
    bytes_mut out SONDE_LIFETIMEBOUND, const neighbour_question& question) noexcept;

struct neighbour_answer {
    ip_address address{};
    mac_address mac{};
};
/// An ARP reply, or a neighbor advertisement that RFC 4861 s7.1.2 calls valid; nothing for any
/// other frame, and for one that names a group or nobody as the neighbour.
[[nodiscard]] SONDE_API std::optional<neighbour_answer> read_neighbour_answer(
    bytes_view frame) noexcept;

}  // namespace sonde::inline v0
