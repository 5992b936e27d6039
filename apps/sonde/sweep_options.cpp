/// The rows of sweep.
#include <algorithm>
#include <array>

#include "many_rows.hpp"
#include "probe_rows.hpp"

namespace sonde::cli {
namespace {

using row = option_row<sweep_settings>;

constexpr std::string_view whom = "Whom to ask";
constexpr std::string_view how = "How";
constexpr std::uint64_t workers_max = 15;

void apply_port(sweep_settings& s, option_value& v) {
    struct carried {
        std::optional<port_kind> by;
        xdp_mode place = xdp_mode::automatic;
    };
    static constexpr std::array<carried, 6> meant{{{std::nullopt},
                                                   {port_kind::socket},
                                                   {port_kind::packet_ring},
                                                   {port_kind::xdp},
                                                   {port_kind::xdp, xdp_mode::driver},
                                                   {port_kind::xdp, xdp_mode::generic}}};
    const auto at = v.choice({"auto", "socket", "packet", "xdp", "xdp-driver", "xdp-generic"});
    if (!at) return;
    s.carrier = meant[*at].by;
    s.xdp = meant[*at].place;
}

const std::array table{
    row{{"--file", "FILE|-", whom, "targets from a file, one a line; -: standard input"},
        [](sweep_settings& s, option_value& v) { s.files.emplace_back(v.text()); }},
    row{{"--exclude", "TARGET", whom, "leave out: an address, a prefix or a range, with commas"},
        [](sweep_settings& s, option_value& v) { s.exclusions.emplace_back(v.text()); }},
    row{{"--exclude-file", "FILE", whom, "leave out what this file lists"},
        [](sweep_settings& s, option_value& v) { s.exclusion_files.emplace_back(v.text()); }},
    row{{"-r,--rate", "N", how, "probes a second (10k), as 500, 200k or 1M; 0: without limit"},
        [](sweep_settings& s, option_value& v) {
            if (const auto read = v.rate()) s.options.rate = *read;
        }},
    row{{"--order", "random|ascending", how, "random spreads them, so that no network is hit hard"},
        [](sweep_settings& s, option_value& v) {
            if (const auto at = v.choice({"random", "ascending"})) s.options.in_order = *at == 1;
        }},
    row{{"--seed", "N", how, "of the order: the same seed, the same order"},
        [](sweep_settings& s, option_value& v) {
            v.whole_into(s.options.seed, 1, UINT64_MAX);
            s.common.seed = s.options.seed;
        }},
    row{{"--resume", "POSITION", how, "go on where an interrupted sweep ended; with its --seed"},
        [](sweep_settings& s, option_value& v) {
            v.whole_into(s.options.position, 0, UINT64_MAX);
        }},
    row{{"-t,--tries", "N", how, "probes to an address that does not answer (1)"},
        [](sweep_settings& s, option_value& v) { v.whole_into(s.options.tries, 1, u8_max); }},
    row{{"-W,--timeout", "SECONDS", how, "how long to wait after the last probe (2)"},
        [](sweep_settings& s, option_value& v) { v.duration_into(s.options.timeout); }},
    row{{"-s,--size", "OCTETS", how, "data behind the ICMP header (16, and not less)"},
        [](sweep_settings& s, option_value& v) {
            v.whole_into(s.options.payload_len, 16, payload_len_max);
        }},
    row{{"--port",
         "auto|socket|packet|xdp|xdp-driver|xdp-generic",
         how,
         "what carries the probes; auto: the fastest allowed"},
        apply_port},
    row{{"--workers", "N", how, "threads that probe; without it, as the rate asks"},
        [](sweep_settings& s, option_value& v) { v.whole_into(s.workers, 1, workers_max); }},
    ipv4_row<sweep_settings>,
    ipv6_row<sweep_settings>,
    row{{"-I,--interface", "NAME", sockets_group, "send from this interface"},
        [](sweep_settings& s, option_value& v) {
            s.options.socket.interface = short_text<15>(v.text());
        }},
    row{{"--source", "ADDRESS", sockets_group, "send from this address"},
        [](sweep_settings& s, option_value& v) { s.options.socket.source = v.address(); }},
    row{{"-m,--mark", "N", sockets_group, "firewall mark (needs CAP_NET_ADMIN)"},
        [](sweep_settings& s, option_value& v) {
            v.whole_into(s.options.socket.mark, 0, u32_max);
        }},
    row{{"-y,--yes", "", safety_group, "sweep large public networks without being asked"},
        [](sweep_settings& s, option_value&) { s.yes = true; }},
    host_rate_row<sweep_settings>,
    network_rate_row<sweep_settings>,
    row{{"-b,--broadcast", "", safety_group, "broadcast and multicast addresses, too"},
        [](sweep_settings& s, option_value&) { s.options.ceilings.allow_broadcast = true; }},
    row{{"-a,--alive", "", output_group, "addresses that answer, one a line (the default)"},
        [](sweep_settings& s, option_value&) { s.common.format = output_format::text; }},
    json_row<sweep_settings>,
    csv_row<sweep_settings>,
    row{{"-v,--verbose", "", output_group, "each address with the time that it took"},
        [](sweep_settings& s, option_value&) { s.common.verbose = true; }},
    row{{"-q,--quiet", "", output_group, "nothing on standard error"},
        [](sweep_settings& s, option_value&) { s.common.quiet = true; }},
    row{{"--progress", "", output_group, "how far it is, even where that is no terminal"},
        [](sweep_settings& s, option_value&) { s.progress = true; }},
    until_row_of_run<sweep_settings>,
    fail_if_row<sweep_settings>,
    sim_row<sweep_settings>,
    help_row<sweep_settings>,
    version_row<sweep_settings>,
};

constexpr std::array examples{
    example{"sonde sweep 192.0.2.0/24", "who answers, one address a line"},
    example{"sonde sweep 10.0.0.0/16 --rate 200k --exclude 10.0.9.0/24 > alive.txt",
            "a large network, without a part of it"},
    example{"sonde sweep --file networks.txt --json -t 2", "for a program; the silent twice"},
    example{"sonde sweep 10.0.0.0/8 --seed 7 --resume 1200000", "go on where it was interrupted"},
};

constexpr std::array exits{
    exit_rule{0, "somebody answered"},
    exit_rule{1, "nobody did, or --fail-if is true"},
    exit_rule{2, "wrong option, no permission, not confirmed"},
};

}  // namespace

std::span<const option_row<sweep_settings>> sweep_rows() noexcept { return table; }

command_info describe_sweep() {
    return {"sweep",
            "ask every address of networks, and list who answers",
            "[options] [TARGET...]",
            "Sends one echo request to each address, in an order that looks random, and keeps no "
            "list of what it sent: millions of addresses need little memory. Targets are "
            "addresses, prefixes (192.0.2.0/24) and ranges (192.0.2.1-192.0.2.9). Before it "
            "starts it says on standard error what is going to whom, then how far it is. "
            "Ctrl-C ends it with the command that goes on. Conditions are about the sweep as a "
            "whole: received and answered count addresses. " +
                condition_help(),
            infos(table),
            examples,
            exits,
            {}};
}

}  // namespace sonde::cli
