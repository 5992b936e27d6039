#pragma once
/// What carries whole frames, with their link header, between one Ethernet interface and this
/// process, in batches: a packet ring (packet_ring.hpp) or an XDP socket (xdp_socket.hpp).
///
///     while (bytes_mut room = carrier.slot(); !room.empty()) carrier.put(write_frame(room));
///     const flush_result done = carrier.flush();     // done.taken frames have left
///     for (const carried_frame& f : carrier.receive()) use(f.octets);
///
/// Neither waits nor reads a clock. Which frames arrive, the filter says that the carrier was
/// opened with. Bounded: the rings, and `batch_max` frames on their way out. Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <span>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/time.hpp>
#include <sonde/capture/live_error.hpp>

namespace sonde::inline v0 {

/// A frame that came in. Borrows the carrier's memory until its next `receive` or `close`.
struct carried_frame {
    bytes_view octets{};  // from the link header on
    wall_time time{};     // when the kernel took it in; meaningful when `is_stamped`
    bool is_stamped = false;
    bool is_truncated = false;  // there was more of it than there was room
};

/// What became of the frames that were put. After an error the frame that is next to go has it: the
/// caller tries again (EAGAIN, ENOBUFS: no room for now) or leaves that frame out by `skip`.
struct flush_result {
    std::size_t taken = 0;  // frames that left, from the oldest on
    int code = 0;           // errno; 0: all of them left
};

class SONDE_API frame_carrier {
  public:
    static constexpr std::size_t batch_max = 64;  // frames on their way out; more gains nothing
    static constexpr std::size_t pass_max = 256;  // frames of one `receive`

    frame_carrier() = default;
    frame_carrier(const frame_carrier&) = delete;
    frame_carrier& operator=(const frame_carrier&) = delete;
    virtual ~frame_carrier() = default;

    /// Where the next frame is to be written: `frame_len_max` octets, whose content is anything;
    /// empty when `batch_max` frames wait or no memory is free.
    [[nodiscard]] virtual bytes_mut slot() noexcept = 0;
    /// The frame in the last slot is `len` octets long and may go. Precondition: len <= the slot's.
    virtual void put(std::size_t len) noexcept = 0;
    /// Frames that were put and did not leave yet.
    [[nodiscard]] virtual std::size_t pending() const noexcept = 0;
    [[nodiscard]] virtual flush_result flush() noexcept = 0;
    /// Forgets the oldest pending frame.
    virtual void skip() noexcept = 0;

    /// What has come since, at most `pass_max` frames; the frames of the last pass end here.
    [[nodiscard]] virtual std::span<const carried_frame> receive() noexcept = 0;
    /// There is more to receive at once.
    [[nodiscard]] virtual bool has_more() const noexcept = 0;

    /// Octets of the longest frame that can leave: the interface's MTU and the link header.
    [[nodiscard]] virtual std::size_t frame_len_max() const noexcept = 0;
    /// Readable when frames arrived or the interface has something to say (`clear_failure`).
    [[nodiscard]] virtual int native_handle() const noexcept = 0;
    /// What happened to the interface since it was asked last, ENETDOWN for example; 0: nothing.
    /// Frames come again by themselves when it is up again.
    [[nodiscard]] virtual int clear_failure() noexcept = 0;
    /// Frames that the kernel dropped because there was no room for them here, since the carrier
    /// was opened. Errors: what getsockopt says.
    [[nodiscard]] virtual live_result<std::uint64_t> drops() = 0;
    /// Any number of times. Everything borrowed ends here.
    virtual void close() noexcept = 0;
};

}  // namespace sonde::inline v0
