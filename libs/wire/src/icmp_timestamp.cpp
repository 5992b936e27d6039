#include <sonde/wire/network/icmp_timestamp.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

result<icmp_timestamp> icmp_timestamp::read(view v) noexcept {
    if (v.type() != icmp_type::timestamp && v.type() != icmp_type::timestamp_reply) {
        return detail::other_icmp_message(id);
    }
    return icmp_timestamp{.type = kind{static_cast<std::uint8_t>(v.type())},
                          .code = v.code(),
                          .identifier = v.identifier(),
                          .sequence_number = v.sequence_number(),
                          .originate_timestamp = v.originate_timestamp(),
                          .receive_timestamp = v.receive_timestamp(),
                          .transmit_timestamp = v.transmit_timestamp(),
                          .trailing = v.trailing(),
                          .checksum = v.checksum()};
}

void icmp_timestamp::emit(bytes_mut out) const noexcept {
    std::array<std::uint8_t, 12> times{};
    const std::span<std::uint8_t, 12> at(times);
    put_be32<0>(at, originate_timestamp.value);
    put_be32<4>(at, receive_timestamp.value);
    put_be32<8>(at, transmit_timestamp.value);
    detail::emit_icmp_head(out,
                           {.type = static_cast<std::uint8_t>(type),
                            .code = code,
                            .information = detail::two_u16(identifier, sequence_number),
                            .checksum = checksum},
                           bytes_view(times),
                           trailing);
    copy_octets(out.subspan<8, 12>(), times);
    copy_octets(out.subspan(header_len), trailing);
}

}  // namespace sonde::inline v0
