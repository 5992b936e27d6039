// One request to a broadcast address, and everybody who answers within a second.
#include <chrono>
#include <iostream>

#include <sonde/sonde.hpp>

int main(int argc, char** argv) try {
    using namespace std::chrono_literals;
    const auto address = sonde::parse_address(argc > 1 ? argv[1] : "255.255.255.255");
    if (!address) {
        std::cerr << argv[1] << " is no address\n";
        return 2;
    }
    sonde::icmp_socket socket({.family = address->family()});
    socket.set_broadcast(true);
    sonde::icmp_request request{.destination = *address, .sequence = 1};
    socket.send(request);

    int hosts = 0;
    while (auto reply = socket.try_receive(request, 1s)) {
        std::cout << sonde::address_text(reply->source) << " answered after "
                  << std::chrono::duration<double, std::milli>(reply->rtt(request)).count()
                  << " ms\n";
        ++hosts;
    }
    std::cout << hosts << (hosts == 1 ? " host" : " hosts") << '\n';
    return hosts > 0 ? 0 : 1;
} catch (const sonde::error& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
