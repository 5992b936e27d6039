#include <sonde/wire/network/icmp_parameter_problem.hpp>

#include "icmp_emit.hpp"

namespace sonde::inline v0 {

result<icmp_parameter_problem> icmp_parameter_problem::read(view v) noexcept {
    if (v.type() != icmp_type::parameter_problem) return detail::other_icmp_message(id);
    const auto split = v.quote();
    return icmp_parameter_problem{.code = icmp_parameter_problem_code{v.code()},
                                  .pointer = v.pointer(),
                                  .length_words = v.length_words(),
                                  .unused = v.unused(),
                                  .quoted = split.datagram,
                                  .extension = split.extension,
                                  .checksum = v.checksum()};
}

std::size_t icmp_parameter_problem::wire_len() const noexcept {
    const icmp_quote quote{.datagram = quoted, .extension = extension};
    return header_len +
           icmp_quote_layout_of(quote, length_words, icmp_length_unit).wire_len(extension);
}

void icmp_parameter_problem::emit(bytes_mut out) const noexcept {
    const icmp_quote quote{.datagram = quoted, .extension = extension};
    const auto layout = icmp_quote_layout_of(quote, length_words, icmp_length_unit);
    detail::emit_icmp_error(
        out,
        {.type = static_cast<std::uint8_t>(icmp_type::parameter_problem),
         .code = static_cast<std::uint8_t>(code),
         .information = detail::two_u16(detail::two_u8(pointer, layout.length), unused),
         .checksum = checksum},
        quote,
        layout);
}

}  // namespace sonde::inline v0
