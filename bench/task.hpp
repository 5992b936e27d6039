#pragma once
/// A row of the table is a task, and each column does it in its way with the same result.

#include <cstdint>
#include <span>
#include <string_view>

#include "input.hpp"

namespace sonde::bench {

/// What one pass over the input came to. Who did the same work has the same numbers.
struct outcome {
    std::uint64_t packets = 0;
    std::uint64_t sum = 0;
    friend bool operator==(const outcome&, const outcome&) = default;
};

struct task {
    std::string_view row;
    std::string_view column;
    outcome (*pass)(const input&);
};

[[nodiscard]] std::span<const task> floor_tasks() noexcept;
[[nodiscard]] std::span<const task> sonde_tasks() noexcept;
[[nodiscard]] std::span<const task> libtins_tasks() noexcept;
[[nodiscard]] std::span<const task> libpcap_tasks() noexcept;

/// A pass over frames in memory: `Each` makes a number of one frame.
template <auto Each>
[[nodiscard]] outcome over_frames(const input& in) {
    outcome made;
    for (const bytes_view frame : in.frames.all) {
        ++made.packets;
        made.sum += Each(frame);
    }
    return made;
}
/// A pass without frames: `Each` makes a number of a count.
template <auto Each>
[[nodiscard]] outcome over_count(const input& in) {
    outcome made;
    for (; made.packets < in.count; ++made.packets) {
        made.sum += Each(static_cast<std::uint16_t>(made.packets));
    }
    return made;
}

/// Makes the compiler believe that somebody reads, and may have changed, what lies at `octets`.
inline void keep(const void* octets) noexcept { asm volatile("" : : "r"(octets) : "memory"); }

/// The same number, of which the compiler knows nothing.
[[nodiscard]] inline std::uint32_t unforeseen(std::uint32_t value) noexcept {
    asm volatile("" : "+r"(value));
    return value;
}

/// Frames that lie in memory, more than the cache holds, are asked for so many turns before.
inline constexpr std::size_t frames_ahead = 4;

// What is crafted, the same in all columns.
inline constexpr std::size_t echo_data_len = 56;  // octets
inline constexpr std::size_t echo_frame_len = 98;
inline constexpr std::size_t syn_frame_len = 74;
inline constexpr std::size_t summed_len = 1460;
inline constexpr std::uint16_t echo_identifier = 0x1234;
inline constexpr std::uint32_t crafted_source = 0xc0000201;
inline constexpr std::uint32_t crafted_destination = 0xc6336407;
inline constexpr std::string_view filter_text = "tcp port 80 or udp port 53";

}  // namespace sonde::bench
