#pragma once
/// Standard output and standard error, without iostreams: what is written is out at once.

#include <string_view>

#include "settings.hpp"

namespace sonde::cli {

class output {
  public:
    explicit output(int descriptor) noexcept : descriptor_(descriptor) {}

    /// Writes all of it. After the reader has gone (EPIPE) or the disk is full nothing is written
    /// any more, silently: `failure` says so.
    void write(std::string_view text) noexcept;
    /// The errno that ended writing; 0: none.
    [[nodiscard]] int failure() const noexcept { return failure_; }
    [[nodiscard]] bool is_broken() const noexcept { return failure_ != 0; }
    [[nodiscard]] bool is_terminal() const noexcept;

  private:
    int descriptor_;
    int failure_ = 0;
};

/// Both channels of a command.
struct channels {
    output& out;
    output& err;
};

[[nodiscard]] bool wants_color(color_choice choice, const output& to) noexcept;

}  // namespace sonde::cli
