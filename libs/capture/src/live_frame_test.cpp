// Blocks of a ring, made by hand and mutilated; frames from there to records.

#include "live_frame.hpp"

#include <gtest/gtest.h>

#include <sonde/base/random.hpp>

#include "pace.hpp"
#include "ring_testing.hpp"

namespace sonde {
namespace {

using namespace capture_testing;
using detail::flags_option;
using detail::frame_shape;
using detail::ring_block;

std::vector<std::uint8_t> counted(std::size_t len) {
    std::vector<std::uint8_t> made(len);
    for (std::size_t i = 0; i < len; ++i) made[i] = static_cast<std::uint8_t>(i);
    return made;
}

std::vector<std::uint8_t> listed(bytes_view octets) { return {octets.begin(), octets.end()}; }

TEST(ring_block, gives_its_frames_in_order_with_what_the_kernel_said) {
    block_maker block;
    block.add({.octets = counted(60), .original_len = 1500, .seconds = 5, .nanoseconds = 6});
    block.add({.octets = counted(1), .protocol = 0x86dd, .interface_index = 9});
    ring_block walked(block.octets());
    const auto first = walked.next();
    ASSERT_TRUE(first);
    EXPECT_EQ(listed(first->octets()), counted(60));
    EXPECT_EQ(first->original_len, 1500U);
    EXPECT_EQ(first->seconds, 5U);
    EXPECT_EQ(first->nanoseconds, 6U);
    EXPECT_EQ(first->headroom, 28U);
    EXPECT_EQ(first->address, 0xa0a1a2a3a4a50000U);
    EXPECT_EQ(first->address_len, 6);
    const auto second = walked.next();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->octets().size(), 1U);
    EXPECT_EQ(second->protocol, 0x86dd);
    EXPECT_EQ(second->interface_index, 9U);
    EXPECT_FALSE(walked.next());
    EXPECT_FALSE(walked.is_damaged());
}

TEST(ring_block, without_frames_is_empty_and_not_damaged) {
    block_maker block;
    ring_block walked(block.octets());
    EXPECT_FALSE(walked.next());
    EXPECT_FALSE(walked.is_damaged());
}

struct damage {
    const char* what;
    std::size_t offset;  // in the header of the first of two frames
    std::uint32_t value;
    bool half = false;
};

TEST(ring_block, that_contradicts_itself_ends_before_the_frame_that_does) {
    static constexpr damage all[] = {
        {"longer than the block", offsetof(tpacket3_hdr, tp_snaplen), 65536},
        {"as long as an integer holds", offsetof(tpacket3_hdr, tp_snaplen), 0xffffffff},
        {"begins in its own header", offsetof(tpacket3_hdr, tp_mac), 67, true},
        {"begins behind the block", offsetof(tpacket3_hdr, tp_mac), 65535, true},
        {"next one is itself", offsetof(tpacket3_hdr, tp_next_offset), 0},
        {"next one is inside of it", offsetof(tpacket3_hdr, tp_next_offset), 96 + 59},
    };
    for (const damage& one : all) {
        block_maker block;
        block.add({.octets = counted(60)});
        const std::size_t first = block.last();
        block.add({.octets = counted(60)});
        if (one.half) {
            block.put16(first + one.offset, static_cast<std::uint16_t>(one.value));
        } else {
            block.put32(first + one.offset, one.value);
        }
        ring_block walked(block.octets());
        EXPECT_FALSE(walked.next()) << one.what;
        EXPECT_TRUE(walked.is_damaged()) << one.what;
    }
}

TEST(ring_block, whose_next_frame_is_behind_it_gives_the_first_one) {
    block_maker block;
    block.add({.octets = counted(60)});
    const std::size_t first = block.last();
    block.add({.octets = counted(60)});
    block.put32(first, 0xffffff00);
    ring_block walked(block.octets());
    EXPECT_TRUE(walked.next());
    EXPECT_FALSE(walked.next());
    EXPECT_TRUE(walked.is_damaged());
}

TEST(ring_block, that_is_shorter_than_its_header_is_damaged) {
    std::vector<std::uint8_t> octets(sizeof(tpacket_block_desc) - 1);
    ring_block walked(octets);
    EXPECT_FALSE(walked.next());
    EXPECT_TRUE(walked.is_damaged());
}

TEST(ring_block, of_which_any_octet_is_changed_is_never_read_outside) {
    block_maker block(4096);
    for (int i = 0; i < 8; ++i) block.add({.octets = counted(100)});
    random_source from(1);
    std::size_t sum = 0;
    for (int round = 0; round < 20000; ++round) {
        auto octets = block.octets();
        for (std::uint64_t i = from.below(8); i > 0; --i) {
            octets[from.below(octets.size())] = static_cast<std::uint8_t>(from());
        }
        ring_block walked(octets);
        while (auto frame = walked.next()) {
            flags_option option{};
            const auto made = detail::record_of(*frame, {276, true, 1000}, option);
            for (const std::uint8_t octet : made.octets) sum += octet;
        }
    }
    EXPECT_GT(sum, 0U);
}

live_record only_record(block_maker& block, const frame_shape& shape, flags_option& option) {
    ring_block walked(block.octets());
    auto frame = walked.next();
    EXPECT_TRUE(frame);
    return frame ? detail::record_of(*frame, shape, option) : live_record{};
}

constexpr frame_shape ethernet_shape{1, false, 262144};

TEST(live_frame, has_the_kernels_time_to_the_nanosecond_and_its_source) {
    flags_option option{};
    block_maker block;
    block.add({.octets = counted(60), .seconds = 1700000000, .nanoseconds = 123456789});
    const auto made = only_record(block, ethernet_shape, option);
    EXPECT_EQ(made.time.time_since_epoch().count(), 1700000000123456789);
    EXPECT_EQ(made.source, stamp_source::kernel);
    block_maker hardware;
    hardware.add({.octets = counted(60), .status = TP_STATUS_USER | TP_STATUS_TS_RAW_HARDWARE});
    EXPECT_EQ(only_record(hardware, ethernet_shape, option).source, stamp_source::hardware);
}

// IEEE 802.1Q s9.3: the tag lies between the addresses and the EtherType.
TEST(live_frame, whose_tag_was_taken_out_has_it_back) {
    flags_option option{};
    block_maker block;
    block.add({.octets = counted(60),
               .status = TP_STATUS_USER | TP_STATUS_VLAN_VALID | TP_STATUS_VLAN_TPID_VALID,
               .vlan_control = 0x2064,
               .vlan_protocol = 0x88a8,
               .mac = 82});
    const auto made = only_record(block, ethernet_shape, option);
    auto wanted = counted(60);
    const std::array<std::uint8_t, 4> tag{0x88, 0xa8, 0x20, 0x64};
    wanted.insert(wanted.begin() + 12, tag.begin(), tag.end());
    EXPECT_EQ(listed(made.octets), wanted);
    EXPECT_EQ(made.original_len, 64U);
    EXPECT_TRUE(made.vlan_restored);
}

TEST(live_frame, of_a_kernel_that_names_no_tag_protocol_gets_that_of_802_1q) {
    flags_option option{};
    block_maker block;
    block.add({.octets = counted(60),
               .status = TP_STATUS_USER | TP_STATUS_VLAN_VALID,
               .vlan_control = 5});
    const auto made = only_record(block, ethernet_shape, option);
    EXPECT_EQ(be16_at(made.octets, 12), 0x8100);
    EXPECT_EQ(be16_at(made.octets, 14), 5);
}

TEST(live_frame, too_short_for_a_tag_stays_as_it_is) {
    flags_option option{};
    block_maker block;
    block.add({.octets = counted(11), .status = TP_STATUS_USER | TP_STATUS_VLAN_VALID});
    const auto made = only_record(block, ethernet_shape, option);
    EXPECT_EQ(listed(made.octets), counted(11));
    EXPECT_FALSE(made.vlan_restored);
}

TEST(live_frame, is_cut_to_the_snap_length_with_its_tag_and_keeps_its_length_on_the_wire) {
    flags_option option{};
    block_maker block;
    block.add({.octets = counted(60), .status = TP_STATUS_USER | TP_STATUS_VLAN_VALID});
    const auto made = only_record(block, {1, false, 60}, option);
    EXPECT_EQ(made.octets.size(), 60U);
    EXPECT_EQ(made.original_len, 64U);
    EXPECT_TRUE(made.is_cut());
}

// The two link headers as the tcpdump group's registry draws them.
TEST(live_frame, of_all_interfaces_begins_with_a_cooked_header) {
    flags_option option{};
    const made_frame frame{.octets = counted(20), .kind = PACKET_OUTGOING};
    block_maker first;
    first.add(frame);
    const auto sll2 = only_record(first, {276, true, 262144}, option);
    const std::vector<std::uint8_t> header2{0x08, 0, 0,    0,    0,    0,    0,    7,    0, 1,
                                            4,    6, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0, 0};
    EXPECT_EQ(listed(sll2.octets.first(20)), header2);
    EXPECT_EQ(listed(sll2.octets.subspan(20)), counted(20));
    EXPECT_EQ(sll2.original_len, 40U);
    EXPECT_EQ(sll2.link_type, 276);
    block_maker second;
    second.add(frame);
    const auto sll = only_record(second, {113, true, 262144}, option);
    const std::vector<std::uint8_t> header{
        0, 4, 0, 1, 0, 6, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0, 0, 0x08, 0x00};
    EXPECT_EQ(listed(sll.octets.first(16)), header);
    EXPECT_EQ(listed(sll.octets.subspan(16)), counted(20));
}

TEST(live_frame, cooked_with_a_tag_names_the_tag_and_then_what_it_carries) {
    flags_option option{};
    block_maker block;
    block.add({.octets = counted(20),
               .status = TP_STATUS_USER | TP_STATUS_VLAN_VALID,
               .vlan_control = 0x0123});
    const auto made = only_record(block, {276, true, 262144}, option);
    EXPECT_EQ(be16_at(made.octets, 0), 0x8100);
    EXPECT_EQ(be16_at(made.octets, 20), 0x0123);
    EXPECT_EQ(be16_at(made.octets, 22), 0x0800);
    EXPECT_EQ(listed(made.octets.subspan(24)), counted(20));
}

TEST(live_frame, says_its_direction_where_a_pcapng_file_keeps_it) {
    using direction = packet_flags::direction_kind;
    using reception = packet_flags::reception_kind;
    struct expected {
        std::uint8_t kind;
        direction way;
        reception how;
    };
    static constexpr expected all[] = {
        {PACKET_HOST, direction::inbound, reception::unicast},
        {PACKET_BROADCAST, direction::inbound, reception::broadcast},
        {PACKET_MULTICAST, direction::inbound, reception::multicast},
        {PACKET_OTHERHOST, direction::inbound, reception::promiscuous},
        {PACKET_OUTGOING, direction::outbound, reception::unspecified},
        {77, direction::unknown, reception::unspecified},
    };
    for (const expected& one : all) {
        flags_option option{};
        block_maker block;
        block.add({.octets = counted(60), .kind = one.kind});
        const auto made = only_record(block, ethernet_shape, option);
        ASSERT_TRUE(made.flags());
        EXPECT_EQ(made.flags()->direction(), one.way);
        EXPECT_EQ(made.flags()->reception(), one.how);
        EXPECT_EQ(made.is_outbound(), one.way == direction::outbound);
    }
}

TEST(pace, holds_the_rate_over_a_second_of_ticks_at_every_rate) {
    for (const double rate : {1.0, 3.0, 999.0, 12345.0, 1e6, 1.48e7, 1e9}) {
        detail::pace at(rate, 64);
        const auto ticks = static_cast<std::uint64_t>(
            std::max(1.0, 1e9 / static_cast<double>(at.period().count())));
        double sent = 0;
        for (std::uint64_t i = 0; i < ticks * 10; ++i) {
            at.passed(1);
            sent += static_cast<double>(at.due());
            at.sent(at.due());
        }
        EXPECT_NEAR(sent, rate * 10, rate * 10 * 1e-3 + 1) << rate;
    }
}

TEST(pace, after_a_pause_catches_up_with_no_more_than_the_burst) {
    detail::pace at(1000, 16);
    at.passed(1000000);
    EXPECT_EQ(at.due(), 16U);
    at.sent(16);
    EXPECT_EQ(at.due(), 0U);
}

}  // namespace
}  // namespace sonde
