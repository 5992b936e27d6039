// Ports over packet rings and XDP sockets against real kernels: what comes is what a socket gets.

#include <algorithm>
#include <map>
#include <signal.h>
#include <sys/wait.h>

#include <gtest/gtest.h>

#include <sonde/net/clock.hpp>
#include <sonde/net/interfaces.hpp>
#include <sonde/net/socket_port.hpp>

#include "link_way.hpp"
#include "net_lab.hpp"
#include "packet_port.hpp"
#include "port_choice.hpp"
#include "xdp_port.hpp"

namespace sonde::inline v0::detail {
namespace {

using sonde::testing::address;
using sonde::testing::chain;
using sonde::testing::echo_request;
using sonde::testing::in_chain;
using sonde::testing::run_shell;

constexpr std::uint16_t identifier = 0x5e0d;

enum class way_out : std::uint8_t { socket, ring, xdp_driver, xdp_generic };

std::string name_of(way_out way) {
    static const std::map<way_out, std::string> names{{way_out::socket, "socket"},
                                                      {way_out::ring, "ring"},
                                                      {way_out::xdp_driver, "xdp_driver"},
                                                      {way_out::xdp_generic, "xdp_generic"}};
    return names.at(way);
}

struct got_datagram {
    received_datagram facts;
    std::vector<std::uint8_t> octets;
    [[nodiscard]] bytes_view message() const {
        return bytes_view(octets).subspan(facts.header_len);
    }
};

struct heard {
    std::vector<got_datagram> datagrams;
    std::vector<transmit_stamp> stamps;
    std::vector<int> errors;
};

std::unique_ptr<probe_port> open_port(way_out way, ip_family family, const char* example,
                                      std::uint16_t id = identifier) {
    auto socket = probe_socket::open({.family = family, .local_port = id});
    if (!socket) {
        ADD_FAILURE() << describe(socket.error());
        return nullptr;
    }
    if (way == way_out::socket) return std::make_unique<socket_port>(std::move(*socket));
    const port_wish wish{.example = address(example)};
    const auto leads = find_link_way(*socket, wish, kernel_calls());
    if (!leads) {
        ADD_FAILURE() << leads.error();
        return nullptr;
    }
    const link_request request{*leads, wish, kernel_calls(), kernel_packet_calls()};
    if (way == way_out::ring) {
        auto made = open_packet_port(*socket, request);
        if (!made) ADD_FAILURE() << made.error();
        return made ? std::move(*made) : nullptr;
    }
    const auto mode = way == way_out::xdp_driver ? xdp_mode::driver : xdp_mode::generic;
    auto made = open_xdp_port(*socket, request, mode);
    if (!made) ADD_FAILURE() << made.error();
    return made ? std::move(made->port) : nullptr;
}

heard hear(probe_port& port, const std::function<bool(const heard&)>& is_enough,
           std::chrono::seconds limit = std::chrono::seconds(5)) {
    heard all;
    const mono_time deadline = mono_now() + limit;
    while (!is_enough(all) && mono_now() < deadline) {
        if (!port.wait(std::chrono::milliseconds(100)).value_or(true)) continue;
        const auto pass = port.receive();
        if (!pass) {
            ADD_FAILURE() << describe(pass.error());
            break;
        }
        for (const auto& each : pass->datagrams) {
            all.datagrams.push_back({each, {each.octets.begin(), each.octets.end()}});
        }
        all.stamps.insert(all.stamps.end(), pass->stamps.begin(), pass->stamps.end());
        for (const auto& each : pass->errors) all.errors.push_back(each.code_errno);
    }
    return all;
}

auto at_least(std::size_t count) {
    return [count](const heard& all) { return all.datagrams.size() >= count; };
}

// Echo requests numbered from 0, one to each address; the port must take all of them.
void send_to(probe_port& port, const std::vector<ip_address>& targets, std::uint8_t hop_limit = 0,
             std::uint16_t id = identifier) {
    std::vector<std::vector<std::uint8_t>> octets;
    std::vector<outgoing> packets;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        octets.push_back(echo_request(port.family(), id, static_cast<std::uint16_t>(i), 24));
        packets.push_back({.destination = {targets[i], 0}, .token = i});
        if (hop_limit != 0) packets.back().hop_limit = sonde::hop_limit{hop_limit};
    }
    for (std::size_t i = 0; i < packets.size(); ++i) packets[i].octets = octets[i];
    for (const auto& result : port.send(packets)) {
        if (result.error) ADD_FAILURE() << describe(*result.error);
    }
}

// What a datagram says that does not differ from one probe to the other.
std::string told(const got_datagram& one) {
    std::string made = to_string(one.facts.source.address) + " to " +
                       to_string(one.facts.destination.value_or(ip_address{})) + " hops " +
                       std::to_string(one.facts.hop_limit ? one.facts.hop_limit->value : 0) +
                       " class " + std::to_string(one.facts.traffic_class.value_or(0)) +
                       " header " + std::to_string(one.facts.header_len) + " interface " +
                       std::to_string(one.facts.interface_index) + " message";
    for (const std::uint8_t octet : one.message()) made += " " + std::to_string(octet);
    return made;
}
std::vector<std::string> told(const heard& all) {
    std::vector<std::string> made;
    for (const auto& one : all.datagrams) made.push_back(told(one));
    std::ranges::sort(made);
    return made;
}

class over_the_link : public ::testing::TestWithParam<way_out> {
  protected:
    // Every address of 10.81.1.128/25 and fd81:1::8000:0/113 is the router's, on our link.
    static void run(const std::function<void(chain&)>& body) {
        const bool permitted = in_chain([&](chain& made) {
            const bool ready = made.at_router(
                "ip route add local 10.81.1.128/25 dev lo\n"
                "echo 1 >/proc/sys/net/ipv6/ip_nonlocal_bind\n"
                "for n in 1 2 3 4 5 6 7 8; do ip addr add fd81:1::8$n/128 dev lo; done\n"
                "for n in 1 2 3 4 5 6 7 8; do ip -6 neigh add proxy fd81:1::8$n dev sr1; done\n"
                "echo 1 >/proc/sys/net/ipv6/conf/sr1/proxy_ndp");
            ASSERT_TRUE(ready);
            body(made);
        });
        if (!permitted) GTEST_SKIP() << "NOT TESTED: " << sonde::testing::needs_namespaces;
    }
};

TEST_P(over_the_link, brings_the_answers_that_a_socket_brings) {
    run([](chain&) {
        for (const auto& [family, target] :
             {std::pair{ip_family::v4, "10.81.2.2"}, std::pair{ip_family::v6, "fd81:2::2"}}) {
            const std::vector<ip_address> targets(100, address(target));
            const auto plain = open_port(way_out::socket, family, target);
            send_to(*plain, targets);
            const auto expected = told(hear(*plain, at_least(targets.size())));
            plain->close();
            const auto port = open_port(GetParam(), family, target);
            ASSERT_TRUE(port);
            send_to(*port, targets);
            const heard all = hear(*port, at_least(targets.size()));
            EXPECT_EQ(all.datagrams.size(), targets.size());
            EXPECT_EQ(told(all), expected);
            EXPECT_EQ(port->drops().value_or(1), 0U);
        }
    });
}

bool is_reply(const got_datagram& one) {
    const std::uint8_t type = one.message()[0];
    return type == 0 || type == 129;
}

// The errors that probes with a hop limit of one bring, up to the reply to a probe sent after them:
// whatever would come twice has come by then.
std::vector<std::string> errors_by(probe_port& port, const ip_address& target, std::size_t count) {
    send_to(port, std::vector<ip_address>(count, target), 1);
    send_to(port, {target});
    const heard all = hear(
        port, [](const heard& so_far) { return std::ranges::any_of(so_far.datagrams, is_reply); });
    std::vector<std::string> made;
    for (const auto& one : all.datagrams) {
        if (is_reply(one)) continue;
        made.push_back(to_string(one.facts.source.address) + " type " +
                       std::to_string(one.message()[0]) + " length " +
                       std::to_string(one.message().size()) + " sequence " +
                       std::to_string(one.message()[one.message().size() - 25]));
    }
    std::ranges::sort(made);
    return made;
}

TEST_P(over_the_link, brings_the_errors_that_a_socket_brings) {
    run([](chain&) {
        for (const auto& [family, target] :
             {std::pair{ip_family::v4, "10.81.2.2"}, std::pair{ip_family::v6, "fd81:2::2"}}) {
            constexpr std::size_t count = 20;
            const auto plain = open_port(way_out::socket, family, target);
            const auto expected = errors_by(*plain, address(target), count);
            EXPECT_EQ(expected.size(), count);
            plain->close();
            const auto port = open_port(GetParam(), family, target);
            ASSERT_TRUE(port);
            EXPECT_EQ(errors_by(*port, address(target), count), expected);
        }
    });
}

TEST_P(over_the_link, asks_for_every_neighbour_of_a_prefix_on_the_link) {
    run([](chain&) {
        std::vector<ip_address> targets;
        for (unsigned last = 129; last < 255; ++last) {
            targets.push_back(ipv4_address{0x0a510100U + last});
        }
        const auto port = open_port(GetParam(), ip_family::v4, "10.81.1.129");
        ASSERT_TRUE(port);
        const mono_time before = mono_now();
        send_to(*port, targets);
        const heard all = hear(*port, at_least(targets.size()));
        std::vector<ip_address> sources;
        for (const auto& one : all.datagrams) sources.push_back(one.facts.source.address);
        std::ranges::sort(sources);
        EXPECT_EQ(sources, targets);
        ASSERT_EQ(all.stamps.size(), targets.size()) << "each waited, each has a stamp";
        for (const auto& each : all.stamps) {
            EXPECT_EQ(each.at.source, stamp_source::user);
            EXPECT_GT(each.at.at, before);
        }
        send_to(*port, targets);
        const heard again = hear(*port, at_least(targets.size()));
        EXPECT_EQ(again.datagrams.size(), targets.size());
        EXPECT_TRUE(again.stamps.empty()) << "nobody waits a second time";
    });
}

TEST_P(over_the_link, asks_for_neighbours_by_neighbor_discovery) {
    run([](chain&) {
        std::vector<ip_address> targets;
        for (const char* each : {"fd81:1::81", "fd81:1::82", "fd81:1::83", "fd81:1::84"}) {
            targets.push_back(address(each));
        }
        const auto port = open_port(GetParam(), ip_family::v6, "fd81:1::81");
        ASSERT_TRUE(port);
        send_to(*port, targets);
        const heard all = hear(*port, at_least(targets.size()));
        EXPECT_EQ(all.datagrams.size(), targets.size());
        EXPECT_EQ(all.stamps.size(), targets.size());
    });
}

TEST_P(over_the_link, says_of_a_neighbour_that_is_not_there_what_the_kernel_says) {
    run([](chain&) {
        for (const auto& [family, target] :
             {std::pair{ip_family::v4, "10.81.1.77"}, std::pair{ip_family::v6, "fd81:1::77"}}) {
            const std::vector<ip_address> targets(3, address(target));
            constexpr std::uint16_t other_identifier = 0x1111;
            const auto plain = open_port(way_out::socket, family, target, other_identifier);
            send_to(*plain, targets, 0, other_identifier);
            const auto port = open_port(GetParam(), family, target);
            ASSERT_TRUE(port);
            send_to(*port, targets);
            const heard all = hear(*port, at_least(3), std::chrono::seconds(20));
            const heard expected = hear(*plain, at_least(3), std::chrono::seconds(20));
            ASSERT_EQ(all.datagrams.size(), 3U);
            ASSERT_EQ(expected.datagrams.size(), 3U);
            for (std::size_t i = 0; i < 3; ++i) {
                const got_datagram& one = all.datagrams[i];
                const got_datagram& other = expected.datagrams[i];
                EXPECT_EQ(one.facts.source, other.facts.source);
                EXPECT_EQ(one.facts.destination, other.facts.destination);
                EXPECT_EQ(one.facts.header_len, other.facts.header_len);
                EXPECT_EQ(one.facts.hop_limit, other.facts.hop_limit);
                EXPECT_EQ(one.facts.traffic_class, other.facts.traffic_class);
                ASSERT_EQ(one.message().size(), other.message().size());
                EXPECT_EQ(one.message()[0], other.message()[0]);
                EXPECT_EQ(one.message()[1], other.message()[1]);
            }
        }
    });
}

TEST_P(over_the_link, sends_by_the_socket_what_does_not_leave_by_the_link) {
    run([](chain&) {
        const auto port = open_port(GetParam(), ip_family::v4, "10.81.2.2");
        ASSERT_TRUE(port);
        const std::vector<ip_address> targets{
            address("10.81.1.1"), address("127.0.0.1"), address("10.81.2.2")};
        send_to(*port, targets);
        const heard all = hear(*port, at_least(3));
        std::vector<ip_address> sources;
        for (const auto& one : all.datagrams) sources.push_back(one.facts.source.address);
        std::ranges::sort(sources);
        EXPECT_EQ(sources,
                  (std::vector{address("10.81.1.1"), address("10.81.2.2"), address("127.0.0.1")}));
        const auto request = echo_request(ip_family::v4, identifier, 1);
        const outgoing nowhere{.octets = request, .destination = {address("255.255.255.255"), 0}};
        const auto results = port->send({&nowhere, 1});
        ASSERT_TRUE(results[0].error);
        EXPECT_EQ(results[0].error->code, EACCES) << "a broadcast, as on the socket";
    });
}

TEST_P(over_the_link, hears_nothing_that_is_somebody_elses) {
    run([](chain&) {
        const auto port = open_port(GetParam(), ip_family::v4, "10.81.2.2");
        const auto other = open_port(way_out::socket, ip_family::v4, "10.81.2.2", 0x1111);
        ASSERT_TRUE(port && other);
        const auto foreign = echo_request(ip_family::v4, 0x1111, 7);
        const outgoing packet{.octets = foreign, .destination = {address("10.81.2.2"), 0}};
        static_cast<void>(other->send({&packet, 1}));
        EXPECT_EQ(hear(*other, at_least(1)).datagrams.size(), 1U)
            << "the kernel keeps what is not the port's";
        send_to(*port, {address("10.81.2.2")});
        const heard all = hear(*port, at_least(1));
        ASSERT_EQ(all.datagrams.size(), 1U);
        EXPECT_EQ(be16_at(all.datagrams[0].message(), 4), identifier);
    });
}

TEST_P(over_the_link, survives_that_its_interface_goes_down_and_up) {
    run([](chain&) {
        const auto port = open_port(GetParam(), ip_family::v4, "10.81.2.2");
        ASSERT_TRUE(port);
        send_to(*port, {address("10.81.2.2")});
        EXPECT_EQ(hear(*port, at_least(1)).datagrams.size(), 1U);
        ASSERT_TRUE(run_shell("ip link set sn1 down"));
        const auto request = echo_request(ip_family::v4, identifier, 1, 24);
        const outgoing packet{.octets = request, .destination = {address("10.81.2.2"), 0}};
        const auto refused = port->send({&packet, 1});
        ASSERT_TRUE(refused[0].error) << "nothing leaves by an interface that is down";
        ASSERT_TRUE(run_shell("ip link set sn1 up; ip route replace default via 10.81.1.2"));
        heard all;
        const mono_time deadline = mono_now() + std::chrono::seconds(5);
        while (all.datagrams.empty() && mono_now() < deadline) {
            static_cast<void>(port->send({&packet, 1}));
            all = hear(*port, at_least(1), std::chrono::seconds(1));
        }
        EXPECT_FALSE(all.datagrams.empty());
    });
}

INSTANTIATE_TEST_SUITE_P(every_carrier, over_the_link,
                         ::testing::Values(way_out::ring, way_out::xdp_driver,
                                           way_out::xdp_generic),
                         [](const auto& one) { return name_of(one.param); });

TEST(port_choice, is_told_in_a_sentence) {
    const bool permitted = in_chain([](chain&) {
        const auto chosen = [](const port_wish& wish) {
            auto socket = probe_socket::open({.local_port = identifier});
            return choose_port(std::move(*socket), "raw socket: this process is root", wish);
        };
        const auto few = chosen({.example = address("10.81.2.2"), .targets = 10});
        EXPECT_EQ(few.port->carrier(), port_kind::socket);
        EXPECT_EQ(few.reason, "raw socket: this process is root; fewer than 4096 probes");
        const auto exact =
            chosen({.example = address("10.81.2.2"), .targets = 100'000, .wants_exact_rtt = true});
        EXPECT_EQ(exact.port->carrier(), port_kind::socket);
        const auto ring =
            chosen({.forced = port_kind::packet_ring, .example = address("10.81.2.2")});
        EXPECT_EQ(ring.port->carrier(), port_kind::packet_ring);
        EXPECT_EQ(ring.reason, "packet ring on sn1: asked for");
        EXPECT_FALSE(ring.is_fallback);
        ring.port->close();
        const auto fast = chosen({.example = address("10.81.2.2"), .targets = 65'536});
        EXPECT_EQ(fast.port->carrier(), port_kind::xdp);
        EXPECT_EQ(fast.reason,
                  "XDP socket behind the driver of sn1: 65536 probes, as fast as they go")
            << "veth copies each frame before a program in its driver sees it";
        fast.port->close();
        const auto inside = chosen(
            {.forced = port_kind::xdp, .xdp = xdp_mode::driver, .example = address("10.81.2.2")});
        EXPECT_EQ(inside.reason, "XDP socket in the driver of sn1: asked for");
        // One interface takes one program.
        const auto second =
            chosen({.example = address("10.81.2.2"), .targets = 65'536, .rate = 200'000});
        EXPECT_EQ(second.port->carrier(), port_kind::packet_ring);
        EXPECT_EQ(second.reason, "packet ring on sn1: 65536 probes, 200000 a second");
        const auto again = chosen({.forced = port_kind::xdp, .example = address("10.81.2.2")});
        EXPECT_EQ(again.port->carrier(), port_kind::socket);
        EXPECT_TRUE(again.is_fallback);
        EXPECT_NE(again.reason.find("another XDP program is attached"), std::string::npos)
            << again.reason;
        const auto local =
            chosen({.forced = port_kind::packet_ring, .example = address("127.0.0.1")});
        EXPECT_EQ(local.reason,
                  "raw socket: this process is root; packet ring was asked for, but 127.0.0.1 is "
                  "this host");
        const auto large =
            chosen({.example = address("10.81.2.2"), .targets = 65'536, .message_len = 1481});
        EXPECT_EQ(large.port->carrier(), port_kind::socket);
    });
    if (!permitted) GTEST_SKIP() << "NOT TESTED: " << sonde::testing::needs_namespaces;
}

TEST(port_choice, an_xdp_program_goes_with_its_process) {
    const bool permitted = in_chain([](chain&) {
        const pid_t child = ::fork();
        if (child == 0) {
            const auto port = open_port(way_out::xdp_driver, ip_family::v4, "10.81.2.2");
            if (port && run_shell("ip link show sn1 | grep -q xdp")) ::raise(SIGKILL);
            ::_exit(1);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_TRUE(WIFSIGNALED(status)) << "the program was attached";
        // The kernel detaches when the last descriptor is gone, a moment later.
        EXPECT_TRUE(
            run_shell("for i in $(seq 1000); do ip link show sn1 | grep -q xdp || exit 0\n"
                      "done; exit 1"));
    });
    if (!permitted) GTEST_SKIP() << "NOT TESTED: " << sonde::testing::needs_namespaces;
}

TEST(route_cache, asks_once_for_addresses_that_the_kernel_treats_alike) {
    const bool permitted = in_chain([](chain&) {
        ASSERT_TRUE(
            run_shell("ip route add 10.90.0.0/16 via 10.81.1.2\n"
                      "ip route add 10.90.7.0/24 via 10.81.1.3\n"
                      "ip route add unreachable 10.90.8.0/30\n"
                      "ip route add 10.91.0.0/16 via 10.81.1.4 table 7\n"
                      "ip rule add to 10.91.3.0/24 lookup 7"));
        auto cache = route_cache::make(ip_family::v4, 0, kernel_calls());
        ASSERT_TRUE(cache);
        const mono_time now{std::chrono::seconds(1)};
        const auto router = [&](const char* to, mono_time at) {
            const cached_route& found = cache->find(address(to), at);
            return found.code != 0      ? errno_name(found.code)
                   : found.hop.is_local ? "here"
                                        : to_string(found.hop.neighbour);
        };
        EXPECT_EQ(router("10.90.0.1", now), "10.81.1.2");
        EXPECT_EQ(router("10.90.6.255", now), "10.81.1.2");
        EXPECT_EQ(cache->questions(), 1U);
        EXPECT_EQ(router("10.90.7.0", now), "10.81.1.3");
        EXPECT_EQ(router("10.90.7.255", now), "10.81.1.3");
        EXPECT_EQ(cache->questions(), 2U);
        EXPECT_EQ(router("10.90.8.1", now), "EHOSTUNREACH");
        EXPECT_EQ(router("10.90.8.4", now), "10.81.1.2");
        EXPECT_EQ(router("10.91.2.255", now), "10.81.1.2") << "the default route";
        EXPECT_EQ(router("10.91.3.0", now), "10.81.1.4") << "a rule names a destination too";
        EXPECT_EQ(router("10.91.4.0", now), "10.81.1.2");
        EXPECT_EQ(router("10.81.1.1", now), "here");
        const auto asked = cache->questions();
        EXPECT_EQ(router("10.90.0.9", now + std::chrono::seconds(4)), "10.81.1.2");
        EXPECT_EQ(cache->questions(), asked);
        EXPECT_EQ(router("10.90.0.9", now + route_cache::answer_age_max), "10.81.1.2");
        EXPECT_EQ(cache->questions(), asked + 1) << "an old answer is asked for again";
    });
    if (!permitted) GTEST_SKIP() << "NOT TESTED: " << sonde::testing::needs_namespaces;
}

}  // namespace
}  // namespace sonde::inline v0::detail
