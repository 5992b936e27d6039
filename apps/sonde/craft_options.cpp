/// The options of sonde craft.
#include <array>

#include "common_rows.hpp"

namespace sonde::cli {
namespace {

using row = option_row<craft_settings>;

constexpr std::string_view source_group = "What it is made from";
constexpr std::string_view form_group = "How it is shown";
constexpr std::string_view sending_group = "Sending";
constexpr std::string_view answers_group = "Answers";

template <craft_form Form>
void apply_form(craft_settings& s, option_value&) {
    s.form = Form;
}

void apply_rate(craft_settings& s, option_value& v) {
    if (v.text() == "max") {
        s.rate = 0;
    } else if (const auto read = v.real(0.001)) {
        s.rate = read;
    }
}

const std::array table{
    row{{"--from",
         "FILE",
         source_group,
         "instead of an expression: the packets of a .json or .jsonl as --json writes it, or of a "
         "capture file, one after another"},
        [](craft_settings& s, option_value& v) { s.from = v.text(); }},
    row{{"--frame", "N", source_group, "only this packet of the file, from 1"},
        [](craft_settings& s, option_value& v) { v.whole_into(s.frame, 1, UINT64_MAX); }},
    row{{"--random", "", source_group, "a random packet, every layer and field valid"},
        [](craft_settings& s, option_value&) { s.random = true; }},
    row{{"--seed", "N", source_group, "of everything random: the same seed, the same packets (1)"},
        [](craft_settings& s, option_value& v) { v.whole_into(s.seed, 0, UINT64_MAX); }},
    row{{"--vary",
         "FIELDS",
         source_group,
         "other values in each packet: tcp.destination_port=1..1024,ipv4.time_to_live=1..3 (every "
         "pair), udp.source_port=random"},
        [](craft_settings& s, option_value& v) { s.vary = v.text(); }},
    row{{"-c,--count",
         "N",
         source_group,
         "packets (1, or all that --from or --vary gives); 0, when sending: until Ctrl-C"},
        [](craft_settings& s, option_value& v) { v.whole_into(s.count, 0, UINT64_MAX); }},
    row{{"-x,--hexdump", "", form_group, "octets in hexadecimal and as text; so it is without"},
        apply_form<craft_form::hexdump>},
    row{{"--digits", "", form_group, "hexadecimal digits, a line a packet"},
        apply_form<craft_form::digits>},
    row{{"--line", "", form_group, "one line, in the words of tcpdump"},
        apply_form<craft_form::line>},
    row{{"-v,--tree", "", form_group, "every layer and every field"}, apply_form<craft_form::tree>},
    row{{"--json", "", form_group, "one JSON object a line, that --from reads back"},
        apply_form<craft_form::json>},
    row{{"--expression", "", form_group, "the expression that makes it again"},
        apply_form<craft_form::expression>},
    row{{"--cpp", "", form_group, "C++ that makes it"}, apply_form<craft_form::cpp>},
    row{{"-w,--write",
         "FILE",
         output_group,
         "packets, sent ones and answers; .pcap .cap .dump .dmp are pcap, .pcapng .ntar and no "
         "suffix pcapng, also with .gz or .zst; - is standard output"},
        apply_write<craft_settings>},
    plain_color_row<craft_settings>,
    row{{"--send",
         "",
         sending_group,
         "out of an interface; what begins with ipv4 or ipv6 by the kernel's routes"},
        [](craft_settings& s, option_value&) { s.send = true; }},
    row{{"-i,--interface", "IF", sending_group, "by name or number"},
        [](craft_settings& s, option_value& v) { s.interface = v.text(); }},
    row{{"--rate",
         "N|max",
         sending_group,
         "packets a second (100; to a group 1); max: as fast as they go"},
        apply_rate},
    row{{"--as-is", "", sending_group, "addresses that are zero stay zero"},
        [](craft_settings& s, option_value&) { s.as_is = true; }},
    row{{"--force", "", sending_group, "more than one packet a second to a group of hosts"},
        [](craft_settings& s, option_value&) { s.force = true; }},
    row{{"--answers", "", answers_group, "wait for answers and show them; sends, too"},
        [](craft_settings& s, option_value&) { s.answers = s.send = true; }},
    row{{"--timeout", "SECONDS", answers_group, "how long after the last packet (1)"},
        [](craft_settings& s, option_value& v) { v.duration_into(s.timeout); }},
    help_row<craft_settings>,
    version_row<craft_settings>,
};

constexpr std::array examples{
    example{"sonde craft 'ipv4(destination=192.0.2.1) / icmp_echo / \"hello\"'", "its octets"},
    example{"sonde craft --tree 'ethernet / ipv4(header_checksum=0xdead) / udp'",
            "lengths, types and checksums are right unless they are given"},
    example{"sonde craft --answers 'ipv4(destination=192.0.2.1) / tcp(destination_port=443, "
            "flags=syn)'",
            "is the port open"},
    example{"sonde craft --answers -i eth0 'ethernet / arp(target_protocol_address=192.0.2.1)'",
            "who has this address"},
    example{"sonde craft --answers --vary tcp.destination_port=1..1024 'ipv4(destination=192.0.2."
            "1) / tcp(flags=syn)'",
            "a port after the other, a hundred a second"},
    example{"sonde craft -w x.pcapng -c 1000 --random --seed 7", "a thousand frames to test with"},
    example{"sonde craft --from x.pcap --frame 17 --expression", "a frame as an expression"},
    example{"sonde list ipv4", "the names of its fields"},
};
constexpr std::array exits{
    exit_rule{0, "made, and sent; with --answers: there was one"},
    exit_rule{1, "nothing answered, or some packets could not be sent"},
    exit_rule{2, "wrong option or expression, no permission, no such interface or route"},
};

}  // namespace

std::span<const option_row<craft_settings>> craft_rows() noexcept { return table; }

command_info describe_craft() {
    return {"craft",
            "make packets, send them, and show the answers",
            "[options] EXPRESSION",
            "Makes a packet out of an expression: layers between slashes, outermost first, named "
            "as `sonde list` names them, each with fields in parentheses. What sonde can compute "
            "is computed unless it is given; every field may be given wrong. When sending, "
            "addresses that are zero are filled in from the interface and the routes, and said. "
            "Needs the capability cap_net_raw to send, which is given up as soon as the sockets "
            "are open.",
            infos(table),
            examples,
            exits,
            {},
            false};
}

}  // namespace sonde::cli
