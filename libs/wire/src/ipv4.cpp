#include <sonde/wire/network/ipv4.hpp>

namespace sonde::inline v0 {

result<ipv4> ipv4::read(view v) noexcept {
    const auto header = v.checked_header_length();
    if (!header) return tl::unexpected(header.error());
    return ipv4{.version = v.version(),
                .ihl = v.ihl(),
                .dscp = v.dscp(),
                .ecn = v.ecn(),
                .total_length = v.total_length(),
                .identification = v.identification(),
                .reserved_flag = v.reserved_flag(),
                .dont_fragment = v.dont_fragment(),
                .more_fragments = v.more_fragments(),
                .fragment_offset = v.fragment_offset(),
                .time_to_live = v.time_to_live(),
                .protocol = v.protocol(),
                .header_checksum = v.header_checksum(),
                .source = v.source(),
                .destination = v.destination(),
                .options = v.options(),
                .payload = v.octets().subspan(*header)};
}

void ipv4::emit(bytes_mut out) const noexcept {
    const std::size_t header = header_wire_len();
    emit_header(out.first(header), payload.size());
    copy_octets(out.subspan(header), payload);
}

void ipv4::emit_header(bytes_mut out, std::size_t payload_len) const noexcept {
    const auto head = out.first<header_len>();
    const std::size_t words = header_wire_len() / 4;
    const unsigned first = (version & 0x0fU) << 12 |
                           (ihl.value_or(static_cast<std::uint8_t>(words)) & 0x0fU) << 8 |
                           (dscp & 0x3fU) << 2 | (static_cast<unsigned>(ecn) & 3U);
    const unsigned fragment = (reserved_flag ? 0x8000U : 0U) | (dont_fragment ? 0x4000U : 0U) |
                              (more_fragments ? 0x2000U : 0U) | (fragment_offset & 0x1fffU);
    const std::uint8_t carried =
        static_cast<std::uint8_t>(protocol.value_or(ip_protocol::reserved));
    const auto version_and_service = static_cast<std::uint16_t>(first);
    const auto flags_and_offset = static_cast<std::uint16_t>(fragment);
    const auto life_and_protocol = static_cast<std::uint16_t>(time_to_live << 8 | carried);
    const auto length = total_length.value_or(static_cast<std::uint16_t>(words * 4 + payload_len));
    put_be16<0>(head, version_and_service);
    put_be16<2>(head, length);
    put_be16<4>(head, identification);
    put_be16<6>(head, flags_and_offset);
    put_be16<8>(head, life_and_protocol);
    put_be32<12>(head, source.value);
    put_be32<16>(head, destination.value);
    detail::emit_header_options(out.subspan(header_len), options);
    // Summed from the values and not from the octets just written: a load that follows a narrower
    // store of the same place waits for it.
    sonde::checksum sum;
    sum.add_u16(version_and_service).add_u16(length).add_u16(identification);
    sum.add_u16(flags_and_offset).add_u16(life_and_protocol);
    sum.add_u32(source.value).add_u32(destination.value);
    if (!options.empty()) sum.add(options);
    put_be16<10>(head, header_checksum.value_or(sum.value()));
}

tl::unexpected<parse_error> ipv4::header_problem(std::uint8_t version, std::size_t declared,
                                                 std::size_t have) noexcept {
    if (version != 4) {
        return malformed({.reason = parse_reason::bad_version,
                          .at = id,
                          .needed_octets = 4,
                          .have_octets = version});
    }
    if (declared < header_len) {
        return malformed({.reason = parse_reason::bad_length,
                          .limit = limit_field::header_length,
                          .at = id,
                          .needed_octets = header_len,
                          .have_octets = static_cast<std::uint32_t>(declared)});
    }
    return truncated(id, declared, have);
}

}  // namespace sonde::inline v0
