// The programs run in the kernel's own interpreter: attached to one end of a pair of local sockets
// they see whatever the other end sends, from its first octet on.

#include "socket_filter.hpp"

#include <array>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <sonde/base/octets.hpp>
#include <sonde/net/fd.hpp>

namespace sonde {
namespace {

class filtered_pair {
  public:
    explicit filtered_pair(detail::filter_program program) {
        std::array<int, 2> made{-1, -1};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, made.data()),
                  0);
        out_ = fd(made[0]);
        in_ = fd(made[1]);
        const sock_fprog attached{static_cast<unsigned short>(program.size()), program.data()};
        EXPECT_EQ(::setsockopt(made[1], SOL_SOCKET, SO_ATTACH_FILTER, &attached, sizeof attached),
                  0);
    }
    [[nodiscard]] bool passes(bytes_view packet) const {
        EXPECT_GE(::send(out_.number(), packet.data(), packet.size(), 0), 0);
        std::array<std::uint8_t, 512> got{};
        return ::recv(in_.number(), got.data(), got.size(), 0) ==
               static_cast<ssize_t>(packet.size());
    }

  private:
    fd out_;
    fd in_;
};

using octets = std::vector<std::uint8_t>;
constexpr std::uint16_t ours = 0x1234;

octets operator+(octets a, const octets& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}
octets ipv4_header(int protocol, int words = 5) {
    octets made(static_cast<std::size_t>(words) * 4, 0);
    made[0] = static_cast<std::uint8_t>(0x40 | words);
    made[9] = static_cast<std::uint8_t>(protocol);
    return made;
}
octets ipv6_header(int next) {
    octets made(40, 0);
    made[0] = 0x60;
    made[6] = static_cast<std::uint8_t>(next);
    return made;
}
octets icmp(int type, std::uint16_t id) {
    octets made(8, 0);
    made[0] = static_cast<std::uint8_t>(type);
    put_be16_at(made, 4, id);
    return made;
}
octets error(int type) { return icmp(type, 0); }

TEST(icmp_filter_v4, takes_replies_with_our_identifier_whatever_the_header_length) {
    const filtered_pair filter(detail::icmp_filter(ip_family::v4, ours));
    for (const int type : {0, 14, 16, 18, 43}) {
        EXPECT_TRUE(filter.passes(ipv4_header(1) + icmp(type, ours))) << type;
        EXPECT_TRUE(filter.passes(ipv4_header(1, 15) + icmp(type, ours))) << type;
        EXPECT_FALSE(filter.passes(ipv4_header(1) + icmp(type, 0x1235))) << type;
    }
    for (const int type : {8, 9, 10, 13, 15, 17, 42}) {
        EXPECT_FALSE(filter.passes(ipv4_header(1) + icmp(type, ours))) << type;
    }
}

TEST(icmp_filter_v4, takes_errors_that_quote_our_identifier_behind_any_header) {
    const filtered_pair filter(detail::icmp_filter(ip_family::v4, ours));
    for (const int type : {3, 4, 5, 11, 12}) {
        for (const int words : {5, 6, 15}) {
            const octets head = ipv4_header(1) + error(type);
            EXPECT_TRUE(filter.passes(head + ipv4_header(1, words) + icmp(8, ours))) << type;
            EXPECT_FALSE(filter.passes(head + ipv4_header(1, words) + icmp(8, 0x4321))) << type;
            EXPECT_FALSE(filter.passes(head + ipv4_header(17, words) + icmp(8, ours))) << type;
        }
    }
    EXPECT_TRUE(filter.passes(ipv4_header(1, 7) + error(11) + ipv4_header(1, 6) + icmp(8, ours)));
}

TEST(icmp_filter_v4, drops_what_is_cut_before_the_identifier) {
    const filtered_pair filter(detail::icmp_filter(ip_family::v4, ours));
    octets reply = ipv4_header(1) + icmp(0, ours);
    octets quote = ipv4_header(1) + error(11) + ipv4_header(1) + icmp(8, ours);
    for (std::size_t len = 1; len < 26; ++len)
        EXPECT_FALSE(filter.passes(bytes_view(reply).first(len))) << len;
    for (std::size_t len = 1; len < 54; ++len)
        EXPECT_FALSE(filter.passes(bytes_view(quote).first(len))) << len;
    EXPECT_TRUE(filter.passes(bytes_view(reply).first(26)));
    EXPECT_TRUE(filter.passes(bytes_view(quote).first(54)));
}

TEST(icmp_filter_v6, takes_our_replies_and_errors_that_may_be_ours) {
    const filtered_pair filter(detail::icmp_filter(ip_family::v6, ours));
    EXPECT_TRUE(filter.passes(icmp(129, ours)));
    EXPECT_TRUE(filter.passes(icmp(161, ours)));
    EXPECT_FALSE(filter.passes(icmp(129, 1)));
    for (const int type : {128, 135, 136, 160, 0, 5, 255})
        EXPECT_FALSE(filter.passes(icmp(type, ours)));
    for (const int type : {1, 2, 3, 4}) {
        EXPECT_TRUE(filter.passes(error(type) + ipv6_header(58) + icmp(128, ours)));
        EXPECT_FALSE(filter.passes(error(type) + ipv6_header(58) + icmp(128, 1)));
        EXPECT_FALSE(filter.passes(error(type) + ipv6_header(17) + icmp(128, ours)));
        for (const int extension : {0, 43, 44, 51, 60}) {
            EXPECT_TRUE(filter.passes(error(type) + ipv6_header(extension) + octets(8, 0)));
        }
    }
}

TEST(tcp_filter, takes_segments_for_our_port_only) {
    octets segment(20, 0);
    put_be16_at(segment, 0, 80);
    put_be16_at(segment, 2, ours);
    octets other = segment;
    put_be16_at(other, 0, ours);
    put_be16_at(other, 2, 80);
    const filtered_pair v4(detail::tcp_filter(ip_family::v4, ours));
    const filtered_pair v6(detail::tcp_filter(ip_family::v6, ours));
    EXPECT_TRUE(v4.passes(ipv4_header(6, 7) + segment));
    EXPECT_FALSE(v4.passes(ipv4_header(6, 7) + other));
    EXPECT_TRUE(v6.passes(segment));
    EXPECT_FALSE(v6.passes(other));
}

}  // namespace
}  // namespace sonde
