// The parts of the client that need no network: addresses as people write them, identifiers, the
// shapes that kernel events take.

#include <cerrno>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include <sonde/client/target.hpp>

#include "identifiers.hpp"
#include "kernel_events.hpp"
#include "send_batch.hpp"

namespace sonde {
namespace {

TEST(parse_address, reads_what_rfc_5952_and_rfc_4007_allow_and_nothing_else) {
    EXPECT_EQ(parse_address("192.0.2.1"), ip_address(ipv4_address{0xc0000201}));
    EXPECT_TRUE(parse_address("::1")->is_loopback());
    EXPECT_FALSE(parse_address("1"));
    EXPECT_FALSE(parse_address("1.2.3.4 x"));
    EXPECT_FALSE(parse_address("fe80::1%no_such_interface"));
    const auto scoped = parse_address("fe80::1%lo");
    ASSERT_TRUE(scoped);
    EXPECT_EQ(scoped->zone(), 1U);  // the loopback is always interface 1
    EXPECT_EQ(address_text(*scoped), "fe80::1%lo");
}

TEST(target, made_of_an_address_shows_its_text) {
    EXPECT_EQ(target(ipv4_address{0xc0000201}).text(), "192.0.2.1");
    EXPECT_FALSE(target("example.net").address());
}

TEST(identifiers, are_unique_among_those_alive_in_all_threads) {
    constexpr std::size_t threads = 4;
    constexpr std::size_t each = 2000;
    std::vector<std::vector<detail::identifier_lease>> held(threads);
    {
        std::vector<std::jthread> running;
        for (auto& mine : held) {
            running.emplace_back([&mine] {
                for (std::size_t i = 0; i < each; ++i) {
                    mine.push_back(detail::identifier_lease::draw(kernel_calls()));
                }
            });
        }
    }
    std::set<std::uint16_t> seen;
    for (const auto& mine : held) {
        for (const auto& lease : mine) seen.insert(lease.value());
    }
    EXPECT_EQ(seen.size(), threads * each);
    EXPECT_FALSE(seen.contains(0));
}

TEST(identifiers, come_back_when_their_session_ends_and_never_run_out) {
    std::vector<detail::identifier_lease> all;
    for (int i = 0; i < 0xffff; ++i) all.push_back(detail::identifier_lease::draw(kernel_calls()));
    std::set<std::uint16_t> seen;
    for (const auto& lease : all) seen.insert(lease.value());
    EXPECT_EQ(seen.size(), 0xffffU);
    {
        const auto shared =
            detail::identifier_lease::draw(kernel_calls());  // somebody has it already
    }
    all.clear();
    const auto again = detail::identifier_lease::draw(kernel_calls());
    EXPECT_NE(again.value(), 0);
}

TEST(kernel_events, an_error_queue_entry_has_the_facts_of_the_message) {
    const std::vector<std::uint8_t> quoted{8, 0, 0, 0, 0x12, 0x34, 0, 1};
    const received_error entry{.origin = error_origin::icmp,
                               .code_errno = EMSGSIZE,
                               .type = 3,
                               .code = 4,
                               .info = 1400,
                               .offender = ip_address(ipv4_address{0x0a000001}),
                               .destination = {ipv4_address{0xc0000201}, 0},
                               .quoted = quoted};
    const auto made = detail::error_of(entry, socket_kind::icmp_dgram, ip_family::v4);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->mtu, 1400U);
    EXPECT_FALSE(made->local);
    EXPECT_EQ(made->from, ip_address(ipv4_address{0x0a000001}));
    EXPECT_EQ(made->quoted_protocol, 1);
    EXPECT_EQ(made->quoted_destination, ip_address(ipv4_address{0xc0000201}));
    EXPECT_EQ(made->quoted_transport.size(), quoted.size());
}

TEST(kernel_events, a_udp_sockets_error_queue_quotes_the_payload) {
    const std::vector<std::uint8_t> quoted{1, 2, 3};
    const received_error entry{.origin = error_origin::icmpv6,
                               .type = 3,
                               .destination = {ipv6_address{}, 33434},
                               .quoted = quoted};
    const auto made = detail::error_of(entry, socket_kind::udp, ip_family::v6);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->quoted_protocol, 17);
    EXPECT_EQ(made->quoted_destination_port, 33434);
    EXPECT_EQ(made->quoted_payload.size(), 3U);
    EXPECT_TRUE(made->quoted_transport.empty());
}

TEST(kernel_events, what_this_host_refuses_says_so) {
    const received_error too_long{
        .origin = error_origin::local, .code_errno = EMSGSIZE, .info = 1280};
    const auto v4 = detail::error_of(too_long, socket_kind::icmp_dgram, ip_family::v4);
    EXPECT_TRUE(v4->local);
    EXPECT_EQ(v4->type, 3);  // RFC 1191: unreachable, fragmentation needed
    EXPECT_EQ(v4->code, 4);
    const auto v6 = detail::error_of(too_long, socket_kind::icmp_dgram, ip_family::v6);
    EXPECT_EQ(v6->type, 2);  // RFC 4443: packet too big
    EXPECT_EQ(v6->mtu, 1280U);
    const received_error stamp{.origin = error_origin::other};
    EXPECT_FALSE(detail::error_of(stamp, socket_kind::icmp_dgram, ip_family::v4));
}

TEST(kernel_events, errors_are_told_from_other_messages_by_type) {
    for (const std::uint8_t type : std::vector<std::uint8_t>{3, 4, 5, 11, 12}) {
        EXPECT_TRUE(detail::is_icmp_error(std::vector{type}, ip_family::v4));
    }
    EXPECT_FALSE(detail::is_icmp_error(std::vector<std::uint8_t>{0}, ip_family::v4));
    EXPECT_TRUE(detail::is_icmp_error(std::vector<std::uint8_t>{1}, ip_family::v6));
    EXPECT_FALSE(detail::is_icmp_error(std::vector<std::uint8_t>{129}, ip_family::v6));
    EXPECT_FALSE(detail::is_icmp_error({}, ip_family::v4));
}

TEST(send_batch, keeps_octets_and_order_of_what_the_kernel_did_not_take) {
    detail::send_batch batch;
    const std::vector<std::uint8_t> first{1, 2};
    const std::vector<std::uint8_t> second{3, 4, 5};
    batch.add({.id = {1}, .hop_limit = 9, .octets = first});
    batch.add({.id = {2}, .destination_port = 80, .octets = second});
    ASSERT_EQ(batch.packets().size(), 2U);
    EXPECT_EQ(batch.packets()[0].hop_limit->value, 9);
    batch.keep_only(std::vector<std::size_t>{1});
    ASSERT_EQ(batch.packets().size(), 1U);
    const auto left = batch.packets()[0];
    EXPECT_EQ(left.token, 2U);
    EXPECT_EQ(left.destination.port, 80);
    EXPECT_TRUE(std::equal(left.octets.begin(), left.octets.end(), second.begin(), second.end()));
    batch.keep_only({});
    EXPECT_TRUE(batch.is_empty());
}

}  // namespace
}  // namespace sonde
