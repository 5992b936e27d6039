// The hot paths of packets. The frames are made up: what is counted must not depend on captures.

#include <array>
#include <string>
#include <vector>

#include <sonde/packet/dissect.hpp>
#include <sonde/packet/edit.hpp>
#include <sonde/packet/filter.hpp>
#include <sonde/packet/frozen.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/packet/print_line.hpp>
#include <sonde/packet/stack.hpp>
#include <sonde/packet/tcp_streams.hpp>
#include <sonde/wire/application/dns_data.hpp>
#include <sonde/wire/application/dns_writer.hpp>
#include <sonde/wire/link/arp.hpp>
#include <sonde/wire/transport/tcp_options.hpp>

#include "path.hpp"

namespace sonde::testing {
namespace {

using octets = std::vector<std::uint8_t>;

constexpr ipv4_address here{0xc0000201};
constexpr ipv4_address there{0xc6336407};
constexpr mac_address link_destination = mac_address::from_integer(0x020000000001);
constexpr mac_address link_source = mac_address::from_integer(0x020000000002);
constexpr ethernet link{.destination = link_destination, .source = link_source};

/// A question, its alias, and two addresses; names are compressed.
octets dns_answer() {
    octets room(512);
    const auto asked = dns_owned_name::from_text("www.example.com").value();
    const auto alias = dns_owned_name::from_text("edge.example.net").value();
    dns_writer out(room, {.identifier = 7, .response = true});
    out.question(asked.name(), dns_type::a);
    out.add(
        dns_section::answer, {.name = asked.name(), .time_to_live = 300}, dns_cname{alias.name()});
    for (const ipv4_address address : {here, there})
        out.add(dns_section::answer, {.name = alias.name(), .time_to_live = 60}, dns_a{address});
    room.resize(out.finish().size());
    return room;
}

/// What captures are full of, one of each.
const std::array<octets, 8>& frames() {
    static const auto made = [] {
        const octets data(512, 0x61);
        const octets answer = dns_answer();
        const auto stamps = tcp_option_builder().no_operation().no_operation().timestamps({1, 2});
        const ipv4 v4{.source = here, .destination = there};
        const ipv6 v6{};
        const tcp segment{.source_port = 40000,
                          .destination_port = 443,
                          .flags = tcp_flags::ack,
                          .options = stamps.octets(),
                          .data = data};
        const udp datagram{.source_port = 53, .destination_port = 40001, .data = answer};
        return std::array{
            (link / v4 / segment).to_bytes(),
            (link / v4 / tcp{.source_port = 80, .destination_port = 40002}).to_bytes(),
            (link / v4 / datagram).to_bytes(),
            (link / v6 / segment).to_bytes(),
            (link / v6 / datagram).to_bytes(),
            (link / vlan{.vid = 7} / v4 / segment).to_bytes(),
            (link / v4 / icmp_echo{.data = data}).to_bytes(),
            (link / arp{}).to_bytes()};
    }();
    return made;
}
bytes_view frame_of(long i) { return frames()[static_cast<std::size_t>(i) % frames().size()]; }

// Taking apart.

void dissect_handlers(long times) {
    std::uint64_t sum = 0;
    for (long i = 0; i < times; ++i) {
        dissect(frame_of(i),
                on{[&](ipv4::view ip) { sum += ip.source().value; },
                   [&](ipv6::view ip) { sum += ip.hop_limit(); },
                   [&](tcp::view segment) { sum += segment.source_port(); },
                   [&](udp::view one) { sum += one.source_port(); }});
        keep(sum);
    }
}
void dissect_record(long times) {
    std::uint64_t sum = 0;
    for (long i = 0; i < times; ++i) {
        const packet p(frame_of(i));
        if (const auto segment = p.get<tcp>(); segment)
            sum += segment->source_port();
        else if (p.transport_protocol() == ip_protocol::udp)
            sum += p.get<udp>()->source_port();
        keep(sum);
    }
}
void dissect_chain(long times) {
    std::uint64_t sum = 0;
    for (long i = 0; i < times; ++i) {
        for (const layer_view& one : layers(frame_of(i))) sum += one.offset();
        keep(sum);
    }
}
void walk_dns(long times) {
    const octets answer = dns_answer();
    std::uint64_t sum = 0;
    for (long i = 0; i < times; ++i) {
        keep(answer.data());
        for (const dns_record& one : dns::view::parse(answer)->records()) {
            sum += one.name().wire_len() + static_cast<std::uint16_t>(one.type());
            sum += one.time_to_live();
        }
        keep(sum);
    }
}
void text_of_dns(long times) {
    const octets answer = dns_answer();
    std::array<char, dns_name::text_len_max> room;
    for (long i = 0; i < times; ++i) {
        keep(answer.data());
        for (const dns_record& one : dns::view::parse(answer)->records())
            keep(one.name().text(room).data());
    }
}
void filter_frames(long times) {
    constexpr auto wanted = filter(tcp::port == 80 || udp::port == 53);
    for (long i = 0; i < times; ++i) keep(wanted(frame_of(i)));
}
void print_lines(long times) {
    std::string line;
    for (long i = 0; i < times; ++i) {
        line.clear();
        append_line(line, {.octets = frame_of(i)});
        keep(line.data());
    }
}
/// Segments in order, of 64 connections in turn.
void follow_streams(long times) {
    constexpr std::uint32_t flows = 64;
    const octets data(512, 0x61);
    std::vector<octets> segments;
    for (std::uint32_t i = 0; i < flows; ++i) {
        const tcp segment{.source_port = static_cast<std::uint16_t>(40000 + i),
                          .destination_port = 443,
                          .flags = tcp_flags::ack,
                          .data = data};
        segments.push_back((ipv4{.source = here, .destination = there} / segment).to_bytes());
    }
    tcp_streams streams;
    for (long i = 0; i < times; ++i) {
        const auto number = static_cast<std::uint32_t>(i);
        octets& datagram = segments[number % flows];
        put_be32_at(datagram, ipv4::header_len + 4, number / flows * 512);
        streams.accept(datagram, mono_time(nanoseconds(i)), [](const tcp_stream_event& event) {
            keep(event.octets.data());
        });
    }
}

// Making and changing.

void stack_echo(long times) {
    const std::array<std::uint8_t, 56> data{};
    std::array<std::uint8_t, 256> out;
    for (long i = 0; i < times; ++i) {
        keep(data);
        const auto id = static_cast<std::uint16_t>(i);
        const auto frame = ethernet{.destination = link_destination, .source = link_source} /
                           ipv4{.identification = id, .source = here, .destination = there} /
                           icmp_echo{.identifier = 1, .sequence_number = id} / payload(data);
        frame.emit(bytes_mut(out).first(frame.wire_len()));
        keep(out);
    }
}
void stack_syn(long times) {
    std::array<std::uint8_t, 256> out;
    for (long i = 0; i < times; ++i) {
        const auto number = static_cast<std::uint32_t>(i);
        tcp_option_builder options;
        options.maximum_segment_size(1460)
            .sack_permitted()
            .timestamps({number, 0})
            .no_operation()
            .window_scale(7);
        const auto frame = ethernet{.destination = link_destination, .source = link_source} /
                           ipv4{.source = here, .destination = there} /
                           tcp{.source_port = 40000,
                               .destination_port = 80,
                               .sequence_number = number,
                               .flags = tcp_flags::syn,
                               .options = options.octets()};
        frame.emit(bytes_mut(out).first(frame.wire_len()));
        keep(out);
    }
}
void frozen_echo(long times) {
    const std::array<std::uint8_t, 56> data{};
    auto frame =
        freeze(link / ipv4{.source = here, .destination = there} / icmp_echo{.data = data});
    for (long i = 0; i < times; ++i) {
        frame.set<ipv4, "identification">(static_cast<std::uint16_t>(i));
        frame.set<icmp_echo, "sequence_number">(static_cast<std::uint16_t>(i));
        keep(frame.octets().data());
    }
}
void edit_time_to_live(long times) {
    octets frame = frames()[0];
    for (long i = 0; i < times; ++i) {
        edit(frame).get<ipv4>()->set_time_to_live(static_cast<std::uint8_t>(i));
        keep(frame.data());
    }
}

constexpr std::array paths{hot_path{"dissect_handlers", dissect_handlers},
                           hot_path{"dissect_record", dissect_record},
                           hot_path{"dissect_chain", dissect_chain},
                           hot_path{"walk_dns", walk_dns},
                           hot_path{"text_of_dns", text_of_dns},
                           hot_path{"filter_frames", filter_frames},
                           hot_path{"print_lines", print_lines},
                           hot_path{"follow_streams", follow_streams},
                           hot_path{"stack_echo", stack_echo},
                           hot_path{"stack_syn", stack_syn},
                           hot_path{"frozen_echo", frozen_echo},
                           hot_path{"edit_time_to_live", edit_time_to_live}};

}  // namespace

std::span<const hot_path> packet_paths() noexcept { return paths; }

}  // namespace sonde::testing
