// Whole files: told, sliced, split, merged, verified.

#include <algorithm>

#include "capture_testing.hpp"

namespace sonde {
namespace {

using namespace capture_testing;

/// Packets of 10 octets at 1, 2, ... `count` seconds.
octet_list seconds_pcap(std::uint32_t count, std::uint32_t link = 1) {
    maker made;
    made.pcap_header(0xa1b2c3d4, link);
    for (std::uint32_t i = 1; i <= count; ++i) made.pcap_record(i, 0, 10);
    return made.octets();
}

octet_list seconds_pcapng(std::uint32_t count) {
    maker made;
    made.section().interface(1).block(10, maker().u32(1).u32(0).octets());
    for (std::uint32_t i = 1; i <= count; ++i) made.packet(0, i * std::uint64_t{1000000}, 10);
    return made.block(0x8badf00d, {1, 2, 3, 4}).octets();
}

std::vector<std::int64_t> seconds_of(const std::string& path) {
    std::vector<std::int64_t> seconds;
    for (const record& r : capture_file(path)) {
        seconds.push_back(r.time.time_since_epoch().count() / 1000000000);
    }
    return seconds;
}

TEST(file_info, numbers_of_a_file_are_told) {
    octet_list octets = seconds_pcap(3);
    octets.resize(octets.size() - 1);
    auto file = capture_file::from_memory(octets).value();
    const capture_info info = file_info(file);
    EXPECT_EQ(info.packets, 2U);
    EXPECT_EQ(info.captured_octets, 20U);
    EXPECT_EQ(info.original_octets, 28U);
    EXPECT_EQ(info.cut_packets, 2U);
    EXPECT_EQ(info.captured_len_min, 10U);
    EXPECT_EQ(info.captured_len_max, 10U);
    EXPECT_EQ(info.duration(), nanoseconds(1000000000));
    EXPECT_EQ(info.link_types.at(1), 2U);
    EXPECT_EQ(info.interfaces.front().packets, 2U);
    EXPECT_EQ(info.file_octets, 24U + 2 * 26);
    EXPECT_TRUE(info.in_time_order);
    EXPECT_EQ(info.stopped->reason, capture_reason::truncated);
}

TEST(file_info, capinfos_tells_the_same_of_every_capture) {
    SONDE_REQUIRE_CORPUS();
    for (const char* name : {"tcp", "pcapng"}) {
        for (const std::string& capture : testing::list_captures(name)) {
            const std::string path = (*testing::corpus_root() / "captures" / capture).string();
            const auto said = run("capinfos", "-M -c -d -T -r " + path);
            SONDE_REQUIRE_OUTPUT(said, "capinfos");
            auto file = capture_file::open(path).value();
            const capture_info info = file_info(file);
            const std::string expected = "\t" + std::to_string(info.packets) + "\t" +
                                         std::to_string(info.original_octets) + "\n";
            EXPECT_TRUE(said->ends_with(expected)) << capture << ": " << *said << expected;
        }
    }
}

TEST(slice_capture, packets_are_chosen_by_index_time_and_predicate) {
    const auto kept = [](const packet_selection& wanted) {
        const octet_list octets = seconds_pcap(9);
        auto in = capture_file::from_memory(octets).value();
        octet_list made;
        auto out = capture_writer::to_memory(made, options_like(in)).value();
        const auto report = slice_capture(in, out, wanted);
        EXPECT_TRUE(report.has_value() && out.close());
        std::string seconds;
        for (const auto& one : keep_all(made)) seconds += std::to_string(one.ns / 1000000000);
        EXPECT_EQ(report->packets_out, seconds.size());
        EXPECT_EQ(report->packets_in, 9U);
        return seconds;
    };
    EXPECT_EQ(kept({}), "123456789");
    EXPECT_EQ(kept({.first_index = 2, .last_index = 4}), "345");
    EXPECT_EQ(kept({.from = at_ns(3000000000), .until = at_ns(5000000000)}), "34");
    EXPECT_EQ(kept({.matching = [](const record& r) { return r.time > at_ns(7000000000); }}), "89");
}

TEST(slice_capture, the_other_blocks_of_a_pcapng_file_stay_byte_for_byte) {
    const octet_list octets = seconds_pcapng(3);
    auto in = capture_file::from_memory(octets).value();
    octet_list made;
    auto out = capture_writer::to_memory(made, options_like(in)).value();
    ASSERT_TRUE(slice_capture(in, out, {.first_index = 3}).has_value());
    ASSERT_TRUE(out.close().has_value());
    EXPECT_EQ(made, seconds_pcapng(0));
}

TEST(slice_capture, a_length_that_a_section_stated_becomes_unspecified) {
    octet_list octets = seconds_pcapng(3);
    const std::uint64_t content = octets.size() - 28;
    for (std::size_t i = 0; i < 8; ++i)
        octets[16 + i] = static_cast<std::uint8_t>(content >> 8 * i);
    auto in = capture_file::from_memory(octets).value();
    EXPECT_TRUE(verify_capture(in).is_clean());
    ASSERT_TRUE(in.rewind().has_value());
    octet_list made;
    auto out = capture_writer::to_memory(made, options_like(in)).value();
    ASSERT_TRUE(slice_capture(in, out, {.last_index = 0}).has_value());
    ASSERT_TRUE(out.close().has_value());
    EXPECT_EQ(made, seconds_pcapng(1));
}

TEST(split_capture, parts_hold_at_most_what_was_asked) {
    const auto sizes = [](const split_limits& limits, const octet_list& octets, const char* name) {
        const scratch_folder folder;
        auto in = capture_file::from_memory(octets).value();
        const auto report = split_capture(in, folder.file(name), limits);
        EXPECT_TRUE(report.has_value());
        std::string packets;
        std::int64_t next = 1;
        for (const split_part& part : report->parts) {
            packets += std::to_string(part.packets);
            for (const std::int64_t second : seconds_of(part.path)) EXPECT_EQ(second, next++);
            EXPECT_EQ(std::filesystem::file_size(part.path), part.octets);
        }
        EXPECT_EQ(report->parts.front().path, folder.file("x_00001") + std::string(name).substr(1));
        return packets;
    };
    EXPECT_EQ(sizes({.packets = 2}, seconds_pcap(5), "x.pcap"), "221");
    EXPECT_EQ(sizes({.octets = 24 + 26 * 3 + 25}, seconds_pcap(5), "x.pcap"), "32");
    EXPECT_EQ(sizes({.octets = 1}, seconds_pcap(3), "x.pcap"), "111");
    EXPECT_EQ(sizes({.duration = nanoseconds(4000000000)}, seconds_pcap(5), "x.pcap"), "41");
    EXPECT_EQ(sizes({.packets = 2}, seconds_pcapng(5), "x.pcapng"), "221");
}

TEST(split_capture, each_part_of_a_pcapng_file_repeats_interfaces_and_secrets) {
    const scratch_folder folder;
    const octet_list octets = seconds_pcapng(2);
    auto in = capture_file::from_memory(octets).value();
    ASSERT_TRUE(split_capture(in, folder.file("x.pcapng"), {.packets = 1}).has_value());
    auto part = capture_file::open(folder.file("x_00002.pcapng")).value();
    const capture_info info = file_info(part);
    EXPECT_EQ(info.blocks.at(1), 1U);
    EXPECT_EQ(info.blocks.at(10), 1U);
    EXPECT_EQ(info.packets, 1U);
    EXPECT_FALSE(split_capture(in, folder.file("y.pcapng"), {}).has_value());
}

TEST(split_capture, parts_are_of_the_format_that_the_name_says) {
    const scratch_folder folder;
    const auto format_of_part = [&](const octet_list& octets, const char* name) {
        auto in = capture_file::from_memory(octets).value();
        const auto report = split_capture(in, folder.file(name), {.packets = 2});
        EXPECT_TRUE(report.has_value()) << describe(report.error());
        EXPECT_EQ(seconds_of(report->parts.back().path), std::vector<std::int64_t>{3});
        return capture_file::open(report->parts.back().path).value().format();
    };
    EXPECT_EQ(format_of_part(seconds_pcap(3), "x.pcapng"), capture_format::pcapng);
    EXPECT_EQ(format_of_part(seconds_pcapng(3), "x.pcap"), capture_format::pcap);
    EXPECT_EQ(format_of_part(seconds_pcapng(3), "out"), capture_format::pcapng);
    EXPECT_EQ(format_of_part(seconds_pcap(3), "out"), capture_format::pcap);
}

TEST(merge_captures, packets_of_all_inputs_come_by_time_and_keep_it) {
    const scratch_folder folder;
    save(folder.file("a.pcap"),
         maker().pcap_header(0xa1b2c3d4).pcap_record(1, 7, 4).pcap_record(4, 0, 4).octets());
    save(folder.file("b.pcap"),
         maker(byte_order::big)
             .pcap_header(0xa1b23c4d)
             .pcap_record(2, 123456789, 4)
             .pcap_record(3, 0, 4)
             .octets());
    const std::vector<std::string> inputs{folder.file("a.pcap"), folder.file("b.pcap")};
    const auto report = merge_files(inputs, folder.file("out.pcap"));
    ASSERT_TRUE(report.has_value()) << describe(report.error());
    EXPECT_EQ(report->packets, 4U);
    EXPECT_EQ(report->format, capture_format::pcap);
    auto merged = capture_file::open(folder.file("out.pcap")).value();
    std::vector<std::int64_t> times;
    for (const auto& one : keep_all(merged)) times.push_back(one.ns);
    EXPECT_EQ(times, (std::vector<std::int64_t>{1000007000, 2123456789, 3000000000, 4000000000}));
}

TEST(merge_captures, inputs_of_different_link_types_need_pcapng) {
    const scratch_folder folder;
    save(folder.file("a.pcap"), seconds_pcap(2, 1));
    save(folder.file("b.pcap"), seconds_pcap(2, 101));
    const std::vector<std::string> inputs{folder.file("a.pcap"), folder.file("b.pcap")};
    EXPECT_EQ(merge_files(inputs, folder.file("out.pcap")).error().reason,
              capture_reason::mismatch);
    EXPECT_FALSE(std::filesystem::exists(folder.file("out.pcap")));
    const auto report = merge_files(inputs, folder.file("out.pcapng"));
    ASSERT_TRUE(report.has_value());
    auto merged = capture_file::open(folder.file("out.pcapng")).value();
    std::string links;
    for (const auto& one : keep_all(merged)) links += one.link_type == 1 ? 'e' : 'r';
    EXPECT_EQ(links, "erer") << "of equal times the earlier input comes first";
    EXPECT_EQ(merge_files(inputs, folder.file("a.pcap")).error().reason, capture_reason::mismatch)
        << "an input is never overwritten";
    EXPECT_EQ(seconds_of(folder.file("a.pcap")).size(), 2U);
}

TEST(merge_captures, a_damaged_input_gives_what_it_has_and_the_others_go_on) {
    const scratch_folder folder;
    octet_list cut = seconds_pcap(3);
    cut.resize(cut.size() - 5);
    save(folder.file("a.pcap"), cut);
    save(folder.file("b.pcap"), seconds_pcap(3));
    const std::vector<std::string> inputs{folder.file("a.pcap"), folder.file("b.pcap")};
    const auto report = merge_files(inputs, folder.file("out.pcap"));
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(seconds_of(folder.file("out.pcap")), (std::vector<std::int64_t>{1, 1, 2, 2, 3}));
    EXPECT_TRUE(report->stopped[0].has_value());
    EXPECT_FALSE(report->stopped[1].has_value());
}

TEST(merge_captures, mergecap_makes_the_same_of_two_pcapng_captures) {
    SONDE_REQUIRE_CORPUS();
    const scratch_folder folder;
    const std::filesystem::path captures = *testing::corpus_root() / "captures";
    const std::vector<std::string> inputs{(captures / "igmp/igmp.pcapng").string(),
                                          (captures / "linktypes/NullLoopback.pcapng").string(),
                                          (captures / "dns/dns-https.pcap").string()};
    const auto report = merge_files(inputs, folder.file("ours.pcapng"));
    ASSERT_TRUE(report.has_value());
    std::string arguments = "-w " + folder.file("theirs.pcapng");
    for (const std::string& input : inputs) arguments += " " + input;
    const auto done = run("mergecap", arguments);
    SONDE_REQUIRE_OUTPUT(done, "mergecap");
    EXPECT_EQ(keep_all(load(folder.file("ours.pcapng"))),
              keep_all(load(folder.file("theirs.pcapng"))));
}

TEST(verify_capture, flaws_are_told_with_their_place) {
    maker octets;
    octets.pcap_header(0xa1b2c3d4).pcap_record(5, 0, 10).pcap_record(4, 1000000, 10);
    octets.u32(6).u32(0).u32(10).u32(9).fill(10, 0);
    auto file = capture_file::from_memory(octets.octets()).value();
    const verify_report report = verify_capture(file);
    ASSERT_EQ(report.flaw_count, 2U);
    EXPECT_EQ(describe(report.flaws[0]),
              "part of a second above one second, in block 2 at offset 50");
    EXPECT_EQ(describe(report.flaws[1]),
              "captured more than the original length, in block 3 at offset 76");
    EXPECT_FALSE(report.is_clean());
}

TEST(verify_capture, flaws_of_pcapng_are_told) {
    maker bad_option;
    bad_option.u32(0).u32(0).u32(2).u32(0).u32(0).u16(1).u16(50);
    octet_list octets = maker()
                            .section()
                            .interface(1, 5)
                            .packet(0, 3, 6)
                            .packet(0, 2, 4)
                            .block(6, bad_option.octets())
                            .octets();
    octets[16] = 7;
    for (std::size_t i = 17; i < 24; ++i) octets[i] = 0;
    auto file = capture_file::from_memory(octets).value();
    const verify_report report = verify_capture(file);
    std::vector<std::string> said;
    for (const capture_flaw& flaw : report.flaws) said.emplace_back(flaw.what);
    EXPECT_EQ(said,
              (std::vector<std::string>{"captured more than the snap length",
                                        "time runs backwards",
                                        "option does not fit its block",
                                        "section has another length than it states"}));
}

}  // namespace
}  // namespace sonde
