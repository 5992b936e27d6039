// Reading, on captures made by hand from the two drafts (draft-ietf-opsawg-pcap,
// draft-ietf-opsawg-pcapng).

#include <fcntl.h>
#include <map>

#include "capture_testing.hpp"

namespace sonde {
namespace {

using namespace capture_testing;

capture_error stop_of(const octet_list& octets) {
    auto file = capture_file::from_memory(octets);
    if (!file) return file.error();
    while (file->next() != nullptr) {
    }
    EXPECT_TRUE(file->stopped().has_value());
    return file->stopped().value_or(capture_error{});
}

TEST(capture_file, pcap_of_each_order_and_resolution_is_read) {
    for (const byte_order order : {byte_order::little, byte_order::big}) {
        for (const bool nano : {false, true}) {
            const std::uint32_t magic = nano ? 0xa1b23c4d : 0xa1b2c3d4;
            const octet_list octets =
                maker(order).pcap_header(magic, 101).pcap_record(1600000000, 123456, 9).octets();
            auto file = capture_file::from_memory(octets).value();
            const record* packet = file.next();
            ASSERT_NE(packet, nullptr);
            EXPECT_EQ(packet->time.time_since_epoch().count(),
                      1600000000LL * 1000000000 + (nano ? 123456 : 123456000));
            EXPECT_EQ(packet->captured_len(), 9U);
            EXPECT_EQ(packet->original_len, 13U);
            EXPECT_TRUE(packet->is_cut());
            EXPECT_EQ(packet->link_type, 101);
            EXPECT_EQ(file.order(), order);
            EXPECT_EQ(file.next(), nullptr);
            EXPECT_FALSE(file.stopped().has_value());
        }
    }
}

TEST(capture_file, the_frame_check_length_of_a_pcap_header_is_told) {
    const octet_list octets = maker().pcap_header(0xa1b2c3d4, 0x24000001).octets();
    const auto file = capture_file::from_memory(octets).value();
    EXPECT_EQ(file.interfaces().front().fcs_len, 4);
    EXPECT_EQ(file.interfaces().front().link_type, 1);
}

TEST(capture_file, old_pcap_files_have_their_two_lengths_the_other_way_round) {
    maker old;
    old.u32(0xa1b2c3d4).u16(2).u16(2).u32(0).u32(0).u32(65535).u32(1);
    old.u32(1).u32(0).u32(60).u32(4).fill(4, 1);  // original, then captured
    auto file = capture_file::from_memory(old.octets()).value();
    const record* packet = file.next();
    ASSERT_NE(packet, nullptr);
    EXPECT_EQ(packet->captured_len(), 4U);
    EXPECT_EQ(packet->original_len, 60U);
    EXPECT_FALSE(file.is_current());
}

TEST(capture_file, a_record_above_the_bound_is_refused_whatever_the_snap_length) {
    maker huge;
    huge.u32(0xa1b2c3d4).u16(2).u16(4).u32(0).u32(0).u32(0xffffffff).u32(1);
    huge.pcap_record(1, 2, 10).u32(1).u32(0).u32(262145).u32(262145).fill(20, 0);
    auto file = capture_file::from_memory(huge.octets()).value();
    ASSERT_NE(file.next(), nullptr);
    EXPECT_EQ(file.next(), nullptr);
    ASSERT_TRUE(file.stopped().has_value());
    EXPECT_EQ(describe(*file.stopped()),
              "pcap record, number 2, at offset 50: above the bound that the reader keeps: "
              "needed 262145, had 262144");
}

TEST(capture_file, a_record_of_exactly_the_bound_is_read_through_a_descriptor) {
    const scratch_folder folder;
    const octet_list octets =
        maker().pcap_header(0xa1b2c3d4).pcap_record(1, 2, 262144).pcap_record(3, 4, 5).octets();
    save(folder.file("x.pcap"), octets);
    auto file = capture_file::open(folder.file("x.pcap")).value();
    EXPECT_EQ(keep_all(file), keep_all(octets));
    EXPECT_FALSE(file.stopped().has_value());
    ASSERT_TRUE(file.rewind().has_value());
    EXPECT_EQ(keep_all(file).size(), 2U);
}

TEST(capture_file, snap_lengths_that_promise_nothing_are_no_reason_to_refuse) {
    for (const std::uint32_t snap_len : {std::uint32_t{0}, std::uint32_t{1}, UINT32_MAX}) {
        maker made;
        made.u32(0xa1b2c3d4).u16(2).u16(4).u32(0).u32(0).u32(snap_len).u32(1);
        made.pcap_record(1, 2, 10);
        EXPECT_EQ(keep_all(made.octets()).size(), 1U) << snap_len;
    }
}

TEST(capture_file, a_cut_record_is_told_with_its_place_and_numbers) {
    octet_list octets = maker().pcap_header(0xa1b2c3d4).pcap_record(1, 2, 10).octets();
    octets.resize(octets.size() - 3);
    EXPECT_EQ(describe(stop_of(octets)),
              "pcap record, number 1, at offset 24: truncated: needed 26, had 23");
}

TEST(capture_file, an_empty_file_is_told_as_empty) {
    EXPECT_EQ(describe(stop_of({})), "empty file at offset 0: truncated: needed 24, had 0");
}

TEST(capture_file, what_is_no_capture_is_refused) {
    EXPECT_EQ(stop_of(maker().text("GET / HTTP/1.1\r\nHost: a\r\n\r\n").octets()).reason,
              capture_reason::not_a_capture);
    EXPECT_EQ(stop_of(maker().u32(0xa1b2c3d4).u16(1).fill(30, 0).octets()).reason,
              capture_reason::bad_value);
    EXPECT_EQ(stop_of(maker().text("BZh91AY&SY..........").octets()).reason,
              capture_reason::other_format);
    const auto absent = capture_file::open("/nonexistent/x.pcap");
    ASSERT_FALSE(absent.has_value());
    EXPECT_EQ(describe(absent.error()), "open: No such file or directory (ENOENT)");
}

TEST(capture_file, sections_of_different_order_have_their_own_interfaces) {
    maker octets(byte_order::little);
    octets.section().interface(1).interface(101).packet(1, 5, 8);
    octets.add(maker(byte_order::big).section().interface(113).packet(0, 6, 7).octets());
    auto file = capture_file::from_memory(octets.octets()).value();
    const record* first = file.next();
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->link_type, 101);
    EXPECT_EQ(first->interface, 1U);
    EXPECT_EQ(first->time, at_ns(5000));
    const record* second = file.next();
    ASSERT_NE(second, nullptr);
    EXPECT_EQ(second->link_type, 113);
    EXPECT_EQ(second->interface, 2U) << "interfaces are counted through the file";
    EXPECT_EQ(second->order, byte_order::big);
    EXPECT_EQ(second->time, at_ns(6000));
    EXPECT_EQ(file.sections(), 2U);
    EXPECT_EQ(file.interfaces()[2].section, 1U);
}

TEST(capture_file, an_interface_of_an_earlier_section_is_unknown_in_the_next) {
    const octet_list octets = maker().section().interface(1).section().packet(0, 1, 4).octets();
    const capture_error stop = stop_of(octets);
    EXPECT_EQ(stop.reason, capture_reason::unknown_interface);
    EXPECT_EQ(stop.block, 4U);
    EXPECT_EQ(stop.offset_octets, 76U);
}

TEST(capture_file, interface_options_are_read) {
    maker options;
    options.u16(1).u16(0).u32(96);
    options.u16(2).u16(4).text("eth0").u16(3).u16(5).text("outer").fill(3, 0);
    options.u16(9).u16(1).u8(9).fill(3, 0).u16(14).u16(8).u32(10).u32(0);
    options.u16(11).u16(4).u8(0).text("tcp").u16(13).u16(1).u8(4).fill(3, 0);
    options.u16(8).u16(8).u32(1000000000).u32(0).u16(0).u16(0);
    const octet_list octets = maker().section().block(1, options.octets()).packet(0, 7, 4).octets();
    auto file = capture_file::from_memory(octets).value();
    const record* packet = file.next();
    ASSERT_NE(packet, nullptr);
    EXPECT_EQ(packet->time, at_ns(10'000'000'007));
    const capture_interface& only = file.interfaces().front();
    EXPECT_EQ(only.name, "eth0");
    EXPECT_EQ(only.description, "outer");
    EXPECT_EQ(only.filter, "tcp");
    EXPECT_EQ(only.fcs_len, 4);
    EXPECT_EQ(only.speed, 1000000000U);
    EXPECT_EQ(only.snap_len, 96U);
}

TEST(capture_file, comments_flags_and_drops_of_a_packet_are_read_when_asked) {
    maker body;
    body.u32(0).u32(0).u32(9).u32(3).u32(3).fill(3, 0xa5).fill(1, 0);
    body.u16(1).u16(5).text("first").fill(3, 0).u16(2).u16(4).u32(0x0000008a);
    body.u16(1).u16(6).text("second").fill(2, 0).u16(4).u16(8).u32(11).u32(0).u16(0).u16(0);
    const octet_list octets = maker().section().interface(1).block(6, body.octets()).octets();
    auto file = capture_file::from_memory(octets).value();
    const record* packet = file.next();
    ASSERT_NE(packet, nullptr);
    std::vector<std::string> comments;
    for (const std::string_view one : packet->comments()) comments.emplace_back(one);
    EXPECT_EQ(comments, (std::vector<std::string>{"first", "second"}));
    ASSERT_TRUE(packet->flags().has_value());
    EXPECT_EQ(packet->flags()->direction(), packet_flags::direction_kind::outbound);
    EXPECT_EQ(packet->flags()->reception(), packet_flags::reception_kind::multicast);
    EXPECT_EQ(packet->flags()->fcs_len(), 4U);
    EXPECT_EQ(packet->drops(), 11U);
}

TEST(capture_file, simple_and_obsolete_packets_are_read) {
    maker simple;
    simple.u32(100).fill(64, 0xa5);
    maker obsolete;
    obsolete.u16(0).u16(3).u32(0).u32(8).u32(5).u32(50).fill(5, 0xa5);
    const octet_list octets = maker()
                                  .section()
                                  .interface(1, 64)
                                  .block(3, simple.octets())
                                  .block(2, obsolete.octets())
                                  .octets();
    const auto packets = keep_all(octets);
    ASSERT_EQ(packets.size(), 2U);
    EXPECT_EQ(packets[0].octets.size(), 64U) << "cut to the snap length";
    EXPECT_EQ(packets[0].original_len, 100U);
    EXPECT_FALSE(packets[0].has_time);
    EXPECT_EQ(packets[1].octets.size(), 5U);
    EXPECT_EQ(packets[1].ns, 8000);
    EXPECT_EQ(packets[1].original_len, 50U);
}

TEST(capture_file, lengths_that_contradict_each_other_end_the_reading) {
    const octet_list start = maker().section().interface(1).octets();
    const auto with = [&](const octet_list& block) {
        return stop_of(maker().add(start).add(block).octets());
    };
    octet_list unequal = maker().packet(0, 1, 4).octets();
    unequal[unequal.size() - 4] ^= 4;
    EXPECT_EQ(with(unequal).reason, capture_reason::bad_length);
    EXPECT_EQ(with(maker().u32(99).u32(13).fill(40, 0).octets()).reason,
              capture_reason::bad_length);
    EXPECT_EQ(with(maker().u32(99).u32(8).fill(40, 0).octets()).reason, capture_reason::bad_length);
    EXPECT_EQ(with(maker().u32(99).u32(0xfffffffc).fill(40, 0).octets()).reason,
              capture_reason::above_bound);
    maker inside;
    inside.u32(0).u32(0).u32(1).u32(9).u32(9).fill(8, 0);
    EXPECT_EQ(with(maker().block(6, inside.octets()).octets()).reason, capture_reason::bad_length);
    EXPECT_EQ(with(maker().block(6, {1, 2, 3, 4}).octets()).reason, capture_reason::bad_length);
    EXPECT_EQ(with(maker().block(3, {}).octets()).reason, capture_reason::bad_length);
    EXPECT_EQ(with(maker().block(2, {1, 2, 3, 4}).octets()).reason, capture_reason::bad_length);
    EXPECT_EQ(with(maker().block(1, {1, 0}).octets()).reason, capture_reason::bad_length);
    EXPECT_EQ(with(maker().u32(0x0a0d0d0a).u32(28).u32(0x11223344).fill(16, 0).octets()).reason,
              capture_reason::bad_value);
}

TEST(capture_file, interfaces_and_their_texts_are_bounded) {
    maker many;
    many.section().interface(1).interface(1).interface(1);
    auto few = capture_file::from_memory(many.octets(), {.interfaces_max = 2}).value();
    EXPECT_EQ(few.next(), nullptr);
    EXPECT_EQ(few.stopped()->reason, capture_reason::above_bound);
    maker text;
    text.u16(1).u16(0).u32(0).u16(1).u16(100).fill(100, 'x');
    const octet_list octets = maker().section().block(1, text.octets()).octets();
    auto terse = capture_file::from_memory(octets, {.text_len_max = 64}).value();
    EXPECT_EQ(terse.next(), nullptr);
    EXPECT_EQ(terse.stopped()->reason, capture_reason::above_bound);
}

TEST(capture_file, other_blocks_are_carried_and_read_when_asked) {
    maker names;
    names.u16(1).u16(8).u8(192).u8(0).u8(2).u8(1).text("a.b").u8(0);
    names.u16(2).u16(19).fill(15, 0).u8(1).text("l6").u8(0).fill(1, 0).u32(0);
    maker counts;
    counts.u32(0).u32(0).u32(5).u16(4).u16(8).u32(70).u32(0).u16(5).u16(8).u32(3).u32(0).u32(0);
    const octet_list octets = maker()
                                  .section()
                                  .interface(1)
                                  .block(4, names.octets())
                                  .block(10, maker().u32(0x544c534b).u32(3).text("key").octets())
                                  .block(0x40000bad, maker().u32(32473).text("mine").octets())
                                  .block(5, counts.octets())
                                  .block(9, maker().text("MESSAGE=x\n").octets())
                                  .block(0x8badf00d, {1, 2, 3, 4})
                                  .octets();
    auto file = capture_file::from_memory(octets).value();
    std::map<std::uint32_t, int> seen;
    while (const capture_block* block = file.next_block()) {
        ++seen[block->type];
        if (const auto found = names_of(*block)) {
            ASSERT_EQ(found->size(), 2U);
            EXPECT_EQ((*found)[0].address, ip_address(ipv4_address{0xc0000201}));
            EXPECT_EQ((*found)[0].names, std::vector<std::string>{"a.b"});
            EXPECT_TRUE((*found)[1].address.is_loopback());
        }
        if (const auto found = secrets_of(*block)) {
            EXPECT_EQ(found->octets.size(), 3U);
        }
        if (const auto found = custom_of(*block)) {
            EXPECT_EQ(found->enterprise, 32473U);
            EXPECT_FALSE(found->copied);
        }
        if (const auto found = statistics_of(*block)) {
            EXPECT_EQ(found->received, 70U);
            EXPECT_EQ(found->dropped, 3U);
            EXPECT_FALSE(found->accepted.has_value());
        }
    }
    EXPECT_EQ(seen.size(), 8U);
    EXPECT_FALSE(file.stopped().has_value());
}

TEST(capture_file, a_pipe_is_read_and_has_no_way_back) {
    const octet_list octets = maker().pcap_header(0xa1b2c3d4).pcap_record(1, 2, 10).octets();
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    ASSERT_EQ(::write(ends[1], octets.data(), octets.size()), static_cast<ssize_t>(octets.size()));
    ::close(ends[1]);
    auto file = capture_file::from_descriptor(ends[0]).value();
    EXPECT_EQ(keep_all(file).size(), 1U);
    const auto back = file.rewind();
    ASSERT_FALSE(back.has_value());
    EXPECT_EQ(describe(back.error()), "rewind: Illegal seek (ESPIPE)");
    ::close(ends[0]);
}

TEST(capture_file, a_record_that_a_pipe_has_delivered_is_not_held_back) {
    const octet_list octets = maker().pcap_header(0xa1b2c3d4).pcap_record(1, 2, 10).octets();
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    ASSERT_EQ(::write(ends[1], octets.data(), octets.size()), static_cast<ssize_t>(octets.size()));
    auto file = capture_file::from_descriptor(ends[0]).value();
    EXPECT_NE(file.next(), nullptr) << "the writing end is still open";
    ::close(ends[1]);
    ::close(ends[0]);
}

TEST(capture_file, standard_input_is_read_by_its_name) {
    const scratch_folder folder;
    save(folder.file("x.pcap"), maker().pcap_header(0xa1b2c3d4).pcap_record(1, 2, 10).octets());
    const int kept = ::fcntl(0, F_DUPFD_CLOEXEC, 3);
    const int file = ::open(folder.file("x.pcap").c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_EQ(::dup2(file, 0), 0);
    auto in = capture_file::open("-");
    ::dup2(kept, 0);
    ::close(kept);
    ::close(file);
    ASSERT_TRUE(in.has_value());
    EXPECT_EQ(in->interfaces().size(), 1U) << "its header was read from the descriptor";
    ASSERT_NE(in->next(), nullptr);
}

TEST(capture_file, the_range_for_of_a_named_file_reads_it) {
    const scratch_folder folder;
    save(folder.file("x.pcap"), maker().pcap_header(0xa1b2c3d4).pcap_record(1, 2, 10).octets());
    int packets = 0;
    for (const record& r : capture_file(folder.file("x.pcap"))) packets += r.octets.size() == 10;
    EXPECT_EQ(packets, 1);
    EXPECT_THROW(capture_file("/nonexistent"), tl::bad_expected_access<capture_error>);
}

TEST(capture_file, all_records_are_owned_and_found_by_index) {
    octet_list octets = maker().section().interface(1).packet(0, 1, 5).packet(0, 2, 6).octets();
    octets.resize(octets.size() - 1);
    auto file = capture_file::from_memory(octets).value();
    const capture_records all = read_all(file);
    ASSERT_EQ(all.size(), 1U);
    octets.assign(octets.size(), 0);  // nothing borrows it
    EXPECT_EQ(all[0].octets[4], 0xa5);
    EXPECT_EQ(all[0].time, at_ns(1000));
    EXPECT_TRUE(all.stopped().has_value());
    EXPECT_EQ(all.interfaces().size(), 1U);
}

}  // namespace
}  // namespace sonde
