// Interfaces, privileges and the choice of a socket.

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <netinet/in.h>

#include <gtest/gtest.h>

#include <sonde/net/interfaces.hpp>
#include <sonde/net/privileges.hpp>
#include <sonde/net/socket_choice.hpp>

#include "net_lab.hpp"

namespace sonde {
namespace {

using testing::address;

int refusal = 0;  // of whatever the test breaks
bool refuses_raw = false;
bool refuses_dgram = false;

int choosy_socket(int domain, int type, int protocol) {
    const int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    const bool is_icmp = protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
    if (is_icmp && ((kind == SOCK_RAW && refuses_raw) || (kind == SOCK_DGRAM && refuses_dgram))) {
        return errno = refusal, -1;
    }
    return kernel_calls().socket(
        domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);  // needs nothing
}

class choice : public ::testing::Test {
  protected:
    choice() {
        refusal = EPERM;
        refuses_raw = refuses_dgram = false;
        calls.socket = choosy_socket;
        calls.geteuid = [] { return uid_t{1000}; };
        calls.getegid = [] { return gid_t{1000}; };
        calls.read_capabilities = [](capability_bits* out) {
            *out = {.bounding = ~std::uint64_t{0}};
            return 0;
        };
    }
    system_calls calls = kernel_calls();
    probe_socket_options options{.kernel_filter = false};
};

TEST_F(choice, takes_raw_when_it_is_allowed) {
    const auto got = open_icmp_socket(options, socket_mode::automatic, calls);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->kind, socket_kind::icmp_raw);
    EXPECT_FALSE(got->is_fallback);
    EXPECT_EQ(got->reason, "raw ICMP socket: this process has CAP_NET_RAW");
}

TEST_F(choice, falls_back_to_the_ping_socket_and_says_why) {
    refuses_raw = true;
    const auto got = open_icmp_socket(options, socket_mode::automatic, calls);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->kind, socket_kind::icmp_dgram);
    EXPECT_TRUE(got->is_fallback);
    EXPECT_EQ(got->reason, "ping socket: a raw ICMP socket was refused (EPERM)");
}

TEST_F(choice, needs_no_ping_group_where_raw_is_allowed) {
    refuses_dgram = true;
    refusal = EACCES;
    EXPECT_EQ(open_icmp_socket(options, socket_mode::automatic, calls)->kind,
              socket_kind::icmp_raw);
}

TEST_F(choice, names_three_remedies_when_both_are_refused) {
    refuses_raw = refuses_dgram = true;
    const auto got = open_icmp_socket(options, socket_mode::automatic, calls);
    ASSERT_FALSE(got);
    EXPECT_TRUE(got.error().is_permission);
    EXPECT_EQ(got.error().reason,
              "raw ICMP socket was refused (EPERM), ping socket was refused (EPERM)");
    EXPECT_EQ(got.error().remedy,
              "as root: setcap cap_net_raw+ep <program>, or sysctl -w "
              "net.ipv4.ping_group_range='0 2147483647', "
              "or run as root");
}

TEST_F(choice, does_not_advise_a_capability_that_no_process_can_have) {
    refuses_raw = refuses_dgram = true;
    calls.read_capabilities = [](capability_bits* out) {
        *out = {};
        return 0;
    };
    EXPECT_EQ(
        open_icmp_socket(options, socket_mode::raw, calls).error().remedy,
        "no process here can have CAP_NET_RAW (it is not in the bounding set); as root: sysctl -w "
        "net.ipv4.ping_group_range='0 2147483647'");
}

TEST_F(choice, offers_no_ping_socket_to_who_needs_a_raw_tcp_socket) {
    calls.read_capabilities = [](capability_bits* out) {
        *out = {};
        return 0;
    };
    EXPECT_EQ(remedy_for(socket_kind::tcp_raw, calls).find("ping_group_range"), std::string::npos);
}

TEST_F(choice, that_is_forced_does_not_fall_back) {
    refuses_raw = true;
    EXPECT_FALSE(open_icmp_socket(options, socket_mode::raw, calls));
    refuses_raw = false;
    refuses_dgram = true;
    const auto got = open_icmp_socket(options, socket_mode::dgram, calls);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().remedy, "as root: sysctl -w net.ipv4.ping_group_range='0 2147483647'");
}

TEST_F(choice, leaves_errors_alone_that_another_kind_would_not_cure) {
    options.source = address("192.0.2.1");
    const auto got = open_icmp_socket(options, socket_mode::automatic, calls);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().error.code, EADDRNOTAVAIL);
    EXPECT_FALSE(got.error().is_permission);
    EXPECT_EQ(got.error().remedy, "");
}

TEST(socket_mode_words, are_read_as_they_are_written) {
    for (const auto mode : {socket_mode::automatic, socket_mode::raw, socket_mode::dgram}) {
        EXPECT_EQ(parse_socket_mode(to_string(mode)), mode);
    }
    EXPECT_EQ(parse_socket_mode("RAW"), std::nullopt);
}

TEST(privileges, are_the_facts_of_the_kernel) {
    const auto facts = read_privileges("/proc/self/exe");
    EXPECT_EQ(facts.user, ::geteuid());
    EXPECT_EQ(facts.group, ::getegid());
    EXPECT_EQ(facts.kernel_stamps, std::nullopt);
    EXPECT_EQ(facts.net_raw.effective, !facts.raw_v4.has_value());
    ASSERT_TRUE(facts.ping_groups);
    EXPECT_EQ(facts.in_ping_groups, !facts.ping_v4.has_value());
    std::ifstream file("/proc/sys/net/ipv4/ping_group_range");
    group_range expected;
    file >> expected.first >> expected.last;
    EXPECT_EQ(facts.ping_groups->first, expected.first);
    EXPECT_EQ(facts.ping_groups->last, expected.last);
}

TEST(ping_group_range, is_written_and_read_back_in_a_namespace) {
    const bool permitted = testing::in_namespace([] {
        ASSERT_TRUE(write_ping_group_range({.first = 5, .last = 2147483647}));
        const auto range = read_ping_group_range();
        ASSERT_TRUE(range);
        EXPECT_TRUE(range->contains(5));
        EXPECT_FALSE(range->contains(4));
        EXPECT_EQ(range->last, 2147483647U);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

class failing_fix : public ::testing::TestWithParam<int> {
  protected:
    failing_fix() { refusal = GetParam(); }
    system_calls calls = kernel_calls();
};
INSTANTIATE_TEST_SUITE_P(open_read_write, failing_fix,
                         ::testing::Values(EACCES, EPERM, EROFS, ENOENT, EINVAL, EIO));

TEST_P(failing_fix, is_an_error_of_the_file_that_could_not_be_opened) {
    calls.open = [](const char*, int) { return errno = refusal, -1; };
    EXPECT_EQ(read_ping_group_range(calls).error().code, GetParam());
    EXPECT_EQ(write_ping_group_range({}, calls).error().code, GetParam());
    EXPECT_EQ(read_privileges("", calls).ping_groups.has_value(), false);
}

TEST_P(failing_fix, is_an_error_of_reading_and_writing) {
    calls.open = [](const char*, int) { return kernel_calls().open("/dev/null", O_RDWR); };
    calls.read = [](int, void*, std::size_t) -> ssize_t { return errno = refusal, -1; };
    calls.write = [](int, const void*, std::size_t) -> ssize_t { return errno = refusal, -1; };
    EXPECT_EQ(read_ping_group_range(calls).error().code, GetParam());
    EXPECT_EQ(write_ping_group_range({}, calls).error().code, GetParam());
}

TEST_P(failing_fix, is_an_error_of_capabilities) {
    calls.write_file_capability = [](const char*, int) { return errno = refusal, -1; };
    calls.drop_capabilities = [] { return errno = refusal, -1; };
    calls.read_capabilities = [](capability_bits*) { return errno = refusal, -1; };
    calls.read_file_capabilities = [](const char*, char*, std::size_t) {
        return errno = refusal, -1;
    };
    EXPECT_EQ(grant_net_raw("/tmp/x", calls).error().code, GetParam());
    EXPECT_EQ(drop_capabilities(calls).error().code, GetParam());
    EXPECT_EQ(read_capability(capability::net_raw, calls).error().code, GetParam());
    EXPECT_FALSE(read_privileges("/tmp/x", calls).file_capabilities);
}

TEST(grant_net_raw, gives_a_file_exactly_that) {
    if (::geteuid() != 0) GTEST_SKIP() << "skipped: writing file capabilities needs root";
    const std::string path = ::testing::TempDir() + "sonde_cap_" + std::to_string(::getpid());
    std::ofstream(path) << "x";
    EXPECT_EQ(read_privileges(path).file_capabilities, "");
    const auto granted = grant_net_raw(path);
    if (!granted && granted.error().code == EOPNOTSUPP) {
        ::unlink(path.c_str());
        GTEST_SKIP() << "skipped: this file system keeps no capabilities";
    }
    ASSERT_TRUE(granted) << describe(granted.error());
    EXPECT_EQ(read_privileges(path).file_capabilities, "cap_net_raw=ep");
    ::unlink(path.c_str());
}

TEST(drop_capabilities, leaves_none_and_is_content_with_none) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const bool dropped = drop_capabilities().has_value() && drop_capabilities().has_value();
        capability_bits left;
        const bool read = kernel_calls().read_capabilities(&left) == 0;
        const bool raw_opens = probe_socket::open({}).has_value();
        ::_exit(dropped && read && left.effective == 0 && left.permitted == 0 && !raw_opens ? 0
                                                                                            : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(interfaces, are_listed_with_addresses_mtu_flags_and_link_address) {
    const bool permitted = testing::in_chain([](testing::chain&) {
        ASSERT_TRUE(testing::run_shell("ip link set sn1 mtu 1444 address 02:00:00:00:00:07"));
        const auto list = list_interfaces();
        ASSERT_TRUE(list);
        ASSERT_GE(list->size(), 2U);
        EXPECT_EQ(list->front().name, "lo");
        EXPECT_TRUE(list->front().is_loopback);
        EXPECT_FALSE(list->front().can_broadcast);
        const auto& veth = list->back();
        EXPECT_EQ(veth.name, "sn1");
        EXPECT_EQ(veth.mtu, 1444U);
        EXPECT_TRUE(veth.is_up && veth.has_carrier && veth.can_broadcast && veth.can_multicast);
        EXPECT_EQ(veth.mac, mac_address::parse("02:00:00:00:00:07"));
        EXPECT_EQ(interface_index("sn1"), veth.index);
        EXPECT_EQ(interface_name_of(veth.index), "sn1");
        const auto find = [&](const ip_address& wanted) {
            return std::find_if(veth.addresses.begin(),
                                veth.addresses.end(),
                                [&](const auto& each) { return each.address.same_host(wanted); });
        };
        const auto v4 = find(address("10.81.1.1"));
        ASSERT_NE(v4, veth.addresses.end());
        EXPECT_EQ(v4->prefix_len, 24);
        const auto v6 = find(address("fd81:1::1"));
        ASSERT_NE(v6, veth.addresses.end());
        EXPECT_EQ(v6->prefix_len, 64);
        EXPECT_EQ(v6->address.zone(), 0U);
        for (const auto& each : veth.addresses) {
            if (each.address.is_v6() && each.address.v6().is_link_local()) {
                EXPECT_EQ(each.address.zone(), veth.index);
            }
        }
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(route, names_the_source_and_mtu_that_the_kernel_would_use) {
    const bool permitted = testing::in_chain([](testing::chain&) {
        for (const auto& [to, from] :
             {std::pair{"10.81.2.2", "10.81.1.1"}, std::pair{"fd81:2::2", "fd81:1::1"}}) {
            const auto route = look_up_route({.destination = address(to)});
            ASSERT_TRUE(route) << describe(route.error());
            EXPECT_EQ(route->source, address(from));
            EXPECT_EQ(route->mtu, 1500U);
        }
        EXPECT_EQ(
            look_up_route({.destination = address("10.81.2.2"), .source = address("192.0.2.1")})
                .error()
                .code,
            EADDRNOTAVAIL);
        EXPECT_EQ(look_up_route({.destination = address("10.81.2.2"), .interface = "nosuch0"})
                      .error()
                      .code,
                  ENODEV);
        EXPECT_TRUE(look_up_route({.destination = address("10.81.1.255")}));
        ASSERT_TRUE(testing::run_shell("ip route del default"));
        EXPECT_EQ(look_up_route({.destination = address("10.81.2.2")}).error().code, ENETUNREACH);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(route_and_interfaces, pass_on_what_the_kernel_refuses) {
    refusal = EMFILE;
    system_calls calls = kernel_calls();
    calls.socket = [](int, int, int) { return errno = refusal, -1; };
    calls.getifaddrs = [](ifaddrs**) { return errno = refusal, -1; };
    calls.if_nametoindex = [](const char*) { return errno = ENODEV, 0U; };
    calls.if_indextoname = [](unsigned, char*) -> char* { return errno = ENXIO, nullptr; };
    EXPECT_EQ(look_up_route({.destination = address("192.0.2.1")}, calls).error().code, EMFILE);
    EXPECT_EQ(list_interfaces(calls).error().code, EMFILE);
    EXPECT_EQ(interface_index("eth0", calls).error().code, ENODEV);
    EXPECT_EQ(interface_name_of(3, calls).error().code, ENXIO);
    EXPECT_EQ(interface_index(std::string(16, 'x'), calls).error().code, ENAMETOOLONG);
    for (const int code : {EBADF, ENOMEM, ENOBUFS}) {
        refusal = code;
        system_calls broken = kernel_calls();
        broken.connect = [](int, const sockaddr*, socklen_t) { return errno = refusal, -1; };
        EXPECT_EQ(look_up_route({.destination = address("127.0.0.1")}, broken).error().code, code);
        broken = kernel_calls();
        broken.getsockname = [](int, sockaddr*, socklen_t*) { return errno = refusal, -1; };
        EXPECT_EQ(look_up_route({.destination = address("127.0.0.1")}, broken).error().code, code);
    }
}

TEST(scoped_addresses, name_their_zone_by_interface_or_index) {
    EXPECT_EQ(parse_scoped_address("fe80::1%lo"), ip_address(address("fe80::1").v6(), 1));
    EXPECT_EQ(parse_scoped_address("fe80::1%1"), ip_address(address("fe80::1").v6(), 1));
    EXPECT_EQ(parse_scoped_address("ff02::1%lo")->zone(), 1U);
    EXPECT_EQ(parse_scoped_address("192.0.2.1"), address("192.0.2.1"));
    EXPECT_EQ(parse_scoped_address("fe80::1%nosuch0").error().code, ENODEV);
    for (const auto* bad :
         {"", "fe80::1%", "192.0.2.1%lo", "2001:db8::1%lo", "x%lo", "fe80::1%lo%lo"}) {
        EXPECT_FALSE(parse_scoped_address(bad)) << bad;
    }
    EXPECT_EQ(to_scoped_string(ip_address(address("fe80::1").v6(), 1)), "fe80::1%lo");
    EXPECT_EQ(to_scoped_string(ip_address(address("fe80::1").v6(), 4242)), "fe80::1%4242");
}

}  // namespace
}  // namespace sonde
