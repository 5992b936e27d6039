#pragma once
/// The capture file that crafted packets and their answers are written to.

#include <optional>
#include <string>

#include <sonde/capture/capture_writer.hpp>
#include <sonde/wire/link/link_type.hpp>

#include "file.hpp"

namespace sonde::cli {

/// Made with the first packet, of whose link type it is. What goes wrong is told at once.
class craft_file {
  public:
    /// Borrows both.
    craft_file(const craft_settings& settings, file_run& run)
        : path_(settings.write_to), run_(run) {}

    [[nodiscard]] bool is_wanted() const noexcept { return !path_.empty(); }
    /// True when no file is wanted, too. The comment goes where the format has a place for it.
    [[nodiscard]] bool put(link_type type, bytes_view octets, wall_time at,
                           const std::string& comment);
    void close();

  private:
    [[nodiscard]] bool open(link_type type);
    const std::string& path_;
    file_run& run_;
    std::optional<capture_writer> out_{};
    link_type type_ = link_type::ethernet;  // of the file
};

}  // namespace sonde::cli
