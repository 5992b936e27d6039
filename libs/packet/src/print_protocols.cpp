#include <algorithm>

#include <sonde/packet/print_protocols.hpp>

#include "value_text.hpp"

namespace sonde::inline v0 {
namespace {

constexpr std::uint16_t constants_width_max = 16;  // bits: all values are asked for their names

std::vector<named_constant> constants_of(const field& which) {
    std::vector<named_constant> found;
    if (which.value_name == nullptr || which.bit_width > constants_width_max) return found;
    for (std::uint64_t value = 0; value < (std::uint64_t{1} << which.bit_width); ++value) {
        const std::string_view name = which.value_name(value);
        if (!name.empty()) found.push_back({value, name});
    }
    return found;
}

bool is_automatic(const protocol_info& info, std::string_view name) {
    return std::any_of(info.automatics.begin(),
                       info.automatics.end(),
                       [&](const automatic_field& one) { return one.name == name; });
}

field_facts facts_of_field(const protocol_info& info, const field& which, bytes_view defaults) {
    field_facts facts{.name = which.name,
                      .bit_offset = which.bit_offset,
                      .bit_width = which.bit_width,
                      .kind = which.kind,
                      .automatic = is_automatic(info, which.name),
                      .constants = constants_of(which)};
    const std::size_t end_bit = std::size_t{which.bit_offset} + which.bit_width;
    const std::size_t first = which.bit_offset / 8;
    if (end_bit > defaults.size() * 8) return facts;
    described value{.name = which.name,
                    .octets = defaults.subspan(first, (end_bit + 7) / 8 - first),
                    .kind = which.kind};
    if (which.bit_width <= 64) {
        facts.default_number = value.number = read_field(defaults, which);
        value.bit_width = static_cast<std::uint8_t>(which.bit_width);
    }
    detail::text_writer out(facts.default_text);
    detail::put_value(out, value, value.octets.size());
    return facts;
}

}  // namespace

protocol_facts facts_of(const protocol_info& info) {
    std::vector<std::uint8_t> defaults;
    if (info.emit_default != nullptr) info.emit_default(defaults);
    protocol_facts facts{.name = info.name,
                         .spec = info.spec,
                         .id = info.id,
                         .header_len = info.header_len,
                         .has_more = info.describe != nullptr,
                         .selected_by = info.selected_by};
    for (const field& which : info.fields)
        facts.fields.push_back(facts_of_field(info, which, defaults));
    return facts;
}

std::vector<protocol_facts> list_protocols(const protocol_table& table) {
    std::vector<protocol_facts> found;
    for (const protocol_info* info : table.all()) found.push_back(facts_of(*info));
    return found;
}

std::string_view to_string(selector_kind kind) noexcept {
    switch (kind) {
        case selector_kind::none:
            return "none";
        case selector_kind::link_type:
            return "link_type";
        case selector_kind::ether_type:
            return "ether_type";
        case selector_kind::llc_sap:
            return "llc_sap";
        case selector_kind::snap_cisco:
            return "snap_cisco";
        case selector_kind::snap_ieee_8021:
            return "snap_ieee_8021";
        case selector_kind::ppp_protocol:
            return "ppp_protocol";
        case selector_kind::ip_protocol:
            return "ip_protocol";
        case selector_kind::icmp_type:
            return "icmp_type";
        case selector_kind::icmpv6_type:
            return "icmpv6_type";
        case selector_kind::udp_port:
            return "udp_port";
        case selector_kind::tcp_port:
            return "tcp_port";
        case selector_kind::sctp_port:
            return "sctp_port";
        case selector_kind::sctp_payload_protocol:
            return "sctp_payload_protocol";
        case selector_kind::mpls_payload:
            return "mpls_payload";
    }
    return "unknown";
}

void append_selector(std::string& to, const selector& one) {
    detail::text_writer out(to);
    out.put(to_string(one.kind)).put(' ');
    const bool by_hex =
        one.kind == selector_kind::ether_type || one.kind == selector_kind::ppp_protocol ||
        one.kind == selector_kind::snap_cisco || one.kind == selector_kind::snap_ieee_8021;
    if (by_hex) {
        out.put("0x").hex(one.value, 4);
    } else if (one.kind == selector_kind::llc_sap) {
        out.put("0x").hex(one.value, 2);
    } else {
        out.number(one.value);
    }
}

}  // namespace sonde::inline v0
