// Any octets as blocks of a pcapng section with one interface: every block is read by all that can
// read it, copied and read back, and the heap is never asked for more than the stated bounds.

#include "capture_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sonde::capture_fuzzing::read_everything({data, size});
    static constexpr std::uint8_t start[] = {
        0x0a, 0x0d, 0x0d, 0x0a, 28,   0,    0,    0,    0x4d, 0x3c, 0x2b, 0x1a, 1,  0, 0, 0,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28,   0,    0,    0,    1,  0, 0, 0,
        20,   0,    0,    0,    1,    0,    0,    0,    0,    0,    0,    0,    20, 0, 0, 0};
    std::vector<std::uint8_t> octets(std::begin(start), std::end(start));
    octets.insert(octets.end(), data, data + size);
    sonde::capture_fuzzing::read_everything(octets);
    return 0;
}
