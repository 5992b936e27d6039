#include <bit>

#include <sonde/wire/network/mld.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::size_t address_len = ipv6_address_list::address_len;
constexpr std::size_t auxiliary_word_len = 4;  // octets, RFC 3810 s5.2.6
constexpr std::size_t auxiliary_words_max = 255;
constexpr std::size_t sources_max = 65535;

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

std::string_view to_string(mldv2_record_type type) noexcept {
    switch (type) {
        case mldv2_record_type::mode_is_include:
            return "MODE_IS_INCLUDE";
        case mldv2_record_type::mode_is_exclude:
            return "MODE_IS_EXCLUDE";
        case mldv2_record_type::change_to_include_mode:
            return "CHANGE_TO_INCLUDE_MODE";
        case mldv2_record_type::change_to_exclude_mode:
            return "CHANGE_TO_EXCLUDE_MODE";
        case mldv2_record_type::allow_new_sources:
            return "ALLOW_NEW_SOURCES";
        case mldv2_record_type::block_old_sources:
            return "BLOCK_OLD_SOURCES";
    }
    return {};
}

result<mldv2_record::view> mldv2_record::view::parse(bytes_view rest) noexcept {
    if (rest.size() < header_len) return truncated(layer::mldv2_report, header_len, rest.size());
    const std::size_t len = header_len + std::size_t{be16_at(rest, 2)} * address_len +
                            std::size_t{rest[1]} * auxiliary_word_len;
    if (rest.size() < len) {
        return malformed({.reason = parse_reason::truncated,
                          .limit = limit_field::element_length,
                          .at = layer::mldv2_report,
                          .needed_octets = static_cast<std::uint32_t>(len),
                          .have_octets = static_cast<std::uint32_t>(rest.size())});
    }
    return view(rest.first(len));
}

std::size_t mldv2_record::auxiliary_words() const noexcept {
    const std::size_t words = (auxiliary_data.size() + auxiliary_word_len - 1) / auxiliary_word_len;
    return std::min(words, auxiliary_words_max);
}

std::size_t mldv2_record::wire_len() const noexcept {
    return header_len + std::min(sources.size(), sources_max) * address_len +
           auxiliary_words() * auxiliary_word_len;
}

void mldv2_record::emit(bytes_mut out) const noexcept {
    const auto written = sources.first(std::min(sources.size(), sources_max));
    const auto head = out.first<header_len>();
    head[0] = static_cast<std::uint8_t>(type);
    head[1] = static_cast<std::uint8_t>(auxiliary_words());
    put_be16<2>(head, static_cast<std::uint16_t>(written.size()));
    multicast_address.write(head.subspan<4, address_len>());
    auto rest = out.subspan(header_len);
    for (const auto& source : written) {
        source.write(rest.first<address_len>());
        rest = rest.subspan(address_len);
    }
    const auto data = auxiliary_data.first(std::min(auxiliary_data.size(), rest.size()));
    copy_octets(rest, data);
    std::ranges::fill(rest.subspan(data.size()), std::uint8_t{0});
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
