// One cell of the table at a time; bench_table.py makes the table of them.
//
//     sonde_table list                                 rows and columns
//     sonde_table mix CAPTURES FOLDER                  the frames that the rows work on
//     sonde_table run FOLDER ROW COLUMN full|small MS  ns a packet of each pass, for MS
//     milliseconds sonde_table lines FILE                           one line a packet, on standard
//     output

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <sonde/capture/capture_file.hpp>
#include <sonde/packet/print_line.hpp>

#include "mix.hpp"
#include "task.hpp"

namespace sonde::bench {
namespace {

std::vector<task> all_tasks() {
    std::vector<task> made;
    for (const auto tasks : {floor_tasks(), sonde_tasks(), libtins_tasks(), libpcap_tasks()})
        made.insert(made.end(), tasks.begin(), tasks.end());
    return made;
}

/// The only function whose instructions are counted: bench_table.py knows its name.
[[gnu::noinline]] outcome measured_pass(const task& one, const input& in) {
    const outcome made = one.pass(in);
    keep(&made);
    return made;
}

int list() {
    for (const row& one : rows) {
        std::string line(one.name);
        for (const task& each : all_tasks()) {
            if (each.row == one.name) line.append("\t").append(each.column);
        }
        std::puts(line.c_str());
    }
    return 0;
}

int measure(const task& one, const input& in, std::chrono::milliseconds how_long) {
    using clock = std::chrono::steady_clock;
    const outcome expected = one.pass(in);  // caches are warm afterwards, and statics made
    std::printf("{\"packets\": %llu, \"sum\": %llu, \"ns\": [",
                static_cast<unsigned long long>(expected.packets),
                static_cast<unsigned long long>(expected.sum));
    const auto end = clock::now() + how_long;
    const char* separator = "";
    do {
        const auto start = clock::now();
        const outcome made = measured_pass(one, in);
        const std::chrono::duration<double, std::nano> took = clock::now() - start;
        if (made != expected) return 1;
        std::printf("%s%.3f", separator, took.count() / static_cast<double>(made.packets));
        separator = ", ";
    } while (clock::now() < end);
    std::puts("]}");
    return 0;
}

int run(const std::vector<std::string>& words) {
    const auto of = std::ranges::find(rows, words[2], &row::name);
    const auto tasks = all_tasks();
    const auto one = std::ranges::find_if(
        tasks, [&](const task& each) { return each.row == words[2] && each.column == words[3]; });
    if (of == std::end(rows) || one == tasks.end()) return 2;
    const auto in = load(words[1], *of, words[4] == "small" ? scale::small : scale::full);
    return measure(*one, in, std::chrono::milliseconds(std::stol(words[5])));
}

/// What a program does that prints packets: gathers lines, and writes many at a time.
int lines(const std::string& path) {
    constexpr std::size_t gathered = 65536;  // octets
    auto file = capture_file::open(path);
    if (!file) return 1;
    std::string text;
    const auto write = [&] {
        static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout));
        text.clear();
    };
    while (const record* one = file->next()) {
        append_line(text,
                    {.octets = one->octets,
                     .type = static_cast<link_type>(one->link_type),
                     .original_len = one->original_len});
        text += '\n';
        if (text.size() >= gathered) write();
    }
    write();
    return 0;
}

int choose(const std::vector<std::string>& words) {
    const std::string verb = words.empty() ? "" : words[0];
    if (verb == "list") return list();
    if (verb == "lines" && words.size() == 2) return lines(words[1]);
    if (verb == "run" && words.size() == 6) return run(words);
    if (verb != "mix" || words.size() != 3) return 2;
    std::puts(make_mix(words[1], words[2]).c_str());
    return 0;
}

}  // namespace
}  // namespace sonde::bench

int main(int argc, char** argv) {
    try {
        return sonde::bench::choose({argv + 1, argv + argc});
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "sonde_table: %s\n", problem.what());
        return 1;
    }
}
