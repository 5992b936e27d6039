#pragma once
/// Options of IPv4 (RFC 791 s3.1 and later): what known types mean, and a builder. The walk over
/// them is ipv4::view::option_list(); unknown types pass through it as they lie.
///
/// A type is one octet: a flag (to be copied into every fragment), a class of two bits (0 control,
/// 2 debugging), and a number of five.

#include <optional>
#include <span>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/option_list.hpp>

namespace sonde::inline v0 {

/// IANA, IP Option Numbers. Other values stay representable.
enum class ipv4_option_type : std::uint8_t {
    end_of_list = 0,
    no_operation = 1,
    record_route = 7,
    experimental_measurement = 10,
    mtu_probe = 11,  // RFC 1063, made obsolete by RFC 1191
    mtu_reply = 12,  // RFC 1063, made obsolete by RFC 1191
    encode = 15,
    quick_start = 25,  // RFC 4782
    experiment_30 = 30,
    timestamp = 68,
    traceroute = 82,  // RFC 1393
    experiment_94 = 94,
    security = 130,  // RFC 1108
    loose_source_route = 131,
    extended_security = 133,    // RFC 1108
    commercial_security = 134,  // CIPSO
    stream_identifier = 136,
    strict_source_route = 137,
    experimental_access_control = 142,
    imi_traffic_descriptor = 144,
    extended_internet_protocol = 145,
    address_extension = 147,
    router_alert = 148,  // RFC 2113
    selective_directed_broadcast = 149,
    dynamic_packet_state = 151,
    upstream_multicast = 152,
    experiment_158 = 158,
    experimental_flow_control = 205,
    experiment_222 = 222,
};
/// "record_route"...; empty for a type that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(ipv4_option_type type) noexcept;

[[nodiscard]] constexpr ipv4_option_type ipv4_type(const header_option& option) noexcept {
    return ipv4_option_type(option.type);
}
/// Whether every fragment of a datagram carries the option.
[[nodiscard]] constexpr bool is_copied_on_fragmentation(ipv4_option_type type) noexcept {
    return (static_cast<std::uint8_t>(type) & 0x80) != 0;
}

// Each `read` below gives nothing when the option has another type or is too short for it.

/// Record route, loose and strict source route: a pointer and addresses. The pointer counts from
/// the first octet of the option, starting at 1; the first address is at 4.
struct ipv4_route_option {
    ipv4_option_type type = ipv4_option_type::record_route;
    std::uint8_t pointer = 4;
    bytes_view route{};  // 4 octets an address

    [[nodiscard]] SONDE_API static std::optional<ipv4_route_option> read(
        const header_option& option) noexcept;
    /// Room for addresses.
    [[nodiscard]] std::size_t count() const noexcept { return route.size() / 4; }
    /// How many were filled (record route) or visited (source route) so far.
    [[nodiscard]] SONDE_API std::size_t done_count() const noexcept;
    /// Precondition: which < count().
    [[nodiscard]] ipv4_address address(std::size_t which) const noexcept {
        return {be32_at(route, which * 4)};
    }
};

/// What a timestamp option collects: its flag.
enum class ipv4_timestamp_flag : std::uint8_t {
    timestamps = 0,                // 32 bits each
    addresses_and_timestamps = 1,  // each router adds its address too
    prespecified_addresses = 3,    // only the routers that are named add a timestamp
};

/// A timestamp that a router left: milliseconds since midnight UT, or something else when the high
/// bit is set.
struct ipv4_timestamp_entry {
    std::optional<ipv4_address> address{};
    std::uint32_t timestamp = 0;
    [[nodiscard]] constexpr bool is_milliseconds() const noexcept { return timestamp >> 31 == 0; }
};

/// The internet timestamp. The pointer counts as in a route; the first entry is at 5.
struct ipv4_timestamp_option {
    std::uint8_t pointer = 5;
    std::uint8_t overflow = 0;  // 4 bits: routers that found no room
    ipv4_timestamp_flag flag = ipv4_timestamp_flag::timestamps;
    bytes_view entries{};

    [[nodiscard]] SONDE_API static std::optional<ipv4_timestamp_option> read(
        const header_option& option) noexcept;
    /// Octets of one entry: 4 or 8; 0 for a flag that nobody defined.
    [[nodiscard]] SONDE_API std::size_t entry_len() const noexcept;
    /// Room for entries.
    [[nodiscard]] SONDE_API std::size_t count() const noexcept;
    /// How many were filled so far.
    [[nodiscard]] SONDE_API std::size_t done_count() const noexcept;
    /// Precondition: which < count().
    [[nodiscard]] SONDE_API ipv4_timestamp_entry entry(std::size_t which) const noexcept;
};

/// The basic security option (RFC 1108 s2).
struct ipv4_security_option {
    enum class level : std::uint8_t {
        top_secret = 0x3d,
        secret = 0x5a,
        confidential = 0x96,
        unclassified = 0xab,
    };
    level classification = level::unclassified;
    bytes_view protection_authority{};  // flags; the low bit of an octet says that another follows

    [[nodiscard]] SONDE_API static std::optional<ipv4_security_option> read(
        const header_option& option) noexcept;
};
[[nodiscard]] SONDE_API std::string_view to_string(ipv4_security_option::level level) noexcept;

/// The value of router alert (RFC 2113 s2.1; 0: every router looks at the datagram).
[[nodiscard]] SONDE_API std::optional<std::uint16_t> ipv4_router_alert(
    const header_option& option) noexcept;
/// The MTU of an MTU probe or MTU reply (RFC 1063).
[[nodiscard]] SONDE_API std::optional<std::uint16_t> ipv4_mtu(const header_option& option) noexcept;
/// The stream identifier (RFC 791 s3.1).
[[nodiscard]] SONDE_API std::optional<std::uint16_t> ipv4_stream_identifier(
    const header_option& option) noexcept;

/// Where the datagram ends its journey, which is what the pseudo header of the upper layer knows
/// (RFC 1122 s4.1.3.2, s4.2.3.8): the last address of a source route that is not done, else the
/// destination.
[[nodiscard]] SONDE_API ipv4_address ipv4_final_destination(ipv4::view v) noexcept;

/// Makes the options of one header.
///
///     const auto options = ipv4_option_builder().record_route(9);
///     ipv4 probe{.options = options.octets()};
class ipv4_option_builder : public header_option_buffer {
  public:
    SONDE_API ipv4_option_builder& end_of_list() noexcept;
    SONDE_API ipv4_option_builder& no_operation() noexcept;
    /// Empty room for so many addresses; 9 fit.
    SONDE_API ipv4_option_builder& record_route(std::size_t count) noexcept;
    /// Addresses still to visit, the last one the final destination; the header's own destination
    /// is the first hop.
    SONDE_API ipv4_option_builder& loose_source_route(std::span<const ipv4_address> hops) noexcept;
    SONDE_API ipv4_option_builder& strict_source_route(std::span<const ipv4_address> hops) noexcept;
    /// Empty room for so many entries: 9 timestamps fit, or 4 with addresses.
    SONDE_API ipv4_option_builder& timestamps(std::size_t count) noexcept;
    SONDE_API ipv4_option_builder& addresses_and_timestamps(std::size_t count) noexcept;
    /// Asks these routers, in this order; 4 fit.
    SONDE_API ipv4_option_builder& prespecified_timestamps(
        std::span<const ipv4_address> routers) noexcept;
    SONDE_API ipv4_option_builder& router_alert(std::uint16_t value = 0) noexcept;
    SONDE_API ipv4_option_builder& security(ipv4_security_option::level classification,
                                            bytes_view protection_authority) noexcept;
    SONDE_API ipv4_option_builder& mtu_probe(std::uint16_t mtu) noexcept;
    SONDE_API ipv4_option_builder& mtu_reply(std::uint16_t mtu) noexcept;
    SONDE_API ipv4_option_builder& stream_identifier(std::uint16_t value) noexcept;
    /// Any option with a length octet.
    SONDE_API ipv4_option_builder& option(ipv4_option_type type, bytes_view data) noexcept;

  private:
    ipv4_option_builder& add_u16(ipv4_option_type type, std::uint16_t value) noexcept;
    ipv4_option_builder& add_route(ipv4_option_type type,
                                   std::span<const ipv4_address> hops) noexcept;
    ipv4_option_builder& add_timestamp(ipv4_timestamp_flag flag, std::size_t count,
                                       std::span<const ipv4_address> routers) noexcept;
};

}  // namespace sonde::inline v0
