// Captures that others made, against what tshark sees in them: counts, times, lengths, link types;
// every file written again by each writer; every cut length.

#include <algorithm>
#include <map>
#include <sstream>

#include "capture_testing.hpp"

namespace sonde {
namespace {

using namespace capture_testing;

struct manifest_line {
    std::string file;
    std::string file_type;
    std::uint64_t packets = 0;
};

std::vector<manifest_line> manifest() {
    std::vector<manifest_line> lines;
    for (const std::string& line :
         testing::read_lines(*testing::corpus_root() / "captures" / "MANIFEST.tsv")) {
        std::vector<std::string> cells;
        std::stringstream in(line);
        for (std::string cell; std::getline(in, cell, '\t');) cells.push_back(cell);
        if (cells.size() < 8 || cells[0] == "file") continue;
        lines.push_back({cells[0], cells[4], std::stoull(cells[6])});
    }
    return lines;
}

octet_list capture_octets(const std::string& name) {
    return testing::read_octets(*testing::corpus_root() / "captures" / name);
}

/// The captures that we read.
std::vector<manifest_line> readable() {
    auto lines = manifest();
    std::erase_if(lines, [](const auto& line) { return line.file_type == "snoop"; });
    return lines;
}

/// The number behind "key": in a line of the oracle; nothing for null. A capture from a broken
/// clock has times after 2262, which 64 bits of nanoseconds cannot hold: we tell the last that they
/// can.
std::optional<std::int64_t> number(const std::string& line, const std::string& key) {
    const std::size_t at = line.find("\"" + key + "\":");
    if (at == std::string::npos || line.compare(at + key.size() + 3, 4, "null") == 0) {
        return std::nullopt;
    }
    const std::string digits = line.substr(at + key.size() + 3, 24);
    const std::size_t len = digits.find_first_not_of("0123456789");
    return len > 19 ? INT64_MAX : std::stoll(digits);
}

/// tshark numbers link types its own way (wiretap encapsulations).
std::int64_t wiretap_of(std::uint16_t link_type) {
    static const std::map<std::uint16_t, std::int64_t> numbers{{0, 15},
                                                               {1, 1},
                                                               {9, 4},
                                                               {12, 7},
                                                               {101, 7},
                                                               {104, 28},
                                                               {105, 20},
                                                               {113, 25},
                                                               {127, 23},
                                                               {192, 97},
                                                               {228, 129},
                                                               {229, 130},
                                                               {253, 158},
                                                               {276, 210}};
    const auto found = numbers.find(link_type);
    return found != numbers.end() ? found->second : -1;
}

TEST(capture_corpus, every_capture_has_the_packets_that_the_manifest_counts) {
    SONDE_REQUIRE_CORPUS();
    std::uint64_t files = 0;
    for (const manifest_line& line : readable()) {
        SCOPED_TRACE(line.file);
        auto file = capture_file::open((*testing::corpus_root() / "captures" / line.file).string());
        ASSERT_TRUE(file.has_value()) << describe(file.error());
        const capture_info info = file_info(*file);
        EXPECT_EQ(info.packets, line.packets);
        EXPECT_EQ(info.format == capture_format::pcapng, line.file_type == "pcapng");
        EXPECT_FALSE(info.stopped.has_value()) << describe(*info.stopped);
        ++files;
    }
    EXPECT_GT(files, 140U);
}

TEST(capture_corpus, times_lengths_and_link_types_are_what_tshark_sees) {
    SONDE_REQUIRE_CORPUS();
    std::uint64_t packets = 0;
    for (const manifest_line& line : readable()) {
        const octet_list octets = capture_octets(line.file);
        auto file = capture_file::from_memory(octets).value();
        const auto expected =
            testing::read_lines(*testing::corpus_root() / "oracle" / (line.file + ".jsonl.gz"));
        for (std::size_t i = 0; i < expected.size(); ++i) {
            SCOPED_TRACE(line.file + " line " + std::to_string(i + 1));
            const std::string& wanted = expected[i];
            // tshark also shows blocks that are no packets; they have no link type.
            if (number(wanted, "lt") == 0) continue;
            const record* packet = file.next();
            ASSERT_NE(packet, nullptr);
            const auto time = number(wanted, "ts");
            EXPECT_EQ(packet->has_time, time.has_value());
            if (time) {
                EXPECT_EQ(packet->time.time_since_epoch().count(), *time);
            }
            EXPECT_EQ(packet->captured_len(), number(wanted, "cap"));
            EXPECT_EQ(packet->original_len, number(wanted, "len"));
            EXPECT_EQ(wiretap_of(packet->link_type), number(wanted, "lt"));
            ++packets;
        }
        EXPECT_EQ(file.next(), nullptr) << line.file;
    }
    EXPECT_GT(packets, 13'000U);
}

TEST(capture_corpus, a_file_written_again_in_its_format_reads_the_same) {
    SONDE_REQUIRE_CORPUS();
    for (const manifest_line& line : readable()) {
        SCOPED_TRACE(line.file);
        const octet_list octets = capture_octets(line.file);
        auto file = capture_file::from_memory(octets).value();
        octet_list again;
        auto out = capture_writer::to_memory(again, options_like(file)).value();
        ASSERT_TRUE(copy_capture(file, out).has_value());
        ASSERT_TRUE(out.close().has_value());
        EXPECT_EQ(keep_all(again), keep_all(octets));
        if (file.format() == capture_format::pcapng) {
            EXPECT_EQ(again, octets) << "blocks are copied byte for byte";
        }
    }
}

TEST(capture_corpus, records_written_one_by_one_to_pcapng_of_either_order_read_the_same) {
    SONDE_REQUIRE_CORPUS();
    for (const manifest_line& line : readable()) {
        SCOPED_TRACE(line.file);
        const octet_list octets = capture_octets(line.file);
        for (const byte_order order : {byte_order::little, byte_order::big}) {
            octet_list again;
            auto out = capture_writer::to_memory(again, {.order = order, .cut_to_snap_len = false})
                           .value();
            auto file = capture_file::from_memory(octets).value();
            std::size_t known = 0;
            for (const record& r : file) {
                for (; known < file.interfaces().size(); ++known) {
                    capture_interface one = file.interfaces()[known];
                    one.resolution = 9;
                    one.offset_s = 0;
                    ASSERT_TRUE(out.add_interface(one).has_value());
                }
                record copy = r;
                copy.has_time = true;  // a simple packet belongs to interface 0 only
                ASSERT_TRUE(out.write(copy).has_value());
            }
            ASSERT_TRUE(out.close().has_value());
            auto expected = keep_all(octets);
            for (auto& one : expected) one.has_time = true;
            EXPECT_EQ(keep_all(again), expected);
        }
    }
}

/// What every cut of a file must do: yield the packets that are whole, then say where it broke.
void expect_every_cut(const octet_list& octets) {
    const auto whole = keep_all(octets);
    std::size_t before = 0;
    for (std::size_t len = 0; len < octets.size(); ++len) {
        const bytes_view cut = bytes_view(octets).first(len);
        auto file = capture_file::from_memory(cut);
        if (!file) {
            EXPECT_EQ(file.error().reason, capture_reason::truncated) << len;
            EXPECT_EQ(file.error().had, len);
            EXPECT_LE(before, 0U) << len;
            continue;
        }
        const auto kept = keep_all(*file);
        ASSERT_GE(kept.size(), before) << len;
        before = kept.size();
        ASSERT_TRUE(std::equal(kept.begin(), kept.end(), whole.begin())) << len;
        if (!file->stopped()) continue;  // between two blocks a cut cannot be seen
        EXPECT_EQ(file->stopped()->reason, capture_reason::truncated) << len;
        EXPECT_EQ(file->stopped()->offset_octets + file->stopped()->had, len);
        EXPECT_GT(file->stopped()->needed, file->stopped()->had);
    }
}

TEST(capture_corpus, every_cut_of_a_small_file_yields_what_is_whole_and_says_where_it_broke) {
    SONDE_REQUIRE_CORPUS();
    for (const char* name : {"fileformat/nanosecs.pcap",
                             "fileformat/modified-format.pcap",
                             "fileformat/nanosecs_big_endian.pcap",
                             "icmp4/IcmpPackets.pcapng",
                             "pcapng/hadrielk-le-test202.pcapng",
                             "pcapng/hadrielk-be-test101.pcapng",
                             "pcapng/hadrielk-le-test006.pcapng"}) {
        SCOPED_TRACE(name);
        expect_every_cut(capture_octets(name));
    }
}

TEST(capture_corpus, interfaces_with_different_link_types_in_one_pcapng_are_read) {
    SONDE_REQUIRE_CORPUS();
    // libpcap: "an interface has a type different from the type of the first interface".
    const octet_list octets = capture_octets("fileformat/many_interfaces-1.pcapng");
    auto file = capture_file::from_memory(octets).value();
    const capture_info info = file_info(file);
    EXPECT_EQ(info.packets, 64U);
    EXPECT_GT(info.link_types.size(), 1U);
    EXPECT_FALSE(info.stopped.has_value());
}

TEST(capture_corpus, snoop_is_refused_by_its_name) {
    SONDE_REQUIRE_CORPUS();
    const auto file = capture_file::from_memory(capture_octets("fileformat/solaris.snoop"));
    ASSERT_FALSE(file.has_value());
    EXPECT_EQ(file.error().reason, capture_reason::other_format);
    EXPECT_EQ(describe(file.error()),
              "snoop capture (RFC 1761) at offset 0: a format that is not read here; "
              "editcap -F pcapng IN OUT converts it");
}

TEST(capture_corpus, a_capture_without_packets_is_a_capture) {
    SONDE_REQUIRE_CORPUS();
    const octet_list octets = capture_octets("fileformat/empty.pcap");
    auto file = capture_file::from_memory(octets).value();
    EXPECT_EQ(file.next(), nullptr);
    EXPECT_FALSE(file.stopped().has_value());
}

}  // namespace
}  // namespace sonde
