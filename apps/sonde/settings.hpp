#pragma once
/// What the user asked for, as values: the command line read, nothing done yet.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <sonde/capture/xdp_mode.hpp>
#include <sonde/net/probe_port.hpp>
#include <sonde/probe/many_ping.hpp>
#include <sonde/probe/options.hpp>
#include <sonde/probe/sweep.hpp>
#include <sonde/report/condition.hpp>

#include "live_settings.hpp"

namespace sonde::cli {

// Exit codes of every command; the help pages say when.
inline constexpr int exit_good = 0;
inline constexpr int exit_no_answer = 1;
inline constexpr int exit_trouble = 2;
// Of the commands on files: nothing matched, or the input is damaged.
inline constexpr int exit_damaged = 1;

enum class output_format : std::uint8_t { text, json, csv };

/// --until and --fail-if.
struct run_conditions {
    std::optional<condition> until{};    // ends the run
    std::optional<condition> fail_if{};  // makes the exit code 1
    [[nodiscard]] bool empty() const noexcept { return !until && !fail_if; }
};

/// How many targets are shown.
enum class many_view : std::uint8_t { automatic, lines, live };

/// What ping and trace share.
struct common_settings {
    std::vector<std::string> targets{};
    output_format format = output_format::text;
    color_choice color = color_choice::automatic;
    bool numeric = false;
    bool quiet = false;
    bool verbose = false;
    std::string write_to{};  // --write: a capture of our own probes and their answers
    std::string
        scenario{};  // --sim: a file or the name of a ready-made one; empty: the real network
    std::uint64_t seed = 1;
};

struct ping_settings {
    common_settings common{};
    // A router says that a host is unreachable after three seconds of asking for it: wait so long.
    ping_options options{
        .count = std::nullopt, .timeout = std::chrono::seconds(4), .keep_records = false};
    bool time_stamps = false;
    bool outstanding = false;
    bool audible = false;
    bool precise = false;
    // Of several targets.
    std::string file{};  // more targets, one a line; -: standard input
    double rate = 0;     // probes a second over all; 0: as the interval has it
    rate_ceilings ceilings{};
    many_view view = many_view::automatic;
    run_conditions conditions{};

    /// Several take another way through the program than one.
    [[nodiscard]] bool has_several() const noexcept {
        return common.targets.size() > 1 || !file.empty();
    }
};

/// fping's options as it has them, by its letters.
struct fping_settings {
    common_settings common{};                              // quiet: -q, -Q
    std::optional<std::uint64_t> count{};                  // -c, -C
    bool loop = false;                                     // -l
    bool all_rtts = false;                                 // -C
    std::string file{};                                    // -f
    bool generate = false;                                 // -g
    bool all_addresses = false;                            // -m
    nanoseconds interval = std::chrono::milliseconds(10);  // -i: between any two probes
    nanoseconds period = std::chrono::seconds(1);          // -p: of one target
    std::optional<nanoseconds> timeout{};                  // -t
    std::uint8_t retries = 3;                              // -r
    double backoff = 1.5;                                  // -B
    std::uint16_t payload_len = 56;                        // -b, octets
    std::uint8_t hop_limit = 0;                            // -H
    bool random_data = false;                              // -R
    socket_options socket{};                               // -4 -6 -I -k -M -O -S
    bool show_alive = false;                               // -a
    bool show_unreachable = false;                         // -u
    bool by_address = false;                               // -A
    bool by_name = false;                                  // -n: of addresses
    bool force_name = false;                               // -d: of everything
    bool time_stamps = false;                              // -D
    bool elapsed = false;                                  // -e
    bool netdata = false;                                  // -N
    bool outage = false;                                   // -o
    std::optional<nanoseconds> report_interval{};          // -Q
    bool statistics = false;                               // -s
    std::uint64_t enough = 0;                              // -x, -X
    bool fast_enough = false;                              // -X
    bool json = false;                                     // -J
    run_conditions conditions{};
};

struct sweep_settings {
    common_settings common{};  // targets: addresses, prefixes, ranges
    sweep_options options{};
    std::vector<std::string> files{};       // --file
    std::vector<std::string> exclusions{};  // --exclude
    std::vector<std::string> exclusion_files{};
    std::optional<port_kind> carrier{};
    xdp_mode xdp = xdp_mode::automatic;
    unsigned workers = 0;              // 0: as the load asks
    bool yes = false;                  // --yes: public networks without being asked
    std::vector<std::string> words{};  // the command line, without --seed and --resume
    bool progress = false;             // even where standard error is no terminal
    run_conditions conditions{};
};

struct trace_settings {
    common_settings common{};
    trace_options options{};
    bool extensions = false;
};

struct doctor_settings {
    bool fix = false;
    bool json = false;
};

/// Text for standard output: help, manual, completion, version.
struct show_text {
    std::string text{};
};

/// Everything that is wrong with the command line, a sentence each.
struct wrong_usage {
    std::string command{};  // "sonde ping"
    std::vector<std::string> problems{};
    int exit_code = exit_trouble;
};

using invocation = std::variant<ping_settings, trace_settings, fping_settings, sweep_settings,
                                capture_settings, craft_settings, dissect_settings, list_settings,
                                file_info_settings, file_cut_settings, file_convert_settings,
                                file_merge_settings, file_split_settings, file_anonymize_settings,
                                file_verify_settings, doctor_settings, show_text, wrong_usage>;

/// Reads the arguments behind the program's name. Prints nothing, never throws but for memory.
[[nodiscard]] invocation read_arguments(const std::vector<std::string>& arguments);

}  // namespace sonde::cli
