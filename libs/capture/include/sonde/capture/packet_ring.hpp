#pragma once
/// A carrier of frames over AF_PACKET: they arrive in a ring that the kernel fills (TPACKET_V3) and
/// leave in batches (sendmmsg) past the queueing discipline. Frames that this host sends are not
/// seen. Needs CAP_NET_RAW while it is opened.
///
///     auto carrier = open_packet_ring({.interface = "eth0", .filter = program}).value();
///
/// A ring for what leaves (PACKET_TX_RING) was measured beside the batches and needs 1.7 times the
/// processor's time a frame: the kernel makes fragments of its pages where it copies short frames.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <sonde/base/bpf_instruction.hpp>
#include <sonde/capture/frame_carrier.hpp>
#include <sonde/capture/packet_calls.hpp>

namespace sonde::inline v0 {

struct packet_ring_options {
    std::string interface{};  // by name or number
    /// Classic BPF over the frame from its link header on; empty: every frame to this host. Frames
    /// with a VLAN tag and frames to other hosts never pass.
    std::vector<bpf_instruction> filter{};
    std::size_t ring_len = 16777216;  // octets; an echo reply needs about 200
    /// How long the kernel may keep a frame to hand over more with it. At least a millisecond.
    std::chrono::milliseconds delivery{1};
};

/// Errors: EPERM (no CAP_NET_RAW), ENODEV (no such interface; the nearest is named), ENETDOWN,
/// EINVAL (not an Ethernet interface; the filter), ENOMEM (the ring), and what the calls say.
[[nodiscard]] SONDE_API live_result<std::unique_ptr<frame_carrier>> open_packet_ring(
    const packet_ring_options& options, const packet_calls& calls = kernel_packet_calls());

}  // namespace sonde::inline v0
