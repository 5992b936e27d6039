#pragma once
/// Times of packets as text, in the forms that tcpdump has.

#include <cstdint>
#include <optional>
#include <string>

#include <sonde/base/time.hpp>

#include "file_settings.hpp"

namespace sonde::cli {

/// "1772366400.500000000": seconds since 1970, exact; `decimals` 6 or 9.
[[nodiscard]] std::string epoch_text(wall_time at, int decimals);
/// "2026-03-01 12:00:00.500000000 UTC"; "later than 2262-04-11" of a time that is_out_of_range.
[[nodiscard]] std::string date_text(wall_time at);

/// The text before each line. Remembers the packet before and the first.
class time_column {
  public:
    time_column(time_form form, bool utc, bool nano) noexcept
        : form_(form), utc_(utc), decimals_(nano ? 9 : 6) {}

    /// Appends the time and a space; nothing for time_form::none, "-" where there is no time. One
    /// that is_out_of_range is told in words in every form, and no other is counted from it.
    void append(std::string& out, std::optional<wall_time> at);
    /// Another file begins.
    void restart() noexcept { first_.reset(), before_.reset(); }

  private:
    struct broken_down {
        std::string date{};              // "2026-03-01 "
        std::int64_t second_of_day = 0;  // of the minute that it was made for
    };
    void append_clock(std::string& out, wall_time at);
    void append_span(std::string& out, nanoseconds span) const;
    void find_minute(std::int64_t minute);

    time_form form_;
    bool utc_;
    int decimals_;
    std::optional<wall_time> first_{};
    std::optional<wall_time> before_{};
    std::optional<std::int64_t> minute_{};  // since 1970, that `known_` is about
    broken_down known_{};
};

}  // namespace sonde::cli
