#pragma once
/// A sweep: one probe to each address of a set, of any size, in an order that looks random, so that
/// no network is hit in a burst; in virtual time. Almost stateless: the number of a probe tells its
/// address, a keyed cookie tells that an answer is genuine.
///
///     address_set targets;
///     targets.add(*ip_range::parse("10.0.0.0/16"));
///     sweep_session sweep({.rate = 200'000}, targets, setup);
///
/// Resumable: `seed` and `position` of one run, given to another over the same set, go on where it
/// stopped. Several sessions share the work when each has a `shard` of its own.

#include <cstdint>
#include <memory>
#include <optional>

#include <sonde/base/address_set.hpp>
#include <sonde/base/api.hpp>
#include <sonde/probe/many_ping.hpp>
#include <sonde/probe/rate_ceiling.hpp>
#include <sonde/probe/session.hpp>

namespace sonde::inline v0 {

struct sweep_options {
    double rate = 10'000;    // probes a second; 0: as fast as they can be sent
    std::uint8_t tries = 1;  // probes to an address that does not answer: one in each pass
    nanoseconds timeout = std::chrono::seconds(2);  // of one probe; answers after it are late
    std::uint64_t seed = 0;                         // of the order; 0: drawn by the client
    std::uint64_t position = 0;                     // in the order: where to begin
    std::optional<std::uint64_t> limit{};           // probes of the first pass; none: to the end
    std::uint32_t shard = 0;                        // this session takes positions p with
    std::uint32_t shards = 1;                       // p % shards == shard
    bool in_order = false;                          // ascending addresses instead
    rate_ceilings ceilings{};
    std::uint16_t payload_len = 16;             // octets, 16 or more: cookie and number
    std::uint8_t hop_limit = 0;                 // 0: the system's default
    std::optional<std::uint16_t> identifier{};  // raw sockets only
    std::uint32_t in_flight_max = 1'048'576;    // probes remembered, 16 octets each; a power of two
                                                // is kept. While so many wait, none is sent: below
                                                // rate * timeout it slows a sweep of silence down
    event_choice events{.timeouts = false};
    socket_options socket{};
};
static_assert(std::is_trivially_destructible_v<sweep_options>);
[[nodiscard]] SONDE_API std::vector<option_problem> validate(const sweep_options& options);

struct sweep_progress {
    std::uint64_t size = 0;      // addresses of the set
    std::uint64_t skipped = 0;   // of those given: left out, see sweep_session
    std::uint64_t share = 0;     // of size: what shard, position and limit leave to this session
    std::uint64_t position = 0;  // every position of the shard below is settled or in flight
    std::uint64_t settled = 0;   // every position of the shard below was answered, timed out or was
                                 // refused by the kernel: what a later run resumes from
    std::uint64_t answered = 0;  // addresses that answered, in time or late
    std::uint64_t refused = 0;   // addresses for which only ICMP errors came
    unsigned pass = 1;           // 1 to tries
    probe_counts counts{};
    std::uint64_t dropped_here = 0;    // told by on_drops
    std::uint64_t events_dropped = 0;  // that nobody took
    nanoseconds elapsed{};             // since the first probe
    nanoseconds left{};  // as the rate and the answers so far tell; 0 when unknown, or at the end
};

/// A probe is lost when its timeout passes or an ICMP error ends its wait; at any moment
/// sent == received + lost + in_flight. A pass ends when every probe of it has settled; the next
/// one asks only addresses that have not answered, however late. The order is kept: an address
/// whose network is at its ceiling holds up those behind it. `stop` sends nothing more and waits
/// for what is in flight; a second `stop` ends at once.
///
/// Broadcast and multicast addresses (unless the ceilings allow them) and addresses of a family
/// without a channel are taken out of the set before anything is counted: indexes and positions are
/// of what is left, which `targets` shows.
///
/// `settled` is about the first pass: the tries of later passes are not made up for by a run that
/// resumes. Probes that a second `stop` gave up are not settled: such a run asks them again.
///
/// Bounded: in_flight_max probes, or as many as there is memory for; one bit of answers and one of
/// refusals for each address of the share, of which pages without a one take no room; 65,536 events
/// that nobody takes, of which the oldest are dropped then. Of a share of more than 2^31 addresses
/// no such bits are kept: there is one pass, and a duplicate is told only while its probe is
/// remembered. A session sends at most 2^48 probes; `settled` then says where the next begins.
class SONDE_API sweep_session final : public session {
  public:
    static constexpr std::uint64_t bits_max = std::uint64_t{1} << 31;

    /// Precondition: validate(options) is empty.
    sweep_session(const sweep_options& options, address_set targets, const many_setup& setup);
    ~sweep_session() override;

    void on_datagram(bytes_view octets, const receive_facts& facts) override;
    void on_icmp_error(const icmp_error& error, const receive_facts& facts) override;
    void on_send_done(probe_id id, send_outcome outcome) override;
    /// Only one time of a probe is kept: the stamp takes the place of user space's clock, and
    /// answer::rtt_user begins at it as well.
    void on_transmit_stamp(probe_id id, stamp at) override;
    void on_time(mono_time now) override;
    void stop(mono_time now) override;
    [[nodiscard]] std::optional<transmit> next_transmit() override;
    /// probe_event::target is the index of the address in targets(); no_target where none is meant.
    /// Of an answer to a probe that is forgotten, sent_at and the RTTs are 0 and answer::sent_by is
    /// none.
    [[nodiscard]] std::optional<probe_event> next_event() override;
    [[nodiscard]] mono_time next_deadline() const noexcept override;
    [[nodiscard]] bool finished() const noexcept override;
    /// The kernel dropped so many more datagrams because the socket's buffer was full.
    void on_drops(std::uint64_t more) noexcept;

    [[nodiscard]] sweep_progress progress() const noexcept;
    [[nodiscard]] const probe_counts& counts() const noexcept;
    /// Of the answers whose events were taken.
    [[nodiscard]] const rtt_statistics& rtt() const noexcept;
    [[nodiscard]] const address_set& targets() const noexcept;
    /// Whether an address, by its index, answered this session; false for all of a share of more
    /// than 2^31. Precondition: index < targets().size().
    [[nodiscard]] bool has_answered(std::uint64_t index) const noexcept;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace sonde::inline v0
