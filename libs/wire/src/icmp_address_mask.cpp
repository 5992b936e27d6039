#include <sonde/wire/network/icmp_address_mask.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

result<icmp_address_mask> icmp_address_mask::read(view v) noexcept {
    if (v.type() != icmp_type::address_mask_request && v.type() != icmp_type::address_mask_reply) {
        return detail::other_icmp_message(id);
    }
    return icmp_address_mask{.type = kind{static_cast<std::uint8_t>(v.type())},
                             .code = v.code(),
                             .identifier = v.identifier(),
                             .sequence_number = v.sequence_number(),
                             .address_mask = v.address_mask(),
                             .trailing = v.trailing(),
                             .checksum = v.checksum()};
}

void icmp_address_mask::emit(bytes_mut out) const noexcept {
    std::array<std::uint8_t, 4> mask{};
    address_mask.write(mask);
    detail::emit_icmp_head(out,
                           {.type = static_cast<std::uint8_t>(type),
                            .code = code,
                            .information = detail::two_u16(identifier, sequence_number),
                            .checksum = checksum},
                           bytes_view(mask),
                           trailing);
    copy_octets(out.subspan<8, 4>(), mask);
    copy_octets(out.subspan(header_len), trailing);
}

}  // namespace sonde::inline v0
