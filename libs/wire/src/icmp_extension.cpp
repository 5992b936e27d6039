#include <algorithm>

#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/icmp_extension.hpp>

namespace sonde::inline v0 {

namespace {

/// Whether the octets are a structure beyond reasonable doubt (RFC 4884 s5.5).
bool proves_itself(bytes_view octets) noexcept {
    const auto seen = icmp_extension::view::parse(octets);
    return seen && seen->version() == icmp_extension::current_version &&
           seen->checksum_status() == checksum_state::good;
}

std::optional<parse_error> length_problem(bytes_view body, std::size_t declared_len,
                                          layer at) noexcept {
    constexpr std::size_t body_offset = 8;
    if (declared_len == 0) return std::nullopt;
    if (declared_len > body.size()) {
        return truncated(at, declared_len, body.size(), body_offset).value();
    }
    return parse_error{.reason = parse_reason::bad_length,
                       .limit = limit_field::element_length,
                       .at = at,
                       .offset_octets = body_offset,
                       .needed_octets = icmp_quote_len_min,
                       .have_octets = static_cast<std::uint32_t>(declared_len)};
}

}  // namespace

std::string_view to_string(icmp_object_class class_num) noexcept {
    switch (class_num) {
        case icmp_object_class::mpls_label_stack:
            return "MPLS Label Stack Class";
        case icmp_object_class::interface_information:
            return "Interface Information Object";
        case icmp_object_class::interface_identification:
            return "Interface Identification Object";
        case icmp_object_class::extended_information:
            return "Extended Information";
        case icmp_object_class::node_identification:
            return "Node Identification Object";
    }
    return class_num >= icmp_object_private_first ? std::string_view("Private Use")
                                                  : std::string_view();
}

std::string_view icmp_object_type_name(icmp_object_class class_num, std::uint8_t c_type) noexcept {
    switch (class_num) {
        case icmp_object_class::mpls_label_stack:
            if (c_type == 1) return "Incoming MPLS Label Stack";
            return {};
        case icmp_object_class::interface_information:
            switch (c_type >> 6) {
                case 0:
                    return "IP interface upon which datagram arrived";
                case 1:
                    return "sub-IP component of the interface upon which datagram arrived";
                case 2:
                    return "IP interface through which the datagram would have been forwarded";
                default:
                    return "IP next hop to which the datagram would have been forwarded";
            }
        case icmp_object_class::interface_identification:
            if (c_type == 1) return "Identifies Interface by Name";
            if (c_type == 2) return "Identifies Interface by Index";
            if (c_type == 3) return "Identifies Interface by Address";
            return {};
        case icmp_object_class::extended_information:
            if (c_type == 1) return "Pointer";
            return {};
        default:
            return {};
    }
}

result<icmp_extension_object> icmp_extension_object::parse(bytes_view rest) noexcept {
    if (rest.size() < header_len) {
        return truncated(layer::icmp_extension_object, header_len, rest.size());
    }
    const std::size_t declared = be16_at(rest, 0);
    const parse_error wrong{.reason = parse_reason::bad_length,
                            .limit = limit_field::element_length,
                            .at = layer::icmp_extension_object,
                            .needed_octets = header_len,
                            .have_octets = static_cast<std::uint32_t>(declared)};
    if (declared < header_len) return malformed(wrong);
    if (declared > rest.size()) {
        return truncated(layer::icmp_extension_object, declared, rest.size());
    }
    return icmp_extension_object(rest.first(declared));
}

checksum_state icmp_extension::checksum_status_of(bytes_view structure) noexcept {
    if (be16_at(structure, 2) == 0) return checksum_state::absent;
    return checksum_holds(structure) ? checksum_state::good : checksum_state::bad;
}

std::optional<parse_error> icmp_extension::error_of(bytes_view structure) noexcept {
    const auto version = static_cast<std::uint8_t>(structure[0] >> 4);
    if (version != current_version) {
        return parse_error{.reason = parse_reason::bad_version,
                           .at = layer::icmp_extension,
                           .needed_octets = current_version,
                           .have_octets = version};
    }
    const auto stopped =
        element_range<icmp_extension_object>(structure.subspan(header_len)).error();
    if (!stopped) return std::nullopt;
    return stopped->shifted(header_len);
}

result<icmp_extension> icmp_extension::read(view v) noexcept {
    return icmp_extension{.version = v.version(),
                          .reserved = v.reserved(),
                          .checksum = v.checksum(),
                          .objects = v.octets().subspan(header_len)};
}

void icmp_extension::emit(bytes_mut out) const noexcept {
    const auto first = static_cast<std::uint16_t>((version << 12) | (reserved & 0x0fff));
    const auto head = out.first<header_len>();
    put_be16<0>(head, first);
    put_be16<2>(head, checksum ? *checksum : computed_checksum(first, objects));
    copy_octets(out.subspan(header_len), objects);
}

std::uint16_t icmp_extension::computed_checksum(std::uint16_t first, bytes_view objects) noexcept {
    const std::uint16_t value = sonde::checksum().add_u16(first).add(objects).value();
    // Zero would say that there is none; 0xffff is the same number in one's complement.
    return value == 0 ? 0xffff : value;
}

icmp_quote split_icmp_quote(bytes_view body, std::size_t declared_len, layer at) noexcept {
    if (declared_len >= icmp_quote_len_min && declared_len <= body.size()) {
        return {.datagram = body.first(declared_len), .extension = body.subspan(declared_len)};
    }
    icmp_quote split{.datagram = body, .problem = length_problem(body, declared_len, at)};
    for (const std::size_t start : {declared_len, icmp_quote_len_min}) {
        if (start == 0 || start > body.size() || !proves_itself(body.subspan(start))) continue;
        split.datagram = body.first(start);
        split.extension = body.subspan(start);
        break;
    }
    return split;
}

std::size_t icmp_single_object_len(bytes_view body) noexcept {
    const auto structure = icmp_extension::view::parse(body);
    if (!structure || structure->version() != icmp_extension::current_version) return body.size();
    const auto object = icmp_extension_object::parse(body.subspan(icmp_extension::header_len));
    if (!object) return body.size();
    return icmp_extension::header_len + object->octets().size();
}

icmp_quote_layout icmp_quote_layout_of(const icmp_quote& quote, automatic<std::uint8_t> length,
                                       std::size_t unit_len) noexcept {
    const std::size_t have = quote.datagram.size();
    const std::size_t missing = have < icmp_quote_len_min ? icmp_quote_len_min - have : 0;
    if (length) {
        const bool as_old_routers_did = *length == 0 && !quote.extension.empty();
        return {.datagram_len = have,
                .padding_len = as_old_routers_did ? missing : 0,
                .length = *length};
    }
    if (quote.extension.empty()) return {.datagram_len = have};
    const std::size_t taken = std::min(have, unit_len * UINT8_MAX);
    const std::size_t units = (std::max(taken, icmp_quote_len_min) + unit_len - 1) / unit_len;
    return {.datagram_len = taken,
            .padding_len = units * unit_len - taken,
            .length = static_cast<std::uint8_t>(units)};
}

void emit_icmp_quote(bytes_mut out, const icmp_quote& quote,
                     const icmp_quote_layout& layout) noexcept {
    copy_octets(out, quote.datagram.first(layout.datagram_len));
    const auto padding = out.subspan(layout.datagram_len, layout.padding_len);
    std::fill(padding.begin(), padding.end(), std::uint8_t{0});
    copy_octets(out.subspan(layout.datagram_len + layout.padding_len), quote.extension);
}

}  // namespace sonde::inline v0
