#pragma once
/// Answers whose RTT may still change, because their transmit stamp may come after them: the last
/// few, in the order in which they came.

#include <array>
#include <cstdint>

#include <sonde/probe/session.hpp>

#include "rtt_choice.hpp"

namespace sonde::inline v0::detail {

struct unsettled_answer {
    std::uint64_t number = 0;  // of the probe
    std::uint32_t row = 0;     // its target
    receive_times got{};
    nanoseconds rtt{};
    nanoseconds rtt_user{};
    stamp_source sent_by = stamp_source::none;
    stamp_source received_by = stamp_source::none;
};

class unsettled_answers {
  public:
    static constexpr std::size_t reach = 64;

    [[nodiscard]] bool empty() const noexcept { return first_ == next_; }
    [[nodiscard]] bool is_full() const noexcept { return next_ - first_ == reach; }
    /// Counts answers from 1; the one that comes next has this serial.
    [[nodiscard]] std::uint64_t next_serial() const noexcept { return next_; }
    [[nodiscard]] std::uint64_t first_serial() const noexcept { return first_; }
    /// Precondition: not full.
    void push(const unsettled_answer& added) noexcept { kept_[next_++ % reach] = added; }
    /// Precondition: not empty.
    [[nodiscard]] const unsettled_answer& pop() noexcept { return kept_[first_++ % reach]; }
    /// Precondition: first_serial() <= serial < next_serial().
    [[nodiscard]] unsettled_answer& at(std::uint64_t serial) noexcept {
        return kept_[serial % reach];
    }
    [[nodiscard]] const unsettled_answer& at(std::uint64_t serial) const noexcept {
        return kept_[serial % reach];
    }

  private:
    std::array<unsettled_answer, reach> kept_{};
    std::uint64_t first_ = 1;
    std::uint64_t next_ = 1;
};

}  // namespace sonde::inline v0::detail
