// The socket for own tools, on loopback, raw and unprivileged.

#include <chrono>

#include <gtest/gtest.h>

#include <sonde/client/icmp_socket.hpp>

#include "lab.hpp"

namespace sonde {
namespace {

using namespace std::chrono_literals;

ip_address loopback(ip_family family) {
    return *parse_address(family == ip_family::v4 ? "127.0.0.1" : "::1");
}

void exchange_echoes(bool raw) {
    for (const auto family : {ip_family::v4, ip_family::v6}) {
        icmp_socket socket({.family = family});
        EXPECT_EQ(socket.facts().raw, raw);
        const std::vector<std::uint8_t> data{'s', 'o', 'n', 'd', 'e'};
        icmp_request request{.destination = loopback(family), .sequence = 7, .payload = data};
        socket.send(request);
        ASSERT_TRUE(request.identifier);
        const auto reply = socket.receive(request, 2s);
        EXPECT_EQ(reply.source, loopback(family));
        EXPECT_EQ(reply.identifier, *request.identifier);
        EXPECT_EQ(reply.sequence, 7);
        EXPECT_TRUE(reply.is_echo_reply());
        EXPECT_EQ(reply.message_len, 13);
        EXPECT_EQ(reply.octets.size(), 13U);
        EXPECT_EQ(std::vector<std::uint8_t>(reply.octets.begin() + 8, reply.octets.end()), data);
        EXPECT_EQ(reply.hop_limit, 64);
        EXPECT_GT(reply.rtt(request), 0ns);
        EXPECT_NE(reply.received_by, stamp_source::none);
        EXPECT_NO_THROW(reply.raise_for_status());
    }
}

TEST(icmp_socket, exchanges_echoes_raw) {
    SONDE_IN_LAB(root, [] { exchange_echoes(true); });
}
TEST(icmp_socket, exchanges_echoes_unprivileged_and_tells_the_kernels_identifier) {
    SONDE_IN_LAB(ping_group, [] { exchange_echoes(false); });
}

TEST(icmp_socket, takes_an_identifier_of_the_callers_when_raw) {
    SONDE_IN_LAB(root, [] {
        icmp_socket socket;
        icmp_request request{.destination = loopback(ip_family::v4), .identifier = 4242};
        socket.send(request);
        EXPECT_EQ(socket.receive(request, 2s).identifier, 4242);
    });
}

TEST(icmp_socket, hears_the_largest_reply) {
    SONDE_IN_LAB(root, [] {
        icmp_socket socket({.socket = {.receive_buffer = 1'000'000}});
        icmp_request request{.destination = loopback(ip_family::v4), .payload_len = 65'507};
        socket.send(request);
        EXPECT_EQ(socket.receive(request, 2s).message_len, 65'515);  // 65,535 less the IP header
    });
}

TEST(icmp_socket, keeps_replies_to_other_requests_for_later) {
    SONDE_IN_LAB(ping_group, [] {
        icmp_socket socket;
        icmp_request first{.destination = loopback(ip_family::v4), .sequence = 1};
        icmp_request second{.destination = loopback(ip_family::v4), .sequence = 2};
        socket.send(first);
        socket.send(second);
        EXPECT_EQ(socket.receive(second, 2s).sequence, 2);
        EXPECT_EQ(socket.receive(first, 2s).sequence, 1);
        EXPECT_FALSE(socket.try_receive(0s));
    });
}

TEST(icmp_socket, without_a_request_gives_whatever_comes) {
    SONDE_IN_LAB(root, [] {
        icmp_socket hearing;
        icmp_socket sending;
        icmp_request request{.destination = loopback(ip_family::v4), .sequence = 9};
        sending.send(request);
        EXPECT_EQ(hearing.receive(2s).type, 8);  // loopback shows the request, too
        EXPECT_EQ(hearing.receive(2s).type, 0);
    });
}

TEST(icmp_socket, foreign_packets_do_not_prolong_the_timeout) {
    SONDE_IN_LAB(root, [] {
        icmp_socket socket;
        for (std::uint16_t i = 0; i < 200; ++i) {
            icmp_request noise{.destination = loopback(ip_family::v4), .sequence = i};
            socket.send(noise);
        }
        const icmp_request never_sent{
            .destination = loopback(ip_family::v4), .identifier = 1, .sequence = 9999};
        const auto before = std::chrono::steady_clock::now();
        EXPECT_THROW(socket.receive(never_sent, 50ms), timeout_exceeded);
        const auto waited = std::chrono::steady_clock::now() - before;
        EXPECT_GE(waited, 50ms);
        EXPECT_LT(waited, 1s);
    });
}

TEST(icmp_socket, broadcast_is_refused_until_allowed_and_can_be_asked) {
    SONDE_IN_LAB(root, [] {
        ASSERT_TRUE(test::set_sysctl("net/ipv4/icmp_echo_ignore_broadcasts", "0"));
        icmp_socket socket;
        icmp_request request{.destination = *parse_address("127.255.255.255")};
        EXPECT_FALSE(socket.broadcast());
        EXPECT_THROW(socket.send(request), socket_broadcast_error);
        socket.set_broadcast(true);
        EXPECT_TRUE(socket.broadcast());
        socket.send(request);
        EXPECT_EQ(socket.receive(request, 2s).source, loopback(ip_family::v4));
        EXPECT_FALSE(socket.try_receive(request, 0s)) << "one host, one answer";
        socket.set_broadcast(false);
        EXPECT_FALSE(socket.broadcast());
    });
}

TEST(icmp_socket, after_close_every_use_is_an_error_and_closing_again_is_none) {
    SONDE_IN_LAB(ping_group, [] {
        icmp_socket socket;
        EXPECT_GE(socket.native_handle(), 0);
        EXPECT_FALSE(socket.is_closed());
        socket.close();
        socket.close();
        EXPECT_TRUE(socket.is_closed());
        icmp_request request{.destination = loopback(ip_family::v4)};
        EXPECT_THROW(socket.send(request), socket_unavailable_error);
        EXPECT_THROW(socket.receive(1s), socket_unavailable_error);
        EXPECT_THROW(static_cast<void>(socket.native_handle()), socket_unavailable_error);
        EXPECT_THROW(static_cast<void>(socket.broadcast()), socket_unavailable_error);
        EXPECT_THROW(socket.set_broadcast(true), socket_unavailable_error);
    });
}

TEST(icmp_socket, refuses_the_other_family_and_a_source_that_is_not_ours) {
    SONDE_IN_LAB(root, [] {
        icmp_socket socket;
        icmp_request request{.destination = loopback(ip_family::v6)};
        EXPECT_THROW(socket.send(request), socket_unavailable_error);
        const icmp_socket_options foreign{.socket = {.source = parse_address("192.0.2.9")}};
        EXPECT_THROW(icmp_socket{foreign}, socket_address_error);
        const icmp_socket_options own{.socket = {.source = parse_address("127.0.0.2")}};
        icmp_socket bound(own);
        icmp_request from_second{.destination = loopback(ip_family::v4)};
        bound.send(from_second);
        EXPECT_TRUE(bound.receive(from_second, 2s).is_echo_reply());
        EXPECT_EQ(bound.source(), *parse_address("127.0.0.2"));
    });
}

TEST(icmp_socket, without_permission_names_the_remedy) {
    SONDE_IN_LAB(none, [] { EXPECT_THROW(icmp_socket{}, socket_permission_error); });
}

}  // namespace
}  // namespace sonde
