#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <utility>

#include "live_state.hpp"

namespace sonde::inline v0 {
namespace detail {
namespace {

// The word by which a block changes hands. The ring is page-aligned, its blocks powers of two.
std::atomic_ref<std::uint32_t> owner_of(bytes_mut block) noexcept {
    void* const word = block.subspan(ring_block::status_offset).data();
    return std::atomic_ref<std::uint32_t>(*static_cast<std::uint32_t*>(word));
}

}  // namespace

bytes_mut live_state::block(std::size_t index) const noexcept {
    return ring_.octets().subspan(index * block_len_, block_len_);
}

bool live_state::is_ours(std::size_t index) const noexcept {
    return (owner_of(block(index)).load(std::memory_order_acquire) & TP_STATUS_USER) != 0;
}

void live_state::give_back() noexcept {
    block_.reset();
    owner_of(block(block_index_)).store(TP_STATUS_KERNEL, std::memory_order_release);
    block_index_ = block_index_ + 1 == block_count_ ? 0 : block_index_ + 1;
}

const live_record* live_state::take() noexcept {
    while (!stop_->is_raised()) {
        if (!block_) {
            if (!is_ours(block_index_)) return nullptr;
            block_.emplace(block(block_index_));
        }
        while (auto frame = block_->next()) {
            if (const live_record* made = deliver(*frame)) return made;
        }
        give_back();
    }
    return nullptr;
}

// A packet that a host sends to itself passes its loopback twice; the way in is kept.
bool live_state::is_left_out(const ring_frame& frame) const noexcept {
    const bool outgoing = frame.kind == PACKET_OUTGOING;
    switch (direction_) {
        case capture_direction::inbound:
            return outgoing;
        case capture_direction::outbound:
            return !outgoing;
        default:
            return outgoing && frame.hardware == ARPHRD_LOOPBACK;
    }
}

const live_record* live_state::deliver(ring_frame& frame) noexcept {
    if (!is_left_out(frame)) {
        record_ = record_of(frame, shape_, flags_);
        const bool wanted =
            !program_ || (kernel_decides_ && !record_.vlan_restored) || program_->matches(record_);
        if (wanted) {
            ++counts_.delivered;
            return &record_;
        }
    }
    ++counts_.left_out;
    return nullptr;
}

live_result<void> live_state::check_socket() {
    int code = 0;
    socklen_t len = sizeof code;
    if (calls_->getsockopt(socket(), SOL_SOCKET, SO_ERROR, &code, &len) != 0) code = errno;
    if (code == 0) return {};
    return refusal("packet socket", code, name());
}

live_result<bool> live_state::wait() {
    std::array<pollfd, 3> watched{pollfd{socket(), POLLIN | POLLERR, 0},
                                  pollfd{stop_->number(), POLLIN, 0},
                                  pollfd{timer_.number(), POLLIN, 0}};
    if (calls_->ppoll(watched.data(), watched.size(), nullptr) < 0) {
        if (errno == EINTR) return true;
        return refusal("ppoll", errno, name());
    }
    if ((watched[0].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
        if (auto good = check_socket(); !good) return tl::unexpected(good.error());
    }
    return (watched[0].revents & POLLIN) != 0 || (watched[2].revents & POLLIN) == 0;
}

live_result<live_counts> live_state::counts() {
    tpacket_stats_v3 now{};  // since it was asked last
    socklen_t len = sizeof now;
    if (calls_->getsockopt(socket(), SOL_PACKET, PACKET_STATISTICS, &now, &len) != 0) {
        return refusal("getsockopt(PACKET_STATISTICS)", errno, name());
    }
    counts_.seen += now.tp_packets;
    counts_.dropped += now.tp_drops;
    counts_.freezes += now.tp_freeze_q_cnt;
    return counts_;
}

}  // namespace detail

live_capture::live_capture(std::unique_ptr<detail::live_state> state) noexcept
    : state_(std::move(state)) {}
live_capture::live_capture(live_capture&&) noexcept = default;
live_capture& live_capture::operator=(live_capture&&) noexcept = default;
live_capture::~live_capture() = default;

live_result<live_capture> live_capture::open(const std::string& interface,
                                             const live_options& options,
                                             const packet_calls& calls) {
    auto state = detail::live_state::open(interface, options, calls);
    if (!state) return tl::unexpected(state.error());
    return live_capture(std::move(*state));
}

live_result<const live_record*> live_capture::next(std::optional<nanoseconds> wait) {
    if (const live_record* made = state_->take()) return made;
    if (is_stopped() || (wait && *wait <= nanoseconds(0))) return nullptr;
    const auto begun = wait ? state_->limit().begin(*wait) : state_->limit().cancel();
    if (!begun) return tl::unexpected(begun.error());
    return next_in_time();
}

live_result<void> live_capture::begin_time(nanoseconds limit) {
    return state_->limit().begin(limit);
}

live_result<const live_record*> live_capture::next_in_time() {
    for (;;) {
        if (const live_record* made = state_->take()) return made;
        if (is_stopped()) return nullptr;
        const auto in_time = state_->wait();
        if (!in_time) return tl::unexpected(in_time.error());
        if (!*in_time) return state_->take();
    }
}

const std::optional<live_error>& live_capture::failure() const noexcept { return failure_; }
void live_capture::stop() noexcept { state_->stop().raise(); }
void live_capture::resume() noexcept { state_->stop().lower(); }
bool live_capture::is_stopped() const noexcept { return state_->stop().is_raised(); }
live_result<live_counts> live_capture::counts() { return state_->counts(); }
live_result<void> live_capture::set_filter(const std::string& text) { return state_->attach(text); }
live_result<void> live_capture::set_filter(const bpf_program& program) {
    return state_->attach(program);
}
std::uint16_t live_capture::link_type() const noexcept { return state_->link_type(); }
capture_interface live_capture::description() const { return state_->description(); }
int live_capture::native_handle() const noexcept { return state_->socket(); }

}  // namespace sonde::inline v0
