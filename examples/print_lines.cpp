// A line a packet of a capture file: `print_lines FILE [full|tree|json]`.

#include <cstdio>
#include <string>
#include <string_view>

#include <sonde/capture/capture_file.hpp>
#include <sonde/packet/print_json.hpp>
#include <sonde/packet/print_line.hpp>
#include <sonde/packet/print_tree.hpp>

using namespace sonde;

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    const std::string_view how = argc > 2 ? argv[2] : "brief";
    std::string out;
    std::uint64_t number = 0;
    auto file = capture_file::open(argv[1]);
    if (!file) {
        std::fprintf(stderr, "%s\n", describe(file.error()).c_str());
        return 1;
    }
    for (const record& r : *file) {
        printed_frame frame{.octets = r.octets,
                            .type = link_type(r.link_type),
                            .original_len = r.original_len,
                            .number = ++number};
        if (r.has_time) frame.time = r.time;
        if (how == "json")
            append_json(out, frame);
        else if (how == "tree")
            append_tree(out, frame);
        else
            append_line(out, frame, {.full = how == "full"});
        out += '\n';
        if (out.size() < 65536) continue;
        std::fwrite(out.data(), 1, out.size(), stdout);
        out.clear();
    }
    std::fwrite(out.data(), 1, out.size(), stdout);
    return 0;
}
