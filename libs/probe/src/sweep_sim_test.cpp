// Sweeps through the simulated internet: what they count must be what the internet says it did.

#include <gtest/gtest.h>

#include <sonde/probe/sweep.hpp>
#include <sonde/sim/run.hpp>

namespace sonde {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The whole million takes seconds without a sanitizer and minutes with one.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
constexpr std::uint32_t many_addresses = 60'000;
#else
constexpr std::uint32_t many_addresses = 1'000'000;
#endif

sim::scenario read(std::string_view json) {
    auto made = sim::read_scenario(json);
    EXPECT_TRUE(made.has_value()) << made.error();
    return made.value_or(sim::scenario{});
}

// So that the first answers that are late come before the end.
constexpr double rate_of_five_seconds = many_addresses / 5.0;

constexpr std::string_view hostile = R"({
  "source": "198.51.100.1", "source6": "2001:db8:cafe::1",
  "hops": [
    {"address": "10.255.1.1", "address6": "2001:db8:0:1::1", "delay_ms": 0.3, "loss": 0.01},
    {"address": "10.255.2.1", "address6": "2001:db8:0:2::1", "delay_ms": 2, "jitter_ms": 0.4}
  ],
  "target": {"prefix": "10.0.0.0/12", "prefix6": "2001:db8:ffff::/112", "delay_ms": 3,
             "jitter_ms": 2, "loss": 0.02, "corrupt": 0.02,
             "late": {"probability": 0.02, "delay_ms": 2500},
             "reorder": {"probability": 0.02, "delay_ms": 50},
             "duplicate": {"probability": 0.03, "copies": 2, "interval_ms": 0.1}, "forge": 0.03},
  "foreign_per_second": 50
})";

constexpr std::string_view clean = R"({
  "source": "198.51.100.1", "source6": "2001:db8:cafe::1",
  "hops": [{"address": "10.255.1.1", "address6": "2001:db8:0:1::1", "delay_ms": 1}],
  "target": {"prefix": "10.0.0.0/12", "prefix6": "2001:db8:ffff::/112", "delay_ms": 4}
})";

address_set first_of_ten(std::uint32_t count) {
    address_set made;
    made.add(*ip_range::between(ipv4_address{0x0a000000}, ipv4_address{0x0a000000 + count - 1}));
    return made;
}

sweep_options without_ceilings(double rate) {
    sweep_options options{.rate = rate, .seed = 11};
    options.ceilings = {.per_host = 0, .per_network = 0};
    return options;
}

/// Every count of one session beside the internet's; `foreign` apart, for a raw socket sees more.
void expect_the_same(const probe_counts& ours, const sim::internet_counts& truth) {
    EXPECT_EQ(ours.sent, truth.sent);
    EXPECT_EQ(ours.received, truth.delivered.answers);
    EXPECT_EQ(ours.late, truth.delivered.late);
    EXPECT_EQ(ours.duplicates, truth.delivered.duplicates);
    EXPECT_EQ(ours.corrupted, truth.delivered.corrupted);
    EXPECT_EQ(ours.forged, truth.delivered.forged);
    EXPECT_EQ(ours.foreign, truth.delivered.foreign);
    EXPECT_EQ(ours.lost, ours.sent - ours.received);
    EXPECT_EQ(ours.in_flight, 0U);
}

/// Looks at the counts now and then, while the session is under way.
struct onlooker {
    const sweep_session& session;
    std::uint64_t events = 0;
    void operator()(const probe_event&) {
        if (++events % 97 != 0) return;
        const auto& c = session.counts();
        ASSERT_EQ(c.sent, c.received + c.lost + c.in_flight);
    }
};

TEST(sweep_in_sim, of_very_many_addresses_counts_exactly_what_the_internet_did) {
    const auto how = read(hostile);
    const auto setup = sim::make_many_setup(how, {.seed = 1});
    sim::internet net(how, 1);
    sweep_session session(
        without_ceilings(rate_of_five_seconds), first_of_ten(many_addresses), setup);
    const auto done = sim::run(session, net, {.setup = setup, .on_event = onlooker{session}});
    EXPECT_TRUE(done.finished);
    const auto truth = net.counts();
    expect_the_same(session.counts(), truth);
    const auto p = session.progress();
    EXPECT_EQ(p.counts.sent, many_addresses);
    EXPECT_EQ(p.answered, p.counts.received + p.counts.late);
    EXPECT_EQ(p.settled, many_addresses);
    EXPECT_EQ(session.rtt().count(), session.counts().received);
    EXPECT_GT(truth.delivered.late, many_addresses / 150);
    EXPECT_GT(truth.delivered.duplicates, many_addresses / 50);
    EXPECT_GT(truth.delivered.corrupted, many_addresses / 100);
    EXPECT_GT(truth.delivered.forged, many_addresses / 50);
    EXPECT_GT(truth.lost_back + truth.lost_forward, many_addresses / 50);
}

TEST(sweep_in_sim, many_seeds_of_a_small_network_agree_as_well) {
    const auto how = read(hostile);
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        const auto setup = sim::make_many_setup(how, {.seed = seed});
        sim::internet net(how, seed);
        sweep_session session(without_ceilings(1'000), first_of_ten(1'000), setup);
        EXPECT_TRUE(sim::run(session, net, {.setup = setup}).finished);
        expect_the_same(session.counts(), net.counts());
    }
}

TEST(sweep_in_sim, two_shards_at_once_share_the_answers_and_mistake_none) {
    const auto how = read(hostile);
    const auto one_setup = sim::make_many_setup(how, {.identifier = 0x1111, .seed = 3});
    const auto other_setup = sim::make_many_setup(how, {.identifier = 0x2222, .seed = 4});
    sim::internet net(how, 5);
    auto options = without_ceilings(rate_of_five_seconds / 2);
    options.shards = 2;
    sweep_session one(options, first_of_ten(many_addresses), one_setup);
    options.shard = 1;
    sweep_session other(options, first_of_ten(many_addresses), other_setup);
    const std::vector<sim::participant> all{{&one, one_setup}, {&other, other_setup}};
    EXPECT_TRUE(sim::run_all(all, net).finished);
    const auto truth = net.counts();
    const auto& a = one.counts();
    const auto& b = other.counts();
    EXPECT_EQ(a.sent, many_addresses / 2);
    EXPECT_EQ(b.sent, many_addresses / 2);
    EXPECT_EQ(a.received + b.received, truth.delivered.answers);
    EXPECT_EQ(a.late + b.late, truth.delivered.late);
    EXPECT_GT(a.late, 0U);
    EXPECT_EQ(a.duplicates + b.duplicates, truth.delivered.duplicates);
    EXPECT_EQ(a.corrupted + b.corrupted, truth.delivered.corrupted);
    EXPECT_EQ(a.forged + b.forged, truth.delivered.forged);
    // A raw socket sees the answers to the other as well: somebody else's, all of them.
    const auto of = [](const probe_counts& c) {
        return c.received + c.late + c.duplicates + c.corrupted + c.forged;
    };
    EXPECT_EQ(a.foreign, truth.delivered.foreign + of(b));
    EXPECT_EQ(b.foreign, truth.delivered.foreign + of(a));
    for (std::uint64_t i = 0; i < many_addresses; i += 7) {
        EXPECT_FALSE(one.has_answered(i) && other.has_answered(i));
    }
}

// A socket with no raw sight has the identifier for itself: the kernel keeps the others' away.
TEST(sweep_in_sim, over_ping_sockets_nothing_foreign_is_heard) {
    const auto how = read(hostile);
    const auto setup = sim::make_many_setup(how, {.raw = false, .seed = 6});
    sim::internet net(how, 6);
    sweep_session session(without_ceilings(50'000), first_of_ten(20'000), setup);
    EXPECT_TRUE(sim::run(session, net, {.setup = setup}).finished);
    const auto truth = net.counts();
    EXPECT_EQ(session.counts().received, truth.delivered.answers);
    EXPECT_EQ(session.counts().late, truth.delivered.late);
    EXPECT_EQ(session.counts().duplicates, truth.delivered.duplicates);
    EXPECT_EQ(session.counts().forged, truth.delivered.forged);
    EXPECT_EQ(session.counts().foreign, 0U);
}

TEST(sweep_in_sim, a_112_of_ipv6_and_mixed_families_are_swept_as_ipv4_is) {
    const auto how = read(clean);
    for (const bool mixed : {false, true}) {
        const auto setup = sim::make_many_setup(how);
        sim::internet net(how, 1);
        address_set targets = mixed ? first_of_ten(10'000) : address_set{};
        targets.add(*ip_range::parse("2001:db8:ffff::/112"));
        const std::uint64_t size = targets.size();
        EXPECT_EQ(size, mixed ? 75'536U : 65'536U);
        sweep_session session(without_ceilings(400'000), targets, setup);
        EXPECT_TRUE(sim::run(session, net, {.setup = setup}).finished);
        EXPECT_EQ(session.counts().received, size);
        EXPECT_EQ(session.progress().answered, size);
        EXPECT_EQ(session.rtt().min(), milliseconds(10));
        EXPECT_EQ(session.rtt().max(), milliseconds(10));
        for (std::uint64_t i = 0; i < size; ++i) ASSERT_TRUE(session.has_answered(i)) << i;
    }
}

TEST(sweep_in_sim, over_ipv6_the_kernel_drops_what_is_corrupted_and_all_else_is_the_same) {
    const auto how = read(hostile);
    const auto setup = sim::make_many_setup(how, {.seed = 8});
    sim::internet net(how, 8);
    address_set targets;
    targets.add(*ip_range::parse("2001:db8:ffff::/114"));
    sweep_session session(without_ceilings(10'000), targets, setup);
    EXPECT_TRUE(sim::run(session, net, {.setup = setup}).finished);
    auto truth = net.counts();
    EXPECT_GT(truth.delivered.corrupted, 0U);
    truth.delivered.corrupted = 0;
    expect_the_same(session.counts(), truth);
}

TEST(sweep_in_sim, errors_of_routers_are_refusals_of_the_addresses_they_are_about) {
    const auto how = read(clean);
    for (const bool raw : {true, false}) {
        const auto setup = sim::make_many_setup(how, {.raw = raw});
        sim::internet net(how, 1);
        auto options = without_ceilings(100'000);
        options.hop_limit = 1;
        address_set targets = first_of_ten(2'000);
        targets.add(*ip_range::parse("2001:db8:ffff::/120"));
        sweep_session session(options, targets, setup);
        std::uint64_t told = 0;
        const auto look = [&](const probe_event& event) {
            if (event.kind != event_kind::reply) return;
            ++told;
            const ip_address about = session.targets().at(event.target);
            EXPECT_EQ(event.record.reply.type, about.is_v4() ? 11 : 3);
            EXPECT_EQ(event.record.reply.from,
                      *ip_address::parse(about.is_v4() ? "10.255.1.1" : "2001:db8:0:1::1"));
        };
        EXPECT_TRUE(sim::run(session, net, {.setup = setup, .on_event = look}).finished);
        EXPECT_EQ(net.counts().exceeded, 2'256U);
        EXPECT_EQ(told, 2'256U);
        EXPECT_EQ(session.counts().errors, 2'256U);
        EXPECT_EQ(session.progress().refused, 2'256U);
        EXPECT_EQ(session.progress().answered, 0U);
    }
}

TEST(sweep_in_sim, stopped_and_resumed_it_asks_each_address_exactly_once) {
    const auto how = read(clean);
    constexpr std::uint32_t size = 20'000;
    std::vector<int> answered(size);
    std::uint64_t position = 0;
    std::uint64_t sent = 0;
    for (int run = 0; run < 5; ++run) {
        const auto setup = sim::make_many_setup(how, {.seed = 20 + static_cast<unsigned>(run)});
        sim::internet net(how, 1);
        auto options = without_ceilings(100'000);
        options.position = position;
        sweep_session session(options, first_of_ten(size), setup);
        std::uint64_t replies = 0;
        const auto stop_in_the_middle = [&](const probe_event& event) {
            if (run < 4 && ++replies == 3'333) session.stop(event.at);
        };
        EXPECT_TRUE(
            sim::run(session, net, {.setup = setup, .on_event = stop_in_the_middle}).finished);
        EXPECT_EQ(session.counts().sent, session.counts().received);
        EXPECT_EQ(session.progress().settled, position + session.counts().sent);
        sent += session.counts().sent;
        position = session.progress().settled;
        for (std::uint32_t i = 0; i < size; ++i) answered[i] += session.has_answered(i) ? 1 : 0;
    }
    EXPECT_EQ(sent, size);
    EXPECT_EQ(position, size);
    for (std::uint32_t i = 0; i < size; ++i) ASSERT_EQ(answered[i], 1) << i;
}

TEST(sweep_in_sim, three_tries_find_those_whom_one_misses) {
    const auto how = read(hostile);
    std::array<std::uint64_t, 2> answered{};
    for (const bool again : {false, true}) {
        const auto setup = sim::make_many_setup(how, {.seed = 9});
        sim::internet net(how, 9);
        auto options = without_ceilings(100'000);
        if (again) options.tries = 3;
        sweep_session session(options, first_of_ten(30'000), setup);
        EXPECT_TRUE(sim::run(session, net, {.setup = setup}).finished);
        const auto truth = net.counts();
        EXPECT_EQ(session.counts().sent, truth.sent);
        EXPECT_EQ(session.counts().received, truth.delivered.answers);
        EXPECT_EQ(session.counts().late, truth.delivered.late);
        EXPECT_EQ(session.counts().duplicates, truth.delivered.duplicates);
        EXPECT_EQ(session.counts().forged, truth.delivered.forged);
        EXPECT_EQ(session.counts().corrupted, truth.delivered.corrupted);
        answered[again ? 1 : 0] = session.progress().answered;
    }
    EXPECT_LT(answered[0], 29'000U);  // about 8 of 100 are lost or damaged, or late behind the end
    EXPECT_GT(answered[1], 29'970U);  // and 8 * 8 * 8 of a million
}

}  // namespace
}  // namespace sonde
