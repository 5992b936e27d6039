#pragma once
/// A terminal as a screen: the other screen buffer, keys without Enter, and all as it was before
/// when it ends, however it ends.

#include <cstddef>
#include <string>
#include <string_view>

#include "output.hpp"

namespace sonde::cli {

struct terminal_size {
    std::size_t width = 80;
    std::size_t height = 24;
    friend bool operator==(const terminal_size&, const terminal_size&) = default;
};

/// One at a time. Keys come from standard input where that is a terminal.
class terminal_scope {
  public:
    explicit terminal_scope(output& to);
    terminal_scope(const terminal_scope&) = delete;
    terminal_scope& operator=(const terminal_scope&) = delete;
    ~terminal_scope();

    /// As it is now.
    [[nodiscard]] terminal_size size() const noexcept;
    /// What was pressed since the last call. Never waits.
    [[nodiscard]] std::string keys();
    /// Lines, as live_table makes them: drawn over what is there, without flicker.
    void draw(std::string_view frame);

    /// Puts back what the scope has changed; safe in a signal handler. Nothing without a scope.
    static void restore() noexcept;

  private:
    output& to_;
    bool has_keys_ = false;
};

/// Whether the environment says that text is UTF-8 (LC_ALL, LC_CTYPE, LANG, in that order).
[[nodiscard]] bool speaks_utf8() noexcept;

}  // namespace sonde::cli
