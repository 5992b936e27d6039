#pragma once
/// How packets are shown: rows that dissect and capture share. A letter keeps the meaning that it
/// has in tcpdump.

#include <string>

#include "common_rows.hpp"

namespace sonde::cli {

inline constexpr std::string_view form_group = "How a packet is shown";

template <class S>
constexpr option_row<S> tree_row{
    {"-v,--tree", "", form_group, "every layer and every field, a line each"},
    [](S& s, option_value&) { s.form = dissect_form::tree; }};
template <class S>
constexpr option_row<S> hex_row{
    {"-x,-X,--hex", "", form_group, "the octets below, in hexadecimal and as text"},
    [](S& s, option_value&) { s.hex = true; }};
template <class S>
constexpr option_row<S> link_row{{"-e,--link", "", form_group, "the link layer in the line too"},
                                 [](S& s, option_value&) { s.link = true; }};
template <class S>
constexpr option_row<S> quiet_row{
    {"-q,--quiet", "", form_group, "shorter lines: TCP without flags and numbers"},
    [](S& s, option_value&) { s.quiet = true; }};
template <class S>
constexpr option_row<S> number_row{
    {"--number", "", form_group, "the frame's number before each line"},
    [](S& s, option_value&) { s.number = true; }};
template <class S>
constexpr option_row<S> time_row{
    {"-t,--time",
     "",
     form_group,
     "-t no time, -tt seconds since 1970, -ttt since the packet before, -tttt with the date, "
     "-ttttt since the first packet"},
    [](S& s, option_value& v) {
        constexpr std::size_t forms = 5;
        if (v.times() > forms) {
            return v.refuse("is given " + std::to_string(v.times()) +
                            " times: its forms are -t (no time), -tt (seconds since 1970), -ttt "
                            "(since the packet before), -tttt (with the date) and -ttttt (since "
                            "the first packet)");
        }
        s.time = static_cast<time_form>(v.times());
    }};
template <class S>
constexpr option_row<S> utc_row{
    {"--utc", "", form_group, "times of the day in UTC, not in local time"},
    [](S& s, option_value&) { s.utc = true; }};
template <class S>
constexpr option_row<S> nano_row{{"--nano", "", form_group, "nine decimals in every time"},
                                 [](S& s, option_value&) { s.nano = true; }};
template <class S>
constexpr option_row<S> packet_json_row{
    {"--json", "", output_group, "one JSON object a packet and line"},
    [](S& s, option_value&) { s.form = dissect_form::json; }};
template <class S>
constexpr option_row<S> cpp_row{{"--cpp", "", output_group, "C++ that makes the packet anew"},
                                [](S& s, option_value&) { s.form = dissect_form::cpp; }};

}  // namespace sonde::cli
