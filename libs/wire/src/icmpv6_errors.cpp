// The four errors of RFC 4443 s3. Two of them carry the extension structure of RFC 4884.

#include <sonde/wire/network/icmpv6_destination_unreachable.hpp>
#include <sonde/wire/network/icmpv6_packet_too_big.hpp>
#include <sonde/wire/network/icmpv6_parameter_problem.hpp>
#include <sonde/wire/network/icmpv6_time_exceeded.hpp>

namespace sonde::inline v0 {
namespace {

// Destination Unreachable and Time Exceeded differ in their type and codes alone.
template <class Message>
Message read_extended(typename Message::view v) noexcept {
    const icmp_quote quote = v.quote();
    return Message{.code = typename Message::code_type{v.code()},
                   .checksum = v.checksum(),
                   .length_words = v.length_words(),
                   .unused = v.unused(),
                   .quoted = quote.datagram,
                   .extension = quote.extension};
}

template <class Message>
icmp_quote_layout layout_of(const Message& message) noexcept {
    return icmp_quote_layout_of({.datagram = message.quoted, .extension = message.extension},
                                message.length_words,
                                Message::length_unit);
}

template <class Message>
void emit_extended(const Message& message, icmpv6_type type, bytes_mut out) noexcept {
    const auto layout = layout_of(message);
    const auto head = out.first<Message::header_len>();
    detail::put_icmpv6_head(head, type, static_cast<std::uint8_t>(message.code), message.checksum);
    put_be32<4>(head, (std::uint32_t{layout.length} << 24) | (message.unused & 0xffffffU));
    emit_icmp_quote(out.subspan(Message::header_len),
                    {.datagram = message.quoted, .extension = message.extension},
                    layout);
}

}  // namespace

result<icmpv6_destination_unreachable> icmpv6_destination_unreachable::read(view v) noexcept {
    if (v.type() != icmpv6_type::destination_unreachable) return detail::other_icmpv6_message(id);
    return read_extended<icmpv6_destination_unreachable>(v);
}

std::size_t icmpv6_destination_unreachable::wire_len() const noexcept {
    return header_len + layout_of(*this).wire_len(extension);
}

void icmpv6_destination_unreachable::emit(bytes_mut out) const noexcept {
    emit_extended(*this, icmpv6_type::destination_unreachable, out);
}

result<icmpv6_time_exceeded> icmpv6_time_exceeded::read(view v) noexcept {
    if (v.type() != icmpv6_type::time_exceeded) return detail::other_icmpv6_message(id);
    return read_extended<icmpv6_time_exceeded>(v);
}

std::size_t icmpv6_time_exceeded::wire_len() const noexcept {
    return header_len + layout_of(*this).wire_len(extension);
}

void icmpv6_time_exceeded::emit(bytes_mut out) const noexcept {
    emit_extended(*this, icmpv6_type::time_exceeded, out);
}

result<icmpv6_packet_too_big> icmpv6_packet_too_big::read(view v) noexcept {
    if (v.type() != icmpv6_type::packet_too_big) return detail::other_icmpv6_message(id);
    return icmpv6_packet_too_big{
        .code = v.code(), .checksum = v.checksum(), .mtu = v.mtu(), .quoted = v.quoted()};
}

void icmpv6_packet_too_big::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    detail::put_icmpv6_head(head, icmpv6_type::packet_too_big, code, checksum);
    put_be32<4>(head, mtu);
    copy_octets(out.subspan(header_len), quoted);
}

result<icmpv6_parameter_problem> icmpv6_parameter_problem::read(view v) noexcept {
    if (v.type() != icmpv6_type::parameter_problem) return detail::other_icmpv6_message(id);
    return icmpv6_parameter_problem{.code = code_type{v.code()},
                                    .checksum = v.checksum(),
                                    .pointer = v.pointer(),
                                    .quoted = v.quoted()};
}

void icmpv6_parameter_problem::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    detail::put_icmpv6_head(
        head, icmpv6_type::parameter_problem, static_cast<std::uint8_t>(code), checksum);
    put_be32<4>(head, pointer);
    copy_octets(out.subspan(header_len), quoted);
}

}  // namespace sonde::inline v0
