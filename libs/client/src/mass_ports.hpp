#pragma once
/// The ports of one session of a run over many targets: one for each family that there is.

#include <optional>
#include <string>
#include <vector>

#include <sonde/client/many.hpp>

#include "driver.hpp"
#include "run.hpp"

namespace sonde::inline v0::detail {

struct mass_ports {
    driver_ports ports{};
    many_setup setup{};
    std::vector<port_facts> facts{};
    std::string refused_v4{};  // why this family has none; empty: it has
    std::string refused_v6{};
    [[nodiscard]] const std::string& refused(ip_family family) const noexcept {
        return family == ip_family::v4 ? refused_v4 : refused_v6;
    }
};

/// What decides which ports are worth their set-up.
struct mass_load {
    std::optional<ip_address> example_v4{};  // one of the targets; none: nothing but a socket
    std::optional<ip_address> example_v6{};
    std::uint64_t probes = 1;      // at least so many
    bool wants_exact_rtt = false;  // by transmit stamps, which only sockets have
    double rate = 0;               // probes a second; 0: as fast as they go
    unsigned workers = 1;          // that send at once

    [[nodiscard]] const std::optional<ip_address>& example(ip_family family) const noexcept {
        return family == ip_family::v4 ? example_v4 : example_v6;
    }
};

/// Throws socket_error and its children when no family has a port.
[[nodiscard]] mass_ports open_mass_ports(const socket_plan& plan, const mass_load& load,
                                         const run_context& context, mono_time start);

}  // namespace sonde::inline v0::detail
