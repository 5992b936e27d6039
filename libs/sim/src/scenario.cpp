#include <algorithm>

#include <sonde/sim/scenario.hpp>

#include "json_object.hpp"
#include "ready_made.hpp"

namespace sonde::inline v0::sim {

std::uint8_t unreachable_code_v6(std::uint8_t code) noexcept {
    switch (code) {
        case 3:
            return 4;  // port
        case 9:        // network administratively prohibited
        case 10:       // host administratively prohibited
        case 13:       // communication administratively prohibited
        case 15:
            return 1;  // precedence cutoff
        default:
            return 0;  // no route
    }
}

std::vector<ip_address> targets(const scenario& which, ip_family family) {
    std::vector<ip_address> found;
    for (const path_spec& path : which.paths) {
        for (const target_spec& target : path.targets) {
            if (const auto address = target.address.of(family)) found.push_back(*address);
            if (const auto block = target.prefix.of(family)) found.push_back(block->first());
        }
    }
    return found;
}

std::vector<std::string_view> ready_made_names() {
    std::vector<std::string_view> names;
    for (const ready_made_file& file : ready_made_files()) names.push_back(file.name);
    std::sort(names.begin(), names.end());
    return names;
}

std::string_view ready_made_text(std::string_view name) noexcept {
    for (const ready_made_file& file : ready_made_files()) {
        if (file.name == name) return file.text;
    }
    return {};
}

tl::expected<scenario, std::string> ready_made(std::string_view name) {
    const std::string_view text = ready_made_text(name);
    if (!text.empty()) return read_scenario(text);
    return tl::unexpected("there is no scenario \"" + std::string(name) + "\": did you mean " +
                          std::string(nearest(name, ready_made_names())) + "?");
}

}  // namespace sonde::inline v0::sim
