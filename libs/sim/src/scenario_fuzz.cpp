// Any text as a scenario: an error of one line, or a scenario within its bounds that runs.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <sonde/sim/internet.hpp>
#include <sonde/sim/scenario.hpp>

namespace {

void require(bool held) {
    if (!held) std::abort();
}

void require_probability(double value) { require(value >= 0 && value <= 1); }

void require_link(const sonde::sim::link_spec& link) {
    require_probability(link.loss);
    require(link.delay >= sonde::nanoseconds(0) && link.delay <= std::chrono::hours(1));
    require(link.jitter >= sonde::nanoseconds(0) && link.jitter <= std::chrono::hours(1));
}

void require_bounds(const sonde::sim::scenario& made) {
    for (const auto& path : made.paths) {
        require(path.hops.size() <= 255 && !path.targets.empty());
        for (const auto& hop : path.hops) {
            require_link(hop.link);
            require(hop.mpls.size() <= 16);
        }
        for (const auto& target : path.targets) {
            require_link(target.link);
            require_probability(target.corrupt);
            require(target.copies <= 100);
            require(target.address.v4 || target.address.v6 || target.prefix.v4 || target.prefix.v6);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libFuzzer's octets are text here
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto made = sonde::sim::read_scenario(text);
    if (!made) {
        require(!made.error().empty());
        for (const char shown : made.error()) require(shown >= ' ' && shown <= '~');
        return 0;
    }
    require_bounds(*made);
    const sonde::sim::internet net(*made, 1);
    require(net.counts().sent == 0);
    return 0;
}
