// The rows: which protocols keep lists, and how an element of each lies.

#include <algorithm>
#include <array>

#include <sonde/wire/application/dhcp_options.hpp>
#include <sonde/wire/application/dns_numbers.hpp>
#include <sonde/wire/link/pppoe.hpp>
#include <sonde/wire/network/icmp_extension.hpp>
#include <sonde/wire/network/ipv4_options.hpp>
#include <sonde/wire/network/ipv6_options.hpp>
#include <sonde/wire/network/nd_options.hpp>
#include <sonde/wire/transport/geneve.hpp>
#include <sonde/wire/transport/sctp_chunks.hpp>
#include <sonde/wire/transport/tcp_options.hpp>

#include "element_codec.hpp"

namespace sonde::inline v0::detail {
namespace {

using octets_made = std::optional<std::vector<std::uint8_t>>;

octets_made behind(std::initializer_list<std::uint8_t> head, bytes_view value) {
    std::vector<std::uint8_t> made(head);
    made.insert(made.end(), value.begin(), value.end());
    return made;
}
std::uint8_t low(std::size_t number) noexcept { return static_cast<std::uint8_t>(number); }

void pad_with_zeros(std::vector<std::uint8_t>& area, std::size_t len) {
    area.resize(area.size() + len, 0);
}
bool never_padding(bytes_view) noexcept { return false; }
std::string_view no_name(std::uint32_t) noexcept { return {}; }

// IPv4 and TCP (RFC 791 s3.1, RFC 9293 s3.1): an octet of kind, a length that counts both.
std::size_t header_option_len(bytes_view rest) noexcept {
    if (rest[0] == 0) return rest.size();
    if (rest[0] == 1) return 1;
    if (rest.size() < 2 || rest[1] < 2 || rest[1] > rest.size()) return 0;
    return rest[1];
}
std::uint32_t first_octet(bytes_view element) noexcept { return element[0]; }
bytes_view header_option_value(bytes_view element) noexcept {
    return element.subspan(element[0] <= 1 ? 1 : 2);
}
octets_made make_header_option(std::uint32_t type, bytes_view value) {
    if (type <= 1) return behind({low(type)}, value);
    if (type > 255 || value.size() > 253) return std::nullopt;
    return behind({low(type), low(value.size() + 2)}, value);
}
bool is_zeros(bytes_view element) noexcept {
    return std::all_of(element.begin(), element.end(), [](auto octet) { return octet == 0; });
}
std::string_view ipv4_option_name(std::uint32_t type) noexcept {
    return to_string(ipv4_option_type(static_cast<std::uint8_t>(type)));
}
std::string_view tcp_option_name(std::uint32_t type) noexcept {
    return to_string(tcp_option_kind(static_cast<std::uint8_t>(type)));
}
constexpr element_form ipv4_form{header_option_len,
                                 first_octet,
                                 header_option_value,
                                 make_header_option,
                                 is_zeros,
                                 pad_with_zeros,
                                 ipv4_option_name,
                                 255,
                                 "option"};
constexpr element_form tcp_form{header_option_len,
                                first_octet,
                                header_option_value,
                                make_header_option,
                                is_zeros,
                                pad_with_zeros,
                                tcp_option_name,
                                255,
                                "option"};
// Of several names of one type the first is the one that is printed.
constexpr std::array ipv4_kinds{element_kind{"end_of_list", 0, "x"},
                                element_kind{"no_operation", 1, ""},
                                element_kind{"nop", 1, ""},
                                element_kind{"record_route", 7, "1a*"},
                                element_kind{"mtu_probe", 11, "2"},
                                element_kind{"mtu_reply", 12, "2"},
                                element_kind{"timestamp", 68, "11x"},
                                element_kind{"loose_source_route", 131, "1a*"},
                                element_kind{"stream_identifier", 136, "2"},
                                element_kind{"strict_source_route", 137, "1a*"},
                                element_kind{"router_alert", 148, "2"}};
constexpr std::array tcp_kinds{element_kind{"end_of_list", 0, "x"},
                               element_kind{"eol", 0, "x"},
                               element_kind{"no_operation", 1, ""},
                               element_kind{"nop", 1, ""},
                               element_kind{"maximum_segment_size", 2, "2"},
                               element_kind{"mss", 2, "2"},
                               element_kind{"window_scale", 3, "1"},
                               element_kind{"sack_permitted", 4, ""},
                               element_kind{"sack", 5, "4*"},
                               element_kind{"echo", 6, "4"},
                               element_kind{"echo_reply", 7, "4"},
                               element_kind{"timestamps", 8, "44"},
                               element_kind{"user_timeout", 28, "2"}};

// IPv6 (RFC 8200 s4.2): type, length of the data; Pad1 is a single octet.
std::size_t ipv6_option_len(bytes_view rest) noexcept {
    if (rest[0] == 0) return 1;
    if (rest.size() < 2 || std::size_t{rest[1]} + 2 > rest.size()) return 0;
    return std::size_t{rest[1]} + 2;
}
bytes_view ipv6_option_value(bytes_view element) noexcept {
    return element.subspan(element[0] == 0 ? 1 : 2);
}
octets_made make_ipv6_option(std::uint32_t type, bytes_view value) {
    if (type == 0) return behind({0}, value);
    if (type > 255 || value.size() > 255) return std::nullopt;
    return behind({low(type), low(value.size())}, value);
}
bool is_ipv6_padding(bytes_view element) noexcept { return element[0] <= 1; }
void pad_ipv6(std::vector<std::uint8_t>& area, std::size_t len) {
    if (len == 0) return;
    if (len == 1) return area.push_back(0);
    area.push_back(1);
    area.push_back(low(len - 2));
    area.resize(area.size() + len - 2, 0);
}
std::string_view ipv6_option_name(std::uint32_t type) noexcept {
    return to_string(ipv6_option_type(static_cast<std::uint8_t>(type)));
}
constexpr element_form ipv6_form{ipv6_option_len,
                                 first_octet,
                                 ipv6_option_value,
                                 make_ipv6_option,
                                 is_ipv6_padding,
                                 pad_ipv6,
                                 ipv6_option_name,
                                 255,
                                 "option"};
constexpr std::array ipv6_kinds{element_kind{"pad1", 0, ""},
                                element_kind{"pad_n", 1, "x"},
                                element_kind{"tunnel_encapsulation_limit", 4, "1"},
                                element_kind{"router_alert", 5, "2", 2, 0},
                                element_kind{"jumbo_payload", 0xc2, "4", 4, 2},
                                element_kind{"home_address", 0xc9, "A", 8, 6}};

// Neighbor discovery (RFC 4861 s4.6): type, length in words of 8 octets.
std::size_t nd_option_len(bytes_view rest) noexcept {
    const std::size_t len = rest.size() < 2 ? 0 : std::size_t{rest[1]} * 8;
    return len <= rest.size() ? len : 0;
}
bytes_view behind_two(bytes_view element) noexcept { return element.subspan(2); }
octets_made make_nd_option(std::uint32_t type, bytes_view value) {
    const std::size_t words = (value.size() + 2 + 7) / 8;
    if (type > 255 || words > 255) return std::nullopt;
    octets_made made = behind({low(type), low(words)}, value);
    made->resize(words * 8, 0);
    return made;
}
std::string_view nd_option_name(std::uint32_t type) noexcept {
    return to_string(nd_option_type(static_cast<std::uint8_t>(type)));
}
constexpr element_form nd_form{nd_option_len,
                               first_octet,
                               behind_two,
                               make_nd_option,
                               never_padding,
                               pad_with_zeros,
                               nd_option_name,
                               255,
                               "option"};
constexpr std::array nd_kinds{element_kind{"source_link_layer_address", 1, "m"},
                              element_kind{"target_link_layer_address", 2, "m"},
                              element_kind{"prefix_information", 3, "1144_4A"},
                              element_kind{"redirected_header", 4, "_2_4x"},
                              element_kind{"mtu", 5, "_24"},
                              element_kind{"nonce", 14, "x"},
                              element_kind{"route_information", 24, "114x"},
                              element_kind{"recursive_dns_server", 25, "_24A*"},
                              element_kind{"dns_search_list", 31, "_24x"}};

// PPPoE tags (RFC 2516 appendix A): type and length of 16 bits.
std::size_t pppoe_tag_len(bytes_view rest) noexcept {
    if (rest.size() < 4) return 0;
    const std::size_t len = std::size_t{be16_at(rest, 2)} + 4;
    return len <= rest.size() ? len : 0;
}
std::uint32_t type_of_16(bytes_view element) noexcept { return be16_at(element, 0); }
bytes_view behind_four(bytes_view element) noexcept { return element.subspan(4); }
octets_made make_pppoe_tag(std::uint32_t type, bytes_view value) {
    if (type > 0xffff || value.size() > 0xffff) return std::nullopt;
    return behind({low(type >> 8), low(type), low(value.size() >> 8), low(value.size())}, value);
}
std::string_view pppoe_tag_name(std::uint32_t type) noexcept {
    return to_string(pppoe_tag_type(static_cast<std::uint16_t>(type)));
}
constexpr element_form pppoe_form{pppoe_tag_len,
                                  type_of_16,
                                  behind_four,
                                  make_pppoe_tag,
                                  never_padding,
                                  pad_with_zeros,
                                  pppoe_tag_name,
                                  0x0203,
                                  "tag"};
constexpr std::array pppoe_kinds{element_kind{"end_of_list", 0x0000, ""},
                                 element_kind{"service_name", 0x0101, "t"},
                                 element_kind{"ac_name", 0x0102, "t"},
                                 element_kind{"ppp_max_payload", 0x0120, "2"},
                                 element_kind{"service_name_error", 0x0201, "t"},
                                 element_kind{"ac_system_error", 0x0202, "t"},
                                 element_kind{"generic_error", 0x0203, "t"}};

// GENEVE (RFC 8926 s3.5): class and type, together a number of 24 bits; a length in words.
std::size_t geneve_option_len(bytes_view rest) noexcept {
    if (rest.size() < 4) return 0;
    const std::size_t len = std::size_t{rest[3] & 0x1fU} * 4 + 4;
    return len <= rest.size() ? len : 0;
}
std::uint32_t type_of_24(bytes_view element) noexcept { return be32_at(element, 0) >> 8; }
octets_made make_geneve_option(std::uint32_t type, bytes_view value) {
    const std::size_t words = (value.size() + 3) / 4;
    if (type > 0xffffff || words > 31) return std::nullopt;
    octets_made made = behind({low(type >> 16), low(type >> 8), low(type), low(words)}, value);
    made->resize(4 + words * 4, 0);
    return made;
}
constexpr element_form geneve_form{geneve_option_len,
                                   type_of_24,
                                   behind_four,
                                   make_geneve_option,
                                   never_padding,
                                   pad_with_zeros,
                                   no_name,
                                   0,
                                   "option"};

// ICMP extension objects (RFC 4884 s7): a length with the header, class and C-type together a
// number of 16 bits.
std::size_t icmp_object_len(bytes_view rest) noexcept {
    if (rest.size() < 4) return 0;
    const std::size_t len = be16_at(rest, 0);
    return len >= 4 && len <= rest.size() ? len : 0;
}
std::uint32_t icmp_object_type(bytes_view element) noexcept { return be16_at(element, 2); }
octets_made make_icmp_object(std::uint32_t type, bytes_view value) {
    const std::size_t len = 4 + (value.size() + 3) / 4 * 4;  // whole words, RFC 4884 s7
    if (type > 0xffff || len > 0xffff) return std::nullopt;
    octets_made made = behind({low(len >> 8), low(len), low(type >> 8), low(type)}, value);
    made->resize(len, 0);
    return made;
}
constexpr element_form icmp_object_form{icmp_object_len,
                                        icmp_object_type,
                                        behind_four,
                                        make_icmp_object,
                                        never_padding,
                                        pad_with_zeros,
                                        no_name,
                                        0,
                                        "object"};
constexpr std::array icmp_object_kinds{element_kind{"mpls_label_stack", 0x0101, "L*"},
                                       element_kind{"mpls", 0x0101, "L*"},
                                       element_kind{"interface_name", 0x0301, "t"},
                                       element_kind{"interface_index", 0x0302, "4"},
                                       element_kind{"extended_information", 0x0401, "4"}};

// DHCP (RFC 2132 s2): code, length of the value; pad and end are single octets.
std::size_t dhcp_option_len(bytes_view rest) noexcept {
    if (rest[0] == 0) return 1;
    if (rest[0] == 255) return rest.size();
    return ipv6_option_len(rest);
}
bytes_view dhcp_option_value(bytes_view element) noexcept {
    return element.subspan(element[0] == 0 || element[0] == 255 ? 1 : 2);
}
octets_made make_dhcp_option(std::uint32_t code, bytes_view value) {
    if (code == 0 || code == 255) return behind({low(code)}, value);
    return make_ipv6_option(code, value);
}
bool is_dhcp_padding(bytes_view element) noexcept {
    return element[0] == 0 || (element[0] == 255 && is_zeros(element.subspan(1)));
}
void end_dhcp_options(std::vector<std::uint8_t>& area) { area.push_back(255); }
std::string_view dhcp_option_name(std::uint32_t code) noexcept {
    return to_string(dhcp_option_code(static_cast<std::uint8_t>(code)));
}
constexpr element_form dhcp_form{dhcp_option_len,
                                 first_octet,
                                 dhcp_option_value,
                                 make_dhcp_option,
                                 is_dhcp_padding,
                                 pad_with_zeros,
                                 dhcp_option_name,
                                 255,
                                 "option",
                                 end_dhcp_options};
constexpr std::array dhcp_kinds{element_kind{"pad", 0, ""},
                                element_kind{"subnet_mask", 1, "a"},
                                element_kind{"router", 3, "a*"},
                                element_kind{"domain_name_server", 6, "a*"},
                                element_kind{"host_name", 12, "t"},
                                element_kind{"domain_name", 15, "t"},
                                element_kind{"requested_ip_address", 50, "a"},
                                element_kind{"address_lease_time", 51, "4"},
                                element_kind{"message_type", 53, "1"},
                                element_kind{"server_identifier", 54, "a"},
                                element_kind{"parameter_request_list", 55, "1*"},
                                element_kind{"end", 255, "x"}};

// SCTP chunks (RFC 9260 s3.2): type, flags, a length that counts both, and zeros to a whole word
// that it does not count.
std::size_t sctp_chunk_len(bytes_view rest) noexcept {
    const auto seen = sctp_chunk::view::parse(rest);
    return seen ? seen->octets().size() : 0;
}
bytes_view sctp_chunk_value(bytes_view element) noexcept {
    return element.first(be16_at(element, 2)).subspan(4);
}
octets_made make_sctp_chunk(std::uint32_t type, bytes_view flags_and_value) {
    if (type > 255 || flags_and_value.size() > 0xffff - 3) return std::nullopt;
    const bytes_view told = flags_and_value;
    const std::uint8_t flags = told.empty() ? std::uint8_t{0} : told[0];
    const bytes_view value = told.subspan(told.empty() ? 0 : 1);
    const std::size_t len = value.size() + 4;
    octets_made made = behind({low(type), flags, low(len >> 8), low(len)}, value);
    made->resize((len + 3) / 4 * 4, 0);
    return made;
}
constexpr element_form sctp_form{.len = sctp_chunk_len,
                                 .type = first_octet,
                                 .value = sctp_chunk_value,
                                 .make = make_sctp_chunk,
                                 .is_padding = never_padding,
                                 .pad = pad_with_zeros,
                                 .type_name = no_name,
                                 .named_type_max = 0,
                                 .noun = "chunk",
                                 .unknown_pattern = "1x",
                                 .has_flags = true,
                                 .aligned = 4};
// Flags first; then the fixed fields in their order; parameters, causes and the rest as octets.
constexpr std::array sctp_kinds{element_kind{"data", 0, "14224x"},
                                element_kind{"init", 1, "144224x"},
                                element_kind{"init_ack", 2, "144224x"},
                                element_kind{"sack", 3, "14422x"},
                                element_kind{"heartbeat", 4, "1x"},
                                element_kind{"heartbeat_ack", 5, "1x"},
                                element_kind{"abort", 6, "1x"},
                                element_kind{"shutdown", 7, "14"},
                                element_kind{"shutdown_ack", 8, "1"},
                                element_kind{"error", 9, "1x"},
                                element_kind{"cookie_echo", 10, "1x"},
                                element_kind{"cookie_ack", 11, "1"},
                                element_kind{"ecne", 12, "14"},
                                element_kind{"cwr", 13, "14"},
                                element_kind{"shutdown_complete", 14, "1"},
                                element_kind{"auth", 15, "122x"},
                                element_kind{"i_data", 64, "142_244x"},
                                element_kind{"asconf_ack", 128, "14x"},
                                element_kind{"re_config", 130, "1x"},
                                element_kind{"pad", 132, "1x"},
                                element_kind{"forward_tsn", 192, "14x"},
                                element_kind{"asconf", 193, "14x"},
                                element_kind{"i_forward_tsn", 194, "14x"}};
constexpr std::size_t sctp_chunks_max = 65535 - 20 - 12;  // octets: what a datagram of IPv4 leaves

// Options of DNS (RFC 6891 s6.1.2): code and length of 16 bits, as PPPoE's tags have them.
std::string_view dns_option_name(std::uint32_t code) noexcept {
    return to_string(dns_option_code(static_cast<std::uint16_t>(code)));
}
constexpr element_form dns_option_form{pppoe_tag_len,
                                       type_of_16,
                                       behind_four,
                                       make_pppoe_tag,
                                       never_padding,
                                       pad_with_zeros,
                                       dns_option_name,
                                       0xff,
                                       "option"};
constexpr std::array dns_option_kinds{element_kind{"nsid", 3, "t"},
                                      element_kind{"client_subnet", 8, "211x"},
                                      element_kind{"extended_error", 15, "2t"}};
constexpr element_codec dns_options_row{layer::dns_option,
                                        "options",
                                        element_place::body,
                                        0,
                                        65535,
                                        1,
                                        &dns_option_form,
                                        dns_option_kinds};

constexpr std::size_t icmp_objects_max = 65507;  // octets: what a datagram of IPv4 leaves

constexpr element_codec nd_list(layer of, std::size_t area_at) {
    return {of, "options", element_place::header, area_at, 65495, 8, &nd_form, nd_kinds};
}
constexpr element_codec object_list(layer of) {
    return {of,
            "objects",
            element_place::trailer,
            4,
            icmp_objects_max,
            4,
            &icmp_object_form,
            icmp_object_kinds};
}

constexpr std::array codecs{
    element_codec{layer::ipv4, "options", element_place::header, 20, 40, 4, &ipv4_form, ipv4_kinds},
    element_codec{layer::tcp, "options", element_place::header, 20, 40, 4, &tcp_form, tcp_kinds},
    element_codec{layer::ipv6_hop_by_hop,
                  "options",
                  element_place::header,
                  2,
                  2046,
                  8,
                  &ipv6_form,
                  ipv6_kinds},
    element_codec{layer::ipv6_destination_options,
                  "options",
                  element_place::header,
                  2,
                  2046,
                  8,
                  &ipv6_form,
                  ipv6_kinds},
    nd_list(layer::router_solicitation, 8),
    nd_list(layer::router_advertisement, 16),
    nd_list(layer::neighbor_solicitation, 24),
    nd_list(layer::neighbor_advertisement, 24),
    nd_list(layer::nd_redirect, 40),
    // Behind the header and the cookie.
    element_codec{
        layer::dhcp, "options", element_place::header, 240, 65267, 1, &dhcp_form, dhcp_kinds},
    element_codec{layer::geneve, "options", element_place::header, 8, 252, 4, &geneve_form, {}},
    element_codec{layer::sctp,
                  "chunks",
                  element_place::around,
                  12,
                  sctp_chunks_max,
                  1,
                  &sctp_form,
                  sctp_kinds},
    element_codec{layer::pppoe, "tags", element_place::body, 0, 65535, 1, &pppoe_form, pppoe_kinds},
    object_list(layer::icmp_destination_unreachable),
    object_list(layer::icmp_time_exceeded),
    object_list(layer::icmp_parameter_problem),
    object_list(layer::icmpv6_destination_unreachable),
    object_list(layer::icmpv6_time_exceeded),
};

}  // namespace

const element_codec* codec_of(layer id) noexcept {
    for (const element_codec& one : codecs) {
        if (one.of == id) return &one;
    }
    return nullptr;
}
const element_codec& dns_option_codec() noexcept { return dns_options_row; }

}  // namespace sonde::inline v0::detail
