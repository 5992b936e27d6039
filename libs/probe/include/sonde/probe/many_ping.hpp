#pragma once
/// Ping of many targets at once, two or a hundred thousand, in virtual time: one session, one
/// socket for each family. Targets may come and go while it runs.
///
///     many_ping_session session({.count = 3}, setup);
///     for (const auto& address : list) session.add(address, now);
///     session.seal();                     // no more will come: finish when all are done
///
/// A target is a row of statistics and two links: `many_ping_session::octets_per_target`, stated
/// and held by a test. A probe is found again by its number, which stands beside a keyed cookie in
/// its payload, so that 65,536 sequence numbers are no limit.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <sonde/base/api.hpp>
#include <sonde/probe/options.hpp>
#include <sonde/probe/ping.hpp>
#include <sonde/probe/rate_ceiling.hpp>
#include <sonde/probe/session.hpp>
#include <sonde/probe/statistics.hpp>

namespace sonde::inline v0 {

/// What a session with targets of both families is told of its sockets. A family without a channel
/// has no socket: its targets end at once, with `no_channel` as their problem.
struct many_setup {
    std::optional<probe_channel> v4{};
    std::optional<probe_channel> v6{};
    siphash_key key{};  // secret of this session: makes its cookies
    mono_time start{};

    [[nodiscard]] const std::optional<probe_channel>& of(ip_family family) const noexcept {
        return family == ip_family::v4 ? v4 : v6;
    }
};

/// Which events a session tells; none of the others costs anything.
struct event_choice {
    bool sent = false;
    bool replies = true;  // of every class
    bool timeouts = true;
    bool send_failures = true;
    bool targets = true;  // target_finished
};

struct many_ping_options {
    std::optional<std::uint64_t> count{1};           // rounds of each target, below 2^32; none:
                                                     // until stopped
    nanoseconds interval = std::chrono::seconds(1);  // of one target, from round to round
    nanoseconds timeout = std::chrono::seconds(2);   // of one probe; answers after it are late
    std::optional<nanoseconds> deadline{};           // of the whole run
    /// A round is one probe and, when its time runs out, up to `retries` more; each waits `backoff`
    /// times as long as the one before. The first answer ends the round. With retries, a round
    /// begins when the one before has ended; without, rounds overlap when the timeout is longer
    /// than the interval.
    std::uint8_t retries = 0;
    double backoff = 1.0;               // 1 or more
    bool stop_at_first_answer = false;  // of each target: one answer, and the target is done
    /// Probes a second over all targets, 1 to 1,000,000 and more: they take turns, and `interval`
    /// is the least between two rounds of one. 0: the first round is spread over the interval, with
    /// a millisecond between two targets at most, and each target keeps its grid.
    double rate = 0;
    rate_ceilings ceilings{};
    std::uint16_t payload_len = 56;  // octets; below 16 the number of a probe does not fit, and
                                     // below 8 an answer cannot carry the cookie
    short_text<16> pattern{};
    std::uint8_t hop_limit = 0;                 // 0: the system's default
    std::optional<std::uint16_t> identifier{};  // raw sockets only
    bool keep_histograms = false;  // of each target, for its percentiles: up to 9 KB each
    std::uint32_t in_flight_max = 4'194'304;  // probes remembered over all targets; 32 octets each
    event_choice events{};
    socket_options socket{};
};
static_assert(std::is_trivially_destructible_v<many_ping_options>);
[[nodiscard]] SONDE_API std::vector<option_problem> validate(const many_ping_options& options);

/// RTTs of one target in 56 octets: exact moments, no percentiles.
struct rtt_moments {
    std::uint64_t count = 0;
    nanoseconds min{};
    nanoseconds max{};
    nanoseconds last{};
    double mean_ns = 0;  // Welford's running mean and sum of squared distances
    double squares_ns2 = 0;
    double steps_ns = 0;  // sum of absolute differences of consecutive RTTs

    SONDE_API void add(nanoseconds rtt) noexcept;
    [[nodiscard]] nanoseconds mean() const noexcept;  // all are 0 when nothing was added
    /// Population standard deviation: what ping prints as mdev.
    [[nodiscard]] SONDE_API nanoseconds standard_deviation() const noexcept;
    /// Mean absolute difference of consecutive RTTs.
    [[nodiscard]] SONDE_API nanoseconds jitter() const noexcept;
};

enum class target_state : std::uint8_t {
    waiting,  // for its first probe
    under_way,
    done,        // all rounds are over
    removed,     // by `remove`
    no_channel,  // there is no socket of its family
    refused,     // a broadcast or multicast address, and ceilings.allow_broadcast is not set
};

/// What is known of one target.
struct target_summary {
    ip_address address{};
    target_state state = target_state::waiting;
    probe_counts counts{};
    rtt_moments rtt{};                          // of received, by the best stamps
    rtt_moments rtt_user{};                     // of received, by user space's clock
    stamp_source sent_by = stamp_source::none;  // of the last answer
    stamp_source received_by = stamp_source::none;
    std::uint8_t last_type = 0;  // of the last ICMP error to a probe of it, with last_code and
    std::uint8_t last_code = 0;  // last_from; meaningful when counts.errors is not 0
    ip_address last_from{};
    latency_histogram histogram{};  // empty unless options.keep_histograms
    /// Lost of judged, 0 to 1; 0 when nothing was judged.
    [[nodiscard]] double loss() const noexcept {
        const std::uint64_t judged = counts.received + counts.lost;
        return judged == 0 ? 0.0 : static_cast<double>(counts.lost) / static_cast<double>(judged);
    }
    [[nodiscard]] bool is_alive() const noexcept { return counts.received > 0; }
};

/// The index of a target in its session: 0 for the first added; never used again.
using target_index = std::uint64_t;
/// probe_event::target of what belongs to no target: a foreign answer, the end of the session.
inline constexpr target_index no_target = UINT64_MAX;

/// For every target, and for the session as a whole, at any moment:
/// sent == received + lost + in_flight. Answers that the own kernel dropped for want of room
/// (`on_drops`) are told apart from the network's loss. An answer to a probe counts whoever sent
/// it; where a group answers, the first counts as received and all others as duplicates. When the
/// session is stopped or its deadline comes, what is in flight is lost; what is in flight to a
/// target that has its one answer (stop_at_first_answer) stays so when the session ends.
///
/// A probe is judged lost when its time has run out, to within what sending a batch takes. Its
/// answers are known for four timeouts; later ones are foreign. Reordered: a probe that was sent to
/// the same target later was answered before.
///
/// Bounded: octets_per_target for each target, 32 octets for each probe that is remembered (as many
/// as are sent in four timeouts, at most in_flight_max), and 65,536 events that nobody takes: the
/// oldest are dropped then, and counted.
class SONDE_API many_ping_session final : public session {
  public:
    static constexpr std::size_t octets_per_target = 256;

    /// Precondition: validate(options) is empty.
    many_ping_session(const many_ping_options& options, const many_setup& setup);
    ~many_ping_session() override;

    /// The same address may be added several times: each is a target of its own. Also after `seal`,
    /// as long as the session has not finished. At most 2^32 - 1 targets; their rows would take a
    /// terabyte. Throws std::bad_alloc, and nothing is changed then.
    target_index add(const ip_address& address, mono_time now);
    /// Nothing more is sent to it; what is in flight is forgotten and counts as lost.
    /// Nothing happens for an index that was removed already.
    void remove(target_index which, mono_time now);
    /// The session finishes when all targets are done. Until then more may be added.
    void seal(mono_time now);

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
    /// The kernel dropped so many more datagrams because the socket's buffer was full.
    void on_drops(std::uint64_t more) noexcept;

    [[nodiscard]] std::size_t size() const noexcept;  // targets ever added
    [[nodiscard]] target_summary summary(target_index which) const;
    [[nodiscard]] const probe_counts& counts() const noexcept;  // of all targets
    /// Of all targets. An answer enters it when its event was taken, at the latest with the 64th
    /// after it: until then its transmit stamp may still come.
    [[nodiscard]] const rtt_statistics& rtt() const noexcept;
    [[nodiscard]] std::uint64_t dropped_here() const noexcept;  // told by on_drops
    [[nodiscard]] std::uint64_t events_dropped() const noexcept;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace sonde::inline v0
