#pragma once
/// ICMP Redirect (RFC 792 p. 12): a shorter way is through that gateway.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 5       | code          | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | gateway internet address                                      |
///    +---------------------------------------------------------------+
///    | quoted datagram

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmp.hpp>

namespace sonde::inline v0 {

struct icmp_redirect {
    static constexpr std::string_view name = "icmp_redirect";
    static constexpr std::string_view spec = "RFC 792 p. 12";
    static constexpr layer id = layer::icmp_redirect;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmp_type_field,
                                       detail::icmp_code_field_of<icmp_type::redirect>,
                                       detail::icmp_checksum_field,
                                       field{"gateway_internet_address", 32, 32, field_kind::ipv4}};
    static constexpr std::array selected_by{selector{selector_kind::icmp_type, 5}};

    icmp_redirect_code code = icmp_redirect_code::host;
    ipv4_address gateway_internet_address{};
    bytes_view quoted{};                  // the datagram in question, borrowed
    automatic<std::uint16_t> checksum{};  // computed on emission unless set
    static constexpr std::array automatics{automatic_field{
        "checksum", detail::message_checksum<2>, is_forced<&icmp_redirect::checksum>::in}};

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
        [[nodiscard]] ipv4_address gateway_internet_address() const noexcept {
            return {be32<4>(this->head())};
        }
        /// The datagram in question, from its IP header, as far as it was quoted.
        [[nodiscard]] std::span<Octet> quoted() const noexcept { return this->rest(); }
        void set_gateway_internet_address(ipv4_address value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be32<4>(this->head(), value.value);
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
    /// Errors: not_this_message (type not 5).
    [[nodiscard]] SONDE_API static result<icmp_redirect> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + quoted.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmp_redirect> && std::is_trivially_copyable_v<icmp_redirect::view>);

}  // namespace sonde::inline v0
