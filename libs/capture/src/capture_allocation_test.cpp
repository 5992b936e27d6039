// Counts what the heap is asked for: reading and writing packets must ask for nothing.

#include <sonde/testing/heap.hpp>

#include "capture_testing.hpp"

namespace sonde {
namespace {

using namespace capture_testing;

/// A file of `count` packets of 1,000 octets: several times what a buffer holds.
std::string many_packets(const scratch_folder& folder, capture_format format) {
    const std::string path = folder.file("many");
    const octet_list frame(1000, 0xa5);
    auto out = capture_writer::create(path, {.format = format}).value();
    for (int i = 0; i < 2000; ++i) {
        EXPECT_TRUE(out.write(bytes_view(frame), at_ns(i)).has_value());
    }
    EXPECT_TRUE(out.close().has_value());
    return path;
}

TEST(capture_allocation, neither_reading_nor_writing_a_packet_asks_the_heap) {
    for (const capture_format format : {capture_format::pcap, capture_format::pcapng}) {
        const scratch_folder folder;
        const std::string path = many_packets(folder, format);
        auto in = capture_file::open(path).value();
        auto out = capture_writer::create("/dev/null", {.format = format}).value();
        ASSERT_NE(in.next(), nullptr);
        ASSERT_TRUE(out.write(*in.next()).has_value());
        const std::uint64_t before = testing::heap().allocations;
        std::uint64_t packets = 2;
        for (const record& r : in) packets += out.write(r).has_value();
        EXPECT_EQ(testing::heap().allocations - before, 0U) << to_string(format);
        EXPECT_EQ(packets, 2000U);
    }
}

}  // namespace
}  // namespace sonde
