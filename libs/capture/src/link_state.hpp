#pragma once
/// What a link holds: the socket, and the batch of messages that one system call hands over.

#include <sys/uio.h>
#include <vector>

#include <sonde/capture/link.hpp>

#include "pace.hpp"
#include "waiting.hpp"

namespace sonde::inline v0::detail {

/// Frames side by side in one buffer, and the headers that sendmmsg wants.
class frame_batch {
  public:
    frame_batch(std::size_t slots, std::size_t room, bytes_view first);
    [[nodiscard]] std::size_t slots() const noexcept { return lens_.size(); }
    [[nodiscard]] bytes_mut slot(std::size_t at) noexcept {
        return bytes_mut(octets_).subspan(at * room_, room_);
    }
    void set_len(std::size_t at, std::size_t len) noexcept { lens_[at].iov_len = len; }
    [[nodiscard]] std::span<mmsghdr> messages() noexcept { return messages_; }

  private:
    std::size_t room_;
    std::vector<std::uint8_t> octets_;
    std::vector<iovec> lens_;
    std::vector<mmsghdr> messages_;
};

class link_state {
  public:
    [[nodiscard]] static live_result<std::unique_ptr<link_state>> open(const std::string& interface,
                                                                       const link_options& options,
                                                                       const packet_calls& calls);

    [[nodiscard]] live_result<send_counts> send(std::span<const bytes_view> frames);
    [[nodiscard]] live_result<send_counts> inject(const injection& what, const frame_filler& fill);

    [[nodiscard]] stop_signal& stop() const noexcept { return *stop_; }
    [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
    [[nodiscard]] int socket() const noexcept { return socket_.number(); }

  private:
    link_state(timer ticks, std::unique_ptr<stop_signal> stop, const packet_calls& calls) noexcept
        : calls_(&calls), stop_(std::move(stop)), ticks_(std::move(ticks)) {}
    live_result<void> open_socket(const link_options& options);
    live_result<void> check_that_it_is_up();
    live_result<void> hand_over(std::span<mmsghdr> messages, send_counts& counts);
    live_result<void> note_failure(int code, send_counts& counts, std::size_t& at);
    live_result<void> rest();
    live_result<void> wait_for_tick();
    live_result<send_counts> run(const injection& what, const frame_filler& fill, pace* at);

    const packet_calls* calls_;
    std::unique_ptr<stop_signal> stop_;
    timer ticks_;
    owned_fd socket_;
    std::string interface_;
    std::uint32_t index_ = 0;
    std::uint32_t waits_in_row_ = 0;
};

}  // namespace sonde::inline v0::detail
