#include <sonde/wire/network/icmp_source_quench.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

result<icmp_source_quench> icmp_source_quench::read(view v) noexcept {
    if (v.type() != icmp_type::source_quench) return detail::other_icmp_message(id);
    return icmp_source_quench{
        .code = v.code(), .unused = v.unused(), .quoted = v.quoted(), .checksum = v.checksum()};
}

void icmp_source_quench::emit(bytes_mut out) const noexcept {
    detail::emit_icmp_head(out,
                           {.type = static_cast<std::uint8_t>(icmp_type::source_quench),
                            .code = code,
                            .information = unused,
                            .checksum = checksum},
                           quoted);
    copy_octets(out.subspan(header_len), quoted);
}

}  // namespace sonde::inline v0
