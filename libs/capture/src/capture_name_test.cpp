#include <gtest/gtest.h>

#include <sonde/capture/capture_name.hpp>
#include <sonde/capture/capture_tools.hpp>

namespace sonde {
namespace {

std::optional<capture_format> format_of(std::string_view path) {
    return read_capture_name(path).format;
}

TEST(capture_name, says_the_format_by_its_suffix) {
    for (const auto name :
         {"x.pcap", "x.cap", "x.dump", "x.dmp", "X.PCAP", "a.b/x.pcap", "x.y.cap"}) {
        EXPECT_EQ(format_of(name), capture_format::pcap) << name;
    }
    for (const auto name : {"x.pcapng", "x.ntar", "x.PcapNg", "./x.pcapng"}) {
        EXPECT_EQ(format_of(name), capture_format::pcapng) << name;
    }
}

TEST(capture_name, says_the_compression_behind_the_format) {
    EXPECT_EQ(read_capture_name("x.pcap.gz").compression, capture_compression::gzip);
    EXPECT_EQ(read_capture_name("x.pcapng.ZST").compression, capture_compression::zstd);
    EXPECT_EQ(format_of("x.pcap.gz"), capture_format::pcap);
    EXPECT_EQ(read_capture_name("x.pcap.gz").suffix, ".pcap.gz");
    // Only the compression is said.
    EXPECT_EQ(read_capture_name("x.gz").compression, capture_compression::gzip);
    EXPECT_EQ(format_of("x.gz"), std::nullopt);
    EXPECT_TRUE(read_capture_name("x.gz").is_known);
}

TEST(capture_name, without_a_suffix_leaves_the_format_open) {
    for (const auto name : {"out", "-", "/dev/null", "a.b/out", ".hidden", "..", ".pcap", ""}) {
        EXPECT_EQ(format_of(name), std::nullopt) << name;
        EXPECT_TRUE(read_capture_name(name).is_known) << name;
        EXPECT_EQ(read_capture_name(name).suffix, "") << name;
    }
}

TEST(capture_name, with_another_suffix_is_not_known) {
    for (const auto name :
         {"x.txt", "x.jpg", "x.pcap.bz2", "x.pcap0", "x.txt.gz", "x.", "10.0.0.1"}) {
        EXPECT_FALSE(read_capture_name(name).is_known) << name;
        EXPECT_EQ(format_of(name), std::nullopt) << name;
    }
    EXPECT_EQ(read_capture_name("x.pcap.bz2").suffix, ".bz2");
    EXPECT_EQ(read_capture_name("x.txt.gz").suffix, ".txt.gz");
}

TEST(capture_name, of_a_part_has_its_number_before_the_suffix) {
    EXPECT_EQ(split_part_path("a.b/x.dump.gz", 2), "a.b/x_00002.dump.gz");
    EXPECT_EQ(split_part_path("x.PCAP", 2), "x_00002.PCAP");
    EXPECT_EQ(split_part_path("a.b/out", 2), "a.b/out_00002");
}

}  // namespace
}  // namespace sonde
