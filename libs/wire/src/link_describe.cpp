// What lies behind, or across, the fixed headers of link layers and tunnels.

#include <sonde/wire/link/arp.hpp>
#include <sonde/wire/link/llc.hpp>
#include <sonde/wire/link/null.hpp>
#include <sonde/wire/link/ppp.hpp>
#include <sonde/wire/link/pppoe.hpp>
#include <sonde/wire/link/sll.hpp>
#include <sonde/wire/network/gre.hpp>
#include <sonde/wire/transport/geneve.hpp>

#include "describe.hpp"

namespace sonde::inline v0 {
namespace {

using detail::tell;
using detail::tell_address;
using detail::tell_bits;
using detail::tell_octets;
using detail::told_group;

// An address of a kind that its length alone would not tell.
void tell_as(field_sink& to, std::string_view name, bytes_view octets, field_kind kind) {
    if (!octets.empty()) to.on_field({.name = name, .octets = octets, .kind = kind});
}

void tell_tag(const pppoe_tag::view& tag, field_sink& to) {
    const told_group group(to, "pppoe_tag", to_string(tag.type()), tag.octets());
    tell(to, "type", tag.octets().first(2), {field_kind::hex, to_string(tag.type())});
    tell(to, "length", tag.octets().subspan(2, 2));
    tell_octets(to, "value", tag.value());
}

}  // namespace

void arp::describe(view seen, field_sink& to) {
    const field_kind link = seen.hardware_length() == 6 ? field_kind::mac : field_kind::octets;
    const bool v4 = seen.protocol_type() == ether_type::ipv4 && seen.protocol_length() == 4;
    const field_kind network = v4 ? field_kind::ipv4 : field_kind::octets;
    tell_as(to, "sender_hardware_address", seen.sender_hardware_address(), link);
    tell_as(to, "sender_protocol_address", seen.sender_protocol_address(), network);
    tell_as(to, "target_hardware_address", seen.target_hardware_address(), link);
    tell_as(to, "target_protocol_address", seen.target_protocol_address(), network);
    if (const auto len = seen.checked_len(); !len) to.on_problem(len.error());
}

void llc::describe(view seen, field_sink& to) {
    const auto len = seen.checked_header_length();
    if (!len) return to.on_problem(len.error());
    // Of two octets, the first is the low one.
    to.on_field({.name = "control",
                 .octets = seen.octets().subspan(2, *len - 2),
                 .kind = field_kind::hex,
                 .number = seen.control(),
                 .value_name = seen.format() == llc_format::information   ? "information"
                               : seen.format() == llc_format::supervisory ? "supervisory"
                                                                          : "unnumbered"});
}

void bsd_null::describe(view seen, field_sink& to) {
    to.on_field({.name = "family",
                 .octets = seen.octets().first(header_len),
                 .number = static_cast<std::uint64_t>(seen.family()),
                 .value_name = to_string(seen.family())});
}

void ppp::describe(view seen, field_sink& to) {
    bytes_view rest = seen.octets().first(seen.header_length());
    if (seen.has_address_and_control()) {
        tell(to, "address", rest.first(1), {field_kind::hex});
        tell(to, "control", rest.subspan(1, 1), {field_kind::hex});
        rest = rest.subspan(2);
    }
    tell(to, "protocol", rest, {field_kind::hex, to_string(seen.protocol())});
}

void pppoe::describe(view seen, field_sink& to) {
    if (seen.code() == pppoe_code::session) return;
    const auto tags = seen.tags();
    for (const pppoe_tag::view& tag : tags) tell_tag(tag, to);
    if (const auto error = tags.error()) to.on_problem(*error);
}

void linux_sll::describe(view seen, field_sink& to) {
    if (!seen.address().empty()) tell_address(to, "sender_address", seen.address());
}

void linux_sll2::describe(view seen, field_sink& to) {
    if (!seen.address().empty()) tell_address(to, "sender_address", seen.address());
}

void gre::describe(view seen, field_sink& to) {
    bytes_view rest = seen.octets().subspan(header_len);
    const auto take = [&rest](std::size_t len) {
        const bytes_view taken = rest.first(len);
        rest = rest.subspan(len);
        return taken;
    };
    if (seen.checksum()) {
        tell(to, "checksum", take(2), {field_kind::hex});
        tell(to, "offset", take(2));
    }
    if (seen.pptp()) {
        tell(to, "payload_length", take(2));
        tell(to, "call_id", take(2));
    } else if (seen.key()) {
        tell(to, "key", take(4), {field_kind::hex});
    }
    if (seen.sequence_number()) tell(to, "sequence_number", take(4));
    if (seen.acknowledgment_number()) tell(to, "acknowledgment_number", take(4));
}

void geneve::describe(view seen, field_sink& to) {
    const auto options = seen.option_list();
    for (const geneve_option::view& option : options) {
        const bytes_view octets = option.octets();
        const told_group group(to, "geneve_option", {}, octets);
        tell(to, "option_class", octets.first(2), {field_kind::hex});
        tell(to, "type", octets.subspan(2, 1), {field_kind::hex});
        tell_bits(to, "reserved", octets.subspan(3, 1), {0, 3});
        tell_bits(to, "length", octets.subspan(3, 1), {3, 5});
        tell_octets(to, "data", option.data());
    }
    if (const auto error = options.error()) to.on_problem(*error);
}

}  // namespace sonde::inline v0
