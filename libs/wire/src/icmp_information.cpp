#include <sonde/wire/network/icmp_information.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

result<icmp_information> icmp_information::read(view v) noexcept {
    if (v.type() != icmp_type::information_request && v.type() != icmp_type::information_reply)
        return detail::other_icmp_message(id);
    return icmp_information{.type = kind{static_cast<std::uint8_t>(v.type())},
                            .code = v.code(),
                            .identifier = v.identifier(),
                            .sequence_number = v.sequence_number(),
                            .trailing = v.trailing(),
                            .checksum = v.checksum()};
}

void icmp_information::emit(bytes_mut out) const noexcept {
    detail::emit_icmp_head(out,
                           {.type = static_cast<std::uint8_t>(type),
                            .code = code,
                            .information = detail::two_u16(identifier, sequence_number),
                            .checksum = checksum},
                           trailing);
    copy_octets(out.subspan(header_len), trailing);
}

}  // namespace sonde::inline v0
