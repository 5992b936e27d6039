/// Help as text.
#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "option_table.hpp"

namespace sonde::cli {
namespace {

constexpr std::size_t width = 78;
constexpr std::size_t text_column = 30;

// Words of `text` in lines of at most `width`, each but the first indented.
std::string wrapped(std::string_view text, std::size_t indent) {
    std::string out;
    std::size_t column = indent;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (column > indent && column + 1 + end > width) {
            out += '\n' + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            out += ' ';
            ++column;
        }
        out += text.substr(0, end);
        column += end;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// "  -c, --count N". A long name alone stands under the other long names.
std::string option_head(const option_info& option) {
    std::string out = short_name(option).empty() ? "      " : "  ";
    bool more = false;
    for (const auto name : names_of(option)) {
        if (more) out += ", ";
        more = true;
        out += name;
    }
    if (!option.value.empty()) out += ' ' + std::string(option.value);
    return out;
}

std::string option_lines(const option_info& option) {
    std::string out = option_head(option);
    if (out.size() + 2 > text_column) {
        out += '\n' + std::string(text_column, ' ');
    } else {
        out.resize(text_column, ' ');
    }
    return out + wrapped(option.text, text_column) + '\n';
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
        }
    }
    return row.back();
}

}  // namespace

std::string_view nearest(std::string_view wrong, std::span<const std::string_view> candidates) {
    // Longer than any name of ours: not worth the work, which grows with the length.
    if (wrong.size() > 40) return {};
    std::string_view best;
    std::size_t best_distance = wrong.size() / 3 + 1;  // beyond it is another word
    for (const auto candidate : candidates) {
        if (candidate.size() < 3) continue;  // every letter is near every other
        const std::size_t distance = edit_distance(wrong, candidate);
        // Of two that are as near, the one that begins as it was written, then the earlier.
        const bool better_start =
            !best.empty() && best.front() != wrong.front() && candidate.front() == wrong.front();
        const bool tied = distance == best_distance && !best.empty();
        if (distance > best_distance || (tied && !better_start)) continue;
        best = candidate;
        best_distance = distance;
    }
    return best;
}

std::string help_text(const command_info& command) {
    std::string out = fmt::format("sonde {}: {}\n\nUsage: sonde {} {}\n\n{}\n",
                                  command.name,
                                  command.summary,
                                  command.name,
                                  command.arguments,
                                  wrapped(command.description, 0));
    std::string_view group;
    for (const auto& option : command.options) {
        if (option.group != group) out += fmt::format("\n{}:\n", option.group);
        group = option.group;
        out += option_lines(option);
    }
    if (!command.examples.empty()) out += "\nExamples:\n";
    for (const auto& each : command.examples) {
        out += fmt::format("  {}\n      {}\n", each.command, each.text);
    }
    out += "\nExit codes:\n";
    for (const auto& each : command.exits) {
        out += fmt::format("  {}  {}\n", each.code, wrapped(each.text, 5));
    }
    return out;
}

std::string help_overview() {
    std::string out =
        "sonde: probe networks, take packets apart\n\nUsage: sonde COMMAND [options] "
        "...\n\nCommands:\n";
    for (const auto name : command_names()) {
        out += fmt::format("  {:<12}{}\n", name, describe_command(name).summary);
    }
    out +=
        "\nExamples:\n"
        "  sonde ping -c 3 example.net\n"
        "  sonde trace example.net\n"
        "  sonde dissect x.pcapng\n"
        "  sonde doctor\n"
        "\n`sonde help COMMAND` explains a command.\n";
    return out;
}

}  // namespace sonde::cli
