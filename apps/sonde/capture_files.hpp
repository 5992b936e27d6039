#pragma once
/// Where captured packets are kept: one file, or several when one is full or old enough.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include <sonde/capture/capture_writer.hpp>
#include <sonde/capture/live_capture.hpp>

#include "file.hpp"

namespace sonde::cli {

/// What goes wrong is told at once, and nothing is written any more.
class capture_files {
  public:
    /// Borrows all. `from`: what is captured.
    capture_files(const capture_settings& settings, const live_capture& from, file_run& run)
        : settings_(settings), about_(from.description()), run_(run) {}

    /// The first file, before anything is captured and while we may still do all that we may.
    [[nodiscard]] bool open();
    [[nodiscard]] bool put(const live_record& packet);
    [[nodiscard]] bool flush();
    /// pcapng files end with the counts.
    void close(const std::optional<live_counts>& counts, wall_time at);
    /// How many were begun.
    [[nodiscard]] std::uint64_t count() const noexcept { return number_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

  private:
    [[nodiscard]] bool is_full(const live_record& next) const noexcept;
    [[nodiscard]] bool check(const capture_result<void>& done);
    void forget_oldest();

    const capture_settings& settings_;
    capture_interface about_;
    file_run& run_;
    std::optional<capture_writer> out_{};
    std::string path_{};
    std::uint64_t number_ = 0;
    std::uint64_t packets_ = 0;         // in this file
    std::optional<wall_time> begun_{};  // the first packet of this file
    std::deque<std::string> kept_{};    // with --files: at most so many
};

}  // namespace sonde::cli
