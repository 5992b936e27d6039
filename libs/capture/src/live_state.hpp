#pragma once
/// What a live capture holds: the socket, its ring, and where in it we are.

#include <span>

#include "kernel_filter.hpp"
#include "mapped_ring.hpp"
#include "waiting.hpp"

namespace sonde::inline v0::detail {

class live_state {
  public:
    [[nodiscard]] static live_result<std::unique_ptr<live_state>> open(const std::string& interface,
                                                                       const live_options& options,
                                                                       const packet_calls& calls);

    /// The next record in the ring; nullptr when the kernel has not handed over a block.
    [[nodiscard]] const live_record* take() noexcept;
    /// Until a block is handed over, the timer goes off or somebody stops. False: the timer did.
    [[nodiscard]] live_result<bool> wait();
    [[nodiscard]] live_result<live_counts> counts();
    [[nodiscard]] live_result<void> attach(std::optional<bpf_program> program);
    [[nodiscard]] live_result<void> attach(const std::string& text);
    [[nodiscard]] capture_interface description() const;

    [[nodiscard]] stop_signal& stop() const noexcept { return *stop_; }
    [[nodiscard]] timer& limit() noexcept { return timer_; }
    [[nodiscard]] int socket() const noexcept { return socket_.number(); }
    [[nodiscard]] std::uint16_t link_type() const noexcept { return shape_.link_type; }

  private:
    live_state(timer limit, std::unique_ptr<stop_signal> stop, const packet_calls& calls) noexcept
        : calls_(&calls), stop_(std::move(stop)), timer_(std::move(limit)) {}

    // Opening, in this order.
    live_result<void> learn_interface(const std::string& interface, const live_options& options);
    live_result<void> open_socket(const live_options& options);
    live_result<void> set_up_stamps(const live_options& options);
    live_result<void> set_up_filter(const live_options& options);
    live_result<void> set_up_ring(const live_options& options);
    live_result<void> bind_to_interface(const live_options& options);
    live_result<void> join_fanout(const live_options& options);
    live_result<std::uint16_t> hardware_kind();
    void ask_for_hardware_stamps();
    template <class Value>
    live_result<void> set_option(int name, const Value& value, const char* label);
    live_result<void> refused(const char* label) const;
    [[nodiscard]] std::string name() const;

    const live_record* deliver(ring_frame& frame) noexcept;
    [[nodiscard]] bool is_left_out(const ring_frame& frame) const noexcept;
    [[nodiscard]] bytes_mut block(std::size_t index) const noexcept;
    [[nodiscard]] bool is_ours(std::size_t index) const noexcept;
    void give_back() noexcept;
    live_result<void> check_socket();

    const packet_calls* calls_;
    std::unique_ptr<stop_signal> stop_;
    timer timer_;
    owned_fd socket_;
    mapped_ring ring_;
    std::size_t block_len_ = 0;
    std::size_t block_count_ = 0;
    std::size_t block_index_ = 0;
    std::optional<ring_block> block_;

    std::string interface_;
    std::uint32_t interface_index_ = 0;  // 0: all
    frame_shape shape_;
    capture_direction direction_ = capture_direction::both;
    std::optional<bpf_program> program_;
    std::string filter_text_;
    bool kernel_decides_ = true;

    live_counts counts_;
    flags_option flags_{};
    live_record record_;
};

}  // namespace sonde::inline v0::detail
