// Any octets as a DHCP message, and as options behind a header of zeros, so that noise reaches
// them.

#include "dns_each.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sonde::bytes_view octets(data, size);
    sonde::testing::exercise_dhcp(octets);
    sonde::dhcp message{.options = octets};
    if (size >= 64) sonde::copy_octets(message.sname, octets.first(64));
    std::vector<std::uint8_t> made(message.wire_len());
    message.emit(made);
    sonde::testing::exercise_dhcp(made);
    return 0;
}
