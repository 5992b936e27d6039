// A packet in one line of text, and the line that makes any captured packet again.
#include <algorithm>
#include <iostream>

#include <sonde/capture/capture_file.hpp>
#include <sonde/packet/craft_expression.hpp>
#include <sonde/packet/print_line.hpp>

int main(int argc, char** argv) {
    const auto made = sonde::parse_expression(
        "ethernet / ipv4(destination=192.0.2.1, time_to_live=3) / "
        "tcp(destination_port=80, flags=syn, options=[mss(1460), nop, window_scale(7)])");
    if (!made) {
        std::cerr << made.error().sentence << '\n';
        return 1;
    }
    std::string line;
    sonde::append_line(line, {.octets = made->to_bytes()}, {.full = true});
    std::cout << line << '\n';

    const auto wrong = sonde::parse_expression("ethernet / ipv4(time_to_life=3)");
    std::cout << wrong.error().sentence << '\n';

    std::uint64_t packets = 0;
    std::uint64_t same = 0;
    for (const sonde::record& one : sonde::capture_file(argc > 1 ? argv[1] : "-")) {
        const auto seen = sonde::built_packet::decode(one.octets);
        const std::string text = sonde::to_expression(seen);
        const auto again = sonde::parse_expression(text).value().to_bytes();
        ++packets;
        same += std::ranges::equal(again, one.octets) ? 1U : 0U;
        if (packets == 1) std::cout << text << '\n';
    }
    std::cout << same << " of " << packets << " packets come back from their line\n";
    return same == packets ? 0 : 1;
}
