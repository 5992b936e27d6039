#pragma once
/// The parts of sonde dissect.

#include <string>
#include <vector>

#include "file.hpp"

namespace sonde::cli {

/// Which files, and which of their packets: the words of the command line told apart.
struct dissect_inputs {
    std::vector<std::string> files{};
    packet_choice which{};
};
[[nodiscard]] dissect_inputs inputs_of(const dissect_settings& settings);

/// --follow: one TCP connection out of the packets that pass. Gives the exit code.
[[nodiscard]] int follow_stream(const dissect_settings& settings, const dissect_inputs& inputs,
                                packet_gate& gate, file_run& run);

}  // namespace sonde::cli
