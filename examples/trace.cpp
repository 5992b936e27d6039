// The path to a host, one line a hop.
#include <chrono>
#include <iostream>

#include <sonde/sonde.hpp>

int main(int argc, char** argv) try {
    using milliseconds = std::chrono::duration<double, std::milli>;

    sonde::client client;
    const auto path = client.trace(argc > 1 ? argv[1] : "127.0.0.1");

    for (const auto& hop : path.hops) {
        std::cout << int{hop.hop_limit} << "  ";
        if (hop.is_silent()) {
            std::cout << "*\n";
        } else {
            std::cout << sonde::address_text(hop.addresses().front()) << "  "
                      << milliseconds(hop.rtt.min()).count() << " ms\n";
        }
    }
    std::cout << (path.end == sonde::trace_end::reached ? "reached" : "not reached") << " after "
              << milliseconds(path.duration).count() << " ms\n";
    return 0;
} catch (const sonde::error& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
