#pragma once
/// The program that sits at an interface and hands what is wanted to a socket.

#include <linux/bpf.h>
#include <vector>

#include <sonde/capture/frame_filter.hpp>

namespace sonde::inline v0::detail {

/// Sends wanted frames to the socket that the XSKMAP `map` has for their receive queue, and
/// everything else, what it does not understand too (options, fragments, extension headers), on to
/// the kernel's stack.
[[nodiscard]] std::vector<bpf_insn> redirecting_program(const wanted_frames& wanted, int map);

}  // namespace sonde::inline v0::detail
