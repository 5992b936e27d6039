// What a session with many targets takes from the heap, and that it goes on where the heap ends.

#include <new>

#include <gtest/gtest.h>

#include <sonde/testing/heap.hpp>

#include "many_testing.hpp"

namespace sonde {
namespace {

using namespace probe_testing;

many_ping_options usual() {
    many_ping_options options{.count = std::nullopt};
    options.events = {.replies = false, .timeouts = false, .targets = false};
    return options;
}

/// Octets of the heap that `targets` targets of a session hold, probes left out.
double octets_per_target(std::uint32_t targets) {
    const auto before = testing::heap().octets;
    many_ping_session session(usual(), crowd_setup());
    const auto empty = testing::heap().octets;
    for (std::uint32_t i = 0; i < targets; ++i) static_cast<void>(session.add(host(i), start));
    EXPECT_GT(empty, before);
    return static_cast<double>(testing::heap().octets - empty) / targets;
}

TEST(many_memory, a_target_takes_what_is_stated_all_included) {
    // Also just behind a power of two, where tables have doubled a moment ago.
    for (const std::uint32_t targets : {1'000U, 52'500U, 65'537U, 100'000U, 105'000U}) {
        EXPECT_LE(octets_per_target(targets), many_ping_session::octets_per_target) << targets;
    }
}

/// Every target gets a probe and answers it, for so many seconds.
void run_rounds(many_ping_session& session, mono_time& now, int count) {
    std::array<std::uint8_t, 64> reply{};
    for (const mono_time end = now + seconds(count); now < end; now += milliseconds(1)) {
        session.on_time(now);
        while (const auto probe = session.next_transmit()) {
            copy_octets(reply, probe->octets);
            reply[0] = 0;
            put_be16_at(reply, 2, 0);
            put_be16_at(reply, 2, internet_checksum(reply));
            session.on_send_done(probe->id, {.at = now});
            session.on_transmit_stamp(probe->id, {now, stamp_source::kernel});
            if (probe->id.value % 16 == 3) continue;
            session.on_datagram(reply, {.source = probe->destination, .protocol = 1, .at = now});
        }
        while (session.next_event()) {
        }
    }
}

TEST(many_memory, a_session_under_way_asks_for_nothing_once_its_room_is_there) {
    auto options = usual();
    options.events = {};
    options.timeout = milliseconds(500);
    many_ping_session session(options, crowd_setup());
    for (std::uint32_t i = 0; i < 2'000; ++i) static_cast<void>(session.add(host(i), start));
    mono_time now = start;
    run_rounds(session, now, 5);
    const auto before = testing::heap().allocations;
    run_rounds(session, now, 10);
    EXPECT_EQ(testing::heap().allocations - before, 0U);
    EXPECT_GT(session.counts().received, 20'000U);
}

TEST(many_memory, a_probe_takes_32_octets_for_four_timeouts) {
    auto options = usual();
    options.timeout = milliseconds(250);
    options.ceilings = no_ceilings;  // whose buckets would be counted as well
    many_ping_session session(options, crowd_setup());
    constexpr std::uint32_t targets = 50'000;
    for (std::uint32_t i = 0; i < targets; ++i) static_cast<void>(session.add(host(i), start));
    const auto before = testing::heap().octets;
    mono_time now = start;
    run_rounds(session, now, 3);
    const auto held = static_cast<double>(testing::heap().octets - before);
    EXPECT_LE(held / targets, 32 * 1.1 + 1) << "one second of probes: four timeouts";
    EXPECT_GE(held / targets, 32);
}

TEST(many_memory, where_memory_ends_a_target_is_refused_whole_and_nothing_else_changes) {
    for (std::size_t good = 0; good < 40; ++good) {
        auto options = usual();
        options.keep_histograms = true;
        many_ping_session session(options, crowd_setup());
        std::uint32_t added = 0;
        {
            const testing::heap_refusal refuse(good);
            try {
                for (; added < 10'000; ++added) static_cast<void>(session.add(host(added), start));
            } catch (const std::bad_alloc&) {
            }
        }
        ASSERT_LT(added, 10'000U);
        EXPECT_EQ(session.size(), added);
        EXPECT_EQ(session.add(host(added), start), added) << "with memory it goes on";
        EXPECT_EQ(session.summary(added).address, host(added));
    }
}

TEST(many_memory, where_memory_ends_the_oldest_probes_make_room_and_the_session_lives) {
    auto options = usual();
    options.events = {};
    options.ceilings = no_ceilings;
    many_ping_session session(options, crowd_setup());
    for (std::uint32_t i = 0; i < 5'000; ++i) static_cast<void>(session.add(host(i), start));
    mono_time now = start;
    {
        const testing::heap_end no_more;
        for (; now < start + seconds(3); now += milliseconds(1)) {
            session.on_time(now);
            while (const auto probe = session.next_transmit()) {
                session.on_send_done(probe->id, {.at = now});
            }
        }
    }
    const auto& counts = session.counts();
    EXPECT_NEAR(static_cast<double>(counts.sent), 15'000, 10);
    EXPECT_EQ(counts.sent, counts.received + counts.lost + counts.in_flight);
    EXPECT_LE(counts.in_flight, 1'024U) << "as many as fit in the first piece";
    EXPECT_GT(session.events_dropped(), 0U);
    run_rounds(session, now, 2);
    EXPECT_GT(session.counts().received, 8'000U) << "with memory it goes on";
}

}  // namespace
}  // namespace sonde
