// Counts what the heap is asked for: a ping under way must ask for nothing.

#include <gtest/gtest.h>

#include <sonde/probe/ping.hpp>
#include <sonde/testing/heap.hpp>

#include "probe_testing.hpp"

namespace sonde {
namespace {

using namespace probe_testing;

constexpr std::size_t echo_len = 64;

/// Sends one probe, answers it and takes the events; every eighth probe is left without an answer.
void one_round(ping_session& session, mono_time& now, std::array<std::uint8_t, echo_len>& buffer) {
    const auto probe = session.next_transmit();
    ASSERT_TRUE(probe.has_value());
    copy_octets(buffer, probe->octets);
    session.on_send_done(probe->id, {.at = now});
    session.on_transmit_stamp(probe->id, {now + microseconds(3), stamp_source::kernel});
    now += microseconds(500);
    if (probe->id.value % 8 != 0) {
        buffer[0] = 0;
        put_be16<2>(bytes_mut(buffer).first<4>(), 0);
        put_be16<2>(bytes_mut(buffer).first<4>(), internet_checksum(buffer));
        session.on_datagram(buffer,
                            {.source = target,
                             .protocol = 1,
                             .at = now,
                             .kernel = {now - microseconds(3), stamp_source::kernel},
                             .hop_limit = std::uint8_t{57}});
    }
    while (session.next_event()) {
    }
    now += microseconds(500);
    session.on_time(now);
}

TEST(ping_memory, a_probe_asks_the_heap_for_nothing_once_its_room_is_there) {
    ping_options options{
        .count = std::nullopt, .interval = milliseconds(1), .timeout = milliseconds(20)};
    options.keep_records = false;
    options.in_flight_max = 256;
    ping_session session(options, test_setup());
    mono_time now = start;
    std::array<std::uint8_t, echo_len> buffer{};
    for (int i = 0; i < 600; ++i) one_round(session, now, buffer);
    const auto before = testing::heap().allocations;
    for (int i = 0; i < 10'000; ++i) one_round(session, now, buffer);
    EXPECT_EQ(testing::heap().allocations - before, 0U);
    EXPECT_EQ(session.counts().received, 10'600U * 7 / 8);
}

TEST(ping_memory, a_session_of_one_probe_takes_little) {
    const auto before = testing::heap().allocations;
    ping_options options{.count = 1};
    options.keep_records = false;
    ping_session session(options, test_setup());
    mono_time now = start;
    std::array<std::uint8_t, echo_len> buffer{};
    one_round(session, now, buffer);
    EXPECT_LE(testing::heap().allocations - before, 8U);
}

}  // namespace
}  // namespace sonde
