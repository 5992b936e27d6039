#pragma once
/// Every field of a packet: place, name, value, and what the value is called.
///
///     ipv4, 20 octets at 14, 52 octets of payload
///       22        time_to_live              64
///       23        protocol                  6 (tcp)

#include <string>

#include <sonde/packet/tree.hpp>

namespace sonde::inline v0 {

struct tree_options {
    print_marks marks{};
    std::size_t octets_max = 32;  // of a value that is octets; what is cut off is counted
};

/// Appends lines, each with its line feed. Places count octets from the frame's start, and bits
/// from the highest one of the octet: "14.0-3". `frame.number` and `time` are the caller's to
/// print.
SONDE_API void append_tree(std::string& out, const printed_frame& frame,
                           const tree_options& options = {});

}  // namespace sonde::inline v0
