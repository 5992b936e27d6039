#pragma once
/// What a running ping of several targets shows: lines as ping writes them, a table that is drawn
/// anew, JSON or CSV.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sonde/client/many.hpp>
#include <sonde/report/live_table.hpp>
#include <sonde/report/many.hpp>

#include "condition_watch.hpp"
#include "name_book.hpp"
#include "output.hpp"
#include "ping_screen.hpp"
#include "settings.hpp"
#include "terminal.hpp"

namespace sonde::cli {

/// Up to so many targets look as each would alone: header, lines and statistics of its own.
inline constexpr std::size_t few_targets_max = 16;

/// Why a table is wanted and cannot be had; empty: nothing is wrong.
[[nodiscard]] std::string live_problem(const ping_settings& settings, const output& to);
/// Whether these targets get a table.
[[nodiscard]] bool wants_table(const ping_settings& settings, std::size_t targets,
                               const output& to) noexcept;

/// What a screen is about.
struct screen_subject {
    name_service* names = nullptr;  // null: no names
    bool has_dates = false;         // events can be dated by the system's clock
    std::size_t targets = 0;
    const tally_board& board;  // has every event before the screen has it; a table looks at it
};

class many_screen {
  public:
    many_screen(const ping_settings& settings, channels to, const screen_subject& view);

    void started(const many_ping_control& run);
    void event(const many_ping_control& run, const probe_event& what);
    void failed(const many_ping_control& run, target_index which, const std::string& why);
    /// Draws the table and hears the keys. True: the user wants it to end.
    [[nodiscard]] bool progress(const many_ping_control& run);
    /// The line of SIGQUIT.
    void status(const many_ping_control& run);
    void finished(const many_ping_result& result);

    [[nodiscard]] bool has_table() const noexcept { return terminal_ != nullptr; }
    [[nodiscard]] bool reader_has_gone() const noexcept { return to_.out.is_broken(); }
    [[nodiscard]] int exit_code() const noexcept { return worst_; }

  private:
    struct row {
        ip_address address{};
        bool known = false;
        bool asks_names = false;
        mono_time began{};  // its first event, and its end
        mono_time ended{};
        std::uint64_t outstanding = 0;  // the last probe sent, while nothing has come for it
    };
    row& know(const many_ping_control& run, target_index which);
    void line_event(const many_ping_control& run, row& at, const probe_event& what);
    void finish_few(const many_ping_result& result);
    void finish_many(const many_ping_result& result);
    void judge(const target_summary& of) noexcept;
    void refuse(const std::string& target);
    [[nodiscard]] many_facts facts_of(const many_ping_result& result) const;
    [[nodiscard]] ip_address source_towards(const ip_address& host) const;
    [[nodiscard]] nanoseconds duration_of(std::size_t which, const many_ping_result& result) const;
    [[nodiscard]] std::string date(const probe_event& what) const;
    [[nodiscard]] ping_result about(const many_ping_control& run, target_index which) const;

    const ping_settings& settings_;
    channels to_;
    name_book names_;
    text_options style_{};
    bool has_dates_;
    const tally_board& board_;
    std::optional<ping_screen> few_{};
    std::unique_ptr<terminal_scope> terminal_{};
    live_table table_{};
    key_reader keys_{};
    mono_time drawn_at_{};
    terminal_size drawn_size_{};
    std::vector<row> rows_{};
    ping_result scratch_{};  // of the target whose line is written
    std::string buffer_{};
    bool raw_ = false;
    int worst_ = exit_good;
};

}  // namespace sonde::cli
