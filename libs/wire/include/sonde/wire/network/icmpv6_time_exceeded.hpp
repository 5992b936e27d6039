#pragma once
/// ICMPv6 Time Exceeded (RFC 4443 s3.3), with the length octet and extension structure of
/// RFC 4884 s4.5.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 3       | code          | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | length, words | unused                                        |
///    +---------------+-----------------------------------------------+
///    | original datagram, zero-padded to `length` words of 64 bits   |
///    +---------------------------------------------------------------+
///    | extension structure, when length is not zero

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmp_extension.hpp>
#include <sonde/wire/network/icmpv6.hpp>

namespace sonde::inline v0 {

/// Codes of Time Exceeded; others stay representable.
enum class icmpv6_time_exceeded_code : std::uint8_t {
    hop_limit_exceeded = 0,
    reassembly_time_exceeded = 1,
};

struct icmpv6_time_exceeded {
    static constexpr std::string_view name = "icmpv6_time_exceeded";
    static constexpr std::string_view spec = "RFC 4443 s3.3";
    static constexpr layer id = layer::icmpv6_time_exceeded;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field_of<icmpv6_type::time_exceeded>,
                                       detail::icmpv6_checksum_field,
                                       field{"length", 32, 8},
                                       field{"unused", 40, 24, field_kind::hex}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 3}};
    static constexpr std::size_t length_unit = 8;  // octets, RFC 4884 s4.5
    using code_type = icmpv6_time_exceeded_code;

    // In host byte order. Borrows `quoted` and `extension`.
    code_type code = code_type::hop_limit_exceeded;
    automatic<std::uint16_t> checksum{};     // needs the addresses: zero on emission unless set
    automatic<std::uint8_t> length_words{};  // of 64 bits; computed unless set
    std::uint32_t unused = 0;                // 24 bits
    bytes_view quoted{};     // the datagram in question; padded on emission before an extension
    bytes_view extension{};  // a whole structure; empty: none
    static constexpr std::array automatics{
        automatic_field{
            "length", detail::quote_units<8>, is_forced<&icmpv6_time_exceeded::length_words>::in},
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&icmpv6_time_exceeded::checksum>::in}};

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
        /// Words of 64 bits that the datagram takes; 0 when no extension is announced.
        [[nodiscard]] std::uint8_t length_words() const noexcept { return this->head()[4]; }
        [[nodiscard]] std::uint32_t unused() const noexcept {
            return be32<4>(this->head()) & 0xffffffU;
        }
        /// What follows the eight octets: quoted datagram, padding, structure.
        [[nodiscard]] std::span<Octet> body() const noexcept { return this->rest(); }
        /// The body split at the length field, tolerant of routers that do not fill it in.
        [[nodiscard]] icmp_quote quote() const noexcept {
            return split_icmp_quote(body(), std::size_t{length_words()} * length_unit, id);
        }
        void set_length_words(std::uint8_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[4] = value;
        }
        /// The datagram that the message is about.
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return body().first(quote().datagram.size());
        }
        [[nodiscard]] selector next_selector() const noexcept {
            return {selector_kind::ip_protocol, std::uint32_t(ip_protocol::ipv6)};
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 3). Checksum and length come back forced.
    [[nodiscard]] SONDE_API static result<icmpv6_time_exceeded> read(view v) noexcept;
    /// The extension structure.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] SONDE_API std::size_t wire_len() const noexcept;  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmpv6_time_exceeded> &&
              std::is_trivially_copyable_v<icmpv6_time_exceeded::view>);

}  // namespace sonde::inline v0
