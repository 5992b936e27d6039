/// The rows of fping: its letters, its long names, its units.
#include <algorithm>
#include <array>

#include "many_rows.hpp"
#include "probe_rows.hpp"

namespace sonde::cli {
namespace {

using row = option_row<fping_settings>;

constexpr std::string_view probing = "Probes";
constexpr std::string_view showing = output_group;
constexpr std::uint64_t payload_max = 65'488;  // octets: fping's

void apply_count(fping_settings& s, option_value& v) { v.whole_into(s.count, 1, UINT32_MAX); }
void apply_enough(fping_settings& s, option_value& v) { v.whole_into(s.enough, 1, UINT32_MAX); }

void apply_seconds(fping_settings& s, option_value& v) {
    s.common.quiet = true;
    if (const auto read = v.real(0)) {
        s.report_interval = nanoseconds(static_cast<nanoseconds::rep>(std::min(*read, 1e9) * 1e9));
    }
}

void apply_backoff(fping_settings& s, option_value& v) {
    if (const auto read = v.real(1); read && *read <= 5) {
        s.backoff = *read;
    } else if (read) {
        v.complain("a factor from 1 to 5");
    }
}

const std::array table{
    row{{"-4,--ipv4", "", probing, "IPv4 only"},
        [](fping_settings& s, option_value&) { s.socket.family = ip_family::v4; }},
    row{{"-6,--ipv6", "", probing, "IPv6 only"},
        [](fping_settings& s, option_value&) { s.socket.family = ip_family::v6; }},
    row{{"-b,--size", "OCTETS", probing, "data behind the ICMP header (56)"},
        [](fping_settings& s, option_value& v) { v.whole_into(s.payload_len, 0, payload_max); }},
    row{{"-B,--backoff", "FACTOR", probing, "each retry waits so many times longer (1.5)"},
        apply_backoff},
    row{{"-c,--count", "N", probing, "N probes to each target, and a line for each"}, apply_count},
    row{{"-C,--vcount", "N", probing, "the same; every time in the summary"},
        [](fping_settings& s, option_value& v) {
            apply_count(s, v);
            s.all_rtts = true;
        }},
    row{{"-f,--file", "FILE|-", probing, "targets from a file; -: standard input"},
        [](fping_settings& s, option_value& v) { s.file = v.text(); }},
    row{{"-g,--generate", "", probing, "targets are START END or a prefix, as 192.0.2.0/24"},
        [](fping_settings& s, option_value&) { s.generate = true; }},
    row{{"-H,--ttl", "N", probing, "time to live (IPv4) or hop limit (IPv6)"},
        [](fping_settings& s, option_value& v) { v.whole_into(s.hop_limit, 1, u8_max); }},
    row{{"-i,--interval", "MS", probing, "between any two probes (10)"},
        [](fping_settings& s, option_value& v) {
            if (const auto read = v.milliseconds()) s.interval = *read;
        }},
    row{{"-I,--iface", "NAME", probing, "send from this interface"},
        [](fping_settings& s, option_value& v) { s.socket.interface = short_text<15>(v.text()); }},
    row{{"-k,--fwmark", "N", probing, "firewall mark (needs CAP_NET_ADMIN)"},
        [](fping_settings& s, option_value& v) { v.whole_into(s.socket.mark, 0, u32_max); }},
    row{{"-l,--loop", "", probing, "probe each target until interrupted"},
        [](fping_settings& s, option_value&) { s.loop = true; }},
    row{{"-m,--all", "", probing, "every address of a name"},
        [](fping_settings& s, option_value&) { s.all_addresses = true; }},
    row{{"-M,--dontfrag", "", probing, "never fragment"},
        [](fping_settings& s, option_value&) { s.socket.dont_fragment = true; }},
    row{{"-O,--tos", "N", probing, "DSCP and ECN, decimal or 0x..."},
        [](fping_settings& s, option_value& v) {
            v.whole_into(s.socket.traffic_class, 0, u8_max);
        }},
    row{{"-p,--period", "MS", probing, "from probe to probe of one target (1000)"},
        [](fping_settings& s, option_value& v) {
            if (const auto read = v.milliseconds()) s.period = *read;
        }},
    row{{"-r,--retry", "N", probing, "how often a silent target is asked again (3)"},
        [](fping_settings& s, option_value& v) { v.whole_into(s.retries, 0, u8_max); }},
    row{{"-R,--random", "", probing, "random data in the probes"},
        [](fping_settings& s, option_value&) { s.random_data = true; }},
    row{{"-S,--src", "ADDRESS", probing, "send from this address"},
        [](fping_settings& s, option_value& v) { s.socket.source = v.address(); }},
    row{{"-t,--timeout", "MS", probing, "how long an answer may take (500; with -c, -C, -l: -p)"},
        [](fping_settings& s, option_value& v) {
            if (const auto read = v.milliseconds()) s.timeout = *read;
        }},
    row{{"-T,--select-timeout", "N", probing, "ignored, as fping does"},
        [](fping_settings&, option_value&) {}},
    row{{"-a,--alive", "", showing, "names of targets that are alive"},
        [](fping_settings& s, option_value&) { s.show_alive = true; }},
    row{{"-u,--unreach", "", showing, "names of targets that are not"},
        [](fping_settings& s, option_value&) { s.show_unreachable = true; }},
    row{{"-A,--addr", "", showing, "targets by address"},
        [](fping_settings& s, option_value&) { s.by_address = true; }},
    row{{"-n,--name", "", showing, "targets by name, where they were given as addresses"},
        [](fping_settings& s, option_value&) { s.by_name = true; }},
    row{{"-d,--rdns", "", showing, "targets by the name of their address, always"},
        [](fping_settings& s, option_value&) { s.force_name = true; }},
    row{{"-D,--timestamp", "", showing, "the date before each line, in seconds since 1970"},
        [](fping_settings& s, option_value&) { s.time_stamps = true; }},
    row{{"-e,--elapsed", "", showing, "the time that the answer took"},
        [](fping_settings& s, option_value&) { s.elapsed = true; }},
    row{{"-J,--json", "", showing, "objects, as fping 5.5 writes them; with -c, -C or -l"},
        [](fping_settings& s, option_value&) { s.json = true; }},
    row{{"-N,--netdata", "", showing, "for netdata; with -l and -Q"},
        [](fping_settings& s, option_value&) { s.netdata = true; }},
    row{{"-o,--outage", "", showing, "how long there was no answer: lost probes times -p"},
        [](fping_settings& s, option_value&) { s.outage = true; }},
    row{{"-q,--quiet", "", showing, "only summaries"},
        [](fping_settings& s, option_value&) { s.common.quiet = true; }},
    row{{"-Q,--squiet", "SECONDS", showing, "the same, and a summary so often"}, apply_seconds},
    row{{"-s,--stats", "", showing, "statistics of all targets at the end"},
        [](fping_settings& s, option_value&) { s.statistics = true; }},
    row{{"-x,--reachable", "N", showing, "only whether at least N are reachable"}, apply_enough},
    row{{"-X,--fast-reachable", "N", showing, "the same; ends as soon as N are"},
        [](fping_settings& s, option_value& v) {
            apply_enough(s, v);
            s.fast_enough = true;
        }},
    until_row_of_run<fping_settings>,
    fail_if_row<fping_settings>,
    sim_row<fping_settings>,
    seed_row<fping_settings>,
    help_row<fping_settings>,
    row{{"-v,-V,--version", "", help_group, "the version"}, nullptr},
};

constexpr std::array examples{
    example{"sonde fping -a -g 192.0.2.0/24", "who is there"},
    example{"sonde fping -C 5 -q 192.0.2.1 192.0.2.2", "every time of five probes, for a program"},
    example{"sonde fping -c 10 -p 20 < hosts.txt", "ten probes to each host of a file"},
};

constexpr std::array exits{
    exit_rule{0, "every target is reachable; with -x, so many"},
    exit_rule{1, "one is not, or the command line is wrong, as fping has it"},
    exit_rule{2, "a name has no address"},
    exit_rule{4, "the system refused: no permission, no file"},
};

}  // namespace

std::span<const option_row<fping_settings>> fping_rows() noexcept { return table; }

command_info describe_fping() {
    return {"fping",
            "what fping does, with its options and its output",
            "[options] [TARGET...]",
            "For scripts that were written for fping: the same letters, the same lines on the same "
            "channels, the same exit codes. Without targets they are read from standard input, one "
            "a line. What is different: there is no limit to the number of targets, names and "
            "addresses of both families may be mixed, an ICMP error ends the wait for a probe, "
            "and times are taken by the kernel. For people there is `sonde ping`, for whole "
            "networks `sonde sweep`. " +
                condition_help(),
            infos(table),
            examples,
            exits,
            {}};
}

}  // namespace sonde::cli
