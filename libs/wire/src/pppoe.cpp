#include <sonde/wire/link/pppoe.hpp>

namespace sonde::inline v0 {

std::string_view to_string(pppoe_code code) noexcept {
    switch (code) {
        case pppoe_code::session:
            return "session";
        case pppoe_code::padi:
            return "PADI";
        case pppoe_code::padg:
            return "PADG";
        case pppoe_code::padc:
            return "PADC";
        case pppoe_code::padq:
            return "PADQ";
        case pppoe_code::pado:
            return "PADO";
        case pppoe_code::padr:
            return "PADR";
        case pppoe_code::pads:
            return "PADS";
        case pppoe_code::padt:
            return "PADT";
    }
    return {};
}

std::string_view to_string(pppoe_tag_type type) noexcept {
    switch (type) {
        case pppoe_tag_type::end_of_list:
            return "End-Of-List";
        case pppoe_tag_type::service_name:
            return "Service-Name";
        case pppoe_tag_type::ac_name:
            return "AC-Name";
        case pppoe_tag_type::host_uniq:
            return "Host-Uniq";
        case pppoe_tag_type::ac_cookie:
            return "AC-Cookie";
        case pppoe_tag_type::vendor_specific:
            return "Vendor-Specific";
        case pppoe_tag_type::credits:
            return "Credits";
        case pppoe_tag_type::metrics:
            return "Metrics";
        case pppoe_tag_type::sequence_number:
            return "Sequence Number";
        case pppoe_tag_type::credit_scale_factor:
            return "Credit Scale Factor";
        case pppoe_tag_type::relay_session_id:
            return "Relay-Session-Id";
        case pppoe_tag_type::ppp_max_payload:
            return "PPP-Max-Payload";
        case pppoe_tag_type::service_name_error:
            return "Service-Name-Error";
        case pppoe_tag_type::ac_system_error:
            return "AC-System-Error";
        case pppoe_tag_type::generic_error:
            return "Generic-Error";
    }
    return {};
}

namespace detail {
std::string_view pppoe_code_field_name(std::uint64_t value) noexcept {
    return to_string(pppoe_code(static_cast<std::uint8_t>(value)));
}
}  // namespace detail

result<pppoe_tag::view> pppoe_tag::view::parse(bytes_view rest) noexcept {
    if (rest.size() < header_len) return truncated(layer::pppoe_tag, header_len, rest.size());
    const std::size_t len = header_len + be16_at(rest, 2);
    if (rest.size() < len) {
        return malformed({.reason = parse_reason::truncated,
                          .limit = limit_field::element_length,
                          .at = layer::pppoe_tag,
                          .needed_octets = static_cast<std::uint32_t>(len),
                          .have_octets = static_cast<std::uint32_t>(rest.size())});
    }
    return view(rest.first(len));
}

void pppoe_tag::emit(bytes_mut out) const noexcept {
    put_be16_at(out, 0, static_cast<std::uint16_t>(type));
    put_be16_at(out, 2, static_cast<std::uint16_t>(value.size()));
    copy_octets(out.subspan(header_len), value);
}

result<pppoe> pppoe::read(view v) noexcept {
    return pppoe{.version = v.version(),
                 .type = v.type(),
                 .code = v.code(),
                 .session_id = v.session_id(),
                 .length = v.length(),
                 .payload = v.payload(),
                 .trailer = v.trailer()};
}

void pppoe::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    head[0] = static_cast<std::uint8_t>((version << 4) | (type & 0x0f));
    head[1] = static_cast<std::uint8_t>(code);
    put_be16<2>(head, session_id);
    put_be16<4>(head, length.value_or(static_cast<std::uint16_t>(payload.size())));
    copy_octets(out.subspan(header_len), payload);
    copy_octets(out.subspan(header_len + payload.size()), trailer);
}

}  // namespace sonde::inline v0
