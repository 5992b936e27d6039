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

        packet.insert(1, vlan{.vid = 42}).value();
        packet.set<ipv4>("destination", "198.51.100.7").value();
        packet.get<tcp>()->set_window(1024);
        auto options = element_list::of(packet, packet.find<tcp>().value()).value();
        options.erase_if([](const element& option) { return option.name() == "timestamps"; });
        options.append("fast_open(x'')").value();
        options.put_into(packet).value();
        packet += built_packet().add("said too early");
        show(packet);  // lengths and checksums are those of the new packet

        packet.remove(packet.find<vlan>().value()).value();
        packet.split(packet.find<tcp>().value());  // what was behind is returned, and dropped here
        packet.add(udp{.source_port = 7, .destination_port = 9});
        show(packet);
        return 0;
    }
    return 1;
}
