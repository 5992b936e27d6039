#pragma once
/// Every printer at once, and what must hold of their output whatever the octets are.

#include <string>
#include <string_view>

#include <sonde/packet/print_hexdump.hpp>
#include <sonde/packet/print_json.hpp>
#include <sonde/packet/print_line.hpp>
#include <sonde/packet/print_tree.hpp>

namespace sonde::testing {

/// Nothing that a terminal obeys: printable ASCII, and line feeds where there are lines.
inline bool is_printable(std::string_view text, bool lines) {
    for (const char one : text) {
        if ((one < ' ' || one > '~') && !(lines && one == '\n')) return false;
    }
    return true;
}

struct printed {
    std::string brief{};
    std::string full{};
    std::string tree{};
    std::string json{};
    std::string dump{};
};

inline printed print_all(const printed_frame& frame) {
    printed made;
    append_line(made.brief, frame);
    append_line(made.full, frame, {.full = true, .link = true, .quotes = true});
    append_tree(made.tree, frame);
    append_json(made.json, frame, {.octets = true});
    append_hexdump(made.dump, frame);
    append_hexdump(made.dump, frame, {.parts = hexdump_parts::by_layer});
    append_hexdump(made.dump, frame, {.parts = hexdump_parts::by_field});
    return made;
}

/// The first printer whose output a screen must not see; empty: none.
inline std::string_view unprintable(const printed& made) {
    if (!is_printable(made.brief, false) || made.brief.empty()) return "brief line";
    if (!is_printable(made.full, false) || made.full.empty()) return "full line";
    if (!is_printable(made.tree, true)) return "tree";
    if (!is_printable(made.json, false)) return "JSON";
    if (!is_printable(made.dump, true)) return "hexdump";
    return {};
}

}  // namespace sonde::testing
