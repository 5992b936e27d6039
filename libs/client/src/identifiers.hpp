#pragma once
/// ICMP identifiers for raw sockets: no two sessions of one process have the same at a time, in
/// whatever threads they run. Between processes chance keeps them apart, and where it does not, the
/// cookie in every probe.

#include <cstdint>
#include <utility>

#include <sonde/net/system_calls.hpp>

namespace sonde::inline v0::detail {

/// One identifier, ours until it ends. Move-only.
class identifier_lease {
  public:
    identifier_lease() noexcept = default;  // holds none
    identifier_lease(identifier_lease&& other) noexcept
        : value_(other.value_), is_ours_(std::exchange(other.is_ours_, false)) {}
    identifier_lease& operator=(identifier_lease&& other) noexcept {
        std::swap(value_, other.value_);
        std::swap(is_ours_, other.is_ours_);
        return *this;
    }
    ~identifier_lease();

    /// A free one by random draw. When all 65,535 are taken (0 is never drawn), a random one that
    /// somebody holds already: the cookies keep the sessions apart.
    [[nodiscard]] static identifier_lease draw(const system_calls& calls);

    [[nodiscard]] std::uint16_t value() const noexcept { return value_; }

  private:
    identifier_lease(std::uint16_t value, bool is_ours) noexcept
        : value_(value), is_ours_(is_ours) {}
    std::uint16_t value_ = 0;
    bool is_ours_ = false;
};

/// 64 random bits of the kernel; of the clock and the process where it gives none.
[[nodiscard]] std::uint64_t random_word(const system_calls& calls) noexcept;

}  // namespace sonde::inline v0::detail
