#pragma once
/// Trace: the routers on the path to one target, all hop limits in flight at once, in virtual time.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sonde/base/api.hpp>
#include <sonde/probe/options.hpp>
#include <sonde/probe/ping.hpp>
#include <sonde/probe/session.hpp>
#include <sonde/probe/statistics.hpp>

namespace sonde::inline v0 {

/// One hop limit: its probes in the order of sending and who answered. A probe that was sent again
/// has one record all the same: that of the sending which was answered first, else of the first
/// one.
struct hop {
    std::uint8_t hop_limit = 0;
    std::vector<probe_record> probes{};
    rtt_statistics rtt{};
    /// Whoever answered, in the order of the first answer, each once. Empty: a silent hop.
    [[nodiscard]] SONDE_API std::vector<ip_address> addresses() const;
    /// Every sending counts, those that the kernel refused do not.
    [[nodiscard]] SONDE_API std::uint64_t sent() const noexcept;
    /// Probes that were answered, late or not.
    [[nodiscard]] SONDE_API std::uint64_t received() const noexcept;
    [[nodiscard]] bool is_silent() const noexcept { return received() == 0; }
};

enum class trace_end : std::uint8_t {
    reached,      // the target answered
    unreachable,  // somebody on the path said that it cannot be reached
    max_hops,     // nobody did
    stopped,      // by the user or the deadline
    send_failed,  // the kernel refused every probe
};

struct trace_result {
    std::string target;
    ip_address address{};
    ip_address source{};
    trace_options options{};
    bool raw = false;
    trace_end end = trace_end::max_hops;
    /// From options.first_hop on, without gaps, to the target or the hop that ended the trace, or
    /// to max_hops when nothing did. Silent hops included.
    std::vector<hop> hops{};
    probe_counts counts{};
    nanoseconds duration{};
};

/// The annotation that traceroute puts behind an RTT ("!H", "!N", "!X", "!F-1400", "!13"), empty
/// for an ordinary answer. `reached` says whether the answer came from the target.
[[nodiscard]] SONDE_API std::string trace_annotation(const answer& reply, ip_family family);

/// Everything that answers a probe counts as received, errors of routers first of all. A probe that
/// is given up is lost; its answer still counts until the end, as late. What was sent too short a
/// time before the end to be judged, mostly probes beyond the target, stays in flight.
///
/// Without raw sockets a UDP probe that is sent again has a destination port of its own, so that it
/// is known by an error that quotes no payload; it may take another way than the constant flow. TCP
/// probes have a source port each, counted up from the channel's, since a host answers one SYN per
/// flow only.
///
/// Bounded: at most 255 hops of (1 + retries) * 255 probes, and a few more that look for the router
/// behind a refusal.
class SONDE_API trace_session final : public session {
  public:
    /// Precondition: validate(options) is empty.
    trace_session(const trace_options& options, const session_setup& setup);
    ~trace_session() override;

    void on_datagram(bytes_view octets, const receive_facts& facts) override;
    void on_icmp_error(const icmp_error& error, const receive_facts& facts) override;
    void on_send_done(probe_id id, send_outcome outcome) override;
    void on_transmit_stamp(probe_id id, stamp at) override;
    void on_time(mono_time now) override;
    void stop(mono_time now) override;
    [[nodiscard]] std::optional<transmit> next_transmit() override;
    [[nodiscard]] std::optional<probe_event> next_event() override;
    [[nodiscard]] mono_time next_deadline() const noexcept override;
    [[nodiscard]] bool finished() const noexcept override;

    /// What is known so far; whole once finished.
    [[nodiscard]] trace_result result() const;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace sonde::inline v0
