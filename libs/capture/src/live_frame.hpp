#pragma once
/// From a frame in the ring to a record: the VLAN tag put back, the cooked header in front, the
/// length cut, the direction as a pcapng option. All of it in place.

#include <array>

#include <sonde/capture/live_capture.hpp>

#include "ring_block.hpp"

namespace sonde::inline v0::detail {

/// What is the same for every frame of a capture.
struct frame_shape {
    std::uint16_t link_type = 1;
    bool cooked = false;  // link_type is 113 or 276, and frames begin behind their link header
    std::uint32_t snap_len = 0;
};

/// Octets of an option of a packet block that says the flags.
using flags_option = std::array<std::uint8_t, 8>;

/// A record that borrows the frame and the option, both of which it changes.
[[nodiscard]] live_record record_of(ring_frame& frame, const frame_shape& shape,
                                    flags_option& option) noexcept;

/// LINKTYPE_* of an interface of that kind (ARPHRD_*); nothing: its packets are cooked.
[[nodiscard]] std::optional<std::uint16_t> link_type_of(std::uint16_t hardware) noexcept;

}  // namespace sonde::inline v0::detail
