#include <gtest/gtest.h>

#include <sonde/base/random.hpp>
#include <sonde/probe/rate_ceiling.hpp>

namespace sonde {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr mono_time start{seconds(100)};
ip_address v4(std::uint32_t value) { return ipv4_address{value}; }
ip_address v6(std::uint64_t network, std::uint64_t host) {
    return ipv6_address::from_integer((uint128{network} << 64) | host);
}
constexpr std::uint32_t net = 0xc0000200;  // 192.0.2.0

/// Sends as soon as it may, `count` times over a /24; when the last one went.
mono_time send_many(ceiling_gate& gate, int count, mono_time now) {
    for (int i = 0; i < count; ++i) {
        const auto to = v4(net + static_cast<std::uint32_t>(i) % 256);
        now = gate.allowed_at(to, now);
        gate.on_send(to, now);
    }
    return now;
}

TEST(ceiling, a_whole_24_may_be_asked_at_once_and_then_its_rate_holds) {
    ceiling_gate gate({});
    EXPECT_EQ(send_many(gate, 256, start), start);
    EXPECT_GT(gate.allowed_at(v4(net), start), start);
    // 2,000 a second: half a millisecond each.
    EXPECT_EQ(send_many(gate, 2'000, start), start + seconds(1));
    EXPECT_EQ(send_many(gate, 20'000, start + seconds(1)), start + seconds(11));
}

TEST(ceiling, a_pause_fills_the_bucket_and_never_more_than_that) {
    ceiling_gate gate({.per_network = 100, .network_burst = 10});
    EXPECT_EQ(send_many(gate, 10, start), start);
    EXPECT_EQ(send_many(gate, 10, start + seconds(100)), start + seconds(100));
    EXPECT_EQ(send_many(gate, 1, start + seconds(100)), start + seconds(100) + milliseconds(10));
}

TEST(ceiling, networks_do_not_share_and_a_network_is_a_24_or_a_64) {
    ceiling_gate gate({.per_network = 1, .network_burst = 1});
    for (std::uint32_t i = 0; i < 65'536; ++i) {
        const auto to = v4(0x0a000000 + (i << 8) + 7);
        ASSERT_EQ(gate.allowed_at(to, start), start) << i;
        gate.on_send(to, start);
    }
    EXPECT_GT(gate.allowed_at(v4(0x0a000000), start), start);
    EXPECT_GT(gate.allowed_at(v4(0x0affff01), start), start);
    ceiling_gate gate6({.per_network = 1, .network_burst = 1});
    gate6.on_send(v6(0x20010db800000001, 1), start);
    EXPECT_GT(gate6.allowed_at(v6(0x20010db800000001, UINT64_MAX), start), start);
    EXPECT_EQ(gate6.allowed_at(v6(0x20010db800000002, 1), start), start);
}

TEST(ceiling, a_place_that_was_reserved_is_not_given_twice) {
    ceiling_gate gate({.per_network = 100, .network_burst = 1});
    std::vector<mono_time> places;
    for (int i = 0; i < 5; ++i) {
        places.push_back(gate.allowed_at(v4(net), start));
        gate.on_send(v4(net), places.back());
    }
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(places[static_cast<std::size_t>(i)], start + milliseconds(10 * i));
}

TEST(ceiling, zero_is_no_ceiling_and_loopback_has_none) {
    ceiling_gate open({.per_network = 0});
    EXPECT_EQ(send_many(open, 100'000, start), start);
    ceiling_gate gate({.per_network = 1, .network_burst = 1});
    for (int i = 0; i < 100; ++i) {
        for (const auto& to : {v4(0x7f000001), v6(0, 1)}) {
            EXPECT_EQ(gate.allowed_at(to, start), start);
            gate.on_send(to, start);
        }
    }
}

TEST(ceiling, absurd_ceilings_do_not_overflow) {
    ceiling_gate gate({.per_network = 1e-300, .network_burst = UINT32_MAX});
    for (int i = 0; i < 100; ++i) gate.on_send(v4(net), gate.allowed_at(v4(net), start));
    EXPECT_GE(gate.allowed_at(v4(net), start), start);
    EXPECT_EQ(price_of(1e300), nanoseconds(1));
}

TEST(ceiling, groups_are_refused_unless_they_are_allowed) {
    const rate_ceilings usual{};
    const rate_ceilings open{.allow_broadcast = true};
    for (const auto& group :
         {v4(0xffffffff), v4(0xe0000001), v4(0xefffffff), v6(0xff02000000000000, 1)}) {
        EXPECT_FALSE(usual.allow(group));
        EXPECT_TRUE(open.allow(group));
    }
    for (const auto& host :
         {v4(0xdfffffff), v4(0xf0000000), v4(net + 255), v6(0xfe80000000000000, 1)}) {
        EXPECT_TRUE(usual.allow(host));
    }
}

}  // namespace
}  // namespace sonde
