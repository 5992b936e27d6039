// The column "libtins", in the words of its own examples.

#include <array>
#include <string>
#include <tins/tcp_ip/stream_follower.h>
#include <tins/tins.h>
#include <tins/utils/checksum_utils.h>
#include <vector>

#include "floor_streams.hpp"
#include "task.hpp"

namespace sonde::bench {
namespace {

std::uint32_t number(const Tins::IPv4Address& address) {
    return Tins::Endian::be_to_host(static_cast<std::uint32_t>(address));
}
std::uint32_t low_word(const Tins::IPv6Address& address) {
    std::array<std::uint8_t, 16> octets{};
    address.copy(octets.begin());
    return be32_at(octets, 12);
}

std::uint64_t sum_of(const Tins::PDU& frame) {
    std::uint64_t sum = 0;
    if (const auto* v4 = frame.find_pdu<Tins::IP>()) {
        sum += std::uint64_t{number(v4->src_addr())} + number(v4->dst_addr());
    } else if (const auto* v6 = frame.find_pdu<Tins::IPv6>()) {
        sum += std::uint64_t{low_word(v6->src_addr())} + low_word(v6->dst_addr());
    } else {
        return sum;
    }
    if (const auto* segment = frame.find_pdu<Tins::TCP>()) {
        sum += std::uint64_t{segment->sport()} + segment->dport();
    } else if (const auto* datagram = frame.find_pdu<Tins::UDP>()) {
        sum += std::uint64_t{datagram->sport()} + datagram->dport();
    }
    return sum;
}

Tins::EthernetII frame_of(bytes_view frame) {
    return {frame.data(), static_cast<std::uint32_t>(frame.size())};
}
std::uint64_t dissect_frame(bytes_view frame) { return sum_of(frame_of(frame)); }

outcome read_pcap(const input& in) {
    outcome made;
    Tins::FileSniffer file(in.path);
    file.set_extract_raw_pdus(true);
    file.sniff_loop([&](Tins::PDU& frame) {
        ++made.packets;
        made.sum += static_cast<Tins::RawPDU&>(frame).payload_size();
        return true;
    });
    return made;
}
outcome read_dissect(const input& in) {
    outcome made;
    Tins::FileSniffer file(in.path);
    file.sniff_loop([&](Tins::PDU& frame) {
        ++made.packets;
        made.sum += sum_of(frame);
        return true;
    });
    return made;
}
outcome write_pcap(const input& in) {
    // Its writer takes objects; making them is not part of the row.
    static std::vector<Tins::RawPDU> frames;
    if (frames.empty()) {
        for (const bytes_view frame : in.frames.all)
            frames.emplace_back(frame.data(), static_cast<std::uint32_t>(frame.size()));
    }
    outcome made;
    Tins::PacketWriter out("/dev/null", Tins::DataLinkType<Tins::EthernetII>());
    for (Tins::RawPDU& frame : frames) {
        out.write(frame);
        ++made.packets;
        made.sum += frame.payload_size();
    }
    return made;
}

/// It always makes the text of a name: the first letter is part of the sum where others make it.
template <bool WithText>
std::uint64_t see_dns(bytes_view frame) {
    const auto message = frame_of(frame).rfind_pdu<Tins::RawPDU>().to<Tins::DNS>();
    std::uint64_t sum = 0;
    const auto add_name = [&](const std::string& name) {
        sum += name.size();
        if (WithText && !name.empty()) sum += static_cast<std::uint64_t>(name[0]);
    };
    for (const auto& one : message.queries()) {
        add_name(one.dname());
        sum += static_cast<std::uint16_t>(one.query_type());
    }
    for (const auto& section : {message.answers(), message.authority(), message.additional()}) {
        for (const auto& one : section) {
            add_name(one.dname());
            sum += static_cast<std::uint16_t>(one.query_type()) + std::uint64_t{one.ttl()};
        }
    }
    return sum;
}

const Tins::HWAddress<6>& link_destination() {
    static const Tins::HWAddress<6> made("02:00:00:00:00:01");
    return made;
}
const Tins::HWAddress<6>& link_source() {
    static const Tins::HWAddress<6> made("02:00:00:00:00:02");
    return made;
}
Tins::IP header(std::uint16_t id) {
    Tins::IP made(Tins::IPv4Address(Tins::Endian::host_to_be(crafted_destination)),
                  Tins::IPv4Address(Tins::Endian::host_to_be(crafted_source)));
    made.ttl(64);
    made.id(id);
    return made;
}
const std::array<std::uint8_t, echo_data_len>& echo_data() {
    static const auto data = [] {
        std::array<std::uint8_t, echo_data_len> made{};
        for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<std::uint8_t>(i);
        return made;
    }();
    return data;
}
std::uint64_t two_checksums(Tins::PDU& frame, std::size_t transport_at) {
    const std::vector<std::uint8_t> octets = frame.serialize();
    return std::uint64_t{be16_at(octets, 24)} + be16_at(octets, transport_at);
}

Tins::EthernetII echo_frame(std::uint16_t id) {
    Tins::ICMP echo(Tins::ICMP::ECHO_REQUEST);
    echo.id(echo_identifier);
    echo.sequence(id);
    return Tins::EthernetII(link_destination(), link_source()) / header(id) / echo /
           Tins::RawPDU(echo_data().data(), echo_data_len);
}
std::uint64_t craft_echo(std::uint16_t id) {
    Tins::EthernetII frame = echo_frame(id);
    return two_checksums(frame, 36);
}
std::uint64_t craft_echo_again(std::uint16_t id) {
    static Tins::EthernetII frame = echo_frame(0);
    static Tins::IP& ip = frame.rfind_pdu<Tins::IP>();
    static Tins::ICMP& echo = frame.rfind_pdu<Tins::ICMP>();
    ip.id(id);
    echo.sequence(id);
    return two_checksums(frame, 36);
}
std::uint64_t craft_syn(std::uint16_t id) {
    Tins::TCP segment(80, 40000);
    segment.seq(id);
    segment.flags(Tins::TCP::SYN);
    segment.window(0xffff);
    segment.mss(1460);
    segment.sack_permitted();
    segment.timestamp(id, 0);
    segment.add_option(Tins::TCP::option(Tins::TCP::NOP));
    segment.winscale(7);
    Tins::EthernetII frame =
        Tins::EthernetII(link_destination(), link_source()) / header(id) / segment;
    return two_checksums(frame, 50);
}

std::uint64_t edit_frame(bytes_view octets) {
    Tins::EthernetII frame = frame_of(octets);
    auto& ip = frame.rfind_pdu<Tins::IP>();
    ip.ttl(static_cast<std::uint8_t>(ip.ttl() - 1));
    const std::vector<std::uint8_t> out = frame.serialize();
    return std::uint64_t{be16_at(out, 24)} + out[22];
}

outcome follow_streams(const input& in) {
    told_octets told;
    Tins::TCPIP::StreamFollower follower;
    follower.new_stream_callback([&](Tins::TCPIP::Stream& stream) {
        stream.client_data_callback(
            [&](Tins::TCPIP::Stream& seen) { told.add(seen.client_payload()); });
        stream.server_data_callback(
            [&](Tins::TCPIP::Stream& seen) { told.add(seen.server_payload()); });
    });
    for (const bytes_view octets : in.frames.all) {
        Tins::EthernetII frame = frame_of(octets);
        follower.process_packet(frame);
    }
    return {in.frames.all.size(), told.octets};
}

std::uint64_t checksum_1460(std::uint16_t) {
    static const std::vector<std::uint8_t> octets = [] {
        std::vector<std::uint8_t> made(summed_len);
        for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<std::uint8_t>(i * 7);
        return made;
    }();
    keep(octets.data());
    const std::uint16_t sum = Tins::Utils::sum_range(octets.data(), octets.data() + octets.size());
    return static_cast<std::uint16_t>(~Tins::Endian::be_to_host(sum));
}

constexpr std::string_view me = "libtins";
constexpr task tasks[] = {{"dissect_handlers", me, over_frames<dissect_frame>},
                          {"dissect_record", me, over_frames<dissect_frame>},
                          {"dissect_chain", me, over_frames<dissect_frame>},
                          {"read_pcap", me, read_pcap},
                          {"read_dissect", me, read_dissect},
                          {"dns_walk", me, over_frames<see_dns<false>>},
                          {"dns_text", me, over_frames<see_dns<true>>},
                          {"craft_echo", me, over_count<craft_echo>},
                          {"craft_echo_frozen", me, over_count<craft_echo_again>},
                          {"craft_syn", me, over_count<craft_syn>},
                          {"edit", me, over_frames<edit_frame>},
                          {"write_pcap", me, write_pcap},
                          {"streams", me, follow_streams},
                          {"checksum_1460", me, over_count<checksum_1460>}};

}  // namespace

std::span<const task> libtins_tasks() noexcept { return tasks; }

}  // namespace sonde::bench
