#include <sonde/wire/network/icmp_router_solicitation.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

result<icmp_router_solicitation> icmp_router_solicitation::read(view v) noexcept {
    if (v.type() != icmp_type::router_solicitation) return detail::other_icmp_message(id);
    return icmp_router_solicitation{.code = v.code(),
                                    .reserved = v.reserved(),
                                    .trailing = v.trailing(),
                                    .checksum = v.checksum()};
}

void icmp_router_solicitation::emit(bytes_mut out) const noexcept {
    detail::emit_icmp_head(out,
                           {.type = static_cast<std::uint8_t>(icmp_type::router_solicitation),
                            .code = code,
                            .information = reserved,
                            .checksum = checksum},
                           trailing);
    copy_octets(out.subspan(header_len), trailing);
}

}  // namespace sonde::inline v0
