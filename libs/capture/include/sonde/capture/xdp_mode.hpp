#pragma once
/// Where an XDP program sits.

#include <cstdint>

namespace sonde::inline v0 {

/// `driver`: in the interface's driver, fastest on cards; some restart their link for it.
/// `generic`: behind it, everywhere. `automatic`: where it is faster (`preferred_xdp_mode`), and
/// behind the driver where that has no XDP. A frame that a veth peer's XDP program sends back is
/// heard only in the driver.
enum class xdp_mode : std::uint8_t { automatic, driver, generic };

}  // namespace sonde::inline v0
