// Reads a capture, keeps what is DNS and writes it to another file, with a comment on each packet.
#include <iostream>

#include <sonde/capture/capture_file.hpp>
#include <sonde/capture/capture_writer.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/packet/print_line.hpp>
#include <sonde/wire/application/dns.hpp>

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: select_packets FROM TO\n";
        return 2;
    }
    auto in = sonde::capture_file::open(argv[1]);
    auto out = sonde::capture_writer::create(argv[2]);  // .pcap or .pcapng, .gz or .zst behind it
    if (!in || !out) {
        std::cerr << describe(!in ? in.error() : out.error()) << '\n';
        return 2;
    }
    for (const sonde::record& one : *in) {
        const sonde::packet packet(one.octets, sonde::link_type(one.link_type));
        const auto message = packet.get<sonde::dns>();
        if (!message) continue;
        if (!out->write(one, {.comments = {message->response() ? "answer" : "question"}})) return 1;
    }
    if (const auto closed = out->close(); !closed) {
        std::cerr << describe(closed.error()) << '\n';
        return 1;
    }
    for (const sonde::record& one : sonde::capture_file(argv[2])) {
        std::string line;
        sonde::append_line(line, {.octets = one.octets, .type = sonde::link_type(one.link_type)});
        for (const std::string_view comment : one.comments()) line.append("  # ").append(comment);
        std::cout << line << '\n';
    }
    return 0;
}
