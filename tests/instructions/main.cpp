// The hot paths, one at a time, a given number of times: what counts.py counts the instructions of.
//
//     hot_paths PATH TIMES
//     hot_paths              their names

#include <cstdio>
#include <cstdlib>

#include "path.hpp"

int main(int argc, char** argv) {
    for (const auto paths : {sonde::testing::packet_paths(),
                             sonde::testing::probe_paths(),
                             sonde::testing::socket_paths()}) {
        for (const auto& each : paths) {
            if (argc == 1) std::puts(each.name.data());
            if (argc != 3 || each.name != argv[1]) continue;
            each.run(std::strtol(argv[2], nullptr, 10));
            return 0;
        }
    }
    return argc == 1 ? 0 : 2;
}
