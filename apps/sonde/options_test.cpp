#include <gtest/gtest.h>

#include "option_table.hpp"
#include "packet_choice.hpp"
#include "settings.hpp"

namespace sonde::cli {
namespace {

using namespace std::chrono_literals;

template <class Settings>
Settings read_as(const std::vector<std::string>& arguments) {
    const invocation read = read_arguments(arguments);
    if (const auto* wrong = std::get_if<wrong_usage>(&read)) {
        for (const auto& each : wrong->problems) ADD_FAILURE() << each;
        return {};
    }
    return std::get<Settings>(read);
}

std::vector<std::string> problems_of(const std::vector<std::string>& arguments) {
    const invocation read = read_arguments(arguments);
    const auto* wrong = std::get_if<wrong_usage>(&read);
    return wrong == nullptr ? std::vector<std::string>{} : wrong->problems;
}

TEST(options, keep_the_letters_of_ping) {
    const auto read = read_as<ping_settings>(
        {"ping", "-c3", "-i", "0.2",  "-W", "1",  "-w",      "9",  "-s",   "100",
         "-t",   "5",   "-Q", "0x10", "-M", "do", "-nqDOAv", "-I", "eth0", "192.0.2.1"});
    EXPECT_EQ(read.options.count, 3U);
    EXPECT_EQ(read.options.interval, 200ms);
    EXPECT_EQ(read.options.timeout, 1s);
    EXPECT_EQ(read.options.deadline, nanoseconds(9s));
    EXPECT_EQ(read.options.payload_len, 100);
    EXPECT_EQ(read.options.hop_limit, 5);
    EXPECT_EQ(read.options.socket.traffic_class, 0x10);
    EXPECT_EQ(read.options.socket.dont_fragment, true);
    EXPECT_EQ(read.options.socket.interface.view(), "eth0");
    EXPECT_TRUE(read.common.numeric && read.common.quiet && read.common.verbose);
    EXPECT_TRUE(read.time_stamps && read.outstanding && read.options.adaptive);
    EXPECT_EQ(read.common.targets, std::vector<std::string>{"192.0.2.1"});
}

TEST(options, of_ping_run_until_stopped_unless_counted) {
    EXPECT_FALSE(read_as<ping_settings>({"ping", "192.0.2.1"}).options.count.has_value());
}

TEST(options, keep_the_letters_of_traceroute) {
    const auto read = read_as<trace_settings>(
        {"traceroute", "-T",   "-p", "443", "-f",   "2",        "-m", "9",
         "-q",         "1",    "-w", "3,4", "-N",   "1",        "-s", "192.0.2.9",
         "-i",         "eth0", "-t", "8",   "-neF", "192.0.2.1"});
    EXPECT_EQ(read.options.method, probe_method::tcp);
    EXPECT_EQ(read.options.destination_port, 443);
    EXPECT_EQ(read.options.first_hop, 2);
    EXPECT_EQ(read.options.max_hops, 9);
    EXPECT_EQ(read.options.probes_per_hop, 1);
    EXPECT_EQ(read.options.timeout, 3s);
    EXPECT_EQ(read.options.wait_factor, 4.0);
    EXPECT_TRUE(read.options.one_at_a_time);
    EXPECT_EQ(read.options.socket.source, ip_address::parse("192.0.2.9"));
    EXPECT_EQ(read.options.socket.interface.view(), "eth0");
    EXPECT_TRUE(read.common.numeric && read.extensions);
    EXPECT_EQ(read.options.socket.dont_fragment, true);
}

TEST(options, take_an_address_or_a_name_for_the_interface_of_ping) {
    const auto read = read_as<ping_settings>({"ping", "-I", "192.0.2.9", "192.0.2.1"});
    EXPECT_EQ(read.options.socket.source, ip_address::parse("192.0.2.9"));
    EXPECT_TRUE(read.options.socket.interface.empty());
}

TEST(options, take_times_with_units) {
    EXPECT_EQ(read_as<ping_settings>({"ping", "-i", "250ms", "x"}).options.interval, 250ms);
    EXPECT_EQ(read_as<ping_settings>({"ping", "-i", "50us", "x"}).options.interval, 50us);
    EXPECT_EQ(read_as<trace_settings>({"trace", "-z", "20", "x"}).options.pace, 20ms);
    EXPECT_EQ(read_as<trace_settings>({"trace", "-z", "0.5", "x"}).options.pace, 500ms);
}

TEST(options, take_a_pattern_as_ping_does) {
    const auto read = read_as<ping_settings>({"ping", "-p", "fF0", "x"});
    EXPECT_EQ(read.options.pattern.view(), std::string_view("\x0f\xf0"));
}

TEST(options, are_all_judged_at_once) {
    EXPECT_EQ(
        problems_of({"ping", "-c", "no", "-i", "-1", "--socket", "tcp", "--nosuch", "-W"}),
        (std::vector<std::string>{
            "--count is no: it must be a whole number, 1 or more",
            "--interval is -1: it must be a time in seconds, as 0.2, or with a unit, as 200ms",
            "--timeout needs a value: SECONDS",
            "--socket is tcp: it must be auto, raw or dgram",
            "--nosuch is no option of ping; `sonde ping --help` lists them",
            "no target is given: `sonde ping TARGET`"}));
}

TEST(options, that_name_something_are_given_once_and_numbers_may_be_said_again) {
    EXPECT_EQ(read_as<dissect_settings>({"dissect", "-c", "3", "-c", "5", "x"}).count, 5U);
    EXPECT_EQ(problems_of({"capture", "-i", "eth0", "-i", "eth1"}),
              std::vector<std::string>{"--interface is given 2 times: it can be given once"});
    EXPECT_EQ(problems_of({"dissect", "--filter", "tcp", "--filter", "udp", "x"}),
              std::vector<std::string>{"--filter is given 2 times: it can be given once"});
    EXPECT_EQ(problems_of({"dissect", "-r", "a", "-r", "b"}),
              std::vector<std::string>{"--read is given 2 times: it can be given once"});
    EXPECT_EQ(problems_of({"craft", "-w", "a", "-w", "b", "-w", "c", "ipv4"}),
              std::vector<std::string>{"--write is given 3 times: it can be given once"});
    EXPECT_EQ(problems_of({"dissect", "-tttttt", "x"}),
              std::vector<std::string>{
                  "--time is given 6 times: its forms are -t (no time), -tt (seconds since 1970), "
                  "-ttt (since the packet before), -tttt (with the date) and -ttttt (since the "
                  "first packet)"});
    EXPECT_EQ(read_as<dissect_settings>({"dissect", "-vv", "-ttttt", "x"}).time,
              time_form::since_first);
}

TEST(options, of_ping_given_twice_are_what_they_are_last) {
    EXPECT_EQ(read_as<ping_settings>({"ping", "-c", "3", "-c", "5", "x"}).options.count, 5U);
    const auto both = read_as<ping_settings>({"ping", "-w", "5", "-w", "a.cap", "x"});
    EXPECT_EQ(both.options.deadline, nanoseconds(5s));
    EXPECT_EQ(both.common.write_to, "a.cap");
    EXPECT_EQ(problems_of({"ping", "-w", "a.pcap", "--write", "b.pcap", "x"}),
              std::vector<std::string>{"--write is b.pcap: this run is kept in a.pcap already"});
}

TEST(options, that_name_a_capture_say_what_it_is) {
    const std::string known =
        "a name that ends in .pcap, .cap, .dump or .dmp (pcap), .pcapng or .ntar (pcapng), each "
        "also with .gz or .zst, or a name without a suffix";
    for (const std::vector<std::string>& before : {std::vector<std::string>{"dissect", "x"},
                                                   {"capture"},
                                                   {"craft", "ipv4"},
                                                   {"file", "cut", "x"},
                                                   {"file", "convert", "x"},
                                                   {"file", "merge", "x"},
                                                   {"file", "split", "--packets", "1", "x"},
                                                   {"file", "anonymize", "x"},
                                                   {"ping", "x"},
                                                   {"trace", "x"}}) {
        for (const std::string name : {"x.txt", "x.jpg", "x.pcap.bz2", "x.pcap0"}) {
            auto arguments = before;
            arguments.insert(arguments.end(), {"--write", name});
            EXPECT_EQ(problems_of(arguments),
                      std::vector<std::string>{"--write is " + name + ": it must be " + known})
                << before.front();
        }
        for (const char* name : {"out", "x.cap", "x.dump.zst", "a.b/out", "X.PCAPNG"}) {
            auto arguments = before;
            arguments.insert(arguments.end(), {"--write", name});
            EXPECT_EQ(problems_of(arguments), std::vector<std::string>{}) << before.front();
        }
    }
    EXPECT_EQ(problems_of({"ping", "-w", "x.txt", "y"}).size(), 1U);
    EXPECT_EQ(read_as<ping_settings>({"ping", "-w", "5.dump", "x"}).common.write_to, "5.dump");
}

TEST(options, of_time_that_would_never_pass_are_refused) {
    const auto refused = [](const std::string& name) {
        return std::vector<std::string>{
            name + " is 0: it must be a time above 0 seconds, as 0.2, or with a unit, as 200ms"};
    };
    EXPECT_EQ(problems_of({"file", "split", "--duration", "0", "-w", "x", "y"}),
              (std::vector<std::string>{refused("--duration").front()}));
    EXPECT_EQ(problems_of({"capture", "--duration", "0"}), refused("--duration"));
    EXPECT_EQ(problems_of({"capture", "-w", "x", "-G", "0"}), refused("--rotate-after"));
}

TEST(options, of_craft_pick_a_packet_only_of_a_file) {
    EXPECT_EQ(problems_of({"craft", "--frame", "2", "ipv4"}),
              std::vector<std::string>{"--frame picks a packet of a file: --from FILE"});
    EXPECT_EQ(read_as<craft_settings>({"craft", "--from", "x", "--frame", "2"}).frame, 2U);
}

TEST(options, of_the_other_tool_get_the_one_that_was_meant) {
    EXPECT_EQ(problems_of({"trace", "-c", "3", "x"}),
              std::vector<std::string>{
                  "-c is no option of trace: for the number of probes to each hop there is -q"});
    EXPECT_EQ(
        problems_of({"ping", "-i", "eth0", "x"}),
        std::vector<std::string>{
            "--interval is eth0: it must be a time in seconds; for an interface there is -I"});
    EXPECT_EQ(problems_of({"trace", "-A", "x"}),
              std::vector<std::string>{"-A is no option of trace: AS numbers are not looked up"});
    EXPECT_EQ(problems_of({"ping", "--cuont", "3", "x"}),
              std::vector<std::string>{"--cuont is no option of ping: did you mean --count?"});
}

TEST(options, that_contradict_each_other_are_refused) {
    EXPECT_EQ(problems_of({"ping", "-4", "-6", "x"}),
              std::vector<std::string>{"--ipv4 and --ipv6 exclude each other"});
    EXPECT_EQ(problems_of({"trace", "-I", "-T", "x"}),
              std::vector<std::string>{"--icmp and --tcp exclude each other"});
    EXPECT_FALSE(problems_of({"trace", "-f", "9", "-m", "3", "x"}).empty());
}

TEST(options, name_the_command_that_was_probably_meant) {
    EXPECT_EQ(problems_of({"pnig"}),
              std::vector<std::string>{"pnig is no command: did you mean ping?"});
    EXPECT_EQ(problems_of({"completion", "basch"}),
              std::vector<std::string>{"basch is no shell: did you mean bash?"});
    EXPECT_EQ(problems_of({}),
              std::vector<std::string>{"no command is given; `sonde help` lists them"});
}

TEST(options, say_no_control_characters) {
    EXPECT_EQ(
        problems_of({"ping", "-c", "\033[31m", "x"}),
        std::vector<std::string>{"--count is \\027[31m: it must be a whole number, 1 or more"});
}

template <class Rows>
void expect_each_name_once(const Rows& rows) {
    std::vector<std::string_view> seen;
    for (const auto& row : rows) {
        for (const auto name : names_of(row.info)) {
            EXPECT_EQ(std::count(seen.begin(), seen.end(), name), 0) << name;
            seen.push_back(name);
        }
        EXPECT_FALSE(long_name(row.info).empty()) << row.info.names;
        EXPECT_FALSE(row.info.text.empty()) << row.info.names;
    }
}

TEST(options, have_each_name_once_and_a_long_one) {
    expect_each_name_once(ping_rows());
    expect_each_name_once(fping_rows());
    expect_each_name_once(sweep_rows());
    expect_each_name_once(trace_rows());
    expect_each_name_once(doctor_rows());
    expect_each_name_once(dissect_rows());
    expect_each_name_once(list_rows());
    expect_each_name_once(file_info_rows());
    expect_each_name_once(file_cut_rows());
    expect_each_name_once(file_convert_rows());
    expect_each_name_once(file_merge_rows());
    expect_each_name_once(file_split_rows());
    expect_each_name_once(file_anonymize_rows());
    expect_each_name_once(file_verify_rows());
}

TEST(options, of_ping_that_are_for_one_target_are_refused_for_several) {
    EXPECT_EQ(
        problems_of({"ping", "-f", "x", "y"}),
        std::vector<std::string>{"--flood is for one target: several have --interval and --rate"});
    EXPECT_EQ(problems_of({"ping", "-A", "-l", "3", "--file", "x"}),
              (std::vector<std::string>{
                  "--adaptive is for one target: several have --interval and --rate",
                  "--preload is for one target: several have --interval and --rate"}));
    EXPECT_TRUE(problems_of({"ping", "-f", "x"}).empty());
    EXPECT_EQ(problems_of({"ping", "--live", "x"}),
              std::vector<std::string>{"--live is for several targets"});
    EXPECT_EQ(problems_of({"ping", "--live", "--json", "x", "y"}),
              std::vector<std::string>{"--live and --json exclude each other"});
}

TEST(options, of_ping_for_several_targets) {
    const auto read = read_as<ping_settings>({"ping",
                                              "--rate",
                                              "20k",
                                              "--live",
                                              "--file",
                                              "-",
                                              "--host-rate",
                                              "0",
                                              "--network-rate",
                                              "1M"});
    EXPECT_EQ(read.rate, 20'000);
    EXPECT_EQ(read.view, many_view::live);
    EXPECT_EQ(read.file, "-");
    EXPECT_EQ(read.ceilings.per_host, 0);
    EXPECT_EQ(read.ceilings.per_network, 1e6);
    EXPECT_TRUE(read.has_several());
}

TEST(options, read_conditions_and_say_where_they_are_wrong) {
    const auto read = read_as<ping_settings>(
        {"ping", "--until", "received >= 3", "--fail-if", "loss > 5 %", "x"});
    ASSERT_TRUE(read.conditions.until && read.conditions.fail_if);
    EXPECT_EQ(read.conditions.fail_if->text(), "loss > 5 %");
    EXPECT_EQ(problems_of({"ping", "--fail-if", "lss > 5 %", "x"}),
              std::vector<std::string>{"--fail-if is lss > 5 %: it must be a condition; at 1: lss "
                                       "is none of the names: did you mean loss?"});
    EXPECT_EQ(problems_of({"sweep", "--until", "loss > 5 parts", "192.0.2.1"}).size(), 1U);
    EXPECT_EQ(problems_of({"fping", "--fail-if", "p95 >", "x"}),
              std::vector<std::string>{"--fail-if is p95 >: it must be a condition; at 6: "
                                       "something is missing at the end"});
}

TEST(options, keep_the_letters_of_fping) {
    const auto read = read_as<fping_settings>(
        {"fping", "-C5", "-q",         "-i1", "-p", "20.5", "-t", "300", "-B1.0",     "-r1", "-b",
         "12",    "-H",  "9",          "-O",  "16", "-M",   "-R", "-S",  "192.0.2.9", "-I",  "eth0",
         "-k",    "7",   "-AdDeNomsJ", "-x",  "3",  "-T",   "9",  "-4",  "x",         "y"});
    EXPECT_EQ(read.count, 5U);
    EXPECT_TRUE(read.all_rtts && read.common.quiet);
    EXPECT_EQ(read.interval, 1ms);
    EXPECT_EQ(read.period, 20'500us);
    EXPECT_EQ(read.timeout, nanoseconds(300ms));
    EXPECT_EQ(read.backoff, 1.0);
    EXPECT_EQ(read.retries, 1);
    EXPECT_EQ(read.payload_len, 12);
    EXPECT_EQ(read.hop_limit, 9);
    EXPECT_EQ(read.socket.traffic_class, 16);
    EXPECT_EQ(read.socket.dont_fragment, true);
    EXPECT_EQ(read.socket.source, ip_address::parse("192.0.2.9"));
    EXPECT_EQ(read.socket.mark, 7U);
    EXPECT_TRUE(read.by_address && read.force_name && read.time_stamps && read.elapsed);
    EXPECT_TRUE(read.netdata && read.outage && read.all_addresses && read.statistics && read.json);
    EXPECT_EQ(read.enough, 3U);
    EXPECT_EQ(read.common.targets, (std::vector<std::string>{"x", "y"}));
    // Without targets they come from standard input.
    EXPECT_TRUE(problems_of({"fping", "-a"}).empty());
}

TEST(options, of_fping_that_are_wrong_end_as_fping_does) {
    for (const std::vector<std::string>& line : {std::vector<std::string>{"fping", "-c", "0", "x"},
                                                 {"fping", "-a", "-u", "x"},
                                                 {"fping", "-c", "1", "-l", "x"},
                                                 {"fping", "-n", "-d", "x"},
                                                 {"fping", "-B", "6", "x"},
                                                 {"fping", "-g"},
                                                 {"fping", "-g", "a", "b", "c"},
                                                 {"fping", "-f", "y", "x"},
                                                 {"fping", "-J", "x"},
                                                 {"fping", "-z"}}) {
        const invocation read = read_arguments(line);
        const auto* wrong = std::get_if<wrong_usage>(&read);
        ASSERT_NE(wrong, nullptr) << line[1];
        EXPECT_EQ(wrong->problems.size(), 1U) << line[1];
        EXPECT_EQ(wrong->exit_code, 1) << line[1];
    }
}

TEST(options, of_a_sweep) {
    const auto read = read_as<sweep_settings>({"sweep",     "10.0.0.0/16", "--rate",
                                               "200k",      "--exclude",   "10.0.9.0/24,10.0.8.1",
                                               "--seed",    "7",           "--resume=1200",
                                               "--tries",   "2",           "-W",
                                               "0.5",       "--port",      "packet",
                                               "--workers", "2",           "--order",
                                               "ascending", "--yes",       "-b",
                                               "--json"});
    EXPECT_EQ(read.options.rate, 200'000);
    EXPECT_EQ(read.options.seed, 7U);
    EXPECT_EQ(read.options.position, 1200U);
    EXPECT_EQ(read.options.tries, 2);
    EXPECT_EQ(read.options.timeout, 500ms);
    EXPECT_TRUE(read.options.in_order && read.options.ceilings.allow_broadcast && read.yes);
    EXPECT_EQ(read.carrier, port_kind::packet_ring);
    EXPECT_EQ(read.workers, 2U);
    EXPECT_EQ(read.exclusions, std::vector<std::string>{"10.0.9.0/24,10.0.8.1"});
    EXPECT_EQ(read.words.size(), 18U);  // all but --seed 7 and --resume=1200
    EXPECT_EQ(std::count(read.words.begin(), read.words.end(), "7"), 0);
    EXPECT_FALSE(read_as<sweep_settings>({"sweep", "x"}).carrier.has_value());
}

TEST(options, of_a_sweep_that_cannot_be_are_refused) {
    EXPECT_EQ(problems_of({"sweep"}),
              std::vector<std::string>{"no target is given: `sonde sweep TARGET`"});
    EXPECT_EQ(
        problems_of({"sweep", "--resume", "5", "x"}),
        std::vector<std::string>{"--resume needs the --seed of the sweep that it goes on with"});
    EXPECT_EQ(problems_of({"sweep", "--rate", "fast", "x"}),
              std::vector<std::string>{"--rate is fast: it must be a number a second, as 500, 200k "
                                       "or 1M; 0 is without limit"});
    EXPECT_EQ(problems_of({"sweep", "--json", "--csv", "x"}).size(), 1U);
}

TEST(options, keep_the_letters_of_tcpdump) {
    const auto read = read_as<dissect_settings>({"dissect",
                                                 "-nnvvr",
                                                 "x.pcap",
                                                 "-c5",
                                                 "-ttt",
                                                 "-eq",
                                                 "-w",
                                                 "y.pcapng",
                                                 "tcp",
                                                 "port",
                                                 "80"});
    EXPECT_EQ(read.file, "x.pcap");
    EXPECT_EQ(read.form, dissect_form::tree);
    EXPECT_EQ(read.count, 5U);
    EXPECT_EQ(read.time, time_form::delta);
    EXPECT_TRUE(read.link && read.quiet);
    EXPECT_EQ(read.write_to, "y.pcapng");
    EXPECT_EQ(read.words, (std::vector<std::string>{"tcp", "port", "80"}));
}

TEST(options, count_how_often_the_letter_of_the_time_is_given) {
    EXPECT_EQ(read_as<dissect_settings>({"dissect", "x"}).time, time_form::clock);
    EXPECT_EQ(read_as<dissect_settings>({"dissect", "x", "-t"}).time, time_form::none);
    EXPECT_EQ(read_as<dissect_settings>({"dissect", "x", "-tt"}).time, time_form::epoch);
    EXPECT_EQ(read_as<dissect_settings>({"dissect", "x", "-t", "-ttt"}).time, time_form::date);
    EXPECT_EQ(read_as<dissect_settings>({"dissect", "x", "-ttttt"}).time, time_form::since_first);
}

TEST(options, take_a_capture_behind_w_of_ping_and_trace_and_a_time_too) {
    EXPECT_EQ(read_as<ping_settings>({"ping", "-w", "x.pcapng", "192.0.2.1"}).common.write_to,
              "x.pcapng");
    EXPECT_EQ(read_as<ping_settings>({"ping", "-w", "3", "192.0.2.1"}).options.deadline,
              nanoseconds(3s));
    EXPECT_EQ(read_as<trace_settings>({"trace", "-w", "x.pcap.gz", "192.0.2.1"}).common.write_to,
              "x.pcap.gz");
}

TEST(options, of_file_commands_say_what_is_missing) {
    EXPECT_EQ(problems_of({"file", "cut", "x.pcap"}).size(), 1U);
    EXPECT_EQ(problems_of({"file", "cut"}).size(), 2U);
    EXPECT_EQ(problems_of({"file", "split", "-w", "y", "x"}).size(), 1U);
    EXPECT_EQ(problems_of({"file", "merge", "-w", "y", "a", "b"}).size(), 0U);
    EXPECT_EQ(problems_of({"file"}).size(), 1U);
}

TEST(options, keep_the_letters_of_tcpdump_live) {
    const auto read = read_as<capture_settings>(
        {"capture", "-i",     "eth0", "-nnlpevxtttt", "-c", "5",   "-s",     "96",
         "-w",      "x.pcap", "-C",   "10",           "-G", "60",  "-W",     "3",
         "-Q",      "in",     "-B",   "4096",         "-U", "tcp", "port 80"});
    EXPECT_EQ(read.interface, "eth0");
    EXPECT_EQ(read.count, 5U);
    EXPECT_EQ(read.snap_len, 96U);
    EXPECT_FALSE(read.promiscuous);
    EXPECT_EQ(read.rotate_octets, 10'000'000U);  // tcpdump counts -C in millions
    EXPECT_EQ(read.rotate_after, nanoseconds(60s));
    EXPECT_EQ(read.files_max, 3U);
    EXPECT_EQ(read.direction, capture_direction::inbound);
    EXPECT_EQ(read.buffer_kib, 4096U);
    EXPECT_EQ(read.time, time_form::date);
    EXPECT_TRUE(read.flush && read.link && read.hex && read.form == dissect_form::tree);
    EXPECT_EQ(read.words, (std::vector<std::string>{"tcp", "port 80"}));
    // 0 is tcpdump's word for whole packets.
    EXPECT_EQ(read_as<capture_settings>({"capture", "-s", "0"}).snap_len, 262'144U);
}

TEST(options, of_capture_and_craft_that_contradict_each_other_are_refused) {
    EXPECT_EQ(problems_of({"capture", "-C", "10M"}).size(), 1U);
    EXPECT_EQ(problems_of({"capture", "-w", "-", "--stats"}).size(), 1U);
    EXPECT_EQ(problems_of({"capture", "-W", "3", "-w", "x.pcap"}).size(), 1U);
    EXPECT_EQ(problems_of({"craft"}).size(), 1U);
    EXPECT_EQ(problems_of({"craft", "--random", "ipv4"}).size(), 1U);
    EXPECT_EQ(problems_of({"craft", "--rate", "9", "ipv4"}).size(), 1U);
    EXPECT_EQ(problems_of({"craft", "--rate", "0", "--send", "ipv4"}).size(), 1U);
    EXPECT_EQ(problems_of({"craft", "-c", "0", "ipv4"}).size(), 1U);
    EXPECT_EQ(problems_of({"craft", "-w", "-", "--tree", "ipv4"}).size(), 1U);
}

TEST(options, of_craft_send_when_answers_are_wanted) {
    const auto read = read_as<craft_settings>({"craft", "--answers", "--rate", "max", "ipv4"});
    EXPECT_TRUE(read.send && read.answers);
    EXPECT_EQ(read.rate, 0.0);
    EXPECT_FALSE(read_as<craft_settings>({"craft", "ipv4"}).send);
}

TEST(frame_ranges, take_numbers_from_one_and_both_ends) {
    const auto read = parse_frame_ranges("1-10,17,300-");
    ASSERT_TRUE(read);
    for (const std::uint64_t in : {1U, 10U, 17U, 300U, 1'000'000U}) EXPECT_TRUE(read->contains(in));
    for (const std::uint64_t out : {11U, 16U, 18U, 299U}) EXPECT_FALSE(read->contains(out));
    EXPECT_EQ(parse_frame_ranges("-5,3")->last(), 5U);
    for (const char* wrong : {"", "0", "1,", "10-1", "a", "-", "1--2", "0-3"}) {
        EXPECT_FALSE(parse_frame_ranges(wrong)) << wrong;
    }
}

TEST(moments, are_dates_seconds_since_1970_or_since_the_first_packet) {
    // date -u -d '2026-03-01T12:00:00' +%s
    constexpr auto noon = std::chrono::seconds(1'772'366'400);
    EXPECT_EQ(parse_moment("2026-03-01T12:00:00")->at, noon);
    EXPECT_EQ(parse_moment("2026-03-01 12:00")->at, noon);
    EXPECT_EQ(parse_moment("2026-03-01T12:00:00.25Z")->at, noon + 250ms);
    EXPECT_EQ(parse_moment("2026-03-01")->at, noon - 12h);
    EXPECT_EQ(parse_moment("1772366400.000000001")->at, noon + 1ns);
    const auto later = parse_moment("+200ms");
    ASSERT_TRUE(later);
    EXPECT_EQ(later->when(wall_time(noon)), wall_time(noon + 200ms));
    for (const char* wrong : {"",
                              "+",
                              "2026-13-01",
                              "2026-02-30",
                              "12:00:00",
                              "2026-03-01T25:00",
                              "1e3",
                              "-1",
                              "2026-03-01T12:00:00x"}) {
        EXPECT_FALSE(parse_moment(wrong)) << wrong;
    }
}

}  // namespace
}  // namespace sonde::cli
