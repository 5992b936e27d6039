// A tool of one's own on an ICMP socket: which payload lengths does a host answer?
#include <chrono>
#include <initializer_list>
#include <iostream>

#include <sonde/sonde.hpp>

int main(int argc, char** argv) try {
    using namespace std::chrono_literals;
    const auto host = sonde::parse_address(argc > 1 ? argv[1] : "127.0.0.1");
    if (!host) {
        std::cerr << argv[1] << " is no address\n";
        return 2;
    }
    sonde::icmp_socket socket({.family = host->family()});
    std::cout << socket.facts().reason << '\n';

    std::uint16_t sequence = 0;
    for (const std::uint16_t len : std::initializer_list<std::uint16_t>{0, 56, 1400, 9000}) {
        sonde::icmp_request request{
            .destination = *host, .sequence = ++sequence, .payload_len = len};
        socket.send(request);
        const auto reply = socket.try_receive(request, 500ms);
        std::cout << len << " octets: ";
        if (!reply) {
            std::cout << "no answer\n";
        } else if (reply->is_error) {
            std::cout << "refused by " << sonde::address_text(reply->source) << '\n';
        } else {
            std::cout << "answered with " << reply->message_len << '\n';
        }
    }
    return 0;
} catch (const sonde::error& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
