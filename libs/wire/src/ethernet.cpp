#include <sonde/wire/link/ethernet.hpp>

namespace sonde::inline v0 {

result<ethernet> ethernet::read(view v) noexcept {
    return ethernet{.destination = v.destination(),
                    .source = v.source(),
                    .type = v.type(),
                    .payload = v.payload(),
                    .trailer = v.trailer()};
}

void ethernet::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    destination.write(head.subspan<0, 6>());
    source.write(head.subspan<6, 6>());
    const ether_type written = type.value_or(detail::length_as_type(payload.size()));
    put_be16<12>(head, static_cast<std::uint16_t>(written));
    copy_octets(out.subspan(header_len), payload);
    const bytes_mut behind = out.subspan(header_len + payload.size());
    for (std::uint8_t& zero : behind.first(padding_len())) zero = 0;
    copy_octets(behind.subspan(padding_len()), trailer);
}

}  // namespace sonde::inline v0
