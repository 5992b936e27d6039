#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/icmp.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

namespace {

std::string_view unreachable_name(std::uint8_t code) noexcept {
    switch (icmp_unreachable_code{code}) {
        case icmp_unreachable_code::net:
            return "Net Unreachable";
        case icmp_unreachable_code::host:
            return "Host Unreachable";
        case icmp_unreachable_code::protocol:
            return "Protocol Unreachable";
        case icmp_unreachable_code::port:
            return "Port Unreachable";
        case icmp_unreachable_code::fragmentation_needed:
            return "Fragmentation Needed and Don't Fragment was Set";
        case icmp_unreachable_code::source_route_failed:
            return "Source Route Failed";
        case icmp_unreachable_code::destination_network_unknown:
            return "Destination Network Unknown";
        case icmp_unreachable_code::destination_host_unknown:
            return "Destination Host Unknown";
        case icmp_unreachable_code::source_host_isolated:
            return "Source Host Isolated";
        case icmp_unreachable_code::network_prohibited:
            return "Communication with Destination Network is Administratively Prohibited";
        case icmp_unreachable_code::host_prohibited:
            return "Communication with Destination Host is Administratively Prohibited";
        case icmp_unreachable_code::network_for_type_of_service:
            return "Destination Network Unreachable for Type of Service";
        case icmp_unreachable_code::host_for_type_of_service:
            return "Destination Host Unreachable for Type of Service";
        case icmp_unreachable_code::communication_prohibited:
            return "Communication Administratively Prohibited";
        case icmp_unreachable_code::host_precedence_violation:
            return "Host Precedence Violation";
        case icmp_unreachable_code::precedence_cutoff:
            return "Precedence cutoff in effect";
    }
    return {};
}

std::string_view redirect_name(std::uint8_t code) noexcept {
    switch (icmp_redirect_code{code}) {
        case icmp_redirect_code::network:
            return "Redirect Datagram for the Network (or subnet)";
        case icmp_redirect_code::host:
            return "Redirect Datagram for the Host";
        case icmp_redirect_code::type_of_service_and_network:
            return "Redirect Datagram for the Type of Service and Network";
        case icmp_redirect_code::type_of_service_and_host:
            return "Redirect Datagram for the Type of Service and Host";
    }
    return {};
}

std::string_view time_exceeded_name(std::uint8_t code) noexcept {
    switch (icmp_time_exceeded_code{code}) {
        case icmp_time_exceeded_code::in_transit:
            return "Time to Live exceeded in Transit";
        case icmp_time_exceeded_code::fragment_reassembly:
            return "Fragment Reassembly Time Exceeded";
    }
    return {};
}

std::string_view parameter_problem_name(std::uint8_t code) noexcept {
    switch (icmp_parameter_problem_code{code}) {
        case icmp_parameter_problem_code::pointer_indicates_the_error:
            return "Pointer indicates the error";
        case icmp_parameter_problem_code::missing_a_required_option:
            return "Missing a Required Option";
        case icmp_parameter_problem_code::bad_length:
            return "Bad Length";
    }
    return {};
}

std::string_view router_advertisement_name(std::uint8_t code) noexcept {
    switch (icmp_router_advertisement_code{code}) {
        case icmp_router_advertisement_code::normal:
            return "Normal router advertisement";
        case icmp_router_advertisement_code::does_not_route_common_traffic:
            return "Does not route common traffic";
    }
    return {};
}

std::string_view photuris_name(std::uint8_t code) noexcept {
    switch (icmp_photuris_code{code}) {
        case icmp_photuris_code::bad_spi:
            return "Bad SPI";
        case icmp_photuris_code::authentication_failed:
            return "Authentication Failed";
        case icmp_photuris_code::decompression_failed:
            return "Decompression Failed";
        case icmp_photuris_code::decryption_failed:
            return "Decryption Failed";
        case icmp_photuris_code::need_authentication:
            return "Need Authentication";
        case icmp_photuris_code::need_authorization:
            return "Need Authorization";
    }
    return {};
}

std::string_view extended_echo_reply_name(std::uint8_t code) noexcept {
    switch (icmp_extended_echo_code{code}) {
        case icmp_extended_echo_code::no_error:
            return "No Error";
        case icmp_extended_echo_code::malformed_query:
            return "Malformed Query";
        case icmp_extended_echo_code::no_such_interface:
            return "No Such Interface";
        case icmp_extended_echo_code::no_such_table_entry:
            return "No Such Table Entry";
        case icmp_extended_echo_code::multiple_interfaces_satisfy_query:
            return "Multiple Interfaces Satisfy Query";
    }
    return {};
}

}  // namespace

bool is_error(icmp_type type) noexcept {
    switch (type) {
        case icmp_type::destination_unreachable:
        case icmp_type::source_quench:
        case icmp_type::redirect:
        case icmp_type::time_exceeded:
        case icmp_type::parameter_problem:
        case icmp_type::datagram_conversion_error:
        case icmp_type::photuris:
            return true;
        default:
            return false;
    }
}

bool is_deprecated(icmp_type type) noexcept {
    switch (type) {
        case icmp_type::source_quench:
        case icmp_type::alternate_host_address:
        case icmp_type::information_request:
        case icmp_type::information_reply:
        case icmp_type::address_mask_request:
        case icmp_type::address_mask_reply:
            return true;
        default:
            return type >= icmp_type::traceroute && type <= icmp_type::skip;
    }
}

std::string_view to_string(icmp_type type) noexcept {
    switch (type) {
        case icmp_type::echo_reply:
            return "Echo Reply";
        case icmp_type::destination_unreachable:
            return "Destination Unreachable";
        case icmp_type::source_quench:
            return "Source Quench";
        case icmp_type::redirect:
            return "Redirect";
        case icmp_type::alternate_host_address:
            return "Alternate Host Address";
        case icmp_type::echo:
            return "Echo";
        case icmp_type::router_advertisement:
            return "Router Advertisement";
        case icmp_type::router_solicitation:
            return "Router Solicitation";
        case icmp_type::time_exceeded:
            return "Time Exceeded";
        case icmp_type::parameter_problem:
            return "Parameter Problem";
        case icmp_type::timestamp:
            return "Timestamp";
        case icmp_type::timestamp_reply:
            return "Timestamp Reply";
        case icmp_type::information_request:
            return "Information Request";
        case icmp_type::information_reply:
            return "Information Reply";
        case icmp_type::address_mask_request:
            return "Address Mask Request";
        case icmp_type::address_mask_reply:
            return "Address Mask Reply";
        case icmp_type::traceroute:
            return "Traceroute";
        case icmp_type::datagram_conversion_error:
            return "Datagram Conversion Error";
        case icmp_type::mobile_host_redirect:
            return "Mobile Host Redirect";
        case icmp_type::ipv6_where_are_you:
            return "IPv6 Where-Are-You";
        case icmp_type::ipv6_i_am_here:
            return "IPv6 I-Am-Here";
        case icmp_type::mobile_registration_request:
            return "Mobile Registration Request";
        case icmp_type::mobile_registration_reply:
            return "Mobile Registration Reply";
        case icmp_type::domain_name_request:
            return "Domain Name Request";
        case icmp_type::domain_name_reply:
            return "Domain Name Reply";
        case icmp_type::skip:
            return "SKIP";
        case icmp_type::photuris:
            return "Photuris";
        case icmp_type::experimental_mobility:
            return "ICMP messages utilized by experimental mobility protocols such as Seamoby";
        case icmp_type::extended_echo_request:
            return "Extended Echo Request";
        case icmp_type::extended_echo_reply:
            return "Extended Echo Reply";
        case icmp_type::experiment_1:
            return "RFC3692-style Experiment 1";
        case icmp_type::experiment_2:
            return "RFC3692-style Experiment 2";
    }
    return {};
}

std::string_view icmp_code_name(icmp_type type, std::uint8_t code) noexcept {
    switch (type) {
        case icmp_type::destination_unreachable:
            return unreachable_name(code);
        case icmp_type::redirect:
            return redirect_name(code);
        case icmp_type::time_exceeded:
            return time_exceeded_name(code);
        case icmp_type::parameter_problem:
            return parameter_problem_name(code);
        case icmp_type::router_advertisement:
            return router_advertisement_name(code);
        case icmp_type::photuris:
            return photuris_name(code);
        case icmp_type::extended_echo_reply:
            return extended_echo_reply_name(code);
        case icmp_type::extended_echo_request:
            return code == 0 ? std::string_view("No Error") : std::string_view();
        case icmp_type::alternate_host_address:
            return code == 0 ? std::string_view("Alternate Address for Host") : std::string_view();
        case icmp_type::echo_reply:
        case icmp_type::source_quench:
        case icmp_type::echo:
        case icmp_type::router_solicitation:
        case icmp_type::timestamp:
        case icmp_type::timestamp_reply:
        case icmp_type::information_request:
        case icmp_type::information_reply:
        case icmp_type::address_mask_request:
        case icmp_type::address_mask_reply:
            return code == 0 ? std::string_view("No Code") : std::string_view();
        default:
            return {};
    }
}

layer icmp_message_layer(bytes_view message) noexcept {
    if (message.empty()) return layer::icmp;
    switch (icmp_type{message[0]}) {
        case icmp_type::echo:
        case icmp_type::echo_reply:
            return layer::icmp_echo;
        case icmp_type::destination_unreachable:
            return layer::icmp_destination_unreachable;
        case icmp_type::source_quench:
            return layer::icmp_source_quench;
        case icmp_type::redirect:
            return layer::icmp_redirect;
        case icmp_type::router_advertisement:
            return layer::icmp_router_advertisement;
        case icmp_type::router_solicitation:
            return layer::icmp_router_solicitation;
        case icmp_type::time_exceeded:
            return layer::icmp_time_exceeded;
        case icmp_type::parameter_problem:
            return layer::icmp_parameter_problem;
        case icmp_type::timestamp:
        case icmp_type::timestamp_reply:
            return layer::icmp_timestamp;
        case icmp_type::information_request:
        case icmp_type::information_reply:
            return layer::icmp_information;
        case icmp_type::address_mask_request:
        case icmp_type::address_mask_reply:
            return layer::icmp_address_mask;
        case icmp_type::photuris:
            return layer::icmp_photuris;
        case icmp_type::extended_echo_request:
            return layer::icmp_extended_echo_request;
        case icmp_type::extended_echo_reply:
            return layer::icmp_extended_echo_reply;
        default:
            return layer::icmp;
    }
}

bool icmp_checksum_holds(bytes_view message) noexcept {
    return message.size() >= icmp::header_len && checksum_holds(message);
}

std::string_view detail::icmp_type_field_name(std::uint64_t value) noexcept {
    return to_string(icmp_type{static_cast<std::uint8_t>(value)});
}

result<icmp> icmp::read(view v) noexcept {
    return icmp{.type = v.type(), .code = v.code(), .checksum = v.checksum(), .body = v.body()};
}

void icmp::emit(bytes_mut out) const noexcept {
    const std::uint16_t kind = detail::two_u8(static_cast<std::uint8_t>(type), code);
    const auto head = out.first<header_len>();
    put_be16<0>(head, kind);
    put_be16<2>(head, checksum ? *checksum : sonde::checksum().add_u16(kind).add(body).value());
    copy_octets(out.subspan(header_len), body);
}

}  // namespace sonde::inline v0
