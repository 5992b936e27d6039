#pragma once
/// Times of a file as 64-bit counts of some unit, to nanoseconds since 1970 and back.

#include <cstdint>
#include <limits>
#include <optional>

#include <sonde/base/time.hpp>

namespace sonde::inline v0::detail {

/// if_tsresol and if_tsoffset (draft-ietf-opsawg-pcapng s4.2): units of 10^-n s, or of 2^-n s when
/// the highest bit is set, counted from `offset` seconds after 1970. What 64 bits of nanoseconds
/// cannot hold (after 2262) becomes the last time that they can.
class tick_scale {
  public:
    constexpr explicit tick_scale(std::uint8_t resolution = 6, std::int64_t offset_s = 0) noexcept
        : offset_s_(offset_s), power_(resolution & 0x7f), binary_((resolution & 0x80) != 0) {
        if (binary_) return;
        if (power_ <= 9) {
            multiply_ = power_of_ten(9U - power_);
            if (offset_s == 0) simple_ticks_end_ = ns_max / multiply_;
        } else {
            divide_ = power_ - 9U > 19 ? 0 : power_of_ten(power_ - 9U);  // 0: below every tick
        }
    }

    [[nodiscard]] constexpr wall_time to_time(std::uint64_t ticks) const noexcept {
        if (ticks < simple_ticks_end_) [[likely]] {
            return wall_time(nanoseconds(static_cast<std::int64_t>(ticks * multiply_)));
        }
        return clamped(since_offset(ticks) + wide{offset_s_} * ns_per_s);
    }
    /// Rounded down; nothing when the unit or the 64 bits cannot hold it.
    [[nodiscard]] constexpr std::optional<std::uint64_t> to_ticks(wall_time time) const noexcept {
        const auto simple_ns = static_cast<std::uint64_t>(time.time_since_epoch().count());
        if (multiply_ == 1 && simple_ns < simple_ticks_end_) [[likely]]
            return simple_ns;
        const wide ns = wide{time.time_since_epoch().count()} - wide{offset_s_} * ns_per_s;
        if (ns < 0) return std::nullopt;
        wide ticks = 0;
        if (binary_) {
            if (power_ > 60) return std::nullopt;
            ticks = ns / ns_per_s * (wide{1} << power_) +
                    ns % ns_per_s * (wide{1} << power_) / ns_per_s;
        } else if (multiply_ != 0) {
            ticks = ns / wide{multiply_};
        } else {
            if (divide_ == 0) return std::nullopt;
            ticks = ns * wide{divide_};
        }
        if (ticks > wide{std::numeric_limits<std::uint64_t>::max()}) return std::nullopt;
        return static_cast<std::uint64_t>(ticks);
    }

  private:
    __extension__ using wide = __int128;
    static constexpr std::int64_t ns_per_s = 1'000'000'000;
    static constexpr auto ns_max =
        static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

    static constexpr std::uint64_t power_of_ten(unsigned n) noexcept {
        std::uint64_t made = 1;
        for (; n > 0; --n) made *= 10;
        return made;
    }
    [[nodiscard]] constexpr wide since_offset(std::uint64_t ticks) const noexcept {
        if (!binary_) {
            if (multiply_ != 0) return wide{ticks} * wide{multiply_};
            return divide_ == 0 ? wide{0} : wide{ticks / divide_};
        }
        // Below 2^-64 s a 64-bit count never reaches a second, nor, below 2^-94, a nanosecond.
        if (power_ >= 94) return 0;
        return (wide{ticks} * ns_per_s) >> power_;
    }
    static constexpr wall_time clamped(wide ns) noexcept {
        constexpr wide low = std::numeric_limits<std::int64_t>::min();
        constexpr wide high = std::numeric_limits<std::int64_t>::max();
        const wide kept = ns < low ? low : ns > high ? high : ns;
        return wall_time(nanoseconds(static_cast<std::int64_t>(kept)));
    }

    std::int64_t offset_s_ = 0;
    std::uint64_t simple_ticks_end_ = 0;  // below it, a multiplication is all there is to do
    std::uint64_t multiply_ = 0;          // ns of one tick; 0 when a tick is shorter or binary
    std::uint64_t divide_ = 0;            // ticks of one ns
    unsigned power_ = 6;
    bool binary_ = false;
};

}  // namespace sonde::inline v0::detail
