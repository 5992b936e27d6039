#pragma once
/// A hostile internet of a million hosts, and what engines over it must have counted: for tests of
/// everything that has many targets.

#include <span>

#include <gtest/gtest.h>

#include <sonde/probe/ping.hpp>
#include <sonde/sim/run.hpp>

namespace sonde::probe_testing {

// The whole million takes seconds without a sanitizer and minutes with one.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
inline constexpr std::uint32_t crowd_len = 1U << 16;
#else
inline constexpr std::uint32_t crowd_len = 1U << 20;
#endif

/// Everything that can befall an answer befalls some, from every host of 10.0.0.0/12; of
/// 2001:db8:ffff::/64 as well, but for corruption, which the kernel hides there.
inline constexpr std::string_view hostile_crowd = R"({
  "source": "198.51.100.1", "source6": "2001:db8:cafe::1",
  "hops": [
    {"address": "10.255.1.1", "address6": "2001:db8:0:1::1", "delay_ms": 0.3, "loss": 0.01},
    {"address": "10.255.2.1", "address6": "2001:db8:0:2::1", "delay_ms": 2, "jitter_ms": 0.4}
  ],
  "targets": [
    {"prefix": "10.0.0.0/12", "delay_ms": 3, "jitter_ms": 2, "loss": 0.02, "corrupt": 0.02,
     "late": {"probability": 0.02, "delay_ms": 5000},
     "reorder": {"probability": 0.02, "delay_ms": 50},
     "duplicate": {"probability": 0.03, "copies": 2, "interval_ms": 0.1}, "forge": 0.03},
    {"prefix": "2001:db8:ffff::/64", "delay_ms": 4, "jitter_ms": 2, "loss": 0.02,
     "late": {"probability": 0.02, "delay_ms": 5000},
     "reorder": {"probability": 0.02, "delay_ms": 50},
     "duplicate": {"probability": 0.03, "copies": 2, "interval_ms": 0.1}, "forge": 0.03}
  ],
  "foreign_per_second": 1000
})";

inline sim::scenario crowd_scenario() {
    auto made = sim::read_scenario(hostile_crowd);
    EXPECT_TRUE(made.has_value()) << made.error();
    return made.value_or(sim::scenario{});
}

/// A host of 10.0.0.0/12.
inline ip_address crowd_host(std::uint32_t index) { return ipv4_address{0x0a000000 + index}; }
inline ip_address crowd_host6(std::uint32_t index) {
    return ipv6_address::from_integer((uint128{0x20010db8ffff0000} << 64) | index);
}

/// The counts of several engines, which ran at once on raw sockets with an identifier each and to
/// different hosts, and ended at the same moment, beside the internet's.
inline void expect_every_class_counted(std::span<const probe_counts> engines,
                                       const sim::internet_counts& truth) {
    probe_counts sum{};
    for (const auto& one : engines) {
        EXPECT_EQ(one.sent, one.received + one.lost + one.in_flight);
        sum.sent += one.sent;
        sum.received += one.received;
        sum.lost += one.lost;
        sum.late += one.late;
        sum.duplicates += one.duplicates;
        sum.reordered += one.reordered;
        sum.corrupted += one.corrupted;
        sum.forged += one.forged;
        sum.foreign += one.foreign;
        sum.errors += one.errors;
    }
    EXPECT_EQ(sum.sent, truth.sent);
    EXPECT_EQ(sum.received, truth.delivered.answers);
    EXPECT_EQ(sum.late, truth.delivered.late);
    EXPECT_EQ(sum.duplicates, truth.delivered.duplicates);
    EXPECT_EQ(sum.reordered, truth.reordered);
    EXPECT_EQ(sum.corrupted, truth.delivered.corrupted);
    EXPECT_EQ(sum.forged, truth.delivered.forged);
    EXPECT_EQ(sum.errors, 0U);
    // A raw socket sees everything: strangers' messages, and what is for the other engines.
    const std::uint64_t ours = truth.delivered.all() - truth.delivered.foreign;
    EXPECT_EQ(sum.foreign, engines.size() * truth.delivered.foreign + (engines.size() - 1) * ours);
}

}  // namespace sonde::probe_testing
