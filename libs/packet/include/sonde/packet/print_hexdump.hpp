#pragma once
/// Octets as sixteen pairs of digits a line with their text beside them; marked by layers, or by
/// fields, where asked for.
///
///     0000  45 00 00 1d 00 01 00 00  40 01 66 de 7f 00 00 01  E.......@.f.....
///
///     ipv4                                                            by_layer, by_field
///     0000  45                       version 4                       by_field
///                                    ihl 5
///     0001  00                       dscp 0 (cs0)

#include <string>

#include <sonde/packet/tree.hpp>

namespace sonde::inline v0 {

enum class hexdump_parts : std::uint8_t {
    none,      // lines of sixteen octets
    by_layer,  // a heading for each layer, whose octets begin a new line
    by_field,  // a line for each field, too
};

struct hexdump_options {
    hexdump_parts parts = hexdump_parts::none;
    print_marks marks{};
};

/// Appends lines, each with its line feed. Offsets count from the frame's start. Every octet of the
/// frame is shown once.
SONDE_API void append_hexdump(std::string& out, const printed_frame& frame,
                              const hexdump_options& options = {});

/// The same of any octets. `offset`: what the first of them counts as.
SONDE_API void append_hexdump(std::string& out, bytes_view octets, std::size_t offset = 0);

}  // namespace sonde::inline v0
