// Next hops of the running kernel, and what becomes of what it refuses.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/rtnetlink.h>

#include <gtest/gtest.h>

#include <sonde/net/interfaces.hpp>
#include <sonde/net/next_hop.hpp>

#include "net_lab.hpp"

namespace sonde {
namespace {

using testing::address;

TEST(next_hop, is_the_router_or_the_destination_itself) {
    const bool permitted = testing::in_chain([](testing::chain&) {
        const auto index = interface_index("sn1");
        for (const auto& [to, router, near, from] :
             {std::array{"10.81.2.2", "10.81.1.2", "10.81.1.77", "10.81.1.1"},
              std::array{"fd81:2::2", "fd81:1::2", "fd81:1::77", "fd81:1::1"}}) {
            const auto far = find_next_hop({.destination = address(to)});
            ASSERT_TRUE(far) << describe(far.error());
            EXPECT_EQ(far->neighbour, address(router));
            EXPECT_TRUE(far->is_router);
            EXPECT_EQ(far->source, address(from));
            EXPECT_EQ(far->interface_index, index);
            const auto beside =
                find_next_hop({.destination = address(near), .interface_index = *index});
            ASSERT_TRUE(beside) << describe(beside.error());
            EXPECT_EQ(beside->neighbour, address(near));
            EXPECT_FALSE(beside->is_router);
            EXPECT_FALSE(beside->mac);
            const auto own = find_next_hop({.destination = address(from)});
            ASSERT_TRUE(own) << describe(own.error());
            EXPECT_TRUE(own->is_local);
        }
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(next_hop, has_the_mac_address_that_the_kernel_knows) {
    const bool permitted = testing::in_chain([](testing::chain&) {
        ASSERT_TRUE(
            testing::run_shell("ip neigh replace 10.81.1.77 lladdr 02:00:00:00:00:77 dev sn1\n"
                               "ip neigh replace fd81:1::2 lladdr 02:00:00:00:00:78 dev sn1\n"
                               "ip neigh replace 10.81.1.78 dev sn1 nud failed"));
        EXPECT_EQ(find_next_hop({.destination = address("10.81.1.77")})->mac,
                  mac_address::parse("02:00:00:00:00:77"));
        EXPECT_EQ(find_next_hop({.destination = address("fd81:2::2")})->mac,
                  mac_address::parse("02:00:00:00:00:78"));
        EXPECT_FALSE(find_next_hop({.destination = address("10.81.1.78")})->mac);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(next_hop, that_does_not_exist_is_what_the_kernel_says) {
    const bool permitted = testing::in_chain([](testing::chain&) {
        ASSERT_TRUE(testing::run_shell("ip route del default\nip route add prohibit 10.81.9.0/24"));
        EXPECT_EQ(find_next_hop({.destination = address("192.0.2.1")}).error().code, ENETUNREACH);
        EXPECT_EQ(find_next_hop({.destination = address("10.81.9.1")}).error().code, EACCES);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(next_hop, passes_on_what_the_kernel_refuses) {
    static int refusal = 0;
    refusal = EMFILE;
    system_calls calls = kernel_calls();
    calls.socket = [](int, int, int) { return errno = refusal, -1; };
    EXPECT_EQ(find_next_hop({.destination = address("192.0.2.1")}, calls).error().code, EMFILE);
    calls = kernel_calls();
    calls.write = [](int, const void*, std::size_t) -> ssize_t { return errno = refusal, -1; };
    EXPECT_EQ(find_next_hop({.destination = address("192.0.2.1")}, calls).error().code, EMFILE);
    calls = kernel_calls();
    calls.read = [](int, void*, std::size_t) -> ssize_t { return errno = refusal, -1; };
    EXPECT_EQ(find_next_hop({.destination = address("192.0.2.1")}, calls).error().code, EMFILE);
}

TEST(next_hop, of_an_answer_that_is_cut_or_lies_about_its_length_is_a_protocol_error) {
    static std::vector<std::uint8_t> said;
    system_calls calls = kernel_calls();
    calls.read = [](int, void* out, std::size_t len) -> ssize_t {
        const std::size_t given = std::min(len, said.size());
        if (given > 0) std::memcpy(out, said.data(), given);
        return static_cast<ssize_t>(given);
    };
    const auto code = [&] {
        const auto found = find_next_hop({.destination = address("192.0.2.1")}, calls);
        return found ? 0 : found.error().code;
    };
    EXPECT_EQ(code(), EPROTO);
    nlmsghdr head{};
    head.nlmsg_len = sizeof head + sizeof(rtmsg);
    head.nlmsg_type = RTM_NEWROUTE;
    said.resize(head.nlmsg_len);
    std::memcpy(said.data(), &head, sizeof head);
    EXPECT_EQ(code(), 0);
    said.pop_back();
    EXPECT_EQ(code(), EPROTO);
    head.nlmsg_len = 4;
    std::memcpy(said.data(), &head, sizeof head);
    EXPECT_EQ(code(), EPROTO);
    // Attributes that end before or behind their octets are left out.
    for (const std::uint16_t len : std::array<std::uint16_t, 4>{0, 3, 5, 200}) {
        head.nlmsg_len = sizeof head + sizeof(rtmsg) + 8;
        said.assign(head.nlmsg_len, 0);
        std::memcpy(said.data(), &head, sizeof head);
        const rtattr attribute{.rta_len = len, .rta_type = RTA_GATEWAY};
        std::memcpy(said.data() + sizeof head + sizeof(rtmsg), &attribute, sizeof attribute);
        EXPECT_EQ(code(), 0) << len;
    }
}

TEST(next_hop, tells_groups_and_encapsulating_routes) {
    const bool permitted = testing::in_chain([](testing::chain&) {
        EXPECT_TRUE(find_next_hop({.destination = address("10.81.1.255")})->is_group);
        EXPECT_TRUE(find_next_hop({.destination = address("224.0.0.1")})->is_group);
        const auto plain = find_next_hop({.destination = address("10.81.2.2")});
        EXPECT_FALSE(plain->is_group);
        EXPECT_FALSE(plain->is_encapsulated);
        if (!testing::run_shell("ip route add 10.99.0.0/16 encap ip id 7 dst 10.81.1.2 dev sn1 "
                                "2>/dev/null")) {
            return;  // a kernel without CONFIG_LWTUNNEL
        }
        EXPECT_TRUE(find_next_hop({.destination = address("10.99.0.1")})->is_encapsulated);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(next_hop, lists_the_prefixes_that_routes_and_rules_name) {
    const bool permitted = testing::in_chain([](testing::chain&) {
        ASSERT_TRUE(testing::run_shell(
            "ip rule add to 10.91.3.0/24 lookup 7\n"
            "for n in $(seq 0 255); do ip route add 10.92.$n.0/24 via 10.81.1.2; "
            "done"));
        const auto has = [](const std::vector<route_prefix>& all, const char* first, int len) {
            return std::ranges::any_of(all, [&](const route_prefix& one) {
                return one.first == address(first) && one.len == len;
            });
        };
        const auto v4 = list_route_prefixes(ip_family::v4);
        ASSERT_TRUE(v4) << describe(v4.error());
        EXPECT_TRUE(has(*v4, "0.0.0.0", 0));
        EXPECT_TRUE(has(*v4, "10.81.1.0", 24));
        EXPECT_TRUE(has(*v4, "10.81.1.1", 32));
        EXPECT_TRUE(has(*v4, "10.91.3.0", 24));
        EXPECT_TRUE(has(*v4, "10.92.0.0", 24)) << "the list has several parts";
        EXPECT_TRUE(has(*v4, "10.92.255.0", 24));
        const auto v6 = list_route_prefixes(ip_family::v6);
        ASSERT_TRUE(v6) << describe(v6.error());
        EXPECT_TRUE(has(*v6, "fd81:1::", 64));
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(next_hop, list_of_prefixes_says_what_the_kernel_refuses) {
    system_calls calls = kernel_calls();
    calls.socket = [](int, int, int) { return errno = EMFILE, -1; };
    EXPECT_EQ(list_route_prefixes(ip_family::v4, calls).error().code, EMFILE);
    calls = kernel_calls();
    calls.read = [](int, void*, std::size_t) -> ssize_t { return 3; };
    EXPECT_EQ(list_route_prefixes(ip_family::v4, calls).error().code, EPROTO);
    calls.read = [](int, void*, std::size_t) -> ssize_t { return 0; };
    EXPECT_EQ(list_route_prefixes(ip_family::v4, calls).error().code, EPROTO);
}

}  // namespace
}  // namespace sonde
