#include <gtest/gtest.h>

#include <sonde/packet/summary.hpp>
#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmp_extension_objects.hpp>

#include "sim_testing.hpp"

namespace sonde::sim {
namespace {

constexpr const char* target_v4 = "192.0.2.9";
constexpr const char* target_v6 = "2001:db8:ffff::9";

internet_counts conserved(const internet& net) {
    const internet_counts did = net.counts();
    EXPECT_EQ(did.sent,
              did.malformed + did.no_route + did.lost_forward + did.on_the_way + did.silent +
                  did.rate_limited + did.bad_checksum + did.exceeded + did.unreachable +
                  did.replied);
    return did;
}

// five_routers: links of 0.5, 1.5, 3, 5, 2.25 and 0.75 ms.
TEST(internet, an_echo_comes_back_after_every_link_twice) {
    internet net(ready("five_routers"), 1);
    const octets_t probe = echo_probe({.number = 77, .payload_len = 56});
    const auto back = ask(net, probe);
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].at - test_start, ms(26));
    EXPECT_EQ(summary(back[0].octets),
              "IP 192.0.2.9 > 198.51.100.1: ICMP echo reply, id 4660, seq 77, length 64");
    EXPECT_EQ(back[0].seen().hop_limit, 64 - 5);
    EXPECT_TRUE(icmp_checksum_holds(back[0].transport()));
    EXPECT_TRUE(ipv4::view::parse(back[0].octets)->header_checksum_holds());
    const bytes_view data = back[0].transport().subspan(8);
    EXPECT_EQ(octets_t(data.begin(), data.end()), payload_of(56));
    EXPECT_EQ(conserved(net).replied, 1U);
    EXPECT_EQ(net.counts().delivered.answers, 1U);
    EXPECT_EQ(net.next_time(), mono_time::max());
}

TEST(internet, an_echo_over_ipv6_comes_back_with_a_checksum_over_its_addresses) {
    internet net(ready("five_routers"), 1);
    const auto back = ask(net, echo_probe({.to = target_v6, .payload_len = 56}));
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].at - test_start, ms(26));
    const datagram seen = back[0].seen();
    EXPECT_TRUE(icmpv6_checksum_holds(seen.source.v6(), seen.destination.v6(), seen.transport));
    EXPECT_EQ(to_string(seen.source), target_v6);
}

TEST(internet, each_hop_limit_finds_its_router_and_its_round_trip) {
    constexpr std::array<double, 5> one_way{0.5, 2, 5, 10, 12.25};
    for (const char* target : {target_v4, target_v6}) {
        internet net(ready("five_routers"), 1);
        for (std::uint8_t hop = 1; hop <= 5; ++hop) {
            net.send(udp_probe({.to = target, .hop_limit = hop, .number = 33434}), test_start);
        }
        const auto back = collect(net, test_start + std::chrono::seconds(1));
        ASSERT_EQ(back.size(), 5U);
        for (std::size_t i = 0; i < 5; ++i) {
            const icmp_error error = back[i].error();
            EXPECT_EQ(back[i].at - test_start, ms(2 * one_way[i]));
            const std::string router = back[i].seen().source.is_v4()
                                           ? "10.0." + std::to_string(i + 1) + ".1"
                                           : "2001:db8:0:" + std::to_string(i + 1) + "::1";
            EXPECT_EQ(to_string(back[i].seen().source), router);
            EXPECT_EQ(back[i].seen().hop_limit, 255 - i);
            EXPECT_EQ(error.quoted->hop_limit, 1);
            EXPECT_EQ(error.quoted_destination_port, 33434);
            EXPECT_EQ(to_string(error.quoted_destination), target);
        }
        EXPECT_EQ(conserved(net).exceeded, 5U);
    }
}

// RFC 1812 s4.3.2.3: as much as fits in 576 octets; s5.3.1: with the header as it arrived.
TEST(internet, a_router_quotes_the_datagram_as_it_arrived_up_to_576_octets) {
    internet net(ready("five_routers"), 1);
    octets_t probe = echo_probe({.hop_limit = 3, .payload_len = 1000});
    const auto back = ask(net, probe);
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].octets.size(), 576U);
    const auto sent = ipv4::mutable_view::parse(probe);
    sent->set_time_to_live(1);
    sent->update_header_checksum();
    const bytes_view quote = back[0].transport().subspan(8);
    EXPECT_EQ(octets_t(quote.begin(), quote.end()), octets_t(probe.begin(), probe.begin() + 548));
    EXPECT_TRUE(icmp_checksum_holds(back[0].transport()));
}

// RFC 4443 s2.4 (c): as much as fits in 1280 octets.
TEST(internet, a_router_quotes_an_ipv6_datagram_up_to_1280_octets) {
    internet net(ready("five_routers"), 1);
    octets_t probe = echo_probe({.to = target_v6, .hop_limit = 2, .payload_len = 1400});
    const auto back = ask(net, probe);
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(back[0].octets.size(), 1280U);
    ipv6::mutable_view::parse(probe)->set_hop_limit(1);
    const bytes_view quote = back[0].transport().subspan(8);
    EXPECT_EQ(octets_t(quote.begin(), quote.end()), octets_t(probe.begin(), probe.begin() + 1232));
}

// RFC 792: the internet header and the first 64 bits of the data.
TEST(internet, a_minimal_answer_quotes_the_header_and_eight_octets) {
    for (const char* target : {target_v4, target_v6}) {
        internet net(ready("labelled_path"), 1);
        const auto back = ask(net, udp_probe({.to = target, .hop_limit = 4, .number = 33434}));
        ASSERT_EQ(back.size(), 1U);
        const icmp_error error = back[0].error();
        EXPECT_EQ(error.quoted_transport.size(), 8U);
        EXPECT_TRUE(error.quoted_payload.empty());
        EXPECT_EQ(error.quoted_destination_port, 33434);
        EXPECT_EQ(back[0].transport().size(), 8 + (from_text(target).is_v4() ? 28U : 48U));
    }
}

// RFC 4884 s4: the quote is padded to at least 128 octets and counted in words of 4 (ICMP, octet 5)
// or 8 octets (ICMPv6, octet 4); RFC 4950 s3: the label stack is an object of class 1, type 1.
TEST(internet, labels_come_in_an_extension_structure_behind_a_padded_quote) {
    for (const char* target : {target_v4, target_v6}) {
        internet net(ready("labelled_path"), 1);
        const auto back = ask(net, udp_probe({.to = target, .hop_limit = 2, .number = 33434}));
        ASSERT_EQ(back.size(), 1U);
        const bool v4 = from_text(target).is_v4();
        const bytes_view message = back[0].transport();
        ASSERT_EQ(message.size(), 8U + 128U + 4U + 4U + 8U);
        EXPECT_EQ(message[v4 ? 5 : 4], v4 ? 32 : 16);
        const icmp_error error = back[0].error();
        EXPECT_TRUE(error.extension_compliant);
        const auto structure = icmp_extension::view::parse(error.extension);
        ASSERT_TRUE(structure.has_value());
        EXPECT_EQ(structure->checksum_status(), checksum_state::good);
        const auto stack = mpls_label_stack::read(*structure->objects().begin());
        ASSERT_TRUE(stack.has_value());
        ASSERT_EQ(stack->size(), 2U);
        EXPECT_EQ((*stack)[0].label, 100704U);
        EXPECT_EQ((*stack)[1].label, 24001U);
        EXPECT_TRUE((*stack)[1].bottom_of_stack);
        EXPECT_EQ(error.quoted_payload.size(), 16U) << "padding is not payload";
    }
}

// RFC 4884 s5.5: older routers put the structure at octet 128 and leave the length at zero.
TEST(internet, an_old_router_puts_its_structure_at_octet_128_without_a_length) {
    for (const std::size_t payload_len : {16U, 400U}) {
        internet net(ready("labelled_path"), 1);
        const auto back =
            ask(net, udp_probe({.hop_limit = 3, .number = 33434, .payload_len = payload_len}));
        ASSERT_EQ(back.size(), 1U);
        const bytes_view message = back[0].transport();
        EXPECT_EQ(message[5], 0);
        EXPECT_EQ(message.size(), 8U + 128U + 4U + 4U + 4U);
        EXPECT_FALSE(back[0].error().extension_compliant);
        EXPECT_EQ(back[0].error().extension.size(), 12U);
    }
}

// RFC 1122 s3.2.2 and RFC 4443 s2.4 (e).
TEST(internet, nobody_reports_an_error_about_an_error_or_a_later_fragment) {
    internet net(ready("five_routers"), 1);
    octets_t error = ask(net, udp_probe({.hop_limit = 1, .number = 33434})).at(0).octets;
    const auto header = ipv4::mutable_view::parse(error);
    header->set_time_to_live(1);
    header->set_destination(from_text(target_v4).v4());
    header->update_header_checksum();
    EXPECT_TRUE(ask(net, error).empty());

    octets_t fragment = udp_probe({.hop_limit = 1, .number = 33434});
    ipv4::mutable_view::parse(fragment)->set_fragment_offset(100);
    ipv4::mutable_view::parse(fragment)->update_header_checksum();
    EXPECT_TRUE(ask(net, fragment).empty());
    EXPECT_EQ(conserved(net).silent, 2U);
}

TEST(internet, a_target_drops_what_arrives_with_a_wrong_checksum) {
    internet net(ready("five_routers"), 1);
    for (const char* target : {target_v4, target_v6}) {
        octets_t probe = echo_probe({.to = target});
        probe.back() ^= 1;
        EXPECT_TRUE(ask(net, probe).empty());
    }
    EXPECT_EQ(conserved(net).bad_checksum, 2U);
}

TEST(internet, octets_that_no_router_forwards_are_counted_as_malformed) {
    internet net(ready("five_routers"), 1);
    const octets_t good = echo_probe({});
    octets_t bad_sum = good;
    bad_sum[10] ^= 1;
    octets_t dead = echo_probe({.hop_limit = 0});
    net.send(bytes_view(good).first(19), test_start);
    net.send(bytes_view(good).first(good.size() - 1), test_start);
    net.send(bad_sum, test_start);
    net.send(dead, test_start);
    net.send({}, test_start);
    EXPECT_EQ(conserved(net).malformed, 5U);
    net.send(echo_probe({.to = "192.0.2.99"}), test_start);
    EXPECT_EQ(conserved(net).no_route, 1U);
    EXPECT_EQ(net.next_time(), mono_time::max());
}

TEST(internet, octets_behind_the_datagram_are_not_quoted) {
    internet net(ready("five_routers"), 1);
    octets_t probe = udp_probe({.hop_limit = 1, .number = 33434});
    const std::size_t len = probe.size();
    probe.resize(len + 18, 0xee);  // Ethernet's padding
    EXPECT_EQ(ask(net, probe).at(0).transport().size(), 8 + len);
}

TEST(internet, a_udp_port_is_unreachable_or_silent) {
    internet talks(ready("five_routers"), 1);
    const auto v4 = ask(talks, udp_probe({.number = 33434})).at(0).error();
    EXPECT_EQ(v4.type, 3);
    EXPECT_EQ(v4.code, 3);
    const auto v6 = ask(talks, udp_probe({.to = target_v6, .number = 33434})).at(0).error();
    EXPECT_EQ(v6.type, 1);
    EXPECT_EQ(v6.code, 4);
    EXPECT_EQ(conserved(talks).unreachable, 2U);
    internet silent(ready("tcp_ports"), 1);
    EXPECT_TRUE(ask(silent, udp_probe({.number = 33434})).empty());
    EXPECT_EQ(conserved(silent).silent, 1U);
}

// RFC 9293 s3.10.7.1 and s3.10.7.2.
TEST(internet, tcp_ports_are_open_closed_or_filtered) {
    for (const char* target : {target_v4, target_v6}) {
        internet net(ready("tcp_ports"), 1);
        const auto open = ask(net, syn_probe({.to = target, .number = 80}, 1000));
        ASSERT_EQ(open.size(), 1U);
        const datagram seen = open[0].seen();
        const auto accepted = tcp::view::parse(seen.transport);
        EXPECT_EQ(accepted->flags(), tcp_flags::syn | tcp_flags::ack);
        EXPECT_EQ(accepted->acknowledgment_number(), 1001U);
        EXPECT_EQ(accepted->destination_port(), 40'000);
        EXPECT_EQ(checksum()
                      .add_pseudo_header(seen.source,
                                         seen.destination,
                                         6,
                                         static_cast<std::uint32_t>(seen.transport.size()))
                      .add(seen.transport)
                      .sum(),
                  0xffff);
        const auto closed = ask(net, syn_probe({.to = target, .number = 81}, 2000));
        ASSERT_EQ(closed.size(), 1U);
        const auto refused = tcp::view::parse(closed[0].transport());
        EXPECT_EQ(refused->flags(), tcp_flags::rst | tcp_flags::ack);
        EXPECT_EQ(refused->acknowledgment_number(), 2001U);
        EXPECT_TRUE(ask(net, syn_probe({.to = target, .number = 82}, 3000)).empty());
    }
}

TEST(internet, a_router_that_is_a_dead_end_says_so_whatever_the_hop_limit) {
    internet net(ready("unreachable_at_hop_two"), 1);
    for (const std::uint8_t hop_limit : std::array<std::uint8_t, 3>{2, 3, 64}) {
        const auto back = ask(net, udp_probe({.hop_limit = hop_limit, .number = 33434}));
        ASSERT_EQ(back.size(), 1U);
        EXPECT_EQ(to_string(back[0].seen().source), "10.0.2.1");
        EXPECT_EQ(back[0].error().type, 3);
        EXPECT_EQ(back[0].error().code, 1);
        EXPECT_EQ(back[0].error().quoted->hop_limit, hop_limit - 1);
    }
    const auto v6 = ask(net, udp_probe({.to = target_v6, .number = 33434})).at(0).error();
    EXPECT_EQ(v6.type, 1);
    EXPECT_EQ(v6.code, 0) << "RFC 7915 s4.2: host unreachable is no route to destination";
}

TEST(internet, a_narrow_link_tells_its_mtu) {
    internet net(read_or_fail(R"({"hops": [{"address": "10.0.0.1", "address6": "2001:db8::1",
        "unreachable": 4, "mtu": 1400}],
        "target": {"address": "192.0.2.9", "address6": "2001:db8:ffff::9"}})"),
                 1);
    const auto v4 = ask(net, udp_probe({.number = 33434})).at(0).error();
    EXPECT_EQ(v4.type, 3);
    EXPECT_EQ(v4.code, 4);
    EXPECT_EQ(v4.mtu, 1400U);
    const auto v6 = ask(net, udp_probe({.to = target_v6, .number = 33434})).at(0).error();
    EXPECT_EQ(v6.type, 2);
    EXPECT_EQ(v6.mtu, 1400U);
}

TEST(internet, what_a_router_rewrites_shows_in_the_quotes_behind_it) {
    internet net(read_or_fail(R"({"hops": [
        {"address": "10.0.0.1", "traffic_class": 184, "hop_limit_reset": 2},
        {"address": "10.0.0.2"}, {"address": "10.0.0.3"}],
        "target": {"address": "192.0.2.9"}})"),
                 1);
    const auto back = ask(net, udp_probe({.hop_limit = 9, .number = 33434}));
    ASSERT_EQ(back.size(), 1U);
    EXPECT_EQ(to_string(back[0].seen().source), "10.0.0.3");
    EXPECT_EQ(back[0].error().quoted->traffic_class, 184);
    const bytes_view quote = back[0].transport().subspan(8);
    EXPECT_TRUE(ipv4::view::parse(quote)->header_checksum_holds());
}

TEST(internet, silent_routers_forward_and_say_nothing) {
    internet net(ready("fifteen_routers_50ms_two_silent"), 1);
    for (std::uint8_t hop = 1; hop <= 16; ++hop) {
        net.send(udp_probe({.hop_limit = hop, .number = 33434}), test_start);
    }
    const auto back = collect(net, test_start + std::chrono::seconds(1));
    EXPECT_EQ(back.size(), 14U);
    EXPECT_EQ(back.back().at - test_start, ms(50));
    EXPECT_EQ(conserved(net).silent, 2U);
}

TEST(internet, a_rate_limited_router_answers_its_burst_and_then_its_rate) {
    internet net(ready("rate_limited_first_hop"), 1);
    const octets_t probe = udp_probe({.hop_limit = 1, .number = 33434});
    for (int i = 0; i < 20; ++i) net.send(probe, test_start);
    EXPECT_EQ(collect(net, test_start + ms(500)).size(), 6U);
    EXPECT_EQ(conserved(net).rate_limited, 14U);
    for (int i = 1; i <= 10; ++i) net.send(probe, test_start + i * std::chrono::seconds(1));
    EXPECT_EQ(collect(net, test_start + std::chrono::seconds(20)).size(), 10U);
}

TEST(internet, targets_behind_one_router_answer_each_for_itself) {
    internet net(ready("three_targets"), 1);
    EXPECT_EQ(ask(net, echo_probe({.to = "192.0.2.11"})).size(), 1U);
    EXPECT_EQ(ask(net, echo_probe({.to = "192.0.2.12"})).size(), 1U);
    EXPECT_EQ(ask(net, echo_probe({.to = "192.0.2.13"})).size(), 0U);
}

TEST(internet, nothing_comes_before_its_time_and_ties_keep_their_order) {
    internet net(ready("five_routers"), 1);
    for (std::uint16_t i = 0; i < 100; ++i) net.send(echo_probe({.number = i}), test_start);
    EXPECT_FALSE(net.next_delivery(test_start + ms(26) - nanoseconds(1)).has_value());
    const auto back = collect(net, test_start + ms(26));
    ASSERT_EQ(back.size(), 100U);
    for (std::uint16_t i = 0; i < 100; ++i) {
        EXPECT_EQ(icmp_echo::view::parse(back[i].transport())->sequence_number(), i);
    }
}

TEST(internet, one_seed_gives_one_history_and_another_seed_another) {
    const auto history = [](std::uint64_t seed) {
        internet net(ready("hostile_target"), seed);
        octets_t all;
        mono_time now = test_start;
        for (std::uint16_t i = 0; i < 500; ++i, now += ms(3)) {
            net.send(echo_probe({.number = i}), now);
            for (const came_back& one : collect(net, now)) {
                all.insert(all.end(), one.octets.begin(), one.octets.end());
                const auto at = static_cast<std::uint64_t>(one.at.time_since_epoch().count());
                for (int shift = 0; shift < 64; shift += 8) {
                    all.push_back(static_cast<std::uint8_t>(at >> shift));
                }
            }
        }
        return all;
    };
    EXPECT_EQ(history(7), history(7));
    EXPECT_NE(history(7), history(8));
}

// ---- blocks ------------------------------------------------------------------------------------

TEST(blocks, every_address_of_a_prefix_answers_with_its_own_name) {
    const scenario how = read_or_fail(
        R"({"source": "198.51.100.1", "source6": "2001:db8:cafe::1",
            "target": {"prefix": "10.0.0.0/16", "prefix6": "2001:db8:1::/64", "delay_ms": 1}})");
    internet net(how, 1);
    for (const char* to : {"10.0.0.0", "10.0.77.1", "10.0.255.255", "2001:db8:1::ffff:1"}) {
        const auto all = ask(net, echo_probe({.to = to}));
        ASSERT_EQ(all.size(), 1U) << to;
        EXPECT_EQ(to_string(all[0].seen().source), to);
    }
    EXPECT_TRUE(ask(net, echo_probe({.to = "10.1.0.0"})).empty());
    EXPECT_TRUE(ask(net, echo_probe({.to = "2001:db8:2::1"})).empty());
    EXPECT_EQ(net.counts().no_route, 2U);
    EXPECT_EQ(net.counts().delivered.answers, 4U);
}

TEST(blocks, the_longest_that_holds_an_address_counts_and_an_address_alone_before_all) {
    const scenario how = read_or_fail(R"({"targets": [
        {"prefix": "10.0.0.0/8", "hop_limit": 8},
        {"prefix": "10.1.1.0/24", "hop_limit": 24},
        {"prefix": "10.1.0.0/16", "hop_limit": 16},
        {"address": "10.1.1.1", "hop_limit": 32}]})");
    internet net(how, 1);
    const auto hop_limit_of = [&](const char* to) {
        const auto all = ask(net, echo_probe({.to = to}));
        return all.size() == 1 ? int{all[0].seen().hop_limit} : -1;
    };
    EXPECT_EQ(hop_limit_of("10.200.1.1"), 8);
    EXPECT_EQ(hop_limit_of("10.1.200.1"), 16);
    EXPECT_EQ(hop_limit_of("10.1.1.200"), 24);
    EXPECT_EQ(hop_limit_of("10.1.1.1"), 32);
}

TEST(blocks, each_host_keeps_an_order_of_its_own) {
    const scenario how = read_or_fail(R"({"target": {"prefix": "10.0.0.0/24", "delay_ms": 1,
        "reorder": {"probability": 0.5, "delay_ms": 100}}})");
    internet net(how, 1);
    mono_time now = test_start;
    // One request to each host: whatever is held back, nothing overtakes what it should not.
    for (int host = 0; host < 256; ++host) {
        const std::string to = "10.0.0." + std::to_string(host);
        net.send(echo_probe({.to = to.c_str()}), now);
        now += ms(1);
    }
    static_cast<void>(collect(net, now + ms(1'000)));
    EXPECT_GT(net.counts().held_back, 50U);
    EXPECT_EQ(net.counts().reordered, 0U);
    EXPECT_EQ(net.counts().delivered.answers, 256U);
}

}  // namespace
}  // namespace sonde::sim
