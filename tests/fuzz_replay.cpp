// A fuzz target without libFuzzer: replays the folders and files named on the command line, the
// captures made by others where present, and seeded noise. Runs in ctest under g++.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<std::uint8_t> read_all(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void run(const std::vector<std::uint8_t>& octets) {
    static_cast<void>(LLVMFuzzerTestOneInput(octets.data(), octets.size()));
}

std::size_t replay(const fs::path& place) {
    std::error_code ignored;
    if (fs::is_regular_file(place, ignored)) {
        run(read_all(place));
        return 1;
    }
    if (!fs::is_directory(place, ignored)) return 0;
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(place)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) run(read_all(file));
    return files.size();
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t files = 0;
    for (int i = 1; i < argc; ++i) files += replay(argv[i]);
    std::mt19937_64 noise(1);
    constexpr int rounds = 2000;
    for (int i = 0; i < rounds; ++i) {
        std::vector<std::uint8_t> octets(noise() % 200);
        for (auto& octet : octets) octet = static_cast<std::uint8_t>(noise());
        run(octets);
    }
    std::printf("replayed %zu files and %d inputs of seeded noise\n", files, rounds);
    return 0;
}
