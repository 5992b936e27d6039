// Any text as the JSON of packets, one after another: read within bounds, or refused with one
// printable sentence and a place in the text.

#include <cstdint>
#include <cstdlib>
#include <string>

#include <sonde/packet/packet_from_json.hpp>

namespace {

void check_printable(std::string_view text) {
    for (const char shown : text) {
        if (shown < ' ' || shown > '~') std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text.push_back(static_cast<char>(data[i]));
    static_cast<void>(sonde::packet_from_json(text));
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::string_view before = rest;
        const auto packet = sonde::take_packet_from_json(rest);
        if (packet) {
            static_cast<void>(packet->to_bytes());
        } else {
            check_printable(packet.error().sentence);
            if (packet.error().position > before.size()) std::abort();
            const std::size_t at = text.size() - before.size() + packet.error().position;
            check_printable(sonde::place_in_json(text, at).path);
        }
        if (rest.size() == before.size()) break;
    }
    return 0;
}
