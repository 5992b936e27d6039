// Packets made by stacking messages: what is not said is filled in, and what is said stays.
#include <iostream>

#include <sonde/packets.hpp>

namespace {

void show(sonde::bytes_view octets, sonde::link_type type) {
    std::string text;
    sonde::append_line(text, {.octets = octets, .type = type}, {.full = true});
    text += '\n';
    sonde::append_hexdump(text, octets);
    std::cout << text;
}

}  // namespace

int main() {
    using namespace sonde;

    auto ping = ipv4{.source = ipv4_address{0x7f000001}, .destination = ipv4_address{0xc0a80001}} /
                icmp_echo{.identifier = 123, .sequence_number = 1} / "foobar";
    show(ping.to_bytes(), link_type::raw);

    // A layer is read and replaced by its type. What is set stays as it is set, also when wrong.
    ipv4 header = ping.get<ipv4>();
    header.time_to_live = 3;
    header.header_checksum = 0xdead;
    ping.set(header);
    show(ping.to_bytes(), link_type::raw);

    // Options are made by a builder. Types, lengths and both checksums follow from the stack.
    const auto options =
        tcp_option_builder().maximum_segment_size(1440).sack_permitted().window_scale(7);
    const auto syn = ethernet{.destination = mac_address::from_integer(0x020000000002),
                              .source = mac_address::from_integer(0x020000000001)} /
                     vlan{.vid = 42} /
                     ipv6{.source = *ipv6_address::parse("2001:db8::1"),
                          .destination = *ipv6_address::parse("2001:db8::2")} /
                     tcp{.source_port = 40000,
                         .destination_port = 80,
                         .sequence_number = 7,
                         .flags = tcp_flags::syn,
                         .window = 64240,
                         .options = options.octets()};
    show(syn.to_bytes(), link_type::ethernet);
    std::cout << "layers begin at";
    for (const std::size_t at : syn.offsets()) std::cout << ' ' << at;
    std::cout << " of " << syn.wire_len() << " octets\n";
    return 0;
}
