#pragma once
/// Memory that is mapped, with one owner: unmapped once, when its owner ends.

#include <utility>

#include <sonde/base/octets.hpp>
#include <sonde/capture/packet_calls.hpp>

namespace sonde::inline v0::detail {

/// Memory that the kernel shares with us.
class mapped_ring {
  public:
    mapped_ring() noexcept = default;
    mapped_ring(bytes_mut octets, const packet_calls& calls) noexcept
        : octets_(octets), calls_(&calls) {}
    mapped_ring(mapped_ring&& other) noexcept
        : octets_(std::exchange(other.octets_, {})), calls_(other.calls_) {}
    mapped_ring& operator=(mapped_ring&& other) noexcept {
        std::swap(octets_, other.octets_);
        std::swap(calls_, other.calls_);
        return *this;
    }
    mapped_ring(const mapped_ring&) = delete;
    mapped_ring& operator=(const mapped_ring&) = delete;
    ~mapped_ring() {
        if (!octets_.empty()) static_cast<void>(calls_->unmap(octets_.data(), octets_.size()));
    }
    [[nodiscard]] bytes_mut octets() const noexcept { return octets_; }

  private:
    bytes_mut octets_{};
    const packet_calls* calls_ = nullptr;
};

}  // namespace sonde::inline v0::detail
