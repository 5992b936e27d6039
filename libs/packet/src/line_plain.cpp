// The straight-line half of the lines: whatever is not plain is left to the walk over the layers,
// which writes the same words (a test compares the two).

#include <sonde/wire/application/dns_over_tcp.hpp>
#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>

#include "line_state.hpp"

namespace sonde::inline v0::detail {
namespace {

// Whether the walk would find more to say behind UDP.
bool says_more(bytes_view datagram, bool full) noexcept {
    const auto seen = udp::view::parse(datagram);
    if (!seen) return true;
    const protocol_table& table = protocol_table::built_in();
    const protocol_info* inside = table.find(seen->next_selector(), seen->data());
    if (inside == nullptr) inside = table.find(seen->other_selector(), seen->data());
    return inside != nullptr && (full || is_tunnel(inside->id));
}

// The same behind TCP, of which only the full form says more.
bool may_hold_dns(bytes_view segment) noexcept {
    for (const selector& one : dns_over_tcp::selected_by) {
        if (be16_at(segment, 0) == one.value || be16_at(segment, 2) == one.value) return true;
    }
    return false;
}

bool is_plain(ip_protocol protocol, bytes_view transport, bool full) noexcept {
    if (protocol == ip_protocol::tcp)
        return transport.size() >= tcp::header_len && !(full && may_hold_dns(transport));
    return protocol == ip_protocol::udp && !says_more(transport, full);
}

struct plain_transport {
    ip_protocol protocol{};
    bytes_view octets{};
    std::size_t length = 0;  // declared
};

template <class Address>
void put_line(text_writer& out, const Address& address, const plain_transport& carried, bool full) {
    address(out, 0);
    out.put('.').number(be16_at(carried.octets, 0)).put(" > ");
    address(out, 1);
    out.put('.').number(be16_at(carried.octets, 2)).put(": ");
    if (carried.protocol == ip_protocol::udp)
        return udp_text(out, be16_at(carried.octets, 4), carried.length);
    if (const auto seen = tcp::view::parse(carried.octets))
        tcp_text(out, *seen, carried.length, full);
}

bool plain_ipv4(text_writer& out, bytes_view octets, std::size_t len, bool full) {
    const auto ip = ipv4::view::parse(octets);
    if (!ip || !ip->checked_header_length() || ip->is_fragment()) return false;
    const std::size_t length = ip->payload_declared_len();
    const bytes_view transport = ip->payload();
    if (ip->header_length() + length > len || !is_plain(ip->protocol(), transport, full))
        return false;
    const auto address = [&](text_writer& to, std::size_t which) {
        to.ipv4(which == 0 ? ip->source().value : ip->destination().value);
    };
    out.put("IP ");
    put_line(out, address, {ip->protocol(), transport, length}, full);
    return true;
}

bool plain_ipv6(text_writer& out, bytes_view octets, std::size_t len, bool full) {
    const auto ip = ipv6::view::parse(octets);
    if (!ip || ip->version() != 6) return false;
    const std::size_t length = ip->payload_declared_len();
    const bytes_view transport = ip->payload();
    if (ipv6::header_len + length > len || !is_plain(ip->next_header(), transport, full))
        return false;
    const auto address = [&](text_writer& to, std::size_t which) {
        to.ipv6(octets.subspan(which == 0 ? 8 : 24, 16));
    };
    out.put("IP6 ");
    put_line(out, address, {ip->next_header(), transport, length}, full);
    return true;
}

}  // namespace

bool line_plain(text_writer& out, bytes_view frame, std::size_t len, bool full) {
    constexpr std::size_t link_len = ethernet::header_len;
    if (frame.size() < link_len) return false;
    const ether_type type{be16<12>(frame.first<link_len>())};
    const bytes_view inside = frame.subspan(link_len);
    if (type == ether_type::ipv4) return plain_ipv4(out, inside, len - link_len, full);
    if (type == ether_type::ipv6) return plain_ipv6(out, inside, len - link_len, full);
    return false;
}

}  // namespace sonde::inline v0::detail
