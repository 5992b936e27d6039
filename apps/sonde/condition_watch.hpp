#pragma once
/// --until and --fail-if while a run goes on: adds up what the events tell of each target, as far
/// as conditions ask for it, and judges.

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <sonde/probe/session.hpp>
#include <sonde/report/target_tally.hpp>

#include "output.hpp"
#include "settings.hpp"

namespace sonde::cli {

/// What each target has come to, by its index. 328 octets each, and their histograms where a
/// condition asks for percentiles.
class tally_board {
  public:
    explicit tally_board(const run_conditions& conditions)
        : keeps_histograms_((conditions.until && conditions.until->needs_percentiles()) ||
                            (conditions.fail_if && conditions.fail_if->needs_percentiles())) {}
    /// From now on there are at least so many.
    void grow(std::size_t count);
    void on_event(const probe_event& event);
    [[nodiscard]] std::size_t size() const noexcept { return tallies_.size(); }
    [[nodiscard]] const target_tally& operator[](std::size_t index) const noexcept {
        return tallies_[index];
    }

  private:
    std::deque<target_tally> tallies_{};
    bool keeps_histograms_;
};

class condition_watch {
  public:
    condition_watch(const run_conditions& conditions, std::string_view command,
                    output_format format, channels to)
        : conditions_(conditions), command_(command), format_(format), to_(to) {}

    /// Whether --until is true now that this event was added to the board. Plain conditions are
    /// judged for the target of the event alone; any(...) and all(...) for all targets, of
    /// more than 64 at most every 100 ms.
    [[nodiscard]] bool is_over(const tally_board& board, const probe_event& event);
    /// Whether --until is true of a run that is one thing.
    [[nodiscard]] bool is_over(const condition_facts& facts) const;

    using name_lookup = std::function<std::string(std::size_t index)>;
    /// Judges --fail-if for so many targets, tells why on standard error, and gives the exit code.
    [[nodiscard]] int judge(std::size_t count, const condition::lookup& facts,
                            const name_lookup& name, int code);
    [[nodiscard]] int judge(const tally_board& board, const name_lookup& name, int code);

  private:
    const run_conditions& conditions_;
    std::string_view command_;
    output_format format_;
    channels to_;
    std::optional<mono_time> judged_at_{};
};

}  // namespace sonde::cli
