#pragma once
/// ICMP Security Failures, called Photuris in the registry (RFC 2521 s2).
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 40      | code          | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | reserved                      | pointer                       |
///    +-------------------------------+-------------------------------+
///    | quoted datagram
///
/// The pointer is the octet of the quoted datagram where the offending SPI begins, 0 when there is
/// none.

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmp.hpp>

namespace sonde::inline v0 {

struct icmp_photuris {
    static constexpr std::string_view name = "icmp_photuris";
    static constexpr std::string_view spec = "RFC 2521 s2";
    static constexpr layer id = layer::icmp_photuris;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmp_type_field,
                                       detail::icmp_code_field_of<icmp_type::photuris>,
                                       detail::icmp_checksum_field,
                                       field{"reserved", 32, 16, field_kind::hex},
                                       field{"pointer", 48, 16}};
    static constexpr std::array selected_by{selector{selector_kind::icmp_type, 40}};

    icmp_photuris_code code = icmp_photuris_code::bad_spi;
    std::uint16_t reserved = 0;
    std::uint16_t pointer = 0;            // octets from the start of the quoted datagram
    bytes_view quoted{};                  // the datagram in question, borrowed
    automatic<std::uint16_t> checksum{};  // computed on emission unless set
    static constexpr std::array automatics{automatic_field{
        "checksum", detail::message_checksum<2>, is_forced<&icmp_photuris::checksum>::in}};

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
        [[nodiscard]] std::uint16_t reserved() const noexcept { return be16<4>(this->head()); }
        [[nodiscard]] std::uint16_t pointer() const noexcept { return be16<6>(this->head()); }
        /// The datagram in question, from its IP header, as far as it was quoted.
        [[nodiscard]] std::span<Octet> quoted() const noexcept { return this->rest(); }
        void set_reserved(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<4>(this->head(), value);
        }
        void set_pointer(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<6>(this->head(), value);
        }
        /// The datagram that the message is about.
        [[nodiscard]] std::span<Octet> payload() const noexcept { return quoted(); }
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
    /// Errors: not_this_message (type not 40).
    [[nodiscard]] SONDE_API static result<icmp_photuris> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + quoted.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmp_photuris> && std::is_trivially_copyable_v<icmp_photuris::view>);

}  // namespace sonde::inline v0
