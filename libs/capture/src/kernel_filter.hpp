#pragma once
/// What of a filter the kernel can do. It sees a frame without its VLAN tag, and a cooked packet
/// without its header; a program made for records has to be changed for it, or cannot be.

#include <linux/filter.h>
#include <optional>
#include <vector>

#include <sonde/capture/live_capture.hpp>

#include "live_frame.hpp"

namespace sonde::inline v0::detail {

struct kernel_filter {
    std::vector<sock_filter> code;  // never empty
    bool decides = true;            // false: it lets too much through, the program has to run again
};

/// Frames whose tag was taken out pass all programs: only the record shows what they were.
[[nodiscard]] kernel_filter kernel_filter_of(const std::optional<bpf_program>& program,
                                             const frame_shape& shape, capture_direction direction);

}  // namespace sonde::inline v0::detail
