#pragma once
/// What is wrong with options, gathered as sentences: what all validate() functions share.

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sonde/probe/options.hpp>

namespace sonde::inline v0::detail {

// The largest payload that fits in an IPv4 datagram behind 20 octets of IP and 8 of ICMP or UDP.
inline constexpr std::uint16_t payload_len_max = 65'535 - 20 - 8;
// A year: sums of times then stay far from the end of 64 bits.
inline constexpr nanoseconds duration_max = std::chrono::hours(24 * 365);

inline std::string number(double value) {
    char text[40];
    static_cast<void>(std::snprintf(text, sizeof text, "%.10g", value));  // ten digits: it fits
    return text;
}

inline std::string duration_text(nanoseconds value) {
    return number(static_cast<double>(value.count()) / 1e6) + " ms";
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

inline void check_socket(problem_list& problems, const socket_options& options) {
    problems.fits("interface", options.interface, "octets");
    if (options.source && options.family && options.source->family() != *options.family) {
        problems.add("source",
                     "an " + std::string(options.source->is_v4() ? "IPv4" : "IPv6") + " address (" +
                         to_string(*options.source) + ")",
                     *options.family == ip_family::v4 ? "an IPv4 address, as family asks"
                                                      : "an IPv6 address, as family asks");
    }
}

}  // namespace sonde::inline v0::detail
