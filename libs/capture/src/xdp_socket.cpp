#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <sys/mman.h>
#include <vector>

#include <sonde/capture/xdp_socket.hpp>

#include "ethernet_facts.hpp"
#include "mapped_ring.hpp"
#include "socket_address.hpp"
#include "xdp_objects.hpp"
#include "xdp_rings.hpp"

namespace sonde::inline v0 {
namespace detail {
namespace {

constexpr std::uint32_t send_slots = 1024;
constexpr std::size_t kernel_headroom = 256;  // XDP_PACKET_HEADROOM: of each slot, before a frame
constexpr std::uint32_t receive_slots_max = 1U << 20;
constexpr int bind_tries_max = 100;  // half a second

bool is_busy(int code) noexcept {
    return code == 0 || code == EAGAIN || code == EBUSY || code == EINTR || code == ENOBUFS;
}

}  // namespace

class xdp_carrier final : public frame_carrier {
  public:
    explicit xdp_carrier(const packet_calls& calls) noexcept : calls_(&calls) {}
    ~xdp_carrier() override { close(); }
    live_result<void> open(const xdp_socket_options& options);
    [[nodiscard]] xdp_mode mode() const noexcept { return mode_; }
    [[nodiscard]] bool is_zero_copy() const noexcept { return zero_copy_; }

    [[nodiscard]] bytes_mut slot() noexcept override;
    void put(std::size_t len) noexcept override;
    [[nodiscard]] std::size_t pending() const noexcept override { return waiting_.size(); }
    [[nodiscard]] flush_result flush() noexcept override;
    void skip() noexcept override;
    [[nodiscard]] std::span<const carried_frame> receive() noexcept override;
    [[nodiscard]] bool has_more() const noexcept override {
        return socket_.is_open() && in_.produced() != in_at_;
    }
    [[nodiscard]] std::size_t frame_len_max() const noexcept override {
        return facts_.frame_len_max;
    }
    [[nodiscard]] int native_handle() const noexcept override { return socket_.number(); }
    [[nodiscard]] int clear_failure() noexcept override;
    [[nodiscard]] live_result<std::uint64_t> drops() override;
    void close() noexcept final;

  private:
    live_result<void> learn(const xdp_socket_options& options);
    live_result<void> set_up_memory();
    live_result<void> set_up_rings();
    live_result<void> attach(const xdp_socket_options& options);
    live_result<void> bind_to_queue(std::uint32_t queue);
    live_result<void> fill();
    template <class Entry>
    live_result<xdp_ring<Entry>> map_ring(const xdp_ring_offset& at, std::uint64_t page,
                                          std::uint32_t len);
    live_result<void> refused(const char* operation) const {
        return refusal(operation, errno, facts_.name);
    }
    template <class Value>
    live_result<void> set_option(int name, const Value& value, const char* label);
    [[nodiscard]] std::uint64_t slot_of(std::uint64_t address) const noexcept {
        return address & ~(std::uint64_t{slot_len_} - 1);
    }
    void reclaim() noexcept;
    void publish() noexcept;
    std::size_t settle() noexcept;

    const packet_calls* calls_;
    owned_fd socket_;
    xdp_objects objects_;
    ethernet_facts facts_;
    xdp_mode mode_ = xdp_mode::generic;
    bool zero_copy_ = false;
    std::size_t slot_len_ = 2048;  // a power of two
    std::uint32_t receive_slots_ = 0;
    mapped_ring memory_;  // slots for sending, and behind them those for receiving
    std::array<mapped_ring, 4> ring_memory_{};
    std::size_t rings_mapped_ = 0;
    // What leaves. waiting_: the first published_ of them are in the ring, behind dead_ descriptors
    // of frames that were skipped there.
    xdp_ring<xdp_desc> out_{};
    xdp_ring<std::uint64_t> done_{};
    std::vector<std::uint64_t> free_;
    std::vector<xdp_desc> waiting_;
    std::size_t published_ = 0;
    std::size_t dead_ = 0;
    std::uint32_t out_at_ = 0;   // produced by us
    std::uint32_t sent_at_ = 0;  // known to be consumed
    bool failed_ = false;        // the last flush found the interface down or gone
    // What arrives: entries before in_at_ were handed out, those of lent_ in the last pass.
    xdp_ring<xdp_desc> in_{};
    xdp_ring<std::uint64_t> fill_{};
    std::uint32_t in_at_ = 0;
    std::uint32_t fill_at_ = 0;
    std::vector<std::uint64_t> lent_;
    std::vector<carried_frame> frames_;
};

template <class Value>
live_result<void> xdp_carrier::set_option(int name, const Value& value, const char* label) {
    if (calls_->setsockopt(socket_.number(), SOL_XDP, name, &value, sizeof value) == 0) return {};
    return refused(label);
}

live_result<void> xdp_carrier::open(const xdp_socket_options& options) {
    if (auto done = learn(options); !done) return done;
    if (auto done = set_up_memory(); !done) return done;
    if (auto done = set_up_rings(); !done) return done;
    if (auto done = attach(options); !done) {
        done.error().interface = facts_.name;
        return done;
    }
    if (auto done = bind_to_queue(options.queue); !done) return done;
    if (auto done = fill(); !done) return done;
    return enter_socket(objects_, options.queue, socket_.number(), *calls_);
}

live_result<void> xdp_carrier::learn(const xdp_socket_options& options) {
    socket_ = owned_fd(calls_->socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0), *calls_);
    if (!socket_.is_open()) return refusal("socket(AF_XDP)", errno, options.interface);
    auto facts = learn_ethernet(options.interface, *calls_);
    if (!facts) return tl::unexpected(std::move(facts.error()));
    facts_ = std::move(*facts);
    receive_slots_ = std::bit_ceil(std::clamp(options.receive_slots, 64U, receive_slots_max));
    for (slot_len_ = 2048; slot_len_ < facts_.frame_len_max + kernel_headroom; slot_len_ *= 2) {
        if (slot_len_ == 4096) {  // a page: XDP wants a frame in one piece
            return tl::unexpected(
                live_error{"open", EINVAL, facts_.name, "its frames are too long for XDP"});
        }
    }
    return {};
}

live_result<void> xdp_carrier::set_up_memory() {
    const std::size_t len = slot_len_ * (std::size_t{send_slots} + receive_slots_);
    void* const place = calls_->map_own(len);
    if (place == MAP_FAILED) return refused("mmap");
    memory_ = mapped_ring(bytes_mut(static_cast<std::uint8_t*>(place), len), *calls_);
    xdp_umem_reg registered{};
    registered.addr = std::bit_cast<std::uintptr_t>(place);
    registered.len = len;
    registered.chunk_size = static_cast<std::uint32_t>(slot_len_);
    return set_option(XDP_UMEM_REG, registered, "setsockopt(XDP_UMEM_REG)");
}

template <class Entry>
live_result<xdp_ring<Entry>> xdp_carrier::map_ring(const xdp_ring_offset& at, std::uint64_t page,
                                                   std::uint32_t len) {
    const auto octets = static_cast<std::size_t>(at.desc) + std::size_t{len} * sizeof(Entry);
    void* const place = calls_->map_at(socket_.number(), octets, page);
    if (place == MAP_FAILED) return refusal("mmap", errno, facts_.name);
    const bytes_mut memory(static_cast<std::uint8_t*>(place), octets);
    ring_memory_[rings_mapped_++] = mapped_ring(memory, *calls_);
    return xdp_ring<Entry>(memory, at, len);
}

live_result<void> xdp_carrier::set_up_rings() {
    struct wish {
        int name;
        std::uint32_t len;
        const char* label;
    };
    for (const wish& one :
         {wish{XDP_UMEM_FILL_RING, receive_slots_, "setsockopt(XDP_UMEM_FILL_RING)"},
          wish{XDP_UMEM_COMPLETION_RING, send_slots, "setsockopt(XDP_UMEM_COMPLETION_RING)"},
          wish{XDP_RX_RING, receive_slots_, "setsockopt(XDP_RX_RING)"},
          wish{XDP_TX_RING, send_slots, "setsockopt(XDP_TX_RING)"}}) {
        if (auto done = set_option(one.name, one.len, one.label); !done) return done;
    }
    xdp_mmap_offsets at{};
    socklen_t len = sizeof at;
    if (calls_->getsockopt(socket_.number(), SOL_XDP, XDP_MMAP_OFFSETS, &at, &len) != 0) {
        return refused("getsockopt(XDP_MMAP_OFFSETS)");
    }
    const auto in = map_ring<xdp_desc>(at.rx, XDP_PGOFF_RX_RING, receive_slots_);
    if (!in) return tl::unexpected(in.error());
    const auto out = map_ring<xdp_desc>(at.tx, XDP_PGOFF_TX_RING, send_slots);
    if (!out) return tl::unexpected(out.error());
    const auto filled = map_ring<std::uint64_t>(at.fr, XDP_UMEM_PGOFF_FILL_RING, receive_slots_);
    if (!filled) return tl::unexpected(filled.error());
    const auto done = map_ring<std::uint64_t>(at.cr, XDP_UMEM_PGOFF_COMPLETION_RING, send_slots);
    if (!done) return tl::unexpected(done.error());
    in_ = *in;
    out_ = *out;
    fill_ = *filled;
    done_ = *done;
    return {};
}

live_result<void> xdp_carrier::attach(const xdp_socket_options& options) {
    auto objects = load_xdp(options.wanted, options.queue, *calls_);
    if (!objects) return tl::unexpected(std::move(objects.error()));
    objects_ = std::move(*objects);
    const bool is_open = options.mode == xdp_mode::automatic;
    const xdp_mode wanted = is_open ? preferred_xdp_mode(facts_.name, *calls_) : options.mode;
    if (wanted == xdp_mode::driver) {
        auto done = attach_xdp(objects_, facts_.index, XDP_FLAGS_DRV_MODE, *calls_);
        if (done) mode_ = xdp_mode::driver;
        if (done || !is_open || done.error().code == EBUSY) return done;
    }
    mode_ = xdp_mode::generic;
    return attach_xdp(objects_, facts_.index, XDP_FLAGS_SKB_MODE, *calls_);
}

live_result<void> xdp_carrier::bind_to_queue(std::uint32_t queue) {
    socket_address<sockaddr_xdp> address{};
    address.own.sxdp_family = AF_XDP;
    address.own.sxdp_ifindex = facts_.index;
    address.own.sxdp_queue_id = queue;
    // Behind the driver there is no zero copy, whatever the driver could do.
    const auto copy = static_cast<std::uint16_t>(mode_ == xdp_mode::generic ? XDP_COPY : 0);
    address.own.sxdp_flags = static_cast<std::uint16_t>(XDP_USE_NEED_WAKEUP | copy);
    // The kernel frees the queue of a socket that was closed behind our back, a moment later. The
    // program is attached: nobody else uses the interface so.
    constexpr timespec rest_time{0, 5'000'000};
    for (int tries = 1; calls_->bind(socket_.number(), &address.plain, sizeof address.own) != 0;
         ++tries) {
        if (errno != EBUSY || tries == bind_tries_max) return refused("bind(AF_XDP)");
        static_cast<void>(calls_->ppoll(nullptr, 0, &rest_time));
    }
    ::xdp_options what{};
    socklen_t len = sizeof what;
    zero_copy_ = calls_->getsockopt(socket_.number(), SOL_XDP, XDP_OPTIONS, &what, &len) == 0 &&
                 (what.flags & XDP_OPTIONS_ZEROCOPY) != 0;
    return {};
}

live_result<void> xdp_carrier::fill() {
    free_.reserve(send_slots);
    for (std::uint64_t i = send_slots; i-- > 0;) free_.push_back(i * slot_len_);
    for (std::uint32_t i = 0; i < receive_slots_; ++i) {
        fill_.entry(i) = (std::uint64_t{send_slots} + i) * slot_len_;
    }
    fill_at_ = receive_slots_;
    fill_.produce(fill_at_);
    waiting_.reserve(batch_max);
    lent_.reserve(pass_max);
    frames_.reserve(pass_max);
    return {};
}

// Slots of frames that have left.
void xdp_carrier::reclaim() noexcept {
    const std::uint32_t end = done_.produced();
    std::uint32_t at = done_.consumed();
    for (; at != end && free_.size() < send_slots; ++at) {
        free_.push_back(slot_of(done_.entry(at)));
    }
    done_.consume(at);
}

bytes_mut xdp_carrier::slot() noexcept {
    if (!socket_.is_open() || waiting_.size() == batch_max) return {};
    if (free_.empty()) reclaim();
    if (free_.empty()) return {};
    return memory_.octets().subspan(free_.back(), facts_.frame_len_max);
}

void xdp_carrier::put(std::size_t len) noexcept {
    waiting_.push_back(
        {.addr = free_.back(), .len = static_cast<std::uint32_t>(len), .options = 0});
    free_.pop_back();
}

// What was put goes into the ring, as far as there is room in it.
void xdp_carrier::publish() noexcept {
    const std::uint32_t used = out_at_ - out_.consumed();
    const std::size_t room = out_.len() - used;
    const std::size_t end = std::min(waiting_.size(), published_ + room);
    for (; published_ < end; ++published_) out_.entry(out_at_++) = waiting_[published_];
    out_.produce(out_at_);
}

// How many waiting frames the kernel has taken out of the ring since.
std::size_t xdp_carrier::settle() noexcept {
    const std::uint32_t now = out_.consumed();
    std::size_t gone = now - sent_at_;
    sent_at_ = now;
    const std::size_t dead = std::min(dead_, gone);
    dead_ -= dead;
    gone = std::min(gone - dead, published_);
    published_ -= gone;
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(gone));
    return gone;
}

// Without zero copy a call takes frames out of the ring, some at a time, and says why it stopped.
flush_result xdp_carrier::flush() noexcept {
    constexpr int idle_calls_max = 4;
    if (failed_ && calls_->kick(socket_.number()) != 0 && !is_busy(errno)) return {0, errno};
    failed_ = false;
    reclaim();
    publish();
    flush_result made{.taken = settle()};
    if (zero_copy_) {  // the card takes them in its own time
        if (out_.needs_wakeup()) static_cast<void>(calls_->kick(socket_.number()));
        made.taken += waiting_.size();
        waiting_.clear();
        sent_at_ = out_at_;
        published_ = 0;
        return made;
    }
    for (int idle = 0; !waiting_.empty();) {
        const int code = calls_->kick(socket_.number()) < 0 ? errno : 0;
        const std::size_t gone = settle();
        made.taken += gone;
        if (gone != 0) {
            idle = 0;
        } else if (!is_busy(code) || ++idle == idle_calls_max) {
            failed_ = !is_busy(code);
            made.code = failed_ ? code : EAGAIN;
            break;
        }
    }
    return made;
}

// A descriptor in the ring cannot be taken back, the kernel may have counted it. One without
// octets is left out.
void xdp_carrier::skip() noexcept {
    if (waiting_.empty()) return;
    if (published_ != 0) {
        out_.entry(sent_at_ + static_cast<std::uint32_t>(dead_)).len = 0;
        ++dead_;
        --published_;
    }
    free_.push_back(waiting_.front().addr);
    waiting_.erase(waiting_.begin());
}

std::span<const carried_frame> xdp_carrier::receive() noexcept {
    if (!socket_.is_open()) return {};
    for (const std::uint64_t slot : lent_) fill_.entry(fill_at_++) = slot;
    fill_.produce(fill_at_);
    lent_.clear();
    frames_.clear();
    const std::uint32_t end = in_.produced();
    for (; in_at_ != end && frames_.size() < pass_max; ++in_at_) {
        const xdp_desc& frame = in_.entry(in_at_);
        const std::size_t inside =
            frame.addr < memory_.octets().size() ? memory_.octets().size() - frame.addr : 0;
        lent_.push_back(slot_of(frame.addr));
        if (frame.len > inside) continue;  // the kernel never does
        frames_.push_back({.octets = memory_.octets().subspan(frame.addr, frame.len)});
    }
    in_.consume(in_at_);
    if (zero_copy_ && fill_.needs_wakeup()) {
        pollfd watched{socket_.number(), POLLIN, 0};
        constexpr timespec no_time{};
        static_cast<void>(calls_->ppoll(&watched, 1, &no_time));
    }
    return frames_;
}

int xdp_carrier::clear_failure() noexcept {
    int code = 0;
    socklen_t len = sizeof code;
    if (calls_->getsockopt(socket_.number(), SOL_SOCKET, SO_ERROR, &code, &len) != 0) return errno;
    return code;
}

live_result<std::uint64_t> xdp_carrier::drops() {
    xdp_statistics seen{};
    socklen_t len = sizeof seen;
    if (calls_->getsockopt(socket_.number(), SOL_XDP, XDP_STATISTICS, &seen, &len) != 0) {
        return refusal("getsockopt(XDP_STATISTICS)", errno, facts_.name);
    }
    // A frame for which no slot was free counts as dropped and as an empty fill ring: once is
    // enough.
    return seen.rx_dropped + seen.rx_ring_full;
}

// The program first: from then on the frames are the kernel's again.
void xdp_carrier::close() noexcept {
    detach_xdp(objects_, *calls_);
    frames_.clear();
    lent_.clear();
    waiting_.clear();
    published_ = 0;
    socket_.close();
    for (auto& ring : ring_memory_) ring = {};
    memory_ = {};
}

}  // namespace detail

live_result<opened_xdp> open_xdp_socket(const xdp_socket_options& options,
                                        const packet_calls& calls) {
    auto made = std::make_unique<detail::xdp_carrier>(calls);
    if (auto done = made->open(options); !done) return tl::unexpected(std::move(done.error()));
    const xdp_mode mode = made->mode();
    const bool zero_copy = made->is_zero_copy();
    return opened_xdp{.carrier = std::move(made), .mode = mode, .zero_copy = zero_copy};
}

std::string xdp_support(const packet_calls& calls) {
    const detail::owned_fd socket(calls.socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0), calls);
    if (!socket.is_open()) {
        const int code = errno;
        if (code == EAFNOSUPPORT) return "this kernel was built without CONFIG_XDP_SOCKETS";
        return describe(detail::refusal("socket(AF_XDP)", code).value());
    }
    const auto loaded = detail::load_xdp({}, 0, calls);
    return loaded ? std::string() : describe(loaded.error());
}

namespace {

// Asks the driver of an interface; `question` is a structure of linux/ethtool.h with its command.
live_result<void> ask_driver(const std::string& interface, void* question, const char* operation,
                             const packet_calls& calls) {
    const detail::owned_fd socket(calls.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), calls);
    if (!socket.is_open()) return detail::refusal("socket(AF_INET)", errno, interface);
    ifreq request{};
    std::ranges::copy(interface.substr(0, IF_NAMESIZE - 1), std::begin(request.ifr_name));
    request.ifr_data = static_cast<char*>(question);
    if (calls.ioctl(socket.number(), SIOCETHTOOL, &request) == 0) return {};
    return detail::refusal(operation, errno, interface);
}

}  // namespace

xdp_mode preferred_xdp_mode(const std::string& interface, const packet_calls& calls) {
    ethtool_drvinfo driver{};
    driver.cmd = ETHTOOL_GDRVINFO;
    const auto asked = ask_driver(interface, &driver, "ioctl(ETHTOOL_GDRVINFO)", calls);
    const bool is_veth = asked && std::string_view(&driver.driver[0]) == "veth";
    return is_veth ? xdp_mode::generic : xdp_mode::driver;
}

live_result<std::uint32_t> receive_queues(const std::string& interface, const packet_calls& calls) {
    ethtool_channels channels{};
    channels.cmd = ETHTOOL_GCHANNELS;
    const auto asked = ask_driver(interface, &channels, "ioctl(ETHTOOL_GCHANNELS)", calls);
    if (asked) return std::max(1U, channels.rx_count + channels.combined_count);
    if (asked.error().code == EOPNOTSUPP) return 1;  // a driver without channels has one queue
    return tl::unexpected(asked.error());
}

}  // namespace sonde::inline v0
