#pragma once
/// ICMPv6 (RFC 4443 s2.1): what every message has, the names of the registry, and the checksum.
/// The messages themselves are in icmpv6_*.hpp, nd_messages.hpp and mld.hpp.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type          | code          | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | body: what the type says
///
/// Types below 128 report errors, the others inform. The checksum covers the pseudo header of
/// RFC 8200 s8.1, so that emission cannot know it: `set_icmpv6_checksum` fills it in afterwards.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// The types that IANA has assigned ("ICMPv6 'type' Numbers"). Others stay representable.
enum class icmpv6_type : std::uint8_t {
    destination_unreachable = 1,
    packet_too_big = 2,
    time_exceeded = 3,
    parameter_problem = 4,
    private_error_100 = 100,
    private_error_101 = 101,
    reserved_error_127 = 127,
    echo_request = 128,
    echo_reply = 129,
    multicast_listener_query = 130,
    multicast_listener_report = 131,
    multicast_listener_done = 132,
    router_solicitation = 133,
    router_advertisement = 134,
    neighbor_solicitation = 135,
    neighbor_advertisement = 136,
    redirect = 137,
    router_renumbering = 138,
    node_information_query = 139,
    node_information_response = 140,
    inverse_neighbor_discovery_solicitation = 141,
    inverse_neighbor_discovery_advertisement = 142,
    multicast_listener_report_v2 = 143,
    home_agent_address_discovery_request = 144,
    home_agent_address_discovery_reply = 145,
    mobile_prefix_solicitation = 146,
    mobile_prefix_advertisement = 147,
    certification_path_solicitation = 148,
    certification_path_advertisement = 149,
    experimental_mobility = 150,
    multicast_router_advertisement = 151,
    multicast_router_solicitation = 152,
    multicast_router_termination = 153,
    fmipv6 = 154,
    rpl_control = 155,
    ilnpv6_locator_update = 156,
    duplicate_address_request = 157,
    duplicate_address_confirmation = 158,
    mpl_control = 159,
    extended_echo_request = 160,
    extended_echo_reply = 161,
    private_information_200 = 200,
    private_information_201 = 201,
    reserved_information_255 = 255,
};

/// Whether a type reports an error (RFC 4443 s2.1: the high bit is clear).
[[nodiscard]] constexpr bool is_error(icmpv6_type type) noexcept {
    return static_cast<std::uint8_t>(type) < 128;
}

/// The registry's name, "Packet Too Big"; empty for a type that is not assigned.
[[nodiscard]] SONDE_API std::string_view to_string(icmpv6_type type) noexcept;
/// The registry's name of a code of a type; empty for a code that is not assigned.
[[nodiscard]] SONDE_API std::string_view icmpv6_code_name(icmpv6_type type,
                                                          std::uint8_t code) noexcept;
/// What users of ping know an error by: "Packet too big: mtu=1400", "Time exceeded: Hop limit".
/// `information` is the word in octets 4 to 7 of the message: the MTU or the pointer.
[[nodiscard]] SONDE_API std::string icmpv6_ping_text(icmpv6_type type, std::uint8_t code,
                                                     std::uint32_t information);

/// The value for the checksum field of `message`, whatever the field holds now.
[[nodiscard]] SONDE_API std::uint16_t icmpv6_checksum(const ipv6_address& source,
                                                      const ipv6_address& destination,
                                                      bytes_view message) noexcept;
/// Whether the checksum field of `message` is right. False below four octets.
[[nodiscard]] SONDE_API bool icmpv6_checksum_holds(const ipv6_address& source,
                                                   const ipv6_address& destination,
                                                   bytes_view message) noexcept;
/// Writes the checksum field. Precondition: message.size() >= 4.
SONDE_API void set_icmpv6_checksum(const ipv6_address& source, const ipv6_address& destination,
                                   bytes_mut message) noexcept;

/// Which message these octets are, by type and, for a query of RFC 2710 or 3810, by length
/// (RFC 3810 s8.1). `layer::icmpv6` for a type without a message of its own or fewer than 4 octets.
[[nodiscard]] SONDE_API layer icmpv6_message_layer(bytes_view message) noexcept;

namespace detail {

[[nodiscard]] SONDE_API std::string_view icmpv6_type_field_name(std::uint64_t value) noexcept;

inline constexpr field icmpv6_type_field{"type", 0, 8, field_kind::number, &icmpv6_type_field_name};
inline constexpr field icmpv6_code_field{"code", 8, 8};
template <icmpv6_type Type>
[[nodiscard]] std::string_view icmpv6_code_field_name(std::uint64_t value) noexcept {
    return icmpv6_code_name(Type, static_cast<std::uint8_t>(value));
}
template <icmpv6_type Type>
inline constexpr field icmpv6_code_field_of{
    "code", 8, 8, field_kind::number, &icmpv6_code_field_name<Type>};
inline constexpr field icmpv6_checksum_field{"checksum", 16, 16, field_kind::hex};

/// What the views of all ICMPv6 messages share: the common four octets and the borrowed span.
template <class Octet, std::size_t HeaderLen>
class icmpv6_view {
  public:
    [[nodiscard]] icmpv6_type type() const noexcept { return icmpv6_type{head()[0]}; }
    [[nodiscard]] std::uint8_t code() const noexcept { return head()[1]; }
    [[nodiscard]] std::uint16_t checksum() const noexcept { return be16<2>(head()); }
    [[nodiscard]] std::span<Octet> octets() const noexcept { return octets_; }
    void set_type(icmpv6_type value) const noexcept
        requires(!std::is_const_v<Octet>)
    {
        head()[0] = static_cast<std::uint8_t>(value);
    }
    void set_code(std::uint8_t value) const noexcept
        requires(!std::is_const_v<Octet>)
    {
        head()[1] = value;
    }
    void set_checksum(std::uint16_t value) const noexcept
        requires(!std::is_const_v<Octet>)
    {
        put_be16<2>(head(), value);
    }

  protected:
    explicit icmpv6_view(std::span<Octet> octets) noexcept : octets_(octets) {}
    [[nodiscard]] auto head() const noexcept { return octets_.template first<HeaderLen>(); }
    /// What follows the fixed header.
    [[nodiscard]] std::span<Octet> rest() const noexcept { return octets_.subspan(HeaderLen); }
    /// Sixteen octets of the header. Precondition: they lie inside, which the compiler checks.
    template <std::size_t Offset>
    [[nodiscard]] ipv6_address address() const noexcept {
        static_assert(Offset + 16 <= HeaderLen, "field outside the header");
        return ipv6_address::from_octets(head().template subspan<Offset, 16>());
    }
    template <std::size_t Offset>
    void set_address(const ipv6_address& value) const noexcept
        requires(!std::is_const_v<Octet>)
    {
        static_assert(Offset + 16 <= HeaderLen, "field outside the header");
        value.write(head().template subspan<Offset, 16>());
    }

  private:
    std::span<Octet> octets_;  // never shorter than HeaderLen
};

/// The error of a reader that was given another message.
[[nodiscard]] constexpr tl::unexpected<parse_error> other_icmpv6_message(layer at) noexcept {
    return malformed({.reason = parse_reason::not_this_message, .at = at});
}

/// Writes the common four octets.
constexpr void put_icmpv6_head(bytes_mut out, icmpv6_type type, std::uint8_t code,
                               automatic<std::uint16_t> checksum) noexcept {
    const auto head = out.first<4>();
    head[0] = static_cast<std::uint8_t>(type);
    head[1] = code;
    put_be16<2>(head, checksum.value_or(0));
}

}  // namespace detail

/// Any ICMPv6 message, for those that have no struct of their own: unknown types survive.
struct icmpv6 {
    static constexpr std::string_view name = "icmpv6";
    static constexpr std::string_view spec = "RFC 4443 s2.1";
    static constexpr layer id = layer::icmpv6;
    static constexpr std::size_t header_len = 4;  // octets
    static constexpr std::array fields{
        detail::icmpv6_type_field, detail::icmpv6_code_field, detail::icmpv6_checksum_field};
    static constexpr std::array selected_by{selector{selector_kind::ip_protocol, 58}};

    icmpv6_type type = icmpv6_type::echo_request;
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    bytes_view body{};                    // borrowed
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&icmpv6::checksum>::in}};

    /// Two words over somebody's octets; any bit pattern is fine. Invalid once they are freed.
    template <class Octet>
    class basic_view : public detail::icmpv6_view<Octet, header_len> {
      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] std::span<Octet> body() const noexcept { return this->rest(); }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: none. The checksum comes back forced, so that emission is the identity.
    [[nodiscard]] SONDE_API static result<icmpv6> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + body.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmpv6> && std::is_trivially_copyable_v<icmpv6::view>);

}  // namespace sonde::inline v0
