#pragma once
/// Many targets in a simulated internet, in virtual time: what client::ping_all does on the
/// network, for the same observer. No names, no progress.

#include <optional>
#include <span>
#include <string_view>

#include <sonde/client/many.hpp>

#include "output.hpp"
#include "settings.hpp"

namespace sonde::cli {

/// Who simulates.
struct simulating_command {
    std::string_view name{};
    const common_settings& common;
    channels to;
};

/// Nothing after having complained. Without targets: all that the scenario has.
[[nodiscard]] std::optional<many_ping_result> simulate_many(const simulating_command& who,
                                                            std::span<const target> targets,
                                                            const many_ping_options& options,
                                                            const many_ping_observer& watch);
/// The same for a sweep. Without targets: the addresses that the scenario has.
[[nodiscard]] std::optional<sweep_result> simulate_sweep(const common_settings& common,
                                                         address_set targets,
                                                         const sweep_options& options,
                                                         const sweep_observer& watch, channels to);

}  // namespace sonde::cli
