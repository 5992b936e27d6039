// Writes a program that makes frames of the captures again by what `append_cpp_source` prints of
// them, and compares: `cpp_source_check OUT.cpp [FRAMES]`. A test compiles and runs it.

#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include <sonde/packet/print_cpp_source.hpp>
#include <sonde/testing/corpus.hpp>

namespace {

using namespace sonde;

constexpr std::size_t frame_len_max = 400;  // octets: the program is to be compiled soon

std::string layers_of(const printed_frame& frame) {
    std::string names;
    for (const layer_view& one : frame.layers()) names.append(one.name()).append(" ");
    return names;
}

class program {
  public:
    explicit program(const char* path) : out_(path) {
        out_ << "#include <array>\n#include <cstdio>\n#include <vector>\n"
                "#include <sonde/packet/stack.hpp>\n#include <sonde/wire/protocols.hpp>\n\n";
    }
    void add(const printed_frame& frame, const std::string& where) {
        const std::string name = "frame_" + std::to_string(count_++);
        std::string source;
        append_cpp_source(source, frame, {.name = name});
        out_ << "// " << where << "\n" << source << "\n";
        checks_ += "    same(" + name + "(), {";
        for (const std::uint8_t octet : frame.octets) checks_ += std::to_string(octet) + ",";
        checks_ += "}, \"" + where + "\");\n";
    }
    std::size_t finish() {
        out_ << "int wrong = 0;\n"
                "void same(const std::vector<std::uint8_t>& made,\n"
                "          const std::vector<std::uint8_t>& wanted, const char* where) {\n"
                "    if (made == wanted) return;\n"
                "    ++wrong;\n"
                "    std::printf(\"%s: other octets\\n\", where);\n"
                "}\n"
                "int main() {\n"
             << checks_ << "    std::printf(\"" << count_
             << " frames made, %d of them wrong\\n\", wrong);\n    return wrong == 0 ? 0 : 1;\n}\n";
        return count_;
    }

  private:
    std::ofstream out_;
    std::string checks_;
    std::size_t count_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    if (!sonde::testing::corpus_root()) {
        std::cout << "SKIPPED: the captures are absent\n";
        return 77;
    }
    const std::size_t frames_max = argc > 2 ? std::stoul(argv[2]) : 60;
    program made(argv[1]);
    std::map<std::string, std::size_t> seen;
    for (const std::string& name : sonde::testing::list_captures("")) {
        std::size_t number = 0;
        for (const auto& frame : sonde::testing::read_capture(name)) {
            ++number;
            const printed_frame printed{.octets = frame.octets, .type = link_type(frame.link_type)};
            if (frame.octets.empty() || frame.octets.size() > frame_len_max) continue;
            if (seen.size() >= frames_max || seen[layers_of(printed)]++ > 0) continue;
            made.add(printed, name + ":" + std::to_string(number));
        }
    }
    std::cout << made.finish() << " frames written\n";
    return 0;
}
