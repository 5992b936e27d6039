// Layer 3: sends one datagram with a header of its own and prints the first answer to it.
#include <iostream>

#include <sonde/capture/ip_sender.hpp>
#include <sonde/capture/live_capture.hpp>
#include <sonde/net/interfaces.hpp>
#include <sonde/packet/answer.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/packet/stack.hpp>
#include <sonde/packet/summary.hpp>
#include <sonde/sonde.hpp>

int main(int argc, char** argv) {
    using namespace std::chrono_literals;
    using namespace sonde;
    const std::string interface = argc > 1 ? argv[1] : "eth0";
    const auto destination = ipv4_address::parse(argc > 2 ? argv[2] : "");
    auto out = ip_sender::open();
    auto in = live_capture::open(interface, {.direction = capture_direction::inbound});
    if (!destination) {
        std::cerr << "usage: ask_one INTERFACE ADDRESS\n";
        return 2;
    }
    if (!in || !out) {
        std::cerr << describe(!in ? in.error() : out.error()) << '\n';
        return 2;
    }
    const auto route = look_up_route({.destination = *destination}).value();
    const auto question =
        (ipv4{.time_to_live = 5, .source = route.source.v4(), .destination = *destination} /
         icmp_echo{.identifier = 7, .sequence_number = 1} / "who is there?")
            .to_bytes();
    std::cout << summary(question) << '\n';
    if (const auto sent = out->send(question); !sent) {
        std::cerr << describe(sent.error()) << '\n';
        return 1;
    }
    for (const live_record& one : in->packets(10s)) {
        const auto ip = packet(one.octets).get<ipv4>();
        if (!ip || answers(question, ip->octets(), link_type::raw) == reply_kind::no) continue;
        std::cout << summary(ip->octets()) << '\n';
        return 0;
    }
    std::cout << "nobody answered\n";
    return 1;
}
