#pragma once
/// The events that a session holds until somebody takes them. Grows with what is waiting and keeps
/// its room, so that a session under way allocates nothing.

#include <memory>
#include <new>
#include <utility>
#include <vector>

#include <sonde/probe/session.hpp>

#include "rtt_choice.hpp"

namespace sonde::inline v0::detail {

struct queued_event {
    probe_event event{};
    receive_times got{};       // of a reply: to choose the RTT again when a stamp comes late
    bool is_measured = false;  // its RTT goes into the statistics when the event leaves
    std::uint64_t serial = 0;  // of many targets: of the answer among the unsettled; 0: none
};

class event_queue {
  public:
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    void push(queued_event&& added) {
        if (size_ == ring_.size()) grow();
        at(size_++) = std::move(added);
    }
    /// A new one at the end, to be filled where it lies.
    [[nodiscard]] queued_event& add() {
        if (size_ == ring_.size()) grow();
        queued_event& made = at(size_++);
        std::destroy_at(&made);
        // Without parentheses: the members are set one by one, and not all to zero before.
        return *::new (static_cast<void*>(&made)) queued_event;
    }
    /// Precondition of both: not empty.
    [[nodiscard]] queued_event& front() noexcept { return at(0); }
    void drop_front() noexcept {
        --size_;
        // An empty queue begins at the front again: the places used last are still in the cache.
        head_ = size_ == 0 ? 0 : (head_ + 1) & (ring_.size() - 1);
    }
    /// Precondition: not empty.
    [[nodiscard]] queued_event pop() noexcept {
        queued_event taken = std::move(at(0));
        drop_front();
        return taken;
    }
    /// The newest first: index 0 is the one that came last. Precondition: index < size().
    [[nodiscard]] queued_event& newest(std::size_t index) noexcept { return at(size_ - 1 - index); }
    /// In order. Precondition: index < size().
    [[nodiscard]] const queued_event& oldest(std::size_t index) const noexcept {
        return ring_[(head_ + index) & (ring_.size() - 1)];
    }

  private:
    [[nodiscard]] queued_event& at(std::size_t index) noexcept {
        return ring_[(head_ + index) & (ring_.size() - 1)];
    }
    void grow() {
        std::vector<queued_event> larger(ring_.empty() ? 4 : ring_.size() * 2);
        for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move(at(i));
        ring_.swap(larger);
        head_ = 0;
    }

    std::vector<queued_event> ring_{};  // a power of two, or empty
    std::size_t head_ = 0;
    std::size_t size_ = 0;
};

}  // namespace sonde::inline v0::detail
