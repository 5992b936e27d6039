/// The only place that knows CLI11: it splits the arguments into options, values and targets. What
/// they mean is in the rows; all problems are collected.

// Nothing here prints or reads files: CLI11 is used for its parser alone.
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include <sonde/base/text.hpp>

#include "option_table.hpp"
#include "settings.hpp"

namespace sonde::cli {
namespace {

using problem_texts = std::vector<std::string>;

// A letter of another tool, or of the other command, and what to say about it.
struct letter_hint {
    std::string_view command;
    std::string_view letter;
    std::string_view hint;
};
constexpr std::array letter_hints{
    letter_hint{"ping", "-z", "for the time between probes there is -i"},
    letter_hint{"ping", "-F", "to forbid fragments there is -M do"},
    letter_hint{"ping", "-T", "ping sends ICMP; `sonde trace -T` sends TCP"},
    letter_hint{"ping", "-U", "`sonde ping --json` gives the user-space time as rtt_user_ms"},
    letter_hint{"ping", "-S", "for the source address there is --source"},
    letter_hint{"ping", "-N", "for addresses only there is -n"},
    letter_hint{"ping", "-R", "record route is not offered; `sonde trace` shows the way"},
    letter_hint{"ping", "-B", "the source address stays as it is chosen at the start"},
    letter_hint{"fping", "-z", "`sonde fping --json` tells everything"},
    letter_hint{"sweep", "-p", "for the rate there is --rate, for what carries it --port"},
    letter_hint{"sweep", "-i", "for the rate there is --rate"},
    letter_hint{"sweep", "-c", "for the number of probes to each address there is --tries"},
    letter_hint{"sweep", "-w", "for the time to wait there is --timeout"},
    letter_hint{"sweep", "-f", "for a file of targets there is --file"},
    letter_hint{"trace", "-c", "for the number of probes to each hop there is -q"},
    letter_hint{"trace", "-W", "for the longest wait there is -w"},
    letter_hint{"trace", "-Q", "for the traffic class there is -t"},
    letter_hint{"trace", "-A", "AS numbers are not looked up"},
    letter_hint{"trace", "-D", "for methods there are -I, -U and -T"},
    letter_hint{"trace", "-P", "for methods there are -I, -U and -T"},
    letter_hint{"trace", "-O", "the methods have no options of their own"},
    letter_hint{"trace", "-l", "the flow label stays what the kernel makes it"},
    letter_hint{"trace", "-g", "source routes are not offered: hardly a router obeys them"},
    letter_hint{"trace", "-v", "--json tells everything"},
    letter_hint{"capture", "-r", "files are read by `sonde dissect`"},
    letter_hint{"capture", "-A", "for octets as text there is -x"},
    letter_hint{"capture", "-F", "for a filter in a file there is --filter \"$(cat FILE)\""},
    letter_hint{"capture", "-Y", "filters are tcpdump's; they stand last or in --filter"},
    letter_hint{"capture", "-T", "for JSON there is --json"},
    letter_hint{"capture", "-z", "for conversations and protocols there is --stats"},
    letter_hint{"capture", "-Z", "every capability is given up as soon as the interface is open"},
    letter_hint{"capture", "-j", "for times by the interface's clock there is --hardware-stamps"},
    letter_hint{"capture", "-f", "it ends with -c, --duration or Ctrl-C"},
    letter_hint{"dissect", "-i", "a live interface is read by `sonde capture`"},
    letter_hint{"dissect", "-A", "for the text of a TCP stream there is --follow"},
    letter_hint{"dissect", "-F", "for a filter in a file there is --filter \"$(cat FILE)\""},
    letter_hint{"dissect", "-Y", "filters are tcpdump's; they stand last or in --filter"},
    letter_hint{"dissect", "-T", "for JSON there is --json"},
    letter_hint{"dissect", "-z", "for conversations and protocols there is --stats"},
};

template <class Row>
problem_texts unknown_option(std::string_view command, std::string_view token,
                             std::span<const Row> rows) {
    const std::string_view name = token.substr(0, token.find('='));
    std::string text = printable(name) + " is no option of " + std::string(command);
    const auto known =
        std::find_if(letter_hints.begin(), letter_hints.end(), [&](const auto& each) {
            return each.command == command && each.letter == name.substr(0, 2);
        });
    if (!name.starts_with("--") && known != letter_hints.end()) {
        return {text + ": " + std::string(known->hint)};
    }
    std::vector<std::string_view> names;
    for (const auto& row : rows) {
        for (const auto each : names_of(row.info)) names.push_back(each);
    }
    const auto near = nearest(name, names);
    if (!near.empty()) return {text + ": did you mean " + std::string(near) + "?"};
    return {text + "; `sonde " + std::string(command) + " --help` lists them"};
}

// What CLI11 made of the arguments.
struct split_arguments {
    std::vector<std::vector<std::string>> values{};  // of each row, in its order; empty: not given
    std::vector<std::size_t> times{};                // how often each was given
    std::vector<std::string> rest{};                 // targets and unknown options
    problem_texts problems{};
};

// Whether an argument could name the option. CLI11 compares each option that it is told of with all
// others, which took longer than a ping: it is told only of those that may occur.
bool may_occur(const option_info& option, const std::vector<std::string>& arguments) {
    const auto names = names_of(option);
    return std::any_of(arguments.begin(), arguments.end(), [&](std::string_view argument) {
        return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
            if (name.starts_with("--")) return argument.substr(0, argument.find('=')) == name;
            const bool is_cluster = argument.starts_with('-') && !argument.starts_with("--");
            return is_cluster && argument.find(name[1]) != std::string_view::npos;
        });
    });
}

template <class Row>
split_arguments split(std::span<const Row> rows, const std::vector<std::string>& arguments) {
    CLI::App parser;
    parser.set_help_flag();
    parser.allow_extras();
    std::vector<CLI::Option*> options;  // of each row; null where it cannot occur
    for (const auto& row : rows) {
        if (!may_occur(row.info, arguments)) {
            options.push_back(nullptr);
            continue;
        }
        const std::string names(row.info.names);
        if (row.info.value.empty()) {
            options.push_back(parser.add_flag(names));
        } else {
            // A value may be missing for the parser, so that it goes on and finds every problem.
            options.push_back(parser.add_option(names)->expected(0, 1));
        }
        options.back()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
    split_arguments made;
    try {
        parser.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& error) {
        made.problems.emplace_back(error.what());
        return made;
    }
    for (const auto* option : options) {
        const bool was_given = option != nullptr && option->count() > 0;
        made.values.push_back(was_given ? option->results() : std::vector<std::string>{});
        made.times.push_back(was_given ? option->count() : 0);
    }
    made.rest = parser.remaining();
    return made;
}

// Which of the rows with these names were given; more than one is too many.
template <class Row>
void check_exclusive(std::span<const Row> rows, const split_arguments& found,
                     std::initializer_list<std::string_view> names, problem_texts& problems) {
    std::string given;
    int count = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto name = long_name(rows[i].info);
        if (found.values[i].empty() || std::find(names.begin(), names.end(), name) == names.end()) {
            continue;
        }
        if (count++ > 0) given += " and ";
        given += name;
    }
    if (count > 1) problems.push_back(given + " exclude each other");
}

// A number or a choice may be said again, and the last one holds: so a script can have its own. A
// file, an interface, a filter that is said first must not be lost in silence.
bool may_be_said_again(const option_info& option) {
    constexpr std::array<std::string_view, 6> numbers{
        "N", "N|max", "SECONDS", "OCTETS", "SIZE", "KIB"};
    return option.value.empty() || !choices_of(option).empty() ||
           std::find(numbers.begin(), numbers.end(), option.value) != numbers.end();
}

template <class Row>
void check_given_once(std::span<const Row> rows, const split_arguments& found,
                      problem_texts& problems) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (found.times[i] < 2 || may_be_said_again(rows[i].info)) continue;
        problems.push_back(std::string(long_name(rows[i].info)) + " is given " +
                           std::to_string(found.times[i]) + " times: it can be given once");
    }
}

template <class Row, class Settings>
void apply(std::span<const Row> rows, const split_arguments& found, Settings& settings,
           problem_texts& problems) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (found.values[i].empty() || rows[i].apply == nullptr) continue;
        const option_info& info = rows[i].info;
        const std::string name(long_name(info));
        const bool is_switch = info.value.empty();
        // In their order, so that the last one holds, as in ping; -w may be a time, then a file.
        for (const std::string& text : found.values[i]) {
            if (!is_switch && text.empty()) {
                problems.push_back(name + " needs a value: " + std::string(info.value));
            } else if (is_switch && text != "true") {
                problems.push_back(name + " takes no value");
            } else {
                option_value value(name, text, problems, found.times[i]);
                rows[i].apply(settings, value);
            }
            if (is_switch) break;  // it is told how often it is given
        }
    }
}

template <class Row>
bool is_given(std::span<const Row> rows, const split_arguments& found, std::string_view name) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (long_name(rows[i].info) == name) return !found.values[i].empty();
    }
    return false;
}

std::string version_text() { return "sonde " SONDE_VERSION "\n"; }

template <class Row>
std::optional<show_text> asked_for_text(std::string_view command, std::span<const Row> rows,
                                        const split_arguments& found) {
    if (!found.problems.empty()) return std::nullopt;
    if (is_given(rows, found, "--help")) return show_text{help_text(describe_command(command))};
    if (is_given(rows, found, "--version")) return show_text{version_text()};
    return std::nullopt;
}

// What the library calls first_hop is --first-hop here.
template <class Row>
std::string with_option_names(std::string text, std::span<const Row> rows) {
    const auto use = [&text](std::string_view name) {
        if (name.find('-', 2) == std::string_view::npos) return;  // one word is the same in both
        std::string field(name.substr(2));
        std::replace(field.begin(), field.end(), '-', '_');
        const std::size_t at = text.find(field);
        if (at != std::string::npos) text.replace(at, field.size(), name);
    };
    for (const Row& row : rows) {
        for (const std::string_view name : names_of(row.info)) use(name);
    }
    return text;
}

// What is wrong with the options of the run itself.
problem_texts problems_of(const ping_settings& settings) {
    problem_texts made;
    for (auto& each : validate(settings.options)) made.push_back(std::move(each.text));
    if (!settings.has_several()) {
        if (settings.view == many_view::live && settings.common.scenario.empty()) {
            made.emplace_back("--live is for several targets");
        }
        return made;
    }
    const ping_options& options = settings.options;
    constexpr std::string_view rest = " is for one target: several have --interval and --rate";
    if (options.flood) made.push_back("--flood" + std::string(rest));
    if (options.adaptive && !options.flood) made.push_back("--adaptive" + std::string(rest));
    if (options.preload > 1) made.push_back("--preload" + std::string(rest));
    return made;
}
problem_texts problems_of(const trace_settings& settings) {
    problem_texts made;
    for (auto& each : validate(settings.options)) made.push_back(std::move(each.text));
    return made;
}
problem_texts problems_of(const sweep_settings& settings) {
    problem_texts made;
    if (settings.options.position > 0 && settings.options.seed == 0 && !settings.options.in_order) {
        made.emplace_back("--resume needs the --seed of the sweep that it goes on with");
    }
    for (auto& each : validate(settings.options)) made.push_back(std::move(each.text));
    return made;
}
problem_texts problems_of(const fping_settings& settings) {
    problem_texts made;
    if (settings.count && settings.loop) made.emplace_back("--count and --loop exclude each other");
    if (settings.show_alive && settings.show_unreachable) {
        made.emplace_back("--alive and --unreach exclude each other");
    }
    if (settings.by_name && settings.force_name) {
        made.emplace_back("--name and --rdns exclude each other");
    }
    if (settings.json && !settings.count && !settings.loop) {
        made.emplace_back("--json goes with --count, --vcount or --loop");
    }
    const std::size_t targets = settings.common.targets.size();
    if (!settings.file.empty() && (targets > 0 || settings.generate)) {
        made.emplace_back("--file goes without other targets and without --generate");
    }
    if (settings.generate && settings.file.empty() && (targets == 0 || targets > 2)) {
        made.emplace_back("--generate needs START and END, or one prefix");
    }
    return made;
}

bool has_targets(const ping_settings& settings) {
    return !settings.common.targets.empty() || !settings.file.empty();
}
bool has_targets(const trace_settings& settings) { return !settings.common.targets.empty(); }
bool has_targets(const fping_settings&) { return true; }  // else from standard input
bool has_targets(const sweep_settings& settings) {
    return !settings.common.targets.empty() || !settings.files.empty();
}

// Those that probe: options, then targets.
template <class Row, class Settings>
invocation read_probing(std::string_view command, std::span<const Row> rows,
                        const std::vector<std::string>& arguments, Settings settings) {
    const split_arguments found = split(rows, arguments);
    if (auto text = asked_for_text(command, rows, found)) return *std::move(text);
    problem_texts problems = found.problems;
    if (problems.empty()) {
        // What is shown: one of them. fping has names of its own for other things.
        if (command != "fping") {
            check_exclusive(rows, found, {"--json", "--csv", "--live", "--alive"}, problems);
        }
        check_exclusive(rows, found, {"--live", "--lines"}, problems);
        check_exclusive(rows, found, {"--ipv4", "--ipv6"}, problems);
        check_exclusive(rows, found, {"--icmp", "--udp", "--tcp", "--method"}, problems);
        apply(rows, found, settings, problems);
    }
    for (const auto& each : found.rest) {
        if (each.size() > 1 && each.front() == '-') {
            for (auto& text : unknown_option(command, each, rows))
                problems.push_back(std::move(text));
        } else {
            settings.common.targets.push_back(each);
        }
    }
    // What is wrong with the values is known better than what is wrong with their sum.
    if (problems.empty()) {
        for (const auto& each : problems_of(settings)) {
            problems.push_back(with_option_names(each, rows));
        }
    }
    if (found.problems.empty() && !has_targets(settings) && settings.common.scenario.empty()) {
        problems.push_back("no target is given: `sonde " + std::string(command) + " TARGET`");
    }
    if (problems.empty()) return settings;
    return wrong_usage{"sonde " + std::string(command), std::move(problems)};
}

// Keeps the command line, for the command that goes on with an interrupted sweep.
invocation read_sweep(const std::vector<std::string>& arguments) {
    auto read = read_probing("sweep", sweep_rows(), arguments, sweep_settings{});
    auto* const settings = std::get_if<sweep_settings>(&read);
    if (settings == nullptr) return read;
    bool skips_value = false;
    for (const auto& each : arguments) {
        const std::string_view name = std::string_view(each).substr(0, each.find('='));
        const bool is_left_out = name == "--seed" || name == "--resume";
        if (!is_left_out && !skips_value) settings->words.push_back(each);
        skips_value = is_left_out && name.size() == each.size();
    }
    return read;
}

// As fping: a wrong command line is 1.
invocation read_fping(const std::vector<std::string>& arguments) {
    auto read = read_probing("fping", fping_rows(), arguments, fping_settings{});
    if (auto* const wrong = std::get_if<wrong_usage>(&read)) wrong->exit_code = exit_no_answer;
    return read;
}

// Rules of a command about its settings as a whole: what is missing, what contradicts itself.
template <class Settings>
using rule = void (*)(const Settings& settings, problem_texts& problems);

// Commands on files: options, then words. "-" alone is a word: standard input.
template <class Settings>
invocation read_with_words(std::string_view command, std::span<const option_row<Settings>> rows,
                           const std::vector<std::string>& arguments, rule<Settings> check) {
    const split_arguments found = split(rows, arguments);
    if (auto text = asked_for_text(command, rows, found)) return *std::move(text);
    problem_texts problems = found.problems;
    Settings settings;
    if (problems.empty()) {
        // Forms of output: one of them.
        check_exclusive(rows,
                        found,
                        {"--json", "--cpp", "--tree", "--line", "--digits", "--expression"},
                        problems);
        check_given_once(rows, found, problems);
        apply(rows, found, settings, problems);
    }
    for (const auto& each : found.rest) {
        if (each.size() > 1 && each.front() == '-') {
            for (auto& text : unknown_option(command, each, rows))
                problems.push_back(std::move(text));
        } else {
            settings.words.push_back(each);
        }
    }
    if (problems.empty()) check(settings, problems);
    if (problems.empty()) return settings;
    return wrong_usage{"sonde " + std::string(command), std::move(problems)};
}

template <class Settings>
void need_file(const Settings& settings, problem_texts& problems) {
    if (settings.words.empty()) problems.emplace_back("no file is given; - is standard input");
}
template <class Settings>
void need_files_and_output(const Settings& settings, problem_texts& problems) {
    need_file(settings, problems);
    if (settings.write_to.empty()) {
        problems.emplace_back(
            "--write FILE is missing: where the result goes; - is standard output");
    }
}
template <class Settings>
void need_one_file_and_output(const Settings& settings, problem_texts& problems) {
    need_files_and_output(settings, problems);
    if (settings.words.size() > 1) {
        problems.emplace_back("one file is enough; `sonde file merge` makes one of several");
    }
}

void check_dissect(const dissect_settings& settings, problem_texts& problems) {
    if (settings.words.empty() && settings.file.empty()) {
        problems.emplace_back("no file is given: `sonde dissect FILE`; - is standard input");
    }
    if (settings.stats_only && settings.no_stats) {
        problems.emplace_back("--stats and --no-stats exclude each other");
    }
    if (!settings.follow.empty() && (settings.stats_only || !settings.write_to.empty())) {
        problems.emplace_back("--follow goes alone: without --stats and --write");
    }
}

void check_capture(const capture_settings& settings, problem_texts& problems) {
    const bool shows = settings.print || settings.stats;
    if (settings.write_to == "-" && shows) {
        problems.emplace_back("--write - takes standard output: without --print and --stats");
    }
    if (settings.rotates() && (settings.write_to.empty() || settings.write_to == "-")) {
        problems.emplace_back("several files need a name: --write FILE");
    }
    if (settings.files_max && !settings.rotates()) {
        problems.emplace_back("--files goes with --rotate-size or --rotate-after");
    }
}

// One source of packets, and what only makes sense when they are sent.
void check_craft(const craft_settings& settings, problem_texts& problems) {
    const int sources = (settings.words.empty() ? 0 : 1) + (settings.from.empty() ? 0 : 1) +
                        (settings.random ? 1 : 0);
    if (sources == 0) problems.emplace_back("nothing to make: give an expression in quotes");
    if (sources > 1) problems.emplace_back("an expression, --from and --random exclude each other");
    if (settings.frame && settings.from.empty()) {
        problems.emplace_back("--frame picks a packet of a file: --from FILE");
    }
    if (settings.random && !settings.vary.empty()) {
        problems.emplace_back("--random and --vary exclude each other");
    }
    if (settings.write_to == "-" && (settings.answers || settings.form)) {
        problems.emplace_back("--write - takes standard output: nothing else can be shown");
    }
    if (settings.count == 0 && !settings.send) {
        problems.emplace_back("--count 0 is for sending: --send");
    }
    if (!settings.send && (settings.rate || settings.as_is || settings.force)) {
        problems.emplace_back("--rate, --as-is and --force are for sending: --send");
    }
}

void check_list(const list_settings& settings, problem_texts& problems) {
    if (settings.words.size() > 1) problems.emplace_back("one protocol is enough: [PROTOCOL]");
}

void check_split(const file_split_settings& settings, problem_texts& problems) {
    need_one_file_and_output(settings, problems);
    const bool limited = settings.packets || settings.octets || settings.duration;
    if (!limited && !settings.conversations) {
        problems.emplace_back("by what? --packets, --size, --duration or --conversations");
    }
    if (limited && settings.conversations) {
        problems.emplace_back("--conversations goes without --packets, --size and --duration");
    }
    if (settings.write_to == "-")
        problems.emplace_back("parts need names: --write FILE, not standard output");
}

invocation read_doctor(const std::vector<std::string>& arguments) {
    const auto rows = doctor_rows();
    const split_arguments found = split(rows, arguments);
    if (auto text = asked_for_text("doctor", rows, found)) return *std::move(text);
    problem_texts problems = found.problems;
    doctor_settings settings;
    if (problems.empty()) apply(rows, found, settings, problems);
    for (const auto& each : found.rest) {
        for (auto& text : unknown_option("doctor", each, rows)) problems.push_back(std::move(text));
    }
    if (problems.empty()) return settings;
    return wrong_usage{"sonde doctor", std::move(problems)};
}

// "pnig is no command: did you mean ping?"
wrong_usage no_such_word(std::string_view command, std::string_view what, std::string_view word,
                         std::span<const std::string_view> words) {
    std::string text = printable(word) + " is no " + std::string(what);
    const auto near = nearest(word, words);
    if (!near.empty()) {
        text += ": did you mean " + std::string(near) + "?";
    } else {
        text += ": there are";
        for (const auto each : words) text += " " + std::string(each);
    }
    return {std::string(command), {text}};
}

bool asks_for_help(std::string_view text) noexcept { return text == "-h" || text == "--help"; }

std::string_view canonical(std::string_view command) noexcept {
    return command == "traceroute" ? "trace" : command;
}

bool contains(std::span<const std::string_view> words, std::string_view word) noexcept {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// completion, man and help take one word, or two that are one command.
invocation read_word(const std::string& command, std::vector<std::string> rest) {
    const command_info info = describe_command(command);
    const std::string who = "sonde " + command;
    if (!rest.empty() && asks_for_help(rest[0])) return show_text{help_text(info)};
    if (command != "completion" && rest.size() == 2 && contains(group_names(), rest[0])) {
        const command_info group = describe_command(rest[0]);
        if (!contains(group.words, rest[1])) {
            return no_such_word(who, "command of " + rest[0], rest[1], group.words);
        }
        rest = {rest[0] + " " + rest[1]};
    }
    if (rest.size() > 1)
        return wrong_usage{who, {"one word is enough: " + std::string(info.arguments)}};
    if (rest.empty()) {
        if (command == "help") return show_text{help_overview()};
        if (command == "man") return show_text{manual_page({})};
        return wrong_usage{who, {"for which shell? bash, zsh or fish"}};
    }
    const auto word = canonical(rest[0]);
    const bool in_group = word.find(' ') != std::string_view::npos;
    if (!in_group && !contains(info.words, word)) {
        return no_such_word(
            who, command == "completion" ? "shell" : "command", rest[0], info.words);
    }
    if (command == "completion") return show_text{completion_script(word)};
    if (command == "man") return show_text{manual_page(word)};
    return show_text{help_text(describe_command(word))};
}

invocation read_file_command(const std::vector<std::string>& arguments) {
    const command_info group = describe_command("file");
    if (arguments.empty()) {
        return wrong_usage{"sonde file", {"do what? " + std::string(group.arguments)}};
    }
    const std::string& word = arguments[0];
    const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
    if (asks_for_help(word)) return show_text{help_text(group)};
    if (word == "info") {
        return read_with_words("file info", file_info_rows(), rest, need_file<file_info_settings>);
    }
    if (word == "cut") {
        return read_with_words(
            "file cut", file_cut_rows(), rest, need_one_file_and_output<file_cut_settings>);
    }
    if (word == "convert") {
        return read_with_words("file convert",
                               file_convert_rows(),
                               rest,
                               need_one_file_and_output<file_convert_settings>);
    }
    if (word == "merge") {
        return read_with_words(
            "file merge", file_merge_rows(), rest, need_files_and_output<file_merge_settings>);
    }
    if (word == "split") return read_with_words("file split", file_split_rows(), rest, check_split);
    if (word == "anonymize") {
        return read_with_words("file anonymize",
                               file_anonymize_rows(),
                               rest,
                               need_one_file_and_output<file_anonymize_settings>);
    }
    if (word == "verify") {
        return read_with_words(
            "file verify", file_verify_rows(), rest, need_file<file_verify_settings>);
    }
    return no_such_word("sonde file", "command of file", word, group.words);
}

}  // namespace

invocation read_arguments(const std::vector<std::string>& arguments) {
    if (arguments.empty()) {
        return wrong_usage{"sonde", {"no command is given; `sonde help` lists them"}};
    }
    const std::string command(canonical(arguments[0]));
    const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
    if (command == "ping") return read_probing("ping", ping_rows(), rest, ping_settings{});
    if (command == "trace") return read_probing("trace", trace_rows(), rest, trace_settings{});
    if (command == "sweep") return read_sweep(rest);
    if (command == "fping") return read_fping(rest);
    if (command == "dissect") {
        return read_with_words("dissect", dissect_rows(), rest, check_dissect);
    }
    if (command == "capture") {
        return read_with_words("capture", capture_rows(), rest, check_capture);
    }
    if (command == "craft") return read_with_words("craft", craft_rows(), rest, check_craft);
    if (command == "file") return read_file_command(rest);
    if (command == "list") return read_with_words("list", list_rows(), rest, check_list);
    if (command == "doctor") return read_doctor(rest);
    if (command == "completion" || command == "man" || command == "help") {
        return read_word(command, rest);
    }
    if (asks_for_help(command)) return show_text{help_overview()};
    if (command == "-V" || command == "--version" || command == "version") {
        return show_text{version_text()};
    }
    return no_such_word("sonde", "command", command, command_names());
}

}  // namespace sonde::cli
