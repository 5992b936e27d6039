#pragma once
/// What fping 5.1 writes, and where: lines on standard output while it runs, summaries, errors and
/// statistics on standard error; with JSON the objects of fping 5.5 on standard output. A pure
/// state machine: events go in, text for both channels comes out.
///
///     fping_report report({.counts = true, .quiet = true, .all_rtts = true});   // -C -q
///     report.add_target("192.0.2.1", address);
///     report.on_event(event, when);
///     report.finish(elapsed);
///     write(report.take_out(), report.take_err());

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/time.hpp>
#include <sonde/probe/session.hpp>

namespace sonde::inline v0 {

/// The options that decide what is written, by fping's letters.
struct fping_style {
    bool counts = false;       // -c, -C: a known number of probes to each target
    bool loops = false;        // -l
    bool all_rtts = false;     // -C
    bool alive = false;        // -a
    bool unreachable = false;  // -u
    bool quiet = false;        // -q, -Q
    bool elapsed = false;      // -e
    bool outage = false;       // -o
    bool time_stamps = false;  // -D
    bool statistics = false;   // -s
    bool netdata = false;      // -N
    bool json = false;         // -J
    std::uint64_t enough = 0;  // -x, -X: so many must be reachable; 0: not asked
    nanoseconds period = std::chrono::seconds(1);  // -p: what one lost probe adds to an outage
    nanoseconds report_interval{};                 // -Q; 0: none
};

/// One target takes 160 octets and its names; with all_rtts 8 more for each of its probes.
class SONDE_API fping_report {
  public:
    explicit fping_report(const fping_style& style);

    /// `shown` may hold any octets. The targets must be complete before the first event.
    void add_target(std::string_view given, std::string_view shown, const ip_address& address);
    /// A name that has no address: "NAME: why".
    void add_unknown(std::string_view given, std::string_view why);
    [[nodiscard]] std::size_t size() const noexcept { return targets_.size(); }

    /// probe_event::target is the index of its target. `at`: the date of the event.
    void on_event(const probe_event& event, wall_time at);
    /// -Q: what came since the last interval. `clock`: "15:04:05", of the place.
    void on_interval(wall_time at, std::string_view clock);
    /// From now on what was in flight is no longer waited for, and nobody hears of it.
    void interrupt() noexcept { interrupted_ = true; }
    void finish(nanoseconds elapsed);

    /// What is to be written, once; the caller writes both, out first.
    [[nodiscard]] std::string take_out();
    [[nodiscard]] std::string take_err();
    /// -X: so many are reachable that nothing more needs to be known.
    [[nodiscard]] bool has_enough() const noexcept;
    /// 0: all reachable; 1: some are not, or not enough; 2: a name has no address.
    [[nodiscard]] int exit_code() const noexcept;

  private:
    struct numbers {
        std::uint64_t sent = 0;  // of which it is known what became of them
        std::uint64_t received = 0;
        nanoseconds min{};
        nanoseconds max{};
        nanoseconds total{};
        void add(nanoseconds rtt) noexcept;
    };
    struct row {
        std::string name;   // of charts: letters, digits and underscores
        std::string shown;  // safe on a screen
        ip_address address{};
        numbers all{};
        numbers interval{};
        std::vector<nanoseconds> rtts{};  // of all_rtts; negative: none
    };

    void on_reply(row& at, const probe_event& event, wall_time when);
    void on_timeout(row& at, std::uint64_t sequence, wall_time when);
    void on_icmp_error(const row& at, const answer& reply);
    void settle(row& at, std::uint64_t sequence, nanoseconds rtt);
    void write_date(wall_time when);
    void write_padded(std::string& out, const row& at) const;
    void write_average(const row& at);
    void write_numbers(std::string& out, const numbers& what) const;
    void write_json_numbers(const numbers& what);
    void write_json_name(std::string_view kind, const row& at);
    void write_rtts(const row& at);
    void write_summaries();
    void write_netdata();
    void write_statistics(nanoseconds elapsed);
    void write_json_statistics(nanoseconds elapsed);

    fping_style style_;
    bool verbose_ = true;      // "is alive", "is unreachable"
    bool each_probe_ = false;  // a line for each probe
    bool interrupted_ = false;
    bool charts_told_ = false;
    std::size_t width_ = 0;  // of the longest name
    std::vector<row> targets_{};
    std::string out_{};
    std::string err_{};
    std::uint64_t alive_ = 0;
    std::uint64_t unknown_ = 0;
    std::uint64_t timeouts_ = 0;
    std::uint64_t probes_ = 0;
    std::uint64_t replies_ = 0;
    std::uint64_t other_icmp_ = 0;
    numbers total_{};
};

/// A time as fping writes it, in milliseconds: three digits, "0.034", "1.23", "45.6", "789".
[[nodiscard]] SONDE_API std::string fping_ms(nanoseconds value);

}  // namespace sonde::inline v0
