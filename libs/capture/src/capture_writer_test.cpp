// Writing, against the drafts' layouts octet by octet and against what other programs read.

#include <algorithm>

#include "capture_testing.hpp"

namespace sonde {
namespace {

using namespace capture_testing;

const octet_list frame(10, 0xa5);

record packet_at(std::int64_t ns, std::uint32_t original_len = 14) {
    return {.octets = frame, .time = at_ns(ns), .original_len = original_len};
}

template <class Write>
octet_list written(const writer_options& options, Write write) {
    octet_list octets;
    auto out = capture_writer::to_memory(octets, options).value();
    write(out);
    const auto done = out.close();
    EXPECT_TRUE(done.has_value()) << (done ? "" : describe(done.error()));
    return octets;
}

TEST(capture_writer, pcap_of_each_order_and_resolution_is_laid_out_as_the_draft_says) {
    for (const byte_order order : {byte_order::little, byte_order::big}) {
        for (const bool nano : {false, true}) {
            const octet_list expected = maker(order)
                                            .pcap_header(nano ? 0xa1b23c4d : 0xa1b2c3d4)
                                            .pcap_record(1600000000, nano ? 123456789 : 123456, 10)
                                            .octets();
            const writer_options options{
                .format = capture_format::pcap, .order = order, .nanoseconds = nano};
            EXPECT_EQ(
                written(options,
                        [](capture_writer& out) {
                            ASSERT_TRUE(out.write(packet_at(1600000000123456789)).has_value());
                        }),
                expected);
        }
    }
}

TEST(capture_writer, a_file_without_packets_still_has_its_header) {
    EXPECT_EQ(written({.format = capture_format::pcap, .nanoseconds = false}, [](auto&) {}),
              maker().pcap_header(0xa1b2c3d4).octets());
    EXPECT_EQ(written({.format = capture_format::pcapng, .application = ""}, [](auto&) {}),
              maker().section().octets());
}

TEST(capture_writer, packets_are_cut_to_the_snap_length_and_keep_their_original_length) {
    const octet_list octets =
        written({.format = capture_format::pcap, .snap_len = 4},
                [](auto& out) { ASSERT_TRUE(out.write(packet_at(5)).has_value()); });
    const auto packets = keep_all(octets);
    ASSERT_EQ(packets.size(), 1U);
    EXPECT_EQ(packets[0].octets.size(), 4U);
    EXPECT_EQ(packets[0].original_len, 14U);
}

TEST(capture_writer, what_pcap_cannot_hold_is_refused) {
    written({.format = capture_format::pcap}, [](capture_writer& out) {
        record other = packet_at(5);
        other.link_type = 101;
        EXPECT_EQ(out.write(other).error().reason, capture_reason::mismatch);
        EXPECT_EQ(out.write(packet_at(-1)).error().reason, capture_reason::mismatch);
        EXPECT_EQ(out.write(packet_at(4294967296LL * 1000000000)).error().reason,
                  capture_reason::mismatch);
        EXPECT_EQ(out.add_interface({}).error().reason, capture_reason::mismatch);
        EXPECT_EQ(out.write_secrets({}).error().reason, capture_reason::mismatch);
        EXPECT_EQ(out.write_names({}).error().reason, capture_reason::mismatch);
        EXPECT_EQ(out.write_custom({}).error().reason, capture_reason::mismatch);
        EXPECT_EQ(out.write_statistics({}).error().reason, capture_reason::mismatch);
        EXPECT_EQ(out.begin_section().error().reason, capture_reason::mismatch);
        EXPECT_EQ(out.packets(), 0U);
    });
    octet_list none;
    EXPECT_FALSE(capture_writer::to_memory(none, {.fcs_len = 3}).has_value());
}

TEST(capture_writer, an_interface_that_was_not_added_is_unknown) {
    written({}, [](capture_writer& out) {
        record stray = packet_at(5);
        stray.interface = 1;
        ASSERT_TRUE(out.write(packet_at(5)).has_value());
        EXPECT_EQ(out.write(stray).error().reason, capture_reason::unknown_interface);
    });
}

TEST(capture_writer, a_packet_larger_than_the_buffer_is_written_whole) {
    const octet_list large(300000, 0x5a);
    for (const capture_format format : {capture_format::pcap, capture_format::pcapng}) {
        const octet_list octets = written({.format = format, .snap_len = 0}, [&](auto& out) {
            ASSERT_TRUE(out.write(packet_at(1)).has_value());
            ASSERT_TRUE(out.write(bytes_view(large), at_ns(2)).has_value());
            ASSERT_TRUE(out.write(packet_at(3)).has_value());
        });
        auto file = capture_file::from_memory(octets, {.record_len_max = 300000}).value();
        const auto packets = keep_all(file);
        ASSERT_EQ(packets.size(), 3U);
        EXPECT_EQ(packets[1].octets, large);
        EXPECT_EQ(packets[1].original_len, 300000U);
    }
}

/// A pcapng file with everything that we write.
void write_everything(capture_writer& out) {
    const auto first = out.add_interface({.link_type = 1, .name = "eth0", .filter = "tcp"});
    const auto second = out.add_interface({.link_type = 101, .resolution = 6, .name = "tun0"});
    ASSERT_TRUE(first && second);
    EXPECT_EQ(*second, 1U);
    const std::vector<resolved_name> names{{ipv4_address{0xc0000201}, {"a.example", "b.example"}}};
    ASSERT_TRUE(out.write_names(names).has_value());
    const octet_list key{'C', 'L', 'I', 'E', 'N', 'T'};
    ASSERT_TRUE(out.write_secrets({.octets = key}).has_value());
    ASSERT_TRUE(out.write_custom({.enterprise = 32473, .octets = key}).has_value());
    ASSERT_TRUE(
        out.write(packet_at(1600000000123456789),
                  {.comments = {"probe 7, hop limit 3", "second"}, .flags = packet_flags{2}})
            .has_value());
    record raw = packet_at(1600000001000001000);
    raw.interface = 1;
    raw.link_type = 101;
    ASSERT_TRUE(out.write(raw).has_value());
    ASSERT_TRUE(out.write_statistics({.interface = 0, .received = 9, .dropped = 1}).has_value());
}

TEST(capture_writer, everything_of_pcapng_is_read_back_in_either_order_and_compression) {
    for (const byte_order order : {byte_order::little, byte_order::big}) {
        for (const auto compression :
             {capture_compression::none, capture_compression::gzip, capture_compression::zstd}) {
            const octet_list octets =
                written({.compression = compression, .order = order}, write_everything);
            auto file = capture_file::from_memory(octets).value();
            EXPECT_EQ(file.compression(), compression);
            const auto packets = keep_all(file);
            EXPECT_FALSE(file.stopped().has_value());
            ASSERT_EQ(packets.size(), 2U);
            EXPECT_EQ(packets[0].ns, 1600000000123456789);
            EXPECT_EQ(packets[0].comments,
                      (std::vector<std::string>{"probe 7, hop limit 3", "second"}));
            EXPECT_EQ(packets[1].link_type, 101);
            EXPECT_EQ(packets[1].ns, 1600000001000001000);
            EXPECT_EQ(file.interfaces()[0].name, "eth0");
            EXPECT_EQ(file.interfaces()[0].filter, "tcp");
            ASSERT_TRUE(file.rewind().has_value());
            EXPECT_EQ(keep_all(file), packets);
            EXPECT_TRUE([&] {
                auto again = capture_file::from_memory(octets).value();
                return verify_capture(again).is_clean();
            }());
        }
    }
}

TEST(capture_writer, options_of_a_packet_survive_a_change_of_byte_order) {
    const octet_list big = written({.order = byte_order::big}, write_everything);
    auto file = capture_file::from_memory(big).value();
    const record* packet = file.next();
    ASSERT_NE(packet, nullptr);
    const octet_list little = written({.order = byte_order::little}, [&](auto& out) {
        ASSERT_TRUE(out.write(*packet).has_value());
    });
    auto again = capture_file::from_memory(little).value();
    const record* copy = again.next();
    ASSERT_NE(copy, nullptr);
    EXPECT_EQ(copy->flags(), packet_flags{2});
    EXPECT_EQ(*copy->comments().begin(), "probe 7, hop limit 3");
}

TEST(capture_writer, blocks_of_the_other_order_are_not_copied_into_a_section) {
    const octet_list big = written({.order = byte_order::big}, write_everything);
    auto file = capture_file::from_memory(big).value();
    ASSERT_NE(file.next_block(), nullptr);
    const capture_block* interface = file.next_block();
    ASSERT_NE(interface, nullptr);
    written({.order = byte_order::little}, [&](auto& out) {
        EXPECT_EQ(out.copy_block(*interface).error().reason, capture_reason::mismatch);
    });
}

TEST(capture_writer, names_choose_format_and_compression) {
    const scratch_folder folder;
    const std::pair<const char*, std::pair<capture_format, capture_compression>> cases[] = {
        {"a.pcap", {capture_format::pcap, capture_compression::none}},
        {"a.cap.gz", {capture_format::pcap, capture_compression::gzip}},
        {"a.pcapng.zst", {capture_format::pcapng, capture_compression::zstd}},
        {"a.pcapng", {capture_format::pcapng, capture_compression::none}}};
    for (const auto& [name, kind] : cases) {
        const std::string path = folder.file(name);
        auto out = capture_writer::create(path).value();
        ASSERT_TRUE(out.write(packet_at(5)).has_value());
        ASSERT_TRUE(out.close().has_value());
        auto file = capture_file::open(path).value();
        EXPECT_EQ(file.format(), kind.first) << name;
        EXPECT_EQ(file.compression(), kind.second) << name;
        EXPECT_EQ(keep_all(file).size(), 1U);
    }
}

TEST(capture_writer, a_compressed_file_that_breaks_yields_what_came_before) {
    for (const auto compression : {capture_compression::gzip, capture_compression::zstd}) {
        octet_list octets = written({.format = capture_format::pcap, .compression = compression},
                                    [](capture_writer& out) {
                                        ASSERT_TRUE(out.write(packet_at(5)).has_value());
                                        ASSERT_TRUE(out.flush().has_value());
                                        ASSERT_TRUE(out.write(packet_at(6)).has_value());
                                    });
        octets.resize(octets.size() - 9);
        auto file = capture_file::from_memory(octets).value();
        EXPECT_GE(keep_all(file).size(), 1U);
        ASSERT_TRUE(file.stopped().has_value());
        EXPECT_EQ(file.stopped()->reason, capture_reason::broken_compression);
    }
}

TEST(capture_writer, compressed_files_of_many_buffers_are_read_whole_twice) {
    for (const auto compression : {capture_compression::gzip, capture_compression::zstd}) {
        const octet_list octets = written({.compression = compression}, [](capture_writer& out) {
            octet_list noise(1000);
            for (std::uint32_t i = 0; i < 3000; ++i) {
                for (std::size_t k = 0; k < noise.size(); ++k) {
                    noise[k] = static_cast<std::uint8_t>(((i + k) * 2654435761U) >> (k % 20));
                }
                ASSERT_TRUE(out.write(bytes_view(noise), at_ns(i)).has_value());
            }
        });
        auto file = capture_file::from_memory(octets).value();
        for (int round = 0; round < 2; ++round) {
            std::int64_t next = 0;
            for (const record& r : file) EXPECT_EQ(r.time, at_ns(next++));
            EXPECT_EQ(next, 3000);
            EXPECT_FALSE(file.stopped().has_value());
            ASSERT_TRUE(file.rewind().has_value());
        }
    }
}

TEST(capture_writer, a_zstd_window_above_the_bound_is_refused) {
    // RFC 8878 s3.1.1.1.2: exponent 17 asks for a window of 2^27 octets.
    const octet_list large{0x28, 0xb5, 0x2f, 0xfd, 0x00, 17 << 3, 0x01, 0x00, 0x00};
    const auto file = capture_file::from_memory(large);
    ASSERT_FALSE(file.has_value());
    EXPECT_EQ(describe(file.error()),
              "Frame requires too much memory for decoding at offset 0: broken compression");
}

TEST(capture_writer, a_full_disk_is_told) {
    auto out = capture_writer::create("/dev/full", {.format = capture_format::pcap});
    if (!out) GTEST_SKIP() << "/dev/full cannot be opened here: run where it can";
    ASSERT_TRUE(out->write(packet_at(5)).has_value());
    const auto done = out->close();
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(describe(done.error()), "write: No space left on device (ENOSPC)");
}

TEST(capture_append, packets_follow_those_of_a_pcap_file_in_its_own_order_and_resolution) {
    const scratch_folder folder;
    const std::string path = folder.file("x.pcap");
    save(path, maker(byte_order::big).pcap_header(0xa1b2c3d4).pcap_record(1, 2, 10).octets());
    auto out = capture_writer::append(path, {.link_type = std::uint16_t{1}}).value();
    ASSERT_TRUE(out.write(packet_at(3'000'004'000)).has_value());
    ASSERT_TRUE(out.close().has_value());
    EXPECT_EQ(load(path),
              maker(byte_order::big)
                  .pcap_header(0xa1b2c3d4)
                  .pcap_record(1, 2, 10)
                  .pcap_record(3, 4, 10)
                  .octets());
}

TEST(capture_append, a_file_of_another_kind_is_refused) {
    const scratch_folder folder;
    const std::string path = folder.file("x.pcap");
    save(path, maker().pcap_header(0xa1b2c3d4).octets());
    const auto reason = [&](const append_options& options) {
        return capture_writer::append(path, options).error().reason;
    };
    EXPECT_EQ(reason({.link_type = std::uint16_t{101}}), capture_reason::mismatch);
    EXPECT_EQ(reason({.order = byte_order::big}), capture_reason::mismatch);
    EXPECT_EQ(reason({.nanoseconds = true}), capture_reason::mismatch);
    save(path, maker().pcap_header(0xa1b2cd34).octets());
    EXPECT_EQ(reason({}), capture_reason::mismatch);
}

TEST(capture_append, a_half_written_record_is_refused_or_cut_off) {
    const scratch_folder folder;
    const std::string path = folder.file("x.pcap");
    octet_list octets = maker().pcap_header(0xa1b23c4d).pcap_record(1, 2, 10).octets();
    const octet_list whole = octets;
    octets.resize(octets.size() + 20, 0);
    octets.back() = 1;
    octets[octets.size() - 20 + 8] = 50;
    save(path, octets);
    const auto refused = capture_writer::append(path);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(describe(refused.error()),
              "pcap record, number 2, at offset 50: truncated: needed 66, had 20; "
              "it can be cut off before appending");
    EXPECT_EQ(load(path), octets) << "a refusal changes nothing";
    auto out =
        capture_writer::append(path, {.tail = append_options::damaged_tail::cut_off}).value();
    ASSERT_TRUE(out.close().has_value());
    EXPECT_EQ(load(path), whole);
}

TEST(capture_append, pcapng_gets_a_new_section_or_goes_on_in_the_last) {
    const scratch_folder folder;
    const std::string path = folder.file("x.pcapng");
    const octet_list start = maker(byte_order::big).section().interface(1).packet(0, 1, 5).octets();
    save(path, start);
    auto out =
        capture_writer::append(path, {.part = append_options::pcapng_part::same_section}).value();
    ASSERT_TRUE(out.write(packet_at(2000)).has_value());
    ASSERT_TRUE(out.close().has_value());
    auto file = capture_file::open(path).value();
    EXPECT_EQ(keep_all(file).size(), 2U);
    EXPECT_EQ(file.sections(), 1U);
    EXPECT_EQ(file.interfaces().size(), 1U);
    auto more = capture_writer::append(path).value();
    ASSERT_TRUE(more.write(packet_at(3000)).has_value());
    ASSERT_TRUE(more.close().has_value());
    auto both = capture_file::open(path).value();
    EXPECT_EQ(keep_all(both).size(), 3U);
    EXPECT_EQ(both.sections(), 2U);
}

TEST(capture_append, a_compressed_file_gets_a_further_member) {
    const scratch_folder folder;
    for (const char* name : {"x.pcap.gz", "x.pcap.zst"}) {
        const std::string path = folder.file(name);
        auto out = capture_writer::create(path).value();
        ASSERT_TRUE(out.write(packet_at(1)).has_value());
        ASSERT_TRUE(out.close().has_value());
        auto more = capture_writer::append(path).value();
        ASSERT_TRUE(more.write(packet_at(2)).has_value());
        ASSERT_TRUE(more.close().has_value());
        auto file = capture_file::open(path).value();
        EXPECT_EQ(keep_all(file).size(), 2U) << name;
        EXPECT_FALSE(file.stopped().has_value());
    }
}

TEST(capture_writer, tshark_reads_our_pcapng_with_its_comments_and_names) {
    const scratch_folder folder;
    for (const char* name : {"x.pcapng", "x.pcapng.gz"}) {
        auto out = capture_writer::create(folder.file(name), {.order = byte_order::big}).value();
        write_everything(out);
        ASSERT_TRUE(out.close().has_value());
        const auto seen =
            run("tshark",
                "-r " + folder.file(name) +
                    " -Y frame.interface_id -T fields -E separator=, -e frame.time_epoch"
                    " -e frame.cap_len -e frame.len -e frame.comment"
                    " -e frame.interface_name");
        SONDE_REQUIRE_OUTPUT(seen, "tshark");
        EXPECT_EQ(*seen,
                  "1600000000.123456789,10,14,probe 7, hop limit 3,second,eth0\n"
                  "1600000001.000001000,10,14,,tun0\n");
    }
}

TEST(capture_writer, tcpdump_and_capinfos_read_our_pcap) {
    const scratch_folder folder;
    const std::string path = folder.file("x.pcap");
    auto out = capture_writer::create(path, {.order = byte_order::big}).value();
    ASSERT_TRUE(out.write(packet_at(1600000000123456789)).has_value());
    ASSERT_TRUE(out.close().has_value());
    const auto lines = run("tcpdump", "--time-stamp-precision=nano -tt -nn -r " + path);
    SONDE_REQUIRE_OUTPUT(lines, "tcpdump");
    EXPECT_EQ(lines->substr(0, 20), "1600000000.123456789");
    const auto facts = run("capinfos", "-c -s -T -r " + path);
    SONDE_REQUIRE_OUTPUT(facts, "capinfos");
    EXPECT_NE(facts->find("\t1\t50"), std::string::npos) << *facts;
}

}  // namespace
}  // namespace sonde
