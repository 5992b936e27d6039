#pragma once
/// The safety of others: how many probes a second one host and one network may get from us,
/// whatever the user asks for, unless the user lifts the ceiling.

#include <cstdint>
#include <memory>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/time.hpp>

namespace sonde::inline v0 {

/// Probes a second; 0: no ceiling. A network is a /24 of IPv4 or a /64 of IPv6.
struct rate_ceilings {
    double per_host = 100;
    double per_network = 2'000;
    std::uint32_t network_burst = 256;  // probes: a whole /24 may be asked at once
    bool allow_broadcast = false;       // broadcast and multicast addresses as targets
};

/// Token buckets of the networks that were sent to lately. Bounded: 65,536 buckets of 16 octets,
/// made at the first use; networks that share one share its rate.
class SONDE_API ceiling_gate {
  public:
    explicit ceiling_gate(const rate_ceilings& ceilings) noexcept;
    ~ceiling_gate();
    /// When a probe to this address may go: `now`, or later.
    [[nodiscard]] mono_time allowed_at(const ip_address& address, mono_time now) noexcept;
    void on_send(const ip_address& address, mono_time now) noexcept;

  private:
    struct buckets;
    rate_ceilings ceilings_;
    std::unique_ptr<buckets> buckets_;
};

}  // namespace sonde::inline v0
