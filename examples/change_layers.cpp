// A captured packet as a sequence of layers: put one in, take one out, change options.
#include <iostream>

#include <sonde/capture/capture_file.hpp>
#include <sonde/packet/built_packet.hpp>
#include <sonde/packet/element_list.hpp>
#include <sonde/packet/print_line.hpp>
#include <sonde/sonde.hpp>

namespace {

void show(const sonde::built_packet& packet) {
    std::string line;
    const auto octets = packet.to_bytes();
    sonde::append_line(line, {.octets = octets}, {.full = true});
    std::cout << line << '\n';
}

}  // namespace

int main(int argc, char** argv) {
    using namespace sonde;
    for (const record& one : capture_file(argc > 1 ? argv[1] : "-")) {
        built_packet packet = built_packet::decode(one.octets);
        const auto segment = packet.get<tcp>();
        if (!segment || !has(segment->flags(), tcp_flags::syn)) continue;
        for (const built_layer& layer : packet) std::cout << layer.name() << ' ';
        std::cout << '\n';
        show(packet);

        auto options = element_list::of(packet, packet.find<tcp>().value()).value();
        options.erase_if([](const element& option) { return option.name() == "timestamps"; });
        packet.get<tcp>()->set_window(1024);
        packet += built_packet().add("said too early");
        const bool changed = options.append("option(253, x'beef')") && options.put_into(packet) &&
                             packet.set<ipv4>("destination", "198.51.100.7") &&
                             packet.insert(1, vlan{.vid = 42});
        if (!changed) return 1;
        show(packet);  // lengths and checksums are those of the new packet

        const auto cut_off = packet.split(packet.find<tcp>().value());
        if (!packet.remove(packet.find<vlan>().value())) return 1;
        packet.add(udp{.source_port = 7, .destination_port = 9}).add("no longer TCP");
        show(packet);
        std::cout << cut_off.size() << " layers were cut off\n";
        return 0;
    }
    return 1;
}
