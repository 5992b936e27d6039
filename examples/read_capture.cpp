// Reads a capture file and tells of every TCP segment in it when it came, from where and to where.
#include <iostream>

#include <sonde/capture/capture_file.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/sonde.hpp>

int main(int argc, char** argv) {
    auto file = sonde::capture_file::open(argc > 1 ? argv[1] : "-");
    if (!file) {
        std::cerr << describe(file.error()) << '\n';
        return 2;
    }
    std::uint64_t others = 0;
    for (const sonde::record& one : *file) {
        const sonde::packet packet(one.octets, sonde::link_type(one.link_type));
        const auto ip = packet.get<sonde::ipv4>();
        const auto segment = packet.get<sonde::tcp>();
        if (!ip || !segment) {
            ++others;
            continue;
        }
        std::cout << one.time.time_since_epoch().count() / 1'000'000'000 << ": "
                  << to_string(ip->source()) << ':' << segment->source_port() << " -> "
                  << to_string(ip->destination()) << ':' << segment->destination_port() << ' '
                  << to_string(segment->flags()) << ", " << segment->data().size() << " octets\n";
    }
    std::cout << others << " other packets\n";
    if (file->stopped()) std::cerr << describe(*file->stopped()) << '\n';
    return file->stopped() ? 1 : 0;
}
