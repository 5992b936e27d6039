#pragma once
/// ICMPv6 Packet Too Big (RFC 4443 s3.2). The quoted packet starts at octet 8: the MTU takes the
/// place that other errors leave unused.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 2       | code: 0       | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | MTU of the next-hop link, octets                              |
///    +---------------------------------------------------------------+
///    | as much of the invoking packet as fits in 1280 octets

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmpv6.hpp>

namespace sonde::inline v0 {

struct icmpv6_packet_too_big {
    static constexpr std::string_view name = "icmpv6_packet_too_big";
    static constexpr std::string_view spec = "RFC 4443 s3.2";
    static constexpr layer id = layer::icmpv6_packet_too_big;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field,
                                       detail::icmpv6_checksum_field,
                                       field{"mtu", 32, 32}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 2}};

    // In host byte order. Borrows `quoted`.
    std::uint8_t code = 0;                // ignored by receivers
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    std::uint32_t mtu = 1280;             // octets; below 1280 is legal here (RFC 8201 s4)
    bytes_view quoted{};
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&icmpv6_packet_too_big::checksum>::in}};

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
        [[nodiscard]] std::uint32_t mtu() const noexcept { return be32<4>(this->head()); }
        [[nodiscard]] std::span<Octet> quoted() const noexcept { return this->rest(); }
        void set_mtu(std::uint32_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be32<4>(this->head(), value);
        }
        /// The datagram that the message is about.
        [[nodiscard]] std::span<Octet> payload() const noexcept { return quoted(); }
        [[nodiscard]] selector next_selector() const noexcept {
            return {selector_kind::ip_protocol, std::uint32_t(ip_protocol::ipv6)};
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 2).
    [[nodiscard]] SONDE_API static result<icmpv6_packet_too_big> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return header_len + quoted.size();
    }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmpv6_packet_too_big> &&
              std::is_trivially_copyable_v<icmpv6_packet_too_big::view>);

}  // namespace sonde::inline v0
