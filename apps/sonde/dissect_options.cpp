/// The options of sonde dissect. A letter keeps the meaning that it has in tcpdump.
#include <array>

#include "view_rows.hpp"

namespace sonde::cli {
namespace {

using row = option_row<dissect_settings>;

constexpr std::string_view stream_group = "Streams";
constexpr std::string_view summary_group = "Summary";

const std::array table{
    row{{"-r,--read", "FILE", selection_group, "the file; then all words are the filter"},
        [](dissect_settings& s, option_value& v) { s.file = v.text(); }},
    row{{"-c,--count", "N", selection_group, "stop after N packets that pass"},
        [](dissect_settings& s, option_value& v) { v.whole_into(s.count, 1, UINT64_MAX); }},
    frames_row<dissect_settings>,
    from_row<dissect_settings>,
    until_row<dissect_settings>,
    filter_row<dissect_settings>,
    tree_row<dissect_settings>,
    hex_row<dissect_settings>,
    row{{"-n,-l,-S,-U,-K,--numeric",
         "",
         form_group,
         "taken as in tcpdump: so it always is (numbers for names, each line at once)"},
        [](dissect_settings&, option_value&) {}},
    link_row<dissect_settings>,
    quiet_row<dissect_settings>,
    number_row<dissect_settings>,
    time_row<dissect_settings>,
    utc_row<dissect_settings>,
    nano_row<dissect_settings>,
    row{{"-w,--write",
         "FILE",
         output_group,
         "write what passes there, and no lines; .pcap .cap .dump .dmp are pcap, .pcapng .ntar "
         "pcapng, no suffix what the input is, also with .gz or .zst; - is standard output"},
        apply_write<dissect_settings>},
    packet_json_row<dissect_settings>,
    cpp_row<dissect_settings>,
    plain_color_row<dissect_settings>,
    row{{"--follow",
         "N|ENDS",
         stream_group,
         "one TCP connection: its number from 0, or 192.0.2.1:1025,192.0.2.9:80"},
        [](dissect_settings& s, option_value& v) { s.follow = v.text(); }},
    row{{"--follow-as", "text|hex|raw", stream_group, "how its octets are shown (text)"},
        [](dissect_settings& s, option_value& v) {
            if (const auto at = v.choice({"text", "hex", "raw"})) {
                s.follow_as = static_cast<stream_form>(*at);
            }
        }},
    row{{"--stats", "", summary_group, "protocols and conversations, and no lines"},
        [](dissect_settings& s, option_value&) { s.stats_only = true; }},
    row{{"--no-stats", "", summary_group, "no summary behind the lines on a terminal"},
        [](dissect_settings& s, option_value&) { s.no_stats = true; }},
    row{{"--top", "N", summary_group, "conversations in the summary (10)"},
        [](dissect_settings& s, option_value& v) { v.whole_into(s.top, 1, 1'000'000); }},
    help_row<dissect_settings>,
    version_row<dissect_settings>,
};

constexpr std::array examples{
    example{"sonde dissect x.pcapng", "a line a packet; on a terminal a summary behind them"},
    example{"sonde dissect -nn x.pcap.gz tcp port 80 and host 192.0.2.1",
            "a filter, as tcpdump has them"},
    example{"sonde dissect -v --frames 17 x.pcap", "every field of one frame"},
    example{"sonde dissect --stats --top 20 x.pcap", "what is in it, and who talks most"},
    example{"sonde dissect --follow 0 x.pcap", "what both ends of the first connection said"},
    example{"sonde dissect --json x.pcap | jq .", "the same for a program"},
    example{"tcpdump -w - | sonde dissect -", "while it is captured"},
    example{"sonde dissect -r x.pcap -w dns.pcapng.zst udp port 53", "keep a part"},
};
constexpr std::array exits{
    exit_rule{0, "read to the end, also where nothing passed"},
    exit_rule{1, "the file is damaged (all that is readable was shown)"},
    exit_rule{2, "wrong option or filter, no such file, no capture file"},
};

}  // namespace

std::span<const option_row<dissect_settings>> dissect_rows() noexcept { return table; }

command_info describe_dissect() {
    return {"dissect",
            "show the packets of capture files",
            "[options] FILE...|- [FILTER]",
            "Reads pcap and pcapng files, plain, gzip or zstd, and shows their packets. Words "
            "behind the files are a filter as tcpdump has them; a word that is the name of a file "
            "is a file, so with -r or --filter nothing can be mistaken. A damaged file is read as "
            "far as it goes; then a sentence says where it broke.",
            infos(table),
            examples,
            exits,
            {},
            true};
}

}  // namespace sonde::cli
