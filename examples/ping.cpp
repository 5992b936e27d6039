// Pings a host and prints its statistics.
#include <chrono>
#include <iostream>

#include <sonde/sonde.hpp>

int main(int argc, char** argv) try {
    using namespace std::chrono_literals;
    using milliseconds = std::chrono::duration<double, std::milli>;

    sonde::client client;
    const auto result =
        client.ping(argc > 1 ? argv[1] : "127.0.0.1", {.count = 4, .interval = 200ms});

    std::cout << result.target << " (" << sonde::address_text(result.address) << ") is "
              << (result.is_alive() ? "alive" : "silent") << '\n'
              << result.counts.sent << " sent, " << result.counts.received << " received, "
              << 100 * result.loss() << "% lost\n"
              << "rtt min/mean/max " << milliseconds(result.rtt.min()).count() << '/'
              << milliseconds(result.rtt.mean()).count() << '/'
              << milliseconds(result.rtt.max()).count() << " ms\n";
    return result.is_alive() ? 0 : 1;
} catch (const sonde::error& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
