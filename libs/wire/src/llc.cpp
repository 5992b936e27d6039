#include <sonde/wire/link/llc.hpp>

namespace sonde::inline v0 {

std::string_view to_string(llc_sap sap) noexcept {
    switch (sap) {
        case llc_sap::null:
            return "null";
        case llc_sap::management:
            return "management";
        case llc_sap::sna:
            return "sna";
        case llc_sap::ip:
            return "ip";
        case llc_sap::spanning_tree:
            return "spanning_tree";
        case llc_sap::x25:
            return "x25";
        case llc_sap::xns:
            return "xns";
        case llc_sap::snap:
            return "snap";
        case llc_sap::banyan_vines:
            return "banyan_vines";
        case llc_sap::netware:
            return "netware";
        case llc_sap::netbios:
            return "netbios";
        case llc_sap::iso_network_layer:
            return "iso_network_layer";
        case llc_sap::global:
            return "global";
    }
    return {};
}

namespace detail {
std::string_view llc_sap_field_name(std::uint64_t value) noexcept {
    return to_string(llc_sap(static_cast<std::uint8_t>(value)));
}
}  // namespace detail

result<llc> llc::read(view v) noexcept {
    return llc{.dsap = v.dsap(),
               .ssap = v.ssap(),
               .control = v.control(),
               .control_cut = !v.checked_header_length().has_value(),
               .payload = v.payload()};
}

void llc::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    const llc_sap to = dsap.value_or(llc_sap::snap);
    head[0] = static_cast<std::uint8_t>(to);
    head[1] = static_cast<std::uint8_t>(ssap.value_or(to));
    head[2] = static_cast<std::uint8_t>(control);
    bytes_mut left = out.subspan(header_len);
    if (has_second_control_octet()) {
        left[0] = static_cast<std::uint8_t>(control >> 8);
        left = left.subspan(1);
    }
    copy_octets(left, payload);
}

result<snap> snap::read(view v) noexcept {
    return snap{
        .oui = v.oui(), .protocol_identifier = v.protocol_identifier(), .payload = v.payload()};
}

void snap::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    detail::put_be24<0>(head, oui);
    put_be16<3>(head,
                protocol_identifier.value_or(static_cast<std::uint16_t>(ether_type::reserved)));
    copy_octets(out.subspan(header_len), payload);
}

}  // namespace sonde::inline v0
