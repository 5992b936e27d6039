/// sonde file merge: several capture files in one, by time.
#include <filesystem>

#include <sonde/capture/capture_tools.hpp>

#include "file.hpp"

namespace sonde::cli {

int run_file_merge(const file_merge_settings& settings, channels to) {
    file_run run("file merge", to);
    if (settings.write_to == "-" && to.out.is_terminal()) {
        run.complain("standard output is a terminal: octets of a capture do not belong there");
        return run.exit_code();
    }
    std::vector<capture_file> inputs;
    std::vector<std::string> names;
    for (const auto& path : settings.words) {
        std::error_code ignored;  // one of the two does not exist
        if (std::filesystem::equivalent(path, settings.write_to, ignored)) {
            run.complain(shown_output(settings.write_to) +
                         ": it would be written over while it is read");
            return run.exit_code();
        }
        auto file = run.open(path);
        if (!file) continue;
        inputs.push_back(std::move(*file));
        names.push_back(path);
    }
    // A part of what was asked for must not take the place of an older file.
    if (names.size() != settings.words.size()) return run.exit_code();
    const auto merged = merge_captures(inputs, settings.write_to);
    if (!merged) {
        run.complain(shown_output(settings.write_to) + ": " + describe(merged.error()));
        return run.exit_code();
    }
    for (std::size_t i = 0; i < names.size(); ++i) run.tell_stop(names[i], merged->stopped[i]);
    return run.exit_code();
}

}  // namespace sonde::cli
