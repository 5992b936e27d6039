#pragma once
/// Which stamps make an RTT: the kernel's as far as there are any and they are plausible, else user
/// space's clock. Never anything that came off the network.

#include <algorithm>

#include <sonde/probe/session.hpp>

namespace sonde::inline v0::detail {

struct send_times {
    mono_time at{};  // user space's clock just before the system call
    stamp kernel{};
};
struct receive_times {
    mono_time at{};  // when user space read it
    stamp kernel{};
};

/// Sets the RTTs of `reply` and who took the stamps. Plausible: transmitted between the system call
/// and the reading, received not before it was transmitted, and not slower than user space saw it.
/// A wall clock that was set in between fails at least one of these. The kernel may stamp only one
/// end: Linux begins to stamp what it receives a moment after the first socket asked for it.
inline void choose_rtt(answer& reply, const send_times& sent, const receive_times& got) noexcept {
    const auto has_stamp = [](const stamp& which) { return which.source >= stamp_source::kernel; };
    const stamp from = has_stamp(sent.kernel) ? sent.kernel : stamp{sent.at, stamp_source::user};
    const stamp to = has_stamp(got.kernel) ? got.kernel : stamp{got.at, stamp_source::user};
    reply.rtt_user = std::max(got.at - sent.at, nanoseconds{});
    const nanoseconds between = to.at - from.at;
    const bool plausible = from.at >= sent.at && from.at <= got.at && between >= nanoseconds{} &&
                           between <= reply.rtt_user;
    reply.rtt = plausible ? between : reply.rtt_user;
    reply.sent_by = plausible ? from.source : stamp_source::user;
    reply.received_by = plausible ? to.source : stamp_source::user;
}

}  // namespace sonde::inline v0::detail
