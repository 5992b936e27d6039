#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <optional>
#include <sys/mman.h>

#include <sonde/capture/byte_order.hpp>
#include <sonde/capture/packet_ring.hpp>

#include "ethernet_facts.hpp"
#include "link_state.hpp"
#include "mapped_ring.hpp"
#include "ring_block.hpp"
#include "socket_address.hpp"

namespace sonde::inline v0 {
namespace detail {
namespace {

// The word by which a block changes hands. The ring is page-aligned, its blocks powers of two.
std::atomic_ref<std::uint32_t> owner_of(bytes_mut block) noexcept {
    void* const word = block.subspan(ring_block::status_offset).data();
    return std::atomic_ref<std::uint32_t>(*static_cast<std::uint32_t*>(word));
}

constexpr std::uint16_t network_order(std::uint16_t value) noexcept {
    return std::endian::native == std::endian::big ? value : swapped(value);
}

// What only the kernel can tell of a frame: a VLAN tag that it took out, and whom it is for.
std::vector<sock_filter> with_kernel_facts(std::span<const bpf_instruction> filter) {
    constexpr auto fact = [](int which) { return static_cast<std::uint32_t>(SKF_AD_OFF + which); };
    std::vector<sock_filter> made{
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, fact(SKF_AD_VLAN_TAG_PRESENT)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, fact(SKF_AD_PKTTYPE)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_HOST, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    for (const bpf_instruction& one : filter) {
        made.push_back({one.code, one.jump_true, one.jump_false, one.k});
    }
    if (filter.empty()) made.push_back(BPF_STMT(BPF_RET | BPF_K, 0xffffffff));
    return made;
}

}  // namespace

class ring_carrier final : public frame_carrier {
  public:
    explicit ring_carrier(const packet_calls& calls) noexcept : calls_(&calls) {}
    live_result<void> open(const packet_ring_options& options);

    [[nodiscard]] bytes_mut slot() noexcept override;
    void put(std::size_t len) noexcept override { batch_->set_len(end_++, len); }
    [[nodiscard]] std::size_t pending() const noexcept override { return end_ - first_; }
    [[nodiscard]] flush_result flush() noexcept override;
    void skip() noexcept override;
    [[nodiscard]] std::span<const carried_frame> receive() noexcept override;
    [[nodiscard]] bool has_more() const noexcept override;
    [[nodiscard]] std::size_t frame_len_max() const noexcept override {
        return facts_.frame_len_max;
    }
    [[nodiscard]] int native_handle() const noexcept override { return socket_.number(); }
    [[nodiscard]] int clear_failure() noexcept override;
    [[nodiscard]] live_result<std::uint64_t> drops() override;
    void close() noexcept override;

  private:
    template <class Value>
    live_result<void> set_option(int level, int name, const Value& value, const char* label);
    live_result<void> set_up_filter(const packet_ring_options& options);
    live_result<void> set_up_ring(const packet_ring_options& options);
    live_result<void> bind_to_interface();
    [[nodiscard]] bytes_mut block(std::size_t index) const noexcept {
        return ring_.octets().subspan(index * block_len_, block_len_);
    }
    [[nodiscard]] bool is_ours(std::size_t index) const noexcept {
        return (owner_of(block(index)).load(std::memory_order_acquire) & TP_STATUS_USER) != 0;
    }
    [[nodiscard]] std::size_t after(std::size_t index) const noexcept {
        return index + 1 == block_count_ ? 0 : index + 1;
    }
    void give_back() noexcept;
    void take_block() noexcept;

    const packet_calls* calls_;
    owned_fd socket_;
    ethernet_facts facts_;
    // What arrives. Blocks from lent_ to index_ were handed out in the last pass.
    mapped_ring ring_;
    std::size_t block_len_ = 0;
    std::size_t block_count_ = 0;
    std::size_t lent_ = 0;
    std::size_t index_ = 0;
    std::optional<ring_block> block_;
    std::vector<carried_frame> frames_;
    std::uint64_t drops_ = 0;
    // What leaves: the slots from first_ to end_ wait.
    std::optional<frame_batch> batch_;
    std::size_t first_ = 0;
    std::size_t end_ = 0;
};

template <class Value>
live_result<void> ring_carrier::set_option(int level, int name, const Value& value,
                                           const char* label) {
    if (calls_->setsockopt(socket_.number(), level, name, &value, sizeof value) == 0) return {};
    return refusal(label, errno, facts_.name);
}

// Every option before the bind, so that no frame arrives that the filter has not seen.
live_result<void> ring_carrier::open(const packet_ring_options& options) {
    socket_ = owned_fd(calls_->socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), *calls_);
    if (!socket_.is_open()) return refusal("socket(AF_PACKET)", errno, options.interface);
    auto facts = learn_ethernet(options.interface, *calls_);
    if (!facts) return tl::unexpected(std::move(facts.error()));
    facts_ = std::move(*facts);
    constexpr int yes = 1;
    if (auto done = set_up_filter(options); !done) return done;
    if (auto done = set_up_ring(options); !done) return done;
    if (auto done =
            set_option(SOL_PACKET, PACKET_IGNORE_OUTGOING, yes, "setsockopt(IGNORE_OUTGOING)");
        !done) {
        return done;
    }
    // Kernels before 3.14 do not know it, and send through the queue.
    static_cast<void>(set_option(SOL_PACKET, PACKET_QDISC_BYPASS, yes, "setsockopt(QDISC_BYPASS)"));
    batch_.emplace(batch_max, facts_.frame_len_max, bytes_view{});
    frames_.reserve(pass_max);
    return bind_to_interface();
}

live_result<void> ring_carrier::set_up_filter(const packet_ring_options& options) {
    auto code = with_kernel_facts(options.filter);
    const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
    return set_option(SOL_SOCKET, SO_ATTACH_FILTER, program, "setsockopt(SO_ATTACH_FILTER)");
}

live_result<void> ring_carrier::set_up_ring(const packet_ring_options& options) {
    constexpr int version = TPACKET_V3;
    if (auto done = set_option(SOL_PACKET, PACKET_VERSION, version, "setsockopt(PACKET_VERSION)");
        !done) {
        return done;
    }
    // Small blocks are handed over soon; one must hold the longest frame with its headers.
    constexpr std::size_t headers_len_max = 512;
    constexpr std::size_t block_len_min = 32768;
    constexpr std::uint32_t frame_len = 2048;  // the kernel checks it and does not use it
    constexpr std::chrono::milliseconds delivery_max{60'000};
    block_len_ = std::max(block_len_min, std::bit_ceil(facts_.frame_len_max + headers_len_max));
    block_count_ = std::max<std::size_t>(2, options.ring_len / block_len_);
    const auto delivery =
        std::clamp(options.delivery, std::chrono::milliseconds(1), delivery_max).count();
    tpacket_req3 request{};
    request.tp_block_size = static_cast<unsigned>(block_len_);
    request.tp_block_nr = static_cast<unsigned>(block_count_);
    request.tp_frame_size = frame_len;
    request.tp_frame_nr = static_cast<unsigned>(block_len_ / frame_len * block_count_);
    request.tp_retire_blk_tov = static_cast<unsigned>(delivery);
    if (auto done = set_option(SOL_PACKET, PACKET_RX_RING, request, "setsockopt(PACKET_RX_RING)");
        !done) {
        return done;
    }
    const std::size_t len = block_len_ * block_count_;
    void* const place = calls_->map(socket_.number(), len);
    if (place == MAP_FAILED) return refusal("mmap", errno, facts_.name);
    ring_ = mapped_ring(bytes_mut(static_cast<std::uint8_t*>(place), len), *calls_);
    return {};
}

live_result<void> ring_carrier::bind_to_interface() {
    socket_address<sockaddr_ll> address{};
    address.own.sll_family = AF_PACKET;
    address.own.sll_protocol = network_order(ETH_P_ALL);
    address.own.sll_ifindex = static_cast<int>(facts_.index);
    if (calls_->bind(socket_.number(), &address.plain, sizeof address.own) != 0) {
        return refusal("bind", errno, facts_.name);
    }
    return {};
}

bytes_mut ring_carrier::slot() noexcept {
    if (end_ == batch_max || !socket_.is_open()) return {};
    return batch_->slot(end_);
}

void ring_carrier::skip() noexcept {
    ++first_;
    if (first_ == end_) first_ = end_ = 0;
}

flush_result ring_carrier::flush() noexcept {
    flush_result made;
    while (first_ != end_) {
        const auto waiting = batch_->messages().subspan(first_, end_ - first_);
        const int taken = calls_->sendmmsg(
            socket_.number(), waiting.data(), static_cast<unsigned>(waiting.size()), MSG_DONTWAIT);
        if (taken <= 0) {
            if (taken < 0 && errno == EINTR) continue;
            made.code = taken < 0 ? errno : EAGAIN;
            return made;
        }
        made.taken += static_cast<std::size_t>(taken);
        first_ += static_cast<std::size_t>(taken);
    }
    first_ = end_ = 0;
    return made;
}

void ring_carrier::give_back() noexcept {
    for (; lent_ != index_; lent_ = after(lent_)) {
        owner_of(block(lent_)).store(TP_STATUS_KERNEL, std::memory_order_release);
    }
}

// The frames of the block under way, as many as there is room for.
void ring_carrier::take_block() noexcept {
    while (frames_.size() < pass_max) {
        const auto frame = block_->next();
        if (!frame) {
            block_.reset();
            index_ = after(index_);
            return;
        }
        const auto octets = frame->octets();
        frames_.push_back({.octets = octets,
                           .time = wall_time(std::chrono::seconds(frame->seconds) +
                                             nanoseconds(frame->nanoseconds)),
                           .is_stamped = true,
                           .is_truncated = octets.size() < frame->original_len});
    }
}

std::span<const carried_frame> ring_carrier::receive() noexcept {
    if (!socket_.is_open()) return {};
    give_back();
    frames_.clear();
    // The last block of the ring stays: were all of them lent, none could be told from all.
    while (frames_.size() < pass_max && after(index_) != lent_) {
        if (!block_) {
            if (!is_ours(index_)) break;
            block_.emplace(block(index_));
        }
        take_block();
    }
    return frames_;
}

bool ring_carrier::has_more() const noexcept {
    return socket_.is_open() && (block_.has_value() || is_ours(index_));
}

int ring_carrier::clear_failure() noexcept {
    int code = 0;
    socklen_t len = sizeof code;
    if (calls_->getsockopt(socket_.number(), SOL_SOCKET, SO_ERROR, &code, &len) != 0) return errno;
    return code;
}

live_result<std::uint64_t> ring_carrier::drops() {
    tpacket_stats_v3 now{};  // since it was asked last
    socklen_t len = sizeof now;
    if (calls_->getsockopt(socket_.number(), SOL_PACKET, PACKET_STATISTICS, &now, &len) != 0) {
        return refusal("getsockopt(PACKET_STATISTICS)", errno, facts_.name);
    }
    drops_ += now.tp_drops;
    return drops_;
}

void ring_carrier::close() noexcept {
    frames_.clear();
    block_.reset();
    first_ = end_ = 0;
    ring_ = {};
    socket_.close();
}

}  // namespace detail

live_result<std::unique_ptr<frame_carrier>> open_packet_ring(const packet_ring_options& options,
                                                             const packet_calls& calls) {
    auto made = std::make_unique<detail::ring_carrier>(calls);
    if (auto done = made->open(options); !done) return tl::unexpected(std::move(done.error()));
    return made;
}

}  // namespace sonde::inline v0
