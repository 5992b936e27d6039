// Any octets, sent into the internet: nothing breaks, every datagram is accounted for, and what
// comes back can be read. The octets are one datagram for each length octet before it.

#include <cstdint>
#include <cstdlib>

#include <sonde/packet/datagram.hpp>
#include <sonde/packet/summary.hpp>
#include <sonde/sim/internet.hpp>
#include <sonde/sim/scenario.hpp>
#include <sonde/wire/network/ipv4.hpp>

namespace {

void require(bool held) {
    if (!held) std::abort();
}

/// Half of the datagrams get a right header checksum and an address that exists, so that the fuzzer
/// is not kept at the door.
void mend(std::vector<std::uint8_t>& octets) {
    const auto header = sonde::ipv4::mutable_view::parse(octets);
    if (!header || header->version() != 4) return;
    header->set_destination({0xc0000209});
    header->set_total_length(static_cast<std::uint16_t>(octets.size()));
    header->update_header_checksum();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto how = sonde::sim::ready_made("hostile_target");
    require(how.has_value());
    sonde::sim::internet net(*how, size);
    sonde::bytes_view rest(data, size);
    sonde::mono_time now{std::chrono::seconds(1)};
    while (!rest.empty()) {
        const std::size_t len = std::min<std::size_t>(rest[0], rest.size() - 1);
        std::vector<std::uint8_t> octets(rest.begin() + 1,
                                         rest.begin() + 1 + static_cast<std::ptrdiff_t>(len));
        rest = rest.subspan(1 + len);
        if (len % 2 == 0) mend(octets);
        net.send(octets, now);
        now += std::chrono::milliseconds(1);
        while (const auto arrived = net.next_delivery(now)) {
            require(arrived->at <= now);
            const auto seen = sonde::read_datagram(arrived->octets);
            require(seen && !seen->stopped && seen->total_len == arrived->octets.size());
            require(!sonde::summary(arrived->octets).empty());
        }
    }
    while (net.next_delivery(now + std::chrono::seconds(10))) {
    }
    const auto& did = net.counts();
    require(did.on_the_way == 0);
    require(did.sent == did.malformed + did.no_route + did.lost_forward + did.silent +
                            did.rate_limited + did.bad_checksum + did.exceeded + did.unreachable +
                            did.replied);
    return 0;
}
