// One packet of a capture as people look at it: a line, a tree of fields, its octets, and JSON.
#include <cstdlib>
#include <iostream>

#include <sonde/capture/capture_file.hpp>
#include <sonde/packet/print_hexdump.hpp>
#include <sonde/packet/print_json.hpp>
#include <sonde/packet/print_line.hpp>
#include <sonde/packet/print_tree.hpp>

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: show_packet FILE NUMBER\n";
        return 2;
    }
    const auto wanted = std::strtoull(argv[2], nullptr, 10);
    auto file = sonde::capture_file::open(argv[1]);
    if (!file) {
        std::cerr << describe(file.error()) << '\n';
        return 2;
    }
    std::uint64_t number = 0;
    for (const sonde::record& one : *file) {
        if (++number != wanted) continue;
        const sonde::printed_frame frame{.octets = one.octets,
                                         .type = sonde::link_type(one.link_type),
                                         .original_len = one.original_len,
                                         .number = number,
                                         .time = one.time};
        std::string text;
        sonde::append_line(text, frame, {.full = true, .link = true});
        text += "\n\n";
        sonde::append_tree(text, frame);
        text += '\n';
        sonde::append_hexdump(text, frame, {.parts = sonde::hexdump_parts::by_layer});
        text += '\n';
        sonde::append_json(text, frame);
        std::cout << text << '\n';
        return 0;
    }
    std::cerr << "there are " << number << " packets\n";
    return 1;
}
