// Coroutines, callbacks and futures on somebody's loop. Under g++ 12 with the address sanitizer
// this also shows that no temporary of a co_await expression is destroyed twice.

#include <array>
#include <chrono>
#include <thread>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_future.hpp>
#include <gtest/gtest.h>

#include <sonde/client/async_client.hpp>
#include <sonde/client/async_icmp_socket.hpp>
#include <sonde/client/async_monitor.hpp>

#include "lab.hpp"

namespace sonde {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

// Runs a coroutine to its end; what it throws comes out.
template <class Coroutine>
void run_to_the_end(asio::io_context& loop, Coroutine coroutine) {
    std::exception_ptr failure;
    asio::co_spawn(loop, std::move(coroutine), [&](std::exception_ptr error) { failure = error; });
    loop.run();
    if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> use_everything(async_client& client) {
    const auto result = co_await client.ping("127.0.0.1", {.count = 3, .interval = 1ms});
    EXPECT_EQ(result.counts.received, 3U);
    const auto path = co_await client.trace(std::string("::1"), {.probes_per_hop = 2});
    EXPECT_EQ(path.end, trace_end::reached);
    const auto record = co_await client.probe("127.0.0.1", {.hop_limit = 3});
    EXPECT_EQ(record.hop_limit, 3);
    const auto addresses = co_await client.resolve("localhost");
    EXPECT_EQ(addresses.front(), *parse_address("127.0.0.1"));
    const auto numeric = co_await client.resolve("192.0.2.1");
    EXPECT_EQ(numeric, std::vector{*parse_address("192.0.2.1")});
}

TEST(async_client, offers_every_operation_as_a_coroutine) {
    SONDE_IN_LAB(root, [] {
        asio::io_context loop;
        async_client client(loop);
        run_to_the_end(loop, use_everything(client));
    });
}

asio::awaitable<void> ping_several(async_client& client) {
    auto [first, second, path] =
        co_await (client.ping("127.0.0.1", {.count = 20, .interval = 1ms}) &&
                  client.ping("::1", {.count = 20, .interval = 1ms}) && client.trace("127.0.0.1"));
    EXPECT_EQ(first.counts.received, 20U);
    EXPECT_EQ(second.counts.received, 20U);
    EXPECT_EQ(first.counts.foreign + second.counts.foreign, 0U);
    EXPECT_EQ(path.end, trace_end::reached);
}

TEST(async_client, runs_several_at_once_unprivileged) {
    SONDE_IN_LAB(ping_group, [] {
        asio::io_context loop;
        async_client client(loop);
        run_to_the_end(loop, ping_several(client));
    });
}

asio::awaitable<void> fail(async_client& client) {
    bool caught = false;
    try {
        co_await client.ping("not a name");
    } catch (const name_lookup_error&) {
        caught = true;
    }
    EXPECT_TRUE(caught);
    caught = false;
    try {
        co_await client.ping("127.0.0.1", {.interval = -1ms});
    } catch (const option_error&) {
        caught = true;
    }
    EXPECT_TRUE(caught);
}

TEST(async_client, throws_what_the_synchronous_client_throws) {
    asio::io_context loop;
    async_client client(loop);
    run_to_the_end(loop, fail(client));
}

TEST(async_client, takes_callbacks_and_keeps_the_order_of_several_targets) {
    SONDE_IN_LAB(root, [] {
        asio::io_context loop;
        async_client client(loop);
        int events = 0;
        client.on_event([&](const probe_event&) { ++events; });
        bool called = false;
        client.async_ping_all({"127.0.0.1", "not a name", "::1"},
                              {.count = 2, .interval = 1ms, .events = {.sent = true}},
                              [&](std::exception_ptr error, const many_ping_result& result) {
                                  called = true;
                                  EXPECT_FALSE(error);
                                  ASSERT_EQ(result.targets.size(), 3U);
                                  EXPECT_EQ(result.targets[0].result->counts.received, 2U);
                                  EXPECT_NE(result.targets[1].error, "");
                                  EXPECT_EQ(result.targets[2].result->counts.received, 2U);
                              });
        EXPECT_FALSE(called) << "never from inside the call that starts it";
        loop.run();
        EXPECT_TRUE(called);
        EXPECT_GE(events, 8);
    });
}

asio::awaitable<void> use_many(async_client& client) {
    std::vector<target> targets{"127.0.0.1", "::1", "127.0.0.1"};
    const auto result = co_await client.ping_all(targets, {.count = 3, .interval = 1ms});
    EXPECT_EQ(result.targets.size(), 3U);
    EXPECT_EQ(result.totals.counts.received, 9U);
    address_set network;
    EXPECT_TRUE(network.add(*ip_range::parse("127.0.1.0/24")));
    const auto found = co_await client.sweep(network, {.rate = 50'000, .timeout = 50ms});
    EXPECT_EQ(found.progress.answered, 256U);
    auto [one, other] = co_await (client.ping_all(targets, {.count = 2, .interval = 1ms}) &&
                                  client.sweep(network, {.rate = 50'000, .timeout = 50ms}));
    EXPECT_EQ(one.totals.counts.received, 6U);
    EXPECT_EQ(one.totals.counts.foreign + other.progress.counts.foreign, 0U);
    EXPECT_EQ(other.progress.answered, 256U);
}

TEST(async_client, pings_many_and_sweeps_as_coroutines) {
    for (const unsigned workers : {1U, 2U}) {
        SONDE_IN_LAB(root, [workers] {
            asio::io_context loop;
            async_client client(loop, {.workers = workers});
            run_to_the_end(loop, use_many(client));
        });
    }
}

TEST(async_client, many_cancelled_give_what_is_known_so_far) {
    for (const unsigned workers : {1U, 2U}) {
        SONDE_IN_LAB(root, [workers] {
            asio::io_context loop;
            async_client client(loop, {.workers = workers});
            asio::cancellation_signal signal;
            client.on_event(
                [&](const probe_event&) { signal.emit(asio::cancellation_type::total); });
            std::uint64_t received = 0;
            client.async_ping_all(
                {"127.0.0.1"},
                {.count = {}, .interval = 1h},
                asio::bind_cancellation_slot(
                    signal.slot(), [&](std::exception_ptr error, const many_ping_result& got) {
                        EXPECT_FALSE(error);
                        received = got.totals.counts.received;
                    }));
            loop.run();
            EXPECT_EQ(received, 1U);
        });
    }
}

asio::awaitable<void> watch_some(async_client& client) {
    async_monitor monitor(client, {.count = {}, .interval = 5ms});
    EXPECT_EQ(monitor.add("127.0.0.1"), 0U);
    EXPECT_EQ(monitor.add("not a name"), 1U);
    EXPECT_EQ(monitor.add("::1"), 2U);
    std::array<int, 4> replies{};
    int problems = 0;
    while (const auto event = co_await monitor.next_event()) {
        if (!event->problem.empty()) {
            ++problems;
            EXPECT_EQ(event->probe.target, 1U);
            continue;
        }
        if (event->probe.kind != event_kind::reply) continue;
        const auto which = static_cast<std::size_t>(event->probe.target);
        ++replies.at(which);
        if (which == 0 && replies[0] == 3) {
            EXPECT_EQ(monitor.add("127.0.0.9"), 3U);
        }
        if (which == 3 && replies[3] == 1) monitor.remove(0);
        if (which == 3 && replies[3] == 5) break;
    }
    EXPECT_EQ(problems, 1);
    const auto first = co_await monitor.summary(0);
    EXPECT_EQ(first.target, "127.0.0.1");
    EXPECT_EQ(first.result->state, target_state::removed);
    const auto nobody = co_await monitor.summary(1);
    EXPECT_NE(nobody.error, "");
    bool is_unknown = false;
    try {
        co_await monitor.summary(4);
    } catch (const std::out_of_range&) {
        is_unknown = true;
    }
    EXPECT_TRUE(is_unknown);
    const auto totals = co_await monitor.totals();
    EXPECT_EQ(totals.counts.sent,
              totals.counts.received + totals.counts.lost + totals.counts.in_flight);
    monitor.stop();
    while (co_await monitor.next_event()) {
    }
    const auto result = co_await monitor.result();
    EXPECT_EQ(result.targets.size(), 4U);
    EXPECT_GE(result.targets[3].result->counts.received, 5U);
    EXPECT_EQ(monitor.events_dropped(), 0U);
}

TEST(async_monitor, tells_events_of_targets_that_come_and_go) {
    for (const unsigned workers : {1U, 2U}) {
        SONDE_IN_LAB(root, [workers] {
            asio::io_context loop;
            async_client client(loop, {.workers = workers});
            run_to_the_end(loop, watch_some(client));
        });
    }
}

asio::awaitable<void> wait_in_vain(async_client& client) {
    async_monitor monitor(client);
    asio::steady_timer timer(co_await asio::this_coro::executor, 10ms);
    const auto winner = co_await (monitor.next_event() || timer.async_wait(asio::use_awaitable));
    EXPECT_EQ(winner.index(), 1U);
    monitor.add("127.0.0.1");
    const auto event = co_await monitor.next_event();  // a cancelled wait took none of it
    EXPECT_TRUE(event && event->probe.kind == event_kind::reply);
    timer.expires_after(10ms);
    const auto again = co_await (monitor.result() || timer.async_wait(asio::use_awaitable));
    EXPECT_EQ(again.index(), 1U) << "it has not ended";
}

TEST(async_monitor, waits_may_be_cancelled_and_its_end_ends_the_run) {
    SONDE_IN_LAB(ping_group, [] {
        asio::io_context loop;
        async_client client(loop);
        run_to_the_end(loop, wait_in_vain(client));
    });
}

TEST(async_monitor, what_cannot_start_is_told_to_whoever_asks) {
    SONDE_IN_LAB(none, [] {
        asio::io_context loop;
        async_client client(loop);
        async_monitor monitor(client);
        async_monitor nonsense(client, {.interval = -1ms});
        int refused = 0;
        const auto note = [&](std::exception_ptr error, const auto&) {
            try {
                if (error) std::rethrow_exception(error);
            } catch (const sonde::error&) {
                ++refused;
            }
        };
        monitor.async_next_event(note);
        monitor.async_result(note);
        nonsense.async_next_event(note);
        nonsense.async_result(note);
        nonsense.async_totals(note);
        loop.run();
        EXPECT_EQ(refused, 5);
    });
}

TEST(async_monitor, a_loop_that_goes_away_in_mid_run_frees_everything) {
    for (const unsigned workers : {1U, 2U}) {
        const auto witness = std::make_shared<int>(0);
        SONDE_IN_LAB(root, [&] {
            {
                asio::io_context loop;
                async_client client(loop, {.workers = workers});
                async_monitor monitor(client);
                monitor.add("127.0.0.1");
                monitor.async_result([witness](std::exception_ptr, const many_ping_result&) {});
                client.async_ping_all({"127.0.0.2", "example.net"},
                                      {.count = {}, .interval = 1h},
                                      [witness](std::exception_ptr, const many_ping_result&) {});
                loop.poll();
                EXPECT_GT(witness.use_count(), 1);
            }
            EXPECT_EQ(witness.use_count(), 1) << "a handler was never freed";
        });
    }
}

TEST(async_client, works_on_a_thread_pool_with_futures) {
    SONDE_IN_LAB(root, [] {
        asio::thread_pool pool(3);
        async_client client(pool);
        std::vector<std::future<ping_result>> results;
        for (int i = 0; i < 8; ++i) {
            results.push_back(
                client.async_ping("127.0.0.1", {.count = 10, .interval = 1ms}, asio::use_future));
        }
        auto many = client.async_ping_all(
            {"127.0.0.1", "::1"}, {.count = 10, .interval = 1ms}, asio::use_future);
        for (auto& each : results) EXPECT_EQ(each.get().counts.received, 10U);
        EXPECT_EQ(many.get().totals.counts.received, 20U);
        pool.join();
    });
}

TEST(async_client, cancelled_gives_what_is_known_so_far) {
    SONDE_IN_LAB(root, [] {
        asio::io_context loop;
        async_client client(loop);
        asio::cancellation_signal signal;
        client.on_event([&](const probe_event& event) {
            if (event.kind == event_kind::reply) signal.emit(asio::cancellation_type::total);
        });
        std::uint64_t received = 0;
        client.async_ping("127.0.0.1",
                          {.count = {}, .interval = 1h},
                          asio::bind_cancellation_slot(
                              signal.slot(), [&](std::exception_ptr error, ping_result result) {
                                  EXPECT_FALSE(error);
                                  received = result.counts.received;
                              }));
        loop.run();
        EXPECT_EQ(received, 1U);
    });
}

asio::awaitable<void> race(async_client& client) {
    asio::steady_timer timer(co_await asio::this_coro::executor, 10ms);
    const auto winner = co_await (client.ping("127.0.0.1", {.count = {}, .interval = 1h}) ||
                                  timer.async_wait(asio::use_awaitable));
    EXPECT_EQ(winner.index(), 1U);
}

TEST(async_client, loses_a_race_against_a_timer_and_ends) {
    SONDE_IN_LAB(ping_group, [] {
        asio::io_context loop;
        async_client client(loop);
        run_to_the_end(loop, race(client));
    });
}

TEST(async_client, destroyed_in_mid_run_ends_what_it_runs) {
    SONDE_IN_LAB(root, [] {
        asio::io_context loop;
        bool called = false;
        {
            async_client client(loop);
            client.async_ping("127.0.0.1",
                              {.count = {}, .interval = 1h},
                              [&](std::exception_ptr, const ping_result&) { called = true; });
            loop.poll();
        }
        loop.run();
        EXPECT_TRUE(called);
    });
}

TEST(async_client, a_loop_that_goes_away_in_mid_run_frees_everything) {
    const auto witness = std::make_shared<int>(0);
    SONDE_IN_LAB(root, [&] {
        {
            asio::io_context loop;
            async_client client(loop);
            client.async_ping("127.0.0.1",
                              {.count = {}, .interval = 1h},
                              [witness](std::exception_ptr, const ping_result&) {});
            client.async_resolve(
                "example.net", {}, [witness](std::exception_ptr, const detail::addresses&) {});
            client.async_ping(
                "example.net", {}, [witness](std::exception_ptr, const ping_result&) {});
            loop.poll();
            EXPECT_GT(witness.use_count(), 1);
        }
        EXPECT_EQ(witness.use_count(), 1) << "a handler was never freed";
    });
}

asio::awaitable<void> use_socket(async_icmp_socket& socket) {
    icmp_request request{.destination = *parse_address("127.0.0.1"), .sequence = 3};
    socket.send(request);
    const auto reply = co_await socket.receive(request, 2s);
    EXPECT_EQ(reply.sequence, 3);
    bool late = false;
    request.sequence = 4;  // never sent
    try {
        co_await socket.receive(request, 10ms);
    } catch (const timeout_exceeded&) {
        late = true;
    }
    EXPECT_TRUE(late);
}

TEST(async_icmp_socket, receives_times_out_and_hands_its_socket_back) {
    SONDE_IN_LAB(ping_group, [] {
        asio::io_context loop;
        async_icmp_socket socket(loop, icmp_socket({.family = ip_family::v4}));
        run_to_the_end(loop, use_socket(socket));
        icmp_socket plain = socket.detach();
        EXPECT_TRUE(socket.is_closed());
        EXPECT_THROW(static_cast<void>(socket.detach()), socket_unavailable_error);
        icmp_request request{.destination = *parse_address("127.0.0.1")};
        plain.send(request);
        EXPECT_TRUE(plain.receive(request, 2s).is_echo_reply());
    });
}

TEST(async_icmp_socket, detach_and_close_cancel_a_receive) {
    SONDE_IN_LAB(ping_group, [] {
        for (const bool detaches : {true, false}) {
            asio::io_context loop;
            async_icmp_socket socket(loop, icmp_socket({.family = ip_family::v6}));
            bool cancelled = false;
            socket.async_receive(1h, [&](std::exception_ptr error, const icmp_reply&) {
                EXPECT_TRUE(error);
                cancelled = true;
            });
            loop.poll();
            if (detaches) {
                static_cast<void>(socket.detach());
            } else {
                socket.close();
            }
            loop.restart();
            loop.run();
            EXPECT_TRUE(cancelled);
        }
    });
}

}  // namespace
}  // namespace sonde
