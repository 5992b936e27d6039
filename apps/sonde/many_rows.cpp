#include "many_rows.hpp"

#include <sonde/base/text.hpp>

namespace sonde::cli {

std::optional<condition> read_condition(option_value& value) {
    auto read = condition::parse(value.text());
    if (read) return *std::move(read);
    const condition_error& why = read.error();
    std::string text = "a condition; at " + std::to_string(why.offset + 1) + ": " + why.text;
    const auto near = nearest(why.unknown, condition::names());
    if (!why.unknown.empty() && !near.empty()) {
        text += ": did you mean " + std::string(near) + "?";
    } else if (!why.unknown.empty()) {
        text += "; those are";
        for (const auto each : condition::names()) text.append(" ").append(each);
    }
    value.complain(text);
    return std::nullopt;
}

std::string condition_help() {
    std::string text = "Conditions compare, with < <= > >= == and !=, what a target has come to:";
    for (const auto each : condition::names()) {
        if (each == "any") break;
        text += ' ';
        text += each;
    }
    return text +
           "; percentiles by any number, as p99.9. Times have a unit (ns us ms s), loss and "
           "answered are in %. and, or, not and parentheses join them; any(...) and all(...) "
           "are about every target.";
}

}  // namespace sonde::cli
