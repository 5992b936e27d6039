// Any octets as a capture: every record is walked, copied into both formats and read back, and the
// heap is never asked for more at once than the stated bounds allow.

#include "capture_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sonde::capture_fuzzing::read_everything({data, size});
    // The same behind a valid pcap header, so that noise reaches the records.
    static constexpr std::uint8_t header[] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0,
                                              0,    0,    0,    0,    0, 0, 4, 0, 1, 0, 0, 0};
    std::vector<std::uint8_t> octets(std::begin(header), std::end(header));
    octets.insert(octets.end(), data, data + size);
    sonde::capture_fuzzing::read_everything(octets);
    return 0;
}
