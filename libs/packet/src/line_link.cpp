// The link layer in a line: silent where the network layer says enough, else addresses and numbers.

#include <sonde/wire/link/arp.hpp>
#include <sonde/wire/link/cisco_hdlc.hpp>
#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/link/llc.hpp>
#include <sonde/wire/link/ppp.hpp>
#include <sonde/wire/link/pppoe.hpp>
#include <sonde/wire/link/sll.hpp>
#include <sonde/wire/link/vlan.hpp>

#include "line_state.hpp"

namespace sonde::inline v0::detail {
namespace {

void named_number(text_writer& out, std::string_view name, std::uint64_t value,
                  std::size_t digits) {
    out.put(name.empty() ? std::string_view("Unknown") : name).put(" (0x").hex(value, digits);
    out.put(')');
}

// "ethertype ipv4 (0x0800), length 60", of what nobody reads further.
void line_type(line_state& s, ether_type type, std::size_t length) {
    s.out.put("ethertype ");
    named_number(s.out, to_string(type), std::uint16_t(type), 4);
    s.out.put(", length ").number(length);
    s.finish();
}

void line_ethernet(line_state& s) {
    const auto seen = *s.at->as<ethernet>();
    const std::size_t length = s.length();
    const bytes_view head = s.at->octets();
    s.step();
    if (s.how.link || s.opaque())
        s.out.mac(head.subspan(6, 6)).put(" > ").mac(head.first(6)).put(", ");
    if (s.opaque()) line_type(s, seen.type(), length);
}

void line_vlan(line_state& s) {
    const auto seen = *s.at->as<vlan>();
    const std::size_t length = s.length();
    s.out.put("vlan ").number(seen.vid()).put(", p ").number(seen.pcp());
    if (seen.dei()) s.out.put(", DEI");
    s.out.put(", ");
    s.step();
    if (s.opaque()) line_type(s, seen.type(), length);
}

void line_llc(line_state& s) {
    const auto seen = *s.at->as<llc>();
    const std::size_t length = s.length();
    s.step();
    if (!s.opaque()) return;
    const auto sap = [&](std::string_view name, llc_sap value, std::string_view bit) {
        const auto number = std::uint8_t(value);
        s.out.put(name);
        named_number(s.out, to_string(llc_sap(number & 0xfe)), number & 0xfe, 2);
        s.out.put(' ').put(bit).put(", ");
    };
    s.out.put("LLC, ");
    sap("dsap ", seen.dsap(), seen.is_group() ? "Group" : "Individual");
    sap("ssap ", seen.ssap(), seen.is_response() ? "Response" : "Command");
    s.out.put("ctrl 0x").hex(seen.control(), 2).put(", length ").number(length);
    s.finish();
}

void line_snap(line_state& s) {
    const auto seen = *s.at->as<snap>();
    const std::size_t length = s.length();
    s.step();
    if (!s.opaque()) return;
    s.out.put("SNAP, oui 0x").hex(seen.oui(), 6).put(", pid 0x");
    s.out.hex(seen.protocol_identifier(), 4).put(", length ").number(length);
    s.finish();
}

// Linux's cooked header, either version: direction and sender.
template <class View>
void line_cooked(line_state& s, View seen) {
    const std::size_t length = s.length();
    s.step();
    if (s.how.link || s.opaque()) {
        switch (seen.packet_type()) {
            case sll_packet_type{0}:
                s.out.put("In ");
                break;
            case sll_packet_type{1}:
                s.out.put("B ");
                break;
            case sll_packet_type{2}:
                s.out.put("M ");
                break;
            case sll_packet_type{3}:
                s.out.put("P ");
                break;
            case sll_packet_type{4}:
                s.out.put("Out ");
                break;
            default:
                s.out.put("type ").number(std::uint16_t(seen.packet_type())).put(' ');
        }
        if (!seen.address().empty()) s.out.mac(seen.address()).put(", ");
    }
    if (s.opaque()) line_type(s, seen.protocol(), length);
}

void line_ppp(line_state& s) {
    const auto seen = *s.at->as<ppp>();
    const std::size_t length = s.length();
    s.step();
    if (!s.opaque()) return;
    s.out.put("PPP, protocol ");
    named_number(s.out, to_string(seen.protocol()), std::uint16_t(seen.protocol()), 4);
    s.out.put(", length ").number(length);
    s.finish();
}

void line_hdlc(line_state& s) {
    const auto seen = *s.at->as<cisco_hdlc>();
    const std::size_t length = s.length();
    s.step();
    if (!s.opaque()) return;
    s.out.put("HDLC, ");
    line_type(s, seen.protocol(), length);
}

// Text in quotes, anything else in hexadecimal digits.
void tag_value(text_writer& out, bytes_view value) {
    bool is_text = true;
    for (const std::uint8_t octet : value) is_text = is_text && octet >= ' ' && octet <= '~';
    if (is_text) {
        out.put('"').printable(value).put('"');
    } else {
        out.put("0x").octets(value);
    }
}

void line_pppoe(line_state& s) {
    const auto seen = *s.at->as<pppoe>();
    const bool session = seen.code() == pppoe_code::session;
    s.out.put("PPPoE ");
    if (!session) {
        const std::string_view name = to_string(seen.code());
        if (name.empty()) s.out.put("code 0x").hex(std::uint8_t(seen.code()), 2);
        s.out.put(name);
    }
    if (session || seen.session_id() != 0) s.out.put(" [ses 0x").hex(seen.session_id()).put(']');
    if (session) s.out.put(' ');
    s.step();
    if (session) return;
    for (const auto& tag : seen.tags()) {
        const std::string_view name = to_string(tag.type());
        s.out.put(" [");
        if (name.empty()) s.out.put("0x").hex(std::uint16_t(tag.type()), 4);
        s.out.put(name);
        if (!tag.value().empty()) s.out.put(' ');
        if (!tag.value().empty()) tag_value(s.out, tag.value());
        s.out.put(']');
    }
    s.finish();
}

void arp_address(text_writer& out, bytes_view address, bool network) {
    if (network && address.size() == 4) {
        out.ipv4(be32_at(address, 0));
    } else if (address.empty()) {
        out.put("<none>");
    } else {
        out.mac(address);
    }
}

void line_arp(line_state& s) {
    const auto seen = *s.at->as<arp>();
    text_writer& out = s.out;
    const bool v4 = seen.protocol_type() == ether_type::ipv4;
    const auto sender = [&] { arp_address(out, seen.sender_protocol_address(), v4); };
    const auto target = [&] { arp_address(out, seen.target_protocol_address(), v4); };
    const auto sender_link = [&] { arp_address(out, seen.sender_hardware_address(), false); };
    const auto target_link = [&] { arp_address(out, seen.target_hardware_address(), false); };
    out.put("ARP, ");
    switch (seen.operation()) {
        case arp_operation::request: {
            bool known = false;
            for (const std::uint8_t octet : seen.target_hardware_address())
                known = known || octet != 0;
            out.put("Request who-has "), target();
            if (known) out.put(" ("), target_link(), out.put(')');
            out.put(" tell "), sender();
            break;
        }
        case arp_operation::reply:
            out.put("Reply "), sender(), out.put(" is-at "), sender_link();
            break;
        case arp_operation::reverse_request:
            out.put("Reverse Request who-is "), target_link(), out.put(" tell "), sender_link();
            break;
        case arp_operation::reverse_reply:
            out.put("Reverse Reply "), target_link(), out.put(" at "), target();
            break;
        case arp_operation::inverse_request:
            out.put("Inverse Request who-is "), target_link(), out.put(" tell "), sender_link();
            break;
        case arp_operation::inverse_reply:
            out.put("Inverse Reply "), sender_link(), out.put(" at "), sender();
            break;
        default:
            out.put("operation ").number(std::uint16_t(seen.operation()));
    }
    out.put(", length ").number(s.length());
    s.finish();
}

}  // namespace

void line_link(line_state& s) {
    switch (s.at->id()) {
        case layer::ethernet:
            return line_ethernet(s);
        case layer::vlan:
            return line_vlan(s);
        case layer::arp:
            return line_arp(s);
        case layer::llc:
            return line_llc(s);
        case layer::snap:
            return line_snap(s);
        case layer::linux_sll:
            return line_cooked(s, *s.at->as<linux_sll>());
        case layer::linux_sll2:
            return line_cooked(s, *s.at->as<linux_sll2>());
        case layer::ppp:
            return line_ppp(s);
        case layer::pppoe:
            return line_pppoe(s);
        case layer::cisco_hdlc:
            return line_hdlc(s);
        default:  // BSD's, which has no more than an address family
            s.step();
            if (s.opaque()) s.out.put("BSD loopback, length ").number(s.end);
    }
}

}  // namespace sonde::inline v0::detail
