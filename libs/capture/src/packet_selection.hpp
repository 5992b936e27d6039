#pragma once
/// Whether a selection wants a packet; shared by slicing and merging.

#include <sonde/capture/capture_tools.hpp>

namespace sonde::inline v0::detail {

/// `index`: of the packet in its file, from 0.
[[nodiscard]] bool selects(const packet_selection& wanted, const record& packet,
                           std::uint64_t index);

}  // namespace sonde::inline v0::detail
