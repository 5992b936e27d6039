#pragma once
/// Ping: echo requests to one target, in virtual time.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sonde/base/api.hpp>
#include <sonde/probe/options.hpp>
#include <sonde/probe/session.hpp>
#include <sonde/probe/statistics.hpp>

namespace sonde::inline v0 {

/// How many replies of each class came, and what became of the probes. At any moment
/// sent == received + lost + in_flight.
struct probe_counts {
    std::uint64_t sent = 0;      // handed to the kernel without an error
    std::uint64_t received = 0;  // probes answered in time, by whatever message that ends the wait
                                 // successfully: an echo reply
    std::uint64_t lost = 0;      // probes that ended without an answer in time
    std::uint64_t in_flight = 0;
    std::uint64_t errors = 0;       // of the lost: an ICMP error said why
    std::uint64_t late = 0;         // of the lost: an answer came after the timeout
    std::uint64_t send_failed = 0;  // the kernel refused; not in `sent`
    std::uint64_t duplicates = 0;
    std::uint64_t reordered = 0;  // of the received
    std::uint64_t corrupted = 0;
    std::uint64_t forged = 0;
    std::uint64_t foreign = 0;
};

struct ping_result {
    std::string target;  // as the user wrote it
    ip_address address{};
    ip_address source{};
    ping_options options{};
    bool raw = false;  // which kind of socket served
    probe_counts counts{};
    rtt_statistics rtt{};                 // of received, by the best stamps
    rtt_statistics rtt_user{};            // of received, by user space's clock
    nanoseconds duration{};               // from the first send to the end
    std::vector<probe_record> records{};  // empty unless options.keep_records
    /// Lost of sent, 0 to 1, in-flight left out; 0 when nothing was sent.
    [[nodiscard]] double loss() const noexcept {
        const std::uint64_t judged = counts.received + counts.lost;
        return judged == 0 ? 0.0 : static_cast<double>(counts.lost) / static_cast<double>(judged);
    }
    [[nodiscard]] bool is_alive() const noexcept { return counts.received > 0; }
};

/// Probes are lost when their timeout passes, when an ICMP error ends their wait, when the run is
/// stopped or its deadline comes, and when more are in flight than may be remembered. What is in
/// flight when the run ends early because it has what it asked for (stop_at_first_answer, `count`
/// answers before a deadline) stays in flight. With a deadline `count` means answers, as ping -w
/// has it. A broadcast or multicast target is answered by many: the first answer counts as received
/// and enters the statistics, each further host gives an event, the same host again is a duplicate.
///
/// Bounded: at most `in_flight_max` probes are remembered, with the records that the options ask
/// for; events that nobody takes are dropped beyond twice as many, oldest first.
class SONDE_API ping_session final : public session {
  public:
    /// Precondition: validate(options) is empty.
    ping_session(const ping_options& options, const session_setup& setup);
    ~ping_session() override;

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
    [[nodiscard]] ping_result result() const;
    [[nodiscard]] const probe_counts& counts() const noexcept;
    /// Of the answers whose events were taken; result() has those that wait as well.
    [[nodiscard]] const rtt_statistics& rtt() const noexcept;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace sonde::inline v0
