#pragma once
/// What a trace does next: which probe it sends, which one it gives up, and when.
///
/// Every hop limit is probed at once, lowest first, so that a router that limits its answers spends
/// them on the probes that matter. A silent probe is waited for as long as the round trips of its
/// neighbours suggest; it is sent again once in between.

#include <optional>

#include "trace_path.hpp"

namespace sonde::inline v0::detail {

struct turn {
    std::size_t hop = 0;  // index
    std::size_t place = 0;
};

class trace_schedule {
  public:
    /// Borrows both, which must outlive this.
    trace_schedule(const trace_options& options, const trace_path& path, mono_time start) noexcept
        : options_(options), path_(path), next_send_at_(start) {}

    /// The probe to send now, if there is one.
    [[nodiscard]] std::optional<turn> due(mono_time now) const noexcept;
    /// It was handed out.
    void on_send(const turn& which, mono_time now) noexcept;
    /// When something is to be sent or given up; mono_time::max() when nothing is.
    [[nodiscard]] mono_time next() const noexcept;
    /// How long a probe is waited for that was sent once, by what is known now.
    [[nodiscard]] nanoseconds wait_of(std::size_t hop) const noexcept {
        return patience_of(hop).wait;
    }
    /// The first probe that was waited for in vain.
    [[nodiscard]] std::optional<turn> overdue(mono_time now) const noexcept {
        const planned next = next_give_up();
        return next.at <= now ? std::optional(next.which) : std::nullopt;
    }
    /// Whether nothing is left to do.
    [[nodiscard]] bool is_complete(mono_time now) const noexcept;

  private:
    struct planned {
        turn which{};
        mono_time at = mono_time::max();
    };
    /// How long the probes of a hop are waited for.
    struct patience {
        std::optional<nanoseconds> rtt{};  // that a hop like this is expected to have
        nanoseconds wait{};                // for a probe that was sent once
    };
    struct outlook {
        mono_time again_at = mono_time::max();
        mono_time give_up_at = mono_time::max();
    };
    [[nodiscard]] std::optional<nanoseconds> neighbour_rtt(std::size_t hop) const noexcept;
    [[nodiscard]] patience patience_of(std::size_t hop) const noexcept;
    [[nodiscard]] outlook outlook_of(const hop_probe& probe, const patience& hop) const noexcept;
    [[nodiscard]] planned next_first() const noexcept;
    [[nodiscard]] planned next_in_order() const noexcept;
    [[nodiscard]] planned next_again() const noexcept;
    [[nodiscard]] planned next_pin() const noexcept;
    [[nodiscard]] planned soonest() const noexcept;
    [[nodiscard]] planned next_give_up() const noexcept;
    [[nodiscard]] bool wants_more(const hop_state& hop) const noexcept;
    [[nodiscard]] bool is_done(const hop_state& hop) const noexcept;
    [[nodiscard]] bool is_everything_settled() const noexcept;
    [[nodiscard]] bool is_refusal_sure() const noexcept;
    [[nodiscard]] std::optional<std::size_t> hop_to_pin() const noexcept;

    const trace_options& options_;
    const trace_path& path_;
    mono_time next_send_at_;

    // The search for the hop of a refusal, see hop_to_pin().
    std::optional<std::size_t> pinned_{};
    unsigned pins_ = 0;                // sent to that hop
    bool is_limit_outwaited_ = false;  // a limiter would have answered by now
    mono_time pin_until_ = mono_time::min();
};

}  // namespace sonde::inline v0::detail
