#include <sonde/wire/network/ipv6_fragment.hpp>

namespace sonde::inline v0 {

result<ipv6_fragment> ipv6_fragment::read(view v) noexcept {
    return ipv6_fragment{.next_header = v.next_header(),
                         .reserved = v.reserved(),
                         .fragment_offset = v.fragment_offset(),
                         .reserved_bits = v.reserved_bits(),
                         .more_fragments = v.more_fragments(),
                         .identification = v.identification(),
                         .payload = v.payload()};
}

void ipv6_fragment::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    head[0] = static_cast<std::uint8_t>(next_header.value_or(ip_protocol::no_next_header));
    head[1] = reserved;
    put_be16<2>(head,
                static_cast<std::uint16_t>((fragment_offset & 0x1fffU) << 3 |
                                           (reserved_bits & 3U) << 1 | (more_fragments ? 1U : 0U)));
    put_be32<4>(head, identification);
    copy_octets(out.subspan(header_len), payload);
}

}  // namespace sonde::inline v0
