#include "answer_match.hpp"

#include <gtest/gtest.h>

#include "probe_testing.hpp"

namespace sonde::detail {
namespace {

using namespace probe_testing;
using kind = match::kind;

constexpr std::uint64_t sent_probes = 8;

/// A writer, a matcher, and the probes 0 to 7 as they were sent.
struct desk {
    explicit desk(const probe_plan& plan) : writer(plan), matcher(writer) {
        for (std::uint64_t id = 0; id < sent_probes; ++id) {
            const auto made = writer.write({id}, plan.method == probe_method::udp && id == 7);
            sent.push_back({made.id,
                            start,
                            made.hop_limit,
                            made.protocol,
                            made.destination_port,
                            {made.octets.begin(), made.octets.end()}});
        }
    }
    [[nodiscard]] match datagram(const octets_t& octets, std::uint8_t protocol = 1,
                                 ip_address from = target) const {
        return matcher.on_datagram(octets,
                                   {.source = from, .protocol = protocol, .at = start},
                                   {.oldest = 0, .next = sent_probes});
    }
    [[nodiscard]] match error(const icmp_error& reported) const {
        return matcher.on_error(
            reported, {.source = reported.from, .at = start}, {.oldest = 0, .next = sent_probes});
    }
    probe_writer writer;
    answer_matcher matcher;
    std::vector<handed> sent;
};

desk icmp_desk(std::uint16_t payload_len = 56) {
    return desk({.setup = test_setup(), .payload_len = payload_len});
}
desk udp_desk(bool raw = true) {
    return desk({.method = probe_method::udp, .setup = test_setup(raw), .payload_len = 32});
}
desk tcp_desk() { return desk({.method = probe_method::tcp, .setup = test_setup()}); }

// ---- echo replies ------------------------------------------------------------------------------

TEST(matching, an_echo_reply_finds_its_probe_by_identifier_sequence_number_and_cookie) {
    const auto at = icmp_desk();
    for (const auto& probe : at.sent) {
        const auto found = at.datagram(echo_reply(probe.octets));
        EXPECT_EQ(found.what, kind::genuine);
        EXPECT_EQ(found.id, probe.id);
        EXPECT_TRUE(found.reply.verified);
        EXPECT_EQ(found.reply.kind, answer_kind::echo_reply);
        EXPECT_EQ(found.reply.message_len, 64);
    }
}

TEST(matching, another_identifier_or_a_sequence_number_not_sent_is_foreign) {
    const auto at = icmp_desk();
    auto octets = at.sent[3].octets;
    put_be16_at(octets, 4, 0x1235);
    EXPECT_EQ(at.datagram(echo_reply(octets)).what, kind::foreign);
    octets = at.sent[3].octets;
    put_be16_at(octets, 6, 1000);
    EXPECT_EQ(at.datagram(echo_reply(octets)).what, kind::foreign);
}

TEST(matching, our_own_requests_on_loopback_and_messages_that_are_no_answers_are_ignored) {
    const auto at = icmp_desk();
    EXPECT_EQ(at.datagram(at.sent[0].octets).what, kind::ignored);
    for (const std::uint8_t type : octets_t{9, 10, 13, 14, 17, 18, 40, 200}) {
        octets_t other{type, 0, 0, 0, 0, 0, 0, 0};
        resum(other);
        EXPECT_EQ(at.datagram(other).what, kind::ignored) << int{type};
    }
    EXPECT_EQ(at.datagram({}).what, kind::ignored);
}

TEST(matching, a_wrong_checksum_makes_it_corrupted_unless_nobody_wants_to_know) {
    const auto at = icmp_desk();
    auto octets = echo_reply(at.sent[2].octets);
    octets[2] ^= 1;
    EXPECT_EQ(at.datagram(octets).what, kind::corrupted);
    const desk lax({.setup = test_setup(), .payload_len = 56, .verify_checksum = false});
    octets = echo_reply(lax.sent[2].octets);
    octets[2] ^= 1;
    EXPECT_EQ(lax.datagram(octets).what, kind::genuine);
}

TEST(matching, a_right_cookie_with_other_octets_changed_cut_or_added_is_corrupted) {
    const auto at = icmp_desk();
    for (std::size_t i = 16; i < 64; ++i) {
        auto octets = echo_reply(at.sent[2].octets);
        octets[i] ^= 0x40;
        resum(octets);
        EXPECT_EQ(at.datagram(octets).what, kind::corrupted) << i;
    }
    for (std::size_t len = 8; len < 64; ++len) {
        auto octets = at.sent[2].octets;
        octets.resize(len);
        EXPECT_EQ(at.datagram(echo_reply(octets)).what, kind::corrupted) << len;
    }
    auto octets = at.sent[2].octets;
    octets.push_back(0x38);
    EXPECT_EQ(at.datagram(echo_reply(octets)).what, kind::corrupted);
}

TEST(matching, our_numbers_without_our_cookie_are_forged) {
    const auto at = icmp_desk();
    for (std::size_t i = 8; i < 16; ++i) {
        auto octets = at.sent[2].octets;
        octets[i] ^= 0x40;
        EXPECT_EQ(at.datagram(echo_reply(octets)).what, kind::forged) << i;
    }
    // The cookie of another probe is no excuse.
    auto octets = at.sent[2].octets;
    put_be16_at(octets, 6, 4);
    EXPECT_EQ(at.datagram(echo_reply(octets)).what, kind::forged);
}

TEST(matching, below_eight_octets_numbers_alone_must_do_and_the_answer_is_not_verified) {
    for (std::uint16_t len = 0; len < 8; ++len) {
        const auto at = icmp_desk(len);
        const auto found = at.datagram(echo_reply(at.sent[2].octets));
        EXPECT_EQ(found.what, kind::genuine);
        EXPECT_EQ(found.id.value, 2U);
        EXPECT_FALSE(found.reply.verified);
    }
}

TEST(matching, a_reply_of_an_old_round_of_numbers_is_never_one_to_the_new_probe) {
    probe_writer writer({.setup = test_setup(), .payload_len = 56});
    const answer_matcher matcher(writer);
    const auto made = writer.write({100});
    const auto octets = echo_reply({made.octets.begin(), made.octets.end()});
    const receive_facts facts{.source = target, .protocol = 1, .at = start};
    const auto remembered_still = matcher.on_datagram(octets, facts, {0, 131'072});
    EXPECT_EQ(remembered_still.what, kind::genuine);
    EXPECT_EQ(remembered_still.id.value, 100U);
    const auto forgotten = matcher.on_datagram(octets, facts, {65'536, 131'072});
    EXPECT_EQ(forgotten.what, kind::foreign);
}

TEST(matching, the_same_numbers_in_another_session_are_forged_there) {
    const auto at = icmp_desk();
    auto setup = test_setup();
    setup.key.k1 ^= 1;
    const desk other({.setup = setup, .payload_len = 56});
    EXPECT_EQ(other.datagram(echo_reply(at.sent[2].octets)).what, kind::forged);
}

// ---- errors about echo requests ----------------------------------------------------------------

TEST(matching, an_error_is_verified_by_the_cookie_in_its_quote) {
    const auto at = icmp_desk();
    const auto found =
        at.datagram(icmp_error_about(11, 0, at.sent[4], at.sent[4].octets), 1, router);
    EXPECT_EQ(found.what, kind::genuine);
    EXPECT_EQ(found.id.value, 4U);
    EXPECT_TRUE(found.reply.verified);
    EXPECT_EQ(found.reply.kind, answer_kind::icmp_error);
    EXPECT_EQ(found.reply.from, router);
    EXPECT_EQ(found.reply.type, 11);
}

TEST(matching, with_eight_octets_quoted_numbers_and_destination_must_do_and_it_is_not_verified) {
    const auto at = icmp_desk();
    const auto octets = icmp_error_about(11, 0, at.sent[4], at.sent[4].octets, 8);
    const auto found = at.datagram(octets, 1, router);
    EXPECT_EQ(found.what, kind::genuine);
    EXPECT_EQ(found.id.value, 4U);
    EXPECT_FALSE(found.reply.verified);
    auto elsewhere = octets;
    elsewhere[8 + 19] ^= 1;  // the quoted destination
    resum(elsewhere);
    EXPECT_EQ(at.datagram(elsewhere, 1, router).what, kind::foreign);
}

TEST(matching, an_error_that_quotes_a_wrong_cookie_is_forged) {
    const auto at = icmp_desk();
    auto quoted = at.sent[4].octets;
    quoted[10] ^= 1;
    EXPECT_EQ(at.datagram(icmp_error_about(11, 0, at.sent[4], quoted), 1, router).what,
              kind::forged);
}

TEST(matching, an_error_with_a_wrong_checksum_is_corrupted) {
    const auto at = icmp_desk();
    auto octets = icmp_error_about(11, 0, at.sent[4], at.sent[4].octets);
    octets[5] ^= 1;
    EXPECT_EQ(at.datagram(octets, 1, router).what, kind::corrupted);
}

TEST(matching, an_error_that_quotes_something_of_somebody_else_is_foreign) {
    const auto at = icmp_desk();
    auto quoted = at.sent[4].octets;
    put_be16_at(quoted, 4, 0x9999);
    EXPECT_EQ(at.datagram(icmp_error_about(11, 0, at.sent[4], quoted), 1, router).what,
              kind::foreign);
    const auto udp = udp_desk();
    EXPECT_EQ(at.datagram(icmp_error_about(11, 0, udp.sent[0], udp_around(udp.sent[0]))).what,
              kind::foreign);
    EXPECT_EQ(at.datagram(icmp_error_about(11, 0, at.sent[4], at.sent[4].octets, 0)).what,
              kind::foreign);
}

TEST(matching, the_error_queues_shape_gives_the_same_facts) {
    const auto at = icmp_desk();
    icmp_error reported{.from = router,
                        .type = 3,
                        .code = 4,
                        .mtu = 1400,
                        .quoted_protocol = 1,
                        .quoted_destination = target,
                        .quoted_transport = at.sent[1].octets};
    const auto found = at.error(reported);
    EXPECT_EQ(found.what, kind::genuine);
    EXPECT_EQ(found.id.value, 1U);
    EXPECT_EQ(found.reply.mtu, 1400U);
}

// ---- UDP ---------------------------------------------------------------------------------------

TEST(matching, a_udp_probe_is_found_by_its_cookie_or_with_28_octets_by_ports_and_checksum) {
    const auto at = udp_desk();
    for (const auto& probe : at.sent) {
        const auto whole = at.datagram(icmp_error_about(3, 3, probe, udp_around(probe)));
        EXPECT_EQ(whole.what, kind::genuine);
        EXPECT_EQ(whole.id, probe.id);
        EXPECT_TRUE(whole.reply.verified);
        const auto cut = at.datagram(icmp_error_about(3, 3, probe, udp_around(probe), 8));
        EXPECT_EQ(cut.what, kind::genuine);
        EXPECT_EQ(cut.id, probe.id);
        EXPECT_FALSE(cut.reply.verified);
    }
}

TEST(matching, a_checksum_left_to_the_hardware_does_not_hide_the_cookie) {
    const auto at = udp_desk();
    auto quoted = udp_around(at.sent[3]);
    put_be16_at(quoted, 6, 0x0bad);
    const auto found = at.datagram(icmp_error_about(3, 3, at.sent[3], quoted));
    EXPECT_EQ(found.what, kind::genuine);
    EXPECT_EQ(found.id.value, 3U);
    EXPECT_TRUE(found.reply.verified);
}

TEST(matching, our_udp_ports_and_checksum_without_our_cookie_are_forged) {
    const auto at = udp_desk();
    auto quoted = udp_around(at.sent[3]);
    quoted[9] ^= 1;
    EXPECT_EQ(at.datagram(icmp_error_about(3, 3, at.sent[3], quoted)).what, kind::forged);
}

TEST(matching, another_source_port_is_somebody_elses) {
    const auto at = udp_desk();
    const auto quoted = udp_around(at.sent[3], 40'001);
    EXPECT_EQ(at.datagram(icmp_error_about(3, 3, at.sent[3], quoted, 8)).what, kind::foreign);
}

TEST(matching,
     an_error_queue_entry_without_payload_is_anonymous_unless_the_port_is_the_probes_own) {
    const auto at = udp_desk(false);
    icmp_error reported{.from = router,
                        .type = 11,
                        .quoted_protocol = 17,
                        .quoted_destination = target,
                        .quoted_destination_port = 33'434};
    EXPECT_EQ(at.error(reported).what, kind::foreign);
    reported.quoted_payload = at.sent[5].octets;
    EXPECT_EQ(at.error(reported).id.value, 5U);
    EXPECT_TRUE(at.error(reported).reply.verified);
    reported.quoted_payload = {};
    reported.quoted_destination_port = at.sent[7].destination_port;  // sent with its own
    EXPECT_EQ(at.error(reported).what, kind::genuine);
    EXPECT_EQ(at.error(reported).id.value, 7U);
    EXPECT_FALSE(at.error(reported).reply.verified);
}

// ---- TCP ---------------------------------------------------------------------------------------

octets_t segment_to(const handed& probe, std::uint8_t flags, std::uint32_t acknowledged_more = 1) {
    octets_t made(20);
    put_be16_at(made, 0, 80);
    put_be16_at(made, 2, be16_at(probe.octets, 0));
    put_be32_at(made, 4, 0x01020304);
    put_be32_at(made, 8, be32_at(probe.octets, 4) + acknowledged_more);
    made[12] = 0x50;
    made[13] = flags;
    return made;
}

TEST(matching, a_syn_is_answered_by_what_acknowledges_its_keyed_sequence_number) {
    const auto at = tcp_desk();
    const auto open = at.datagram(segment_to(at.sent[5], 0x12), 6);
    EXPECT_EQ(open.what, kind::genuine);
    EXPECT_EQ(open.id.value, 5U);
    EXPECT_EQ(open.reply.kind, answer_kind::tcp_syn_ack);
    EXPECT_TRUE(open.reply.verified);
    EXPECT_EQ(at.datagram(segment_to(at.sent[5], 0x14), 6).reply.kind, answer_kind::tcp_reset);
    EXPECT_EQ(at.datagram(segment_to(at.sent[5], 0x10), 6).reply.kind, answer_kind::tcp_other);
}

TEST(matching, a_segment_that_acknowledges_something_else_is_forged) {
    const auto at = tcp_desk();
    EXPECT_EQ(at.datagram(segment_to(at.sent[5], 0x12, 2), 6).what, kind::forged);
}

TEST(matching, segments_of_other_connections_and_our_own_on_loopback_are_ignored) {
    const auto at = tcp_desk();
    EXPECT_EQ(at.datagram(at.sent[5].octets, 6).what, kind::ignored);
    auto octets = segment_to(at.sent[5], 0x12);
    put_be16_at(octets, 2, 50'000);
    EXPECT_EQ(at.datagram(octets, 6).what, kind::ignored);
    octets = segment_to(at.sent[5], 0x12);
    put_be16_at(octets, 0, 443);
    EXPECT_EQ(at.datagram(octets, 6).what, kind::ignored);
}

TEST(matching, an_error_about_a_syn_is_verified_by_the_sequence_number_in_its_first_eight_octets) {
    const auto at = tcp_desk();
    const auto octets = icmp_error_about(11, 0, at.sent[6], at.sent[6].octets, 8);
    const auto found = at.datagram(octets, 1, router);
    EXPECT_EQ(found.what, kind::genuine);
    EXPECT_EQ(found.id.value, 6U);
    EXPECT_TRUE(found.reply.verified);
    auto quoted = at.sent[6].octets;
    quoted[7] ^= 1;
    EXPECT_EQ(at.datagram(icmp_error_about(11, 0, at.sent[6], quoted, 8), 1, router).what,
              kind::forged);
}

// ---- hostile -----------------------------------------------------------------------------------

TEST(matching, every_cut_of_every_answer_is_survived) {
    const auto icmp = icmp_desk();
    const auto udp = udp_desk();
    const auto tcp = tcp_desk();
    const auto try_all = [](const desk& at, const octets_t& octets, std::uint8_t protocol) {
        for (std::size_t len = 0; len <= octets.size(); ++len) {
            static_cast<void>(
                at.datagram({octets.begin(), octets.begin() + static_cast<long>(len)}, protocol));
        }
    };
    try_all(icmp, echo_reply(icmp.sent[1].octets), 1);
    try_all(icmp, icmp_error_about(11, 0, icmp.sent[1], icmp.sent[1].octets), 1);
    try_all(udp, icmp_error_about(3, 3, udp.sent[1], udp_around(udp.sent[1])), 1);
    try_all(tcp, segment_to(tcp.sent[1], 0x12), 6);
    try_all(tcp, icmp_error_about(11, 0, tcp.sent[1], tcp.sent[1].octets), 1);
}

}  // namespace
}  // namespace sonde::detail
