#pragma once
/// How options are judged: bounds that several have in common, and sentences that say what is
/// wrong.

#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sonde/probe/options.hpp>
#include <sonde/probe/rate_ceiling.hpp>

namespace sonde::inline v0::detail {

// The largest payload that fits in an IPv4 datagram behind 20 octets of IP and 8 of ICMP or UDP.
inline constexpr std::uint16_t payload_len_max = 65'535 - 20 - 8;
inline constexpr std::uint32_t in_flight_bound = 1U << 24;
inline constexpr std::uint8_t retries_max = 10;
// A year: sums of times then stay far from the end of 64 bits.
inline constexpr nanoseconds duration_max = std::chrono::hours(24 * 365);

[[nodiscard]] inline std::string number_text(double value) {
    char text[40];
    static_cast<void>(std::snprintf(text, sizeof text, "%.10g", value));  // ten digits: it fits
    return text;
}

[[nodiscard]] inline std::string duration_text(nanoseconds value) {
    return number_text(static_cast<double>(value.count()) / 1e6) + " ms";
}

/// Collects the sentences, so that each rule is one line.
class problem_list {
  public:
    void add(std::string_view option, const std::string& is, std::string_view must) {
        std::string text(option);
        text.append(" is ").append(is).append(": it must be ").append(must);
        found_.push_back({std::string(option), std::move(text)});
    }
    void not_negative(std::string_view option, nanoseconds value) {
        if (value < nanoseconds{}) add(option, duration_text(value), "0 ms or more");
        not_endless(option, value);
    }
    void above_zero(std::string_view option, nanoseconds value) {
        if (value <= nanoseconds{}) add(option, duration_text(value), "more than 0 ms");
        not_endless(option, value);
    }
    void not_endless(std::string_view option, nanoseconds value) {
        if (value <= duration_max) return;
        add(option, duration_text(value), "at most " + duration_text(duration_max));
    }
    void between(std::string_view option, std::uint64_t value, std::uint64_t low,
                 std::uint64_t high) {
        if (value >= low && value <= high) return;
        add(option, std::to_string(value), std::to_string(low) + " to " + std::to_string(high));
    }
    void within(std::string_view option, double value, double low, double high) {
        if (std::isfinite(value) && value >= low && value <= high) return;
        add(option, number_text(value), number_text(low) + " to " + number_text(high));
    }
    template <std::size_t Max>
    void fits(std::string_view option, const short_text<Max>& value, std::string_view unit) {
        if (!value.was_cut()) return;
        add(option,
            "longer than " + std::to_string(Max) + " " + std::string(unit),
            "at most " + std::to_string(Max));
    }
    [[nodiscard]] std::vector<option_problem> take() { return std::move(found_); }

  private:
    std::vector<option_problem> found_;
};

/// What is wrong with the options of the sockets.
void check_socket(problem_list& problems, const socket_options& options);
void check_ceilings(problem_list& problems, const rate_ceilings& ceilings);

}  // namespace sonde::inline v0::detail
