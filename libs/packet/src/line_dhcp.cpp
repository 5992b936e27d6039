// DHCP and BOOTP in a line.

#include <sonde/wire/application/dhcp.hpp>

#include "line_state.hpp"

namespace sonde::inline v0::detail {

void line_dhcp(line_state& s) {
    constexpr std::size_t address_at = 28;  // chaddr, octets into the header
    constexpr std::size_t mac_len = 6;
    constexpr std::uint8_t ethernet_type = 1;
    const bytes_view octets = s.at->octets();
    const std::size_t length = s.length();
    s.finish();
    s.problem_told = true;  // what is cut is cut behind what is told
    text_writer& out = s.out;
    out.put("BOOTP/DHCP, ");
    const auto op = dhcp_op(octets.empty() ? std::uint8_t{0} : octets[0]);
    if (octets.empty()) {
        out.put("[|bootp]");
        return;
    }
    if (op != dhcp_op::request && op != dhcp_op::reply) {
        out.put("unknown (0x").hex(octets[0], 2).put(')');
    } else {
        out.put(op == dhcp_op::request ? "Request" : "Reply");
    }
    if (octets.size() < address_at + mac_len) {
        out.put(" [|bootp]");
        return;
    }
    if (op == dhcp_op::request && octets[1] == ethernet_type && octets[2] == mac_len)
        out.put(" from ").mac(octets.subspan(address_at, mac_len));
    out.put(", length ").number(length);
}

}  // namespace sonde::inline v0::detail
