// A datagram that is too long for the path, cut into fragments that arrive in the wrong order.
#include <algorithm>
#include <iostream>
#include <vector>

#include <sonde/packet/fragment.hpp>
#include <sonde/packet/ip_reassembler.hpp>
#include <sonde/packet/stack.hpp>
#include <sonde/packet/summary.hpp>
#include <sonde/sonde.hpp>

int main() {
    using namespace sonde;
    const std::vector<std::uint8_t> data(1000, 0x61);
    const auto datagram = (ipv4{.identification = 7,
                                .source = ipv4_address{0xc0000201},
                                .destination = ipv4_address{0xc0000202}} /
                           udp{.source_port = 4000, .destination_port = 5000} / payload(data))
                              .to_bytes();

    std::vector<std::vector<std::uint8_t>> pieces;
    const auto cut = fragment(datagram, {.mtu = 400}, [&](bytes_view piece) {
        std::cout << summary(piece) << '\n';
        pieces.emplace_back(piece.begin(), piece.end());
    });
    if (!cut) {
        std::cerr << describe(cut.error()) << '\n';
        return 1;
    }
    std::reverse(pieces.begin(), pieces.end());

    ip_reassembler reassembler;
    bool same = false;
    for (const auto& piece : pieces) {
        reassembler.accept(piece, mono_time{}, [&](const ip_reassembly_event& event) {
            std::cout << describe(event) << '\n';
            same = event.kind == ip_reassembly_kind::whole &&
                   std::equal(event.octets.begin(), event.octets.end(), datagram.begin());
        });
    }
    std::cout << (same ? "the same datagram again\n" : "another datagram\n");
    return same ? 0 : 1;
}
