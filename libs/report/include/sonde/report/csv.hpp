#pragma once
/// Results as CSV (RFC 4180), for spreadsheets and quick plots. Lines end in CR LF as the RFC has
/// it. A cell from the network that a spreadsheet would take for a formula begins with an
/// apostrophe, and control characters are written as \ddd. Each function appends whole lines.

#include <string>
#include <string_view>

#include <sonde/base/api.hpp>
#include <sonde/probe/ping.hpp>
#include <sonde/probe/trace.hpp>
#include <sonde/report/address_book.hpp>

namespace sonde::inline v0 {

/// One cell: quoted where RFC 4180 s2 asks for it, an apostrophe before = + - @ and tab.
[[nodiscard]] SONDE_API std::string csv_cell(std::string_view text);

[[nodiscard]] SONDE_API std::string_view ping_event_csv_header() noexcept;
SONDE_API void append_ping_event_csv(std::string& out, const probe_event& event,
                                     const ping_result& about, const address_book& book);
[[nodiscard]] SONDE_API std::string_view ping_summary_csv_header() noexcept;
SONDE_API void append_ping_summary_csv(std::string& out, const ping_result& result,
                                       const address_book& book);
[[nodiscard]] SONDE_API std::string_view trace_csv_header() noexcept;
/// One row for each probe of the hop.
SONDE_API void append_trace_hop_csv(std::string& out, const hop& at, const trace_result& about,
                                    const address_book& book);

}  // namespace sonde::inline v0
