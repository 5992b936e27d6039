// What a DHCP message tells: the names in its header, or the options that took their places, the
// cookie, and every option by its code.

#include <algorithm>
#include <array>

#include <sonde/wire/application/dhcp.hpp>
#include <sonde/wire/application/dns_name.hpp>

#include "describe.hpp"

namespace sonde::inline v0 {
namespace {

using detail::tell;
using detail::tell_address;
using detail::tell_addresses;
using detail::tell_bits;
using detail::tell_chars;
using detail::tell_numbers;
using detail::tell_octets;
using detail::told_group;

constexpr std::size_t sname_at = 44;  // octets into the header
constexpr std::size_t file_at = 108;

std::string_view code_name(std::uint64_t value) noexcept {
    return to_string(dhcp_option_code(static_cast<std::uint8_t>(value)));
}

bool is_number(bytes_view value) noexcept {
    return value.size() == 1 || value.size() == 2 || value.size() == 4;
}

// The value as `put_value_text` writes it, beside the number that lies there: "-3600", "7200 s".
void tell_number(dhcp_option_code code, bytes_view value, field_sink& to) {
    std::array<char, 32> room{};
    text_room text(room);
    const dhcp_value form = value_of(code);
    if (form != dhcp_value::number || code == dhcp_option_code::time_offset)
        put_value_text(text, code, value);
    tell(to, "value", value, {field_kind::number, text.text()});
}

// Pairs of addresses; the codes say what each of a pair is.
void tell_pairs(dhcp_option_code code, bytes_view value, field_sink& to) {
    const bool filter = code == dhcp_option_code::policy_filter;
    for (; value.size() >= 8; value = value.subspan(8)) {
        const told_group group(to, filter ? "filter" : "route", {}, value.first(8));
        tell_address(to, filter ? "address" : "destination", value.first(4));
        tell_address(to, filter ? "mask" : "router", value.subspan(4, 4));
    }
    tell_octets(to, "left_over", value);
}

// RFC 3442: the width of a prefix, its significant octets, a router.
void tell_routes(bytes_view value, field_sink& to) {
    constexpr std::size_t address_len = 4;
    while (!value.empty() && value[0] <= 32) {
        const std::size_t significant = (value[0] + 7U) / 8U;
        const std::size_t len = 1 + significant + address_len;
        if (value.size() < len) break;
        const told_group group(to, "route", {}, value.first(len));
        std::array<std::uint8_t, address_len> prefix{};
        copy_octets(prefix, value.subspan(1, significant));
        std::array<char, 16> room{};
        text_room text(room);
        text.address(ipv4_address{be32_at(prefix, 0)});
        tell(to, "prefix_length", value.first(1));
        detail::tell_text(to, "destination", value.subspan(1, significant), text.text());
        tell_address(to, "router", value.subspan(1 + significant, address_len));
        value = value.subspan(len);
    }
    tell_octets(to, "left_over", value);
}

// RFC 3397 s2: names with pointers into the option.
void tell_domains(bytes_view value, field_sink& to) {
    std::size_t at = 0;
    while (at < value.size()) {
        const auto name = dns_name::parse(value, at);
        if (!name) break;
        std::array<char, dns_name::text_len_max> room{};
        to.on_field({.name = "domain_name",
                     .octets = name->octets(),
                     .kind = field_kind::octets,
                     .text = name->text(room),
                     .repeated = true});
        at += name->octets().size();
    }
    tell_octets(to, "left_over", value.subspan(at));
}

// `offset`: octets from the start of the message to the value.
void tell_suboptions(bytes_view value, std::size_t offset, field_sink& to) {
    const element_range<dhcp_suboption> all(value, {}, offset);
    for (const dhcp_suboption& one : all) {
        const told_group group(to, "suboption", {}, one.octets());
        tell(to, "code", one.octets().first(1));
        tell(to, "length", one.octets().subspan(1, 1));
        tell_octets(to, "value", one.data());
    }
    if (const auto stopped = all.error()) to.on_problem(*stopped);
}

void tell_client(bytes_view value, field_sink& to) {
    tell(to, "type", value.first(1));
    const bytes_view identifier = value.subspan(1);
    if (value[0] == 1 && identifier.size() == 6) return tell_address(to, "identifier", identifier);
    tell_octets(to, "identifier", identifier);
}

void tell_value(const dhcp_option& option, std::size_t offset, field_sink& to) {
    const bytes_view value = option.data();
    if (value.empty()) return;
    switch (value_of(option.code())) {
        case dhcp_value::text:
            return tell_chars(to, "value", value);
        case dhcp_value::number:
        case dhcp_value::seconds:
        case dhcp_value::flag:
        case dhcp_value::message_type:
            if (!is_number(value)) break;
            return tell_number(option.code(), value, to);
        case dhcp_value::numbers16:
            return tell_numbers(to, "value", value, 2);
        case dhcp_value::addresses:
            return tell_addresses(to, "address", value, 4);
        case dhcp_value::address_pairs:
            return tell_pairs(option.code(), value, to);
        case dhcp_value::codes:
            return tell_numbers(to, "option_code", value, 1, code_name);
        case dhcp_value::client:
            return tell_client(value, to);
        case dhcp_value::domain_list:
            return tell_domains(value, to);
        case dhcp_value::routes:
            return tell_routes(value, to);
        case dhcp_value::suboptions:
            return tell_suboptions(value, offset, to);
        case dhcp_value::none:
        case dhcp_value::octets:
            break;
    }
    tell_octets(to, "value", value);
}

void tell_option(const dhcp_option& option, std::size_t offset, field_sink& to) {
    const std::string_view name = to_string(option.code());
    const bytes_view octets = option.octets();
    const told_group group(to, "dhcp_option", name, octets);
    tell(to, "code", octets.first(1), {field_kind::number, name});
    if (option.code() == dhcp_option_code::end) return tell_octets(to, "padding", option.data());
    tell(to, "length", octets.subspan(1, 1));
    tell_value(option, offset + dhcp_option::header_len, to);
}

// Pads that follow each other: one element, whose length says how many.
void tell_pads(bytes_view octets, field_sink& to) {
    const told_group group(to, "dhcp_option", to_string(dhcp_option_code::pad), octets);
    tell(to, "code", octets.first(1), {field_kind::number, to_string(dhcp_option_code::pad)});
}

// `offset`: octets from the start of the message to the options.
void tell_options(bytes_view octets, std::size_t offset, field_sink& to) {
    const dhcp_option_list all(octets, {}, offset);
    std::size_t pads = 0;
    std::size_t walked = 0;
    for (const dhcp_option& option : all) {
        const bool is_pad = option.code() == dhcp_option_code::pad;
        if (!is_pad) {
            if (pads != 0) tell_pads(octets.subspan(walked - pads, pads), to);
            tell_option(option, offset + walked, to);
        }
        pads = is_pad ? pads + 1 : 0;
        walked += option.octets().size();
    }
    if (pads != 0) tell_pads(octets.subspan(walked - pads, pads), to);
    if (const auto stopped = all.error()) to.on_problem(*stopped);
}

// A name that zeros end, unless options took its place or there is none.
void tell_name_or_options(std::string_view name, std::size_t offset, bytes_view octets,
                          const detail::dhcp_option_places& places, field_sink& to) {
    const auto end = places.offsets.begin() + static_cast<std::ptrdiff_t>(places.count);
    if (std::find(places.offsets.begin(), end, offset) != end) {
        const told_group group(to, "overloaded", name, octets);
        return tell_options(octets, offset, to);
    }
    const auto zero = std::find(octets.begin(), octets.end(), std::uint8_t{0});
    const auto len = static_cast<std::size_t>(zero - octets.begin());
    if (len != 0) tell_chars(to, name, octets.first(len));
}

}  // namespace

void dhcp::describe(view seen, field_sink& to) {
    const auto places = detail::dhcp_places(seen.octets());
    const bytes_view octets = seen.octets();
    tell_bits(to, "broadcast", octets.subspan(10, 2), {0, 1});
    if (!seen.hardware_address().empty())
        tell_address(to, "client_hardware_address", seen.hardware_address());
    tell_name_or_options("server_host_name", sname_at, seen.sname(), places, to);
    tell_name_or_options("boot_file_name", file_at, seen.file(), places, to);
    if (!seen.has_magic_cookie()) return tell_octets(to, "vendor_area", seen.vendor_area());
    tell(to, "magic_cookie", octets.subspan(header_len, 4), {field_kind::hex});
    tell_options(octets.subspan(header_len + 4), header_len + 4, to);
}

}  // namespace sonde::inline v0
