#pragma once
/// ICMP Destination Unreachable (RFC 792 p. 4) with the next-hop MTU of RFC 1191 s4 and the length
/// of RFC 4884 s4.1.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 3       | code          | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | unused        | length        | next-hop MTU (code 4, else 0) |
///    +---------------+---------------+-------------------------------+
///    | quoted datagram, then perhaps an extension structure
///
/// The length counts words of 4 octets of the quoted datagram; 0 when no structure follows it, or
/// when the router is older than RFC 4884. An MTU of 0 with code 4 is a router older than RFC 1191.

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmp_extension.hpp>

namespace sonde::inline v0 {

struct icmp_destination_unreachable {
    static constexpr std::string_view name = "icmp_destination_unreachable";
    static constexpr std::string_view spec = "RFC 792 p. 4, RFC 1191 s4, RFC 4884 s4.1";
    static constexpr layer id = layer::icmp_destination_unreachable;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{
        detail::icmp_type_field,
        detail::icmp_code_field_of<icmp_type::destination_unreachable>,
        detail::icmp_checksum_field,
        field{"unused", 32, 8, field_kind::hex},
        field{"length", 40, 8},
        field{"next_hop_mtu", 48, 16}};
    static constexpr std::array selected_by{selector{selector_kind::icmp_type, 3}};

    icmp_unreachable_code code = icmp_unreachable_code::port;
    std::uint8_t unused = 0;
    automatic<std::uint8_t> length_words{};  // computed unless set
    std::uint16_t next_hop_mtu = 0;          // octets
    bytes_view quoted{};                     // the datagram in question, borrowed
    bytes_view extension{};                  // a whole structure, borrowed; empty: none
    automatic<std::uint16_t> checksum{};     // computed on emission unless set
    static constexpr std::array automatics{
        automatic_field{"length",
                        detail::quote_units<4>,
                        is_forced<&icmp_destination_unreachable::length_words>::in},
        automatic_field{"checksum",
                        detail::message_checksum<2>,
                        is_forced<&icmp_destination_unreachable::checksum>::in}};

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
        [[nodiscard]] std::uint8_t unused() const noexcept { return this->head()[4]; }
        [[nodiscard]] std::uint8_t length_words() const noexcept { return this->head()[5]; }
        [[nodiscard]] std::uint16_t next_hop_mtu() const noexcept { return be16<6>(this->head()); }
        /// What follows the eight octets: quoted datagram, structure, padding.
        [[nodiscard]] std::span<Octet> body() const noexcept { return this->rest(); }
        /// The body split at the length field, tolerant of routers that do not fill it in.
        [[nodiscard]] icmp_quote quote() const noexcept {
            return split_icmp_quote(body(), std::size_t{length_words()} * icmp_length_unit, id);
        }
        void set_unused(std::uint8_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[4] = value;
        }
        void set_length_words(std::uint8_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[5] = value;
        }
        void set_next_hop_mtu(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<6>(this->head(), value);
        }
        /// The datagram that the message is about.
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return body().first(quote().datagram.size());
        }
        [[nodiscard]] selector next_selector() const noexcept {
            return {selector_kind::ip_protocol, std::uint32_t(ip_protocol::ipv4)};
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmp_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// What is automatic comes back forced, so that emission is the identity.
    /// Errors: not_this_message (type not 3).
    [[nodiscard]] SONDE_API static result<icmp_destination_unreachable> read(view v) noexcept;
    /// The extension structure.
    SONDE_API static void describe(view seen, field_sink& to);
    /// Octets; see icmp_quote_layout for when the quoted datagram is padded.
    [[nodiscard]] SONDE_API std::size_t wire_len() const noexcept;
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmp_destination_unreachable> &&
              std::is_trivially_copyable_v<icmp_destination_unreachable::view>);

}  // namespace sonde::inline v0
