#pragma once
/// C++ that makes a packet again, in the words that one would write it with: a stack of messages
/// (stack.hpp), with what differs from their defaults. What sonde fills in by itself (lengths,
/// types, checksums) is written only where the packet has something else.

#include <string>

#include <sonde/packet/print.hpp>

namespace sonde::inline v0 {

struct cpp_source_options {
    std::string_view name = "make_packet";  // of the function; an identifier, taken as it is
};

/// Appends a function that returns the octets of the frame:
///
///     std::vector<std::uint8_t> make_packet() {
///         using namespace sonde;
///         return (ethernet{...} / ipv4{.time_to_live = 3, ...} / udp{...}).to_bytes();
///     }
///
/// It needs `<sonde/packet/stack.hpp>` and `<sonde/wire/protocols.hpp>`. Layers of which no message
/// can be made, because they are cut, wrong or unknown, are octets in a payload.
SONDE_API void append_cpp_source(std::string& out, const printed_frame& frame,
                                 const cpp_source_options& options = {});

}  // namespace sonde::inline v0
