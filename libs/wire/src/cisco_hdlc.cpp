#include <sonde/wire/link/cisco_hdlc.hpp>

namespace sonde::inline v0 {

result<cisco_hdlc> cisco_hdlc::read(view v) noexcept {
    return cisco_hdlc{.address = v.address(),
                      .control = v.control(),
                      .protocol = v.protocol(),
                      .payload = v.payload()};
}

void cisco_hdlc::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    head[0] = address;
    head[1] = control;
    put_be16<2>(head, static_cast<std::uint16_t>(protocol.value_or(ether_type::reserved)));
    copy_octets(out.subspan(header_len), payload);
}

}  // namespace sonde::inline v0
