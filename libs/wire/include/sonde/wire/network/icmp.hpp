#pragma once
/// ICMP for IPv4 (RFC 792): what every message has, and the names of the registry. The messages
/// themselves are in icmp_*.hpp.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type          | code          | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | rest of the header: what the type says (4 octets)             |
///    +---------------------------------------------------------------+
///    | data
///
/// The checksum covers the message alone, so that emission fills it in.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/wire/automatics.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// The types that IANA has assigned ("ICMP Type Numbers"). Others stay representable.
enum class icmp_type : std::uint8_t {
    echo_reply = 0,
    destination_unreachable = 3,
    source_quench = 4,  // deprecated by RFC 6633
    redirect = 5,
    alternate_host_address = 6,  // deprecated by RFC 6918, as are 15 to 18 and 30 to 39
    echo = 8,
    router_advertisement = 9,
    router_solicitation = 10,
    time_exceeded = 11,
    parameter_problem = 12,
    timestamp = 13,
    timestamp_reply = 14,
    information_request = 15,
    information_reply = 16,
    address_mask_request = 17,
    address_mask_reply = 18,
    traceroute = 30,
    datagram_conversion_error = 31,
    mobile_host_redirect = 32,
    ipv6_where_are_you = 33,
    ipv6_i_am_here = 34,
    mobile_registration_request = 35,
    mobile_registration_reply = 36,
    domain_name_request = 37,
    domain_name_reply = 38,
    skip = 39,
    photuris = 40,
    experimental_mobility = 41,
    extended_echo_request = 42,
    extended_echo_reply = 43,
    experiment_1 = 253,
    experiment_2 = 254,
};

/// Codes of destination_unreachable (RFC 792 p. 4, RFC 1122 s3.2.2.1, RFC 1812 s5.2.7.1).
enum class icmp_unreachable_code : std::uint8_t {
    net = 0,
    host = 1,
    protocol = 2,
    port = 3,
    fragmentation_needed = 4,
    source_route_failed = 5,
    destination_network_unknown = 6,
    destination_host_unknown = 7,
    source_host_isolated = 8,
    network_prohibited = 9,
    host_prohibited = 10,
    network_for_type_of_service = 11,
    host_for_type_of_service = 12,
    communication_prohibited = 13,
    host_precedence_violation = 14,
    precedence_cutoff = 15,
};
/// Codes of redirect (RFC 792 p. 12).
enum class icmp_redirect_code : std::uint8_t {
    network = 0,
    host = 1,
    type_of_service_and_network = 2,
    type_of_service_and_host = 3,
};
/// Codes of time_exceeded (RFC 792 p. 6).
enum class icmp_time_exceeded_code : std::uint8_t { in_transit = 0, fragment_reassembly = 1 };
/// Codes of parameter_problem (RFC 792 p. 8, RFC 1122 s3.2.2.5).
enum class icmp_parameter_problem_code : std::uint8_t {
    pointer_indicates_the_error = 0,
    missing_a_required_option = 1,
    bad_length = 2,
};
/// Codes of router_advertisement (RFC 1256, RFC 5944 s2.1).
enum class icmp_router_advertisement_code : std::uint8_t {
    normal = 0,
    does_not_route_common_traffic = 16,
};
/// Codes of photuris (RFC 2521 s2).
enum class icmp_photuris_code : std::uint8_t {
    bad_spi = 0,
    authentication_failed = 1,
    decompression_failed = 2,
    decryption_failed = 3,
    need_authentication = 4,
    need_authorization = 5,
};
/// Codes of extended_echo_reply (RFC 8335 s3), of ICMPv4 and ICMPv6 alike.
enum class icmp_extended_echo_code : std::uint8_t {
    no_error = 0,
    malformed_query = 1,
    no_such_interface = 2,
    no_such_table_entry = 3,
    multiple_interfaces_satisfy_query = 4,
};

/// Whether a type reports an error about a datagram and quotes it: never answered with another
/// error (RFC 1122 s3.2.2; RFC 1475 s5.1 and RFC 2521 s2 add types 31 and 40).
[[nodiscard]] SONDE_API bool is_error(icmp_type type) noexcept;
/// Whether a type was taken out of use (RFC 6633, RFC 6918).
[[nodiscard]] SONDE_API bool is_deprecated(icmp_type type) noexcept;
/// The registry's name, "Destination Unreachable"; empty for a type that is not assigned.
[[nodiscard]] SONDE_API std::string_view to_string(icmp_type type) noexcept;
/// The registry's name of a code of a type; empty for a code that is not assigned.
[[nodiscard]] SONDE_API std::string_view icmp_code_name(icmp_type type, std::uint8_t code) noexcept;
/// What users of ping know a message by: "Destination Net Unreachable", "Frag needed and DF set
/// (mtu = 1400)", "Redirect Host(New nexthop: 192.0.2.1)". `information` is the word in octets 4 to
/// 7 of the message: the next-hop MTU, the gateway or the pointer is in it.
[[nodiscard]] SONDE_API std::string icmp_ping_text(icmp_type type, std::uint8_t code,
                                                   std::uint32_t information);
/// Which message these octets are, by type; `layer::icmp` for a type without a message of its own
/// or no octets at all.
[[nodiscard]] SONDE_API layer icmp_message_layer(bytes_view message) noexcept;

namespace detail {

[[nodiscard]] SONDE_API std::string_view icmp_type_field_name(std::uint64_t value) noexcept;

template <icmp_type Type>
[[nodiscard]] std::string_view icmp_code_field_name(std::uint64_t value) noexcept {
    return icmp_code_name(Type, static_cast<std::uint8_t>(value));
}

inline constexpr field icmp_type_field{"type", 0, 8, field_kind::number, &icmp_type_field_name};
inline constexpr field icmp_code_field{"code", 8, 8};
template <icmp_type Type>
inline constexpr field icmp_code_field_of{
    "code", 8, 8, field_kind::number, &icmp_code_field_name<Type>};
inline constexpr field icmp_checksum_field{"checksum", 16, 16, field_kind::hex};

/// What the views of all ICMP messages share: the common four octets and the borrowed span.
template <class Octet, std::size_t HeaderLen>
class icmp_view {
  public:
    [[nodiscard]] icmp_type type() const noexcept { return icmp_type{head()[0]}; }
    [[nodiscard]] std::uint8_t code() const noexcept { return head()[1]; }
    [[nodiscard]] std::uint16_t checksum() const noexcept { return be16<2>(head()); }
    [[nodiscard]] std::span<Octet> octets() const noexcept { return octets_; }
    void set_type(icmp_type value) const noexcept
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
    explicit icmp_view(std::span<Octet> octets) noexcept : octets_(octets) {}
    [[nodiscard]] auto head() const noexcept { return octets_.template first<HeaderLen>(); }
    /// What follows the fixed header.
    [[nodiscard]] std::span<Octet> rest() const noexcept { return octets_.subspan(HeaderLen); }

  private:
    std::span<Octet> octets_;  // never shorter than HeaderLen
};

/// What the emitters of all messages share: the first eight octets and the checksum, which is made
/// of the values in hand and of the payload where it comes from. Summing what was just written
/// would wait for the stores (docs/performance.md).
struct icmp_head {
    std::uint8_t type = 0;
    std::uint8_t code = 0;
    std::uint32_t information = 0;  // octets 4 to 7
    automatic<std::uint16_t> checksum{};
};

[[nodiscard]] constexpr std::uint32_t two_u16(std::uint16_t high, std::uint16_t low) noexcept {
    return (std::uint32_t{high} << 16) | low;
}
[[nodiscard]] constexpr std::uint16_t two_u8(std::uint8_t high, std::uint8_t low) noexcept {
    return static_cast<std::uint16_t>((high << 8) | low);
}

/// Writes the first eight octets of `out`; `following` is what lies behind them, in order.
template <class... Octets>
void emit_icmp_head(bytes_mut out, const icmp_head& head, const Octets&... following) noexcept {
    const std::uint16_t kind = two_u8(head.type, head.code);
    std::uint16_t value = 0;
    if (head.checksum) {
        value = *head.checksum;
    } else {
        sonde::checksum sum;
        sum.add_u16(kind).add_u32(head.information);
        (sum.add(following), ...);
        value = sum.value();
    }
    // One value, so that the compiler makes one store of it.
    put_be64<0>(out.first<8>(),
                (std::uint64_t{kind} << 48) | (std::uint64_t{value} << 32) | head.information);
}

}  // namespace detail

/// Any ICMP message, for those that have no struct of their own: unknown types survive.
struct icmp {
    static constexpr std::string_view name = "icmp";
    static constexpr std::string_view spec = "RFC 792";
    static constexpr layer id = layer::icmp;
    static constexpr std::size_t header_len = 4;  // octets
    static constexpr std::array fields{
        detail::icmp_type_field, detail::icmp_code_field, detail::icmp_checksum_field};
    static constexpr std::array selected_by{selector{selector_kind::ip_protocol, 1}};

    icmp_type type = icmp_type::experiment_1;
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};  // computed on emission unless set
    bytes_view body{};                    // the rest of the header and the data; borrowed
    static constexpr std::array automatics{
        automatic_field{"checksum", detail::message_checksum<2>, is_forced<&icmp::checksum>::in}};

    /// Two words over somebody's octets; any bit pattern is fine. Invalid once they are freed.
    template <class Octet>
    class basic_view : public detail::icmp_view<Octet, header_len> {
      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        /// All that follows the checksum.
        [[nodiscard]] std::span<Octet> body() const noexcept { return this->rest(); }
        /// Octets 4 to 7, fewer in a message that is shorter.
        [[nodiscard]] std::span<Octet> rest_of_header() const noexcept {
            return body().first(body().size() < 4 ? body().size() : 4);
        }
        /// What follows the first eight octets.
        [[nodiscard]] std::span<Octet> data() const noexcept {
            return body().subspan(rest_of_header().size());
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmp_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: none. The checksum comes back forced, so that emission is the identity.
    [[nodiscard]] SONDE_API static result<icmp> read(view v) noexcept;
    /// The rest of the header.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + body.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmp> && std::is_trivially_copyable_v<icmp::view>);

/// Whether the checksum of a whole message is right (RFC 792: the sum over all of it is 0xffff).
/// False below four octets. A message cut by the capture cannot be judged: ask only for whole ones.
[[nodiscard]] SONDE_API bool icmp_checksum_holds(bytes_view message) noexcept;

}  // namespace sonde::inline v0
