// Changes fields of the packets of a capture where they lie and writes them back; every checksum
// that knows a field moves with it.
#include <iostream>

#include <sonde/capture/capture_file.hpp>
#include <sonde/capture/capture_writer.hpp>
#include <sonde/packet/edit.hpp>
#include <sonde/packet/print_line.hpp>
#include <sonde/sonde.hpp>

int main(int argc, char** argv) {
    using namespace sonde;
    if (argc < 3) {
        std::cerr << "usage: change_fields FROM TO\n";
        return 2;
    }
    auto in = capture_file::open(argv[1]);
    auto out = capture_writer::create(argv[2]);
    if (!in || !out) {
        std::cerr << describe(!in ? in.error() : out.error()) << '\n';
        return 2;
    }
    for (const record& one : *in) {
        std::vector<std::uint8_t> frame(one.octets.begin(), one.octets.end());
        const editor packet = edit(frame);
        if (const auto ip = packet.get<ipv4>()) {
            ip->set_time_to_live(static_cast<std::uint8_t>(ip->view().time_to_live() - 1));
            if (ip->view().destination() == ipv4_address{0xc0000202})  // 192.0.2.2
                ip->set_destination(ipv4_address{0xc6336407});         // 198.51.100.7
        }
        if (const auto segment = packet.get<tcp>();
            segment && segment->view().destination_port() == 80)
            segment->set<"destination_port">(8080);

        record changed = one;  // its time, interface and comments stay
        changed.octets = frame;
        if (!out->write(changed)) return 1;
        std::string line;
        append_line(line, {.octets = frame});
        std::cout << line << '\n';
    }
    return out->close() ? 0 : 1;
}
