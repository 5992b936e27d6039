#pragma once
/// Rows that the commands with many targets share: ping, fping and sweep.

#include "common_rows.hpp"

namespace sonde::cli {

inline constexpr std::string_view safety_group = "The safety of others";
inline constexpr std::string_view ending_group = "Conditions";

/// Reads a condition, or complains with the place and the name that was probably meant.
[[nodiscard]] std::optional<condition> read_condition(option_value& value);

template <class S>
constexpr option_row<S> until_row_of_run{
    {"--until", "CONDITION", ending_group, "end when it is true: 'received >= 10', 'all(alive)'"},
    [](S& s, option_value& v) { s.conditions.until = read_condition(v); }};
template <class S>
constexpr option_row<S> fail_if_row{
    {"--fail-if",
     "CONDITION",
     ending_group,
     "exit code 1 if true of a target at the end: 'loss > 5 % or p95 > 80 ms'"},
    [](S& s, option_value& v) { s.conditions.fail_if = read_condition(v); }};

/// What names may stand in a condition: a sentence for the description of a command.
[[nodiscard]] std::string condition_help();

template <class S>
rate_ceilings& ceilings_of(S& settings) {
    if constexpr (requires { settings.ceilings; }) {
        return settings.ceilings;
    } else {
        return settings.options.ceilings;
    }
}
template <class S>
constexpr option_row<S> host_rate_row{
    {"--host-rate", "N", safety_group, "at most N probes a second to one host (100); 0: no limit"},
    [](S& s, option_value& v) {
        if (const auto read = v.rate()) ceilings_of(s).per_host = *read;
    }};
template <class S>
constexpr option_row<S> network_rate_row{
    {"--network-rate", "N", safety_group, "the same to one network, a /24 or of IPv6 a /64 (2000)"},
    [](S& s, option_value& v) {
        if (const auto read = v.rate()) ceilings_of(s).per_network = *read;
    }};

}  // namespace sonde::cli
