#include <sonde/wire/network/icmp_photuris.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

result<icmp_photuris> icmp_photuris::read(view v) noexcept {
    if (v.type() != icmp_type::photuris) return detail::other_icmp_message(id);
    return icmp_photuris{.code = icmp_photuris_code{v.code()},
                         .reserved = v.reserved(),
                         .pointer = v.pointer(),
                         .quoted = v.quoted(),
                         .checksum = v.checksum()};
}

void icmp_photuris::emit(bytes_mut out) const noexcept {
    detail::emit_icmp_head(out,
                           {.type = static_cast<std::uint8_t>(icmp_type::photuris),
                            .code = static_cast<std::uint8_t>(code),
                            .information = detail::two_u16(reserved, pointer),
                            .checksum = checksum},
                           quoted);
    copy_octets(out.subspan(header_len), quoted);
}

}  // namespace sonde::inline v0
