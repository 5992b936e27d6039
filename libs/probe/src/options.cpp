#include <cmath>
#include <cstdio>

#include <sonde/probe/options.hpp>

namespace sonde::inline v0 {
namespace {

// The largest payload that fits in an IPv4 datagram behind 20 octets of IP and 8 of ICMP or UDP.
constexpr std::uint16_t payload_len_max = 65'535 - 20 - 8;
constexpr std::uint32_t in_flight_bound = 1U << 24;
constexpr std::uint8_t retries_max = 10;
// A year: sums of times then stay far from the end of 64 bits.
constexpr nanoseconds duration_max = std::chrono::hours(24 * 365);
// What Paris needs in an ICMP payload: the cookie and two octets that hold the checksum.
constexpr std::uint16_t constant_flow_payload_min = 10;

std::string number(double value) {
    char text[40];
    static_cast<void>(std::snprintf(text, sizeof text, "%.10g", value));  // ten digits: it fits
    return text;
}

std::string duration_text(nanoseconds value) {
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

void check_socket(problem_list& problems, const socket_options& options) {
    problems.fits("interface", options.interface, "octets");
    if (options.source && options.family && options.source->family() != *options.family) {
        problems.add("source",
                     "an " + std::string(options.source->is_v4() ? "IPv4" : "IPv6") + " address (" +
                         to_string(*options.source) + ")",
                     *options.family == ip_family::v4 ? "an IPv4 address, as family asks"
                                                      : "an IPv6 address, as family asks");
    }
}

void check_method(problem_list& problems, const trace_options& options) {
    if (options.method == probe_method::icmp && options.constant_flow &&
        options.payload_len < constant_flow_payload_min) {
        problems.add("payload_len",
                     std::to_string(options.payload_len) + " octets",
                     "10 or more for ICMP with constant_flow: 8 for the cookie and 2 that hold the "
                     "checksum");
    }
    if (options.identifier && options.method != probe_method::icmp) {
        problems.add("identifier",
                     std::to_string(*options.identifier),
                     "left out unless the method is icmp: UDP and TCP have none");
    }
}

}  // namespace

std::vector<option_problem> validate(const ping_options& options) {
    problem_list problems;
    if (options.count) problems.between("count", *options.count, 1, UINT64_MAX);
    problems.not_negative("interval", options.interval);
    problems.above_zero("timeout", options.timeout);
    if (options.deadline) problems.above_zero("deadline", *options.deadline);
    problems.between("payload_len", options.payload_len, 0, payload_len_max);
    problems.fits("pattern", options.pattern, "octets");
    problems.between("in_flight_max", options.in_flight_max, 1, in_flight_bound);
    if (options.preload == 0) {
        problems.add("preload", "0", "1 or more");
    } else if (options.in_flight_max > 0 && options.preload > options.in_flight_max) {
        problems.add("preload",
                     std::to_string(options.preload),
                     "at most in_flight_max, which is " + std::to_string(options.in_flight_max));
    }
    check_socket(problems, options.socket);
    return problems.take();
}

std::vector<option_problem> validate(const trace_options& options) {
    problem_list problems;
    problems.between("first_hop", options.first_hop, 1, 255);
    problems.between("max_hops", options.max_hops, 1, 255);
    if (options.first_hop > options.max_hops && options.max_hops > 0) {
        problems.add("first_hop",
                     std::to_string(options.first_hop),
                     "at most max_hops, which is " + std::to_string(options.max_hops));
    }
    problems.between("probes_per_hop", options.probes_per_hop, 1, 255);
    problems.above_zero("timeout", options.timeout);
    if (!std::isfinite(options.wait_factor) || options.wait_factor < 1 ||
        options.wait_factor > 1000) {
        problems.add("wait_factor", number(options.wait_factor), "1 to 1000");
    }
    problems.not_negative("wait_min", options.wait_min);
    problems.not_negative("pace", options.pace);
    problems.not_negative("interval", options.interval);
    problems.between("retries", options.retries, 0, retries_max);
    problems.between("payload_len", options.payload_len, 0, payload_len_max);
    check_method(problems, options);
    check_socket(problems, options.socket);
    return problems.take();
}

}  // namespace sonde::inline v0
