// Any octets as a DNS message and as DNS over a stream: every walk, the text of everything,
// emission as it came, writing anew with the same meaning.

#include "dns_each.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sonde::bytes_view octets(data, size);
    sonde::testing::exercise_dns(octets);
    sonde::testing::exercise_dns_over_tcp(octets);
    return 0;
}
