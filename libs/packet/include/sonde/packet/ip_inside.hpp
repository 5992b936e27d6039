#pragma once
/// What an IP header carries, found in as few steps as a safe reader can: the fast doors of
/// dissection share it. For anything but speed, ask the views.

#include <algorithm>

#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>

namespace sonde::inline v0::detail {

struct ip_inside {
    ip_protocol protocol = ip_protocol::reserved;  // also: a header that contradicts itself
    bytes_view octets{};  // as much as is declared and captured; begins inside what was given
};

/// Precondition: at least ipv4::header_len octets. Of a later fragment: nothing.
[[nodiscard]] [[gnu::always_inline]] inline ip_inside inside_ipv4(bytes_view in) noexcept {
    const auto head = in.first<ipv4::header_len>();
    const std::size_t header_len = std::size_t{head[0] & 0x0fU} * 4;
    // Zero is what hardware writes that cuts segments later: then the captured end is the end, as
    // one less than zero is beyond every end.
    const std::size_t total = be16<2>(head);
    const std::size_t end = total - 1 < in.size() ? total : in.size();
    // Version 4 and a length of at least five words, in one comparison.
    const bool sound = head[0] - 0x45U <= 0x4fU - 0x45U && header_len <= end;
    if (!sound || (be16<6>(head) & 0x1fff) != 0) [[unlikely]]
        return {.octets = in.first(0)};
    return {ip_protocol(head[9]), in.first(end).subspan(header_len)};
}

/// Precondition: at least ipv6::header_len octets. Extension headers are part of the octets.
[[nodiscard]] [[gnu::always_inline]] inline ip_inside inside_ipv6(bytes_view in) noexcept {
    const auto head = in.first<ipv6::header_len>();
    if ((head[0] >> 4) != 6) [[unlikely]]
        return {.octets = in.first(0)};
    const std::size_t declared = be16<4>(head);
    const bytes_view behind = in.subspan(ipv6::header_len);
    const bool bounded = declared != 0 && declared < behind.size();
    return {ip_protocol(head[6]), bounded ? behind.first(declared) : behind};
}

}  // namespace sonde::inline v0::detail
