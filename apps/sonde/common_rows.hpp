#pragma once
/// Rows and bounds that the tables of all commands share.

#include <cstdint>

#include "option_table.hpp"

namespace sonde::cli {

inline constexpr std::string_view output_group = "Output";
inline constexpr std::string_view selection_group = "Which packets";
inline constexpr std::string_view help_group = "Help";

template <class S>
constexpr option_row<S> help_row{{"-h,--help", "", help_group, "this text"}, nullptr};
template <class S>
constexpr option_row<S> version_row{{"-V,--version", "", help_group, "the version"}, nullptr};

template <class S>
void apply_color(S& settings, option_value& value) {
    if (const auto at = value.choice({"auto", "always", "never"})) {
        settings.color = static_cast<color_choice>(*at);
    }
}
inline constexpr option_info color_info{
    "--color", "auto|always|never", output_group, "auto: on a terminal, unless NO_COLOR is set"};
template <class S>
constexpr option_row<S> plain_color_row{color_info, apply_color<S>};

// Where a capture goes.
template <class S>
void apply_write(S& settings, option_value& value) {
    if (auto path = value.capture_path()) settings.write_to = *std::move(path);
}

// Which packets: of dissect and of the file commands.
template <class S>
constexpr option_row<S> frames_row{
    {"--frames", "RANGES", selection_group, "by number in the file, from 1: 1-10,17,300-"},
    [](S& s, option_value& v) {
        if (auto read = parse_frame_ranges(v.text())) {
            s.which.frames = *std::move(read);
        } else {
            v.complain("numbers from 1 and ranges, as 1-10,17,300-");
        }
    }};
template <class S>
void apply_moment(std::optional<moment> packet_choice::* member, S& settings, option_value& value) {
    if (const auto read = parse_moment(value.text())) {
        settings.which.*member = *read;
    } else {
        value.complain("a date as 2026-03-01T12:00:00.5Z, seconds since 1970, or +SECONDS");
    }
}
template <class S>
constexpr option_row<S> from_row{
    {"--from", "TIME", selection_group, "not earlier: 2026-03-01T12:00:00, 1772366400.5, +10"},
    [](S& s, option_value& v) { apply_moment(&packet_choice::from, s, v); }};
template <class S>
constexpr option_row<S> until_row{
    {"--until", "TIME", selection_group, "earlier than that; +N counts from the first packet"},
    [](S& s, option_value& v) { apply_moment(&packet_choice::until, s, v); }};
template <class S>
constexpr option_row<S> filter_row{
    {"--filter", "TEXT", selection_group, "a filter as tcpdump has them: 'tcp port 80'"},
    [](S& s, option_value& v) { s.which.filter = v.text(); }};

/// The names and texts of a table, for help, manual and completion.
template <class Rows>
std::vector<option_info> infos(const Rows& rows) {
    std::vector<option_info> made;
    made.reserve(std::size(rows));
    for (const auto& row : rows) made.push_back(row.info);
    return made;
}

}  // namespace sonde::cli
