#pragma once
/// Results as text for those who just want to print them.
///
///     std::cout << client.ping("192.0.2.1") << '\n';
///     for (const auto& hop : client.trace("example.net").hops) std::cout << hop << '\n';
///
/// Without a line feed at the end; addresses without names, which results do not hold.

#include <iosfwd>
#include <string>

#include <sonde/base/api.hpp>
#include <sonde/probe/ping.hpp>
#include <sonde/probe/trace.hpp>

namespace sonde::inline v0 {

/// " 3  192.0.2.7  4.210 ms  4.198 ms !H": a line as trace -n writes it.
[[nodiscard]] SONDE_API std::string to_string(const hop& at);
/// The statistics of ping, with percentiles and jitter.
[[nodiscard]] SONDE_API std::string to_string(const ping_result& result);
/// The whole path, header and ending included.
[[nodiscard]] SONDE_API std::string to_string(const trace_result& result);
/// "#1 192.0.2.1 0.034 ms", "#2 timed out", "#3 192.0.2.7 Destination Host Unreachable".
[[nodiscard]] SONDE_API std::string to_string(const probe_record& record);

SONDE_API std::ostream& operator<<(std::ostream& out, const hop& at);
SONDE_API std::ostream& operator<<(std::ostream& out, const ping_result& result);
SONDE_API std::ostream& operator<<(std::ostream& out, const trace_result& result);
SONDE_API std::ostream& operator<<(std::ostream& out, const probe_record& record);

}  // namespace sonde::inline v0
