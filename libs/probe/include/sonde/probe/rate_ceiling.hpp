#pragma once
/// The safety of others: how many probes a second one host and one network may get from us,
/// whatever the user asks for, unless the user lifts the ceiling.

#include <algorithm>
#include <cstdint>
#include <memory>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/time.hpp>

namespace sonde::inline v0 {

/// Probes a second; 0: no ceiling. A network is a /24 of IPv4 or a /64 of IPv6. Loopback addresses
/// have no ceiling: they are ours.
struct rate_ceilings {
    double per_host = 100;
    double per_network = 2'000;
    std::uint32_t network_burst = 256;  // probes: a whole /24 may be asked at once
    bool allow_broadcast = false;       // broadcast and multicast addresses as targets

    /// Whether an address may be a target. The broadcast address of a network is not known here:
    /// the kernel refuses it (EACCES).
    [[nodiscard]] constexpr bool allow(const ip_address& address) const noexcept {
        return allow_broadcast ||
               !(address.is_multicast() || (address.is_v4() && address.v4().is_broadcast()));
    }
};

/// A token bucket in one number: the time at which it will be full again. Starts full.
class token_clock {
  public:
    /// `price`: what one token takes to come back; `room`: of so many further tokens.
    [[nodiscard]] constexpr mono_time allowed_at(mono_time now, nanoseconds room) const noexcept {
        return full_at_ <= now ? now : std::max(now, full_at_ - room);
    }
    constexpr void take(mono_time at, nanoseconds price) noexcept {
        full_at_ = std::max(full_at_, at) + price;
    }

  private:
    mono_time full_at_ = mono_time::min();
};

/// Token buckets of the networks that were sent to lately. Bounded: 65,536 buckets of 8 octets,
/// made at the first use; networks that share one share its rate. Networks of one IPv4 /8 never
/// share. Where there is no memory for the buckets, all networks share one.
class SONDE_API ceiling_gate {
  public:
    explicit ceiling_gate(const rate_ceilings& ceilings) noexcept;
    ~ceiling_gate();
    ceiling_gate(ceiling_gate&&) noexcept;
    ceiling_gate& operator=(ceiling_gate&&) noexcept;

    /// When a probe to this address may go: `now`, or later. Who waits for a later time calls
    /// on_send with it at once: the place is reserved then, and need not be asked for again.
    [[nodiscard]] mono_time allowed_at(const ip_address& address, mono_time now) noexcept;
    void on_send(const ip_address& address, mono_time at) noexcept;

  private:
    struct buckets;
    [[nodiscard]] bool is_free(const ip_address& address) const noexcept {
        return price_ == nanoseconds{} || address.is_loopback();
    }
    [[nodiscard]] token_clock& bucket_of(const ip_address& address) noexcept;

    nanoseconds price_;  // of a probe; 0: no ceiling
    nanoseconds room_;   // of the burst but one probe
    std::unique_ptr<buckets> buckets_;
    token_clock shared_{};
};

/// What a probe costs under a ceiling of so many a second; 0: nothing.
[[nodiscard]] constexpr nanoseconds price_of(double per_second) noexcept {
    constexpr double second_ns = 1e9;
    constexpr double longest_ns = 1e15;
    if (!(per_second > 0)) return {};
    return nanoseconds(std::max<std::int64_t>(
        1, static_cast<std::int64_t>(std::min(second_ns / per_second, longest_ns))));
}

}  // namespace sonde::inline v0
