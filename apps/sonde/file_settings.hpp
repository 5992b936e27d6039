#pragma once
/// What the user asked of capture files: settings of dissect, list and the file commands.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sonde/base/siphash.hpp>
#include <sonde/base/time.hpp>

#include "packet_choice.hpp"

namespace sonde::cli {

enum class color_choice : std::uint8_t { automatic, always, never };

enum class dissect_form : std::uint8_t { lines, tree, json, cpp };
/// As tcpdump has them: without -t, with one, two, three, four, five.
enum class time_form : std::uint8_t { clock, none, epoch, delta, date, since_first };
enum class stream_form : std::uint8_t { text, hex, raw };

/// How packets are shown, by dissect and capture.
struct view_settings {
    dissect_form form = dissect_form::lines;
    time_form time = time_form::clock;
    bool utc = false;
    bool nano = false;
    bool number = false;
    bool link = false;   // -e
    bool hex = false;    // -x
    bool quiet = false;  // -q
    color_choice color = color_choice::automatic;
};

struct dissect_settings : view_settings {
    std::vector<std::string> words{};  // files; then, as in tcpdump, the filter
    std::string file{};                // -r: then every word is of the filter
    std::string write_to{};            // -w
    packet_choice which{};
    std::optional<std::uint64_t> count{};  // -c
    bool stats_only = false;               // --stats
    bool no_stats = false;
    std::uint64_t top = 10;
    std::string follow{};
    stream_form follow_as = stream_form::text;
};

struct list_settings {
    std::vector<std::string> words{};
    bool json = false;
    color_choice color = color_choice::automatic;
};

struct file_info_settings {
    std::vector<std::string> words{};
    bool json = false;
};

struct file_cut_settings {
    std::vector<std::string> words{};
    std::string write_to{};
    packet_choice which{};
    bool invert = false;
    std::uint32_t snap_len = 0;  // octets; 0: whole packets
};

struct file_convert_settings {
    std::vector<std::string> words{};
    std::string write_to{};
};

struct file_merge_settings {
    std::vector<std::string> words{};
    std::string write_to{};
};

struct file_split_settings {
    std::vector<std::string> words{};
    std::string write_to{};
    std::optional<std::uint64_t> packets{};
    std::optional<std::uint64_t> octets{};
    std::optional<nanoseconds> duration{};
    bool conversations = false;
};

struct file_anonymize_settings {
    std::vector<std::string> words{};
    std::string write_to{};
    std::string key{};  // any text; empty: a random one
    bool keep_vendor = false;
    bool ports = false;
    std::uint8_t payload = 1;  // keep, zero, cut
};

struct file_verify_settings {
    std::vector<std::string> words{};
    bool json = false;
};

}  // namespace sonde::cli
