#include <sonde/wire/network/icmp_echo.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

result<icmp_echo> icmp_echo::read(view v) noexcept {
    if (v.type() != icmp_type::echo && v.type() != icmp_type::echo_reply) {
        return detail::other_icmp_message(id);
    }
    return icmp_echo{.type = kind{static_cast<std::uint8_t>(v.type())},
                     .code = v.code(),
                     .identifier = v.identifier(),
                     .sequence_number = v.sequence_number(),
                     .data = v.data(),
                     .checksum = v.checksum()};
}

}  // namespace sonde::inline v0
