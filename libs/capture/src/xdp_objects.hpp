#pragma once
/// What bpf(2) makes for an XDP socket: the map of sockets by queue, the program, and the link by
/// which it is attached. Each is a descriptor; all of them go with it.

#include <sonde/capture/frame_filter.hpp>

#include "waiting.hpp"

namespace sonde::inline v0::detail {

struct xdp_objects {
    owned_fd link{};
    owned_fd program{};
    owned_fd map{};
};

/// The map, for one socket at that receive queue, and the program; not attached yet.
/// Errors: EPERM (CAP_BPF and CAP_NET_ADMIN), EINVAL (a kernel without them), what bpf says.
[[nodiscard]] live_result<xdp_objects> load_xdp(const wanted_frames& wanted, std::uint32_t queue,
                                                const packet_calls& calls);
/// `flags`: XDP_FLAGS_DRV_MODE or XDP_FLAGS_SKB_MODE.
/// Errors: EBUSY (another program is there), EOPNOTSUPP (no XDP in the driver), what bpf says.
[[nodiscard]] live_result<void> attach_xdp(xdp_objects& objects, std::uint32_t interface_index,
                                           std::uint32_t flags, const packet_calls& calls);
/// At once, where closing the descriptors alone takes the kernel a moment. Any number of times.
void detach_xdp(xdp_objects& objects, const packet_calls& calls) noexcept;
[[nodiscard]] live_result<void> enter_socket(const xdp_objects& objects, std::uint32_t queue,
                                             int socket, const packet_calls& calls);

}  // namespace sonde::inline v0::detail
