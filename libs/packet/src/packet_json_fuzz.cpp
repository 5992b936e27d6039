// Any text as the JSON of a packet: read within bounds, or refused with one printable sentence.

#include <cstdint>
#include <cstdlib>
#include <string>

#include <sonde/packet/packet_from_json.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text.push_back(static_cast<char>(data[i]));
    const auto packet = sonde::packet_from_json(text);
    if (packet) {
        static_cast<void>(packet->to_bytes());
        return 0;
    }
    for (const char shown : packet.error().sentence) {
        if (shown < ' ' || shown > '~') std::abort();
    }
    if (packet.error().position > size) std::abort();
    return 0;
}
