#pragma once
/// A carrier of frames over AF_XDP: a program of ours at the interface hands the frames that are
/// meant for us to a socket before the kernel's stack sees them, and passes everything else on. It
/// uses the kernel's own interface (bpf(2), linux/if_xdp.h) and no library: what libxdp would spare
/// is a hundred lines, what it costs is libelf and a compiled object inside a static program.
///
///     if (auto why_not = xdp_support(); !why_not.empty()) say(why_not);
///     auto carrier = open_xdp_socket({.interface = "eth0", .wanted = {.identifier = 7}}).value();
///
/// The program is attached by a link that lives as long as our descriptor of it: it goes when we
/// close, and when we crash. One interface takes one program: where somebody else's is attached,
/// opening says EBUSY; so it does for a moment after another socket left the queue, which the
/// kernel frees behind our back. One receive queue is served; what the others bring passes to the
/// stack. Frames have no time stamps. Needs CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW while it is
/// opened.

#include <memory>
#include <string>

#include <sonde/capture/frame_carrier.hpp>
#include <sonde/capture/frame_filter.hpp>
#include <sonde/capture/packet_calls.hpp>
#include <sonde/capture/xdp_mode.hpp>

namespace sonde::inline v0 {

struct xdp_socket_options {
    std::string interface{};  // by name or number
    wanted_frames wanted{};
    std::uint32_t queue = 0;
    xdp_mode mode = xdp_mode::automatic;
    std::uint32_t receive_slots = 4096;  // a power of two; a slot has 2,048 or 4,096 octets
};

struct opened_xdp {
    std::unique_ptr<frame_carrier> carrier{};
    xdp_mode mode = xdp_mode::generic;  // which it became
    bool zero_copy = false;             // the card reads and writes our memory
};

/// Errors: EPERM (capabilities), ENODEV, ENETDOWN, EINVAL (not an Ethernet interface, or one whose
/// frames are too long), EBUSY (another program is attached, or the queue is taken), EOPNOTSUPP
/// (the driver has no XDP), ENOMEM, and what the calls say.
[[nodiscard]] SONDE_API live_result<opened_xdp> open_xdp_socket(
    const xdp_socket_options& options, const packet_calls& calls = kernel_packet_calls());

/// Why this process can have no XDP socket here, one sentence; empty: it can. Opens and closes a
/// socket and loads a program without attaching it.
[[nodiscard]] SONDE_API std::string xdp_support(const packet_calls& calls = kernel_packet_calls());

/// Where the program is best attached: `driver`; on veth `generic`, because its driver copies every
/// frame into a page of its own before a program sees it. Never `automatic`.
[[nodiscard]] SONDE_API xdp_mode
preferred_xdp_mode(const std::string& interface, const packet_calls& calls = kernel_packet_calls());

/// Receive queues of an interface. Errors: what the ioctl says.
[[nodiscard]] SONDE_API live_result<std::uint32_t> receive_queues(
    const std::string& interface, const packet_calls& calls = kernel_packet_calls());

}  // namespace sonde::inline v0
