#pragma once
/// What a trace knows of its path: the hops, their probes, each sending of a probe, and where the
/// path ends. Facts only; what to do about them is in trace_schedule.hpp.

#include <optional>
#include <vector>

#include <sonde/probe/trace.hpp>

#include "rtt_choice.hpp"

namespace sonde::inline v0::detail {

/// One datagram. A probe that stays without an answer is sent again as a new one with an id of its
/// own, so that a late answer is never booked for the wrong sending.
struct sending {
    probe_record record{};
    stamp kernel{};
    std::uint8_t hop = 0;       // index
    std::uint8_t place = 0;     // which of the hop's probes
    bool is_confirmed = false;  // the caller said that the kernel took it
};

/// One of the probes that a hop is to get.
struct hop_probe {
    std::uint8_t sends = 0;
    bool is_settled = false;                     // answered, refused by the kernel, or given up
    std::optional<std::uint64_t> answered_by{};  // the sending whose answer came first
    std::vector<std::uint64_t> ids{};            // its sendings
    mono_time first_sent_at{};
    mono_time last_sent_at{};
};

struct hop_state {
    std::vector<hop_probe> probes{};
    std::uint8_t started = 0;              // probes that were sent at least once
    std::vector<std::uint64_t> answers{};  // sendings, in the order of their first answers
    nanoseconds rtt_largest{};             // of these
    std::uint64_t newest_answered = 0;     // the highest id among them

    [[nodiscard]] bool is_answered() const noexcept { return !answers.empty(); }
    [[nodiscard]] bool is_settled() const noexcept {
        for (const auto& probe : probes) {
            if (!probe.is_settled) return false;
        }
        return true;
    }
};

struct trace_path {
    explicit trace_path(const trace_options& options)
        : hops(std::size_t{options.max_hops} - options.first_hop + 1) {
        for (auto& each : hops) each.probes.resize(options.probes_per_hop);
    }

    std::vector<hop_state> hops;
    std::vector<sending> sendings{};              // by probe id
    std::optional<std::size_t> reached_at{};      // the lowest hop at which the target answered
    std::optional<std::size_t> unreachable_at{};  // the lowest at which somebody refused to go on
    ip_address refused_by{};
    nanoseconds rtt_largest{};
    bool is_anything_answered = false;

    /// The last hop that matters as far as is known. Once the target answered, it is there whatever
    /// a router on the way said to other probes.
    [[nodiscard]] std::size_t last() const noexcept {
        return reached_at.value_or(unreachable_at.value_or(hops.size() - 1));
    }
    [[nodiscard]] bool is_end_known() const noexcept { return reached_at || unreachable_at; }
};

}  // namespace sonde::inline v0::detail
