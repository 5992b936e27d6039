#pragma once
/// What the events of one target among many add up to while the run goes on: for tables, lines and
/// conditions. Fixed size: 328 octets, and up to 9 KB more where percentiles are asked for.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include <sonde/base/api.hpp>
#include <sonde/probe/many_ping.hpp>
#include <sonde/report/condition.hpp>

namespace sonde::inline v0 {

/// The last RTTs of a target, for sparklines. Bounded: the newest `size_max`, 2 octets each, at
/// most 1/16 off.
class SONDE_API rtt_history {
  public:
    static constexpr std::size_t size_max = 60;

    void add(nanoseconds rtt) noexcept;
    void add_loss() noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// Nothing: a probe that was lost. 0 is the oldest. Precondition: index < size().
    [[nodiscard]] std::optional<nanoseconds> operator[](std::size_t index) const noexcept;

  private:
    void push(std::uint16_t code) noexcept;
    std::array<std::uint16_t, size_max> codes_{};
    std::uint8_t next_ = 0;
    std::uint8_t size_ = 0;
};

/// Needs events of every kind, in their order.
class SONDE_API target_tally {
  public:
    /// `keeps_histogram`: conditions with percentiles need it.
    explicit target_tally(bool keeps_histogram = false);

    void on_event(const probe_event& event);
    [[nodiscard]] const probe_counts& counts() const noexcept { return counts_; }
    [[nodiscard]] const rtt_moments& rtt() const noexcept { return rtt_; }
    [[nodiscard]] const rtt_history& history() const noexcept { return history_; }
    [[nodiscard]] condition_facts facts() const noexcept;
    /// Lost of judged, 0 to 1; 0 when nothing was judged.
    [[nodiscard]] double loss() const noexcept;

  private:
    void on_reply(const probe_event& event);

    probe_counts counts_{};
    rtt_moments rtt_{};
    rtt_history history_{};
    std::unique_ptr<latency_histogram> histogram_{};
};

}  // namespace sonde::inline v0
