#pragma once
/// Many timers in constant time each: a wheel of six levels with 1,024 slots, the first of a
/// microsecond each (1,024 ns), each further of 1,024 slots of the one below. A timer moves down at
/// most once a level. Exact: nothing is due before its time, and next() is the time of the earliest
/// (or lies before it, when that one was taken out of the same microsecond a moment ago).
///
/// Timers are rows of somebody else: `Rows` knows for an index the time it is due and a link to the
/// next of its slot. A row may be in the wheel once.

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <utility>

#include <sonde/base/time.hpp>

namespace sonde::inline v0::detail {

template <class Rows>
class timer_wheel {
  public:
    static constexpr std::uint32_t none = UINT32_MAX;

    /// Borrows the rows, which must outlive this. No timer is due before `origin`.
    timer_wheel(Rows& rows, mono_time origin) noexcept : rows_(rows), origin_(origin) {}

    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    /// mono_time::max() when empty.
    [[nodiscard]] mono_time next() const noexcept {
        const auto found = first();
        return found ? levels_[found->level].slots[found->index].least : mono_time::max();
    }
    /// Its time must be set. Rows of one microsecond come out in the order in which they went in.
    void insert(std::uint32_t row, mono_time now) noexcept {
        if (size_ == 0) current_ = std::max(current_, tick_of(now));
        ++size_;
        place(row);
    }
    /// The earliest row whose time has come; it is out of the wheel then.
    [[nodiscard]] std::optional<std::uint32_t> pop(mono_time now) noexcept {
        for (auto found = first(); found; found = first()) {
            slot& from = levels_[found->level].slots[found->index];
            if (from.least > now) return std::nullopt;
            if (found->level == 0) return take(*found, now);
            cascade(*found);
        }
        return std::nullopt;
    }

  private:
    static constexpr unsigned tick_bits = 10;
    static constexpr unsigned slot_bits = 10;
    static constexpr unsigned slots_len = 1U << slot_bits;
    static constexpr unsigned levels_len = 6;  // 70 bits: all the time there is

    struct slot {
        std::uint32_t head = none;
        std::uint32_t tail = none;
        mono_time least = mono_time::max();  // of its rows, or less
    };
    struct level {
        std::array<slot, slots_len> slots{};
        std::array<std::uint64_t, slots_len / 64> used{};  // one bit for each slot
        std::uint64_t words = 0;                           // one for each word of these
    };
    struct spot {
        unsigned level = 0;
        unsigned index = 0;
    };

    [[nodiscard]] std::uint64_t tick_of(mono_time at) const noexcept {
        if (at <= origin_) return 0;
        return static_cast<std::uint64_t>((at - origin_).count()) >> tick_bits;
    }
    // A row on a level shares all higher digits of its tick with the current one, and its digit on
    // that level is greater: lower levels come first, and on each the lowest slot.
    [[nodiscard]] std::optional<spot> first() const noexcept {
        if (size_ == 0) return std::nullopt;
        for (unsigned i = 0; i < levels_len; ++i) {
            if (levels_[i].words == 0) continue;
            const auto word = static_cast<unsigned>(std::countr_zero(levels_[i].words));
            const auto bit = static_cast<unsigned>(std::countr_zero(levels_[i].used[word]));
            return spot{i, word * 64 + bit};
        }
        return std::nullopt;
    }
    void place(std::uint32_t row) noexcept {
        const std::uint64_t tick = std::max(tick_of(rows_.due(row)), current_);
        const unsigned differing = static_cast<unsigned>(std::bit_width(tick ^ current_));
        const unsigned on = differing == 0 ? 0 : (differing - 1) / slot_bits;
        const auto index = static_cast<unsigned>((tick >> (on * slot_bits)) % slots_len);
        slot& into = levels_[on].slots[index];
        rows_.link(row) = none;
        if (into.head == none) {
            into.head = row;
            levels_[on].used[index / 64] |= std::uint64_t{1} << (index % 64);
            levels_[on].words |= std::uint64_t{1} << (index / 64);
        } else {
            rows_.link(into.tail) = row;
        }
        into.tail = row;
        into.least = std::min(into.least, rows_.due(row));
    }
    /// Empties a slot; its rows are still linked behind the one that is returned.
    std::uint32_t clear(const spot& which) noexcept {
        level& on = levels_[which.level];
        // An index is below slots_len; the remainder is for those who cannot know it.
        const unsigned word = which.index / 64 % (slots_len / 64);
        on.used[word] &= ~(std::uint64_t{1} << (which.index % 64));
        if (on.used[word] == 0) on.words &= ~(std::uint64_t{1} << word);
        return std::exchange(on.slots[which.index], {}).head;
    }
    void advance_to(const spot& which) noexcept {
        const unsigned shift = which.level * slot_bits;
        const std::uint64_t digit = std::uint64_t{which.index} << shift;
        // Past the highest level there are no higher digits.
        const std::uint64_t higher = which.level + 1 == levels_len
                                         ? 0
                                         : current_ >> (shift + slot_bits) << (shift + slot_bits);
        current_ = std::max(current_, higher | digit);
    }
    void cascade(const spot& which) noexcept {
        std::uint32_t row = clear(which);
        advance_to(which);
        while (row != none) {
            const std::uint32_t next = rows_.link(row);
            place(row);
            row = next;
        }
    }
    [[nodiscard]] std::optional<std::uint32_t> take(const spot& which, mono_time now) noexcept {
        advance_to(which);
        slot& from = levels_[0].slots[which.index];
        mono_time least = mono_time::max();
        std::uint32_t before = none;
        for (std::uint32_t row = from.head; row != none; before = row, row = rows_.link(row)) {
            if (rows_.due(row) > now) {
                least = std::min(least, rows_.due(row));
                continue;
            }
            (before == none ? from.head : rows_.link(before)) = rows_.link(row);
            if (from.tail == row) from.tail = before;
            if (from.head == none) static_cast<void>(clear(which));
            --size_;
            return row;
        }
        from.least = least;
        return std::nullopt;
    }

    Rows& rows_;
    mono_time origin_;
    std::array<level, levels_len> levels_{};
    std::uint64_t current_ = 0;  // tick; no row is in a slot before it
    std::size_t size_ = 0;
};

}  // namespace sonde::inline v0::detail
