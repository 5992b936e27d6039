// The words by which users of ping know an ICMP message.

#include <sonde/wire/network/icmp.hpp>

namespace sonde::inline v0 {

namespace {

std::string unreachable_text(std::uint8_t code, std::uint32_t information) {
    switch (icmp_unreachable_code{code}) {
        case icmp_unreachable_code::net:
            return "Destination Net Unreachable";
        case icmp_unreachable_code::host:
            return "Destination Host Unreachable";
        case icmp_unreachable_code::protocol:
            return "Destination Protocol Unreachable";
        case icmp_unreachable_code::port:
            return "Destination Port Unreachable";
        case icmp_unreachable_code::fragmentation_needed:
            return "Frag needed and DF set (mtu = " + std::to_string(information & 0xffff) + ")";
        case icmp_unreachable_code::source_route_failed:
            return "Source Route Failed";
        case icmp_unreachable_code::destination_network_unknown:
            return "Destination Net Unknown";
        case icmp_unreachable_code::destination_host_unknown:
            return "Destination Host Unknown";
        case icmp_unreachable_code::source_host_isolated:
            return "Source Host Isolated";
        case icmp_unreachable_code::network_prohibited:
            return "Destination Net Prohibited";
        case icmp_unreachable_code::host_prohibited:
            return "Destination Host Prohibited";
        case icmp_unreachable_code::network_for_type_of_service:
            return "Destination Net Unreachable for Type of Service";
        case icmp_unreachable_code::host_for_type_of_service:
            return "Destination Host Unreachable for Type of Service";
        case icmp_unreachable_code::communication_prohibited:
            return "Packet filtered";
        case icmp_unreachable_code::host_precedence_violation:
            return "Precedence Violation";
        case icmp_unreachable_code::precedence_cutoff:
            return "Precedence Cutoff";
    }
    return "Dest Unreachable, Bad Code: " + std::to_string(code);
}

std::string redirect_text(std::uint8_t code, std::uint32_t information) {
    const auto next = "(New nexthop: " + to_string(ipv4_address{information}) + ")";
    switch (icmp_redirect_code{code}) {
        case icmp_redirect_code::network:
            return "Redirect Network" + next;
        case icmp_redirect_code::host:
            return "Redirect Host" + next;
        case icmp_redirect_code::type_of_service_and_network:
            return "Redirect Type of Service and Network" + next;
        case icmp_redirect_code::type_of_service_and_host:
            return "Redirect Type of Service and Host" + next;
    }
    return "Redirect, Bad Code: " + std::to_string(code) + next;
}

std::string time_exceeded_text(std::uint8_t code) {
    switch (icmp_time_exceeded_code{code}) {
        case icmp_time_exceeded_code::in_transit:
            return "Time to live exceeded";
        case icmp_time_exceeded_code::fragment_reassembly:
            return "Frag reassembly time exceeded";
    }
    return "Time exceeded, Bad Code: " + std::to_string(code);
}

}  // namespace

std::string icmp_ping_text(icmp_type type, std::uint8_t code, std::uint32_t information) {
    switch (type) {
        case icmp_type::destination_unreachable:
            return unreachable_text(code, information);
        case icmp_type::redirect:
            return redirect_text(code, information);
        case icmp_type::time_exceeded:
            return time_exceeded_text(code);
        case icmp_type::parameter_problem:
            return "Parameter problem: pointer = " + std::to_string(information >> 24);
        case icmp_type::echo:
            return "Echo Request";
        default:
            break;
    }
    if (const auto known = to_string(type); !known.empty()) return std::string(known);
    return "Bad ICMP type: " + std::to_string(static_cast<unsigned>(type));
}

}  // namespace sonde::inline v0
