#pragma once
/// The probes of a sweep that are remembered, 16 octets each, in the order in which they were sent.
/// Grows with use up to its bound; then each new probe takes the place of the oldest.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <new>
#include <optional>
#include <vector>

#include <sonde/base/time.hpp>

namespace sonde::inline v0::detail {

/// What became of one probe, as far as answers to it need to know.
struct swept_probe {
    enum class stage : std::uint8_t {
        handed_out,
        waiting,
        answered,
        lost,
        late,     // lost, and answered afterwards
        refused,  // lost: an ICMP error said why
        failed,   // the kernel did not send it
    };
    mono_time at{};  // user space's clock before the system call, or the better stamp
    std::uint32_t number_low = 0;
    std::uint16_t number_high = 0;
    stage now = stage::handed_out;
    stamp_source stamped_by = stamp_source::user;

    /// Precondition: number < 2^48.
    [[nodiscard]] static swept_probe of(std::uint64_t number, mono_time at) noexcept {
        return {.at = at,
                .number_low = static_cast<std::uint32_t>(number),
                .number_high = static_cast<std::uint16_t>(number >> 32)};
    }
    [[nodiscard]] std::uint64_t number() const noexcept {
        return std::uint64_t{number_high} << 32 | number_low;
    }
    [[nodiscard]] bool is_open() const noexcept {
        return now == stage::handed_out || now == stage::waiting;
    }
};
static_assert(sizeof(swept_probe) == 16);

/// A place counts from 0 for the first probe of all and is never used again.
class sweep_ring {
  public:
    explicit sweep_ring(std::uint32_t bound)
        : ring_(std::min<std::size_t>(first_len, std::bit_ceil(bound))),
          bound_(std::bit_ceil(bound)) {}

    [[nodiscard]] std::uint64_t oldest() const noexcept { return oldest_; }
    [[nodiscard]] std::uint64_t next() const noexcept { return next_; }
    [[nodiscard]] bool is_full() const noexcept { return next_ - oldest_ == bound_; }
    /// Precondition: oldest() <= place < next().
    [[nodiscard]] swept_probe& operator[](std::uint64_t place) noexcept {
        return ring_[place & (ring_.size() - 1)];
    }
    [[nodiscard]] const swept_probe& operator[](std::uint64_t place) const noexcept {
        return ring_[place & (ring_.size() - 1)];
    }

    /// Makes room for one more, within the bound. Where there is no memory for it, the bound is
    /// what there is.
    void make_room() noexcept {
        if (is_full() || next_ - oldest_ < ring_.size()) return;
        try {
            grow();
        } catch (const std::bad_alloc&) {
            bound_ = ring_.size();
        }
    }
    /// Precondition: make_room() was called, and `number` is greater than all before and below
    /// 2^48.
    void add(std::uint64_t number, mono_time at) noexcept {
        if (is_full()) ++oldest_;
        (*this)[next_++] = swept_probe::of(number, at);
    }

    /// Null when no such probe is remembered.
    [[nodiscard]] const swept_probe* find(std::uint64_t number) const noexcept {
        const auto place = place_of(number);
        return place ? &(*this)[*place] : nullptr;
    }
    [[nodiscard]] swept_probe* find(std::uint64_t number) noexcept {
        const auto place = place_of(number);
        return place ? &(*this)[*place] : nullptr;
    }

  private:
    static constexpr std::size_t first_len = 16;

    [[nodiscard]] std::optional<std::uint64_t> place_of(std::uint64_t number) const noexcept {
        if (oldest_ == next_) return std::nullopt;
        const std::uint64_t newest = (*this)[next_ - 1].number();
        if (number > newest) return std::nullopt;
        // Numbers ascend: so far back as the number is, its place is at most. Where none was left
        // out, as in all of a first pass, it is exactly there.
        const std::uint64_t back = std::min(newest - number, next_ - 1 - oldest_);
        std::uint64_t low = next_ - 1 - back;
        if ((*this)[low].number() == number) return low;
        std::uint64_t high = next_;
        while (low < high) {
            const std::uint64_t middle = low + (high - low) / 2;
            if ((*this)[middle].number() < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == next_ || (*this)[low].number() != number) return std::nullopt;
        return low;
    }
    void grow() {
        std::vector<swept_probe> larger(ring_.size() * 2);
        for (std::uint64_t place = oldest_; place < next_; ++place) {
            larger[place & (larger.size() - 1)] = (*this)[place];
        }
        ring_.swap(larger);
    }

    std::vector<swept_probe> ring_;  // a power of two, at most bound_
    std::size_t bound_;
    std::uint64_t oldest_ = 0;
    std::uint64_t next_ = 0;
};

}  // namespace sonde::inline v0::detail
