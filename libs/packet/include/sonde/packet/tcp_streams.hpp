#pragma once
/// TCP connections out of datagrams as somebody else saw them pass (RFC 9293): the octets of both
/// directions in order, and what is to be known of them. No clock, no I/O.
///
///     tcp_streams streams;
///     for (...) streams.accept(datagram, at, [&](const tcp_stream_event& event) {
///         if (event.kind == tcp_event_kind::data) use(event.flow, event.direction, event.octets);
///     });
///     streams.flush(on_event);
///
/// Octets that come in order are handed over where they lie, without a copy and, once the flow is
/// known, without an allocation; only what comes too early is kept. Memory is at most
/// `flows_max` flows of some 150 octets, and `octets_max` for what waits, with its bookkeeping.
/// Whatever arrives, a segment costs time in proportion to its own length, and to what it releases.
///
/// What was handed over cannot be taken back: a later segment with other octets for the same place
/// is seen as a conflict only while the first ones still wait. Not thread-safe; stays where it is
/// made.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/siphash.hpp>
#include <sonde/base/time.hpp>
#include <sonde/packet/detail/event_sink.hpp>
#include <sonde/packet/detail/keyed_table.hpp>
#include <sonde/packet/detail/sparse_octets.hpp>
#include <sonde/packet/overlap_policy.hpp>

namespace sonde::inline v0 {

enum class tcp_direction : std::uint8_t { from_client = 0, from_server = 1 };
[[nodiscard]] SONDE_API std::string_view to_string(tcp_direction direction) noexcept;

struct tcp_endpoint {
    ip_address address{};
    std::uint16_t port = 0;
    friend constexpr bool operator==(const tcp_endpoint&, const tcp_endpoint&) = default;
};

struct tcp_stream_options {
    std::size_t flows_max = 65536;                   // the one that was silent longest makes room
    std::size_t octets_max = std::size_t{64} << 20;  // of all flows that wait for a gap to close
    std::size_t flow_octets_max = std::size_t{1}
                                  << 20;  // how far ahead of a gap one direction may be
    nanoseconds idle_timeout = std::chrono::minutes(5);
    overlap_policy overlap = overlap_policy::first_wins;  // among octets that wait
    bool mid_stream = true;         // take up connections whose beginning was not seen
    bool skip_acknowledged = true;  // a gap that the receiver acknowledges was lost by us alone
    bool verify_checksums = false;  // pass over segments with a wrong one
    siphash_key key{};              // random, so that nobody can aim at one bucket of the table
};

enum class tcp_event_kind : std::uint8_t {
    opened,    // a flow is new
    data,      // `octets` at `offset`
    gap,       // `lost` octets at `offset` will not come; `gap` says why
    conflict,  // `differing` octets within [offset, offset + length) of two segments: an attack?
    finished,  // one direction ended with FIN, all of it was told
    closed,    // nothing more comes of this flow; `close` says why
};
enum class tcp_gap_reason : std::uint8_t {
    none,
    acknowledged,  // the receiver has them, we have not
    limit,         // more came behind the gap than may wait
    cut,           // the capture holds less of the segment than was sent
    ended,         // the flow ended or was given up
};
enum class tcp_close_reason : std::uint8_t {
    none,
    finished,  // both directions
    reset,
    timed_out,  // silent for longer than idle_timeout
    evicted,    // to make room
    replaced,   // a new connection between the same ports
    conflict,   // overlap_policy::refuse
    flushed,    // by the caller
};
[[nodiscard]] SONDE_API std::string_view to_string(tcp_event_kind kind) noexcept;
[[nodiscard]] SONDE_API std::string_view to_string(tcp_gap_reason reason) noexcept;
[[nodiscard]] SONDE_API std::string_view to_string(tcp_close_reason reason) noexcept;

namespace detail {

/// Both ends in one order, whoever speaks, so that a table finds both directions.
struct tcp_flow_key {
    std::array<std::uint64_t, 4> addresses{};  // IPv4: the first word alone, lower end first
    // 4 or 6, and the ports of the lower end and of the other. One word, as it is hashed: of two
    // halves that were just written, a load of both would wait.
    std::uint64_t family_and_ports = 0;

    void set_ends(std::uint32_t family, std::uint32_t ports) noexcept {
        family_and_ports = (std::uint64_t{family} << 32) | ports;
    }
    [[nodiscard]] bool is_v4() const noexcept { return family_and_ports >> 32 == 4; }
    [[nodiscard]] std::uint32_t ports() const noexcept {
        return static_cast<std::uint32_t>(family_and_ports);
    }
    [[nodiscard]] bool operator==(const tcp_flow_key& other) const noexcept {
        // Without branches: three comparisons of words would be three guesses.
        return (((addresses[0] ^ other.addresses[0]) | (addresses[1] ^ other.addresses[1]) |
                 (addresses[2] ^ other.addresses[2]) | (addresses[3] ^ other.addresses[3]) |
                 (family_and_ports ^ other.family_and_ports)) == 0);
    }
    template <class Visit>
    void words(Visit visit) const {
        visit(addresses[0]);
        if (!is_v4()) {
            for (std::size_t i = 1; i < 4; ++i) visit(addresses[i]);
        }
        visit(family_and_ports);
    }
};

struct tcp_waiting;
struct tcp_segment;

/// One direction. Small: the flow, its key and its links are two cache lines.
struct tcp_half {
    std::uint64_t position = 0;  // octets told or lost so far
    std::unique_ptr<tcp_waiting> waiting{};
    std::uint32_t next_sequence = 0;
    bool started = false;
    bool finished = false;
    tcp_half() noexcept;
    tcp_half(tcp_half&&) noexcept;
    tcp_half& operator=(tcp_half&&) noexcept;
    ~tcp_half();
};

struct tcp_flow_state {
    std::array<tcp_half, 2> halves{};  // of the lower end, of the other
    mono_time last_seen{};
    std::uint32_t number_low = 0;
    std::uint16_t number_high = 0;
    bool closed = false;
    bool client_is_second : 1 = false;
    bool mid_stream : 1 = false;
};

using tcp_flow_table = keyed_table<tcp_flow_key, tcp_flow_state>;

}  // namespace detail

/// A connection, as events show it. Borrowed: good until the call returns.
class tcp_flow {
  public:
    /// Counted from 0 in the order in which flows appeared, never reused.
    [[nodiscard]] std::uint64_t number() const noexcept {
        return (std::uint64_t{entry_->value.number_high} << 32) | entry_->value.number_low;
    }
    [[nodiscard]] SONDE_API tcp_endpoint client() const noexcept;
    [[nodiscard]] SONDE_API tcp_endpoint server() const noexcept;
    /// Its beginning was not seen: who is client is a guess, the first one who spoke.
    [[nodiscard]] bool mid_stream() const noexcept { return entry_->value.mid_stream; }

  private:
    friend class tcp_streams;
    explicit tcp_flow(const detail::tcp_flow_table::entry& entry) noexcept : entry_(&entry) {}
    [[nodiscard]] tcp_endpoint end(bool second) const noexcept;
    const detail::tcp_flow_table::entry* entry_;
};

struct tcp_stream_event {
    tcp_event_kind kind = tcp_event_kind::data;
    tcp_direction direction = tcp_direction::from_client;
    tcp_gap_reason gap = tcp_gap_reason::none;
    tcp_close_reason close = tcp_close_reason::none;
    tcp_flow flow;
    std::uint64_t offset = 0;   // octets, from the start of this direction
    bytes_view octets{};        // data: good until the call returns
    std::uint64_t lost = 0;     // gap: octets
    std::size_t length = 0;     // conflict: octets of the segment
    std::size_t differing = 0;  // conflict: octets
};

/// What passed by, all flows together.
struct tcp_stream_counters {
    std::uint64_t segments = 0;
    std::uint64_t passed_over = 0;  // no TCP, a fragment, broken, a wrong checksum
    std::uint64_t opened = 0;
    std::uint64_t octets_told = 0;
    std::uint64_t octets_lost = 0;
    std::uint64_t octets_again = 0;    // retransmitted: told before, or waiting
    std::uint64_t early_segments = 0;  // ahead of a gap
    std::uint64_t conflicts = 0;
    std::uint64_t out_of_window = 0;  // too far from anything expected to be believed
    std::uint64_t after_close = 0;
};

class SONDE_API tcp_streams {
  public:
    using sink = detail::event_sink<tcp_stream_event>;

    explicit tcp_streams(const tcp_stream_options& options = {});
    tcp_streams(const tcp_streams&) = delete;
    tcp_streams& operator=(const tcp_streams&) = delete;
    ~tcp_streams();

    /// A hint: this datagram will be taken soon, some four others later. Its headers come out of
    /// memory meanwhile. Nothing else happens; whoever reads a file in order has no need of it.
    static void expect([[maybe_unused]] bytes_view datagram) noexcept {
#if defined(__GNUC__)
        constexpr std::size_t headers_len = 40;  // octets: IPv4 and TCP without options
        if (datagram.size() < headers_len) return;
        __builtin_prefetch(&datagram[0]);
        __builtin_prefetch(&datagram[headers_len - 1]);
#endif
    }
    /// Takes one IPv4 or IPv6 datagram, padding behind it allowed; anything but TCP is passed over,
    /// fragments too (ip_reassembler makes them whole). Times are not before earlier ones. The
    /// sink must not call back into this object.
    void accept(bytes_view datagram, mono_time now, sink events);
    /// Closes what was silent for too long.
    void on_time(mono_time now, sink events);
    /// Tells what still waits, and closes every flow.
    void flush(sink events);
    /// When on_time has something to do next, a second early at most; max() when idle.
    [[nodiscard]] mono_time next_deadline() const noexcept;
    [[nodiscard]] std::size_t flows() const noexcept { return flows_.size(); }
    [[nodiscard]] std::size_t octets_waiting() const noexcept { return budget_.used; }
    [[nodiscard]] const tcp_stream_counters& counters() const noexcept { return counters_; }

  private:
    using entry = detail::tcp_flow_table::entry;
    using segment = detail::tcp_segment;

    [[nodiscard]] entry* open(const segment& seen, mono_time now, sink events);
    void take(entry& flow, const segment& seen, sink events);
    [[nodiscard]] static bool begins_anew(const entry& flow, const segment& seen) noexcept;
    void take_data(entry& flow, const segment& seen, sink events);
    void take_in_order(entry& flow, const segment& seen, sink events);
    void take_early(entry& flow, const segment& seen, std::uint64_t position, sink events);
    void take_ack(entry& flow, const segment& seen, sink events);
    void take_fin(entry& flow, bool second, std::uint64_t end, sink events);
    void take_rst(entry& flow, const segment& seen, sink events);
    [[nodiscard]] bool conflicts(entry& flow, bool second, std::uint64_t position,
                                 bytes_view octets, sink events);
    void tell_merged(entry& flow, bool second, bytes_view octets, sink events);
    void tell(entry& flow, bool second, bytes_view octets, sink events);
    void tell_waiting(entry& flow, bool second, sink events);
    void skip_to(entry& flow, bool second, std::uint64_t position, tcp_gap_reason why, sink events);
    void skip_all(entry& flow, bool second, tcp_gap_reason why, sink events);
    void skip_for_others(detail::tcp_waiting& victim, sink events);
    void finish_if_due(entry& flow, bool second, sink events);
    void finish(entry& flow, bool second, sink events);
    void close(entry& flow, tcp_close_reason why, sink events);
    void remove(entry& flow, tcp_close_reason why, sink events);
    [[nodiscard]] bool keep(entry& flow, const segment& seen, std::uint64_t position, sink events);
    [[nodiscard]] detail::tcp_waiting* waiting_of(entry& flow, bool second);
    void stop_waiting(detail::tcp_half& half) noexcept;
    [[nodiscard]] static tcp_stream_event event_of(const entry& flow, bool second,
                                                   tcp_event_kind kind) noexcept {
        const bool from_client = second == flow.value.client_is_second;
        return {.kind = kind,
                .direction = from_client ? tcp_direction::from_client : tcp_direction::from_server,
                .flow = tcp_flow(flow),
                .offset = flow.value.halves[second].position};
    }

    tcp_stream_options options_;
    detail::memory_budget budget_;
    detail::tcp_flow_table flows_;
    tcp_stream_counters counters_{};
    // Directions that wait, in the order in which they began to: the oldest makes room.
    detail::tcp_waiting* oldest_waiting_ = nullptr;
    detail::tcp_waiting* newest_waiting_ = nullptr;
};

}  // namespace sonde::inline v0
