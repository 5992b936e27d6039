#pragma once
/// What all engines share: a session is a state machine without sockets and without a clock.
/// Datagrams, send results and time go in as events; probes to transmit, results and the next
/// deadline come out. Feed events in time order, then drain next_transmit() and next_event().
///
///     while (!session.finished()) {
///         while (auto probe = session.next_transmit()) { send it; session.on_send_done(...); }
///         while (auto event = session.next_event()) show(*event);
///         wait until session.next_deadline() or until something arrives;
///         session.on_transmit_stamp(...); session.on_datagram(...); session.on_time(now);
///     }
///
/// Not thread-safe. Engines never throw; memory is bounded as each engine states.

#include <cstdint>
#include <optional>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/os_error.hpp>
#include <sonde/base/siphash.hpp>
#include <sonde/base/strong.hpp>
#include <sonde/base/time.hpp>
#include <sonde/packet/icmp_error.hpp>

namespace sonde::inline v0 {

/// What the session's sockets are like: told once, before the first probe.
struct probe_channel {
    bool raw =
        false;  // raw ICMP: whole messages and quotes arrive; false: ping socket, error queue
    ip_address source{};  // of our probes, as the kernel will choose it; for pseudo headers
    std::uint16_t identifier = 0;   // ICMP: on the wire, ours (raw) or the kernel's (ping socket)
    std::uint16_t source_port = 0;  // UDP and TCP
};

struct session_setup {
    ip_address destination{};
    probe_channel channel{};
    siphash_key key{};  // secret of this session: makes its cookies
    mono_time start{};
};

/// One probe to send now. `octets` are valid until the next call of the session.
struct transmit {
    probe_id id{};
    ip_address destination{};
    std::uint8_t protocol = 0;  // 1 ICMP, 58 ICMPv6, 17 UDP, 6 TCP
    std::uint16_t destination_port = 0;
    std::uint8_t hop_limit = 0;  // 0: the socket's default
    bytes_view octets{};  // ICMP: the whole message (ICMPv6: the kernel sums it); UDP: the payload;
                          // TCP: the whole segment
};

/// How a datagram came in.
struct receive_facts {
    ip_address source{};
    std::uint8_t protocol = 0;  // what the octets are: 1, 58, 6
    mono_time at{};             // when user space read it
    stamp kernel{};             // source none: there was none
    std::optional<std::uint8_t> hop_limit{};
    std::optional<std::uint8_t> traffic_class{};
};

/// How sending ended: code 0 or an errno. `at` is user space's clock just before the system call.
struct send_outcome {
    int code = 0;
    mono_time at{};
    std::uint32_t mtu = 0;  // with EMSGSIZE: octets of the largest packet that fits; 0: unknown
};

/// What a reply turned out to be (X14). Each is counted apart; none is merged into another.
enum class reply_class : std::uint8_t {
    answered,   // the first valid answer to a probe in flight
    late,       // valid, after the probe's timeout
    duplicate,  // valid, and the probe had been answered before
    corrupted,  // ours by identifier and sequence, but checksum or payload are damaged
    forged,     // claims to be ours without the cookie
    foreign,    // somebody else's, or to a probe that is forgotten or that nothing tells which
};

enum class answer_kind : std::uint8_t { echo_reply, icmp_error, tcp_syn_ack, tcp_reset, tcp_other };

/// What came back for one probe.
struct answer {
    answer_kind kind = answer_kind::echo_reply;
    ip_address from{};
    std::uint8_t type = 0;  // ICMP or ICMPv6, by the family of the session
    std::uint8_t code = 0;
    bool local = false;      // this host's kernel reported it
    bool verified = false;   // the cookie (or TCP sequence number) was in it and right
    bool reordered = false;  // a probe sent later was answered before
    nanoseconds rtt{};       // from the best stamps that there are
    nanoseconds rtt_user{};  // from user space's clock on both ends
    stamp_source sent_by = stamp_source::none;  // who took the stamps behind `rtt`
    stamp_source received_by = stamp_source::none;
    std::uint16_t message_len = 0;            // octets of the ICMP message or TCP segment
    std::optional<std::uint8_t> hop_limit{};  // of the answer as it arrived
    std::optional<std::uint8_t> traffic_class{};
    std::uint32_t mtu = 0;
    std::uint32_t pointer = 0;
    ip_address gateway{};
    std::optional<quoted_ip> quoted{};
    std::vector<std::uint8_t> extension{};  // RFC 4884 structure, as it came; empty: none
};

enum class probe_state : std::uint8_t { in_flight, answered, timed_out, send_failed };

/// One probe and what became of it.
struct probe_record {
    probe_id id{};
    std::uint64_t sequence = 0;  // as people count: 1 for the first; never wraps
    std::uint8_t hop_limit = 0;  // sent with; 0: the system's default
    probe_state state = probe_state::in_flight;
    bool was_late = false;  // answered, but after its timeout
    std::uint16_t duplicates = 0;
    std::uint8_t sends = 1;      // how often; a trace sends a probe again that has no answer
    int send_error = 0;          // errno
    std::uint32_t send_mtu = 0;  // with EMSGSIZE: the largest packet that fits; 0: unknown
    mono_time sent_at{};
    answer reply{};  // meaningful when state is answered
};

enum class event_kind : std::uint8_t {
    sent,
    reply,  // see `what` for its class
    timed_out,
    send_failed,
    target_finished,  // of several: see probe_event::target
    finished,
};

/// Something that a person or a program may want to see while the session runs.
struct probe_event {
    event_kind kind = event_kind::sent;
    reply_class what = reply_class::answered;
    mono_time at{};
    std::uint64_t target = 0;  // whose probe it is, where a session has several targets: its index
    probe_record
        record{};  // of the probe it belongs to; for foreign and forged only `reply` counts
};

class SONDE_API session {
  public:
    session() = default;
    session(const session&) = delete;
    session& operator=(const session&) = delete;
    virtual ~session() = default;

    /// A message from a raw ICMP, ping or raw TCP socket, from its first ICMP or TCP octet on.
    /// Borrowed for the call only.
    virtual void on_datagram(bytes_view octets, const receive_facts& facts) = 0;
    /// An entry of the kernel's error queue.
    virtual void on_icmp_error(const icmp_error& error, const receive_facts& facts) = 0;
    virtual void on_send_done(probe_id id, send_outcome outcome) = 0;
    /// The kernel's transmit stamp; comes before the answer where the kernel allows. After it, the
    /// stamp still counts while the event of the answer waits in the queue: what was told stays.
    virtual void on_transmit_stamp(probe_id id, stamp at) = 0;
    virtual void on_time(mono_time now) = 0;
    /// The user's interrupt: send nothing more, judge what is in flight, finish.
    virtual void stop(mono_time now) = 0;

    [[nodiscard]] virtual std::optional<transmit> next_transmit() = 0;
    [[nodiscard]] virtual std::optional<probe_event> next_event() = 0;
    /// mono_time::max() when idle. In the past: call on_time now.
    [[nodiscard]] virtual mono_time next_deadline() const noexcept = 0;
    [[nodiscard]] virtual bool finished() const noexcept = 0;
};

}  // namespace sonde::inline v0
