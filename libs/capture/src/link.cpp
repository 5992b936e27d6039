#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <linux/if_packet.h>
#include <linux/sockios.h>

#include "link_state.hpp"
#include "socket_address.hpp"

namespace sonde::inline v0 {
namespace detail {
namespace {

constexpr std::uint32_t burst_max = 1024;  // UIO_MAXIOV: what one sendmmsg takes
constexpr nanoseconds rest_time{50'000};
constexpr std::uint32_t rests_max = 20'000;  // a second without room for a single frame

bool has_no_room(int code) noexcept {
    return code == ENOBUFS || code == EAGAIN || code == EWOULDBLOCK;
}
bool is_gone(int code) noexcept {
    return code == ENETDOWN || code == ENXIO || code == ENODEV || code == EBADF ||
           code == ENOTSOCK || code == EPERM || code == EACCES;
}

live_error bad_injection(const char* why) {
    return {.operation = "inject", .code = EINVAL, .remedy = why};
}

const char* fault_of(const injection& what, bool has_fill) noexcept {
    const bool good_rate = what.rate == 0 || (what.rate >= 1e-6 && what.rate <= 1e9);
    if (!good_rate) return "the rate is 10^-6 to 10^9 frames a second, or 0 for as fast as they go";
    if (what.frame.empty() && what.room == 0) return "there is no frame and no room for one";
    if (what.room > 262144 || what.frame.size() > 262144) {
        return "a frame has at most 262144 octets";
    }
    if (what.room != 0 && what.frame.size() > what.room) return "the frame needs more room";
    if (what.frame.empty() && !has_fill) return "there is no frame and nobody who makes one";
    return nullptr;
}

}  // namespace

frame_batch::frame_batch(std::size_t slots, std::size_t room, bytes_view first)
    : room_(room), octets_(slots * room), lens_(slots), messages_(slots) {
    for (std::size_t at = 0; at < slots; ++at) {
        copy_octets(slot(at), first);
        lens_[at] = {.iov_base = slot(at).data(), .iov_len = first.size()};
        messages_[at].msg_hdr.msg_iov = &lens_[at];
        messages_[at].msg_hdr.msg_iovlen = 1;
    }
}

live_result<std::unique_ptr<link_state>> link_state::open(const std::string& interface,
                                                          const link_options& options,
                                                          const packet_calls& calls) {
    auto stop = stop_signal::make(calls);
    if (!stop) return tl::unexpected(stop.error());
    auto ticks = timer::make(calls);
    if (!ticks) return tl::unexpected(ticks.error());
    std::unique_ptr<link_state> made(new link_state(std::move(*ticks), std::move(*stop), calls));
    const auto index = index_of_interface(interface, calls);
    if (!index) return tl::unexpected(index.error());
    std::array<char, IF_NAMESIZE> name{};
    const bool named = calls.if_indextoname(*index, name.data()) != nullptr;
    made->interface_ = named ? name.data() : interface;
    made->index_ = *index;
    if (auto done = made->open_socket(options); !done) return tl::unexpected(done.error());
    return made;
}

live_result<void> link_state::open_socket(const link_options& options) {
    // Protocol 0: nothing is received here.
    socket_ = owned_fd(calls_->socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), *calls_);
    if (!socket_.is_open()) return refusal("socket(AF_PACKET)", errno, interface_);
    const int yes = 1;
    // Kernels before 3.14 do not know it, and send through the queue.
    if (options.past_queue) {
        static_cast<void>(
            calls_->setsockopt(socket(), SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes));
    }
    if (options.send_buffer_len != 0) {
        const auto len = static_cast<int>(std::min(options.send_buffer_len, 0x3fffffffU));
        if (calls_->setsockopt(socket(), SOL_SOCKET, SO_SNDBUF, &len, sizeof len) != 0) {
            return refusal("setsockopt(SO_SNDBUF)", errno, interface_);
        }
    }
    socket_address<sockaddr_ll> address{};
    address.own.sll_family = AF_PACKET;
    address.own.sll_ifindex = static_cast<int>(index_);
    if (calls_->bind(socket(), &address.plain, sizeof address.own) != 0) {
        return refusal("bind", errno, interface_);
    }
    return check_that_it_is_up();
}

// A socket that receives nothing binds to what is down without a word.
live_result<void> link_state::check_that_it_is_up() {
    ifreq request{};
    std::ranges::copy(interface_, std::begin(request.ifr_name));
    if (calls_->ioctl(socket(), SIOCGIFFLAGS, &request) != 0) {
        return refusal("ioctl(SIOCGIFFLAGS)", errno, interface_);
    }
    if ((request.ifr_flags & IFF_UP) == 0) return refusal("link", ENETDOWN, interface_);
    return {};
}

// A moment without frames; stop() ends it.
live_result<void> link_state::rest() {
    pollfd watched{stop_->number(), POLLIN, 0};
    const timespec time{0, static_cast<long>(rest_time.count())};
    if (calls_->ppoll(&watched, 1, &time) < 0 && errno != EINTR) {
        return refusal("ppoll", errno, interface_);
    }
    return {};
}

// The frame at `at` was not taken. No error: it is tried again, or was counted and is left out.
live_result<void> link_state::note_failure(int code, send_counts& counts, std::size_t& at) {
    if (code == EINTR) return {};
    if (has_no_room(code) && waits_in_row_ < rests_max) {
        ++counts.waits;
        ++waits_in_row_;
        return rest();
    }
    if (is_gone(code)) return refusal("sendmmsg", code, interface_);
    waits_in_row_ = 0;
    ++counts.failed;
    ++at;
    if (!counts.first_failure) counts.first_failure = refusal("sendmmsg", code, interface_).value();
    return {};
}

live_result<void> link_state::hand_over(std::span<mmsghdr> messages, send_counts& counts) {
    std::size_t at = 0;
    while (at < messages.size() && !stop_->is_raised()) {
        const auto rest_of = messages.subspan(at);
        const int taken =
            calls_->sendmmsg(socket(), rest_of.data(), static_cast<unsigned>(rest_of.size()), 0);
        if (taken > 0) {
            at += static_cast<std::size_t>(taken);
            counts.sent += static_cast<std::uint64_t>(taken);
            waits_in_row_ = 0;
        } else if (auto noted = note_failure(taken < 0 ? errno : EAGAIN, counts, at); !noted) {
            return noted;
        }
    }
    return {};
}

live_result<send_counts> link_state::send(std::span<const bytes_view> frames) {
    constexpr std::size_t batch_len = 64;
    std::array<iovec, batch_len> lens{};
    std::array<mmsghdr, batch_len> messages{};
    send_counts counts;
    while (!frames.empty() && !stop_->is_raised()) {
        const std::size_t count = std::min(frames.size(), batch_len);
        for (std::size_t i = 0; i < count; ++i) {
            // The kernel reads only, though iovec says otherwise.
            lens[i] = {const_cast<std::uint8_t*>(frames[i].data()), frames[i].size()};
            messages[i] = {};
            messages[i].msg_hdr.msg_iov = &lens[i];
            messages[i].msg_hdr.msg_iovlen = 1;
        }
        auto done = hand_over(std::span(messages).first(count), counts);
        if (!done) return tl::unexpected(std::move(done.error()));
        frames = frames.subspan(count);
    }
    return counts;
}

live_result<void> link_state::wait_for_tick() {
    std::array<pollfd, 2> watched{pollfd{ticks_.number(), POLLIN, 0},
                                  pollfd{stop_->number(), POLLIN, 0}};
    if (calls_->ppoll(watched.data(), watched.size(), nullptr) < 0 && errno != EINTR) {
        return refusal("ppoll", errno, interface_);
    }
    return {};
}

live_result<send_counts> link_state::run(const injection& what, const frame_filler& fill,
                                         pace* at) {
    const std::size_t room = what.room != 0 ? what.room : what.frame.size();
    frame_batch batch(std::clamp(what.burst, 1U, burst_max), room, what.frame);
    send_counts counts;
    std::uint64_t number = 0;
    bool ended = false;
    while (!ended && !stop_->is_raised()) {
        std::uint64_t now = batch.slots();
        if (what.count != 0) now = std::min(now, what.count - number);
        if (now == 0) break;
        if (at != nullptr) {
            at->passed(ticks_.times());
            now = std::min(now, at->due());
            if (now == 0) {
                if (auto done = wait_for_tick(); !done) return tl::unexpected(done.error());
                continue;
            }
            at->sent(now);
        }
        std::size_t made = 0;
        for (; made < now; ++made, ++number) {
            if (!fill) continue;
            const std::size_t len = fill(number, batch.slot(made));
            ended = len == 0;
            if (ended) break;
            batch.set_len(made, std::min(len, room));
        }
        if (auto done = hand_over(batch.messages().first(made), counts); !done) {
            return tl::unexpected(std::move(done.error()));
        }
    }
    return counts;
}

live_result<send_counts> link_state::inject(const injection& what, const frame_filler& fill) {
    if (const char* fault = fault_of(what, static_cast<bool>(fill))) {
        live_error error = bad_injection(fault);
        error.interface = interface_;
        return tl::unexpected(std::move(error));
    }
    if (what.rate <= 0) return run(what, fill, nullptr);
    pace at(what.rate, std::clamp(what.burst, 1U, burst_max));
    if (auto begun = ticks_.repeat(at.period()); !begun) return tl::unexpected(begun.error());
    auto done = run(what, fill, &at);
    static_cast<void>(ticks_.cancel());
    return done;
}

}  // namespace detail

packet_link::packet_link(std::unique_ptr<detail::link_state> state) noexcept
    : state_(std::move(state)) {}
packet_link::packet_link(packet_link&&) noexcept = default;
packet_link& packet_link::operator=(packet_link&&) noexcept = default;
packet_link::~packet_link() = default;

live_result<packet_link> packet_link::open(const std::string& interface,
                                           const link_options& options, const packet_calls& calls) {
    auto state = detail::link_state::open(interface, options, calls);
    if (!state) return tl::unexpected(state.error());
    return packet_link(std::move(*state));
}

live_result<void> packet_link::send(bytes_view frame) {
    const auto counts = state_->send({&frame, 1});
    if (!counts) return tl::unexpected(counts.error());
    if (counts->first_failure) return tl::unexpected(*counts->first_failure);
    return {};
}
live_result<send_counts> packet_link::send(std::span<const bytes_view> frames) {
    return state_->send(frames);
}
live_result<send_counts> packet_link::inject(const injection& what, const frame_filler& fill) {
    return state_->inject(what, fill);
}
void packet_link::stop() noexcept { state_->stop().raise(); }
void packet_link::resume() noexcept { state_->stop().lower(); }
std::uint32_t packet_link::interface_index() const noexcept { return state_->index(); }
int packet_link::native_handle() const noexcept { return state_->socket(); }

}  // namespace sonde::inline v0
