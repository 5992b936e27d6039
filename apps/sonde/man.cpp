/// Manual pages in roff (man(7)).
#include <algorithm>

#include <fmt/format.h>

#include "option_table.hpp"

namespace sonde::cli {
namespace {

// Text for roff: a backslash and a leading dot or quote would be commands, a hyphen a soft one.
std::string roff(std::string_view text) {
    std::string out;
    if (text.starts_with('.') || text.starts_with('\'')) out += "\\&";
    for (const char c : text) {
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    return out;
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

std::string title(std::string_view page, std::string_view summary) {
    return fmt::format(".TH {} 1 \"\" \"sonde {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n",
                       upper(page),
                       SONDE_VERSION,
                       roff(page),
                       roff(summary));
}

std::string option_entry(const option_info& option) {
    std::string out = ".TP\n";
    bool more = false;
    for (const auto name : names_of(option)) {
        if (more) out += ", ";
        more = true;
        out += "\\fB" + roff(name) + "\\fR";
    }
    if (!option.value.empty()) out += " \\fI" + roff(option.value) + "\\fR";
    return out + '\n' + roff(option.text) + ".\n";
}

std::string see_also(std::string_view but) {
    std::string out = ".SH SEE ALSO\n.BR sonde (1)";
    for (const auto name : command_names()) {
        if (name == but) continue;
        out += fmt::format(",\n.BR sonde\\-{} (1)", name);
    }
    return out + '\n';
}

std::string overview_page() {
    std::string out = title("sonde", "probe networks, take packets apart");
    out += ".SH SYNOPSIS\n.B sonde\n.I COMMAND\n[options] ...\n.SH COMMANDS\n";
    for (const auto name : command_names()) {
        out += fmt::format(".TP\n.B {}\n{}.\n", name, roff(describe_command(name).summary));
    }
    return out + see_also("");
}

}  // namespace

std::string manual_page(std::string_view name) {
    if (name.empty()) return overview_page();
    const command_info command = describe_command(name);
    std::string page = "sonde-" + std::string(name);
    std::replace(page.begin(), page.end(), ' ', '-');
    std::string out = title(page, command.summary);
    out += fmt::format(".SH SYNOPSIS\n.B sonde {}\n{}\n", name, roff(command.arguments));
    out += fmt::format(".SH DESCRIPTION\n{}\n", roff(command.description));
    const auto groups = group_names();
    if (std::find(groups.begin(), groups.end(), name) != groups.end()) {
        out += ".SH COMMANDS\n";
        for (const auto word : command.words) {
            const std::string member = std::string(name) + ' ' + std::string(word);
            out += fmt::format(".TP\n.B {}\n{}.\n", word, roff(describe_command(member).summary));
        }
    }
    std::string_view group;
    out += ".SH OPTIONS\n";
    for (const auto& option : command.options) {
        if (option.group != group) out += fmt::format(".SS {}\n", roff(option.group));
        group = option.group;
        out += option_entry(option);
    }
    if (!command.examples.empty()) out += ".SH EXAMPLES\n";
    for (const auto& each : command.examples) {
        out += fmt::format(".TP\n.B {}\n{}.\n", roff(each.command), roff(each.text));
    }
    out += ".SH EXIT STATUS\n";
    for (const auto& each : command.exits) {
        out += fmt::format(".TP\n.B {}\n{}.\n", each.code, roff(each.text));
    }
    return out + see_also(name);
}

}  // namespace sonde::cli
