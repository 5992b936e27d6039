// Two hosts at the same time, as coroutines on a loop of one's own.
#include <chrono>
#include <exception>
#include <iostream>

#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>

#include <sonde/client/async_client.hpp>
#include <sonde/sonde.hpp>

namespace {

asio::awaitable<void> compare(sonde::async_client& client, sonde::target one, sonde::target two) {
    using namespace std::chrono_literals;
    using namespace asio::experimental::awaitable_operators;
    const auto [first, second] = co_await (client.ping(one, {.count = 3, .interval = 100ms}) &&
                                           client.ping(two, {.count = 3, .interval = 100ms}));
    for (const auto* result : {&first, &second}) {
        std::cout << result->target << ": " << result->counts.received << " of "
                  << result->counts.sent << " answered\n";
    }
    const auto record = co_await client.probe(one, {.hop_limit = 1});
    std::cout << (record.state == sonde::probe_state::answered ? "one hop suffices for a word\n"
                                                               : "nobody at the first hop\n");
}

}  // namespace

int main(int argc, char** argv) try {
    asio::io_context loop;
    sonde::async_client client(loop);
    std::exception_ptr failure;
    asio::co_spawn(loop,
                   compare(client, argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? argv[2] : "::1"),
                   [&](std::exception_ptr error) { failure = error; });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    return 0;
} catch (const sonde::error& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
