#pragma once
/// Runs over many targets, and sweeps: lines for people, objects for programs, rows for tables.
/// Pure functions. Lines come without their line feed, JSON and CSV with it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/probe/many_ping.hpp>
#include <sonde/probe/statistics.hpp>
#include <sonde/probe/sweep.hpp>
#include <sonde/report/address_book.hpp>
#include <sonde/report/text.hpp>

namespace sonde::inline v0 {

/// One target when its run has ended. Borrows its text.
struct target_facts {
    std::string_view target;  // as the user wrote it: any octets
    target_summary summary{};
    bool raw = false;        // which kind of socket served
    ip_address source{};     // our address towards it; unspecified: not known
    nanoseconds duration{};  // from its first probe to its end; 0: not known
};

/// All targets together. Borrows.
struct many_facts {
    std::uint64_t targets = 0;
    std::uint64_t alive = 0;
    std::uint64_t failed = 0;  // could not be tried
    probe_counts counts{};
    const rtt_statistics* rtt = nullptr;
    std::uint64_t dropped_here = 0;    // answers that this host had no room for
    std::uint64_t events_dropped = 0;  // that were not shown
    nanoseconds duration{};
};

/// "PING 300 targets, 56(84) bytes of data (IPv6: 56 data bytes)."
[[nodiscard]] SONDE_API std::string many_header(std::uint64_t targets, std::uint16_t payload_len);
/// "192.0.2.1        10/10 answered, 0% loss, min/avg/max/mdev = 0.1/0.2/0.3/0.0 ms", the name
/// padded to `width` columns.
[[nodiscard]] SONDE_API std::string target_line(const target_facts& of, std::size_t width,
                                                const text_options& options);
/// The block at the end: an empty line, the numbers of all, the RTTs of all. With its line feeds.
[[nodiscard]] SONDE_API std::string many_statistics(const many_facts& of,
                                                    const text_options& options);

SONDE_API void append_target_summary_json(std::string& out, const target_facts& of,
                                          const address_book& book);
SONDE_API void append_ping_totals_json(std::string& out, const many_facts& of);
/// The columns are those of ping_summary_csv_header(); what is not known is empty.
SONDE_API void append_target_summary_csv(std::string& out, const target_facts& of,
                                         const address_book& book);

/// A condition that became true. Borrows.
struct verdict_facts {
    std::string_view option;     // "until" or "fail-if"
    std::string_view condition;  // as the user wrote it
    std::string_view target;     // which fulfils it
    std::string_view values;     // "loss 12.5 %, p95 91.2 ms"
};
/// "192.0.2.1: loss > 5 % (loss 12.5 %)".
[[nodiscard]] SONDE_API std::string verdict_line(const verdict_facts& of);
SONDE_API void append_verdict_json(std::string& out, const verdict_facts& of);

/// What is about to be sent to whom.
struct sweep_plan_facts {
    std::uint64_t addresses = 0;
    std::uint64_t v6_addresses = 0;      // of them
    std::uint64_t public_addresses = 0;  // of them: reachable from anywhere, somebody else's
    std::uint64_t excluded = 0;
    unsigned tries = 1;
    double rate = 0;  // 0: as fast as it goes
    std::uint16_t payload_len = 16;
    double per_host = 0;  // ceilings; 0: none
    double per_network = 0;
    std::string_view carrier;  // "packet ring"; empty: not chosen yet
    std::string_view why;      // why this one
};
/// Two or three sentences, each a line with its line feed.
[[nodiscard]] SONDE_API std::string sweep_plan_text(const sweep_plan_facts& of);

struct sweep_facts {
    sweep_progress progress{};
    std::uint64_t seed = 0;
    unsigned tries = 1;
    double rate_asked = 0;                // 0: as fast as it goes
    const rtt_statistics* rtt = nullptr;  // borrowed; null: not known
    bool interrupted = false;
};
/// "41% 26873/65536 199800/s, 12.1% answered, 3 refused, 0:00:02 left": fits in 80 columns.
[[nodiscard]] SONDE_API std::string sweep_progress_line(const sweep_facts& of);
/// The lines at the end, with line feeds.
[[nodiscard]] SONDE_API std::string sweep_summary_text(const sweep_facts& of);
/// One address that answered or was refused. `at`: when, where known.
SONDE_API void append_sweep_answer_json(std::string& out, const probe_event& event,
                                        const ip_address& address, const address_book& book,
                                        std::optional<wall_time> at = {});
SONDE_API void append_sweep_progress_json(std::string& out, const sweep_facts& of);
SONDE_API void append_sweep_summary_json(std::string& out, const sweep_facts& of);
[[nodiscard]] SONDE_API std::string_view sweep_csv_header() noexcept;
SONDE_API void append_sweep_answer_csv(std::string& out, const probe_event& event,
                                       const ip_address& address, const address_book& book);

}  // namespace sonde::inline v0
