#pragma once
/// What a running ping shows: text, JSON or CSV, for one target or several.

#include <cstddef>
#include <vector>

#include <sonde/probe/ping.hpp>
#include <sonde/report/ping_progress.hpp>
#include <sonde/report/text.hpp>

#include "name_book.hpp"
#include "output.hpp"
#include "settings.hpp"

namespace sonde::cli {

class ping_screen {
  public:
    /// `names` null: no names. `has_dates`: events can be dated by the system's clock.
    ping_screen(const ping_settings& settings, channels to, name_service* names, bool has_dates);

    /// Of `about` only what is known before the first probe.
    void started(std::size_t index, const ping_result& about);
    void event(std::size_t index, const probe_event& what);
    void finished(std::size_t index, const ping_result& result);
    /// Of what was shown of it so far.
    [[nodiscard]] const rtt_statistics& rtt(std::size_t index) const {
        return rows_[index].progress.rtt();
    }
    /// A target that could not be tried: said already.
    void failed() noexcept { worst_ = exit_trouble; }
    /// The short line of SIGQUIT for every target.
    void status();

    [[nodiscard]] bool reader_has_gone() const noexcept { return to_.out.is_broken(); }
    [[nodiscard]] int exit_code() const noexcept { return worst_; }

  private:
    struct row {
        ping_result about{};
        ping_progress progress{};
        bool asks_names = false;
    };

    void text_event(row& at, const probe_event& what);
    void flood_event(const probe_event& what);
    [[nodiscard]] int judge(const ping_result& result) const noexcept;
    [[nodiscard]] std::string date(const probe_event& what) const;

    const ping_settings& settings_;
    channels to_;
    name_book names_;
    text_options style_{};
    std::vector<row> rows_{};
    std::string buffer_{};
    bool has_dates_;
    int worst_ = exit_good;
};

}  // namespace sonde::cli
