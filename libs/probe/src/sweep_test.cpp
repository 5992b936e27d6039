// Sweeps by hand-made events: who is asked when, what each answer counts as, and what a later run
// goes on with.

#include <map>
#include <set>

#include <sonde/base/permutation.hpp>
#include <sonde/testing/heap.hpp>

#include "sweep_testing.hpp"

namespace sonde {
namespace {

using namespace probe_testing;
using enum reply_class;

// All combinations take seconds without a sanitizer and half a minute with one.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
constexpr int fates_step = 17;
#else
constexpr int fates_step = 1;
#endif

ip_address ip(const char* text) { return *ip_address::parse(text); }

// ---- who is asked ------------------------------------------------------------------------------

TEST(sweep, asks_every_address_once_in_the_order_of_the_seed) {
    auto options = at_once();
    options.seed = 42;
    sweeper one(options, set_of({"192.0.2.0/28", "2001:db8::/125"}));
    one.run_to_the_end();
    ASSERT_EQ(one.sent.size(), 24U);
    const permutation order(24, 42);
    for (std::uint64_t position = 0; position < 24; ++position) {
        EXPECT_EQ(one.sent[position].number, position);
        EXPECT_EQ(one.sent[position].to, one.session.targets().at(order(position)));
    }
    EXPECT_EQ(one.session.counts().lost, 24U);
    EXPECT_EQ(one.count(event_kind::finished), 1U);
}

TEST(sweep, goes_through_ascending_addresses_when_asked_to) {
    auto options = at_once();
    options.in_order = true;
    sweeper one(options, set_of({"192.0.2.4/30"}));
    one.run_to_the_end();
    ASSERT_EQ(one.sent.size(), 4U);
    EXPECT_EQ(one.sent[0].to, ip("192.0.2.4"));
    EXPECT_EQ(one.sent[3].to, ip("192.0.2.7"));
}

TEST(sweep, of_nobody_ends_at_once) {
    sweeper one(at_once(), {});
    one.run_to_the_end();
    EXPECT_TRUE(one.sent.empty());
    EXPECT_EQ(one.count(event_kind::finished), 1U);
    EXPECT_EQ(one.now, start);
}

TEST(sweep, leaves_broadcast_and_multicast_out_unless_they_are_allowed) {
    const auto given =
        set_of({"223.255.255.254-224.0.0.1", "255.255.255.254/31", "ff02::1", "2001:db8::1"});
    sweeper one(at_once(), given);
    one.run_to_the_end();
    EXPECT_EQ(one.session.progress().skipped, 4U);
    EXPECT_EQ(one.session.progress().size, 4U);
    for (const auto& probe : one.sent) EXPECT_FALSE(probe.to.is_multicast());
    auto options = at_once();
    options.ceilings.allow_broadcast = true;
    sweeper other(options, given);
    other.run_to_the_end();
    EXPECT_EQ(other.sent.size(), 8U);
    EXPECT_EQ(other.session.progress().skipped, 0U);
}

TEST(sweep, leaves_out_a_family_without_a_channel) {
    auto setup = sweep_setup();
    setup.v6.reset();
    sweeper one(at_once(), set_of({"192.0.2.0/30", "2001:db8::/120"}), setup);
    one.run_to_the_end();
    EXPECT_EQ(one.sent.size(), 4U);
    EXPECT_EQ(one.session.progress().skipped, 256U);
}

TEST(sweep, shards_share_the_work_without_gap_or_overlap) {
    for (const std::uint64_t size : {1U, 2U, 7U, 100U, 101U}) {
        address_set targets;
        targets.add(*ip_range::between(
            ip("10.0.0.0"), ipv4_address{static_cast<std::uint32_t>(0x0a000000 + size - 1)}));
        for (const std::uint32_t shards : {1U, 2U, 3U, 8U}) {
            std::map<ip_address, int> asked;
            for (std::uint32_t shard = 0; shard < shards; ++shard) {
                auto options = at_once();
                options.shards = shards;
                options.shard = shard;
                sweeper one(options, targets);
                one.run_to_the_end();
                EXPECT_EQ(one.session.progress().share, one.sent.size());
                for (const auto& probe : one.sent) ++asked[probe.to];
            }
            EXPECT_EQ(asked.size(), size) << shards;
            for (const auto& [address, times] : asked) EXPECT_EQ(times, 1) << to_string(address);
        }
    }
}

TEST(sweep, begins_at_a_position_and_ends_after_so_many) {
    for (std::uint64_t position = 0; position < 70; ++position) {
        auto options = at_once();
        options.position = position;
        options.limit = 10;
        options.shards = 3;
        options.shard = 1;
        sweeper one(options, set_of({"10.0.0.0/26"}));
        one.run_to_the_end();
        const permutation order(64, 0);
        std::vector<ip_address> expected;
        for (std::uint64_t p = position; p < 64 && expected.size() < 10; ++p) {
            if (p % 3 == 1) expected.push_back(one.session.targets().at(order(p)));
        }
        ASSERT_EQ(one.sent.size(), expected.size()) << position;
        for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(one.sent[i].to, expected[i]);
    }
}

// ---- what answers count as ---------------------------------------------------------------------

TEST(sweep, tells_the_classes_of_answers_apart) {
    auto options = at_once();
    options.timeout = milliseconds(100);
    options.events.timeouts = true;
    sweeper one(options, set_of({"192.0.2.0/29"}));
    one.attend();
    ASSERT_EQ(one.sent.size(), 8U);
    one.run_for(milliseconds(10));
    one.answer(0);
    one.answer(0);  // duplicate
    auto damaged = reply_to(one.sent[1]);
    damaged[12] ^= 1;  // in the cookie; the checksum is wrong then
    one.receive(damaged, one.sent[1].to);
    auto forged = reply_to(one.sent[2]);
    forged[12] ^= 1;
    resum(forged);
    one.receive(forged, one.sent[2].to);
    auto foreign = reply_to(one.sent[3]);
    put_be16_at(foreign, 4, 0x4321);  // the identifier of somebody else
    resum(foreign);
    one.receive(foreign, one.sent[3].to);
    one.refuse(4);
    one.run_for(milliseconds(90));
    ASSERT_TRUE(one.session.finished());
    EXPECT_EQ(
        one.classes(),
        (std::vector{
            answered, duplicate, corrupted, reply_class::forged, reply_class::foreign, answered}));
    const auto& c = one.session.counts();
    EXPECT_EQ(c.sent, 8U);
    EXPECT_EQ(c.received, 1U);
    EXPECT_EQ(c.lost, 7U);
    EXPECT_EQ(c.errors, 1U);
    EXPECT_EQ(c.duplicates, 1U);
    EXPECT_EQ(c.corrupted, 1U);
    EXPECT_EQ(c.forged, 1U);
    EXPECT_EQ(c.foreign, 1U);
    EXPECT_EQ(one.count(event_kind::timed_out), 6U);
    const auto p = one.session.progress();
    EXPECT_EQ(p.answered, 1U);
    EXPECT_EQ(p.refused, 1U);
    EXPECT_TRUE(one.session.has_answered(*one.session.targets().index_of(one.sent[0].to)));
    EXPECT_FALSE(one.session.has_answered(*one.session.targets().index_of(one.sent[4].to)));
}

TEST(sweep, an_answer_behind_its_timeout_is_late_and_its_address_has_answered) {
    auto options = at_once();
    options.timeout = milliseconds(100);
    options.rate = 100;  // so that there is a second probe to wait for
    sweeper one(options, set_of({"192.0.2.0/28"}));
    one.run_for(milliseconds(120));
    one.answer(0);
    one.answer(0);
    EXPECT_EQ(one.classes(), (std::vector{late, duplicate}));
    EXPECT_EQ(one.session.counts().late, 1U);
    EXPECT_EQ(one.session.counts().received, 0U);
    EXPECT_EQ(one.session.progress().answered, 1U);
    EXPECT_EQ(one.events.front().record.was_late, true);
    EXPECT_EQ(one.events.front().record.reply.rtt, milliseconds(120));
}

// Nobody need have looked at the clock in between.
TEST(sweep, whether_an_answer_is_late_its_rtt_decides_by_the_best_stamps) {
    auto options = at_once();
    options.timeout = milliseconds(100);
    sweeper one(options, set_of({"192.0.2.0/30"}));
    one.attend();
    one.now += milliseconds(150);
    one.receive(reply_to(one.sent[0]),
                one.sent[0].to,
                {start + milliseconds(99), stamp_source::kernel});  // it waited to be read
    EXPECT_EQ(one.classes().back(), answered);
    EXPECT_EQ(one.session.counts().lost, 3U);
    EXPECT_TRUE(one.session.finished());
    sweeper other(options, set_of({"192.0.2.0/30"}));
    other.attend();
    other.now += milliseconds(100);
    other.answer(0);
    EXPECT_EQ(other.classes().back(), late);
    EXPECT_EQ(other.session.counts().received, 0U);
}

TEST(sweep, says_of_each_answer_whose_it_is_and_by_which_stamps) {
    sweeper one(at_once(), set_of({"192.0.2.0/28", "2001:db8::/124"}));
    one.attend();
    for (const auto& probe : one.sent) {
        one.session.on_transmit_stamp({probe.number},
                                      {probe.at + microseconds(40), stamp_source::kernel});
    }
    one.run_for(milliseconds(7));
    for (std::size_t i = 0; i < one.sent.size(); ++i) {
        one.receive(reply_to(one.sent[i]),
                    one.sent[i].to,
                    {one.now - microseconds(60), stamp_source::hardware});
        const auto& event = one.events[i];
        EXPECT_EQ(one.session.targets().at(event.target), one.sent[i].to);
        EXPECT_EQ(event.record.reply.from, one.sent[i].to);
        EXPECT_EQ(event.record.reply.rtt, milliseconds(7) - microseconds(100));
        EXPECT_EQ(event.record.reply.sent_by, stamp_source::kernel);
        EXPECT_EQ(event.record.reply.received_by, stamp_source::hardware);
        EXPECT_EQ(event.record.sequence, one.sent[i].number + 1);
        EXPECT_TRUE(event.record.reply.verified);
    }
    EXPECT_EQ(one.session.rtt().count(), 32U);
    EXPECT_EQ(one.session.rtt().max(), milliseconds(7) - microseconds(100));
}

TEST(sweep, a_stamp_that_comes_behind_its_answer_counts_while_the_event_waits) {
    sweeper one(at_once(), set_of({"192.0.2.1"}));
    const auto probe = one.session.next_transmit();
    ASSERT_TRUE(probe);
    const swept kept{
        probe->id.value, probe->destination, start, {probe->octets.begin(), probe->octets.end()}};
    one.session.on_send_done(probe->id, {.at = start});
    one.session.on_datagram(reply_to(kept),
                            {.source = kept.to,
                             .protocol = 1,
                             .at = start + milliseconds(2),
                             .kernel = {start + milliseconds(1), stamp_source::kernel}});
    EXPECT_TRUE(one.session.finished());  // and with that its RTT is settled
    EXPECT_EQ(one.session.rtt().last(), milliseconds(1));
    sweeper other(at_once(), set_of({"192.0.2.0/31"}));
    ASSERT_TRUE(other.session.next_transmit());
    const auto second = other.session.next_transmit();
    const swept kept_too{second->id.value,
                         second->destination,
                         start,
                         {second->octets.begin(), second->octets.end()}};
    other.session.on_send_done({0}, {.at = start});
    other.session.on_send_done({1}, {.at = start});
    other.session.on_datagram(
        reply_to(kept_too), {.source = kept_too.to, .protocol = 1, .at = start + milliseconds(2)});
    other.session.on_transmit_stamp({1}, {start + microseconds(500), stamp_source::kernel});
    const auto event = other.session.next_event();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->record.reply.rtt, microseconds(1500));
    EXPECT_EQ(other.session.rtt().last(), microseconds(1500));
}

TEST(sweep, a_stamp_from_before_the_call_or_from_far_behind_it_is_not_believed) {
    sweeper one(at_once(), set_of({"192.0.2.0/31"}));
    one.attend();
    one.session.on_transmit_stamp({0}, {start - microseconds(1), stamp_source::kernel});
    one.session.on_transmit_stamp({1}, {start + seconds(3), stamp_source::kernel});
    one.run_for(milliseconds(5));
    one.answer(0);
    one.answer(1);
    for (const auto& event : {one.events[0], one.events[1]}) {
        EXPECT_EQ(event.record.reply.rtt, milliseconds(5));
        EXPECT_EQ(event.record.reply.sent_by, stamp_source::user);
    }
}

TEST(sweep, icmp_errors_are_refusals_with_their_reporter_and_code) {
    for (const std::size_t quote_len : {std::size_t{8}, std::size_t{16}, SIZE_MAX}) {
        sweeper one(at_once(), set_of({"192.0.2.0/30", "2001:db8::/126"}));
        one.attend();
        for (std::size_t i = 0; i < 8; ++i) one.refuse(i, quote_len);
        EXPECT_EQ(one.session.counts().errors, 8U) << quote_len;
        EXPECT_EQ(one.session.progress().refused, 8U);
        EXPECT_EQ(one.session.progress().answered, 0U);
        EXPECT_TRUE(one.session.finished());
        for (std::size_t i = 0; i < 8; ++i) {
            const auto& event = one.events[i];
            EXPECT_EQ(event.what, answered);
            EXPECT_EQ(event.record.reply.kind, answer_kind::icmp_error);
            EXPECT_EQ(event.record.reply.type, one.sent[i].to.is_v4() ? 3 : 1);
            EXPECT_EQ(event.record.reply.code, 1);
            EXPECT_EQ(event.record.reply.from, one.sent[i].to.is_v4() ? router : us6);
            EXPECT_EQ(one.session.targets().at(event.target), one.sent[i].to);
            EXPECT_EQ(event.record.reply.verified, quote_len == SIZE_MAX || quote_len == 16);
        }
    }
}

TEST(sweep, an_echo_reply_outweighs_an_error_whichever_comes_first) {
    sweeper one(at_once(), set_of({"192.0.2.0/30"}));
    one.attend();
    one.refuse(0);
    one.answer(0);
    one.answer(1);
    one.refuse(1);
    const auto p = one.session.progress();
    EXPECT_EQ(p.answered, 2U);
    EXPECT_EQ(p.refused, 0U);
    EXPECT_EQ(one.classes(), (std::vector{answered, duplicate, answered, duplicate}));
}

TEST(sweep, a_redirect_is_told_and_changes_nothing) {
    sweeper one(at_once(), set_of({"192.0.2.0/31"}));
    one.attend();
    auto redirect = refusal_of(one.sent[0], 1);
    redirect[0] = 5;
    resum(redirect);
    one.receive(redirect, router);
    EXPECT_EQ(one.session.counts().in_flight, 2U);
    EXPECT_EQ(one.session.progress().refused, 0U);
    one.answer(0);
    EXPECT_EQ(one.session.counts().received, 1U);
}

TEST(sweep, what_the_error_queue_tells_counts_as_what_a_raw_socket_hears) {
    auto setup = sweep_setup();
    setup.v4->raw = false;
    sweeper one(at_once(), set_of({"192.0.2.0/31"}), setup);
    one.attend();
    icmp_error error{.from = router, .type = 3, .code = 13, .quoted_protocol = 1};
    error.quoted_destination = one.sent[0].to;
    error.quoted_transport = one.sent[0].octets;
    one.session.on_icmp_error(error, {.source = router, .at = one.now});
    one.attend();
    EXPECT_EQ(one.session.counts().errors, 1U);
    EXPECT_EQ(one.events[0].record.reply.code, 13);
    EXPECT_EQ(one.events[0].record.reply.from, router);
}

TEST(sweep, what_the_kernel_refuses_to_send_is_told_and_settled) {
    sweeper one(at_once(), set_of({"192.0.2.0/30"}));
    one.send_error = 101;
    one.attend();
    one.run_to_the_end();
    EXPECT_EQ(one.session.counts().send_failed, 4U);
    EXPECT_EQ(one.session.counts().sent, 0U);
    EXPECT_EQ(one.count(event_kind::send_failed), 4U);
    EXPECT_EQ(one.events[0].record.send_error, 101);
    EXPECT_EQ(one.session.progress().settled, 4U);
}

TEST(sweep, tells_only_the_events_that_were_chosen) {
    auto options = at_once();
    options.events = {.sent = true, .replies = false, .timeouts = false, .send_failures = false};
    sweeper one(options, set_of({"192.0.2.0/30"}));
    one.attend();
    one.answer(0);
    one.refuse(1);
    one.run_to_the_end();
    EXPECT_EQ(one.count(event_kind::sent), 4U);
    EXPECT_EQ(one.events.size(), 5U);  // and finished
    EXPECT_EQ(one.session.rtt().count(), 1U);
    options.events.sent = false;
    sweeper silent(options, set_of({"192.0.2.0/30"}));
    silent.send_error = 1;
    silent.run_to_the_end();
    EXPECT_EQ(silent.events.size(), 1U);
}

TEST(sweep, a_probe_whose_sending_nobody_confirms_was_sent) {
    sweep_session session(at_once(), set_of({"192.0.2.0/31"}), sweep_setup());
    ASSERT_TRUE(session.next_transmit());
    ASSERT_TRUE(session.next_transmit());
    session.on_time(start + seconds(2));
    EXPECT_EQ(session.counts().sent, 2U);
    EXPECT_EQ(session.counts().lost, 2U);
    EXPECT_TRUE(session.finished());
}

TEST(sweep, what_claims_a_probe_that_was_never_sent_is_foreign) {
    auto options = at_once();
    options.tries = 2;
    options.timeout = milliseconds(100);
    sweeper one(options, set_of({"192.0.2.0/28"}));
    one.attend();
    one.answer(3);
    one.run_for(milliseconds(100));  // the second pass has asked the others
    ASSERT_EQ(one.sent.size(), 31U);
    auto made_up = reply_to(one.sent[3]);
    put_be16_at(made_up, 6, 16 + 3);  // the sequence number that its probe of this pass would have
    made_up[8] ^= 1;
    resum(made_up);
    one.receive(made_up, one.sent[3].to);
    EXPECT_EQ(one.classes().back(), reply_class::foreign);
    EXPECT_EQ(one.events.back().target, no_target);
    made_up = reply_to(one.sent[4]);
    put_be16_at(made_up, 6, 16 + 4);
    made_up[8] ^= 1;
    resum(made_up);
    one.receive(made_up, one.sent[4].to);
    EXPECT_EQ(one.classes().back(), reply_class::forged);
    EXPECT_EQ(one.session.targets().at(one.events.back().target), one.sent[4].to);
}

// ---- passes ------------------------------------------------------------------------------------

TEST(sweep, later_passes_ask_only_who_has_not_answered_however_late) {
    auto options = at_once();
    options.tries = 3;
    options.timeout = milliseconds(100);
    sweeper one(options, set_of({"192.0.2.0/28"}));
    one.run_for(milliseconds(50));
    for (std::size_t i = 0; i < 12; ++i) one.answer(i);
    one.refuse(12);  // an error is no answer
    one.run_for(milliseconds(60));
    ASSERT_EQ(one.sent.size(), 20U);  // the second pass
    EXPECT_EQ(one.session.progress().pass, 2U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(one.sent[16 + i].to, one.sent[12 + i].to);
        EXPECT_EQ(one.sent[16 + i].number, one.sent[12 + i].number + 16);
    }
    one.answer(13);  // late, of the first pass
    EXPECT_EQ(one.classes().back(), late);
    one.answer(17);  // the second probe to the same address
    EXPECT_EQ(one.classes().back(), answered);
    one.answer(14);
    one.run_for(milliseconds(110));
    ASSERT_EQ(one.sent.size(), 22U);  // the third
    EXPECT_EQ(one.sent[20].to, one.sent[12].to);
    EXPECT_EQ(one.sent[21].to, one.sent[15].to);
    one.run_to_the_end();
    const auto& c = one.session.counts();
    EXPECT_EQ(c.sent, 22U);
    EXPECT_EQ(c.received, 13U);
    EXPECT_EQ(c.late, 2U);
    EXPECT_EQ(one.session.progress().answered, 14U);
    EXPECT_EQ(one.session.progress().refused, 1U);
    EXPECT_EQ(one.session.progress().settled, 16U);
}

TEST(sweep, who_answers_late_while_a_pass_is_under_way_is_not_asked_in_it) {
    auto options = at_once();
    options.tries = 2;
    options.timeout = milliseconds(100);
    options.rate = 100;  // a probe each 10 ms
    sweeper one(options, set_of({"192.0.2.0/30"}));
    one.run_for(milliseconds(141));  // the first of the second pass is on its way
    ASSERT_EQ(one.sent.size(), 6U);
    one.answer(2);
    one.answer(3);
    one.run_to_the_end();
    EXPECT_EQ(one.sent.size(), 6U);
    EXPECT_EQ(one.session.counts().late, 2U);
}

// What befalls the probe of a pass to an address.
enum class fate { nothing, in_time, twice, refused, refused_then_answered, late };

/// Plays all fates of three addresses in two passes, beside a plain reference that remembers every
/// probe and every address.
class reference {
  public:
    void on_sent(const swept& probe) { probes_[probe.number] = {probe.at, probe.to}; }
    void expire(mono_time now, nanoseconds timeout) {
        for (auto& [number, one] : probes_) {
            if (!one.is_settled && now >= one.at + timeout) one.is_settled = one.is_lost = true;
        }
    }
    void on_answer(std::uint64_t number, bool is_error) {
        auto& one = probes_[number];
        if (!one.is_settled) {
            one.is_settled = true;
            ++(is_error ? expected.errors : expected.received);
            if (is_error) ++expected.lost;
        } else if (one.is_lost && !one.is_late) {
            one.is_late = true;
            ++expected.late;
        } else {
            ++expected.duplicates;
        }
        (is_error ? refused_ : answered_).insert(one.to);
    }
    void finish() {
        expected.sent = probes_.size();
        for (const auto& [number, one] : probes_) expected.lost += one.is_lost ? 1U : 0U;
        for (const auto& address : answered_) refused_.erase(address);
    }
    [[nodiscard]] std::size_t answered() const { return answered_.size(); }
    [[nodiscard]] std::size_t refused() const { return refused_.size(); }
    probe_counts expected{};

  private:
    struct one_probe {
        mono_time at{};
        ip_address to{};
        bool is_settled = false;
        bool is_lost = false;
        bool is_late = false;
    };
    std::map<std::uint64_t, one_probe> probes_{};
    std::set<ip_address> answered_{};
    std::set<ip_address> refused_{};
};

struct arrival {
    std::size_t probe = 0;
    bool is_error = false;
};
using arrivals = std::multimap<mono_time, arrival>;

void schedule(arrivals& all, fate what, const swept& probe, std::size_t index) {
    const auto after = [&](int ms, bool is_error) {
        all.emplace(probe.at + milliseconds(ms), arrival{index, is_error});
    };
    switch (what) {
        case fate::nothing:
            return;
        case fate::in_time:
            return after(10, false);
        case fate::twice:
            after(11, false);
            return after(12, false);
        case fate::refused:
            return after(13, true);
        case fate::refused_then_answered:
            after(14, true);
            return after(15, false);
        case fate::late:
            return after(105, false);
    }
}

void play(const std::array<fate, 6>& fates) {
    auto options = at_once();
    options.tries = 2;
    options.timeout = milliseconds(100);
    options.in_order = true;
    sweeper one(options, set_of({"192.0.2.0-192.0.2.2"}));
    reference other;
    arrivals coming;
    std::size_t known = 0;
    const auto notice_sent = [&] {
        for (; known < one.sent.size(); ++known) {
            other.on_sent(one.sent[known]);
            schedule(coming, fates.at(one.sent[known].number), one.sent[known], known);
        }
    };
    one.attend();
    notice_sent();
    while (!one.session.finished()) {
        const mono_time next = coming.empty() ? mono_time::max() : coming.begin()->first;
        one.now = std::min(next, std::max(one.now, one.session.next_deadline()));
        other.expire(one.now, options.timeout);
        if (one.now == next) {
            const arrival it = coming.begin()->second;
            coming.erase(coming.begin());
            other.on_answer(one.sent[it.probe].number, it.is_error);
            if (it.is_error) {
                one.refuse(it.probe);
            } else {
                one.answer(it.probe);
            }
        } else {
            one.session.on_time(one.now);
            one.attend();
        }
        notice_sent();
    }
    other.finish();
    const auto& c = one.session.counts();
    ASSERT_EQ(c.sent, other.expected.sent);
    ASSERT_EQ(c.received, other.expected.received);
    ASSERT_EQ(c.lost, other.expected.lost);
    ASSERT_EQ(c.errors, other.expected.errors);
    ASSERT_EQ(c.late, other.expected.late);
    ASSERT_EQ(c.duplicates, other.expected.duplicates);
    ASSERT_EQ(c.in_flight, 0U);
    ASSERT_EQ(one.session.progress().answered, other.answered());
    ASSERT_EQ(one.session.progress().refused, other.refused());
}

TEST(sweep, of_three_addresses_and_two_passes_counts_every_fate_as_a_plain_reference_does) {
    constexpr int fate_count = 6;
    constexpr int all = fate_count * fate_count * fate_count * fate_count * fate_count * fate_count;
    for (int which = 0; which < all; which += fates_step) {
        std::array<fate, 6> fates{};
        int rest = which;
        for (auto& one : fates) {
            one = static_cast<fate>(rest % fate_count);
            rest /= fate_count;
        }
        play(fates);
        if (::testing::Test::HasFatalFailure()) FAIL() << "fates " << which;
    }
}

// ---- stopping and going on ---------------------------------------------------------------------

TEST(sweep, stopped_it_sends_nothing_more_and_waits_for_what_is_in_flight) {
    auto options = at_once();
    options.rate = 1000;
    options.timeout = milliseconds(100);
    sweeper one(options, set_of({"10.0.0.0/24"}));
    one.run_for(milliseconds(49));
    const std::size_t sent = one.sent.size();
    EXPECT_EQ(sent, 50U);
    one.session.stop(one.now);
    one.attend();
    EXPECT_FALSE(one.session.finished());
    one.answer(7);
    one.run_to_the_end();
    EXPECT_EQ(one.sent.size(), sent);
    EXPECT_EQ(one.now, one.sent.back().at + milliseconds(100));
    EXPECT_EQ(one.session.counts().received, 1U);
    EXPECT_EQ(one.session.counts().lost, 49U);
    EXPECT_EQ(one.session.progress().settled, 50U);
}

TEST(sweep, a_second_stop_ends_at_once_and_what_was_in_flight_is_asked_again) {
    auto options = at_once();
    options.rate = 1000;
    sweeper one(options, set_of({"10.0.0.0/24"}));
    one.run_for(milliseconds(49));
    for (std::size_t i = 0; i < 20; ++i) one.answer(i);
    one.answer(30);
    one.session.stop(one.now);
    one.session.stop(one.now);
    one.attend();
    EXPECT_TRUE(one.session.finished());
    EXPECT_EQ(one.session.counts().lost, 29U);
    EXPECT_EQ(one.session.counts().in_flight, 0U);
    EXPECT_EQ(one.session.progress().settled, 20U);
    EXPECT_EQ(one.session.progress().position, 50U);
}

TEST(sweep, stopped_anywhere_and_resumed_asks_each_address_exactly_once) {
    const auto targets = set_of({"10.0.0.0/25", "2001:db8::/121"});
    for (int stop_after = 0; stop_after < 140; stop_after += 7) {
        for (const std::uint32_t shards : {1U, 3U}) {
            std::map<ip_address, int> asked;
            for (std::uint32_t shard = 0; shard < shards; ++shard) {
                auto options = at_once();
                options.rate = 1000;
                options.seed = 5;
                options.shards = shards;
                options.shard = shard;
                options.timeout = milliseconds(30);
                sweeper first(options, targets);
                first.run_for(milliseconds(stop_after));
                first.session.stop(first.now);
                first.run_to_the_end();
                options.position = first.session.progress().settled;
                sweeper second(options, targets);
                second.run_to_the_end();
                for (const auto& probe : first.sent) ++asked[probe.to];
                for (const auto& probe : second.sent) ++asked[probe.to];
            }
            EXPECT_EQ(asked.size(), 256U);
            for (const auto& [address, times] : asked) EXPECT_EQ(times, 1) << to_string(address);
        }
    }
}

// ---- bounds and rates --------------------------------------------------------------------------

TEST(sweep, keeps_the_rate_it_was_asked_for) {
    auto options = at_once();
    options.rate = 2'000;
    sweeper one(options, set_of({"10.0.0.0/22"}));
    one.run_to_the_end();
    ASSERT_EQ(one.sent.size(), 1024U);
    for (std::size_t i = 0; i < one.sent.size(); ++i) {
        ASSERT_EQ(one.sent[i].at, start + microseconds(500) * static_cast<int>(i));
    }
}

TEST(sweep, keeps_the_ceiling_of_a_network_and_the_order) {
    auto options = at_once();
    options.ceilings = {};  // the defaults: 2,000 a second behind a burst of 256
    sweeper one(options, set_of({"2001:db8::/118"}));
    one.run_to_the_end();
    ASSERT_EQ(one.sent.size(), 1024U);
    EXPECT_EQ(one.sent[255].at, start);
    const auto took = one.sent.back().at - start;
    EXPECT_NEAR(static_cast<double>(took.count()) * 1e-9, (1024 - 256) / 2000.0, 0.001);
    for (std::size_t i = 0; i < one.sent.size(); ++i) EXPECT_EQ(one.sent[i].number, i);
}

TEST(sweep, asks_a_host_that_refuses_again_no_sooner_than_its_ceiling_allows) {
    auto options = at_once();
    options.tries = 2;
    options.ceilings.per_host = 100;
    sweeper one(options, set_of({"192.0.2.0/31"}));
    one.attend();
    one.refuse(0);
    one.refuse(1);
    EXPECT_EQ(one.sent.size(), 2U);
    one.run_until(start + milliseconds(9));
    EXPECT_EQ(one.sent.size(), 2U);
    one.run_until(start + milliseconds(10));
    EXPECT_EQ(one.sent.size(), 4U);
}

TEST(sweep, waits_when_as_many_are_in_flight_as_may_be_remembered) {
    auto options = at_once();
    options.in_flight_max = 64;
    options.timeout = milliseconds(100);
    sweeper one(options, set_of({"10.0.0.0/24"}));
    one.attend();
    EXPECT_EQ(one.sent.size(), 64U);
    one.answer(1);  // not the oldest
    EXPECT_EQ(one.sent.size(), 64U);
    one.answer(0);
    EXPECT_EQ(one.sent.size(), 66U);
    one.run_to_the_end();
    EXPECT_EQ(one.sent.size(), 256U);
    EXPECT_EQ(one.session.counts().lost, 254U);
}

TEST(sweep, an_answer_to_a_forgotten_probe_is_late_once_and_has_no_rtt) {
    auto options = at_once();
    options.in_flight_max = 16;
    options.timeout = milliseconds(10);
    options.rate = 1000;
    sweeper one(options, set_of({"10.0.0.0/24"}));
    one.run_for(milliseconds(100));
    one.answer(3);
    EXPECT_EQ(one.classes().back(), late);
    EXPECT_EQ(one.events.back().record.reply.rtt, nanoseconds{});
    EXPECT_EQ(one.events.back().record.reply.sent_by, stamp_source::none);
    EXPECT_EQ(one.events.back().record.sent_at, mono_time{});
    EXPECT_EQ(one.session.targets().at(one.events.back().target), one.sent[3].to);
    one.answer(3);
    EXPECT_EQ(one.classes().back(), duplicate);
    one.refuse(4);
    EXPECT_EQ(one.classes().back(), late);
    one.refuse(4, 8);
    EXPECT_EQ(one.classes().back(), duplicate);
    EXPECT_EQ(one.session.counts().late, 2U);
    EXPECT_EQ(one.session.progress().answered, 1U);
    EXPECT_EQ(one.session.progress().refused, 1U);
    EXPECT_EQ(one.session.rtt().count(), 0U);
}

TEST(sweep, events_that_nobody_takes_are_bounded_and_counted) {
    auto options = at_once();
    options.events = {.sent = true, .replies = false};
    sweep_session session(options, set_of({"10.0.0.0/15"}), sweep_setup());
    while (const auto probe = session.next_transmit())
        session.on_send_done(probe->id, {.at = start});
    EXPECT_EQ(session.counts().sent, 131'072U);
    EXPECT_EQ(session.progress().events_dropped, 131'072U - 65'536U);
    std::size_t taken = 0;
    while (session.next_event()) ++taken;
    EXPECT_EQ(taken, 65'536U);
}

TEST(sweep, of_more_addresses_than_have_bits_tells_duplicates_while_it_remembers) {
    auto options = at_once();
    options.in_flight_max = 64;
    options.timeout = milliseconds(100);
    options.tries = 3;  // one pass all the same
    options.position = (std::uint64_t{1} << 62) + 5;
    sweeper one(options, set_of({"2001:db8::/65"}));
    one.attend();
    ASSERT_EQ(one.sent.size(), 64U);
    one.answer(1);
    one.answer(1);
    EXPECT_EQ(one.classes(), (std::vector{answered, duplicate}));
    one.answer(0);
    for (std::size_t i = 2; i < 64; ++i) one.answer(i);
    for (std::size_t i = 64; i < 128; ++i) one.answer(i);
    one.answer(0);  // forgotten
    EXPECT_EQ(one.classes().back(), reply_class::foreign);
    EXPECT_EQ(one.session.progress().answered, 128U);
    EXPECT_FALSE(one.session.has_answered(one.events[0].target));
    one.session.stop(one.now);
    one.run_to_the_end();
    EXPECT_EQ(one.session.progress().pass, 1U);
    EXPECT_EQ(one.session.progress().settled, options.position + one.sent.size());
}

/// Sends a probe and, but for each eighth, has it answered; takes the events.
void send_and_answer(sweep_session& session, mono_time& now, octets_t& buffer) {
    const auto probe = session.next_transmit();
    ASSERT_TRUE(probe.has_value());
    buffer.assign(probe->octets.begin(), probe->octets.end());
    const ip_address to = probe->destination;
    const probe_id id = probe->id;
    session.on_send_done(id, {.at = now});
    session.on_transmit_stamp(id, {now + microseconds(3), stamp_source::kernel});
    now += microseconds(500);
    buffer[0] = 0;
    resum(buffer);
    if (id.value % 8 != 0) session.on_datagram(buffer, {.source = to, .protocol = 1, .at = now});
    session.on_time(now);
    while (session.next_event()) {
    }
}

TEST(sweep_memory, an_address_asks_the_heap_for_nothing_once_its_room_is_there) {
    auto options = at_once();
    options.in_flight_max = 256;
    options.timeout = milliseconds(20);
    options.events = {.sent = true};
    options.ceilings = {.per_host = 100, .per_network = 1e6};
    sweep_session session(options, set_of({"10.0.0.0/19"}), sweep_setup());
    mono_time now = start;
    octets_t buffer;
    for (int i = 0; i < 1000; ++i) send_and_answer(session, now, buffer);
    const auto before = testing::heap().allocations;
    for (int i = 0; i < 7000; ++i) send_and_answer(session, now, buffer);
    EXPECT_EQ(testing::heap().allocations - before, 0U);
    EXPECT_EQ(session.counts().received, 7000U);
}

TEST(sweep_memory, without_memory_for_more_probes_goes_on_with_the_room_it_has) {
    auto options = at_once();
    options.events = {.replies = false};
    options.timeout = milliseconds(100);
    sweeper one(options, set_of({"10.0.0.0/24"}));
    one.sent.reserve(300);
    std::size_t handed = 0;
    {
        const testing::heap_end no_more;
        while (const auto probe = one.session.next_transmit()) {
            one.session.on_send_done(probe->id, {.at = start});
            ++handed;
        }
    }
    EXPECT_EQ(handed, 16U);
    one.run_to_the_end();  // sixteen at a time
    EXPECT_EQ(one.session.counts().lost, 256U);
    EXPECT_EQ(one.now, start + milliseconds(100) * 16);
}

// ---- progress ----------------------------------------------------------------------------------

TEST(sweep, tells_the_time_left_by_the_rate_so_far) {
    auto options = at_once();
    options.rate = 1000;
    options.timeout = milliseconds(100);
    sweeper one(options, set_of({"10.0.0.0/22"}));
    EXPECT_EQ(one.session.progress().left, nanoseconds{});  // unknown
    one.run_for(milliseconds(255));
    const auto p = one.session.progress();
    EXPECT_EQ(p.position, 256U);
    EXPECT_EQ(p.settled, 156U);
    EXPECT_EQ(p.elapsed, milliseconds(255));
    EXPECT_EQ(p.left, milliseconds(1024 - 256) + milliseconds(100));
    one.run_until(start + milliseconds(1023 + 40));
    EXPECT_EQ(one.session.progress().left, milliseconds(60));  // only the last timeout is left
    one.run_to_the_end();
    EXPECT_EQ(one.session.progress().left, nanoseconds{});
    EXPECT_EQ(one.session.progress().elapsed, milliseconds(1123));
}

TEST(sweep, the_time_left_has_the_passes_to_come_for_those_who_do_not_answer) {
    auto options = at_once();
    options.rate = 1000;
    options.timeout = milliseconds(100);
    options.tries = 2;
    sweeper one(options, set_of({"10.0.0.0/22"}));
    one.run_for(milliseconds(511));
    for (std::size_t i = 0; i < 512; i += 2) one.answer(i);
    const auto left = one.session.progress().left;
    // 512 more of this pass, half of 1,024 in the next, and two timeouts.
    EXPECT_NEAR(static_cast<double>(left.count()) / 1e6, 512 + 512 + 200, 1);
}

TEST(sweep, keeps_what_the_own_kernel_dropped_apart) {
    sweeper one(at_once(), set_of({"192.0.2.1"}));
    one.session.on_drops(5);
    one.session.on_drops(2);
    EXPECT_EQ(one.session.progress().dropped_here, 7U);
    EXPECT_EQ(one.session.counts().lost, 0U);
}

TEST(sweep_options, are_judged_all_at_once) {
    EXPECT_TRUE(validate(sweep_options{}).empty());
    sweep_options wrong{.rate = -1, .tries = 0, .timeout = nanoseconds{}};
    wrong.limit = 0;
    wrong.shard = 3;
    wrong.shards = 3;
    wrong.payload_len = 15;
    wrong.in_flight_max = 0;
    wrong.ceilings.per_network = -5;
    std::set<std::string> named;
    for (const auto& problem : validate(wrong)) named.insert(problem.option);
    for (const char* option :
         {"rate", "tries", "timeout", "limit", "shard", "payload_len", "in_flight_max"}) {
        EXPECT_TRUE(named.count(option) == 1) << option;
    }
    EXPECT_GE(named.size(), 8U);
    wrong.shards = 0;
    EXPECT_FALSE(validate(wrong).empty());
}

}  // namespace
}  // namespace sonde
