#include <bit>

#include <sonde/wire/network/mld.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::size_t address_len = ipv6_address_list::address_len;

// The floating form of RFC 3810 s5.1.3 and s5.1.9: the highest bit set, 3 bits of exponent, then a
// mantissa without its leading one. Rounds down. Precondition: the value needs the form, that is
// value >> (mantissa_bits + 3) is not zero, and fits in it.
constexpr std::uint32_t floating_code(std::uint32_t value, unsigned mantissa_bits) noexcept {
    const auto width = static_cast<unsigned>(std::bit_width(value));
    const unsigned shift = width - (mantissa_bits + 1);
    const std::uint32_t mantissa = (value >> shift) & ((1U << mantissa_bits) - 1);
    return (1U << (mantissa_bits + 3)) | ((shift - 3) << mantissa_bits) | mantissa;
}

template <class Message>
Message read_v1(typename Message::view v) noexcept {
    return Message{.code = v.code(),
                   .checksum = v.checksum(),
                   .maximum_response_delay = v.maximum_response_delay(),
                   .reserved = v.reserved(),
                   .multicast_address = v.multicast_address(),
                   .data = v.data()};
}

template <class Message>
void emit_v1(const Message& message, icmpv6_type type, bytes_mut out) noexcept {
    const auto head = out.first<Message::header_len>();
    detail::put_icmpv6_head(head, type, message.code, message.checksum);
    put_be16<4>(head, message.maximum_response_delay.count());
    put_be16<6>(head, message.reserved);
    message.multicast_address.write(head.template subspan<8, address_len>());
    copy_octets(out.subspan(Message::header_len), message.data);
}

std::uint16_t count_records(bytes_view octets) noexcept {
    std::size_t count = 0;
    for (const auto& record : mldv2_records(octets)) {
        static_cast<void>(record);
        ++count;
    }
    return static_cast<std::uint16_t>(count);  // 65536 records need more than a datagram holds
}

}  // namespace

std::uint16_t mldv2_code_of_delay(mld_delay delay) noexcept {
    const std::uint32_t value = std::min(delay, mld_delay_max).count();
    if (value < 0x8000) return static_cast<std::uint16_t>(value);
    return static_cast<std::uint16_t>(floating_code(value, 12));
}

std::uint8_t mldv2_code_of_interval(std::chrono::seconds interval) noexcept {
    constexpr std::chrono::seconds interval_max = mldv2_interval_of_code(0xff);
    const auto bounded = std::clamp(interval, std::chrono::seconds(0), interval_max);
    const auto value = static_cast<std::uint32_t>(bounded.count());
    if (value < 0x80) return static_cast<std::uint8_t>(value);
    return static_cast<std::uint8_t>(floating_code(value, 4));
}

result<mld_query> mld_query::read(view v) noexcept {
    if (v.type() != icmpv6_type::multicast_listener_query) return detail::other_icmpv6_message(id);
    return read_v1<mld_query>(v);
}

void mld_query::emit(bytes_mut out) const noexcept {
    emit_v1(*this, icmpv6_type::multicast_listener_query, out);
}

result<mld_report> mld_report::read(view v) noexcept {
    if (v.type() != icmpv6_type::multicast_listener_report) return detail::other_icmpv6_message(id);
    return read_v1<mld_report>(v);
}

void mld_report::emit(bytes_mut out) const noexcept {
    emit_v1(*this, icmpv6_type::multicast_listener_report, out);
}

result<mld_done> mld_done::read(view v) noexcept {
    if (v.type() != icmpv6_type::multicast_listener_done) return detail::other_icmpv6_message(id);
    return read_v1<mld_done>(v);
}

void mld_done::emit(bytes_mut out) const noexcept {
    emit_v1(*this, icmpv6_type::multicast_listener_done, out);
}

result<mldv2_query> mldv2_query::read(view v) noexcept {
    if (v.type() != icmpv6_type::multicast_listener_query) return detail::other_icmpv6_message(id);
    return mldv2_query{.code = v.code(),
                       .checksum = v.checksum(),
                       .maximum_response_code = v.maximum_response_code(),
                       .reserved = v.reserved(),
                       .multicast_address = v.multicast_address(),
                       .resv = v.resv(),
                       .suppress = v.suppress(),
                       .robustness = v.robustness(),
                       .interval_code = v.interval_code(),
                       .number_of_sources = v.number_of_sources(),
                       .sources = v.octets().subspan(header_len)};
}

void mldv2_query::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    detail::put_icmpv6_head(head, icmpv6_type::multicast_listener_query, code, checksum);
    put_be16<4>(head, maximum_response_code);
    put_be16<6>(head, reserved);
    multicast_address.write(head.subspan<8, address_len>());
    head[24] = static_cast<std::uint8_t>((resv << 4) | (suppress ? 8 : 0) | (robustness & 7));
    head[25] = interval_code;
    put_be16<26>(
        head, number_of_sources.value_or(static_cast<std::uint16_t>(sources.size() / address_len)));
    copy_octets(out.subspan(header_len), sources);
}

result<mldv2_report> mldv2_report::read(view v) noexcept {
    if (v.type() != icmpv6_type::multicast_listener_report_v2) {
        return detail::other_icmpv6_message(id);
    }
    return mldv2_report{.code = v.code(),
                        .checksum = v.checksum(),
                        .reserved = v.reserved(),
                        .number_of_records = v.number_of_records(),
                        .records = v.octets().subspan(header_len)};
}

void mldv2_report::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    detail::put_icmpv6_head(head, icmpv6_type::multicast_listener_report_v2, code, checksum);
    put_be16<4>(head, reserved);
    put_be16<6>(head, number_of_records ? *number_of_records : count_records(records));
    copy_octets(out.subspan(header_len), records);
}

}  // namespace sonde::inline v0
