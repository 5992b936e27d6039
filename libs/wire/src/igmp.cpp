#include <bit>

#include <sonde/wire/network/igmp.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::size_t address_len = ipv4_address_list::address_len;
constexpr std::uint32_t floating_value_max = igmpv3_value_of_code(0xff);

// The checksum is over the whole message (RFC 2236 s2.3); it is zero while it is computed.
void put_checksum(bytes_mut message, automatic<std::uint16_t> forced) noexcept {
    put_be16_at(message, 2, 0);
    put_be16_at(message, 2, forced ? *forced : internet_checksum(message));
}

std::uint16_t count_records(bytes_view octets) noexcept {
    std::size_t count = 0;
    for (const auto& record : igmpv3_records(octets)) {
        static_cast<void>(record);
        ++count;
    }
    return static_cast<std::uint16_t>(count);  // 65536 records need more than a datagram holds
}

tl::unexpected<parse_error> other_message(layer at) noexcept {
    return malformed({.reason = parse_reason::not_this_message, .at = at});
}

}  // namespace

std::string_view to_string(igmp_type type) noexcept {
    switch (type) {
        case igmp_type::membership_query:
            return "membership_query";
        case igmp_type::v1_membership_report:
            return "v1_membership_report";
        case igmp_type::dvmrp:
            return "dvmrp";
        case igmp_type::pim_version_1:
            return "pim_version_1";
        case igmp_type::v2_membership_report:
            return "v2_membership_report";
        case igmp_type::leave_group:
            return "leave_group";
        case igmp_type::multicast_traceroute_response:
            return "multicast_traceroute_response";
        case igmp_type::multicast_traceroute:
            return "multicast_traceroute";
        case igmp_type::v3_membership_report:
            return "v3_membership_report";
        case igmp_type::multicast_router_advertisement:
            return "multicast_router_advertisement";
        case igmp_type::multicast_router_solicitation:
            return "multicast_router_solicitation";
        case igmp_type::multicast_router_termination:
            return "multicast_router_termination";
    }
    return {};
}

namespace detail {
std::string_view igmp_type_field_name(std::uint64_t value) noexcept {
    return to_string(igmp_type(static_cast<std::uint8_t>(value)));
}
}  // namespace detail

std::optional<igmp_version> igmp_query_version(bytes_view message) noexcept {
    if (message.size() < igmp::header_len) return std::nullopt;
    if (igmp_type(message[0]) != igmp_type::membership_query) return std::nullopt;
    if (message.size() >= igmpv3_query::header_len) return igmp_version::v3;
    if (message.size() > igmp::header_len) return std::nullopt;
    return message[1] == 0 ? igmp_version::v1 : igmp_version::v2;
}

layer igmp_message_layer(bytes_view message) noexcept {
    if (igmp_query_version(message) == igmp_version::v3) return layer::igmpv3_query;
    const bool report =
        !message.empty() && igmp_type(message[0]) == igmp_type::v3_membership_report;
    return report ? layer::igmpv3_report : layer::igmp;
}

std::uint8_t igmpv3_code_of_value(std::uint32_t value) noexcept {
    if (value < 0x80) return static_cast<std::uint8_t>(value);
    // The highest bit is hidden, four bits of mantissa follow it; the rest is rounded down.
    const std::uint32_t bounded = std::min(value, floating_value_max);
    const auto shift = static_cast<unsigned>(std::bit_width(bounded)) - 5;
    const std::uint32_t mantissa = (bounded >> shift) & 0x0f;
    return static_cast<std::uint8_t>(0x80 | ((shift - 3) << 4) | mantissa);
}

result<igmp> igmp::read(view v) noexcept {
    return igmp{.type = v.type(),
                .max_resp_code = v.max_resp_code(),
                .checksum = v.checksum(),
                .group_address = v.group_address(),
                .data = v.data()};
}

void igmp::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    head[0] = static_cast<std::uint8_t>(type);
    head[1] = max_resp_code;
    group_address.write(head.subspan<4, 4>());
    copy_octets(out.subspan(header_len), data);
    put_checksum(out, checksum);
}

result<igmpv3_query> igmpv3_query::read(view v) noexcept {
    if (v.type() != igmp_type::membership_query) return other_message(id);
    return igmpv3_query{.max_resp_code = v.max_resp_code(),
                        .checksum = v.checksum(),
                        .group_address = v.group_address(),
                        .resv = v.resv(),
                        .suppress = v.suppress(),
                        .robustness = v.robustness(),
                        .interval_code = v.interval_code(),
                        .number_of_sources = v.number_of_sources(),
                        .sources = v.octets().subspan(header_len)};
}

void igmpv3_query::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    head[0] = static_cast<std::uint8_t>(igmp_type::membership_query);
    head[1] = max_resp_code;
    group_address.write(head.subspan<4, 4>());
    head[8] = static_cast<std::uint8_t>((resv << 4) | (suppress ? 8 : 0) | (robustness & 7));
    head[9] = interval_code;
    const auto counted = static_cast<std::uint16_t>(sources.size() / address_len);
    put_be16<10>(head, number_of_sources.value_or(counted));
    copy_octets(out.subspan(header_len), sources);
    put_checksum(out, checksum);
}

result<igmpv3_report> igmpv3_report::read(view v) noexcept {
    if (v.type() != igmp_type::v3_membership_report) return other_message(id);
    return igmpv3_report{.reserved = v.reserved(),
                         .checksum = v.checksum(),
                         .reserved_2 = v.reserved_2(),
                         .number_of_records = v.number_of_records(),
                         .records = v.octets().subspan(header_len)};
}

void igmpv3_report::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    head[0] = static_cast<std::uint8_t>(igmp_type::v3_membership_report);
    head[1] = reserved;
    put_be16<4>(head, reserved_2);
    put_be16<6>(head, number_of_records ? *number_of_records : count_records(records));
    copy_octets(out.subspan(header_len), records);
    put_checksum(out, checksum);
}

}  // namespace sonde::inline v0
