// Listens on an interface and prints the names that hosts ask for; ends after so many.
#include <array>
#include <cstdlib>
#include <iostream>

#include <sonde/capture/live_capture.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/sonde.hpp>
#include <sonde/wire/application/dns.hpp>

int main(int argc, char** argv) {
    using namespace std::chrono_literals;
    const std::string interface = argc > 1 ? argv[1] : "any";
    long left = argc > 2 ? std::strtol(argv[2], nullptr, 10) : 10;
    auto capture = sonde::live_capture::open(interface, {.filter = "udp dst port 53"});
    if (!capture) {
        std::cerr << describe(capture.error()) << '\n';
        return 2;
    }
    for (const sonde::live_record& one : capture->packets(60s)) {
        const sonde::packet packet(one.octets, sonde::link_type(one.link_type));
        const auto query = packet.get<sonde::dns>();
        if (!query || query->response()) continue;
        const auto ip = packet.get<sonde::ipv4>();
        for (const sonde::dns_record& question : query->questions()) {
            std::array<char, sonde::dns_name::text_len_max> room;
            std::cout << (ip ? to_string(ip->source()) : "somebody") << " asks for "
                      << to_string(question.type()) << " of " << question.name().text(room) << '\n';
        }
        if (--left == 0) break;
    }
    if (capture->failure()) std::cerr << describe(*capture->failure()) << '\n';
    return left == 0 ? 0 : 1;
}
