/// The rows. A letter keeps the meaning that it has in ping and traceroute.
#include "option_table.hpp"

#include <algorithm>

#include <sonde/base/text.hpp>
#include <sonde/capture/capture_name.hpp>

#include "common_rows.hpp"
#include "many_rows.hpp"
#include "probe_rows.hpp"

namespace sonde::cli {
namespace {

using ping_row = option_row<ping_settings>;
using trace_row = option_row<trace_settings>;

constexpr std::string_view probes = probes_group;
constexpr std::string_view sockets = sockets_group;
constexpr std::string_view output = output_group;
constexpr std::string_view several = "Several targets";

// -w is a time in ping and traceroute. A time never ends as a capture file does, nor begins as most
// names.
template <class S>
bool is_capture_name(S& s, option_value& v) {
    const bool is_file = read_capture_name(v.text()).format.has_value();
    if (is_file) apply_capture(s, v);
    const bool is_word = v.text().find_first_of("-+.0123456789") != 0;
    if (!is_file && is_word) {
        v.complain("a time in seconds, as 5 or 200ms, or a capture file whose name ends in " +
                   std::string(capture_suffixes));
    }
    return is_file || is_word;
}

// -M: whether routers may fragment. What "want" means is the kernel's own default.
void apply_pmtudisc(ping_settings& s, option_value& v) {
    const auto at = v.choice({"do", "want", "dont"});
    if (!at) return;
    s.options.socket.dont_fragment = *at == 1 ? std::nullopt : std::optional<bool>(*at == 0);
}

// -I of ping: an interface, or an address of ours.
void apply_interface(ping_settings& s, option_value& v) {
    if (const auto source = ip_address::parse(v.text())) {
        s.options.socket.source = *source;
    } else {
        s.options.socket.interface = short_text<15>(v.text());
    }
}

void apply_interval(ping_settings& s, option_value& v) {
    const bool is_word = !v.text().empty() && v.text().find_first_of("-+.0123456789") != 0;
    if (is_word) return v.complain("a time in seconds; for an interface there is -I");
    v.duration_into(s.options.interval);
}

const std::array ping_table{
    ping_row{
        {"-c,--count", "N", probes, "stop after N probes; without it, until interrupted"},
        [](ping_settings& s, option_value& v) { v.whole_into(s.options.count, 1, UINT64_MAX); }},
    ping_row{{"-i,--interval",
              "SECONDS",
              probes,
              "from one probe to the next (1); any user may go down to 0"},
             apply_interval},
    ping_row{{"-W,--timeout", "SECONDS", probes, "how long an answer may take (4); later is late"},
             [](ping_settings& s, option_value& v) { v.duration_into(s.options.timeout); }},
    ping_row{{"-w,--deadline", "SECONDS", probes, "end after this time; with -c, after N answers"},
             [](ping_settings& s, option_value& v) {
                 if (is_capture_name(s, v)) return;
                 if (const auto read = v.duration()) s.options.deadline = *read;
             }},
    ping_row{{"-s,--size", "OCTETS", probes, "data behind the ICMP header (56)"},
             [](ping_settings& s, option_value& v) {
                 v.whole_into(s.options.payload_len, 0, payload_len_max);
             }},
    ping_row{{"-p,--pattern", "HEX", probes, "fill the data with up to 16 octets, repeated"},
             [](ping_settings& s, option_value& v) {
                 if (const auto read = v.pattern()) s.options.pattern = *read;
             }},
    ping_row{{"-l,--preload", "N", probes, "send N probes at once at the start"},
             [](ping_settings& s, option_value& v) { v.whole_into(s.options.preload, 1, 65'536); }},
    ping_row{{"-A,--adaptive", "", probes, "the next probe as soon as one is answered"},
             [](ping_settings& s, option_value&) { s.options.adaptive = true; }},
    ping_row{{"-f,--flood", "", probes, "the same, and at least 100 a second; a dot for each"},
             [](ping_settings& s, option_value&) { s.options.flood = true; }},
    ping_row{
        {"-t,--hop-limit,--ttl", "N", probes, "time to live (IPv4) or hop limit (IPv6)"},
        [](ping_settings& s, option_value& v) { v.whole_into(s.options.hop_limit, 1, u8_max); }},
    ping_row{{"-Q,--tos,--traffic-class", "N", probes, "DSCP and ECN, decimal or 0x..."},
             [](ping_settings& s, option_value& v) {
                 v.whole_into(s.options.socket.traffic_class, 0, u8_max);
             }},
    ping_row{{"-M,--pmtudisc", "do|want|dont", probes, "do: never fragment; dont: routers may"},
             apply_pmtudisc},
    ping_row{
        {"-e,--identifier", "N", probes, "ICMP identifier"},
        [](ping_settings& s, option_value& v) { v.whole_into(s.options.identifier, 0, u16_max); }},
    ping_row{{"--file", "FILE|-", several, "more targets, one a line; -: standard input"},
             [](ping_settings& s, option_value& v) { s.file = v.text(); }},
    ping_row{{"--rate", "N", several, "at most N probes a second over all targets, as 500 or 20k"},
             [](ping_settings& s, option_value& v) {
                 if (const auto read = v.rate()) s.rate = *read;
             }},
    ping_row{{"--live", "", several, "a table that is drawn anew, sorted by keys; so from 17 on"},
             [](ping_settings& s, option_value&) { s.view = many_view::live; }},
    ping_row{{"--lines", "", several, "a line for each answer, however many targets there are"},
             [](ping_settings& s, option_value&) { s.view = many_view::lines; }},
    host_rate_row<ping_settings>,
    network_rate_row<ping_settings>,
    until_row_of_run<ping_settings>,
    fail_if_row<ping_settings>,
    ipv4_row<ping_settings>,
    ipv6_row<ping_settings>,
    ping_row{{"-I,--interface", "NAME|ADDRESS", sockets, "send from this interface or address"},
             apply_interface},
    ping_row{{"--source", "ADDRESS", sockets, "send from this address"},
             [](ping_settings& s, option_value& v) { s.options.socket.source = v.address(); }},
    ping_row{
        {"-m,--mark", "N", sockets, "firewall mark (needs CAP_NET_ADMIN)"},
        [](ping_settings& s, option_value& v) { v.whole_into(s.options.socket.mark, 0, u32_max); }},
    ping_row{{"-b,--broadcast", "", sockets, "allow a broadcast address as target"},
             [](ping_settings& s, option_value&) { s.options.socket.broadcast = true; }},
    socket_row<ping_settings>,
    numeric_row<ping_settings>,
    ping_row{{"-q,--quiet", "", output, "only the header and the summary"},
             [](ping_settings& s, option_value&) { s.common.quiet = true; }},
    ping_row{{"-v,--verbose", "", output, "percentiles, jitter, time stamps used; others' packets"},
             [](ping_settings& s, option_value&) { s.common.verbose = true; }},
    ping_row{{"-D,--timestamps", "", output, "the date before each line, in seconds since 1970"},
             [](ping_settings& s, option_value&) { s.time_stamps = true; }},
    ping_row{{"-O,--outstanding", "", output, "say so when a probe has no answer at the next"},
             [](ping_settings& s, option_value&) { s.outstanding = true; }},
    ping_row{{"-a,--audible", "", output, "ring the bell for each answer"},
             [](ping_settings& s, option_value&) { s.audible = true; }},
    ping_row{{"-3,--precise", "", output, "three decimals in every time"},
             [](ping_settings& s, option_value&) { s.precise = true; }},
    json_row<ping_settings>,
    csv_row<ping_settings>,
    color_row<ping_settings>,
    write_row<ping_settings>,
    sim_row<ping_settings>,
    seed_row<ping_settings>,
    help_row<ping_settings>,
    version_row<ping_settings>,
};

void set_method(trace_settings& s, probe_method method) { s.options.method = method; }

// -w MAX or MAX,FACTOR. traceroute's third number has no counterpart.
void apply_wait(trace_settings& s, option_value& v) {
    if (is_capture_name(s, v)) return;
    const auto comma = v.text().find(',');
    const std::string_view longest = v.text().substr(0, comma);
    std::vector<std::string> wrong;
    option_value first("", longest, wrong);
    if (const auto read = first.duration()) s.options.timeout = *read;
    if (comma != std::string_view::npos) {
        option_value second("", v.text().substr(comma + 1), wrong);
        if (const auto read = second.real(1)) s.options.wait_factor = *read;
    }
    if (!wrong.empty()) v.complain("MAX in seconds or MAX,FACTOR, as 5 or 5,3");
}

// -z as in traceroute: above 10 it is milliseconds.
void apply_pace(trace_settings& s, option_value& v) {
    std::vector<std::string> ignored;
    option_value plain("", v.text(), ignored);
    const auto number = plain.real(0);
    if (number && *number > 10) {
        s.options.pace = nanoseconds(static_cast<nanoseconds::rep>(*number * 1e6));
    } else {
        v.duration_into(s.options.pace);
    }
}

void apply_parallel(trace_settings& s, option_value& v) {
    if (const auto read = v.whole(1, u16_max)) s.options.one_at_a_time = *read == 1;
}

const std::array trace_table{
    trace_row{{"-I,--icmp", "", probes, "ICMP echo requests"},
              [](trace_settings& s, option_value&) { set_method(s, probe_method::icmp); }},
    trace_row{{"-U,--udp", "", probes, "UDP datagrams (the default)"},
              [](trace_settings& s, option_value&) { set_method(s, probe_method::udp); }},
    trace_row{{"-T,--tcp", "", probes, "TCP SYN segments; needs CAP_NET_RAW"},
              [](trace_settings& s, option_value&) { set_method(s, probe_method::tcp); }},
    trace_row{{"-M,--method", "icmp|udp|tcp", probes, "the same, by name"},
              [](trace_settings& s, option_value& v) {
                  if (const auto at = v.choice({"icmp", "udp", "tcp"})) {
                      set_method(s, static_cast<probe_method>(*at));
                  }
              }},
    trace_row{
        {"-f,--first,--first-hop", "N", probes, "begin at this distance (1)"},
        [](trace_settings& s, option_value& v) { v.whole_into(s.options.first_hop, 1, u8_max); }},
    trace_row{
        {"-m,--max-hops", "N", probes, "go no farther than this (30)"},
        [](trace_settings& s, option_value& v) { v.whole_into(s.options.max_hops, 1, u8_max); }},
    trace_row{{"-q,--queries", "N", probes, "probes to each hop (3)"},
              [](trace_settings& s, option_value& v) {
                  v.whole_into(s.options.probes_per_hop, 1, u8_max);
              }},
    trace_row{{"-w,--wait",
               "MAX[,FACTOR]",
               probes,
               "wait at most MAX seconds, or FACTOR times what its neighbours took (5,5)"},
              apply_wait},
    trace_row{{"-z,--pace,--sendwait",
               "SECONDS",
               probes,
               "between any two probes; above 10: milliseconds (50us)"},
              apply_pace},
    trace_row{{"-N,--sim-queries", "N", probes, "1: one probe at a time; more: all at once, paced"},
              apply_parallel},
    trace_row{{"--retries", "N", probes, "how often a silent probe is sent again (1)"},
              [](trace_settings& s, option_value& v) { v.whole_into(s.options.retries, 0, 10); }},
    trace_row{{"--fast", "", probes, "one answer settles a hop"},
              [](trace_settings& s, option_value&) { s.options.fast = true; }},
    trace_row{{"--vary-flow",
               "",
               probes,
               "let load balancers spread the probes; else they all take one way"},
              [](trace_settings& s, option_value&) { s.options.constant_flow = false; }},
    trace_row{{"-p,--port", "N", probes, "destination port (33434 for UDP, 80 for TCP)"},
              [](trace_settings& s, option_value& v) {
                  v.whole_into(s.options.destination_port, 1, u16_max);
              }},
    trace_row{{"--sport", "N", probes, "source port"},
              [](trace_settings& s, option_value& v) {
                  v.whole_into(s.options.source_port, 1, u16_max);
              }},
    trace_row{{"--size", "OCTETS", probes, "data behind the ICMP or UDP header (32)"},
              [](trace_settings& s, option_value& v) {
                  v.whole_into(s.options.payload_len, 0, payload_len_max);
              }},
    trace_row{{"-t,--tos,--traffic-class", "N", probes, "DSCP and ECN, decimal or 0x..."},
              [](trace_settings& s, option_value& v) {
                  v.whole_into(s.options.socket.traffic_class, 0, u8_max);
              }},
    trace_row{{"-F,--dont-fragment", "", probes, "never fragment"},
              [](trace_settings& s, option_value&) { s.options.socket.dont_fragment = true; }},
    ipv4_row<trace_settings>,
    ipv6_row<trace_settings>,
    trace_row{{"-i,--interface", "NAME", sockets, "send from this interface"},
              [](trace_settings& s, option_value& v) {
                  s.options.socket.interface = short_text<15>(v.text());
              }},
    trace_row{{"-s,--source", "ADDRESS", sockets, "send from this address"},
              [](trace_settings& s, option_value& v) { s.options.socket.source = v.address(); }},
    trace_row{{"--mark,--fwmark", "N", sockets, "firewall mark (needs CAP_NET_ADMIN)"},
              [](trace_settings& s, option_value& v) {
                  v.whole_into(s.options.socket.mark, 0, u32_max);
              }},
    socket_row<trace_settings>,
    numeric_row<trace_settings>,
    trace_row{{"-e,--extensions", "", output, "MPLS labels and interfaces that routers tell"},
              [](trace_settings& s, option_value&) { s.extensions = true; }},
    json_row<trace_settings>,
    csv_row<trace_settings>,
    color_row<trace_settings>,
    write_row<trace_settings>,
    sim_row<trace_settings>,
    seed_row<trace_settings>,
    help_row<trace_settings>,
    version_row<trace_settings>,
};

const std::array doctor_table{
    option_row<doctor_settings>{
        {"--fix", "", "What it does", "allow what is not allowed (as root)"},
        [](doctor_settings& s, option_value&) { s.fix = true; }},
    option_row<doctor_settings>{{"--json", "", "What it does", "one JSON object"},
                                [](doctor_settings& s, option_value&) { s.json = true; }},
    help_row<doctor_settings>,
    version_row<doctor_settings>,
};

constexpr std::array ping_examples{
    example{"sonde ping -c 3 example.net", "three probes, a second apart"},
    example{"sonde ping -v -i 0.2 -c 50 192.0.2.1 2001:db8::1",
            "two targets at once, with percentiles and jitter"},
    example{"sonde ping --json -c 10 192.0.2.1 | jq .reply.rtt_ms",
            "round-trip times for a program"},
    example{"sonde ping --live --file hosts.txt", "a table of all hosts of a file; q ends it"},
    example{"sonde ping -c 20 --fail-if 'loss > 5 % or p95 > 80 ms' 192.0.2.1",
            "exit code 1 when the way is bad"},
    example{"sonde ping --until 'all(alive)' -i 0.2 192.0.2.1 192.0.2.2",
            "wait until both hosts are up"},
};
constexpr std::array trace_examples{
    example{"sonde trace example.net", "the whole path, in about one round trip"},
    example{"sonde trace -T -p 443 -n example.net", "through firewalls: TCP to port 443"},
    example{"sonde trace --sim five_routers", "a simulated path, without any network"},
};
constexpr std::array doctor_examples{
    example{"sonde doctor", "what you may do here, and why"},
    example{"sudo sonde doctor --fix", "let every user ping and trace"},
    example{"sonde doctor --json", "the same for a program"},
};
constexpr std::array completion_examples{
    example{"sonde completion bash > ~/.local/share/bash-completion/completions/sonde", "bash"},
    example{"sonde completion zsh > ~/.zfunc/_sonde", "zsh, with ~/.zfunc in fpath"},
    example{"sonde completion fish > ~/.config/fish/completions/sonde.fish", "fish"},
};
constexpr std::array man_examples{
    example{"sonde man ping | man -l -", "read a page"},
    example{"sonde man > sonde.1", "keep one"},
    example{"sonde man trace | man -Tutf8 -l - | less", "without colours of man"},
};

constexpr std::array ping_exits{
    exit_rule{0, "every target answered; with -c and -w together, at least N times"},
    exit_rule{1, "a target did not, or --fail-if is true of one"},
    exit_rule{2, "wrong option, unknown host, no permission, nothing could be sent"},
};
constexpr std::array trace_exits{
    exit_rule{0, "every target was reached"},
    exit_rule{1, "a target was not (traceroute says 0 here)"},
    exit_rule{2, "wrong option, unknown host, no permission, nothing could be sent"},
};
constexpr std::array doctor_exits{
    exit_rule{0, "this user can ping and trace"},
    exit_rule{1, "something that ping or trace needs is not allowed"},
    exit_rule{2, "wrong option, or a fix failed"},
};
constexpr std::array plain_exits{
    exit_rule{0, "written"},
    exit_rule{2, "wrong option or name"},
};

constexpr std::array<std::string_view, 13> commands{"ping",
                                                    "fping",
                                                    "sweep",
                                                    "trace",
                                                    "capture",
                                                    "craft",
                                                    "dissect",
                                                    "file",
                                                    "list",
                                                    "doctor",
                                                    "completion",
                                                    "man",
                                                    "help"};
constexpr std::array<std::string_view, 1> groups{"file"};
constexpr std::array<std::string_view, 3> shells{"bash", "zsh", "fish"};

std::vector<option_info> help_only() {
    return {help_row<doctor_settings>.info, version_row<doctor_settings>.info};
}

}  // namespace

std::span<const option_row<ping_settings>> ping_rows() noexcept { return ping_table; }
std::span<const option_row<trace_settings>> trace_rows() noexcept { return trace_table; }
std::span<const option_row<doctor_settings>> doctor_rows() noexcept { return doctor_table; }
std::span<const std::string_view> command_names() noexcept { return commands; }
std::span<const std::string_view> group_names() noexcept { return groups; }

namespace {

// Those about the program itself.
command_info describe_housework(std::string_view name) {
    if (name == "doctor") {
        return {
            "doctor",
            "what this user may do here, why, and how to change it",
            "[--fix] [--json]",
            "Tries every kind of socket that ping and trace use, says what works, and names the "
            "command that would allow the rest.",
            infos(doctor_table),
            doctor_examples,
            doctor_exits,
            {}};
    }
    if (name == "completion") {
        return {"completion",
                "a completion script for a shell",
                "bash|zsh|fish",
                "Writes a script that lets the shell complete commands and options.",
                help_only(),
                completion_examples,
                plain_exits,
                shells};
    }
    if (name == "man") {
        return {"man",
                "the manual pages, in roff",
                "[COMMAND]",
                "Writes the manual page of a command, or of sonde itself.",
                help_only(),
                man_examples,
                plain_exits,
                commands};
    }
    return {"help",
            "explain a command",
            "[COMMAND]",
            "Shows the help of a command, or the list of commands.",
            help_only(),
            {},
            plain_exits,
            commands};
}

}  // namespace

command_info describe_command(std::string_view name) {
    if (name == "ping") {
        return {
            "ping",
            "send echo requests and time the answers",
            "[options] TARGET...",
            "Sends ICMP echo requests to hosts and shows what comes back. Times are taken by the "
            "kernel where it can, so that neither address resolution nor a busy processor is "
            "in them. Works without privileges where net.ipv4.ping_group_range allows it. "
            "SIGINT (Ctrl-C) ends it with the summary, SIGQUIT (Ctrl-\\) shows a short line. "
            "Several "
            "targets share one socket for each family, a hundred thousand of them too. " +
                condition_help(),
            infos(ping_table),
            ping_examples,
            ping_exits,
            {}};
    }
    if (name == "trace") {
        return {
            "trace",
            "show the routers on the way to a host",
            "[options] TARGET...",
            "Sends probes with growing hop limits, all of them at once and paced, and shows which "
            "router answers at which distance. A hop shows * where nobody answered; !H, !N, !X "
            "and others behind a time say that a router refused. The command is also known as "
            "traceroute.",
            infos(trace_table),
            trace_examples,
            trace_exits,
            {}};
    }
    if (name == "fping") return describe_fping();
    if (name == "sweep") return describe_sweep();
    if (name == "capture") return describe_capture();
    if (name == "craft") return describe_craft();
    if (name == "dissect") return describe_dissect();
    if (name == "list") return describe_list();
    if (name == "file") return describe_file({});
    if (name.starts_with("file ")) return describe_file(name.substr(5));
    return describe_housework(name);
}

std::vector<std::string_view> names_of(const option_info& option) {
    std::vector<std::string_view> made;
    std::string_view rest = option.names;
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        made.push_back(rest.substr(0, comma));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return made;
}

std::string_view short_name(const option_info& option) noexcept {
    return option.names.starts_with("--") ? std::string_view{} : option.names.substr(0, 2);
}

std::string_view long_name(const option_info& option) noexcept {
    const auto at = option.names.find("--");
    if (at == std::string_view::npos) return {};
    const std::string_view rest = option.names.substr(at);
    return rest.substr(0, rest.find(','));
}

std::vector<std::string_view> choices_of(const option_info& option) {
    std::vector<std::string_view> made;
    const bool is_list =
        option.value.find('|') != std::string_view::npos &&
        option.value.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
    if (!is_list) return made;
    std::string_view rest = option.value;
    while (!rest.empty()) {
        const auto bar = std::min(rest.find('|'), rest.size());
        made.push_back(rest.substr(0, bar));
        rest.remove_prefix(std::min(bar + 1, rest.size()));
    }
    return made;
}

}  // namespace sonde::cli
