#pragma once
/// Packets as dissect and capture show them: a line, a tree, JSON, with their octets.

#include <cstdint>
#include <string>

#include <sonde/capture/record.hpp>
#include <sonde/packet/print_line.hpp>
#include <sonde/packet/print_tree.hpp>

#include "output.hpp"
#include "packet_time.hpp"

namespace sonde::cli {

/// What stands before C++ that append_cpp_source makes.
inline constexpr std::string_view source_includes =
    "#include <sonde/packet/stack.hpp>\n#include <sonde/wire/protocols.hpp>\n";

/// The colours of trees and hexdumps on a terminal.
[[nodiscard]] const print_marks& colored_marks() noexcept;

/// What is written of a packet, and gathered until it is worth a system call.
class packet_screen {
  public:
    /// Borrows both.
    packet_screen(const view_settings& settings, output& to);

    void show(const record& packet, std::uint64_t number);
    void flush();
    /// Another file begins.
    void restart() noexcept { times_.restart(); }
    [[nodiscard]] bool has_text() const noexcept { return !text_.empty(); }

  private:
    void append_head(const printed_frame& frame, const record& packet);
    void append_source(const printed_frame& frame);
    void append_octets(const printed_frame& frame);

    const view_settings& settings_;
    output& to_;
    time_column times_;
    line_options line_{};
    tree_options tree_{};
    std::string text_{};
    bool has_includes_ = false;
};

}  // namespace sonde::cli
