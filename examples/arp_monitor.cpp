// Watches who says to have which address, and warns when another one says so; ends after so many.
#include <cstdlib>
#include <iostream>
#include <map>

#include <sonde/capture/live_capture.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/sonde.hpp>

int main(int argc, char** argv) {
    using namespace std::chrono_literals;
    using namespace sonde;
    const std::string interface = argc > 1 ? argv[1] : "eth0";
    long left = argc > 2 ? std::strtol(argv[2], nullptr, 10) : 10;
    auto capture = live_capture::open(interface, {.filter = "arp"});
    if (!capture) {
        std::cerr << describe(capture.error()) << '\n';
        return 2;
    }
    std::map<ipv4_address, mac_address> known;
    for (const live_record& one : capture->packets(60s)) {
        const auto said = packet(one.octets).get<arp>();
        if (!said || said->sender_protocol_address().size() != 4 ||
            said->sender_hardware_address().size() != 6)
            continue;
        const auto who = ipv4_address::from_octets(said->sender_protocol_address().first<4>());
        const auto where = mac_address::from_octets(said->sender_hardware_address().first<6>());
        const auto [entry, is_new] = known.try_emplace(who, where);
        if (is_new) {
            std::cout << to_string(who) << " is at " << to_string(where) << '\n';
        } else if (entry->second != where) {
            std::cout << "WARNING: " << to_string(who) << " was at " << to_string(entry->second)
                      << " and is at " << to_string(where) << '\n';
            entry->second = where;
        } else {
            continue;
        }
        if (--left == 0) return 0;
    }
    return 1;
}
