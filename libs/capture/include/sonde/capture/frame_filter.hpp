#pragma once
/// Which Ethernet frames a prober wants, as programs for the kernel: echo replies with its
/// identifier, and ICMP errors that quote an echo request with it. The classic program sees the
/// headers' lengths; whatever it does not understand it leaves to the kernel's own sockets.

#include <cstdint>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/bpf_instruction.hpp>

namespace sonde::inline v0 {

struct wanted_frames {
    ip_family family = ip_family::v4;
    std::uint16_t identifier = 0;
    bool answers = true;  // echo replies and errors
    /// What neighbours answer: ARP replies, neighbor advertisements. Of packet rings only: an XDP
    /// program would take them away from the kernel.
    bool neighbours = true;
};

/// Over the frame from its link header on. A fragment is no answer: nobody puts fragments together
/// here. An IPv6 error whose quote has extension headers passes unseen, as on the socket.
[[nodiscard]] SONDE_API std::vector<bpf_instruction> frame_filter(const wanted_frames& wanted);

}  // namespace sonde::inline v0
