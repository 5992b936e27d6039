// Watches the hosts that a file lists, one a line, for some seconds: says who is up and who goes
// down, and how everybody was. The file may change meanwhile. As coroutines on a loop of one's own:
// one hears what happens, one reads the file, one ends it all.
#include <chrono>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <sonde/client/async_monitor.hpp>
#include <sonde/sonde.hpp>

namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

asio::awaitable<void> wait_for(std::chrono::nanoseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

struct hosts {
    struct state {
        std::string name;
        bool is_up = false;
        int misses = 0;  // in a row
    };
    std::map<std::string, sonde::target_index> listed;
    std::map<sonde::target_index, state> states;
};

// Whoever is new in the file is added, whoever is gone is removed.
asio::awaitable<void> follow_file(sonde::async_monitor& monitor, hosts& all, std::string path) {
    for (;; co_await wait_for(1s)) {
        std::map<std::string, sonde::target_index> now;
        std::ifstream file(path);
        for (std::string name; file >> name;) {
            const auto known = all.listed.find(name);
            now[name] = known != all.listed.end() ? known->second : monitor.add(name);
            all.states[now[name]].name = name;
        }
        for (const auto& [name, which] : all.listed) {
            if (!now.contains(name)) monitor.remove(which);
        }
        all.listed = std::move(now);
    }
}

// A host is down when three probes in a row had no answer.
asio::awaitable<void> say_who_is_up(sonde::async_monitor& monitor, hosts& all) {
    while (const auto event = co_await monitor.next_event()) {
        if (!event->problem.empty()) std::cout << event->problem << std::endl;
        if (!event->problem.empty() || event->probe.target == sonde::no_target) continue;
        hosts::state& host = all.states[event->probe.target];
        const bool is_echo = event->probe.kind == sonde::event_kind::reply &&
                             event->probe.record.reply.kind == sonde::answer_kind::echo_reply;
        host.misses = is_echo ? 0 : host.misses + 1;
        if (is_echo && !host.is_up) std::cout << host.name << " is up" << std::endl;
        if (host.misses == 3) std::cout << host.name << " is down" << std::endl;
        host.is_up = is_echo || (host.is_up && host.misses < 3);
    }
}

asio::awaitable<void> watch(sonde::async_client& client, std::string path,
                            std::chrono::seconds time) {
    const sonde::many_ping_options options{.count = {}, .interval = 100ms, .timeout = 500ms};
    sonde::async_monitor monitor(client, options);
    hosts all;
    co_await (follow_file(monitor, all, path) || say_who_is_up(monitor, all) || wait_for(time));
    monitor.stop();
    const auto result = co_await monitor.result();
    for (const auto& host : result.targets) {
        if (!host.result) continue;
        const auto mean = std::chrono::duration<double, std::milli>(host.result->rtt.mean());
        std::cout << host.target << ": " << host.result->counts.received << " of "
                  << host.result->counts.sent << " answered, mean " << mean.count() << " ms\n";
    }
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 3) {
        std::cerr << "usage: monitor_hosts_async FILE SECONDS\n";
        return 2;
    }
    asio::io_context loop;
    sonde::async_client client(loop);
    std::exception_ptr failure;
    asio::co_spawn(loop,
                   watch(client, argv[1], std::chrono::seconds(std::stoi(argv[2]))),
                   [&](std::exception_ptr error) { failure = error; });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    return 0;
} catch (const sonde::error& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
