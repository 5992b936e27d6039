#pragma once
/// Rows and bounds that the commands which send probes have alike.

#include <sonde/base/text.hpp>

#include "common_rows.hpp"

namespace sonde::cli {

inline constexpr std::string_view probes_group = "Probes";
inline constexpr std::string_view sockets_group = "Sockets and addresses";
inline constexpr std::string_view trying_group = "Trying it out";

inline constexpr std::uint64_t u8_max = UINT8_MAX;
inline constexpr std::uint64_t u16_max = UINT16_MAX;
inline constexpr std::uint64_t u32_max = UINT32_MAX;
inline constexpr std::uint64_t payload_len_max = 65'507;  // octets: what fits in an IPv4 datagram

template <class S>
constexpr option_row<S> ipv4_row{
    {"-4,--ipv4", "", sockets_group, "IPv4 only"},
    [](S& s, option_value&) { s.options.socket.family = ip_family::v4; }};
template <class S>
constexpr option_row<S> ipv6_row{
    {"-6,--ipv6", "", sockets_group, "IPv6 only"},
    [](S& s, option_value&) { s.options.socket.family = ip_family::v6; }};
template <class S>
constexpr option_row<S> numeric_row{
    {"-n,--numeric", "", output_group, "addresses only, no names from DNS"},
    [](S& s, option_value&) { s.common.numeric = true; }};
template <class S>
constexpr option_row<S> socket_row{{"--socket",
                                    "auto|raw|dgram",
                                    sockets_group,
                                    "which kind of ICMP socket; auto takes the best allowed"},
                                   [](S& s, option_value& v) {
                                       if (const auto at = v.choice({"auto", "raw", "dgram"})) {
                                           s.options.socket.mode = static_cast<socket_mode>(*at);
                                       }
                                   }};
template <class S>
constexpr option_row<S> json_row{
    {"--json", "", output_group, "one JSON object a line (docs/schema/sonde-1.schema.json)"},
    [](S& s, option_value&) { s.common.format = output_format::json; }};
template <class S>
constexpr option_row<S> csv_row{
    {"--csv", "", output_group, "comma-separated values with a header line"},
    [](S& s, option_value&) { s.common.format = output_format::csv; }};
template <class S>
constexpr option_row<S> color_row{color_info,
                                  [](S& s, option_value& v) { apply_color(s.common, v); }};
template <class S>
constexpr option_row<S> sim_row{
    {"--sim",
     "FILE",
     trying_group,
     "a simulated internet in virtual time: a scenario, by file or name"},
    [](S& s, option_value& v) { s.common.scenario = v.text(); }};
template <class S>
constexpr option_row<S> seed_row{
    {"--seed", "N", trying_group, "of the simulation: the same seed, the same run"},
    [](S& s, option_value& v) { v.whole_into(s.common.seed, 0, UINT64_MAX); }};
template <class S>
void apply_capture(S& s, option_value& v) {
    if (!s.common.write_to.empty())
        return v.refuse("is " + printable(v.text()) + ": this run is kept in " +
                        printable(s.common.write_to) + " already");
    apply_write(s.common, v);
}
template <class S>
constexpr option_row<S> write_row{
    {"--write",
     "FILE.pcapng",
     output_group,
     "keep our probes and their answers, each with a comment; also -w FILE.pcapng"},
    [](S& s, option_value& v) { apply_capture(s, v); }};

}  // namespace sonde::cli
