#include <sonde/packet/packet.hpp>

namespace sonde::inline v0 {

packet::places packet::behind(bytes_view frame, link_type type) noexcept {
    std::uint8_t vlan_count = 0;
    for (const layer_view& one : sonde::layers(frame, type)) {
        if (one.id() == layer::vlan) ++vlan_count;
        if (one.id() == layer::ipv4) return in_ipv4(frame, one.offset(), vlan_count);
        if (one.id() == layer::ipv6) return in_ipv6(frame, one.offset(), vlan_count);
    }
    return {.vlan_count = vlan_count};
}

packet::places packet::behind_extensions(bytes_view frame, places at) noexcept {
    const ipv6_upper_layer upper =
        ipv6_extension_chain(frame.first(at.end).subspan(at.network), at.protocol, ipv6::header_len)
            .upper();
    at.protocol = upper.begins_here() ? upper.protocol : ip_protocol::reserved;
    at.transport =
        upper.begins_here() ? static_cast<std::uint32_t>(at.network + upper.offset) : at.end;
    return at;
}

bool packet::udp_tunnels(bytes_view datagram) noexcept {
    const auto header = udp::view::parse(datagram);
    return header && protocol_table::built_in().find(header->next_selector(), {}) != nullptr;
}

}  // namespace sonde::inline v0
