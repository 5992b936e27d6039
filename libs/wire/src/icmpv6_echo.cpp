#include <sonde/wire/network/icmpv6_echo.hpp>

namespace sonde::inline v0 {

result<icmpv6_echo> icmpv6_echo::read(view v) noexcept {
    if (v.type() != icmpv6_type::echo_request && v.type() != icmpv6_type::echo_reply) {
        return detail::other_icmpv6_message(id);
    }
    return icmpv6_echo{.type = v.type(),
                       .code = v.code(),
                       .checksum = v.checksum(),
                       .identifier = v.identifier(),
                       .sequence_number = v.sequence_number(),
                       .data = v.data()};
}

void icmpv6_echo::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    detail::put_icmpv6_head(head, type, code, checksum);
    put_be16<4>(head, identifier);
    put_be16<6>(head, sequence_number);
    copy_octets(out.subspan(header_len), data);
}

}  // namespace sonde::inline v0
