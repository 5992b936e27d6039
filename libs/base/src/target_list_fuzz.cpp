// Any text as a list of targets: bounded, printable, the same however it is cut, and what is left
// out is out. The first octet says where to cut, the second where the list of exclusions begins.

#include <algorithm>
#include <string_view>

#include <sonde/base/check.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/target_list.hpp>

namespace {

using namespace sonde;

void check_problems(const target_list& list) {
    SONDE_CHECK(list.problems.size() <= target_list::problems_max);
    SONDE_CHECK(list.problems.size() <= list.problem_count);
    for (const target_problem& one : list.problems) {
        SONDE_CHECK(one.text.size() < 512);
        SONDE_CHECK(std::all_of(
            one.text.begin(), one.text.end(), [](char c) { return c >= ' ' && c < 0x7f; }));
    }
}

void check_names(const std::vector<named_target>& names) {
    for (const named_target& one : names) {
        SONDE_CHECK(!one.name.empty() && one.name.size() <= 254 && one.line > 0);
        // What is given out as one target is read again as that target.
        const auto again = parse_target_line(one.name);
        SONDE_CHECK(again && *again && (*again)->name == one.name);
    }
}

void check_lines(std::string_view text, const target_list& list) {
    line_cutter cutter;
    const auto check_line = [&](const line_cutter::line& line) {
        if (line.is_too_long) return;
        const auto entry = parse_target_line(line.text);
        if (!entry || !*entry || !(*entry)->range || !(*entry)->is_exclusion) return;
        SONDE_CHECK(!list.addresses.contains((*entry)->range->first()));
        SONDE_CHECK(!list.addresses.contains((*entry)->range->last()));
    };
    while (const auto line = cutter.next(text)) check_line(*line);
    if (const auto line = cutter.last()) check_line(*line);
}

target_list read_cut(std::string_view text, std::string_view exclusions, std::size_t step) {
    target_list_reader reader;
    for (std::size_t at = 0; at < text.size(); at += step) reader.read(text.substr(at, step));
    reader.read_exclusions(exclusions);
    return reader.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string all(data + 2, data + size);
    const std::size_t split = all.size() * data[1] / 255;
    const std::string_view text = std::string_view(all).substr(0, split);
    const std::string_view exclusions = std::string_view(all).substr(split);
    const target_list whole = read_cut(text, exclusions, text.size() + 1);
    const target_list cut = read_cut(text, exclusions, 1U + data[0] % 16U);
    SONDE_CHECK(whole.addresses == cut.addresses && whole.excluded == cut.excluded);
    SONDE_CHECK(whole.names.size() == cut.names.size());
    SONDE_CHECK(whole.problem_count == cut.problem_count);
    check_problems(whole);
    check_names(whole.names);
    check_names(whole.excluded_names);
    check_lines(text, whole);
    return 0;
}
