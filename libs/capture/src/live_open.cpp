// Opening a live capture: every option before the bind, so that no packet arrives that the filter
// has not seen.

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <sys/mman.h>

#include "live_state.hpp"
#include "socket_address.hpp"

namespace sonde::inline v0::detail {
namespace {

constexpr std::uint16_t network_order(std::uint16_t value) noexcept {
    return std::endian::native == std::endian::big ? value : swapped(value);
}

ifreq request_for(const std::string& interface) noexcept {
    ifreq request{};
    std::ranges::copy(interface.substr(0, IF_NAMESIZE - 1), std::begin(request.ifr_name));
    return request;
}

// A power of two that holds the longest packet of an interface (64 KiB, put together by the
// kernel) with its headers. Small blocks, because the kernel hands over a block whenever `delivery`
// is over, however little is in it.
std::size_t block_len_for(std::uint32_t snap_len) noexcept {
    constexpr std::size_t packet_len_max = 66000;
    constexpr std::size_t headers_len_max = 512;
    constexpr std::size_t block_len_min = 65536;
    return std::max(
        block_len_min,
        std::bit_ceil(std::min<std::size_t>(snap_len, packet_len_max) + headers_len_max));
}

live_error bad_filter(const bpf_error& error) {
    return {.operation = "filter", .code = EINVAL, .remedy = describe(error)};
}

}  // namespace

std::string live_state::name() const { return interface_index_ == 0 ? "any" : interface_; }

live_result<void> live_state::refused(const char* label) const {
    return refusal(label, errno, name());
}

template <class Value>
live_result<void> live_state::set_option(int option, const Value& value, const char* label) {
    if (calls_->setsockopt(socket(), SOL_PACKET, option, &value, sizeof value) == 0) return {};
    return refused(label);
}

live_result<void> live_state::learn_interface(const std::string& interface,
                                              const live_options& options) {
    interface_ = interface;
    direction_ = options.direction;
    filter_text_ = options.filter;
    shape_ = {options.cooked_link_type, true, options.snap_len == 0 ? 262144 : options.snap_len};
    if (options.cooked_link_type != 276 && options.cooked_link_type != 113) {
        return tl::unexpected(
            live_error{"open", EINVAL, interface, "cooked_link_type is 276 (SLL2) or 113 (SLL)"});
    }
    if (interface == "any") return {};
    const auto index = index_of_interface(interface, *calls_);
    if (!index) return tl::unexpected(index.error());
    interface_index_ = *index;
    std::array<char, IF_NAMESIZE> name{};
    if (calls_->if_indextoname(*index, name.data()) != nullptr) interface_ = name.data();
    return {};
}

// The kind is asked of a socket that receives nothing; a cooked capture then needs another one.
live_result<std::uint16_t> live_state::hardware_kind() {
    ifreq request = request_for(interface_);
    if (calls_->ioctl(socket(), SIOCGIFHWADDR, &request) != 0) {
        return refusal("ioctl(SIOCGIFHWADDR)", errno, name());
    }
    return request.ifr_hwaddr.sa_family;
}

live_result<void> live_state::open_socket(const live_options& options) {
    const int first = interface_index_ == 0 ? SOCK_DGRAM : SOCK_RAW;
    socket_ = owned_fd(calls_->socket(AF_PACKET, first | SOCK_CLOEXEC, 0), *calls_);
    if (!socket_.is_open()) return refused("socket(AF_PACKET)");
    if (interface_index_ == 0) return {};
    const auto kind = hardware_kind();
    if (!kind) return tl::unexpected(kind.error());
    if (const auto known = link_type_of(*kind)) {
        shape_.link_type = *known;
        shape_.cooked = false;
        return {};
    }
    shape_.link_type = options.cooked_link_type;
    socket_ = owned_fd(calls_->socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0), *calls_);
    if (!socket_.is_open()) return refused("socket(AF_PACKET)");
    return {};
}

// Turns the interface's clock on unless somebody has: then it stays as they want it. What it cannot
// do is no error, because each record says who stamped it.
void live_state::ask_for_hardware_stamps() {
    hwtstamp_config config{};
    ifreq request = request_for(interface_);
    // The system declares a char* for what it reads as this structure.
    // NOLINTNEXTLINE(bugprone-casting-through-void)
    request.ifr_data = static_cast<char*>(static_cast<void*>(&config));
    if (calls_->ioctl(socket(), SIOCGHWTSTAMP, &request) == 0 &&
        config.rx_filter != HWTSTAMP_FILTER_NONE) {
        return;
    }
    config.rx_filter = HWTSTAMP_FILTER_ALL;
    static_cast<void>(calls_->ioctl(socket(), SIOCSHWTSTAMP, &request));
}

live_result<void> live_state::set_up_stamps(const live_options& options) {
    if (!options.hardware_stamps) return {};
    if (interface_index_ != 0) ask_for_hardware_stamps();
    constexpr int wanted = SOF_TIMESTAMPING_RAW_HARDWARE;
    return set_option(PACKET_TIMESTAMP, wanted, "setsockopt(PACKET_TIMESTAMP)");
}

live_result<void> live_state::set_up_filter(const live_options& options) {
    if (options.program) return attach(options.program);
    return attach(options.filter);
}

live_result<void> live_state::attach(const std::string& text) {
    if (text.empty()) {
        filter_text_.clear();
        return attach(std::optional<bpf_program>{});
    }
    auto program =
        bpf_program::compile(text, {.link_type = shape_.link_type, .snap_len = shape_.snap_len});
    if (!program) {
        live_error error = bad_filter(program.error());
        error.interface = name();
        return tl::unexpected(std::move(error));
    }
    auto done = attach(std::optional<bpf_program>(std::move(*program)));
    if (done) filter_text_ = text;
    return done;
}

live_result<void> live_state::attach(std::optional<bpf_program> program) {
    auto filter = kernel_filter_of(program, shape_, direction_);
    const sock_fprog code{static_cast<unsigned short>(filter.code.size()), filter.code.data()};
    if (calls_->setsockopt(socket(), SOL_SOCKET, SO_ATTACH_FILTER, &code, sizeof code) != 0) {
        return refused("setsockopt(SO_ATTACH_FILTER)");
    }
    // What waits in the ring was let through by the filter before.
    kernel_decides_ = filter.decides && ring_.octets().empty();
    program_ = std::move(program);
    filter_text_.clear();
    return {};
}

live_result<void> live_state::set_up_ring(const live_options& options) {
    constexpr int version = TPACKET_V3;
    if (auto done = set_option(PACKET_VERSION, version, "setsockopt(PACKET_VERSION)"); !done) {
        return done;
    }
    block_len_ = block_len_for(shape_.snap_len);
    block_count_ = std::max<std::size_t>(2, options.buffer_len / block_len_);
    constexpr std::uint32_t frame_len = 2048;  // the kernel checks it and does not use it
    const auto delivery =
        std::clamp<std::chrono::milliseconds::rep>(options.delivery.count(), 1, 60000);
    tpacket_req3 request{};
    request.tp_block_size = static_cast<unsigned>(block_len_);
    request.tp_block_nr = static_cast<unsigned>(block_count_);
    request.tp_frame_size = frame_len;
    request.tp_frame_nr = static_cast<unsigned>(block_len_ / frame_len * block_count_);
    request.tp_retire_blk_tov = static_cast<unsigned>(delivery);
    if (auto done = set_option(PACKET_RX_RING, request, "setsockopt(PACKET_RX_RING)"); !done) {
        return done;
    }
    const std::size_t len = block_len_ * block_count_;
    void* const place = calls_->map(socket(), len);
    if (place == MAP_FAILED) return refused("mmap");
    ring_ = mapped_ring(bytes_mut(static_cast<std::uint8_t*>(place), len), *calls_);
    return {};
}

live_result<void> live_state::bind_to_interface(const live_options& options) {
    socket_address<sockaddr_ll> address{};
    address.own.sll_family = AF_PACKET;
    address.own.sll_protocol = network_order(ETH_P_ALL);
    address.own.sll_ifindex = static_cast<int>(interface_index_);
    if (calls_->bind(socket(), &address.plain, sizeof address.own) != 0) return refused("bind");
    if (auto done = check_socket(); !done) return done;  // a bind to what is down "succeeds"
    if (!options.promiscuous || interface_index_ == 0) return {};
    packet_mreq membership{};
    membership.mr_ifindex = address.own.sll_ifindex;
    membership.mr_type = PACKET_MR_PROMISC;
    return set_option(PACKET_ADD_MEMBERSHIP, membership, "setsockopt(PACKET_ADD_MEMBERSHIP)");
}

live_result<void> live_state::join_fanout(const live_options& options) {
    if (!options.fanout) return {};
    const capture_fanout& wanted = *options.fanout;
    std::uint32_t value = wanted.group | static_cast<std::uint32_t>(wanted.by) << 16;
    if (wanted.defragment) value |= std::uint32_t{PACKET_FANOUT_FLAG_DEFRAG} << 16;
    if (wanted.roll_over) value |= std::uint32_t{PACKET_FANOUT_FLAG_ROLLOVER} << 16;
    auto done = set_option(PACKET_FANOUT, value, "setsockopt(PACKET_FANOUT)");
    if (!done && done.error().code == EINVAL) {
        done.error().remedy = "others have joined this group with another kind or interface";
    }
    return done;
}

live_result<std::unique_ptr<live_state>> live_state::open(const std::string& interface,
                                                          const live_options& options,
                                                          const packet_calls& calls) {
    auto stop = stop_signal::make(calls);
    if (!stop) return tl::unexpected(stop.error());
    auto limit = timer::make(calls);
    if (!limit) return tl::unexpected(limit.error());
    std::unique_ptr<live_state> made(new live_state(std::move(*limit), std::move(*stop), calls));
    if (auto done = made->learn_interface(interface, options); !done) {
        return tl::unexpected(done.error());
    }
    constexpr std::array steps{&live_state::open_socket,
                               &live_state::set_up_stamps,
                               &live_state::set_up_filter,
                               &live_state::set_up_ring,
                               &live_state::bind_to_interface,
                               &live_state::join_fanout};
    for (const auto step : steps) {
        if (auto done = (made.get()->*step)(options); !done) return tl::unexpected(done.error());
    }
    return made;
}

capture_interface live_state::description() const {
    return {.link_type = shape_.link_type,
            .snap_len = shape_.snap_len,
            .name = name(),
            .filter = filter_text_};
}

}  // namespace sonde::inline v0::detail
