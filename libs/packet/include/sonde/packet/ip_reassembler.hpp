#pragma once
/// Reassembly of fragmented datagrams: IPv4 by RFC 791 s3.2, IPv6 by RFC 8200 s4.5, RFC 5722 and
/// RFC 6946. One class for both, without clock or I/O.
///
///     ip_reassembler reassembler({.overlap = overlap_policy::first_wins});
///     for (...) reassembler.accept(octets, at, [&](const ip_reassembly_event& event) {
///         if (event.kind == ip_reassembly_kind::whole) use(event.octets);
///     });
///
/// Feed it every datagram: one that was never cut comes back at once as `whole`, borrowed. Memory:
/// what fragments hold, with its bookkeeping, is at most `octets_max`; the table of datagrams and
/// the buffer of the last whole one (65,575 octets) come on top. Whatever arrives, a fragment costs
/// time in proportion to its own length. Not thread-safe; stays where it is made.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/result.hpp>
#include <sonde/base/siphash.hpp>
#include <sonde/base/time.hpp>
#include <sonde/packet/detail/event_sink.hpp>
#include <sonde/packet/overlap_policy.hpp>

namespace sonde::inline v0 {

struct ip_reassembly_options {
    std::size_t octets_max = std::size_t{4} << 20;  // held for all unfinished datagrams together
    std::size_t datagrams_max = 4096;               // unfinished ones; the oldest makes room
    std::size_t fragments_max = 8192;               // of one datagram: what 65,535 octets can have
    /// From the first fragment that arrived, whichever it is. RFC 8200 s4.5 says 60 s, RFC 791
    /// s3.2 15 s; what lies outside of 15 to 60 s is moved to the nearer end.
    nanoseconds timeout = std::chrono::seconds(60);
    overlap_policy overlap = overlap_policy::refuse;
    /// Refuses first IPv4 fragments that are too short for the ports and flags of TCP, and second
    /// ones that begin inside its header (RFC 1858 s3, RFC 3128), as a filter does.
    bool refuse_tiny_tcp_fragments = false;
    siphash_key key{};  // random, so that nobody can aim at one bucket of the table
};

enum class ip_reassembly_kind : std::uint8_t {
    whole,      // `octets` is the datagram
    held,       // a fragment, and some are still missing
    refused,    // a fragment, and `refusal` says why
    timed_out,  // a datagram was given up: `octets` is what an ICMP error would quote
    evicted,    // likewise, to make room
};
enum class ip_refusal : std::uint8_t {
    none,
    malformed,        // see `cause`: the datagram cannot be read, or is cut by the capture
    length_not_in_8,  // not the last, and no multiple of 8 octets (RFC 8200: code 0, erroneous)
    too_long,         // would end beyond 65,535 octets (ping of death)
    empty,            // no octets at all
    overlap,          // claims octets that are held; the datagram and all that comes is refused
    contradicts_end,  // two ends, or octets behind the end
    tiny_first,       // the first fragment has not all headers (RFC 7112, RFC 1858)
    too_many,         // more than fragments_max
    header_too_long,  // more per-fragment headers than 1,024 octets
    no_memory,        // more than octets_max, even alone
};
[[nodiscard]] SONDE_API std::string_view to_string(ip_reassembly_kind kind) noexcept;
[[nodiscard]] SONDE_API std::string_view to_string(ip_refusal refusal) noexcept;

struct ip_reassembly_event {
    ip_reassembly_kind kind = ip_reassembly_kind::held;
    ip_refusal refusal = ip_refusal::none;
    ip_address source{};
    ip_address destination{};
    std::uint32_t identification = 0;
    std::uint8_t protocol = 0;    // behind the fragment header
    std::uint32_t fragments = 0;  // accepted so far; 0: never cut; 1: atomic (RFC 6946)
    std::size_t held_octets = 0;  // of payload, without holes counted
    /// `whole`: the datagram. `timed_out`, `evicted`: the first fragment with what follows it
    /// without a hole, the datagram to quote in an ICMP error (time exceeded, code 1; RFC 792
    /// p. 6 and RFC 8200 s4.5 send one only if that fragment came); empty if it did not. Good
    /// until the call returns.
    bytes_view octets{};
    std::uint32_t limit = 0;  // `refused`: the number that was to be kept
    std::uint32_t had = 0;    // `refused`: the number that was found
    parse_error cause{};      // `refused` as malformed
};
/// "refused: too_long: 65736 octets, limit 65535".
[[nodiscard]] SONDE_API std::string describe(const ip_reassembly_event& event);

class SONDE_API ip_reassembler {
  public:
    using sink = detail::event_sink<ip_reassembly_event>;

    explicit ip_reassembler(const ip_reassembly_options& options = {});
    ip_reassembler(const ip_reassembler&) = delete;
    ip_reassembler& operator=(const ip_reassembler&) = delete;
    ~ip_reassembler();

    /// Takes one IPv4 or IPv6 datagram, padding behind it allowed. Exactly one event tells of it;
    /// before it, those of datagrams whose time is up by `now` or that make room.
    void accept(bytes_view datagram, mono_time now, sink events);
    /// Gives up what has waited too long.
    void on_time(mono_time now, sink events);
    /// When on_time has something to do next; mono_time::max() when idle.
    [[nodiscard]] mono_time next_deadline() const noexcept;
    [[nodiscard]] std::size_t datagrams() const noexcept;    // unfinished ones
    [[nodiscard]] std::size_t octets_held() const noexcept;  // against octets_max

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace sonde::inline v0
