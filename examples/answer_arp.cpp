// Answers for a host that does not exist: whoever asks where it is, is told "here".
#include <algorithm>
#include <iostream>

#include <sonde/capture/link.hpp>
#include <sonde/capture/live_capture.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/packet/stack.hpp>
#include <sonde/packet/summary.hpp>
#include <sonde/sonde.hpp>

int main(int argc, char** argv) {
    using namespace std::chrono_literals;
    using namespace sonde;
    const std::string interface = argc > 1 ? argv[1] : "eth0";
    const auto claimed = ipv4_address::parse(argc > 2 ? argv[2] : "");
    auto in = live_capture::open(interface, {.filter = "arp or icmp"});
    auto out = sonde::packet_link::open(interface);
    if (!claimed) {
        std::cerr << "usage: answer_arp INTERFACE ADDRESS\n";
        return 2;
    }
    if (!in || !out) {
        std::cerr << describe(!in ? in.error() : out.error()) << '\n';
        return 2;
    }
    const auto here = mac_address::from_integer(0x020000000099);
    const auto ours = claimed->to_octets();
    for (const live_record& one : in->packets(60s)) {
        const packet seen(one.octets);
        if (const auto ip = seen.get<ipv4>(); ip && ip->destination() == *claimed) {
            std::cout << "believed: " << summary(ip->octets()) << '\n';
            return 0;
        }
        const auto asked = seen.get<arp>();
        if (!asked || asked->operation() != arp_operation::request ||
            !std::ranges::equal(asked->target_protocol_address(), ours))
            continue;
        const auto reply = ethernet{.destination = seen.get<ethernet>()->source(), .source = here} /
                           arp{.operation = arp_operation::reply,
                               .sender_hardware_address = here.octets,
                               .sender_protocol_address = ours,
                               .target_hardware_address = asked->sender_hardware_address(),
                               .target_protocol_address = asked->sender_protocol_address()};
        if (!out->send(reply.to_bytes())) return 1;
    }
    return 1;
}
