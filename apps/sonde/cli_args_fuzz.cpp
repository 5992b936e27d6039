// Any arguments, separated by NUL: reading them neither crashes nor throws, and each wrong command
// line gets at least one sentence without control characters.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "settings.hpp"

namespace {

std::vector<std::string> split(const std::uint8_t* data, std::size_t size) {
    std::vector<std::string> made;
    std::string word;
    for (std::size_t i = 0; i < size; ++i) {
        if (data[i] != 0) {
            word += static_cast<char>(data[i]);
            continue;
        }
        made.push_back(std::move(word));
        word.clear();
    }
    made.push_back(std::move(word));
    return made;
}

bool is_clean(const std::string& text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto arguments = split(data, size);
    // The same words as arguments of each command that parses, and as they are.
    for (const char* command : {"",
                                "ping",
                                "fping",
                                "sweep",
                                "trace",
                                "capture",
                                "craft",
                                "dissect",
                                "list",
                                "doctor",
                                "man",
                                "help"}) {
        auto line = arguments;
        if (*command != '\0') line.insert(line.begin(), command);
        const auto read = sonde::cli::read_arguments(line);
        const auto* wrong = std::get_if<sonde::cli::wrong_usage>(&read);
        if (wrong == nullptr) continue;
        if (wrong->problems.empty()) std::abort();
        if (!std::all_of(wrong->problems.begin(), wrong->problems.end(), is_clean)) std::abort();
    }
    return 0;
}
