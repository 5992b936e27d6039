#include <algorithm>

#include <sonde/wire/network/ipv4_options.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::size_t route_at = 3;       // octets before the first address: type, length, pointer
constexpr std::size_t timestamps_at = 4;  // the same and the flags

constexpr std::uint8_t number(ipv4_option_type type) noexcept {
    return static_cast<std::uint8_t>(type);
}

// Whole entries in front of the pointer, which counts octets from 1.
std::size_t done_before(std::uint8_t pointer, std::size_t first, std::size_t entry_len,
                        std::size_t count) noexcept {
    if (entry_len == 0 || pointer < first + 1) return 0;
    return std::min((pointer - first - 1) / entry_len, count);
}

std::optional<std::uint16_t> only_u16(const header_option& option) noexcept {
    if (option.octets.size() != 4) return std::nullopt;
    return be16_at(option.octets, 2);
}

}  // namespace

std::string_view to_string(ipv4_option_type type) noexcept {
    switch (type) {
        case ipv4_option_type::end_of_list:
            return "end_of_list";
        case ipv4_option_type::no_operation:
            return "no_operation";
        case ipv4_option_type::record_route:
            return "record_route";
        case ipv4_option_type::experimental_measurement:
            return "experimental_measurement";
        case ipv4_option_type::mtu_probe:
            return "mtu_probe";
        case ipv4_option_type::mtu_reply:
            return "mtu_reply";
        case ipv4_option_type::encode:
            return "encode";
        case ipv4_option_type::quick_start:
            return "quick_start";
        case ipv4_option_type::experiment_30:
            return "experiment_30";
        case ipv4_option_type::timestamp:
            return "timestamp";
        case ipv4_option_type::traceroute:
            return "traceroute";
        case ipv4_option_type::experiment_94:
            return "experiment_94";
        case ipv4_option_type::security:
            return "security";
        case ipv4_option_type::loose_source_route:
            return "loose_source_route";
        case ipv4_option_type::extended_security:
            return "extended_security";
        case ipv4_option_type::commercial_security:
            return "commercial_security";
        case ipv4_option_type::stream_identifier:
            return "stream_identifier";
        case ipv4_option_type::strict_source_route:
            return "strict_source_route";
        case ipv4_option_type::experimental_access_control:
            return "experimental_access_control";
        case ipv4_option_type::imi_traffic_descriptor:
            return "imi_traffic_descriptor";
        case ipv4_option_type::extended_internet_protocol:
            return "extended_internet_protocol";
        case ipv4_option_type::address_extension:
            return "address_extension";
        case ipv4_option_type::router_alert:
            return "router_alert";
        case ipv4_option_type::selective_directed_broadcast:
            return "selective_directed_broadcast";
        case ipv4_option_type::dynamic_packet_state:
            return "dynamic_packet_state";
        case ipv4_option_type::upstream_multicast:
            return "upstream_multicast";
        case ipv4_option_type::experiment_158:
            return "experiment_158";
        case ipv4_option_type::experimental_flow_control:
            return "experimental_flow_control";
        case ipv4_option_type::experiment_222:
            return "experiment_222";
    }
    return {};
}

std::string_view to_string(ipv4_security_option::level level) noexcept {
    switch (level) {
        case ipv4_security_option::level::top_secret:
            return "top_secret";
        case ipv4_security_option::level::secret:
            return "secret";
        case ipv4_security_option::level::confidential:
            return "confidential";
        case ipv4_security_option::level::unclassified:
            return "unclassified";
    }
    return {};
}

std::optional<ipv4_route_option> ipv4_route_option::read(const header_option& option) noexcept {
    const auto type = ipv4_type(option);
    const bool is_route = type == ipv4_option_type::record_route ||
                          type == ipv4_option_type::loose_source_route ||
                          type == ipv4_option_type::strict_source_route;
    if (!is_route || option.octets.size() < route_at) return std::nullopt;
    return ipv4_route_option{type, option.octets[2], option.octets.subspan(route_at)};
}

std::size_t ipv4_route_option::done_count() const noexcept {
    return done_before(pointer, route_at, 4, count());
}

std::optional<ipv4_timestamp_option> ipv4_timestamp_option::read(
    const header_option& option) noexcept {
    if (ipv4_type(option) != ipv4_option_type::timestamp || option.octets.size() < timestamps_at) {
        return std::nullopt;
    }
    const std::uint8_t flags = option.octets[3];
    return ipv4_timestamp_option{option.octets[2],
                                 static_cast<std::uint8_t>(flags >> 4),
                                 ipv4_timestamp_flag(flags & 0x0f),
                                 option.octets.subspan(timestamps_at)};
}

std::size_t ipv4_timestamp_option::entry_len() const noexcept {
    switch (flag) {
        case ipv4_timestamp_flag::timestamps:
            return 4;
        case ipv4_timestamp_flag::addresses_and_timestamps:
        case ipv4_timestamp_flag::prespecified_addresses:
            return 8;
    }
    return 0;
}

std::size_t ipv4_timestamp_option::count() const noexcept {
    return entry_len() == 0 ? 0 : entries.size() / entry_len();
}

std::size_t ipv4_timestamp_option::done_count() const noexcept {
    return done_before(pointer, timestamps_at, entry_len(), count());
}

ipv4_timestamp_entry ipv4_timestamp_option::entry(std::size_t which) const noexcept {
    const bytes_view octets = entries.subspan(which * entry_len(), entry_len());
    if (octets.size() == 4) return {std::nullopt, be32_at(octets, 0)};
    return {ipv4_address{be32_at(octets, 0)}, be32_at(octets, 4)};
}

std::optional<ipv4_security_option> ipv4_security_option::read(
    const header_option& option) noexcept {
    if (ipv4_type(option) != ipv4_option_type::security || option.octets.size() < 3) {
        return std::nullopt;
    }
    return ipv4_security_option{level(option.octets[2]), option.octets.subspan(3)};
}

std::optional<std::uint16_t> ipv4_router_alert(const header_option& option) noexcept {
    return ipv4_type(option) == ipv4_option_type::router_alert ? only_u16(option) : std::nullopt;
}

std::optional<std::uint16_t> ipv4_mtu(const header_option& option) noexcept {
    const auto type = ipv4_type(option);
    const bool is_mtu = type == ipv4_option_type::mtu_probe || type == ipv4_option_type::mtu_reply;
    return is_mtu ? only_u16(option) : std::nullopt;
}

std::optional<std::uint16_t> ipv4_stream_identifier(const header_option& option) noexcept {
    return ipv4_type(option) == ipv4_option_type::stream_identifier ? only_u16(option)
                                                                    : std::nullopt;
}

ipv4_address ipv4_final_destination(ipv4::view v) noexcept {
    for (const header_option& option : v.option_list()) {
        if (ipv4_type(option) == ipv4_option_type::record_route) continue;
        const auto route = ipv4_route_option::read(option);
        if (route && route->done_count() < route->count())
            return route->address(route->count() - 1);
    }
    return v.destination();
}

ipv4_option_builder& ipv4_option_builder::end_of_list() noexcept {
    append_single(number(ipv4_option_type::end_of_list));
    return *this;
}

ipv4_option_builder& ipv4_option_builder::no_operation() noexcept {
    append_single(number(ipv4_option_type::no_operation));
    return *this;
}

ipv4_option_builder& ipv4_option_builder::record_route(std::size_t count) noexcept {
    const bytes_mut room =
        append_room(number(ipv4_option_type::record_route), std::min(count, capacity) * 4 + 1);
    if (!room.empty()) room[0] = route_at + 1;
    return *this;
}

ipv4_option_builder& ipv4_option_builder::add_route(ipv4_option_type type,
                                                    std::span<const ipv4_address> hops) noexcept {
    const bytes_mut room = append_room(number(type), std::min(hops.size(), capacity) * 4 + 1);
    if (room.empty()) return *this;
    room[0] = route_at + 1;
    for (std::size_t i = 0; i < hops.size(); ++i) put_be32_at(room, 1 + i * 4, hops[i].value);
    return *this;
}

ipv4_option_builder& ipv4_option_builder::loose_source_route(
    std::span<const ipv4_address> hops) noexcept {
    return add_route(ipv4_option_type::loose_source_route, hops);
}

ipv4_option_builder& ipv4_option_builder::strict_source_route(
    std::span<const ipv4_address> hops) noexcept {
    return add_route(ipv4_option_type::strict_source_route, hops);
}

ipv4_option_builder& ipv4_option_builder::add_timestamp(
    ipv4_timestamp_flag flag, std::size_t count, std::span<const ipv4_address> routers) noexcept {
    const std::size_t entry_len = ipv4_timestamp_option{.flag = flag}.entry_len();
    const bytes_mut room =
        append_room(number(ipv4_option_type::timestamp), std::min(count, capacity) * entry_len + 2);
    if (room.empty()) return *this;
    room[0] = timestamps_at + 1;
    room[1] = static_cast<std::uint8_t>(flag);
    for (std::size_t i = 0; i < routers.size(); ++i) {
        put_be32_at(room, 2 + i * entry_len, routers[i].value);
    }
    return *this;
}

ipv4_option_builder& ipv4_option_builder::timestamps(std::size_t count) noexcept {
    return add_timestamp(ipv4_timestamp_flag::timestamps, count, {});
}

ipv4_option_builder& ipv4_option_builder::addresses_and_timestamps(std::size_t count) noexcept {
    return add_timestamp(ipv4_timestamp_flag::addresses_and_timestamps, count, {});
}

ipv4_option_builder& ipv4_option_builder::prespecified_timestamps(
    std::span<const ipv4_address> routers) noexcept {
    return add_timestamp(ipv4_timestamp_flag::prespecified_addresses, routers.size(), routers);
}

ipv4_option_builder& ipv4_option_builder::add_u16(ipv4_option_type type,
                                                  std::uint16_t value) noexcept {
    append_u16(number(type), value);
    return *this;
}

ipv4_option_builder& ipv4_option_builder::router_alert(std::uint16_t value) noexcept {
    return add_u16(ipv4_option_type::router_alert, value);
}

ipv4_option_builder& ipv4_option_builder::security(ipv4_security_option::level classification,
                                                   bytes_view protection_authority) noexcept {
    const bytes_mut room =
        append_room(number(ipv4_option_type::security), protection_authority.size() + 1);
    if (room.empty()) return *this;
    room[0] = static_cast<std::uint8_t>(classification);
    copy_octets(room.subspan(1), protection_authority);
    return *this;
}

ipv4_option_builder& ipv4_option_builder::mtu_probe(std::uint16_t mtu) noexcept {
    return add_u16(ipv4_option_type::mtu_probe, mtu);
}

ipv4_option_builder& ipv4_option_builder::mtu_reply(std::uint16_t mtu) noexcept {
    return add_u16(ipv4_option_type::mtu_reply, mtu);
}

ipv4_option_builder& ipv4_option_builder::stream_identifier(std::uint16_t value) noexcept {
    return add_u16(ipv4_option_type::stream_identifier, value);
}

ipv4_option_builder& ipv4_option_builder::option(ipv4_option_type type, bytes_view data) noexcept {
    append(number(type), data);
    return *this;
}

}  // namespace sonde::inline v0
