#pragma once
/// Several descriptors and one alarm as one descriptor, which is readable when any of them is:
/// for whoever hands a single descriptor to an event loop. It never becomes writable.
///
///     auto group = descriptor_group::make().value();
///     group.watch(ring.native_handle(), 0);
///     group.watch(socket.native_handle(), 1);
///     if (group.ready() & 1U << 1) read(socket);
///
/// Not thread-safe.

#include <cstdint>

#include <sonde/base/api.hpp>
#include <sonde/base/descriptor.hpp>
#include <sonde/base/time.hpp>
#include <sonde/capture/live_error.hpp>
#include <sonde/capture/packet_calls.hpp>

namespace sonde::inline v0 {

class descriptor_group {
  public:
    static constexpr unsigned tags_max = 31;
    static constexpr std::uint32_t alarm = 1U << 31;  // in what `ready` tells

    /// Errors: EMFILE, ENFILE, ENOMEM.
    [[nodiscard]] SONDE_API static live_result<descriptor_group> make(
        const packet_calls& calls = kernel_packet_calls());

    /// Precondition: tag < tags_max. The descriptor stays its owner's, and is left out when closed.
    /// Errors: what epoll_ctl says.
    SONDE_API live_result<void> watch(int descriptor, unsigned tag);
    /// The group hears no more of it, until it is watched again.
    SONDE_API void ignore(int descriptor) noexcept;
    /// Bit n is set when the descriptor with tag n is readable or has an error; never waits.
    [[nodiscard]] SONDE_API std::uint32_t ready() noexcept;
    /// Makes the group readable at that time of the steady clock, once; of several times the
    /// earliest. mono_time::max() asks for nothing.
    SONDE_API void wake_at(mono_time at) noexcept;
    /// Until one is readable or the time is over; a negative time: for ever. False: it is over.
    /// Errors: EINTR, and what ppoll says.
    [[nodiscard]] SONDE_API live_result<bool> wait(nanoseconds timeout) const;

    [[nodiscard]] int native_handle() const noexcept { return group_.number(); }
    SONDE_API void close() noexcept;

  private:
    using owned = descriptor<packet_calls>;
    descriptor_group(owned group, owned timer, const packet_calls& calls) noexcept
        : calls_(&calls), group_(std::move(group)), timer_(std::move(timer)) {}
    const packet_calls* calls_;
    owned group_;
    owned timer_;
    mono_time alarm_at_ = mono_time::max();
};

}  // namespace sonde::inline v0
