// The names of the registry "Internet Control Message Protocol version 6 (ICMPv6) Parameters", and
// the words that users of ping know errors by.

#include <algorithm>
#include <array>
#include <span>

#include <sonde/wire/network/icmpv6.hpp>
#include <sonde/wire/network/icmpv6_destination_unreachable.hpp>
#include <sonde/wire/network/icmpv6_parameter_problem.hpp>
#include <sonde/wire/network/icmpv6_time_exceeded.hpp>

namespace sonde::inline v0 {
namespace {

struct named_value {
    std::uint8_t value;
    std::string_view name;
};
using names = std::span<const named_value>;

std::string_view find(names table, std::uint8_t value) noexcept {
    const auto found = std::ranges::find(table, value, &named_value::value);
    return found == table.end() ? std::string_view() : found->name;
}

constexpr std::array type_names = std::to_array<named_value>({
    {1, "Destination Unreachable"},
    {2, "Packet Too Big"},
    {3, "Time Exceeded"},
    {4, "Parameter Problem"},
    {100, "Private experimentation"},
    {101, "Private experimentation"},
    {127, "Reserved for expansion of ICMPv6 error messages"},
    {128, "Echo Request"},
    {129, "Echo Reply"},
    {130, "Multicast Listener Query"},
    {131, "Multicast Listener Report"},
    {132, "Multicast Listener Done"},
    {133, "Router Solicitation"},
    {134, "Router Advertisement"},
    {135, "Neighbor Solicitation"},
    {136, "Neighbor Advertisement"},
    {137, "Redirect Message"},
    {138, "Router Renumbering"},
    {139, "ICMP Node Information Query"},
    {140, "ICMP Node Information Response"},
    {141, "Inverse Neighbor Discovery Solicitation Message"},
    {142, "Inverse Neighbor Discovery Advertisement Message"},
    {143, "Version 2 Multicast Listener Report"},
    {144, "Home Agent Address Discovery Request Message"},
    {145, "Home Agent Address Discovery Reply Message"},
    {146, "Mobile Prefix Solicitation"},
    {147, "Mobile Prefix Advertisement"},
    {148, "Certification Path Solicitation Message"},
    {149, "Certification Path Advertisement Message"},
    {150, "ICMP messages utilized by experimental mobility protocols such as Seamoby"},
    {151, "Multicast Router Advertisement"},
    {152, "Multicast Router Solicitation"},
    {153, "Multicast Router Termination"},
    {154, "FMIPv6 Messages"},
    {155, "RPL Control Message"},
    {156, "ILNPv6 Locator Update Message"},
    {157, "Duplicate Address Request"},
    {158, "Duplicate Address Confirmation"},
    {159, "MPL Control Message"},
    {160, "Extended Echo Request"},
    {161, "Extended Echo Reply"},
    {200, "Private experimentation"},
    {201, "Private experimentation"},
    {255, "Reserved for expansion of ICMPv6 informational messages"},
});

// RFC 4443 s3.1; RFC 6550 gave 7, RFC 8883 gave 8, RFC 9914 gave 9.
constexpr std::array unreachable_codes = std::to_array<named_value>({
    {0, "no route to destination"},
    {1, "communication with destination administratively prohibited"},
    {2, "beyond scope of source address"},
    {3, "address unreachable"},
    {4, "port unreachable"},
    {5, "source address failed ingress/egress policy"},
    {6, "reject route to destination"},
    {7, "Error in Source Routing Header"},
    {8, "Headers too long"},
    {9, "Error in P-Route"},
});

constexpr std::array time_exceeded_codes = std::to_array<named_value>({
    {0, "hop limit exceeded in transit"},
    {1, "fragment reassembly time exceeded"},
});

// RFC 4443 s3.4; RFC 7112 gave 3, RFC 8754 gave 4, RFC 8883 gave 5 to 10.
constexpr std::array parameter_problem_codes = std::to_array<named_value>({
    {0, "erroneous header field encountered"},
    {1, "unrecognized Next Header type encountered"},
    {2, "unrecognized IPv6 option encountered"},
    {3, "IPv6 First Fragment has incomplete IPv6 Header Chain"},
    {4, "SR Upper-layer Header Error"},
    {5, "Unrecognized Next Header type encountered by intermediate node"},
    {6, "Extension header too big"},
    {7, "Extension header chain too long"},
    {8, "Too many extension headers"},
    {9, "Too many options in extension header"},
    {10, "Option too big"},
});

constexpr std::array router_renumbering_codes = std::to_array<named_value>({
    {0, "Router Renumbering Command"},
    {1, "Router Renumbering Result"},
    {255, "Sequence Number Reset"},
});

// RFC 4620 s4.
constexpr std::array node_query_codes = std::to_array<named_value>({
    {0, "The Data field contains an IPv6 address which is the Subject of this Query."},
    {1,
     "The Data field contains a name which is the Subject of this Query, or is empty, as in the "
     "case of a NOOP."},
    {2, "The Data field contains an IPv4 address which is the Subject of this Query."},
});
constexpr std::array node_response_codes = std::to_array<named_value>({
    {0, "A successful reply. The Reply Data field may or may not be empty."},
    {1, "The Responder refuses to supply the answer. The Reply Data field will be empty."},
    {2, "The Qtype of the Query is unknown to the Responder. The Reply Data field will be empty."},
});

// RFC 6550 s20.2, RFC 6997 s13, RFC 6998 s8, RFC 9009 s6.
constexpr std::array rpl_codes = std::to_array<named_value>({
    {0x00, "DODAG Information Solicitation"},
    {0x01, "DODAG Information Object"},
    {0x02, "Destination Advertisement Object"},
    {0x03, "Destination Advertisement Object Acknowledgment"},
    {0x04, "P2P Discovery Reply Object"},
    {0x05, "P2P Discovery Reply Object Acknowledgement"},
    {0x06, "Measurement Object"},
    {0x07, "Destination Cleanup Object"},
    {0x08, "Destination Cleanup Object Acknowledgment"},
    {0x80, "Secure DODAG Information Solicitation"},
    {0x81, "Secure DODAG Information Object"},
    {0x82, "Secure Destination Advertisement Object"},
    {0x83, "Secure Destination Advertisement Object Acknowledgment"},
    {0x84, "Secure P2P Discovery Reply Object"},
    {0x85, "Secure P2P Discovery Reply Object Acknowledgement"},
    {0x86, "Secure Measurement Object"},
    {0x87, "Secure Destination Cleanup Object"},
    {0x88, "Secure Destination Cleanup Object Acknowledgment"},
    {0x8a, "Consistency Check"},
});

// RFC 8505 s4.2: the low half of the code says how long the ROVR is, the high half is a version.
constexpr std::array duplicate_request_codes = std::to_array<named_value>({
    {0, "DAR message"},
    {1, "EDAR message with 64-bit ROVR field"},
    {2, "EDAR message with 128-bit ROVR field"},
    {3, "EDAR message with 192-bit ROVR field"},
    {4, "EDAR message with 256-bit ROVR field"},
});
constexpr std::array duplicate_confirmation_codes = std::to_array<named_value>({
    {0, "DAC message"},
    {1, "EDAC message with 64-bit ROVR field"},
    {2, "EDAC message with 128-bit ROVR field"},
    {3, "EDAC message with 192-bit ROVR field"},
    {4, "EDAC message with 256-bit ROVR field"},
});

// RFC 8335 s2, s3.
constexpr std::array extended_echo_request_codes = std::to_array<named_value>({{0, "No Error"}});
constexpr std::array extended_echo_reply_codes = std::to_array<named_value>({
    {0, "No Error"},
    {1, "Malformed Query"},
    {2, "No Such Interface"},
    {3, "No Such Table Entry"},
    {4, "Multiple Interfaces Satisfy Query"},
});

// Types whose registry has no code but 0 have no table: 0 needs no name there.
names codes_of(icmpv6_type type) noexcept {
    switch (type) {
        case icmpv6_type::destination_unreachable:
            return unreachable_codes;
        case icmpv6_type::time_exceeded:
            return time_exceeded_codes;
        case icmpv6_type::parameter_problem:
            return parameter_problem_codes;
        case icmpv6_type::router_renumbering:
            return router_renumbering_codes;
        case icmpv6_type::node_information_query:
            return node_query_codes;
        case icmpv6_type::node_information_response:
            return node_response_codes;
        case icmpv6_type::rpl_control:
            return rpl_codes;
        case icmpv6_type::duplicate_address_request:
            return duplicate_request_codes;
        case icmpv6_type::duplicate_address_confirmation:
            return duplicate_confirmation_codes;
        case icmpv6_type::extended_echo_request:
            return extended_echo_request_codes;
        case icmpv6_type::extended_echo_reply:
            return extended_echo_reply_codes;
        default:
            return {};
    }
}

// The words of iputils' ping, which its users search logs for.
std::string unreachable_text(std::uint8_t code) {
    std::string text = "Destination unreachable: ";
    switch (icmpv6_unreachable_code{code}) {
        case icmpv6_unreachable_code::no_route:
            return text + "No route";
        case icmpv6_unreachable_code::administratively_prohibited:
            return text + "Administratively prohibited";
        case icmpv6_unreachable_code::beyond_scope:
            return text + "Beyond scope of source address";
        case icmpv6_unreachable_code::address_unreachable:
            return text + "Address unreachable";
        case icmpv6_unreachable_code::port_unreachable:
            return text + "Port unreachable";
        default:
            break;
    }
    const auto name = find(unreachable_codes, code);
    // Newer codes, which ping has no words for, by the registry's name.
    return text + (name.empty() ? "Unknown code " + std::to_string(code) : std::string(name));
}

std::string time_exceeded_text(std::uint8_t code) {
    const std::string text = "Time exceeded: ";
    switch (icmpv6_time_exceeded_code{code}) {
        case icmpv6_time_exceeded_code::hop_limit_exceeded:
            return text + "Hop limit";
        case icmpv6_time_exceeded_code::reassembly_time_exceeded:
            return text + "Defragmentation failure";
    }
    return text + "code " + std::to_string(code);
}

std::string parameter_problem_text(std::uint8_t code, std::uint32_t pointer) {
    const std::string text = "Parameter problem: ";
    const std::string where = " at " + std::to_string(pointer);
    switch (icmpv6_parameter_problem_code{code}) {
        case icmpv6_parameter_problem_code::erroneous_header_field:
            return text + "Wrong header field" + where;
        case icmpv6_parameter_problem_code::unrecognized_next_header:
            return text + "Unknown header" + where;
        case icmpv6_parameter_problem_code::unrecognized_option:
            return text + "Unknown option" + where;
        default:
            break;
    }
    const auto name = find(parameter_problem_codes, code);
    return text + (name.empty() ? "code " + std::to_string(code) : std::string(name)) + where;
}

std::string packet_too_big_text(std::uint8_t code, std::uint32_t mtu) {
    std::string text = "Packet too big: mtu=" + std::to_string(mtu);
    if (code != 0) text += ", code=" + std::to_string(code);
    return text;
}

}  // namespace

std::string_view to_string(icmpv6_type type) noexcept {
    return find(type_names, static_cast<std::uint8_t>(type));
}

std::string_view icmpv6_code_name(icmpv6_type type, std::uint8_t code) noexcept {
    return find(codes_of(type), code);
}

std::string_view detail::icmpv6_type_field_name(std::uint64_t value) noexcept {
    return to_string(icmpv6_type{static_cast<std::uint8_t>(value)});
}

std::string icmpv6_ping_text(icmpv6_type type, std::uint8_t code, std::uint32_t information) {
    switch (type) {
        case icmpv6_type::destination_unreachable:
            return unreachable_text(code);
        case icmpv6_type::packet_too_big:
            return packet_too_big_text(code, information);
        case icmpv6_type::time_exceeded:
            return time_exceeded_text(code);
        case icmpv6_type::parameter_problem:
            return parameter_problem_text(code, information);
        case icmpv6_type::echo_request:
            return "Echo request";
        case icmpv6_type::echo_reply:
            return "Echo reply";
        case icmpv6_type::multicast_listener_query:
            return "MLD Query";
        case icmpv6_type::multicast_listener_report:
            return "MLD Report";
        case icmpv6_type::multicast_listener_done:
            return "MLD Reduction";
        default:
            break;
    }
    const auto name = to_string(type);
    if (!name.empty()) return std::string(name);
    return "unknown icmp type: " + std::to_string(static_cast<unsigned>(type));
}

}  // namespace sonde::inline v0
