// A path walked by hand: datagrams that may live for one hop, for two, until the target answers.
#include <iostream>

#include <sonde/capture/ip_sender.hpp>
#include <sonde/capture/live_capture.hpp>
#include <sonde/net/interfaces.hpp>
#include <sonde/packet/answer.hpp>
#include <sonde/packet/frozen.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/sonde.hpp>

int main(int argc, char** argv) {
    using namespace std::chrono_literals;
    using namespace sonde;
    const std::string interface = argc > 1 ? argv[1] : "eth0";
    const auto target = ipv4_address::parse(argc > 2 ? argv[2] : "");
    auto out = ip_sender::open();
    auto in =
        live_capture::open(interface, {.filter = "icmp", .direction = capture_direction::inbound});
    if (!target) {
        std::cerr << "usage: walk_path INTERFACE ADDRESS\n";
        return 2;
    }
    if (!in || !out) {
        std::cerr << describe(!in ? in.error() : out.error()) << '\n';
        return 2;
    }
    const auto route = look_up_route({.destination = *target}).value();
    auto probe =
        freeze(ipv4{.source = route.source.v4(), .destination = *target} /
               udp{.source_port = 40000, .destination_port = 33434} / payload("are we there yet?"));
    for (int hop = 1; hop <= 30; ++hop) {
        probe.set<ipv4, "time_to_live">(hop);
        probe.set<ipv4, "identification">(hop);  // comes back quoted: which probe it was
        if (!out->send(probe.octets())) return 1;
        bool heard = false;
        for (const live_record& one : in->packets(3s)) {
            const auto ip = packet(one.octets).get<ipv4>();
            if (!ip || answers(probe.octets(), ip->octets(), link_type::raw) == reply_kind::no)
                continue;
            heard = true;
            std::cout << hop << "  " << to_string(ip->source()) << '\n';
            if (ip->source() == *target) return 0;
            break;
        }
        if (!heard) std::cout << hop << "  *\n";
    }
    return 1;
}
