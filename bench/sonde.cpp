// The column "sonde": each row as a program of ours would write it.

#include <algorithm>
#include <array>

#include <sonde/capture/bpf.hpp>
#include <sonde/capture/capture_file.hpp>
#include <sonde/capture/capture_writer.hpp>
#include <sonde/packet/dissect.hpp>
#include <sonde/packet/edit.hpp>
#include <sonde/packet/filter.hpp>
#include <sonde/packet/frozen.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/packet/tcp_streams.hpp>
#include <sonde/wire/application/dns.hpp>
#include <sonde/wire/transport/tcp_options.hpp>

#include "floor_streams.hpp"
#include "task.hpp"

namespace sonde::bench {
namespace {

// The three doors.

std::uint64_t addresses(ipv4::view ip) {
    return ip.source().value + std::uint64_t{ip.destination().value};
}
std::uint32_t low_word(const ipv6_address& address) {
    return be32<12>(std::span<const std::uint8_t, 16>(address.octets));
}
std::uint64_t addresses(ipv6::view ip) {
    return std::uint64_t{low_word(ip.source())} + low_word(ip.destination());
}
template <class View>
std::uint64_t ports(View transport) {
    return std::uint64_t{transport.source_port()} + transport.destination_port();
}

std::uint64_t dissect_handlers(bytes_view frame) {
    std::uint64_t sum = 0;
    dissect(frame,
            on{[&](ipv4::view ip) { sum += addresses(ip); },
               [&](ipv6::view ip) { sum += addresses(ip); },
               [&](tcp::view segment) { sum += ports(segment); },
               [&](udp::view datagram) { sum += ports(datagram); }});
    return sum;
}

std::uint64_t dissect_record(bytes_view frame) {
    const packet p(frame);
    std::uint64_t sum = 0;
    if (p.network() == layer::ipv4) {
        if (const auto ip = p.get<ipv4>()) sum += addresses(*ip);
    } else if (p.network() == layer::ipv6) {
        if (const auto ip = p.get<ipv6>()) sum += addresses(*ip);
    }
    if (p.transport_protocol() == ip_protocol::tcp) {
        if (const auto segment = p.get<tcp>()) sum += ports(*segment);
    } else if (p.transport_protocol() == ip_protocol::udp) {
        if (const auto datagram = p.get<udp>()) sum += ports(*datagram);
    }
    return sum;
}

std::uint64_t dissect_chain(bytes_view frame) {
    std::uint64_t sum = 0;
    for (const layer_view& one : layers(frame)) {
        if (one.quoted()) break;
        if (const auto v4 = one.as<ipv4>()) {
            sum += addresses(*v4);
        } else if (const auto v6 = one.as<ipv6>()) {
            sum += addresses(*v6);
        } else if (const auto segment = one.as<tcp>()) {
            return sum + ports(*segment);
        } else if (const auto datagram = one.as<udp>()) {
            return sum + ports(*datagram);
        }
    }
    return sum;
}

// Files.

template <class Each>
outcome read_file(const input& in, Each each) {
    outcome made;
    auto file = capture_file::open(in.path);
    if (!file) return made;
    while (const record* one = file->next()) {
        ++made.packets;
        made.sum += each(one->octets);
    }
    return made;
}
outcome read_lengths(const input& in) {
    return read_file(in, [](bytes_view frame) { return frame.size(); });
}
outcome read_dissect(const input& in) { return read_file(in, dissect_record); }

outcome write_pcap(const input& in) {
    outcome made;
    auto out = capture_writer::create("/dev/null", {.format = capture_format::pcap});
    if (!out) return made;
    record one{.time = wall_time(std::chrono::seconds(1'600'000'000))};
    for (const bytes_view frame : in.frames.all) {
        one.octets = frame;
        one.original_len = static_cast<std::uint32_t>(frame.size());
        if (!out->write(one)) break;
        ++made.packets;
        made.sum += frame.size();
    }
    return out->close() ? made : outcome{};
}

// DNS.

template <bool WithText>
std::uint64_t see_dns(bytes_view frame) {
    const auto datagram = packet(frame).get<udp>();
    if (!datagram) return 0;
    const auto message = dns::view::parse(datagram->data());
    if (!message) return 0;
    std::uint64_t sum = 0;
    std::array<char, dns_name::text_len_max> room;
    for (const dns_record& one : message->records()) {
        sum += static_cast<std::uint16_t>(one.type()) + std::uint64_t{one.time_to_live()};
        // Letters without the last dot.
        if constexpr (WithText) {
            const std::string_view text = one.name().text(room);
            sum += text.size() - 1;
            if (text.size() > 1) sum += static_cast<std::uint64_t>(text[0]);
        } else {
            sum += one.name().is_root() ? 0 : one.name().wire_len() - 2;
        }
    }
    return sum;
}

// Crafting.

constexpr mac_address link_destination = mac_address::from_integer(0x020000000001);
constexpr mac_address link_source = mac_address::from_integer(0x020000000002);

/// Counts from 0. Not constant: what a compiler knows it need not sum.
template <std::size_t Len>
std::array<std::uint8_t, Len> counting(unsigned step = 1) {
    std::array<std::uint8_t, Len> made{};
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<std::uint8_t>(i * step);
    return made;
}
template <std::size_t Header, std::size_t Transport, class Octets>
std::uint64_t two_checksums(const Octets& out) {
    keep(out.data());
    return std::uint64_t{be16_at(out, Header)} + be16_at(out, Transport);
}

std::uint64_t craft_echo(std::uint16_t id) {
    static std::array<std::uint8_t, echo_data_len> data = counting<echo_data_len>();
    std::array<std::uint8_t, 256> out;
    keep(data.data());
    const auto frame = ethernet{.destination = link_destination, .source = link_source} /
                       ipv4{.identification = id,
                            .source = {crafted_source},
                            .destination = {crafted_destination}} /
                       icmp_echo{.identifier = echo_identifier, .sequence_number = id} /
                       payload(data);
    frame.emit(bytes_mut(out).first(frame.wire_len()));
    return two_checksums<24, 36>(out);
}

std::uint64_t craft_echo_frozen(std::uint16_t id) {
    static const auto data = counting<echo_data_len>();
    static auto frame =
        freeze(ethernet{.destination = link_destination, .source = link_source} /
               ipv4{.source = {crafted_source}, .destination = {crafted_destination}} /
               icmp_echo{.identifier = echo_identifier} / payload(data));
    frame.set<ipv4, "identification">(id);
    frame.set<icmp_echo, "sequence_number">(id);
    return two_checksums<24, 36>(frame.octets());
}

std::uint64_t craft_syn(std::uint16_t id) {
    std::array<std::uint8_t, 256> out;
    tcp_option_builder options;
    options.maximum_segment_size(1460)
        .sack_permitted()
        .timestamps({unforeseen(id), 0})
        .no_operation()
        .window_scale(7);
    const auto frame = ethernet{.destination = link_destination, .source = link_source} /
                       ipv4{.identification = id,
                            .source = {crafted_source},
                            .destination = {crafted_destination}} /
                       tcp{.source_port = 40000,
                           .destination_port = 80,
                           .sequence_number = id,
                           .flags = tcp_flags::syn,
                           .window = 0xffff,
                           .options = options.octets()};
    frame.emit(bytes_mut(out).first(frame.wire_len()));
    return two_checksums<24, 50>(out);
}

// Changing, choosing, following, summing.

std::uint64_t edit_frame(bytes_view frame) {
    static std::array<std::uint8_t, 65536> room;
    if (frame.size() > room.size()) return 0;
    const bytes_mut out = bytes_mut(room).first(frame.size());
    std::copy_n(frame.data(), frame.size(), out.data());
    const auto ip = edit(out).get<ipv4>();
    if (!ip) return 0;
    ip->set_time_to_live(static_cast<std::uint8_t>(ip->view().time_to_live() - 1));
    keep(out.data());
    return std::uint64_t{ip->view().header_checksum()} + ip->view().time_to_live();
}

std::uint64_t filter_typed(bytes_view frame) {
    constexpr auto wanted = filter(tcp::port == 80 || udp::port == 53);
    return wanted(frame) ? 1 : 0;
}
std::uint64_t filter_program(bytes_view frame) {
    static const auto wanted = bpf_program::compile(std::string(filter_text)).value();
    return wanted.run(frame, static_cast<std::uint32_t>(frame.size())) != 0 ? 1 : 0;
}

outcome follow_streams(const input& in) {
    tcp_streams streams({.key = {1, 2}});
    told_octets told;
    const auto on_event = [&](const tcp_stream_event& event) {
        if (event.kind == tcp_event_kind::data) told.add(event.octets);
    };
    const auto& frames = in.frames.all;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (i + frames_ahead < frames.size()) {
            const bytes_view soon = frames[i + frames_ahead];
            tcp_streams::expect(soon.subspan(std::min(soon.size(), ethernet::header_len)));
        }
        const auto frame = ethernet::view::parse(frames[i]);
        if (!frame || frame->type() != ether_type::ipv4) continue;
        const auto now = static_cast<std::int64_t>(i) * 1000;
        streams.accept(frame->payload(), mono_time(nanoseconds(now)), on_event);
    }
    return {in.frames.all.size(), told.octets};
}

std::uint64_t checksum_1460(std::uint16_t) {
    static std::array<std::uint8_t, summed_len> octets = counting<summed_len>(7);
    keep(octets.data());
    return internet_checksum(octets);
}

constexpr std::string_view me = "sonde";
constexpr task tasks[] = {{"dissect_handlers", me, over_frames<dissect_handlers>},
                          {"dissect_record", me, over_frames<dissect_record>},
                          {"dissect_chain", me, over_frames<dissect_chain>},
                          {"read_pcap", me, read_lengths},
                          {"read_pcapng", me, read_lengths},
                          {"read_dissect", me, read_dissect},
                          {"dns_walk", me, over_frames<see_dns<false>>},
                          {"dns_text", me, over_frames<see_dns<true>>},
                          {"craft_echo", me, over_count<craft_echo>},
                          {"craft_echo_frozen", me, over_count<craft_echo_frozen>},
                          {"craft_syn", me, over_count<craft_syn>},
                          {"edit", me, over_frames<edit_frame>},
                          {"write_pcap", me, write_pcap},
                          {"filter", me, over_frames<filter_typed>},
                          {"filter", "sonde, as BPF", over_frames<filter_program>},
                          {"streams", me, follow_streams},
                          {"checksum_1460", me, over_count<checksum_1460>}};

}  // namespace

std::span<const task> sonde_tasks() noexcept { return tasks; }

}  // namespace sonde::bench
