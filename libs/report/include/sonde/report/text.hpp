#pragma once
/// Ping and trace as people know them: the lines of ping(8) and traceroute(8), with what sonde
/// knows beyond them. Pure functions; nothing here prints. Lines come without their line feed,
/// blocks with it. Whatever came from the network is safe on a screen.

#include <cstdint>
#include <string>

#include <sonde/base/api.hpp>
#include <sonde/probe/ping.hpp>
#include <sonde/probe/session.hpp>
#include <sonde/probe/trace.hpp>
#include <sonde/report/address_book.hpp>
#include <sonde/report/ping_progress.hpp>

namespace sonde::inline v0 {

struct text_options {
    bool color = false;       // ANSI colours
    bool verbose = false;     // percentiles, jitter, stamps; packets of others
    bool precise = false;     // ping: three decimals in every time (ping -3)
    bool numeric = false;     // addresses only
    bool extensions = false;  // trace: MPLS labels and other objects of RFC 4884
    bool several = false;     // more than one target: lines that could be any's name theirs
};

/// "PING example.net (192.0.2.1) 56(84) bytes of data." Of `about` only what was asked for counts.
[[nodiscard]] SONDE_API std::string ping_header(const ping_result& about, const address_book& book);
/// What ping writes for one event; empty for those that ping is silent about (sent, timed out,
/// finished, and packets of others unless verbose).
[[nodiscard]] SONDE_API std::string ping_line(const probe_event& event, const ping_result& about,
                                              const address_book& book,
                                              const text_options& options);
/// Whether a line is about this host and not about the network: it belongs on standard error.
[[nodiscard]] SONDE_API bool is_local_trouble(const probe_event& event) noexcept;
/// "no answer yet for icmp_seq=3": ping -O.
[[nodiscard]] SONDE_API std::string ping_outstanding_line(std::uint64_t sequence);
/// "[1700000000.123456] ": what ping -D puts before a line.
[[nodiscard]] SONDE_API std::string ping_time_stamp(wall_time at);
/// The block at the end, from its empty line on.
[[nodiscard]] SONDE_API std::string ping_statistics(const ping_result& result,
                                                    const ping_progress& progress,
                                                    const text_options& options);
/// The short line that SIGQUIT asks for.
[[nodiscard]] SONDE_API std::string ping_status_line(const ping_progress& progress);

/// "traceroute to example.net (192.0.2.1), 30 hops max, 60 byte packets".
[[nodiscard]] SONDE_API std::string trace_header(const trace_result& about,
                                                 const address_book& book);
/// " 1  gate.example (192.0.2.1)  0.034 ms  0.007 ms *". A probe that was sent again shows once.
[[nodiscard]] SONDE_API std::string trace_hop_line(const hop& at, const trace_result& about,
                                                   const address_book& book,
                                                   const text_options& options);
/// Why the trace ended short of its target, one sentence; empty when it was reached.
[[nodiscard]] SONDE_API std::string trace_ending(const trace_result& result,
                                                 const address_book& book);

}  // namespace sonde::inline v0
