#pragma once
/// The IP authentication header (RFC 4302), behind IPv6 or IPv4. The struct is what it means;
/// `view` is how it lies.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | next header   | payload length| reserved                      |
///    +---------------+---------------+-------------------------------+
///    | security parameters index                                     |
///    +---------------------------------------------------------------+
///    | sequence number                                               |
///    +---------------------------------------------------------------+
///    | integrity check value, then what is authenticated
///
/// The payload length is the length of this header in 32-bit words less two: not in the units of
/// 8 octets that other extension headers have.

#include <algorithm>
#include <array>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

struct ipv6_authentication {
    static constexpr std::string_view name = "ipv6_authentication";
    static constexpr std::string_view spec = "RFC 4302";
    static constexpr layer id = layer::ipv6_authentication;
    static constexpr std::size_t header_len = 12;  // octets, without the integrity check value
    static constexpr std::array fields{
        field{"next_header", 0, 8, field_kind::number, detail::ip_protocol_field_name},
        field{"payload_length", 8, 8},
        field{"reserved", 16, 16, field_kind::hex},
        field{"security_parameters_index", 32, 32, field_kind::hex},
        field{"sequence_number", 64, 32}};
    static constexpr std::array selected_by{selector{selector_kind::ip_protocol, 51}};

    // What it means, in host byte order. Borrows `integrity_check_value` and `payload`.
    automatic<ip_protocol> next_header{};      // from what it carries; `no_next_header` else
    automatic<std::uint8_t> payload_length{};  // 32-bit words less 2; computed unless set
    std::uint16_t reserved = 0;
    std::uint32_t security_parameters_index = 0;
    std::uint32_t sequence_number = 0;
    bytes_view integrity_check_value{};  // padded with zeros to whole words
    bytes_view payload{};
    static constexpr std::array automatics{
        automatic_field{"next_header",
                        detail::next_protocol<0>,
                        is_forced<&ipv6_authentication::next_header>::in},
        automatic_field{"payload_length",
                        detail::header_units<4, 2>,
                        is_forced<&ipv6_authentication::payload_length>::in}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view {
        static constexpr bool writable = !std::is_const_v<Octet>;

      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] ip_protocol next_header() const noexcept { return ip_protocol(head()[0]); }
        [[nodiscard]] std::uint8_t payload_length() const noexcept { return head()[1]; }
        /// Octets of this header as declared; below 12 is wrong.
        [[nodiscard]] std::size_t header_length() const noexcept {
            return (std::size_t{payload_length()} + 2) * 4;
        }
        [[nodiscard]] std::uint16_t reserved() const noexcept { return be16<2>(head()); }
        [[nodiscard]] std::uint32_t security_parameters_index() const noexcept {
            return be32<4>(head());
        }
        [[nodiscard]] std::uint32_t sequence_number() const noexcept { return be32<8>(head()); }
        /// As much as is declared and captured.
        [[nodiscard]] std::span<Octet> integrity_check_value() const noexcept {
            return octets_.first(payload_at()).subspan(header_len);
        }
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return octets_.subspan(payload_at());
        }
        [[nodiscard]] selector next_selector() const noexcept {
            return {selector_kind::ip_protocol, std::uint32_t(next_header())};
        }
        [[nodiscard]] std::span<Octet> octets() const noexcept { return octets_; }
        void set_next_header(ip_protocol value) const noexcept
            requires writable
        {
            head()[0] = std::uint8_t(value);
        }
        void set_payload_length(std::uint8_t words_less_two) const noexcept
            requires writable
        {
            head()[1] = words_less_two;
        }
        void set_security_parameters_index(std::uint32_t value) const noexcept
            requires writable
        {
            put_be32<4>(head(), value);
        }
        void set_sequence_number(std::uint32_t value) const noexcept
            requires writable
        {
            put_be32<8>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : octets_(octets) {}
        [[nodiscard]] auto head() const noexcept { return octets_.template first<header_len>(); }
        [[nodiscard]] std::size_t payload_at() const noexcept {
            return std::min(std::max(header_length(), header_len), octets_.size());
        }
        std::span<Octet> octets_;  // never shorter than header_len
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced, so that emission is the identity.
    /// Errors: bad_length (a payload length of 0: the header has three words at least), truncated
    /// (the declared length reaches over the end).
    [[nodiscard]] SONDE_API static result<ipv6_authentication> read(view v) noexcept;
    /// The integrity check value.
    SONDE_API static void describe(view seen, field_sink& to);
    /// Octets of the header with its integrity check value, padded.
    [[nodiscard]] std::size_t header_wire_len() const noexcept {
        return header_len + (integrity_check_value.size() + 3) / 4 * 4;
    }
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return header_wire_len() + payload.size();
    }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<ipv6_authentication> &&
              std::is_trivially_copyable_v<ipv6_authentication::view>);

}  // namespace sonde::inline v0
