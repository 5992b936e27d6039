#include <sonde/wire/link/arp.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::uint8_t mac_len = 6;   // octets
constexpr std::uint8_t ipv4_len = 4;  // octets

}  // namespace

std::string_view to_string(arp_operation operation) noexcept {
    switch (operation) {
        case arp_operation::request:
            return "request";
        case arp_operation::reply:
            return "reply";
        case arp_operation::reverse_request:
            return "reverse_request";
        case arp_operation::reverse_reply:
            return "reverse_reply";
        case arp_operation::dynamic_reverse_request:
            return "dynamic_reverse_request";
        case arp_operation::dynamic_reverse_reply:
            return "dynamic_reverse_reply";
        case arp_operation::dynamic_reverse_error:
            return "dynamic_reverse_error";
        case arp_operation::inverse_request:
            return "inverse_request";
        case arp_operation::inverse_reply:
            return "inverse_reply";
        case arp_operation::nak:
            return "nak";
    }
    return {};
}

namespace detail {
std::string_view arp_operation_field_name(std::uint64_t value) noexcept {
    return to_string(arp_operation(static_cast<std::uint16_t>(value)));
}
}  // namespace detail

result<arp> arp::read(view v) noexcept {
    return arp{.hardware_type = v.hardware_type(),
               .protocol_type = v.protocol_type(),
               .hardware_length = v.hardware_length(),
               .protocol_length = v.protocol_length(),
               .operation = v.operation(),
               .sender_hardware_address = v.sender_hardware_address(),
               .sender_protocol_address = v.sender_protocol_address(),
               .target_hardware_address = v.target_hardware_address(),
               .target_protocol_address = v.target_protocol_address(),
               .trailer = v.trailer()};
}

void arp::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    put_be16<0>(head, hardware_type);
    put_be16<2>(head, static_cast<std::uint16_t>(protocol_type));
    head[4] = hardware_length.value_or(static_cast<std::uint8_t>(sender_hardware_address.size()));
    head[5] = protocol_length.value_or(static_cast<std::uint8_t>(sender_protocol_address.size()));
    put_be16<6>(head, static_cast<std::uint16_t>(operation));
    bytes_mut left = out.subspan(header_len);
    for (const bytes_view part : {sender_hardware_address,
                                  sender_protocol_address,
                                  target_hardware_address,
                                  target_protocol_address,
                                  trailer}) {
        copy_octets(left, part);
        left = left.subspan(part.size());
    }
}

result<arp_ipv4> arp_ipv4::read(view v) noexcept {
    if (v.hardware_type() != arp::hardware_type_ethernet || v.hardware_length() != mac_len ||
        v.protocol_type() != ether_type::ipv4 || v.protocol_length() != ipv4_len) {
        return malformed({.reason = parse_reason::not_this_message, .at = id});
    }
    if (const auto whole = v.checked_len(); !whole) return tl::unexpected(whole.error());
    return arp_ipv4{.operation = v.operation(),
                    .sender_mac = *v.sender_mac(),
                    .sender_ipv4 = *v.sender_ipv4(),
                    .target_mac = *v.target_mac(),
                    .target_ipv4 = *v.target_ipv4(),
                    .trailer = v.trailer()};
}

void arp_ipv4::emit(bytes_mut out) const noexcept {
    const auto head = out.first<message_len>();
    put_be16<0>(head, arp::hardware_type_ethernet);
    put_be16<2>(head, static_cast<std::uint16_t>(ether_type::ipv4));
    head[4] = mac_len;
    head[5] = ipv4_len;
    put_be16<6>(head, static_cast<std::uint16_t>(operation));
    sender_mac.write(head.subspan<8, 6>());
    sender_ipv4.write(head.subspan<14, 4>());
    target_mac.write(head.subspan<18, 6>());
    target_ipv4.write(head.subspan<24, 4>());
    copy_octets(out.subspan(message_len), trailer);
}

}  // namespace sonde::inline v0
