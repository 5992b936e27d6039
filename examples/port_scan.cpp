// A SYN to every port of a range, made once and changed in place; who answers how, is told.
#include <iostream>
#include <map>

#include <sonde/capture/ip_sender.hpp>
#include <sonde/capture/live_capture.hpp>
#include <sonde/net/interfaces.hpp>
#include <sonde/packet/frozen.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/sonde.hpp>

int main(int argc, char** argv) {
    using namespace std::chrono_literals;
    using namespace sonde;
    const std::string interface = argc > 1 ? argv[1] : "eth0";
    const auto target = ipv4_address::parse(argc > 2 ? argv[2] : "");
    auto out = ip_sender::open();
    auto in = live_capture::open(interface,
                                 {.filter = "tcp dst port 61000",  // outside of the kernel's range
                                  .direction = capture_direction::inbound});
    if (!target) {
        std::cerr << "usage: port_scan INTERFACE ADDRESS\n";
        return 2;
    }
    if (!in || !out) {
        std::cerr << describe(!in ? in.error() : out.error()) << '\n';
        return 2;
    }
    const auto route = look_up_route({.destination = *target}).value();
    auto syn = freeze(
        ipv4{.source = route.source.v4(), .destination = *target} /
        tcp{.source_port = 61000, .sequence_number = 1, .flags = tcp_flags::syn, .window = 1024});

    constexpr std::uint16_t first = 1;
    constexpr std::uint16_t last = 100;
    for (const bytes_view probe : syn.over<tcp, "destination_port">(first, last))
        if (!out->send(probe)) return 1;

    std::map<std::uint16_t, bool> open;
    for (const live_record& one : in->packets(10s)) {
        const packet seen(one.octets);
        const auto ip = seen.get<ipv4>();
        const auto segment = seen.get<tcp>();
        if (!ip || !segment || ip->source() != *target) continue;
        if (segment->acknowledgment_number() != 2) continue;  // not to what we sent
        open[segment->source_port()] = has(segment->flags(), tcp_flags::syn | tcp_flags::ack);
        if (open.size() == last - first + 1) break;
    }
    for (const auto& [port, is_open] : open)
        if (is_open) std::cout << "port " << port << " is open\n";
    std::cout << open.size() << " of " << last - first + 1 << " ports answered\n";
    return 0;
}
