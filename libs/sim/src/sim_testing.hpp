#pragma once
/// What the tests of sim share: probes as any tool would send them, made with wire alone, and a
/// short way to ask what came back.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/datagram.hpp>
#include <sonde/packet/icmp_error.hpp>
#include <sonde/sim/internet.hpp>
#include <sonde/sim/scenario.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmpv6.hpp>
#include <sonde/wire/network/icmpv6_echo.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde::sim {

using octets_t = std::vector<std::uint8_t>;

inline constexpr mono_time test_start{std::chrono::seconds(1)};
inline constexpr std::uint16_t test_identifier = 0x1234;

[[nodiscard]] inline nanoseconds ms(double value) {
    return nanoseconds(static_cast<std::int64_t>(value * 1e6));
}

/// Whom a probe goes to, and how.
struct probe_text {
    const char* to = "192.0.2.9";
    std::uint8_t hop_limit = 64;
    std::uint16_t number = 1;  // sequence number, or destination port
    std::size_t payload_len = 16;
    std::uint8_t traffic_class = 0;
};

[[nodiscard]] inline ip_address from_text(const char* text) {
    const auto parsed = ip_address::parse(text);
    EXPECT_TRUE(parsed.has_value()) << text;
    return parsed.value_or(ip_address{});
}

/// Wraps a transport into the datagram of a host at 198.51.100.1 or 2001:db8:cafe::1.
[[nodiscard]] inline octets_t wrapped(const probe_text& how, ip_protocol protocol,
                                      octets_t inside) {
    const ip_address to = from_text(how.to);
    if (to.is_v4()) {
        const ipv4 header{.dscp = static_cast<std::uint8_t>(how.traffic_class >> 2),
                          .identification = 0x4242,
                          .time_to_live = how.hop_limit,
                          .protocol = protocol,
                          .source = {0xc6336401},
                          .destination = to.v4(),
                          .payload = inside};
        octets_t made(header.wire_len());
        header.emit(made);
        return made;
    }
    const ipv6 header{.traffic_class = how.traffic_class,
                      .flow_label = 0x54321,
                      .next_header = protocol,
                      .hop_limit = how.hop_limit,
                      .source = from_text("2001:db8:cafe::1").v6(),
                      .destination = to.v6(),
                      .payload = inside};
    octets_t made(header.wire_len());
    header.emit(made);
    return made;
}

[[nodiscard]] inline octets_t payload_of(std::size_t len) {
    octets_t made(len);
    for (std::size_t i = 0; i < len; ++i) made[i] = static_cast<std::uint8_t>(i);
    return made;
}

[[nodiscard]] inline octets_t echo_probe(const probe_text& how) {
    const octets_t payload = payload_of(how.payload_len);
    const ip_address to = from_text(how.to);
    if (to.is_v4()) {
        const icmp_echo message{
            .identifier = test_identifier, .sequence_number = how.number, .data = payload};
        octets_t made(message.wire_len());
        message.emit(made);
        return wrapped(how, ip_protocol::icmp, made);
    }
    const icmpv6_echo message{
        .identifier = test_identifier, .sequence_number = how.number, .data = payload};
    octets_t made(message.wire_len());
    message.emit(made);
    set_icmpv6_checksum(from_text("2001:db8:cafe::1").v6(), to.v6(), made);
    return wrapped(how, ip_protocol::icmpv6, made);
}

/// Without a checksum over IPv4; IPv6 demands one (RFC 8200 s8.1).
[[nodiscard]] inline octets_t udp_probe(const probe_text& how) {
    const octets_t payload = payload_of(how.payload_len);
    udp message{.source_port = 40'000, .destination_port = how.number, .data = payload};
    octets_t made(message.wire_len());
    message.emit(made);
    const ip_address to = from_text(how.to);
    if (to.is_v6()) {
        checksum sum;
        sum.add_pseudo_header(
            from_text("2001:db8:cafe::1"), to, 17, static_cast<std::uint32_t>(made.size()));
        message.checksum = sum.add(made).value();
        message.emit(made);
    }
    return wrapped(how, ip_protocol::udp, made);
}

[[nodiscard]] inline octets_t syn_probe(const probe_text& how, std::uint32_t sequence_number) {
    tcp message{.source_port = 40'000,
                .destination_port = how.number,
                .sequence_number = sequence_number,
                .flags = tcp_flags::syn,
                .window = 1024};
    octets_t made(message.wire_len());
    message.emit(made);
    const ip_address to = from_text(how.to);
    checksum sum;
    sum.add_pseudo_header(from_text(to.is_v4() ? "198.51.100.1" : "2001:db8:cafe::1"),
                          to,
                          6,
                          static_cast<std::uint32_t>(made.size()));
    message.checksum = sum.add(made).value();
    message.emit(made);
    return wrapped(how, ip_protocol::tcp, made);
}

/// One thing that came back, kept.
struct came_back {
    mono_time at{};
    octets_t octets;

    [[nodiscard]] datagram seen() const { return read_datagram(octets).value(); }
    [[nodiscard]] bytes_view transport() const { return seen().transport; }
    [[nodiscard]] icmp_error error() const {
        return read_icmp_error(transport(), seen().source.family()).value();
    }
};

[[nodiscard]] inline std::vector<came_back> collect(internet& net, mono_time until) {
    std::vector<came_back> all;
    while (const auto one = net.next_delivery(until)) {
        all.push_back({one->at, {one->octets.begin(), one->octets.end()}});
    }
    return all;
}

/// Sends one datagram, at test_start in a new internet, and returns all that comes back.
[[nodiscard]] inline std::vector<came_back> ask(internet& net, const octets_t& probe) {
    net.send(probe, test_start);
    std::vector<came_back> all;
    while (net.next_time() != mono_time::max()) {
        for (came_back& one : collect(net, net.next_time())) all.push_back(std::move(one));
    }
    return all;
}

[[nodiscard]] inline scenario read_or_fail(std::string_view text) {
    auto made = read_scenario(text);
    EXPECT_TRUE(made.has_value()) << made.error();
    return made.value_or(scenario{});
}
[[nodiscard]] inline scenario ready(std::string_view name) {
    auto made = ready_made(name);
    EXPECT_TRUE(made.has_value()) << made.error();
    return made.value_or(scenario{});
}

}  // namespace sonde::sim
