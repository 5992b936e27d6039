#include "mass_echo.hpp"

#include <map>

#include <gtest/gtest.h>

#include <sonde/base/random.hpp>

#include "probe_testing.hpp"

namespace sonde::detail {
namespace {

using namespace probe_testing;
using kind = match::kind;

const ip_address other_host{ipv4_address{0xc000020a}};
const ip_address target6 = *ip_address::parse("2001:db8:ffff::9");
constexpr std::uint64_t far_number = 0x0123'4567'89ab;

many_setup both_families() {
    many_setup made{.key = {.k0 = 0x0706050403020100, .k1 = 0x0f0e0d0c0b0a0908}, .start = start};
    made.v4 = probe_channel{.raw = true, .source = us, .identifier = 0x1234};
    made.v6 = probe_channel{.raw = true, .source = ipv6_address{}, .identifier = 0x4321};
    return made;
}

/// Remembers what it is told, as plainly as can be.
class notes final : public mass_memory {
  public:
    std::map<std::uint64_t, ip_address> probes{};

    [[nodiscard]] std::optional<ip_address> destination_of(std::uint64_t number) const override {
        const auto found = probes.find(number);
        return found == probes.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] std::optional<std::uint64_t> newest_to(const ip_address& address,
                                                         std::uint16_t sequence,
                                                         std::uint64_t below) const override {
        for (auto it = probes.rbegin(); it != probes.rend(); ++it) {
            if (it->first >= below || it->second != address) continue;
            if (static_cast<std::uint16_t>(it->first) == sequence) return it->first;
        }
        return std::nullopt;
    }
};

struct desk {
    explicit desk(std::size_t payload_len = 56, bool verify = true)
        : echo({.setup = both_families(),
                .payload_len = static_cast<std::uint16_t>(payload_len),
                .verify_checksum = verify}) {}

    octets_t send(std::uint64_t number, const ip_address& to = target) {
        const auto made = echo.write(number, to);
        memory.probes[number] = to;
        return {made.octets.begin(), made.octets.end()};
    }
    [[nodiscard]] match receive(const octets_t& octets, const ip_address& from = target) const {
        const std::uint8_t protocol = from.is_v4() ? 1 : 58;
        return echo.on_datagram(
            octets, {.source = from, .protocol = protocol, .at = start}, memory);
    }
    [[nodiscard]] match error(const icmp_error& reported) const {
        return echo.on_error(reported, {.source = reported.from, .at = start}, memory);
    }
    mass_echo echo;
    notes memory{};
};

handed as_handed(const octets_t& octets) { return {.protocol = 1, .octets = octets}; }

// ---- what is sent ------------------------------------------------------------------------------

TEST(mass_echo, every_probe_has_a_right_checksum_and_all_have_the_same) {
    for (const std::size_t len : {10U, 11U, 15U, 16U, 17U, 56U, 1400U}) {
        desk at(len);
        std::uint16_t first = 0;
        random_source random(len);
        for (int i = 0; i < 2'000; ++i) {
            const std::uint64_t number = i < 1'000 ? static_cast<std::uint64_t>(i) : random() >> 16;
            const auto octets = at.send(number, ipv4_address{static_cast<std::uint32_t>(random())});
            ASSERT_TRUE(checksum_holds(octets)) << len << ' ' << number;
            if (i == 0) first = be16_at(octets, 2);
            ASSERT_EQ(be16_at(octets, 2), first);
        }
    }
    for (std::size_t len = 0; len < 10; ++len) {
        desk at(len);
        for (std::uint64_t i = 0; i < 100; ++i) ASSERT_TRUE(checksum_holds(at.send(i * 977)));
    }
}

TEST(mass_echo, a_probe_lies_as_the_drawing_says) {
    desk at;
    const auto octets = at.send(far_number);
    EXPECT_EQ(octets.size(), 64U);
    EXPECT_EQ(octets[0], 8);
    EXPECT_EQ(octets[1], 0);
    EXPECT_EQ(be16_at(octets, 4), 0x1234);
    EXPECT_EQ(be16_at(octets, 6), 0x89ab);
    EXPECT_EQ(be64_at(octets, 8), at.echo.cookie(far_number, target));
    EXPECT_EQ(be16_at(octets, 18), 0x0123);
    EXPECT_EQ(be32_at(octets, 20), 0x456789abU);
    for (std::size_t i = 16; i < 56; ++i) EXPECT_EQ(octets[8 + i], i);
    const auto six = at.send(far_number, target6);
    EXPECT_EQ(six[0], 128);
    EXPECT_EQ(be16_at(six, 4), 0x4321);
}

TEST(mass_echo, a_pattern_fills_what_the_number_leaves) {
    mass_echo echo({.setup = both_families(), .payload_len = 22, .pattern = "abc"});
    const auto octets = echo.write(1, target).octets;
    EXPECT_EQ(std::string(octets.begin() + 24, octets.end()), "abcabc");
}

TEST(mass_echo, a_cookie_depends_on_key_number_and_address) {
    const desk at;
    const auto usual = at.echo.cookie(5, target);
    EXPECT_NE(usual, at.echo.cookie(6, target));
    EXPECT_NE(usual, at.echo.cookie(5, other_host));
    EXPECT_NE(at.echo.cookie(5, target6), at.echo.cookie(5, *ip_address::parse("2001:db8::9")));
    auto setup = both_families();
    setup.key.k0 ^= 1;
    EXPECT_NE(usual, mass_echo({.setup = setup, .payload_len = 56}).cookie(5, target));
}

// ---- echo replies ------------------------------------------------------------------------------

TEST(mass_echo, a_reply_finds_its_probe_whatever_its_number) {
    for (const std::size_t len : {8U, 9U, 10U, 12U, 15U, 16U, 56U}) {
        desk at(len);
        for (const std::uint64_t number : {std::uint64_t{0},
                                           std::uint64_t{1},
                                           std::uint64_t{65'536},
                                           std::uint64_t{1'000'000},
                                           far_number}) {
            const auto found = at.receive(echo_reply(at.send(number)));
            EXPECT_EQ(found.what, kind::genuine) << len;
            EXPECT_EQ(found.id.value, number);
            EXPECT_TRUE(found.reply.verified);
            EXPECT_EQ(found.reply.message_len, 8 + len);
        }
    }
}

TEST(mass_echo, over_ipv6_the_same) {
    for (const std::size_t len : {8U, 15U, 16U, 56U}) {
        desk at(len);
        auto reply = at.send(far_number, target6);
        reply[0] = 129;
        const auto found = at.receive(reply, target6);
        EXPECT_EQ(found.what, kind::genuine);
        EXPECT_EQ(found.id.value, far_number);
        reply[8 + len - 1] ^= 1;
        EXPECT_EQ(at.receive(reply, target6).what, len == 8 ? kind::forged : kind::corrupted);
    }
}

TEST(mass_echo, below_eight_octets_address_and_sequence_number_must_do) {
    for (std::size_t len = 0; len < 8; ++len) {
        desk at(len);
        const auto octets = at.send(65'541);
        EXPECT_EQ(at.receive(echo_reply(octets)).what, kind::genuine);
        EXPECT_EQ(at.receive(echo_reply(octets)).id.value, 65'541U);
        EXPECT_FALSE(at.receive(echo_reply(octets)).reply.verified);
        EXPECT_EQ(at.receive(echo_reply(octets), other_host).what, kind::foreign);
        auto longer = octets;
        longer.push_back(7);
        EXPECT_EQ(at.receive(echo_reply(longer)).what, kind::corrupted);
    }
}

TEST(mass_echo, a_right_cookie_counts_from_any_address) {
    desk at;
    const auto found = at.receive(echo_reply(at.send(far_number)), other_host);
    EXPECT_EQ(found.what, kind::genuine);
    EXPECT_EQ(found.id.value, far_number);
    EXPECT_EQ(found.reply.from, other_host);
}

TEST(mass_echo, of_two_probes_with_one_sequence_number_the_cookie_tells_which) {
    for (const std::size_t len : {8U, 12U, 16U}) {
        desk at(len);
        const auto old = at.send(7);
        const auto young = at.send(7 + 65'536);
        EXPECT_EQ(at.receive(echo_reply(old)).id.value, 7U);
        EXPECT_EQ(at.receive(echo_reply(young)).id.value, 7U + 65'536);
    }
}

TEST(mass_echo, another_identifier_an_unknown_number_and_a_forgotten_probe_are_foreign) {
    desk at;
    auto octets = at.send(3);
    put_be16_at(octets, 4, 0x1235);
    EXPECT_EQ(at.receive(echo_reply(octets)).what, kind::foreign);
    octets = at.send(3);
    at.memory.probes.clear();
    EXPECT_EQ(at.receive(echo_reply(octets)).what, kind::foreign);
    EXPECT_EQ(at.receive({0, 0, 0, 0}).what, kind::foreign);
}

TEST(mass_echo, the_right_sequence_number_without_the_cookie_is_forged_from_that_address_only) {
    desk at;
    const auto octets = at.send(9);
    for (std::size_t i = 8; i < 16; ++i) {
        auto lie = octets;
        lie[i] ^= 0x20;
        const auto found = at.receive(echo_reply(lie));
        EXPECT_EQ(found.what, kind::forged);
        EXPECT_EQ(found.id.value, 9U);
        EXPECT_EQ(at.receive(echo_reply(lie), other_host).what, kind::foreign);
    }
}

TEST(mass_echo, a_cookie_of_one_target_is_no_proof_for_another) {
    desk at;
    const auto octets = at.send(9);
    at.memory.probes[9] = other_host;
    EXPECT_EQ(at.receive(echo_reply(octets)).what, kind::foreign);
    EXPECT_EQ(at.receive(echo_reply(octets), other_host).what, kind::forged);
}

TEST(mass_echo, whatever_single_bit_of_checksum_or_payload_is_flipped_it_is_corrupted) {
    for (const std::size_t len : {8U, 9U, 12U, 16U, 24U}) {
        desk at(len);
        const auto octets = echo_reply(at.send(5));
        for (std::size_t i = 2; i < octets.size(); ++i) {
            if (i == 4) i = 8;  // identifier and sequence number say whose it is
            for (int bit = 0; bit < 8; ++bit) {
                auto damaged = octets;
                damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ (1 << bit));
                const auto found = at.receive(damaged);
                ASSERT_EQ(found.what, kind::corrupted) << len << ' ' << i;
                ASSERT_EQ(found.id.value, 5U);
            }
        }
    }
}

TEST(mass_echo, with_a_checksum_made_anew_what_is_changed_cut_or_added_is_corrupted) {
    desk at;
    const auto octets = at.send(5);
    for (std::size_t i = 16; i < 64; ++i) {
        auto changed = octets;
        changed[i] ^= 0x40;
        EXPECT_EQ(at.receive(echo_reply(changed)).what, kind::corrupted) << i;
    }
    for (std::size_t len = 8; len < 64; ++len) {
        auto cut = octets;
        cut.resize(len);
        EXPECT_EQ(at.receive(echo_reply(cut)).what, kind::corrupted) << len;
    }
    auto longer = octets;
    longer.push_back(0x38);
    EXPECT_EQ(at.receive(echo_reply(longer)).what, kind::corrupted);
}

TEST(mass_echo, a_wrong_checksum_counts_when_nobody_wants_to_know) {
    desk at(56, false);
    auto octets = echo_reply(at.send(5));
    octets[2] ^= 1;
    EXPECT_EQ(at.receive(octets).what, kind::genuine);
}

TEST(mass_echo, a_reply_with_a_code_is_judged_by_its_checksum) {
    desk at;
    auto octets = at.send(5);
    octets[1] = 3;
    EXPECT_EQ(at.receive(echo_reply(octets)).what, kind::genuine);
    EXPECT_EQ(at.receive(echo_reply(octets)).reply.code, 3);
}

TEST(mass_echo, requests_other_messages_and_families_without_a_channel_are_ignored) {
    desk at;
    EXPECT_EQ(at.receive(at.send(0)).what, kind::ignored);
    for (const std::uint8_t type : octets_t{9, 10, 13, 14, 17, 18, 40, 200}) {
        octets_t message{type, 0, 0, 0, 0, 0, 0, 0};
        resum(message);
        EXPECT_EQ(at.receive(message).what, kind::ignored) << int{type};
    }
    EXPECT_EQ(at.receive({}).what, kind::ignored);
    auto setup = both_families();
    setup.v6.reset();
    const mass_echo only_v4({.setup = setup, .payload_len = 56});
    const octets_t reply{129, 0, 0, 0, 0x43, 0x21, 0, 0};
    const receive_facts facts{.source = target6, .protocol = 58};
    EXPECT_EQ(only_v4.on_datagram(reply, facts, at.memory).what, kind::ignored);
}

// ---- errors ------------------------------------------------------------------------------------

TEST(mass_echo, an_error_is_verified_by_number_and_cookie_in_its_quote) {
    desk at;
    const auto octets = at.send(far_number);
    const auto found = at.receive(icmp_error_about(11, 0, as_handed(octets), octets), router);
    EXPECT_EQ(found.what, kind::genuine);
    EXPECT_EQ(found.id.value, far_number);
    EXPECT_TRUE(found.reply.verified);
    EXPECT_EQ(found.reply.from, router);
    EXPECT_EQ(found.reply.type, 11);
    EXPECT_EQ(found.reply.kind, answer_kind::icmp_error);
}

TEST(mass_echo, a_quote_may_be_cut_anywhere) {
    desk at;
    const auto octets = at.send(far_number);
    for (std::size_t len = 0; len <= octets.size(); ++len) {
        const auto error = icmp_error_about(3, 1, as_handed(octets), octets, len);
        const auto found = at.receive(error, router);
        ASSERT_EQ(found.what, len < 8 ? kind::foreign : kind::genuine) << len;
        if (len < 8) continue;
        EXPECT_EQ(found.id.value, far_number);
        EXPECT_EQ(found.reply.verified, len >= 16) << len;
    }
}

TEST(mass_echo, with_eight_octets_quoted_the_quoted_destination_has_to_fit) {
    desk at;
    const auto octets = at.send(far_number);
    auto error = icmp_error_about(11, 0, as_handed(octets), octets, 8);
    error[8 + 19] ^= 1;
    resum(error);
    EXPECT_EQ(at.receive(error, router).what, kind::foreign);
    auto whole = icmp_error_about(11, 0, as_handed(octets), octets);
    whole[8 + 19] ^= 1;  // a translator changed it: the cookie still tells
    resum(whole);
    EXPECT_EQ(at.receive(whole, router).what, kind::genuine);
}

TEST(mass_echo, a_quote_with_a_wrong_cookie_is_forged_and_a_damaged_error_corrupted) {
    desk at;
    const auto octets = at.send(4);
    auto lie = octets;
    lie[10] ^= 1;
    EXPECT_EQ(at.receive(icmp_error_about(11, 0, as_handed(lie), lie), router).what, kind::forged);
    auto damaged = icmp_error_about(11, 0, as_handed(octets), octets);
    damaged[5] ^= 1;
    EXPECT_EQ(at.receive(damaged, router).what, kind::corrupted);
}

TEST(mass_echo, an_error_about_something_of_somebody_else_is_foreign) {
    desk at;
    auto octets = at.send(4);
    put_be16_at(octets, 4, 0x9999);
    EXPECT_EQ(at.receive(icmp_error_about(11, 0, as_handed(octets), octets), router).what,
              kind::foreign);
    handed udp{.protocol = 17, .octets = octets_t(8)};
    EXPECT_EQ(at.receive(icmp_error_about(3, 3, udp, udp.octets), router).what, kind::foreign);
    octets = at.send(4);
    octets[0] = 13;
    EXPECT_EQ(at.receive(icmp_error_about(3, 1, as_handed(octets), octets), router).what,
              kind::foreign);
}

TEST(mass_echo, the_error_queues_shape_gives_the_same_facts) {
    for (const std::size_t len : {0U, 4U, 8U, 12U, 56U}) {
        desk at(len);
        const auto octets = at.send(far_number);
        icmp_error reported{.from = router,
                            .type = 3,
                            .code = 4,
                            .mtu = 1400,
                            .quoted_protocol = 1,
                            .quoted_destination = target,
                            .quoted_transport = octets};
        const auto found = at.error(reported);
        EXPECT_EQ(found.what, kind::genuine);
        EXPECT_EQ(found.id.value, far_number);
        EXPECT_EQ(found.reply.mtu, 1400U);
        EXPECT_EQ(found.reply.verified, len >= 8);
        reported.quoted_destination = {};
        EXPECT_EQ(at.error(reported).what, len >= 16 ? kind::genuine : kind::foreign);
    }
    desk at;
    const auto six = at.send(far_number, target6);
    const icmp_error reported{.from = *ip_address::parse("2001:db8::1"),
                              .type = 1,
                              .quoted_protocol = 58,
                              .quoted_destination = target6,
                              .quoted_transport = six};
    EXPECT_EQ(at.error(reported).what, kind::genuine);
    EXPECT_EQ(at.error(reported).id.value, far_number);
}

TEST(mass_echo, noise_is_never_genuine) {
    desk at;
    static_cast<void>(at.send(5));
    random_source random(1);
    for (int i = 0; i < 20'000; ++i) {
        octets_t noise(random.below(100));
        for (auto& octet : noise) octet = static_cast<std::uint8_t>(random());
        if (noise.size() >= 8) {
            noise[0] = static_cast<std::uint8_t>(random.below(14));
            put_be16_at(noise, 4, 0x1234);
            put_be16_at(noise, 6, 5);
            resum(noise);
        }
        EXPECT_NE(at.receive(noise).what, kind::genuine);
    }
}

}  // namespace
}  // namespace sonde::detail
