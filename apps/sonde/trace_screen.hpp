#pragma once
/// What a running trace shows: each hop as soon as it has settled and those before it are shown.
/// The first target that has not finished is shown live, the others are held until it has.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <sonde/probe/trace.hpp>
#include <sonde/report/text.hpp>

#include "name_book.hpp"
#include "output.hpp"
#include "settings.hpp"

namespace sonde::cli {

class trace_screen {
  public:
    /// `names` null: no names. `targets`: how many there will be.
    trace_screen(const trace_settings& settings, channels to, name_service* names,
                 std::size_t targets);

    /// Of `about` only what is known before the first probe.
    void started(std::size_t index, const trace_result& about);
    void event(std::size_t index, const probe_event& what);
    void finished(std::size_t index, const trace_result& result);
    /// A target that could not be tried: said already.
    void failed(std::size_t index);
    void name_came(const ip_address& address, const reverse_name& answer);
    /// Shows what is left, with the names that there are.
    void end();
    /// One line for somebody who waits at a terminal; the next output replaces it.
    void show_waiting();

    [[nodiscard]] bool reader_has_gone() const noexcept { return to_.out.is_broken(); }
    [[nodiscard]] int exit_code() const noexcept { return worst_; }

  private:
    struct live_hop {
        hop facts{};
        std::optional<mono_time> settled_at{};
    };
    struct row {
        trace_result about{};
        std::vector<live_hop> hops{};  // by hop limit, from the first
        std::optional<trace_result> result{};
        std::size_t shown = 0;
        bool has_ended = false;  // a shown hop ended the path: what is behind it is not shown
        bool is_done = false;
        std::string held{};
    };

    void advance(std::size_t index, bool is_patient);
    void advance_all(bool is_patient);
    /// Goes on to the next target when the front one is done, and shows what was held of it.
    void promote();
    [[nodiscard]] bool is_ready(row& at, const hop& next, bool is_patient);
    void note(row& at, const probe_event& what);
    void show_hop(std::size_t index, const hop& which);
    void show_end(std::size_t index);
    void write(std::size_t index, const std::string& text);
    void clear_waiting();

    const trace_settings& settings_;
    channels to_;
    name_book names_;
    text_options style_{};
    std::vector<row> rows_;
    std::size_t front_ = 0;  // the first target that is not done
    mono_time now_{};
    bool is_waiting_shown_ = false;
    int worst_ = exit_good;
};

}  // namespace sonde::cli
