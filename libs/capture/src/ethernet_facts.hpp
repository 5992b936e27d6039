#pragma once
/// What a carrier of frames must know of its interface.

#include <cstdint>
#include <string>

#include "waiting.hpp"

namespace sonde::inline v0::detail {

struct ethernet_facts {
    std::string name{};
    std::uint32_t index = 0;
    std::size_t frame_len_max = 0;  // octets: its MTU and the link header
};

/// Errors: ENODEV, EINVAL (not an Ethernet interface), ENETDOWN, and what socket and ioctl say.
[[nodiscard]] live_result<ethernet_facts> learn_ethernet(const std::string& interface,
                                                         const packet_calls& calls);

}  // namespace sonde::inline v0::detail
