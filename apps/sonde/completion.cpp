/// Completion scripts for bash, zsh and fish.
#include <algorithm>

#include <fmt/format.h>

#include "option_table.hpp"

namespace sonde::cli {
namespace {

std::string joined(std::span<const std::string_view> words, std::string_view separator) {
    return fmt::format("{}", fmt::join(words.begin(), words.end(), separator));
}

// For single quotes: of the shells all three end the quotes, escape one, and begin anew.
std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + '\'';
}

// "file", "words" or "": what completes the value of an option.
bool wants_file(const option_info& option) noexcept { return option.value.starts_with("FILE"); }

// The commands of a group, "file cut"...; none for any other command.
std::vector<std::string> members_of(std::string_view name) {
    std::vector<std::string> made;
    const auto groups = group_names();
    if (std::find(groups.begin(), groups.end(), name) == groups.end()) return made;
    for (const auto word : describe_command(name).words) {
        made.push_back(std::string(name) + ' ' + std::string(word));
    }
    return made;
}
std::string last_word(std::string_view name) {
    return std::string(name.substr(name.rfind(' ') + 1));
}

// The case that offers the values of an option after its names.
std::string bash_value_case(const option_info& option) {
    const auto choices = choices_of(option);
    if (option.value.empty()) return {};
    std::string names = joined(names_of(option), "|");
    std::string action = "return";
    if (wants_file(option)) action = "COMPREPLY=($(compgen -f -- \"$word\")); return";
    if (!choices.empty()) {
        action = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$word\")); return",
                             joined(choices, " "));
    }
    return fmt::format("                {}) {} ;;\n", names, action);
}

std::string bash_command_case(std::string_view name) {
    const command_info command = describe_command(name);
    std::string out = fmt::format(
        "        {})\n            case $before in\n",
        name == "trace" ? std::string("trace|traceroute") : '"' + std::string(name) + '"');
    std::vector<std::string_view> words(command.words.begin(), command.words.end());
    for (const auto& option : command.options) {
        out += bash_value_case(option);
        for (const auto each : names_of(option)) words.push_back(each);
    }
    out += "            esac\n";
    out +=
        fmt::format("            COMPREPLY=($(compgen -W '{}'{} -- \"$word\"))\n            ;;\n",
                    joined(words, " "),
                    command.takes_files && command.words.empty() ? " -f" : "");
    return out;
}

std::string bash_script() {
    std::string out =
        "# bash completion for sonde\n"
        "_sonde() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
        "    COMPREPLY=()\n"
        "    if ((COMP_CWORD == 1)); then\n";
    out +=
        fmt::format("        COMPREPLY=($(compgen -W '{}' -- \"$word\"))\n        return\n    fi\n",
                    joined(command_names(), " "));
    out += "    local command=${COMP_WORDS[1]}\n";
    for (const auto name : group_names()) {
        out += fmt::format(
            "    if [[ $command == {} ]] && ((COMP_CWORD > 2)); then\n"
            "        command+=\" ${{COMP_WORDS[2]}}\"\n    fi\n",
            name);
    }
    out += "    case $command in\n";
    for (const auto name : command_names()) {
        out += bash_command_case(name);
        for (const auto& member : members_of(name)) out += bash_command_case(member);
    }
    return out + "    esac\n}\ncomplete -F _sonde sonde\n";
}

// One _arguments specification: '(-c --count)'{-c,--count}'[text]:value:action'.
std::string zsh_option(const option_info& option) {
    const auto names = names_of(option);
    std::string text;
    for (const char c : option.text) {
        if (c == '[' || c == ']' || c == ':') text += '\\';
        text += c;
    }
    std::string tail = "[" + text + "]";
    const auto choices = choices_of(option);
    if (!option.value.empty()) {
        std::string action;
        if (wants_file(option)) action = "_files";
        if (!choices.empty()) action = "(" + joined(choices, " ") + ")";
        tail += ":value:" + action;
    }
    if (names.size() == 1) return quoted(std::string(names[0]) + tail);
    return fmt::format("'({})'{{{}}}{}", joined(names, " "), joined(names, ","), quoted(tail));
}

// What completes the arguments of a command.
std::string zsh_rest(const command_info& command) {
    if (!command.words.empty()) return "':word:(" + joined(command.words, " ") + ")'";
    return command.takes_files ? "'*:file:_files'" : "'*:target:_hosts'";
}

std::string zsh_command_case(std::string_view name) {
    const command_info command = describe_command(name);
    std::string out = fmt::format(
        "        {}) _arguments",
        name == "trace" ? std::string("trace|traceroute") : '"' + std::string(name) + '"');
    for (const auto& option : command.options) out += " \\\n            " + zsh_option(option);
    return out + " \\\n            " + zsh_rest(command) + " ;;\n";
}

std::string zsh_script() {
    std::string out =
        "#compdef sonde\n"
        "# zsh completion for sonde\n"
        "_sonde() {\n"
        "    if ((CURRENT == 2)); then\n"
        "        local -a commands=(\n";
    for (const auto name : command_names()) {
        out += "            " +
               quoted(std::string(name) + ":" + std::string(describe_command(name).summary)) + "\n";
    }
    out +=
        "        )\n        _describe command commands\n        return\n    fi\n"
        "    local command=$words[2]\n    shift words\n    ((CURRENT--))\n";
    for (const auto name : group_names()) {
        out += fmt::format(
            "    if [[ $command == {} ]] && ((CURRENT > 2)); then\n"
            "        command+=\" $words[2]\"\n        shift words\n        ((CURRENT--))\n    fi\n",
            name);
    }
    out += "    case $command in\n";
    for (const auto name : command_names()) {
        out += zsh_command_case(name);
        for (const auto& member : members_of(name)) out += zsh_command_case(member);
    }
    return out + "    esac\n}\n_sonde \"$@\"\n";
}

std::string fish_seen(std::string_view command) {
    return fmt::format("__fish_seen_subcommand_from {}", command);
}

std::string fish_option(std::string_view command, const option_info& option) {
    std::string out = fmt::format("complete -c sonde -n {}", quoted(fish_seen(command)));
    for (const auto name : names_of(option)) {
        out += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2))
                                      : fmt::format(" -s {}", name.substr(1));
    }
    const auto choices = choices_of(option);
    if (!option.value.empty()) out += wants_file(option) ? " -rF" : " -x";
    if (!choices.empty()) out += " -a " + quoted(joined(choices, " "));
    return out + " -d " + quoted(option.text) + '\n';
}

std::string fish_script() {
    std::string out = "# fish completion for sonde\ncomplete -c sonde -f\n";
    for (const auto name : command_names()) {
        out += fmt::format("complete -c sonde -n __fish_use_subcommand -a {} -d {}\n",
                           name,
                           quoted(describe_command(name).summary));
    }
    for (const auto name : command_names()) {
        const command_info command = describe_command(name);
        const std::string seen = name == "trace" ? "trace traceroute" : std::string(name);
        for (const auto& option : command.options) out += fish_option(seen, option);
        for (const auto& member : members_of(name)) {
            const std::string inside = last_word(member) + "; and " + fish_seen(name);
            for (const auto& option : describe_command(member).options) {
                if (option.group != "Help") out += fish_option(inside, option);
            }
        }
        if (command.takes_files) {
            out += fmt::format("complete -c sonde -n {} -F\n", quoted(fish_seen(seen)));
        }
        if (command.words.empty()) continue;
        out += fmt::format("complete -c sonde -n {} -a {}\n",
                           quoted(fish_seen(seen)),
                           quoted(joined(command.words, " ")));
    }
    return out;
}

}  // namespace

std::string completion_script(std::string_view shell) {
    if (shell == "bash") return bash_script();
    if (shell == "zsh") return zsh_script();
    return fish_script();
}

}  // namespace sonde::cli
