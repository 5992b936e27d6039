// The client against the kernel of this machine: loopback, in a network namespace of its own.

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include <sonde/client/client.hpp>
#include <sonde/net/system_calls.hpp>

#include "lab.hpp"

namespace sonde {
namespace {

using namespace std::chrono_literals;
using test::privilege;

constexpr const char* loopbacks[] = {"127.0.0.1", "::1"};

ping_options quick(std::uint64_t count) { return {.count = count, .interval = 1ms, .timeout = 1s}; }

void expect_all_answered(const ping_result& result, std::uint64_t count) {
    EXPECT_EQ(result.counts.sent, count);
    EXPECT_EQ(result.counts.received, count);
    EXPECT_EQ(result.counts.lost, 0U);
    EXPECT_EQ(result.counts.duplicates, 0U);
    EXPECT_EQ(result.counts.forged, 0U);
    EXPECT_EQ(result.rtt.count(), count);
    EXPECT_EQ(result.records.size(), count);
}

void ping_both_loopbacks(bool raw) {
    client one;
    for (const char* address : loopbacks) {
        const auto result = one.ping(address, quick(20));
        expect_all_answered(result, 20);
        EXPECT_EQ(result.raw, raw);
        EXPECT_EQ(result.target, address);
        EXPECT_TRUE(result.source.is_loopback());
        // The kernel turns its receive stamps on in the background when the first socket asks for
        // them, so that the first answer may come without; the last must not.
        EXPECT_EQ(result.records.back().reply.sent_by, stamp_source::kernel);
        EXPECT_EQ(result.records.back().reply.received_by, stamp_source::kernel);
    }
}

TEST(client, pings_both_loopbacks_as_root) {
    SONDE_IN_LAB(root, [] { ping_both_loopbacks(true); });
}

TEST(client, pings_both_loopbacks_without_any_capability) {
    SONDE_IN_LAB(ping_group, [] { ping_both_loopbacks(false); });
}

TEST(client, says_which_socket_serves_and_why) {
    SONDE_IN_LAB(root, [] {
        client one;
        EXPECT_TRUE(one.socket_facts(ip_family::v4).raw);
        const auto forced = one.socket_facts(ip_family::v6, {.mode = socket_mode::dgram});
        EXPECT_FALSE(forced.raw);
        EXPECT_NE(forced.reason, "");
    });
}

TEST(client, without_permission_names_the_three_remedies) {
    SONDE_IN_LAB(none, [] {
        client one;
        try {
            static_cast<void>(one.ping("127.0.0.1"));
            ADD_FAILURE() << "pinged without permission";
        } catch (const socket_permission_error& thrown) {
            const std::string text = thrown.what();
            for (const char* remedy : {"setcap cap_net_raw+ep", "ping_group_range", "root"}) {
                EXPECT_NE(text.find(remedy), std::string::npos) << text;
            }
        }
    });
}

void trace_loopbacks(std::initializer_list<probe_method> methods) {
    client one;
    for (const char* address : loopbacks) {
        for (const auto method : methods) {
            const auto path = one.trace(address, {.method = method});
            EXPECT_EQ(path.end, trace_end::reached) << address << " by method " << int(method);
            ASSERT_EQ(path.hops.size(), 1U);
            EXPECT_EQ(path.hops[0].received(), 3U);
            EXPECT_EQ(path.hops[0].addresses(), std::vector{*parse_address(address)});
        }
    }
}

TEST(client, traces_loopback_by_icmp_udp_and_tcp_as_root) {
    SONDE_IN_LAB(
        root, [] { trace_loopbacks({probe_method::icmp, probe_method::udp, probe_method::tcp}); });
}

TEST(client, traces_loopback_by_icmp_and_udp_without_any_capability) {
    SONDE_IN_LAB(ping_group, [] { trace_loopbacks({probe_method::icmp, probe_method::udp}); });
}

TEST(client, tcp_without_permission_says_what_it_needs) {
    SONDE_IN_LAB(ping_group, [] {
        client one;
        EXPECT_THROW(one.trace("127.0.0.1", {.method = probe_method::tcp}),
                     socket_permission_error);
    });
}

TEST(client, probes_once_with_any_hop_limit) {
    SONDE_IN_LAB(root, [] {
        client one;
        const auto record = one.probe("127.0.0.1", {.hop_limit = 1});
        EXPECT_EQ(record.state, probe_state::answered);
        EXPECT_EQ(record.hop_limit, 1);
        EXPECT_NO_THROW(raise_for_status(record, ip_family::v4));
    });
}

TEST(client, shows_events_and_facts_while_it_runs) {
    SONDE_IN_LAB(root, [] {
        client one;
        int started = 0;
        int replies = 0;
        int finished = 0;
        observer<ping_result> watch;
        watch.started = [&](const session_facts& facts) {
            ++started;
            EXPECT_EQ(facts.target, "localhost");
            EXPECT_TRUE(facts.address.is_v4()) << "A before AAAA";
            EXPECT_NE(facts.identifier, 0);
        };
        watch.event = [&](const session_facts&, const probe_event& event) {
            replies += event.kind == event_kind::reply ? 1 : 0;
        };
        watch.finished = [&](const session_facts&, const ping_result& result) {
            ++finished;
            EXPECT_EQ(result.counts.received, 3U);
        };
        static_cast<void>(one.ping("localhost", quick(3), watch));
        EXPECT_EQ(started, 1);
        EXPECT_EQ(replies, 3);
        EXPECT_EQ(finished, 1);
    });
}

TEST(client, an_observer_that_throws_ends_the_run_and_the_client_stays_usable) {
    SONDE_IN_LAB(root, [] {
        client one;
        const event_callback thrower = [](const probe_event&) {
            throw std::runtime_error("enough");
        };
        EXPECT_THROW(one.ping("127.0.0.1", quick(3), thrower), std::runtime_error);
        observer<ping_result> watch;
        watch.progress = [](const session_facts&, const ping_result&) {
            throw std::runtime_error("enough");
        };
        watch.event = [&](const session_facts&, const probe_event&) { one.ask_progress(); };
        EXPECT_THROW(one.ping("127.0.0.1", {.count = {}, .interval = 10ms}, watch),
                     std::runtime_error);
        expect_all_answered(one.ping("127.0.0.1", quick(2)), 2);
    });
}

TEST(client, stop_ends_an_endless_ping_with_what_is_known) {
    SONDE_IN_LAB(root, [] {
        client one;
        const auto result =
            one.ping("127.0.0.1", {.count = {}, .interval = 1h}, [&](const probe_event& e) {
                if (e.kind == event_kind::reply) one.stop();
            });
        EXPECT_EQ(result.counts.received, 1U);
    });
}

TEST(client, stop_may_come_from_another_thread_and_before_the_run) {
    SONDE_IN_LAB(root, [] {
        client one;
        one.stop();
        EXPECT_LE(one.ping("127.0.0.1", {.count = {}, .interval = 1h}).counts.sent, 1U);
        std::atomic<bool> answered{false};
        std::jthread other([&] {
            answered.wait(false);
            one.stop();
        });
        const auto result =
            one.ping("127.0.0.1", {.count = {}, .interval = 1h}, [&](const probe_event& e) {
                if (e.kind != event_kind::reply) return;
                answered = true;
                answered.notify_one();
            });
        EXPECT_EQ(result.counts.received, 1U);
    });
}

client* interrupted = nullptr;

TEST(client, stop_and_ask_progress_may_come_from_a_signal_handler) {
    SONDE_IN_LAB(root, [] {
        client one;
        interrupted = &one;
        std::signal(SIGQUIT, [](int) { interrupted->ask_progress(); });
        std::signal(SIGINT, [](int) { interrupted->stop(); });
        int asked = 0;
        observer<ping_result> watch;
        watch.event = [](const session_facts&, const probe_event& event) {
            if (event.kind == event_kind::reply) std::raise(SIGQUIT);
        };
        watch.progress = [&](const session_facts&, const ping_result& so_far) {
            ++asked;
            EXPECT_EQ(so_far.counts.received, 1U);
            std::raise(SIGINT);
        };
        const auto result = one.ping("127.0.0.1", {.count = {}, .interval = 1h}, watch);
        EXPECT_EQ(asked, 1);
        EXPECT_EQ(result.counts.received, 1U);
    });
}

TEST(client, refuses_options_with_every_reason) {
    client one;
    try {
        static_cast<void>(one.ping("127.0.0.1", {.interval = -1ms, .timeout = -1ms}));
        ADD_FAILURE() << "took nonsense";
    } catch (const option_error& thrown) {
        EXPECT_GE(thrown.problems().size(), 2U);
    }
}

TEST(client, tells_names_from_nonsense) {
    client one;
    EXPECT_THROW(one.ping("1.2.3.4 x"), name_lookup_error);
    EXPECT_THROW(one.ping(""), name_lookup_error);
    EXPECT_THROW(one.ping("fe80::1%no_such_interface"), name_lookup_error);
    EXPECT_THROW(one.ping("::1", {.socket = {.family = ip_family::v4}}), name_lookup_error);
}

TEST(client, shows_no_control_character_of_a_wrong_name) {
    client one;
    try {
        static_cast<void>(one.ping("evil\x1b[31m"));
        ADD_FAILURE() << "took nonsense";
    } catch (const name_lookup_error& thrown) {
        EXPECT_STREQ(thrown.what(), "evil\\027[31m: this is neither an address nor a host name");
        EXPECT_EQ(thrown.name(), "evil\x1b[31m");
    }
}

TEST(client, resolves_ipv4_before_ipv6_and_one_family_when_asked) {
    SONDE_IN_LAB(root, [] {
        ASSERT_TRUE(test::replace_file("/etc/hosts", "::1 both\n127.0.0.1 both\n127.0.0.2 both\n"));
        client one;
        const auto all = one.resolve("both");
        ASSERT_EQ(all.size(), 3U);
        EXPECT_TRUE(all[0].is_v4() && all[1].is_v4());
        EXPECT_EQ(all[2], *parse_address("::1"));
        EXPECT_EQ(one.resolve("both", ip_family::v6), std::vector{*parse_address("::1")});
        EXPECT_EQ(one.resolve("192.0.2.1"), std::vector{*parse_address("192.0.2.1")});
        EXPECT_EQ(one.reverse(*parse_address("127.0.0.2")), "both");
        EXPECT_EQ(one.names().reverse(*parse_address("127.0.0.2")).name, "both");
    });
}

TEST(client, traces_several_targets_in_order_and_one_bad_name_stops_nobody) {
    SONDE_IN_LAB(root, [] {
        client one;
        const std::vector<target> targets{"127.0.0.1", "not a name", "::1", "192.0.2.1"};
        std::vector<std::size_t> failed;
        observer<trace_result> watch;
        watch.failed = [&](const session_facts& facts, const std::string&) {
            failed.push_back(facts.index);
        };
        const auto results = one.trace_all(targets, {.probes_per_hop = 1}, watch);
        ASSERT_EQ(results.size(), targets.size());
        for (const std::size_t good : {0U, 2U}) {
            EXPECT_EQ(results[good].target, targets[good].text());
            ASSERT_TRUE(results[good].result);
            EXPECT_EQ(results[good].result->end, trace_end::reached);
        }
        EXPECT_FALSE(results[1].result);
        EXPECT_NE(results[1].error.find("neither an address nor a host name"), std::string::npos);
        EXPECT_NE(results[3].error.find("no route"), std::string::npos) << results[3].error;
        EXPECT_EQ(failed, (std::vector<std::size_t>{1, 3}));
        EXPECT_TRUE(one.trace_all(std::vector<target>{}).empty());
    });
}

TEST(client, traces_more_targets_than_run_at_once) {
    SONDE_IN_LAB(root, [] {
        std::vector<target> targets;
        for (std::uint32_t i = 1; i <= 150; ++i) targets.emplace_back(ipv4_address{0x7f000000 + i});
        client one;
        for (const auto& each : one.trace_all(targets, {.probes_per_hop = 1})) {
            ASSERT_TRUE(each.result) << each.error;
            EXPECT_EQ(each.result->end, trace_end::reached);
        }
    });
}

void ping_in_threads() {
    std::vector<std::jthread> threads;
    for (const char* address : loopbacks) {
        threads.emplace_back([address] {
            client mine;
            const auto result = mine.ping(address, quick(50));
            expect_all_answered(result, 50);
            EXPECT_EQ(result.counts.foreign, 0U);
        });
    }
}

TEST(client, two_in_two_threads_do_not_mix_raw) {
    SONDE_IN_LAB(root, [] { ping_in_threads(); });
}
TEST(client, two_in_two_threads_do_not_mix_unprivileged) {
    SONDE_IN_LAB(ping_group, [] { ping_in_threads(); });
}

TEST(client, two_processes_with_one_identifier_never_take_each_others_replies) {
    SONDE_IN_LAB(root, [] {
        ping_options options = quick(100);
        options.identifier = 7;
        const pid_t other = ::fork();
        client one;
        const auto result = one.ping("127.0.0.1", options);
        EXPECT_EQ(result.counts.received, 100U);
        EXPECT_EQ(result.counts.lost, 0U);
        EXPECT_EQ(result.counts.duplicates, 0U);
        if (other == 0) std::_Exit(::testing::Test::HasFailure() ? 1 : 0);
        int status = 0;
        ::waitpid(other, &status, 0);
        EXPECT_EQ(status, 0) << "the other process saw something else";
    });
}

TEST(client, no_route_is_said_before_anything_is_sent) {
    SONDE_IN_LAB(root, [] {
        client one;
        try {
            static_cast<void>(one.ping("192.0.2.1"));
            ADD_FAILURE() << "there is no route";
        } catch (const socket_unavailable_error& thrown) {
            EXPECT_EQ(thrown.cause().code, ENETUNREACH);
            EXPECT_NE(std::string(thrown.what()).find("ip route get 192.0.2.1"), std::string::npos);
        }
    });
}

std::string refusal_of(const char* whom, const socket_options& options = {}) {
    client one;
    try {
        static_cast<void>(one.ping(whom, {.count = 1, .socket = options}));
        return "not refused";
    } catch (const socket_unavailable_error& thrown) {
        return thrown.what();
    }
}

TEST(client, says_what_is_wrong_with_a_destination_in_words) {
    SONDE_IN_LAB(root, [] {
        ASSERT_EQ(std::system("ip route add blackhole 192.0.2.0/24"), 0);
        EXPECT_EQ(refusal_of("192.0.2.1"),
                  "the routing table forbids 192.0.2.1: connect to 192.0.2.1: Invalid argument "
                  "(EINVAL); `ip route get 192.0.2.1` shows why");
        EXPECT_EQ(refusal_of("fe80::1"),
                  "fe80::1 is an address of one link: say which, as fe80::1%eth0");
        EXPECT_EQ(refusal_of("ff02::1"),
                  "ff02::1 is an address of one link: say which, as ff02::1%eth0");
        EXPECT_EQ(refusal_of("127.0.0.1", {.source = parse_address("::1")}),
                  "the source address ::1 is of another family than the target 127.0.0.1");
    });
}

TEST(client, a_probe_too_long_for_the_link_tells_what_fits) {
    SONDE_IN_LAB(root, [] {
        ASSERT_EQ(std::system("ip link set lo mtu 1400"), 0);
        ASSERT_TRUE(test::set_sysctl("net/ipv4/ping_group_range", "0 2147483647"));
        for (const char* address : loopbacks) {
            for (const auto mode : {socket_mode::raw, socket_mode::dgram}) {
                client one;
                ping_options options = quick(1);
                options.payload_len = 1500;
                options.socket.dont_fragment = true;
                options.socket.mode = mode;
                const auto result = one.ping(address, options);
                EXPECT_EQ(result.counts.send_failed, 1U);
                ASSERT_EQ(result.records.size(), 1U);
                EXPECT_EQ(result.records[0].send_error, EMSGSIZE);
                EXPECT_EQ(result.records[0].send_mtu, 1400U);
            }
        }
    });
}

std::atomic<int> fragment_wish{-1};  // the last IP_MTU_DISCOVER

TEST(client, a_trace_without_fragments_goes_on_after_a_router_told_its_mtu) {
    SONDE_IN_LAB(root, [] {
        system_calls calls = kernel_calls();
        calls.setsockopt = [](int fd, int level, int name, const void* value, socklen_t len) {
            if (level == IPPROTO_IP && name == IP_MTU_DISCOVER) {
                fragment_wish = *static_cast<const int*>(value);
            }
            return kernel_calls().setsockopt(fd, level, name, value, len);
        };
        client one({.calls = &calls});
        static_cast<void>(one.trace("127.0.0.1", {.socket = {.dont_fragment = true}}));
        EXPECT_EQ(fragment_wish, IP_PMTUDISC_PROBE);
        static_cast<void>(one.ping("127.0.0.1", {.count = 1, .socket = {.dont_fragment = true}}));
        EXPECT_EQ(fragment_wish, IP_PMTUDISC_DO);
    });
}

TEST(client, a_source_that_is_not_ours_is_an_address_error) {
    SONDE_IN_LAB(root, [] {
        client one;
        const ping_options options{.socket = {.source = parse_address("192.0.2.9")}};
        EXPECT_THROW(one.ping("127.0.0.1", options), socket_address_error);
    });
}

TEST(client, a_broadcast_address_needs_the_option) {
    SONDE_IN_LAB(root, [] {
        client one;
        EXPECT_THROW(one.ping("127.255.255.255", quick(1)), socket_broadcast_error);
        ASSERT_TRUE(test::set_sysctl("net/ipv4/icmp_echo_ignore_broadcasts", "0"));
        ping_options options = quick(1);
        options.socket.broadcast = true;
        EXPECT_EQ(one.ping("127.255.255.255", options).counts.received, 1U);
    });
}

TEST(client, an_interface_that_goes_down_in_mid_run_costs_probes_and_not_the_run) {
    SONDE_IN_LAB(root, [] {
        client one;
        const auto result =
            one.ping("127.0.0.1",
                     {.count = 6, .interval = 5ms, .timeout = 50ms},
                     [](const probe_event& event) {
                         if (event.kind == event_kind::reply && event.record.sequence == 2) {
                             ASSERT_TRUE(test::set_loopback(false));
                         }
                         if (event.record.sequence == 4 && event.kind != event_kind::sent) {
                             ASSERT_TRUE(test::set_loopback(true));
                         }
                     });
        EXPECT_EQ(result.counts.sent + result.counts.send_failed, 6U);
        EXPECT_GE(result.counts.received, 2U);
        EXPECT_LT(result.counts.received, 6U);
    });
}

std::atomic<int> sends{0};
std::atomic<int> refusal{0};  // errno of every send; 0: the kernel decides

TEST(client, what_the_kernel_refuses_to_send_is_the_outcome_of_that_probe) {
    SONDE_IN_LAB(root, [] {
        system_calls calls = kernel_calls();
        calls.sendmmsg = [](int fd, mmsghdr* messages, unsigned count, int flags) {
            if (refusal == 0) return kernel_calls().sendmmsg(fd, messages, count, flags);
            errno = refusal;
            return -1;
        };
        calls.sendmsg = [](int fd, const msghdr* message, int flags) -> ssize_t {
            if (refusal == 0) return kernel_calls().sendmsg(fd, message, flags);
            errno = refusal;
            return -1;
        };
        for (const int code : {ENETUNREACH, ENETDOWN, EHOSTUNREACH, ENOBUFS, EPERM}) {
            client one({.calls = &calls});
            const auto result = one.ping("127.0.0.1", quick(5), [&](const probe_event& event) {
                if (event.kind == event_kind::reply && event.record.sequence == 1) refusal = code;
                if (event.kind == event_kind::send_failed) refusal = 0;
            });
            EXPECT_EQ(result.counts.send_failed, 1U) << code;
            EXPECT_EQ(result.counts.received, 4U) << code;
            // Which one depends on when the first reply was heard.
            EXPECT_EQ(std::ranges::count(result.records, code, &probe_record::send_error), 1)
                << code;
        }
    });
}

TEST(client, a_full_send_buffer_delays_and_loses_nothing) {
    SONDE_IN_LAB(root, [] {
        sends = 0;
        system_calls calls = kernel_calls();
        calls.sendmmsg = [](int fd, mmsghdr* messages, unsigned count, int flags) {
            if (++sends % 2 == 1) {
                errno = EAGAIN;
                return -1;
            }
            return kernel_calls().sendmmsg(fd, messages, count, flags);
        };
        calls.sendmsg = [](int fd, const msghdr* message, int flags) -> ssize_t {
            if (++sends % 2 == 1) {
                errno = EAGAIN;
                return -1;
            }
            return kernel_calls().sendmsg(fd, message, flags);
        };
        client one({.calls = &calls});
        expect_all_answered(one.ping("127.0.0.1", quick(10)), 10);
        EXPECT_GE(sends, 10) << "the buffer was never full";
    });
}

std::atomic<int> wall_reads{0};

TEST(client, setting_the_wall_clock_back_changes_nothing) {
    SONDE_IN_LAB(root, [] {
        system_calls calls = kernel_calls();
        calls.clock_gettime = [](clockid_t clock, timespec* out) {
            const int answer = kernel_calls().clock_gettime(clock, out);
            if (clock == CLOCK_REALTIME && ++wall_reads > 40) out->tv_sec -= 3600;
            return answer;
        };
        client one({.calls = &calls});
        const auto result = one.ping("127.0.0.1", quick(30));
        expect_all_answered(result, 30);
        EXPECT_GT(wall_reads, 40) << "the clock was never set";
        EXPECT_GE(result.rtt.min(), 0ns);
        EXPECT_LT(result.rtt.max(), 1s);
    });
}

nanoseconds cpu_time() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto whole = std::chrono::seconds(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
    return whole + std::chrono::microseconds(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

TEST(client, waiting_costs_no_processor_time) {
    SONDE_IN_LAB(root, [] {
        client one;
        const auto before = cpu_time();
        static_cast<void>(one.ping("127.0.0.1", {.count = 3, .interval = 400ms}));
        EXPECT_LT(cpu_time() - before, 200ms) << "of 800 ms";
    });
}

TEST(client, logs_nothing_unless_asked_and_then_by_level) {
    SONDE_IN_LAB(root, [] {
        std::vector<log_level> seen;
        const log_function write =
            [&](log_level level, std::string_view topic, std::string_view text) {
                seen.push_back(level);
                EXPECT_EQ(topic, "socket");
                EXPECT_NE(text.find("127.0.0.1"), std::string_view::npos);
            };
        client silent({.log = {.write = write}});
        static_cast<void>(silent.ping("127.0.0.1", quick(1)));
        EXPECT_TRUE(seen.empty());
        client talking({.log = {.write = write, .level = log_level::info}});
        static_cast<void>(talking.ping("127.0.0.1", quick(1)));
        EXPECT_EQ(seen, std::vector{log_level::info});
    });
}

// A resolver that takes every question and never answers.
int silent_nameserver() {
    const int made = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(53);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_storage storage{};
    std::memcpy(&storage, &at, sizeof at);
    return ::bind(made,
                  static_cast<const sockaddr*>(static_cast<const void*>(&storage)),
                  sizeof at) == 0
               ? made
               : -1;
}

TEST(names, never_delay_the_end) {
    SONDE_IN_LAB(root, [] {
        ASSERT_TRUE(test::replace_file("/etc/resolv.conf", "nameserver 127.0.0.1\n"));
        ASSERT_GE(silent_nameserver(), 0);
        client one;
        const auto before = std::chrono::steady_clock::now();
        const auto result = one.ping("127.0.0.1", quick(2), [&](const probe_event& event) {
            if (event.kind != event_kind::reply) return;
            EXPECT_EQ(one.names().reverse(*parse_address("192.0.2.1")).state, name_state::pending);
        });
        expect_all_answered(result, 2);
        EXPECT_EQ(one.names().settle(20ms), 1U);
        EXPECT_LT(std::chrono::steady_clock::now() - before, 1s);
    });
}

TEST(names, that_nobody_answers_time_out_and_a_stop_ends_the_wait) {
    SONDE_IN_LAB(root, [] {
        ASSERT_TRUE(test::replace_file("/etc/resolv.conf", "nameserver 127.0.0.1\n"));
        ASSERT_GE(silent_nameserver(), 0);
        client one({.name_timeout = 50ms});
        EXPECT_THROW(one.ping("example.net"), name_lookup_error);
        EXPECT_FALSE(one.reverse(*parse_address("192.0.2.1")));
        const auto several = one.ping_all(std::vector<std::string>{"example.net", "127.0.0.1"});
        EXPECT_NE(several.targets[0].error, "");
        EXPECT_TRUE(several.targets[1].result->is_alive());
        client patient({.name_timeout = 1h});
        patient.stop();
        EXPECT_THROW(patient.resolve("example.net"), name_lookup_error);
        patient.stop();
        EXPECT_THROW(patient.ping("example.net"), name_lookup_error);
    });
}

TEST(client, may_be_moved) {
    SONDE_IN_LAB(root, [] {
        client first;
        expect_all_answered(first.ping("127.0.0.1", quick(1)), 1);
        client second = std::move(first);
        expect_all_answered(second.ping("127.0.0.1", quick(1)), 1);
    });
}

}  // namespace
}  // namespace sonde
