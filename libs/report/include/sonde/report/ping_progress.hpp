#pragma once
/// What a running ping tells besides its result: what SIGQUIT shows, how full the pipe was, and
/// which clocks stamped. Feed it every event. Constant size, but for the histogram of RTTs.

#include <cstdint>
#include <string>

#include <sonde/base/api.hpp>
#include <sonde/base/time.hpp>
#include <sonde/probe/session.hpp>
#include <sonde/probe/statistics.hpp>

namespace sonde::inline v0 {

class SONDE_API ping_progress {
  public:
    void on_event(const probe_event& event);

    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
    [[nodiscard]] std::uint64_t received() const noexcept { return received_; }
    /// The most probes that were on their way when one was answered or reported lost.
    [[nodiscard]] std::uint64_t pipe() const noexcept { return pipe_; }
    /// Exponentially weighted mean, each RTT with a weight of 1/8, as ping has it.
    [[nodiscard]] nanoseconds ewma() const noexcept;
    [[nodiscard]] const rtt_statistics& rtt() const noexcept { return rtt_; }
    /// The sequence of the last probe sent if nothing has come for it yet, else 0: what ping -O
    /// reports when it sends the next.
    [[nodiscard]] std::uint64_t outstanding() const noexcept { return outstanding_; }
    /// "kernel", or "kernel and user" when stamps were mixed; "none" before the first answer.
    [[nodiscard]] std::string sent_by() const;
    [[nodiscard]] std::string received_by() const;
    /// From the first to the last transmission.
    [[nodiscard]] nanoseconds sending_time() const noexcept { return last_sent_ - first_sent_; }

  private:
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t pipe_ = 0;
    std::uint64_t outstanding_ = 0;
    double ewma_ns_ = 0;
    mono_time first_sent_{};
    mono_time last_sent_{};
    unsigned sent_by_ = 0;  // bit n: a stamp of stamp_source n was seen
    unsigned received_by_ = 0;
    rtt_statistics rtt_{};
};

}  // namespace sonde::inline v0
