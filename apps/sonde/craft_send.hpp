#pragma once
/// Sends what sonde craft made, at a rate, and pairs it with what comes back.

#include "craft_addresses.hpp"

namespace sonde::cli {

/// Gives the exit code of the program.
[[nodiscard]] int send_crafted(const craft_settings& settings, packet_source& source,
                               file_run& run);

}  // namespace sonde::cli
