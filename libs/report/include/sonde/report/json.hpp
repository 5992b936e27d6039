#pragma once
/// Results as JSON: one object a line, each with "schema":"sonde/1" and its "type". The document
/// docs/schema/sonde-1.schema.json says what is in each. Durations are numbers of milliseconds with
/// all their nanoseconds (`rtt_ms`: 0.034567); unknown values are left out, never null or empty.
///
/// Each function appends one line with its line feed, so that a loop can reuse its buffer.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sonde/base/api.hpp>
#include <sonde/probe/ping.hpp>
#include <sonde/probe/trace.hpp>
#include <sonde/report/address_book.hpp>

namespace sonde::inline v0 {

inline constexpr std::string_view json_schema_name = "sonde/1";

/// One event of a ping. `at`: its date, where known.
SONDE_API void append_ping_event_json(std::string& out, const probe_event& event,
                                      const ping_result& about, const address_book& book,
                                      std::optional<wall_time> at = {});
SONDE_API void append_ping_summary_json(std::string& out, const ping_result& result,
                                        const address_book& book);
SONDE_API void append_trace_hop_json(std::string& out, const hop& at, const trace_result& about,
                                     const address_book& book);
SONDE_API void append_trace_json(std::string& out, const trace_result& result,
                                 const address_book& book);

/// One thing that a user may or may not do here.
struct doctor_check {
    std::string_view name;  // "icmp_raw_v4"
    bool allowed = false;
    std::string why;     // one sentence
    std::string remedy;  // a command; empty when nothing is to be done
};
SONDE_API void append_doctor_json(std::string& out, std::span<const doctor_check> checks);

/// What kept a target from being probed.
struct report_error {
    std::string_view kind;    // "unknown_host", "no_permission", "bad_option" ...
    std::string_view target;  // empty: none in particular
    std::string_view text;    // one sentence
    int exit_code = 2;
};
SONDE_API void append_error_json(std::string& out, const report_error& error);

}  // namespace sonde::inline v0
