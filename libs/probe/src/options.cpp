#include <sonde/probe/options.hpp>

#include "option_problems.hpp"

namespace sonde::inline v0 {

namespace detail {

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

void check_ceilings(problem_list& problems, const rate_ceilings& ceilings) {
    problems.within("per_host", ceilings.per_host, 0, 1e9);
    problems.within("per_network", ceilings.per_network, 0, 1e9);
    problems.between("network_burst", ceilings.network_burst, 1, 1'000'000);
}

}  // namespace detail

using detail::in_flight_bound;
using detail::payload_len_max;
using detail::problem_list;
using detail::retries_max;

namespace {

// What Paris needs in an ICMP payload: the cookie and two octets that hold the checksum.
constexpr std::uint16_t constant_flow_payload_min = 10;

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
    problems.within("wait_factor", options.wait_factor, 1, 1000);
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
