// What lies behind the fixed headers of ICMP and ICMPv6 messages: extension structures, entries,
// and octets that nobody defined.

#include <sonde/wire/network/icmp_address_mask.hpp>
#include <sonde/wire/network/icmp_destination_unreachable.hpp>
#include <sonde/wire/network/icmp_extended_echo.hpp>
#include <sonde/wire/network/icmp_extension_objects.hpp>
#include <sonde/wire/network/icmp_information.hpp>
#include <sonde/wire/network/icmp_parameter_problem.hpp>
#include <sonde/wire/network/icmp_router_advertisement.hpp>
#include <sonde/wire/network/icmp_router_solicitation.hpp>
#include <sonde/wire/network/icmp_time_exceeded.hpp>
#include <sonde/wire/network/icmp_timestamp.hpp>
#include <sonde/wire/network/icmpv6_destination_unreachable.hpp>
#include <sonde/wire/network/icmpv6_extended_echo.hpp>
#include <sonde/wire/network/icmpv6_time_exceeded.hpp>

#include "describe.hpp"

namespace sonde::inline v0 {
namespace {

using detail::tell;
using detail::tell_address;
using detail::tell_bits;
using detail::tell_octets;
using detail::tell_text;
using detail::told_group;

void tell_label(bytes_view octets, field_sink& to) {
    const told_group group(to, "mpls_label", {}, octets);
    tell_bits(to, "label", octets, {0, 20});
    tell_bits(to, "traffic_class", octets, {20, 3});
    tell_bits(to, "bottom_of_stack", octets, {23, 1});
    tell(to, "time_to_live", octets.subspan(3, 1));
}

void tell_labels(const icmp_extension_object& object, field_sink& to) {
    bytes_view rest = object.payload();
    for (; rest.size() >= mpls_label::wire_len; rest = rest.subspan(mpls_label::wire_len))
        tell_label(rest.first(mpls_label::wire_len), to);
    tell_octets(to, "left_over", rest);
}

// RFC 5837 s4.1 to s4.4: the C-type says which parts there are, in this order.
void tell_interface(const icmp_extension_object& object, field_sink& to) {
    bytes_view rest = object.payload();
    const auto has = [&](std::uint8_t bit) { return (object.c_type() & bit) != 0; };
    const auto take = [&rest](std::size_t len) {
        const bytes_view taken = rest.first(std::min(len, rest.size()));
        rest = rest.subspan(taken.size());
        return taken;
    };
    using information = icmp_interface_information;
    const auto read = information::read(object);
    if (!read) return tell_octets(to, "payload", rest);
    if (read->if_index) tell(to, "if_index", take(4));
    if (has(information::address_bit) && read->address) {
        tell(to, "address_family", take(2));
        tell(to, "reserved", take(2), {field_kind::hex});
        tell_address(to, "address", take(read->address->is_v4() ? 4 : 16));
    }
    if (has(information::name_bit) && read->name) {
        const std::size_t name_len = rest.empty() ? 0 : rest[0];
        tell(to, "name_length", take(1));
        tell_text(to, "name", take(name_len > 0 ? name_len - 1 : 0), read->name->text());
    }
    if (read->mtu) tell(to, "mtu", take(4));
    tell_octets(to, "left_over", rest);
}

void tell_identification(const icmp_extension_object& object, field_sink& to) {
    const bytes_view payload = object.payload();
    const auto read = icmp_interface_identification::read(object);
    if (!read) return tell_octets(to, "payload", payload);
    switch (read->by) {
        case icmp_interface_identification::kind::name:
            return tell_text(to, "name", payload, read->name.text());
        case icmp_interface_identification::kind::index:
            return tell(to, "if_index", payload);
        case icmp_interface_identification::kind::address:
            tell(to, "address_family", payload.first(2));
            tell(to, "address_length", payload.subspan(2, 1));
            tell(to, "reserved", payload.subspan(3, 1), {field_kind::hex});
            tell_address(to, "address", payload.subspan(4, read->address_len));
            return tell_octets(to, "padding", payload.subspan(4U + read->address_len));
    }
}

void tell_object(const icmp_extension_object& object, field_sink& to) {
    const bytes_view octets = object.octets();
    const std::string_view name = to_string(object.class_num());
    const told_group group(to, "icmp_extension_object", name, octets);
    tell(to, "length", octets.first(2));
    tell(to, "class_num", octets.subspan(2, 1), {field_kind::number, name});
    tell(to,
         "c_type",
         octets.subspan(3, 1),
         {field_kind::number, icmp_object_type_name(object.class_num(), object.c_type())});
    switch (object.class_num()) {
        case icmp_object_class::mpls_label_stack:
            return tell_labels(object, to);
        case icmp_object_class::interface_information:
            return tell_interface(object, to);
        case icmp_object_class::interface_identification:
            return tell_identification(object, to);
        default:
            if (read_extended_information_pointer(object))
                return tell(to, "pointer", object.payload());
            return tell_octets(to, "payload", object.payload());
    }
}

// `offset`: of the structure in its message, from which errors count.
void tell_extension(bytes_view structure, std::size_t offset, field_sink& to) {
    if (structure.empty()) return;
    const auto seen = icmp_extension::view::parse(structure);
    if (!seen) return to.on_problem(seen.error().shifted(offset));
    const told_group group(to, "icmp_extension", {}, structure);
    tell_bits(to, "version", structure.first(2), {0, 4});
    tell_bits(to, "reserved", structure.first(2), {4, 12}, {field_kind::hex});
    tell(to, "checksum", structure.subspan(2, 2), {field_kind::hex});
    for (const icmp_extension_object& object : seen->objects()) tell_object(object, to);
    if (const auto error = seen->error()) to.on_problem(error->shifted(offset));
}

// Of an error: what stands behind the quoted datagram.
template <class View>
void tell_behind_quote(View seen, std::size_t header_len, field_sink& to) {
    const icmp_quote quote = seen.quote();
    if (quote.problem) to.on_problem(*quote.problem);
    tell_extension(quote.extension, header_len + quote.datagram.size(), to);
}

}  // namespace

void icmp_destination_unreachable::describe(view seen, field_sink& to) {
    tell_behind_quote(seen, header_len, to);
}
void icmp_time_exceeded::describe(view seen, field_sink& to) {
    tell_behind_quote(seen, header_len, to);
}
void icmp_parameter_problem::describe(view seen, field_sink& to) {
    tell_behind_quote(seen, header_len, to);
}
void icmpv6_destination_unreachable::describe(view seen, field_sink& to) {
    tell_behind_quote(seen, header_len, to);
}
void icmpv6_time_exceeded::describe(view seen, field_sink& to) {
    tell_behind_quote(seen, header_len, to);
}

void icmp_extended_echo_request::describe(view seen, field_sink& to) {
    tell_extension(seen.extension(), header_len, to);
}
void icmpv6_extended_echo_request::describe(view seen, field_sink& to) {
    tell_extension(seen.extension(), header_len, to);
}

void icmp_router_advertisement::describe(view seen, field_sink& to) {
    const std::size_t len = std::size_t{seen.addr_entry_size()} * 4;
    const bytes_view entries = seen.entries();
    const std::size_t count = seen.entry_count();
    for (std::size_t i = 0; i < count; ++i) {
        const bytes_view octets = entries.subspan(i * len, len);
        const told_group group(to, "router_entry", {}, octets);
        tell_address(to, "router_address", octets.first(4));
        // Two's complement; the least value of all has a meaning of its own.
        const bool never =
            seen.entry(i).preference_level == icmp_router_entry::not_a_default_router;
        tell(to,
             "preference_level",
             octets.subspan(4, 4),
             {field_kind::hex, never ? "not a default router" : ""});
        tell_octets(to, "left_over", octets.subspan(entry_len));
    }
    if (const auto error = seen.error()) to.on_problem(*error);
    tell_octets(to, "left_over", entries.subspan(count * len));
}

void icmp::describe(view seen, field_sink& to) {
    tell_octets(to, "rest_of_header", seen.rest_of_header());
}
void icmp_address_mask::describe(view seen, field_sink& to) {
    tell_octets(to, "trailing", seen.trailing());
}
void icmp_information::describe(view seen, field_sink& to) {
    tell_octets(to, "trailing", seen.trailing());
}
void icmp_router_solicitation::describe(view seen, field_sink& to) {
    tell_octets(to, "trailing", seen.trailing());
}
void icmp_timestamp::describe(view seen, field_sink& to) {
    tell_octets(to, "trailing", seen.trailing());
}
void icmp_extended_echo_reply::describe(view seen, field_sink& to) {
    tell_octets(to, "trailing", seen.trailing());
}
void icmpv6_extended_echo_reply::describe(view seen, field_sink& to) {
    tell_octets(to, "trailing", seen.trailing());
}

}  // namespace sonde::inline v0
