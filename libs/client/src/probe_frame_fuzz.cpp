// Any octets as a frame: what comes out of it lies inside of it, and says the family's truth.

#include <array>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/packet/neighbour.hpp>

#include "probe_frame.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sonde;
    const bytes_view frame(data, size);
    // Whatever address the frame is to is ours.
    std::vector<ip_address> own;
    if (size >= 34) own.emplace_back(ipv4_address{be32_at(frame, 30)});
    if (size >= 54) own.emplace_back(ipv6_address::from_octets(frame.subspan<38, 16>()));
    for (const ip_family family : {ip_family::v4, ip_family::v6}) {
        received_datagram made;
        if (!detail::read_probe_frame(frame, family, own, made)) continue;
        const received_datagram* const seen = &made;
        SONDE_CHECK(seen->octets.data() >= data && seen->octets.size() <= size);
        SONDE_CHECK(seen->octets.data() + seen->octets.size() <= data + size);
        SONDE_CHECK(seen->header_len <= seen->octets.size());
        SONDE_CHECK(seen->source.address.family() == family);
        SONDE_CHECK(seen->destination && seen->hop_limit && seen->traffic_class);
    }
    if (const auto answer = read_neighbour_answer(frame)) {
        SONDE_CHECK(!answer->mac.is_multicast() && !answer->address.is_multicast());
    }
    if (size > 14 + 40 && (data[14] >> 4 == 4 || data[14] >> 4 == 6)) {
        std::array<std::uint8_t, detail::unreachable_len_max> room{};
        const bytes_view made = detail::write_unreachable(room, frame);
        SONDE_CHECK(made.size() >= 8 && made.size() <= room.size());
    }
    return 0;
}
