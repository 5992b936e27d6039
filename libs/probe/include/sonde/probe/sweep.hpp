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
    std::uint8_t tries = 1;  // probes to an address that does not answer
    nanoseconds timeout = std::chrono::seconds(2);  // from the last probe to the end of its pass
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
    std::uint32_t in_flight_max = 1'048'576;    // send times remembered, 16 octets each: an answer
                                                // that comes after so many more probes has no RTT
    event_choice events{.timeouts = false};
    socket_options socket{};
};
static_assert(std::is_trivially_destructible_v<sweep_options>);
[[nodiscard]] SONDE_API std::vector<option_problem> validate(const sweep_options& options);

struct sweep_progress {
    std::uint64_t size = 0;      // addresses of the set
    std::uint64_t position = 0;  // every position below is settled or in flight
    std::uint64_t settled = 0;   // every position below is settled: what a later run resumes from
    std::uint64_t answered = 0;  // addresses that answered
    std::uint64_t refused = 0;   // addresses for which only ICMP errors came
    unsigned pass = 1;           // 1 to tries
    probe_counts counts{};
    std::uint64_t dropped_here = 0;
    nanoseconds elapsed{};
    nanoseconds left{};  // as the rate so far tells; 0 when unknown
};

/// Bounded: the ring of send times and one bit for each address of the set, up to 2^31 of them; of
/// a larger set a duplicate is told only while its send time is remembered.
class SONDE_API sweep_session final : public session {
  public:
    /// Precondition: validate(options) is empty.
    sweep_session(const sweep_options& options, address_set targets, const many_setup& setup);
    ~sweep_session() override;

    void on_datagram(bytes_view octets, const receive_facts& facts) override;
    void on_icmp_error(const icmp_error& error, const receive_facts& facts) override;
    void on_send_done(probe_id id, send_outcome outcome) override;
    void on_transmit_stamp(probe_id id, stamp at) override;
    void on_time(mono_time now) override;
    void stop(mono_time now) override;
    [[nodiscard]] std::optional<transmit> next_transmit() override;
    /// probe_event::target is the index of the address in the set.
    [[nodiscard]] std::optional<probe_event> next_event() override;
    [[nodiscard]] mono_time next_deadline() const noexcept override;
    [[nodiscard]] bool finished() const noexcept override;
    void on_drops(std::uint64_t more) noexcept;

    [[nodiscard]] sweep_progress progress() const noexcept;
    [[nodiscard]] const rtt_statistics& rtt() const noexcept;
    [[nodiscard]] const address_set& targets() const noexcept;
    /// The addresses that answered; empty for sets of more than 2^31.
    [[nodiscard]] bool has_answered(std::uint64_t index) const noexcept;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace sonde::inline v0
