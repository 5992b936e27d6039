#pragma once
/// What will happen, in order of time; what happens at the same nanosecond keeps the order in which
/// it was planned. Datagrams on their way lie in parcels that are used again and again.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include <sonde/base/time.hpp>

namespace sonde::inline v0::sim {

/// Where a parcel will be when its event comes.
enum class place : std::uint8_t { router_expired, router_unreachable, target, home };

/// What the internet did to an answer on its way home; see delivery_counts.
enum class treatment : std::uint8_t { none, duplicate, corrupted, forged, foreign };

struct host_state;

/// A datagram on its way, and what is known about it.
struct parcel {
    std::vector<std::uint8_t> octets{};
    place where = place::home;
    treatment treated = treatment::none;
    std::uint32_t path = 0;
    std::uint32_t node = 0;      // index of the router or of the target
    bool from_target = false;    // an answer of path's target `node`
    host_state* host = nullptr;  // of whom the request was; nobody's for strangers' messages
    std::uint64_t ordinal = 0;   // of the request among those to its host
    mono_time sent_at{};         // the request
    std::optional<std::uint32_t> next_free{};
};

/// Parcels by index: a reference stays valid while others are made.
class parcel_store {
  public:
    [[nodiscard]] std::uint32_t take() {
        if (!free_) {
            parcels_.emplace_back();
            return static_cast<std::uint32_t>(parcels_.size() - 1);
        }
        const std::uint32_t index = *free_;
        free_ = parcels_[index].next_free;
        return index;
    }
    void give_back(std::uint32_t index) noexcept {
        parcels_[index].next_free = free_;
        free_ = index;
    }
    [[nodiscard]] parcel& operator[](std::uint32_t index) noexcept { return parcels_[index]; }

  private:
    std::deque<parcel> parcels_{};
    std::optional<std::uint32_t> free_{};
};

struct event {
    mono_time at{};
    std::uint64_t order = 0;
    std::uint32_t parcel = 0;
};

class event_queue {
  public:
    void plan(mono_time at, std::uint32_t parcel) {
        heap_.push_back({at, planned_++, parcel});
        std::push_heap(heap_.begin(), heap_.end(), later);
    }
    [[nodiscard]] mono_time next_time() const noexcept {
        return heap_.empty() ? mono_time::max() : heap_.front().at;
    }
    /// Precondition: something is planned.
    [[nodiscard]] event pop() noexcept {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        const event next = heap_.back();
        heap_.pop_back();
        return next;
    }

  private:
    static bool later(const event& a, const event& b) noexcept {
        return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
    std::vector<event> heap_{};
    std::uint64_t planned_ = 0;
};

}  // namespace sonde::inline v0::sim
