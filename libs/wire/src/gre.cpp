#include <sonde/wire/network/gre.hpp>

namespace sonde::inline v0 {
namespace {

constexpr unsigned version_max = 1;
constexpr unsigned routing_bit = 0x4000;

}  // namespace

result<std::size_t> gre::header_problem(std::uint16_t flags_and_version, std::size_t len,
                                        std::size_t have) noexcept {
    const unsigned version = flags_and_version & 7U;
    if (version > version_max) {
        return malformed({.reason = parse_reason::bad_version,
                          .at = id,
                          .offset_octets = 1,
                          .needed_octets = version_max,
                          .have_octets = version});
    }
    if ((flags_and_version & routing_bit) != 0) {
        return malformed({.reason = parse_reason::bad_value, .at = id});
    }
    return truncated(id, len, have);
}

result<gre> gre::read(view v) noexcept {
    const auto header = v.checked_header_length();
    if (!header) return tl::unexpected(header.error());
    return gre{.version = v.version(),
               .reserved = static_cast<std::uint8_t>((v.strict_source_route() ? 8 : 0) |
                                                     v.recursion_control()),
               .flags = v.flags(),
               .acknowledgment_bit = v.acknowledgment_number_present(),
               .protocol_type = v.protocol_type(),
               .with_checksum = v.checksum_present(),
               .checksum = v.checksum(),
               .offset = v.offset().value_or(0),
               .key = v.key(),
               .sequence_number = v.sequence_number(),
               .acknowledgment_number = v.acknowledgment_number(),
               .payload = v.octets().subspan(*header)};
}

void gre::emit_optional_words(bytes_mut out) const noexcept {
    bytes_mut left = out;
    if (with_checksum) {
        put_be16_at(left, 0, checksum.value_or(0));
        put_be16_at(left, 2, offset);
        left = left.subspan(4);
    }
    for (const auto& word : {key, sequence_number, acknowledgment_number}) {
        if (!word) continue;
        put_be32_at(left, 0, *word);
        left = left.subspan(4);
    }
}

void gre::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    const bool acknowledges = acknowledgment_number.has_value() || acknowledgment_bit;
    head[0] = static_cast<std::uint8_t>((with_checksum ? 0x80 : 0) | (key ? 0x20 : 0) |
                                        (sequence_number ? 0x10 : 0) | (reserved & 0x0f));
    head[1] = static_cast<std::uint8_t>((acknowledges ? 0x80 : 0) | ((flags & 0x0f) << 3) |
                                        (version & 7));
    put_be16<2>(head, static_cast<std::uint16_t>(protocol_type.value_or(ether_type::reserved)));
    emit_optional_words(out.subspan(header_len));
    copy_octets(out.subspan(header_length()), payload);
    if (with_checksum && !checksum) put_be16_at(out, header_len, internet_checksum(out));
}

}  // namespace sonde::inline v0
