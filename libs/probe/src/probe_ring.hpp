#pragma once
/// The probes of a ping that are remembered, in a ring that grows with use up to its bound.

#include <bit>
#include <cstdint>
#include <vector>

#include "answer_match.hpp"
#include "rtt_choice.hpp"

namespace sonde::inline v0::detail {

/// What became of one probe, as far as answers to it need to know.
struct remembered_probe {
    enum class stage : std::uint8_t { handed_out, waiting, answered, lost, failed };
    send_times sent{};
    std::uint64_t id = 0;
    std::uint16_t duplicates = 0;
    stage now = stage::handed_out;
    bool is_late = false;    // lost, and answered afterwards
    bool has_error = false;  // lost, and an ICMP error said why
};

class probe_ring {
  public:
    explicit probe_ring(std::uint32_t bound) : bound_(std::bit_ceil(bound)) {}

    [[nodiscard]] remembered window() const noexcept { return {.oldest = oldest_, .next = next_}; }
    [[nodiscard]] bool is_full() const noexcept { return next_ - oldest_ == bound_; }
    [[nodiscard]] bool holds(probe_id id) const noexcept {
        return id.value >= oldest_ && id.value < next_;
    }
    /// Precondition: holds(id).
    [[nodiscard]] remembered_probe& operator[](probe_id id) noexcept {
        return ring_[id.value & (ring_.size() - 1)];
    }
    [[nodiscard]] const remembered_probe& operator[](probe_id id) const noexcept {
        return ring_[id.value & (ring_.size() - 1)];
    }
    /// Precondition: not empty.
    void forget_oldest() noexcept { ++oldest_; }
    /// Precondition: not full.
    remembered_probe& add() {
        if (next_ - oldest_ == ring_.size()) grow();
        auto& made = (*this)[{next_}];
        made = {};
        made.id = next_++;
        return made;
    }

  private:
    void grow() {
        constexpr std::size_t first_len = 16;
        std::vector<remembered_probe> larger(
            ring_.empty() ? std::min<std::size_t>(first_len, bound_) : ring_.size() * 2);
        for (std::uint64_t id = oldest_; id < next_; ++id) {
            larger[id & (larger.size() - 1)] = (*this)[{id}];
        }
        ring_.swap(larger);
    }

    std::vector<remembered_probe> ring_{};  // a power of two, at most bound_
    std::size_t bound_;
    std::uint64_t oldest_ = 0;
    std::uint64_t next_ = 0;
};

}  // namespace sonde::inline v0::detail
