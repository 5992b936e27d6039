#include <sonde/packet/packet.hpp>

namespace sonde::inline v0 {

void packet::locate_behind(link_type type) noexcept {
    for (const layer_view& one : sonde::layers(octets_, type)) {
        if (one.id() == layer::vlan) ++vlan_count_;
        if (one.id() == layer::ipv4) return locate_ipv4(one.offset());
        if (one.id() == layer::ipv6) return locate_ipv6(one.offset());
    }
}

void packet::skip_extensions() noexcept {
    const ipv6_upper_layer upper =
        ipv6_extension_chain(octets_.first(end_).subspan(network_at_), protocol_, ipv6::header_len)
            .upper();
    protocol_ = upper.begins_here() ? upper.protocol : ip_protocol::reserved;
    transport_at_ =
        upper.begins_here() ? static_cast<std::uint32_t>(network_at_ + upper.offset) : end_;
}

bool packet::udp_tunnels() const noexcept {
    const auto header = view_at<udp>(transport_at_, end_);
    return header && protocol_table::built_in().find(header->next_selector(), {}) != nullptr;
}

}  // namespace sonde::inline v0
