// Any octets as a recipe for a stack: emitted both ways, taken apart again, changed in place. The
// fields must come back, and what was filled in must be right.

#include <cstdint>
#include <cstdlib>
#include <vector>

#include <sonde/packet/dissect.hpp>
#include <sonde/packet/filter.hpp>
#include <sonde/packet/frozen.hpp>
#include <sonde/wire/protocols.hpp>

namespace {

using namespace sonde;

void require(bool held) {
    if (!held) std::abort();
}

class recipe {
  public:
    explicit recipe(bytes_view octets) : left_(octets) {}
    std::uint64_t number() {
        std::uint64_t made = 0;
        for (int i = 0; i < 8 && !left_.empty(); ++i, left_ = left_.subspan(1))
            made = made << 8 | left_[0];
        return made;
    }
    template <class T>
    T as() {
        return static_cast<T>(number());
    }
    bytes_view octets(std::size_t max) {
        const std::size_t wanted = number() % (max + 1);  // first: it takes octets itself
        const std::size_t len = std::min(wanted, left_.size());
        const bytes_view taken = left_.first(len);
        left_ = left_.subspan(len);
        return taken;
    }
    ipv6_address address() {
        ipv6_address made;
        put_be64_at(made.octets, 0, number());
        put_be64_at(made.octets, 8, number());
        return made;
    }

  private:
    bytes_view left_;
};

template <class... Layers>
std::vector<std::uint8_t> both_ways(const stack<Layers...>& one) {
    std::vector<std::uint8_t> table(one.lengths()[0], 0xa5);
    one.emit_by_table(table);
    require(one.to_bytes() == table);
    return table;
}

void check_ipv4(recipe& from) {
    const ipv4 ip{.identification = from.as<std::uint16_t>(),
                  .time_to_live = from.as<std::uint8_t>(),
                  .source = {from.as<std::uint32_t>()},
                  .destination = {from.as<std::uint32_t>()},
                  .options = from.octets(40)};
    const tcp segment{.source_port = from.as<std::uint16_t>(),
                      .destination_port = from.as<std::uint16_t>(),
                      .sequence_number = from.as<std::uint32_t>(),
                      .window = from.as<std::uint16_t>(),
                      .options = from.octets(40),
                      .data = from.octets(50)};
    auto frame = both_ways(ethernet{} / ip / segment / payload(from.octets(1000)));
    const auto seen = match<ethernet, ipv4, tcp>(frame);
    require(seen.has_value());
    const auto& [link, network, transport] = *seen;
    require(network.header_checksum_holds() && network.source() == ip.source);
    require(transport.source_port() == segment.source_port &&
            transport.sequence_number() == segment.sequence_number);
    const auto holds = [&] {
        const auto at = ipv4::view::parse(bytes_view(frame).subspan(14));
        return at->header_checksum_holds() &&
               verify_transport_checksum(
                   at->source(), at->destination(), ip_protocol::tcp, at->payload()) ==
                   checksum_state::good;
    };
    require(holds());
    edit(frame).get<ipv4>()->set_destination({from.as<std::uint32_t>()});
    edit(frame).get<tcp>()->set_source_port(from.as<std::uint16_t>());
    require(holds());
}

void check_tunnel(recipe& from) {
    const ipv6 outer{.source = from.address(), .destination = from.address()};
    const ipv6 inner{.source = from.address(), .destination = from.address()};
    const udp datagram{.source_port = from.as<std::uint16_t>(), .data = from.octets(20)};
    auto flood = freeze(ethernet{} / outer / udp{.destination_port = 4789} /
                        vxlan{.vni = from.as<std::uint32_t>() & 0xffffff} / ethernet{} / inner /
                        datagram / payload(from.octets(300)));
    const auto holds = [&](std::size_t at) {
        const auto ip = ipv6::view::parse(flood.octets().subspan(at));
        return verify_transport_checksum(
                   ip->source(), ip->destination(), ip_protocol::udp, ip->payload()) ==
               checksum_state::good;
    };
    require(holds(14) && holds(14 + 40 + 8 + 8 + 14));
    flood.template set_at<5, "source">(from.address());
    flood.template set_at<6, "source_port">(from.as<std::uint16_t>());
    require(holds(14) && holds(14 + 40 + 8 + 8 + 14));
}

// Any octets as a frame: what edit() finds it may change, and nothing beyond.
void check_edit(bytes_view octets) {
    for (const link_type type : {link_type::ethernet, link_type::raw}) {
        std::vector<std::uint8_t> frame(octets.begin(), octets.end());
        if (const auto ip = edit(frame, type).get<ipv4>()) {
            const bool held = ip->view().header_checksum_holds();
            ip->set_time_to_live(1);
            ip->set_source({7});
            if (ip->view().checked_header_length())
                require(ip->view().header_checksum_holds() == held);
        }
        if (const auto ip = edit(frame, type).get<ipv6>()) ip->set_destination({});
        if (const auto tag = edit(frame, type).get<gre>()) tag->template set<"protocol_type">(7);
        if (const auto segment = edit(frame, type).get<tcp>()) segment->set_flags(tcp_flags::syn);
        if (const auto packet = edit(frame, type).get<sctp>())
            packet->template set<"source_port">(7);
        static_cast<void>(filter(tcp::port == 80 || has<icmpv6_echo>())(frame, type));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes_view octets(data, size);
    recipe from(octets);
    check_ipv4(from);
    check_tunnel(from);
    check_edit(octets);
    return 0;
}
