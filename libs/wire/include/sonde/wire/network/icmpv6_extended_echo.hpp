#pragma once
/// ICMPv6 Extended Echo Request and Reply, known as PROBE (RFC 8335 s2 and s3): asks a proxy about
/// an interface that need not be its own.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 160, 161| code          | checksum                      |
///    +---------------+---------------+---------------+-------------+-+
///    | identifier                    | sequence num. | reserved    |L|  request
///    |                               |               |state|res|A|4|6|  reply
///    +-------------------------------+---------------+-----+---+-+-+-+
///    | request: extension structure with one interface identification object, then data

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmp_extended_echo.hpp>
#include <sonde/wire/network/icmp_extension.hpp>
#include <sonde/wire/network/icmpv6.hpp>

namespace sonde::inline v0 {

struct icmpv6_extended_echo_request {
    static constexpr std::string_view name = "icmpv6_extended_echo_request";
    static constexpr std::string_view spec = "RFC 8335 s2";
    static constexpr layer id = layer::icmpv6_extended_echo_request;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{
        detail::icmpv6_type_field,
        detail::icmpv6_code_field_of<icmpv6_type::extended_echo_request>,
        detail::icmpv6_checksum_field,
        field{"identifier", 32, 16},
        field{"sequence_number", 48, 8},
        field{"reserved", 56, 7},
        field{"local", 63, 1}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 160}};

    // In host byte order. Borrows `extension` and `data`.
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    std::uint16_t identifier = 0;
    std::uint8_t sequence_number = 0;
    std::uint8_t reserved = 0;  // 7 bits
    bool local = true;          // the interface is the proxy's own, not a neighbor's
    bytes_view extension{};     // a structure with one object
    bytes_view data{};          // after the structure, the sender's business
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&icmpv6_extended_echo_request::checksum>::in}};

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
        [[nodiscard]] std::uint16_t identifier() const noexcept { return be16<4>(this->head()); }
        [[nodiscard]] std::uint8_t sequence_number() const noexcept { return this->head()[6]; }
        [[nodiscard]] std::uint8_t reserved() const noexcept { return this->head()[7] >> 1; }
        [[nodiscard]] bool local() const noexcept { return (this->head()[7] & 1) != 0; }
        /// The structure: its header and one object; all that follows when that cannot be read.
        [[nodiscard]] std::span<Octet> extension() const noexcept {
            return this->rest().first(icmp_single_object_len(this->rest()));
        }
        /// What follows the structure, as ping sends it.
        [[nodiscard]] std::span<Octet> data() const noexcept {
            return this->rest().subspan(icmp_single_object_len(this->rest()));
        }
        void set_identifier(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<4>(this->head(), value);
        }
        void set_sequence_number(std::uint8_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[6] = value;
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 160).
    [[nodiscard]] SONDE_API static result<icmpv6_extended_echo_request> read(view v) noexcept;
    /// The extension structure.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return header_len + extension.size() + data.size();
    }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmpv6_extended_echo_request> &&
              std::is_trivially_copyable_v<icmpv6_extended_echo_request::view>);

struct icmpv6_extended_echo_reply {
    static constexpr std::string_view name = "icmpv6_extended_echo_reply";
    static constexpr std::string_view spec = "RFC 8335 s3";
    static constexpr layer id = layer::icmpv6_extended_echo_reply;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{
        detail::icmpv6_type_field,
        detail::icmpv6_code_field_of<icmpv6_type::extended_echo_reply>,
        detail::icmpv6_checksum_field,
        field{"identifier", 32, 16},
        field{"sequence_number", 48, 8},
        field{"state", 56, 3, field_kind::number, &detail::icmp_neighbor_state_field_name},
        field{"reserved", 59, 2},
        field{"active", 61, 1},
        field{"ipv4", 62, 1},
        field{"ipv6", 63, 1}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 161}};

    // In host byte order. Borrows `trailing`.
    icmp_extended_echo_code code = icmp_extended_echo_code::no_error;
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    std::uint16_t identifier = 0;
    std::uint8_t sequence_number = 0;
    icmp_neighbor_state state = icmp_neighbor_state::reserved;  // 3 bits
    std::uint8_t reserved = 0;                                  // 2 bits
    bool active = false;                                        // the interface is up
    bool ipv4 = false;                                          // IPv4 runs on it
    bool ipv6 = false;                                          // IPv6 runs on it
    bytes_view trailing{};  // the RFC has none; kept when there is
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&icmpv6_extended_echo_reply::checksum>::in}};

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
        [[nodiscard]] std::uint16_t identifier() const noexcept { return be16<4>(this->head()); }
        [[nodiscard]] std::uint8_t sequence_number() const noexcept { return this->head()[6]; }
        [[nodiscard]] icmp_neighbor_state state() const noexcept {
            return icmp_neighbor_state{static_cast<std::uint8_t>(this->head()[7] >> 5)};
        }
        [[nodiscard]] std::uint8_t reserved() const noexcept { return (this->head()[7] >> 3) & 3; }
        [[nodiscard]] bool active() const noexcept { return (this->head()[7] & 4) != 0; }
        [[nodiscard]] bool ipv4() const noexcept { return (this->head()[7] & 2) != 0; }
        [[nodiscard]] bool ipv6() const noexcept { return (this->head()[7] & 1) != 0; }
        [[nodiscard]] std::span<Octet> trailing() const noexcept { return this->rest(); }
        void set_identifier(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<4>(this->head(), value);
        }
        void set_sequence_number(std::uint8_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[6] = value;
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 161).
    [[nodiscard]] SONDE_API static result<icmpv6_extended_echo_reply> read(view v) noexcept;
    /// What follows the last field.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + trailing.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmpv6_extended_echo_reply> &&
              std::is_trivially_copyable_v<icmpv6_extended_echo_reply::view>);

}  // namespace sonde::inline v0
