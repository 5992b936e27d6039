#include <sonde/wire/transport/udp.hpp>

namespace sonde::inline v0 {

result<udp> udp::read(view v) noexcept {
    return udp{.source_port = v.source_port(),
               .destination_port = v.destination_port(),
               .length = v.length(),
               .checksum = v.checksum(),
               .data = v.octets().subspan(header_len)};
}

void udp::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    put_be16<0>(head, source_port);
    put_be16<2>(head, destination_port);
    put_be16<4>(head, length.value_or(static_cast<std::uint16_t>(wire_len())));
    put_be16<6>(head, checksum.value_or(0));
    copy_octets(out.subspan(header_len), data);
}

}  // namespace sonde::inline v0
