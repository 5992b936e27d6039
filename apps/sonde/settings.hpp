#pragma once
/// What the user asked for, as values: the command line read, nothing done yet.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <sonde/probe/options.hpp>

#include "live_settings.hpp"

namespace sonde::cli {

// Exit codes of every command; the help pages say when.
inline constexpr int exit_good = 0;
inline constexpr int exit_no_answer = 1;
inline constexpr int exit_trouble = 2;
// Of the commands on files: nothing matched, or the input is damaged.
inline constexpr int exit_damaged = 1;

enum class output_format : std::uint8_t { text, json, csv };

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
};

using invocation =
    std::variant<ping_settings, trace_settings, capture_settings, craft_settings, dissect_settings,
                 list_settings, file_info_settings, file_cut_settings, file_convert_settings,
                 file_merge_settings, file_split_settings, file_anonymize_settings,
                 file_verify_settings, doctor_settings, show_text, wrong_usage>;

/// Reads the arguments behind the program's name. Prints nothing, never throws but for memory.
[[nodiscard]] invocation read_arguments(const std::vector<std::string>& arguments);

}  // namespace sonde::cli
