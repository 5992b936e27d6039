#pragma once
/// What the readers and emitters of ICMP messages share beyond what icmp.hpp has.

#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmp_extension.hpp>

namespace sonde::inline v0::detail {

/// The whole of an error; its length field is already in `head`.
inline void emit_icmp_error(bytes_mut out, const icmp_head& head, const icmp_quote& quote,
                            const icmp_quote_layout& layout) noexcept {
    constexpr std::array<std::uint8_t, 1> zero{};
    // Only the parity of the padding matters to the sum.
    emit_icmp_head(out,
                   head,
                   quote.datagram.first(layout.datagram_len),
                   bytes_view(zero).first(layout.padding_len % 2),
                   quote.extension);
    emit_icmp_quote(out.subspan(8), quote, layout);
}

[[nodiscard]] constexpr tl::unexpected<parse_error> other_icmp_message(layer at) noexcept {
    return malformed({.reason = parse_reason::not_this_message, .at = at});
}

}  // namespace sonde::inline v0::detail
