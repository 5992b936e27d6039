#pragma once
/// The probes of many targets that are remembered: 32 octets each, by number, in pieces that are
/// used again, so that nothing is ever copied while a session runs.

#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include <sonde/base/time.hpp>

#include "rtt_choice.hpp"

namespace sonde::inline v0::detail {

enum class probe_stage : std::uint8_t { handed_out, waiting, answered, lost, failed };

struct mass_probe {
    mono_time sent_at{};               // user space's clock just before the system call
    std::uint64_t sequence = 0;        // among the probes of its target, from 1
    std::uint32_t row = 0;             // its target
    std::uint32_t stamp_after_ns = 0;  // the kernel's stamp; the greatest: no plausible one
    std::uint16_t duplicates = 0;
    probe_stage now = probe_stage::handed_out;
    std::uint8_t attempt = 0;  // of its round, from 0
    stamp_source stamped_by = stamp_source::none;
    bool is_late : 1 = false;    // lost, and answered afterwards
    bool has_error : 1 = false;  // lost, and an ICMP error said why

    [[nodiscard]] bool is_open() const noexcept {
        return now == probe_stage::handed_out || now == probe_stage::waiting;
    }
    [[nodiscard]] send_times times() const noexcept {
        if (stamped_by == stamp_source::none) return {.at = sent_at};
        const bool plausible = stamp_after_ns != implausible;
        const nanoseconds after = plausible ? nanoseconds(stamp_after_ns) : nanoseconds(-1);
        return {.at = sent_at, .kernel = {sent_at + after, stamped_by}};
    }
    /// Both at once: the stamp is kept as its distance to the clock.
    void set_times(const send_times& sent) noexcept {
        sent_at = sent.at;
        stamped_by = sent.kernel.source;
        const auto after = (sent.kernel.at - sent.at).count();
        const bool fits = after >= 0 && after < implausible;
        stamp_after_ns = fits ? static_cast<std::uint32_t>(after) : implausible;
    }

  private:
    static constexpr std::uint32_t implausible = UINT32_MAX;
};
static_assert(sizeof(mass_probe) == 32);

class mass_ring {
  public:
    /// At most `bound` probes.
    explicit mass_ring(std::uint32_t bound) : bound_(bound) {
        table_.push_back(std::make_unique<piece>());
        spare_.reserve(table_.size());
    }

    [[nodiscard]] std::uint64_t oldest() const noexcept { return oldest_; }
    [[nodiscard]] std::uint64_t next() const noexcept { return next_; }  // numbers from 0
    [[nodiscard]] bool empty() const noexcept { return oldest_ == next_; }
    [[nodiscard]] bool holds(std::uint64_t number) const noexcept {
        return number >= oldest_ && number < next_;
    }
    /// Precondition: holds(number).
    [[nodiscard]] mass_probe& operator[](std::uint64_t number) noexcept {
        return table_[place_of(number)]->of[number % piece_len];
    }
    [[nodiscard]] const mass_probe& operator[](std::uint64_t number) const noexcept {
        return table_[place_of(number)]->of[number % piece_len];
    }
    /// Whether one more fits; false also where memory has run out.
    [[nodiscard]] bool has_room() noexcept {
        if (next_ - oldest_ >= bound_) return false;
        return next_ % piece_len != 0 || next_ == 0 || make_piece();
    }
    /// Precondition: has_room() was just true. The new probe has the number next() - 1.
    mass_probe& add() noexcept {
        mass_probe& made = (*this)[next_++];
        made = {};
        return made;
    }
    /// Precondition: not empty.
    void forget_oldest() noexcept {
        const std::size_t place = place_of(oldest_);
        if (++oldest_ % piece_len == 0) spare_.push_back(std::move(table_[place]));
    }

  private:
    static constexpr std::uint64_t piece_len = 1024;
    struct piece {
        std::array<mass_probe, piece_len> of;
    };
    [[nodiscard]] std::size_t place_of(std::uint64_t number) const noexcept {
        return static_cast<std::size_t>(number / piece_len) & (table_.size() - 1);
    }
    [[nodiscard]] bool make_piece() noexcept {
        try {
            if (next_ / piece_len - oldest_ / piece_len >= table_.size()) grow();
            auto& place = table_[place_of(next_)];
            if (place) return true;
            if (!spare_.empty()) {
                place = std::move(spare_.back());
                spare_.pop_back();
            } else {
                place.reset(new piece);  // not zeroed: add() does
            }
            return true;
        } catch (const std::bad_alloc&) {
            return false;
        }
    }
    void grow() {
        std::vector<std::unique_ptr<piece>> larger(table_.size() * 2);
        spare_.reserve(larger.size());  // so that forget_oldest never has to ask
        for (std::uint64_t i = oldest_ / piece_len; i < next_ / piece_len; ++i) {
            larger[i & (larger.size() - 1)] = std::move(table_[i & (table_.size() - 1)]);
        }
        table_.swap(larger);
    }

    std::vector<std::unique_ptr<piece>> table_{};  // a power of two
    std::vector<std::unique_ptr<piece>> spare_{};
    std::uint64_t bound_;
    std::uint64_t oldest_ = 0;
    std::uint64_t next_ = 0;
};

}  // namespace sonde::inline v0::detail
