#pragma once
/// Conditions on what a run has measured: when to end it, and what to call a failure.
///
///     const auto wrong = condition::parse("loss > 5 % or p95 > 80 ms");
///     if (const auto which = wrong->first_true(targets.size(), facts_of)) ...
///
///     expression  = term { "or" term }
///     term        = factor { "and" factor }
///     factor      = "not" factor | "(" expression ")" | "any(" expression ")" | "all("
///                   expression ")" | comparison | truth
///     comparison  = operand ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) operand
///     operand     = number [ "ns" | "us" | "ms" | "s" | "%" ] | name
///     truth       = "alive" | "unreachable"
///
/// Names of counts: sent received lost duplicates late errors reordered corrupted forged; of shares
/// (with %): loss, answered; of times: min avg median max mdev jitter last, and percentiles p50,
/// p95, p99.9. Words may be in capitals; && || ! mean and, or, not.
///
/// A condition is judged for each target on its own; any(...) and all(...) are about every target.
/// What is not known yet (the loss before anything was judged, a time without an answer) makes a
/// comparison neither true nor false; a whole condition that is neither counts as false.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include <sonde/base/api.hpp>
#include <sonde/base/time.hpp>
#include <sonde/probe/ping.hpp>
#include <sonde/probe/statistics.hpp>

namespace sonde::inline v0 {

/// What is known of one target. The times count when counts.received is not 0, the percentiles
/// when there is a histogram that is not empty.
struct condition_facts {
    probe_counts counts{};
    nanoseconds min{};
    nanoseconds mean{};
    nanoseconds max{};
    nanoseconds deviation{};
    nanoseconds jitter{};
    nanoseconds last{};
    const latency_histogram* histogram = nullptr;  // borrowed for the call
};
[[nodiscard]] SONDE_API condition_facts facts_of(const probe_counts& counts,
                                                 const rtt_statistics& rtt SONDE_LIFETIMEBOUND);

/// Why a text is no condition.
struct condition_error {
    std::size_t offset = 0;  // octets, from 0: where it was seen
    std::string text{};      // "lss is none of the names"; safe on a screen
    std::string unknown{};   // the word that is no name, as it was written; else empty
};

class SONDE_API condition {
  public:
    static constexpr std::size_t text_len_max = 1'000;  // octets
    static constexpr unsigned depth_max = 32;           // of parentheses and nots

    /// Errors: everything that the grammar above does not allow; comparing a time with a count;
    /// more than text_len_max octets, more than depth_max levels.
    [[nodiscard]] static tl::expected<condition, condition_error> parse(std::string_view text);
    /// The names that may stand in a condition; p95 for all percentiles.
    [[nodiscard]] static std::span<const std::string_view> names() noexcept;

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// Whether a percentile or the median occurs: histograms must be kept.
    [[nodiscard]] bool needs_percentiles() const noexcept;
    /// Whether any(...) or all(...) occurs: one target's news can change it for others.
    [[nodiscard]] bool is_about_all() const noexcept;

    using lookup = std::function<condition_facts(std::size_t index)>;
    /// The first of `count` targets for which it is true. Cost: O(count).
    [[nodiscard]] std::optional<std::size_t> first_true(std::size_t count,
                                                        const lookup& facts) const;
    /// For one target alone, which any(...) and all(...) take for all there are.
    [[nodiscard]] bool is_true(const condition_facts& facts) const;
    /// The names that occur with what they are: "loss 12.5 %, p95 91.2 ms". What is not known is
    /// left out.
    [[nodiscard]] std::string values(const condition_facts& facts) const;

    // In the source: how it is kept.
    enum class what : std::uint8_t;
    struct node;

  private:
    friend class condition_reader;
    std::string text_{};
    std::shared_ptr<const std::vector<node>> nodes_{};  // children before parents; the last is the
                                                        // whole; copies share them
};

}  // namespace sonde::inline v0
