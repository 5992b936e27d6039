#pragma once
/// The scenarios of libs/sim/scenarios, as the build put them into the library.

#include <span>
#include <string_view>

namespace sonde::inline v0::sim {

struct ready_made_file {
    std::string_view name;
    std::string_view text;
};
[[nodiscard]] std::span<const ready_made_file> ready_made_files() noexcept;

}  // namespace sonde::inline v0::sim
