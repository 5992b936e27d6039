#include <algorithm>
#include <cerrno>
#include <limits>
#include <linux/filter.h>
#include <linux/icmpv6.h>
#include <linux/net_tstamp.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <utility>

#include <sonde/net/probe_socket.hpp>

#include "probe_socket_state.hpp"
#include "socket_filter.hpp"

namespace sonde::inline v0 {
namespace {

using detail::socket_address;

tl::unexpected<os_error> refused(const char* operation, int code, const ip_address& peer = {}) {
    return tl::unexpected(os_error{operation, code, peer});
}

bool is_raw(socket_kind kind) noexcept {
    return kind == socket_kind::icmp_raw || kind == socket_kind::tcp_raw;
}

struct socket_shape {
    int type = 0;
    int protocol = 0;
    const char* operation = "";
};

socket_shape shape_of(socket_kind kind, ip_family family) noexcept {
    const bool is_v4 = family == ip_family::v4;
    switch (kind) {
        case socket_kind::icmp_raw:
            return is_v4
                       ? socket_shape{SOCK_RAW, IPPROTO_ICMP, "socket(SOCK_RAW, IPPROTO_ICMP)"}
                       : socket_shape{SOCK_RAW, IPPROTO_ICMPV6, "socket(SOCK_RAW, IPPROTO_ICMPV6)"};
        case socket_kind::icmp_dgram:
            return is_v4
                       ? socket_shape{SOCK_DGRAM, IPPROTO_ICMP, "socket(SOCK_DGRAM, IPPROTO_ICMP)"}
                       : socket_shape{
                             SOCK_DGRAM, IPPROTO_ICMPV6, "socket(SOCK_DGRAM, IPPROTO_ICMPV6)"};
        case socket_kind::udp:
            return {SOCK_DGRAM, IPPROTO_UDP, "socket(SOCK_DGRAM, IPPROTO_UDP)"};
        case socket_kind::tcp_raw:
            return {SOCK_RAW, IPPROTO_TCP, "socket(SOCK_RAW, IPPROTO_TCP)"};
    }
    return {};
}

int discover_value(fragment_policy policy) noexcept {
    switch (policy) {
        case fragment_policy::allow:
            return IP_PMTUDISC_DONT;
        case fragment_policy::refuse:
            return IP_PMTUDISC_DO;
        case fragment_policy::system:
        case fragment_policy::discover:
            break;
    }
    return IP_PMTUDISC_PROBE;
}

int int_of(std::size_t len) noexcept {
    return static_cast<int>(std::min<std::size_t>(len, std::numeric_limits<int>::max()));
}

// Sets up one socket step by step; the first refusal is kept and ends the rest.
class set_up_steps {
  public:
    set_up_steps(const system_calls& calls, int descriptor, const probe_socket_options& options)
        : calls_(calls),
          descriptor_(descriptor),
          options_(options),
          is_v4_(options.family == ip_family::v4),
          error_queue_(options.errors == error_queue_use::on ||
                       (options.errors == error_queue_use::automatic &&
                        options.kind != socket_kind::icmp_raw)) {}

    [[nodiscard]] const std::optional<os_error>& refusal() const noexcept { return refusal_; }
    [[nodiscard]] bool has_error_queue() const noexcept { return error_queue_; }
    [[nodiscard]] int stamp_flags() const noexcept { return stamp_flags_; }

    // Each fact of a packet costs a control message with every packet received.
    void say_what_comes_along() {
        // A raw IPv6 socket never hears IPv4, and refuses to be told so.
        if (!is_v4_ && !is_raw(options_.kind))
            must(IPPROTO_IPV6, IPV6_V6ONLY, 1, "setsockopt(IPV6_V6ONLY)");
        if (!options_.packet_facts) return;
        if (!is_v4_) {
            must(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, "setsockopt(IPV6_RECVPKTINFO)");
            must(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, "setsockopt(IPV6_RECVHOPLIMIT)");
            must(IPPROTO_IPV6, IPV6_RECVTCLASS, 1, "setsockopt(IPV6_RECVTCLASS)");
            return;
        }
        must(IPPROTO_IP, IP_PKTINFO, 1, "setsockopt(IP_PKTINFO)");
        // The IP header of a datagram tells these itself; nothing but this tells them of an error.
        if (is_raw(options_.kind) && !error_queue_) return;
        must(IPPROTO_IP, IP_RECVTTL, 1, "setsockopt(IP_RECVTTL)");
        must(IPPROTO_IP, IP_RECVTOS, 1, "setsockopt(IP_RECVTOS)");
    }
    void open_error_queue() {
        if (!error_queue_) return;
        if (is_v4_) {
            must(IPPROTO_IP, IP_RECVERR, 1, "setsockopt(IP_RECVERR)");
            may(IPPROTO_IP, IP_RECVERR_RFC4884, 1);  // Linux 5.9
        } else {
            must(IPPROTO_IPV6, IPV6_RECVERR, 1, "setsockopt(IPV6_RECVERR)");
            may(IPPROTO_IPV6, IPV6_RECVERR_RFC4884, 1);
        }
    }
    void choose_way_out() {
        if (!options_.interface.empty() && !refusal_) {
            check(calls_.setsockopt(descriptor_,
                                    SOL_SOCKET,
                                    SO_BINDTODEVICE,
                                    options_.interface.c_str(),
                                    static_cast<socklen_t>(options_.interface.size())),
                  "setsockopt(SO_BINDTODEVICE)");
        }
        if (options_.mark) {
            must(SOL_SOCKET, SO_MARK, static_cast<int>(*options_.mark), "setsockopt(SO_MARK)");
        }
        if (options_.broadcast) must(SOL_SOCKET, SO_BROADCAST, 1, "setsockopt(SO_BROADCAST)");
    }
    void shape_packets() {
        if (options_.traffic_class) {
            must(is_v4_ ? IPPROTO_IP : IPPROTO_IPV6,
                 is_v4_ ? IP_TOS : IPV6_TCLASS,
                 *options_.traffic_class,
                 "setsockopt(IP_TOS)");
        }
        if (options_.fragment != fragment_policy::system) {
            must(is_v4_ ? IPPROTO_IP : IPPROTO_IPV6,
                 is_v4_ ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER,
                 discover_value(options_.fragment),
                 "setsockopt(IP_MTU_DISCOVER)");
        }
    }
    void size_buffers() {
        if (options_.receive_buffer_len > 0) {
            size_buffer(
                SO_RCVBUFFORCE, SO_RCVBUF, options_.receive_buffer_len, "setsockopt(SO_RCVBUF)");
        }
        if (options_.send_buffer_len > 0) {
            size_buffer(
                SO_SNDBUFFORCE, SO_SNDBUF, options_.send_buffer_len, "setsockopt(SO_SNDBUF)");
        }
    }
    // Without stamps a socket is still a good socket: a refusal is no error.
    void ask_for_stamps() {
        if (!options_.kernel_stamps) return;
        const bool hardware = options_.hardware_stamps;
        int flags = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
        if (hardware) flags |= SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE;
        if (options_.transmit_stamps) {
            // OPT_TSONLY: otherwise each stamp would bring a copy of its packet.
            flags |= SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_OPT_ID |
                     SOF_TIMESTAMPING_OPT_TSONLY;
            // OPT_TX_SWHW: otherwise a card that stamps would suppress the kernel's own stamp.
            if (hardware) flags |= SOF_TIMESTAMPING_TX_HARDWARE | SOF_TIMESTAMPING_OPT_TX_SWHW;
        }
        if (may(SOL_SOCKET, SO_TIMESTAMPING, flags)) stamp_flags_ = flags;
    }
    void filter(std::uint16_t identifier) {
        if (!options_.kernel_filter || !is_raw(options_.kind) || refusal_) return;
        auto program = options_.kind == socket_kind::icmp_raw
                           ? detail::icmp_filter(options_.family, identifier)
                           : detail::tcp_filter(options_.family, identifier);
        const sock_fprog attached{static_cast<unsigned short>(program.size()), program.data()};
        check(calls_.setsockopt(
                  descriptor_, SOL_SOCKET, SO_ATTACH_FILTER, &attached, sizeof attached),
              "setsockopt(SO_ATTACH_FILTER)");
        if (options_.kind == socket_kind::icmp_raw && !is_v4_) filter_icmpv6_types();
        forget_strangers();
    }

  private:
    // RFC 3542 s3.2: a set bit blocks its type. Cheaper than the program, which sees the rest.
    void filter_icmpv6_types() {
        icmp6_filter blocked{};
        for (auto& word : blocked.data) word = 0xffffffff;
        for (const unsigned type : {1U, 2U, 3U, 4U, 129U, 161U}) {
            blocked.data[type / 32] &= ~(1U << (type % 32));
        }
        if (refusal_) return;
        check(
            calls_.setsockopt(descriptor_, IPPROTO_ICMPV6, ICMPV6_FILTER, &blocked, sizeof blocked),
            "setsockopt(ICMPV6_FILTER)");
    }
    // What came between the socket and its filter was never for us: nothing of ours has left yet.
    void forget_strangers() {
        constexpr int strangers_max = 4096;
        msghdr nothing_of_it{};
        for (int i = 0; i < strangers_max && !refusal_; ++i) {
            if (calls_.recvmsg(descriptor_, &nothing_of_it, MSG_DONTWAIT) < 0) return;
        }
    }
    void check(int answer, const char* operation) {
        if (answer != 0) refusal_ = os_error{operation, errno};
    }
    void must(int level, int name, int value, const char* operation) {
        if (refusal_) return;
        check(calls_.setsockopt(descriptor_, level, name, &value, sizeof value), operation);
    }
    bool may(int level, int name, int value) {
        return !refusal_ && calls_.setsockopt(descriptor_, level, name, &value, sizeof value) == 0;
    }
    void size_buffer(int forced, int plain, std::size_t len, const char* operation) {
        if (!may(SOL_SOCKET, forced, int_of(len))) must(SOL_SOCKET, plain, int_of(len), operation);
    }

    const system_calls& calls_;
    int descriptor_;
    const probe_socket_options& options_;
    bool is_v4_;
    bool error_queue_;
    int stamp_flags_ = 0;
    std::optional<os_error> refusal_;
};

io_result<std::uint16_t> draw_identifier(const system_calls& calls) {
    std::uint16_t drawn = 0;
    while (drawn == 0) {
        const ssize_t got = calls.getrandom(&drawn, sizeof drawn, 0);
        if (got < 0 && errno != EINTR) return refused("getrandom", errno);
    }
    return drawn;
}

// UDP and ping sockets are bound even when the caller does not care: then their port or identifier
// is known before the first packet leaves.
bool wants_bind(const probe_socket_options& options) noexcept {
    return options.source.has_value() || !is_raw(options.kind);
}

endpoint bind_address(const probe_socket_options& options) noexcept {
    const ip_address any =
        options.family == ip_family::v4 ? ip_address(ipv4_address{}) : ip_address(ipv6_address{});
    return {options.source.value_or(any),
            is_raw(options.kind) ? std::uint16_t{0} : options.local_port.value_or(0)};
}

io_result<endpoint> read_local(const system_calls& calls, const fd& descriptor) {
    socket_address local;
    local.reset();
    if (calls.getsockname(descriptor.number(), local.get(), &local.len) != 0) {
        return refused("getsockname", errno);
    }
    return detail::read_endpoint(local.get(), local.len).value_or(endpoint{});
}

}  // namespace

std::string_view to_string(socket_kind kind) noexcept {
    switch (kind) {
        case socket_kind::icmp_raw:
            return "raw ICMP socket";
        case socket_kind::icmp_dgram:
            return "ping socket";
        case socket_kind::udp:
            return "UDP socket";
        case socket_kind::tcp_raw:
            return "raw TCP socket";
    }
    return "socket";
}

io_result<void> probe_socket::state::set(int level, int name, int value,
                                         const char* operation) const {
    if (!descriptor.is_open()) return refused(operation, EBADF);
    if (calls->setsockopt(descriptor.number(), level, name, &value, sizeof value) != 0) {
        return refused(operation, errno);
    }
    return {};
}

io_result<int> probe_socket::state::get(int level, int name, const char* operation) const {
    if (!descriptor.is_open()) return refused(operation, EBADF);
    int value = 0;
    socklen_t len = sizeof value;
    if (calls->getsockopt(descriptor.number(), level, name, &value, &len) != 0) {
        return refused(operation, errno);
    }
    return value;
}

io_result<void> probe_socket::state::set_up(const probe_socket_options& options) {
    if (is_raw(kind)) {
        const auto drawn = options.local_port ? io_result<std::uint16_t>(*options.local_port)
                                              : draw_identifier(*calls);
        if (!drawn) return tl::unexpected(drawn.error());
        identifier = *drawn;
    }
    set_up_steps steps(*calls, descriptor.number(), options);
    steps.filter(identifier);  // first: what comes before it is heard
    steps.say_what_comes_along();
    steps.open_error_queue();
    steps.choose_way_out();
    steps.shape_packets();
    steps.size_buffers();
    steps.ask_for_stamps();
    if (const auto& refusal = steps.refusal()) return tl::unexpected(*refusal);
    error_queue = steps.has_error_queue();
    stamp_flags = steps.stamp_flags();
    make_room();
    if (wants_bind(options)) {
        const socket_address local(bind_address(options));
        if (calls->bind(descriptor.number(), local.get(), local.len) != 0) {
            return refused("bind", errno, options.source.value_or(ip_address{}));
        }
    }
    if (options.connect_to) {
        const socket_address peer(*options.connect_to);
        if (calls->connect(descriptor.number(), peer.get(), peer.len) != 0) {
            return refused("connect", errno, options.connect_to->address);
        }
        is_connected = true;
    }
    // The offset between the clocks is watched from here on.
    if (stamp_flags != 0 && converter.check() == stamp_converter::verdict::unreadable)
        stamp_flags = 0;
    return {};
}

io_result<probe_socket> probe_socket::open(const probe_socket_options& options,
                                           const system_calls& calls) {
    const bool source_fits = !options.source || options.source->family() == options.family;
    const bool peer_fits =
        !options.connect_to || options.connect_to->address.family() == options.family;
    if (!source_fits) return refused("bind", EAFNOSUPPORT, *options.source);
    if (!peer_fits) return refused("connect", EAFNOSUPPORT, options.connect_to->address);
    const socket_shape shape = shape_of(options.kind, options.family);
    auto made = std::make_unique<state>(options, calls);
    made->descriptor = fd(calls.socket(detail::address_family(options.family),
                                       shape.type | SOCK_NONBLOCK | SOCK_CLOEXEC,
                                       shape.protocol),
                          calls);
    if (!made->descriptor.is_open()) return refused(shape.operation, errno);
    if (auto done = made->set_up(options); !done) return tl::unexpected(done.error());
    probe_socket opened(std::move(made));
    if (options.hop_limit) {
        if (auto done = opened.set_hop_limit(*options.hop_limit); !done)
            return tl::unexpected(done.error());
    }
    return opened;
}

probe_socket::probe_socket(std::unique_ptr<state> made) noexcept : state_(std::move(made)) {}
probe_socket::probe_socket(probe_socket&&) noexcept = default;
probe_socket& probe_socket::operator=(probe_socket&&) noexcept = default;
probe_socket::~probe_socket() = default;

io_result<bool> probe_socket::wait(nanoseconds timeout) const {
    if (!is_open()) return refused("ppoll", EBADF);
    if (has_backlog()) return true;
    const auto whole = std::chrono::floor<std::chrono::seconds>(timeout);
    const timespec limit{.tv_sec = whole.count(), .tv_nsec = (timeout - whole).count()};
    pollfd watched{.fd = native_handle(), .events = POLLIN, .revents = 0};
    const int ready =
        state_->calls->ppoll(&watched, 1, timeout < nanoseconds::zero() ? nullptr : &limit);
    if (ready < 0) return refused("ppoll", errno);
    return ready > 0;
}

socket_kind probe_socket::kind() const noexcept { return state_ ? state_->kind : socket_kind{}; }
ip_family probe_socket::family() const noexcept { return state_ ? state_->family : ip_family::v4; }

io_result<std::uint16_t> probe_socket::local_port() const {
    if (!is_open()) return refused("getsockname", EBADF);
    if (is_raw(state_->kind)) return state_->identifier;
    return read_local(*state_->calls, state_->descriptor).map([](const endpoint& at) {
        return at.port;
    });
}

io_result<ip_address> probe_socket::local_address() const {
    if (!is_open()) return refused("getsockname", EBADF);
    return read_local(*state_->calls, state_->descriptor).map([](const endpoint& at) {
        return at.address;
    });
}

bool probe_socket::has_error_queue() const noexcept { return state_ && state_->error_queue; }
bool probe_socket::has_kernel_stamps() const noexcept { return state_ && state_->stamp_flags != 0; }
bool probe_socket::has_transmit_stamps() const noexcept {
    return state_ && state_->stamps_transmits();
}
bool probe_socket::has_backlog() const noexcept { return state_ && !state_->backlog.is_empty(); }

io_result<std::uint64_t> probe_socket::drops() const {
    if (!is_open()) return refused("getsockopt(SO_MEMINFO)", EBADF);
    std::array<std::uint32_t, SK_MEMINFO_VARS> facts{};
    socklen_t len = sizeof facts;
    if (state_->calls->getsockopt(native_handle(), SOL_SOCKET, SO_MEMINFO, facts.data(), &len) !=
        0) {
        return refused("getsockopt(SO_MEMINFO)", errno);
    }
    return state_->drops.advance_to(facts[SK_MEMINFO_DROPS]);
}

io_result<std::size_t> probe_socket::receive_buffer_len() const {
    if (!state_) return refused("getsockopt(SO_RCVBUF)", EBADF);
    return state_->get(SOL_SOCKET, SO_RCVBUF, "getsockopt(SO_RCVBUF)").map([](int len) {
        return static_cast<std::size_t>(len);
    });
}

io_result<std::size_t> probe_socket::send_buffer_len() const {
    if (!state_) return refused("getsockopt(SO_SNDBUF)", EBADF);
    return state_->get(SOL_SOCKET, SO_SNDBUF, "getsockopt(SO_SNDBUF)").map([](int len) {
        return static_cast<std::size_t>(len);
    });
}

io_result<std::size_t> probe_socket::set_receive_buffer_len(std::size_t len) {
    if (!state_) return refused("setsockopt(SO_RCVBUF)", EBADF);
    auto done = state_->set(SOL_SOCKET, SO_RCVBUFFORCE, int_of(len), "setsockopt(SO_RCVBUFFORCE)");
    if (!done) done = state_->set(SOL_SOCKET, SO_RCVBUF, int_of(len), "setsockopt(SO_RCVBUF)");
    if (!done) return tl::unexpected(done.error());
    return receive_buffer_len();
}

io_result<void> probe_socket::set_broadcast(bool allowed) {
    if (!state_) return refused("setsockopt(SO_BROADCAST)", EBADF);
    return state_->set(SOL_SOCKET, SO_BROADCAST, allowed ? 1 : 0, "setsockopt(SO_BROADCAST)");
}

io_result<bool> probe_socket::broadcast() const {
    if (!state_) return refused("getsockopt(SO_BROADCAST)", EBADF);
    return state_->get(SOL_SOCKET, SO_BROADCAST, "getsockopt(SO_BROADCAST)").map([](int value) {
        return value != 0;
    });
}

// Multicast has a hop limit of its own, 1 unless set (ip(7)).
io_result<void> probe_socket::set_hop_limit(sonde::hop_limit limit) {
    if (!state_) return refused("setsockopt(IP_TTL)", EBADF);
    if (state_->family == ip_family::v4) {
        return state_->set(IPPROTO_IP, IP_TTL, limit.value, "setsockopt(IP_TTL)").and_then([&] {
            return state_->set(
                IPPROTO_IP, IP_MULTICAST_TTL, limit.value, "setsockopt(IP_MULTICAST_TTL)");
        });
    }
    return state_
        ->set(IPPROTO_IPV6, IPV6_UNICAST_HOPS, limit.value, "setsockopt(IPV6_UNICAST_HOPS)")
        .and_then([&] {
            return state_->set(
                IPPROTO_IPV6, IPV6_MULTICAST_HOPS, limit.value, "setsockopt(IPV6_MULTICAST_HOPS)");
        });
}

io_result<void> probe_socket::set_traffic_class(std::uint8_t traffic_class) {
    if (!state_) return refused("setsockopt(IP_TOS)", EBADF);
    return state_->family == ip_family::v4
               ? state_->set(IPPROTO_IP, IP_TOS, traffic_class, "setsockopt(IP_TOS)")
               : state_->set(IPPROTO_IPV6, IPV6_TCLASS, traffic_class, "setsockopt(IPV6_TCLASS)");
}

int probe_socket::native_handle() const noexcept {
    return state_ ? state_->descriptor.number() : -1;
}
bool probe_socket::is_open() const noexcept { return native_handle() >= 0; }

void probe_socket::close() noexcept {
    if (!state_) return;
    state_->descriptor.close();
    state_->backlog.clear();
}

int probe_socket::release() noexcept {
    if (!state_) return -1;
    state_->backlog.clear();
    return state_->descriptor.release();
}

}  // namespace sonde::inline v0
