// Any octets: read as a datagram and as an ICMP message of both families, and printed.

#include <cstdint>
#include <cstdlib>

#include <sonde/packet/datagram.hpp>
#include <sonde/packet/icmp_error.hpp>
#include <sonde/packet/summary.hpp>

namespace {

void require(bool held) {
    if (!held) std::abort();
}

bool lies_in(sonde::bytes_view part, sonde::bytes_view whole) {
    if (part.empty()) return true;
    return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

void read_error(sonde::bytes_view message, sonde::ip_family family) {
    const auto seen = sonde::read_icmp_error(message, family);
    if (!seen) return;
    require(lies_in(seen->quoted_transport, message));
    require(lies_in(seen->quoted_payload, message));
    require(lies_in(seen->extension, message));
    require(seen->quoted_payload.size() <= seen->quoted_transport.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sonde::bytes_view octets(data, size);
    for (const char shown : sonde::summary(octets)) require(shown >= ' ' && shown <= '~');
    read_error(octets, sonde::ip_family::v4);
    read_error(octets, sonde::ip_family::v6);
    if (const auto seen = sonde::read_datagram(octets)) {
        require(lies_in(seen->transport, octets));
        require(seen->header_len + seen->transport.size() <= size || seen->transport.empty());
        read_error(seen->transport, seen->source.family());
    }
    return 0;
}
