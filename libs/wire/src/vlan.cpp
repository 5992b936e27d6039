#include <sonde/wire/link/vlan.hpp>

namespace sonde::inline v0 {

result<vlan> vlan::read(view v) noexcept {
    return vlan{.pcp = v.pcp(),
                .dei = v.dei(),
                .vid = v.vid(),
                .type = v.type(),
                .payload = v.payload(),
                .trailer = v.trailer()};
}

void vlan::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    put_be16<0>(
        head, static_cast<std::uint16_t>(((pcp & 7) << 13) | (dei ? 0x1000 : 0) | (vid & 0x0fff)));
    const ether_type written = type.value_or(detail::length_as_type(payload.size()));
    put_be16<2>(head, static_cast<std::uint16_t>(written));
    copy_octets(out.subspan(header_len), payload);
    copy_octets(out.subspan(header_len + payload.size()), trailer);
}

}  // namespace sonde::inline v0
