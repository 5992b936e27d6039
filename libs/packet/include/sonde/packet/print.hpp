#pragma once
/// What every printer of packets is given, and what they share. Printers are pure functions that
/// append to a string: use one string again and again, and nothing is allocated once it has grown.
/// Whatever the octets are, what is printed is ASCII without control characters (but for line
/// feeds where a text has lines).
///
///     print_line.hpp        one line a packet, as dense as tcpdump's
///     print_tree.hpp        every field with its value, name and place
///     print_json.hpp        the same as one JSON object
///     print_hexdump.hpp     the octets, with layers and fields marked
///     print_cpp_source.hpp  C++ that makes the packet again
///     print_protocols.hpp   what sonde knows of each protocol

#include <cstdint>
#include <optional>
#include <string_view>

#include <sonde/base/time.hpp>
#include <sonde/packet/layers.hpp>
#include <sonde/wire/link/link_type.hpp>

namespace sonde::inline v0 {

/// A frame, and what its octets do not say. Borrows everything.
struct printed_frame {
    bytes_view octets{};
    link_type type = link_type::ethernet;
    std::uint32_t original_len = 0;             // octets on the link; 0: those that we have
    std::uint64_t number = 0;                   // in its capture, from 1; 0: not said
    std::optional<wall_time> time{};            // when it was captured
    const protocol_table* protocols = nullptr;  // null: sonde's own

    [[nodiscard]] layer_range layers() const noexcept SONDE_LIFETIMEBOUND {
        return sonde::layers(
            octets, type, protocols != nullptr ? *protocols : protocol_table::built_in());
    }
    /// Never less than what we have.
    [[nodiscard]] std::size_t len() const noexcept {
        return original_len > octets.size() ? original_len : octets.size();
    }
};

/// Text around a piece of output, for colour: nothing, or a terminal's sequences. Borrowed.
struct text_mark {
    std::string_view begin{};
    std::string_view end{};
};

/// How the parts of a tree and of a hexdump are marked.
struct print_marks {
    text_mark layer{};    // the name of a protocol
    text_mark name{};     // of a field or an element
    text_mark value{};    // of a field
    text_mark meaning{};  // what a value is called
    text_mark place{};    // offsets and lengths
    text_mark problem{};  // why something could not be read
    text_mark dim{};      // octets that no protocol is known for
};

}  // namespace sonde::inline v0
