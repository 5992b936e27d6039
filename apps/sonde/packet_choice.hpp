#pragma once
/// Which packets of a file a command is about, as the user said it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sonde/base/time.hpp>

namespace sonde::cli {

/// "1-10,17,300-": numbers from 1, both ends included.
struct frame_ranges {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges{};  // empty: every frame

    [[nodiscard]] bool contains(std::uint64_t number) const noexcept;
    /// Beyond it there is nothing to find; UINT64_MAX when there is no end.
    [[nodiscard]] std::uint64_t last() const noexcept;
};
[[nodiscard]] std::optional<frame_ranges> parse_frame_ranges(std::string_view text);

/// A point in time: since 1970, or since the first packet of the file.
struct moment {
    nanoseconds at{};
    bool after_first = false;

    [[nodiscard]] wall_time when(wall_time first) const noexcept;
};
/// A date with or without time ("2026-03-01", "2026-03-01T12:00:00.25Z", "2026-03-01 12:00"; UTC),
/// seconds since 1970, or "+" and a time since the first packet ("+10", "+200ms").
[[nodiscard]] std::optional<moment> parse_moment(std::string_view text);

/// All that are given must hold.
struct packet_choice {
    frame_ranges frames{};
    std::optional<moment> from{};   // included
    std::optional<moment> until{};  // excluded
    std::string filter{};           // as libpcap has them

    [[nodiscard]] bool is_everything() const noexcept {
        return frames.ranges.empty() && !from && !until && filter.empty();
    }
};

}  // namespace sonde::cli
