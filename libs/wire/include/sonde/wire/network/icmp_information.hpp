#pragma once
/// ICMP Information Request and Reply (RFC 792 p. 18), deprecated by RFC 6918: how a host asked for
/// the number of its network.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 15, 16  | code: 0       | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | identifier                    | sequence number               |
///    +-------------------------------+-------------------------------+

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmp.hpp>

namespace sonde::inline v0 {

struct icmp_information {
    static constexpr std::string_view name = "icmp_information";
    static constexpr std::string_view spec = "RFC 792 p. 18";
    static constexpr layer id = layer::icmp_information;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmp_type_field,
                                       detail::icmp_code_field,
                                       detail::icmp_checksum_field,
                                       field{"identifier", 32, 16},
                                       field{"sequence_number", 48, 16}};
    static constexpr std::array selected_by{selector{selector_kind::icmp_type, 15},
                                            selector{selector_kind::icmp_type, 16}};
    enum class kind : std::uint8_t { request = 15, reply = 16 };

    kind type = kind::request;
    std::uint8_t code = 0;
    std::uint16_t identifier = 0;
    std::uint16_t sequence_number = 0;
    bytes_view trailing{};                // after the last field: nothing is defined, all is kept
    automatic<std::uint16_t> checksum{};  // computed on emission unless set
    static constexpr std::array automatics{automatic_field{
        "checksum", detail::message_checksum<2>, is_forced<&icmp_information::checksum>::in}};

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
        [[nodiscard]] std::uint16_t identifier() const noexcept { return be16<4>(this->head()); }
        [[nodiscard]] std::uint16_t sequence_number() const noexcept {
            return be16<6>(this->head());
        }
        /// What follows the last field; nothing is defined there.
        [[nodiscard]] std::span<Octet> trailing() const noexcept { return this->rest(); }
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
            : detail::icmp_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// What is automatic comes back forced, so that emission is the identity.
    /// Errors: not_this_message (type neither 15 nor 16).
    [[nodiscard]] SONDE_API static result<icmp_information> read(view v) noexcept;
    /// What follows the last field.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + trailing.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmp_information> && std::is_trivially_copyable_v<icmp_information::view>);

}  // namespace sonde::inline v0
