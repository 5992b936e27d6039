#include <sonde/wire/network/icmp_router_advertisement.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

result<icmp_router_advertisement> icmp_router_advertisement::read(view v) noexcept {
    if (v.type() != icmp_type::router_advertisement) return detail::other_icmp_message(id);
    return icmp_router_advertisement{.code = icmp_router_advertisement_code{v.code()},
                                     .num_addrs = v.num_addrs(),
                                     .addr_entry_size = v.addr_entry_size(),
                                     .lifetime = v.lifetime(),
                                     .entries = v.entries(),
                                     .checksum = v.checksum()};
}

void icmp_router_advertisement::emit(bytes_mut out) const noexcept {
    const std::size_t len = std::size_t{addr_entry_size} * 4;
    const std::size_t count = len == 0 ? 0 : entries.size() / len;
    const std::uint8_t number =
        num_addrs.value_or(static_cast<std::uint8_t>(std::min<std::size_t>(count, UINT8_MAX)));
    detail::emit_icmp_head(
        out,
        {.type = static_cast<std::uint8_t>(icmp_type::router_advertisement),
         .code = static_cast<std::uint8_t>(code),
         .information = detail::two_u16(detail::two_u8(number, addr_entry_size), lifetime.count()),
         .checksum = checksum},
        entries);
    copy_octets(out.subspan(header_len), entries);
}

void icmp_router_advertisement::write_entries(std::span<const icmp_router_entry> in,
                                              bytes_mut out) noexcept {
    for (std::size_t i = 0; i < in.size(); ++i) {
        put_be32_at(out, i * entry_len, in[i].router_address.value);
        put_be32_at(out, i * entry_len + 4, static_cast<std::uint32_t>(in[i].preference_level));
    }
}

std::optional<parse_error> icmp_router_advertisement::error_of(std::size_t declared,
                                                               std::size_t size,
                                                               std::size_t have) noexcept {
    if (declared == 0) return std::nullopt;
    if (size < entry_len) {
        return parse_error{.reason = parse_reason::bad_length,
                           .limit = limit_field::element_length,
                           .at = id,
                           .offset_octets = 5,
                           .needed_octets = entry_len,
                           .have_octets = static_cast<std::uint32_t>(size)};
    }
    if (declared * size > have) return truncated(id, declared * size, have, header_len).value();
    return std::nullopt;
}

}  // namespace sonde::inline v0
