// Many hosts at once: results in the order asked for, and a bad name stops nobody.
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include <sonde/sonde.hpp>

int main(int argc, char** argv) try {
    using namespace std::chrono_literals;
    std::vector<std::string> hosts(argv + 1, argv + argc);
    if (hosts.empty()) hosts = {"127.0.0.1", "no such host", "::1"};

    sonde::client client;
    const auto result = client.ping_all(hosts, {.count = 2, .interval = 100ms});
    for (const auto& host : result.targets) {
        std::cout << host.target << ": ";
        if (!host.result) {
            std::cout << host.error << '\n';
        } else {
            std::cout << host.result->counts.received << " of " << host.result->counts.sent
                      << " answered\n";
        }
    }
    return 0;
} catch (const sonde::error& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
