// Any octets on any link type, through every printer: nothing but printable ASCII comes out, and
// the JSON is JSON.

#include <cstdlib>

#include <nlohmann/json.hpp>

#include <sonde/packet/print_cpp_source.hpp>

#include "print_testing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sonde;
    if (size < 2) return 0;
    const bytes_view input(data, size);
    printed_frame frame{.octets = input.subspan(2), .number = 1};
    frame.type = input[0] < 0x80 ? link_type(input[0]) : link_type::ethernet;
    frame.original_len = static_cast<std::uint32_t>(frame.octets.size() + input[1]);
    frame.time = wall_time(nanoseconds(input[1]));
    const testing::printed made = testing::print_all(frame);
    if (!testing::unprintable(made).empty()) std::abort();
    if (!nlohmann::json::accept(made.json)) std::abort();
    std::string source;
    append_cpp_source(source, frame);
    for (const char shown : source) {
        if ((shown < ' ' || shown > '~') && shown != '\n') std::abort();
    }
    return 0;
}
