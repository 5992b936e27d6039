#include <sonde/wire/link/sll.hpp>

namespace sonde::inline v0 {
namespace {

// Linux, include/uapi/linux/if_arp.h: devices whose protocol field is no EtherType.
constexpr std::uint16_t arphrd_frad = 770;
constexpr std::uint16_t arphrd_ieee_802_11 = 801;
constexpr std::uint16_t arphrd_ieee_802_11_prism = 802;
constexpr std::uint16_t arphrd_ieee_802_11_radiotap = 803;
constexpr std::uint16_t arphrd_netlink = 824;
// Linux, include/uapi/linux/if_ether.h: what stands for SocketCAN frames.
constexpr std::uint16_t protocol_can = 0x000c;
constexpr std::uint16_t protocol_can_fd = 0x000d;

}  // namespace

std::string_view to_string(sll_packet_type type) noexcept {
    switch (type) {
        case sll_packet_type::to_us:
            return "to_us";
        case sll_packet_type::broadcast:
            return "broadcast";
        case sll_packet_type::multicast:
            return "multicast";
        case sll_packet_type::to_others:
            return "to_others";
        case sll_packet_type::from_us:
            return "from_us";
    }
    return {};
}

namespace detail {

std::string_view sll_packet_type_field_name(std::uint64_t value) noexcept {
    return to_string(sll_packet_type(static_cast<std::uint16_t>(value)));
}

selector sll_selector(std::uint16_t arphrd_type, ether_type protocol) noexcept {
    switch (arphrd_type) {
        case arphrd_frad:
            return {};
        case arphrd_ieee_802_11:
            return by_link_type(link_type::ieee_802_11);
        case arphrd_ieee_802_11_prism:
            return by_link_type(link_type::ieee_802_11_prism);
        case arphrd_ieee_802_11_radiotap:
            return by_link_type(link_type::ieee_802_11_radiotap);
        case arphrd_netlink:
            return {};  // the field is a netlink family, and what follows has no link type
        default:
            break;
    }
    switch (static_cast<std::uint16_t>(protocol)) {
        case static_cast<std::uint16_t>(ether_type::novell_802_3):
        case static_cast<std::uint16_t>(ether_type::llc):
            return by_ether_type(protocol);
        case protocol_can:
        case protocol_can_fd:
            return by_link_type(link_type::can_socketcan);
        default:
            return ether_type_selector(protocol);
    }
}

}  // namespace detail

result<linux_sll> linux_sll::read(view v) noexcept {
    linux_sll message{.packet_type = v.packet_type(),
                      .arphrd_type = v.arphrd_type(),
                      .address_length = v.address_length(),
                      .protocol = v.protocol(),
                      .payload = v.payload()};
    copy_octets(message.address, v.padded_address());
    return message;
}

void linux_sll::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    put_be16<0>(head, static_cast<std::uint16_t>(packet_type));
    put_be16<2>(head, arphrd_type);
    put_be16<4>(head, address_length);
    copy_octets(head.subspan<6, detail::sll_address_len_max>(), address);
    put_be16<14>(head, static_cast<std::uint16_t>(protocol.value_or(ether_type::reserved)));
    copy_octets(out.subspan(header_len), payload);
}

result<linux_sll2> linux_sll2::read(view v) noexcept {
    linux_sll2 message{.protocol = v.protocol(),
                       .reserved = v.reserved(),
                       .interface_index = v.interface_index(),
                       .arphrd_type = v.arphrd_type(),
                       .packet_type = v.packet_type(),
                       .address_length = v.address_length(),
                       .payload = v.payload()};
    copy_octets(message.address, v.padded_address());
    return message;
}

void linux_sll2::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    put_be16<0>(head, static_cast<std::uint16_t>(protocol.value_or(ether_type::reserved)));
    put_be16<2>(head, reserved);
    put_be32<4>(head, interface_index);
    put_be16<8>(head, arphrd_type);
    head[10] = static_cast<std::uint8_t>(packet_type);
    head[11] = address_length;
    copy_octets(head.subspan<12, detail::sll_address_len_max>(), address);
    copy_octets(out.subspan(header_len), payload);
}

}  // namespace sonde::inline v0
