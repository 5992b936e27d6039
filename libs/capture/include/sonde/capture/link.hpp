#pragma once
/// Frames out of an interface: one, many at once, or a flood at a rate.
///
///     auto out = packet_link::open("eth0").value();
///     out.send(frame);                                       // with its link header
///     auto done = out.inject({.frame = syn, .count = 1'000'000, .rate = 50'000},
///                            [](std::uint64_t number, bytes_mut frame) {
///                                put_be16_at(frame, 34, static_cast<std::uint16_t>(number));
///                                return frame.size();
///                            }).value();
///     // done.sent, done.failed, done.waits
///
/// Needs CAP_NET_RAW while it is opened. Not thread-safe, but for stop(), which any thread and any
/// signal handler may call. For more than one processor can send, open one link for each thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/time.hpp>
#include <sonde/capture/live_error.hpp>
#include <sonde/capture/packet_calls.hpp>

namespace sonde::inline v0 {

struct link_options {
    /// Past the queueing discipline: a frame that the interface cannot take is refused at once
    /// (and sent again by us), where a queue would drop it unseen (packet(7), PACKET_QDISC_BYPASS).
    bool past_queue = true;
    std::uint32_t send_buffer_len = 0;  // octets; 0: what the kernel gives
};

/// What is to be injected.
struct injection {
    bytes_view frame{};        // what each frame is before `fill` sees it the first time
    std::uint64_t count = 0;   // frames; 0: until `fill` gives 0 or stop()
    double rate = 0;           // frames a second; 0: as fast as they go
    std::uint32_t burst = 64;  // frames handed over at once, at most 1024; also caught up at once
    /// Octets that `fill` may use of a frame; 0: as many as `frame` has.
    std::uint32_t room = 0;
};

/// Makes frame `number` (from 0) in place and returns its length; 0 ends the injection. The octets
/// are those that an earlier frame left there, at first `injection::frame` and zeros behind it:
/// what all frames have in common is written once.
using frame_filler = std::function<std::size_t(std::uint64_t number, bytes_mut frame)>;

struct send_counts {
    std::uint64_t sent = 0;
    std::uint64_t failed = 0;  // refused for themselves, and left out
    std::uint64_t waits = 0;   // how often the interface had no room
    std::optional<live_error> first_failure{};
};

namespace detail {
class link_state;
}

class packet_link {
  public:
    /// An interface by name or number.
    /// Errors: EPERM (no CAP_NET_RAW), ENODEV (no such interface; the nearest is named), ENETDOWN.
    [[nodiscard]] SONDE_API static live_result<packet_link> open(
        const std::string& interface, const link_options& options = {},
        const packet_calls& calls = kernel_packet_calls());

    SONDE_API packet_link(packet_link&&) noexcept;
    SONDE_API packet_link& operator=(packet_link&&) noexcept;
    SONDE_API ~packet_link();

    /// One frame, whole with its link header. Waits while the interface has no room.
    /// Errors: EMSGSIZE (longer than the MTU allows), EINVAL (shorter than a link header),
    /// ENETDOWN, ENXIO, ENOBUFS (no room for a second).
    SONDE_API live_result<void> send(bytes_view frame);
    /// Many, in order. A frame that is refused for itself is counted and left out.
    /// Errors: ENETDOWN, ENXIO, ENODEV (the interface is down or gone).
    [[nodiscard]] SONDE_API live_result<send_counts> send(std::span<const bytes_view> frames);
    /// Frames that are made as they go, at a rate. At a rate nobody reads a clock: a timer of the
    /// kernel says how many frames are due, and what was missed beyond `burst` is not caught up.
    /// Errors: as send; EINVAL (no octets, a rate outside of 10^-6 to 10^9).
    [[nodiscard]] SONDE_API live_result<send_counts> inject(const injection& what,
                                                            const frame_filler& fill = {});

    /// Ends an injection, now and until resume().
    SONDE_API void stop() noexcept;
    SONDE_API void resume() noexcept;

    [[nodiscard]] SONDE_API std::uint32_t interface_index() const noexcept;
    [[nodiscard]] SONDE_API int native_handle() const noexcept;

  private:
    explicit packet_link(std::unique_ptr<detail::link_state> state) noexcept;
    std::unique_ptr<detail::link_state> state_;
};

}  // namespace sonde::inline v0
