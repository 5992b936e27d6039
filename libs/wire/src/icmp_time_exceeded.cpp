#include <sonde/wire/network/icmp_time_exceeded.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

result<icmp_time_exceeded> icmp_time_exceeded::read(view v) noexcept {
    if (v.type() != icmp_type::time_exceeded) return detail::other_icmp_message(id);
    const auto split = v.quote();
    return icmp_time_exceeded{.code = icmp_time_exceeded_code{v.code()},
                              .unused = v.unused(),
                              .length_words = v.length_words(),
                              .unused_2 = v.unused_2(),
                              .quoted = split.datagram,
                              .extension = split.extension,
                              .checksum = v.checksum()};
}

std::size_t icmp_time_exceeded::wire_len() const noexcept {
    const icmp_quote quote{.datagram = quoted, .extension = extension};
    return header_len +
           icmp_quote_layout_of(quote, length_words, icmp_length_unit).wire_len(extension);
}

void icmp_time_exceeded::emit(bytes_mut out) const noexcept {
    const icmp_quote quote{.datagram = quoted, .extension = extension};
    const auto layout = icmp_quote_layout_of(quote, length_words, icmp_length_unit);
    detail::emit_icmp_error(
        out,
        {.type = static_cast<std::uint8_t>(icmp_type::time_exceeded),
         .code = static_cast<std::uint8_t>(code),
         .information = detail::two_u16(detail::two_u8(unused, layout.length), unused_2),
         .checksum = checksum},
        quote,
        layout);
}

}  // namespace sonde::inline v0
