// Real sockets against the real kernel, in namespaces that the test makes.

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#include <gtest/gtest.h>

#include "control_messages.hpp"
#include "net_lab.hpp"

namespace sonde {
namespace {

using testing::gather;
using testing::gathered;

struct way {
    ip_family family;
    socket_kind kind;
    bool counts = false;  // as on kernels before 6.13: the kernel counts packets
};

std::string name_of(const ::testing::TestParamInfo<way>& info) {
    static constexpr std::array kinds{"icmp_raw", "icmp_dgram", "udp", "tcp_raw"};
    return std::string(kinds[static_cast<std::size_t>(info.param.kind)]) +
           (info.param.family == ip_family::v4 ? "_v4" : "_v6") +
           (info.param.counts ? "_counted" : "");
}

constexpr std::uint16_t our_id = 0x5d5d;
constexpr const char* open_ping_groups = "echo '0 2147483647' >/proc/sys/net/ipv4/ping_group_range";

bool has_stamp_id(const msghdr& message) {
    msghdr cursor = message;
    for (cmsghdr* at = CMSG_FIRSTHDR(&cursor); at != nullptr; at = CMSG_NXTHDR(&cursor, at)) {
        if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == detail::stamp_id_option) return true;
    }
    return false;
}

// A kernel that does not know SCM_TS_OPT_ID, as all before 6.13.
const system_calls& old_kernel() {
    static const system_calls table = [] {
        system_calls made = kernel_calls();
        made.sendmsg = [](int number, const msghdr* message, int flags) -> ssize_t {
            if (has_stamp_id(*message)) return errno = EINVAL, -1;
            return kernel_calls().sendmsg(number, message, flags);
        };
        made.sendmmsg = [](int number, mmsghdr* messages, unsigned count, int flags) {
            if (has_stamp_id(messages[0].msg_hdr)) return errno = EINVAL, -1;
            return kernel_calls().sendmmsg(number, messages, count, flags);
        };
        return made;
    }();
    return table;
}

std::vector<std::uint8_t> tcp_syn(std::uint16_t source_port) {
    std::vector<std::uint8_t> made(20, 0);
    put_be16_at(made, 0, source_port);
    put_be16_at(made, 2, 7777);
    made[12] = 5 << 4;
    made[13] = 2;
    return made;  // the checksum is wrong, which no router looks at
}

std::vector<std::uint8_t> message_for(const way& by, std::uint16_t sequence) {
    if (by.kind == socket_kind::udp)
        return {1, 2, 3, 4, 5, 6, 7, static_cast<std::uint8_t>(sequence)};
    if (by.kind == socket_kind::tcp_raw) return tcp_syn(our_id);
    return testing::echo_request(by.family, our_id, sequence);
}

endpoint far_host(ip_family family) {
    return {testing::address(family == ip_family::v4 ? "10.81.2.2" : "fd81:2::2"), 33434};
}
ip_address router(ip_family family) {
    return testing::address(family == ip_family::v4 ? "10.81.1.2" : "fd81:1::2");
}

class every_way : public ::testing::TestWithParam<way> {
  protected:
    static io_result<probe_socket> open(probe_socket_options options = {}) {
        options.family = GetParam().family;
        options.kind = GetParam().kind;
        options.local_port = our_id;
        return probe_socket::open(options, GetParam().counts ? old_kernel() : kernel_calls());
    }
};

constexpr std::array queue_kinds{socket_kind::icmp_dgram, socket_kind::udp, socket_kind::tcp_raw};

template <class Kinds>
std::vector<way> ways_of(const Kinds& kinds) {
    std::vector<way> made;
    for (const auto kind : kinds) {
        for (const auto family : {ip_family::v4, ip_family::v6}) {
            for (const bool counts : {false, true}) made.push_back({family, kind, counts});
        }
    }
    return made;
}

INSTANTIATE_TEST_SUITE_P(
    lab, every_way,
    ::testing::ValuesIn(ways_of(std::array{
        socket_kind::icmp_raw, socket_kind::icmp_dgram, socket_kind::udp, socket_kind::tcp_raw})),
    name_of);

// Packets to a router whose link address is unknown wait for it, up to a second.
void learn_link_address(probe_socket& socket, const way& by) {
    const auto octets = message_for(by, 999);
    const outgoing packet{.octets = octets, .destination = far_host(by.family), .token = 999};
    ASSERT_FALSE(socket.send({&packet, 1})[0].error);
    ASSERT_TRUE(
        gather(socket, [](const gathered& seen) { return !seen.stamps.empty(); }).stamp_of(999));
}

// The time of each packet lies between two readings of the clock around its own send: packets that
// were taken for one another would lie outside.
TEST_P(every_way, each_transmit_stamp_belongs_to_the_packet_with_its_token) {
    const bool permitted = testing::in_chain([&](testing::chain&) {
        ASSERT_TRUE(testing::run_shell(open_ping_groups));
        auto socket = open();
        ASSERT_TRUE(socket) << describe(socket.error());
        learn_link_address(*socket, GetParam());
        std::vector<std::pair<mono_time, mono_time>> around;
        gathered all;
        for (std::uint16_t i = 0; i < 20; ++i) {
            const auto octets = message_for(GetParam(), i);
            const outgoing packet{
                .octets = octets, .destination = far_host(GetParam().family), .token = i};
            const mono_time before = mono_now();
            const auto sent = socket->send({&packet, 1});
            around.emplace_back(before, mono_now());
            ASSERT_FALSE(sent[0].error) << describe(*sent[0].error);
        }
        all = gather(*socket, [](const gathered& seen) { return seen.stamps.size() == 20; });
        ASSERT_EQ(all.stamps.size(), 20U);
        constexpr std::chrono::microseconds slack{2};  // the uncertainty of the conversion
        for (const auto& each : all.stamps) {
            EXPECT_EQ(each.at.source, stamp_source::kernel);
            EXPECT_GE(each.at.at, around[each.token].first - slack) << each.token;
            EXPECT_LE(each.at.at, around[each.token].second + slack) << each.token;
        }
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST_P(every_way, a_batch_expires_at_the_router_by_its_own_hop_limits_and_no_probe_is_lost) {
    const bool permitted = testing::in_chain([&](testing::chain&) {
        ASSERT_TRUE(testing::run_shell(open_ping_groups));
        auto socket = open({.kernel_filter = false});
        ASSERT_TRUE(socket) << describe(socket.error());
        std::vector<std::vector<std::uint8_t>> octets;
        for (std::uint16_t i = 0; i < 30; ++i) octets.push_back(message_for(GetParam(), i));
        std::vector<outgoing> packets;
        for (std::uint64_t i = 0; i < 30; ++i) {
            packets.push_back({.octets = octets[i],
                               .destination = far_host(GetParam().family),
                               .hop_limit = sonde::hop_limit{1},
                               .token = i});
        }
        for (const auto& sent : socket->send(packets))
            ASSERT_FALSE(sent.error) << describe(*sent.error);
        const bool by_queue = socket->has_error_queue();
        const auto expired = [&](const gathered& seen) -> std::size_t {
            if (by_queue) return seen.errors.size();
            const std::uint8_t exceeded = GetParam().family == ip_family::v4 ? 11 : 3;
            return static_cast<std::size_t>(
                std::count_if(seen.datagrams.begin(), seen.datagrams.end(), [&](const auto& each) {
                    return each.octets[each.meta.header_len] == exceeded &&
                           each.meta.source.address == router(GetParam().family);
                }));
        };
        const auto all = gather(*socket, [&](const gathered& seen) {
            return expired(seen) >= 30 && seen.stamps.size() >= 30;
        });
        EXPECT_EQ(expired(all), 30U);
        EXPECT_EQ(all.stamps.size(), 30U);
        EXPECT_EQ(by_queue, GetParam().kind != socket_kind::icmp_raw);
        for (const auto& each : all.errors) {
            EXPECT_EQ(each.meta.offender, router(GetParam().family));
            EXPECT_EQ(each.meta.destination.address, far_host(GetParam().family).address);
            EXPECT_EQ(each.meta.code_errno, EHOSTUNREACH);
            EXPECT_EQ(each.meta.type, GetParam().family == ip_family::v4 ? 11 : 3);
            EXPECT_EQ(each.meta.received.source, stamp_source::kernel);
            EXPECT_EQ(each.meta.hop_limit, sonde::hop_limit{64});
            ASSERT_FALSE(each.quoted.empty());
            EXPECT_TRUE(std::equal(each.quoted.begin(), each.quoted.begin() + 2, octets[0].begin()))
                << "the quote starts at our header";
        }
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

// Sockets without an error queue (raw ICMP) have no pending errors either.
class way_with_error_queue : public every_way {};
INSTANTIATE_TEST_SUITE_P(lab, way_with_error_queue, ::testing::ValuesIn(ways_of(queue_kinds)),
                         name_of);

// Every answer of the router leaves an error pending, which fails the next send.
TEST_P(way_with_error_queue, an_error_of_the_packet_before_does_not_lose_the_next_one) {
    const bool permitted = testing::in_chain([&](testing::chain&) {
        ASSERT_TRUE(testing::run_shell(open_ping_groups));
        auto socket = open({.kernel_filter = false});
        ASSERT_TRUE(socket) << describe(socket.error());
        for (std::uint16_t i = 0; i < 50; ++i) {
            const auto octets = message_for(GetParam(), i);
            const outgoing packet{.octets = octets,
                                  .destination = far_host(GetParam().family),
                                  .hop_limit = sonde::hop_limit{1},
                                  .token = i};
            const auto sent = socket->send({&packet, 1});
            ASSERT_FALSE(sent[0].error) << i << ": " << describe(*sent[0].error);
        }
        const auto all = gather(*socket, [](const gathered& seen) {
            return seen.errors.size() >= 50 && seen.stamps.size() >= 50;
        });
        EXPECT_EQ(all.errors.size(), 50U);
        EXPECT_EQ(all.stamps.size(), 50U);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

class icmp_way : public every_way {};
INSTANTIATE_TEST_SUITE_P(lab, icmp_way,
                         ::testing::Values(way{ip_family::v4, socket_kind::icmp_raw},
                                           way{ip_family::v6, socket_kind::icmp_raw},
                                           way{ip_family::v4, socket_kind::icmp_dgram},
                                           way{ip_family::v6, socket_kind::icmp_dgram}),
                         name_of);

TEST_P(icmp_way, an_echo_reply_comes_with_all_its_facts_and_after_its_transmit_stamp) {
    const bool permitted = testing::in_chain([&](testing::chain& lab) {
        ASSERT_TRUE(testing::run_shell(open_ping_groups));
        ASSERT_TRUE(
            lab.at_far("echo 32 >/proc/sys/net/ipv4/ip_default_ttl\n"
                       "echo 32 >/proc/sys/net/ipv6/conf/all/hop_limit\n"
                       "echo 32 >/proc/sys/net/ipv6/conf/sf1/hop_limit"));
        auto socket = open();
        ASSERT_TRUE(socket) << describe(socket.error());
        EXPECT_EQ(socket->local_port().value_or(0), our_id);
        const auto octets = message_for(GetParam(), 7);
        const outgoing packet{.octets = octets,
                              .destination = far_host(GetParam().family),
                              .traffic_class = 0x28,
                              .token = 42};
        ASSERT_FALSE(socket->send({&packet, 1})[0].error);
        const auto all =
            gather(*socket, [](const gathered& seen) { return !seen.datagrams.empty(); });
        ASSERT_EQ(all.datagrams.size(), 1U);
        const auto& reply = all.datagrams[0];
        EXPECT_EQ(reply.meta.source.address, far_host(GetParam().family).address);
        EXPECT_EQ(reply.meta.destination,
                  testing::address(GetParam().family == ip_family::v4 ? "10.81.1.1" : "fd81:1::1"));
        EXPECT_EQ(reply.meta.hop_limit, sonde::hop_limit{31});
        EXPECT_EQ(reply.meta.traffic_class, 0x28);  // Linux mirrors it
        EXPECT_NE(reply.meta.interface_index, 0U);
        EXPECT_FALSE(reply.meta.truncated);
        EXPECT_EQ(reply.meta.header_len,
                  GetParam().family == ip_family::v4 && GetParam().kind == socket_kind::icmp_raw
                      ? 20U
                      : 0U);
        const bytes_view message = bytes_view(reply.octets).subspan(reply.meta.header_len);
        EXPECT_EQ(message[0], GetParam().family == ip_family::v4 ? 0 : 129);
        EXPECT_EQ(be16_at(message, 4), our_id);
        EXPECT_EQ(be16_at(message, 6), 7);
        const auto left = all.stamp_of(42);
        ASSERT_TRUE(left) << "the stamp is in the pass of the reply, or before";
        ASSERT_EQ(reply.meta.received.source, stamp_source::kernel);
        EXPECT_GT(reply.meta.received.at, left->at.at);
        EXPECT_LT(reply.meta.received.at - left->at.at, std::chrono::seconds(2));
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST_P(icmp_way, the_largest_reply_comes_whole) {
    const bool permitted = testing::in_namespace([&] {
        ASSERT_TRUE(testing::run_shell(open_ping_groups));
        auto socket = open({.receive_buffer_len = 1 << 20});
        ASSERT_TRUE(socket) << describe(socket.error());
        const std::size_t data_len = 65535 - 20 - 8;  // RFC 791: total length has 16 bits
        const auto octets = testing::echo_request(GetParam().family, our_id, 1, data_len);
        const endpoint self{
            testing::address(GetParam().family == ip_family::v4 ? "127.0.0.1" : "::1")};
        const outgoing packet{.octets = octets, .destination = self};
        const auto sent = socket->send({&packet, 1});
        ASSERT_FALSE(sent[0].error) << describe(*sent[0].error);
        const auto all =
            gather(*socket, [](const gathered& seen) { return !seen.datagrams.empty(); });
        ASSERT_EQ(all.datagrams.size(), 1U);
        const auto& reply = all.datagrams[0];
        EXPECT_FALSE(reply.meta.truncated);
        EXPECT_EQ(reply.octets.size() - reply.meta.header_len, data_len + 8);
        EXPECT_TRUE(std::equal(
            octets.begin() + 8,
            octets.end(),
            reply.octets.begin() + static_cast<std::ptrdiff_t>(reply.meta.header_len) + 8));
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST_P(icmp_way, the_kernel_filter_hides_what_is_for_other_identifiers_and_our_own_requests) {
    const bool permitted = testing::in_namespace([&] {
        ASSERT_TRUE(testing::run_shell(open_ping_groups));
        auto ours = open();
        ASSERT_TRUE(ours);
        auto other = probe_socket::open(
            {.family = GetParam().family, .kind = GetParam().kind, .local_port = 0x1111});
        ASSERT_TRUE(other);
        const endpoint self{
            testing::address(GetParam().family == ip_family::v4 ? "127.0.0.1" : "::1")};
        const auto foreign = testing::echo_request(GetParam().family, 0x1111, 1);
        const outgoing first{.octets = foreign, .destination = self};
        ASSERT_FALSE(other->send({&first, 1})[0].error);
        const auto own = testing::echo_request(GetParam().family, our_id, 2);
        const outgoing second{.octets = own, .destination = self};
        ASSERT_FALSE(ours->send({&second, 1})[0].error);
        const auto all =
            gather(*ours, [](const gathered& seen) { return !seen.datagrams.empty(); });
        ASSERT_EQ(all.datagrams.size(), 1U);
        EXPECT_EQ(
            be16_at(bytes_view(all.datagrams[0].octets).subspan(all.datagrams[0].meta.header_len),
                    6),
            2);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

probe_socket* busy_neighbour = nullptr;  // of the table below, which has no place for it

TEST(kernel_filter, leaves_nothing_of_what_came_before_it) {
    const bool permitted = testing::in_namespace([] {
        system_calls calls = kernel_calls();
        calls.setsockopt = [](int number, int level, int name, const void* value, socklen_t len) {
            if (level == SOL_SOCKET && name == SO_ATTACH_FILTER) {
                const auto ask = testing::echo_request(ip_family::v4, 0x1111, 1);
                const outgoing request{.octets = ask,
                                       .destination = endpoint{testing::address("127.0.0.1")}};
                EXPECT_FALSE(busy_neighbour->send({&request, 1})[0].error);
            }
            return kernel_calls().setsockopt(number, level, name, value, len);
        };
        auto other = probe_socket::open({.local_port = 0x1111});
        ASSERT_TRUE(other);
        busy_neighbour = &*other;
        auto ours = probe_socket::open({.local_port = our_id}, calls);
        ASSERT_TRUE(ours);
        const auto heard = ours->receive();
        ASSERT_TRUE(heard);
        EXPECT_EQ(heard->datagrams.size(), 0U);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

// Sends that fail after the kernel counted them, and leave a stamp behind: the worst that a kernel
// may do to somebody who counts along.
TEST(counted_identifiers, stay_right_when_failed_sends_count_and_are_stamped) {
    static std::atomic<int> calls_seen{0};
    calls_seen = 0;
    system_calls hostile = old_kernel();
    hostile.sendmsg = [](int number, const msghdr* message, int flags) -> ssize_t {
        const ssize_t sent = old_kernel().sendmsg(number, message, flags);
        if (sent >= 0 && ++calls_seen % 3 == 0) return errno = EHOSTUNREACH, -1;
        return sent;
    };
    const bool permitted = testing::in_namespace([&] {
        auto socket = probe_socket::open({.kind = socket_kind::udp}, hostile);
        ASSERT_TRUE(socket);
        const std::vector<std::uint8_t> octets(8, 0);
        std::vector<std::pair<mono_time, mono_time>> around;
        for (std::uint64_t i = 0; i < 60; ++i) {
            const outgoing packet{
                .octets = octets, .destination = {testing::address("127.0.0.1"), 9}, .token = i};
            const mono_time before = mono_now();
            ASSERT_FALSE(socket->send({&packet, 1})[0].error);
            around.emplace_back(before, mono_now());
        }
        gathered all;
        while (socket->wait(nanoseconds::zero()).value_or(false)) all.take(*socket->receive());
        EXPECT_GE(all.stamps.size(), 40U);
        for (const auto& each : all.stamps) {
            EXPECT_GE(each.at.at, around[each.token].first - std::chrono::microseconds(2))
                << each.token;
            EXPECT_LE(each.at.at, around[each.token].second + std::chrono::microseconds(2))
                << each.token;
        }
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(error_queue, gives_the_mtu_of_the_next_hop_and_that_of_the_own_interface) {
    const bool permitted = testing::in_chain([&](testing::chain& lab) {
        ASSERT_TRUE(testing::run_shell(open_ping_groups));
        ASSERT_TRUE(lab.at_router("ip link set sr2 mtu 1400"));
        auto socket = probe_socket::open(
            {.kind = socket_kind::icmp_dgram, .fragment = fragment_policy::discover});
        ASSERT_TRUE(socket);
        const auto octets = testing::echo_request(ip_family::v4, 0, 1, 1460);
        const outgoing packet{.octets = octets, .destination = far_host(ip_family::v4)};
        ASSERT_FALSE(socket->send({&packet, 1})[0].error);
        const auto all = gather(*socket, [](const gathered& seen) { return !seen.errors.empty(); });
        ASSERT_EQ(all.errors.size(), 1U);
        EXPECT_EQ(all.errors[0].meta.origin, error_origin::icmp);
        EXPECT_EQ(all.errors[0].meta.type, 3);
        EXPECT_EQ(all.errors[0].meta.code, 4);
        EXPECT_EQ(all.errors[0].meta.info, 1400U);
        const auto too_big = testing::echo_request(ip_family::v4, 0, 2, 1600);
        const outgoing jumbo{.octets = too_big, .destination = far_host(ip_family::v4)};
        const auto refused = socket->send({&jumbo, 1});
        ASSERT_TRUE(refused[0].error);
        EXPECT_EQ(refused[0].error->code, EMSGSIZE);
        EXPECT_TRUE(socket->has_backlog());
        const auto local =
            gather(*socket, [](const gathered& seen) { return !seen.errors.empty(); });
        ASSERT_EQ(local.errors.size(), 1U);
        EXPECT_EQ(local.errors[0].meta.origin, error_origin::local);
        EXPECT_EQ(local.errors[0].meta.info, 1500U);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

// A Time Exceeded with an MPLS object (RFC 4950), as a router would send it: the quote is padded to
// 128 octets, which the length field counts in words (RFC 4884 s4.1).
std::vector<std::uint8_t> time_exceeded_with_label(std::uint16_t our_port) {
    std::vector<std::uint8_t> made(8 + 128 + 12, 0);
    made[0] = 11;
    made[5] = 128 / 4;
    made[8] = 0x45;
    made[8 + 9] = IPPROTO_UDP;
    put_be32_at(made, 8 + 12, 0x7f000001);
    put_be32_at(made, 8 + 16, 0x7f000002);
    put_be16_at(made, 8 + 20, our_port);
    put_be16_at(made, 8 + 22, 9);
    made[8 + 28] = 0xab;  // the first octet of the UDP payload
    const std::array<std::uint8_t, 12> label{0x20, 0, 0, 0, 0, 8, 1, 1, 0x12, 0x34, 0x51, 0x01};
    std::copy(label.begin(), label.end(), made.begin() + 8 + 128);
    testing::fill_checksum(made);
    return made;
}

TEST(error_queue, gives_the_extensions_of_rfc_4884_apart_from_the_quote) {
    const bool permitted = testing::in_namespace([] {
        auto socket = probe_socket::open({.kind = socket_kind::udp,
                                          .source = testing::address("127.0.0.1"),
                                          .local_port = 40000});
        auto router = probe_socket::open({.kernel_filter = false});
        ASSERT_TRUE(socket && router);
        const auto octets = time_exceeded_with_label(40000);
        const outgoing packet{.octets = octets, .destination = {testing::address("127.0.0.1")}};
        ASSERT_FALSE(router->send({&packet, 1})[0].error);
        const auto all = gather(*socket, [](const gathered& seen) { return !seen.errors.empty(); });
        ASSERT_EQ(all.errors.size(), 1U);
        EXPECT_EQ(all.errors[0].meta.destination, (endpoint{testing::address("127.0.0.2"), 9}));
        ASSERT_EQ(all.errors[0].quoted.size(), 100U) << "the UDP payload with its padding";
        EXPECT_EQ(all.errors[0].quoted[0], 0xab);
        EXPECT_EQ(all.errors[0].extensions, std::vector(octets.end() - 12, octets.end()));
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(link_local_addresses, are_reached_through_their_zone_and_come_back_with_it) {
    const bool permitted = testing::in_chain([](testing::chain& lab) {
        ASSERT_TRUE(lab.at_router("ip addr add fe80::99/64 dev sr1 nodad"));
        auto socket = probe_socket::open({.family = ip_family::v6, .local_port = our_id});
        ASSERT_TRUE(socket);
        const std::uint32_t zone = kernel_calls().if_nametoindex("sn1");
        const endpoint router{ip_address(testing::address("fe80::99").v6(), zone)};
        const auto octets = testing::echo_request(ip_family::v6, our_id, 1);
        const outgoing packet{.octets = octets, .destination = router};
        const auto sent = socket->send({&packet, 1});
        ASSERT_FALSE(sent[0].error) << describe(*sent[0].error);
        const auto all =
            gather(*socket, [](const gathered& seen) { return !seen.datagrams.empty(); });
        ASSERT_EQ(all.datagrams.size(), 1U);
        EXPECT_EQ(all.datagrams[0].meta.source.address, router.address);
        EXPECT_EQ(all.datagrams[0].meta.interface_index, zone);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(connected_socket, sends_without_a_destination_and_hears_its_peer_only) {
    const bool permitted = testing::in_namespace([] {
        auto peer = probe_socket::open({.kind = socket_kind::udp,
                                        .source = testing::address("127.0.0.1"),
                                        .local_port = 40001});
        auto stranger =
            probe_socket::open({.kind = socket_kind::udp, .source = testing::address("127.0.0.1")});
        auto socket =
            probe_socket::open({.kind = socket_kind::udp,
                                .connect_to = endpoint{testing::address("127.0.0.1"), 40001}});
        ASSERT_TRUE(peer && stranger && socket);
        const std::vector<std::uint8_t> octets(3, 7);
        const outgoing question{.octets = octets};
        ASSERT_FALSE(socket->send({&question, 1})[0].error);
        const auto heard =
            gather(*peer, [](const gathered& seen) { return !seen.datagrams.empty(); });
        ASSERT_EQ(heard.datagrams.size(), 1U);
        const outgoing answer{.octets = octets, .destination = heard.datagrams[0].meta.source};
        static_cast<void>(stranger->send({&answer, 1}));
        ASSERT_FALSE(peer->send({&answer, 1})[0].error);
        const auto all =
            gather(*socket, [](const gathered& seen) { return !seen.datagrams.empty(); });
        ASSERT_EQ(all.datagrams.size(), 1U);
        EXPECT_EQ(all.datagrams[0].meta.source.port, 40001);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

// A user without any capability, whose group may ping: everything but raw sockets.
TEST(unprivileged, ping_sockets_and_udp_send_receive_and_are_stamped_as_nobody) {
    const bool permitted = testing::in_chain([&](testing::chain&) {
        ASSERT_TRUE(testing::run_shell(open_ping_groups));
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            int verdict = 0;
            if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(100);
            if (probe_socket::open({})) verdict |= 1;  // raw must not open
            for (const auto family : {ip_family::v4, ip_family::v6}) {
                for (const auto kind : {socket_kind::icmp_dgram, socket_kind::udp}) {
                    auto socket = probe_socket::open({.family = family, .kind = kind});
                    if (!socket) ::_exit(2);
                    const std::uint16_t id = socket->local_port().value_or(0);
                    const auto octets = testing::echo_request(family, id, 1);
                    const outgoing packet{.octets = octets,
                                          .destination = far_host(family),
                                          .hop_limit = sonde::hop_limit{1},
                                          .token = 5};
                    for (int i = 0; i < 10; ++i) {
                        if (socket->send({&packet, 1})[0].error) verdict |= 4;
                    }
                    const auto all = gather(*socket, [](const gathered& seen) {
                        return seen.errors.size() == 10 && seen.stamps.size() == 10;
                    });
                    if (all.errors.size() != 10 || all.stamps.size() != 10) verdict |= 8;
                    if (id == 0) verdict |= 16;
                }
            }
            ::_exit(verdict);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_TRUE(WIFEXITED(status));
        EXPECT_EQ(WEXITSTATUS(status), 0);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

// Every packet of the batch, and the sends after the interface is back.
void expect_each_send(probe_socket& socket, const way& by, std::optional<int> code) {
    std::vector<std::vector<std::uint8_t>> octets;
    for (std::uint16_t i = 0; i < 8; ++i) octets.push_back(message_for(by, i));
    std::vector<outgoing> packets;
    for (std::uint64_t i = 0; i < 8; ++i) {
        packets.push_back({.octets = octets[i], .destination = far_host(by.family), .token = i});
    }
    const auto sent = socket.send(packets);
    ASSERT_EQ(sent.size(), 8U);
    for (std::uint64_t i = 0; i < 8; ++i) {
        EXPECT_EQ(sent[i].token, i);
        ASSERT_EQ(sent[i].error.has_value(), code.has_value()) << i;
        if (!code) continue;
        EXPECT_EQ(sent[i].error->code, *code) << describe(*sent[i].error);
        EXPECT_EQ(sent[i].error->peer, far_host(by.family).address);
    }
}

TEST_P(every_way, an_interface_that_goes_down_is_an_error_per_packet_and_comes_back) {
    const bool permitted = testing::in_chain([&](testing::chain&) {
        ASSERT_TRUE(testing::run_shell(open_ping_groups));
        auto socket = open();
        ASSERT_TRUE(socket) << describe(socket.error());
        expect_each_send(*socket, GetParam(), std::nullopt);
        ASSERT_TRUE(testing::run_shell("ip link set sn1 down"));
        expect_each_send(*socket, GetParam(), ENETUNREACH);
        EXPECT_TRUE(socket->receive()) << "nothing that came is lost by it";
        ASSERT_TRUE(testing::run_shell(
            "ip link set sn1 up; ip route replace default via 10.81.1.2\n"
            "ip addr replace fd81:1::1/64 dev sn1 nodad; ip -6 route replace default via "
            "fd81:1::2"));
        learn_link_address(*socket, GetParam());
        expect_each_send(*socket, GetParam(), std::nullopt);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

// A device bound to by name that is gone altogether.
TEST(interface_in_mid_run, that_vanishes_under_a_bound_socket_is_an_error_per_packet) {
    const bool permitted = testing::in_namespace([] {
        ASSERT_TRUE(testing::run_shell(
            "ip link add sd0 type veth peer name sd1; ip addr add 10.81.3.1/24 dev sd0\n"
            "ip link set sd0 up; ip link set sd1 up"));
        auto socket = probe_socket::open({.kind = socket_kind::udp, .interface = "sd0"});
        ASSERT_TRUE(socket);
        const std::vector<std::uint8_t> octets(8, 0);
        const outgoing packet{.octets = octets, .destination = {testing::address("10.81.3.9"), 9}};
        ASSERT_FALSE(socket->send({&packet, 1})[0].error);
        ASSERT_TRUE(testing::run_shell("ip link del sd0"));
        const std::array packets{packet, packet};
        for (const auto& each : socket->send(packets)) {
            ASSERT_TRUE(each.error);
            EXPECT_EQ(each.error->code, ENODEV) << describe(*each.error);
        }
        EXPECT_TRUE(socket->receive());
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

// A TUN device that nobody reads from, whose queue holds four packets.
fd short_queue() {
    fd made(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
    ifreq request{};
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    std::strncpy(request.ifr_name, "st0", IFNAMSIZ - 1);
    if (!made.is_open() || ::ioctl(made.number(), TUNSETIFF, &request) != 0) return {};
    const bool done = testing::run_shell(
        "echo 1 >/proc/sys/net/ipv6/conf/st0/disable_ipv6\n"
        "ip link set st0 txqueuelen 4; ip addr add 10.81.4.1/24 dev st0; ip link set st0 up\n"
        "tc qdisc replace dev st0 root noqueue");
    return done ? std::move(made) : fd();
}

TEST(queue_of_the_interface, that_is_full_is_said_for_each_packet_and_sending_goes_on_after) {
    bool has_device = false;
    const bool permitted = testing::in_namespace([&] {
        const fd device = short_queue();
        has_device = device.is_open();
        if (!has_device) return;
        ASSERT_TRUE(testing::run_shell(open_ping_groups));
        auto socket = probe_socket::open({.kind = socket_kind::icmp_dgram});
        ASSERT_TRUE(socket);
        const auto octets = testing::echo_request(ip_family::v4, 1, 1);
        const outgoing packet{.octets = octets, .destination = {testing::address("10.81.4.9")}};
        const std::vector<outgoing> packets(8, packet);
        const auto sent = socket->send(packets);
        for (std::size_t i = 0; i < 8; ++i) {
            EXPECT_EQ(sent[i].error ? sent[i].error->code : 0, i >= 4 ? ENOBUFS : 0) << i;
        }
        std::array<std::uint8_t, 2048> room;
        while (::read(device.number(), room.data(), room.size()) > 0) {
        }
        EXPECT_FALSE(socket->send({&packet, 1})[0].error);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
    if (!has_device) GTEST_SKIP() << "skipped: no TUN device with a short queue can be made here";
}

// Lowers the limit to what is open, for as long as it lives.
class descriptor_limit {
  public:
    descriptor_limit() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const fd lowest_free(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        const rlimit lowered{static_cast<rlim_t>(lowest_free.number()), before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &lowered);
    }
    descriptor_limit(const descriptor_limit&) = delete;
    descriptor_limit& operator=(const descriptor_limit&) = delete;
    ~descriptor_limit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

TEST(limit_of_descriptors, refuses_the_next_socket_and_leaves_those_that_are_open) {
    auto first = probe_socket::open({.kind = socket_kind::udp});
    ASSERT_TRUE(first);
    {
        const descriptor_limit reached;
        const auto second = probe_socket::open({.kind = socket_kind::udp});
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, EMFILE);
        EXPECT_EQ(describe(second.error()),
                  "socket(SOCK_DGRAM, IPPROTO_UDP): Too many open files (EMFILE)");
        const std::vector<std::uint8_t> octets(8, 0);
        const outgoing packet{
            .octets = octets,
            .destination = {testing::address("127.0.0.1"), first->local_port().value_or(0)}};
        EXPECT_FALSE(first->send({&packet, 1})[0].error);
        EXPECT_EQ(first->receive()->datagrams.size(), 1U);
    }
    EXPECT_TRUE(probe_socket::open({.kind = socket_kind::udp}));
}

TEST(options, of_interface_mark_source_and_broadcast_reach_the_kernel) {
    const bool permitted = testing::in_chain([&](testing::chain&) {
        const auto unknown = probe_socket::open({.kind = socket_kind::udp, .interface = "nosuch0"});
        ASSERT_FALSE(unknown);
        EXPECT_EQ(unknown.error().code, ENODEV);
        EXPECT_STREQ(unknown.error().operation, "setsockopt(SO_BINDTODEVICE)");
        const auto foreign = probe_socket::open({.source = testing::address("192.0.2.1")});
        ASSERT_FALSE(foreign);
        EXPECT_EQ(foreign.error().code, EADDRNOTAVAIL);
        auto marked = probe_socket::open({.kind = socket_kind::udp, .interface = "sn1", .mark = 7});
        ASSERT_TRUE(marked) << describe(marked.error());
        EXPECT_FALSE(marked->broadcast().value_or(true));
        const std::vector<std::uint8_t> octets(8, 0);
        const outgoing everybody{.octets = octets,
                                 .destination = {testing::address("10.81.1.255"), 9}};
        EXPECT_EQ(marked->send({&everybody, 1})[0].error->code, EACCES);
        ASSERT_TRUE(marked->set_broadcast(true));
        EXPECT_FALSE(marked->send({&everybody, 1})[0].error);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

// Until `sent` answers came or were dropped, or nothing more happens for a second.
std::uint64_t count_answers(probe_socket& socket, std::uint64_t sent) {
    std::uint64_t came = 0;
    while (came + socket.drops().value_or(0) < sent &&
           socket.wait(std::chrono::seconds(1)).value_or(false)) {
        came += socket.receive()->datagrams.size();
    }
    return came;
}

TEST_P(icmp_way, answers_that_found_no_room_are_the_drops_and_no_other) {
    const bool permitted = testing::in_chain([&](testing::chain&) {
        ASSERT_TRUE(testing::run_shell(open_ping_groups));
        auto socket = open({.receive_buffer_len = 4096, .kernel_stamps = false});
        ASSERT_TRUE(socket);
        EXPECT_EQ(socket->receive_buffer_len().value_or(0), 8192U);
        const auto octets = message_for(GetParam(), 1);
        const std::vector<outgoing> packets(
            100, {.octets = octets, .destination = far_host(GetParam().family)});
        // The routers learn each other's link addresses.
        ASSERT_FALSE(socket->send({packets.data(), 1})[0].error);
        gather(*socket, [](const gathered& seen) { return !seen.datagrams.empty(); });
        for (const auto& each : socket->send(packets)) ASSERT_FALSE(each.error);
        const std::uint64_t came = count_answers(*socket, 100);
        const std::uint64_t dropped = socket->drops().value_or(0);
        EXPECT_GT(came, 0U);
        EXPECT_GT(dropped, 0U);
        EXPECT_EQ(came + dropped, 100U);
        ASSERT_TRUE(socket->set_receive_buffer_len(receive_buffer_for(100)));
        for (const auto& each : socket->send(packets)) ASSERT_FALSE(each.error);
        EXPECT_EQ(count_answers(*socket, dropped + 100), 100U) << "now they had room";
        EXPECT_EQ(socket->drops().value_or(0), dropped);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST_P(icmp_way, what_the_kernel_filter_refuses_is_no_drop) {
    const bool permitted = testing::in_namespace([&] {
        ASSERT_TRUE(testing::run_shell(open_ping_groups));
        auto ours = open();
        auto other = probe_socket::open(
            {.family = GetParam().family, .kind = GetParam().kind, .local_port = 0x1111});
        ASSERT_TRUE(ours && other);
        const endpoint self{
            testing::address(GetParam().family == ip_family::v4 ? "127.0.0.1" : "::1")};
        const auto foreign = testing::echo_request(GetParam().family, 0x1111, 1);
        const std::vector<outgoing> packets(20, {.octets = foreign, .destination = self});
        for (const auto& each : other->send(packets)) ASSERT_FALSE(each.error);
        EXPECT_TRUE(ours->receive()->datagrams.empty());
        EXPECT_EQ(ours->drops().value_or(99), 0U);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST_P(icmp_way, without_packet_facts_raw_ipv4_tells_them_from_its_header_and_others_do_not) {
    const bool permitted = testing::in_namespace([&] {
        ASSERT_TRUE(testing::run_shell(open_ping_groups));
        auto socket = open({.hop_limit = sonde::hop_limit{9}, .packet_facts = false});
        ASSERT_TRUE(socket);
        const bool is_v4 = GetParam().family == ip_family::v4;
        const endpoint self{testing::address(is_v4 ? "127.0.0.1" : "::1")};
        const auto octets = testing::echo_request(GetParam().family, our_id, 1);
        const outgoing packet{.octets = octets, .destination = self};
        ASSERT_FALSE(socket->send({&packet, 1})[0].error);
        const auto all =
            gather(*socket, [](const gathered& seen) { return !seen.datagrams.empty(); });
        ASSERT_EQ(all.datagrams.size(), 1U);
        const auto& meta = all.datagrams[0].meta;
        EXPECT_EQ(meta.source.address, self.address);
        const bool tells = is_v4 && GetParam().kind == socket_kind::icmp_raw;
        ASSERT_EQ(meta.hop_limit.has_value(), tells);
        EXPECT_EQ(meta.destination.has_value(), tells);
        if (!tells) return;
        EXPECT_EQ(meta.hop_limit, sonde::hop_limit{64});
        EXPECT_EQ(meta.traffic_class, 0);
        EXPECT_EQ(meta.destination, self.address);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

}  // namespace
}  // namespace sonde
