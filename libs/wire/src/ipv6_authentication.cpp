#include <sonde/wire/network/ipv6_authentication.hpp>

namespace sonde::inline v0 {

result<ipv6_authentication> ipv6_authentication::read(view v) noexcept {
    if (v.header_length() < header_len) {
        return malformed({.reason = parse_reason::bad_length,
                          .limit = limit_field::header_length,
                          .at = id,
                          .needed_octets = header_len,
                          .have_octets = static_cast<std::uint32_t>(v.header_length())});
    }
    if (v.header_length() > v.octets().size()) {
        return truncated(id, v.header_length(), v.octets().size());
    }
    return ipv6_authentication{.next_header = v.next_header(),
                               .payload_length = v.payload_length(),
                               .reserved = v.reserved(),
                               .security_parameters_index = v.security_parameters_index(),
                               .sequence_number = v.sequence_number(),
                               .integrity_check_value = v.integrity_check_value(),
                               .payload = v.payload()};
}

void ipv6_authentication::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    const std::size_t header = header_wire_len();
    head[0] = static_cast<std::uint8_t>(next_header.value_or(ip_protocol::no_next_header));
    head[1] = payload_length.value_or(static_cast<std::uint8_t>(header / 4 - 2));
    put_be16<2>(head, reserved);
    put_be32<4>(head, security_parameters_index);
    put_be32<8>(head, sequence_number);
    copy_octets(out.subspan(header_len), integrity_check_value);
    const std::size_t padded = header_len + integrity_check_value.size();
    for (std::uint8_t& octet : out.subspan(padded, header - padded)) octet = 0;
    copy_octets(out.subspan(header), payload);
}

}  // namespace sonde::inline v0
