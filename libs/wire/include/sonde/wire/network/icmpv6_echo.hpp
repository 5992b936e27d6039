#pragma once
/// ICMPv6 Echo Request and Echo Reply (RFC 4443 s4.1 and s4.2). The struct is what it means; `view`
/// is how it lies.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 128, 129| code: 0       | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | identifier                    | sequence number               |
///    +-------------------------------+-------------------------------+
///    | data: zero or more octets, the sender's business

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmpv6.hpp>

namespace sonde::inline v0 {

struct icmpv6_echo {
    static constexpr std::string_view name = "icmpv6_echo";
    static constexpr std::string_view spec = "RFC 4443 s4";
    static constexpr layer id = layer::icmpv6_echo;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field,
                                       detail::icmpv6_checksum_field,
                                       field{"identifier", 32, 16},
                                       field{"sequence_number", 48, 16}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 128},
                                            selector{selector_kind::icmpv6_type, 129}};

    // What an echo means, in host byte order. Borrows `data`.
    icmpv6_type type = icmpv6_type::echo_request;  // or echo_reply
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    std::uint16_t identifier = 0;
    std::uint16_t sequence_number = 0;
    bytes_view data{};
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&icmpv6_echo::checksum>::in}};

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
        [[nodiscard]] std::uint16_t sequence_number() const noexcept {
            return be16<6>(this->head());
        }
        [[nodiscard]] std::span<Octet> data() const noexcept { return this->rest(); }
        void set_identifier(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<4>(this->head(), value);
        }
        void set_sequence_number(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<6>(this->head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type neither 128 nor 129). The code is kept, whatever it is.
    [[nodiscard]] SONDE_API static result<icmpv6_echo> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + data.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmpv6_echo> && std::is_trivially_copyable_v<icmpv6_echo::view>);

}  // namespace sonde::inline v0
