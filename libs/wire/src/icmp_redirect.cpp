#include <sonde/wire/network/icmp_redirect.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

result<icmp_redirect> icmp_redirect::read(view v) noexcept {
    if (v.type() != icmp_type::redirect) return detail::other_icmp_message(id);
    return icmp_redirect{.code = icmp_redirect_code{v.code()},
                         .gateway_internet_address = v.gateway_internet_address(),
                         .quoted = v.quoted(),
                         .checksum = v.checksum()};
}

void icmp_redirect::emit(bytes_mut out) const noexcept {
    detail::emit_icmp_head(out,
                           {.type = static_cast<std::uint8_t>(icmp_type::redirect),
                            .code = static_cast<std::uint8_t>(code),
                            .information = gateway_internet_address.value,
                            .checksum = checksum},
                           quoted);
    copy_octets(out.subspan(header_len), quoted);
}

}  // namespace sonde::inline v0
