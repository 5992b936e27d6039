/// The options of sonde capture. A letter keeps the meaning that it has in tcpdump.
#include <array>

#include "view_rows.hpp"

namespace sonde::cli {
namespace {

using row = option_row<capture_settings>;

constexpr std::string_view interface_group = "From where";
constexpr std::string_view summary_group = "Summary";
constexpr std::string_view rotation_group = "Several files";

void apply_direction(capture_settings& s, option_value& v) {
    if (const auto at = v.choice({"inout", "in", "out"})) {
        s.direction = static_cast<capture_direction>(*at);
    }
}

void apply_rotate_size(capture_settings& s, option_value& v) {
    const bool bare = v.text().find_first_not_of("0123456789") == std::string_view::npos;
    constexpr std::uint64_t million = 1'000'000;
    if (!bare) {
        s.rotate_octets = v.octets();
    } else if (const auto read = v.whole(1, million)) {
        s.rotate_octets = *read * million;
    }
}

const std::array table{
    row{{"-i,--interface",
         "IF|any",
         interface_group,
         "by name or number; any: all of them (the first that is up)"},
        [](capture_settings& s, option_value& v) { s.interface = v.text(); }},
    row{{"-D,--list-interfaces", "", interface_group, "the interfaces, and nothing else"},
        [](capture_settings& s, option_value&) { s.list_interfaces = true; }},
    row{{"-p,--no-promiscuous-mode", "", interface_group, "only what this host would hear anyway"},
        [](capture_settings& s, option_value&) { s.promiscuous = false; }},
    row{{"-Q,--direction", "inout|in|out", interface_group, "which way the packets go (inout)"},
        apply_direction},
    row{{"-B,--buffer-size", "KIB", interface_group, "of the kernel's ring (16384)"},
        [](capture_settings& s, option_value& v) { v.whole_into(s.buffer_kib, 128, 2'097'151); }},
    row{{"--hardware-stamps", "", interface_group, "times by the interface's clock if it has one"},
        [](capture_settings& s, option_value&) { s.hardware_stamps = true; }},
    row{{"-c,--count", "N", selection_group, "stop after N packets"},
        [](capture_settings& s, option_value& v) { v.whole_into(s.count, 1, UINT64_MAX); }},
    row{{"--duration", "SECONDS", selection_group, "stop after this time"},
        [](capture_settings& s, option_value& v) { s.duration = v.time_span(); }},
    row{{"-s,--snapshot-length", "OCTETS", selection_group, "of each packet (262144; 0: that)"},
        [](capture_settings& s, option_value& v) {
            v.whole_into(s.snap_len, 0, 262'144);
            if (s.snap_len == 0) s.snap_len = 262'144;
        }},
    row{{"--filter", "TEXT", selection_group, "a filter as tcpdump has them: 'tcp port 80'"},
        [](capture_settings& s, option_value& v) { s.filter = v.text(); }},
    tree_row<capture_settings>,
    hex_row<capture_settings>,
    row{{"-n,-l,-S,-K,--numeric,--immediate-mode",
         "",
         form_group,
         "taken as in tcpdump: so it always is (numbers for names, each line at once)"},
        [](capture_settings&, option_value&) {}},
    link_row<capture_settings>,
    quiet_row<capture_settings>,
    number_row<capture_settings>,
    time_row<capture_settings>,
    utc_row<capture_settings>,
    nano_row<capture_settings>,
    row{{"-w,--write",
         "FILE",
         output_group,
         "write packets there, and no lines; .pcap .cap .dump .dmp are pcap, .pcapng .ntar and no "
         "suffix pcapng, also with .gz or .zst; - is standard output"},
        apply_write<capture_settings>},
    row{{"--print", "", output_group, "with --write or --stats: the lines too"},
        [](capture_settings& s, option_value&) { s.print = true; }},
    row{{"-U,--packet-buffered", "", output_group, "each packet into the file at once"},
        [](capture_settings& s, option_value&) { s.flush = true; }},
    packet_json_row<capture_settings>,
    plain_color_row<capture_settings>,
    row{{"-C,--rotate-size",
         "SIZE",
         rotation_group,
         "a new file when one is so long: 500k, 10M, 1G; a bare number is millions, as in tcpdump"},
        apply_rotate_size},
    row{{"-G,--rotate-after", "SECONDS", rotation_group, "a new file after this time"},
        [](capture_settings& s, option_value& v) { s.rotate_after = v.time_span(); }},
    row{{"-W,--files", "N", rotation_group, "keep the last N files, remove older ones"},
        [](capture_settings& s, option_value& v) { v.whole_into(s.files_max, 1, 1'000'000); }},
    row{{"--stats", "", summary_group, "protocols and conversations at the end, and no lines"},
        [](capture_settings& s, option_value&) { s.stats = true; }},
    row{{"--top", "N", summary_group, "conversations in the summary (10)"},
        [](capture_settings& s, option_value& v) { v.whole_into(s.top, 1, 1'000'000); }},
    help_row<capture_settings>,
    version_row<capture_settings>,
};

constexpr std::array examples{
    example{"sonde capture -i eth0", "a line a packet, until Ctrl-C"},
    example{"sonde capture -i eth0 -nn tcp port 80 and host 192.0.2.1",
            "a filter, as tcpdump has them"},
    example{"sonde capture -i any -c 10 -v icmp", "ten packets, every field of each"},
    example{"sonde capture -i eth0 -w x.pcapng.zst --duration 60", "a minute into a file"},
    example{"sonde capture -i eth0 -w x.pcap -C 100M -W 10", "the last gigabyte, in ten files"},
    example{"sonde capture -i eth0 --stats", "who talks with whom, after Ctrl-C"},
    example{"ssh host sudo sonde capture -i eth0 -w - | sonde dissect -", "from another host"},
    example{"sonde capture -i eth0 --json | jq .", "for a program"},
};
constexpr std::array exits{
    exit_rule{0, "captured until it was to end"},
    exit_rule{2, "wrong option or filter, no permission, no such interface, or it went away"},
};

}  // namespace

std::span<const option_row<capture_settings>> capture_rows() noexcept { return table; }

command_info describe_capture() {
    return {"capture",
            "show or keep the packets of an interface",
            "[options] [FILTER]",
            "Takes packets as they pass an interface and shows a line for each, at once. A filter "
            "selects live what it selects in a file, VLAN tags included. Needs the capability "
            "cap_net_raw, which is given up as soon as the interface is open. SIGINT (Ctrl-C) "
            "ends it with counts on standard error, SIGUSR1 shows them. Files are numbered when "
            "there are several: x_00001.pcap, x_00002.pcap...",
            infos(table),
            examples,
            exits,
            {},
            false};
}

}  // namespace sonde::cli
