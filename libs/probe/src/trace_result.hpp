#pragma once
/// From what a trace knows to what it tells.

#include "trace_path.hpp"

namespace sonde::inline v0::detail {

/// The hops from the first to the one that ended the trace, or as far as any probe was sent.
[[nodiscard]] std::vector<hop> hops_of(const trace_path& path, std::uint8_t first_hop);

}  // namespace sonde::inline v0::detail
