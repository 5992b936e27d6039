// Four ways to the layers of a packet: one layer, a whole chain, handlers by type, one by one.
#include <iostream>
#include <map>

#include <sonde/capture/capture_file.hpp>
#include <sonde/packet/dissect.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/sonde.hpp>
#include <sonde/wire/application/dns.hpp>

int main(int argc, char** argv) {
    using namespace sonde;
    std::map<std::string_view, int> count;
    std::size_t from_clients = 0;
    for (const record& one : capture_file(argc > 1 ? argv[1] : "-")) {
        // The outermost layer of a kind, if there is one.
        const packet seen(one.octets);
        if (const auto ip = seen.get<ipv4>(); ip && ip->time_to_live() < 64)
            std::cout << "a packet that has travelled from " << to_string(ip->source()) << '\n';

        // Just this chain and no other.
        if (const auto chain = match<ethernet, ipv4, udp, dns>(one.octets)) {
            const auto& [link, ip, datagram, message] = *chain;
            std::array<char, dns_name::text_len_max> room;
            for (const dns_record& question : message.questions())
                std::cout << to_string(ip.source()) << " port " << datagram.source_port() << ": "
                          << question.name().text(room) << '\n';
        }

        // A handler for every type that is of interest; the fastest way.
        dissect(one.octets, on{[&](tcp::view segment) {
                    if (segment.destination_port() == 80) from_clients += segment.data().size();
                }});

        // Every layer, tunnels and quoted datagrams too, without knowing what will come.
        for (const layer_view& layer : layers(one.octets)) ++count[layer.name()];
    }
    std::cout << from_clients << " octets to port 80\n";
    for (const auto& [name, times] : count) std::cout << name << ": " << times << '\n';
    return 0;
}
