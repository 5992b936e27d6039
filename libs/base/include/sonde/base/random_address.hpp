#pragma once
/// Random addresses from a seeded generator: the same seed gives the same addresses everywhere.
///
///     random_source random(42);
///     const mac_address mac = random_mac(random);
///     const auto host = random_ip(random, *ip_prefix::parse("10.0.0.0/8"));

#include <optional>

#include <sonde/base/address.hpp>
#include <sonde/base/address_range.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/random.hpp>

namespace sonde::inline v0 {

struct random_mac_options {
    bool is_multicast = false;
    bool is_locally_administered = true;  // false: as if a maker of hardware had given it
};
/// By default of one station, and of no maker.
[[nodiscard]] SONDE_API mac_address random_mac(random_source& random,
                                               const random_mac_options& options = {}) noexcept;

/// Which addresses of a prefix may come.
enum class random_ip_choice : std::uint8_t {
    hosts,  // no multicast, nothing that is special inside the prefix, no network or broadcast
            // address of an IPv4 network
    any,    // every address alike
};
/// Inside `prefix`. A prefix that lies in a special block asks for that block: 192.168.0.0/16 gives
/// private addresses, ff02::/16 groups. Nothing when 256 draws found no host: the prefix has none,
/// or next to none.
[[nodiscard]] SONDE_API std::optional<ip_address> random_ip(
    random_source& random, const ip_prefix& prefix,
    random_ip_choice choice = random_ip_choice::hosts) noexcept;
/// One that is meant to be reached from anywhere: neither private, reserved nor multicast.
[[nodiscard]] SONDE_API ipv4_address random_ipv4(random_source& random) noexcept;
[[nodiscard]] SONDE_API ipv6_address random_ipv6(random_source& random) noexcept;

}  // namespace sonde::inline v0
