#include <gtest/gtest.h>

#include <sonde/packet/summary.hpp>
#include <sonde/testing/corpus.hpp>

namespace sonde {
namespace {

using octets_t = std::vector<std::uint8_t>;

// Lines that tcpdump 4.99.3 -nt prints for these octets, but for the TCP options, which are not
// told.
TEST(summary, reads_like_tcpdump) {
    EXPECT_EQ(summary(octets_t{0x45, 0,   0, 29, 0, 1, 0, 0,    64,   1,    0x66, 0xde, 127,  0,  0,
                               1,    127, 0, 0,  1, 8, 0, 0x8d, 0xf1, 0x00, 0x07, 0x00, 0x03, 'a'}),
              "IP 127.0.0.1 > 127.0.0.1: ICMP echo request, id 7, seq 3, length 9");
    EXPECT_EQ(summary(octets_t{0x45, 0, 0, 32, 0,    1,    0,    0,    64, 17, 0, 0, 10, 0, 0, 1,
                               192,  0, 2, 9,  0x9c, 0x40, 0x82, 0x9a, 0,  12, 0, 0, 1,  2, 3, 4}),
              "IP 10.0.0.1.40000 > 192.0.2.9.33434: UDP, length 4");
    EXPECT_EQ(summary(octets_t{0x45, 0, 0,   40, 0,    1, 0,    0,    64, 6,  0, 0, 10, 0,
                               0,    1, 192, 0,  2,    9, 0x9c, 0x40, 0,  80, 0, 0, 3,  0xe8,
                               0,    0, 0,   0,  0x50, 2, 4,    0,    0,  0,  0, 0}),
              "IP 10.0.0.1.40000 > 192.0.2.9.80: Flags [S], seq 1000, win 1024, length 0");
}

TEST(summary, an_error_tells_what_it_is_about) {
    const octets_t octets{0x45, 0, 0,   56, 0, 1, 0,    0,    255,  1,    0, 0,  10, 0,
                          3,    1, 10,  0,  0, 1, 11,   0,    0,    0,    0, 0,  0,  0,
                          0x45, 0, 0,   32, 0, 1, 0,    0,    1,    17,   0, 0,  10, 0,
                          0,    1, 192, 0,  2, 9, 0x9c, 0x40, 0x82, 0x9a, 0, 12, 0,  0};
    EXPECT_EQ(summary(octets),
              "IP 10.0.3.1 > 10.0.0.1: ICMP time exceeded in-transit, length 36, quoting "
              "IP 10.0.0.1.40000 > 192.0.2.9.33434: UDP, length 4 (ttl 1)");
}

TEST(summary, what_cannot_be_read_is_said) {
    EXPECT_EQ(summary({}).substr(0, 14), "IP unreadable:");
    EXPECT_EQ(summary(octets_t(20, 0)).substr(0, 14), "IP unreadable:");
    EXPECT_EQ(summary(octets_t{0x45, 0, 0}), " [|ip]");
    const octets_t cut{0x45, 0, 0, 28, 0, 1, 0, 0, 64, 1, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1, 8};
    EXPECT_EQ(summary(cut), "IP 127.0.0.1 > 127.0.0.1:  [|icmp]");
}

}  // namespace
}  // namespace sonde
