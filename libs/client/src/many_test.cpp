// Many targets against the kernel of this machine: loopback, in a network namespace of its own.

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <map>
#include <netinet/in.h>
#include <new>
#include <set>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include <sonde/client/client.hpp>
#include <sonde/net/system_calls.hpp>
#include <sonde/testing/heap.hpp>

#include "lab.hpp"
#include "sweep_run.hpp"

namespace sonde {
namespace {

using namespace std::chrono_literals;

constexpr rate_ceilings no_ceilings{.per_host = 0, .per_network = 0};

many_ping_options quick(std::uint64_t count) {
    return {.count = count, .interval = 2ms, .timeout = 1s, .ceilings = no_ceilings};
}

// 127.0.0.1 and its neighbours, with an IPv6 loopback after each nine of them.
std::vector<target> loopbacks(std::uint32_t count) {
    std::vector<target> made;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (i % 10 == 9) {
            made.emplace_back("::1");
        } else {
            made.emplace_back(ipv4_address{0x7f000001 + i});
        }
    }
    return made;
}

void expect_sums_agree(const many_ping_result& result) {
    probe_counts sum;
    std::uint64_t rtts = 0;
    for (const auto& each : result.targets) {
        if (!each.result) continue;
        const probe_counts& counts = each.result->counts;
        EXPECT_EQ(counts.sent, counts.received + counts.lost + counts.in_flight);
        sum.sent += counts.sent;
        sum.received += counts.received;
        sum.lost += counts.lost;
        rtts += each.result->rtt.count;
    }
    EXPECT_EQ(result.totals.counts.sent, sum.sent);
    EXPECT_EQ(result.totals.counts.received, sum.received);
    EXPECT_EQ(result.totals.counts.lost, sum.lost);
    EXPECT_EQ(result.rtt.count(), rtts);
}

void expect_all_answered(const many_ping_result& result, std::size_t targets,
                         std::uint64_t rounds) {
    ASSERT_EQ(result.targets.size(), targets);
    for (const auto& each : result.targets) {
        ASSERT_TRUE(each.result) << each.target << ": " << each.error;
        EXPECT_EQ(each.result->counts.received, rounds) << each.target;
        EXPECT_EQ(each.result->state, target_state::done) << each.target;
    }
    EXPECT_EQ(result.totals.counts.received, targets * rounds);
    expect_sums_agree(result);
}

TEST(ping_all, keeps_the_order_of_targets_of_both_families) {
    SONDE_IN_LAB(root, [] {
        client one;
        const auto targets = loopbacks(300);
        const auto result = one.ping_all(targets, quick(2));
        expect_all_answered(result, 300, 2);
        for (std::size_t i = 0; i < targets.size(); ++i) {
            const auto row = result.targets[i];
            EXPECT_EQ(row.target, targets[i].text());
            EXPECT_EQ(row.result->address, *parse_address(targets[i].text()));
        }
        ASSERT_EQ(result.ports.size(), 2U);
        for (const auto& port : result.ports) {
            EXPECT_TRUE(port.raw);
            EXPECT_NE(port.reason, "");
            EXPECT_NE(port.identifier, 0);
        }
        EXPECT_EQ(result.workers, 1U);
        EXPECT_TRUE(one.ping_all(std::vector<target>{}).targets.empty());
    });
}

TEST(ping_all, needs_no_capability_where_ping_sockets_are_open) {
    SONDE_IN_LAB(ping_group, [] {
        client one;
        const auto result = one.ping_all(loopbacks(50), quick(3));
        expect_all_answered(result, 50, 3);
        for (const auto& port : result.ports) EXPECT_FALSE(port.raw);
    });
}

TEST(ping_all, without_permission_names_the_remedies_and_nothing_runs) {
    SONDE_IN_LAB(none, [] {
        client one;
        EXPECT_THROW(one.ping_all(loopbacks(2)), socket_permission_error);
    });
}

TEST(ping_all, names_and_nonsense_among_addresses_stop_nobody) {
    SONDE_IN_LAB(root, [] {
        ASSERT_TRUE(test::replace_file("/etc/hosts", "127.0.0.1 here\n::1 six\n"));
        client one;
        const std::vector<std::string> targets{
            "127.0.0.1", "not a name", "here", "224.0.0.1", "six", "127.0.0.1", "192.0.2.1"};
        std::map<target_index, std::string> failed;
        many_ping_observer watch;
        watch.failed = [&](many_ping_control&, target_index which, const std::string& text) {
            failed[which] = text;
        };
        const auto result = one.ping_all(targets, quick(3), watch);
        ASSERT_EQ(result.targets.size(), targets.size());
        for (const std::size_t good : {0U, 2U, 4U, 5U}) {
            EXPECT_EQ(result.targets[good].target, targets[good]);
            ASSERT_TRUE(result.targets[good].result) << result.targets[good].error;
            EXPECT_EQ(result.targets[good].result->counts.received, 3U) << targets[good];
        }
        EXPECT_EQ(result.targets[4].result->address, *parse_address("::1"));
        EXPECT_NE(result.targets[1].error.find("neither an address nor a host name"),
                  std::string::npos);
        EXPECT_NE(result.targets[3].error.find("multicast"), std::string::npos);
        EXPECT_EQ(result.targets[6].result->counts.send_failed, 3U) << "there is no route";
        ASSERT_EQ(failed.size(), 2U);
        EXPECT_EQ(failed[1], result.targets[1].error);
        EXPECT_EQ(failed[3], result.targets[3].error);
    });
}

// A resolver that takes every question and never answers.
int silent_nameserver() {
    const int made = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(53);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const void* address = &at;
    return ::bind(made, static_cast<const sockaddr*>(address), sizeof at) == 0 ? made : -1;
}

TEST(ping_all, probes_while_names_are_looked_up) {
    SONDE_IN_LAB(root, [] {
        ASSERT_TRUE(test::replace_file("/etc/resolv.conf", "nameserver 127.0.0.1\n"));
        ASSERT_GE(silent_nameserver(), 0);
        std::vector<std::string> targets{"127.0.0.1"};
        for (int i = 0; i < 600; ++i) targets.push_back("host" + std::to_string(i) + ".example");
        client one({.name_timeout = 50ms});
        std::vector<std::string> seen;
        many_ping_observer watch;
        watch.finished = [&](many_ping_control& run, target_index which) {
            seen.emplace_back(run.text(which));
        };
        std::size_t failed = 0;
        watch.failed = [&](many_ping_control& run, target_index which, const std::string&) {
            ++failed;
            EXPECT_EQ(run.summary(which).counts.sent, 0U);
            seen.emplace_back("a name");
        };
        const auto result = one.ping_all(targets, quick(2), watch);
        EXPECT_EQ(std::count(seen.begin(), seen.end(), "127.0.0.1"), 1);
        EXPECT_EQ(seen.back(), "a name") << "most names were not even asked for when it was done";
        EXPECT_EQ(failed, 600U);
        EXPECT_EQ(result.targets[0].result->counts.received, 2U);
        EXPECT_NE(result.targets[600].error, "");
        client patient({.name_timeout = 1h});
        watch = {};
        watch.finished = [&](many_ping_control& run, target_index) { run.stop(); };
        const auto stopped = patient.ping_all(targets, quick(2), watch);
        EXPECT_EQ(stopped.targets[0].result->counts.received, 2U);
        EXPECT_NE(stopped.targets[600].error.find("stopped"), std::string::npos);
    });
}

TEST(ping_all, shows_what_happens_in_the_order_of_time) {
    SONDE_IN_LAB(root, [] {
        client one;
        int started = 0;
        std::uint64_t replies = 0;
        mono_time last{};
        std::map<target_index, std::uint64_t> sent;
        std::set<target_index> finished;
        many_ping_options options = quick(4);
        options.events.sent = true;
        many_ping_observer watch;
        watch.started = [&](many_ping_control& run) {
            ++started;
            EXPECT_EQ(run.size(), 20U);
            EXPECT_EQ(run.totals().counts.sent, 0U);
            EXPECT_EQ(run.ports().size(), 2U);
        };
        watch.event = [&](many_ping_control& run, const probe_event& event) {
            EXPECT_GE(event.at, last);
            last = event.at;
            if (event.kind == event_kind::sent) ++sent[event.target];
            if (event.kind != event_kind::reply) return;
            ++replies;
            EXPECT_EQ(event.record.reply.from, run.summary(event.target).address);
            EXPECT_EQ(address_text(event.record.reply.from), run.text(event.target));
        };
        watch.finished = [&](many_ping_control& run, target_index which) {
            finished.insert(which);
            EXPECT_EQ(run.summary(which).counts.received, 4U);
        };
        expect_all_answered(one.ping_all(loopbacks(20), options, watch), 20, 4);
        EXPECT_EQ(started, 1);
        EXPECT_EQ(replies, 80U);
        EXPECT_EQ(finished.size(), 20U);
        ASSERT_EQ(sent.size(), 20U);
        for (const auto& [which, times] : sent) EXPECT_EQ(times, 4U) << which;
    });
}

TEST(ping_all, targets_come_and_go_while_it_runs) {
    SONDE_IN_LAB(root, [] {
        ASSERT_TRUE(test::replace_file("/etc/hosts", "127.0.0.9 later\n"));
        client one;
        many_ping_options options = quick(1);
        options.count.reset();
        std::map<target_index, std::uint64_t> replies;
        many_ping_observer watch;
        watch.started = [](many_ping_control& run) { run.keep_open(true); };
        watch.event = [&](many_ping_control& run, const probe_event& event) {
            if (event.kind != event_kind::reply) return;
            ++replies[event.target];
            if (event.target == 0 && replies[0] == 1) {
                EXPECT_EQ(run.add("later"), 1U);
                EXPECT_EQ(run.add("no name at all"), 2U);
                EXPECT_EQ(run.add("::1"), 3U);
            }
            if (replies[1] == 3 && replies[3] >= 3) run.remove(0);
            if (replies[1] == 6) run.stop();
        };
        int failed = 0;
        watch.failed = [&](many_ping_control& run, target_index which, const std::string& text) {
            ++failed;
            EXPECT_EQ(which, 2U);
            EXPECT_EQ(run.error(which), text);
        };
        const auto result = one.ping_all(std::vector<target>{"127.0.0.1"}, options, watch);
        EXPECT_EQ(failed, 1);
        ASSERT_EQ(result.targets.size(), 4U);
        EXPECT_EQ(result.targets[0].result->state, target_state::removed);
        EXPECT_EQ(result.targets[1].target, "later");
        EXPECT_EQ(result.targets[1].result->address, *parse_address("127.0.0.9"));
        EXPECT_GE(result.targets[1].result->counts.received, 6U);
        EXPECT_NE(result.targets[2].error, "");
        EXPECT_GE(result.targets[3].result->counts.received, 3U);
        expect_sums_agree(result);
    });
}

TEST(ping_all, a_target_that_is_removed_before_its_name_is_known_is_never_probed) {
    SONDE_IN_LAB(root, [] {
        ASSERT_TRUE(test::replace_file("/etc/hosts", "127.0.0.9 later\n"));
        client one;
        many_ping_observer watch;
        watch.started = [](many_ping_control& run) { run.remove(1); };
        const auto result =
            one.ping_all(std::vector<target>{"127.0.0.1", "later"}, quick(3), watch);
        EXPECT_EQ(result.targets[0].result->counts.received, 3U);
        EXPECT_EQ(result.targets[1].result->state, target_state::removed);
        EXPECT_EQ(result.targets[1].result->counts.sent, 0U);
    });
}

TEST(ping_all, shows_progress_when_asked_and_in_between) {
    SONDE_IN_LAB(root, [] {
        client one;
        many_ping_options options = quick(1);
        options.count.reset();
        int calls = 0;
        many_ping_observer watch;
        watch.progress_interval = 1ms;
        watch.progress = [&](many_ping_control& run) {
            const many_totals now = run.totals();
            EXPECT_EQ(now.counts.sent,
                      now.counts.received + now.counts.lost + now.counts.in_flight);
            if (++calls == 5) run.stop();
        };
        expect_sums_agree(one.ping_all(loopbacks(10), options, watch));
        EXPECT_EQ(calls, 5);
        watch.progress_interval = 0ms;
        watch.event = [&](many_ping_control&, const probe_event&) { one.ask_progress(); };
        watch.progress = [&](many_ping_control& run) { run.stop(); };
        expect_sums_agree(one.ping_all(loopbacks(10), options, watch));
    });
}

TEST(ping_all, an_observer_that_throws_ends_the_run_and_the_client_stays_usable) {
    SONDE_IN_LAB(root, [] {
        for (const unsigned workers : {1U, 3U}) {
            client one({.workers = workers});
            many_ping_observer watch;
            watch.event = [](many_ping_control&, const probe_event&) {
                throw std::runtime_error("enough");
            };
            EXPECT_THROW(one.ping_all(loopbacks(10), quick(3), watch), std::runtime_error);
            watch = {};
            watch.started = [](many_ping_control&) { throw std::runtime_error("enough"); };
            EXPECT_THROW(one.ping_all(loopbacks(10), quick(3), watch), std::runtime_error);
            expect_all_answered(one.ping_all(loopbacks(10), quick(2)), 10, 2);
        }
    });
}

// Targets in networks of their own: workers share them by network.
std::vector<target> networks(std::uint32_t count) {
    std::vector<target> made;
    for (std::uint32_t i = 0; i < count; ++i) {
        made.emplace_back(ipv4_address{0x7f000001 + (i << 8)});
    }
    made.emplace_back("::1");
    return made;
}

TEST(ping_all, several_workers_share_the_targets_and_their_results_are_one) {
    SONDE_IN_LAB(root, [] {
        client one({.workers = 3});
        std::uint64_t replies = 0;
        std::map<target_index, std::uint64_t> sequences;
        many_ping_observer watch;
        watch.event = [&](many_ping_control& run, const probe_event& event) {
            if (event.kind != event_kind::reply) return;
            ++replies;
            EXPECT_GT(event.record.sequence, sequences[event.target]) << "in order";
            sequences[event.target] = event.record.sequence;
            EXPECT_EQ(event.record.reply.from, run.summary(event.target).address);
        };
        const auto result = one.ping_all(networks(500), quick(5), watch);
        EXPECT_EQ(result.workers, 3U);
        expect_all_answered(result, 501, 5);
        EXPECT_EQ(replies, 501U * 5U);
        EXPECT_EQ(result.totals.events_dropped, 0U);
        EXPECT_EQ(result.totals.counts.foreign, 0U) << "each has its own identifier";
    });
}

TEST(ping_all, targets_come_and_go_among_workers) {
    SONDE_IN_LAB(root, [] {
        client one({.workers = 4});
        many_ping_options options = quick(1);
        options.count.reset();
        std::uint64_t replies = 0;
        many_ping_observer watch;
        watch.event = [&](many_ping_control& run, const probe_event& event) {
            if (event.kind != event_kind::reply) return;
            ++replies;
            if (replies % 50 == 0 && run.size() < 60) {
                run.remove(run.size() % 20);
                run.add(ipv4_address{0x7f0a0001 + (static_cast<std::uint32_t>(run.size()) << 8)});
            }
            if (replies == 3000) run.stop();
        };
        watch.progress_interval = 1ms;
        watch.progress = [](many_ping_control& run) {
            const probe_counts now = run.totals().counts;
            EXPECT_GE(now.sent, now.received);
        };
        const auto result = one.ping_all(networks(40), options, watch);
        EXPECT_GE(result.totals.counts.received, 3000U);
        EXPECT_EQ(result.targets.size(), 60U);
        EXPECT_EQ(result.targets[1].result->state, target_state::removed);
        EXPECT_GE(result.targets[59].result->counts.sent, 1U);
        expect_sums_agree(result);
    });
}

/// What passes between a session and its sockets.
struct counting_tap final : session_tap {
    std::set<std::string> destinations{};
    std::uint64_t sent = 0;
    std::uint64_t heard = 0;
    std::uint64_t replies = 0;
    void on_transmit(const transmit& probe) override {
        destinations.insert(address_text(probe.destination));
        EXPECT_FALSE(probe.octets.empty());
    }
    void on_send_done(probe_id, const send_outcome& outcome) override {
        if (outcome.code == 0) ++sent;
    }
    void on_transmit_stamp(probe_id, const stamp&) override {}
    void on_datagram(bytes_view, const receive_facts&) override { ++heard; }
    void on_icmp_error(const icmp_error&, const receive_facts&) override {}
    void on_event(const probe_event& event) override {
        if (event.kind == event_kind::reply && event.what == reply_class::answered) ++replies;
    }
};

TEST(ping_all, a_listener_learns_where_each_probe_goes) {
    SONDE_IN_LAB(root, [] {
        client one({.workers = 3});
        counting_tap tap;
        many_ping_observer watch;
        watch.tap = [&](const many_setup& setup) {
            EXPECT_TRUE(setup.v4 && setup.v4->raw && setup.v4->identifier != 0);
            EXPECT_TRUE(setup.v6);
            return &tap;
        };
        const auto result = one.ping_all(networks(30), quick(2), watch);
        expect_all_answered(result, 31, 2);
        EXPECT_EQ(result.workers, 1U);
        EXPECT_EQ(tap.destinations.size(), 31U);
        EXPECT_EQ(tap.sent, 62U);
        EXPECT_GE(tap.heard, 62U);
        EXPECT_EQ(tap.replies, 62U);
    });
}

// ---- what goes wrong ----

std::atomic<int> failing_family{0};  // AF_INET, AF_INET6; 1: both; 0: none

int socket_or_emfile(int domain, int type, int protocol) {
    if (failing_family == 1 || failing_family == domain) {
        errno = EMFILE;
        return -1;
    }
    return kernel_calls().socket(domain, type, protocol);
}

TEST(ping_all, without_descriptors_for_one_family_the_other_is_probed) {
    SONDE_IN_LAB(root, [] {
        system_calls calls = kernel_calls();
        calls.socket = socket_or_emfile;
        client one({.calls = &calls});
        failing_family = AF_INET6;
        const auto result = one.ping_all(std::vector<target>{"127.0.0.1", "::1"}, quick(3));
        EXPECT_EQ(result.targets[0].result->counts.received, 3U);
        EXPECT_FALSE(result.targets[1].result);
        EXPECT_NE(result.targets[1].error.find("EMFILE"), std::string::npos)
            << result.targets[1].error;
        failing_family = 1;
        try {
            static_cast<void>(one.ping_all(loopbacks(2), quick(1)));
            ADD_FAILURE() << "pinged without a socket";
        } catch (const socket_error& thrown) {
            EXPECT_EQ(thrown.cause().code, EMFILE);
        }
        failing_family = 0;
        expect_all_answered(one.ping_all(loopbacks(20), quick(1)), 20, 1);
    });
}

std::atomic<bool> is_out_of_memory{false};

TEST(ping_all, without_memory_at_the_start_says_so_and_the_client_stays_usable) {
    SONDE_IN_LAB(root, [] {
        system_calls calls = kernel_calls();
        calls.setsockopt = [](int fd, int level, int name, const void* value, socklen_t len) {
            if (is_out_of_memory) throw std::bad_alloc();
            return kernel_calls().setsockopt(fd, level, name, value, len);
        };
        client one({.calls = &calls});
        is_out_of_memory = true;
        EXPECT_THROW(one.ping_all(loopbacks(10), quick(1)), std::bad_alloc);
        is_out_of_memory = false;
        expect_all_answered(one.ping_all(loopbacks(10), quick(1)), 10, 1);
    });
}

std::atomic<int> sends{0};

TEST(ping_all, probes_for_which_there_is_no_buffer_are_sent_a_moment_later) {
    SONDE_IN_LAB(root, [] {
        sends = 0;
        system_calls calls = kernel_calls();
        calls.sendmmsg = [](int fd, mmsghdr* messages, unsigned count, int flags) {
            if (++sends % 3 != 0) {
                errno = ENOBUFS;
                return -1;
            }
            return kernel_calls().sendmmsg(fd, messages, count, flags);
        };
        calls.sendmsg = [](int fd, const msghdr* message, int flags) -> ssize_t {
            if (++sends % 3 != 0) {
                errno = ENOBUFS;
                return -1;
            }
            return kernel_calls().sendmsg(fd, message, flags);
        };
        client one({.calls = &calls});
        const auto result = one.ping_all(loopbacks(100), quick(3));
        expect_all_answered(result, 100, 3);
        EXPECT_GE(result.totals.send_waits, 1U);
        EXPECT_EQ(result.totals.counts.send_failed, 0U);
    });
}

TEST(ping_all, an_interface_that_goes_down_and_up_costs_probes_and_not_the_run) {
    SONDE_IN_LAB(root, [] {
        client one;
        many_ping_options options = quick(1);
        options.count.reset();
        options.timeout = 50ms;
        enum class phase { up, down, up_again } now = phase::up;
        std::uint64_t replies = 0;
        std::uint64_t failures = 0;
        many_ping_observer watch;
        watch.event = [&](many_ping_control& run, const probe_event& event) {
            if (event.kind == event_kind::reply) ++replies;
            if (event.kind == event_kind::send_failed) ++failures;
            if (now == phase::up && replies == 200) {
                now = phase::down;
                ASSERT_TRUE(test::set_loopback(false));
            } else if (now == phase::down && failures == 100) {
                now = phase::up_again;
                replies = 0;
                ASSERT_TRUE(test::set_loopback(true));
            } else if (now == phase::up_again && replies == 200) {
                run.stop();
            }
        };
        const auto result = one.ping_all(networks(49), options, watch);
        EXPECT_EQ(now, phase::up_again);
        EXPECT_GE(result.totals.counts.send_failed, 100U);
        EXPECT_GE(result.totals.counts.received, 400U);
        expect_sums_agree(result);
    });
}

TEST(ping_all, what_the_own_socket_had_no_room_for_is_told_apart_from_loss) {
    SONDE_IN_LAB(root, [] {
        client one;
        many_ping_options options{.timeout = 100ms, .rate = 1'000'000, .ceilings = no_ceilings};
        options.socket.receive_buffer = 4096;  // room for a handful of answers
        const auto result = one.ping_all(networks(2000), options);
        EXPECT_EQ(result.totals.counts.sent, 2001U);
        EXPECT_GT(result.totals.counts.lost, 0U);
        // Loopback shows us our own requests as well: they find no room either, and count.
        EXPECT_GE(result.totals.dropped_here, result.totals.counts.lost)
            << "loopback loses nothing: every lost answer was dropped here";
        EXPECT_LE(result.totals.dropped_here, 2 * result.totals.counts.lost);
        expect_sums_agree(result);
    });
}

std::atomic<int> wall_reads{0};

TEST(ping_all, setting_the_wall_clock_back_changes_nothing) {
    SONDE_IN_LAB(root, [] {
        system_calls calls = kernel_calls();
        calls.clock_gettime = [](clockid_t clock, timespec* out) {
            const int answer = kernel_calls().clock_gettime(clock, out);
            if (clock == CLOCK_REALTIME && ++wall_reads > 12) out->tv_sec -= 3600;
            return answer;
        };
        client one({.calls = &calls});
        const auto result = one.ping_all(loopbacks(50), quick(10));
        expect_all_answered(result, 50, 10);
        EXPECT_GT(wall_reads, 12) << "the clock was never set";
        EXPECT_GE(result.rtt.min(), 0ns);
        EXPECT_LT(result.rtt.max(), 1s);
    });
}

TEST(ping_all, refuses_options_with_every_reason) {
    client one;
    try {
        static_cast<void>(one.ping_all(loopbacks(1), {.interval = -1ms, .timeout = -1ms}));
        ADD_FAILURE() << "took nonsense";
    } catch (const option_error& thrown) {
        EXPECT_GE(thrown.problems().size(), 2U);
    }
}

TEST(ping_all, a_hundred_thousand_targets_need_less_than_64_mb) {
    SONDE_IN_LAB(root, [] {
        const std::size_t before = testing::heap().octets;
        testing::reset_heap_peak();
        std::vector<target> targets;
        for (std::uint32_t i = 0; i < 100'000; ++i)
            targets.emplace_back(ipv4_address{0x7f010000 + i});
        client one;
        const auto result =
            one.ping_all(targets, {.count = 1, .rate = 100'000, .ceilings = no_ceilings});
        EXPECT_EQ(result.totals.counts.sent, 100'000U);
        std::uint64_t alive = 0;
        for (const auto& each : result.targets) alive += std::uint64_t{each.result->is_alive()};
        EXPECT_EQ(alive, result.totals.counts.received);
        EXPECT_LT(testing::heap().octets_peak - before, 64'000'000U);
    });
}

// ---- sweeps ----

address_set network(const char* text) {
    address_set made;
    EXPECT_TRUE(made.add(*ip_range::parse(text)));
    return made;
}

TEST(sweep, finds_everybody_in_a_network_by_one_worker_and_by_several) {
    SONDE_IN_LAB(root, [] {
        for (const unsigned workers : {1U, 3U}) {
            client one({.workers = workers});
            std::set<std::uint64_t> answered;
            sweep_observer watch;
            watch.event = [&](sweep_control& run, const probe_event& event) {
                if (event.kind != event_kind::reply) return;
                EXPECT_TRUE(answered.insert(event.target).second);
                EXPECT_EQ(event.record.reply.from, run.targets().at(event.target));
            };
            int progress = 0;
            watch.progress_interval = 1ms;
            watch.progress = [&](sweep_control& run) {
                ++progress;
                EXPECT_EQ(run.progress().size, 4000U);
            };
            const auto result =
                one.sweep(network("127.1.0.0-127.1.15.159"),
                          {.rate = 100'000, .timeout = 100ms, .ceilings = no_ceilings},
                          watch);
            EXPECT_EQ(result.workers, workers);
            EXPECT_EQ(result.progress.answered, 4000U);
            EXPECT_EQ(result.progress.counts.sent, 4000U);
            EXPECT_EQ(result.progress.counts.received, 4000U);
            EXPECT_EQ(result.rtt.count(), 4000U);
            EXPECT_EQ(answered.size(), 4000U);
            EXPECT_NE(result.options.seed, 0U);
            EXPECT_GE(progress, 1);
        }
    });
}

TEST(sweep, goes_on_where_another_one_stopped) {
    SONDE_IN_LAB(root, [] {
        client one;
        sweep_options options{.rate = 0, .timeout = 50ms, .limit = 300, .ceilings = no_ceilings};
        std::set<std::uint64_t> answered;
        sweep_observer watch;
        watch.event = [&](sweep_control&, const probe_event& event) {
            if (event.kind == event_kind::reply) answered.insert(event.target);
        };
        const auto first = one.sweep(network("127.1.0.0/22"), options, watch);
        EXPECT_EQ(first.progress.counts.sent, 300U);
        options.seed = first.options.seed;
        options.position = first.progress.settled;
        options.limit.reset();
        const auto second = one.sweep(network("127.1.0.0/22"), options, watch);
        EXPECT_EQ(second.progress.counts.sent, 1024U - 300U);
        EXPECT_EQ(answered.size(), 1024U);
    });
}

TEST(sweep, stops_with_what_is_known) {
    SONDE_IN_LAB(root, [] {
        client one;
        sweep_observer watch;
        watch.event = [](sweep_control& run, const probe_event&) { run.stop(); };
        const auto result =
            one.sweep(network("127.0.0.0/8"), {.rate = 1000, .ceilings = no_ceilings}, watch);
        EXPECT_GE(result.progress.answered, 1U);
        EXPECT_LT(result.progress.counts.sent, 1000U);
    });
}

TEST(sweep, workers_together_have_done_the_sum_and_are_as_far_as_the_last) {
    const sweep_progress merged = detail::merge({{.size = 100,
                                                  .share = 50,
                                                  .position = 40,
                                                  .settled = 30,
                                                  .answered = 3,
                                                  .refused = 1,
                                                  .pass = 2,
                                                  .counts = {.sent = 20, .received = 3},
                                                  .dropped_here = 1,
                                                  .elapsed = 5s,
                                                  .left = 7s},
                                                 {.size = 100,
                                                  .share = 50,
                                                  .position = 35,
                                                  .settled = 33,
                                                  .answered = 4,
                                                  .refused = 2,
                                                  .pass = 1,
                                                  .counts = {.sent = 18, .received = 4},
                                                  .dropped_here = 2,
                                                  .elapsed = 6s,
                                                  .left = 6s}});
    EXPECT_EQ(merged.size, 100U);
    EXPECT_EQ(merged.share, 100U);
    EXPECT_EQ(merged.position, 35U);
    EXPECT_EQ(merged.settled, 30U);
    EXPECT_EQ(merged.answered, 7U);
    EXPECT_EQ(merged.refused, 3U);
    EXPECT_EQ(merged.pass, 1U);
    EXPECT_EQ(merged.counts.sent, 38U);
    EXPECT_EQ(merged.counts.received, 7U);
    EXPECT_EQ(merged.dropped_here, 3U);
    EXPECT_EQ(merged.elapsed, 6s);
    EXPECT_EQ(merged.left, 7s);
}

TEST(workers, are_as_many_as_the_load_asks_and_cores_there_are) {
    EXPECT_EQ(detail::workers_for(5, 1), 5U);
    EXPECT_EQ(detail::workers_for(100, 1), 15U);
    EXPECT_EQ(detail::workers_for(0, 99'999), 1U);
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    EXPECT_LE(detail::workers_for(0, 1e9), cores);
    EXPECT_GE(detail::workers_for(0, 1e9), std::min(cores, 15U));
}

}  // namespace
}  // namespace sonde
