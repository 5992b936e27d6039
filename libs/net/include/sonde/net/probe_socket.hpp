#pragma once
/// One socket for probing: ICMP raw or unprivileged, UDP, or raw TCP, over IPv4 or IPv6. It sends
/// batches with a hop limit and a traffic class per packet, and brings back datagrams, the error
/// queue and transmit stamps, all with the kernel's times turned into `mono_time`.
///
/// What arrives borrows the socket's buffers until the next `receive`, `close` or move. Never
/// blocks but in `wait`. Bounded: one pass of `receive` hands out at most `batch_max` datagrams and
/// `backlog_max` errors and as many stamps; `stamp_ring_len` packets wait for their transmit
/// stamp, an older one loses its own. Not thread-safe; several sockets in several threads are fine.
///
///     auto socket = sonde::probe_socket::open({.kind = sonde::socket_kind::icmp_dgram});
///     sonde::outgoing probe{.octets = echo, .destination = {host}, .token = 7};
///     probe.hop_limit = sonde::hop_limit{3};
///     for (auto& sent : socket->send({&probe, 1})) {
///         if (sent.error) complain(*sent.error);
///     }
///     if (socket->wait(1s).value_or(false)) {
///         auto pass = socket->receive();
///         for (auto& s : pass->stamps) remember(s.token, s.at);  // before the datagrams
///         for (auto& d : pass->datagrams) match(d.message(), d.received);
///     }
///
/// The kernel begins to stamp what it receives some microseconds to milliseconds after the first
/// socket on the host asked for it: the first answers of a session may come without a stamp.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/os_error.hpp>
#include <sonde/base/strong.hpp>
#include <sonde/base/time.hpp>
#include <sonde/net/system_calls.hpp>

namespace sonde::inline v0 {

/// What a socket speaks. Raw kinds need CAP_NET_RAW; ICMP sockets of the dgram kind need the
/// process's group in net.ipv4.ping_group_range (both families); UDP needs nothing.
enum class socket_kind : std::uint8_t { icmp_raw, icmp_dgram, udp, tcp_raw };
[[nodiscard]] SONDE_API std::string_view to_string(socket_kind kind) noexcept;

/// The don't-fragment policy (IP_MTU_DISCOVER, ip(7)). IPv6 routers never fragment; there it
/// decides whether this host does.
enum class fragment_policy : std::uint8_t {
    system,    // as the host is set up: mostly DF set, with an identification for each packet
    allow,     // DF clear; fragment here and on the way
    refuse,    // DF set; what exceeds the known path MTU fails with EMSGSIZE
    discover,  // DF set; the known path MTU is ignored, only the interface's counts; no
               // identifications, which for small packets saves a twentieth of the kernel's work
};

/// Whether errors come by the error queue (IP_RECVERR). `automatic`: everywhere but on raw ICMP
/// sockets, which see the ICMP errors themselves as datagrams and would get each of them twice.
enum class error_queue_use : std::uint8_t { automatic, on, off };

struct endpoint {
    ip_address address{};
    std::uint16_t port = 0;  // 0 where the protocol has none
    friend constexpr bool operator==(const endpoint&, const endpoint&) = default;
};

struct probe_socket_options {
    ip_family family = ip_family::v4;
    socket_kind kind = socket_kind::icmp_raw;
    std::optional<ip_address> source{};
    /// ICMP: the identifier (a raw socket without one draws it, a dgram socket gets it from the
    /// kernel). UDP and TCP: the source port. See `local_port`.
    std::optional<std::uint16_t> local_port{};
    std::string interface{};  // SO_BINDTODEVICE; empty: any
    std::optional<std::uint32_t> mark{};
    std::optional<sonde::hop_limit> hop_limit{};  // of packets that name none
    std::optional<std::uint8_t> traffic_class{};  // the whole octet: DSCP and ECN
    fragment_policy fragment = fragment_policy::system;
    bool broadcast = false;
    /// Octets; 0: as the host is set up. The kernel grants twice what is asked, for its own
    /// bookkeeping; without CAP_NET_ADMIN not more than net.core.rmem_max allows. See
    /// `receive_buffer_for` and the getters of the socket.
    std::size_t receive_buffer_len = 0;
    /// Leave it alone for many packets: a full buffer says EAGAIN and nothing is lost, where a
    /// larger one may fill the queue of the interface, which throws packets away.
    std::size_t send_buffer_len = 0;
    /// Raw sockets only: let the kernel drop what cannot be an answer to us: other identifiers or
    /// ports, requests, errors that quote somebody else's probe.
    bool kernel_filter = true;
    error_queue_use errors = error_queue_use::automatic;
    /// Ask for interface, destination, hop limit and traffic class of what is received. Off, raw
    /// IPv4 sockets still tell all but the interface, from the IP header; others tell nothing.
    bool packet_facts = true;
    bool kernel_stamps = true;
    bool transmit_stamps = true;           // with kernel_stamps; off: only of what is received
    bool hardware_stamps = false;          // as a second time beside the kernel's, see below
    std::optional<endpoint> connect_to{};  // then only this peer is heard
    std::size_t batch_max = 64;            // beyond 64 nothing is gained
};

/// The `receive_buffer_len` that holds `packets` small answers which nobody has read yet. The
/// kernel counts what a packet occupies: 832 octets over veth and loopback, up to 2,304 from a
/// card.
[[nodiscard]] constexpr std::size_t receive_buffer_for(std::size_t packets) noexcept {
    constexpr std::size_t occupied_max = 2304;
    return packets * (occupied_max / 2);
}

/// One packet to send. Borrows `octets` for the call. ICMP: from the type octet on; the kernel
/// fills the ICMPv6 checksum, and identifier and checksum on dgram sockets. UDP: the payload.
/// TCP: header and payload. `destination.port` matters for UDP only.
struct outgoing {
    bytes_view octets{};
    endpoint destination{};
    std::optional<sonde::hop_limit> hop_limit{};
    std::optional<std::uint8_t> traffic_class{};
    std::uint64_t token = 0;  // the caller's; comes back with the transmit stamp
};

struct send_result {
    std::uint64_t token = 0;
    std::optional<os_error> error{};  // none: the kernel took the packet
};

/// When a packet left. `hardware`: the network card's own clock, whose origin is unknown: two such
/// times may be subtracted from each other, never from `at`.
struct transmit_stamp {
    std::uint64_t token = 0;
    stamp at{};
    std::optional<nanoseconds> hardware{};
};

struct received_datagram {
    bytes_view octets{};         // raw IPv4 sockets: with the IP header; others: without
    std::size_t header_len = 0;  // octets of it
    endpoint source{};
    std::optional<ip_address> destination{};
    std::uint32_t interface_index = 0;  // 0: unknown
    std::optional<sonde::hop_limit> hop_limit{};
    std::optional<std::uint8_t> traffic_class{};
    stamp received{};  // source `none` when the kernel gave no stamp
    std::optional<nanoseconds> hardware{};
    bool truncated = false;

    [[nodiscard]] bytes_view message() const noexcept { return octets.subspan(header_len); }
};

/// Where an error comes from (sock_extended_err, ip(7)).
enum class error_origin : std::uint8_t { local, icmp, icmpv6, other };

struct received_error {
    error_origin origin = error_origin::other;
    int code_errno = 0;
    std::uint8_t type = 0;  // of the ICMP or ICMPv6 message
    std::uint8_t code = 0;
    std::uint32_t info = 0;  // next-hop MTU; pointer of a parameter problem; gateway of a redirect
    std::optional<ip_address> offender{};  // who sent the ICMP message
    endpoint destination{};                // whither our packet went
    /// What the message quotes of our packet. dgram ICMP: from the ICMP header on; UDP: the UDP
    /// payload; raw: from the transport header on.
    bytes_view quoted{};
    bytes_view extensions{};  // the RFC 4884 structure; empty when there is none
    std::uint32_t interface_index = 0;
    std::optional<sonde::hop_limit> hop_limit{};  // of the ICMP message as it arrived
    std::optional<std::uint8_t> traffic_class{};
    stamp received{};
    std::optional<nanoseconds> hardware{};
    bool truncated = false;
};

/// What one pass brought. Handle `stamps` first: then the transmit time of a probe is known before
/// its answer is handled.
struct receive_pass {
    std::span<const transmit_stamp> stamps{};
    std::span<const received_error> errors{};
    std::span<const received_datagram> datagrams{};
    bool more = false;           // bounds were met: receive again before waiting
    bool clock_stepped = false;  // somebody set the wall clock: this pass has no kernel stamps
};

class SONDE_API probe_socket {
  public:
    static constexpr std::size_t backlog_max = 4096;
    static constexpr std::size_t stamp_ring_len = 16384;
    static constexpr int send_tries_max = 8;  // for one packet, against pending socket errors

    /// Errors: whatever socket, setsockopt, bind or connect refuse; `operation` says which.
    [[nodiscard]] static io_result<probe_socket> open(const probe_socket_options& options,
                                                      const system_calls& calls = kernel_calls());

    probe_socket(probe_socket&&) noexcept;
    probe_socket& operator=(probe_socket&&) noexcept;
    ~probe_socket();

    /// Sends each packet, in order; one result for each, borrowed until the next `send`. An error
    /// that an earlier packet left pending on the socket is not this packet's fault: the error
    /// queue is read (`receive` hands it out later) and the packet sent again. EAGAIN: the send
    /// buffer is full, this packet and those after it were not tried. ENOBUFS: the queue of the
    /// interface is full, which concerns this packet alone; sockets without an error queue are not
    /// told, and the packet is lost.
    [[nodiscard]] std::span<const send_result> send(std::span<const outgoing> packets);

    /// One pass over all queues; empty when nothing is there.
    /// Errors: EBADF after close; what recvmmsg says that is no pending error.
    [[nodiscard]] io_result<receive_pass> receive();
    /// `send` had to read the error queue: `receive` has something although the descriptor may not
    /// become readable. `wait` knows it; other loops must ask after each `send`.
    [[nodiscard]] bool has_backlog() const noexcept;

    /// Waits until something can be received. False: the time ran out. A negative time: for ever.
    /// Errors: EBADF after close; EINTR when a signal came; what ppoll says.
    [[nodiscard]] io_result<bool> wait(nanoseconds timeout) const;

    [[nodiscard]] socket_kind kind() const noexcept;
    [[nodiscard]] ip_family family() const noexcept;
    /// The ICMP identifier or source port that this socket's answers carry, in host byte order:
    /// known from `open` on, whoever chose it.
    [[nodiscard]] io_result<std::uint16_t> local_port() const;
    [[nodiscard]] io_result<ip_address> local_address() const;
    /// Whether IP_RECVERR is on, that is, whether `receive_pass::errors` will ever hold something.
    [[nodiscard]] bool has_error_queue() const noexcept;
    [[nodiscard]] bool has_kernel_stamps() const noexcept;
    [[nodiscard]] bool has_transmit_stamps() const noexcept;
    /// Datagrams that the kernel dropped because the receive buffer was full (SO_MEMINFO). The
    /// kernel counts in 32 bits; wraps are seen as long as this is asked once in 2^32 drops. While
    /// the buffer of a raw socket is full, Linux 6.18 counts what its filter would have refused
    /// too.
    [[nodiscard]] io_result<std::uint64_t> drops() const;
    /// The buffers that the kernel granted, octets as it counts them (832 a small packet received).
    [[nodiscard]] io_result<std::size_t> receive_buffer_len() const;
    [[nodiscard]] io_result<std::size_t> send_buffer_len() const;
    /// Asks as the option of that name does, at any time; answers what was granted.
    [[nodiscard]] io_result<std::size_t> set_receive_buffer_len(std::size_t len);
    [[nodiscard]] io_result<void> set_broadcast(bool allowed);
    [[nodiscard]] io_result<bool> broadcast() const;
    [[nodiscard]] io_result<void> set_hop_limit(sonde::hop_limit limit);
    [[nodiscard]] io_result<void> set_traffic_class(std::uint8_t traffic_class);

    /// For poll, Asio and the like; -1 after close. The socket keeps it.
    [[nodiscard]] int native_handle() const noexcept;
    [[nodiscard]] bool is_open() const noexcept;
    /// Any number of times. Everything borrowed ends here.
    void close() noexcept;
    /// Gives the descriptor up, as after close; the caller closes it.
    [[nodiscard]] int release() noexcept;

  private:
    struct state;
    explicit probe_socket(std::unique_ptr<state> made) noexcept;
    std::unique_ptr<state> state_;  // null only after a move
};

}  // namespace sonde::inline v0
