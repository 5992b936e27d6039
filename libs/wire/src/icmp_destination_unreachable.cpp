#include <sonde/wire/network/icmp_destination_unreachable.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

result<icmp_destination_unreachable> icmp_destination_unreachable::read(view v) noexcept {
    if (v.type() != icmp_type::destination_unreachable) return detail::other_icmp_message(id);
    const auto split = v.quote();
    return icmp_destination_unreachable{.code = icmp_unreachable_code{v.code()},
                                        .unused = v.unused(),
                                        .length_words = v.length_words(),
                                        .next_hop_mtu = v.next_hop_mtu(),
                                        .quoted = split.datagram,
                                        .extension = split.extension,
                                        .checksum = v.checksum()};
}

std::size_t icmp_destination_unreachable::wire_len() const noexcept {
    const icmp_quote quote{.datagram = quoted, .extension = extension};
    return header_len +
           icmp_quote_layout_of(quote, length_words, icmp_length_unit).wire_len(extension);
}

void icmp_destination_unreachable::emit(bytes_mut out) const noexcept {
    const icmp_quote quote{.datagram = quoted, .extension = extension};
    const auto layout = icmp_quote_layout_of(quote, length_words, icmp_length_unit);
    detail::emit_icmp_error(
        out,
        {.type = static_cast<std::uint8_t>(icmp_type::destination_unreachable),
         .code = static_cast<std::uint8_t>(code),
         .information = detail::two_u16(detail::two_u8(unused, layout.length), next_hop_mtu),
         .checksum = checksum},
        quote,
        layout);
}

}  // namespace sonde::inline v0
