#pragma once
/// Puts errno, the interface and the remedy together, in one place.

#include <cstdint>
#include <string>
#include <string_view>

#include <sonde/capture/live_error.hpp>
#include <sonde/capture/packet_calls.hpp>

namespace sonde::inline v0::detail {

/// The remedy that the errno of that operation calls for. Reads no errno itself.
[[nodiscard]] tl::unexpected<live_error> refusal(const char* operation, int code,
                                                 const std::string& interface = {});

/// By name, or by number where no interface has that name.
/// Errors: ENODEV, ENAMETOOLONG, EINVAL (empty); the remedy names the nearest.
[[nodiscard]] live_result<std::uint32_t> index_of_interface(const std::string& name,
                                                            const packet_calls& calls);

/// Letters to change, add, drop or swap with their neighbour to make one of the other.
[[nodiscard]] std::size_t letters_apart(std::string_view one, std::string_view other);

}  // namespace sonde::inline v0::detail
