// Fields changed in place, in captured frames and in frozen stacks: checksums follow.

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/base/random.hpp>
#include <sonde/packet/frozen.hpp>
#include <sonde/testing/corpus.hpp>
#include <sonde/wire/protocols.hpp>

namespace sonde {
namespace {

using octets_t = std::vector<std::uint8_t>;

const ipv4 ip_1{.identification = 5, .source = {0xc0a80001}, .destination = {0xc0a80002}};
const ipv6 ip6_1{.source = *ipv6_address::parse("2001:db8::1"),
                 .destination = *ipv6_address::parse("2001:db8::2")};

octets_t copy_of(bytes_view octets) { return {octets.begin(), octets.end()}; }

TEST(edit, changes_a_field_and_the_checksums_that_know_it) {
    const auto before = ethernet{} / ip_1 / tcp{.source_port = 9} / "odd data!";
    octets_t frame = before.to_bytes();
    edit(frame).get<ipv4>()->set_time_to_live(63);
    edit(frame).get<ipv4>()->set_source({0x0a000001});
    edit(frame).get<tcp>()->set_destination_port(8080);
    edit(frame).get<ethernet>()->set_type(ether_type::ipv4);
    ipv4 ip = ip_1;
    ip.time_to_live = 63;
    ip.source = {0x0a000001};
    const auto after =
        ethernet{} / ip / tcp{.source_port = 9, .destination_port = 8080} / "odd data!";
    EXPECT_EQ(frame, after.to_bytes());
}

TEST(edit, a_wrong_checksum_stays_as_wrong_as_it_was) {
    ipv4 wrong = ip_1;
    wrong.header_checksum = 0xbeef;
    octets_t frame = (ethernet{} / wrong / udp{.checksum = 0x1234} / "x").to_bytes();
    const auto error_of = [&](std::size_t at, const octets_t& right) {
        // The difference as one's complement numbers have it.
        return checksum()
            .add_u16(be16_at(frame, at))
            .add_u16(static_cast<std::uint16_t>(~be16_at(right, at)))
            .sum();
    };
    const octets_t right = (ethernet{} / ip_1 / udp{} / "x").to_bytes();
    const auto header_error = error_of(24, right);
    const auto datagram_error = error_of(40, right);
    edit(frame).get<ipv4>()->set_destination({0x01020304});
    ipv4 moved = ip_1;
    moved.destination = {0x01020304};
    const octets_t right_after = (ethernet{} / moved / udp{} / "x").to_bytes();
    EXPECT_EQ(error_of(24, right_after), header_error);
    EXPECT_EQ(error_of(40, right_after), datagram_error);
}

TEST(edit, a_udp_checksum_of_zero_stays_zero) {
    octets_t frame = (ethernet{} / ip_1 / udp{.checksum = 0} / "x").to_bytes();
    edit(frame).get<ipv4>()->set_source({7});
    edit(frame).get<udp>()->set_source_port(7);
    EXPECT_EQ(be16_at(frame, 40), 0);
}

TEST(edit, a_checksum_outside_a_tunnel_knows_what_changed_inside) {
    const auto make = [](ipv4 inner, udp datagram) {
        return (ethernet{} / ip6_1 / udp{.destination_port = 4789} / vxlan{} / ethernet{} / inner /
                datagram / "inside")
            .to_bytes();
    };
    octets_t frame = make(ip_1, {.checksum = 0});
    edit(frame).get<ipv4>()->set_source({9});
    edit(frame).get<udp>(1)->set_source_port(9);
    ipv4 inner = ip_1;
    inner.source = {9};
    EXPECT_EQ(frame, make(inner, {.source_port = 9, .checksum = 0}));
    edit(frame).get<ethernet>(1)->set_source(mac_address{{1, 2, 3, 4, 5, 6}});
    const auto outer = bytes_view(frame).subspan(54);
    EXPECT_EQ(verify_transport_checksum(ip6_1.source, ip6_1.destination, ip_protocol::udp, outer),
              checksum_state::good);
}

TEST(edit, octets_of_an_option_can_be_written_too) {
    const octets_t options{8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1};
    octets_t frame = (ethernet{} / ip_1 / tcp{.options = options} / "abc").to_bytes();
    const octets_t stamp{0, 0, 9};
    edit(frame).get<tcp>()->set_octets(23, stamp);
    const octets_t changed{8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 1, 1};
    EXPECT_EQ(frame, (ethernet{} / ip_1 / tcp{.options = changed} / "abc").to_bytes());
}

TEST(edit, what_is_not_there_cannot_be_had) {
    octets_t frame = (ethernet{} / ip_1 / tcp{}).to_bytes();
    EXPECT_FALSE(edit(frame).get<udp>());
    EXPECT_FALSE(edit(frame).get<ipv6>());
    EXPECT_FALSE(edit(bytes_mut(frame).first(20)).get<ipv4>());
    EXPECT_FALSE(edit(bytes_mut(frame).first(40)).get<tcp>());
}

// What a frame's checksums are worth: one character each.
std::string verdicts(bytes_view frame, link_type type) {
    std::string made;
    std::optional<ipv4::view> ip;
    for (const layer_view& one : layers(frame, type)) {
        if (one.quoted()) break;
        if (const auto seen = one.as<ipv4>()) {
            ip = *seen;
            made += seen->header_checksum_holds() ? 'y' : 'n';
        }
        if (!ip || (one.id() != layer::tcp && one.id() != layer::udp)) continue;
        const auto state = verify_transport_checksum(
            ip->source(), ip->destination(), ip->protocol(), ip->payload());
        made += to_string(state);
    }
    return made;
}

TEST(edit, no_capture_changes_its_verdict) {
    SONDE_REQUIRE_CORPUS();
    std::size_t changed = 0;
    for (const auto& name : testing::list_captures("")) {
        std::vector<testing::captured_frame> captured;
        try {
            captured = testing::read_capture(name);
        } catch (const std::exception&) {
            continue;  // broken on purpose, or another format
        }
        if (captured.size() > 60) captured.resize(60);
        for (auto& one : captured) {
            const link_type type{one.link_type};
            const std::string before = verdicts(one.octets, type);
            const auto ip = edit(one.octets, type).get<ipv4>();
            if (!ip || !ip->view().checked_header_length()) continue;
            ip->set_time_to_live(static_cast<std::uint8_t>(ip->view().time_to_live() + 1));
            ip->set_source({ip->view().source().value ^ 0x01020304});
            if (const auto segment = edit(one.octets, type).get<tcp>())
                segment->set_window(static_cast<std::uint16_t>(segment->view().window() + 7));
            EXPECT_EQ(verdicts(one.octets, type), before) << name;
            ++changed;
        }
    }
    EXPECT_GT(changed, 1000U);
}

TEST(frozen, every_field_set_is_what_the_stack_would_have_written) {
    random_source random(5);
    auto flood = freeze(ethernet{} / ip_1 / tcp{.flags = tcp_flags::syn} / "data that are odd");
    ipv4 ip = ip_1;
    tcp segment{.flags = tcp_flags::syn};
    for (int round = 0; round < 2000; ++round) {
        ip.identification = static_cast<std::uint16_t>(random());
        ip.time_to_live = static_cast<std::uint8_t>(random());
        ip.source = {static_cast<std::uint32_t>(random())};
        ip.destination = {static_cast<std::uint32_t>(random())};
        segment.source_port = static_cast<std::uint16_t>(random());
        segment.sequence_number = static_cast<std::uint32_t>(random());
        flood.set<ipv4, "identification">(ip.identification);
        flood.set<ipv4, "time_to_live">(ip.time_to_live);
        flood.set<ipv4, "source">(ip.source);
        flood.set<ipv4, "destination">(ip.destination);
        flood.set<tcp, "source_port">(segment.source_port);
        flood.set<tcp, "sequence_number">(segment.sequence_number);
        ASSERT_EQ(copy_of(flood.octets()),
                  (ethernet{} / ip / segment / "data that are odd").to_bytes());
    }
}

TEST(frozen, a_tunnel_keeps_all_of_its_checksums) {
    random_source random(6);
    const auto make = [](const ipv6& inner, const udp& datagram, const payload& data) {
        return ethernet{} / ip_1 / udp{.destination_port = 4789} / vxlan{} / ethernet{} / inner /
               datagram / data;
    };
    octets_t data(21);
    auto flood = freeze(make(ip6_1, {}, payload(data)));
    ipv6 inner = ip6_1;
    udp datagram;
    for (int round = 0; round < 500; ++round) {
        for (auto& octet : inner.source.octets) octet = static_cast<std::uint8_t>(random());
        inner.hop_limit = static_cast<std::uint8_t>(random());
        datagram.source_port = static_cast<std::uint16_t>(random());
        const auto word = static_cast<std::uint32_t>(random());
        put_be32_at(data, 3, word);
        flood.set<ipv6, "source">(inner.source);
        flood.set<ipv6, "hop_limit">(inner.hop_limit);
        flood.set_at<6, "source_port">(datagram.source_port);
        flood.set_inside(3, word);
        ASSERT_EQ(copy_of(flood.octets()), make(inner, datagram, payload(data)).to_bytes());
    }
}

TEST(frozen, goes_over_a_range_of_a_field) {
    auto flood = freeze(ethernet{} / ip_1 / udp{} / "x");
    std::uint32_t expected = 65530;
    for (const bytes_view frame : flood.over<udp, "destination_port">(65530, 65535)) {
        EXPECT_EQ(copy_of(frame),
                  (ethernet{} / ip_1 /
                   udp{.destination_port = static_cast<std::uint16_t>(expected)} / "x")
                      .to_bytes());
        ++expected;
    }
    EXPECT_EQ(expected, 65536U);
    for (const bytes_view frame : flood.over<udp, "destination_port">(2, 1)) FAIL() << frame.size();
}

}  // namespace
}  // namespace sonde
